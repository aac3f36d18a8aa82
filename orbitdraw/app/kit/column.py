"""A scrolling column of controls with one keyboard focus."""

from __future__ import annotations

from collections.abc import Sequence

import pygame

from orbitdraw.app.kit.bubble import Bubble
from orbitdraw.app.kit.choice import Choice, Menu
from orbitdraw.app.kit.control import Control
from orbitdraw.app.kit.sheet import INSIDE, Sheet
from orbitdraw.app.kit.theme import Theme

TWICE = 0.35
"""Longest time in seconds between the two clicks of a double click."""

SCROLLING = 0.5
"""Seconds after a notch of scrolling in which the wheel keeps scrolling, even over a control that uses the wheel."""

FIRST_REPEAT, NEXT_REPEAT = 0.4, 0.035
REPEATED = (
    pygame.K_LEFT,
    pygame.K_RIGHT,
    pygame.K_UP,
    pygame.K_DOWN,
    pygame.K_PAGEUP,
    pygame.K_PAGEDOWN,
    pygame.K_TAB,
)


class Column(Sheet):
    """A sheet of controls used by mouse, by wheel, and, one at a time, by keyboard."""

    def __init__(self) -> None:
        super().__init__()
        self.focus: Control | None = None
        self.pointer = (-1, -1)
        self._held: Control | None = None
        self._now = 0.0
        self._clicked: tuple[float, Control | None] = (-9.0, None)
        self._pressed = (0, 0)
        self._scrolled = -9.0
        self._bubble = Bubble()
        self._sought = False
        self._repeat: tuple[pygame.event.Event, float] | None = None

    def fill(self, controls: Sequence[Control]) -> None:
        """Replace the controls; a focused control that is not among the new ones loses the focus."""
        super().fill(controls)
        if self.focus not in self.controls:
            self.focus = None

    # -- focus -----------------------------------------------------------------------------------------------------

    def stops(self) -> list[Control]:
        """The focusable controls, in tab order."""
        return [control for control in self.controls if control.takes_focus]

    def give_focus(self, control: Control | None) -> None:
        """Move the focus to a control and scroll it into view; None removes the focus."""
        if control is self.focus:
            return
        before, self.focus, self._repeat = self.focus, control, None
        if before is not None:
            before.leave()
            self._bubble.remark(before, self._now)
        if control is None:
            return
        control.enter()
        if not self._bubble.sentence:
            self._bubble.turn_to(control, self._now)
        if self._sheet is None:  # its place is unknown until the controls are laid out again
            self._sought = True
        else:
            self._seek(control)

    def _seek(self, control: Control) -> None:
        room = self.place.height - 2 * self.px(INSIDE)
        self._go(max(min(self.scroll, control.rect.top), control.rect.bottom - room))

    def lay(self, place: pygame.Rect, window: pygame.Rect, scale: float, theme: Theme) -> None:
        """Place the sheet at the top of `place`, and scroll to a control focused before the controls had places."""
        super().lay(place, window, scale, theme)
        if self._sought and self.focus is not None:
            self._seek(self.focus)
        self._sought = False

    def move_focus(self, step: int, around: bool = False) -> bool:
        """Focus the next or the previous control; without one, remove the focus and return False."""
        stops = self.stops()
        index = stops.index(self.focus) + step if self.focus in stops else (0 if step > 0 else len(stops) - 1)
        if around and stops:
            index = min(max(index, 0), len(stops) - 1)
        if not 0 <= index < len(stops):
            self.give_focus(None)
            return False
        self.give_focus(stops[index])
        return True

    def say(self, control: Control) -> None:
        """Show the remark of a control."""
        self._bubble.remark(control, self._now)

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
        taken = self._mouse(event) if event.type in MOUSE else self._keyboard(event)
        if self.focus is not None:
            self._bubble.remark(self.focus, self._now)
        return taken

    def _mouse(self, event: pygame.event.Event) -> bool:
        inside = self.place.collidepoint(self.pointer)
        free = bool(pygame.key.get_mods() & (pygame.KMOD_SHIFT | pygame.KMOD_ALT))
        if event.type == pygame.MOUSEMOTION:
            if self._held is not None:
                if pygame.Vector2(self.pointer).distance_to(self._pressed) > self.px(4):
                    self._clicked = (-9.0, None)  # a drag is not the first click of a double click
                self._held.drag(self._inner(self._held), free)
                return True
            self._hover(self.at(self.pointer) if inside else None)
            return bool(inside and not any(event.buttons))
        if event.type == pygame.MOUSEBUTTONDOWN:
            if not inside:
                self.give_focus(None)
                return False
            if event.button == 1:
                self._press(self.at(self.pointer), free)
            return bool(event.button <= 3)
        if event.type == pygame.MOUSEBUTTONUP:
            if self._held is None or event.button != 1:
                return False
            held, self._held = self._held, None
            held.release(self._inner(held))
            return True
        return inside and self._wheel(event, free)

    def _press(self, control: Control | None, free: bool) -> None:
        twice = control is not None and self._clicked[1] is control and self._now - self._clicked[0] < TWICE
        self._clicked = (-9.0, None) if twice else (self._now, control)
        self._pressed = self.pointer
        self._bubble.clear()
        if control is None or not control.takes_focus:
            self.give_focus(None)
            return
        self.give_focus(control)
        self._held = control
        control.press(self._inner(control), twice, free)

    def _wheel(self, event: pygame.event.Event, free: bool) -> bool:
        turned = getattr(event, "precise_y", event.y)
        control = self.at(self.pointer)
        scrolling = self._now - self._scrolled < SCROLLING and self.deepest > 0
        if scrolling or control is None or not control.wheel(turned, free):
            self._scrolled = self._now
            self._go(self.scroll - turned * self.px(48))
        return True

    def _inner(self, control: Control) -> tuple[int, int]:
        where = self.where(control)
        return self.pointer[0] - where.left, self.pointer[1] - where.top

    def _hover(self, control: Control | None) -> None:
        for other in self.controls:
            if other.hot != (other is control):
                other.hot = other is control
                other.mark()
                self._bubble.turn_to(control, self._now)

    def _keyboard(self, event: pygame.event.Event) -> bool:
        if event.type == pygame.KEYUP:
            self._repeat = None
            return False
        if self.focus is None:
            return False
        if event.type == pygame.TEXTINPUT:
            return self.focus.typed(event.text)
        if event.type != pygame.KEYDOWN:
            return False
        taken = self._key(event)
        if taken and self.focus is not None and event.key in (*REPEATED, *self.focus.repeated):
            self._repeat = (event, self._now + FIRST_REPEAT)
        return taken

    def _key(self, event: pygame.event.Event) -> bool:
        assert self.focus is not None
        self._bubble.clear()
        if event.key == pygame.K_TAB and not event.mod & (pygame.KMOD_CTRL | pygame.KMOD_ALT):
            self.move_focus(-1 if event.mod & pygame.KMOD_SHIFT else 1)
            return True
        if self.focus.key(event):
            return True
        if event.key in (pygame.K_UP, pygame.K_DOWN):
            self.move_focus(-1 if event.key == pygame.K_UP else 1, around=True)
        elif event.key == pygame.K_ESCAPE:
            self.give_focus(None)
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
                self._repeat = (event, now + NEXT_REPEAT)
        self._bubble.tick(now)
        if self._bubble.control is None and self.focus is not None:
            self._bubble.turn_to(self.focus, now)
        self.stale = self.stale or self._bubble.stale or any(one.stale for one in self.controls)

    # -- drawing ---------------------------------------------------------------------------------------------------

    def draw(self, surface: pygame.Surface) -> None:
        """Draw the sheet, and over it the open list or the tooltip."""
        super().draw(surface)
        menu = self.menu
        if menu is not None:
            owner = self.where(menu.owner)
            menu.lay(menu.owner.drop_box().move(owner.topleft), self.window)
            menu.draw(surface, self.pointer)
        elif self._bubble.control in self.controls:
            self._bubble.draw(surface, self._beside(), self.window)
        self.stale = self._bubble.stale = False

    def _beside(self) -> pygame.Rect:
        assert self._bubble.control is not None
        where = self.where(self._bubble.control)
        return pygame.Rect(self.place.left, where.top, self.place.width, where.height)


MOUSE = (pygame.MOUSEMOTION, pygame.MOUSEBUTTONDOWN, pygame.MOUSEBUTTONUP, pygame.MOUSEWHEEL)
