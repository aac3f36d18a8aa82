"""Extension of colours into transparent pixels, for encoders that mix neighbouring pixels (alpha bleeding)."""

from __future__ import annotations

from typing import Any

import numpy as np

from orbitdraw.exporters.spec import Pixels
from orbitdraw.runtime.jit import compiled

SIDE = 64
"""Side of the largest block of VP9, in pixels: no pixel further away can affect a colour."""

ENOUGH = 32
"""Alpha, of 255, from which a pixel keeps its own colour. Below it rounding has destroyed much of the colour."""


def carried(pixels: Pixels) -> Pixels:
    """Pixels 0xAARRGGBB with the same alpha, in which almost transparent ones take the colour of their surroundings.

        c' = (a c + (t - a) c'' ) / t  where the alpha a is below t,   c'' the same of the square twice as large

    Video encoders share and round colours over blocks of pixels. With black in transparent pixels, thin lines would get
    a dark rim on any other background. Source: M. Strengert, M. Kraus, T. Ertl, "Pyramid methods in GPU-based image
    processing", VMV 2006 (pull and push).

    >>> [hex(p) for p in carried(np.array([[0xFF4080C0, 0, 0]], np.uint32))[0]]
    ['0xff4080c0', '0x4080c0', '0x4080c0']
    """
    out = np.empty_like(pixels)
    carry(np.ascontiguousarray(pixels), out)
    return out


@compiled("void(uint32[:,::1], uint32[:,::1])")
def carry(pixels: Any, out: Any) -> None:
    """Compiled loop of `carried`, block by block."""
    h, w = pixels.shape
    # Pull: sums of alpha and of colour times alpha, over squares of 1, 2, 4, ... pixels up to the whole block.
    sums = np.zeros((2 * SIDE, SIDE, 4), np.int64)
    for top in range(0, h, SIDE):
        for left in range(0, w, SIDE):
            sums[:] = 0
            for y in range(top, min(top + SIDE, h)):
                for x in range(left, min(left + SIDE, w)):
                    p = np.int64(pixels[y, x])
                    cover = p >> 24
                    cell = sums[y - top, x - left]
                    cell[0] = cover * (p >> 16 & 255)
                    cell[1] = cover * (p >> 8 & 255)
                    cell[2] = cover * (p & 255)
                    cell[3] = cover
            side, at = SIDE, 0
            while side > 1:
                for y in range(side):
                    for x in range(side):
                        for k in range(4):
                            sums[at + side + y // 2, x // 2, k] += sums[at + y, x, k]
                side, at = side // 2, at + side
            # Push: from the whole block down, squares with too little alpha are filled from the next larger ones.
            while at > 0:
                above, side = at, side * 2
                at -= side
                for y in range(side):
                    for x in range(side):
                        cell, around = sums[at + y, x], sums[above + y // 2, x // 2]
                        lacks = ENOUGH - cell[3]
                        if lacks > 0 and around[3] > 0:
                            for k in range(3):
                                cell[k] += (lacks * around[k] + around[3] // 2) // around[3]
                            cell[3] = ENOUGH
            for y in range(top, min(top + SIDE, h)):
                for x in range(left, min(left + SIDE, w)):
                    cell = sums[y - top, x - left]
                    color: Any = np.int64(pixels[y, x]) >> 24
                    for k in range(3):
                        color = color << 8 | ((cell[k] + cell[3] // 2) // cell[3] if cell[3] > 0 else 0)
                    out[y, x] = color
