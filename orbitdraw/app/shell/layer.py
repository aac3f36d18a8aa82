"""Layers and pages: each layer draws over the layers below it and handles events before them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pygame


class Layer:
    """One layer of the screen. `stale` is True when it has changed since it was drawn."""

    def __init__(self) -> None:
        self.stale = True
        self.scale = 1.0

    def px(self, points: float) -> int:
        """Length in whole pixels, at least 1, of a length in points."""
        return max(1, round(points * self.scale))

    def tick(self, now: float) -> None:
        """Update the layer, once per iteration of the event loop; `now` is a monotonic time in seconds."""

    def receive(self, message: Any) -> None:
        """Receive a message from the worker."""

    def draw(self, surface: pygame.Surface) -> None:
        """Draw the layer on the surface of the window."""

    def handle(self, event: pygame.event.Event) -> bool:
        """Handle an event; True when the layers below must not get it."""
        return False


class Page(Layer):
    """The content of the window: a stack of layers, the first at the bottom, and the actions of its keys."""

    name = ""
    title = ""
    handles_keys_first = True
    """True when its layers get a key before the key table does, such as digits while a number is being typed."""

    def __init__(self) -> None:
        super().__init__()
        self.layers: list[Layer] = []

    def rescale(self, scale: float) -> None:
        """Set the interface scale, in pixels per point, of every layer."""
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
        """True when any layer has changed since it was drawn."""
        return self.stale or any(layer.stale for layer in self.layers)

    def handle(self, event: pygame.event.Event) -> bool:
        return any(layer.handle(event) for layer in reversed(self.layers))

    def do(self, action: str) -> bool:
        """Carry out an action of the key table; False when this page has no such action."""
        return False

    def use_as_landscape(self, path: Path) -> None:
        """Use a dropped picture as the landscape, or show why that is impossible."""

    def resize(self, size: tuple[int, int]) -> None:
        """Adapt to a new size of the window."""
        self.stale = True

    def update_drafts(self) -> None:
        """Update the page after drafts were added or removed."""

    def close(self) -> None:
        """Leave the page."""
