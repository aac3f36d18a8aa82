"""The parser's position in the tokens of a formula, and the error for an unexpected token."""

from __future__ import annotations

import ast
from collections.abc import Collection, Sequence
from typing import NoReturn, TypeVar

from orbitdraw.errors import FormulaError
from orbitdraw.potentials import bars
from orbitdraw.potentials.tokens import Token, fault, shorten
from orbitdraw.potentials.vocabulary import CALLS, COMPARISONS, LOGICAL_OPERATORS

Node = TypeVar("Node", bound=ast.expr)


class Cursor:
    """A cursor over the tokens of a text; `declared` are the names of parameters."""

    def __init__(self, text: str, words: Sequence[Token], declared: Collection[str]) -> None:
        self.text, self.declared = text, declared
        self.words = bars.pair_bars(text, words, lambda token: not self.is_function(token))
        self.words.append(Token("end", "", len(text), len(text)))
        self.position = self.depth = 0

    @property
    def next(self) -> Token:
        """The next token."""
        return self.words[self.position]

    def take(self) -> Token:
        """Return the next token and advance."""
        self.position += 1
        return self.words[self.position - 1]

    def is_function(self, token: Token) -> bool:
        """True when a token is the name of a function and not of a parameter."""
        return token.word in CALLS and token.word not in self.declared

    def is_joint(self, *joints: str) -> bool:
        """True when the next token is one of these logical operators."""
        token = self.next
        return token.word in joints and (token.kind == "sign" or token.word not in self.declared)

    def with_columns(self, node: Node, start: int) -> Node:
        """The node with its columns set: from `start` to the end of the last token that was taken."""
        node.col_offset, node.end_col_offset = start, self.words[self.position - 1].end
        return node

    def fault(self, message: str, token: Token) -> FormulaError:
        """The error at the column of a token."""
        return fault(message, self.text, token.column)

    def decimal_point(self, position: int) -> str:
        """The message for a decimal comma; empty for any other token."""
        before, token, after = (
            self.words[position - 1],
            self.words[position],
            self.words[min(position + 1, len(self.words) - 1)],
        )
        adjacent = before.end == token.column and token.end == after.column
        if token.word != "," or not adjacent or {before.kind, after.kind} != {"number"}:
            return ""
        if "." in before.word:  # 1.000,5 as written in some countries
            return f"write a decimal point and no thousands separator: {before.word.replace('.', '')}.{after.word}"
        return f"write a decimal point: {before.word}.{after.word}"

    def raise_stray(self) -> NoReturn:
        """Raise FormulaError for the next token, which does not fit here."""
        token = self.next
        shown = shorten(self.text[token.column : token.end])
        reason = f"{shown!r} does not fit here"
        if token.kind == "end":
            reason = "the formula ends too early"
        elif token.word == ",":
            reason = self.decimal_point(self.position) or (
                "a formula is one number, not a list; a comma stands only between a function's arguments"
            )
        elif token.word == "=":
            reason = "write only V, the right-hand side"
        elif token.word in COMPARISONS:
            reason = f"{shown!r} is a comparison; conditions are allowed only in where(x > 0, a, b)"
        elif self.is_joint(*LOGICAL_OPERATORS):
            reason = f"{shown!r} joins conditions, which are allowed only in where(x > 0, a, b)"
        elif token.word == "//":
            reason = "// is unknown; write / or floor(a/b)"
        elif token.kind == "close":
            reason = f"this {shown} closes nothing" if not self.depth else reason
        elif token.kind == "raised":
            reason = f"{shown!r} is an exponent without a base; write it after a number, a name or a )"
        raise self.fault(reason, token)
