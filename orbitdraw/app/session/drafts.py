"""Drafts in the worker's thread: describe how long a drawing is, and open it again."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import orbitdraw.film
from orbitdraw.app.session.progress import Patience
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


def lasted(frames: int) -> str:
    """Length of a drawing in words.

    >>> lasted(2040)
    '34 s drawn'
    """
    return f"{duration(frames)} drawn"


def take_up(session: Session, draft: Draft) -> None:
    """Show a draft as it was left: replay all of it, with a picture only at the end."""
    if session.diary.holds(draft.path):
        run, frames = draft.again()
    else:
        run, frames, hold = draft.take_up()
        session.diary.adopt(run, draft.path, hold)
    film = orbitdraw.film.Film(run, session.size)
    patience = Patience(session.report, lambda: session.leaving)
    film.seek_for_display(frames, lambda: patience(film.run.frame / max(1, frames)))
    patience.over()
    if session.leaving:
        return
    session.home = run.scene
    session.adopt(replace(session.playing, film=film))
    session.report(
        Notice(f"Draft {'as you left it' if draft.left else 'recovered'}, {lasted(frames)}. Space continues it")
    )
