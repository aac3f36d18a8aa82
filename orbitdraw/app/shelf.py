"""The scenes that can be chosen, each with its finished picture."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pygame

from orbitdraw.catalogue import catalogue
from orbitdraw.errors import OrbitdrawError
from orbitdraw.resources import asset

if TYPE_CHECKING:
    from orbitdraw.drafts import Draft


@dataclass(frozen=True)
class Card:
    """A scene on the wall: its name in the file, its title and caption for people, its file and its picture's file."""

    name: str
    title: str
    caption: str
    path: str
    still: Path | None
    draft: Draft | None = None
    """What somebody has drawn in it, where it is no scene as it came."""

    def picture(self) -> pygame.Surface | None:
        """The finished picture that was shipped; None where there is none or it is damaged."""
        if self.still is None:
            return None
        try:
            # With a palette, as most are shipped, a picture cannot be scaled smoothly.
            return pygame.image.load(self.still).convert(24)
        except (pygame.error, OSError):
            return None


def still_of(name: str) -> Path | None:
    """The file of a scene's shipped picture."""
    for suffix in (".webp", ".png"):
        try:
            return asset(f"thumbnails/{name}{suffix}")
        except OrbitdrawError:
            continue
    return None


def cards() -> list[Card]:
    """Every scene of the catalogue."""
    return [Card(e.name, e.title, e.caption, e.path, still_of(e.name)) for e in catalogue()]
