"""Implicit products, such as 2x: detection of those that are ambiguous."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from orbitdraw.potentials.tokens import Token, shortened

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

    def doubt(self, *, divided: bool, declared: bool) -> str:
        """The error message if the product is ambiguous, else ""; `divided` is True after a division."""
        *_, before, one = self.words
        factor, last = self._said(one, one), self._said(before, before)
        if power := _POWER.match(self.text, one.end):
            factor += power[0].lstrip()
        if one.kind == "name" and one.word in NO_FACTORS and not declared:
            return f"{one.word!r} is not part of formulas; write where(x > 0, a, b), or --param {one.word}=1"
        if before.kind == "number" and before.end == one.column and re.fullmatch(r"_[0-9_]+", one.word):
            written = self._said(before, one)
            return f"{written!r} has a sign between its digits; write {written.replace('_', '')}"
        if before.kind == "number" and before.end == one.column and "e" in before.word.lower() and one.word[0] == ".":
            digits, _, exponent = before.word.lower().partition("e")
            return f"{self._said(before, one)!r} is no number; write {digits}*10^{exponent}{one.word}"
        if before.kind == "number" and before.end == one.column and (one.word[0] == "_" or before.word == "0"):
            return f"{self._said(before, one)!r} is not a decimal number; write {last}*{factor} for a product"
        if one.kind in ("number", "fraction"):
            return f"{self._said(before, one)!r} is ambiguous; write {last}*{factor} for a product"
        if divided and not self._is_coefficient():
            line = self._division()
            above, below = self._said(self.words[0], self.words[line - 1]), self._said(self.words[line + 1], before)
            return f"this can mean ({above}/{below})*{factor} or {above}/({below}*{factor}); write one of them"
        base = self._power()
        if base is not None:
            below, above = self._said(self.words[base], self.words[base]), self._said(self.words[base + 2], before)
            return f"this can mean {below}^({above})*{factor} or {below}^({above}*{factor}); write one of them"
        return ""

    def _said(self, first: Token, last: Token) -> str:
        said = shortened(self.text[first.column : last.end])
        if last.word == "(":
            return f"{said}...)"
        return f"{said}(...)" if last is self.words[-1] and self.text[last.end :].lstrip().startswith("(") else said

    def _is_coefficient(self) -> bool:
        """True for a fraction of two numbers followed by a space, as in 1/2 k x^2."""
        kinds = [one.kind for one in self.words if one.word not in ("+", "-")]
        return kinds[:3] == ["number", "sign", "number"] and len(kinds) == 4 and self._spaced()

    def _spaced(self) -> bool:
        return self.words[-2].end < self.words[-1].column

    def _division(self) -> int:
        """The index of the last division sign outside of brackets."""
        depth, place = 0, len(self.words) - 1
        while depth or self.words[place].word != "/":
            place -= 1
            depth += (self.words[place].kind == "close") - (self.words[place].kind == "open")
        return place

    def _power(self) -> int | None:
        """The index of a number or constant whose exponent ends just before the factor; None without one."""
        place = len(self.words) - 2
        if self.words[place].kind not in ("number", "name"):
            return None
        while place and self.words[place - 1].word in ("+", "-"):
            place -= 1
        if place < 2 or self.words[place - 1].word != "^":
            return None
        base = self.words[place - 2]
        return place - 2 if base.kind == "number" or base.word in self.bases else None
