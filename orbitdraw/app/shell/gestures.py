"""Grouping of changes of a control into gestures, so that one movement of the mouse is one undo step."""

from __future__ import annotations

import itertools

TOGETHER = 0.5
"""Longest time in seconds between two changes of one control that belong to the same gesture."""

_numbers = itertools.count(1)
# One counter for the program: two panels that edit one drawing must not give two gestures the same number.


def next_number() -> int:
    """A new gesture number, unique in the program."""
    return next(_numbers)


class Movements:
    """Assign a gesture number to each change of a control.

    >>> hand = Movements()
    >>> hand.tick(0.0, "mass")
    >>> first = hand.of("mass")
    >>> hand.tick(9.0, "mass")
    >>> hand.of("mass") == first
    True
    >>> hand.tick(9.1, "")
    >>> hand.tick(20.0, "mass")
    >>> hand.of("mass") == first
    False
    """

    def __init__(self) -> None:
        self._number = 0
        self._last, self._when = "", -1.0
        self._held = ""
        self._now = 0.0

    def tick(self, now: float, held: str) -> None:
        """Record the time and the control that is being dragged; one drag is one gesture."""
        self._now = now
        if held != self._held:
            if held == self._last and now - self._when > TOGETHER:
                self._last = ""  # pressed again: a new gesture, even before the first change
            self._held = held
        elif held and held == self._last:
            self._when = now

    def of(self, control: str) -> int:
        """The number of the gesture to which a change of this control, now, belongs."""
        if control != self._last or self._now - self._when > TOGETHER:
            self._number = next_number()
        self._last, self._when = control, self._now
        return self._number
