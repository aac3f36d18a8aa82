"""SymPy expressions of formulas in real symbols, and their exact derivatives. Imported only when SymPy is needed."""

from __future__ import annotations

import ast
import functools
import math
import operator
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import sympy as sp

from orbitdraw.errors import FormulaError, InputError
from orbitdraw.functions import FUNCTIONS
from orbitdraw.potentials.formula import Formula, left_chain
from orbitdraw.potentials.vocabulary import ANGLES, VARIABLES

_BROKEN = (sp.zoo, sp.nan, sp.oo, -sp.oo)
OPERATIONS: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
LARGEST = 1e300
COMPARISONS: dict[type[ast.cmpop], Any] = {
    ast.Lt: sp.Lt, ast.LtE: sp.Le, ast.Gt: sp.Gt, ast.GtE: sp.Ge, ast.Eq: sp.Eq, ast.NotEq: sp.Ne,
}  # fmt: skip
EXACT = {"pi": sp.pi, "e": sp.E}

_LIBRARIES = frozenset({"sympy", "orbitdraw"})
"""Packages that may ask whether an expression is true: they know that it always is, unless it is 0."""

_thread = threading.local()


@contextmanager
def refuse_truth_values() -> Iterator[None]:
    """While this lasts, `x and y`, `not x` and `if x` raise TypeError in the code of an author, as `if x > 0` does.

    SymPy takes every expression but 0 for true, so that `x and y` would be y without a word.
    """
    before, _thread.refuses = getattr(_thread, "refuses", False), True
    try:
        yield
    finally:
        _thread.refuses = before


def _truth(expression: Any) -> bool:
    if getattr(_thread, "refuses", False) and expression.free_symbols:
        caller = str(sys._getframe(1).f_globals.get("__name__"))
        if caller.partition(".")[0] not in _LIBRARIES:
            raise TypeError(f"cannot determine truth value of {expression}")
    return True


sp.Expr.__bool__ = _truth


def symbol(name: str) -> Any:
    """The real symbol of a name."""
    return sp.Symbol(name, real=True)


def build(formula: Formula) -> Any:
    """The SymPy expression of a parsed formula; FormulaError where SymPy finds it infinite or complex."""

    def walk(node: ast.expr) -> Any:
        result = make_checked(node)
        if result.is_Rational and max(abs(result.p), result.q) > 2**53:
            result = sp.Float(float(result))
        if result in _BROKEN or result.has(*_BROKEN):
            raise formula.fault("this is infinite or undefined everywhere", node)
        if any(abs(one) > LARGEST for one in _numbers(result)):
            raise formula.fault("this number is too large", node)
        if result.has(sp.I) or (result.is_extended_real is False):
            raise formula.fault("this is never a real number", node)
        return result

    def make_checked(node: ast.expr) -> Any:
        try:
            return make(node)
        except FormulaError:
            raise
        except (OverflowError, ValueError, TypeError, RecursionError, ArithmeticError) as error:
            raise formula.fault(f"this cannot be evaluated: {error}", node) from None

    def make(node: ast.expr) -> Any:
        match node:
            case ast.Constant(value=int() | float() as value):
                return sp.Integer(value) if isinstance(value, int) else sp.Float(value)
            case ast.Name(id=name):
                if name in formula.names or name in VARIABLES:
                    return symbol(name)
                return _polar(name) if name == "r" or name in ANGLES else EXACT[name]
            case ast.UnaryOp(op=op, operand=operand):
                return -walk(operand) if isinstance(op, ast.USub) else walk(operand)
            case ast.BinOp(left=base, op=ast.Pow(), right=exponent):
                return sp.Pow(walk(base), _exact_exponent(walk(exponent)))
            case ast.BinOp():
                first, chain = left_chain(node)
                result = walk(first)
                for one in chain:
                    result = OPERATIONS[type(one.op)](result, walk(one.right))
                return result
            case ast.Call(func=ast.Name(id="where"), args=[condition, *values]):
                return FUNCTIONS["where"](condition_of(condition), *map(walk, values))
            case ast.Call(func=ast.Name(id=name), args=arguments):
                return FUNCTIONS[name](*map(walk, arguments))
            case _:
                raise AssertionError(f"the grammar made {type(node).__name__}")

    def condition_of(node: ast.expr) -> Any:
        match node:
            case ast.BoolOp(op=op, values=parts):
                return (sp.And if isinstance(op, ast.And) else sp.Or)(*map(condition_of, parts))
            case ast.Compare(left=left, ops=signs, comparators=others):
                sides = [walk(one) for one in (left, *others)]
                pairs = zip(signs, sides[:-1], sides[1:], strict=True)
                return sp.And(*(COMPARISONS[type(sign)](a, b) for sign, a, b in pairs))
            case _:
                raise AssertionError(f"the grammar made {type(node).__name__}")

    return normalize(walk(formula.tree))


def _polar(name: str) -> Any:
    x, y = symbol("x"), symbol("y")
    return sp.sqrt(x**2 + y**2) if name == "r" else sp.atan2(y, x)


def _numbers(expression: Any) -> list[Any]:
    """The numbers in an expression that its last operation can have produced: factors of it or of its terms."""
    terms = expression.args if expression.is_Add else (expression,)
    return [one for term in terms for one in (term.args if term.is_Mul else (term,)) if one.is_Float or one.is_Rational]


def _exact_exponent(exponent: Any) -> Any:
    """Integer and half-integer exponents as exact numbers, so that powers become products and one square root."""
    if exponent.is_Float and math.isfinite(float(exponent)) and float(2 * exponent).is_integer():
        return sp.Rational(int(2 * exponent), 2)
    return exponent


def normalize(expression: Any) -> Any:
    """The same expression with real symbols, and exact integer and half-integer exponents."""
    renamed = {one: symbol(one.name) for one in expression.free_symbols if one != symbol(one.name)}
    if renamed:
        expression = expression.xreplace(renamed)
    powers = {one: sp.Pow(one.base, _exact_exponent(one.exp)) for one in expression.atoms(sp.Pow) if one.exp.is_Float}
    return expression.subs(powers) if powers else expression


def check_expression(returned: Any, owner: str) -> Any:
    """The return value of an author's function as a tidy expression; InputError if it is not a real formula."""
    if isinstance(returned, bool) or not isinstance(returned, (int, float, sp.Expr)):
        raise InputError(f"{owner} returned {type(returned).__name__}, not a formula of x and y; return an expression")
    expression = normalize(
        sp.Integer(returned)
        if isinstance(returned, int)
        else sp.Float(returned)
        if isinstance(returned, float)
        else returned
    )
    if expression.has(sp.Mod):  # x % 1
        expression = expression.replace(sp.Mod, lambda a, b: a - b * sp.floor(a / b))
    if expression.has(*_BROKEN):
        raise InputError(f"{owner} is infinite or undefined everywhere: {expression}")
    if expression.has(sp.I) or expression.is_extended_real is False:
        raise InputError(f"{owner} is never a real number: {expression}")
    return expression


def unknown_names(expression: Any, names: Iterable[str]) -> list[str]:
    """The free symbols of an expression that are neither coordinates, time, nor in `names`, sorted by name."""
    allowed = {*VARIABLES, *names}
    return sorted(one.name for one in expression.free_symbols if one.name not in allowed)


KINKS = (sp.Abs, sp.sign, sp.floor, sp.ceiling, sp.Heaviside, sp.Min, sp.Max)

# SymPy differentiates Abs into sign, sign into Dirac's delta, Max into Heaviside, floor not at all, and checks at every
# step whether the argument is real. A particle never meets the delta, so here the derivative of a step is 0.


class Step(sp.Function):  # type: ignore[misc]
    """The unit step: 0 below zero, 1 above, 1/2 at zero, with the derivative 0."""

    nargs = 1

    def fdiff(self, argindex: int = 1) -> Any:
        return sp.S.Zero


class Side(Step):
    """sign(z): -1 below zero, 1 above, 0 at zero, with the derivative 0."""


class Floor(Step):
    """floor(z), with the derivative 0."""


class Ceil(Step):
    """ceil(z), with the derivative 0."""


class Size(sp.Function):  # type: ignore[misc]
    """|z|, with the derivative sign(z)."""

    nargs = 1

    def fdiff(self, argindex: int = 1) -> Any:
        return Side(self.args[0])


class Least(sp.Function):  # type: ignore[misc]
    """min(a, b); where both are equal, the derivative is the mean of both sides, a subgradient."""

    nargs = 2
    turn = 1

    def fdiff(self, argindex: int = 1) -> Any:
        a, b = self.args
        ahead = (b - a) if argindex == 1 else (a - b)
        return Step(self.turn * ahead)


class Most(Least):
    """max(a, b)."""

    turn = -1


def _chain(kind: Any, arguments: Iterable[Any]) -> Any:
    first, *rest = arguments
    for one in rest:
        first = kind(first, one)
    return first


def with_kinks(expression: Any) -> Any:
    """The expression with SymPy's functions that have kinks replaced by those above, ready to be differentiated."""
    if not expression.has(*KINKS):
        return expression
    out = expression
    for old, new in ((sp.Abs, Size), (sp.sign, Side), (sp.floor, Floor), (sp.ceiling, Ceil)):
        out = out.replace(old, new)
    out = out.replace(sp.Heaviside, lambda z, *_: Step(z))
    return out.replace(sp.Min, lambda *a: _chain(Least, a)).replace(sp.Max, lambda *a: _chain(Most, a))


def derivatives(expression: Any, wanted: str) -> list[Any]:
    """[V], the force [-Vx, -Vy], or the Hessian [Vxx, Vxy, Vyy]."""
    x, y = symbol("x"), symbol("y")
    if wanted == "value":
        return [with_kinks(expression)]
    Vx, Vy = _gradient(expression)
    return [-Vx, -Vy] if wanted == "force" else [Vx.diff(x), Vx.diff(y), Vy.diff(y)]


@functools.lru_cache(maxsize=4)
def _gradient(expression: Any) -> tuple[Any, Any]:
    V = with_kinks(expression)
    return with_kinks(V.diff(symbol("x"))), with_kinks(V.diff(symbol("y")))


__all__ = [
    "build",
    "check_expression",
    "derivatives",
    "normalize",
    "refuse_truth_values",
    "symbol",
    "unknown_names",
    "with_kinks",
]
