"""Fields (wells, hills, springs, walls, winds) that are placed and tuned while a drawing plays; see `field_kernels`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from orbitdraw.authoring.motion import State
from orbitdraw.edits import symmetry
from orbitdraw.errors import InputError
from orbitdraw.potentials import heightmap
from orbitdraw.potentials.field_kernels import KINDS, WIDTH, kernel, potential

Floats = NDArray[np.float64]

MAX_FIELDS = 200


def landscape_after(state: State, edits: Iterable[tuple[str, Sequence[float]]]) -> bool | None:
    """True when the state has a landscape after these edits, which chooses the kernel; None if they need no new one."""
    has_change, has_landscape = False, "landscape" in state
    for name, numbers in edits:
        has_change |= name in ("plant", "landscape")
        has_landscape = bool(numbers[0]) if name == "landscape" else has_landscape
    return has_landscape if has_change else None


def field_rows(state: State, maps: Floats | None = None) -> Floats:
    """The fields (m, 7), kind and numbers, with all images under the symmetry; coinciding images count once."""
    rows = state.get("fields", np.zeros((0, WIDTH + 1)))[:, 1:]
    maps = symmetry.image_maps(state) if maps is None else maps
    if len(maps) == 1 or not len(rows):
        return rows
    out = []
    for row in rows:
        ends = [symmetry.images(maps, row[k : k + 1], row[k + 1 : k + 2]) for k in (1, 3)]
        places = np.concatenate([part for end in ends for part in end], axis=1)
        has_end = KINDS[int(row[0])] in ("wall", "wind")
        compared = places if has_end else places[:, :2]
        first = [
            g
            for g in range(len(maps))
            if np.abs(compared[:g] - compared[g]).max(axis=1, initial=0.0).min(initial=1.0) > 1e-9
        ]
        out += [[row[0], *places[g], *row[5:]] for g in first]
    return np.array(out)


def kernel_table(state: State, maps: Floats | None = None) -> Floats:
    """All fields and the landscape as the flat array that `kernel` takes; empty when there are none."""
    rows, landscape = field_rows(state, maps), state.get("landscape")
    if not len(rows) and landscape is None:
        return np.zeros(0)
    return np.concatenate([[len(rows)], rows.ravel(), np.zeros(0) if landscape is None else landscape])


def value(state: State, x: Any, y: Any) -> Any:
    """Potential of all fields and the landscape at positions of any shape."""
    total: Any = 0.0
    for kind, *numbers in field_rows(state):
        parameters = dict(zip(("x0", "y0", "x1", "y1", "strength", "size"), numbers, strict=True))
        total = total + potential(KINDS[int(kind)]).value(x, y, 0.0, **parameters)
    if "landscape" in state:
        total = total + heightmap.value(state["landscape"], x, y)
    return total


def force(state: State, x: Any, y: Any) -> Floats:
    """Force -grad V of all fields and the landscape, (2, *shape)."""
    xs, ys = (np.ascontiguousarray(array, np.float64) for array in np.broadcast_arrays(x, y))
    out = np.zeros((2, xs.size))
    table = kernel_table(state)
    if table.size:
        kernel("landscape" in state)(xs.ravel(), ys.ravel(), 0.0, table, out[0], out[1])
    return out.reshape(2, *xs.shape)


# -- edits -------------------------------------------------------------------------------------------------------------


def check(kind: float, x: float, y: float, x2: float, y2: float, strength: float, size: float) -> None:
    """Raise InputError for numbers that are invalid for a field."""
    if not 0 <= kind < len(KINDS) or kind != int(kind):
        raise InputError(f"fields are {', '.join(KINDS)} (0 to {len(KINDS) - 1}), not {kind:g}")
    _check(KINDS[int(kind)], x, y, x2, y2, size)


def plant(state: State, kind: float, x: float, y: float, x2: float, y2: float, strength: float, size: float) -> None:
    """Add a field. Its name is the number of fields added before."""
    rows = state.get("fields", np.zeros((0, WIDTH + 1)))
    if len(rows) >= MAX_FIELDS:
        raise InputError(f"a drawing can have {MAX_FIELDS} fields at most; delete one first")
    name = float(state["planted"][0]) if "planted" in state else 0.0
    state["fields"] = np.concatenate([rows, [[name, kind, x, y, x2, y2, strength, size]]])
    state["planted"] = np.array([name + 1])


def _check(kind: str, x: float, y: float, x2: float, y2: float, size: float) -> None:
    if not size > 0:
        raise InputError(f"a {kind} needs a size above 0, not {size:g}")
    if kind in ("wall", "wind") and (x, y) == (x2, y2):
        raise InputError(f"a {kind} needs two different end points, not {x:g}, {y:g} twice")


def _row(state: State, field: float) -> int:
    rows = state.get("fields", np.zeros((0, WIDTH + 1)))
    matches = np.flatnonzero(rows[:, 0] == field)
    if not len(matches):
        raise InputError(f"there is no field {field:g}")
    return int(matches[0])


def shift(state: State, field: float, x: float, y: float, x2: float, y2: float) -> None:
    """Move a field."""
    row = _row(state, field)
    rows = state["fields"].copy()
    _check(KINDS[int(rows[row, 1])], x, y, x2, y2, 1.0)
    rows[row, 2:6] = x, y, x2, y2
    state["fields"] = rows


def tune(state: State, field: float, strength: float, size: float) -> None:
    """Set the strength and size of a field."""
    row = _row(state, field)
    rows = state["fields"].copy()
    _check(KINDS[int(rows[row, 1])], 0, 0, 1, 1, size)
    rows[row, 6:8] = strength, size
    state["fields"] = rows


def uproot(state: State, field: float) -> None:
    """Delete a field."""
    row = _row(state, field)
    state["fields"] = np.delete(state["fields"], row, axis=0)
