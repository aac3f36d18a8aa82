"""Removal of the background from a picture: alpha and colour of each pixel."""

from __future__ import annotations

from typing import Any

import numpy as np

from orbitdraw.exporters.spec import Bytes, Pixels
from orbitdraw.runtime.jit import jit


def remove_background(pixels: Pixels, ground: int) -> Pixels:
    """Pixels 0x00RRGGBB over a background, as 0xAARRGGBB without it: the least alpha that reproduces the pixel.

        p = c a + g (1 - a),   a = max over colours of (p - g) / (1 - g) where p > g, else (g - p) / g

    The same rule serves light, which adds to the background g, and ink on paper, which subtracts from it. Composited
    over g, the result equals the picture to one level; a pixel within one level of g in every colour, the amplitude of
    the background's dithering, becomes fully transparent. Source: T. Porter and T. Duff, "Compositing digital images",
    SIGGRAPH 1984 (the operator `over`, solved for the upper picture).

    >>> [hex(p) for p in remove_background(np.array([[0x000000, 0x800000, 0xFFFFFF]], np.uint32), 0x000000)[0]]
    ['0x0', '0x80ff0000', '0xffffffff']
    """
    out = np.empty_like(pixels)
    unblend_into(np.ascontiguousarray(pixels), ground, out)
    return out


def remove_palette_background(palette: Bytes, ground: int) -> tuple[Bytes, Bytes]:
    """The colours (n, 3) of a palette without the background, and the alpha of each (n,)."""
    packed = palette.astype(np.uint32) @ np.array([1 << 16, 1 << 8, 1], np.uint32)
    out = remove_background(packed[None, :].astype(np.uint32), ground)[0]
    colours = np.stack([out >> shift & 255 for shift in (16, 8, 0)], axis=1).astype(np.uint8)
    return colours, (out >> 24).astype(np.uint8)


@jit("void(uint32[:,::1], int64, uint32[:,::1])")
def unblend_into(pixels: Any, ground: int, out: Any) -> None:
    """Compiled loop of `remove_background`."""
    for y in range(pixels.shape[0]):
        for x in range(pixels.shape[1]):
            pixel = np.int64(pixels[y, x])
            alpha: Any = 0
            difference: Any = 0
            for shift in (16, 8, 0):
                p, g = pixel >> shift & 255, ground >> shift & 255
                difference = max(difference, abs(p - g))
                # Rounded up, so that the colour computed below is in range.
                if p > g:
                    alpha = max(alpha, (255 * (p - g) + 254 - g) // (255 - g))
                elif p < g:
                    alpha = max(alpha, (255 * (g - p) + g - 1) // g)
            if difference <= 1:
                out[y, x] = 0
                continue
            color = alpha
            for shift in (16, 8, 0):
                p, g = pixel >> shift & 255, ground >> shift & 255
                c = g + round((p - g) * 255.0 / alpha)
                color = color << 8 | min(max(c, 0), 255)
            out[y, x] = color
