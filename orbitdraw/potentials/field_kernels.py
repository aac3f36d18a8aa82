"""Potentials and compiled force of the fields that a user places: wells, hills, springs, walls and winds.

Each kind is a formula, from which force, energy and contours are derived. One kernel handles all kinds, so that placing
a field compiles nothing.
"""

from __future__ import annotations

import functools
import inspect
import re
from collections.abc import Callable
from typing import Any

from orbitdraw.functions import exp, max, min
from orbitdraw.potentials import heightmap, terms
from orbitdraw.potentials.kernel import compile_kernel
from orbitdraw.potentials.potential import Potential

WIDTH = 7
"""Numbers in a row of the kernel's table: the kind and its six parameters."""


def well(
    x: Any, y: Any, x0: float = 0, y0: float = 0, x1: float = 0, y1: float = 0, strength: float = 1, size: float = 0.1
) -> Any:
    """The attraction of a fixed mass."""
    return terms.well(x, y, (x0, y0), strength, size)


def hill(
    x: Any, y: Any, x0: float = 0, y0: float = 0, x1: float = 0, y1: float = 0, strength: float = 1, size: float = 0.1
) -> Any:
    """A Gaussian hill of width `size`, or a dip if `strength` is negative."""
    return terms.gaussian(x, y, (x0, y0), strength, size)


def spring(
    x: Any, y: Any, x0: float = 0, y0: float = 0, x1: float = 0, y1: float = 0, strength: float = 1, size: float = 0.1
) -> Any:
    """A spring to a fixed point."""
    return terms.spring(x, y, (x0, y0), strength)


def wall(
    x: Any, y: Any, x0: float = 0, y0: float = 0, x1: float = 0, y1: float = 0, strength: float = 1, size: float = 0.1
) -> Any:
    """A ridge along a segment: V = strength exp(-d^2 / (2 size^2)), d the distance to the segment."""
    dx, dy = x1 - x0, y1 - y0
    along = ((x - x0) * dx + (y - y0) * dy) / (dx * dx + dy * dy)
    nearest = max(0, min(1, along))
    return strength * exp(-((x - x0 - nearest * dx) ** 2 + (y - y0 - nearest * dy) ** 2) / (2 * size**2))


def wind(
    x: Any, y: Any, x0: float = 0, y0: float = 0, x1: float = 0, y1: float = 0, strength: float = 1, size: float = 0.1
) -> Any:
    """A uniform force along the vector between two points, `strength` times as large as their distance."""
    return terms.uniform(x, y, strength * (x1 - x0), strength * (y1 - y0))


FORMULAS: dict[str, Callable[..., Any]] = {"well": well, "hill": hill, "spring": spring, "wall": wall, "wind": wind}
KINDS = tuple(FORMULAS)
"""Kinds of field; a drawing stores their index."""


@functools.cache
def potential(kind: str) -> Potential:
    """The potential of a kind, with the parameters x0, y0, x1, y1, strength and size."""
    return Potential.of(FORMULAS[kind])


def kernel(ground: bool = False) -> Any:
    """The compiled `force(x, y, t, table, fx, fy)`, which adds the force of all fields of a table.

    With `ground` also that of the landscape in the table: a separate kernel, because compiling it takes nearly as long.
    """
    if ground not in _kernels:
        _kernels[ground] = compile_kernel(block(ground))
    return _kernels[ground]


_kernels: dict[bool, Any] = {}


def is_loaded(ground: bool) -> bool:
    """True when that kernel is in memory, so that it is neither compiled nor loaded from the disk."""
    return ground in _kernels


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
        slope = re.sub(r": Any| -> None", "", inspect.getsource(heightmap.slope))
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


def compile_all() -> None:
    """Compile both kernels, so that the first field that the user places acts at once."""
    for ground in (False, True):
        kernel(ground)
