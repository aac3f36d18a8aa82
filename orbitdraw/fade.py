"""Old ink fades, where there is any."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from orbitdraw import warmup
from orbitdraw.jit import compiled
from orbitdraw.threads import share

SHIFT = 6
BLOCK = 1 << SHIFT
"""Counts of ink, one after the other in a row of paper, that are faded together or left alone together. Twenty trails
cover a few hundredths of the paper; a crowd covers all of it, and then looking costs a third more."""


@compiled("void(u4[:,::1], u1[::1], u8, u8)")
def fade(ink: Any, bears: Any, factor: Any, offset: Any) -> None:
    """Multiply ink by factor / 2^32, rounded by `offset` / 2^32: over evenly spread offsets nothing is lost or won.

    Rows of `ink` that bear none are left out, and said to bear none when the last has gone.
    """
    for b in range(ink.shape[0]):
        if bears[b]:
            left = np.uint32(0)
            for i in range(ink.shape[1]):
                now = np.uint32((np.uint64(ink[b, i]) * factor + offset) >> np.uint64(32))
                ink[b, i] = now
                left |= now
            bears[b] = left != 0


class Bearing:
    """Which blocks of a sheet may bear ink. The others have none that could fade."""

    def __init__(self, counts: NDArray[np.uint32]) -> None:
        flat = counts.reshape(-1)
        whole = flat.size // BLOCK * BLOCK
        self._blocks, self._rest = flat[:whole].reshape(-1, BLOCK), flat[None, whole:]
        self._shape = counts.shape
        self._bears = np.ones(len(self._blocks), dtype=np.uint8)

    def fade(self, factor: np.uint64, offset: np.uint64) -> None:
        """Multiply all ink by factor / 2^32."""

        def work(first: int, last: int) -> None:
            fade(self._blocks[first:last], self._bears[first:last], factor, offset)

        share(work, len(self._blocks), 1, (1 << 19) // BLOCK)
        fade(self._rest, np.ones(1, dtype=np.uint8), factor, offset)

    def anywhere(self) -> None:
        """Ink may have come to any place."""
        self._bears[:] = 1

    def under(self, segments: NDArray[np.float64], count: int, margin: float, first: int) -> None:
        """Ink has come to the places nearer than `margin` pixels to segments; the sheet begins at row `first`."""
        if not warmup.made("bearing"):
            self.anywhere()  # a very first start does without: it fades all of the paper
            return
        from orbitdraw.bearing import mark

        mark(self._bears, segments, count, margin, first, *self._shape)
