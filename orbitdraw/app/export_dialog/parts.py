"""Controls of the export dialog: head, rule, field with its label at the left, summary of the result, two buttons."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pygame

from orbitdraw.app.export_dialog.paths import display_path
from orbitdraw.app.export_dialog.settings import RATES, SIZES, TYPED
from orbitdraw.app.kit import Control, Option, SliderRange, TextField
from orbitdraw.app.kit.button import PRESS_KEYS
from orbitdraw.app.kit.choice import BOX_WIDTH
from orbitdraw.app.kit.control import FONT_SIZE, PADDING
from orbitdraw.app.kit.shapes import outline
from orbitdraw.app.kit.text import ellipsize, paragraph, plate, text, width
from orbitdraw.errors import sentence


@dataclass(frozen=True)
class SteppedRange(SliderRange):
    """A range in which dragging and arrow keys move from tick to tick; any number in the range can be typed."""

    def value_at(self, position: float) -> float | None:
        return min(self.ticks, key=lambda tick: abs(self.position_of(tick) - position))

    def step_value(self, value: float | None, step: float, finer: float = 1.0) -> float | None:
        value = self.low if value is None else value
        candidates = [tick for tick in self.ticks if (tick > value + 1e-9 if step > 0 else tick < value - 1e-9)]
        return (min(candidates) if step > 0 else max(candidates)) if candidates else value


def frame_rate_range(suffix: str) -> SteppedRange:
    """The range of frame rates of a format."""
    ticks = RATES.get(suffix, RATES[""])
    return SteppedRange(1.0, ticks[-1], ticks)


def size_options() -> list[Option]:
    """The named sizes and the typed one."""
    return [*(Option(name, word) for name, (word, _) in SIZES.items()), Option(TYPED, "Typed below")]


class DialogTitle(Control):
    """Title of the dialog, and the keys that export and close."""

    takes_focus = False

    def height_for_width(self, width: int) -> int:
        return self.px(46)

    def paint(self, surface: pygame.Surface) -> None:
        face = text(self.label, "semibold", self.px(20), self.theme.ink)
        surface.blit(face, (self.px(PADDING), self.px(4)))
        hint = text(self.tip, "regular", self.px(FONT_SIZE), self.theme.quiet)
        surface.blit(hint, hint.get_rect(topright=(surface.get_width() - self.px(PADDING), self.px(11))))


class Separator(Control):
    """A hairline between groups of controls."""

    takes_focus = False

    def height_for_width(self, width: int) -> int:
        return self.px(15)

    def paint(self, surface: pygame.Surface) -> None:
        line = pygame.Rect(self.px(PADDING), self.px(7), surface.get_width() - 2 * self.px(PADDING), 1)
        surface.fill(self.theme.edge, line)


class LabeledTextField(TextField):
    """A text field with its label at the left, like the box of a choice; `box_width` is its width in points."""

    box_width = BOX_WIDTH

    def height_for_width(self, width: int) -> int:
        return self.px(34)

    def _box(self) -> pygame.Rect:
        box_width = min(self.px(self.box_width), self.rect.width * 3 // 4)
        high = self.px(26)
        return pygame.Rect(
            self.rect.width - self.px(PADDING) - box_width, (self.rect.height - high) // 2, box_width, high
        )

    def paint(self, surface: pygame.Surface) -> None:
        label, self.label = self.label, ""
        super().paint(surface)
        self.label = label
        face = text(
            label, "regular", self.px(FONT_SIZE), self.theme.ink if self.hovered or self.focused else self.theme.quiet
        )
        surface.blit(face, face.get_rect(midleft=(self.px(PADDING), surface.get_height() // 2)))


class PathField(LabeledTextField):
    """A field for a path, as wide as the widest row of segments."""

    box_width = 336.0


class ExportSummary(Control):
    """Summary of the result and its path, or the first problem with a warning sign."""

    takes_focus = False

    def __init__(self) -> None:
        super().__init__()
        self.lines = ("", "")
        self.path = Path()
        self.problem = ""

    def show(self, lines: tuple[str, str], path: Path, problem: str) -> None:
        """Show a summary and a path, or a problem."""
        if (lines, path, problem) != (self.lines, self.path, self.problem):
            self.lines, self.path, self.problem = lines, path, problem
            self.invalidate()

    def height_for_width(self, width: int) -> int:
        return self.px(84)

    def paint(self, surface: pygame.Surface) -> None:
        theme, x, room = self.theme, self.px(PADDING), surface.get_width() - 2 * self.px(PADDING)
        if self.problem:
            sign = self.px(20)
            surface.blit(plate((sign, sign), sign // 2, theme.warning), (x, self.px(4)))
            invalidate = text("!", "semibold", self.px(14), theme.plate)
            surface.blit(invalidate, invalidate.get_rect(center=(x + sign // 2, self.px(4) + sign // 2)))
            lines = paragraph(
                sentence(self.problem), "regular", self.px(14), theme.warning, room - sign - self.px(10), 3
            )
            surface.blit(lines, (x + sign + self.px(10), self.px(5)))
            return
        surface.blit(text(self.lines[0], "semibold", self.px(15), theme.ink), (x, self.px(3)))
        surface.blit(text(self.lines[1], "regular", self.px(FONT_SIZE), theme.quiet), (x, self.px(27)))
        name = self.path.name + ("/" if not self.path.suffix else "")
        size = self.px(FONT_SIZE)
        ink = text(ellipsize(name, "mono", size, room), "mono", size, theme.ink)
        folder = _from_the_end(f"{display_path(self.path.parent, Path())}/", size, room - ink.get_width())
        quiet = text(folder, "mono", size, theme.quiet)
        surface.blit(quiet, (x, self.px(54)))
        surface.blit(ink, (x + quiet.get_width(), self.px(54)))


def _from_the_end(string: str, size: int, room: int) -> str:
    """The end of a string that fits `room` pixels, with an ellipsis before it where it was cut."""
    if width(string, "mono", size) <= room:
        return string
    while string and width("…" + string, "mono", size) > room:
        string = string[1:]
    return "…" + string if string else ""


class DialogButtons(Control):
    """Two buttons side by side, the main one at the right. The Left and Right keys choose between them."""

    def __init__(self, left: tuple[str, Callable[[], None]], right: tuple[str, Callable[[], None]]) -> None:
        super().__init__()
        self.buttons = (left, right)
        self.selected = 1
        self.down = -1

    def height_for_width(self, width: int) -> int:
        return self.px(50)

    def _places(self) -> list[pygame.Rect]:
        high, gap = self.px(36), self.px(10)
        box_width = [self.px(110), self.px(150)]
        right = self.rect.width - self.px(PADDING)
        top = (self.rect.height - high) // 2
        return [
            pygame.Rect(right - box_width[1] - gap - box_width[0], top, box_width[0], high),
            pygame.Rect(right - box_width[1], top, box_width[1], high),
        ]

    def _button_at(self, position: tuple[int, int]) -> int:
        return next((index for index, place in enumerate(self._places()) if place.collidepoint(position)), -1)

    def press(self, position: tuple[int, int], double_click: bool, modifier: bool) -> None:
        self.down = self._button_at(position)
        self.selected = max(self.down, 0) if self.down >= 0 else self.selected
        self.invalidate()

    def release(self, position: tuple[int, int]) -> None:
        down, self.down = self.down, -1
        self.invalidate()
        if down >= 0 and self._button_at(position) == down:
            self.buttons[down][1]()

    def gain_focus(self) -> None:
        super().gain_focus()
        self.selected = 1

    def key(self, event: pygame.event.Event) -> bool:
        if event.key in (pygame.K_LEFT, pygame.K_RIGHT):
            self.selected = int(event.key == pygame.K_RIGHT)
            self.invalidate()
            return True
        if event.key in PRESS_KEYS:
            self.buttons[self.selected][1]()
            return True
        return False

    def draw_focus_ring(self, surface: pygame.Surface) -> None:
        if self.focused:
            place = self._places()[self.selected].inflate(2 * self.px(4), 2 * self.px(4))
            surface.blit(outline(place.size, self.px(9), self.px(2), self.theme.accent), place)

    def paint(self, surface: pygame.Surface) -> None:
        theme = self.theme
        for index, ((word, _), place) in enumerate(zip(self.buttons, self._places(), strict=True)):
            main = index == 1
            surface.blit(plate(place.size, self.px(6), theme.accent if main else theme.raised), place)
            if not main or self.down == index:
                surface.blit(
                    outline(place.size, self.px(6), self.px(1), theme.ink if self.hovered else theme.line), place
                )
            color = theme.plate if main else theme.ink
            face = text(word, "semibold" if main else "regular", self.px(14), color)
            surface.blit(face, face.get_rect(center=place.center))
