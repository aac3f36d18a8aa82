"""Coverage masks of text."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from orbitdraw.runtime import lazy, text_runs

if TYPE_CHECKING:
    import pygame
else:
    pygame = lazy.module("pygame")

SMALL_TEXT = 18.0
"""Font size below which text is drawn four times as large and downsampled: hinting would misplace small letters."""


def _drawing_size(size: float) -> tuple[int, int]:
    """The font size of drawing, and the factor of downsampling."""
    return (max(4, round(4 * size)), 4) if size < SMALL_TEXT else (round(size), 1)


@lru_cache(maxsize=512)
def glyphs(string: str, face: str, size: float) -> NDArray[np.uint32]:
    """The coverage of a line of text, (height, width, 1) from 0 to 255, as high as the font's line height.

    >>> glyphs("orbit", "regular", 20).shape[0] >= 20
    True
    """
    drawing_size, factor = _drawing_size(size)
    text_runs.font(face, drawing_size)
    if not string:
        return np.zeros((1, 1, 1), dtype=np.uint32)
    surface = text_runs.line(string, face, drawing_size, (255, 255, 255))
    alpha = pygame.surfarray.array_alpha(surface).T.astype(np.uint32)
    if factor > 1:
        high, wide = (-(-side // factor) * factor for side in alpha.shape)
        alpha = np.pad(alpha, ((0, high - alpha.shape[0]), (0, wide - alpha.shape[1])))
        blocks = alpha.reshape(high // factor, factor, wide // factor, factor).mean(axis=(1, 3))
        # Averaging weakens thin strokes; a gamma of 0.8 keeps small text as dark as large text.
        alpha = np.round(255.0 * (blocks / 255.0) ** 0.8).astype(np.uint32)
    return np.ascontiguousarray(alpha[:, :, None])


def text_size(string: str, face: str, size: float) -> tuple[float, float]:
    """Width and height in pixels of a line of text.

    >>> text_size("wider", "regular", 20)[0] > text_size("w", "regular", 20)[0]
    True
    """
    drawing_size, factor = _drawing_size(size)
    return text_runs.width(string, face, drawing_size) / factor, text_runs.font(
        face, drawing_size
    ).get_height() / factor
