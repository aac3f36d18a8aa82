"""Potentials under the hand: wells, hills, springs, walls and winds that are placed, dragged and tuned while all moves.

Each kind is a formula like any other; force, energy and level lines come from it. One kernel holds all kinds, so that
placing one compiles nothing.
"""

from __future__ import annotations

import functools
import inspect
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from orbitdraw import landscape, symmetry, terms
from orbitdraw.errors import InputError
from orbitdraw.functions import exp, max, min
from orbitdraw.potential import Potential
from orbitdraw.scene import State

Floats = NDArray[np.float64]

MOST = 200
WIDTH = 7
"""Numbers of a row as a kernel takes it: the kind and its six numbers."""


def well(
    x: Any, y: Any, x0: float = 0, y0: float = 0, x1: float = 0, y1: float = 0, strength: float = 1, size: float = 0.1
) -> Any:
    """The pull of a mass that holds still."""
    return terms.well(x, y, (x0, y0), strength, size)


def hill(
    x: Any, y: Any, x0: float = 0, y0: float = 0, x1: float = 0, y1: float = 0, strength: float = 1, size: float = 0.1
) -> Any:
    """A round hill, or with a strength below zero a dip, that ends a few sizes away."""
    return terms.gaussian(x, y, (x0, y0), strength, size)


def spring(
    x: Any, y: Any, x0: float = 0, y0: float = 0, x1: float = 0, y1: float = 0, strength: float = 1, size: float = 0.1
) -> Any:
    """A spring to a point."""
    return terms.spring(x, y, (x0, y0), strength)


def wall(
    x: Any, y: Any, x0: float = 0, y0: float = 0, x1: float = 0, y1: float = 0, strength: float = 1, size: float = 0.1
) -> Any:
    """A ridge between two points with round ends: V = strength exp(-d^2 / (2 size^2)), d the distance to it."""
    dx, dy = x1 - x0, y1 - y0
    along = ((x - x0) * dx + (y - y0) * dy) / (dx * dx + dy * dy)
    nearest = max(0, min(1, along))
    return strength * exp(-((x - x0 - nearest * dx) ** 2 + (y - y0 - nearest * dy) ** 2) / (2 * size**2))


def wind(
    x: Any, y: Any, x0: float = 0, y0: float = 0, x1: float = 0, y1: float = 0, strength: float = 1, size: float = 0.1
) -> Any:
    """The same force everywhere, from one point towards the other, `strength` times as large as their distance."""
    return terms.uniform(x, y, strength * (x1 - x0), strength * (y1 - y0))


FORMULAS: dict[str, Callable[..., Any]] = {"well": well, "hill": hill, "spring": spring, "wall": wall, "wind": wind}
KINDS = tuple(FORMULAS)
"""Kinds of field, by number in a drawing."""


@functools.cache
def potential(kind: str) -> Potential:
    """The potential of a kind, in x0, y0, x1, y1, strength and size."""
    return Potential.of(FORMULAS[kind])


def kernel(ground: bool = False) -> Any:
    """`force(x, y, t, table, fx, fy)`, which adds the force of all fields of a table.

    With `ground`, that of the landscape in it too: another kernel, because it takes nearly as long to compile.
    """
    from orbitdraw.kernel import compiled

    if ground not in _kernels:
        _kernels[ground] = compiled(block(ground))
    return _kernels[ground]


_kernels: dict[bool, Any] = {}


def ready(ground: bool) -> bool:
    """Whether that kernel is there to be used at once, neither compiled nor read from the disk."""
    return ground in _kernels


def grounded(state: State, edits: Iterable[tuple[str, Sequence[float]]]) -> bool | None:
    """Which kernel a state takes after these edits; None where they bring no new one."""
    planted, ground = False, "landscape" in state
    for name, numbers in edits:
        planted |= name in ("plant", "landscape")
        ground = bool(numbers[0]) if name == "landscape" else ground
    return ground if planted else None


@functools.cache
def block(ground: bool) -> str:
    """The source of that kernel."""
    parts, calls = [], []
    for number, kind in enumerate(KINDS):
        one = potential(kind).block().replace("def block(", f"def {kind}(")
        one, changed = re.subn(r"^( *f[xy]\[i\]) = ", r"\1 += ", one, flags=re.MULTILINE)
        assert changed == 2
        parts.append(f"@inner\n{one}")
        calls.append(
            f"        {'el' if number else ''}if kind == {number}:\n            {kind}(xs, ys, t, q, fx, fy)\n"
        )
    if ground:
        slope = re.sub(r": Any| -> None", "", inspect.getsource(landscape.slope))
        parts.append(f"@inner\n{slope}")
    text = (
        "def block(xs, ys, t, p, fx, fy):\n"
        "    many = int(p[0])\n"
        "    for row in range(many):\n"
        f"        kind = int(p[1 + {WIDTH} * row])\n"
        f"        q = p[2 + {WIDTH} * row : 1 + {WIDTH} + {WIDTH} * row]\n"
        f"{''.join(calls)}"
    )
    if ground:
        text += f"    slope(xs, ys, p, 1 + {WIDTH} * many, fx, fy)\n"
    return "\n\n".join([*parts, text])


def make_ready() -> None:
    """Compile both kernels, so that the first well that somebody plants does not wait for its force."""
    for ground in (False, True):
        kernel(ground)


def rows(state: State, turns: Floats | None = None) -> Floats:
    """The fields (m, 7), kind and numbers, with all images under a symmetry; one that is its own image counts once."""
    planted = state.get("fields", np.zeros((0, WIDTH + 1)))[:, 1:]
    turns = symmetry.turns(state) if turns is None else turns
    if len(turns) == 1 or not len(planted):
        return planted
    out = []
    for row in planted:
        ends = [symmetry.images(turns, row[k : k + 1], row[k + 1 : k + 2]) for k in (1, 3)]
        places = np.concatenate([part for end in ends for part in end], axis=1)
        pointed = KINDS[int(row[0])] in ("wall", "wind")
        apart = places if pointed else places[:, :2]
        first = [
            g
            for g in range(len(turns))
            if np.abs(apart[:g] - apart[g]).max(axis=1, initial=0.0).min(initial=1.0) > 1e-9
        ]
        out += [[row[0], *places[g], *row[5:]] for g in first]
    return np.array(out)


def table(state: State, turns: Floats | None = None) -> Floats:
    """Everything planted, as `kernel` takes it; empty where there is nothing."""
    planted, ground = rows(state, turns), state.get("landscape")
    if not len(planted) and ground is None:
        return np.zeros(0)
    return np.concatenate([[len(planted)], planted.ravel(), np.zeros(0) if ground is None else ground])


def value(state: State, x: Any, y: Any) -> Any:
    """V of everything planted, at places of any shape."""
    total: Any = 0.0
    for kind, *numbers in rows(state):
        given = dict(zip(("x0", "y0", "x1", "y1", "strength", "size"), numbers, strict=True))
        total = total + potential(KINDS[int(kind)]).value(x, y, 0.0, **given)
    if "landscape" in state:
        total = total + landscape.value(state["landscape"], x, y)
    return total


def force(state: State, x: Any, y: Any) -> Floats:
    """-grad V of everything planted, (2, *shape)."""
    xs, ys = (np.ascontiguousarray(one, np.float64) for one in np.broadcast_arrays(x, y))
    out = np.zeros((2, xs.size))
    planted = table(state)
    if planted.size:
        kernel("landscape" in state)(xs.ravel(), ys.ravel(), 0.0, planted, out[0], out[1])
    return out.reshape(2, *xs.shape)


# -- edits -------------------------------------------------------------------------------------------------------------


def check(kind: float, x: float, y: float, x2: float, y2: float, strength: float, size: float) -> None:
    """Raise InputError for numbers that no field has."""
    if not 0 <= kind < len(KINDS) or kind != int(kind):
        raise InputError(f"fields are {', '.join(KINDS)} (0 to {len(KINDS) - 1}), not {kind:g}")
    _check(KINDS[int(kind)], x, y, x2, y2, size)


def plant(state: State, kind: float, x: float, y: float, x2: float, y2: float, strength: float, size: float) -> None:
    """Place a field. Its name is the number of fields planted before."""
    planted = state.get("fields", np.zeros((0, WIDTH + 1)))
    if len(planted) >= MOST:
        raise InputError(f"{MOST} fields are the most")
    name = float(state["planted"][0]) if "planted" in state else 0.0
    state["fields"] = np.concatenate([planted, [[name, kind, x, y, x2, y2, strength, size]]])
    state["planted"] = np.array([name + 1])


def _check(kind: str, x: float, y: float, x2: float, y2: float, size: float) -> None:
    if not size > 0:
        raise InputError(f"a {kind} needs a size above 0, not {size:g}")
    if kind in ("wall", "wind") and (x, y) == (x2, y2):
        raise InputError(f"a {kind} goes from one place to another, not from {x:g}, {y:g} to itself")


def _row(state: State, field: float) -> int:
    planted = state.get("fields", np.zeros((0, WIDTH + 1)))
    found = np.flatnonzero(planted[:, 0] == field)
    if not len(found):
        raise InputError(f"there is no field {field:g}")
    return int(found[0])


def shift(state: State, field: float, x: float, y: float, x2: float, y2: float) -> None:
    """Drag a field to another place."""
    row = _row(state, field)
    rows = state["fields"].copy()
    _check(KINDS[int(rows[row, 1])], x, y, x2, y2, 1.0)
    rows[row, 2:6] = x, y, x2, y2
    state["fields"] = rows


def tune(state: State, field: float, strength: float, size: float) -> None:
    """Give a field another strength and size."""
    row = _row(state, field)
    rows = state["fields"].copy()
    _check(KINDS[int(rows[row, 1])], 0, 0, 1, 1, size)
    rows[row, 6:8] = strength, size
    state["fields"] = rows


def uproot(state: State, field: float) -> None:
    """Take a field away."""
    row = _row(state, field)
    state["fields"] = np.delete(state["fields"], row, axis=0)
