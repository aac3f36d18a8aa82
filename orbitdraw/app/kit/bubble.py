"""What there is to say about a control: its tip when pointer or focus rest on it, or why a number was held back."""

from __future__ import annotations

import pygame

from orbitdraw.app.kit.control import Control
from orbitdraw.app.kit.text import framed, paragraph

TIP_AFTER, REMARK_STAYS = 0.7, 4.0
WIDE = 250.0


class Bubble:
    """One sentence beside one control. `stale` says that it would look different if it were drawn again."""

    def __init__(self) -> None:
        self.control: Control | None = None
        self.sentence = ""
        self.warning = False
        self.stale = False
        self._since = 0.0
        self._until = 0.0

    def turn_to(self, control: Control | None, now: float) -> None:
        """Pointer or focus came to a control."""
        self.clear()
        self.control, self._since = control, now

    def clear(self) -> None:
        """Say nothing."""
        if self.sentence:
            self.sentence, self.stale = "", True

    def remark(self, control: Control, now: float) -> None:
        """Say what the control has to remark, if anything."""
        if control.remark:
            self.control, self._since, self._until = control, now, now + REMARK_STAYS
            self.sentence, self.warning, self.stale = control.remark, True, True
            control.remark = ""

    def tick(self, now: float) -> None:
        """Show a tip when it is time, and take away what was said long enough."""
        control = self.control
        resting = control is not None and (control.hot or control.focused) and now - self._since > TIP_AFTER
        if self.sentence:
            if now > self._until if self.warning else not resting:
                self.clear()
                self.control = None
        elif resting and control is not None and control.tip:
            self.sentence, self.warning, self.stale = control.tip, False, True

    def draw(self, surface: pygame.Surface, beside: pygame.Rect, window: pygame.Rect) -> None:
        """Draw it to the left of a place; where there is no room, below it or above it, never over it."""
        control = self.control
        if not self.sentence or control is None:
            return
        theme, px = control.theme, control.px
        words = paragraph(self.sentence, "regular", px(13), theme.warning if self.warning else theme.ink, px(WIDE), 5)
        size = (words.get_width() + 2 * px(12), words.get_height() + 2 * px(8))
        card = framed(size, px(8), theme.plate, 250, theme.warning if self.warning else theme.line)
        card.blit(words, (px(12), px(8)))
        place = card.get_rect(midright=(beside.left - px(8), beside.centery))
        if place.left < window.left:
            place.midtop = beside.centerx, beside.bottom + px(2)
            if place.bottom > window.bottom:
                place.bottom = beside.top - px(2)
        surface.blit(card, place.clamp(window))
