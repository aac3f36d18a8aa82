"""Text field of the formula, with a mark under the column of an error."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable

import pygame

from orbitdraw.app.kit.control import PADDING, Control
from orbitdraw.app.kit.entry import Entry
from orbitdraw.app.kit.shapes import outline
from orbitdraw.app.kit.text import font, plate, text, width
from orbitdraw.runtime import text_runs

HEIGHT, BOX_HEIGHT = 44.0, 36.0
SIZE = 16.0
TEXT_PADDING = 12.0
PROMPT = "V ="

MAX_LENGTH = 4000
"""Characters that can be typed, more than a formula may have: a text that is too long is reported, not cut off."""

_TOKEN = re.compile(r"\w+|.")


class FormulaField(Control):
    """A text field of fixed width. Longer texts scroll, so that the caret is always visible.

    `on_change` is called after every change of the text. `error_column` is the column of an error, or None.
    """

    cursor_is_hand = False
    repeat_keys = (pygame.K_BACKSPACE, pygame.K_DELETE, pygame.K_HOME, pygame.K_END)

    def __init__(self, on_change: Callable[[], None]) -> None:
        super().__init__()
        self.on_change = on_change
        self.entry = Entry(max_length=MAX_LENGTH)
        self.error_column: int | None = None
        self._first_visible = 0
        """Index of the first visible character."""

    def set_text(self, text: str, selected: bool = False) -> None:
        """Set a text, with the caret at its end, or all of it selected so that the next character replaces it."""
        self.entry = Entry(text, len(text), 0 if selected else len(text), MAX_LENGTH)
        self.error_column, self._first_visible = None, 0
        self.invalidate()

    def mark_error(self, column: int | None) -> None:
        """Mark the column of an error, or none."""
        if column != self.error_column:
            self.error_column = column
            self.invalidate()

    # -- geometry --------------------------------------------------------------------------------------------------

    def height_for_width(self, width: int) -> int:
        return self.px(HEIGHT)

    def _box(self) -> pygame.Rect:
        return pygame.Rect(
            self.px(PADDING) // 2, self.px(4), max(1, self.rect.width - self.px(PADDING)), self.px(BOX_HEIGHT)
        )

    def _text_rect(self) -> pygame.Rect:
        """Rectangle of the text."""
        box = self._box()
        left = box.left + self.px(TEXT_PADDING) + text(PROMPT, "mono", self.px(SIZE), self.theme.quiet).get_width()
        left += self.px(TEXT_PADDING) * 2 // 3
        return pygame.Rect(left, box.top, max(1, box.right - self.px(TEXT_PADDING) - left), box.height)

    def _text_width(self, first: int, last: int) -> int:
        """Width in pixels of the text between two indices."""
        return width(self.entry.text[first:last], "mono", self.px(SIZE)) if last > first else 0

    def _scroll_to_caret(self, room: int) -> None:
        """Scroll the text just far enough that the caret is visible."""
        caret, cell, end = self.entry.caret, max(1, self._character_width("0")), len(self.entry.text)
        room -= cell  # a cell after the last character is reserved for the mark of an incomplete formula
        max_visible = max(0, room) // cell + 2
        # Only the visible part is measured, and in few steps: a pasted line of minus signs takes milliseconds to set.
        first = max(min(self._first_visible, max(0, caret - 1), end), caret - max_visible)
        first += bisect_left(range(first, caret), True, key=lambda place: self._text_width(place, caret) <= room)
        # Room that has become free at the end is filled from the left.
        earliest = min(first, max(0, end - max_visible))
        candidates = range(earliest, first)
        self._first_visible = earliest + bisect_left(
            candidates, True, key=lambda place: self._text_width(place, end) <= room - cell
        )

    def _last_visible(self, room: int) -> int:
        """Index after the last character that is at least partly visible."""
        cell = max(1, self._character_width("0"))
        return min(len(self.entry.text), self._first_visible + room // cell + 2)

    def _character_width(self, letter: str) -> int:
        return width(letter, "mono", self.px(SIZE))

    def _index_at(self, x: int) -> int:
        """The text index nearest to the pixel `x`."""
        room = self._text_rect()
        places = range(self._first_visible, self._last_visible(room.width) + 1)
        return min(places, key=lambda i: abs(room.left + self._text_width(self._first_visible, i) - x))

    # -- input -----------------------------------------------------------------------------------------------------

    def press(self, position: tuple[int, int], double_click: bool, modifier: bool) -> None:
        if double_click:
            self.entry.caret, self.entry.anchor = len(self.entry.text), 0
        else:
            self.entry.move_caret(self._index_at(position[0]), extend=modifier)
        self.invalidate()

    def drag(self, position: tuple[int, int], modifier: bool) -> None:
        self.entry.move_caret(self._index_at(position[0]), extend=True)
        self.invalidate()

    def key(self, event: pygame.event.Event) -> bool:
        before = self.entry.text
        if event.key in (pygame.K_UP, pygame.K_DOWN):
            return False
        if not self.entry.key(event):
            # Characters come as text events; their keys must not reach the key table meanwhile.
            return not event.mod & pygame.KMOD_CTRL and bool(event.unicode and event.unicode.isprintable())
        self.invalidate()
        if self.entry.text != before:
            self.on_change()
        return True

    def type_text(self, text: str) -> bool:
        before = self.entry.text
        self.entry.insert(text)
        self.invalidate()
        if self.entry.text != before:
            self.on_change()
        return True

    # -- look ------------------------------------------------------------------------------------------------------

    def draw_focus_ring(self, surface: pygame.Surface) -> None:
        """Draw no focus ring: the field's own border shows the focus."""

    def paint(self, surface: pygame.Surface) -> None:
        theme, box, room = self.theme, self._box(), self._text_rect()
        self._scroll_to_caret(room.width)
        surface.blit(plate(box.size, self.px(7), theme.raised), box)
        edge = theme.warning if self.error_column is not None else theme.accent if self.focused else theme.line
        surface.blit(outline(box.size, self.px(7), self.px(1.6 if self.focused else 1), edge), box)
        prompt = text(PROMPT, "mono", self.px(SIZE), theme.quiet)
        surface.blit(prompt, prompt.get_rect(midleft=(box.left + self.px(TEXT_PADDING), box.centery)))
        visible = room.clip(surface.get_rect())
        if visible.width > 0 and visible.height > 0:  # a window may be narrower than the prompt
            self._paint_text(surface.subsurface(visible))

    def _paint_text(self, surface: pygame.Surface) -> None:
        theme, entry, first = self.theme, self.entry, self._first_visible
        width, height = surface.get_size()
        last = self._last_visible(width)
        line_height = font("mono", self.px(SIZE)).get_linesize()
        top = (height - line_height) // 2
        start, end = (self._text_width(first, min(max(place, first), last)) for place in entry.selection)
        if end > start:
            surface.fill(theme.edge, pygame.Rect(start, top, end - start, line_height))
        visible_text = entry.text[first:last]
        if visible_text:
            rendered = text_runs.line(visible_text, "mono", self.px(SIZE), theme.ink)
            surface.blit(rendered, (0, top))
        self._paint_overflow_marks(surface, first > 0, last < len(entry.text) or self._text_width(first, last) > width)
        if self.error_column is not None:
            self._underline(surface, first, last, top + line_height)
        if self.focused:
            caret = self._text_width(first, min(max(entry.caret, first), last))
            surface.fill(theme.accent, pygame.Rect(min(caret, width - self.px(2)), top, self.px(1.6), line_height))

    def _paint_overflow_marks(self, surface: pygame.Surface, before: bool, after: bool) -> None:
        """Draw a mark at an end beyond which the text continues."""
        for continues, sign, at_end in ((before, "‹", False), (after, "›", True)):
            if continues:
                mark = text(sign, "mono", self.px(SIZE), self.theme.accent)
                x = surface.get_width() - mark.get_width() if at_end else 0
                line_height = font("mono", self.px(SIZE)).get_linesize()
                surface.fill(
                    self.theme.raised,
                    pygame.Rect(x, (surface.get_height() - line_height) // 2, mark.get_width(), line_height),
                )
                surface.blit(mark, mark.get_rect(midleft=(x, surface.get_height() // 2)))

    def _underline(self, surface: pygame.Surface, first: int, last: int, y: int) -> None:
        """Draw a zigzag line under the word at the fault, or at the end of the text where it is incomplete."""
        assert self.error_column is not None
        word = _TOKEN.match(self.entry.text, self.error_column)
        end = word.end() if word is not None else self.error_column + 1
        cell = self._character_width("0")
        start = self._text_width(first, self.error_column) if self.error_column >= first else -cell
        stop = max(start + cell, self._text_width(first, end)) if end <= last else surface.get_width()
        start, stop = max(start, 0), min(max(stop, cell), surface.get_width())
        if self.error_column > last:
            start, stop = surface.get_width() - cell, surface.get_width()
        step, thickness = self.px(3), self.px(2)
        points = [
            (x, y - (index % 2) * step) for index, x in enumerate(range(start, max(stop, start + 1) + step, step))
        ]
        if len(points) > 1:
            pygame.draw.lines(surface, self.theme.warning, False, points, thickness)
