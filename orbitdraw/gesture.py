"""What belongs to one movement of a hand, and is taken back as a whole."""

from __future__ import annotations

from orbitdraw.drawing import Event

STROKE = 6
"""Frames within which the same thing done again is one stroke of the hand, taken back as a whole."""

ONCE = frozenset({"throw", "move", "push", "weigh", "take"})
"""What is done once for every movement of a hand."""


def one_stroke(earlier: Event, later: Event) -> bool:
    """True when the two belong to one movement of a hand: the same slider, the same spray of dust."""
    return earlier.name == later.name and earlier.name not in ONCE and later.frame - earlier.frame <= STROKE
