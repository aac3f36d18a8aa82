"""Drafts in the worker's thread: describe how long a drawing is, and open it again."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import orbitdraw.film
from orbitdraw.app.session.progress import ProgressReporter
from orbitdraw.app.session.session import Session
from orbitdraw.app.shell.messages import Notice

if TYPE_CHECKING:
    from orbitdraw.library.drafts import Draft


def duration(frames: int) -> str:
    """Duration of a drawing.

    >>> duration(30), duration(2040), duration(9000)
    ('1 s', '34 s', '2.5 min')
    """
    seconds = max(1, round(frames / 60))
    return f"{seconds} s" if seconds < 100 else f"{seconds / 60:.1f} min"


def duration_words(frames: int) -> str:
    """Length of a drawing in words.

    >>> duration_words(2040)
    '34 s drawn'
    """
    return f"{duration(frames)} drawn"


def open_draft(session: Session, draft: Draft) -> None:
    """Show a draft as it was left: replay all of it, with a picture only at the end."""
    if session.autosave.has_opened(draft.path):
        run, frames = draft.replay()
    else:
        run, frames, lock = draft.resume()
        session.autosave.continue_draft(run, draft.path, lock)
    film = orbitdraw.film.Film(run, session.size)
    progress = ProgressReporter(session.report, lambda: session.leaving)
    film.seek_for_display(frames, lambda: progress(film.run.frame / max(1, frames)))
    progress.finish()
    if session.leaving:
        return
    session.base_scene = run.scene
    session.show_drawing(replace(session.current_drawing, film=film))
    state = "as you left it" if draft.clean_exit else "recovered"
    session.report(Notice(f"Draft {state}, {duration_words(frames)}. Space continues it"))
