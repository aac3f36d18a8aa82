"""Text and plates as cached surfaces, sharp at any size."""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import lru_cache

import pygame

from orbitdraw.app.kit.theme import Color
from orbitdraw.runtime import text_runs
from orbitdraw.runtime.text_runs import font, width

__all__ = [
    "bordered_plate",
    "ellipsize",
    "font",
    "paint_corners",
    "paragraph",
    "plate",
    "round_corners",
    "text",
    "width",
    "wrap_text",
]

WIDE = r"\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uff60\U00020000-\U0003ffff"
"""Letters next to which a line may break: Chinese, Japanese and Korean are written without spaces."""

BREAK_UNIT = re.compile(f"[{WIDE}][。、，．：；！？）」』】〉》]* ?|[^ {WIDE}]+ ?")
"""Unbreakable pieces with the space after them: a word, or one wide letter with closing punctuation."""

SUPERSAMPLING = 4
"""Supersampling of round corners; below 3 the steps are visible."""


MAX_LETTERS = 1000
"""Longest text that is drawn, in letters; longer texts are cut, because the width of a surface is limited."""


@lru_cache(maxsize=768)
def text(string: str, face: str, size: int, color: Color) -> pygame.Surface:
    """A line of text. Do not draw on the surface: it is shared."""
    return text_runs.line(_limit_length(string), face, size, color)


def ellipsize(string: str, face: str, size: int, room: int) -> str:
    """The string, cut and ended by an ellipsis where it is wider than `room` pixels."""
    string = _limit_length(string)
    if width(string, face, size) <= room:
        return string
    length = bisect_left(
        range(len(string)), True, key=lambda n: width(string[: n + 1].rstrip() + "…", face, size) > room
    )
    return string[:length].rstrip() + "…"


def _limit_length(string: str) -> str:
    return string if len(string) <= MAX_LETTERS else string[: MAX_LETTERS - 1] + "…"


def wrap_text(string: str, face: str, size: int, room: int, max_lines: int = 99) -> list[str]:
    """The string wrapped at spaces, or next to Chinese or Japanese letters: at most `max_lines` of `room` pixels."""
    wrapped: list[str] = []
    for paragraph in _limit_length(string).split("\n"):
        line = ""
        for word in BREAK_UNIT.findall(" ".join(paragraph.split())):
            if line and width((line + word).rstrip(), face, size) > room:
                wrapped.append(line.rstrip())
                line = ""
            line += word
        wrapped.append(line.rstrip())
    if len(wrapped) > max_lines:
        wrapped = [*wrapped[: max_lines - 1], ellipsize(" ".join(wrapped[max_lines - 1 :]), face, size, room)]
    return [ellipsize(line, face, size, room) for line in wrapped]


@lru_cache(maxsize=64)
def paragraph(
    string: str, face: str, size: int, color: Color, room: int, max_lines: int = 99, leading: float = 1.42
) -> pygame.Surface:
    """A block of wrapped text, as wide as its widest line. Do not draw on the surface: it is shared."""
    rows = [text(line, face, size, color) for line in wrap_text(string, face, size, room, max_lines)]
    step = round(size * leading)
    height = step * (len(rows) - 1) + rows[-1].get_height()
    block = pygame.Surface((max(row.get_width() for row in rows), height), pygame.SRCALPHA)
    for index, row in enumerate(rows):
        block.blit(row, (0, index * step))
    return block


@lru_cache(maxsize=96)
def plate(size: tuple[int, int], radius: int, color: Color, cover: int = 255) -> pygame.Surface:
    """A filled rectangle with rounded corners. Do not draw on the surface: it is shared."""
    size = width, height = max(0, size[0]), max(0, size[1])  # a tiny window gives negative sizes
    radius = max(0, min(radius, width // 2, height // 2))
    out = pygame.Surface(size, pygame.SRCALPHA)
    out.fill((*color, cover))
    if radius == 0:
        return out
    big = pygame.Surface((2 * radius * SUPERSAMPLING, 2 * radius * SUPERSAMPLING), pygame.SRCALPHA)
    big.fill((*color, 0))  # the same colour inside and out, so that scaling down blends only alpha
    pygame.draw.circle(big, (*color, cover), (radius * SUPERSAMPLING, radius * SUPERSAMPLING), radius * SUPERSAMPLING)
    paint_corners(out, pygame.transform.smoothscale(big, (2 * radius, 2 * radius)), color)
    return out


def paint_corners(out: pygame.Surface, disc: pygame.Surface, color: Color) -> None:
    """Copy the quarters of a disc or a ring into the corners of a surface."""
    (width, height), radius = out.get_size(), disc.get_width() // 2
    for x, part_x in ((0, 0), (width - radius, radius)):
        for y, part_y in ((0, 0), (height - radius, radius)):
            corner = pygame.Rect(x, y, radius, radius)
            out.fill((*color, 0), corner)
            out.blit(disc, corner, pygame.Rect(part_x, part_y, radius, radius), pygame.BLEND_RGBA_MAX)


def bordered_plate(size: tuple[int, int], radius: int, color: Color, cover: int, edge: Color) -> pygame.Surface:
    """A new plate with a hairline border, which may be drawn on."""
    width, height = size
    radius = max(1, min(radius, width // 2, height // 2))
    out = pygame.Surface(size, pygame.SRCALPHA)
    out.fill((*color, cover))
    pygame.draw.rect(out, edge, out.get_rect(), 1)
    corners = _frame_corners(radius, color, cover, edge)
    for x, part_x in ((0, 0), (width - radius, radius)):
        for y, part_y in ((0, 0), (height - radius, radius)):
            corner, part = pygame.Rect(x, y, radius, radius), pygame.Rect(part_x, part_y, radius, radius)
            out.fill((0, 0, 0, 0), corner)
            out.blit(corners, corner, part, pygame.BLEND_RGBA_ADD)
    return out


@lru_cache(maxsize=32)
def _frame_corners(radius: int, color: Color, cover: int, edge: Color) -> pygame.Surface:
    """Disc with a hairline border; its quarters are the corners of a framed plate."""
    middle = radius * SUPERSAMPLING
    big = pygame.Surface((2 * middle, 2 * middle), pygame.SRCALPHA)
    big.fill((*edge, 0))
    pygame.draw.circle(big, (*edge, 255), (middle, middle), middle)
    pygame.draw.circle(big, (*color, cover), (middle, middle), middle - SUPERSAMPLING)
    return pygame.transform.smoothscale(big, (2 * radius, 2 * radius))


def round_corners(picture: pygame.Surface, radius: int) -> pygame.Surface:
    """A copy of a picture with rounded corners."""
    out = pygame.Surface(picture.get_size(), pygame.SRCALPHA)
    out.blit(picture, (0, 0))
    out.blit(plate(picture.get_size(), radius, (255, 255, 255)), (0, 0), special_flags=pygame.BLEND_RGBA_MULT)
    return out
