"""Edits by mouse and keys, carried out in the worker's thread: aim, do, undo, travel in time."""

from __future__ import annotations

import copy
import math
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import orbitdraw.edits
from orbitdraw import analysis
from orbitdraw.app.session.history import turn_back
from orbitdraw.app.session.progress import Patience
from orbitdraw.app.session.refresh import Refresh
from orbitdraw.app.session.session import Session
from orbitdraw.app.shell.gestures import next_number
from orbitdraw.app.shell.messages import Notice
from orbitdraw.errors import InputError
from orbitdraw.simulation.encounters import with_softening

if TYPE_CHECKING:
    from orbitdraw.analysis.forecast import Forecast
    from orbitdraw.authoring.motion import State
    from orbitdraw.reference_frames.transform import FrameTransform
    from orbitdraw.simulation.run import Run

Pair = tuple[float, float]
Edit = tuple[str, tuple[float, ...]]

Make = Callable[["State"], tuple[list[Edit], str]]
"""Makes edits of a state, and a message that says what they do."""

PER_PARTICLE = frozenset({"x", "y", "vx", "vy", "alive", "hue"})

_beside = ThreadPoolExecutor(1, "orbitdraw forecast")

CALLED = {
    "half_life": "trail",
    "mark": "marks",
    "grain": "size of grains",
    "field": "magnetic field",
    "rate": "learning rate",
    "color": "colours",
    "scatter": "dust",
    "move": "moving a body",
    "push": "new velocity",
    "weigh": "new mass",
    "take": "deleting a body",
    "align": "a closed orbit",
    "pen": "a pen",
    "soften": "softening",
    "reverse": "reversing time",
    "link": "a link",
    "twins": "almost identical copies",
    "watch": "reference frame",
    "pin": "a pin",
    "symmetry": "symmetry",
    "plant": "a field",
    "shift": "dragging a field",
    "tune": "tuning a field",
    "uproot": "deleting a field",
    "landscape": "a landscape",
    "steepen": "the landscape's height",
}


@dataclass(frozen=True)
class Aim:
    """A throw being aimed; `vel` is the pointer's, `circle` asks for an orbit of that eccentricity."""

    mass: float
    pos: Pair
    vel: Pair
    circle: float | None = None
    without: int | None = None


@dataclass(frozen=True)
class Foretold:
    """The forecast of an aim; `vel` is the velocity the body would have, `cost` the seconds the forecast took."""

    aim: Aim
    vel: Pair
    forecast: Forecast
    cost: float


# -- tasks -------------------------------------------------------------------------------------------------------------


def aim(session: Session, asked: Aim, stop: Callable[[], bool]) -> None:
    """Report the forecast of a throw. Only the bodies are copied here: the forecast runs beside the frames."""
    if session.film is None:
        return
    run = copy.copy(session.film.run)
    few = len(run.state["mass"])
    run.state = {name: (array[:few] if name in PER_PARTICLE else array).copy() for name, array in run.state.items()}
    run.values = dict(run.values)
    _beside.submit(_foretell, session, asked, run, session.film.transform.copy())


def _foretell(session: Session, asked: Aim, run: Run, eye: FrameTransform) -> None:
    began = time.perf_counter()
    vel = _velocity(run, asked)
    try:
        for name, numbers in with_softening(run, [("throw", (asked.mass, *asked.pos, *vel))]):
            if name == "soften":  # the softening that the throw needs
                run.motion.edit(run.state, run.values, name, numbers)
        told = analysis.forecast.forecast(run, asked.mass, asked.pos, vel, without=asked.without, eye=eye)
    except InputError:
        return  # the selected body is gone, or there are too many: the throw itself reports it
    except Exception as error:
        session.report(Notice(f"The path of this throw cannot be computed: {error}", warning=True))
        return
    session.report(Foretold(asked, vel, told, time.perf_counter() - began))


def do(session: Session, *edits: Edit, gesture: int = 0, words: str = "") -> bool:
    """Apply edits to the run and report `words`, if any; False, with a message, where an edit is refused.

    Edits with the same `gesture` number are undone together, and so are all the `edits` of one call.
    """
    if session.film is None or session.broken:
        return False
    if session.awaited.put_off(edits, partial(do, session, *edits, gesture=gesture, words=words)):
        return False
    asked, edits = edits, tuple(with_softening(session.film.run, edits))
    futures, twins = len(session.film.run.history.branches), "twin" in session.film.run.state
    done, number = True, gesture or (next_number() if len(edits) > 1 else 0)
    try:
        for name, numbers in edits:
            session.film.run.apply(name, numbers)
            session.film.gestures.mark(session.film.run, number)
    except InputError as error:
        session.report(Notice.of(error))
        done = False
    said = [words] if words and done else []
    if twins and "twin" not in session.film.run.state and asked[-1][0] != "twins":
        said.append("The copies were removed because the original bodies changed")
    softened = next((numbers[0] for name, numbers in edits[::-1] if name == "soften"), 0.0)
    if done and softened:
        said.append(f"Close encounters are softened below a distance of {softened:g} to stay accurate")
    if len(session.film.run.history.branches) > futures:
        said.append("You changed the past. Ctrl+B returns to the old continuation (kept until you save)")
    if said:
        session.report(Notice(". ".join(said)))
    # More of the gesture may follow: a picture only where no frame is due.
    session.refresh(Refresh.SOON if gesture else Refresh.NOW)
    return done


def change(session: Session, make: Make, gesture: int = 0) -> None:
    """Apply the edits that `make` makes of the current state: keys may come faster than the window is updated."""
    if session.film is None or session.broken:
        return
    try:
        edits, words = make(dict(session.film.run.state))  # a copy: looking for a body may assign names
    except InputError as error:
        session.report(Notice.of(error))
        return
    do(session, *edits, gesture=gesture, words=words)


def undo(session: Session, again: bool = False) -> None:
    """Undo the last edit, or redo it with `again`, and report its name."""
    if session.film is None:
        return
    if not again and session.awaited.take_back():
        session.report(Notice("Cancelled the edit that was being compiled"))
        return
    event = session.film.redo() if again else session.film.undo()
    if event is None and again and session.awaited.put_back():
        return
    if event is None and turn_back(session, again):
        return
    if event is None:
        session.report(Notice("Nothing to redo" if again else "Nothing to undo"))
        return
    session.report(Notice(f"{'Redid' if again else 'Undid'}: {CALLED.get(event.name, event.name.replace('_', ' '))}"))
    _show_again(session)


def branch(session: Session) -> None:
    """Switch to another continuation that was left by changing the past."""
    if session.film is None:
        return
    if not session.film.branch():
        session.report(Notice("There is only one continuation. Go back in time and change something to get another"))
        return
    session.report(Notice("Switched to the other continuation; Ctrl+B switches back"))
    _show_again(session)


def reverse(session: Session) -> None:
    """Reverse time."""
    if session.film is None:
        return
    if "reverse" not in session.film.run.motion.edits:
        session.report(Notice("You can't reverse time here: this scene runs its own program"))
        return
    way = -float(session.film.run.state["clock"][1])
    if do(session, ("reverse", (way,))):
        session.report(Notice("Time runs backwards" if way < 0 else "Time runs forwards again"))


def travel(session: Session, frame: int, stop: Callable[[], bool]) -> None:
    """Go to a frame; a newer request interrupts."""
    if session.film is None:
        return
    run, begun = session.film.run, session.film.run.frame
    patience = Patience(session.report, stop)
    session.film.seek_for_display(
        frame, lambda: patience((run.frame - begun) / (frame - begun) if run.frame > begun else 0.0)
    )
    patience.over()
    _show_again(session)


def _show_again(session: Session) -> None:
    session.broken = False
    session.refresh(Refresh.ANEW)


def _velocity(run: Run, asked: Aim) -> Pair:
    """The aimed velocity, or that of the closed orbit with the same sense of rotation."""
    if asked.circle is None:
        return asked.vel
    state = dict(run.state)
    if asked.without is not None:  # the thrown body is no centre of its own orbit
        orbitdraw.edits.table.apply_edit(state, "take", (asked.without,))
    both = [
        orbitdraw.edits.orbital_speed.orbital_velocity(state, *asked.pos, asked.circle, way, mass=asked.mass)[
            0
        ].tolist()
        for way in (False, True)
    ]
    x, y = min(both, key=lambda one: math.dist(one, asked.vel))
    return x, y


def let_go(session: Session, asked: Aim, deed: str = "throw") -> None:
    """Throw a body, or set the selected one to its new place or velocity."""
    if session.film is None:
        return
    try:
        vel = _velocity(session.film.run, asked)
    except InputError as error:  # the body was deleted, or undone, during the drag
        session.report(Notice.of(error))
        return
    if deed == "throw" or asked.without is None:
        do(session, ("throw", (asked.mass, *asked.pos, *vel)))
    elif deed == "move":
        edits = [("move", (float(asked.without), *asked.pos))]
        do(session, *edits, *([("push", (float(asked.without), *vel))] if asked.circle is not None else []))
    else:
        do(session, ("push", (float(asked.without), *vel)))


def spray(
    session: Session, grains: int, pos: Pair, vel: Pair, spread: float, circle: bool, once: bool, gesture: int
) -> None:
    """Scatter a puff of dust with a velocity or on circular orbits; with `once`, at most one puff a frame."""
    if session.film is None:
        return
    run = session.film.run
    last = run.history.last
    if not (once and last is not None and (last.frame, last.name) == (run.frame, "scatter")):
        flight = (0, 0, 1) if circle else (*vel, 0)
        do(session, ("scatter", (0, grains, *pos, pos[0] + spread, pos[1], 0, *flight)), gesture=gesture)


def shift(session: Session, asked: tuple[int, tuple[float, ...]], stop: Callable[[], bool]) -> None:
    """Drag a field in a gesture; only the newest position counts."""
    gesture, numbers = asked
    do(session, ("shift", numbers), gesture=gesture)
