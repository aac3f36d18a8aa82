"""Error card over the last good picture of a scene."""

from __future__ import annotations

from pathlib import Path

import pygame

from orbitdraw.app.kit.text import framed, paragraph, shortened, text
from orbitdraw.app.kit.theme import STAGE, Theme
from orbitdraw.app.shell.layer import Layer
from orbitdraw.app.shell.messages import Trouble


class Mishap(Layer):
    """A card with message, file and line. It covers the middle and leaves the rest of the picture visible."""

    def __init__(self) -> None:
        super().__init__()
        self.theme: Theme = STAGE
        self.trouble: Trouble | None = None

    def show(self, trouble: Trouble | None) -> None:
        """Show an error, or hide the card with None."""
        if trouble != self.trouble:
            self.trouble, self.stale = trouble, True

    def draw(self, surface: pygame.Surface) -> None:
        if self.trouble is None:
            return
        theme, trouble = self.theme, self.trouble
        inside = self.px(26)
        room = max(self.px(120), min(self.px(620), surface.get_width() - 2 * inside - self.px(40)))
        blocks = [(text(trouble.title, "semibold", self.px(18), theme.warning), 0)]
        blocks.append((paragraph(trouble.message, "mono", self.px(14), theme.ink, room, 6), self.px(12)))
        if trouble.path:
            where = f"{trouble.path}, line {trouble.line}" if trouble.line else trouble.path
            if text(where, "mono", self.px(13), theme.quiet).get_width() > room:
                where = where.replace(trouble.path, f"…/{Path(trouble.path).parent.name}/{Path(trouble.path).name}")
            where = shortened(where, "mono", self.px(13), room)
            blocks.append((text(where, "mono", self.px(13), theme.quiet), self.px(12)))
        blocks.append((paragraph(trouble.hint, "regular", self.px(14), theme.quiet, room), self.px(18)))
        width = max(block.get_width() for block, _ in blocks) + 2 * inside
        height = sum(block.get_height() + gap for block, gap in blocks) + 2 * inside
        card = framed((width, height), self.px(14), theme.plate, 245, theme.warning)
        y = inside
        for block, gap in blocks:
            card.blit(block, (inside, y + gap))
            y += block.get_height() + gap
        surface.blit(card, card.get_rect(center=(surface.get_width() // 2, round(surface.get_height() * 0.42))))
