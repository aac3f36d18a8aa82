"""Error card over the last good picture of a scene."""

from __future__ import annotations

from pathlib import Path

import pygame

from orbitdraw.app.kit.text import bordered_plate, ellipsize, paragraph, text
from orbitdraw.app.kit.theme import DARK_THEME, Theme
from orbitdraw.app.shell.layer import Layer
from orbitdraw.app.shell.messages import ErrorReport


class ErrorCard(Layer):
    """A card with message, file and line. It covers the middle and leaves the rest of the picture visible."""

    def __init__(self) -> None:
        super().__init__()
        self.theme: Theme = DARK_THEME
        self.trouble: ErrorReport | None = None

    def show(self, trouble: ErrorReport | None) -> None:
        """Show an error, or hide the card with None."""
        if trouble != self.trouble:
            self.trouble, self.stale = trouble, True

    def draw(self, surface: pygame.Surface) -> None:
        if self.trouble is None:
            return
        theme, trouble = self.theme, self.trouble
        padding = self.px(26)
        max_width = max(self.px(120), min(self.px(620), surface.get_width() - 2 * padding - self.px(40)))
        blocks = [(text(trouble.title, "semibold", self.px(18), theme.warning), 0)]
        blocks.append((paragraph(trouble.message, "mono", self.px(14), theme.ink, max_width, 6), self.px(12)))
        if trouble.path:
            location = f"{trouble.path}, line {trouble.line}" if trouble.line else trouble.path
            if text(location, "mono", self.px(13), theme.quiet).get_width() > max_width:
                location = location.replace(
                    trouble.path, f"…/{Path(trouble.path).parent.name}/{Path(trouble.path).name}"
                )
            location = ellipsize(location, "mono", self.px(13), max_width)
            blocks.append((text(location, "mono", self.px(13), theme.quiet), self.px(12)))
        blocks.append((paragraph(trouble.hint, "regular", self.px(14), theme.quiet, max_width), self.px(18)))
        width = max(block.get_width() for block, _ in blocks) + 2 * padding
        height = sum(block.get_height() + gap for block, gap in blocks) + 2 * padding
        card = bordered_plate((width, height), self.px(14), theme.plate, 245, theme.warning)
        y = padding
        for block, gap in blocks:
            card.blit(block, (padding, y + gap))
            y += block.get_height() + gap
        surface.blit(card, card.get_rect(center=(surface.get_width() // 2, round(surface.get_height() * 0.42))))
