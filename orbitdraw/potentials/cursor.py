"""The parser's position in the tokens of a formula, and the error for an unexpected token."""

from __future__ import annotations

import ast
from collections.abc import Collection, Sequence
from typing import NoReturn, TypeVar

from orbitdraw.errors import FormulaError
from orbitdraw.potentials import bars
from orbitdraw.potentials.tokens import Token, fault, shortened
from orbitdraw.potentials.vocabulary import CALLS, COMPARISONS, JOINTS

Node = TypeVar("Node", bound=ast.expr)


class Cursor:
    """A cursor over the tokens of a text; `declared` are the names of parameters."""

    def __init__(self, text: str, words: Sequence[Token], declared: Collection[str]) -> None:
        self.text, self.declared = text, declared
        self.words = bars.paired(text, words, lambda one: not self.calls(one))
        self.words.append(Token("end", "", len(text), len(text)))
        self.place = self.depth = 0

    @property
    def next(self) -> Token:
        """The next token."""
        return self.words[self.place]

    def take(self) -> Token:
        """Return the next token and advance."""
        self.place += 1
        return self.words[self.place - 1]

    def calls(self, one: Token) -> bool:
        """True when a token is the name of a function and not of a parameter."""
        return one.word in CALLS and one.word not in self.declared

    def joins(self, *joints: str) -> bool:
        """True when the next token is one of these logical operators."""
        one = self.next
        return one.word in joints and (one.kind == "sign" or one.word not in self.declared)

    def put(self, node: Node, start: int) -> Node:
        """The node with its columns set: from `start` to the end of the last token that was taken."""
        node.col_offset, node.end_col_offset = start, self.words[self.place - 1].end
        return node

    def fault(self, message: str, one: Token) -> FormulaError:
        """The error at the column of a token."""
        return fault(message, self.text, one.column)

    def decimal_point(self, place: int) -> str:
        """The message for a decimal comma; empty for any other token."""
        before, one, after = self.words[place - 1], self.words[place], self.words[min(place + 1, len(self.words) - 1)]
        close = before.end == one.column and one.end == after.column
        if one.word != "," or not close or {before.kind, after.kind} != {"number"}:
            return ""
        if "." in before.word:  # 1.000,5 as written in some countries
            return f"write a decimal point and no thousands separator: {before.word.replace('.', '')}.{after.word}"
        return f"write a decimal point: {before.word}.{after.word}"

    def stray(self) -> NoReturn:
        """Raise FormulaError for the next token, which does not fit here."""
        one = self.next
        shown = shortened(self.text[one.column : one.end])
        said = f"{shown!r} does not fit here"
        if one.kind == "end":
            said = "the formula ends too early"
        elif one.word == ",":
            said = self.decimal_point(self.place) or (
                "a formula is one number, not a list; a comma stands only between a function's arguments"
            )
        elif one.word == "=":
            said = "write only V, the right-hand side"
        elif one.word in COMPARISONS:
            said = f"{shown!r} is a comparison; conditions are allowed only in where(x > 0, a, b)"
        elif self.joins(*JOINTS):
            said = f"{shown!r} joins conditions, which are allowed only in where(x > 0, a, b)"
        elif one.word == "//":
            said = "// is unknown; write / or floor(a/b)"
        elif one.kind == "close":
            said = f"this {shown} closes nothing" if not self.depth else said
        elif one.kind == "raised":
            said = f"{shown!r} is an exponent without a base; write it after a number, a name or a )"
        raise self.fault(said, one)
