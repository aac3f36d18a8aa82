"""Parsing of typed formulas with a grammar of their own and size limits; the text is never executed.

Parsing has two steps: `read` refuses everything that is not a small real formula, without SymPy; `symbolic.build` makes
the SymPy expression of the tree. Both raise only FormulaError, with the column in the typed text.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from orbitdraw.errors import FormulaError
from orbitdraw.functions import FUNCTIONS
from orbitdraw.potentials import interval
from orbitdraw.potentials.grammar import MAX_DEPTH, Grammar
from orbitdraw.potentials.tokens import fault, plain_name, tokens
from orbitdraw.potentials.vocabulary import ANGLES, CONSTANTS, VARIABLES

# Typed and pasted formulas stay far below these limits of length. They bound the time: the worst formula allowed takes
# half a second to differentiate and a second and a half to compile.
MAX_LENGTH = 2000
MAX_NODES = 500
MAX_POWER = 200


@dataclass(frozen=True)
class Formula:
    """A parsed formula: text, syntax tree, and the names of its parameters with the columns where each occurs first.

    `declared` are the names of the parameters that have a value, used or not.
    """

    text: str
    tree: ast.expr
    names: Mapping[str, int]
    declared: frozenset[str] = frozenset()

    @property
    def undeclared_names(self) -> tuple[str, ...]:
        """The names of parameters that were not declared."""
        return tuple(name for name in self.names if name not in self.declared)

    def fault(self, message: str, node: ast.expr) -> FormulaError:
        """The error at the column where `node` starts (of an operation: its left operand)."""
        return fault(message, self.text, node.col_offset)

    def text_of(self, node: ast.expr) -> str:
        """The part of the text that belongs to `node`."""
        return self.text[node.col_offset : node.end_col_offset]


def read(text: str, params: Iterable[str] = ()) -> Formula:
    """Parse a formula and check that it is real and small.

    `params` are the names of declared parameters. Any other unknown name that is not followed by ( is a parameter too,
    one of the formula's `undeclared_names`. `r` is the distance from the origin, `phi` and `theta` (also φ and θ) are
    the angle, `e` and `pi` the constants, unless a parameter has that name. Raises FormulaError.

    >>> list(read("a x² - k/r", ["a"]).names), read("a x² - k/r", ["a"]).undeclared_names
    (['a', 'k'], ('k',))
    """
    if not isinstance(text, str):
        raise FormulaError(f"a formula is a text, not {type(text).__name__}")
    if len(text) > MAX_LENGTH:
        raise FormulaError(f"the formula has {len(text)} characters; at most {MAX_LENGTH}", text, MAX_LENGTH)
    words = tokens(text)
    if not words:
        raise FormulaError("the formula is empty; write one such as -1/sqrt(x^2 + y^2 + 0.01)", text, 0)
    declared = frozenset(map(plain_name, params))
    grammar = Grammar(text, words, declared)
    tree = grammar.formula()
    formula = Formula(text, tree, grammar.names, declared)
    FormulaCheck(formula).check()
    return formula


def left_chain(node: ast.expr) -> tuple[ast.expr, list[ast.BinOp]]:
    """The first operand of a left-nested chain a + b - c + d ..., and its operations from the inside out.

    A sum of a hundred terms is long, not deep: walking along the chain keeps the recursion flat.
    """
    chain: list[ast.BinOp] = []
    while isinstance(node, ast.BinOp) and type(node.op) in interval.OPERATIONS:
        chain.append(node)
        node = node.left
    return node, chain[::-1]


class FormulaCheck:
    """One pass over a tree that checks the limits, and by interval arithmetic that values can be real."""

    def __init__(self, formula: Formula) -> None:
        self.formula = formula
        self.nodes = 0

    def check(self) -> None:
        """Raise FormulaError for the first fault in the tree."""
        self.span(self.formula.tree, 0, 1.0)

    def span(self, node: ast.expr, depth: int, power: float) -> interval.Interval:
        """An interval that contains a node's value; `power` is the product of the enclosing exponents."""
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise self.formula.fault(
                f"the formula is too large; at most {MAX_NODES} operations, numbers and names", node
            )
        if depth > MAX_DEPTH:
            raise self.formula.fault(f"nested too deep; at most {MAX_DEPTH} levels", node)
        try:
            result = self._span(node, depth + 1, power)
        except interval.NeverRealError as error:
            raise self.formula.fault(str(error), node) from None
        if not (abs(result[0]) < 1e300 or abs(result[1]) < 1e300 or result[0] < result[1]):
            raise self.formula.fault("this number is too large", node)
        return result

    def _span(self, node: ast.expr, depth: int, power: float) -> interval.Interval:
        match node:
            case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
                return float(value), float(value)
            case ast.Name(id=name):
                return self._name(name)
            case ast.UnaryOp(op=ast.USub() | ast.UAdd() as sign, operand=operand):
                low, high = self.span(operand, depth, power)
                return (-high, -low) if isinstance(sign, ast.USub) else (low, high)
            case ast.BinOp(left=base, op=ast.Pow(), right=exponent):
                upper = self.span(exponent, depth, power)
                size = max(abs(upper[0]), abs(upper[1])) if upper[0] == upper[1] else 1.0
                if size * power > MAX_POWER:
                    raise self.formula.fault(f"the exponent is too large; at most {MAX_POWER}", exponent)
                return interval.power(self.span(base, depth, power * max(size, 1.0)), upper)
            case ast.BinOp(op=op) if type(op) in interval.OPERATIONS:
                first, chain = left_chain(node)
                result = self.span(first, depth, power)
                for one in chain:
                    self.nodes += 1
                    result = interval.OPERATIONS[type(one.op)](result, self.span(one.right, depth, power))
                return result
            case ast.Call(func=ast.Name(id="where"), args=[condition, *values]):
                self._condition(condition, depth)
                a, b = (self.span(one, depth, power) for one in values)
                return min(a[0], b[0]), max(a[1], b[1])
            case ast.Call(func=ast.Name(id=name), args=arguments):
                return interval.apply(FUNCTIONS[name], [self.span(one, depth, power) for one in arguments])
            case _:
                raise AssertionError(f"the grammar made {type(node).__name__}")

    def _condition(self, node: ast.expr, depth: int) -> None:
        self.nodes += 1
        if isinstance(node, ast.BoolOp):
            for one in node.values:
                self._condition(one, depth)
        elif isinstance(node, ast.Compare):
            for one in (node.left, *node.comparators):
                self.span(one, depth, 1.0)

    def _name(self, name: str) -> interval.Interval:
        if name in self.formula.names or name in VARIABLES:
            return interval.REAL_LINE
        if name in CONSTANTS:
            return CONSTANTS[name], CONSTANTS[name]
        return (-math.pi, math.pi) if name in ANGLES else (0.0, math.inf)
