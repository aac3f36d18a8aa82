"""Detection of discontinuities of a potential: bisection along lines to the points where a condition changes."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from orbitdraw.potentials.evaluate import COMPARISONS, FormulaPotential, value
from orbitdraw.potentials.formula import Formula
from orbitdraw.potentials.vocabulary import ANGLES

LINES, POINTS = 61, 241
"""Number of horizontal and of vertical lines over the picture, and of points on each."""

MAX_CHANGES = 60
"""Maximum number of sign changes of one condition that are examined."""

HALVINGS = 60
"""Bisection steps: they bring both sides of a change as close as float64 allows."""

MIN_JUMP = 1e-4
"""Smallest jump that counts, relative to the median of |V|. A smaller one may be a steep root."""

MAX_NAMED = 3
"""Maximum number of discontinuities that the message names."""

Values = Mapping[str, Any]
Side = Callable[[Values], Any]


def jump_message(potential: FormulaPotential, reach: float, t: float = 0.0) -> str:
    """A message about the discontinuities of V within `reach` of the origin; "" if there are none.

    >>> from orbitdraw.potentials.formula import read
    >>> jump_message(FormulaPotential(read("step(x - 1)*y^2 + where(y > 0, y, 0)"), {}), 2.0)
    'V jumps at x - 1 = 0: no force acts there, so energy is not conserved'
    """
    sides = dict(_discontinuities(potential.formula))
    if not sides:
        return ""
    with np.errstate(all="ignore"):
        x, y = _lines(reach)
        size = np.abs(potential.value(x, y, t))
        size = size[np.isfinite(size) & (size > 0)]  # a finite well is mostly 0
        typical = float(np.median(size)) if len(size) else 0.0
        jumps = [place for place, side in sides.items() if _has_jump(potential, side, x, y, t, typical)]
    if not jumps:
        return ""
    named = jumps if len(jumps) <= MAX_NAMED else [*jumps[: MAX_NAMED - 1], "elsewhere"]
    return f"V jumps {' and '.join(named)}: no force acts there, so energy is not conserved"


def _discontinuities(formula: Formula) -> Iterator[tuple[str, Side]]:
    """Possible discontinuities: a description from the formula's text, and a function whose value changes there."""
    zero = ast.Constant(0.0)
    for node in ast.walk(formula.tree):
        match node:
            case ast.Compare(left=left, ops=signs, comparators=others):
                for a, sign, b in zip([left, *others[:-1]], signs, others, strict=True):
                    first, last = (b, a) if isinstance(a, ast.Constant) else (a, b)
                    where = f"at {formula.text_of(first)} = {formula.text_of(last)}"
                    yield where, partial(_compare, COMPARISONS[type(sign)], a, b)
            case ast.Call(func=ast.Name(id="step" | "sign"), args=[z]):
                yield f"at {formula.text_of(z)} = 0", partial(_compare, operator.gt, z, zero)
            case ast.Call(func=ast.Name(id="floor" | "ceil")):
                yield f"where {formula.text_of(node)} does", partial(value, node)
            case ast.Call(func=ast.Name(id="atan2")):
                yield f"where {formula.text_of(node)} does", partial(_compare, operator.gt, node, zero)
            case ast.Name(id=name) if name in ANGLES and name not in formula.names:
                yield f"where {name} does", partial(_compare, operator.gt, node, zero)


def _compare(compare: Callable[[Any, Any], Any], a: ast.expr, b: ast.expr, names: Values) -> Any:
    return compare(value(a, names), value(b, names))


def _lines(reach: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Points on horizontal and vertical lines; off the axes, where formulas often have their edges."""
    along = reach * np.linspace(-1.0, 1.013, POINTS)
    aside = reach * np.linspace(-0.987, 0.971, LINES)
    u, v = np.meshgrid(along, aside)
    return np.concatenate([u, v]), np.concatenate([v, u])


def _has_jump(
    potential: FormulaPotential, side: Side, x: NDArray[Any], y: NDArray[Any], t: float, typical: float
) -> bool:
    on = np.broadcast_to(side(potential.name_values(x, y, t)), x.shape)
    line, place = np.nonzero(on[:, 1:] != on[:, :-1])
    sample = np.linspace(0, len(line) - 1, min(MAX_CHANGES, len(line))).astype(int)
    here, there = (line[sample], place[sample]), (line[sample], place[sample] + 1)
    (ax, ay), (bx, by), on_a = (x[here], y[here]), (x[there], y[there]), on[here]
    for _ in range(HALVINGS):
        mx, my = (ax + bx) / 2, (ay + by) / 2
        is_same = np.broadcast_to(side(potential.name_values(mx, my, t)), mx.shape) == on_a
        ax, ay, bx, by = (
            np.where(is_same, mx, ax),
            np.where(is_same, my, ay),
            np.where(is_same, bx, mx),
            np.where(is_same, by, my),
        )
    a, b = potential.value(ax, ay, t), potential.value(bx, by, t)
    # A pole changes sign too, but there |V| is far above its median.
    return bool((np.abs(a - b) > MIN_JUMP * typical)[np.maximum(np.abs(a), np.abs(b)) < 1e6 * typical].any())
