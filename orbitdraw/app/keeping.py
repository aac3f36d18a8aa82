"""Where what is kept goes, and the export that runs beside the window."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orbitdraw.app.news import Notice, ToExport
from orbitdraw.errors import OrbitdrawError

if TYPE_CHECKING:
    from orbitdraw.app.show import Show

LONGEST_SIDE = 3840
"""Pixels of the longer side of a picture exported with one key. Any other size: `orbitdraw export`."""

Exporter = Callable[..., Any]
"""`export(what, path, size=, frames=, progress=)`. It is handed in: the window does not know the exporters."""


def pictures_folder() -> Path:
    """The folder `orbitdraw` among the person's pictures; where there is none to write in, the working directory."""
    import platformdirs

    folder = Path(platformdirs.user_pictures_dir()) / "orbitdraw"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return Path.cwd()
    return folder if os.access(folder, os.W_OK) else Path.cwd()


def free_path(folder: Path, name: str, suffix: str) -> Path:
    """A file that does not exist yet: name-001, name-002, ...

    >>> import tempfile
    >>> free_path(Path(tempfile.mkdtemp()), "moth", ".png").name
    'moth-001.png'
    """
    number = 1
    while (path := folder / f"{name}-{number:03d}{suffix}").exists():
        number += 1
    return path


def export_size(window: tuple[int, int]) -> tuple[int, int]:
    """The size of an exported picture that has the window's shape.

    >>> export_size((1280, 720))
    (3840, 2160)
    """
    factor = max(1.0, LONGEST_SIDE / max(window))
    return round(window[0] * factor), round(window[1] * factor)


class StoppedError(Exception):
    """Raised inside an export that somebody no longer wants."""


class Export(threading.Thread):
    """One picture being made in a thread of its own. `part` is how much is done, `said` how it ended."""

    def __init__(self, exporter: Exporter, order: ToExport, path: Path, size: tuple[int, int]) -> None:
        super().__init__(name="orbitdraw export", daemon=True)
        self.exporter = exporter
        self.order = order
        self.path = path
        self.size = size
        self.part = 0.0
        self.said = ""
        self.failed = False
        self._stop_asked = threading.Event()

    def ask_to_stop(self) -> None:
        """End at the next frame, leaving no file."""
        self._stop_asked.set()

    def run(self) -> None:
        try:
            self.exporter(self.order.what, self.path, size=self.size, frames=self.order.frames, progress=self._progress)
        except StoppedError:
            self.said = "Export stopped; no file was written"
        except (OrbitdrawError, OSError, MemoryError) as error:
            self.said, self.failed = str(error) or type(error).__name__, True
        except Exception as error:
            self.said, self.failed = f"The export failed: {type(error).__name__}: {error}", True
        else:
            self.said = f"Exported {self.path}"

    def _progress(self, done: int, total: int) -> None:
        self.part = done / max(1, total)
        if self._stop_asked.is_set():
            raise StoppedError


# -- tasks -------------------------------------------------------------------------------------------------------------


def save(show: Show, path_for: Callable[[str, str], Path]) -> None:
    """Save the drawing; `path_for(name, suffix)` says where."""
    if show.film is None:
        return
    run = show.film.run
    try:
        path = run.drawing().save(path_for(run.scene.name, ".orbit"))
    except (OrbitdrawError, OSError) as error:
        show.report(Notice(str(error), warning=True))
    else:
        # What was saved is what is meant: the other futures go now.
        run.branches.clear()
        show.report(Notice(f"Saved {path}"))


def hand_out(show: Show) -> None:
    """Report what an export needs: the drawing so far or, for a scene no file can name, the scene being played."""
    if show.film is None:
        return
    run = show.film.run
    show.report(ToExport(run.again(), run.frame, run.scene.name))
