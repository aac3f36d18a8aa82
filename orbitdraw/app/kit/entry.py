"""State of a one-line text editor: text, caret, selection, editing keys, clipboard and undo. No drawing."""

from __future__ import annotations

from dataclasses import dataclass, field

import pygame

MAX_LENGTH = 500

UNDO_LIMIT = 200
"""Largest number of changes that can be undone."""

EditState = tuple[str, int, int]


@dataclass
class Entry:
    """A line of text with a caret and `anchor`, the other end of the selection."""

    text: str = ""
    caret: int = 0
    anchor: int = 0
    max_length: int = MAX_LENGTH
    _undo_stack: list[EditState] = field(default_factory=list, compare=False, repr=False)
    _redo_stack: list[EditState] = field(default_factory=list, compare=False, repr=False)
    _typing_caret: int = field(default=-1, compare=False, repr=False)
    """Caret position after a letter was typed: a letter typed there belongs to the same undo step; -1 for none."""

    @classmethod
    def with_all_selected(cls, text: str, max_length: int = MAX_LENGTH) -> Entry:
        """An entry with all of its text selected, which the next letter replaces."""
        return cls(text, len(text), 0, max_length)

    @property
    def selection(self) -> tuple[int, int]:
        """Start and end of the selection."""
        return min(self.caret, self.anchor), max(self.caret, self.anchor)

    def insert(self, text: str) -> None:
        """Replace the selection by a text."""
        first, last = self.selection
        # Pasted lines are joined by spaces, so that names of different lines stay apart.
        text = " ".join(text[: 4 * self.max_length].replace("\t", " ").splitlines())
        text = "".join(letter for letter in text if letter.isprintable())
        text = text[: max(0, self.max_length - len(self.text) + last - first)]
        after = self.text[:first] + text + self.text[last:]
        if after != self.text:
            letter = len(text) == 1 and text.isalnum() and first == last
            if not (letter and self._typing_caret == self.caret):
                self._undo_stack = [*self._undo_stack[-UNDO_LIMIT:], (self.text, self.caret, self.anchor)]
            self._redo_stack.clear()
            self._typing_caret = first + 1 if letter else -1
        self.text = after
        self.caret = self.anchor = first + len(text)

    def undo(self, redo: bool = False) -> None:
        """Undo the last change of the text, or with `redo` redo it."""
        source, target = (self._redo_stack, self._undo_stack) if redo else (self._undo_stack, self._redo_stack)
        if source:
            target.append((self.text, self.caret, self.anchor))
            self.text, self.caret, self.anchor = source.pop()
            self._typing_caret = -1

    def move_caret(self, position: int, extend: bool = False) -> None:
        """Move the caret; with `extend` the selection grows or shrinks with it."""
        self.caret = min(max(position, 0), len(self.text))
        if not extend:
            self.anchor = self.caret

    def key(self, event: pygame.event.Event) -> bool:
        """Handle an editing key; False when the event is none."""
        shift = bool(event.mod & pygame.KMOD_SHIFT)
        # AltGr comes as Ctrl and Alt together: it writes letters and signs.
        ctrl = bool(event.mod & (pygame.KMOD_CTRL | pygame.KMOD_META)) and not event.mod & pygame.KMOD_ALT
        first, last = self.selection
        if event.key in (pygame.K_LEFT, pygame.K_RIGHT):
            step = -1 if event.key == pygame.K_LEFT else 1
            if first != last and not shift:
                self.move_caret(first if step < 0 else last)
            else:
                self.move_caret(self._word_boundary(step) if ctrl else self.caret + step, shift)
        elif event.key in (pygame.K_HOME, pygame.K_END):
            self.move_caret(0 if event.key == pygame.K_HOME else len(self.text), shift)
        elif event.key in (pygame.K_BACKSPACE, pygame.K_DELETE):
            if first == last:
                step = -1 if event.key == pygame.K_BACKSPACE else 1
                self.move_caret(self._word_boundary(step) if ctrl else self.caret + step, extend=True)
            self.insert("")
        elif ctrl and event.key == pygame.K_a:
            self.caret, self.anchor = len(self.text), 0
        elif ctrl and event.key in (pygame.K_c, pygame.K_x):
            _set_clipboard(self.text[first:last])
            if event.key == pygame.K_x:
                self.insert("")
        elif ctrl and event.key == pygame.K_v:
            self.insert(_get_clipboard())
        elif ctrl and event.key in (pygame.K_z, pygame.K_y):
            self.undo(redo=shift or event.key == pygame.K_y)
        else:
            return False
        return True

    def _word_boundary(self, step: int) -> int:
        position = self.caret + step
        while 0 < position < len(self.text) and not (
            self.text[position - 1].isalnum() is False and self.text[position].isalnum()
        ):
            position += step
        return position


def _set_clipboard(text: str) -> None:
    try:
        pygame.scrap.put_text(text)
    except (pygame.error, AttributeError):
        return  # a display without a clipboard


def _get_clipboard() -> str:
    try:
        return pygame.scrap.get_text()
    except (pygame.error, AttributeError):
        return ""
