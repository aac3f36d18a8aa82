"""Kept states of a run and its paper, so that going back is quick; memory is bounded, and the bound is a number."""

from __future__ import annotations

import os
from bisect import bisect_right
from dataclasses import dataclass
from typing import Any

from orbitdraw.errors import InputError
from orbitdraw.simulation.snapshot import Snapshot

Paper = tuple[Any, ...]

MEGABYTES = 256
"""Memory for what is kept of a drawing's past, unless ORBITDRAW_MEMORY says otherwise. Less makes going far back
slower, nothing else."""


def budget() -> int:
    """Bytes for what is kept of a drawing's past: `ORBITDRAW_MEMORY` in MiB; InputError for what is no such number.

    >>> budget() >> 20
    256
    """
    asked = os.environ.get("ORBITDRAW_MEMORY") or str(MEGABYTES)
    if not (asked.isascii() and asked.isdigit() and 1 <= int(asked) <= 1 << 20):
        raise InputError(f"ORBITDRAW_MEMORY needs whole MiB, 1 to {1 << 20}, not {asked!r}")
    return int(asked) << 20


@dataclass
class Keyframe:
    """A run and its paper at one frame; `ink` is None where the paper was not up to date."""

    run: Snapshot
    paper: Paper
    ink: Any
    bytes: int


class Keyframes(list[Keyframe]):
    """Keyframes by frame, dense near the last of them and sparser the older they are.

    >>> kept = Keyframes()
    >>> for frame in range(0, 6000, 60):
    ...     kept.keep(Keyframe(Snapshot(frame, {}), (), None, 10), 80)
    >>> [each.run.frame for each in kept]
    [0, 2880, 4260, 4980, 5460, 5760, 5880, 5940]
    """

    def keep(self, new: Keyframe, budget: int) -> None:
        """Put it in its place, and let go of others beyond `budget` bytes."""
        place = bisect_right(self, new.run.frame, key=lambda kept: kept.run.frame)
        if place and self[place - 1].run.frame == new.run.frame:
            self[place - 1] = new
        else:
            self.insert(place, new)
        self.fit(budget)

    def fit(self, budget: int) -> None:
        """Let go of those that are missed least until all take `budget` bytes, but for the first and the last."""
        while len(self) > 2 and sum(kept.bytes for kept in self) > budget:
            del self[self._least_missed()]

    def before(self, frame: int) -> Keyframe | None:
        """The last one that is no later than `frame`."""
        place = bisect_right(self, frame, key=lambda kept: kept.run.frame)
        return self[place - 1] if place else None

    def forget(self, first: int) -> None:
        """Let go of those that a change at frame `first` makes void, and of frame 0, whose values may be others."""
        self[:] = [kept for kept in self if 0 < kept.run.frame <= first]

    def _least_missed(self) -> int:
        """The one whose absence costs the least replay, set against how far back it lies."""
        now = self[-1].run.frame
        return min(
            range(1, len(self) - 1),
            key=lambda i: (self[i + 1].run.frame - self[i - 1].run.frame) / (now - self[i].run.frame),
        )
