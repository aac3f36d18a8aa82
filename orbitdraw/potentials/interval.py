"""Interval arithmetic that detects formulas which are never a real number.

Bounds are rounded to nearest, not outwards: this detects formulas that fail everywhere, it gives no rigorous bounds.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Sequence

from orbitdraw.functions import Function

Interval = tuple[float, float]

REAL_LINE: Interval = (-math.inf, math.inf)


class NeverRealError(ArithmeticError):
    """The expression is not real for any values of its variables."""


def _hull(values: Sequence[float]) -> Interval:
    if any(math.isnan(value) for value in values):
        return REAL_LINE
    return min(values), max(values)


def _multiply_bounds(a: float, b: float) -> float:
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
    return _hull([_multiply_bounds(one, other) for one in a for other in b])


def divide(a: Interval, b: Interval) -> Interval:
    """a / b; NeverRealError when b is zero everywhere."""
    if b == (0.0, 0.0):
        raise NeverRealError("division by zero everywhere")
    if b[0] <= 0.0 <= b[1]:
        if b[0] == 0.0 and a[0] >= 0.0:
            return 0.0, math.inf
        return REAL_LINE
    return multiply(a, (1.0 / b[1], 1.0 / b[0]))


def power(a: Interval, b: Interval) -> Interval:
    """a^b; NeverRealError for zero to a negative power and for a root of an interval below zero."""
    if b[0] != b[1]:
        if a[1] < 0.0:
            return REAL_LINE  # real at least where the exponent is whole
        return (0.0, math.inf) if a[0] >= 0.0 else REAL_LINE
    exponent = b[0]
    if exponent < 0.0:
        return divide((1.0, 1.0), power(a, (-exponent, -exponent)))
    if exponent != math.floor(exponent):
        if a[1] < 0.0:
            raise NeverRealError("a root of a negative number is not real")
        a = max(a[0], 0.0), a[1]
    ends = [_real_power(end, exponent) for end in a]
    if exponent % 2 == 0 and a[0] < 0.0 < a[1]:
        ends.append(0.0 if exponent else 1.0)
    return _hull(ends)


def _real_power(base: float, exponent: float) -> float:
    try:
        return math.pow(base, exponent)
    except OverflowError:
        return math.inf if base > 0.0 or exponent % 2 == 0 else -math.inf


def apply(function: Function, arguments: Sequence[Interval]) -> Interval:
    """The range of a function on intervals; NeverRealError when they lie outside its domain."""
    if function.name == "min":
        return min(one[0] for one in arguments), min(one[1] for one in arguments)
    if function.name == "max":
        return max(one[0] for one in arguments), max(one[1] for one in arguments)
    if function.most != 1:
        return function.range
    low, high = max(arguments[0][0], function.domain[0]), min(arguments[0][1], function.domain[1])
    if low > high or low == high == function.open_at:
        wanted = (
            f"{function.domain[0]:g} to {function.domain[1]:g}" if math.isfinite(function.domain[1]) else "0 or more"
        )
        raise NeverRealError(f"this is never a finite real number; {function.name} takes {wanted}")
    if low == high or function.rising:
        return _hull(
            [_end_value(function, end, at) for end, at in ((low, function.range[0]), (high, function.range[1]))]
        )
    if function.name == "abs":
        inner = () if low > 0.0 or high < 0.0 else (0.0,)
        return _hull([abs(low), abs(high), *inner])
    return function.range


def _end_value(function: Function, end: float, at_infinity: float) -> float:
    if math.isinf(end) or end == function.open_at:
        return at_infinity
    try:
        return function.scalar(end)
    except OverflowError:
        return math.inf if end > 0.0 or function.range[0] >= 0.0 else -math.inf
    except ValueError:
        return math.nan


OPERATIONS: dict[type[ast.operator], Callable[[Interval, Interval], Interval]] = {
    ast.Add: add,
    ast.Sub: subtract,
    ast.Mult: multiply,
    ast.Div: divide,
}
