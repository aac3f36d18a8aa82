"""A one-line text field."""

from __future__ import annotations

from collections.abc import Callable

import pygame

from orbitdraw.app.kit.control import PAD, SIZE, Control
from orbitdraw.app.kit.entry import Entry
from orbitdraw.app.kit.shapes import outline
from orbitdraw.app.kit.text import font, plate, shortened, text, width
from orbitdraw.app.kit.theme import Theme


def paint_entry(surface: pygame.Surface, box: pygame.Rect, entry: Entry, theme: Theme, scale: float, bad: bool) -> None:
    """Draw an entry in its box: text, selection and caret, scrolled so that the caret is visible."""

    def px(points: float) -> int:
        return max(1, round(points * scale))

    surface.blit(plate(box.size, px(4), theme.raised), box)
    surface.blit(outline(box.size, px(4), px(1.4), theme.warning if bad else theme.accent), box)
    inside = box.inflate(-2 * px(6), -2 * px(2))
    caret = width(entry.text[: entry.caret], "mono", px(SIZE))
    shift = max(0, caret - inside.width + px(2))
    seen = inside.clip(surface.get_rect())
    if not seen.size[0] or not seen.size[1]:
        return  # the window is narrower than a digit
    part = surface.subsurface(seen)
    first, last = (width(entry.text[:place], "mono", px(SIZE)) - shift for place in entry.span)
    line = font("mono", px(SIZE)).get_linesize()
    top = (inside.height - line) // 2
    if last > first:
        part.fill(theme.edge, pygame.Rect(first, top, last - first, line))
    part.blit(text(entry.text, "mono", px(SIZE), theme.ink), (-shift, top))
    part.fill(theme.accent, pygame.Rect(caret - shift, top, px(1.5), line))


def place_of(entry: Entry, x: int, scale: float) -> int:
    """The caret position nearest to `x` pixels from the start of the text."""
    size = max(1, round(SIZE * scale))
    return min(range(len(entry.text) + 1), key=lambda i: abs(width(entry.text[:i], "mono", size) - x))


class Field(Control):
    """A text field. Enter passes its text to `done`, every change to `changed`; Esc restores the last value.

    `bad` draws the field in the warning colour; its owner shows the reason.
    """

    def __init__(
        self,
        label: str,
        value: str,
        done: Callable[[str], None],
        changed: Callable[[str], None] = lambda text: None,
        tip: str = "",
    ) -> None:
        super().__init__(label, tip)
        self.value = value
        self.done = done
        self.changed = changed
        self.bad = False
        self.entry: Entry | None = None

    def tall(self, width: int) -> int:
        return self.px(56 if self.label else 36)

    def show(self, value: str) -> None:
        """Show a text that was set elsewhere; a text being typed stays."""
        if value != self.value:
            self.value = value
            self.mark()

    def _box(self) -> pygame.Rect:
        high = self.px(26)
        width = self.rect.width - 2 * self.px(PAD)
        return pygame.Rect(self.px(PAD), self.rect.height - high - self.px(5), width, high)

    def enter(self) -> None:
        super().enter()
        if self.entry is None:
            self.entry = Entry.selected(self.value)

    def leave(self) -> None:
        super().leave()
        if self.entry is not None and self.entry.text != self.value:
            self._finish()
        self.entry = None

    def _finish(self) -> None:
        assert self.entry is not None
        self.value = self.entry.text
        self.done(self.value)

    def press(self, at: tuple[int, int], twice: bool, free: bool) -> None:
        if self.entry is None:
            return
        if twice:
            self.entry = Entry.selected(self.entry.text)
        else:
            self.entry.go(place_of(self.entry, at[0] - self._box().left - self.px(6), self.scale))
        self.mark()

    def drag(self, at: tuple[int, int], free: bool) -> None:
        if self.entry is not None:
            self.entry.go(place_of(self.entry, at[0] - self._box().left - self.px(6), self.scale), keep=True)
            self.mark()

    def key(self, event: pygame.event.Event) -> bool:
        if self.entry is None:
            return False
        before = self.entry.text
        if event.key in (pygame.K_RETURN, pygame.K_KP_ENTER):
            self._finish()
        elif event.key == pygame.K_ESCAPE and before != self.value:
            self.entry = Entry.selected(self.value)
        elif not self.entry.key(event):
            # Letters come as text; their keys must not reach the key table meanwhile.
            return not event.mod & pygame.KMOD_CTRL and bool(event.unicode and event.unicode.isprintable())
        if self.entry.text != before:
            self.changed(self.entry.text)
        self.mark()
        return True

    def typed(self, text: str) -> bool:
        if self.entry is None:
            return False
        self.entry.insert(text)
        self.changed(self.entry.text)
        self.mark()
        return True

    def paint(self, surface: pygame.Surface) -> None:
        theme, box = self.theme, self._box()
        if self.label:
            surface.blit(text(self.label, "regular", self.px(SIZE), theme.quiet), (self.px(PAD), self.px(4)))
        if self.entry is not None:
            paint_entry(surface, box, self.entry, theme, self.scale, self.bad)
            return
        surface.blit(plate(box.size, self.px(4), theme.raised), box)
        surface.blit(outline(box.size, self.px(4), self.px(1), theme.warning if self.bad else theme.line), box)
        words = shortened(self.value, "mono", self.px(SIZE), box.width - 2 * self.px(6))
        face = text(words, "mono", self.px(SIZE), theme.ink)
        surface.blit(face, face.get_rect(midleft=(box.left + self.px(6), box.centery)))
