"""The grammar of formulas: a recursive descent parser from tokens to a tree of `ast` nodes, which is never executed.

Precedence: powers, then signs, products, sums. A product needs no sign between its factors; where its absence is
ambiguous, the formula is refused and the error shows both readings.
"""

from __future__ import annotations

import ast
import functools
import math
from collections.abc import Callable, Collection, Sequence
from copy import deepcopy
from difflib import get_close_matches
from typing import TypeVar

from orbitdraw.errors import suggestion
from orbitdraw.functions import FUNCTIONS, SHORTHAND, argument_counts
from orbitdraw.potentials import bars
from orbitdraw.potentials.cursor import Cursor
from orbitdraw.potentials.factors import Product
from orbitdraw.potentials.tokens import Token, fault, tokens
from orbitdraw.potentials.vocabulary import CALLS, COMPARISONS, CONSTANTS, JOINTS, KNOWN

MAX_DEPTH = 60
"""Maximum depth of nested brackets, and number of signs in a row."""

SUMS: dict[str, type[ast.operator]] = {"+": ast.Add, "-": ast.Sub}
PRODUCTS: dict[str, type[ast.operator]] = {"*": ast.Mult, "/": ast.Div}
TWO_ARGUMENTS = {
    "atan": "atan2(y, x) for the angle of a point",
    "arctan": "atan2(y, x) for the angle of a point",
    "log": "log(x)/log(b) for the base b",
    "ln": "log(x)/log(b) for the base b",
    "sqrt": "x^(1/n) for the n-th root",
    "exp": "b^x for another base",
}
"""The function that is meant where one has an argument too many."""

NO_NUMBERS = frozenset({"inf", "infinity", "oo", "nan"})

Inside = TypeVar("Inside")


class Grammar(Cursor):
    """A parser of one text; call `formula` once."""

    def __init__(self, text: str, words: Sequence[Token], declared: Collection[str]) -> None:
        super().__init__(text, words, declared)
        self.names: dict[str, int] = {}
        """The names of parameters, and the column where each occurs first."""
        self._testing = False
        """True inside a condition."""
        self._fixed = frozenset(CONSTANTS).difference(declared)

    def formula(self) -> ast.expr:
        """The syntax tree of the whole text."""
        try:
            tree = self._sum()
        except RecursionError:
            raise fault(f"nested too deep; at most {MAX_DEPTH} levels", self.text, 0) from None
        if self.next.kind != "end":
            self.stray()
        return tree

    # Sums, products, powers.

    def _sum(self) -> ast.expr:
        start, found = self.next.column, self._product()
        while self.next.word in SUMS:
            sign = SUMS[self.take().word]()
            found = self.put(ast.BinOp(found, sign, self._product()), start)
        return found

    def _product(self) -> ast.expr:
        first, sign = self.place, ""
        start, found = self.next.column, self._signed()
        while True:
            if self.next.word in PRODUCTS:
                sign = self.take().word
                found = self.put(ast.BinOp(found, PRODUCTS[sign](), self._signed()), start)
            elif self.next.kind in bars.STARTS and not self.joins("and", "or"):
                product = Product(self.text, self.words[first : self.place + 1], self._fixed)
                if doubt := product.doubt(divided=sign == "/", declared=self.next.word in self.declared):
                    raise self.fault(doubt, self.next)
                sign = ""
                found = self.put(ast.BinOp(found, ast.Mult(), self._power()), start)
            else:
                return found

    def _signed(self) -> ast.expr:
        signs = []
        while self.next.word in SUMS:
            signs.append(self.take())
            if len(signs) > MAX_DEPTH:
                raise self.fault(f"nested too deep; at most {MAX_DEPTH} levels", signs[-1])
        found = self._power()
        for sign in reversed(signs):
            found = self.put(ast.UnaryOp(ast.USub() if sign.word == "-" else ast.UAdd(), found), sign.column)
        return found

    def _power(self) -> ast.expr:
        start, found = self.next.column, self._atom()
        if self.next.kind == "raised":
            found = self.put(ast.BinOp(found, ast.Pow(), self._raised(self.take())), start)
            if self.next.kind == "raised" or self.next.word == "^":
                raise self.fault("a power of a power is ambiguous; write it with ( )", self.next)
        elif self.next.word == "^":
            self.take()
            found = self.put(ast.BinOp(found, ast.Pow(), self._exponent()), start)
        return found

    def _exponent(self) -> ast.expr:
        if self.next.kind != "raised":
            return self._signed()
        one = self.take()
        if one.word not in SUMS:
            return self._raised(one)
        found = self._power()  # as in y^⁻1
        return self.put(ast.UnaryOp(ast.USub(), found), one.column) if one.word == "-" else found

    def _raised(self, one: Token) -> ast.expr:
        """The exponent in a token of superscript characters."""
        digits = one.word.lstrip("+-")
        if not digits:
            raise self.fault(f"a superscript sign needs a superscript number; write ^{one.word}1", one)
        if digits == "n":
            return self._name(Token("name", "n", one.column, one.end))
        number = self.put(ast.Constant(_number(self.text, Token("number", digits, one.column, one.end))), one.column)
        return self.put(ast.UnaryOp(ast.USub(), number), one.column) if one.word[0] == "-" else number

    # Numbers, names, brackets.

    def _atom(self) -> ast.expr:
        one = self.next
        match one.kind:
            case "number":
                return self.put(ast.Constant(_number(self.text, self.take())), one.column)
            case "fraction":
                above, below = (self.put(ast.Constant(int(part)), one.column) for part in self.take().word.split("/"))
                return self.put(ast.BinOp(above, ast.Div(), below), one.column)
            case "open":
                inside = self._bracket(self._sum)
                return self._call("abs", [inside], one) if one.word == "|" else inside
            case "root":
                return self._root(self.take())
            case "name":
                return self._function(self.take()) if self._begins_call() else self._name(self.take())
        return self.stray()

    def _name(self, one: Token) -> ast.expr:
        name = one.word
        if name not in self.declared and name in JOINTS:
            raise self.fault(f"{name!r} joins two conditions; as a parameter it needs --param {name}=1", one)
        if name not in self.declared and name.lower() in NO_NUMBERS:
            raise self.fault(f"a formula has finite numbers, not {name!r}; write a large one such as 1e6", one)
        if name == "not" and self._testing and name not in self.declared:
            raise self.fault("'not' is not allowed in conditions; write the opposite comparison", one)
        if name in self.declared or name not in KNOWN:
            self.names.setdefault(name, one.column)
        return self.put(ast.Name(name), one.column)

    def _bracket(self, inside: Callable[[], Inside]) -> Inside:
        """Parse the inside of the brackets or bars that open here, by `inside`."""
        opening = self.take()
        found = self._nested(opening, inside)
        if self.next.kind == "end":
            raise self.fault("this ( is never closed", opening)
        if self.next.kind != "close":
            self.stray()
        self.take()
        return found

    def _nested(self, one: Token, inside: Callable[[], Inside]) -> Inside:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.fault(f"nested too deep; at most {MAX_DEPTH} levels", one)
        found = inside()
        self.depth -= 1
        return found

    # Functions.

    def _begins_call(self) -> bool:
        """True when the next token begins a function call; raises for unknown functions."""
        one, opens = self.next, self.words[self.place + 1].word == "("
        if one.word in CALLS:
            return opens or one.word not in self.declared
        if not opens or one.word in self.declared:
            return False
        if one.word in ("theta", "θ"):
            hint = f"write {one.word}*(...) for a product, step(...) for the step"
            raise self.fault(f"{one.word!r} is the angle; {hint}", one)
        if one.word in KNOWN:
            return False
        equals = next((word for word in self.words if word.word == "="), None)
        if equals is not None and self.place == 0:  # V(x, y) = x^2
            raise self.fault("write only V, the right-hand side", equals)
        hint, product = suggestion(one.word, CALLS), ""
        if not hint.startswith("did you mean"):
            nearest = get_close_matches(one.word, sorted(CALLS), n=3, cutoff=0.4) if len(one.word) > 1 else []
            hint = f"did you mean {' or '.join(nearest)}?" if nearest else "README lists the functions"
            product = f"write {one.shown}*( for a product; "
        raise self.fault(f"unknown function {one.shown!r}; {product}{hint}", one)

    def _function(self, one: Token) -> ast.expr:
        if one.word == "where" and self._testing:  # SymPy would expand every combination
            raise self.fault("a condition cannot contain where(...); write step(...) or two conditions", one)
        least, most = argument_counts(one.word)
        if self.next.word != "(" and least > 1 and self.next.kind != "raised" and self.next.word != "^":
            given = "x > 0, a, b" if one.word == "where" else "a, b"
            raise self.fault(f"{one.word!r} stands before its arguments; write {one.word}({given})", one)
        exponent = self._power_of_function(one)
        opening = self.place
        if self.next.word != "(":
            arguments = [self._bare(one)]
        else:
            arguments = self._bracket(self._choice if one.word == "where" else self._arguments)
        if len(arguments) < least or (most is not None and len(arguments) > most):
            wanted = "1 argument" if most == 1 else f"{least} arguments" + ("" if most else " or more")
            points = [self.decimal_point(place) for place in range(opening, self.place)]
            point = next((f"; {one}" for one in points if one), "")
            if not point and len(arguments) > least and one.word in TWO_ARGUMENTS:
                point = f"; write {TWO_ARGUMENTS[one.word]}"
            raise self.fault(f"{one.word!r} takes {wanted}, not {len(arguments)}{point}", one)
        if most is None:
            self._check_commas(opening)
        found = self._call(one.word, arguments, one)
        return self.put(ast.BinOp(found, ast.Pow(), exponent), one.column) if exponent is not None else found

    def _check_commas(self, opening: int) -> None:
        """Refuse max(0,5, x): beside commas with a blank, one without may be a decimal comma."""
        depth, commas = 0, []
        for place in range(opening, self.place):
            depth += (self.words[place].kind == "open") - (self.words[place].kind == "close")
            if self.words[place].word == "," and depth == 1:
                commas.append(place)
        spaced = [self.words[place].end < self.words[place + 1].column for place in commas]
        doubtful = next((place for place in commas if self.decimal_point(place)), None)
        if doubtful is not None and any(spaced):
            before, after = self.words[doubtful - 1].word, self.words[doubtful + 1].word
            point = self.decimal_point(doubtful)
            raise self.fault(f"{point}; two arguments are written {before}, {after}", self.words[doubtful])

    def _power_of_function(self, one: Token) -> ast.expr | None:
        """The exponent between a function's name and its argument, as in sin²(x) and sin^2(x); None without one."""
        if self.next.kind == "raised" and self.next.word[0] not in SUMS:
            return self._raised(self.take())
        if self.next.word == "^" and self.words[self.place + 1].kind == "number":
            self.take()
            return self._atom()
        if self.next.kind == "raised" or self.next.word == "^":
            inverse = f" or a{one.word}(...)" if f"a{one.word}" in CALLS else ""
            raise self.fault(f"the power of {one.word!r} is ambiguous; write {one.word}(...)^(...){inverse}", one)
        return None

    def _arguments(self) -> list[ast.expr]:
        found = []
        while self.next.kind != "close":
            found.append(self._sum())
            if self.next.word != ",":
                break
            self.take()
        return found

    def _bare(self, one: Token) -> ast.expr:
        """The argument without brackets of sin x, sin 2x and ln|x|; FormulaError where its end is ambiguous."""
        if self.next.kind not in bars.STARTS or self.calls(self.next):
            raise self.fault(f"{one.word!r} is a function; write {one.word}(...)", one)
        start, number, barred = self.next.column, self.next.kind in ("number", "fraction"), self.next.word == "|"
        found = self._atom() if barred else self._power()
        if number and self.next.kind == "name" and not (self.calls(self.next) or self.joins("and", "or")):
            found = self.put(ast.BinOp(found, ast.Mult(), self._power()), start)
        ends = self.next.kind in ("end", "close") or self.next.word in (*SUMS, ",", *COMPARISONS)
        if barred:
            ends = self.next.kind != "raised" and self.next.word != "^"
        if not (ends or self.calls(self.next) or self.joins("and", "or")):
            raise self.fault(f"it is unclear where the argument of {one.word!r} ends; write {one.word}(...)", one)
        return found

    def _root(self, one: Token) -> ast.expr:
        bare, found = self.next.kind != "open", self._nested(one, self._atom)
        if self.next.kind == "raised" or self.next.word == "^" or (bare and self.next.kind in bars.STARTS):
            raise self.fault(f"it is unclear where this root ends; write {one.word}(...)", one)
        return self._call("sqrt" if one.word == "√" else "cbrt", [found], one)

    def _call(self, name: str, arguments: list[ast.expr], one: Token) -> ast.expr:
        if name in FUNCTIONS:
            return self.put(ast.Call(ast.Name(name), arguments, []), one.column)
        filled = _Filled(arguments, one.column, self.words[self.place - 1].end)
        found: ast.expr = filled.visit(deepcopy(_meaning(name)))
        return found

    # Conditions.

    def _choice(self) -> list[ast.expr]:
        """The condition and the two values in the brackets of `where`."""
        self._testing = True
        found = [self._condition()]
        self._testing = False
        if self.next.word == ",":
            self.take()
            found += self._arguments()
        return found

    def _condition(self, joint: str = "or") -> ast.expr:
        start = self.next.column
        parts = [self._condition("and") if joint == "or" else self._comparison()]
        while self.joins(joint):
            self.take()
            parts.append(self._condition("and") if joint == "or" else self._comparison())
        return parts[0] if len(parts) == 1 else self.put(ast.BoolOp(JOINTS[joint](), parts), start)

    def _comparison(self) -> ast.expr:
        if self._brackets_condition():
            return self._bracket(self._condition)
        start, first = self.next, self._sum()
        signs, others = [], []
        while self.next.word in COMPARISONS:
            signs.append(COMPARISONS[self.take().word]())
            others.append(self._sum())
        if self.next.word == "=":
            raise self.fault("'=' is not a comparison; write ==", self.next)
        if not signs:
            raise self.fault("the first argument of 'where' is a condition, such as x > 0", start)
        return self.put(ast.Compare(first, list(signs), others), start.column)

    def _brackets_condition(self) -> bool:
        """True when the bracket that opens here contains a whole condition, not a number to compare."""
        if self.next.word != "(":
            return False
        calls: list[bool] = []
        for before, one in zip(self.words[self.place - 1 :], self.words[self.place :], strict=False):
            if one.kind == "open":
                calls.append(bool(calls) and before.word in CALLS)
            elif one.kind == "close":
                calls.pop()
            elif one.word in COMPARISONS and not any(calls):
                return bool(calls)
            if not calls:
                return False
        return False


class _Filled(ast.NodeTransformer):
    """Substitutes the arguments of a call into the formula of a shorthand."""

    def __init__(self, arguments: Sequence[ast.expr], start: int, end: int) -> None:
        self.given = dict(zip("ab", arguments, strict=False))
        self.start, self.end = start, end

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return self.given.get(node.id, node)

    def generic_visit(self, node: ast.AST) -> ast.AST:
        if isinstance(node, ast.expr):
            node.col_offset, node.end_col_offset = self.start, self.end
        return super().generic_visit(node)


@functools.cache
def _meaning(name: str) -> ast.expr:
    """The syntax tree of a shorthand, in a and b."""
    return Grammar(SHORTHAND[name], tokens(SHORTHAND[name]), "ab").formula()


def _number(text: str, one: Token) -> int | float:
    value = float(one.word)
    if math.isinf(value) or value > 1e300:
        raise fault(f"the number {one.word[:20]} is too large", text, one.column)
    # Whole numbers stay exact while a double can hold them.
    return int(value) if one.word.isdigit() and value < 2**53 else value
