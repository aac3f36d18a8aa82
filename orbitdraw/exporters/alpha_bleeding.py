"""Extension of colours into transparent pixels, for encoders that mix neighbouring pixels (alpha bleeding)."""

from __future__ import annotations

from typing import Any

import numpy as np

from orbitdraw.exporters.spec import Pixels
from orbitdraw.runtime.jit import jit

BLOCK_SIDE = 64
"""Side of the largest block of VP9, in pixels: no pixel further away can affect a colour."""

MIN_ALPHA = 32
"""Alpha, of 255, from which a pixel keeps its own colour. Below it rounding has destroyed much of the colour."""


def bleed_colours(pixels: Pixels) -> Pixels:
    """Pixels 0xAARRGGBB with the same alpha, in which almost transparent ones take the colour of their surroundings.

        c' = (a c + (t - a) c'' ) / t  where the alpha a is below t,   c'' the same of the square twice as large

    Video encoders share and round colours over blocks of pixels. With black in transparent pixels, thin lines would get
    a dark rim on any other background. Source: M. Strengert, M. Kraus, T. Ertl, "Pyramid methods in GPU-based image
    processing", VMV 2006 (pull and push).

    >>> [hex(p) for p in bleed_colours(np.array([[0xFF4080C0, 0, 0]], np.uint32))[0]]
    ['0xff4080c0', '0x4080c0', '0x4080c0']
    """
    out = np.empty_like(pixels)
    bleed_into(np.ascontiguousarray(pixels), out)
    return out


@jit("void(uint32[:,::1], uint32[:,::1])")
def bleed_into(pixels: Any, out: Any) -> None:
    """Compiled loop of `bleed_colours`, block by block."""
    h, w = pixels.shape
    # Pull: sums of alpha and of colour times alpha, over squares of 1, 2, 4, ... pixels up to the whole block.
    sums = np.zeros((2 * BLOCK_SIDE, BLOCK_SIDE, 4), np.int64)
    for top in range(0, h, BLOCK_SIDE):
        for left in range(0, w, BLOCK_SIDE):
            sums[:] = 0
            for y in range(top, min(top + BLOCK_SIDE, h)):
                for x in range(left, min(left + BLOCK_SIDE, w)):
                    p = np.int64(pixels[y, x])
                    alpha = p >> 24
                    cell = sums[y - top, x - left]
                    cell[0] = alpha * (p >> 16 & 255)
                    cell[1] = alpha * (p >> 8 & 255)
                    cell[2] = alpha * (p & 255)
                    cell[3] = alpha
            side, offset = BLOCK_SIDE, 0
            while side > 1:
                for y in range(side):
                    for x in range(side):
                        for k in range(4):
                            sums[offset + side + y // 2, x // 2, k] += sums[offset + y, x, k]
                side, offset = side // 2, offset + side
            # Push: from the whole block down, squares with too little alpha are filled from the next larger ones.
            while offset > 0:
                parent, side = offset, side * 2
                offset -= side
                for y in range(side):
                    for x in range(side):
                        cell, parent_cell = sums[offset + y, x], sums[parent + y // 2, x // 2]
                        missing = MIN_ALPHA - cell[3]
                        if missing > 0 and parent_cell[3] > 0:
                            for k in range(3):
                                cell[k] += (missing * parent_cell[k] + parent_cell[3] // 2) // parent_cell[3]
                            cell[3] = MIN_ALPHA
            for y in range(top, min(top + BLOCK_SIDE, h)):
                for x in range(left, min(left + BLOCK_SIDE, w)):
                    cell = sums[y - top, x - left]
                    color: Any = np.int64(pixels[y, x]) >> 24
                    for k in range(3):
                        color = color << 8 | ((cell[k] + cell[3] // 2) // cell[3] if cell[3] > 0 else 0)
                    out[y, x] = color
