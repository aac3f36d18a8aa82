"""Card at the top of the window with a question, a button and a key for each answer.

It offers a draft when a scene is opened directly, or asks about a dropped file. The scene plays behind the card; any
other input closes the card and changes nothing.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import pygame

from orbitdraw.app.kit import Button, Column, Control
from orbitdraw.app.kit.control import PAD
from orbitdraw.app.kit.picture_frame import filled
from orbitdraw.app.kit.shapes import outline
from orbitdraw.app.kit.text import rounded, shortened, text
from orbitdraw.app.kit.theme import STAGE, Theme
from orbitdraw.app.shell.layer import Layer
from orbitdraw.app.shell.services import Services
from orbitdraw.app.wall import draft_cards as drafting

if TYPE_CHECKING:
    from orbitdraw.library.drafts import Draft

STAYS = 20.0
"""Seconds for which a draft is offered: the card should not stay on a projector for a whole lesson."""

WIDE = 400.0
TALL = 64.0
PICTURE = (96.0, 54.0)

KEYS = {
    "Enter": (pygame.K_RETURN, pygame.K_KP_ENTER),
    "Esc": (pygame.K_ESCAPE,),
    "Delete": (pygame.K_DELETE,),
    "L": (pygame.K_l,),
}


@dataclass(frozen=True)
class Answer:
    """An answer: label of its button, its key (one of `KEYS`), and the action after the card has closed."""

    words: str
    key: str
    act: Callable[[], object]


class Offer(Layer):
    """The card. `ask` shows a question, `begin` offers the newest draft."""

    def __init__(self, window: Services) -> None:
        super().__init__()
        self.window = window
        self.theme: Theme = STAGE
        self.draft: Draft | None = None
        self.answers: Sequence[Answer] = ()
        """Empty while the card is closed."""
        self.column = Column()
        self.place = pygame.Rect(0, 0, 0, 0)
        """Rectangle of the card; empty while it is closed."""
        self._stays = math.inf
        self._until: float | None = None

    def ask(self, head: Control, answers: Sequence[Answer], stays: float = math.inf) -> None:
        """Show a question and its answers for `stays` seconds, and close the dialog and the help."""
        self.window.put_away()
        self.draft, self.answers, self._stays, self._until, self.stale = None, answers, stays, None, True
        buttons = [Button(each.words, partial(self._give, each), hint=each.key) for each in answers]
        self.column.fill([head, *buttons])

    def begin(self, drafts: list[Draft]) -> None:
        """Offer the first of these drafts, and mark all of them as offered."""
        if not drafts:
            return
        draft = drafts[0]
        for each in drafts:
            each.offer()
        words = f"{len(drafts) - 1} more on the wall of scenes" if len(drafts) > 1 else ""
        head = Head(
            drafting.name_of(draft),
            [f"Unsaved draft, {drafting.told(draft)}", words],
            drafting.card_of(draft).picture(),
        )
        go_on = Answer("Continue drawing", "Enter", lambda: self.window.show_draft(draft))
        later = Answer("Later", "Esc", lambda: None)
        gone = Answer("Delete the draft", "Delete", lambda: drafting.throw_away(self.window, draft))
        self.ask(head, [go_on, later, gone], STAYS)
        self.draft = draft

    def close(self) -> None:
        """Close the card without an answer."""
        if self.answers:
            self.draft, self.answers, self.stale = None, (), True
            self.place.size = (0, 0)

    def _give(self, answer: Answer) -> None:
        self.close()
        answer.act()

    def tick(self, now: float) -> None:
        if not self.answers:
            return
        if self._until is None:
            self._until = now + self._stays
        if now > self._until:
            self.close()
        self.column.tick(now)
        self.stale = self.stale or self.column.stale

    def draw(self, surface: pygame.Surface) -> None:
        if not self.answers:
            return
        free = surface.get_width() - self.window.toast.margin
        if free < self.px(WIDE):
            free = surface.get_width()
        wide = min(self.px(WIDE), surface.get_width() - 2 * self.px(8))
        room = pygame.Rect((free - wide) // 2, self.px(20), wide, surface.get_height() - self.px(28))
        self.column.lay(room, surface.get_rect(), self.scale, self.theme)
        self.place.update(self.column.place)
        self.column.draw(surface)

    def handle(self, event: pygame.event.Event) -> bool:
        if not self.answers:
            return False
        if event.type == pygame.KEYDOWN:
            return self._key(event)
        if event.type in (pygame.MOUSEMOTION, pygame.MOUSEBUTTONUP):
            self.column.handle(event)
            return False
        if event.type == pygame.MOUSEBUTTONDOWN:
            if self.place.collidepoint(event.pos):
                self.column.handle(event)
                return True
            self.close()
        return False

    def _key(self, event: pygame.event.Event) -> bool:
        answer = next((each for each in self.answers if event.key in KEYS[each.key]), None)
        if event.mod & (pygame.KMOD_CTRL | pygame.KMOD_ALT) or answer is None:
            if event.key not in MODIFIERS:
                self.close()  # any other key declines the offer
            return False
        self._give(answer)
        return True


MODIFIERS = (pygame.K_LCTRL, pygame.K_RCTRL, pygame.K_LSHIFT, pygame.K_RSHIFT, pygame.K_LALT, pygame.K_RALT)


class Head(Control):
    """Head of the card: title, lines of description, and a picture where there is one."""

    takes_focus = False

    def __init__(self, name: str, about: Sequence[str], picture: pygame.Surface | None = None) -> None:
        super().__init__(name)
        self.about = [words for words in about if words]
        self.picture = picture

    def tall(self, width: int) -> int:
        return self.px(TALL + 18 * max(0, len(self.about) - 1))

    def paint(self, surface: pygame.Surface) -> None:
        left, top = self.px(PAD), self.px(5)
        if self.picture is not None:
            size = (self.px(PICTURE[0]), self.px(PICTURE[1]))
            surface.blit(rounded(filled(self.picture, size), self.px(5)), (left, top))
            surface.blit(outline(size, self.px(5), 1, self.theme.edge), (left, top))
            left += size[0] + self.px(14)
        room = surface.get_width() - left - self.px(PAD)
        rows = [(self.label, "semibold", 15, self.theme.ink)]
        rows += [(words, "regular", 13, self.theme.quiet) for words in self.about]
        top += self.px(4)
        for words, face, points, color in rows:
            high = self.px(points)
            surface.blit(text(shortened(words, face, high, room), face, high, color), (left, top))
            top += self.px(24 if face == "semibold" else 19)
