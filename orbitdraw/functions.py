"""The functions a formula may use, in one table; each works on numbers, NumPy arrays and SymPy symbols.

`SHORTHAND` lists further functions of typed formulas, each defined by a formula of the others.

Scene files write `from orbitdraw.functions import cos, sqrt`. Neither SymPy nor NumPy is imported here: code that
passes a symbol or an array has imported it already.
"""

from __future__ import annotations

import builtins
import functools
import math
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from orbitdraw.errors import InputError

Range = tuple[float, float]
Implementation = str | Callable[..., Any]
"""The name of a function in a library, or a function f(library, *arguments) that evaluates it."""

ALL_REALS: Range = (-math.inf, math.inf)


@dataclass(frozen=True)
class Function:
    """One function of formulas: its SymPy, NumPy and scalar versions, number of arguments, domain and range.

    `least` and `most` count the arguments. `domain` is the interval where the function is real (`open_at` is an end
    point outside it), `range` its values, `rising` True where it is monotonically increasing; formulas that can never
    be real are found from these.
    """

    name: str
    sympy: Implementation
    numpy: Implementation
    scalar: Callable[..., float]
    least: int = 1
    most: int | None = 1
    domain: Range = ALL_REALS
    range: Range = ALL_REALS
    rising: bool = False
    open_at: float | None = None

    def __call__(self, *arguments: Any) -> Any:
        """The function's value: a number for numbers, an array for arrays, an expression for symbols."""
        symbols = sys.modules.get("sympy")
        if symbols is not None and any(isinstance(one, symbols.Basic) for one in arguments):
            return _call(symbols, self.sympy, arguments)
        arrays = sys.modules.get("numpy")
        if arrays is not None and any(isinstance(one, arrays.ndarray) for one in arguments):
            return self.on_arrays(arrays, *arguments)
        return self.scalar(*arguments)

    def on_arrays(self, numpy: Any, *arguments: Any) -> Any:
        """The function's value for NumPy arrays and scalars: nan where it is not real, without an error."""
        if self.most is None:
            return functools.reduce(lambda a, b: _call(numpy, self.numpy, (a, b)), arguments)
        return _call(numpy, self.numpy, arguments)


def _call(library: Any, implementation: Implementation, arguments: tuple[Any, ...]) -> Any:
    return (
        getattr(library, implementation)(*arguments)
        if isinstance(implementation, str)
        else implementation(library, *arguments)
    )


def _piecewise(sympy: Any, condition: Any, a: Any, b: Any) -> Any:
    if isinstance(condition, sympy.Expr):
        raise InputError(f"where begins with a condition such as {condition} > 0, not {condition}")
    return sympy.Piecewise((a, condition), (b, True))


def _heaviside(numpy: Any, z: Any) -> Any:
    return numpy.heaviside(z, 0.5)


def _step(number: float) -> float:
    return (1.0 + _sign(number)) / 2 if number == number else number


def _where(condition: Any, a: float, b: float) -> float:
    return a if condition else b


def _sign(number: float) -> float:
    return float((number > 0) - (number < 0))


def _floor(number: float) -> float:
    return float(math.floor(number)) if math.isfinite(number) else number


def _ceil(number: float) -> float:
    return float(math.ceil(number)) if math.isfinite(number) else number


_HALF_PI = math.pi / 2

FUNCTIONS: dict[str, Function] = {
    row.name: row
    for row in (
        Function("sin", "sin", "sin", math.sin, range=(-1.0, 1.0)),
        Function("cos", "cos", "cos", math.cos, range=(-1.0, 1.0)),
        Function("tan", "tan", "tan", math.tan),
        Function("asin", "asin", "arcsin", math.asin, domain=(-1.0, 1.0), range=(-_HALF_PI, _HALF_PI), rising=True),
        Function("acos", "acos", "arccos", math.acos, domain=(-1.0, 1.0), range=(0.0, math.pi)),
        Function("atan", "atan", "arctan", math.atan, range=(-_HALF_PI, _HALF_PI), rising=True),
        Function("atan2", "atan2", "arctan2", math.atan2, 2, 2, range=(-math.pi, math.pi)),
        Function("sinh", "sinh", "sinh", math.sinh, rising=True),
        Function("cosh", "cosh", "cosh", math.cosh, range=(1.0, math.inf)),
        Function("tanh", "tanh", "tanh", math.tanh, range=(-1.0, 1.0), rising=True),
        Function("exp", "exp", "exp", math.exp, range=(0.0, math.inf), rising=True),
        Function("log", "log", "log", math.log, domain=(0.0, math.inf), rising=True, open_at=0.0),
        Function("sqrt", "sqrt", "sqrt", math.sqrt, domain=(0.0, math.inf), range=(0.0, math.inf), rising=True),
        Function("abs", "Abs", "abs", math.fabs, range=(0.0, math.inf)),
        Function("sign", "sign", "sign", _sign, range=(-1.0, 1.0), rising=True),
        Function("step", "Heaviside", _heaviside, _step, range=(0.0, 1.0), rising=True),
        Function("floor", "floor", "floor", _floor, rising=True),
        Function("ceil", "ceiling", "ceil", _ceil, rising=True),
        Function("min", "Min", "minimum", builtins.min, 2, None),
        Function("max", "Max", "maximum", builtins.max, 2, None),
        Function("where", _piecewise, "where", _where, 3, 3),
    )
}

SHORTHAND = {
    "ln": "log(a)", "log10": "log(a)/log(10)", "log2": "log(a)/log(2)",
    "cot": "1/tan(a)", "sec": "1/cos(a)", "csc": "1/sin(a)",
    "arcsin": "asin(a)", "arccos": "acos(a)", "arctan": "atan(a)", "arctan2": "atan2(a, b)",
    "asinh": "log(a + sqrt(a^2 + 1))", "acosh": "log(a + sqrt(a^2 - 1))", "atanh": "log((1 + a)/(1 - a))/2",
    "arsinh": "asinh(a)", "arcosh": "acosh(a)", "artanh": "atanh(a)",
    "cbrt": "sign(a)*abs(a)^(1/3)", "hypot": "sqrt(a^2 + b^2)", "pow": "a^b", "mod": "a - b*floor(a/b)",
    "sgn": "sign(a)", "heaviside": "step(a)",
}  # fmt: skip


def argument_counts(name: str) -> tuple[int, int | None]:
    """The minimum and maximum number of arguments of a function in a typed formula; None is no maximum.

    >>> argument_counts("max"), argument_counts("mod")
    ((2, None), (2, 2))
    """
    if name in FUNCTIONS:
        return FUNCTIONS[name].least, FUNCTIONS[name].most
    count = 2 if re.search(r"\bb\b", SHORTHAND[name]) else 1
    return count, count


sin, cos, tan = FUNCTIONS["sin"], FUNCTIONS["cos"], FUNCTIONS["tan"]
asin, acos, atan, atan2 = FUNCTIONS["asin"], FUNCTIONS["acos"], FUNCTIONS["atan"], FUNCTIONS["atan2"]
sinh, cosh, tanh = FUNCTIONS["sinh"], FUNCTIONS["cosh"], FUNCTIONS["tanh"]
exp, log, sqrt = FUNCTIONS["exp"], FUNCTIONS["log"], FUNCTIONS["sqrt"]
abs, sign, floor, ceil = FUNCTIONS["abs"], FUNCTIONS["sign"], FUNCTIONS["floor"], FUNCTIONS["ceil"]
min, max = FUNCTIONS["min"], FUNCTIONS["max"]
step, where = FUNCTIONS["step"], FUNCTIONS["where"]
pi, e = math.pi, math.e
