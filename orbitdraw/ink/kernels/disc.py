"""Rasterisation of the disc that marks a body."""

from __future__ import annotations

from math import floor, sqrt
from typing import Any

import numpy as np

from orbitdraw.runtime.jit import jit, jit_inline


@jit_inline
def _add_ink(ink: Any, row: int, column: int, k: int, amount: float) -> None:
    total = np.int64(ink[row, column, k]) + np.int64(min(amount + 0.5, 4294967295.0))
    ink[row, column, k] = np.uint32(min(total, np.int64(0xFFFFFFFF)))


@jit("void(u4[:,:,::1], i8, f8, f8, f8, f8, f8[::1], f8[::1])")
def stamp(ink: Any, first: int, px: float, py: float, radius: float, halo: float, core: Any, skirt: Any) -> None:
    """Add a disc of `core` ink, and `skirt` ink around it that falls to zero at the distance `halo`."""
    rows, columns, planes = ink.shape
    reach = max(radius + 0.5, halo)
    if not (px > -reach and px < columns + reach and py > first - reach and py < first + rows + reach):
        return
    for r in range(max(floor(py - reach), first), min(floor(py + reach) + 1, first + rows)):
        dy = r + 0.5 - py
        for c in range(max(floor(px - reach), 0), min(floor(px + reach) + 1, columns)):
            dx = c + 0.5 - px
            distance = sqrt(dx * dx + dy * dy)
            cover = min(max(radius + 0.5 - distance, 0.0), 1.0)
            falloff = max(1.0 - distance / halo, 0.0) if halo > 0.0 else 0.0
            for k in range(planes):
                _add_ink(ink, r - first, c, k, cover * core[k] + falloff * falloff * falloff * skirt[k])
