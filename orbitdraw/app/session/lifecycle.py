"""Open, start, restart and close a session."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING

import orbitdraw.film
from orbitdraw import library
from orbitdraw.app.session.drafts import duration, open_draft
from orbitdraw.app.session.history import push_drawing
from orbitdraw.app.session.open_drawing import start_run
from orbitdraw.app.session.reload import FileWatcher, read_scene
from orbitdraw.app.session.session import Session
from orbitdraw.app.shell.messages import Notice

if TYPE_CHECKING:
    from orbitdraw.app.session.autosave import UnsavedDrawing
    from orbitdraw.simulation.run import Run

WRITE_TIMEOUT = 0.5
"""Seconds that closing waits for the last edit to be written; usually it takes a frame."""

END_GRACE = 0.3
"""Seconds in which the running task of a scene that was left must end."""


def open_scene(session: Session) -> None:
    """Load the scene and show its first picture."""
    if session.file_watcher is None:
        session.file_watcher = FileWatcher.of(session)
    if session.draft is not None:
        open_draft(session, session.draft)
        return
    run = read_scene(
        session, lambda: library.create_run(session.what, session.seed, params=session.params, **session.values)
    )
    if run is not None:
        session.base_scene = run.scene
        show_run(session, run)
        if run.doubt:
            session.report(Notice(run.doubt, warning=True))
        elif run.lasted:
            session.report(
                Notice(f"This drawing is {duration(run.lasted)} long. Go to the end of the timeline to continue it")
            )


def show_run(session: Session, run: Run) -> None:
    """Show another run, from its present frame; a run with edits stays within reach of undo."""
    if session.film is not None and session.film.run.history.changes:
        push_drawing(session, session.current_drawing)
    session.show_drawing(replace(session.current_drawing, film=orbitdraw.film.Film(run, session.size, at_once=True)))


def restart(session: Session, new_seed: bool = False) -> None:
    """Restart from frame 0 with the present values; a scene that failed is read again from its file."""
    if session.film is None or session.broken:
        open_scene(session)
        return
    run = session.film.run
    replaying = run.history.events and not run.history.changes and not new_seed
    if replaying:
        show_run(session, run.again())
        return
    seed = run.seed + 1 if new_seed else run.seed
    show_run(session, start_run(run.scene, seed, run.values))


def close(session: Session) -> list[UnsavedDrawing]:
    """Close the session, from the window; returns the unsaved drawings that are kept as drafts.

    Requested edits are done and written first, if that does not take long.
    """
    if session.closed:
        return []
    written = threading.Event()

    def write() -> None:
        if session.film is not None and not session.closed:
            session.autosave.update(session.film.run, last=True)
        written.set()

    session.leaving = True
    if session.film is not None and session.worker.heartbeat_age() < WRITE_TIMEOUT:
        session.worker.submit(write)
        written.wait(WRITE_TIMEOUT)
    session.closed = True
    session.worker.set_deadline(END_GRACE if session.worker.heartbeat_age() < WRITE_TIMEOUT else 0.0)
    if session.file_watcher is not None:
        session.file_watcher.stop()
    unsaved = session.autosave.close()
    session.worker.submit(session.release)
    return unsaved
