"""Bookkeeping of the blocks of the ink buffer that may hold ink, so that only these are faded."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from orbitdraw.ink import kernels
from orbitdraw.ink.units import BLOCK
from orbitdraw.runtime import warmup
from orbitdraw.runtime.threads import parallel_for


class InkBlocks:
    """Flags of the blocks of a canvas that may hold ink; fading skips the others."""

    def __init__(self, counts: NDArray[np.uint32]) -> None:
        flat = counts.reshape(-1)
        full_size = flat.size // BLOCK * BLOCK
        self._blocks, self._rest = flat[:full_size].reshape(-1, BLOCK), flat[None, full_size:]
        self._shape = counts.shape
        self._has_ink = np.ones(len(self._blocks), dtype=np.uint8)

    def fade(self, factor: np.uint64, offset: np.uint64) -> None:
        """Multiply all ink by factor / 2^32."""

        def fade_blocks(first: int, last: int) -> None:
            kernels.fade(self._blocks[first:last], self._has_ink[first:last], factor, offset)

        parallel_for(fade_blocks, len(self._blocks), 1, (1 << 19) // BLOCK)
        kernels.fade(self._rest, np.ones(1, dtype=np.uint8), factor, offset)

    def mark_all(self) -> None:
        """Mark all blocks: ink may have been drawn anywhere."""
        self._has_ink[:] = 1

    def mark_segments(self, segments: NDArray[np.float64], count: int, margin: float, first: int) -> None:
        """Mark the blocks within `margin` pixels of drawn segments; the canvas begins at the picture's row `first`."""
        if not warmup.is_compiled("ink.kernels.mark_blocks"):
            self.mark_all()  # not compiled yet on the very first start: fade the whole canvas
            return
        kernels.mark(self._has_ink, segments, count, margin, first, *self._shape)
