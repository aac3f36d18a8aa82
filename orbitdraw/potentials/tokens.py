"""The tokens of a formula: signs, numbers and names, each with its column in the typed text.

Look-alikes are normalized: a minus of any width is a minus, µ is μ, full-width letters are plain ones. A character that
cannot be part of a formula is refused here, with the one to write instead.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from dataclasses import dataclass

from orbitdraw.errors import FormulaError

MAX_TOKENS = 1000
"""Maximum number of tokens in a formula. Typed and pasted formulas stay far below."""

MAX_SHOWN = 40
"""Maximum number of characters of a formula in a message."""

_LOOKALIKES = {
    like: sign
    for sign, all_like in {"-": "‐‑‒–—−", "*": "×✕✖·•∗∙⋅⋆", "/": "÷∕⁄", "^": "ˆ", "|": "∣"}.items()
    for like in all_like
}
_SYNONYMS = {"**": "^", "≤": "<=", "≥": ">=", "≠": "!=", "∧": "and", "&": "and", "&&": "and", "∨": "or", "π": "pi"}
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿ", "0123456789+-n")

# Latin and Greek letters. A Cyrillic х looks like an x and would be another name.
_LETTER = "A-Za-z_À-ÖØ-öø-ɏͰ-ͳͶ-ͽΆΈ-ϿḀ-ỿἀ-ῼ"
_TOKEN = re.compile(
    r"(?P<space>\s+)"
    r"|(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)"
    # π is never part of a longer name: in 2πx it is the constant.
    rf"|(?P<name>π|(?!π)[{_LETTER}](?:(?!π)[{_LETTER}0-9₀-₉ₐ-ₜᵢ-ᵪ\u0300-\u036f])*)"
    r"|(?P<raised>[⁺⁻]?[⁰¹²³⁴-⁹]+|[⁺⁻ⁿ])"
    r"|(?P<fraction>[¼-¾⅐-⅞])"
    r"|(?P<root>[√∛])"
    r"|(?P<open>\()|(?P<close>\))"
    r"|(?P<sign>\*\*|//|<=|>=|==|!=|&&|[-+*/^,|<>=&≤≥≠∧∨])"
)
_HINTS = {
    "[": "write (", "]": "write )", "{": "write (", "}": "write )", "%": "write mod(a, b)", ":": "write / to divide",
    "!": "factorials are not part of formulas", "±": "write + or -", "°": "angles are in radians: 90° is pi/2",
    "∞": "a formula has finite numbers; write a large one such as 1e6", "‖": "write |x| or abs(x)",
    "\\": "write sqrt(x) or a/b instead of LaTeX", "'": "a prime is no part of a name; write for example x1",
    "′": "a prime is no part of a name; write for example x1",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Token:
    """A token in its normalized form, with the columns where it starts and ends."""

    kind: str
    word: str
    column: int
    end: int

    @property
    def display_text(self) -> str:
        """The token as shown in a message."""
        return shorten(self.word)


def shorten(text: str) -> str:
    """A text cut to the length allowed in a message."""
    return text if len(text) <= MAX_SHOWN else f"{text[:MAX_SHOWN]}…"


def fault(message: str, text: str, column: int) -> FormulaError:
    """The FormulaError of all parsing steps, with the column in its message."""
    return FormulaError(f"{message} (column {column + 1})", text, column)


def tokens(text: str) -> list[Token]:
    """The tokens of a formula.

    >>> [one.word for one in tokens("½·x² − τ₁")]
    ['1/2', '*', 'x', '2', '-', 'τ1']
    """
    result: list[Token] = []
    plain = text if text.isascii() else "".join(map(_normalize_character, text))
    position = 0
    while position < len(plain):
        match = _TOKEN.match(plain, position)
        if match is None or match.lastgroup is None:
            raise _character_error(text, position)
        if match.lastgroup != "space":
            result.append(Token(match.lastgroup, _word(match, text), position, match.end()))
            if len(result) > MAX_TOKENS:
                raise fault(f"the formula is too long; at most {MAX_TOKENS} numbers, names and signs", text, position)
        position = match.end()
    return result


def _word(match: re.Match[str], text: str) -> str:
    word = match.group()
    if match.lastgroup == "name" and not word.isascii():
        word = plain_name(word)
        if not word.isidentifier() or any(map(unicodedata.combining, word)):
            letters = range(match.start(), match.end())
            raise _character_error(text, next((one for one in letters if not text[one].isalnum()), match.start()))
    elif match.lastgroup == "raised":
        word = word.translate(_SUPERSCRIPTS)
    elif match.lastgroup == "fraction":
        word = unicodedata.normalize("NFKC", word).replace("⁄", "/")
    return _SYNONYMS.get(word, word)


def plain_name(name: str) -> str:
    """The normalized spelling (NFKC) of a name that can be written with different characters.

    >>> plain_name("k₁"), plain_name("\N{MICRO SIGN}") == "\N{GREEK SMALL LETTER MU}"
    ('k1', True)
    """
    return unicodedata.normalize("NFKC", name)


@functools.lru_cache(4096)
def _normalize_character(sign: str) -> str:
    """The normalized form of a character. Superscripts and subscripts stay, because their form has a meaning."""
    if sign in _LOOKALIKES:
        return _LOOKALIKES[sign]
    plain = unicodedata.normalize("NFKC", sign)
    is_script = unicodedata.decomposition(sign).startswith(("<super>", "<sub>"))
    return _LOOKALIKES.get(plain, plain) if len(plain) == 1 and not is_script else sign


def _character_error(text: str, position: int) -> FormulaError:
    sign = text[position]
    shown, hint = f"{sign!r}", _HINTS.get(sign, "use letters, numbers, + - * / ^ and ()")
    if sign.isalpha():
        shown = f"{sign!r} ({unicodedata.name(sign, 'a letter').lower()}, U+{ord(sign):04X})"
        hint = "names have Latin and Greek letters"
    elif not sign.isprintable() or unicodedata.category(sign)[0] == "M":
        shown = f"the character U+{ord(sign):04X}"
    return fault(f"{shown} has no place in a formula; {hint}", text, position)
