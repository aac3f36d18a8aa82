"""A sentence for a moment, and the progress of what runs beside the window."""

from __future__ import annotations

import pygame

from orbitdraw.app.kit.text import framed, paragraph, plate, shortened, text
from orbitdraw.app.kit.theme import STAGE, Theme
from orbitdraw.app.shell.layer import Layer

STAYS = 3.2
READ = 17.0
"""Letters that somebody reads in a second, who also looks at the picture: a long sentence stays longer."""

WARNING_STAYS = 7.0
FADES = 0.3
LEAST = 240.0
"""Points beside the panel in which a sentence still finds room; in fewer it lies over the panel."""


class Toast(Layer):
    """One line at the top of the window that leaves by itself."""

    def __init__(self) -> None:
        super().__init__()
        self.theme: Theme = STAGE
        self.sentence = ""
        self.warning = False
        self.clear_of: list[pygame.Rect] = []
        """What is at the top of the window already."""
        self.margin = 0
        """Pixels at the right edge that belong to the panel."""
        self.over: pygame.Rect | None = None
        """A caption to be covered for a moment, where all of the picture is to be read; None is at the top."""
        self.place = pygame.Rect(0, 0, 0, 0)
        """Where it lies; empty while there is nothing to say."""
        self._said = 0.0
        self._now = 0.0

    def say(self, sentence: str, warning: bool = False) -> None:
        """Show a sentence; what was there before goes."""
        self.sentence, self.warning, self._said, self.stale = sentence, warning, self._now, True

    @property
    def _stays(self) -> float:
        return max(WARNING_STAYS if self.warning else STAYS, len(self.sentence) / READ)

    def tick(self, now: float) -> None:
        if not self._now:
            self._said = now  # what was said before the first turn is seen from now on
        self._now = now
        if not self.sentence:
            return
        past = now - self._said - self._stays
        if past > 0:
            self.stale = True
        if past > FADES:
            self.sentence = ""

    def draw(self, surface: pygame.Surface) -> None:
        if not self.sentence:
            self.place.size = (0, 0)
            return
        color = self.theme.warning if self.warning else self.theme.ink
        free, cover = surface.get_width() - self.margin, self.theme.cover
        if free < self.px(LEAST):
            free, cover = surface.get_width(), 255  # over the panel, whose words must not shine through
        over = self.over if self.over is not None and self.over.width >= self.px(LEAST) else None
        room = min(self.px(680), free - self.px(80) if over is None else over.width - self.px(40))
        words = paragraph(self.sentence, "regular", self.px(15), color, room, 4)
        size = (words.get_width() + self.px(40), words.get_height() + self.px(20))
        if over is not None:
            size, cover = (max(size[0], over.width), max(size[1], over.height)), 255
        card = framed(size, self.px(18 if over is None else 11), self.theme.plate, cover, self.theme.edge)
        card.blit(words, words.get_rect(midleft=(self.px(20), size[1] // 2)))
        past = self._now - self._said - self._stays
        card.set_alpha(round(255 * (1.0 - min(1.0, max(0.0, past / FADES)))))
        place = card.get_rect(midtop=(free // 2, self.px(20)))
        if over is not None:
            place.bottomleft = over.bottomleft
        for taken in self.clear_of if over is None else ():
            if place.colliderect(taken):
                place.top = taken.bottom + self.px(8)
        self.place.update(surface.blit(card, place))


REDRAWS = "Drawing all of it again"


class Progress(Layer):
    """A bar at the top right while a file is made beside the window, or a long drawing is drawn again."""

    def __init__(self) -> None:
        super().__init__()
        self.theme: Theme = STAGE
        self.title = ""
        self.note = ""
        self.part = 0.0
        self.redrawn: float | None = None
        """What part is drawn again; somebody waits for that now, so it goes before a file."""
        self.margin = 0
        """Pixels at the right edge that belong to the panel."""
        self.place = pygame.Rect(0, 0, 0, 0)
        """Where it lies; empty while there is nothing to show."""

    def show(self, title: str, part: float, note: str = "") -> None:
        """So much (0 to 1) is done, and a note such as the time it will take; an empty title takes the bar away."""
        shown = round(part, 2)
        if (title, shown, note) != (self.title, self.part, self.note):
            self.title, self.part, self.note, self.stale = title, shown, note, True

    def redraw(self, part: float | None) -> None:
        """So much of a drawing is drawn again; None when all of it is."""
        shown = None if part is None else round(part, 2)
        if shown != self.redrawn:
            self.redrawn, self.stale = shown, True

    def draw(self, surface: pygame.Surface) -> None:
        title, part, note, way_out = self.title, self.part, self.note, "Esc stops it"
        if self.redrawn is not None:
            title, part, note, way_out = REDRAWS, self.redrawn, "", ""
        if not title:
            self.place.size = (0, 0)
            return
        theme, inside = self.theme, self.px(16)
        hint = text(way_out, "regular", self.px(13), theme.quiet)
        size = (min(self.px(340), surface.get_width() - self.px(40)), self.px(78))
        title = shortened(title, "regular", self.px(13), size[0] - 2 * inside - hint.get_width() - self.px(16))
        words = text(title, "regular", self.px(13), theme.ink)
        card = framed(size, self.px(11), theme.plate, theme.cover, theme.edge)
        card.blit(words, (inside, self.px(11)))
        card.blit(hint, hint.get_rect(topright=(size[0] - inside, self.px(11))))
        bar = pygame.Rect(inside, self.px(38), size[0] - 2 * inside, self.px(4))
        card.blit(plate(bar.size, self.px(2), theme.edge), bar)
        done = max(bar.height, round(bar.width * part))
        card.blit(plate((done, bar.height), self.px(2), theme.accent), bar)
        card.blit(text(f"{part:.0%}", "mono", self.px(13), theme.ink), (inside, self.px(50)))
        beside = text(note, "regular", self.px(13), theme.quiet)
        card.blit(beside, beside.get_rect(topright=(size[0] - inside, self.px(50))))
        self.place.size = size
        self.place.topright = (surface.get_width() - self.margin - self.px(20), self.px(20))
        surface.blit(card, self.place)
