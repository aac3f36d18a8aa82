"""Frame of a picture on a light wall: a white mount and a soft shadow, as of a print."""

from __future__ import annotations

import pygame

from orbitdraw.app.kit.text import plate, round_corners
from orbitdraw.app.kit.theme import Color

MOUNT_WIDTH = 9.0
"""Width of the mount, in points."""

MOUNT_COLOR: Color = (255, 255, 255)
SHADOW_COLOR: Color = (60, 50, 35)
SHADOW_LAYERS = ((5.0, 7), (3.5, 9), (2.0, 11), (1.0, 14))
"""Layers of the shadow: reach in points and opacity, 0 to 255."""

SHADOW_OFFSET = 3.0


def mount_picture(picture: pygame.Surface, size: tuple[int, int], radius: int, scale: float) -> pygame.Surface:
    """A picture centred in its mount; a scale of 0 gives no mount."""
    inset = round(MOUNT_WIDTH * scale)
    inner_size = (max(1, size[0] - 2 * inset), max(1, size[1] - 2 * inset))
    image = round_corners(crop_to_fill(picture, inner_size), radius // 2 if inset else radius)
    if not inset:
        return image
    mount = plate(size, radius, MOUNT_COLOR).copy()
    mount.blit(image, (inset, inset))
    return mount


def draw_shadow(surface: pygame.Surface, frame: pygame.Rect, radius: float, scale: float) -> None:
    """Draw the shadow of a frame."""
    for spread, alpha in SHADOW_LAYERS:
        margin = max(1, round(spread * scale))
        rect = frame.inflate(2 * margin, 2 * margin).move(0, round(SHADOW_OFFSET * scale))
        surface.blit(plate(rect.size, round((radius + spread) * scale), SHADOW_COLOR, alpha), rect)


def crop_to_fill(picture: pygame.Surface, size: tuple[int, int]) -> pygame.Surface:
    """A picture scaled and cropped to fill a size, centred."""
    factor = max(size[0] / picture.get_width(), size[1] / picture.get_height())
    scaled = pygame.transform.smoothscale(
        picture,
        (max(size[0], round(picture.get_width() * factor)), max(size[1], round(picture.get_height() * factor))),
    )
    return scaled.subsurface(
        pygame.Rect((0, 0), size).move((scaled.get_width() - size[0]) // 2, (scaled.get_height() - size[1]) // 2)
    ).copy()
