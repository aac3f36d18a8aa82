"""State of a one-line text editor: text, caret, selection, editing keys, clipboard and undo. No drawing."""

from __future__ import annotations

from dataclasses import dataclass, field

import pygame

LONGEST = 500

REMEMBERED = 200
"""Largest number of changes that can be undone."""

Moment = tuple[str, int, int]


@dataclass
class Entry:
    """A line of text with a caret and `anchor`, the other end of the selection."""

    text: str = ""
    caret: int = 0
    anchor: int = 0
    longest: int = LONGEST
    _past: list[Moment] = field(default_factory=list, compare=False, repr=False)
    _future: list[Moment] = field(default_factory=list, compare=False, repr=False)
    _word_at: int = field(default=-1, compare=False, repr=False)
    """Caret position after a letter was typed: a letter typed there belongs to the same undo step; -1 for none."""

    @classmethod
    def selected(cls, text: str, longest: int = LONGEST) -> Entry:
        """An entry with all of its text selected, which the next letter replaces."""
        return cls(text, len(text), 0, longest)

    @property
    def span(self) -> tuple[int, int]:
        """Start and end of the selection."""
        return min(self.caret, self.anchor), max(self.caret, self.anchor)

    def insert(self, text: str) -> None:
        """Replace the selection by a text."""
        first, last = self.span
        # Pasted lines are joined by spaces, so that names of different lines stay apart.
        text = " ".join(text[: 4 * self.longest].replace("\t", " ").splitlines())
        text = "".join(letter for letter in text if letter.isprintable())
        text = text[: max(0, self.longest - len(self.text) + last - first)]
        after = self.text[:first] + text + self.text[last:]
        if after != self.text:
            letter = len(text) == 1 and text.isalnum() and first == last
            if not (letter and self._word_at == self.caret):
                self._past = [*self._past[-REMEMBERED:], (self.text, self.caret, self.anchor)]
            self._future.clear()
            self._word_at = first + 1 if letter else -1
        self.text = after
        self.caret = self.anchor = first + len(text)

    def undo(self, again: bool = False) -> None:
        """Undo the last change of the text, or with `again` redo it."""
        source, target = (self._future, self._past) if again else (self._past, self._future)
        if source:
            target.append((self.text, self.caret, self.anchor))
            self.text, self.caret, self.anchor = source.pop()
            self._word_at = -1

    def go(self, place: int, keep: bool = False) -> None:
        """Move the caret; with `keep` the selection grows or shrinks with it."""
        self.caret = min(max(place, 0), len(self.text))
        if not keep:
            self.anchor = self.caret

    def key(self, event: pygame.event.Event) -> bool:
        """Handle an editing key; False when the event is none."""
        shift = bool(event.mod & pygame.KMOD_SHIFT)
        # AltGr comes as Ctrl and Alt together: it writes letters and signs.
        ctrl = bool(event.mod & (pygame.KMOD_CTRL | pygame.KMOD_META)) and not event.mod & pygame.KMOD_ALT
        first, last = self.span
        if event.key in (pygame.K_LEFT, pygame.K_RIGHT):
            step = -1 if event.key == pygame.K_LEFT else 1
            if first != last and not shift:
                self.go(first if step < 0 else last)
            else:
                self.go(self._word(step) if ctrl else self.caret + step, shift)
        elif event.key in (pygame.K_HOME, pygame.K_END):
            self.go(0 if event.key == pygame.K_HOME else len(self.text), shift)
        elif event.key in (pygame.K_BACKSPACE, pygame.K_DELETE):
            if first == last:
                step = -1 if event.key == pygame.K_BACKSPACE else 1
                self.go(self._word(step) if ctrl else self.caret + step, keep=True)
            self.insert("")
        elif ctrl and event.key == pygame.K_a:
            self.caret, self.anchor = len(self.text), 0
        elif ctrl and event.key in (pygame.K_c, pygame.K_x):
            _put(self.text[first:last])
            if event.key == pygame.K_x:
                self.insert("")
        elif ctrl and event.key == pygame.K_v:
            self.insert(_get())
        elif ctrl and event.key in (pygame.K_z, pygame.K_y):
            self.undo(again=shift or event.key == pygame.K_y)
        else:
            return False
        return True

    def _word(self, step: int) -> int:
        place = self.caret + step
        while 0 < place < len(self.text) and not (
            self.text[place - 1].isalnum() is False and self.text[place].isalnum()
        ):
            place += step
        return place


def _put(text: str) -> None:
    try:
        pygame.scrap.put_text(text)
    except (pygame.error, AttributeError):
        return  # a display without a clipboard


def _get() -> str:
    try:
        return pygame.scrap.get_text()
    except (pygame.error, AttributeError):
        return ""
