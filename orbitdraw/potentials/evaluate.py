"""Evaluation of a formula's syntax tree with NumPy, for a preview of its landscape before anything is derived.

The result equals that of the potential up to rounding, without SymPy and without compilation, fast enough for each
keystroke. No text is executed: the tree was checked by `formula.read`, and only functions of `FUNCTIONS` are called.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from orbitdraw.functions import FUNCTIONS
from orbitdraw.potentials.formula import Formula, left_chain
from orbitdraw.potentials.vocabulary import ANGLES, CONSTANTS

OPERATIONS: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}

COMPARISONS: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt, ast.GtE: operator.ge,
    ast.Eq: operator.eq, ast.NotEq: operator.ne,
}  # fmt: skip

MAX_PRODUCT_EXPONENT = 16
"""Largest exponent that is computed by products: NumPy's power takes twenty times as long."""

DIFFERENCE_STEP = 1e-5
"""Step of the central differences, relative to the largest coordinate."""


@dataclass(frozen=True)
class FormulaPotential:
    """V(x, y, t) of a parsed formula with fixed parameters `numbers`; has `value` and `force` like a potential.

    >>> from orbitdraw.potentials.formula import read
    >>> ground = FormulaPotential(read("k*(x^2 + y^2)/2", ["k"]), {"k": 2.0})
    >>> float(ground.value(1.0, 2.0)), [round(float(part), 6) for part in ground.force(1.0, 2.0)]
    (5.0, [-2.0, -4.0])
    """

    formula: Formula
    numbers: Mapping[str, float]

    @property
    def is_time_dependent(self) -> bool:
        """True when the formula depends on time."""
        return any(isinstance(node, ast.Name) and node.id == "t" for node in ast.walk(self.formula.tree))

    def value(self, x: ArrayLike, y: ArrayLike, t: float = 0.0) -> NDArray[np.float64]:
        """V at points (x, y) at time t; nan where it is not real."""
        with np.errstate(all="ignore"):
            values: NDArray[np.float64] = np.asarray(value(self.formula.tree, self.name_values(x, y, t)), np.float64)
        return np.broadcast_to(values, np.broadcast_shapes(values.shape, np.shape(x), np.shape(y)))

    def name_values(self, x: ArrayLike, y: ArrayLike, t: float = 0.0) -> dict[str, Any]:
        """The values of all names at points (x, y) at time t, with the distance r and the angle if they are used."""
        values: dict[str, Any] = {name: np.float64(number) for name, number in CONSTANTS.items()}
        values |= {"x": np.asarray(x, np.float64), "y": np.asarray(y, np.float64), "t": np.float64(t)}
        for name in {node.id for node in ast.walk(self.formula.tree) if isinstance(node, ast.Name)} - values.keys():
            if name == "r":
                values[name] = np.hypot(values["x"], values["y"])
            elif name in ANGLES:
                values[name] = np.arctan2(values["y"], values["x"])
        return values | {name: np.float64(number) for name, number in self.numbers.items()}

    def force(self, x: ArrayLike, y: ArrayLike, t: float = 0.0) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """-grad V at points (x, y), from central differences: some eight digits, enough for arrows."""
        x, y = np.asarray(x, np.float64), np.asarray(y, np.float64)
        step = DIFFERENCE_STEP * max(1e-12, float(np.abs(x).max(initial=0.0)), float(np.abs(y).max(initial=0.0)))
        with np.errstate(all="ignore"):
            fx = self.value(x - step, y, t) - self.value(x + step, y, t)
            fy = self.value(x, y - step, t) - self.value(x, y + step, t)
        return fx / (2 * step), fy / (2 * step)


def value(node: ast.expr, names: Mapping[str, Any]) -> Any:
    """The value of a node of a formula's tree, given the values of the names."""
    match node:
        case ast.Constant(value=int() | float() as number):
            return np.float64(number)
        case ast.Name(id=name):
            return names[name]
        case ast.UnaryOp(op=op, operand=operand):
            found = value(operand, names)
            return -found if isinstance(op, ast.USub) else found
        case ast.BinOp(left=base, op=ast.Pow(), right=exponent):
            return _power(value(base, names), value(exponent, names))
        case ast.BinOp():
            first, chain = left_chain(node)
            found = value(first, names)
            for one in chain:
                found = OPERATIONS[type(one.op)](found, value(one.right, names))
            return found
        case ast.Call(func=ast.Name(id=name), args=arguments):
            return FUNCTIONS[name].on_arrays(np, *(value(one, names) for one in arguments))
        case ast.BoolOp(op=op, values=parts):
            join = np.logical_and if isinstance(op, ast.And) else np.logical_or
            return reduce(join, [value(one, names) for one in parts])
        case ast.Compare(left=left, ops=signs, comparators=others):
            sides = [value(one, names) for one in (left, *others)]
            pairs = zip(signs, sides[:-1], sides[1:], strict=True)
            return reduce(np.logical_and, [COMPARISONS[type(sign)](a, b) for sign, a, b in pairs])
        case _:
            raise AssertionError(f"the grammar made {type(node).__name__}")


def _power(base: Any, exponent: Any) -> Any:
    if np.ndim(exponent) == 0 and abs(exponent) <= MAX_PRODUCT_EXPONENT and float(2 * exponent).is_integer():
        whole, half = divmod(abs(float(exponent)), 1.0)
        result = reduce(operator.mul, [base] * int(whole), np.float64(1.0))
        result = result * np.sqrt(base) if half else result
        return result if exponent >= 0 else 1.0 / result
    return np.power(base, exponent)
