"""Card of the formula being typed: its sliders, the typeset formula, the field, and a message."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING

import pygame

from orbitdraw import potentials
from orbitdraw.app.formula.line import FormulaLine
from orbitdraw.app.kit import Column, Control, Slider
from orbitdraw.app.kit.control import PAD, SIZE
from orbitdraw.app.kit.reach import Reach
from orbitdraw.app.kit.sheet import INSIDE
from orbitdraw.app.kit.text import lines, text
from orbitdraw.app.kit.theme import Color, Theme
from orbitdraw.app.shell.gestures import Movements
from orbitdraw.errors import sentence

if TYPE_CHECKING:
    from orbitdraw.slider import Number

WIDEST, NARROW = 900.0, 380.0
EDGE, BELOW = 20.0, 6.0
SLIDER_WIDE = 196.0
PICTURE_TALL = 54.0
SAID_LINES = 4

HINT = "Enter: use it · Esc: cancel · Tab: parameters"
EMPTY = (
    "Type a formula of x and y, such as -1/sqrt(x² + y² + a). r is the distance from the origin, phi the angle, t the "
    "time; other names become sliders."
)
WAITING = "Preparing your formula. The previous drawing keeps playing."


class Setting(Control):
    """The typeset formula; pale while it is older than the text."""

    takes_focus = False

    def __init__(self) -> None:
        super().__init__()
        self.surface: pygame.Surface | None = None
        self.pale = False

    def tall(self, width: int) -> int:
        return self.px(PICTURE_TALL)

    def paint(self, surface: pygame.Surface) -> None:
        if self.surface is None:
            return
        room = (surface.get_width() - 2 * self.px(PAD), surface.get_height() - self.px(6))
        if min(room) < 1:
            return  # the window is narrower than a letter
        factor = min(1.0, room[0] / self.surface.get_width(), room[1] / self.surface.get_height())
        if not factor > 0:  # a window narrower than its margins
            return
        out = self.surface.copy()
        out.fill((*(self.theme.quiet if self.pale else self.theme.ink), 255), special_flags=pygame.BLEND_RGBA_MULT)
        if factor < 1:
            out = pygame.transform.smoothscale_by(out, factor)
        surface.blit(out, out.get_rect(midleft=(self.px(PAD), surface.get_height() // 2)))


class Said(Control):
    """A message of a few lines; an error has a sign before it, not only another colour."""

    takes_focus = False

    def __init__(self) -> None:
        super().__init__()
        self.sentence, self.wrong = "", False

    def tall(self, width: int) -> int:
        return self.px(14) + self.px(18) * max(1, len(self._lines(width)))

    def _lines(self, width: int) -> list[str]:
        sign = "▲  " if self.wrong else ""
        return lines(sign + self.sentence, "regular", self.px(SIZE), width - 2 * self.px(PAD), SAID_LINES)

    def paint(self, surface: pygame.Surface) -> None:
        color: Color = self.theme.warning if self.wrong else self.theme.quiet
        for index, line in enumerate(self._lines(surface.get_width())):
            surface.blit(text(line, "regular", self.px(SIZE), color), (self.px(PAD), self.px(5) + index * self.px(18)))


class FormulaCard(Column):
    """Lies at the lower edge and grows upwards, so that the field stays in place while the user types."""

    def __init__(self, line: FormulaLine) -> None:
        super().__init__()
        self.line = line
        self.setting = Setting()
        self.said = Said()
        self.sliders: dict[str, Slider] = {}
        self._movements = Movements()
        self._laid: tuple[object, ...] = ()
        self.show({})

    # -- content ---------------------------------------------------------------------------------------------------

    def show(self, sliders: Mapping[str, Slider]) -> None:
        """Show these sliders; the focus stays with the name that had it."""
        name = next((name for name, one in self.sliders.items() if one is self.focus), None)
        self.sliders = dict(sliders)
        picture = [self.setting] if self.setting.surface is not None else []
        self.fill([*self.sliders.values(), *picture, self.line, self.said])
        self._laid = ()
        if name in self.sliders:
            self.give_focus(self.sliders[name])

    def declare(
        self, params: Mapping[str, Number], values: dict[str, float], changed: Callable[[str, float | None], None]
    ) -> None:
        """Show a slider for each parameter, at its present or default value."""
        sliders = {}
        for name, number in params.items():
            given = potentials.parameters.as_slider(number)
            value = values.setdefault(name, given.value)
            reach = Reach(given.low, given.high, given.ticks, given.log)
            sliders[name] = Slider(name, reach, value, given.value, partial(changed, name), unit=given.unit)
        self.show(sliders)

    def tick(self, now: float) -> None:
        super().tick(now)
        self._movements.tick(now, next((name for name, slider in self.sliders.items() if slider.held), ""))

    def gestures(self, turned: Iterable[str]) -> dict[str, int]:
        """The gestures of these sliders, which were moved just now."""
        return {name: self._movements.of(name) for name in turned}

    def picture(self, surface: pygame.Surface | None, words: str) -> None:
        """Show the typeset formula."""
        there = self.setting.surface is not None
        self.setting.surface = surface
        self.setting.mark()
        if there != (surface is not None):
            self.show(self.sliders)

    def fade(self, pale: bool) -> None:
        """Show the typeset formula pale, because it is older than the text, or full again."""
        if pale != self.setting.pale:
            self.setting.pale = pale
            self.setting.mark()

    def speak(self, words: str, wrong: str, waiting: bool, remarks: Iterable[str] = ()) -> None:
        """Show the error in the text, or `remarks` and the keys to press."""
        if not words:
            self.tell(EMPTY)
        elif wrong:
            self.tell(sentence(wrong), wrong=True)
        else:
            self.tell("\n".join([*remarks, WAITING if waiting else HINT]))

    def tell(self, sentence: str, wrong: bool = False) -> None:
        """Show a message below the field."""
        if (sentence, wrong) == (self.said.sentence, self.said.wrong):
            return
        before = self.said.rect.height
        self.said.sentence, self.said.wrong = sentence, wrong
        self.said.mark()
        if self.said.rect.width and self.said.tall(self.said.rect.width) != before:
            self.show(self.sliders)

    # -- layout ----------------------------------------------------------------------------------------------------

    def settle(self, window: tuple[int, int], scale: float, theme: Theme, right: int, numbers: int) -> None:
        """Lay out the card at the lower left, clear of the panel and, where there is room, of the numbers."""
        key = (window, scale, theme, right, numbers)
        if key == self._laid:
            return
        if self._laid[1:3] != key[1:3]:
            self.fill(self.controls)
        self._laid = key
        self.scale = scale
        edge, below = self.px(EDGE), self.px(BELOW)
        free = window[0] - right - 2 * edge
        beside = free - numbers
        width = min(self.px(WIDEST), beside if beside >= self.px(NARROW) else free)
        room = pygame.Rect(edge, edge, max(width, 2 * self.px(INSIDE) + 1), max(1, window[1] - 2 * edge - below))
        self.lay(room, pygame.Rect((0, 0), window), scale, theme)
        self.place.bottom = window[1] - edge - below

    def _arrange(self, width: int) -> int:
        """Place sliders side by side, the other controls below each other."""
        across = max(1, width // self.px(SLIDER_WIDE))
        wide, y = width // across, 0
        for index, slider in enumerate(self.sliders.values()):
            tall = slider.tall(wide)
            slider.rect = pygame.Rect(index % across * wide, index // across * tall, wide, tall)
            y = slider.rect.bottom + self.px(4)
        for control in self.controls[len(self.sliders) :]:
            control.rect = pygame.Rect(0, y, width, 0)  # the height of a control may depend on its width
            control.rect.height = control.tall(width)
            y = control.rect.bottom
        return y

    def move_focus(self, step: int, around: bool = False) -> bool:
        """Move the focus to the next control; after the last comes the first."""
        stops = self.stops()
        index = stops.index(self.focus) + step if self.focus in stops else 0
        self.give_focus(stops[index % len(stops)])
        return True
