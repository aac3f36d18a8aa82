"""Interval arithmetic that detects formulas which are never a real number.

Bounds are rounded to nearest, not outwards: this detects formulas that fail everywhere, it gives no rigorous bounds.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Sequence

from orbitdraw.functions import Function

Interval = tuple[float, float]

ANYTHING: Interval = (-math.inf, math.inf)


class NeverRealError(ArithmeticError):
    """The expression is not real for any values of its variables."""


def _hull(values: Sequence[float]) -> Interval:
    if any(math.isnan(value) for value in values):
        return ANYTHING
    return min(values), max(values)


def _times(a: float, b: float) -> float:
    return 0.0 if a == 0.0 or b == 0.0 else a * b  # an infinite bound is never attained: 0 times it is 0


def add(a: Interval, b: Interval) -> Interval:
    """a + b."""
    return _hull((a[0] + b[0], a[1] + b[1]))


def subtract(a: Interval, b: Interval) -> Interval:
    """a - b."""
    return _hull((a[0] - b[1], a[1] - b[0]))


def multiply(a: Interval, b: Interval) -> Interval:
    """a b.

    >>> multiply((-1.0, 2.0), (3.0, 4.0))
    (-4.0, 8.0)
    """
    return _hull([_times(one, other) for one in a for other in b])


def divide(a: Interval, b: Interval) -> Interval:
    """a / b; NeverRealError when b is zero everywhere."""
    if b == (0.0, 0.0):
        raise NeverRealError("division by zero everywhere")
    if b[0] <= 0.0 <= b[1]:
        if b[0] == 0.0 and a[0] >= 0.0:
            return 0.0, math.inf
        return ANYTHING
    return multiply(a, (1.0 / b[1], 1.0 / b[0]))


def power(a: Interval, b: Interval) -> Interval:
    """a^b; NeverRealError for zero to a negative power and for a root of an interval below zero."""
    if b[0] != b[1]:
        if a[1] < 0.0:
            return ANYTHING  # real at least where the exponent is whole
        return (0.0, math.inf) if a[0] >= 0.0 else ANYTHING
    exponent = b[0]
    if exponent < 0.0:
        return divide((1.0, 1.0), power(a, (-exponent, -exponent)))
    if exponent != math.floor(exponent):
        if a[1] < 0.0:
            raise NeverRealError("a root of a negative number is not real")
        a = max(a[0], 0.0), a[1]
    ends = [_raise(end, exponent) for end in a]
    if exponent % 2 == 0 and a[0] < 0.0 < a[1]:
        ends.append(0.0 if exponent else 1.0)
    return _hull(ends)


def _raise(base: float, exponent: float) -> float:
    try:
        return math.pow(base, exponent)
    except OverflowError:
        return math.inf if base > 0.0 or exponent % 2 == 0 else -math.inf


def apply(row: Function, arguments: Sequence[Interval]) -> Interval:
    """The range of a function on intervals; NeverRealError when they lie outside its domain."""
    if row.name == "min":
        return min(one[0] for one in arguments), min(one[1] for one in arguments)
    if row.name == "max":
        return max(one[0] for one in arguments), max(one[1] for one in arguments)
    if row.most != 1:
        return row.range
    low, high = max(arguments[0][0], row.domain[0]), min(arguments[0][1], row.domain[1])
    if low > high or low == high == row.open_at:
        wanted = f"{row.domain[0]:g} to {row.domain[1]:g}" if math.isfinite(row.domain[1]) else "0 or more"
        raise NeverRealError(f"this is never a finite real number; {row.name} takes {wanted}")
    if low == high or row.rising:
        return _hull([_end(row, end, at) for end, at in ((low, row.range[0]), (high, row.range[1]))])
    if row.name == "abs":
        inner = () if low > 0.0 or high < 0.0 else (0.0,)
        return _hull([abs(low), abs(high), *inner])
    return row.range


def _end(row: Function, end: float, at_infinity: float) -> float:
    if math.isinf(end) or end == row.open_at:
        return at_infinity
    try:
        return row.scalar(end)
    except OverflowError:
        return math.inf if end > 0.0 or row.range[0] >= 0.0 else -math.inf
    except ValueError:
        return math.nan


OPERATIONS: dict[type[ast.operator], Callable[[Interval, Interval], Interval]] = {
    ast.Add: add,
    ast.Sub: subtract,
    ast.Mult: multiply,
    ast.Div: divide,
}
