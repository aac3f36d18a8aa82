"""Open, start, restart and close a session."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING

import orbitdraw.film
from orbitdraw import library
from orbitdraw.app.session.drafts import duration, take_up
from orbitdraw.app.session.history import leave
from orbitdraw.app.session.playing import begun
from orbitdraw.app.session.reload import Watch, first_reading
from orbitdraw.app.session.session import Session
from orbitdraw.app.shell.messages import Notice

if TYPE_CHECKING:
    from orbitdraw.app.session.autosave import Left
    from orbitdraw.simulation.run import Run

LAST_WORD = 0.5
"""Seconds that closing waits for the last edit to be written; usually it takes a frame."""

GRACE = 0.3
"""Seconds in which the running task of a scene that was left must end."""


def open_scene(session: Session) -> None:
    """Load the scene and show its first picture."""
    if session.watch is None:
        session.watch = Watch.of(session)
    if session.draft is not None:
        take_up(session, session.draft)
        return
    run = first_reading(
        session, lambda: library.begin(session.what, session.seed, params=session.params, **session.values)
    )
    if run is not None:
        session.home = run.scene
        start(session, run)
        if run.doubt:
            session.report(Notice(run.doubt, warning=True))
        elif run.lasted:
            session.report(
                Notice(f"This drawing is {duration(run.lasted)} long. Go to the end of the timeline to continue it")
            )


def start(session: Session, run: Run) -> None:
    """Show another run, from its present frame; a run with edits stays within reach of undo."""
    if session.film is not None and session.film.run.history.changes:
        leave(session, session.playing)
    session.adopt(replace(session.playing, film=orbitdraw.film.Film(run, session.size, at_once=True)))


def restart(session: Session, new_seed: bool = False) -> None:
    """Restart from frame 0 with the present values; a scene that failed is read again from its file."""
    if session.film is None or session.broken:
        open_scene(session)
        return
    run = session.film.run
    replaying = run.history.events and not run.history.changes and not new_seed
    if replaying:
        start(session, run.again())
        return
    seed = run.seed + 1 if new_seed else run.seed
    start(session, begun(run.scene, seed, run.values))


def close(session: Session) -> list[Left]:
    """Close the session, from the window; returns the unsaved drawings that are kept as drafts.

    Requested edits are done and written first, if that does not take long.
    """
    if session.closed:
        return []
    noted = threading.Event()

    def note() -> None:
        if session.film is not None and not session.closed:
            session.diary.note(session.film.run, last=True)
        noted.set()

    session.leaving = True
    if session.film is not None and session.worker.silent() < LAST_WORD:
        session.worker.tell(note)
        noted.wait(LAST_WORD)
    session.closed = True
    session.worker.drop(GRACE if session.worker.silent() < LAST_WORD else 0.0)
    if session.watch is not None:
        session.watch.stop()
    left = session.diary.close()
    session.worker.tell(session.drop)
    return left
