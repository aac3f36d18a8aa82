"""The part of the window for a picture made of panels: beside the text that other pictures are covered with."""

from __future__ import annotations

import pygame

LEAST = 200.0
"""Least height of such a picture in points; a smaller one cannot be read."""


def free_part(size: tuple[int, int], right: int, below: int, least: int) -> pygame.Rect | None:
    """The part of a window left free at its right edge and below; None for the whole, where that would be too low.

    Panels beside each other need a landscape format: it is never higher than three quarters of its width.

    >>> free_part((1920, 1080), 300, 160, 200), free_part((1024, 768), 424, 168, 200)
    (Rect(0, 0, 1620, 920), Rect(0, 75, 600, 450))
    >>> free_part((320, 240), 290, 120, 200) is None
    True
    """
    wide, room = size[0] - right, size[1] - below
    high = min(room, wide * 3 // 4)
    return pygame.Rect(0, (room - high) // 2, wide, high) if high >= least else None
