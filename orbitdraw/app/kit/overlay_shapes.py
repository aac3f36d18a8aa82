"""Overlay shapes of the tools: arrows, predicted paths, discs, rings and labels."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import pygame

from orbitdraw.app.kit.text import bordered_plate, text
from orbitdraw.app.kit.theme import Color, Theme
from orbitdraw.runtime import lazy

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
else:
    np = lazy.module("numpy")

Point = tuple[float, float]

FADE_STEPS = 24
"""Steps in which a predicted path fades from its start to its end, where the prediction is uncertain."""

BEAD_INTERVAL = 25
"""Path segments between two beads. Beads mark equal time intervals, so they lie close where the body is slow."""

FLATNESS, MAX_SUBDIVISIONS = 0.2, 8
"""Largest error in pixels of a line segment of a curved path, and most segments between two of its points."""


def blend(color: Color, ground: Color, weight: float) -> Color:
    """Linear blend of a colour over a background; `weight` is the weight of the colour, 0 to 1."""
    red, green, blue = (round(g + (c - g) * weight) for c, g in zip(color, ground, strict=True))
    return red, green, blue


def is_near(surface: pygame.Surface, at: Point, reach: float) -> bool:
    """True when a point is on the surface, or no farther from it than `reach` pixels."""
    width, height = surface.get_size()
    return -reach <= at[0] <= width + reach and -reach <= at[1] <= height + reach


def clip_segment(surface: pygame.Surface, start: Point, end: Point) -> tuple[Point, Point] | None:
    """The part of a line segment that lies on or near the surface; None where there is none.

    SDL visits every pixel of a line, visible or not: a line to a point at 1e300 would take seconds.
    Liang and Barsky, A new concept and method for line clipping, 1984.

    >>> clip_segment(pygame.Surface((64, 48)), (10.0, 10.0), (10.0, 1e300))
    ((10.0, 10.0), (10.0, 688.0))
    """
    margin = 10.0 * max(surface.get_size())
    first, last = 0.0, 1.0
    for at, to, size in zip(start, end, surface.get_size(), strict=True):
        step = to - at
        if not math.isfinite(step):
            return None
        if step == 0.0:
            if not -margin <= at <= size + margin:
                return None
            continue
        crossings = sorted(((-margin - at) / step, (size + margin - at) / step))
        first, last = max(first, crossings[0]), min(last, crossings[1])
    if not first <= last:
        return None
    clipped_start, clipped_end = (
        (start[0] + u * (end[0] - start[0]), start[1] + u * (end[1] - start[1])) for u in (first, last)
    )
    return clipped_start, clipped_end


def draw_arrow(surface: pygame.Surface, start: Point, tip: Point, color: Color, width: int, head: float) -> None:
    """Draw a line with a slender head; draw nothing if it is shorter than its head is wide, or not finite."""
    dx, dy = tip[0] - start[0], tip[1] - start[1]
    length = math.hypot(dx, dy)
    if not head * 0.6 <= length < math.inf:
        return
    head = min(head, length * 0.7)
    ux, uy = dx / length, dy / length
    neck = (tip[0] - ux * head * 0.8, tip[1] - uy * head * 0.8)
    shaft = clip_segment(surface, start, neck)
    if shaft is not None:
        pygame.draw.aaline(surface, color, *shaft, width)
    if not is_near(surface, tip, 2 * head):
        return
    back = (tip[0] - ux * head, tip[1] - uy * head)
    half = head * 0.34
    wings = [tip, (back[0] - uy * half, back[1] + ux * half), neck, (back[0] + uy * half, back[1] - ux * half)]
    pygame.draw.polygon(surface, color, wings)
    pygame.draw.aalines(surface, color, True, wings)


def smooth_curve(points: NDArray[np.float64]) -> tuple[NDArray[np.float64], int]:
    """A smooth curve (n k + 1, 2) through points (k + 1, 2) in pixels at equal times, and n, its segments between two.

    n is large enough to hide the corners of tight turns, which have few points. Catmull and Rom, A class of local
    interpolating splines, 1974.
    """
    if len(points) < 3:
        return points, 1
    with np.errstate(all="ignore"):  # points may overflow to inf or nan
        deviation = np.nan_to_num(np.abs(points[2:] - 2 * points[1:-1] + points[:-2]).max(axis=1), nan=0.0, posinf=0.0)
        # The sharpest 2 % of the corners may stay visible, as in a passage close to a star.
        n = min(MAX_SUBDIVISIONS, max(1, math.ceil(math.sqrt(float(np.quantile(deviation, 0.98)) / 8 / FLATNESS))))
        if n == 1:
            return points, 1
        padded = np.concatenate([2 * points[:1] - points[1:2], points, 2 * points[-1:] - points[-2:-1]])
        before, a, b, after = padded[:-3], padded[1:-2], padded[2:-1], padded[3:]
        u = (np.arange(n) / n)[:, None, None]
        spline = 0.5 * (
            2 * a
            + u * (b - before)
            + u**2 * (2 * before - 5 * a + 4 * b - after)
            + u**3 * (3 * a - 3 * b + after - before)
        )
    return np.concatenate([spline.transpose(1, 0, 2).reshape(-1, 2), points[-1:]]), n


def draw_path(surface: pygame.Surface, points: NDArray[np.float64], color: Color, ground: Color, bead: int) -> None:
    """Draw a path (k, 2) in pixels that fades towards its end, with a bead at every `BEAD_INTERVAL` segments."""
    size, (curve, n) = surface.get_size(), smooth_curve(points)
    # Points far outside the window overflow pixel coordinates; a path that left may still come back.
    inside = np.abs(curve - np.array(size) / 2).max(axis=1) < 20 * max(size)
    step = max(1, math.ceil((len(points) - 1) / FADE_STEPS))
    for first in range(0, len(points) - 1, step):
        piece = slice(n * first, n * (first + step) + 1)
        if inside[piece].all() and len(curve[piece]) > 1:
            faded = blend(color, ground, 0.95 - 0.75 * first / len(points))
            pygame.draw.aalines(surface, faded, False, curve[piece].tolist())
    for index in range(BEAD_INTERVAL, len(points), BEAD_INTERVAL):
        if inside[n * index]:
            faded = blend(color, ground, 1.0 - 0.7 * index / len(points))
            draw_disc(surface, (float(points[index, 0]), float(points[index, 1])), bead, faded)


def draw_disc(surface: pygame.Surface, at: Point, radius: float, color: Color) -> None:
    """Draw an antialiased disc."""
    if is_near(surface, at, radius):
        pygame.draw.aacircle(surface, color, at, radius)


def draw_ring(surface: pygame.Surface, at: Point, radius: float, color: Color, width: int) -> None:
    """Draw an antialiased ring."""
    if is_near(surface, at, radius):
        pygame.draw.aacircle(surface, color, at, radius, width)


def to_pixel(surface: pygame.Surface, at: Point) -> tuple[int, int]:
    """The pixel at a point; coordinates are clamped so that a point far outside still fits into a pygame rectangle.

    >>> to_pixel(pygame.Surface((64, 48)), (-4.3e31, 7.6))
    (-640, 8)
    """
    limit = 10.0 * max(surface.get_size())
    x, y = (round(min(limit, max(-limit, coordinate))) for coordinate in at)
    return x, y


def draw_label(
    surface: pygame.Surface,
    theme: Theme,
    scale: float,
    rows: Sequence[tuple[str, Color]],
    at: Point,
    away: Point,
    avoid: Iterable[pygame.Rect] = (),
) -> pygame.Rect:
    """Draw rows of text, the first in bold, on a plate beside `at`, and return its rectangle.

    The plate lies on the side of `away` and avoids the rectangles `avoid`.
    """
    px = scale
    lines = [
        text(row, "semibold" if index == 0 else "regular", round((15 if index == 0 else 13) * px), color)
        for index, (row, color) in enumerate(rows)
    ]
    padding, step = round(12 * px), round(20 * px)
    size = (max(line.get_width() for line in lines) + 2 * padding, step * len(lines) + round(14 * px))
    card = bordered_plate(size, round(10 * px), theme.plate, theme.cover, theme.edge)
    for index, line in enumerate(lines):
        card.blit(line, line.get_rect(midleft=(padding, round(7 * px) + step * index + step // 2)))
    bounds = surface.get_rect().inflate(-round(24 * px), -round(44 * px))
    gap, (left, top) = round(18 * px), to_pixel(surface, at)
    right, down = away[0] >= 0, away[1] >= 0
    obstacles = list(avoid)
    for to_right, below in ((right, down), (right, not down), (not right, down), (not right, not down)):
        place = card.get_rect()
        place.left = left + gap if to_right else left - gap - size[0]
        place.top = top + gap // 2 if below else top - gap // 2 - size[1]
        if bounds.contains(place) and place.collidelist(obstacles) < 0:
            break
    else:
        place = place.clamp(bounds)
        for obstacle in obstacles:
            if place.colliderect(obstacle) and obstacle.centery < bounds.centery:
                place.top = obstacle.bottom + round(8 * px)
            elif place.colliderect(obstacle):
                place.bottom = obstacle.top - round(8 * px)
    surface.blit(card, place)
    return place
