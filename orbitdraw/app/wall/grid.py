"""Grid of cards on the wall: layout, search, scrolling and drawing."""

from __future__ import annotations

import pygame

from orbitdraw.app.kit.picture_frame import mounted, shade
from orbitdraw.app.kit.text import framed, paragraph, plate, shortened, text, width
from orbitdraw.app.kit.theme import PAPER, STAGE, Theme
from orbitdraw.app.shell.layer import Layer
from orbitdraw.app.wall.cards import Card

MARGIN, GAP = 56.0, 30.0
CARD_WIDE = 292.0
SHAPE = 16 / 9
HEAD, FOOT, NAME = 124.0, 104.0, 44.0
ROUND = 10.0
GLIDE = 0.22
"""Fraction of the remaining distance scrolled in one iteration: scrolling takes about a quarter of a second."""


class Grid(Layer):
    """The cards, the search text above them, and the caption of the chosen card below."""

    def __init__(self, cards: list[Card], theme: Theme = STAGE) -> None:
        super().__init__()
        self.theme = theme
        self.cards = cards
        self.shown = cards
        self.chosen = 0
        self.typed = ""
        self.scroll = 0.0
        self.goal = 0.0
        self.size = (0, 0)
        self._pictures: dict[tuple[str, tuple[int, int]], pygame.Surface] = {}
        self._hurry = 0

    # -- layout ----------------------------------------------------------------------------------------------------

    def columns(self) -> int:
        """Number of cards in a row."""
        room = self.size[0] - 2 * self.px(MARGIN) + self.px(GAP)
        return max(1, round(room / (self.px(CARD_WIDE) + self.px(GAP))))

    def card_size(self) -> tuple[int, int]:
        """Width and height of a thumbnail on the wall, in pixels."""
        columns = self.columns()
        width = (self.size[0] - 2 * self.px(MARGIN) - (columns - 1) * self.px(GAP)) // columns
        width = max(16, width)  # in a window narrower than its margins, cards extend over the edge
        return width, round(width / SHAPE)

    def place(self, index: int) -> pygame.Rect:
        """Rectangle of the thumbnail of a card, before scrolling."""
        width, height = self.card_size()
        row, column = divmod(index, self.columns())
        step = height + self.px(NAME) + self.px(GAP) // 2
        return pygame.Rect(self.px(MARGIN) + column * (width + self.px(GAP)), self.px(HEAD) + row * step, width, height)

    def _deepest(self) -> float:
        if not self.shown:
            return 0.0
        bottom = self.place(len(self.shown) - 1).bottom + self.px(NAME)
        return float(max(0, bottom - (self.size[1] - self.px(FOOT))))

    def at(self, pos: tuple[int, int]) -> int | None:
        """Index of the card at a position in the window, or None."""
        if not self.px(HEAD) - self.px(12) < pos[1] < self.size[1] - self.px(FOOT):
            return None
        for index in range(len(self.shown)):
            frame = self.place(index).move(0, -round(self.scroll))
            frame.height += self.px(NAME)
            if frame.collidepoint(pos):
                return index
        return None

    # -- choosing --------------------------------------------------------------------------------------------------

    def choose(self, index: int, follow: bool = True) -> None:
        """Choose a card, and with `follow` scroll it into view."""
        if not self.shown:
            return
        self.chosen = min(max(index, 0), len(self.shown) - 1)
        self.stale = True
        if follow and self.size != (0, 0):
            frame = self.place(self.chosen)
            top, bottom = frame.top - self.px(HEAD), frame.bottom + self.px(NAME) - (self.size[1] - self.px(FOOT))
            self.goal = min(max(self.goal, float(bottom)), float(top), self._deepest())
            self.goal = max(0.0, self.goal)

    def find(self, typed: str) -> None:
        """Show the cards whose title contains the typed text; if there are none, those whose caption does."""
        self.typed = typed
        asked = typed.lower().strip()
        # Scenes come before drafts of the same name; "draft" finds all drafts by their captions.
        cards = sorted(self.cards, key=lambda card: card.draft is not None) if asked else self.cards
        by_name = [card for card in cards if asked in card.title.lower()]
        self.shown = by_name or [card for card in cards if asked in card.caption.lower()]
        self.scroll = self.goal = 0.0
        self.choose(0)
        self.stale = True

    def tick(self, now: float) -> None:
        if abs(self.goal - self.scroll) > 0.5:
            self.scroll += (self.goal - self.scroll) * GLIDE
            self.stale = True
        elif self.scroll != self.goal:
            self.scroll, self.stale = self.goal, True
        self._hurry = 1  # thumbnails to read in an iteration: few, so that keys respond at once while the wall fills
        if any((card.name, self.card_size()) not in self._pictures for card in self.shown) and self.size != (0, 0):
            self.stale = True

    # -- drawing ---------------------------------------------------------------------------------------------------

    def draw(self, surface: pygame.Surface) -> None:
        if surface.get_size() != self.size:
            self.size = surface.get_size()
            self._pictures.clear()
            self.choose(self.chosen)
            self.scroll = self.goal = min(self.goal, self._deepest())
        surface.fill(self.theme.ground)
        window = surface.get_rect()
        for index, card in enumerate(self.shown):
            frame = self.place(index).move(0, -round(self.scroll))
            if frame.bottom + self.px(NAME) > 0 and frame.top < window.height:
                self._card(surface, card, frame, index == self.chosen)
        self._band(surface, pygame.Rect(0, 0, window.width, self.px(HEAD) - self.px(20)), top=True)
        self._band(surface, pygame.Rect(0, window.height - self.px(FOOT), window.width, self.px(FOOT)), top=False)
        self._head(surface)
        self._foot(surface)

    def _card(self, surface: pygame.Surface, card: Card, frame: pygame.Rect, chosen: bool) -> None:
        picture = self._picture(card, frame.size)
        if chosen:
            ring = frame.inflate(2 * self.px(4), 2 * self.px(4))
            surface.blit(plate(ring.size, self.px(ROUND + 4), self.theme.accent), ring)
            inner = frame.inflate(2 * self.px(2), 2 * self.px(2))
            surface.blit(plate(inner.size, self.px(ROUND + 2), self.theme.ground), inner)
        elif self.theme is PAPER:
            shade(surface, frame, ROUND, self.scale)
        surface.blit(picture, frame)
        if card.draft is not None:
            self._tag(surface, frame)
        color = self.theme.ink if chosen else self.theme.quiet
        name = text(shortened(card.title, "semibold", self.px(15), frame.width), "semibold", self.px(15), color)
        surface.blit(name, (frame.left + self.px(1), frame.bottom + self.px(12)))

    def _tag(self, surface: pygame.Surface, frame: pygame.Rect) -> None:
        """Draw the label "Draft" on the thumbnail of a draft."""
        word = text("Draft", "semibold", self.px(13), self.theme.accent)
        size = (word.get_width() + self.px(18), word.get_height() + self.px(8))
        tag = framed(size, self.px(7), self.theme.plate, self.theme.cover, self.theme.edge)
        tag.blit(word, word.get_rect(center=(size[0] // 2, size[1] // 2)))
        surface.blit(tag, (frame.left + self.px(10), frame.top + self.px(10)))

    def _picture(self, card: Card, size: tuple[int, int]) -> pygame.Surface:
        key = (card.name, (size[0], size[1]))
        if key in self._pictures:
            return self._pictures[key]
        empty = framed(size, self.px(ROUND), self.theme.plate, 255, self.theme.edge)
        if self._hurry <= 0:
            return empty
        self._hurry -= 1
        source = card.picture()
        if source is None:
            letter = text(card.title[:1], "semibold", self.px(44), self.theme.edge)
            empty.blit(letter, letter.get_rect(center=(size[0] // 2, size[1] // 2)))
            made = empty
        else:
            made = mounted(source, size, self.px(ROUND), self.scale if self.theme is PAPER else 0.0)
            # Most scenes are as dark as the wall: a hairline marks the edge of a thumbnail.
            made.blit(framed(size, self.px(ROUND), (0, 0, 0), 0, self.theme.edge), (0, 0))
        self._pictures[key] = made
        return made

    def _band(self, surface: pygame.Surface, band: pygame.Rect, top: bool) -> None:
        """Draw the background of head or foot, with a gradient where cards scroll under it."""
        surface.fill(self.theme.ground, band)
        soft = self.px(18)
        edge = pygame.Surface((1, 2), pygame.SRCALPHA)
        edge.set_at((0, 0 if top else 1), (*self.theme.ground, 255))
        edge.set_at((0, 1 if top else 0), (*self.theme.ground, 0))
        veil = pygame.transform.smoothscale(edge, (band.width, soft))
        surface.blit(veil, (0, band.bottom if top else band.top - soft))

    def _head(self, surface: pygame.Surface) -> None:
        left = self.px(MARGIN)
        word = text("orbitdraw", "semibold", self.px(28), self.theme.ink)
        surface.blit(word, (left, self.px(34)))
        line = text("Draw with gravity.", "regular", self.px(15), self.theme.quiet)
        surface.blit(line, (left + self.px(1), self.px(72)))
        right = surface.get_width() - self.px(MARGIN)
        if self.typed:
            found = text(self.typed, "mono", self.px(17), self.theme.ink)
            place = found.get_rect(topright=(right - self.px(6), self.px(44)))
            surface.blit(found, place)
            surface.fill(self.theme.accent, (right - self.px(3), place.top, self.px(2), place.height))
            count = len(self.shown)
            words = "no scene found" if not count else f"{count} found"
            surface.blit(
                line := text(words, "regular", self.px(13), self.theme.quiet),
                line.get_rect(topright=(right, self.px(74))),
            )
        else:
            hint = text("type to search", "regular", self.px(15), self.theme.quiet)
            surface.blit(hint, hint.get_rect(topright=(right, self.px(44))))

    def _foot(self, surface: pygame.Surface) -> None:
        left, right = self.px(MARGIN), surface.get_width() - self.px(MARGIN)
        top = surface.get_height() - self.px(FOOT) + self.px(22)
        keys = text("Enter  play      ?  keys", "regular", self.px(14), self.theme.quiet)
        surface.blit(keys, keys.get_rect(topright=(right, top)))
        if not self.shown:
            return
        card = self.shown[self.chosen]
        room = min(self.px(860), right - left - keys.get_width() - self.px(60))
        if room > width("m", "regular", self.px(16)) * 8:
            caption = paragraph(card.caption or card.title, "regular", self.px(16), self.theme.ink, room, 3)
            surface.blit(caption, (left, top - self.px(2)))
