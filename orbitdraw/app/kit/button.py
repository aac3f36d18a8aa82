"""Buttons, switches, section headings that fold, and labels."""

from __future__ import annotations

from collections.abc import Callable

import pygame

from orbitdraw.app.kit.control import FONT_SIZE, PADDING, Control
from orbitdraw.app.kit.shapes import chevron, outline
from orbitdraw.app.kit.text import ellipsize, paragraph, plate, text

PRESS_KEYS = (pygame.K_RETURN, pygame.K_KP_ENTER, pygame.K_SPACE)


class Label(Control):
    """A paragraph of text, which takes no focus."""

    takes_focus = False

    def height_for_width(self, width: int) -> int:
        return self._block(width).get_height() + self.px(8)

    def _block(self, width: int) -> pygame.Surface:
        return paragraph(self.label, "regular", self.px(FONT_SIZE), self.theme.quiet, width - 2 * self.px(PADDING))

    def paint(self, surface: pygame.Surface) -> None:
        surface.blit(self._block(surface.get_width()), (self.px(PADDING), self.px(3)))


class _BaseButton(Control):
    """A control that acts when the mouse button is released over it, on Enter and on Space."""

    def __init__(self, label: str, on_click: Callable[[], None], tip: str = "") -> None:
        super().__init__(label, tip)
        self.on_click = on_click
        self.down = False

    def press(self, position: tuple[int, int], double_click: bool, modifier: bool) -> None:
        self.down = True
        self.invalidate()

    def release(self, position: tuple[int, int]) -> None:
        self.down = False
        self.invalidate()
        if pygame.Rect((0, 0), self.rect.size).collidepoint(position):
            self.on_click()

    def key(self, event: pygame.event.Event) -> bool:
        if event.key not in PRESS_KEYS:
            return False
        self.on_click()
        self.invalidate()
        return True


class Button(_BaseButton):
    """A push button; `hint` is the key that does the same."""

    def __init__(self, label: str, on_click: Callable[[], None], tip: str = "", hint: str = "") -> None:
        super().__init__(label, on_click, tip)
        self.hint = hint

    def height_for_width(self, width: int) -> int:
        return self.px(40)

    def paint(self, surface: pygame.Surface) -> None:
        theme = self.theme
        box = surface.get_rect().inflate(-2 * self.px(4), -2 * self.px(4))
        surface.blit(plate(box.size, self.px(6), theme.raised), box)
        edge = theme.ink if self.hovered or self.down else theme.line
        surface.blit(outline(box.size, self.px(6), self.px(1), edge), box)
        hint = text(self.hint, "mono", self.px(12), theme.quiet) if self.hint else None
        room = box.width - 2 * self.px(10) - (hint.get_width() + self.px(8) if hint else 0)
        label_text = ellipsize(self.label, "regular", self.px(FONT_SIZE), room)
        label = text(label_text, "regular", self.px(FONT_SIZE), theme.accent if self.down else theme.ink)
        if hint is None:
            surface.blit(label, label.get_rect(center=box.center))
        else:
            surface.blit(label, label.get_rect(midleft=(box.left + self.px(10), box.centery)))
            surface.blit(hint, hint.get_rect(midright=(box.right - self.px(10), box.centery)))


class Toggle(_BaseButton):
    """A switch; when it is on, its knob is at the right and its track is filled."""

    def __init__(self, label: str, value: bool, on_change: Callable[[bool], None], tip: str = "") -> None:
        super().__init__(label, self._toggle, tip)
        self.value = value
        self.on_change = on_change

    def _toggle(self) -> None:
        self.value = not self.value
        self.on_change(self.value)

    def show(self, value: bool) -> None:
        """Show a value that was set elsewhere, without calling `on_change`."""
        if value != self.value:
            self.value = value
            self.invalidate()

    def key(self, event: pygame.event.Event) -> bool:
        new_value = {pygame.K_LEFT: False, pygame.K_RIGHT: True}.get(event.key, self.value)
        if new_value != self.value:
            self._toggle()
            self.invalidate()
            return True
        return event.key in (pygame.K_LEFT, pygame.K_RIGHT) or super().key(event)

    def paint(self, surface: pygame.Surface) -> None:
        theme, middle = self.theme, surface.get_height() // 2
        track = pygame.Rect(0, 0, self.px(34), self.px(18))
        track.midright = (surface.get_width() - self.px(PADDING), middle)
        if self.value:
            surface.blit(plate(track.size, track.height // 2, theme.accent), track)
        else:
            surface.blit(outline(track.size, track.height // 2, self.px(2), theme.line), track)
        size = self.px(12)
        knob = plate((size, size), size // 2, theme.plate if self.value else theme.ink)
        x = track.right - self.px(3) - size if self.value else track.left + self.px(3)
        surface.blit(knob, (x, middle - size // 2))
        room = track.left - 2 * self.px(PADDING)
        label_text = ellipsize(self.label, "regular", self.px(FONT_SIZE), room)
        label = text(label_text, "regular", self.px(FONT_SIZE), theme.ink if self.hovered else theme.quiet)
        surface.blit(label, label.get_rect(midleft=(self.px(PADDING), middle)))


class Heading(_BaseButton):
    """The name of a section; pressing it folds or opens the section."""

    def __init__(self, label: str, open_: bool, on_change: Callable[[bool], None]) -> None:
        super().__init__(label, self._toggle)
        self.open = open_
        self.on_change = on_change

    def _toggle(self) -> None:
        self.open = not self.open
        self.on_change(self.open)

    def key(self, event: pygame.event.Event) -> bool:
        if event.key in (pygame.K_LEFT, pygame.K_RIGHT):
            if self.open != (event.key == pygame.K_RIGHT):
                self._toggle()
                self.invalidate()
            return True
        return super().key(event)

    def paint(self, surface: pygame.Surface) -> None:
        middle = surface.get_height() // 2
        label = text(self.label, "semibold", self.px(FONT_SIZE), self.theme.accent)
        surface.blit(label, label.get_rect(midleft=(self.px(PADDING), middle)))
        size = self.px(14)
        arrow = chevron(size, self.open, self.theme.ink if self.hovered else self.theme.quiet)
        surface.blit(arrow, (surface.get_width() - self.px(PADDING) - size, middle - size // 2))
