"""The names in a typed formula that stand for numbers: each becomes a parameter with a slider."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from orbitdraw.errors import FormulaError
from orbitdraw.formula import CONSTANTS, VARIABLES, tokens
from orbitdraw.functions import FUNCTIONS
from orbitdraw.slider import Number, Slider

FRESH = Slider(1.0, 0.0, 2.0)
"""What a name gets that nobody has given a number yet."""

RESERVED = frozenset({"scene", "seed", "script", "self", "cls", "text", "what", "params"})
"""Names by which a program hands over the scene itself: as parameters they could not be told apart."""


def parameters(text: str, known: Mapping[str, Number], taken: Collection[str] = ()) -> dict[str, Number]:
    """The parameters of a formula, in the order in which they come: those that are `known`, and fresh ones.

    `taken` are the names of numbers that the law and the look have already. Raises FormulaError for those, with the
    column, and for signs that no formula has; whether the text is a formula is for `formula.read` to say.

    >>> parameters("k*x^2 + depth*exp(-r)", {"k": Slider(3.0, 0.0, 9.0)})["k"].value
    3.0
    >>> list(parameters("k*x^2 + depth*exp(-r)", {}))
    ['k', 'depth']
    """
    out: dict[str, Number] = {}
    words = tokens(text)
    for word, after in zip(words, [*words[1:], None], strict=False):
        if word.kind != "name" or word.word in FUNCTIONS or word.word in VARIABLES:
            continue
        if word.word not in known and (word.word in CONSTANTS or word.word == "r"):
            continue
        if after is not None and after.word == "(":
            continue  # a function that does not exist: `read` says which ones do
        if word.word in taken or word.word in RESERVED:
            raise FormulaError(
                f"{word.word!r} is the name of something else here; call the number {word.word}_1 "
                f"(column {word.column + 1})",
                text,
                word.column,
            )
        out[word.word] = known.get(word.word, FRESH)
    return out


def sliding(number: Number) -> Slider:
    """The number as a slider; one without a range gets one around it.

    >>> sliding(0.5).high, sliding(0.0).low
    (2.0, -2.0)
    """
    if isinstance(number, Slider):
        return number
    if number == 0:
        return Slider(0.0, -2.0, 2.0)
    return Slider(number, min(0.0, 4 * number), max(0.0, 4 * number))
