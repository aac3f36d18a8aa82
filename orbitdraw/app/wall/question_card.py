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
from orbitdraw.app.kit.control import PADDING
from orbitdraw.app.kit.picture_frame import crop_to_fill
from orbitdraw.app.kit.shapes import outline
from orbitdraw.app.kit.text import ellipsize, round_corners, text
from orbitdraw.app.kit.theme import DARK_THEME, Theme
from orbitdraw.app.shell.layer import Layer
from orbitdraw.app.shell.services import Services
from orbitdraw.app.wall import draft_cards

if TYPE_CHECKING:
    from orbitdraw.library.drafts import Draft

OFFER_DURATION = 20.0
"""Seconds for which a draft is offered: the card should not stay on a projector for a whole lesson."""

CARD_WIDTH = 400.0
HEADER_HEIGHT = 64.0
PICTURE_SIZE = (96.0, 54.0)

ANSWER_KEYS = {
    "Enter": (pygame.K_RETURN, pygame.K_KP_ENTER),
    "Esc": (pygame.K_ESCAPE,),
    "Delete": (pygame.K_DELETE,),
    "L": (pygame.K_l,),
}


@dataclass(frozen=True)
class Answer:
    """An answer: label of its button, its key (one of `ANSWER_KEYS`), and the action after the card has closed."""

    label: str
    key: str
    action: Callable[[], object]


class QuestionCard(Layer):
    """The card. `ask` shows a question, `offer_drafts` offers the newest draft."""

    def __init__(self, window: Services) -> None:
        super().__init__()
        self.window = window
        self.theme: Theme = DARK_THEME
        self.draft: Draft | None = None
        self.answers: Sequence[Answer] = ()
        """Empty while the card is closed."""
        self.column = Column()
        self.place = pygame.Rect(0, 0, 0, 0)
        """Rectangle of the card; empty while it is closed."""
        self._duration = math.inf
        self._until: float | None = None

    def ask(self, header: Control, answers: Sequence[Answer], duration: float = math.inf) -> None:
        """Show a question and its answers for `duration` seconds, and close the dialog and the help."""
        self.window.close_dialogs()
        self.draft, self.answers, self._duration, self._until, self.stale = None, answers, duration, None, True
        buttons = [Button(each.label, partial(self._choose, each), hint=each.key) for each in answers]
        self.column.set_controls([header, *buttons])

    def offer_drafts(self, drafts: list[Draft]) -> None:
        """Offer the first of these drafts, and mark all of them as offered."""
        if not drafts:
            return
        draft = drafts[0]
        for each in drafts:
            each.offer()
        more = f"{len(drafts) - 1} more on the wall of scenes" if len(drafts) > 1 else ""
        header = CardHeader(
            draft_cards.draft_title(draft),
            [f"Unsaved draft, {draft_cards.describe_draft(draft)}", more],
            draft_cards.draft_card(draft).picture(),
        )
        continue_ = Answer("Continue drawing", "Enter", lambda: self.window.show_draft(draft))
        later = Answer("Later", "Esc", lambda: None)
        delete = Answer("Delete the draft", "Delete", lambda: draft_cards.delete_draft(self.window, draft))
        self.ask(header, [continue_, later, delete], OFFER_DURATION)
        self.draft = draft

    def close(self) -> None:
        """Close the card without an answer."""
        if self.answers:
            self.draft, self.answers, self.stale = None, (), True
            self.place.size = (0, 0)

    def _choose(self, answer: Answer) -> None:
        self.close()
        answer.action()

    def tick(self, now: float) -> None:
        if not self.answers:
            return
        if self._until is None:
            self._until = now + self._duration
        if now > self._until:
            self.close()
        self.column.tick(now)
        self.stale = self.stale or self.column.stale

    def draw(self, surface: pygame.Surface) -> None:
        if not self.answers:
            return
        free_width = surface.get_width() - self.window.toast.margin
        if free_width < self.px(CARD_WIDTH):
            free_width = surface.get_width()
        width = min(self.px(CARD_WIDTH), surface.get_width() - 2 * self.px(8))
        area = pygame.Rect((free_width - width) // 2, self.px(20), width, surface.get_height() - self.px(28))
        self.column.lay_out(area, surface.get_rect(), self.scale, self.theme)
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
        answer = next((each for each in self.answers if event.key in ANSWER_KEYS[each.key]), None)
        if event.mod & (pygame.KMOD_CTRL | pygame.KMOD_ALT) or answer is None:
            if event.key not in MODIFIERS:
                self.close()  # any other key declines the offer
            return False
        self._choose(answer)
        return True


MODIFIERS = (pygame.K_LCTRL, pygame.K_RCTRL, pygame.K_LSHIFT, pygame.K_RSHIFT, pygame.K_LALT, pygame.K_RALT)


class CardHeader(Control):
    """Head of the card: title, lines of description, and a picture where there is one."""

    takes_focus = False

    def __init__(self, name: str, lines: Sequence[str], picture: pygame.Surface | None = None) -> None:
        super().__init__(name)
        self.lines = [words for words in lines if words]
        self.picture = picture

    def height_for_width(self, width: int) -> int:
        return self.px(HEADER_HEIGHT + 18 * max(0, len(self.lines) - 1))

    def paint(self, surface: pygame.Surface) -> None:
        left, top = self.px(PADDING), self.px(5)
        if self.picture is not None:
            size = (self.px(PICTURE_SIZE[0]), self.px(PICTURE_SIZE[1]))
            surface.blit(round_corners(crop_to_fill(self.picture, size), self.px(5)), (left, top))
            surface.blit(outline(size, self.px(5), 1, self.theme.edge), (left, top))
            left += size[0] + self.px(14)
        room = surface.get_width() - left - self.px(PADDING)
        rows = [(self.label, "semibold", 15, self.theme.ink)]
        rows += [(line, "regular", 13, self.theme.quiet) for line in self.lines]
        top += self.px(4)
        for line, face, points, color in rows:
            font_size = self.px(points)
            surface.blit(text(ellipsize(line, face, font_size, room), face, font_size, color), (left, top))
            top += self.px(24 if face == "semibold" else 19)
