"""Words as coverage, in the fonts that come with the program."""

from __future__ import annotations

import os
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from orbitdraw.errors import InputError, near
from orbitdraw.resources import asset

FACES = {
    "regular": "fonts/Inter-Regular.ttf",
    "bold": "fonts/Inter-SemiBold.ttf",
    "mono": "fonts/JetBrainsMono-Regular.ttf",
}


@lru_cache(maxsize=128)
def font(face: str, size: int) -> Any:
    """The pygame font of a face at a size in pixels. Raises InputError for a face there is not."""
    if face not in FACES:
        raise InputError(f"face {face!r} is unknown; {near(face, FACES)}")
    os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
    import pygame

    if not pygame.font.get_init():
        pygame.font.init()
    return pygame.font.Font(str(asset(FACES[face])), max(1, size))


FINE = 18.0
"""Pixels below which letters are drawn four times as large and shrunk: the grid would pull small ones out of place."""


def _drawn(size: float) -> tuple[int, int]:
    """The size at which letters are drawn, and by how much they are then shrunk."""
    return (max(4, round(4 * size)), 4) if size < FINE else (round(size), 1)


@lru_cache(maxsize=512)
def glyphs(string: str, face: str, size: float) -> NDArray[np.uint32]:
    """The coverage of a line of text, (height, width, 1) from 0 to 255, as high as a line of that font.

    >>> glyphs("orbit", "regular", 20).shape[0] >= 20
    True
    """
    drawn, shrink = _drawn(size)
    made = font(face, drawn)
    if not string:
        return np.zeros((1, 1, 1), dtype=np.uint32)
    import pygame

    surface = made.render(string, True, (255, 255, 255))
    alpha = pygame.surfarray.array_alpha(surface).T.astype(np.uint32)
    if shrink > 1:
        high, wide = (-(-side // shrink) * shrink for side in alpha.shape)
        alpha = np.pad(alpha, ((0, high - alpha.shape[0]), (0, wide - alpha.shape[1])))
        blocks = alpha.reshape(high // shrink, shrink, wide // shrink, shrink).mean(axis=(1, 3))
        # Thin strokes lose strength when averaged; a gentle lift keeps small text as dark as large text.
        alpha = np.round(255.0 * (blocks / 255.0) ** 0.8).astype(np.uint32)
    return np.ascontiguousarray(alpha[:, :, None])


def extent(string: str, face: str, size: float) -> tuple[float, float]:
    """Width and height in pixels of a line of text.

    >>> extent("wider", "regular", 20)[0] > extent("w", "regular", 20)[0]
    True
    """
    drawn, shrink = _drawn(size)
    width, height = font(face, drawn).size(string)
    return width / shrink, height / shrink


def missing(string: str, face: str = "regular") -> str:
    """The characters of a text that the face cannot show; captions are tested with it.

    >>> missing("x² + ½ ω · θ̇ ≤ ∞ → 3")
    ''
    """
    # The font says nothing of what it lacks: it draws the same box for each.
    box = glyphs("\U0010fffd", face, 32.0)
    return "".join(sorted(c for c in set(string) if not c.isspace() and np.array_equal(glyphs(c, face, 32.0), box)))
