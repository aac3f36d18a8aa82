"""A one-line text field."""

from __future__ import annotations

from collections.abc import Callable

import pygame

from orbitdraw.app.kit.control import FONT_SIZE, PADDING, Control
from orbitdraw.app.kit.entry import Entry
from orbitdraw.app.kit.shapes import outline
from orbitdraw.app.kit.text import ellipsize, font, plate, text, width
from orbitdraw.app.kit.theme import Theme


def paint_entry(
    surface: pygame.Surface, box: pygame.Rect, entry: Entry, theme: Theme, scale: float, invalid: bool
) -> None:
    """Draw an entry in its box: text, selection and caret, scrolled so that the caret is visible."""

    def px(points: float) -> int:
        return max(1, round(points * scale))

    surface.blit(plate(box.size, px(4), theme.raised), box)
    surface.blit(outline(box.size, px(4), px(1.4), theme.warning if invalid else theme.accent), box)
    content = box.inflate(-2 * px(6), -2 * px(2))
    caret = width(entry.text[: entry.caret], "mono", px(FONT_SIZE))
    scroll = max(0, caret - content.width + px(2))
    visible = content.clip(surface.get_rect())
    if not visible.size[0] or not visible.size[1]:
        return  # the window is narrower than a digit
    clipped = surface.subsurface(visible)
    first, last = (width(entry.text[:position], "mono", px(FONT_SIZE)) - scroll for position in entry.selection)
    line = font("mono", px(FONT_SIZE)).get_linesize()
    top = (content.height - line) // 2
    if last > first:
        clipped.fill(theme.edge, pygame.Rect(first, top, last - first, line))
    clipped.blit(text(entry.text, "mono", px(FONT_SIZE), theme.ink), (-scroll, top))
    clipped.fill(theme.accent, pygame.Rect(caret - scroll, top, px(1.5), line))


def caret_position(entry: Entry, x: int, scale: float) -> int:
    """The caret position nearest to `x` pixels from the start of the text."""
    size = max(1, round(FONT_SIZE * scale))
    return min(range(len(entry.text) + 1), key=lambda i: abs(width(entry.text[:i], "mono", size) - x))


class TextField(Control):
    """A text field. Enter passes its text to `on_submit`, every change to `on_change`; Esc restores the last value.

    `invalid` draws the field in the warning colour; its owner shows the reason.
    """

    def __init__(
        self,
        label: str,
        value: str,
        on_submit: Callable[[str], None],
        on_change: Callable[[str], None] = lambda text: None,
        tip: str = "",
    ) -> None:
        super().__init__(label, tip)
        self.value = value
        self.on_submit = on_submit
        self.on_change = on_change
        self.invalid = False
        self.entry: Entry | None = None

    def height_for_width(self, width: int) -> int:
        return self.px(56 if self.label else 36)

    def show(self, value: str) -> None:
        """Show a text that was set elsewhere; a text being typed stays."""
        if value != self.value:
            self.value = value
            self.invalidate()

    def _box(self) -> pygame.Rect:
        height = self.px(26)
        width = self.rect.width - 2 * self.px(PADDING)
        return pygame.Rect(self.px(PADDING), self.rect.height - height - self.px(5), width, height)

    def gain_focus(self) -> None:
        super().gain_focus()
        if self.entry is None:
            self.entry = Entry.with_all_selected(self.value)

    def lose_focus(self) -> None:
        super().lose_focus()
        if self.entry is not None and self.entry.text != self.value:
            self._submit()
        self.entry = None

    def _submit(self) -> None:
        assert self.entry is not None
        self.value = self.entry.text
        self.on_submit(self.value)

    def press(self, position: tuple[int, int], double_click: bool, modifier: bool) -> None:
        if self.entry is None:
            return
        if double_click:
            self.entry = Entry.with_all_selected(self.entry.text)
        else:
            self.entry.move_caret(caret_position(self.entry, position[0] - self._box().left - self.px(6), self.scale))
        self.invalidate()

    def drag(self, position: tuple[int, int], modifier: bool) -> None:
        if self.entry is not None:
            self.entry.move_caret(
                caret_position(self.entry, position[0] - self._box().left - self.px(6), self.scale), extend=True
            )
            self.invalidate()

    def key(self, event: pygame.event.Event) -> bool:
        if self.entry is None:
            return False
        before = self.entry.text
        if event.key in (pygame.K_RETURN, pygame.K_KP_ENTER):
            self._submit()
        elif event.key == pygame.K_ESCAPE and before != self.value:
            self.entry = Entry.with_all_selected(self.value)
        elif not self.entry.key(event):
            # Letters come as text; their keys must not reach the key table meanwhile.
            return not event.mod & pygame.KMOD_CTRL and bool(event.unicode and event.unicode.isprintable())
        if self.entry.text != before:
            self.on_change(self.entry.text)
        self.invalidate()
        return True

    def type_text(self, text: str) -> bool:
        if self.entry is None:
            return False
        self.entry.insert(text)
        self.on_change(self.entry.text)
        self.invalidate()
        return True

    def paint(self, surface: pygame.Surface) -> None:
        theme, box = self.theme, self._box()
        if self.label:
            surface.blit(text(self.label, "regular", self.px(FONT_SIZE), theme.quiet), (self.px(PADDING), self.px(4)))
        if self.entry is not None:
            paint_entry(surface, box, self.entry, theme, self.scale, self.invalid)
            return
        surface.blit(plate(box.size, self.px(4), theme.raised), box)
        surface.blit(outline(box.size, self.px(4), self.px(1), theme.warning if self.invalid else theme.line), box)
        value_text = ellipsize(self.value, "mono", self.px(FONT_SIZE), box.width - 2 * self.px(6))
        value = text(value_text, "mono", self.px(FONT_SIZE), theme.ink)
        surface.blit(value, value.get_rect(midleft=(box.left + self.px(6), box.centery)))
