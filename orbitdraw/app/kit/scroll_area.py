"""A scrolling plate with controls below each other: layout and drawing."""

from __future__ import annotations

from collections.abc import Sequence

import pygame

from orbitdraw.app.kit.control import Control
from orbitdraw.app.kit.text import bordered_plate, plate
from orbitdraw.app.kit.theme import DARK_THEME, Theme

CORNER_RADIUS = 11.0
AREA_PADDING = 8.0


MIN_WIDTH = 60.0
"""Smallest width in points at which controls can be drawn."""


class ScrollArea:
    """A plate of controls at `place` in the window. `stale` is True when it has changed since it was drawn.

    A control is painted again only when it has changed; an idle sheet is a single blit.
    """

    def __init__(self) -> None:
        self.controls: list[Control] = []
        self.place = pygame.Rect(0, 0, 0, 0)
        self.window = pygame.Rect(0, 0, 0, 0)
        self.scale = 1.0
        self.theme: Theme = DARK_THEME
        self.stale = True
        self.scroll = 0
        self.paint_count = 0
        """Number of controls painted so far; tests check with it that an idle sheet paints nothing."""
        self._content: pygame.Surface | None = None
        self._rendered: pygame.Surface | None = None

    def px(self, points: float) -> int:
        """Length in whole pixels, at least 1, of a length in points."""
        return max(1, round(points * self.scale))

    # -- laying out ------------------------------------------------------------------------------------------------

    def set_controls(self, controls: Sequence[Control]) -> None:
        """Replace the controls."""
        self.controls = list(controls)
        self._content = None
        self.stale = True

    def lay_out(self, place: pygame.Rect, window: pygame.Rect, scale: float, theme: Theme) -> None:
        """Place the sheet at the top of `place`, no taller than its controls."""
        self.scale = scale
        padding = self.px(AREA_PADDING)
        # In a window narrower than NARROWEST the controls are cut off.
        place = pygame.Rect(place.left, place.top, max(place.width, 1), max(place.height, 1))
        width = max(self.px(MIN_WIDTH), place.width - 2 * padding)
        if self._content is None or (self.theme, width) != (theme, self._content.get_width()):
            for control in self.controls:
                control.scale, control.theme, control.stale = scale, theme, True
            self._content = pygame.Surface((max(1, width), max(1, self._arrange(width))), pygame.SRCALPHA)
            self._content.fill((*theme.plate, theme.cover))
        self.theme, self.window = theme, window
        height = min(place.height, self._content.get_height() + 2 * padding)
        self.place = pygame.Rect(place.left, place.top, place.width, max(height, 2 * padding + 1))
        self._set_scroll(self.scroll)
        self._rendered = None

    def _arrange(self, width: int) -> int:
        """Place the controls below each other, and return the total height."""
        y = 0
        for control in self.controls:
            control.rect = pygame.Rect(0, y, width, control.height_for_width(width))
            y = control.rect.bottom
        return y

    @property
    def max_scroll(self) -> int:
        """Largest scroll offset in pixels."""
        height = self._content.get_height() if self._content is not None else 0
        return max(0, height - (self.place.height - 2 * self.px(AREA_PADDING)))

    def _set_scroll(self, scroll: float) -> None:
        offset = min(max(round(scroll), 0), self.max_scroll)
        if offset != self.scroll:
            self.scroll, self.stale, self._rendered = offset, True, None

    def rect_of(self, control: Control) -> pygame.Rect:
        """Rectangle of a control in window coordinates, also when it is scrolled out of view."""
        padding = self.px(AREA_PADDING)
        return control.rect.move(self.place.left + padding, self.place.top + padding - self.scroll)

    def control_at(self, pos: tuple[int, int]) -> Control | None:
        """The control at a position in the window, or None."""
        if not self.place.inflate(-2 * self.px(AREA_PADDING), -2 * self.px(AREA_PADDING)).collidepoint(pos):
            return None
        return next((control for control in self.controls if self.rect_of(control).collidepoint(pos)), None)

    # -- drawing ---------------------------------------------------------------------------------------------------

    def draw(self, surface: pygame.Surface) -> None:
        """Draw the plate and its controls."""
        if self._rendered is None or any(control.stale for control in self.controls):
            self._compose()
        assert self._rendered is not None
        surface.blit(self._rendered, self.place)
        self.stale = False

    def _compose(self) -> None:
        assert self._content is not None
        ground = (*self.theme.plate, self.theme.cover)
        for control in self.controls:
            if control.stale:
                region = self._content.subsurface(control.rect)
                region.fill(ground)
                control.paint(region)
                control.draw_focus_ring(region)
                control.stale = False
                self.paint_count += 1
        padding, theme = self.px(AREA_PADDING), self.theme
        surface = bordered_plate(self.place.size, self.px(CORNER_RADIUS), theme.plate, theme.cover, theme.edge)
        room = pygame.Rect(padding, padding, self._content.get_width(), self.place.height - 2 * padding)
        surface.fill((0, 0, 0, 0), room.clip(pygame.Rect(room.topleft, self._content.get_size())))
        surface.blit(self._content, room, pygame.Rect(0, self.scroll, room.width, room.height))
        if self.max_scroll:
            bar_height = max(self.px(24), room.height * room.height // self._content.get_height())
            y = padding + (room.height - bar_height) * self.scroll // self.max_scroll
            bar = (self.px(2), bar_height)
            surface.blit(plate(bar, bar[0] // 2, theme.line), (self.place.width - self.px(4), y))
        self._rendered = surface
