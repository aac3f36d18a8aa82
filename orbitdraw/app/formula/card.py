"""Card of the formula being typed: its sliders, the typeset formula, the field, and a message."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING

import pygame

from orbitdraw import potentials
from orbitdraw.app.formula.formula_field import FormulaField
from orbitdraw.app.kit import Column, Control, Slider
from orbitdraw.app.kit.control import FONT_SIZE, PADDING
from orbitdraw.app.kit.scroll_area import AREA_PADDING
from orbitdraw.app.kit.slider_range import SliderRange
from orbitdraw.app.kit.text import text, wrap_text
from orbitdraw.app.kit.theme import Color, Theme
from orbitdraw.app.shell.gestures import GestureTracker
from orbitdraw.errors import sentence

if TYPE_CHECKING:
    from orbitdraw.slider import Number

MAX_WIDTH, MIN_WIDTH = 900.0, 380.0
MARGIN, BOTTOM_MARGIN = 20.0, 6.0
SLIDER_WIDTH = 196.0
FORMULA_HEIGHT = 54.0
MAX_MESSAGE_LINES = 4

HINT = "Enter: use it · Esc: cancel · Tab: parameters"
EMPTY = (
    "Type a formula of x and y, such as -1/sqrt(x² + y² + a). r is the distance from the origin, phi the angle, t the "
    "time; other names become sliders."
)
COMPILING = "Preparing your formula. The previous drawing keeps playing."


class FormulaView(Control):
    """The typeset formula; pale while it is older than the text."""

    takes_focus = False

    def __init__(self) -> None:
        super().__init__()
        self.surface: pygame.Surface | None = None
        self.faded = False

    def height_for_width(self, width: int) -> int:
        return self.px(FORMULA_HEIGHT)

    def paint(self, surface: pygame.Surface) -> None:
        if self.surface is None:
            return
        room = (surface.get_width() - 2 * self.px(PADDING), surface.get_height() - self.px(6))
        if min(room) < 1:
            return  # the window is narrower than a letter
        factor = min(1.0, room[0] / self.surface.get_width(), room[1] / self.surface.get_height())
        if not factor > 0:  # a window narrower than its margins
            return
        out = self.surface.copy()
        out.fill((*(self.theme.quiet if self.faded else self.theme.ink), 255), special_flags=pygame.BLEND_RGBA_MULT)
        if factor < 1:
            out = pygame.transform.smoothscale_by(out, factor)
        surface.blit(out, out.get_rect(midleft=(self.px(PADDING), surface.get_height() // 2)))


class MessageLabel(Control):
    """A message of a few lines; an error has a sign before it, not only another colour."""

    takes_focus = False

    def __init__(self) -> None:
        super().__init__()
        self.sentence, self.is_error = "", False

    def height_for_width(self, width: int) -> int:
        return self.px(14) + self.px(18) * max(1, len(self._lines(width)))

    def _lines(self, width: int) -> list[str]:
        sign = "▲  " if self.is_error else ""
        return wrap_text(
            sign + self.sentence, "regular", self.px(FONT_SIZE), width - 2 * self.px(PADDING), MAX_MESSAGE_LINES
        )

    def paint(self, surface: pygame.Surface) -> None:
        color: Color = self.theme.warning if self.is_error else self.theme.quiet
        for index, line in enumerate(self._lines(surface.get_width())):
            surface.blit(
                text(line, "regular", self.px(FONT_SIZE), color), (self.px(PADDING), self.px(5) + index * self.px(18))
            )


class FormulaCard(Column):
    """Lies at the lower edge and grows upwards, so that the field stays in place while the user types."""

    def __init__(self, formula_field: FormulaField) -> None:
        super().__init__()
        self.formula_field = formula_field
        self.formula_view = FormulaView()
        self.message_label = MessageLabel()
        self.sliders: dict[str, Slider] = {}
        self._gestures = GestureTracker()
        self._layout_key: tuple[object, ...] = ()
        self.set_sliders({})

    # -- content ---------------------------------------------------------------------------------------------------

    def set_sliders(self, sliders: Mapping[str, Slider]) -> None:
        """Show these sliders; the focus stays with the name that had it."""
        name = next((name for name, slider in self.sliders.items() if slider is self.focus), None)
        self.sliders = dict(sliders)
        set_formula_image = [self.formula_view] if self.formula_view.surface is not None else []
        self.set_controls([*self.sliders.values(), *set_formula_image, self.formula_field, self.message_label])
        self._layout_key = ()
        if name in self.sliders:
            self.set_focus(self.sliders[name])

    def set_parameters(
        self, params: Mapping[str, Number], values: dict[str, float], on_change: Callable[[str, float | None], None]
    ) -> None:
        """Show a slider for each parameter, at its present or default value."""
        sliders = {}
        for name, number in params.items():
            slider = potentials.parameters.as_slider(number)
            value = values.setdefault(name, slider.value)
            slider_range = SliderRange(slider.low, slider.high, slider.ticks, slider.log)
            sliders[name] = Slider(name, slider_range, value, slider.value, partial(on_change, name), unit=slider.unit)
        self.set_sliders(sliders)

    def tick(self, now: float) -> None:
        super().tick(now)
        self._gestures.tick(now, next((name for name, slider in self.sliders.items() if slider.dragging), ""))

    def gestures(self, moved: Iterable[str]) -> dict[str, int]:
        """The gestures of these sliders, which were moved just now."""
        return {name: self._gestures.number_for(name) for name in moved}

    def set_formula_image(self, surface: pygame.Surface | None, words: str) -> None:
        """Show the typeset formula."""
        had_image = self.formula_view.surface is not None
        self.formula_view.surface = surface
        self.formula_view.invalidate()
        if had_image != (surface is not None):
            self.set_sliders(self.sliders)

    def set_faded(self, faded: bool) -> None:
        """Show the typeset formula pale, because it is older than the text, or full again."""
        if faded != self.formula_view.faded:
            self.formula_view.faded = faded
            self.formula_view.invalidate()

    def show_status(self, words: str, is_error: str, waiting: bool, remarks: Iterable[str] = ()) -> None:
        """Show the error in the text, or `remarks` and the keys to press."""
        if not words:
            self.show_message(EMPTY)
        elif is_error:
            self.show_message(sentence(is_error), is_error=True)
        else:
            self.show_message("\n".join([*remarks, COMPILING if waiting else HINT]))

    def show_message(self, sentence: str, is_error: bool = False) -> None:
        """Show a message below the field."""
        if (sentence, is_error) == (self.message_label.sentence, self.message_label.is_error):
            return
        before = self.message_label.rect.height
        self.message_label.sentence, self.message_label.is_error = sentence, is_error
        self.message_label.invalidate()
        if (
            self.message_label.rect.width
            and self.message_label.height_for_width(self.message_label.rect.width) != before
        ):
            self.set_sliders(self.sliders)

    # -- layout ----------------------------------------------------------------------------------------------------

    def update_layout(self, window: tuple[int, int], scale: float, theme: Theme, right: int, numbers: int) -> None:
        """Lay out the card at the lower left, clear of the panel and, where there is room, of the numbers."""
        key = (window, scale, theme, right, numbers)
        if key == self._layout_key:
            return
        if self._layout_key[1:3] != key[1:3]:
            self.set_controls(self.controls)
        self._layout_key = key
        self.scale = scale
        margin, bottom_margin = self.px(MARGIN), self.px(BOTTOM_MARGIN)
        free_width = window[0] - right - 2 * margin
        width_beside_numbers = free_width - numbers
        width = min(
            self.px(MAX_WIDTH), width_beside_numbers if width_beside_numbers >= self.px(MIN_WIDTH) else free_width
        )
        room = pygame.Rect(
            margin, margin, max(width, 2 * self.px(AREA_PADDING) + 1), max(1, window[1] - 2 * margin - bottom_margin)
        )
        self.lay_out(room, pygame.Rect((0, 0), window), scale, theme)
        self.place.bottom = window[1] - margin - bottom_margin

    def _arrange(self, width: int) -> int:
        """Place sliders side by side, the other controls below each other."""
        columns = max(1, width // self.px(SLIDER_WIDTH))
        slider_width, y = width // columns, 0
        for index, slider in enumerate(self.sliders.values()):
            slider_height = slider.height_for_width(slider_width)
            slider.rect = pygame.Rect(
                index % columns * slider_width, index // columns * slider_height, slider_width, slider_height
            )
            y = slider.rect.bottom + self.px(4)
        for control in self.controls[len(self.sliders) :]:
            control.rect = pygame.Rect(0, y, width, 0)  # the height of a control may depend on its width
            control.rect.height = control.height_for_width(width)
            y = control.rect.bottom
        return y

    def move_focus(self, step: int, clamp: bool = False) -> bool:
        """Move the focus to the next control; after the last comes the first."""
        tab_stops = self.tab_stops()
        index = tab_stops.index(self.focus) + step if self.focus in tab_stops else 0
        self.set_focus(tab_stops[index % len(tab_stops)])
        return True
