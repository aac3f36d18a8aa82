"""Pairing of the bars of |x|: decides which of them open and which close."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from orbitdraw.potentials.tokens import Token, fault

MAX_OPEN_BARS = 60
"""Maximum number of open bars."""

ENDS = frozenset({"number", "name", "fraction", "raised", "close"})
STARTS = frozenset({"number", "name", "fraction", "root", "open"})

# Possible readings of the bars inside one pair of brackets: (number of open bars, True if a value ends here) maps to
# the number of readings, and one of them as a linked list of (previous choices, index of the bar, True if it opens).
Readings = dict[tuple[int, bool], tuple[int, Any]]
_NONE: Readings = {(0, False): (1, None)}


def pair_bars(text: str, words: Sequence[Token], value: Callable[[Token], bool]) -> list[Token]:
    """The tokens with each bar marked as opening or closing; `value` is True for a name that is a value, no function.

    After an operator a bar opens, before one it closes. Between two values both are possible: all readings are
    followed, and FormulaError is raised when none or more than one is left at the end.

    >>> from orbitdraw.potentials.tokens import tokens
    >>> [token.kind for token in pair_bars("", tokens("||x|-1|"), lambda name: True) if token.word == "|"]
    ['open', 'open', 'close', 'close']
    """
    if not any(token.word == "|" for token in words):
        return list(words)
    opens: dict[int, bool] = {}
    levels: list[tuple[int, Readings]] = [(0, _NONE)]
    for index, token in enumerate(words):
        begin, readings = levels[-1]
        if token.word == "|":
            after = words[index + 1] if index + 1 < len(words) else None
            levels[-1] = begin, _with_bar(readings, index, after)
            if not levels[-1][1]:
                raise _pairing_error(text, token)
        elif token.kind == "open":
            levels.append((index, _NONE))
        elif token.kind == "close" and len(levels) > 1:
            levels.pop()
            opens |= _resolve(text, words, begin, readings)
            levels[-1] = levels[-1][0], _advance(levels[-1][1], True)
        elif token.word == ",":
            opens |= _resolve(text, words, begin, readings)
            levels[-1] = index, _NONE
        elif token.kind != "raised":  # an exponent belongs to the value before it
            levels[-1] = begin, _advance(readings, token.kind in ENDS and (token.kind != "name" or value(token)))
    for begin, readings in levels:
        opens |= _resolve(text, words, begin, readings)
    kinds = {index: "open" if opening else "close" for index, opening in opens.items()}
    return [replace(token, kind=kinds.get(index, token.kind)) for index, token in enumerate(words)]


def _with_bar(readings: Readings, index: int, after: Token | None) -> Readings:
    result: Readings = {}

    def add(height: int, ends: bool, count: int, chosen: Any) -> None:
        result[height, ends] = result.get((height, ends), (0, None))[0] + count, chosen

    for (height, ends), (count, chosen) in readings.items():
        if ends and height:
            add(height - 1, True, count, (chosen, index, False))
        # x|y| is a product. With a bar open, |x||y| and |x|-1 close it, though another could open there.
        begins = not ends or height == 0 or (after is not None and after.kind in STARTS)
        if begins and height < MAX_OPEN_BARS:
            add(height + 1, False, count, (chosen, index, True))
    return result


def _advance(readings: Readings, ends: bool) -> Readings:
    result: Readings = {}
    for (height, _), (count, chosen) in readings.items():
        before, other = result.get((height, ends), (0, None))
        result[height, ends] = before + count, chosen if other is None else other
    return result


def _resolve(text: str, words: Sequence[Token], begin: int, readings: Readings) -> dict[int, bool]:
    """The only reading of the bars since index `begin`: True for each bar that opens; FormulaError if ambiguous."""
    complete = [(count, chosen) for (height, _), (count, chosen) in readings.items() if height == 0]
    bars = [token for token in words[begin:] if token.word == "|"]
    if not complete:
        raise _pairing_error(text, bars[0])
    if sum(count for count, _ in complete) > 1:
        raise fault("these | are ambiguous; write abs(...)", text, bars[0].column)
    out = {}
    chosen = complete[0][1]
    while chosen is not None:
        chosen, index, opening = chosen
        out[index] = opening
    return out


def _pairing_error(text: str, bar: Token) -> Exception:
    return fault("this | has no matching |; write abs(...)", text, bar.column)
