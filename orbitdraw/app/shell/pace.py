"""How fast a scene plays: the frames that are due in a turn of the loop, and those that really came."""

from __future__ import annotations

from collections import deque

FASTEST = 16.0
RATE_OVER = 1.0
"""Seconds over which the frame rate is measured."""


class Pace:
    """Playing or paused, and at what speed. What a machine could not play is forgotten, not owed."""

    def __init__(self) -> None:
        self.playing = True
        self.speed = 1.0
        self._credit = 0.0
        self._came: deque[float] = deque()

    def due(self) -> int:
        """Frames that fall due in this turn: at half speed one in every other turn."""
        # The credit never exceeds one turn.
        self._credit = min(self._credit + self.speed, max(1.0, self.speed))
        frames = int(self._credit)
        self._credit -= frames
        return frames

    def change(self, factor: float) -> None:
        """Faster or slower, within what can still be seen."""
        self.speed = min(FASTEST, max(1 / FASTEST, self.speed * factor))

    def turn(self) -> None:
        """Pause, or play on."""
        self.playing = not self.playing
        self._came.clear()

    def came(self, now: float) -> None:
        """A picture was shown."""
        self._came.append(now)

    def rate(self, now: float) -> float | None:
        """Pictures a second of late; None while that means nothing.

        >>> pace = Pace()
        >>> for tenth in range(5):
        ...     pace.came(tenth / 10)
        >>> pace.rate(0.4)
        10.0
        """
        while self._came and self._came[0] < now - RATE_OVER:
            self._came.popleft()
        if not self.playing or len(self._came) < 3:
            return None
        seconds = self._came[-1] - self._came[0]
        return (len(self._came) - 1) / seconds if seconds > 0 else None
