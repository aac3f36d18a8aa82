"""What belongs to one movement of a hand, and is taken back as a whole."""

from __future__ import annotations

from orbitdraw.drawing import Event

STROKE = 6
"""Frames within which the same thing done again is one stroke of the hand, taken back as a whole."""

ONCE = frozenset({"throw", "move", "push", "weigh", "take"})
"""What is done once for every movement of a hand."""


class Gestures:
    """Knows the gestures of the hand that is drawing now; those of a drawing that was opened are guessed.

    >>> gestures, events = Gestures(), [Event(9, "weigh", [0.0, mass]) for mass in (1.0, 2.0, 3.0)]
    >>> gestures.mark(events[0], 1), gestures.mark(events[1], 1), gestures.mark(events[2], 2)
    (None, None, None)
    >>> gestures.one(events[0], events[1]), gestures.one(events[1], events[2])
    (True, False)
    """

    def __init__(self) -> None:
        self._numbers: dict[int, tuple[Event, int]] = {}

    def mark(self, event: Event, number: int) -> None:
        """This event belongs to the gesture of that number; 0 is none."""
        if number:
            # The event is kept with its number: as long as it is, nothing else has its id.
            self._numbers[id(event)] = (event, number)

    def one(self, earlier: Event, later: Event) -> bool:
        """True when the two belong to one movement of a hand: the same slider, the same spray of dust."""
        marks = [self._numbers.get(id(event)) for event in (earlier, later)]
        if any(mark is not None for mark in marks):
            return all(marks) and len({mark[1] for mark in marks if mark is not None}) == 1
        return earlier.name == later.name and earlier.name not in ONCE and later.frame - earlier.frame <= STROKE
