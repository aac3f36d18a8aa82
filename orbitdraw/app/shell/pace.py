"""Playback speed: the frames due in an iteration of the event loop, and the measured frame rate."""

from __future__ import annotations

from collections import deque

FASTEST = 16.0
RATE_OVER = 1.0
"""Time window in seconds over which the frame rate is measured."""


class Pace:
    """Playing or paused, and the speed. Frames that a slow machine misses are dropped, not caught up."""

    def __init__(self) -> None:
        self.playing = True
        self.speed = 1.0
        self._credit = 0.0
        self._came: deque[float] = deque()

    def due(self) -> int:
        """Number of frames due in this iteration: at half speed, one in every second iteration."""
        # The credit never exceeds one iteration.
        self._credit = min(self._credit + self.speed, max(1.0, self.speed))
        frames = int(self._credit)
        self._credit -= frames
        return frames

    def change(self, factor: float) -> None:
        """Multiply the speed by a factor, within its limits."""
        self.speed = min(FASTEST, max(1 / FASTEST, self.speed * factor))

    def turn(self) -> None:
        """Toggle between paused and playing."""
        self.playing = not self.playing
        self._came.clear()

    def came(self, now: float) -> None:
        """Count a shown picture for the frame rate."""
        self._came.append(now)

    def rate(self, now: float) -> float | None:
        """Frames per second over the last second; None while paused or with fewer than three frames.

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
