"""The part of the window for a picture made of panels: beside the text that other pictures are covered with."""

from __future__ import annotations

import pygame

MIN_HEIGHT = 200.0
"""Least height of such a picture in points; a smaller one cannot be read."""


def free_area(size: tuple[int, int], right: int, below: int, min_height: int) -> pygame.Rect | None:
    """The part of a window left free at its right edge and below; None for the whole, where that would be too low.

    Panels beside each other need a landscape format: it is never higher than three quarters of its width.

    >>> free_area((1920, 1080), 300, 160, 200), free_area((1024, 768), 424, 168, 200)
    (Rect(0, 0, 1620, 920), Rect(0, 75, 600, 450))
    >>> free_area((320, 240), 290, 120, 200) is None
    True
    """
    width, free_height = size[0] - right, size[1] - below
    height = min(free_height, width * 3 // 4)
    return pygame.Rect(0, (free_height - height) // 2, width, height) if height >= min_height else None
