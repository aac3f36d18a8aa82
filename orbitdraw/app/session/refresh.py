"""The kinds of picture that are due after a task."""

from __future__ import annotations

from enum import IntEnum


class Refresh(IntEnum):
    """The picture that a task asks for; it is made when the task is over, and of several the highest counts."""

    NONE = 0
    SOON = 1
    """A picture, unless a frame is due, whose own picture comes at once."""
    NOW = 2
    """A picture with its numbers."""
    ANEW = 3
    """The same, of a paper that may have to be drawn from the first frame."""
