"""Text field of the formula, with a mark under the column of an error."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable

import pygame

from orbitdraw.app.kit.control import PAD, Control
from orbitdraw.app.kit.entry import Entry
from orbitdraw.app.kit.shapes import outline
from orbitdraw.app.kit.text import font, plate, text, width
from orbitdraw.runtime import text_runs as writing

TALL, HIGH = 44.0, 36.0
SIZE = 16.0
INSIDE = 12.0
PROMPT = "V ="

LONGEST = 4000
"""Characters that can be typed, more than a formula may have: a text that is too long is reported, not cut off."""

_WORD = re.compile(r"\w+|.")


class FormulaLine(Control):
    """A text field of fixed width. Longer texts scroll, so that the caret is always visible.

    `changed` is called after every change of the text. `fault` is the column of an error, None where there is none.
    """

    cursor_is_hand = False
    repeated = (pygame.K_BACKSPACE, pygame.K_DELETE, pygame.K_HOME, pygame.K_END)

    def __init__(self, changed: Callable[[], None]) -> None:
        super().__init__()
        self.changed = changed
        self.entry = Entry(longest=LONGEST)
        self.fault: int | None = None
        self._first = 0
        """Index of the first visible character."""

    def begin(self, words: str, selected: bool = False) -> None:
        """Set a text, with the caret at its end, or all of it selected so that the next character replaces it."""
        self.entry = Entry(words, len(words), 0 if selected else len(words), LONGEST)
        self.fault, self._first = None, 0
        self.mark()

    def point(self, column: int | None) -> None:
        """Mark the column of an error, or none."""
        if column != self.fault:
            self.fault = column
            self.mark()

    # -- geometry --------------------------------------------------------------------------------------------------

    def tall(self, width: int) -> int:
        return self.px(TALL)

    def _box(self) -> pygame.Rect:
        return pygame.Rect(self.px(PAD) // 2, self.px(4), max(1, self.rect.width - self.px(PAD)), self.px(HIGH))

    def _room(self) -> pygame.Rect:
        """Rectangle of the text."""
        box = self._box()
        left = box.left + self.px(INSIDE) + text(PROMPT, "mono", self.px(SIZE), self.theme.quiet).get_width()
        left += self.px(INSIDE) * 2 // 3
        return pygame.Rect(left, box.top, max(1, box.right - self.px(INSIDE) - left), box.height)

    def _wide(self, first: int, last: int) -> int:
        """Width in pixels of the text between two indices."""
        return width(self.entry.text[first:last], "mono", self.px(SIZE)) if last > first else 0

    def _follow(self, room: int) -> None:
        """Scroll the text just far enough that the caret is visible."""
        caret, cell, end = self.entry.caret, max(1, self._wide_of("0")), len(self.entry.text)
        room -= cell  # a cell after the last character is reserved for the mark of an incomplete formula
        most = max(0, room) // cell + 2
        # Only the visible part is measured, and in few steps: a pasted line of minus signs takes milliseconds to set.
        first = max(min(self._first, max(0, caret - 1), end), caret - most)
        first += bisect_left(range(first, caret), True, key=lambda place: self._wide(place, caret) <= room)
        # Room that has become free at the end is filled from the left.
        least = min(first, max(0, end - most))
        more = range(least, first)
        self._first = least + bisect_left(more, True, key=lambda place: self._wide(place, end) <= room - cell)

    def _last(self, room: int) -> int:
        """Index after the last character that is at least partly visible."""
        cell = max(1, self._wide_of("0"))
        return min(len(self.entry.text), self._first + room // cell + 2)

    def _wide_of(self, letter: str) -> int:
        return width(letter, "mono", self.px(SIZE))

    def _place(self, x: int) -> int:
        """The text index nearest to the pixel `x`."""
        room = self._room()
        places = range(self._first, self._last(room.width) + 1)
        return min(places, key=lambda i: abs(room.left + self._wide(self._first, i) - x))

    # -- input -----------------------------------------------------------------------------------------------------

    def press(self, at: tuple[int, int], twice: bool, free: bool) -> None:
        if twice:
            self.entry.caret, self.entry.anchor = len(self.entry.text), 0
        else:
            self.entry.go(self._place(at[0]), keep=free)
        self.mark()

    def drag(self, at: tuple[int, int], free: bool) -> None:
        self.entry.go(self._place(at[0]), keep=True)
        self.mark()

    def key(self, event: pygame.event.Event) -> bool:
        before = self.entry.text
        if event.key in (pygame.K_UP, pygame.K_DOWN):
            return False
        if not self.entry.key(event):
            # Characters come as text events; their keys must not reach the key table meanwhile.
            return not event.mod & pygame.KMOD_CTRL and bool(event.unicode and event.unicode.isprintable())
        self.mark()
        if self.entry.text != before:
            self.changed()
        return True

    def typed(self, text: str) -> bool:
        before = self.entry.text
        self.entry.insert(text)
        self.mark()
        if self.entry.text != before:
            self.changed()
        return True

    # -- look ------------------------------------------------------------------------------------------------------

    def ring(self, surface: pygame.Surface) -> None:
        """Draw no focus ring: the field's own border shows the focus."""

    def paint(self, surface: pygame.Surface) -> None:
        theme, box, room = self.theme, self._box(), self._room()
        self._follow(room.width)
        surface.blit(plate(box.size, self.px(7), theme.raised), box)
        edge = theme.warning if self.fault is not None else theme.accent if self.focused else theme.line
        surface.blit(outline(box.size, self.px(7), self.px(1.6 if self.focused else 1), edge), box)
        prompt = text(PROMPT, "mono", self.px(SIZE), theme.quiet)
        surface.blit(prompt, prompt.get_rect(midleft=(box.left + self.px(INSIDE), box.centery)))
        seen = room.clip(surface.get_rect())
        if seen.width > 0 and seen.height > 0:  # a window may be narrower than the prompt
            self._paint_words(surface.subsurface(seen))

    def _paint_words(self, part: pygame.Surface) -> None:
        theme, entry, first = self.theme, self.entry, self._first
        width, high = part.get_size()
        last = self._last(width)
        line = font("mono", self.px(SIZE)).get_linesize()
        top = (high - line) // 2
        start, end = (self._wide(first, min(max(place, first), last)) for place in entry.span)
        if end > start:
            part.fill(theme.edge, pygame.Rect(start, top, end - start, line))
        seen = entry.text[first:last]
        if seen:
            words = writing.line(seen, "mono", self.px(SIZE), theme.ink)
            part.blit(words, (0, top))
        self._paint_ends(part, first > 0, last < len(entry.text) or self._wide(first, last) > width)
        if self.fault is not None:
            self._underline(part, first, last, top + line)
        if self.focused:
            caret = self._wide(first, min(max(entry.caret, first), last))
            part.fill(theme.accent, pygame.Rect(min(caret, width - self.px(2)), top, self.px(1.6), line))

    def _paint_ends(self, part: pygame.Surface, before: bool, after: bool) -> None:
        """Draw a mark at an end beyond which the text continues."""
        for there, sign, at_end in ((before, "‹", False), (after, "›", True)):
            if there:
                face = text(sign, "mono", self.px(SIZE), self.theme.accent)
                x = part.get_width() - face.get_width() if at_end else 0
                line = font("mono", self.px(SIZE)).get_linesize()
                part.fill(self.theme.raised, pygame.Rect(x, (part.get_height() - line) // 2, face.get_width(), line))
                part.blit(face, face.get_rect(midleft=(x, part.get_height() // 2)))

    def _underline(self, part: pygame.Surface, first: int, last: int, y: int) -> None:
        """Draw a zigzag line under the word at the fault, or at the end of the text where it is incomplete."""
        assert self.fault is not None
        word = _WORD.match(self.entry.text, self.fault)
        end = word.end() if word is not None else self.fault + 1
        cell = self._wide_of("0")
        start = self._wide(first, self.fault) if self.fault >= first else -cell
        stop = max(start + cell, self._wide(first, end)) if end <= last else part.get_width()
        start, stop = max(start, 0), min(max(stop, cell), part.get_width())
        if self.fault > last:
            start, stop = part.get_width() - cell, part.get_width()
        tooth, thick = self.px(3), self.px(2)
        points = [
            (x, y - (index % 2) * tooth) for index, x in enumerate(range(start, max(stop, start + 1) + tooth, tooth))
        ]
        if len(points) > 1:
            pygame.draw.lines(part, self.theme.warning, False, points, thick)
