"""What belongs to one movement of a hand, and is taken back as a whole."""

from __future__ import annotations

from orbitdraw.record.drawing import Event
from orbitdraw.simulation.run import Run


class Gestures:
    """Numbers the gestures of the hand that is drawing now: on record, because a reopened drawing is undone too."""

    def __init__(self) -> None:
        self._asked = self._given = 0

    def mark(self, run: Run, number: int) -> None:
        """What the run did last belongs to the gesture of that number, whatever is there already; 0 is none.

        Gestures of an earlier session have numbers of their own, and are never continued.
        """
        if not number:
            return
        if number != self._asked:
            known = [event.gesture for event in (*run.history, *run.undone)]
            self._asked, self._given = number, 1 + max(known, default=0)
        run.history[run.done - 1].gesture = self._given


def one(earlier: Event, later: Event) -> bool:
    """True when the two belong to one movement of a hand: the same turn of a slider, the same spray of dust.

    >>> events = [Event(frame, "weigh", [0.0, frame / 9], 1 + (frame > 40)) for frame in (9, 38, 41)]
    >>> one(events[0], events[1]), one(events[1], events[2])
    (True, False)
    >>> one(Event(9, "plant", []), Event(9, "plant", []))
    False
    """
    return earlier.gesture == later.gesture != 0
