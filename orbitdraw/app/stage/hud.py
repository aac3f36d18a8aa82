"""Caption and numbers over the picture: still, and readable from the last row of a lecture hall."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pygame

from orbitdraw.app.kit.text import framed, paragraph, text
from orbitdraw.app.kit.theme import STAGE, Theme
from orbitdraw.app.shell.layer import Layer

EDGE = 20.0
"""Distance from the window's edge, in points."""

BELOW = 6.0
"""Additional distance for the timeline, in points."""

GAP = 8.0
"""Distance between a plate and a picture that is fitted above it."""

INSIDE = 15.0
RADIUS = 11.0
ROW = 21.0

READ_EVERY = 0.1
"""Seconds between two updates of a reading: digits that change faster cannot be read."""

SHOWN = 5
"""Numbers of a scene that are shown; the rest is in `orbitdraw info` and in `metrics()`."""


@dataclass(frozen=True)
class Reading:
    """One line of numbers; `loud` ones are shown in the accent colour."""

    label: str
    value: str
    loud: bool = False
    face: str = "mono"


def number(value: float, name: str = "") -> str:
    """A number as text, always about as wide.

    >>> number(3.14159, "t"), number(-2.5e-9, "energy drift"), number(math.nan), number(1234.0, "alive")
    ('3.142', '−2.5e−09', '–', '1234')
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


def speed_name(speed: float) -> str:
    """The speed as a factor.

    >>> speed_name(1), speed_name(0.25), speed_name(16)
    ('1×', '1/4×', '16×')
    """
    return f"{round(speed)}×" if speed >= 1 else f"1/{round(1 / speed)}×"


def readings(numbers: dict[str, float], known: set[str]) -> list[Reading]:
    """The rows for a run's numbers: drifts first, then the others, without those whose drift is shown."""
    drifts = [name for name in numbers if "drift" in name]
    kept = {name.replace("drift", "").strip() for name in drifts}
    rest = [name for name in numbers if name not in drifts and name not in kept and name not in known]
    return [Reading(name, number(numbers[name], name)) for name in [*drifts, *rest][:SHOWN]]


def situation(frame: int, playing: bool, gone: bool, at_home: bool) -> str:
    """Explain an empty picture, with the key that helps; empty where there is something to see.

    >>> situation(900, playing=True, gone=True, at_home=True)
    'Everything has left the picture. Press - to zoom out, or R to restart.'
    """
    if gone and at_home:
        return "Everything has left the picture. Press - to zoom out, or R to restart."
    if gone:
        return "Nothing is in this part of the picture. Press 0 for the scene's own view."
    return "Paused at the start. Press Space to play." if frame == 0 and not playing else ""


class Hud(Layer):
    """Title, caption and formula at the lower left, readings at the lower right; a plate is redrawn after a change."""

    def __init__(self) -> None:
        super().__init__()
        self.visible = True
        self.theme: Theme = STAGE
        self.title = ""
        self.caption = ""
        self.formula: pygame.Surface | None = None
        self.rows: list[Reading] = []
        self.hint = ""
        self.full = False
        """True over a picture that must be visible as a whole: the hint then lies between caption and numbers."""
        self.hint_place = pygame.Rect(0, 0, 0, 0)
        """Rectangle of the hint; empty while there is none."""
        self.caption_place = pygame.Rect(0, 0, 0, 0)
        """Rectangle of title and caption; empty while they are not shown."""
        self.strip = 0
        """Pixels at the lower edge that plates and timeline take."""
        self.places: list[pygame.Rect] = []
        """Rectangles of the plates on the window; other texts avoid them."""
        self.margin = 0
        """Pixels at the right edge that belong to the panel."""
        self.numbers_room = 0
        """Pixels at the right edge that the numbers took when they were drawn last."""
        self.speaks = True
        """False while something else is shown in place of the caption."""
        self._plates: dict[str, tuple[object, pygame.Surface]] = {}
        self._widths: dict[str, int] = {}

    def show(self, rows: list[Reading]) -> None:
        """Show these readings."""
        if rows != self.rows:
            self.rows = rows
            self.stale = True

    def hint_at(self, hint: str) -> None:
        """Show this hint, or none."""
        if hint != self.hint:
            self.hint, self.stale = hint, True

    def toggle(self) -> None:
        """Hide everything, or show it."""
        self.visible, self.stale = not self.visible, True

    def speak(self, on: bool) -> None:
        """Show the caption, or hide it for something else."""
        self.speaks, self.stale = on, True

    def tell(self, title: str, caption: str) -> None:
        """Show this title and caption."""
        if (title, caption) != (self.title, self.caption):
            self.title, self.caption = title, caption
            self._widths.clear()
            self.stale = True

    def draw(self, surface: pygame.Surface) -> None:
        self.places = []
        self.numbers_room = self.strip = 0
        self.hint_place.size = self.caption_place.size = (0, 0)
        if not self.visible:
            return
        width = surface.get_width() - self.margin
        edge = self.px(EDGE)
        right = 0
        pill = None
        if self.hint:
            words = text(self.hint, "regular", self.px(14), self.theme.quiet)
            pill = framed(
                (words.get_width() + self.px(30), words.get_height() + self.px(14)),
                self.px(16),
                self.theme.plate,
                self.theme.cover,
                self.theme.edge,
            )
            pill.blit(words, (self.px(15), self.px(7)))
            if not self.full:
                self.hint_place.update(surface.blit(pill, (width - pill.get_width() - edge, edge)))
                self.places.append(self.hint_place.copy())
        if self.rows:
            plate = self._kept("numbers", (tuple(self.rows), self.theme, self.scale), self._numbers)
            right = plate.get_width() + edge
            if right + edge <= width:
                self.numbers_room = right
                self._put(surface, plate, width - right)
        if self.title and self.speaks:
            room = min(self.px(470), width - right - 3 * edge - 2 * self.px(INSIDE))
            if room < self.px(150):
                return  # a window this small shows only its numbers; the caption is on the wall
            key = (self.title, self.caption, id(self.formula), self.theme, self.scale, room)
            plate = self._kept("caption", key, lambda: self._caption(room))
            self._put(surface, plate, edge)
            self.caption_place.update(self.places[-1])
            free = width - right - self.caption_place.right
            if pill is not None and self.full and free >= pill.get_width() + 2 * edge:
                self._put(surface, pill, self.caption_place.right + (free - pill.get_width()) // 2)
                self.hint_place.update(self.places[-1])

    def _put(self, surface: pygame.Surface, plate: pygame.Surface, left: int) -> None:
        """Draw a plate above the timeline."""
        height = surface.get_height()
        self.places.append(surface.blit(plate, (left, height - plate.get_height() - self.px(EDGE) - self.px(BELOW))))
        self.strip = max(self.strip, height - self.places[-1].top + self.px(GAP))

    def _kept(self, name: str, key: object, make: object) -> pygame.Surface:
        kept = self._plates.get(name)
        if kept is None or kept[0] != key:
            assert callable(make)
            kept = self._plates[name] = (key, make())
        return kept[1]

    def _caption(self, room: int) -> pygame.Surface:
        theme = self.theme
        blocks = [(paragraph(self.title, "semibold", self.px(18), theme.ink, room, 2), 0)]
        if self.caption:
            blocks.append((paragraph(self.caption, "regular", self.px(14), theme.quiet, room), self.px(5)))
        if self.formula is not None:
            formula = self._tinted(self.formula, room)
            blocks.append((formula, self.px(11)))
        inside = self.px(INSIDE)
        width = max(block.get_width() for block, _ in blocks)
        height = sum(block.get_height() + gap for block, gap in blocks)
        plate = framed(
            (width + 2 * inside, height + 2 * inside - self.px(2)),
            self.px(RADIUS),
            theme.plate,
            theme.cover,
            theme.edge,
        )
        y = inside - self.px(1)
        for block, gap in blocks:
            plate.blit(block, (inside, y + gap))
            y += block.get_height() + gap
        return plate

    def _tinted(self, formula: pygame.Surface, room: int) -> pygame.Surface:
        out = formula.copy()
        out.fill((*self.theme.ink, 255), special_flags=pygame.BLEND_RGBA_MULT)
        if out.get_width() > room:
            out = pygame.transform.smoothscale(out, (room, max(1, round(out.get_height() * room / out.get_width()))))
        return out

    def _numbers(self) -> pygame.Surface:
        theme, row, inside = self.theme, self.px(ROW), self.px(INSIDE)
        labels = [text(reading.label, "regular", self.px(13), theme.quiet) for reading in self.rows]
        values = [
            text(reading.value, reading.face, self.px(13), theme.accent if reading.loud else theme.ink)
            for reading in self.rows
        ]
        # Columns only ever grow while a scene plays: a plate whose width follows its digits distracts.
        left = self._grown("labels", max(label.get_width() for label in labels))
        right = self._grown("values", max(self.px(62), *(value.get_width() for value in values)))
        gap = self.px(22)
        width = left + gap + right + 2 * inside
        plate = framed(
            (width, row * len(self.rows) + 2 * inside - self.px(6)),
            self.px(RADIUS),
            theme.plate,
            theme.cover,
            theme.edge,
        )
        for index, (label, value) in enumerate(zip(labels, values, strict=True)):
            middle = inside - self.px(3) + row * index + row // 2
            plate.blit(label, label.get_rect(midleft=(inside, middle)))
            plate.blit(value, value.get_rect(midright=(width - inside, middle)))
        return plate

    def _grown(self, name: str, width: int) -> int:
        key = f"{name} {self.scale}"
        self._widths[key] = max(self._widths.get(key, 0), width)
        return self._widths[key]
