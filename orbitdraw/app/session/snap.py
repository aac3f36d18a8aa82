"""Snap to a closed orbit: the search runs beside the frames, and its result is applied if nothing has moved."""

from __future__ import annotations

import copy
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from orbitdraw import analysis
from orbitdraw.app.session import edits as deeds
from orbitdraw.app.session.session import Session
from orbitdraw.app.shell.messages import Notice
from orbitdraw.errors import InputError

if TYPE_CHECKING:
    from orbitdraw.analysis.closed_orbits import ClosedOrbit
    from orbitdraw.simulation.run import Run

_beside = ThreadPoolExecutor(1, "orbitdraw closing")

Moment = tuple[int, int]


def snap(session: Session, held: int | None, whole: bool) -> None:
    """Search for the closed orbit nearest to that of the selected body, the last one thrown, or of all together."""
    film = session.film
    if film is None or session.broken:
        return
    body = None if whole else held if held is not None else _last_thrown(film.run)
    run = copy.copy(film.run)
    run.state = {name: array.copy() for name, array in film.run.state.items()}
    run.values = dict(run.values)
    session.report(Notice("Searching for the nearest closed orbit …"))
    _beside.submit(_search, session, run, body, _moment(film.run))


def _last_thrown(run: Run) -> int | None:
    """The name of the last thrown body that still exists."""
    names = run.bodies().tolist()
    thrown = any(event.name == "throw" for event in run.history.past)
    return max(names) if names and thrown else None


def _moment(run: Run) -> Moment:
    return run.frame, len(run.history.changes)


def _search(session: Session, run: Run, body: int | None, moment: Moment) -> None:
    def moved_on() -> bool:
        return session.closed or session.film is None or _moment(session.film.run) != moment

    try:
        found = analysis.closed_orbits.nearest_closed_orbit(run, body, cancelled=moved_on)
    except InputError as error:
        session.report(Notice.of(error))
        return
    except Exception as error:
        session.report(Notice(f"The search for a closed orbit failed: {error}", warning=True))
        return
    session.ask(_apply, session, found, moment)


def _apply(session: Session, found: ClosedOrbit, moment: Moment) -> None:
    if session.film is None or _moment(session.film.run) != moment:
        session.report(Notice("The bodies moved before a closed orbit was found; C searches again"))
        return
    if not found.found or not found.edits or deeds.do(session, *found.edits):
        sentence = found.sentence()
        session.report(Notice(sentence[:1].upper() + sentence[1:], warning=not found.found))
