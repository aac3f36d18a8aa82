"""The specification that an exporter gets, and the result of an export."""

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
"""Qualities of films: one that plays everywhere; one with full chroma resolution; one without loss."""


class FinishedPicture(Protocol):
    """A finished picture: pixels 0x00RRGGBB (h, w), and levels of a palette if it is indexed."""

    @property
    def pixels(self) -> Pixels: ...
    @property
    def levels(self) -> Bytes | None: ...
    @property
    def palette(self) -> Bytes | None: ...
    @property
    def ground(self) -> int: ...


Pictures = Iterator[FinishedPicture]


class CancelledError(OrbitdrawError):
    """The export was cancelled; nothing was written."""

    exit_code = 130


@dataclass(frozen=True)
class Spec:
    """Size (width, height), number of pictures and their rate; `samples` returns some of them in advance.

    `transparent` leaves the background out; `loop` is how often a film plays, 0 for ever.
    """

    size: tuple[int, int]
    frames: int = 1
    fps: Fraction = Fraction(60)
    drawing: Callable[[], Drawing | None] = lambda: None
    samples: Callable[[], Pictures] | None = None
    explicit_fps: bool = False
    quality: str = QUALITIES[0]
    transparent: bool = False
    loop: int = 0


@dataclass(frozen=True)
class ExportResult:
    """A complete file: its path, number of pictures and seconds, and notes for the user."""

    path: Path
    frames: int
    seconds: float
    notes: list[str] = field(default_factory=list)

    def __fspath__(self) -> str:
        return os.fspath(self.path)
