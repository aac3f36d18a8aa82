"""A slider: a number set by dragging, wheel, arrow keys or typing."""

from __future__ import annotations

from collections.abc import Callable

import pygame

from orbitdraw.app.kit.control import FONT_SIZE, PADDING, Control
from orbitdraw.app.kit.entry import Entry
from orbitdraw.app.kit.shapes import outline
from orbitdraw.app.kit.slider_range import SliderRange, format_number, parse_number
from orbitdraw.app.kit.text import ellipsize, plate, text
from orbitdraw.app.kit.text_field import caret_position, paint_entry

HEIGHT = 40.0
TRACK_Y = 29.0
"""Distance in points from the top of the control to the middle of the track; label and value are above it."""

KNOB_SIZE = 13.0
SNAP_DISTANCE = 5.0
"""Distance in points within which a dragged knob snaps to a tick."""

VALUE_WIDTH = 92.0
ARROW_STEP, PAGE_STEP, WHEEL_STEP = 0.01, 0.1, 0.02
"""Fractions of the track that an arrow key, a page key and a notch of the wheel move."""

FINE_FACTOR = 0.1
NUMBER_START = frozenset("0123456789.,-−")
RESET_KEYS = (pygame.K_BACKSPACE, pygame.K_DELETE)
ENTER_KEYS = (pygame.K_RETURN, pygame.K_KP_ENTER)


class Slider(Control):
    """A number in a range. `on_change` gets every new value; None is the value past the end of an endless range.

    Dragging with Shift or Alt does not snap; with Shift, arrows and wheel move a tenth as far. A double click or
    Backspace restores the default. A digit or Enter starts typing; Esc cancels it.
    """

    def __init__(
        self,
        label: str,
        value_range: SliderRange,
        value: float | None,
        default: float | None,
        on_change: Callable[[float | None], None],
        *,
        unit: str = "",
        tip: str = "",
    ) -> None:
        super().__init__(label, tip)
        self.value_range = value_range
        self.value = value
        self.default = default
        self.on_change = on_change
        self.unit = unit
        self.entry: Entry | None = None
        self.invalid = False
        self.dragging = False
        self._offset = 0

    def height_for_width(self, width: int) -> int:
        return self.px(HEIGHT)

    # -- the value -------------------------------------------------------------------------------------------------

    def show(self, value: float | None, value_range: SliderRange | None = None) -> None:
        """Show a value, and a range, that were set elsewhere; ignored while the knob is dragged."""
        if self.dragging:
            return
        value_range = (value_range or self.value_range).widen_to(value)
        if value != self.value or value_range != self.value_range:
            self.value, self.value_range = value, value_range
            self.invalidate()

    def set(self, value: float | None) -> None:
        """Set a value chosen by the user, and call `on_change` if it is new."""
        self.value_range = self.value_range.widen_to(value)
        self.invalidate()
        if value != self.value:
            self.value = value
            self.on_change(value)

    def reset(self) -> None:
        """Restore the default, or the value of the range nearest to it."""
        self.set(None if self.default is None else self.value_range.clamp(self.default))

    def _commit_entry(self) -> bool:
        """Apply the typed text; False when it is not a number, and then typing continues."""
        assert self.entry is not None
        entered = self.entry.text.strip()
        endless = self.value_range.endless
        if endless and entered and (endless.startswith(entered.lower()) or entered.lower() in ("inf", "∞", "none")):
            self.entry = None
            self.set(None)
            return True
        try:
            number = parse_number(entered, self.unit)
        except (ValueError, ArithmeticError) as error:
            self.invalid = True
            reason = "too large" if isinstance(error, OverflowError) else "not a number"
            self.remark = f"“{entered}” is {reason}" if entered else "Type a number, or press Esc to cancel"
            self.invalidate()
            return False
        value = self.value_range.clamp(number)
        if value != number:
            end = "smallest" if value > number else "largest"
            self.remark = f"The {end} value is {format_number(value)}, which is used now"
        self.entry, self.invalid = None, False
        self.set(value)
        return True

    # -- the mouse -------------------------------------------------------------------------------------------------

    def _track(self) -> tuple[int, int, int]:
        """Left end, length and middle height of the track, along which the centre of the knob moves."""
        inset = self.px(PADDING) + self.px(KNOB_SIZE) // 2
        return inset, max(1, self.rect.width - 2 * inset), self.px(TRACK_Y)

    def _value_rect(self) -> pygame.Rect:
        width = min(self.px(VALUE_WIDTH), self.rect.width // 2)
        return pygame.Rect(self.rect.width - self.px(5) - width, self.px(4), width, self.px(18))

    def press(self, position: tuple[int, int], double_click: bool, modifier: bool) -> None:
        if self._value_rect().collidepoint(position):
            if self.entry is None or double_click:
                self._start_typing(Entry.with_all_selected(format_number(self.value, self.value_range.endless)))
            else:
                self.entry.move_caret(
                    caret_position(self.entry, position[0] - self._value_rect().left - self.px(6), self.scale)
                )
                self.invalidate()
            return
        self._cancel_typing()
        if double_click:
            self.reset()
        elif position[1] >= self.px(TRACK_Y) - self.px(10):
            left, length, _ = self._track()
            knob = left + round(self.value_range.position_of(self.value) * length)
            # A knob pressed off its centre does not jump to the pointer.
            self._offset = position[0] - knob if abs(position[0] - knob) <= self.px(KNOB_SIZE) // 2 + self.px(2) else 0
            self.dragging = True
            self.invalidate()
            if not self._offset:
                self.drag(position, modifier)

    def drag(self, position: tuple[int, int], modifier: bool) -> None:
        if not self.dragging:
            return
        left, length, _ = self._track()
        fraction = min(max((position[0] - self._offset - left) / length, 0.0), 1.0)
        if modifier:
            self.set(self.value_range.value_at(fraction))
        else:
            extra = () if self.default is None else (self.default,)
            self.set(self.value_range.snap(fraction, self.px(SNAP_DISTANCE) / length, extra))

    def release(self, position: tuple[int, int]) -> None:
        self.dragging = False
        self.invalidate()

    def wheel(self, notches: float, modifier: bool) -> bool:
        self._cancel_typing()
        self.set(self.value_range.step_value(self.value, notches * WHEEL_STEP * (FINE_FACTOR if modifier else 1.0)))
        return True

    # -- the keyboard ----------------------------------------------------------------------------------------------

    def _start_typing(self, entry: Entry) -> None:
        self.entry, self.invalid = entry, False
        self.invalidate()

    def _cancel_typing(self) -> None:
        if self.entry is not None:
            self.entry, self.invalid = None, False
            self.invalidate()

    def lose_focus(self) -> None:
        self.dragging = False
        if self.entry is not None and not self._commit_entry():
            self._cancel_typing()
        super().lose_focus()

    def key(self, event: pygame.event.Event) -> bool:
        if self.entry is not None:
            return self._entry_key(self.entry, event)
        factor = FINE_FACTOR if event.mod & pygame.KMOD_SHIFT else 1.0
        steps = {
            pygame.K_LEFT: -ARROW_STEP * factor,
            pygame.K_RIGHT: ARROW_STEP * factor,
            pygame.K_PAGEDOWN: -PAGE_STEP,
            pygame.K_PAGEUP: PAGE_STEP,
        }
        if event.mod & (pygame.KMOD_CTRL | pygame.KMOD_ALT | pygame.KMOD_META):
            return False
        if event.key in steps:
            self.set(self.value_range.step_value(self.value, steps[event.key]))
        elif event.key in (pygame.K_HOME, pygame.K_END):
            self.set(self.value_range.low if event.key == pygame.K_HOME else self.value_range.value_at(1.0))
        elif event.key in RESET_KEYS:
            self.reset()
        elif event.key in ENTER_KEYS:
            self._start_typing(Entry.with_all_selected(format_number(self.value, self.value_range.endless)))
        else:
            return False
        return True

    def _entry_key(self, entry: Entry, event: pygame.event.Event) -> bool:
        if event.key in ENTER_KEYS:
            self._commit_entry()
        elif event.key == pygame.K_ESCAPE:
            self._cancel_typing()
        elif entry.key(event):
            self.invalid = False
            self.invalidate()
        else:
            # Letters come as text; their keys must not reach the key table meanwhile.
            return not event.mod & pygame.KMOD_CTRL and bool(event.unicode and event.unicode.isprintable())
        return True

    def type_text(self, text: str) -> bool:
        if self.entry is None:
            if not text or text[0] not in NUMBER_START:
                return False
            self._start_typing(Entry())
        assert self.entry is not None
        self.entry.insert(text)
        self.invalid = False
        self.invalidate()
        return True

    # -- drawing ---------------------------------------------------------------------------------------------------

    def paint(self, surface: pygame.Surface) -> None:
        theme, box = self.theme, self._value_rect()
        left, length, middle = self._track()
        line_height = self.px(22)
        if self.entry is not None:
            paint_entry(surface, box, self.entry, theme, self.scale, self.invalid)
            label_end = box.left
        else:
            label_end = self._paint_value(surface, line_height)
        label_text = ellipsize(self.label, "regular", self.px(FONT_SIZE), label_end - self.px(PADDING) - self.px(6))
        label = text(
            label_text, "regular", self.px(FONT_SIZE), theme.ink if self.hovered or self.focused else theme.quiet
        )
        surface.blit(label, label.get_rect(midleft=(self.px(PADDING), self.px(1) + line_height // 2)))
        self._paint_track(surface, left, length, middle)

    def _paint_value(self, surface: pygame.Surface, line_height: int) -> int:
        theme, right, y = self.theme, surface.get_width() - self.px(PADDING), self.px(1) + line_height // 2
        if self.unit and self.value is not None:
            unit = text(self.unit, "regular", self.px(FONT_SIZE), theme.quiet)
            surface.blit(unit, unit.get_rect(midright=(right, y)))
            right -= unit.get_width() + self.px(4)
        is_word = self.value is None
        value_text = text(
            format_number(self.value, self.value_range.endless),
            "regular" if is_word else "mono",
            self.px(FONT_SIZE),
            theme.ink,
        )
        surface.blit(value_text, value_text.get_rect(midright=(right, y)))
        return right - value_text.get_width()

    def _paint_track(self, surface: pygame.Surface, left: int, length: int, middle: int) -> None:
        theme, thickness = self.theme, self.px(3)
        knob_x = left + round(self.value_range.position_of(self.value) * length)
        surface.blit(plate((length, thickness), thickness // 2, theme.line), (left, middle - thickness // 2))
        for tick in self.value_range.ticks:
            if self.value_range.low <= tick <= self.value_range.high:
                tick_x = left + round(self.value_range.position_of(tick) * length)
                surface.fill(theme.line, pygame.Rect(tick_x - self.px(1) // 2, middle, self.px(1), self.px(9)))
        # Filled from zero where zero lies inside the range: a negative number fills to the left.
        zero = (
            self.value_range.position_of(0.0)
            if not self.value_range.log and self.value_range.low < 0 < self.value_range.high
            else 0.0
        )
        start, end = sorted((left + round(zero * length), knob_x))
        if end - start > self.px(KNOB_SIZE) // 2 + self.px(2):  # a shorter bar would show beside the knob
            surface.blit(
                plate((end - start, thickness), thickness // 2, theme.accent), (start, middle - thickness // 2)
            )
        size = self.px(KNOB_SIZE + (2 if self.dragging else 0))
        rim_size = size + 2 * self.px(2)
        surface.blit(
            plate((rim_size, rim_size), rim_size // 2, theme.plate), (knob_x - rim_size // 2, middle - rim_size // 2)
        )
        color = theme.accent if self.dragging or self.focused else theme.ink
        surface.blit(plate((size, size), size // 2, color), (knob_x - size // 2, middle - size // 2))
        if self.hovered and not self.dragging:
            halo_size = size + 2 * self.px(3)
            surface.blit(
                outline((halo_size, halo_size), halo_size // 2, self.px(1), theme.ink),
                (knob_x - halo_size // 2, middle - halo_size // 2),
            )
