"""Caption and numbers over the picture: still, and readable from the last row of a lecture hall."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pygame

from orbitdraw.app.kit.text import bordered_plate, paragraph, text
from orbitdraw.app.kit.theme import DARK_THEME, Theme
from orbitdraw.app.shell.layer import Layer

EDGE_MARGIN = 20.0
"""Distance from the window's edge, in points."""

TIMELINE_GAP = 6.0
"""Additional distance for the timeline, in points."""

PICTURE_GAP = 8.0
"""Distance between a plate and a picture that is fitted above it."""

PADDING = 15.0
CORNER_RADIUS = 11.0
ROW_HEIGHT = 21.0

READING_INTERVAL = 0.1
"""Seconds between two updates of a reading: digits that change faster cannot be read."""

MAX_READINGS = 5
"""Numbers of a scene that are shown; the rest is in `orbitdraw info` and in `metrics()`."""


@dataclass(frozen=True)
class Reading:
    """One line of numbers; `is_highlighted` ones are shown in the accent colour."""

    label: str
    value: str
    is_highlighted: bool = False
    face: str = "mono"


def format_number(value: float, name: str = "") -> str:
    """A number as text, always about as wide.

    >>> format_number(3.14159, "t"), format_number(-2.5e-9, "energy drift")
    ('3.142', '−2.5e−09')
    >>> format_number(math.nan), format_number(1234.0, "alive")
    ('–', '1234')
    """
    if not math.isfinite(value):
        return "–"
    if "drift" in name:
        out = "0" if value == 0 else f"{value:.1e}"
    elif 0 < abs(value) < 1e-12:
        out = "≈ 0"  # rounding error of a sum that cancels
    elif value == int(value) and abs(value) < 1e7:
        out = str(int(value))
    elif 1e-3 <= abs(value) < 1e6:
        out = f"{value:.4g}" if abs(value) < 1000 else f"{value:.1f}"
    else:
        out = f"{value:.2e}"
    return out.replace("-", "−")


def speed_label(speed: float) -> str:
    """The speed as a factor.

    >>> speed_label(1), speed_label(0.25), speed_label(16)
    ('1×', '1/4×', '16×')
    """
    return f"{round(speed)}×" if speed >= 1 else f"1/{round(1 / speed)}×"


def readings(numbers: dict[str, float], known: set[str]) -> list[Reading]:
    """The rows for a run's numbers: drifts first, then the others, without those whose drift is shown."""
    drifts = [name for name in numbers if "drift" in name]
    with_drift = {name.replace("drift", "").strip() for name in drifts}
    rest = [name for name in numbers if name not in drifts and name not in with_drift and name not in known]
    return [Reading(name, format_number(numbers[name], name)) for name in [*drifts, *rest][:MAX_READINGS]]


def empty_picture_hint(frame: int, is_playing: bool, is_off_screen: bool, is_own_view: bool) -> str:
    """Explain an empty picture, with the key that helps; empty where there is something to see.

    >>> empty_picture_hint(900, is_playing=True, is_off_screen=True, is_own_view=True)
    'Everything has left the picture. Press - to zoom out, or R to restart.'
    """
    if is_off_screen and is_own_view:
        return "Everything has left the picture. Press - to zoom out, or R to restart."
    if is_off_screen:
        return "Nothing is in this part of the picture. Press 0 for the scene's own view."
    return "Paused at the start. Press Space to play." if frame == 0 and not is_playing else ""


class Hud(Layer):
    """Title, caption and formula at the lower left, readings at the lower right; a plate is redrawn after a change."""

    def __init__(self) -> None:
        super().__init__()
        self.visible = True
        self.theme: Theme = DARK_THEME
        self.title = ""
        self.caption = ""
        self.formula: pygame.Surface | None = None
        self.rows: list[Reading] = []
        self.hint = ""
        self.full = False
        """True over a picture that must be visible as a whole: the hint then lies between caption and numbers."""
        self.hint_rect = pygame.Rect(0, 0, 0, 0)
        """Rectangle of the hint; empty while there is none."""
        self.caption_rect = pygame.Rect(0, 0, 0, 0)
        """Rectangle of title and caption; empty while they are not shown."""
        self.bottom_height = 0
        """Pixels at the lower edge that plates and timeline take."""
        self.plate_rects: list[pygame.Rect] = []
        """Rectangles of the plates on the window; other texts avoid them."""
        self.margin = 0
        """Pixels at the right edge that belong to the panel."""
        self.numbers_width = 0
        """Pixels at the right edge that the numbers took when they were drawn last."""
        self.shows_caption = True
        """False while something else is shown in place of the caption."""
        self._plates: dict[str, tuple[object, pygame.Surface]] = {}
        self._widths: dict[str, int] = {}

    def show_readings(self, rows: list[Reading]) -> None:
        """Show these readings."""
        if rows != self.rows:
            self.rows = rows
            self.stale = True

    def show_hint(self, hint: str) -> None:
        """Show this hint, or none."""
        if hint != self.hint:
            self.hint, self.stale = hint, True

    def toggle(self) -> None:
        """Hide everything, or show it."""
        self.visible, self.stale = not self.visible, True

    def show_caption(self, on: bool) -> None:
        """Show the caption, or hide it for something else."""
        self.shows_caption, self.stale = on, True

    def set_caption(self, title: str, caption: str) -> None:
        """Show this title and caption."""
        if (title, caption) != (self.title, self.caption):
            self.title, self.caption = title, caption
            self._widths.clear()
            self.stale = True

    def draw(self, surface: pygame.Surface) -> None:
        self.plate_rects = []
        self.numbers_width = self.bottom_height = 0
        self.hint_rect.size = self.caption_rect.size = (0, 0)
        if not self.visible:
            return
        width = surface.get_width() - self.margin
        edge = self.px(EDGE_MARGIN)
        right = 0
        pill = None
        if self.hint:
            hint_text = text(self.hint, "regular", self.px(14), self.theme.quiet)
            pill = bordered_plate(
                (hint_text.get_width() + self.px(30), hint_text.get_height() + self.px(14)),
                self.px(16),
                self.theme.plate,
                self.theme.cover,
                self.theme.edge,
            )
            pill.blit(hint_text, (self.px(15), self.px(7)))
            if not self.full:
                self.hint_rect.update(surface.blit(pill, (width - pill.get_width() - edge, edge)))
                self.plate_rects.append(self.hint_rect.copy())
        if self.rows:
            plate = self._cached_plate("numbers", (tuple(self.rows), self.theme, self.scale), self._make_numbers)
            right = plate.get_width() + edge
            if right + edge <= width:
                self.numbers_width = right
                self._draw_plate(surface, plate, width - right)
        if self.title and self.shows_caption:
            room = min(self.px(470), width - right - 3 * edge - 2 * self.px(PADDING))
            if room < self.px(150):
                return  # a window this small shows only its numbers; the caption is on the wall
            key = (self.title, self.caption, id(self.formula), self.theme, self.scale, room)
            plate = self._cached_plate("caption", key, lambda: self._make_caption(room))
            self._draw_plate(surface, plate, edge)
            self.caption_rect.update(self.plate_rects[-1])
            free = width - right - self.caption_rect.right
            if pill is not None and self.full and free >= pill.get_width() + 2 * edge:
                self._draw_plate(surface, pill, self.caption_rect.right + (free - pill.get_width()) // 2)
                self.hint_rect.update(self.plate_rects[-1])

    def _draw_plate(self, surface: pygame.Surface, plate: pygame.Surface, left: int) -> None:
        """Draw a plate above the timeline."""
        height = surface.get_height()
        self.plate_rects.append(
            surface.blit(plate, (left, height - plate.get_height() - self.px(EDGE_MARGIN) - self.px(TIMELINE_GAP)))
        )
        self.bottom_height = max(self.bottom_height, height - self.plate_rects[-1].top + self.px(PICTURE_GAP))

    def _cached_plate(self, name: str, key: object, make: object) -> pygame.Surface:
        cached = self._plates.get(name)
        if cached is None or cached[0] != key:
            assert callable(make)
            cached = self._plates[name] = (key, make())
        return cached[1]

    def _make_caption(self, max_width: int) -> pygame.Surface:
        theme = self.theme
        blocks = [(paragraph(self.title, "semibold", self.px(18), theme.ink, max_width, 2), 0)]
        if self.caption:
            blocks.append((paragraph(self.caption, "regular", self.px(14), theme.quiet, max_width), self.px(5)))
        if self.formula is not None:
            formula = self._tint_formula(self.formula, max_width)
            blocks.append((formula, self.px(11)))
        padding = self.px(PADDING)
        width = max(block.get_width() for block, _ in blocks)
        height = sum(block.get_height() + gap for block, gap in blocks)
        plate = bordered_plate(
            (width + 2 * padding, height + 2 * padding - self.px(2)),
            self.px(CORNER_RADIUS),
            theme.plate,
            theme.cover,
            theme.edge,
        )
        y = padding - self.px(1)
        for block, gap in blocks:
            plate.blit(block, (padding, y + gap))
            y += block.get_height() + gap
        return plate

    def _tint_formula(self, formula: pygame.Surface, max_width: int) -> pygame.Surface:
        out = formula.copy()
        out.fill((*self.theme.ink, 255), special_flags=pygame.BLEND_RGBA_MULT)
        if out.get_width() > max_width:
            out = pygame.transform.smoothscale(
                out, (max_width, max(1, round(out.get_height() * max_width / out.get_width())))
            )
        return out

    def _make_numbers(self) -> pygame.Surface:
        theme, row, padding = self.theme, self.px(ROW_HEIGHT), self.px(PADDING)
        labels = [text(reading.label, "regular", self.px(13), theme.quiet) for reading in self.rows]
        values = [
            text(reading.value, reading.face, self.px(13), theme.accent if reading.is_highlighted else theme.ink)
            for reading in self.rows
        ]
        # Columns only ever grow while a scene plays: a plate whose width follows its digits distracts.
        left = self._widen_column("labels", max(label.get_width() for label in labels))
        right = self._widen_column("values", max(self.px(62), *(value.get_width() for value in values)))
        gap = self.px(22)
        width = left + gap + right + 2 * padding
        plate = bordered_plate(
            (width, row * len(self.rows) + 2 * padding - self.px(6)),
            self.px(CORNER_RADIUS),
            theme.plate,
            theme.cover,
            theme.edge,
        )
        for index, (label, value) in enumerate(zip(labels, values, strict=True)):
            middle = padding - self.px(3) + row * index + row // 2
            plate.blit(label, label.get_rect(midleft=(padding, middle)))
            plate.blit(value, value.get_rect(midright=(width - padding, middle)))
        return plate

    def _widen_column(self, name: str, width: int) -> int:
        key = f"{name} {self.scale}"
        self._widths[key] = max(self._widths.get(key, 0), width)
        return self._widths[key]
