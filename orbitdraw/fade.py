"""Old ink fades, where there is any."""

from __future__ import annotations

from math import floor
from typing import Any

import numpy as np
from numpy.typing import NDArray

from orbitdraw.jit import compiled
from orbitdraw.threads import share

BLOCK = 64
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


@compiled("void(u1[::1], f8[:,::1], i8, f8, i8, i8, i8, i8)")
def under(
    bears: Any, segments: Any, count: int, margin: float, first: int, rows: int, columns: int, planes: int
) -> None:
    """Say that blocks bear ink which are nearer than `margin` pixels to one of `count` segments of `flatten`."""
    for i in range(count):
        x0, x1 = min(segments[i, 0], segments[i, 2]) - margin, max(segments[i, 0], segments[i, 2]) + margin
        y0, y1 = min(segments[i, 1], segments[i, 3]) - margin, max(segments[i, 1], segments[i, 3]) + margin
        left, right = int(max(floor(x0), 0.0)), int(min(floor(x1) + 1.0, float(columns)))
        top, bottom = int(max(floor(y0) - first, 0.0)), int(min(floor(y1) + 1.0 - first, float(rows)))
        if left < right:
            for row in range(top, bottom):
                begin, end = (row * columns + left) * planes // BLOCK, ((row * columns + right) * planes - 1) // BLOCK
                for b in range(begin, min(end + 1, bears.size)):
                    bears[b] = 1


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
        under(self._bears, segments, count, margin, first, *self._shape)
