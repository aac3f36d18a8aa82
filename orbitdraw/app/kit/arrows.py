"""Overlay shapes of the tools: arrows, predicted paths, discs, rings and labels."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import pygame

from orbitdraw.app.kit.text import framed, text
from orbitdraw.app.kit.theme import Color, Theme
from orbitdraw.runtime import lazy

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
else:
    np = lazy.module("numpy")

Point = tuple[float, float]

SEGMENTS = 24
"""Steps in which a predicted path fades from its start to its end, where the prediction is uncertain."""

BEATS = 25
"""Path segments between two beads. Beads mark equal time intervals, so they lie close where the body is slow."""

FLAT, MOST_PIECES = 0.2, 8
"""Largest error in pixels of a line segment of a curved path, and most segments between two of its points."""


def mixed(color: Color, ground: Color, part: float) -> Color:
    """Linear blend of a colour over a background; `part` is the weight of the colour, 0 to 1."""
    red, green, blue = (round(g + (c - g) * part) for c, g in zip(color, ground, strict=True))
    return red, green, blue


def near(surface: pygame.Surface, at: Point, reach: float) -> bool:
    """True when a point is on the surface, or no farther from it than `reach` pixels."""
    width, height = surface.get_size()
    return -reach <= at[0] <= width + reach and -reach <= at[1] <= height + reach


def clipped(surface: pygame.Surface, start: Point, end: Point) -> tuple[Point, Point] | None:
    """The part of a line segment that lies on or near the surface; None where there is none.

    SDL visits every pixel of a line, visible or not: a line to a point at 1e300 would take seconds.
    Liang and Barsky, A new concept and method for line clipping, 1984.

    >>> clipped(pygame.Surface((64, 48)), (10.0, 10.0), (10.0, 1e300))
    ((10.0, 10.0), (10.0, 688.0))
    """
    far = 10.0 * max(surface.get_size())
    first, last = 0.0, 1.0
    for at, to, size in zip(start, end, surface.get_size(), strict=True):
        step = to - at
        if not math.isfinite(step):
            return None
        if step == 0.0:
            if not -far <= at <= size + far:
                return None
            continue
        ways = sorted(((-far - at) / step, (size + far - at) / step))
        first, last = max(first, ways[0]), min(last, ways[1])
    if not first <= last:
        return None
    one, other = ((start[0] + u * (end[0] - start[0]), start[1] + u * (end[1] - start[1])) for u in (first, last))
    return one, other


def arrow(surface: pygame.Surface, start: Point, tip: Point, color: Color, width: int, head: float) -> None:
    """Draw a line with a slender head; draw nothing if it is shorter than its head is wide, or not finite."""
    dx, dy = tip[0] - start[0], tip[1] - start[1]
    length = math.hypot(dx, dy)
    if not head * 0.6 <= length < math.inf:
        return
    head = min(head, length * 0.7)
    ux, uy = dx / length, dy / length
    neck = (tip[0] - ux * head * 0.8, tip[1] - uy * head * 0.8)
    shaft = clipped(surface, start, neck)
    if shaft is not None:
        pygame.draw.aaline(surface, color, *shaft, width)
    if not near(surface, tip, 2 * head):
        return
    back = (tip[0] - ux * head, tip[1] - uy * head)
    half = head * 0.34
    wings = [tip, (back[0] - uy * half, back[1] + ux * half), neck, (back[0] + uy * half, back[1] - ux * half)]
    pygame.draw.polygon(surface, color, wings)
    pygame.draw.aalines(surface, color, True, wings)


def curved(points: NDArray[np.float64]) -> tuple[NDArray[np.float64], int]:
    """A smooth curve (n k + 1, 2) through points (k + 1, 2) in pixels at equal times, and n, its segments between two.

    n is large enough to hide the corners of tight turns, which have few points. Catmull and Rom, A class of local
    interpolating splines, 1974.
    """
    if len(points) < 3:
        return points, 1
    with np.errstate(all="ignore"):  # points may overflow to inf or nan
        off = np.nan_to_num(np.abs(points[2:] - 2 * points[1:-1] + points[:-2]).max(axis=1), nan=0.0, posinf=0.0)
        # The sharpest 2 % of the corners may stay visible, as in a passage close to a star.
        n = min(MOST_PIECES, max(1, math.ceil(math.sqrt(float(np.quantile(off, 0.98)) / 8 / FLAT))))
        if n == 1:
            return points, 1
        padded = np.concatenate([2 * points[:1] - points[1:2], points, 2 * points[-1:] - points[-2:-1]])
        before, a, b, after = padded[:-3], padded[1:-2], padded[2:-1], padded[3:]
        u = (np.arange(n) / n)[:, None, None]
        fine = 0.5 * (
            2 * a
            + u * (b - before)
            + u**2 * (2 * before - 5 * a + 4 * b - after)
            + u**3 * (3 * a - 3 * b + after - before)
        )
    return np.concatenate([fine.transpose(1, 0, 2).reshape(-1, 2), points[-1:]]), n


def path(surface: pygame.Surface, points: NDArray[np.float64], color: Color, ground: Color, bead: int) -> None:
    """Draw a path (k, 2) in pixels that fades towards its end, with a bead at every `BEATS` segments."""
    size, (curve, n) = surface.get_size(), curved(points)
    # Points far outside the window overflow pixel coordinates; a path that left may still come back.
    inside = np.abs(curve - np.array(size) / 2).max(axis=1) < 20 * max(size)
    per = max(1, math.ceil((len(points) - 1) / SEGMENTS))
    for first in range(0, len(points) - 1, per):
        part = slice(n * first, n * (first + per) + 1)
        if inside[part].all() and len(curve[part]) > 1:
            shade = mixed(color, ground, 0.95 - 0.75 * first / len(points))
            pygame.draw.aalines(surface, shade, False, curve[part].tolist())
    for index in range(BEATS, len(points), BEATS):
        if inside[n * index]:
            shade = mixed(color, ground, 1.0 - 0.7 * index / len(points))
            disc(surface, (float(points[index, 0]), float(points[index, 1])), bead, shade)


def disc(surface: pygame.Surface, at: Point, radius: float, color: Color) -> None:
    """Draw an antialiased disc."""
    if near(surface, at, radius):
        pygame.draw.aacircle(surface, color, at, radius)


def ring(surface: pygame.Surface, at: Point, radius: float, color: Color, width: int) -> None:
    """Draw an antialiased ring."""
    if near(surface, at, radius):
        pygame.draw.aacircle(surface, color, at, radius, width)


def whole(surface: pygame.Surface, at: Point) -> tuple[int, int]:
    """The pixel at a point; coordinates are clamped so that a point far outside still fits into a pygame rectangle.

    >>> whole(pygame.Surface((64, 48)), (-4.3e31, 7.6))
    (-640, 8)
    """
    far = 10.0 * max(surface.get_size())
    x, y = (round(min(far, max(-far, number))) for number in at)
    return x, y


def label(
    surface: pygame.Surface,
    theme: Theme,
    scale: float,
    rows: Sequence[tuple[str, Color]],
    at: Point,
    away: Point,
    clear: Iterable[pygame.Rect] = (),
) -> pygame.Rect:
    """Draw rows of text, the first in bold, on a plate beside `at`, and return its rectangle.

    The plate lies on the side of `away` and avoids the rectangles `clear`.
    """
    px = scale
    lines = [
        text(row, "semibold" if index == 0 else "regular", round((15 if index == 0 else 13) * px), color)
        for index, (row, color) in enumerate(rows)
    ]
    inside, step = round(12 * px), round(20 * px)
    size = (max(line.get_width() for line in lines) + 2 * inside, step * len(lines) + round(14 * px))
    card = framed(size, round(10 * px), theme.plate, theme.cover, theme.edge)
    for index, line in enumerate(lines):
        card.blit(line, line.get_rect(midleft=(inside, round(7 * px) + step * index + step // 2)))
    room = surface.get_rect().inflate(-round(24 * px), -round(44 * px))
    gap, (left, top) = round(18 * px), whole(surface, at)
    right, down = away[0] >= 0, away[1] >= 0
    taken = list(clear)
    for to_right, below in ((right, down), (right, not down), (not right, down), (not right, not down)):
        place = card.get_rect()
        place.left = left + gap if to_right else left - gap - size[0]
        place.top = top + gap // 2 if below else top - gap // 2 - size[1]
        if room.contains(place) and place.collidelist(taken) < 0:
            break
    else:
        place = place.clamp(room)
        for one in taken:
            if place.colliderect(one) and one.centery < room.centery:
                place.top = one.bottom + round(8 * px)
            elif place.colliderect(one):
                place.bottom = one.top - round(8 * px)
    surface.blit(card, place)
    return place
