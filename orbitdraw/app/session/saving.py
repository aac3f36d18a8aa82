"""Save drawings and prepare exports: their content, folder and size."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orbitdraw.app.session.session import Session
from orbitdraw.app.shell.messages import ExportRequest, Notice
from orbitdraw.errors import OrbitdrawError
from orbitdraw.runtime import lazy
from orbitdraw.runtime.files import write_error

if TYPE_CHECKING:
    import platformdirs
else:
    platformdirs = lazy.module("platformdirs")

MAX_SIDE = 3840
"""Pixels of the longer side of a picture exported with one key. Any other size: the dialog."""

MAX_GIF_SIDE = 960


def pictures_folder() -> Path:
    """The folder `orbitdraw` among the user's pictures; where it is not writable, the working directory."""
    folder = Path(platformdirs.user_pictures_dir()) / "orbitdraw"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return Path.cwd()
    return folder if os.access(folder, os.W_OK) else Path.cwd()


def export_size(window: tuple[int, int]) -> tuple[int, int]:
    """The size of an exported picture that has the window's shape.

    >>> export_size((1280, 720))
    (3840, 2160)
    """
    factor = max(1.0, MAX_SIDE / max(window))
    return round(window[0] * factor), round(window[1] * factor)


def gif_size(window: tuple[int, int]) -> tuple[int, int]:
    """The size of a GIF made with one key: the window's, or smaller, because GIFs are usually sent or posted.

    >>> gif_size((1920, 1080))
    (960, 540)
    """
    factor = min(1.0, MAX_GIF_SIDE / max(window))
    return round(window[0] * factor), round(window[1] * factor)


def save(session: Session, path_for: Callable[[str, str], Path]) -> None:
    """Save the drawing to `path_for(name, suffix)`."""
    if session.film is None:
        return
    run = session.film.run
    try:
        path = run.drawing().save(path_for(run.scene.name, ".orbit"), overwrite=False)
    except OSError as error:
        session.report(Notice(write_error(Path(error.filename or "the drawing"), error), warning=True))
    except OrbitdrawError as error:
        session.report(Notice(str(error), warning=True))
    else:
        # Saving settles on this continuation: the others are dropped.
        run.history.branches.clear()
        has_later_edits = run.history.ahead
        if not has_later_edits:
            session.autosave.mark_saved(run)
        range_words = f", up to {run.frame / 60:.1f} s; later edits are not included" if has_later_edits else ""
        session.report(Notice(f"Saved {path}{range_words}"))


def request_export(
    session: Session,
    suffix: str = ".png",
    options: Mapping[str, Any] | None = None,
    last_orbit: bool = False,
    path: Path | None = None,
) -> None:
    """Report the data of an export: the run as it was played; without options, a picture of the present frame."""
    if session.film is None:
        return
    run = session.film.run
    if last_orbit and not run.frame:
        session.report(Notice("Nothing has moved yet. Press Space to play first"))
        return
    session.report(ExportRequest(run.again(), run.frame, run.scene.name, suffix, options or {}, last_orbit, path))
