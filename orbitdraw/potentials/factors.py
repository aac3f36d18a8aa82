"""Implicit products, such as 2x: detection of those that are ambiguous."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from orbitdraw.potentials.tokens import Token, shorten

NO_FACTORS = frozenset({"if", "else", "in", "is", "not", "for"})
"""Python keywords that join values. As a factor they are refused, unless a parameter has that name."""

_POWER = re.compile(r"\s*(?:[⁺⁻]?[⁰¹²³⁴-⁹ⁿ]+|(?:\^|\*\*)\s*[-+]?\s*[\w.]+)")
"""A power that follows a factor."""


@dataclass(frozen=True)
class Product:
    """The tokens of a product up to and including a factor without a sign before it.

    `bases` are the names of constants: e^2x is ambiguous, x^2y is not.
    """

    text: str
    words: Sequence[Token]
    bases: frozenset[str]

    def ambiguity(self, *, divided: bool, declared: bool) -> str:
        """The error message if the product is ambiguous, else ""; `divided` is True after a division."""
        *_, before, token = self.words
        factor, last = self._text_of(token, token), self._text_of(before, before)
        if power := _POWER.match(self.text, token.end):
            factor += power[0].lstrip()
        if token.kind == "name" and token.word in NO_FACTORS and not declared:
            return f"{token.word!r} is not part of formulas; write where(x > 0, a, b), or --param {token.word}=1"
        if before.kind == "number" and before.end == token.column and re.fullmatch(r"_[0-9_]+", token.word):
            written = self._text_of(before, token)
            return f"{written!r} has a sign between its digits; write {written.replace('_', '')}"
        if (
            before.kind == "number"
            and before.end == token.column
            and "e" in before.word.lower()
            and token.word[0] == "."
        ):
            digits, _, exponent = before.word.lower().partition("e")
            return f"{self._text_of(before, token)!r} is no number; write {digits}*10^{exponent}{token.word}"
        if before.kind == "number" and before.end == token.column and (token.word[0] == "_" or before.word == "0"):
            return f"{self._text_of(before, token)!r} is not a decimal number; write {last}*{factor} for a product"
        if token.kind in ("number", "fraction"):
            return f"{self._text_of(before, token)!r} is ambiguous; write {last}*{factor} for a product"
        if divided and not self._is_coefficient():
            division = self._division()
            above, below = (
                self._text_of(self.words[0], self.words[division - 1]),
                self._text_of(self.words[division + 1], before),
            )
            return f"this can mean ({above}/{below})*{factor} or {above}/({below}*{factor}); write one of them"
        base = self._power()
        if base is not None:
            below, above = (
                self._text_of(self.words[base], self.words[base]),
                self._text_of(self.words[base + 2], before),
            )
            return f"this can mean {below}^({above})*{factor} or {below}^({above}*{factor}); write one of them"
        return ""

    def _text_of(self, first: Token, last: Token) -> str:
        excerpt = shorten(self.text[first.column : last.end])
        if last.word == "(":
            return f"{excerpt}...)"
        return (
            f"{excerpt}(...)" if last is self.words[-1] and self.text[last.end :].lstrip().startswith("(") else excerpt
        )

    def _is_coefficient(self) -> bool:
        """True for a fraction of two numbers followed by a space, as in 1/2 k x^2."""
        kinds = [token.kind for token in self.words if token.word not in ("+", "-")]
        return kinds[:3] == ["number", "sign", "number"] and len(kinds) == 4 and self._has_space()

    def _has_space(self) -> bool:
        return self.words[-2].end < self.words[-1].column

    def _division(self) -> int:
        """The index of the last division sign outside of brackets."""
        depth, index = 0, len(self.words) - 1
        while depth or self.words[index].word != "/":
            index -= 1
            depth += (self.words[index].kind == "close") - (self.words[index].kind == "open")
        return index

    def _power(self) -> int | None:
        """The index of a number or constant whose exponent ends just before the factor; None without one."""
        index = len(self.words) - 2
        if self.words[index].kind not in ("number", "name"):
            return None
        while index and self.words[index - 1].word in ("+", "-"):
            index -= 1
        if index < 2 or self.words[index - 1].word != "^":
            return None
        base = self.words[index - 2]
        return index - 2 if base.kind == "number" or base.word in self.bases else None
