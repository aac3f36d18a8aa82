"""Tooltip of a control: its tip while the pointer or the focus rests on it, or a warning about the typed text."""

from __future__ import annotations

import pygame

from orbitdraw.app.kit.control import Control
from orbitdraw.app.kit.text import bordered_plate, paragraph

TIP_DELAY, REMARK_DURATION = 0.7, 4.0
MAX_WIDTH = 250.0


class Tooltip:
    """One sentence beside one control. `stale` is True when it has changed since it was drawn."""

    def __init__(self) -> None:
        self.control: Control | None = None
        self.sentence = ""
        self.warning = False
        self.stale = False
        self._since = 0.0
        self._until = 0.0

    def set_control(self, control: Control | None, now: float) -> None:
        """Follow a control that the pointer or the focus has reached."""
        self.clear()
        self.control, self._since = control, now

    def clear(self) -> None:
        """Hide the sentence."""
        if self.sentence:
            self.sentence, self.stale = "", True

    def show_remark(self, control: Control, now: float) -> None:
        """Show the remark of a control, if it has one."""
        if control.remark:
            self.control, self._since, self._until = control, now, now + REMARK_DURATION
            self.sentence, self.warning, self.stale = control.remark, True, True
            control.remark = ""

    def tick(self, now: float) -> None:
        """Show the tip after its delay, and hide a sentence whose time is over."""
        control = self.control
        is_resting = control is not None and (control.hovered or control.focused) and now - self._since > TIP_DELAY
        if self.sentence:
            if now > self._until if self.warning else not is_resting:
                self.clear()
                self.control = None
        elif is_resting and control is not None and control.tip:
            self.sentence, self.warning, self.stale = control.tip, False, True

    def draw(self, surface: pygame.Surface, beside: pygame.Rect, window: pygame.Rect) -> None:
        """Draw the sentence to the left of `beside`; where there is no room, below or above, never over it."""
        control = self.control
        if not self.sentence or control is None:
            return
        theme, px = control.theme, control.px
        words = paragraph(
            self.sentence, "regular", px(13), theme.warning if self.warning else theme.ink, px(MAX_WIDTH), 5
        )
        size = (words.get_width() + 2 * px(12), words.get_height() + 2 * px(8))
        card = bordered_plate(size, px(8), theme.plate, 250, theme.warning if self.warning else theme.line)
        card.blit(words, (px(12), px(8)))
        place = card.get_rect(midright=(beside.left - px(8), beside.centery))
        if place.left < window.left:
            place.midtop = beside.centerx, beside.bottom + px(2)
            if place.bottom > window.bottom:
                place.bottom = beside.top - px(2)
        surface.blit(card, place.clamp(window))
