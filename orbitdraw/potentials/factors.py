"""Products without a sign between their factors: which of them have one meaning."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from orbitdraw.potentials.tokens import Token, shortened

NO_FACTORS = frozenset({"if", "else", "in", "is", "not", "for"})
"""Words that join values in Python. Between two values they are refused, unless a parameter has that name."""


@dataclass(frozen=True)
class Product:
    """The words of a product up to a factor without a sign before it, at the end of `words`.

    `bases` are the names of fixed numbers: e^2x is unclear, x^2y is not.
    """

    text: str
    words: Sequence[Token]
    bases: frozenset[str]

    def doubt(self, *, divided: bool, declared: bool) -> str:
        """What is unclear, "" if nothing is; `divided` says whether the sign before was a division."""
        *_, before, one = self.words
        factor, last = self._said(one, one), self._said(before, before)
        if one.kind == "name" and one.word in NO_FACTORS and not declared:
            return f"{one.word!r} joins nothing in a formula; write where(x > 0, a, b), or --param {one.word}=1"
        if before.kind == "number" and before.end == one.column and (one.word[0] == "_" or before.word == "0"):
            return f"{self._said(before, one)!r} is no decimal number; write {last}*{factor} for a product"
        if one.kind in ("number", "fraction"):
            return f"{self._said(before, one)!r} is unclear; write {last}*{factor} for a product"
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
        """Whether it is a fraction of two numbers and a space, as in 1/2 k x^2."""
        kinds = [one.kind for one in self.words if one.word not in ("+", "-")]
        return kinds[:3] == ["number", "sign", "number"] and len(kinds) == 4 and self._spaced()

    def _spaced(self) -> bool:
        return self.words[-2].end < self.words[-1].column

    def _division(self) -> int:
        """The place of the last division that stands in no brackets."""
        depth, place = 0, len(self.words) - 1
        while depth or self.words[place].word != "/":
            place -= 1
            depth += (self.words[place].kind == "close") - (self.words[place].kind == "open")
        return place

    def _power(self) -> int | None:
        """The place of a number that is raised to the number or name before the factor."""
        place = len(self.words) - 2
        if self.words[place].kind not in ("number", "name"):
            return None
        while place and self.words[place - 1].word in ("+", "-"):
            place -= 1
        if place < 2 or self.words[place - 1].word != "^":
            return None
        base = self.words[place - 2]
        return place - 2 if base.kind == "number" or base.word in self.bases else None
