"""Detection of discontinuities of a potential: bisection along lines to the points where a condition changes."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from orbitdraw.potentials.evaluate import COMPARISONS, Landscape, value
from orbitdraw.potentials.formula import Formula
from orbitdraw.potentials.vocabulary import ANGLES

LINES, POINTS = 61, 241
"""Number of horizontal and of vertical lines over the picture, and of points on each."""

CHANGES = 60
"""Maximum number of sign changes of one condition that are examined."""

HALVINGS = 60
"""Bisection steps: they bring both sides of a change as close as float64 allows."""

SMALLEST = 1e-4
"""Smallest jump that counts, relative to the median of |V|. A smaller one may be a steep root."""

MOST = 3
"""Maximum number of discontinuities that the message names."""

Values = Mapping[str, Any]
Side = Callable[[Values], Any]


def jump_message(land: Landscape, reach: float, t: float = 0.0) -> str:
    """A message about the discontinuities of V within `reach` of the origin; "" if there are none.

    >>> from orbitdraw.potentials.formula import read
    >>> jump_message(Landscape(read("step(x - 1)*y^2 + where(y > 0, y, 0)"), {}), 2.0)
    'V jumps at x - 1 = 0: no force acts there, so energy is not conserved'
    """
    sides = dict(_sides(land.formula))
    if not sides:
        return ""
    with np.errstate(all="ignore"):
        x, y = _lines(reach)
        size = np.abs(land.value(x, y, t))
        size = size[np.isfinite(size) & (size > 0)]  # a finite well is mostly 0
        usual = float(np.median(size)) if len(size) else 0.0
        found = [place for place, side in sides.items() if _jumps(land, side, x, y, t, usual)]
    if not found:
        return ""
    named = found if len(found) <= MOST else [*found[: MOST - 1], "elsewhere"]
    return f"V jumps {' and '.join(named)}: no force acts there, so energy is not conserved"


def _sides(formula: Formula) -> Iterator[tuple[str, Side]]:
    """Possible discontinuities: a description from the formula's text, and a function whose value changes there."""
    zero = ast.Constant(0.0)
    for node in ast.walk(formula.tree):
        match node:
            case ast.Compare(left=left, ops=signs, comparators=others):
                for a, sign, b in zip([left, *others[:-1]], signs, others, strict=True):
                    first, last = (b, a) if isinstance(a, ast.Constant) else (a, b)
                    where = f"at {formula.said(first)} = {formula.said(last)}"
                    yield where, partial(_holds, COMPARISONS[type(sign)], a, b)
            case ast.Call(func=ast.Name(id="step" | "sign"), args=[z]):
                yield f"at {formula.said(z)} = 0", partial(_holds, operator.gt, z, zero)
            case ast.Call(func=ast.Name(id="floor" | "ceil")):
                yield f"where {formula.said(node)} does", partial(value, node)
            case ast.Call(func=ast.Name(id="atan2")):
                yield f"where {formula.said(node)} does", partial(_holds, operator.gt, node, zero)
            case ast.Name(id=name) if name in ANGLES and name not in formula.names:
                yield f"where {name} does", partial(_holds, operator.gt, node, zero)


def _holds(compare: Callable[[Any, Any], Any], a: ast.expr, b: ast.expr, names: Values) -> Any:
    return compare(value(a, names), value(b, names))


def _lines(reach: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Points on horizontal and vertical lines; off the axes, where formulas often have their edges."""
    along = reach * np.linspace(-1.0, 1.013, POINTS)
    aside = reach * np.linspace(-0.987, 0.971, LINES)
    u, v = np.meshgrid(along, aside)
    return np.concatenate([u, v]), np.concatenate([v, u])


def _jumps(land: Landscape, side: Side, x: NDArray[Any], y: NDArray[Any], t: float, usual: float) -> bool:
    on = np.broadcast_to(side(land.places(x, y, t)), x.shape)
    line, place = np.nonzero(on[:, 1:] != on[:, :-1])
    some = np.linspace(0, len(line) - 1, min(CHANGES, len(line))).astype(int)
    here, there = (line[some], place[some]), (line[some], place[some] + 1)
    (ax, ay), (bx, by), on_a = (x[here], y[here]), (x[there], y[there]), on[here]
    for _ in range(HALVINGS):
        mx, my = (ax + bx) / 2, (ay + by) / 2
        near = np.broadcast_to(side(land.places(mx, my, t)), mx.shape) == on_a
        ax, ay, bx, by = np.where(near, mx, ax), np.where(near, my, ay), np.where(near, bx, mx), np.where(near, by, my)
    a, b = land.value(ax, ay, t), land.value(bx, by, t)
    # A pole changes sign too, but there |V| is far above its median.
    return bool((np.abs(a - b) > SMALLEST * usual)[np.maximum(np.abs(a), np.abs(b)) < 1e6 * usual].any())
