"""A formula that a person typed: read with `ast`, checked against a whitelist, never evaluated.

Reading has two halves. `read` refuses everything that is not a small real formula, without SymPy; `Formula.expression`
builds the SymPy expression from the walk. Both raise only FormulaError, with the column in the person's own text.
"""

from __future__ import annotations

import ast
import math
import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from orbitdraw import interval, syntax
from orbitdraw.errors import FormulaError, near
from orbitdraw.functions import FUNCTIONS

# What a person types by hand, and pastes, stays far below these. They bound the wait: the worst formula that fits
# takes half a second to differentiate and a second and a half to compile.
MAX_LENGTH = 2000
MAX_TOKENS = 1000
MAX_NODES = 500
MAX_DEPTH = 60
MAX_POWER = 200

VARIABLES = ("x", "y", "t")
CONSTANTS = {"pi": math.pi, "e": math.e}

_TOKEN = re.compile(
    r"(?P<space>\s+)|(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(?P<name>[A-Za-z_][A-Za-z_0-9]*)"
    r"|(?P<sign>\*\*|//|[-+*/^(),])"
)
_HINTS = {
    "×": "write *", "·": "write *", "∙": "write *", "⋅": "write *", "÷": "write /", "−": "write -", "–": "write -",
    "²": "write ^2", "³": "write ^3", "π": "write pi", "√": "write sqrt(...)", "[": "write (", "]": "write )",
    "{": "write (", "}": "write )", "|": "write abs(...)", "=": "write only V, the right-hand side",
    "%": "write a - b*floor(a/b)", "<": "comparisons are not part of formulas; use min, max or sign",
    ">": "comparisons are not part of formulas; use min, max or sign", "!": "factorials are not part of formulas",
}  # fmt: skip


@dataclass(frozen=True)
class Token:
    """A word of the text and the column where it starts."""

    kind: str
    word: str
    column: int


@dataclass(frozen=True)
class Formula:
    """A text that passed: its tree, the parameters it uses, and the way back to the person's columns."""

    text: str
    tree: ast.expr
    names: tuple[str, ...]
    columns: tuple[tuple[int, int], ...]

    def column(self, node: ast.expr) -> int:
        """The column in the person's text where `node` starts (an operation: at its operator's left side)."""
        place = bisect_right(self.columns, (node.col_offset, len(self.text))) - 1
        return self.columns[max(place, 0)][1]

    def fault(self, message: str, node: ast.expr) -> FormulaError:
        """The one exception, pointing at `node`."""
        return _fault(message, self.text, self.column(node))

    def expression(self) -> Any:
        """The formula as a SymPy expression of real symbols."""
        from orbitdraw.symbolic import build

        return build(self)


def _fault(message: str, text: str, column: int) -> FormulaError:
    return FormulaError(f"{message} (column {column + 1})", text, column)


def tokens(text: str) -> list[Token]:
    """The words of a formula.

    >>> [one.word for one in tokens("2*x^2")]
    ['2', '*', 'x', '^', '2']
    """
    found: list[Token] = []
    place = 0
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None or match.lastgroup is None:
            sign = text[place]
            shown = sign if sign.isprintable() else f"the character U+{ord(sign):04X}"
            hint = _HINTS.get(sign, "use letters, numbers, + - * / ^ and ()")
            raise _fault(f"{shown!r} has no place in a formula; {hint}", text, place)
        if match.lastgroup != "space":
            found.append(Token(match.lastgroup, match.group(), place))
            if len(found) > MAX_TOKENS:
                raise _fault(f"the formula is too long; at most {MAX_TOKENS} numbers, names and signs", text, place)
        place = match.end()
    return found


def _neighbours(text: str, words: list[Token]) -> None:
    """Refuse what Python's grammar would explain badly: 2x, x y, 2(x), (x)(y), signs in a row without end."""
    depth = run = 0
    for before, one in zip([None, *words], words, strict=False):
        opens = one.word == "("
        run = run + 1 if one.kind == "sign" and one.word in "+-^**//" else 0
        depth += (one.word == "(") - (one.word == ")")
        if depth > MAX_DEPTH or run > MAX_DEPTH:
            raise _fault(f"nested too deep; at most {MAX_DEPTH} levels", text, one.column)
        if depth < 0:
            raise _fault("this ) closes nothing", text, one.column)
        if one.word == "//":
            raise _fault("// is unknown; write / or floor(a/b)", text, one.column)
        if before is None or not (one.kind in ("number", "name") or opens):
            continue
        if before.kind == "name" and opens and before.word in FUNCTIONS:
            continue
        if before.kind in ("number", "name") or before.word == ")":
            if before.kind == "name" and opens and near(before.word, FUNCTIONS).startswith("did you mean"):
                raise _fault(f"unknown function {before.word!r}; {near(before.word, FUNCTIONS)}", text, before.column)
            shown = text[before.column : one.column + len(one.word)]
            raise _fault(f"{shown!r} is unclear; write {before.word}*{one.word} for a product", text, one.column)


def read(text: str, params: Iterable[str] = ()) -> Formula:
    """The formula in `text`, if it is one: real, small, and made of known names.

    `params` are the names of numbers that somebody gives. `r` is short for sqrt(x^2 + y^2), `e` and `pi` are the
    constants, unless a parameter has that name. Raises FormulaError.

    >>> read("a*x^2 - 1/r", ["a"]).names
    ('a',)
    """
    if not isinstance(text, str):
        raise FormulaError(f"a formula is a text, not {type(text).__name__}")
    if len(text) > MAX_LENGTH:
        raise FormulaError(f"the formula has {len(text)} characters; at most {MAX_LENGTH}", text, MAX_LENGTH)
    words = tokens(text)
    if not words:
        raise FormulaError("the formula is empty; write one such as -1/sqrt(x^2 + y^2 + 0.01)", text, 0)
    _neighbours(text, words)
    code, columns = "", []
    for one in words:
        columns.append((len(code), one.column))
        code += "**" if one.word == "^" else _number(text, one) if one.kind == "number" else one.word
        code += " "
    try:
        tree = syntax.expression(code.rstrip())
    except SyntaxError as error:
        place = max(bisect_right(columns, ((error.offset or 1) - 1, len(text))) - 1, 0)
        reason = f"{words[place].word!r} does not fit here"
        if code.count("(") > code.count(")"):
            reason = "a ( is never closed"
        elif words[-1].word in ("+", "-", "*", "**", "/", "^"):
            raise _fault("the formula ends too early", text, len(text)) from None
        raise FormulaError(f"{reason} (column {columns[place][1] + 1})", text, columns[place][1]) from None
    except (ValueError, MemoryError, RecursionError):
        raise FormulaError("nested too deep", text, 0) from None
    formula = Formula(text, tree, (), tuple(columns))
    walk = Walk(formula, frozenset(params))
    walk.check()
    return Formula(text, tree, tuple(sorted(walk.used)), tuple(columns))


def _number(text: str, token: Token) -> str:
    value = float(token.word)
    if math.isinf(value) or value > 1e300:
        raise _fault(f"the number {token.word[:20]} is too large", text, token.column)
    # Whole numbers stay exact while a double can hold them; leading zeros would be an error in Python.
    return str(int(value)) if token.word.isdigit() and value < 2**53 else repr(value)


def spine(node: ast.expr) -> tuple[ast.expr, list[ast.BinOp]]:
    """The first operand of a chain a + b - c * d ..., and its operations from the inside out.

    A sum of a hundred terms is long, not deep: nobody's stack should grow with it.
    """
    chain: list[ast.BinOp] = []
    while isinstance(node, ast.BinOp) and type(node.op) in interval.OPERATIONS:
        chain.append(node)
        node = node.left
    return node, chain[::-1]


class Walk:
    """One pass over a tree: only known nodes and names, within the limits, and never outside the real numbers."""

    def __init__(self, formula: Formula, params: frozenset[str]) -> None:
        self.formula = formula
        self.params = params
        self.used: set[str] = set()
        self.nodes = 0

    def check(self) -> None:
        """Raise FormulaError unless the whole tree is fine."""
        self.span(self.formula.tree, 0, 1.0)

    def span(self, node: ast.expr, depth: int, power: float) -> interval.Interval:
        """The interval a node's value lies in; `power` is the product of the exponents around it."""
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise self.formula.fault(
                f"the formula is too large; at most {MAX_NODES} operations, numbers and names", node
            )
        if depth > MAX_DEPTH:
            raise self.formula.fault(f"nested too deep; at most {MAX_DEPTH} levels", node)
        try:
            found = self._span(node, depth + 1, power)
        except interval.NeverRealError as error:
            raise self.formula.fault(str(error), node) from None
        if not (abs(found[0]) < 1e300 or abs(found[1]) < 1e300 or found[0] < found[1]):
            raise self.formula.fault("this number is too large", node)
        return found

    def _span(self, node: ast.expr, depth: int, power: float) -> interval.Interval:
        match node:
            case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
                return float(value), float(value)
            case ast.Name(id=name):
                return self._name(node, name)
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
                first, chain = spine(node)
                found = self.span(first, depth, power)
                for one in chain:
                    self.nodes += 1
                    found = interval.OPERATIONS[type(one.op)](found, self.span(one.right, depth, power))
                return found
            case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]):
                if name not in FUNCTIONS:
                    raise self.formula.fault(f"unknown function {name!r}; {near(name, FUNCTIONS)}", node)
                row = FUNCTIONS[name]
                if len(arguments) < row.least or (row.most is not None and len(arguments) > row.most):
                    wanted = "1 argument" if row.most == 1 else "2 arguments" if row.most else "2 arguments or more"
                    raise self.formula.fault(f"{name} takes {wanted}, not {len(arguments)}", node)
                return interval.apply(row, [self.span(one, depth, power) for one in arguments])
            case ast.Tuple():
                raise self.formula.fault(
                    "a formula is one number, not a list; a comma stands only between a function's arguments", node
                )
            case _:
                raise self.formula.fault(
                    "this is not part of formulas; use numbers, names, functions, + - * / and ^", node
                )

    def _name(self, node: ast.expr, name: str) -> interval.Interval:
        if name in VARIABLES or name in self.params:
            if name in self.params:
                self.used.add(name)
            return interval.ANYTHING
        if name == "r":
            return 0.0, math.inf
        if name in CONSTANTS:
            return CONSTANTS[name], CONSTANTS[name]
        if name in FUNCTIONS:
            raise self.formula.fault(f"{name!r} is a function; write {name}(...)", node)
        known = [*VARIABLES, "r", *CONSTANTS, *self.params]
        hint = near(name, known + list(FUNCTIONS))
        close = f"{hint} Or" if hint.startswith("did you mean") else "if it is a number,"
        raise self.formula.fault(f"unknown name {name!r}; {close} give it with --param {name}=1", node)
