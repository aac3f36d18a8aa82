"""A slider: a number set by dragging, wheel, arrow keys or typing."""

from __future__ import annotations

from collections.abc import Callable

import pygame

from orbitdraw.app.kit.control import PAD, SIZE, Control
from orbitdraw.app.kit.entry import Entry
from orbitdraw.app.kit.field import paint_entry, place_of
from orbitdraw.app.kit.reach import Reach, parsed, shown
from orbitdraw.app.kit.shapes import outline
from orbitdraw.app.kit.text import plate, shortened, text

TALL = 40.0
TRACK = 29.0
"""Distance in points from the top of the control to the middle of the track; label and value are above it."""

KNOB = 13.0
NEAR = 5.0
"""Distance in points within which a dragged knob snaps to a tick."""

VALUE_WIDE = 92.0
ARROW, LEAP, NOTCH = 0.01, 0.1, 0.02
"""Fractions of the track that an arrow key, a page key and a notch of the wheel move."""

FINER = 0.1
BEGINS_A_NUMBER = frozenset("0123456789.,-−")
BACKSPACES = (pygame.K_BACKSPACE, pygame.K_DELETE)
ENTERS = (pygame.K_RETURN, pygame.K_KP_ENTER)


class Slider(Control):
    """A number in a range. `changed` gets every new value; None is the value past the end of an endless range.

    Dragging with Shift or Alt does not snap; with Shift, arrows and wheel move a tenth as far. A double click or
    Backspace restores the default. A digit or Enter starts typing; Esc cancels it.
    """

    def __init__(
        self,
        label: str,
        reach: Reach,
        value: float | None,
        default: float | None,
        changed: Callable[[float | None], None],
        *,
        unit: str = "",
        tip: str = "",
    ) -> None:
        super().__init__(label, tip)
        self.reach = reach
        self.value = value
        self.default = default
        self.changed = changed
        self.unit = unit
        self.entry: Entry | None = None
        self.bad = False
        self.held = False
        self._offset = 0

    def tall(self, width: int) -> int:
        return self.px(TALL)

    # -- the value -------------------------------------------------------------------------------------------------

    def show(self, value: float | None, reach: Reach | None = None) -> None:
        """Show a value, and a range, that were set elsewhere; ignored while the knob is dragged."""
        if self.held:
            return
        reach = (reach or self.reach).covering(value)
        if value != self.value or reach != self.reach:
            self.value, self.reach = value, reach
            self.mark()

    def set(self, value: float | None) -> None:
        """Set a value chosen by the user, and call `changed` if it is new."""
        self.reach = self.reach.covering(value)
        self.mark()
        if value != self.value:
            self.value = value
            self.changed(value)

    def reset(self) -> None:
        """Restore the default, or the value of the range nearest to it."""
        self.set(None if self.default is None else self.reach.held(self.default))

    def _commit(self) -> bool:
        """Apply the typed text; False when it is not a number, and then typing continues."""
        assert self.entry is not None
        typed = self.entry.text.strip()
        endless = self.reach.endless
        if endless and typed and (endless.startswith(typed.lower()) or typed.lower() in ("inf", "∞", "none")):
            self.entry = None
            self.set(None)
            return True
        try:
            wanted = parsed(typed, self.unit)
        except (ValueError, ArithmeticError) as error:
            self.bad = True
            what = "too large" if isinstance(error, OverflowError) else "not a number"
            self.remark = f"“{typed}” is {what}" if typed else "Type a number, or press Esc to cancel"
            self.mark()
            return False
        value = self.reach.held(wanted)
        if value != wanted:
            end = "smallest" if value > wanted else "largest"
            self.remark = f"The {end} value is {shown(value)}, which is used now"
        self.entry, self.bad = None, False
        self.set(value)
        return True

    # -- the mouse -------------------------------------------------------------------------------------------------

    def _track(self) -> tuple[int, int, int]:
        """Left end, length and middle height of the track, along which the centre of the knob moves."""
        inset = self.px(PAD) + self.px(KNOB) // 2
        return inset, max(1, self.rect.width - 2 * inset), self.px(TRACK)

    def _box(self) -> pygame.Rect:
        wide = min(self.px(VALUE_WIDE), self.rect.width // 2)
        return pygame.Rect(self.rect.width - self.px(5) - wide, self.px(4), wide, self.px(18))

    def press(self, at: tuple[int, int], twice: bool, free: bool) -> None:
        if self._box().collidepoint(at):
            if self.entry is None or twice:
                self._type(Entry.selected(shown(self.value, self.reach.endless)))
            else:
                self.entry.go(place_of(self.entry, at[0] - self._box().left - self.px(6), self.scale))
                self.mark()
            return
        self._give_up()
        if twice:
            self.reset()
        elif at[1] >= self.px(TRACK) - self.px(10):
            left, length, _ = self._track()
            knob = left + round(self.reach.part(self.value) * length)
            # A knob pressed off its centre does not jump to the pointer.
            self._offset = at[0] - knob if abs(at[0] - knob) <= self.px(KNOB) // 2 + self.px(2) else 0
            self.held = True
            self.mark()
            if not self._offset:
                self.drag(at, free)

    def drag(self, at: tuple[int, int], free: bool) -> None:
        if not self.held:
            return
        left, length, _ = self._track()
        part = min(max((at[0] - self._offset - left) / length, 0.0), 1.0)
        if free:
            self.set(self.reach.at(part))
        else:
            also = () if self.default is None else (self.default,)
            self.set(self.reach.snapped(part, self.px(NEAR) / length, also))

    def release(self, at: tuple[int, int]) -> None:
        self.held = False
        self.mark()

    def wheel(self, notches: float, free: bool) -> bool:
        self._give_up()
        self.set(self.reach.stepped(self.value, notches * NOTCH * (FINER if free else 1.0)))
        return True

    # -- the keyboard ----------------------------------------------------------------------------------------------

    def _type(self, entry: Entry) -> None:
        self.entry, self.bad = entry, False
        self.mark()

    def _give_up(self) -> None:
        if self.entry is not None:
            self.entry, self.bad = None, False
            self.mark()

    def leave(self) -> None:
        self.held = False
        if self.entry is not None and not self._commit():
            self._give_up()
        super().leave()

    def key(self, event: pygame.event.Event) -> bool:
        if self.entry is not None:
            return self._entry_key(self.entry, event)
        finer = FINER if event.mod & pygame.KMOD_SHIFT else 1.0
        steps = {
            pygame.K_LEFT: -ARROW * finer,
            pygame.K_RIGHT: ARROW * finer,
            pygame.K_PAGEDOWN: -LEAP,
            pygame.K_PAGEUP: LEAP,
        }
        if event.mod & (pygame.KMOD_CTRL | pygame.KMOD_ALT | pygame.KMOD_META):
            return False
        if event.key in steps:
            self.set(self.reach.stepped(self.value, steps[event.key]))
        elif event.key in (pygame.K_HOME, pygame.K_END):
            self.set(self.reach.low if event.key == pygame.K_HOME else self.reach.at(1.0))
        elif event.key in BACKSPACES:
            self.reset()
        elif event.key in ENTERS:
            self._type(Entry.selected(shown(self.value, self.reach.endless)))
        else:
            return False
        return True

    def _entry_key(self, entry: Entry, event: pygame.event.Event) -> bool:
        if event.key in ENTERS:
            self._commit()
        elif event.key == pygame.K_ESCAPE:
            self._give_up()
        elif entry.key(event):
            self.bad = False
            self.mark()
        else:
            # Letters come as text; their keys must not reach the key table meanwhile.
            return not event.mod & pygame.KMOD_CTRL and bool(event.unicode and event.unicode.isprintable())
        return True

    def typed(self, text: str) -> bool:
        if self.entry is None:
            if not text or text[0] not in BEGINS_A_NUMBER:
                return False
            self._type(Entry())
        assert self.entry is not None
        self.entry.insert(text)
        self.bad = False
        self.mark()
        return True

    # -- drawing ---------------------------------------------------------------------------------------------------

    def paint(self, surface: pygame.Surface) -> None:
        theme, box = self.theme, self._box()
        left, length, middle = self._track()
        line = self.px(22)
        if self.entry is not None:
            paint_entry(surface, box, self.entry, theme, self.scale, self.bad)
            words_end = box.left
        else:
            words_end = self._paint_value(surface, line)
        words = shortened(self.label, "regular", self.px(SIZE), words_end - self.px(PAD) - self.px(6))
        face = text(words, "regular", self.px(SIZE), theme.ink if self.hot or self.focused else theme.quiet)
        surface.blit(face, face.get_rect(midleft=(self.px(PAD), self.px(1) + line // 2)))
        self._paint_track(surface, left, length, middle)

    def _paint_value(self, surface: pygame.Surface, line: int) -> int:
        theme, right, y = self.theme, surface.get_width() - self.px(PAD), self.px(1) + line // 2
        if self.unit and self.value is not None:
            unit = text(self.unit, "regular", self.px(SIZE), theme.quiet)
            surface.blit(unit, unit.get_rect(midright=(right, y)))
            right -= unit.get_width() + self.px(4)
        word = self.value is None
        face = text(shown(self.value, self.reach.endless), "regular" if word else "mono", self.px(SIZE), theme.ink)
        surface.blit(face, face.get_rect(midright=(right, y)))
        return right - face.get_width()

    def _paint_track(self, surface: pygame.Surface, left: int, length: int, middle: int) -> None:
        theme, high = self.theme, self.px(3)
        x = left + round(self.reach.part(self.value) * length)
        surface.blit(plate((length, high), high // 2, theme.line), (left, middle - high // 2))
        for tick in self.reach.ticks:
            if self.reach.low <= tick <= self.reach.high:
                at = left + round(self.reach.part(tick) * length)
                surface.fill(theme.line, pygame.Rect(at - self.px(1) // 2, middle, self.px(1), self.px(9)))
        # Filled from zero where zero lies inside the range: a negative number fills to the left.
        zero = self.reach.part(0.0) if not self.reach.log and self.reach.low < 0 < self.reach.high else 0.0
        start, end = sorted((left + round(zero * length), x))
        if end - start > self.px(KNOB) // 2 + self.px(2):  # a shorter bar would show beside the knob
            surface.blit(plate((end - start, high), high // 2, theme.accent), (start, middle - high // 2))
        size = self.px(KNOB + (2 if self.held else 0))
        rim = size + 2 * self.px(2)
        surface.blit(plate((rim, rim), rim // 2, theme.plate), (x - rim // 2, middle - rim // 2))
        color = theme.accent if self.held or self.focused else theme.ink
        surface.blit(plate((size, size), size // 2, color), (x - size // 2, middle - size // 2))
        if self.hot and not self.held:
            halo = size + 2 * self.px(3)
            surface.blit(outline((halo, halo), halo // 2, self.px(1), theme.ink), (x - halo // 2, middle - halo // 2))
