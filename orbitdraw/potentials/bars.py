"""Pairing of the bars of |x|: decides which of them open and which close."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from orbitdraw.potentials.tokens import Token, fault

MOST = 60
"""Maximum number of open bars."""

ENDS = frozenset({"number", "name", "fraction", "raised", "close"})
STARTS = frozenset({"number", "name", "fraction", "root", "open"})

# Possible readings of the bars inside one pair of brackets: (number of open bars, True if a value ends here) maps to
# the number of readings, and one of them as a linked list of (previous choices, index of the bar, True if it opens).
Readings = dict[tuple[int, bool], tuple[int, Any]]
_NONE: Readings = {(0, False): (1, None)}


def paired(text: str, words: Sequence[Token], value: Callable[[Token], bool]) -> list[Token]:
    """The tokens with each bar marked as opening or closing; `value` is True for a name that is a value, no function.

    After an operator a bar opens, before one it closes. Between two values both are possible: all readings are
    followed, and FormulaError is raised when none or more than one is left at the end.

    >>> from orbitdraw.potentials.tokens import tokens
    >>> [one.kind for one in paired("", tokens("||x|-1|"), lambda name: True) if one.word == "|"]
    ['open', 'open', 'close', 'close']
    """
    if not any(one.word == "|" for one in words):
        return list(words)
    opens: dict[int, bool] = {}
    levels: list[tuple[int, Readings]] = [(0, _NONE)]
    for place, one in enumerate(words):
        begun, now = levels[-1]
        if one.word == "|":
            after = words[place + 1] if place + 1 < len(words) else None
            levels[-1] = begun, _with_bar(now, place, after)
            if not levels[-1][1]:
                raise _unpaired(text, one)
        elif one.kind == "open":
            levels.append((place, _NONE))
        elif one.kind == "close" and len(levels) > 1:
            levels.pop()
            opens |= _choice(text, words, begun, now)
            levels[-1] = levels[-1][0], _moved(levels[-1][1], True)
        elif one.word == ",":
            opens |= _choice(text, words, begun, now)
            levels[-1] = place, _NONE
        elif one.kind != "raised":  # an exponent belongs to the value before it
            levels[-1] = begun, _moved(now, one.kind in ENDS and (one.kind != "name" or value(one)))
    for begun, now in levels:
        opens |= _choice(text, words, begun, now)
    kinds = {place: "open" if opening else "close" for place, opening in opens.items()}
    return [replace(one, kind=kinds.get(place, one.kind)) for place, one in enumerate(words)]


def _with_bar(now: Readings, place: int, after: Token | None) -> Readings:
    found: Readings = {}

    def add(height: int, ends: bool, count: int, chosen: Any) -> None:
        found[height, ends] = found.get((height, ends), (0, None))[0] + count, chosen

    for (height, ends), (count, chosen) in now.items():
        if ends and height:
            add(height - 1, True, count, (chosen, place, False))
        # x|y| is a product. With a bar open, |x||y| and |x|-1 close it, though another could open there.
        begins = not ends or height == 0 or (after is not None and after.kind in STARTS)
        if begins and height < MOST:
            add(height + 1, False, count, (chosen, place, True))
    return found


def _moved(now: Readings, ends: bool) -> Readings:
    found: Readings = {}
    for (height, _), (count, chosen) in now.items():
        before, other = found.get((height, ends), (0, None))
        found[height, ends] = before + count, chosen if other is None else other
    return found


def _choice(text: str, words: Sequence[Token], begun: int, now: Readings) -> dict[int, bool]:
    """The only reading of the bars since index `begun`: True for each bar that opens; FormulaError if ambiguous."""
    whole = [(count, chosen) for (height, _), (count, chosen) in now.items() if height == 0]
    bars = [one for one in words[begun:] if one.word == "|"]
    if not whole:
        raise _unpaired(text, bars[0])
    if sum(count for count, _ in whole) > 1:
        raise fault("these | are ambiguous; write abs(...)", text, bars[0].column)
    out = {}
    chosen = whole[0][1]
    while chosen is not None:
        chosen, place, opening = chosen
        out[place] = opening
    return out


def _unpaired(text: str, bar: Token) -> Exception:
    return fault("this | has no matching |; write abs(...)", text, bar.column)
