"""Tinting of a picture with a colour through a coverage mask."""

from __future__ import annotations

from typing import Any

import numpy as np

from orbitdraw.panels.kernels.alpha_blend import blend
from orbitdraw.runtime.jit import jit


@jit("void(u4[:,::1], i8, i8, u4[:,:,::1], f8, f8, f8, f8, f8)")
def apply_tint(
    pixels: Any, row: int, column: int, ink: Any, full: float, red: float, green: float, blue: float, alpha: float
) -> None:
    """Blend a colour over the pixels from (row, column) on, with the opacity ink (h, w, 1) / full, at most 1."""
    for r in range(max(0, -row), min(ink.shape[0], pixels.shape[0] - row)):
        for c in range(max(0, -column), min(ink.shape[1], pixels.shape[1] - column)):
            amount = ink[r, c, 0]
            if amount > np.uint32(0):
                cover = min(float(amount) / full, 1.0) * alpha
                pixels[row + r, column + c] = blend(pixels[row + r, column + c], red, green, blue, cover)
