"""The scenes that can be chosen, each with its finished picture."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import pygame

from orbitdraw.errors import InputError, OrbitdrawError
from orbitdraw.library.catalogue import catalogue
from orbitdraw.runtime.opening import kind_of, opened
from orbitdraw.runtime.resources import asset

if TYPE_CHECKING:
    from orbitdraw.library.drafts import Draft


MOST_BYTES, MOST_SIDE = 16 << 20, 4096
"""Of a picture beside a draft. Windows are wider, but that picture is made smaller first."""


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
        """The finished picture that was shipped, or that of a draft; None where there is none that can be shown."""
        if self.still is None:
            return None
        try:
            # With a palette, as most are shipped, a picture cannot be scaled smoothly.
            return pygame.image.load(self.still if self.draft is None else drawn(self.still)).convert(24)
        except (pygame.error, OSError, InputError):
            return None


def drawn(path: Path) -> BytesIO:
    """A draft's picture, as this program writes it. In the folder of drafts there may lie anything: InputError."""
    with opened(path, MOST_BYTES) as file:
        kind, data = kind_of(file), file.read()
    width, height = (int.from_bytes(data[at : at + 4], "big") for at in (16, 20))
    if kind != "PNG" or max(width, height) > MOST_SIDE:
        raise InputError(f"{path.name} is not a draft's picture")
    return BytesIO(data)


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
