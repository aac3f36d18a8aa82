"""Toast, a sentence shown for a few seconds, and the progress bar of background tasks."""

from __future__ import annotations

import pygame

from orbitdraw.app.kit.text import bordered_plate, ellipsize, paragraph, plate, text
from orbitdraw.app.kit.theme import DARK_THEME, Theme
from orbitdraw.app.shell.layer import Layer

DURATION = 3.2
READING_SPEED = 17.0
"""Reading speed in letters per second: a long sentence stays longer."""

WARNING_DURATION = 7.0
FADE_DURATION = 0.3
MIN_WIDTH = 240.0
"""Smallest width in points beside the panel for a toast; with less room it covers the panel."""


class Toast(Layer):
    """A sentence at the top of the window that disappears by itself."""

    def __init__(self) -> None:
        super().__init__()
        self.theme: Theme = DARK_THEME
        self.sentence = ""
        self.warning = False
        self.avoid_rects: list[pygame.Rect] = []
        """Rectangles that the toast must not cover."""
        self.margin = 0
        """Width in pixels of the panel at the right edge."""
        self.cover_rect: pygame.Rect | None = None
        """Rectangle of a caption to cover, in scenes that use the whole picture; None shows the toast at the top."""
        self.place = pygame.Rect(0, 0, 0, 0)
        """Rectangle of the toast; empty while nothing is shown."""
        self._shown_at = 0.0
        self._now = 0.0

    def say(self, sentence: str, warning: bool = False) -> None:
        """Show a sentence, in place of the one before."""
        self.sentence, self.warning, self._shown_at, self.stale = sentence, warning, self._now, True

    @property
    def _duration(self) -> float:
        return max(WARNING_DURATION if self.warning else DURATION, len(self.sentence) / READING_SPEED)

    def tick(self, now: float) -> None:
        if not self._now:
            self._shown_at = now  # the time of a sentence set before the first iteration starts now
        self._now = now
        if not self.sentence:
            return
        overtime = now - self._shown_at - self._duration
        if overtime > 0:
            self.stale = True
        if overtime > FADE_DURATION:
            self.sentence = ""

    def draw(self, surface: pygame.Surface) -> None:
        if not self.sentence:
            self.place.size = (0, 0)
            return
        color = self.theme.warning if self.warning else self.theme.ink
        free_width, alpha = surface.get_width() - self.margin, self.theme.cover
        if free_width < self.px(MIN_WIDTH):
            free_width, alpha = (
                surface.get_width(),
                255,
            )  # over the panel: opaque, so that its text does not show through
        covered = (
            self.cover_rect if self.cover_rect is not None and self.cover_rect.width >= self.px(MIN_WIDTH) else None
        )
        max_width = min(self.px(680), free_width - self.px(80) if covered is None else covered.width - self.px(40))
        sentence = paragraph(self.sentence, "regular", self.px(15), color, max_width, 4)
        size = (sentence.get_width() + self.px(40), sentence.get_height() + self.px(20))
        if covered is not None:
            size, alpha = (max(size[0], covered.width), max(size[1], covered.height)), 255
        card = bordered_plate(size, self.px(18 if covered is None else 11), self.theme.plate, alpha, self.theme.edge)
        card.blit(sentence, sentence.get_rect(midleft=(self.px(20), size[1] // 2)))
        overtime = self._now - self._shown_at - self._duration
        card.set_alpha(round(255 * (1.0 - min(1.0, max(0.0, overtime / FADE_DURATION)))))
        place = card.get_rect(midtop=(free_width // 2, self.px(20)))
        if covered is not None:
            place.bottomleft = covered.bottomleft
        for obstacle in self.avoid_rects if covered is None else ():
            if place.colliderect(obstacle):
                place.top = obstacle.bottom + self.px(8)
        self.place.update(surface.blit(card, place))


REDRAW_TITLE = "Redrawing the whole picture"


class ProgressBar(Layer):
    """Progress bar at the top right of an export, or of the redraw of a long drawing."""

    def __init__(self) -> None:
        super().__init__()
        self.theme: Theme = DARK_THEME
        self.title = ""
        self.note = ""
        self.fraction = 0.0
        self.redraw_fraction: float | None = None
        """Progress of a redraw, 0 to 1, or None; shown instead of an export, because the user waits for the picture."""
        self.margin = 0
        """Width in pixels of the panel at the right edge."""
        self.place = pygame.Rect(0, 0, 0, 0)
        """Rectangle of the bar; empty while nothing is shown."""

    def show(self, title: str, fraction: float, note: str = "") -> None:
        """Show the progress, 0 to 1, with a note such as the remaining time; an empty title hides the bar."""
        shown = round(fraction, 2)
        if (title, shown, note) != (self.title, self.fraction, self.note):
            self.title, self.fraction, self.note, self.stale = title, shown, note, True

    def redraw(self, fraction: float | None) -> None:
        """Show the progress of a redraw, 0 to 1; None when it has ended."""
        shown = None if fraction is None else round(fraction, 2)
        if shown != self.redraw_fraction:
            self.redraw_fraction, self.stale = shown, True

    def draw(self, surface: pygame.Surface) -> None:
        title, fraction, note, cancel_hint = self.title, self.fraction, self.note, "Esc  cancel"
        if self.redraw_fraction is not None:
            title, fraction, note, cancel_hint = REDRAW_TITLE, self.redraw_fraction, "", ""
        if not title:
            self.place.size = (0, 0)
            return
        theme, padding = self.theme, self.px(16)
        hint = text(cancel_hint, "regular", self.px(13), theme.quiet)
        size = (min(self.px(340), surface.get_width() - self.px(40)), self.px(78))
        title = ellipsize(title, "regular", self.px(13), size[0] - 2 * padding - hint.get_width() - self.px(16))
        title_text = text(title, "regular", self.px(13), theme.ink)
        card = bordered_plate(size, self.px(11), theme.plate, theme.cover, theme.edge)
        card.blit(title_text, (padding, self.px(11)))
        card.blit(hint, hint.get_rect(topright=(size[0] - padding, self.px(11))))
        bar = pygame.Rect(padding, self.px(38), size[0] - 2 * padding, self.px(4))
        card.blit(plate(bar.size, self.px(2), theme.edge), bar)
        filled = max(bar.height, round(bar.width * fraction))
        card.blit(plate((filled, bar.height), self.px(2), theme.accent), bar)
        card.blit(text(f"{fraction:.0%}", "mono", self.px(13), theme.ink), (padding, self.px(50)))
        note_text = text(note, "regular", self.px(13), theme.quiet)
        card.blit(note_text, note_text.get_rect(topright=(size[0] - padding, self.px(50))))
        self.place.size = size
        self.place.topright = (surface.get_width() - self.margin - self.px(20), self.px(20))
        surface.blit(card, self.place)
