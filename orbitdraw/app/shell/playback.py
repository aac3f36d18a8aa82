"""Playback speed: the frames due in an iteration of the event loop, and the measured frame rate."""

from __future__ import annotations

from collections import deque

MAX_SPEED = 16.0
RATE_WINDOW = 1.0
"""Time window in seconds over which the frame rate is measured."""


class Playback:
    """Playing or paused, and the speed. Frames that a slow machine misses are dropped, not caught up."""

    def __init__(self) -> None:
        self.playing = True
        self.speed = 1.0
        self._credit = 0.0
        self._picture_times: deque[float] = deque()

    def due_frames(self) -> int:
        """Number of frames due in this iteration: at half speed, one in every second iteration."""
        # The credit never exceeds one iteration.
        self._credit = min(self._credit + self.speed, max(1.0, self.speed))
        frames = int(self._credit)
        self._credit -= frames
        return frames

    def scale_speed(self, factor: float) -> None:
        """Multiply the speed by a factor, within its limits."""
        self.speed = min(MAX_SPEED, max(1 / MAX_SPEED, self.speed * factor))

    def toggle(self) -> None:
        """Toggle between paused and playing."""
        self.playing = not self.playing
        self._picture_times.clear()

    def count_picture(self, now: float) -> None:
        """Count a shown picture for the frame rate."""
        self._picture_times.append(now)

    def frame_rate(self, now: float) -> float | None:
        """Frames per second over the last second; None while paused or with fewer than three frames.

        >>> pace = Playback()
        >>> for tenth in range(5):
        ...     pace.count_picture(tenth / 10)
        >>> pace.frame_rate(0.4)
        10.0
        """
        while self._picture_times and self._picture_times[0] < now - RATE_WINDOW:
            self._picture_times.popleft()
        if not self.playing or len(self._picture_times) < 3:
            return None
        seconds = self._picture_times[-1] - self._picture_times[0]
        return (len(self._picture_times) - 1) / seconds if seconds > 0 else None
