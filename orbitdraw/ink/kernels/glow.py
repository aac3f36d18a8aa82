"""Glow (bloom) around bright ink: a sum of blurs of a small copy of the drawing."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from orbitdraw.runtime.jit import jit

Image = NDArray[np.float32]

LEVEL_WEIGHTS = (0.30, 0.26, 0.20, 0.14, 0.10)
"""Weights of the pyramid levels in the glow, from the narrowest blur to the widest; each level halves the size."""


@jit("void(f4[:,::1], f4[:,::1], f4[::1])")
def _downsample(image: Any, small: Any, line: Any) -> None:
    """Downsample by 2 with the separable filter (1 3 3 1) / 8: first along columns into `line`, then along rows.

    Images are (rows, 3 columns), as in `_upsample`.
    """
    outer, inner = np.float32(0.125), np.float32(0.375)
    rows, last = image.shape[0] - 1, image.shape[1] - 3
    for r in range(small.shape[0]):
        a, b = max(2 * r - 1, 0), 2 * r
        c, d = min(2 * r + 1, rows), min(2 * r + 2, rows)
        for j in range(image.shape[1]):
            line[j] = outer * (image[a, j] + image[d, j]) + inner * (image[b, j] + image[c, j])
        for at in range(0, small.shape[1], 3):
            for k in range(3):
                a, b = max(2 * at - 3, 0) + k, 2 * at + k
                c, d = min(2 * at + 3, last) + k, min(2 * at + 6, last) + k
                small[r, at + k] = outer * (line[a] + line[d]) + inner * (line[b] + line[c])


@jit("void(f4[:,::1], f4[:,::1], f4, f4, f4[::1])")
def _upsample(small: Any, image: Any, keep: Any, weight: Any, line: Any) -> None:
    """image <- keep image + weight (small upsampled by 2, bilinear)."""
    near, far = np.float32(0.75), np.float32(0.25)
    rows, last = small.shape[0] - 1, small.shape[1] - 3
    for r in range(image.shape[0]):
        row = r >> 1
        neighbour = min(max(row + (1 if r & 1 else -1), 0), rows)
        for j in range(small.shape[1]):
            line[j] = near * small[row, j] + far * small[neighbour, j]
        for at in range(0, image.shape[1], 6):
            for k in range(3):
                middle = near * line[(at >> 1) + k]
                value = middle + far * line[max((at >> 1) - 3, 0) + k]
                image[r, at + k] = keep * image[r, at + k] + weight * value
                if at + 3 < image.shape[1]:
                    value = middle + far * line[min((at >> 1) + 3, last) + k]
                    image[r, at + 3 + k] = keep * image[r, at + 3 + k] + weight * value


def compute_glow(ink: NDArray[np.uint32]) -> Image:
    """The glow of ink (h, w, 3), same shape, in units of ink: a weighted sum of wider and wider blurs.

    The blurs are the levels of an image pyramid (P. Burt and E. Adelson, "The Laplacian pyramid", 1983).
    """
    levels: list[Image] = []
    rows, columns = ink.shape[:2]
    line = np.empty(3 * columns, dtype=np.float32)
    for _ in LEVEL_WEIGHTS:
        image = levels[-1] if levels else ink.reshape(rows, -1).astype(np.float32)
        rows, columns = (rows + 1) // 2, (columns + 1) // 2
        small = np.empty((rows, 3 * columns), dtype=np.float32)
        _downsample(image, small, line)
        levels.append(small)
    carried = 1.0
    for index in range(len(levels) - 1, 0, -1):
        # The smallest level is weighted on the first step up; after that the sum carries its weights.
        _upsample(
            levels[index], levels[index - 1], LEVEL_WEIGHTS[index - 1], LEVEL_WEIGHTS[index] if carried else 1.0, line
        )
        carried = 0.0
    glow = np.zeros((len(ink), 3 * ink.shape[1]), dtype=np.float32)
    _upsample(levels[0], glow, 0.0, 1.0, line)
    return glow.reshape(ink.shape)
