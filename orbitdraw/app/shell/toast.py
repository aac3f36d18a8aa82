"""Toast, a sentence shown for a few seconds, and the progress bar of background tasks."""

from __future__ import annotations

import pygame

from orbitdraw.app.kit.text import framed, paragraph, plate, shortened, text
from orbitdraw.app.kit.theme import STAGE, Theme
from orbitdraw.app.shell.layer import Layer

STAYS = 3.2
READ = 17.0
"""Reading speed in letters per second: a long sentence stays longer."""

WARNING_STAYS = 7.0
FADES = 0.3
LEAST = 240.0
"""Smallest width in points beside the panel for a toast; with less room it covers the panel."""


class Toast(Layer):
    """A sentence at the top of the window that disappears by itself."""

    def __init__(self) -> None:
        super().__init__()
        self.theme: Theme = STAGE
        self.sentence = ""
        self.warning = False
        self.clear_of: list[pygame.Rect] = []
        """Rectangles that the toast must not cover."""
        self.margin = 0
        """Width in pixels of the panel at the right edge."""
        self.over: pygame.Rect | None = None
        """Rectangle of a caption to cover, in scenes that use the whole picture; None shows the toast at the top."""
        self.place = pygame.Rect(0, 0, 0, 0)
        """Rectangle of the toast; empty while nothing is shown."""
        self._said = 0.0
        self._now = 0.0

    def say(self, sentence: str, warning: bool = False) -> None:
        """Show a sentence, in place of the one before."""
        self.sentence, self.warning, self._said, self.stale = sentence, warning, self._now, True

    @property
    def _stays(self) -> float:
        return max(WARNING_STAYS if self.warning else STAYS, len(self.sentence) / READ)

    def tick(self, now: float) -> None:
        if not self._now:
            self._said = now  # the time of a sentence set before the first iteration starts now
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
            free, cover = surface.get_width(), 255  # over the panel: opaque, so that its text does not show through
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


REDRAWS = "Redrawing the whole picture"


class Progress(Layer):
    """Progress bar at the top right of an export, or of the redraw of a long drawing."""

    def __init__(self) -> None:
        super().__init__()
        self.theme: Theme = STAGE
        self.title = ""
        self.note = ""
        self.part = 0.0
        self.redrawn: float | None = None
        """Progress of a redraw, 0 to 1, or None; shown instead of an export, because the user waits for the picture."""
        self.margin = 0
        """Width in pixels of the panel at the right edge."""
        self.place = pygame.Rect(0, 0, 0, 0)
        """Rectangle of the bar; empty while nothing is shown."""

    def show(self, title: str, part: float, note: str = "") -> None:
        """Show the progress, 0 to 1, with a note such as the remaining time; an empty title hides the bar."""
        shown = round(part, 2)
        if (title, shown, note) != (self.title, self.part, self.note):
            self.title, self.part, self.note, self.stale = title, shown, note, True

    def redraw(self, part: float | None) -> None:
        """Show the progress of a redraw, 0 to 1; None when it has ended."""
        shown = None if part is None else round(part, 2)
        if shown != self.redrawn:
            self.redrawn, self.stale = shown, True

    def draw(self, surface: pygame.Surface) -> None:
        title, part, note, way_out = self.title, self.part, self.note, "Esc  cancel"
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
