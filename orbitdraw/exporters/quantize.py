"""Colour quantization: one palette of 256 colours for a whole true-colour film, so that colours do not flicker."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from orbitdraw.exporters.spec import Bytes, FinishedPicture, Pixels
from orbitdraw.runtime.jit import jit

CELLS = 64
"""Cells of the colour cube along an edge: 4 of 256 values share a cell, less than the eye can distinguish."""

LLOYD_ITERATIONS = 12
"""Iterations of Lloyd's algorithm. After a dozen each reduces the mean error by less than one percent."""

FREQUENCY_EXPONENT = 0.75
"""Exponent of a colour's frequency. 1 gives the least mean error but loses thin bright lines on a large background."""


def choose_palette(pictures: Iterable[FinishedPicture]) -> Bytes:
    """Palette (256, 3) for these pictures: median cut, refined by Lloyd's algorithm (k-means).

    Source: Heckbert, "Color image quantization for frame buffer display", SIGGRAPH 1982; Lloyd, "Least squares
    quantization in PCM", IEEE Trans. Inf. Theory 28, 1982.

    >>> from types import SimpleNamespace as Some
    >>> two = Some(pixels=np.array([[0x102030, 0xFF8000]], np.uint32), levels=None, palette=None)
    >>> sorted(set(map(tuple, choose_palette([two]).tolist())))
    [(16, 32, 48), (255, 128, 0)]
    """
    counts = np.zeros(CELLS**3)
    sums = np.zeros((CELLS**3, 3))
    for picture in pictures:
        count_colours(np.ascontiguousarray(picture.pixels), counts, sums)
    used = np.flatnonzero(counts)
    if not len(used):
        return np.zeros((256, 3), np.uint8)
    colours = sums[used] / counts[used, None]
    weights = counts[used] ** FREQUENCY_EXPONENT
    centres = _median_cut(colours, weights)
    if len(colours) > 256:
        for _ in range(LLOYD_ITERATIONS):
            lloyd(colours, weights, centres)
    palette = np.round(centres).astype(np.uint8)
    order = np.argsort(palette @ np.array([299, 587, 114]), kind="stable")
    return np.ascontiguousarray(palette[order], dtype=np.uint8)


def _median_cut(colours: Any, weights: Any) -> Any:
    """256 colours by median cut: the box with the largest spread is split along its widest axis, at the mean."""
    boxes = [np.arange(len(colours))]
    spreads = [_spread(colours, weights, boxes[0])]
    while len(boxes) < 256:
        widest = int(np.argmax([spread for spread, _ in spreads]))
        spread, axis = spreads[widest]
        if spread <= 0:
            break
        box = boxes[widest]
        values = colours[box, axis]
        low = values <= np.average(values, weights=weights[box])
        parts = [box[low], box[~low]]
        boxes[widest : widest + 1] = parts
        spreads[widest : widest + 1] = [_spread(colours, weights, part) for part in parts]
    centres = np.array([np.average(colours[box], axis=0, weights=weights[box]) for box in boxes])
    return np.concatenate([centres, np.repeat(centres[-1:], 256 - len(centres), axis=0)])


def _spread(colours: Any, weights: Any, box: Any) -> tuple[float, int]:
    if len(box) < 2:
        return 0.0, 0
    mean = np.average(colours[box], axis=0, weights=weights[box])
    spread = weights[box] @ (colours[box] - mean) ** 2
    axis = int(np.argmax(spread))
    return float(spread[axis]), axis


def nearest_table(palette: Bytes) -> Bytes:
    """Index of the nearest palette colour for each cell of the colour cube, (64**3,)."""
    table = np.empty(CELLS**3, np.uint8)
    fill_nearest(np.ascontiguousarray(palette, dtype=np.float64), table)
    return table


@jit("void(uint32[:,::1], float64[::1], float64[:,::1])")
def count_colours(pixels: Pixels, counts: Any, sums: Any) -> None:
    """Add pixels to the colour cube: the count of each cell, and the sum of its colours."""
    for y in range(pixels.shape[0]):
        for x in range(pixels.shape[1]):
            p = pixels[y, x]
            r, g, b = (p >> 16) & 255, (p >> 8) & 255, p & 255
            cell = (r >> 2) << 12 | (g >> 2) << 6 | (b >> 2)
            counts[cell] += 1
            sums[cell, 0] += r
            sums[cell, 1] += g
            sums[cell, 2] += b


@jit("void(float64[:,::1], float64[::1], float64[:,::1])")
def lloyd(colours: Any, weights: Any, centres: Any) -> None:
    """One iteration: assign each colour to its nearest centre, move each centre to the mean of its colours."""
    sums = np.zeros((256, 4))
    for i in range(len(colours)):
        best, least = 0, np.inf
        for k in range(256):
            dr, dg, db = colours[i, 0] - centres[k, 0], colours[i, 1] - centres[k, 1], colours[i, 2] - centres[k, 2]
            d = dr * dr + dg * dg + db * db
            if d < least:
                best, least = k, d
        for c in range(3):
            sums[best, c] += weights[i] * colours[i, c]
        sums[best, 3] += weights[i]
    for k in range(256):
        if sums[k, 3] > 0:
            for c in range(3):
                centres[k, c] = sums[k, c] / sums[k, 3]


@jit("void(float64[:,::1], uint8[::1])")
def fill_nearest(palette: Any, table: Bytes) -> None:
    """Fill `table` with the index of the palette colour nearest to the centre of each cell."""
    for cell in range(len(table)):
        r, g, b = (cell >> 12) * 4 + 1.5, ((cell >> 6) & 63) * 4 + 1.5, (cell & 63) * 4 + 1.5
        best, least = 0, np.inf
        for k in range(256):
            dr, dg, db = r - palette[k, 0], g - palette[k, 1], b - palette[k, 2]
            d = dr * dr + dg * dg + db * db
            if d < least:
                best, least = k, d
        table[cell] = best


@jit("void(uint32[:,::1], uint8[::1], uint8[:,::1])")
def to_levels(pixels: Pixels, table: Bytes, out: Bytes) -> None:
    """The palette index of each pixel."""
    for y in range(pixels.shape[0]):
        for x in range(pixels.shape[1]):
            p = pixels[y, x]
            out[y, x] = table[(p >> 18 & 63) << 12 | (p >> 10 & 63) << 6 | (p >> 2 & 63)]
