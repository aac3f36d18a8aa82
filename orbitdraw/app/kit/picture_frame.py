"""Frame of a picture on a light wall: a white mount and a soft shadow, as of a print."""

from __future__ import annotations

import pygame

from orbitdraw.app.kit.text import plate, rounded
from orbitdraw.app.kit.theme import Color

WIDE = 9.0
"""Width of the mount, in points."""

COLOR: Color = (255, 255, 255)
SHADOW: Color = (60, 50, 35)
LAYERS = ((5.0, 7), (3.5, 9), (2.0, 11), (1.0, 14))
"""Layers of the shadow: reach in points and opacity, 0 to 255."""

DROP = 3.0


def mounted(picture: pygame.Surface, size: tuple[int, int], radius: int, scale: float) -> pygame.Surface:
    """A picture centred in its mount; a scale of 0 gives no mount."""
    inset = round(WIDE * scale)
    inside = (max(1, size[0] - 2 * inset), max(1, size[1] - 2 * inset))
    print_ = rounded(filled(picture, inside), radius // 2 if inset else radius)
    if not inset:
        return print_
    made = plate(size, radius, COLOR).copy()
    made.blit(print_, (inset, inset))
    return made


def shade(surface: pygame.Surface, frame: pygame.Rect, radius: float, scale: float) -> None:
    """Draw the shadow of a frame."""
    for grown, dark in LAYERS:
        reach = max(1, round(grown * scale))
        rim = frame.inflate(2 * reach, 2 * reach).move(0, round(DROP * scale))
        surface.blit(plate(rim.size, round((radius + grown) * scale), SHADOW, dark), rim)


def filled(picture: pygame.Surface, size: tuple[int, int]) -> pygame.Surface:
    """A picture scaled and cropped to fill a size, centred."""
    factor = max(size[0] / picture.get_width(), size[1] / picture.get_height())
    scaled = pygame.transform.smoothscale(
        picture,
        (max(size[0], round(picture.get_width() * factor)), max(size[1], round(picture.get_height() * factor))),
    )
    return scaled.subsurface(
        pygame.Rect((0, 0), size).move((scaled.get_width() - size[0]) // 2, (scaled.get_height() - size[1]) // 2)
    ).copy()
