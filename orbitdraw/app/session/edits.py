"""What a hand asks of a scene, carried out in the worker's thread: aim, do, undo, travel in time."""

from __future__ import annotations

import copy
import math
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from orbitdraw.app.session.history import turn_back
from orbitdraw.app.session.progress import Patience
from orbitdraw.app.session.session import Session
from orbitdraw.app.shell.gestures import next_number
from orbitdraw.app.shell.messages import Notice
from orbitdraw.errors import InputError
from orbitdraw.simulation.encounters import with_needs

if TYPE_CHECKING:
    from orbitdraw.analysis.forecast import Forecast
    from orbitdraw.authoring.motion import State
    from orbitdraw.reference_frames.transform import Eye
    from orbitdraw.simulation.run import Run

Pair = tuple[float, float]
Edit = tuple[str, tuple[float, ...]]

Make = Callable[["State"], tuple[list[Edit], str]]
"""Makes edits of a state, and the words that say what they did."""

PER_PARTICLE = frozenset({"x", "y", "vx", "vy", "alive", "hue"})

_beside = ThreadPoolExecutor(1, "orbitdraw forecast")

CALLED = {
    "half_life": "trail",
    "mark": "marks",
    "grain": "size of grains",
    "field": "magnetic field",
    "rate": "learning rate",
    "color": "what colours tell",
    "scatter": "dust",
    "move": "moving a body",
    "push": "new velocity",
    "weigh": "new mass",
    "take": "taking a body away",
    "align": "a closed orbit",
    "pen": "a pen",
    "soften": "softer pulls",
    "reverse": "turning time round",
    "link": "a link",
    "twins": "twins",
    "watch": "frame of reference",
    "pin": "a pin",
    "symmetry": "symmetry",
    "plant": "a field",
    "shift": "dragging a field",
    "tune": "tuning a field",
    "uproot": "uprooting a field",
    "landscape": "a landscape",
    "steepen": "the landscape's height",
}


@dataclass(frozen=True)
class Aim:
    """A throw that is being considered; `vel` is the hand's, `circle` asks for an orbit of that eccentricity."""

    mass: float
    pos: Pair
    vel: Pair
    circle: float | None = None
    without: int | None = None


@dataclass(frozen=True)
class Foretold:
    """What would become of an aim; `vel` is the velocity it would really have, `cost` the seconds it took to tell."""

    aim: Aim
    vel: Pair
    forecast: Forecast
    cost: float


# -- tasks -------------------------------------------------------------------------------------------------------------


def aim(show: Session, asked: Aim, stop: Callable[[], bool]) -> None:
    """Say what would become of a throw. Only a copy of the bodies is made here: the frames go on meanwhile."""
    if show.film is None:
        return
    run = copy.copy(show.film.run)
    few = len(run.state["mass"])
    run.state = {name: (array[:few] if name in PER_PARTICLE else array).copy() for name, array in run.state.items()}
    run.values = dict(run.values)
    _beside.submit(_foretell, show, asked, run, show.film.eye.copy())


def _foretell(show: Session, asked: Aim, run: Run, eye: Eye) -> None:
    from orbitdraw.analysis.forecast import forecast

    began = time.perf_counter()
    vel = _velocity(run, asked)
    try:
        for name, numbers in with_needs(run, [("throw", (asked.mass, *asked.pos, *vel))]):
            if name == "soften":  # it comes with the throw
                run.motion.edit(run.state, run.values, name, numbers)
        told = forecast(run, asked.mass, asked.pos, vel, without=asked.without, eye=eye)
    except InputError:
        return  # the body that was held is gone, or there are too many: the deed itself will say so
    except Exception as error:
        show.report(Notice(f"This throw cannot be foretold: {error}", warning=True))
        return
    show.report(Foretold(asked, vel, told, time.perf_counter() - began))


def do(show: Session, *edits: Edit, gesture: int = 0, words: str = "") -> bool:
    """Do it to the run, and say so in `words`, if any; what cannot be done is said, and False.

    What has the number of one `gesture` is taken back as one, and so are all the `edits` of one call.
    """
    if show.film is None or show.broken:
        return False
    if show.awaited.put_off(edits, partial(do, show, *edits, gesture=gesture, words=words)):
        return False
    asked, edits = edits, tuple(with_needs(show.film.run, edits))
    futures, twins = len(show.film.run.history.branches), "twin" in show.film.run.state
    done, number = True, gesture or (next_number() if len(edits) > 1 else 0)
    try:
        for name, numbers in edits:
            show.film.run.apply(name, numbers)
            show.film.gestures.mark(show.film.run, number)
    except InputError as error:
        show.report(Notice.of(error))
        done = False
    said = [words] if words and done else []
    if twins and "twin" not in show.film.run.state and asked[-1][0] != "twins":
        said.append("The twins are gone: the bodies that they were twins of are others now")
    softened = next((numbers[0] for name, numbers in edits[::-1] if name == "soften"), 0.0)
    if done and softened:
        said.append(f"Nearer to each other than {softened:g} bodies pull less: steps could not follow them")
    if len(show.film.run.history.branches) > futures:
        said.append("A new future; Ctrl+B goes to the old one, which is kept until you save")
    if said:
        show.report(Notice(". ".join(said)))
    if gesture:
        show.show_settings()  # more of it may come at once: a picture only where no frame is due
    else:
        show.shoot(fresh=True)
    return done


def change(show: Session, make: Make, gesture: int = 0) -> None:
    """Do what `make` finds to be done in the state as it is by now: keys come faster than the window hears of it."""
    if show.film is None or show.broken:
        return
    try:
        edits, words = make(dict(show.film.run.state))  # only read: what looks for a body may name them all
    except InputError as error:
        show.report(Notice.of(error))
        return
    do(show, *edits, gesture=gesture, words=words)


def undo(show: Session, again: bool = False) -> None:
    """Take back what was done last, or do it again, and say what it was."""
    if show.film is None:
        return
    if not again and show.awaited.take_back():
        show.report(Notice("Undid: what was to be planted"))
        return
    event = show.film.redo() if again else show.film.undo()
    if event is None and again and show.awaited.put_back():
        return
    if event is None and turn_back(show, again):
        return
    if event is None:
        show.report(Notice("Nothing to redo" if again else "Nothing to undo"))
        return
    show.report(Notice(f"{'Redid' if again else 'Undid'}: {CALLED.get(event.name, event.name.replace('_', ' '))}"))
    _show_again(show)


def branch(show: Session) -> None:
    """Change over to another future that was left by acting in the past."""
    if show.film is None:
        return
    if not show.film.branch():
        show.report(Notice("There is one future only; act in the past, and the old one is kept until you save"))
        return
    show.report(Notice("The other future; Ctrl+B comes back"))
    _show_again(show)


def reverse(show: Session) -> None:
    """Turn time round."""
    if show.film is None:
        return
    if "reverse" not in show.film.run.motion.edits:
        show.report(Notice("Time runs one way in this scene: it moves by rules of its own"))
        return
    way = -float(show.film.run.state["clock"][1])
    if do(show, ("reverse", (way,))):
        show.report(Notice("Time runs backwards" if way < 0 else "Time runs forwards again"))


def travel(show: Session, frame: int, stop: Callable[[], bool]) -> None:
    """Go to a frame; a newer wish ends this one."""
    if show.film is None:
        return
    run, begun = show.film.run, show.film.run.frame
    patience = Patience(show.report, stop)
    show.film.hasten(frame, lambda: patience((run.frame - begun) / (frame - begun) if run.frame > begun else 0.0))
    patience.over()
    _show_again(show)


def _show_again(show: Session) -> None:
    assert show.film is not None
    show.broken = False
    # Paper that must be drawn from the first frame is drawn so that other wishes can interrupt it.
    show.repaint = show.film.stale()
    if show.film.part:
        show.shoot_soon()
    else:
        show.shoot(fresh=True)


def _velocity(run: Run, asked: Aim) -> Pair:
    """The hand's, or that of the circular orbit that goes the same way round."""
    if asked.circle is None:
        return asked.vel
    from orbitdraw.edits import table as hands
    from orbitdraw.edits.orbital_speed import around

    state = dict(run.state)
    if asked.without is not None:  # the body that is thrown anew does not circle itself
        hands.edit(state, "take", (asked.without,))
    both = [around(state, *asked.pos, asked.circle, way, mass=asked.mass)[0].tolist() for way in (False, True)]
    x, y = min(both, key=lambda one: math.dist(one, asked.vel))
    return x, y


def let_go(show: Session, asked: Aim, deed: str = "throw") -> None:
    """Throw a body, or put the one that was held back: at its new place, with its new velocity."""
    if show.film is None:
        return
    try:
        vel = _velocity(show.film.run, asked)
    except InputError as error:  # the body was taken away, or undone, while it was in the hand
        show.report(Notice.of(error))
        return
    if deed == "throw" or asked.without is None:
        do(show, ("throw", (asked.mass, *asked.pos, *vel)))
    elif deed == "move":
        edits = [("move", (float(asked.without), *asked.pos))]
        do(show, *edits, *([("push", (float(asked.without), *vel))] if asked.circle is not None else []))
    else:
        do(show, ("push", (float(asked.without), *vel)))


def spray(
    show: Session, grains: int, pos: Pair, vel: Pair, spread: float, circle: bool, once: bool, gesture: int
) -> None:
    """A puff of dust with a velocity or on circular orbits; `once` in a frame."""
    if show.film is None:
        return
    run = show.film.run
    last = run.history.last
    if not (once and last is not None and (last.frame, last.name) == (run.frame, "scatter")):
        flight = (0, 0, 1) if circle else (*vel, 0)
        do(show, ("scatter", (0, grains, *pos, pos[0] + spread, pos[1], 0, *flight)), gesture=gesture)


def shift(show: Session, asked: tuple[int, tuple[float, ...]], stop: Callable[[], bool]) -> None:
    """Drag a field in a gesture; only the newest place counts."""
    gesture, numbers = asked
    do(show, ("shift", numbers), gesture=gesture)
