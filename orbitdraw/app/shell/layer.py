"""What a page is stacked from: each layer draws on what lies below it and may take an event before it does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pygame


class Layer:
    """One thing on the screen. `stale` says that it would look different if it were drawn again."""

    def __init__(self) -> None:
        self.stale = True
        self.scale = 1.0

    def px(self, points: float) -> int:
        """Pixels of a length given for scale 1."""
        return max(1, round(points * self.scale))

    def tick(self, now: float) -> None:
        """Once per turn of the loop; `now` is in seconds and only ever grows."""

    def hear(self, news: Any) -> None:
        """Something came from the worker."""

    def draw(self, surface: pygame.Surface) -> None:
        """Draw on the window's surface."""

    def handle(self, event: pygame.event.Event) -> bool:
        """True when the event was meant for this layer and nobody below should see it."""
        return False


class Page(Layer):
    """A whole window's content: an ordered stack of layers, the first at the bottom, and what its keys do."""

    name = ""
    title = ""
    comes_first = True
    """True when its layers may take a key before the key table does: digits, while somebody types a number."""

    def __init__(self) -> None:
        super().__init__()
        self.layers: list[Layer] = []

    def rescale(self, scale: float) -> None:
        """Tell every layer how large a point is."""
        self.scale = scale
        for layer in self.layers:
            layer.scale = scale
            layer.stale = True

    def tick(self, now: float) -> None:
        for layer in self.layers:
            layer.tick(now)

    def draw(self, surface: pygame.Surface) -> None:
        for layer in self.layers:
            layer.draw(surface)
            layer.stale = False
        self.stale = False

    def needs_drawing(self) -> bool:
        """True when any layer changed since it was drawn."""
        return self.stale or any(layer.stale for layer in self.layers)

    def handle(self, event: pygame.event.Event) -> bool:
        return any(layer.handle(event) for layer in reversed(self.layers))

    def do(self, action: str) -> bool:
        """Carry out an action of the key table; False when this page has none by that name."""
        return False

    def lay(self, path: Path) -> None:
        """A picture was dropped: lay it as a landscape, or say why not."""

    def resized(self, size: tuple[int, int]) -> None:
        """The window has a new size."""
        self.stale = True

    def rehang(self) -> None:
        """There are other drafts than before."""

    def close(self) -> None:
        """The page is left."""
