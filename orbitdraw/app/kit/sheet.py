"""A scrolling plate with controls below each other: layout and drawing."""

from __future__ import annotations

from collections.abc import Sequence

import pygame

from orbitdraw.app.kit.control import Control
from orbitdraw.app.kit.text import framed, plate
from orbitdraw.app.kit.theme import STAGE, Theme

RADIUS = 11.0
INSIDE = 8.0


NARROWEST = 60.0
"""Smallest width in points at which controls can be drawn."""


class Sheet:
    """A plate of controls at `place` in the window. `stale` is True when it has changed since it was drawn.

    A control is painted again only when it has changed; an idle sheet is a single blit.
    """

    def __init__(self) -> None:
        self.controls: list[Control] = []
        self.place = pygame.Rect(0, 0, 0, 0)
        self.window = pygame.Rect(0, 0, 0, 0)
        self.scale = 1.0
        self.theme: Theme = STAGE
        self.stale = True
        self.scroll = 0
        self.painted = 0
        """Number of controls painted so far; tests check with it that an idle sheet paints nothing."""
        self._sheet: pygame.Surface | None = None
        self._face: pygame.Surface | None = None

    def px(self, points: float) -> int:
        """Length in whole pixels, at least 1, of a length in points."""
        return max(1, round(points * self.scale))

    # -- laying out ------------------------------------------------------------------------------------------------

    def fill(self, controls: Sequence[Control]) -> None:
        """Replace the controls."""
        self.controls = list(controls)
        self._sheet = None
        self.stale = True

    def lay(self, place: pygame.Rect, window: pygame.Rect, scale: float, theme: Theme) -> None:
        """Place the sheet at the top of `place`, no taller than its controls."""
        self.scale = scale
        inside = self.px(INSIDE)
        # In a window narrower than NARROWEST the controls are cut off.
        place = pygame.Rect(place.left, place.top, max(place.width, 1), max(place.height, 1))
        width = max(self.px(NARROWEST), place.width - 2 * inside)
        if self._sheet is None or (self.theme, width) != (theme, self._sheet.get_width()):
            for control in self.controls:
                control.scale, control.theme, control.stale = scale, theme, True
            self._sheet = pygame.Surface((max(1, width), max(1, self._arrange(width))), pygame.SRCALPHA)
            self._sheet.fill((*theme.plate, theme.cover))
        self.theme, self.window = theme, window
        height = min(place.height, self._sheet.get_height() + 2 * inside)
        self.place = pygame.Rect(place.left, place.top, place.width, max(height, 2 * inside + 1))
        self._go(self.scroll)
        self._face = None

    def _arrange(self, width: int) -> int:
        """Place the controls below each other, and return the total height."""
        y = 0
        for control in self.controls:
            control.rect = pygame.Rect(0, y, width, control.tall(width))
            y = control.rect.bottom
        return y

    @property
    def deepest(self) -> int:
        """Largest scroll offset in pixels."""
        sheet = self._sheet.get_height() if self._sheet is not None else 0
        return max(0, sheet - (self.place.height - 2 * self.px(INSIDE)))

    def _go(self, scroll: float) -> None:
        wanted = min(max(round(scroll), 0), self.deepest)
        if wanted != self.scroll:
            self.scroll, self.stale, self._face = wanted, True, None

    def where(self, control: Control) -> pygame.Rect:
        """Rectangle of a control in window coordinates, also when it is scrolled out of view."""
        inside = self.px(INSIDE)
        return control.rect.move(self.place.left + inside, self.place.top + inside - self.scroll)

    def at(self, pos: tuple[int, int]) -> Control | None:
        """The control at a position in the window, or None."""
        if not self.place.inflate(-2 * self.px(INSIDE), -2 * self.px(INSIDE)).collidepoint(pos):
            return None
        return next((control for control in self.controls if self.where(control).collidepoint(pos)), None)

    # -- drawing ---------------------------------------------------------------------------------------------------

    def draw(self, surface: pygame.Surface) -> None:
        """Draw the plate and its controls."""
        if self._face is None or any(control.stale for control in self.controls):
            self._compose()
        assert self._face is not None
        surface.blit(self._face, self.place)
        self.stale = False

    def _compose(self) -> None:
        assert self._sheet is not None
        ground = (*self.theme.plate, self.theme.cover)
        for control in self.controls:
            if control.stale:
                part = self._sheet.subsurface(control.rect)
                part.fill(ground)
                control.paint(part)
                control.ring(part)
                control.stale = False
                self.painted += 1
        inside, theme = self.px(INSIDE), self.theme
        face = framed(self.place.size, self.px(RADIUS), theme.plate, theme.cover, theme.edge)
        room = pygame.Rect(inside, inside, self._sheet.get_width(), self.place.height - 2 * inside)
        face.fill((0, 0, 0, 0), room.clip(pygame.Rect(room.topleft, self._sheet.get_size())))
        face.blit(self._sheet, room, pygame.Rect(0, self.scroll, room.width, room.height))
        if self.deepest:
            tall = max(self.px(24), room.height * room.height // self._sheet.get_height())
            y = inside + (room.height - tall) * self.scroll // self.deepest
            bar = (self.px(2), tall)
            face.blit(plate(bar, bar[0] // 2, theme.line), (self.place.width - self.px(4), y))
        self._face = face
