"""Snap to a closed orbit: the search runs beside the frames, and its result is applied if nothing has moved."""

from __future__ import annotations

import copy
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from orbitdraw import analysis
from orbitdraw.app.session import edit_tasks
from orbitdraw.app.session.session import Session
from orbitdraw.app.shell.messages import Notice
from orbitdraw.errors import InputError

if TYPE_CHECKING:
    from orbitdraw.analysis.closed_orbits import ClosedOrbit
    from orbitdraw.simulation.run import Run

_executor = ThreadPoolExecutor(1, "orbitdraw closing")

Instant = tuple[int, int]


def snap_to_closed_orbit(session: Session, selected: int | None, all_bodies: bool) -> None:
    """Search for the closed orbit nearest to that of the selected body, the last one thrown, or of all together."""
    film = session.film
    if film is None or session.broken:
        return
    body = None if all_bodies else selected if selected is not None else _last_thrown_body(film.run)
    run = copy.copy(film.run)
    run.state = {name: array.copy() for name, array in film.run.state.items()}
    run.values = dict(run.values)
    session.report(Notice("Searching for the nearest closed orbit …"))
    _executor.submit(_search, session, run, body, _instant_of(film.run))


def _last_thrown_body(run: Run) -> int | None:
    """The name of the last thrown body that still exists."""
    names = run.bodies().tolist()
    thrown = any(event.name == "throw" for event in run.history.past)
    return max(names) if names and thrown else None


def _instant_of(run: Run) -> Instant:
    return run.frame, len(run.history.changes)


def _search(session: Session, run: Run, body: int | None, instant: Instant) -> None:
    def has_changed() -> bool:
        return session.closed or session.film is None or _instant_of(session.film.run) != instant

    try:
        orbit = analysis.closed_orbits.nearest_closed_orbit(run, body, cancelled=has_changed)
    except InputError as error:
        session.report(Notice.of(error))
        return
    except Exception as error:
        session.report(Notice(f"The search for a closed orbit failed: {error}", warning=True))
        return
    session.submit(_apply, session, orbit, instant)


def _apply(session: Session, orbit: ClosedOrbit, instant: Instant) -> None:
    if session.film is None or _instant_of(session.film.run) != instant:
        session.report(Notice("The bodies moved before a closed orbit was found; C searches again"))
        return
    if not orbit.is_found or not orbit.edits or edit_tasks.do(session, *orbit.edits):
        sentence = orbit.sentence()
        session.report(Notice(sentence[:1].upper() + sentence[1:], warning=not orbit.is_found))
