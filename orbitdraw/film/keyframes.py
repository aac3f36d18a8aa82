"""Keyframes: stored states of a run and its canvas for fast seeking, within a memory budget."""

from __future__ import annotations

import os
from bisect import bisect_right
from dataclasses import dataclass
from typing import Any

from orbitdraw.errors import InputError
from orbitdraw.simulation.snapshot import Snapshot

CanvasKey = tuple[Any, ...]

MEGABYTES = 256
"""Default memory budget for a drawing's past; the environment variable ORBITDRAW_MEMORY overrides it. A smaller budget
only makes seeking far back slower."""


def memory_budget() -> int:
    """Memory budget in bytes for a drawing's past, from `ORBITDRAW_MEMORY` in MiB; raises InputError if it is invalid.

    >>> memory_budget() >> 20
    256
    """
    text = os.environ.get("ORBITDRAW_MEMORY") or str(MEGABYTES)
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 1 << 20):
        raise InputError(f"ORBITDRAW_MEMORY needs a whole number of MiB from 1 to {1 << 20}, not {text!r}")
    return int(text) << 20


@dataclass
class Keyframe:
    """State of a run and its canvas at one frame; `ink` is None where the canvas was out of date."""

    run: Snapshot
    canvas_key: CanvasKey
    ink: Any
    bytes: int


class Keyframes(list[Keyframe]):
    """Keyframes sorted by frame, dense near the last one and sparser the older they are.

    >>> keyframes = Keyframes()
    >>> for frame in range(0, 6000, 60):
    ...     keyframes.store(Keyframe(Snapshot(frame, {}), (), None, 10), 80)
    >>> [each.run.frame for each in keyframes]
    [0, 2880, 4260, 4980, 5460, 5760, 5880, 5940]
    """

    def store(self, new: Keyframe, budget: int) -> None:
        """Insert a keyframe, and drop others beyond `budget` bytes."""
        index = bisect_right(self, new.run.frame, key=lambda keyframe: keyframe.run.frame)
        if index and self[index - 1].run.frame == new.run.frame:
            self[index - 1] = new
        else:
            self.insert(index, new)
        self.thin_to(budget)

    def thin_to(self, budget: int) -> None:
        """Drop the least useful keyframes until all take at most `budget` bytes; the first and the last are kept."""
        while len(self) > 2 and sum(keyframe.bytes for keyframe in self) > budget:
            del self[self._least_useful()]

    def before(self, frame: int) -> Keyframe | None:
        """The last keyframe no later than `frame`, or None."""
        index = bisect_right(self, frame, key=lambda keyframe: keyframe.run.frame)
        return self[index - 1] if index else None

    def forget(self, first: int) -> None:
        """Drop the keyframes that a change at frame `first` invalidates, and frame 0, whose values may have changed."""
        self[:] = [keyframe for keyframe in self if 0 < keyframe.run.frame <= first]

    def _least_useful(self) -> int:
        """Index of the keyframe whose absence costs the least replay relative to its distance from the last frame."""
        now = self[-1].run.frame
        return min(
            range(1, len(self) - 1),
            key=lambda i: (self[i + 1].run.frame - self[i - 1].run.frame) / (now - self[i].run.frame),
        )
