"""What an exporter is told, and what an export tells."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from orbitdraw.errors import OrbitdrawError
from orbitdraw.record.drawing import Drawing

Pixels = NDArray[np.uint32]
Bytes = NDArray[np.uint8]

QUALITIES = ("standard", "high", "lossless")
"""Of films: one that plays everywhere; one with the colour of every pixel; one that comes back to the bit."""


class Pictured(Protocol):
    """A developed picture: 0x00RRGGBB pixels (h, w), and where it is levels of one palette, those."""

    @property
    def pixels(self) -> Pixels: ...
    @property
    def levels(self) -> Bytes | None: ...
    @property
    def palette(self) -> Bytes | None: ...
    @property
    def ground(self) -> int: ...


Pictures = Iterator[Pictured]


class CancelledError(OrbitdrawError):
    """The person stopped the export; nothing was written."""

    exit_code = 130


@dataclass(frozen=True)
class Spec:
    """The size (width, height), the number of pictures and their rate; `samples` gives some of them ahead of time.

    `transparent` leaves the ground out; `loop` is how often a film plays, 0 for ever.
    """

    size: tuple[int, int]
    frames: int = 1
    fps: Fraction = Fraction(60)
    drawing: Callable[[], Drawing | None] = lambda: None
    samples: Callable[[], Pictures] | None = None
    asked_fps: bool = False
    quality: str = QUALITIES[0]
    transparent: bool = False
    loop: int = 0


@dataclass(frozen=True)
class Exported:
    """A file that is whole: where it is, how many pictures and seconds it has, and what a person should know."""

    path: Path
    frames: int
    seconds: float
    notes: list[str] = field(default_factory=list)

    def __fspath__(self) -> str:
        return os.fspath(self.path)
