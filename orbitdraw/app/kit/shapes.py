"""Antialiased shapes and icons of the controls. Surfaces are cached and shared: do not draw on them."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise

import pygame

from orbitdraw.app.kit.text import SUPERSAMPLING, paint_corners
from orbitdraw.app.kit.theme import Color


@lru_cache(maxsize=128)
def outline(size: tuple[int, int], radius: int, thickness: int, color: Color) -> pygame.Surface:
    """Outline of a rectangle with rounded corners, transparent inside."""
    size = width, height = max(0, size[0]), max(0, size[1])
    radius = max(thickness, min(radius, width // 2, height // 2))
    out = pygame.Surface(size, pygame.SRCALPHA)
    out.fill((*color, 0))
    pygame.draw.rect(out, (*color, 255), out.get_rect(), thickness)
    middle = radius * SUPERSAMPLING
    big = pygame.Surface((2 * middle, 2 * middle), pygame.SRCALPHA)
    big.fill((*color, 0))
    pygame.draw.circle(big, (*color, 255), (middle, middle), middle, thickness * SUPERSAMPLING)
    paint_corners(out, pygame.transform.smoothscale(big, (2 * radius, 2 * radius)), color)
    return out


@lru_cache(maxsize=64)
def polygon(size: int, corners: tuple[tuple[float, float], ...], color: Color) -> pygame.Surface:
    """A filled polygon in a square of `size` pixels; corners are fractions of the square."""
    big = pygame.Surface((size * SUPERSAMPLING, size * SUPERSAMPLING), pygame.SRCALPHA)
    big.fill((*color, 0))
    pygame.draw.polygon(big, (*color, 255), [(x * size * SUPERSAMPLING, y * size * SUPERSAMPLING) for x, y in corners])
    return pygame.transform.smoothscale(big, (size, size))


@lru_cache(maxsize=64)
def polyline(size: int, corners: tuple[tuple[float, float], ...], thickness: float, color: Color) -> pygame.Surface:
    """A polyline with round ends and joins in a square of `size` pixels; all lengths are fractions of the square."""
    big = pygame.Surface((size * SUPERSAMPLING, size * SUPERSAMPLING), pygame.SRCALPHA)
    big.fill((*color, 0))
    places = [pygame.Vector2(x, y) * (size * SUPERSAMPLING) for x, y in corners]
    width = thickness * size * SUPERSAMPLING
    for a, b in pairwise(places):
        across = (b - a).rotate(90)
        across.scale_to_length(width / 2)
        pygame.draw.polygon(big, (*color, 255), [a + across, b + across, b - across, a - across])
    for place in places:
        pygame.draw.circle(big, (*color, 255), place, width / 2)
    return pygame.transform.smoothscale(big, (size, size))


def chevron(size: int, open_: bool, color: Color) -> pygame.Surface:
    """A chevron that points down when `open_`, else to the right."""
    down = ((0.22, 0.38), (0.5, 0.66), (0.78, 0.38))
    right = ((0.38, 0.22), (0.66, 0.5), (0.38, 0.78))
    return polyline(size, down if open_ else right, 0.13, color)


def cross(size: int, color: Color) -> pygame.Surface:
    """A cross, the icon for closing."""
    out = polyline(size, ((0.24, 0.24), (0.76, 0.76)), 0.12, color).copy()
    out.blit(polyline(size, ((0.76, 0.24), (0.24, 0.76)), 0.12, color), (0, 0), special_flags=pygame.BLEND_RGBA_MAX)
    return out


def sliders(size: int, color: Color, ground: Color) -> pygame.Surface:
    """Three small sliders, the icon of the panel."""
    out = pygame.Surface((size, size), pygame.SRCALPHA)
    out.fill((*color, 0))
    for y, knob in ((0.24, 0.66), (0.5, 0.34), (0.76, 0.6)):
        out.blit(polyline(size, ((0.14, y), (0.86, y)), 0.075, color), (0, 0))
        out.blit(polyline(size, ((knob, y), (knob + 0.001, y)), 0.24, color), (0, 0))
        out.blit(polyline(size, ((knob, y), (knob + 0.001, y)), 0.1, ground), (0, 0))
    return out
