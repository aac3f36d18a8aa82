"""What the worker tells the window. Frozen records: once reported, nobody changes them."""

from __future__ import annotations

import traceback
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orbitdraw.app.kit.theme import Color
from orbitdraw.errors import InputError, sentence
from orbitdraw.library.catalogue import titled
from orbitdraw.runtime.author_errors import scene_error

if TYPE_CHECKING:
    import numpy as np
    import pygame
    from numpy.typing import NDArray

    from orbitdraw.simulation.run import Run

Triple = tuple[float, float, float]
"""A view as a run records it: x, y and radius."""


@dataclass(frozen=True)
class Opened:
    """A scene plays. `home` is its own view, `law` the name of its law or empty, `seed` its random numbers."""

    title: str
    caption: str
    law: str
    seed: int
    home: Triple
    panels: bool = False
    """True for a scene that shows its numbers itself."""
    name: str = ""
    """What its files are called."""
    text: str = ""
    """The formula, where the scene is nothing but one."""

    @classmethod
    def of(cls, run: Run) -> Opened:
        """What there is to say of the scene that a run plays."""
        scene = run.scene
        law = "" if scene.motion is not None else scene.law.name
        caption = " ".join(scene.caption.split())
        name = scene.title or titled(scene.name)
        panels, words = run.motion.panels, (scene.name, scene.text)
        return cls(name, caption, law, run.seed, scene.view.triple, panels, *words)


@dataclass(frozen=True)
class Shot:
    """One developed picture: pixels (h, w) 0x00RRGGBB of the part `view` of the world, after `frame` frames."""

    pixels: NDArray[np.uint32]
    view: Triple
    frame: int
    t: float
    numbers: dict[str, float] | None
    """What the run measures; None when it was not asked this time."""

    @property
    def size(self) -> tuple[int, int]:
        """Width and height."""
        return self.pixels.shape[1], self.pixels.shape[0]

    @property
    def corner(self) -> Color:
        """The colour of the bare ground."""
        value = int(self.pixels[0, 0])
        return value >> 16 & 255, value >> 8 & 255, value & 255


@dataclass(frozen=True)
class Ground:
    """Level lines and arrows to lay over the picture of `view`; None takes them away."""

    surface: pygame.Surface | None
    view: Triple


@dataclass(frozen=True)
class Formula:
    """The potential, typeset; None where there is none."""

    surface: pygame.Surface | None


@dataclass(frozen=True)
class Notice:
    """A sentence for a moment."""

    text: str
    warning: bool = False

    @classmethod
    def of(cls, error: Exception) -> Notice:
        """What an error says, as a sentence of the window; names such as `two_wells` stay as they are.

        >>> Notice.of(ValueError("body 3 is pinned")).text, Notice.of(ValueError("two_wells has no 'a'")).text
        ('Body 3 is pinned', "two_wells has no 'a'")
        """
        return cls(sentence(str(error)), warning=True)


@dataclass(frozen=True)
class Redrawing:
    """What part of a long redrawing is done; None when it is over."""

    part: float | None


@dataclass(frozen=True)
class ToExport:
    """What is to be exported, taken at a frame: anything `library.begin` plays, how far it went, and the options.

    With `turn`, the stretch is the one in which everything comes back to where it is at that frame.
    """

    what: Any
    frames: int
    name: str
    suffix: str = ".png"
    options: Mapping[str, Any] = field(default_factory=dict)
    turn: bool = False
    path: Path | None = None
    """The file, where a person named it; one that is there by then is not replaced."""


@dataclass(frozen=True)
class Trouble:
    """A scene that failed: what was said, in which file and line (empty and 0 where there is none)."""

    message: str
    path: str = ""
    line: int = 0
    title: str = "This scene stopped"
    hint: str = "R tries again, Shift+N goes one frame back, W goes to the wall"

    @classmethod
    def of(cls, error: BaseException, path: str = "") -> Trouble:
        """What to show of an error: where its author's file ran last, else where the program did."""
        found = scene_error(error, path)
        frames = traceback.extract_tb(error.__traceback__)
        if found.line or isinstance(error, InputError) or not frames:
            return cls(found.message, found.path, found.line)
        return cls(found.message, frames[-1].filename, frames[-1].lineno or 0)
