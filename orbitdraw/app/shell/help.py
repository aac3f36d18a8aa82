"""Help overlay: all keys, from the key table."""

from __future__ import annotations

from itertools import combinations, pairwise

import pygame

from orbitdraw.app.kit.text import framed, paragraph, plate, text
from orbitdraw.app.kit.theme import STAGE, Theme
from orbitdraw.app.shell import keys
from orbitdraw.app.shell.layer import Layer

SHEETS = (
    ("Time", "View", "Landscape and law", "Save and export", "Window"),
    ("Draw", "Dust and fields", "The whole drawing", "Panel", "Wall"),
)
"""Groups of keys on each sheet: the first for showing a scene, the second for drawing in it."""

HALVES = (SHEETS[0][:2], SHEETS[0][2:], SHEETS[1][:2], SHEETS[1][2:])
"""The same groups on four sheets, for windows in which two sheets would be too small to read."""

LEGIBLE = 0.8
"""Smallest type, as a fraction of the full size, that is readable from the back of a classroom."""

COLUMN = 380.0
KEYS_WIDE = 120.0
ROW_GAP = 9.0
GROUP_GAP = 26.0
INSIDE, GUTTER, HEAD = 34.0, 44.0, 56.0


TITLES = ("Keys for playing and showing", "Keys for drawing")
TURNING = {
    pygame.K_RIGHT: 1,
    pygame.K_DOWN: 1,
    pygame.K_PAGEDOWN: 1,
    pygame.K_LEFT: -1,
    pygame.K_UP: -1,
    pygame.K_PAGEUP: -1,
}


class Help(Layer):
    """Help sheets over the window. The help key shows the next sheet and closes the last; arrows and wheel turn pages.

    Esc, Enter or a click closes the help; a key of the table closes it and acts.
    """

    def __init__(self) -> None:
        super().__init__()
        self.visible = False
        self.leaf = 0
        self.theme: Theme = STAGE
        self._sheet: tuple[object, pygame.Surface] | None = None
        self.sheets: tuple[tuple[str, ...], ...] = SHEETS
        """Groups of keys on each sheet, for the present size of the window."""
        self._divided: object = None

    def next(self) -> None:
        """Show the first or the next sheet; close after the last."""
        self.leaf = self.leaf + 1 if self.visible else 0
        self.visible, self.stale = self.leaf < len(self.sheets), True

    def close(self) -> None:
        """Close the help."""
        self.visible, self.stale = False, True

    def _leaf_through(self, step: int) -> None:
        self.leaf, self.stale = min(max(self.leaf + step, 0), len(self.sheets) - 1), True

    def handle(self, event: pygame.event.Event) -> bool:
        if not self.visible:
            return False
        if event.type == pygame.MOUSEBUTTONDOWN and event.button <= 3:
            self.close()
            return True
        if event.type == pygame.KEYDOWN and event.key in (pygame.K_ESCAPE, pygame.K_RETURN):
            self.close()
            return True
        if event.type == pygame.KEYDOWN and event.key in TURNING:
            self._leaf_through(TURNING[event.key])
            return True
        if event.type == pygame.MOUSEWHEEL:
            self._leaf_through(-1 if event.y > 0 else 1)
            return True
        return False

    def draw(self, surface: pygame.Surface) -> None:
        if not self.visible:
            return
        self._divide(surface.get_size())
        key = (surface.get_size(), self.scale, self.theme, self.leaf)
        if self._sheet is None or self._sheet[0] != key:
            self._sheet = (key, self._drawn(surface.get_size()))
        shade = plate(surface.get_size(), 0, self.theme.ground, 170)
        surface.blit(shade, (0, 0))
        sheet = self._sheet[1]
        surface.blit(sheet, sheet.get_rect(center=surface.get_rect().center))

    def _divide(self, window: tuple[int, int]) -> None:
        """Choose two or four sheets, whichever is legible in this window; the open sheet stays open."""
        if self._divided == (window, self.scale):
            return
        self._divided, before, leaf = (window, self.scale), self.sheets, self.leaf
        self.sheets = SHEETS
        sizes = []
        for self.leaf in range(len(SHEETS)):
            sizes.append(self._fitting(window)[0])
        self.sheets = SHEETS if min(sizes) >= LEGIBLE else HALVES
        self.leaf = leaf * len(self.sheets) // len(before)

    def _fitting(self, window: tuple[int, int]) -> tuple[float, int]:
        """Largest scale, at most 1, at which the sheet fits the window, and its number of columns."""
        best, columns = 0.0, 1
        for count in range(1, min(3, len(self.sheets[self.leaf])) + 1):
            width, height = self._set(count)
            fits = min(1.0, (window[0] - self.px(24)) / width, (window[1] - self.px(24)) / height)
            if fits > best:
                best, columns = fits, count
        return best, columns

    def _drawn(self, window: tuple[int, int]) -> pygame.Surface:
        """The sheet in one to three columns, whichever allows the largest type that fits the window."""
        wanted = self.scale
        best, columns = self._fitting(window)
        # Laid out again at the scale that fits instead of scaling the surface, so that type stays sharp.
        self.scale = wanted * best
        size = self._set(columns)
        # Lines that wrap differently at another size can make the sheet slightly larger than computed.
        for _ in range(8):
            if size[0] <= window[0] - self.px(16) and size[1] <= window[1] - self.px(16):
                break
            self.scale *= 0.97
            size = self._set(columns)
        sheet = self._paint(columns, size)
        self.scale = wanted
        return sheet

    def _groups(self) -> list[tuple[str, list[pygame.Surface]]]:
        groups = keys.groups()
        return [(name, [self._row(row) for row in groups[name]]) for name in self.sheets[self.leaf]]

    def _parts(self, columns: int) -> list[list[tuple[str, list[pygame.Surface]]]]:
        groups = self._groups()
        ends = [0, *_balanced([self._height(rows) for _, rows in groups], columns), len(groups)]
        return [groups[first:last] for first, last in pairwise(ends)]

    def _set(self, columns: int) -> tuple[int, int]:
        tall = max(sum(self._height(rows) for _, rows in part) for part in self._parts(columns)) - self.px(GROUP_GAP)
        width = columns * self.px(COLUMN) + (columns - 1) * self.px(GUTTER) + 2 * self.px(INSIDE)
        return width, tall + self.px(HEAD) + 2 * self.px(INSIDE)

    def _paint(self, columns: int, size: tuple[int, int]) -> pygame.Surface:
        inside = self.px(INSIDE)
        sheet = framed(size, self.px(18), self.theme.plate, 250, self.theme.edge)
        sheet.blit(
            text(TITLES[self.leaf * 2 // len(self.sheets)], "semibold", self.px(24), self.theme.ink),
            (inside, inside - self.px(4)),
        )
        last = self.leaf == len(self.sheets) - 1
        turn = f"{self.leaf + 1} of {len(self.sheets)}      {'←  previous' if last else '?  next'}"
        hint = text(f"{turn}      Esc  close", "regular", self.px(13), self.theme.quiet)
        sheet.blit(hint, hint.get_rect(topright=(size[0] - inside, inside + self.px(6))))
        for index, part in enumerate(self._parts(columns)):
            self._column(sheet, part, inside + index * (self.px(COLUMN) + self.px(GUTTER)), inside + self.px(HEAD))
        return sheet

    def _column(self, sheet: pygame.Surface, groups: list[tuple[str, list[pygame.Surface]]], x: int, y: int) -> None:
        for name, rows in groups:
            sheet.blit(text(name, "semibold", self.px(13), self.theme.accent), (x, y))
            y += self.px(27)
            for row in rows:
                sheet.blit(row, (x, y))
                y += row.get_height() + self.px(ROW_GAP)
            y += self.px(GROUP_GAP) - self.px(ROW_GAP)

    def _height(self, rows: list[pygame.Surface]) -> int:
        return self.px(27) + sum(row.get_height() + self.px(ROW_GAP) for row in rows) + self.px(GROUP_GAP - ROW_GAP)

    def _row(self, row: keys.Key) -> pygame.Surface:
        left = self.px(KEYS_WIDE)
        gap = self.px(6)
        places: list[tuple[pygame.Surface, int, int]] = []
        x = y = 0
        for cap in (self._cap(name) for name in row.keys):
            if x and x + cap.get_width() > left:
                x, y = 0, y + cap.get_height() + gap
            places.append((cap, x, y))
            x += cap.get_width() + gap
        words = paragraph(row.sentence, "regular", self.px(14), self.theme.ink, self.px(COLUMN) - left - self.px(8))
        tall = max(y + places[-1][0].get_height(), words.get_height() + self.px(4))
        out = pygame.Surface((self.px(COLUMN), tall), pygame.SRCALPHA)
        for cap, x, y in places:
            out.blit(cap, (x, y))
        out.blit(words, (left + self.px(8), self.px(3)))
        return out

    def _cap(self, name: str) -> pygame.Surface:
        words = text(name, "mono", self.px(12), self.theme.ink)
        size = (max(self.px(24), words.get_width() + self.px(14)), self.px(24))
        cap = framed(size, self.px(6), self.theme.ground, 255, self.theme.edge)
        cap.blit(words, words.get_rect(center=(size[0] // 2, size[1] // 2)))
        return cap


def _balanced(heights: list[int], columns: int) -> tuple[int, ...]:
    """Indices at which to break groups into columns, so that the tallest column is as short as possible."""

    def tallest(breaks: tuple[int, ...]) -> int:
        return max(sum(heights[first:last]) for first, last in pairwise((0, *breaks, len(heights))))

    return min(combinations(range(1, len(heights)), columns - 1), key=tallest)
