"""A drawing that was not saved, offered where a scene is opened directly: one key takes it, going on leaves it.

It is no question that must be answered: the scene plays behind it, and anything else that is done puts it away. The
drawing stays a draft, and hangs on the wall.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pygame

from orbitdraw.app import drafting
from orbitdraw.app.kit import Button, Column, Control
from orbitdraw.app.kit.control import PAD
from orbitdraw.app.kit.shapes import outline
from orbitdraw.app.layer import Layer
from orbitdraw.app.lettering import rounded, shortened, text
from orbitdraw.app.mount import filled
from orbitdraw.app.theme import STAGE, Theme

if TYPE_CHECKING:
    from orbitdraw.app.window import Window
    from orbitdraw.drafts import Draft

STAYS = 20.0
"""Seconds after which it goes by itself: a class should not look at it for a whole lesson."""

WIDE = 400.0
TALL = 64.0
PICTURE = (96.0, 54.0)

ENTERS = (pygame.K_RETURN, pygame.K_KP_ENTER)


class Offer(Layer):
    """The card. `begin` shows it for the newest draft, if there is one."""

    def __init__(self, window: Window) -> None:
        super().__init__()
        self.window = window
        self.theme: Theme = STAGE
        self.draft: Draft | None = None
        self.column = Column()
        self.place = pygame.Rect(0, 0, 0, 0)
        """Where it lies; empty while there is nothing to offer."""
        self._until: float | None = None

    def begin(self, drafts: list[Draft]) -> None:
        """Offer the first of these; none of them is offered by itself another time."""
        if not drafts:
            return
        self.draft, self._until, self.stale = drafts[0], None, True
        for draft in drafts:
            draft.offer()
        words = f"{len(drafts) - 1} more on the wall" if len(drafts) > 1 else ""
        self.column.fill(
            [
                Head(self.draft, words),
                Button("Go on with it", self.take, hint="Enter"),
                Button("Later", self.close, hint="Esc"),
                Button("Throw it away", self.throw_away, hint="Delete"),
            ]
        )

    def close(self) -> None:
        """Later: it stays a draft."""
        if self.draft is not None:
            self.draft, self.stale = None, True
            self.place.size = (0, 0)

    def take(self) -> None:
        """Go on with it."""
        draft = self.draft
        self.close()
        if draft is not None:
            self.window.show_draft(draft)

    def throw_away(self) -> None:
        """No."""
        draft = self.draft
        self.close()
        if draft is not None:
            drafting.throw_away(self.window, draft)

    def tick(self, now: float) -> None:
        if self.draft is None:
            return
        if self._until is None:
            self._until = now + STAYS
        if now > self._until:
            self.close()
        self.column.tick(now)
        self.stale = self.stale or self.column.stale

    def draw(self, surface: pygame.Surface) -> None:
        if self.draft is None:
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
        if self.draft is None:
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
        keys = {pygame.K_ESCAPE: self.close, pygame.K_DELETE: self.throw_away}
        deed = self.take if event.key in ENTERS else keys.get(event.key)
        if event.mod & (pygame.KMOD_CTRL | pygame.KMOD_ALT) or deed is None:
            if event.key not in MODIFIERS:
                self.close()  # going on is an answer too
            return False
        deed()
        return True


MODIFIERS = (pygame.K_LCTRL, pygame.K_RCTRL, pygame.K_LSHIFT, pygame.K_RSHIFT, pygame.K_LALT, pygame.K_RALT)


class Head(Control):
    """What is offered: its picture, its name, and when it was left."""

    takes_focus = False

    def __init__(self, draft: Draft, more: str) -> None:
        super().__init__(drafting.name_of(draft))
        self.told = drafting.told(draft)
        self.more = more
        self.picture = drafting.card_of(draft).picture()

    def tall(self, width: int) -> int:
        return self.px(TALL + (18 if self.more else 0))

    def paint(self, surface: pygame.Surface) -> None:
        left, top = self.px(PAD), self.px(5)
        if self.picture is not None:
            size = (self.px(PICTURE[0]), self.px(PICTURE[1]))
            surface.blit(rounded(filled(self.picture, size), self.px(5)), (left, top))
            surface.blit(outline(size, self.px(5), 1, self.theme.edge), (left, top))
            left += size[0] + self.px(14)
        room = surface.get_width() - left - self.px(PAD)
        rows = [(self.label, "semibold", 15, self.theme.ink), (self._sentence(), "regular", 13, self.theme.quiet)]
        rows += [(self.more, "regular", 13, self.theme.quiet)] if self.more else []
        top += self.px(4)
        for words, face, points, color in rows:
            high = self.px(points)
            surface.blit(text(shortened(words, face, high, room), face, high, color), (left, top))
            top += self.px(24 if face == "semibold" else 19)

    def _sentence(self) -> str:
        return f"Not saved: {self.told}"
