"""Exponential fading of the ink buffer, block by block."""

from __future__ import annotations

from typing import Any

import numpy as np

from orbitdraw.runtime.jit import jit


@jit("void(u4[:,::1], u1[::1], u8, u8)")
def fade(ink: Any, has_ink: Any, factor: Any, offset: Any) -> None:
    """Multiply ink by factor / 2^32, with rounding offset `offset` / 2^32: unbiased over equidistributed offsets.

    Rows of `ink` whose flag in `has_ink` is 0 are skipped; a flag is cleared when the last ink of its row has gone.
    """
    for b in range(ink.shape[0]):
        if has_ink[b]:
            remaining = np.uint32(0)
            for i in range(ink.shape[1]):
                value = np.uint32((np.uint64(ink[b, i]) * factor + offset) >> np.uint64(32))
                ink[b, i] = value
                remaining |= value
            has_ink[b] = remaining != 0
