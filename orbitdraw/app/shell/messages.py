"""Messages from the worker to the window: frozen records, shared between threads."""

from __future__ import annotations

import traceback
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orbitdraw.app.kit.theme import Color
from orbitdraw.errors import InputError, sentence
from orbitdraw.library.catalogue import title_from_name
from orbitdraw.runtime.author_errors import scene_error

if TYPE_CHECKING:
    import numpy as np
    import pygame
    from numpy.typing import NDArray

    from orbitdraw.simulation.run import Run

Triple = tuple[float, float, float]
"""A view as stored by a run: x, y and radius."""


@dataclass(frozen=True)
class SceneOpened:
    """A scene has been opened. `home` is its own view, `law` the name of its law of motion, or empty."""

    title: str
    caption: str
    law: str
    seed: int
    home: Triple
    panels: bool = False
    """True for a scene that displays its numbers itself."""
    name: str = ""
    """Stem of the names of its files."""
    text: str = ""
    """The formula, for a scene that consists of one; else empty."""

    @classmethod
    def of(cls, run: Run) -> SceneOpened:
        """The message about the scene of a run."""
        scene = run.scene
        law = "" if scene.motion is not None else scene.law.name
        caption = " ".join(scene.caption.split())
        name = scene.title or title_from_name(scene.name)
        panels, names = run.motion.panels, (scene.name, scene.text)
        return cls(name, caption, law, run.seed, scene.view.triple, panels, *names)


@dataclass(frozen=True)
class Shot:
    """One finished picture: pixels (h, w) 0x00RRGGBB of the part `view` of the world, after `frame` frames."""

    pixels: NDArray[np.uint32]
    view: Triple
    frame: int
    t: float
    numbers: dict[str, float] | None
    """Measured quantities by name; None when they were not measured for this picture."""

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return self.pixels.shape[1], self.pixels.shape[0]

    @property
    def corner(self) -> Color:
        """Colour of the background, taken from the top left pixel."""
        value = int(self.pixels[0, 0])
        return value >> 16 & 255, value >> 8 & 255, value & 255


@dataclass(frozen=True)
class ContourImage:
    """Contour lines and force arrows to draw over the picture of `view`; None removes them."""

    surface: pygame.Surface | None
    view: Triple


@dataclass(frozen=True)
class FormulaImage:
    """The typeset formula of the potential; None where there is none."""

    surface: pygame.Surface | None


@dataclass(frozen=True)
class Notice:
    """A sentence to show as a toast."""

    text: str
    warning: bool = False

    @classmethod
    def of(cls, error: Exception) -> Notice:
        """The message of an error as a sentence with a capital letter; names such as `two_wells` stay as they are.

        >>> Notice.of(ValueError("body 3 is pinned")).text, Notice.of(ValueError("two_wells has no 'a'")).text
        ('Body 3 is pinned', "two_wells has no 'a'")
        """
        return cls(sentence(str(error)), warning=True)


@dataclass(frozen=True)
class RedrawProgress:
    """Progress of a long redraw, 0 to 1; None when it has ended."""

    fraction: float | None


@dataclass(frozen=True)
class ExportRequest:
    """An export order: `what`, anything `library.create_run` plays, after `frames` frames, and the exporter's options.

    With `last_orbit`, the exported range is the last full orbit, at whose end all bodies are back where it started.
    """

    what: Any
    frames: int
    name: str
    suffix: str = ".png"
    options: Mapping[str, Any] = field(default_factory=dict)
    last_orbit: bool = False
    path: Path | None = None
    """The file named by the user, or None; an existing file is not replaced."""


@dataclass(frozen=True)
class ErrorReport:
    """A scene that failed: the error message, its file and line (empty and 0 where there is none)."""

    message: str
    path: str = ""
    line: int = 0
    title: str = "This scene stopped"
    hint: str = "R restarts the scene, Shift+N returns to the last working picture, W to the wall"

    @classmethod
    def of(cls, error: BaseException, path: str = "") -> ErrorReport:
        """The message about an error, with the last line reached in the scene's file, else in the program."""
        located = scene_error(error, path)
        frames = traceback.extract_tb(error.__traceback__)
        if located.line or isinstance(error, InputError) or not frames:
            return cls(located.message, located.path, located.line)
        return cls(located.message, frames[-1].filename, frames[-1].lineno or 0)
