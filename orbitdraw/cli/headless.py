"""Playing where there is no display: the scene goes into a GIF and a PNG in the working directory."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orbitdraw.formats import check_size

if TYPE_CHECKING:
    from orbitdraw.simulation.run import Run

GIF_SIDE, GIF_SECONDS, GIF_RATE = 640, 6.0, 20
"""The most pixels of the longer side of the GIF, the most seconds of play, and the pictures a second. Of the scenes
that come with orbitdraw the largest is then 8 MB; most mail and web sites take 10."""

PICTURE = (1920, 1080)
"""The size of the PNG where none is asked for."""

A_WINDOW = "For a window, run it on a machine with a screen, or log in with `ssh -X`."
NO_WALL = f"No display here, so there is no wall of scenes: `orbitdraw play NAME` draws one into files. {A_WINDOW}"

Write = Callable[..., Any]


def display_missing() -> bool:
    """True where no window can open. Only Linux and its kin can tell without opening one."""
    return _asks() and not os.environ.get("SDL_VIDEODRIVER") and not _named()


def drivers() -> dict[str, str]:
    """The variable that lets SDL try the displays that are named and nothing else.

    Where none of them answers, it would go on with a window that nobody can see.
    """
    return {"SDL_VIDEODRIVER": ",".join(_named())} if _asks() and not os.environ.get("SDL_VIDEODRIVER") else {}


def _asks() -> bool:
    return sys.platform not in ("win32", "darwin", "cygwin", "emscripten")


def _named() -> list[str]:
    """SDL's drivers for the displays that are named. A Wayland display is a socket, which is there or not."""
    named = ["x11"] if os.environ.get("DISPLAY") else []
    socket = os.environ.get("WAYLAND_DISPLAY")
    if socket and Path(os.environ.get("XDG_RUNTIME_DIR", ""), socket).exists():
        named.append("wayland")
    return named


def draw(run: Run, write: Write, size: tuple[int, int] | None = None) -> tuple[str, list[str]]:
    """Draw a run into NAME.gif and NAME.png, called after its scene; gives a sentence about them, and the notes.

    `write(run, path, size=, ...)` makes one file. The GIF shows the first seconds, the PNG is the picture that an
    export makes. Files that are there stay: the new ones get a number.
    """
    from orbitdraw.simulation.run import FRAMES_PER_SECOND

    picture = check_size(size or PICTURE, ".png")
    name = file_name(run.scene.name)
    whole = run.lasted / FRAMES_PER_SECOND or run.scene.seconds
    seconds = min(GIF_SECONDS, whole)
    gif = write(run, Path(f"{name}.gif"), size=small(picture), seconds=seconds, fps=GIF_RATE, overwrite=False)
    png = write(run, Path(f"{name}.png"), size=picture, overwrite=False)
    part = f" (its first {seconds:g} s of {round(whole, 1):g})" if seconds < whole else ""
    sentence = f"No display here, so the drawing went into {gif.path}{part} and {png.path}. {A_WINDOW}"
    return sentence, list(dict.fromkeys([*gif.notes, *png.notes]))


def file_name(name: str) -> str:
    """The name of a scene as one of a file, in which what no folder takes is left out.

    >>> file_name("figure_eight"), file_name("a/b"), file_name("..")
    ('figure_eight', 'a_b', 'scene')
    """
    return re.sub(r"[^\w.-]+", "_", name).strip("._-") or "scene"


def small(size: tuple[int, int]) -> tuple[int, int]:
    """The size of a GIF of this shape.

    >>> small((1920, 1080)), small((500, 500))
    ((640, 360), (500, 500))
    """
    factor = min(1.0, GIF_SIDE / max(size))
    return max(1, round(size[0] * factor)), max(1, round(size[1] * factor))
