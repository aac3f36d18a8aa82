"""Which turns of a control are one movement of a hand, and therefore one gesture to take back."""

from __future__ import annotations

import itertools

TOGETHER = 0.5
"""Seconds within which turning the same control again is the same gesture, taken back as one."""

_numbers = itertools.count(1)
# Of the program, not of a panel: two panels that act on one drawing must not give two gestures the same number.


def next_number() -> int:
    """The number of a gesture that nothing else has."""
    return next(_numbers)


class Movements:
    """Gives every turn of a control the number of its gesture.

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
        """The time, and the control that a hand holds: as long as it does, it is one gesture."""
        self._now = now
        if held != self._held:
            if held == self._last and now - self._when > TOGETHER:
                self._last = ""  # taken up again: nothing was turned yet, but it is another movement
            self._held = held
        elif held and held == self._last:
            self._when = now

    def of(self, control: str) -> int:
        """The number of the gesture that a turn of this control, now, belongs to."""
        if control != self._last or self._now - self._when > TOGETHER:
            self._number = next_number()
        self._last, self._when = control, self._now
        return self._number
