"""The place in the words of a formula up to which they were read, and what to say where a word does not fit."""

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
    """Goes through the words of a text, one by one; `declared` are the names of parameters."""

    def __init__(self, text: str, words: Sequence[Token], declared: Collection[str]) -> None:
        self.text, self.declared = text, declared
        self.words = bars.paired(text, words, lambda one: not self.calls(one))
        self.words.append(Token("end", "", len(text), len(text)))
        self.place = self.depth = 0

    @property
    def next(self) -> Token:
        """The word that comes."""
        return self.words[self.place]

    def take(self) -> Token:
        """The word that comes, and go on."""
        self.place += 1
        return self.words[self.place - 1]

    def calls(self, one: Token) -> bool:
        """Whether a word names a function, and no parameter."""
        return one.word in CALLS and one.word not in self.declared

    def joins(self, *joints: str) -> bool:
        """Whether the word that comes joins conditions by one of these words."""
        one = self.next
        return one.word in joints and (one.kind == "sign" or one.word not in self.declared)

    def put(self, node: Node, start: int) -> Node:
        """The node with the columns from `start` to the last word that was taken."""
        node.col_offset, node.end_col_offset = start, self.words[self.place - 1].end
        return node

    def fault(self, message: str, one: Token) -> FormulaError:
        """The exception that points at a word."""
        return fault(message, self.text, one.column)

    def decimal_point(self, place: int) -> str:
        """What is to be said of a comma that stands where a decimal point would."""
        before, one, after = self.words[place - 1], self.words[place], self.words[min(place + 1, len(self.words) - 1)]
        close = before.end == one.column and one.end == after.column
        if one.word != "," or not close or {before.kind, after.kind} != {"number"}:
            return ""
        if "." in before.word:  # 1.000,5 as some countries write it
            return f"a decimal has one point, and thousands have none: {before.word.replace('.', '')}.{after.word}"
        return f"a decimal has a point: {before.word}.{after.word}"

    def stray(self) -> NoReturn:
        """Say what is wrong with the word that comes."""
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
            said = f"{shown!r} compares; a condition stands only in where(x > 0, a, b)"
        elif self.joins(*JOINTS):
            said = f"{shown!r} joins conditions; they stand only in where(x > 0, a, b)"
        elif one.word == "//":
            said = "// is unknown; write / or floor(a/b)"
        elif one.kind == "close":
            said = f"this {shown} closes nothing" if not self.depth else said
        elif one.kind == "raised":
            said = f"{shown!r} has nothing to raise; write it after a number, a name or a )"
        raise self.fault(said, one)
