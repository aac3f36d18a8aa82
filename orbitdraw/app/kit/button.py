"""Buttons, switches, section headings that fold, and labels."""

from __future__ import annotations

from collections.abc import Callable

import pygame

from orbitdraw.app.kit.control import PAD, SIZE, Control
from orbitdraw.app.kit.shapes import chevron, outline
from orbitdraw.app.kit.text import paragraph, plate, shortened, text

PRESSING = (pygame.K_RETURN, pygame.K_KP_ENTER, pygame.K_SPACE)


class Label(Control):
    """A paragraph of text, which takes no focus."""

    takes_focus = False

    def tall(self, width: int) -> int:
        return self._block(width).get_height() + self.px(8)

    def _block(self, width: int) -> pygame.Surface:
        return paragraph(self.label, "regular", self.px(SIZE), self.theme.quiet, width - 2 * self.px(PAD))

    def paint(self, surface: pygame.Surface) -> None:
        surface.blit(self._block(surface.get_width()), (self.px(PAD), self.px(3)))


class _Pressed(Control):
    """A control that acts when the mouse button is released over it, on Enter and on Space."""

    def __init__(self, label: str, act: Callable[[], None], tip: str = "") -> None:
        super().__init__(label, tip)
        self.act = act
        self.down = False

    def press(self, at: tuple[int, int], twice: bool, free: bool) -> None:
        self.down = True
        self.mark()

    def release(self, at: tuple[int, int]) -> None:
        self.down = False
        self.mark()
        if pygame.Rect((0, 0), self.rect.size).collidepoint(at):
            self.act()

    def key(self, event: pygame.event.Event) -> bool:
        if event.key not in PRESSING:
            return False
        self.act()
        self.mark()
        return True


class Button(_Pressed):
    """A push button; `hint` is the key that does the same."""

    def __init__(self, label: str, act: Callable[[], None], tip: str = "", hint: str = "") -> None:
        super().__init__(label, act, tip)
        self.hint = hint

    def tall(self, width: int) -> int:
        return self.px(40)

    def paint(self, surface: pygame.Surface) -> None:
        theme = self.theme
        box = surface.get_rect().inflate(-2 * self.px(4), -2 * self.px(4))
        surface.blit(plate(box.size, self.px(6), theme.raised), box)
        edge = theme.ink if self.hot or self.down else theme.line
        surface.blit(outline(box.size, self.px(6), self.px(1), edge), box)
        hint = text(self.hint, "mono", self.px(12), theme.quiet) if self.hint else None
        room = box.width - 2 * self.px(10) - (hint.get_width() + self.px(8) if hint else 0)
        words = shortened(self.label, "regular", self.px(SIZE), room)
        face = text(words, "regular", self.px(SIZE), theme.accent if self.down else theme.ink)
        if hint is None:
            surface.blit(face, face.get_rect(center=box.center))
        else:
            surface.blit(face, face.get_rect(midleft=(box.left + self.px(10), box.centery)))
            surface.blit(hint, hint.get_rect(midright=(box.right - self.px(10), box.centery)))


class Toggle(_Pressed):
    """A switch; when it is on, its knob is at the right and its track is filled."""

    def __init__(self, label: str, value: bool, changed: Callable[[bool], None], tip: str = "") -> None:
        super().__init__(label, self._turn, tip)
        self.value = value
        self.changed = changed

    def _turn(self) -> None:
        self.value = not self.value
        self.changed(self.value)

    def show(self, value: bool) -> None:
        """Show a value that was set elsewhere, without calling `changed`."""
        if value != self.value:
            self.value = value
            self.mark()

    def key(self, event: pygame.event.Event) -> bool:
        wanted = {pygame.K_LEFT: False, pygame.K_RIGHT: True}.get(event.key, self.value)
        if wanted != self.value:
            self._turn()
            self.mark()
            return True
        return event.key in (pygame.K_LEFT, pygame.K_RIGHT) or super().key(event)

    def paint(self, surface: pygame.Surface) -> None:
        theme, middle = self.theme, surface.get_height() // 2
        track = pygame.Rect(0, 0, self.px(34), self.px(18))
        track.midright = (surface.get_width() - self.px(PAD), middle)
        if self.value:
            surface.blit(plate(track.size, track.height // 2, theme.accent), track)
        else:
            surface.blit(outline(track.size, track.height // 2, self.px(2), theme.line), track)
        size = self.px(12)
        knob = plate((size, size), size // 2, theme.plate if self.value else theme.ink)
        x = track.right - self.px(3) - size if self.value else track.left + self.px(3)
        surface.blit(knob, (x, middle - size // 2))
        room = track.left - 2 * self.px(PAD)
        words = shortened(self.label, "regular", self.px(SIZE), room)
        face = text(words, "regular", self.px(SIZE), theme.ink if self.hot else theme.quiet)
        surface.blit(face, face.get_rect(midleft=(self.px(PAD), middle)))


class Heading(_Pressed):
    """The name of a section; pressing it folds or opens the section."""

    def __init__(self, label: str, open_: bool, changed: Callable[[bool], None]) -> None:
        super().__init__(label, self._turn)
        self.open = open_
        self.changed = changed

    def _turn(self) -> None:
        self.open = not self.open
        self.changed(self.open)

    def key(self, event: pygame.event.Event) -> bool:
        if event.key in (pygame.K_LEFT, pygame.K_RIGHT):
            if self.open != (event.key == pygame.K_RIGHT):
                self._turn()
                self.mark()
            return True
        return super().key(event)

    def paint(self, surface: pygame.Surface) -> None:
        middle = surface.get_height() // 2
        face = text(self.label, "semibold", self.px(SIZE), self.theme.accent)
        surface.blit(face, face.get_rect(midleft=(self.px(PAD), middle)))
        size = self.px(14)
        sign = chevron(size, self.open, self.theme.ink if self.hot else self.theme.quiet)
        surface.blit(sign, (surface.get_width() - self.px(PAD) - size, middle - size // 2))
