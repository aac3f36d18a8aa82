"""`orbitdraw play` without a display: the scene is drawn into a GIF and a PNG in the working directory."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orbitdraw import simulation
from orbitdraw.formats import check_size

if TYPE_CHECKING:
    from orbitdraw.simulation.run import Run

GIF_SIDE, GIF_SECONDS, GIF_RATE = 640, 6.0, 20
"""Longer side of the GIF in pixels, its longest play in seconds, and its pictures per second. The largest of the
shipped scenes is then 8 MB; most mail and web sites accept 10."""

PNG_SIZE = (1920, 1080)
"""Default size of the PNG."""

WINDOW_HINT = "For a window, run it on a machine with a screen, or log in with `ssh -X`."
NO_WALL_MESSAGE = (
    f"There is no display for the wall of scenes: `orbitdraw play NAME` draws a scene into files. {WINDOW_HINT}"
)

Write = Callable[..., Any]


def is_display_missing() -> bool:
    """True where no window can open. Other systems than Linux and Unix cannot tell without opening one: False."""
    return _names_displays() and not os.environ.get("SDL_VIDEODRIVER") and not _named_drivers()


def driver_environment() -> dict[str, str]:
    """Environment variables that restrict SDL to the displays named in the environment.

    Otherwise SDL would fall back to an invisible window if none of them answers.
    """
    return (
        {"SDL_VIDEODRIVER": ",".join(_named_drivers())}
        if _names_displays() and not os.environ.get("SDL_VIDEODRIVER")
        else {}
    )


def _names_displays() -> bool:
    return sys.platform not in ("win32", "darwin", "cygwin", "emscripten")


def _named_drivers() -> list[str]:
    """SDL's drivers for the displays named in the environment. A Wayland display counts only if its socket exists."""
    drivers = ["x11"] if os.environ.get("DISPLAY") else []
    socket = os.environ.get("WAYLAND_DISPLAY")
    if socket and Path(os.environ.get("XDG_RUNTIME_DIR", ""), socket).exists():
        drivers.append("wayland")
    return drivers


def draw(run: Run, write: Write, size: tuple[int, int] | None = None) -> tuple[str, list[str]]:
    """Draw a run into NAME.gif and NAME.png, named like its scene; return a sentence about them, and the notes.

    `write(run, path, size=, ...)` writes one file. The GIF shows the first seconds, the PNG is the one that `export`
    makes. Existing files are kept: the new ones get a number.
    """
    picture = check_size(size or PNG_SIZE, ".png")
    name = file_name(run.scene.name)
    total = run.lasted / simulation.FRAMES_PER_SECOND or run.scene.seconds
    seconds = min(GIF_SECONDS, total)
    gif = write(run, Path(f"{name}.gif"), size=gif_size(picture), seconds=seconds, fps=GIF_RATE, overwrite=False)
    png = write(run, Path(f"{name}.png"), size=picture, overwrite=False)
    extent = f" (the first {seconds:g} s of {round(total, 1):g})" if seconds < total else ""
    sentence = f"There is no display, so the scene was drawn into {gif.path}{extent} and {png.path}. {WINDOW_HINT}"
    return sentence, list(dict.fromkeys([*gif.notes, *png.notes]))


def file_name(name: str) -> str:
    """A file name for a scene, without characters that are invalid in file names.

    >>> file_name("figure_eight"), file_name("a/b"), file_name("..")
    ('figure_eight', 'a_b', 'scene')
    """
    return re.sub(r"[^\w.-]+", "_", name).strip("._-") or "scene"


def gif_size(size: tuple[int, int]) -> tuple[int, int]:
    """The size of the GIF for a picture of this size.

    >>> gif_size((1920, 1080)), gif_size((500, 500))
    ((640, 360), (500, 500))
    """
    factor = min(1.0, GIF_SIDE / max(size))
    return max(1, round(size[0] * factor)), max(1, round(size[1] * factor))
