"""Cards of the wall: scenes and drafts, each with a thumbnail."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import pygame

from orbitdraw.errors import InputError, OrbitdrawError
from orbitdraw.library.catalogue import catalogue
from orbitdraw.runtime.opening import kind_of, open_file
from orbitdraw.runtime.resources import asset

if TYPE_CHECKING:
    from orbitdraw.library.drafts import Draft


MAX_BYTES, MAX_SIDE = 16 << 20, 4096
"""Largest thumbnail file of a draft that is read, in bytes and pixels a side; ours are far smaller."""


@dataclass(frozen=True)
class Card:
    """A scene on the wall: its name, title and caption, its scene file and its thumbnail file."""

    name: str
    title: str
    caption: str
    path: str
    thumbnail: Path | None
    draft: Draft | None = None
    """The draft that the card stands for; None for a scene."""

    def picture(self) -> pygame.Surface | None:
        """The thumbnail; None where there is none that can be read."""
        if self.thumbnail is None:
            return None
        try:
            # Most shipped thumbnails have a palette, and pygame scales only true colour smoothly.
            return pygame.image.load(self.thumbnail if self.draft is None else read_thumbnail(self.thumbnail)).convert(
                24
            )
        except (pygame.error, OSError, InputError):
            return None


def read_thumbnail(path: Path) -> BytesIO:
    """Contents of a draft's thumbnail; raises InputError for any file that is not a PNG of moderate size."""
    with open_file(path, MAX_BYTES) as file:
        kind, data = kind_of(file), file.read()
    width, height = (int.from_bytes(data[at : at + 4], "big") for at in (16, 20))
    if kind != "PNG" or max(width, height) > MAX_SIDE:
        raise InputError(f"{path.name} is not a draft's picture")
    return BytesIO(data)


def thumbnail_path(name: str) -> Path | None:
    """The file of a scene's shipped thumbnail, or None."""
    for suffix in (".webp", ".png"):
        try:
            return asset(f"thumbnails/{name}{suffix}")
        except OrbitdrawError:
            continue
    return None


def cards() -> list[Card]:
    """Cards of all scenes of the catalogue."""
    return [Card(e.name, e.title, e.caption, e.path, thumbnail_path(e.name)) for e in catalogue()]
