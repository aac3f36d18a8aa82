"""Help overlay: all keys, from the key table."""

from __future__ import annotations

from itertools import combinations, pairwise

import pygame

from orbitdraw.app.kit.text import bordered_plate, paragraph, plate, text
from orbitdraw.app.kit.theme import DARK_THEME, Theme
from orbitdraw.app.shell import keys
from orbitdraw.app.shell.layer import Layer

SHEETS = (
    ("Time", "View", "Landscape and law", "Save and export", "Window"),
    ("Draw", "Dust and fields", "The whole drawing", "Panel", "Wall"),
)
"""Groups of keys on each sheet: the first for showing a scene, the second for drawing in it."""

HALF_SHEETS = (SHEETS[0][:2], SHEETS[0][2:], SHEETS[1][:2], SHEETS[1][2:])
"""The same groups on four sheets, for windows in which two sheets would be too small to read."""

MIN_SCALE = 0.8
"""Smallest type, as a fraction of the full size, that is readable from the back of a classroom."""

COLUMN_WIDTH = 380.0
KEYS_WIDTH = 120.0
ROW_GAP = 9.0
GROUP_GAP = 26.0
PADDING, GUTTER, HEADER_HEIGHT = 34.0, 44.0, 56.0


TITLES = ("Keys for playing and showing", "Keys for drawing")
PAGE_STEPS = {
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
        self.page_index = 0
        self.theme: Theme = DARK_THEME
        self._rendered: tuple[object, pygame.Surface] | None = None
        self.sheets: tuple[tuple[str, ...], ...] = SHEETS
        """Groups of keys on each sheet, for the present size of the window."""
        self._layout_key: object = None

    def next(self) -> None:
        """Show the first or the next sheet; close after the last."""
        self.page_index = self.page_index + 1 if self.visible else 0
        self.visible, self.stale = self.page_index < len(self.sheets), True

    def close(self) -> None:
        """Close the help."""
        self.visible, self.stale = False, True

    def _turn_page(self, step: int) -> None:
        self.page_index, self.stale = min(max(self.page_index + step, 0), len(self.sheets) - 1), True

    def handle(self, event: pygame.event.Event) -> bool:
        if not self.visible:
            return False
        if event.type == pygame.MOUSEBUTTONDOWN and event.button <= 3:
            self.close()
            return True
        if event.type == pygame.KEYDOWN and event.key in (pygame.K_ESCAPE, pygame.K_RETURN):
            self.close()
            return True
        if event.type == pygame.KEYDOWN and event.key in PAGE_STEPS:
            self._turn_page(PAGE_STEPS[event.key])
            return True
        if event.type == pygame.MOUSEWHEEL:
            self._turn_page(-1 if event.y > 0 else 1)
            return True
        return False

    def draw(self, surface: pygame.Surface) -> None:
        if not self.visible:
            return
        self._choose_sheets(surface.get_size())
        key = (surface.get_size(), self.scale, self.theme, self.page_index)
        if self._rendered is None or self._rendered[0] != key:
            self._rendered = (key, self._render(surface.get_size()))
        shade = plate(surface.get_size(), 0, self.theme.ground, 170)
        surface.blit(shade, (0, 0))
        sheet = self._rendered[1]
        surface.blit(sheet, sheet.get_rect(center=surface.get_rect().center))

    def _choose_sheets(self, window: tuple[int, int]) -> None:
        """Choose two or four sheets, whichever is legible in this window; the open sheet stays open."""
        if self._layout_key == (window, self.scale):
            return
        self._layout_key, previous, page_index = (window, self.scale), self.sheets, self.page_index
        self.sheets = SHEETS
        sizes = []
        for self.page_index in range(len(SHEETS)):
            sizes.append(self._best_fit(window)[0])
        self.sheets = SHEETS if min(sizes) >= MIN_SCALE else HALF_SHEETS
        self.page_index = page_index * len(self.sheets) // len(previous)

    def _best_fit(self, window: tuple[int, int]) -> tuple[float, int]:
        """Largest scale, at most 1, at which the sheet fits the window, and its number of columns."""
        best, columns = 0.0, 1
        for count in range(1, min(3, len(self.sheets[self.page_index])) + 1):
            width, height = self._sheet_size(count)
            factor = min(1.0, (window[0] - self.px(24)) / width, (window[1] - self.px(24)) / height)
            if factor > best:
                best, columns = factor, count
        return best, columns

    def _render(self, window: tuple[int, int]) -> pygame.Surface:
        """The sheet in one to three columns, whichever allows the largest type that fits the window."""
        scale = self.scale
        factor, columns = self._best_fit(window)
        # Laid out again at the scale that fits instead of scaling the surface, so that type stays sharp.
        self.scale = scale * factor
        size = self._sheet_size(columns)
        # Lines that wrap differently at another size can make the sheet slightly larger than computed.
        for _ in range(8):
            if size[0] <= window[0] - self.px(16) and size[1] <= window[1] - self.px(16):
                break
            self.scale *= 0.97
            size = self._sheet_size(columns)
        sheet = self._draw_sheet(columns, size)
        self.scale = scale
        return sheet

    def _groups(self) -> list[tuple[str, list[pygame.Surface]]]:
        groups = keys.groups()
        return [(name, [self._row(row) for row in groups[name]]) for name in self.sheets[self.page_index]]

    def _split_columns(self, columns: int) -> list[list[tuple[str, list[pygame.Surface]]]]:
        groups = self._groups()
        ends = [0, *_balance_columns([self._height(rows) for _, rows in groups], columns), len(groups)]
        return [groups[first:last] for first, last in pairwise(ends)]

    def _sheet_size(self, columns: int) -> tuple[int, int]:
        height = max(
            sum(self._height(rows) for _, rows in column) for column in self._split_columns(columns)
        ) - self.px(GROUP_GAP)
        width = columns * self.px(COLUMN_WIDTH) + (columns - 1) * self.px(GUTTER) + 2 * self.px(PADDING)
        return width, height + self.px(HEADER_HEIGHT) + 2 * self.px(PADDING)

    def _draw_sheet(self, columns: int, size: tuple[int, int]) -> pygame.Surface:
        padding = self.px(PADDING)
        sheet = bordered_plate(size, self.px(18), self.theme.plate, 250, self.theme.edge)
        sheet.blit(
            text(TITLES[self.page_index * 2 // len(self.sheets)], "semibold", self.px(24), self.theme.ink),
            (padding, padding - self.px(4)),
        )
        is_last = self.page_index == len(self.sheets) - 1
        page_label = f"{self.page_index + 1} of {len(self.sheets)}      {'←  previous' if is_last else '?  next'}"
        hint = text(f"{page_label}      Esc  close", "regular", self.px(13), self.theme.quiet)
        sheet.blit(hint, hint.get_rect(topright=(size[0] - padding, padding + self.px(6))))
        for index, column in enumerate(self._split_columns(columns)):
            self._draw_column(
                sheet,
                column,
                padding + index * (self.px(COLUMN_WIDTH) + self.px(GUTTER)),
                padding + self.px(HEADER_HEIGHT),
            )
        return sheet

    def _draw_column(
        self, sheet: pygame.Surface, groups: list[tuple[str, list[pygame.Surface]]], x: int, y: int
    ) -> None:
        for name, rows in groups:
            sheet.blit(text(name, "semibold", self.px(13), self.theme.accent), (x, y))
            y += self.px(27)
            for row in rows:
                sheet.blit(row, (x, y))
                y += row.get_height() + self.px(ROW_GAP)
            y += self.px(GROUP_GAP) - self.px(ROW_GAP)

    def _height(self, rows: list[pygame.Surface]) -> int:
        return self.px(27) + sum(row.get_height() + self.px(ROW_GAP) for row in rows) + self.px(GROUP_GAP - ROW_GAP)

    def _row(self, binding: keys.KeyBinding) -> pygame.Surface:
        keys_width = self.px(KEYS_WIDTH)
        gap = self.px(6)
        key_positions: list[tuple[pygame.Surface, int, int]] = []
        x = y = 0
        for cap in (self._draw_key(name) for name in binding.keys):
            if x and x + cap.get_width() > keys_width:
                x, y = 0, y + cap.get_height() + gap
            key_positions.append((cap, x, y))
            x += cap.get_width() + gap
        description = paragraph(
            binding.description, "regular", self.px(14), self.theme.ink, self.px(COLUMN_WIDTH) - keys_width - self.px(8)
        )
        height = max(y + key_positions[-1][0].get_height(), description.get_height() + self.px(4))
        out = pygame.Surface((self.px(COLUMN_WIDTH), height), pygame.SRCALPHA)
        for cap, x, y in key_positions:
            out.blit(cap, (x, y))
        out.blit(description, (keys_width + self.px(8), self.px(3)))
        return out

    def _draw_key(self, name: str) -> pygame.Surface:
        label = text(name, "mono", self.px(12), self.theme.ink)
        size = (max(self.px(24), label.get_width() + self.px(14)), self.px(24))
        cap = bordered_plate(size, self.px(6), self.theme.ground, 255, self.theme.edge)
        cap.blit(label, label.get_rect(center=(size[0] // 2, size[1] // 2)))
        return cap


def _balance_columns(heights: list[int], columns: int) -> tuple[int, ...]:
    """Indices at which to break groups into columns, so that the tallest column is as short as possible."""

    def tallest(breaks: tuple[int, ...]) -> int:
        return max(sum(heights[first:last]) for first, last in pairwise((0, *breaks, len(heights))))

    return min(combinations(range(1, len(heights)), columns - 1), key=tallest)
