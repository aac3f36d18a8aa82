"""The force of wells, hills, springs, walls and winds that are placed while a drawing plays.

Each kind is a formula like any other; force, energy and contours come from it. One kernel holds all kinds, so that
placing one compiles nothing.
"""

from __future__ import annotations

import functools
import inspect
import re
from collections.abc import Callable
from typing import Any

from orbitdraw.functions import exp, max, min
from orbitdraw.potentials import heightmap, terms
from orbitdraw.potentials.kernel import compiled
from orbitdraw.potentials.potential import Potential

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
    if ground not in _kernels:
        _kernels[ground] = compiled(block(ground))
    return _kernels[ground]


_kernels: dict[bool, Any] = {}


def ready(ground: bool) -> bool:
    """Whether that kernel is there to be used at once, neither compiled nor read from the disk."""
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


def make_ready() -> None:
    """Compile both kernels, so that the first well that somebody plants does not wait for its force."""
    for ground in (False, True):
        kernel(ground)
