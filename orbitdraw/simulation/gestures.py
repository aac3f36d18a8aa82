"""Gestures: events of one mouse movement, which are undone together."""

from __future__ import annotations

from orbitdraw.record.drawing import Event
from orbitdraw.simulation.run import Run


class Gestures:
    """Numbers for the gestures of this session, stored with the events so that a reopened drawing undoes them too."""

    def __init__(self) -> None:
        self._session_number = self._stored_number = 0

    def mark(self, run: Run, number: int) -> None:
        """Assign the run's last event to gesture `number` of this session; 0 is none.

        Gestures of earlier sessions keep their numbers and are never continued.
        """
        history = run.history
        if not number or history.last is None:
            return
        if number != self._session_number:
            known = [event.gesture for event in (*history.events, *history.undone)]
            self._session_number, self._stored_number = number, 1 + max(known, default=0)
        history.last.gesture = self._stored_number


def same_gesture(earlier: Event, later: Event) -> bool:
    """True when both events belong to one gesture: one drag of a slider, one spray of dust.

    >>> events = [Event(frame, "weigh", [0.0, frame / 9], 1 + (frame > 40)) for frame in (9, 38, 41)]
    >>> same_gesture(events[0], events[1]), same_gesture(events[1], events[2])
    (True, False)
    >>> same_gesture(Event(9, "plant", []), Event(9, "plant", []))
    False
    """
    return earlier.gesture == later.gesture != 0
