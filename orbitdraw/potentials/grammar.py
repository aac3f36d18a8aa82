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
from orbitdraw.potentials.vocabulary import CALLS, COMPARISONS, CONSTANTS, KNOWN, LOGICAL_OPERATORS

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
        self._in_condition = False
        """True inside a condition."""
        self._constants = frozenset(CONSTANTS).difference(declared)

    def formula(self) -> ast.expr:
        """The syntax tree of the whole text."""
        try:
            tree = self._sum()
        except RecursionError:
            raise fault(f"nested too deep; at most {MAX_DEPTH} levels", self.text, 0) from None
        if self.next.kind != "end":
            self.raise_stray()
        return tree

    # Sums, products, powers.

    def _sum(self) -> ast.expr:
        start, result = self.next.column, self._product()
        while self.next.word in SUMS:
            sign = SUMS[self.take().word]()
            result = self.with_columns(ast.BinOp(result, sign, self._product()), start)
        return result

    def _product(self) -> ast.expr:
        first, sign = self.position, ""
        start, result = self.next.column, self._signed_factor()
        while True:
            if self.next.word in PRODUCTS:
                sign = self.take().word
                result = self.with_columns(ast.BinOp(result, PRODUCTS[sign](), self._signed_factor()), start)
            elif self.next.kind in bars.STARTS and not self.is_joint("and", "or"):
                product = Product(self.text, self.words[first : self.position + 1], self._constants)
                if ambiguity := product.ambiguity(divided=sign == "/", declared=self.next.word in self.declared):
                    raise self.fault(ambiguity, self.next)
                sign = ""
                result = self.with_columns(ast.BinOp(result, ast.Mult(), self._power()), start)
            else:
                return result

    def _signed_factor(self) -> ast.expr:
        signs = []
        while self.next.word in SUMS:
            signs.append(self.take())
            if len(signs) > MAX_DEPTH:
                raise self.fault(f"nested too deep; at most {MAX_DEPTH} levels", signs[-1])
        result = self._power()
        for sign in reversed(signs):
            result = self.with_columns(ast.UnaryOp(ast.USub() if sign.word == "-" else ast.UAdd(), result), sign.column)
        return result

    def _power(self) -> ast.expr:
        start, result = self.next.column, self._atom()
        if self.next.kind == "raised":
            result = self.with_columns(ast.BinOp(result, ast.Pow(), self._superscript(self.take())), start)
            if self.next.kind == "raised" or self.next.word == "^":
                raise self.fault("a power of a power is ambiguous; write it with ( )", self.next)
        elif self.next.word == "^":
            self.take()
            result = self.with_columns(ast.BinOp(result, ast.Pow(), self._exponent()), start)
        return result

    def _exponent(self) -> ast.expr:
        if self.next.kind != "raised":
            return self._signed_factor()
        token = self.take()
        if token.word not in SUMS:
            return self._superscript(token)
        result = self._power()  # as in y^⁻1
        return self.with_columns(ast.UnaryOp(ast.USub(), result), token.column) if token.word == "-" else result

    def _superscript(self, token: Token) -> ast.expr:
        """The exponent in a token of superscript characters."""
        digits = token.word.lstrip("+-")
        if not digits:
            raise self.fault(f"a superscript sign needs a superscript number; write ^{token.word}1", token)
        if digits == "n":
            return self._name(Token("name", "n", token.column, token.end))
        number = self.with_columns(
            ast.Constant(_number(self.text, Token("number", digits, token.column, token.end))), token.column
        )
        return self.with_columns(ast.UnaryOp(ast.USub(), number), token.column) if token.word[0] == "-" else number

    # Numbers, names, brackets.

    def _atom(self) -> ast.expr:
        token = self.next
        match token.kind:
            case "number":
                return self.with_columns(ast.Constant(_number(self.text, self.take())), token.column)
            case "fraction":
                above, below = (
                    self.with_columns(ast.Constant(int(part)), token.column) for part in self.take().word.split("/")
                )
                return self.with_columns(ast.BinOp(above, ast.Div(), below), token.column)
            case "open":
                inside = self._bracket(self._sum)
                return self._call("abs", [inside], token) if token.word == "|" else inside
            case "root":
                return self._root(self.take())
            case "name":
                return self._function(self.take()) if self._is_call() else self._name(self.take())
        return self.raise_stray()

    def _name(self, token: Token) -> ast.expr:
        name = token.word
        if name not in self.declared and name in LOGICAL_OPERATORS:
            raise self.fault(f"{name!r} joins two conditions; as a parameter it needs --param {name}=1", token)
        if name not in self.declared and name.lower() in NO_NUMBERS:
            raise self.fault(f"a formula has finite numbers, not {name!r}; write a large one such as 1e6", token)
        if name == "not" and self._in_condition and name not in self.declared:
            raise self.fault("'not' is not allowed in conditions; write the opposite comparison", token)
        if name in self.declared or name not in KNOWN:
            self.names.setdefault(name, token.column)
        return self.with_columns(ast.Name(name), token.column)

    def _bracket(self, inside: Callable[[], Inside]) -> Inside:
        """Parse the inside of the brackets or bars that open here, by `inside`."""
        opening = self.take()
        result = self._parse_nested(opening, inside)
        if self.next.kind == "end":
            raise self.fault("this ( is never closed", opening)
        if self.next.kind != "close":
            self.raise_stray()
        self.take()
        return result

    def _parse_nested(self, token: Token, inside: Callable[[], Inside]) -> Inside:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.fault(f"nested too deep; at most {MAX_DEPTH} levels", token)
        result = inside()
        self.depth -= 1
        return result

    # Functions.

    def _is_call(self) -> bool:
        """True when the next token begins a function call; raises for unknown functions."""
        token, opens = self.next, self.words[self.position + 1].word == "("
        if token.word in CALLS:
            return opens or token.word not in self.declared
        if not opens or token.word in self.declared:
            return False
        if token.word in ("theta", "θ"):
            hint = f"write {token.word}*(...) for a product, step(...) for the step"
            raise self.fault(f"{token.word!r} is the angle; {hint}", token)
        if token.word in KNOWN:
            return False
        equals = next((word for word in self.words if word.word == "="), None)
        if equals is not None and self.position == 0:  # V(x, y) = x^2
            raise self.fault("write only V, the right-hand side", equals)
        hint, product = suggestion(token.word, CALLS), ""
        if not hint.startswith("did you mean"):
            nearest = get_close_matches(token.word, sorted(CALLS), n=3, cutoff=0.4) if len(token.word) > 1 else []
            hint = f"did you mean {' or '.join(nearest)}?" if nearest else "README lists the functions"
            product = f"write {token.display_text}*( for a product; "
        raise self.fault(f"unknown function {token.display_text!r}; {product}{hint}", token)

    def _function(self, token: Token) -> ast.expr:
        if token.word == "where" and self._in_condition:  # SymPy would expand every combination
            raise self.fault("a condition cannot contain where(...); write step(...) or two conditions", token)
        least, most = argument_counts(token.word)
        if self.next.word != "(" and least > 1 and self.next.kind != "raised" and self.next.word != "^":
            given = "x > 0, a, b" if token.word == "where" else "a, b"
            raise self.fault(f"{token.word!r} stands before its arguments; write {token.word}({given})", token)
        exponent = self._power_of_function(token)
        opening = self.position
        if self.next.word != "(":
            arguments = [self._bare_argument(token)]
        else:
            arguments = self._bracket(self._choice if token.word == "where" else self._arguments)
        if len(arguments) < least or (most is not None and len(arguments) > most):
            wanted = "1 argument" if most == 1 else f"{least} arguments" + ("" if most else " or more")
            points = [self.decimal_point(position) for position in range(opening, self.position)]
            point = next((f"; {each}" for each in points if each), "")
            if not point and len(arguments) > least and token.word in TWO_ARGUMENTS:
                point = f"; write {TWO_ARGUMENTS[token.word]}"
            raise self.fault(f"{token.word!r} takes {wanted}, not {len(arguments)}{point}", token)
        if most is None:
            self._check_commas(opening)
        result = self._call(token.word, arguments, token)
        return (
            self.with_columns(ast.BinOp(result, ast.Pow(), exponent), token.column) if exponent is not None else result
        )

    def _check_commas(self, opening: int) -> None:
        """Refuse max(0,5, x): beside commas with a blank, one without may be a decimal comma."""
        depth, commas = 0, []
        for position in range(opening, self.position):
            depth += (self.words[position].kind == "open") - (self.words[position].kind == "close")
            if self.words[position].word == "," and depth == 1:
                commas.append(position)
        spaced = [self.words[position].end < self.words[position + 1].column for position in commas]
        ambiguous = next((position for position in commas if self.decimal_point(position)), None)
        if ambiguous is not None and any(spaced):
            before, after = self.words[ambiguous - 1].word, self.words[ambiguous + 1].word
            point = self.decimal_point(ambiguous)
            raise self.fault(f"{point}; two arguments are written {before}, {after}", self.words[ambiguous])

    def _power_of_function(self, token: Token) -> ast.expr | None:
        """The exponent between a function's name and its argument, as in sin²(x) and sin^2(x); None without one."""
        if self.next.kind == "raised" and self.next.word[0] not in SUMS:
            return self._superscript(self.take())
        if self.next.word == "^" and self.words[self.position + 1].kind == "number":
            self.take()
            return self._atom()
        if self.next.kind == "raised" or self.next.word == "^":
            inverse = f" or a{token.word}(...)" if f"a{token.word}" in CALLS else ""
            raise self.fault(f"the power of {token.word!r} is ambiguous; write {token.word}(...)^(...){inverse}", token)
        return None

    def _arguments(self) -> list[ast.expr]:
        result = []
        while self.next.kind != "close":
            result.append(self._sum())
            if self.next.word != ",":
                break
            self.take()
        return result

    def _bare_argument(self, token: Token) -> ast.expr:
        """The argument without brackets of sin x, sin 2x and ln|x|; FormulaError where its end is ambiguous."""
        if self.next.kind not in bars.STARTS or self.is_function(self.next):
            raise self.fault(f"{token.word!r} is a function; write {token.word}(...)", token)
        start, number, is_bar = self.next.column, self.next.kind in ("number", "fraction"), self.next.word == "|"
        result = self._atom() if is_bar else self._power()
        if number and self.next.kind == "name" and not (self.is_function(self.next) or self.is_joint("and", "or")):
            result = self.with_columns(ast.BinOp(result, ast.Mult(), self._power()), start)
        is_end = self.next.kind in ("end", "close") or self.next.word in (*SUMS, ",", *COMPARISONS)
        if is_bar:
            is_end = self.next.kind != "raised" and self.next.word != "^"
        if not (is_end or self.is_function(self.next) or self.is_joint("and", "or")):
            raise self.fault(f"it is unclear where the argument of {token.word!r} ends; write {token.word}(...)", token)
        return result

    def _root(self, token: Token) -> ast.expr:
        bare, result = self.next.kind != "open", self._parse_nested(token, self._atom)
        if self.next.kind == "raised" or self.next.word == "^" or (bare and self.next.kind in bars.STARTS):
            raise self.fault(f"it is unclear where this root ends; write {token.word}(...)", token)
        return self._call("sqrt" if token.word == "√" else "cbrt", [result], token)

    def _call(self, name: str, arguments: list[ast.expr], token: Token) -> ast.expr:
        if name in FUNCTIONS:
            return self.with_columns(ast.Call(ast.Name(name), arguments, []), token.column)
        substitution = _ArgumentSubstitution(arguments, token.column, self.words[self.position - 1].end)
        result: ast.expr = substitution.visit(deepcopy(_shorthand_tree(name)))
        return result

    # Conditions.

    def _choice(self) -> list[ast.expr]:
        """The condition and the two values in the brackets of `where`."""
        self._in_condition = True
        result = [self._condition()]
        self._in_condition = False
        if self.next.word == ",":
            self.take()
            result += self._arguments()
        return result

    def _condition(self, joint: str = "or") -> ast.expr:
        start = self.next.column
        parts = [self._condition("and") if joint == "or" else self._comparison()]
        while self.is_joint(joint):
            self.take()
            parts.append(self._condition("and") if joint == "or" else self._comparison())
        return parts[0] if len(parts) == 1 else self.with_columns(ast.BoolOp(LOGICAL_OPERATORS[joint](), parts), start)

    def _comparison(self) -> ast.expr:
        if self._is_bracketed_condition():
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
        return self.with_columns(ast.Compare(first, list(signs), others), start.column)

    def _is_bracketed_condition(self) -> bool:
        """True when the bracket that opens here contains a whole condition, not a number to compare."""
        if self.next.word != "(":
            return False
        calls: list[bool] = []
        for before, token in zip(self.words[self.position - 1 :], self.words[self.position :], strict=False):
            if token.kind == "open":
                calls.append(bool(calls) and before.word in CALLS)
            elif token.kind == "close":
                calls.pop()
            elif token.word in COMPARISONS and not any(calls):
                return bool(calls)
            if not calls:
                return False
        return False


class _ArgumentSubstitution(ast.NodeTransformer):
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
def _shorthand_tree(name: str) -> ast.expr:
    """The syntax tree of a shorthand, in a and b."""
    return Grammar(SHORTHAND[name], tokens(SHORTHAND[name]), "ab").formula()


def _number(text: str, token: Token) -> int | float:
    value = float(token.word)
    if math.isinf(value) or value > 1e300:
        raise fault(f"the number {token.word[:20]} is too large", text, token.column)
    # Whole numbers stay exact while a double can hold them.
    return int(value) if token.word.isdigit() and value < 2**53 else value
