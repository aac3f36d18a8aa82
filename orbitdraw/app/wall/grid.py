"""Grid of cards on the wall: layout, search, scrolling and drawing."""

from __future__ import annotations

import pygame

from orbitdraw.app.kit.picture_frame import draw_shadow, mount_picture
from orbitdraw.app.kit.text import bordered_plate, ellipsize, paragraph, plate, text, width
from orbitdraw.app.kit.theme import DARK_THEME, LIGHT_THEME, Theme
from orbitdraw.app.shell.layer import Layer
from orbitdraw.app.wall.cards import Card

MARGIN, GAP = 56.0, 30.0
CARD_WIDTH = 292.0
ASPECT_RATIO = 16 / 9
HEADER_HEIGHT, FOOTER_HEIGHT, NAME_HEIGHT = 124.0, 104.0, 44.0
CORNER_RADIUS = 10.0
SCROLL_EASING = 0.22
"""Fraction of the remaining distance scrolled in one iteration: scrolling takes about a quarter of a second."""


class CardGrid(Layer):
    """The cards, the search text above them, and the caption of the chosen card below."""

    def __init__(self, cards: list[Card], theme: Theme = DARK_THEME) -> None:
        super().__init__()
        self.theme = theme
        self.cards = cards
        self.visible_cards = cards
        self.selected = 0
        self.query = ""
        self.scroll = 0.0
        self.scroll_target = 0.0
        self.size = (0, 0)
        self._thumbnails: dict[tuple[str, tuple[int, int]], pygame.Surface] = {}
        self._load_budget = 0

    # -- layout ----------------------------------------------------------------------------------------------------

    def columns(self) -> int:
        """Number of cards in a row."""
        room = self.size[0] - 2 * self.px(MARGIN) + self.px(GAP)
        return max(1, round(room / (self.px(CARD_WIDTH) + self.px(GAP))))

    def card_size(self) -> tuple[int, int]:
        """Width and height of a thumbnail on the wall, in pixels."""
        columns = self.columns()
        width = (self.size[0] - 2 * self.px(MARGIN) - (columns - 1) * self.px(GAP)) // columns
        width = max(16, width)  # in a window narrower than its margins, cards extend over the edge
        return width, round(width / ASPECT_RATIO)

    def card_rect(self, index: int) -> pygame.Rect:
        """Rectangle of the thumbnail of a card, before scrolling."""
        width, height = self.card_size()
        row, column = divmod(index, self.columns())
        step = height + self.px(NAME_HEIGHT) + self.px(GAP) // 2
        return pygame.Rect(
            self.px(MARGIN) + column * (width + self.px(GAP)), self.px(HEADER_HEIGHT) + row * step, width, height
        )

    def max_scroll(self) -> float:
        if not self.visible_cards:
            return 0.0
        bottom = self.card_rect(len(self.visible_cards) - 1).bottom + self.px(NAME_HEIGHT)
        return float(max(0, bottom - (self.size[1] - self.px(FOOTER_HEIGHT))))

    def card_at(self, pos: tuple[int, int]) -> int | None:
        """Index of the card at a position in the window, or None."""
        if not self.px(HEADER_HEIGHT) - self.px(12) < pos[1] < self.size[1] - self.px(FOOTER_HEIGHT):
            return None
        for index in range(len(self.visible_cards)):
            frame = self.card_rect(index).move(0, -round(self.scroll))
            frame.height += self.px(NAME_HEIGHT)
            if frame.collidepoint(pos):
                return index
        return None

    # -- choosing --------------------------------------------------------------------------------------------------

    def select(self, index: int, follow: bool = True) -> None:
        """Choose a card, and with `follow` scroll it into view."""
        if not self.visible_cards:
            return
        self.selected = min(max(index, 0), len(self.visible_cards) - 1)
        self.stale = True
        if follow and self.size != (0, 0):
            frame = self.card_rect(self.selected)
            top, bottom = (
                frame.top - self.px(HEADER_HEIGHT),
                frame.bottom + self.px(NAME_HEIGHT) - (self.size[1] - self.px(FOOTER_HEIGHT)),
            )
            self.scroll_target = min(max(self.scroll_target, float(bottom)), float(top), self.max_scroll())
            self.scroll_target = max(0.0, self.scroll_target)

    def search(self, query: str) -> None:
        """Show the cards whose title contains the typed text; if there are none, those whose caption does."""
        self.query = query
        needle = query.lower().strip()
        # Scenes come before drafts of the same name; "draft" finds all drafts by their captions.
        cards = sorted(self.cards, key=lambda card: card.draft is not None) if needle else self.cards
        by_name = [card for card in cards if needle in card.title.lower()]
        self.visible_cards = by_name or [card for card in cards if needle in card.caption.lower()]
        self.scroll = self.scroll_target = 0.0
        self.select(0)
        self.stale = True

    def tick(self, now: float) -> None:
        if abs(self.scroll_target - self.scroll) > 0.5:
            self.scroll += (self.scroll_target - self.scroll) * SCROLL_EASING
            self.stale = True
        elif self.scroll != self.scroll_target:
            self.scroll, self.stale = self.scroll_target, True
        self._load_budget = (
            1  # thumbnails to read in an iteration: few, so that keys respond at once while the wall fills
        )
        if any((card.name, self.card_size()) not in self._thumbnails for card in self.visible_cards) and self.size != (
            0,
            0,
        ):
            self.stale = True

    # -- drawing ---------------------------------------------------------------------------------------------------

    def draw(self, surface: pygame.Surface) -> None:
        if surface.get_size() != self.size:
            self.size = surface.get_size()
            self._thumbnails.clear()
            self.select(self.selected)
            self.scroll = self.scroll_target = min(self.scroll_target, self.max_scroll())
        surface.fill(self.theme.ground)
        window = surface.get_rect()
        for index, card in enumerate(self.visible_cards):
            frame = self.card_rect(index).move(0, -round(self.scroll))
            if frame.bottom + self.px(NAME_HEIGHT) > 0 and frame.top < window.height:
                self._draw_card(surface, card, frame, index == self.selected)
        self._draw_band(surface, pygame.Rect(0, 0, window.width, self.px(HEADER_HEIGHT) - self.px(20)), top=True)
        self._draw_band(
            surface,
            pygame.Rect(0, window.height - self.px(FOOTER_HEIGHT), window.width, self.px(FOOTER_HEIGHT)),
            top=False,
        )
        self._draw_header(surface)
        self._draw_footer(surface)

    def _draw_card(self, surface: pygame.Surface, card: Card, frame: pygame.Rect, selected: bool) -> None:
        picture = self._thumbnail(card, frame.size)
        if selected:
            ring = frame.inflate(2 * self.px(4), 2 * self.px(4))
            surface.blit(plate(ring.size, self.px(CORNER_RADIUS + 4), self.theme.accent), ring)
            inner = frame.inflate(2 * self.px(2), 2 * self.px(2))
            surface.blit(plate(inner.size, self.px(CORNER_RADIUS + 2), self.theme.ground), inner)
        elif self.theme is LIGHT_THEME:
            draw_shadow(surface, frame, CORNER_RADIUS, self.scale)
        surface.blit(picture, frame)
        if card.draft is not None:
            self._draw_tag(surface, frame)
        color = self.theme.ink if selected else self.theme.quiet
        name = text(ellipsize(card.title, "semibold", self.px(15), frame.width), "semibold", self.px(15), color)
        surface.blit(name, (frame.left + self.px(1), frame.bottom + self.px(12)))

    def _draw_tag(self, surface: pygame.Surface, frame: pygame.Rect) -> None:
        """Draw the label "Draft" on the thumbnail of a draft."""
        word = text("Draft", "semibold", self.px(13), self.theme.accent)
        size = (word.get_width() + self.px(18), word.get_height() + self.px(8))
        tag = bordered_plate(size, self.px(7), self.theme.plate, self.theme.cover, self.theme.edge)
        tag.blit(word, word.get_rect(center=(size[0] // 2, size[1] // 2)))
        surface.blit(tag, (frame.left + self.px(10), frame.top + self.px(10)))

    def _thumbnail(self, card: Card, size: tuple[int, int]) -> pygame.Surface:
        key = (card.name, (size[0], size[1]))
        if key in self._thumbnails:
            return self._thumbnails[key]
        empty = bordered_plate(size, self.px(CORNER_RADIUS), self.theme.plate, 255, self.theme.edge)
        if self._load_budget <= 0:
            return empty
        self._load_budget -= 1
        source = card.picture()
        if source is None:
            letter = text(card.title[:1], "semibold", self.px(44), self.theme.edge)
            empty.blit(letter, letter.get_rect(center=(size[0] // 2, size[1] // 2)))
            thumbnail = empty
        else:
            thumbnail = mount_picture(
                source, size, self.px(CORNER_RADIUS), self.scale if self.theme is LIGHT_THEME else 0.0
            )
            # Most scenes are as dark as the wall: a hairline marks the edge of a thumbnail.
            thumbnail.blit(bordered_plate(size, self.px(CORNER_RADIUS), (0, 0, 0), 0, self.theme.edge), (0, 0))
        self._thumbnails[key] = thumbnail
        return thumbnail

    def _draw_band(self, surface: pygame.Surface, band: pygame.Rect, top: bool) -> None:
        """Draw the background of head or foot, with a gradient where cards scroll under it."""
        surface.fill(self.theme.ground, band)
        fade = self.px(18)
        edge = pygame.Surface((1, 2), pygame.SRCALPHA)
        edge.set_at((0, 0 if top else 1), (*self.theme.ground, 255))
        edge.set_at((0, 1 if top else 0), (*self.theme.ground, 0))
        gradient = pygame.transform.smoothscale(edge, (band.width, fade))
        surface.blit(gradient, (0, band.bottom if top else band.top - fade))

    def _draw_header(self, surface: pygame.Surface) -> None:
        left = self.px(MARGIN)
        word = text("orbitdraw", "semibold", self.px(28), self.theme.ink)
        surface.blit(word, (left, self.px(34)))
        line = text("Draw with gravity.", "regular", self.px(15), self.theme.quiet)
        surface.blit(line, (left + self.px(1), self.px(72)))
        right = surface.get_width() - self.px(MARGIN)
        if self.query:
            query_text = text(self.query, "mono", self.px(17), self.theme.ink)
            card_rect = query_text.get_rect(topright=(right - self.px(6), self.px(44)))
            surface.blit(query_text, card_rect)
            surface.fill(self.theme.accent, (right - self.px(3), card_rect.top, self.px(2), card_rect.height))
            count = len(self.visible_cards)
            words = "no scene found" if not count else f"{count} found"
            surface.blit(
                line := text(words, "regular", self.px(13), self.theme.quiet),
                line.get_rect(topright=(right, self.px(74))),
            )
        else:
            hint = text("type to search", "regular", self.px(15), self.theme.quiet)
            surface.blit(hint, hint.get_rect(topright=(right, self.px(44))))

    def _draw_footer(self, surface: pygame.Surface) -> None:
        left, right = self.px(MARGIN), surface.get_width() - self.px(MARGIN)
        top = surface.get_height() - self.px(FOOTER_HEIGHT) + self.px(22)
        keys = text("Enter  play      ?  keys", "regular", self.px(14), self.theme.quiet)
        surface.blit(keys, keys.get_rect(topright=(right, top)))
        if not self.visible_cards:
            return
        card = self.visible_cards[self.selected]
        room = min(self.px(860), right - left - keys.get_width() - self.px(60))
        if room > width("m", "regular", self.px(16)) * 8:
            caption = paragraph(card.caption or card.title, "regular", self.px(16), self.theme.ink, room, 3)
            surface.blit(caption, (left, top - self.px(2)))
