"""A scrolling column of controls with one keyboard focus."""

from __future__ import annotations

from collections.abc import Sequence

import pygame

from orbitdraw.app.kit.choice import Choice, Menu
from orbitdraw.app.kit.control import Control
from orbitdraw.app.kit.scroll_area import AREA_PADDING, ScrollArea
from orbitdraw.app.kit.theme import Theme
from orbitdraw.app.kit.tooltip import Tooltip

DOUBLE_CLICK_TIME = 0.35
"""Longest time in seconds between the two clicks of a double click."""

SCROLL_LATCH_TIME = 0.5
"""Seconds after a notch of scrolling in which the wheel keeps scrolling, even over a control that uses the wheel."""

REPEAT_DELAY, REPEAT_INTERVAL = 0.4, 0.035
REPEAT_KEYS = (
    pygame.K_LEFT,
    pygame.K_RIGHT,
    pygame.K_UP,
    pygame.K_DOWN,
    pygame.K_PAGEUP,
    pygame.K_PAGEDOWN,
    pygame.K_TAB,
)


class Column(ScrollArea):
    """A sheet of controls used by mouse, by wheel, and, one at a time, by keyboard."""

    def __init__(self) -> None:
        super().__init__()
        self.focus: Control | None = None
        self.pointer = (-1, -1)
        self._pressed_control: Control | None = None
        self._now = 0.0
        self._last_click: tuple[float, Control | None] = (-9.0, None)
        self._press_position = (0, 0)
        self._scroll_time = -9.0
        self._tooltip = Tooltip()
        self._scroll_pending = False
        self._repeat: tuple[pygame.event.Event, float] | None = None

    def set_controls(self, controls: Sequence[Control]) -> None:
        """Replace the controls; a focused control that is not among the new ones loses the focus."""
        super().set_controls(controls)
        if self.focus not in self.controls:
            self.focus = None

    # -- focus -----------------------------------------------------------------------------------------------------

    def tab_stops(self) -> list[Control]:
        """The focusable controls, in tab order."""
        return [control for control in self.controls if control.takes_focus]

    def set_focus(self, control: Control | None) -> None:
        """Move the focus to a control and scroll it into view; None removes the focus."""
        if control is self.focus:
            return
        before, self.focus, self._repeat = self.focus, control, None
        if before is not None:
            before.lose_focus()
            self._tooltip.show_remark(before, self._now)
        if control is None:
            return
        control.gain_focus()
        if not self._tooltip.sentence:
            self._tooltip.set_control(control, self._now)
        if self._content is None:  # its place is unknown until the controls are laid out again
            self._scroll_pending = True
        else:
            self._scroll_to(control)

    def _scroll_to(self, control: Control) -> None:
        room = self.place.height - 2 * self.px(AREA_PADDING)
        self._set_scroll(max(min(self.scroll, control.rect.top), control.rect.bottom - room))

    def lay_out(self, place: pygame.Rect, window: pygame.Rect, scale: float, theme: Theme) -> None:
        """Place the sheet at the top of `place`, and scroll to a control focused before the controls had places."""
        super().lay_out(place, window, scale, theme)
        if self._scroll_pending and self.focus is not None:
            self._scroll_to(self.focus)
        self._scroll_pending = False

    def move_focus(self, step: int, clamp: bool = False) -> bool:
        """Focus the next or the previous control; without one, remove the focus and return False."""
        tab_stops = self.tab_stops()
        index = (
            tab_stops.index(self.focus) + step if self.focus in tab_stops else (0 if step > 0 else len(tab_stops) - 1)
        )
        if clamp and tab_stops:
            index = min(max(index, 0), len(tab_stops) - 1)
        if not 0 <= index < len(tab_stops):
            self.set_focus(None)
            return False
        self.set_focus(tab_stops[index])
        return True

    def show_remark(self, control: Control) -> None:
        """Show the remark of a control."""
        self._tooltip.show_remark(control, self._now)

    @property
    def menu(self) -> Menu | None:
        """The open drop-down list, or None."""
        return next((one.menu for one in self.controls if isinstance(one, Choice) and one.menu is not None), None)

    # -- events ----------------------------------------------------------------------------------------------------

    def handle(self, event: pygame.event.Event) -> bool:
        """Pass an event to the control it belongs to; True when it was used."""
        if event.type in (pygame.MOUSEMOTION, pygame.MOUSEBUTTONDOWN, pygame.MOUSEBUTTONUP):
            self.pointer = event.pos
        if self.menu is not None and self.menu.handle(event, self.pointer):
            self.stale = True
            return True
        handled = self._handle_mouse(event) if event.type in MOUSE_EVENTS else self._handle_keyboard(event)
        if self.focus is not None:
            self._tooltip.show_remark(self.focus, self._now)
        return handled

    def _handle_mouse(self, event: pygame.event.Event) -> bool:
        inside = self.place.collidepoint(self.pointer)
        modifier = bool(pygame.key.get_mods() & (pygame.KMOD_SHIFT | pygame.KMOD_ALT))
        if event.type == pygame.MOUSEMOTION:
            if self._pressed_control is not None:
                if pygame.Vector2(self.pointer).distance_to(self._press_position) > self.px(4):
                    self._last_click = (-9.0, None)  # a drag is not the first click of a double click
                self._pressed_control.drag(self._local_position(self._pressed_control), modifier)
                return True
            self._hover(self.control_at(self.pointer) if inside else None)
            return bool(inside and not any(event.buttons))
        if event.type == pygame.MOUSEBUTTONDOWN:
            if not inside:
                self.set_focus(None)
                return False
            if event.button == 1:
                self._press(self.control_at(self.pointer), modifier)
            return bool(event.button <= 3)
        if event.type == pygame.MOUSEBUTTONUP:
            if self._pressed_control is None or event.button != 1:
                return False
            pressed, self._pressed_control = self._pressed_control, None
            pressed.release(self._local_position(pressed))
            return True
        return inside and self._wheel(event, modifier)

    def _press(self, control: Control | None, modifier: bool) -> None:
        double_click = (
            control is not None
            and self._last_click[1] is control
            and self._now - self._last_click[0] < DOUBLE_CLICK_TIME
        )
        self._last_click = (-9.0, None) if double_click else (self._now, control)
        self._press_position = self.pointer
        self._tooltip.clear()
        if control is None or not control.takes_focus:
            self.set_focus(None)
            return
        self.set_focus(control)
        self._pressed_control = control
        control.press(self._local_position(control), double_click, modifier)

    def _wheel(self, event: pygame.event.Event, modifier: bool) -> bool:
        notches = getattr(event, "precise_y", event.y)
        control = self.control_at(self.pointer)
        scrolling = self._now - self._scroll_time < SCROLL_LATCH_TIME and self.max_scroll > 0
        if scrolling or control is None or not control.wheel(notches, modifier):
            self._scroll_time = self._now
            self._set_scroll(self.scroll - notches * self.px(48))
        return True

    def _local_position(self, control: Control) -> tuple[int, int]:
        rect = self.rect_of(control)
        return self.pointer[0] - rect.left, self.pointer[1] - rect.top

    def _hover(self, control: Control | None) -> None:
        for other in self.controls:
            if other.hovered != (other is control):
                other.hovered = other is control
                other.invalidate()
                self._tooltip.set_control(control, self._now)

    def _handle_keyboard(self, event: pygame.event.Event) -> bool:
        if event.type == pygame.KEYUP:
            self._repeat = None
            return False
        if self.focus is None:
            return False
        if event.type == pygame.TEXTINPUT:
            return self.focus.type_text(event.text)
        if event.type != pygame.KEYDOWN:
            return False
        handled = self._key(event)
        if handled and self.focus is not None and event.key in (*REPEAT_KEYS, *self.focus.repeat_keys):
            self._repeat = (event, self._now + REPEAT_DELAY)
        return handled

    def _key(self, event: pygame.event.Event) -> bool:
        assert self.focus is not None
        self._tooltip.clear()
        if event.key == pygame.K_TAB and not event.mod & (pygame.KMOD_CTRL | pygame.KMOD_ALT):
            self.move_focus(-1 if event.mod & pygame.KMOD_SHIFT else 1)
            return True
        if self.focus.key(event):
            return True
        if event.key in (pygame.K_UP, pygame.K_DOWN):
            self.move_focus(-1 if event.key == pygame.K_UP else 1, clamp=True)
        elif event.key == pygame.K_ESCAPE:
            self.set_focus(None)
        else:
            return False
        return True

    def tick(self, now: float) -> None:
        """Repeat a key that is held down, and show and hide the tooltip in time."""
        self._now = now
        if self._repeat is not None and now >= self._repeat[1]:
            event = self._repeat[0]
            if self.focus is None or self.menu is not None or not self._key(event):
                self._repeat = None
            else:
                self._repeat = (event, now + REPEAT_INTERVAL)
        self._tooltip.tick(now)
        if self._tooltip.control is None and self.focus is not None:
            self._tooltip.set_control(self.focus, now)
        self.stale = self.stale or self._tooltip.stale or any(one.stale for one in self.controls)

    # -- drawing ---------------------------------------------------------------------------------------------------

    def draw(self, surface: pygame.Surface) -> None:
        """Draw the sheet, and over it the open list or the tooltip."""
        super().draw(surface)
        menu = self.menu
        if menu is not None:
            owner = self.rect_of(menu.owner)
            menu.lay_out(menu.owner.dropdown_rect().move(owner.topleft), self.window)
            menu.draw(surface, self.pointer)
        elif self._tooltip.control in self.controls:
            self._tooltip.draw(surface, self._tooltip_anchor(), self.window)
        self.stale = self._tooltip.stale = False

    def _tooltip_anchor(self) -> pygame.Rect:
        assert self._tooltip.control is not None
        rect = self.rect_of(self._tooltip.control)
        return pygame.Rect(self.place.left, rect.top, self.place.width, rect.height)


MOUSE_EVENTS = (pygame.MOUSEMOTION, pygame.MOUSEBUTTONDOWN, pygame.MOUSEBUTTONUP, pygame.MOUSEWHEEL)
