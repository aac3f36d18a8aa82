"""Grouping of changes of a control into gestures, so that one movement of the mouse is one undo step."""

from __future__ import annotations

import itertools

MAX_PAUSE = 0.5
"""Longest time in seconds between two changes of one control that belong to the same gesture."""

_numbers = itertools.count(1)
# One counter for the program: two panels that edit one drawing must not give two gestures the same number.


def next_gesture_number() -> int:
    """A new gesture number, unique in the program."""
    return next(_numbers)


class GestureTracker:
    """Assign a gesture number to each change of a control.

    >>> tracker = GestureTracker()
    >>> tracker.tick(0.0, "mass")
    >>> first = tracker.number_for("mass")
    >>> tracker.tick(9.0, "mass")
    >>> tracker.number_for("mass") == first
    True
    >>> tracker.tick(9.1, "")
    >>> tracker.tick(20.0, "mass")
    >>> tracker.number_for("mass") == first
    False
    """

    def __init__(self) -> None:
        self._number = 0
        self._last, self._last_time = "", -1.0
        self._dragged = ""
        self._time = 0.0

    def tick(self, now: float, dragged: str) -> None:
        """Record the time and the control that is being dragged; one drag is one gesture."""
        self._time = now
        if dragged != self._dragged:
            if dragged == self._last and now - self._last_time > MAX_PAUSE:
                self._last = ""  # pressed again: a new gesture, even before the first change
            self._dragged = dragged
        elif dragged and dragged == self._last:
            self._last_time = now

    def number_for(self, control: str) -> int:
        """The number of the gesture to which a change of this control, now, belongs."""
        if control != self._last or self._time - self._last_time > MAX_PAUSE:
            self._number = next_gesture_number()
        self._last, self._last_time = control, self._time
        return self._number
