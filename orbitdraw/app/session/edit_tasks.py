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
from orbitdraw.app.session.history import undo_replacement
from orbitdraw.app.session.progress import ProgressReporter
from orbitdraw.app.session.refresh import Refresh
from orbitdraw.app.session.session import Session
from orbitdraw.app.shell.gestures import next_gesture_number
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

EditMaker = Callable[["State"], tuple[list[Edit], str]]
"""Makes edits of a state, and a message that says what they do."""

PER_PARTICLE = frozenset({"x", "y", "vx", "vy", "alive", "hue"})

_executor = ThreadPoolExecutor(1, "orbitdraw forecast")

EDIT_LABELS = {
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
    """A throw being aimed; `vel` is the pointer's, `eccentricity` asks for an orbit of that eccentricity."""

    mass: float
    pos: Pair
    vel: Pair
    eccentricity: float | None = None
    without: int | None = None


@dataclass(frozen=True)
class AimForecast:
    """The forecast of an aim; `vel` is the velocity the body would have, `cost` the seconds the forecast took."""

    aim: Aim
    vel: Pair
    forecast: Forecast
    cost: float


# -- tasks -------------------------------------------------------------------------------------------------------------


def report_forecast(session: Session, aimed: Aim, should_stop: Callable[[], bool]) -> None:
    """Report the forecast of a throw. Only the bodies are copied here: the forecast runs beside the frames."""
    if session.film is None:
        return
    run = copy.copy(session.film.run)
    body_count = len(run.state["mass"])
    run.state = {
        name: (array[:body_count] if name in PER_PARTICLE else array).copy() for name, array in run.state.items()
    }
    run.values = dict(run.values)
    _executor.submit(_compute_forecast, session, aimed, run, session.film.transform.copy())


def _compute_forecast(session: Session, aimed: Aim, run: Run, transform: FrameTransform) -> None:
    began = time.perf_counter()
    vel = _aimed_velocity(run, aimed)
    try:
        for name, numbers in with_softening(run, [("throw", (aimed.mass, *aimed.pos, *vel))]):
            if name == "soften":  # the softening that the throw needs
                run.motion.edit(run.state, run.values, name, numbers)
        forecast = analysis.forecast.forecast(
            run, aimed.mass, aimed.pos, vel, without=aimed.without, transform=transform
        )
    except InputError:
        return  # the selected body is gone, or there are too many: the throw itself reports it
    except Exception as error:
        session.report(Notice(f"The path of this throw cannot be computed: {error}", warning=True))
        return
    session.report(AimForecast(aimed, vel, forecast, time.perf_counter() - began))


def do(session: Session, *edits: Edit, gesture: int = 0, words: str = "") -> bool:
    """Apply edits to the run and report `words`, if any; False, with a message, where an edit is refused.

    Edits with the same `gesture` number are undone together, and so are all the `edits` of one call.
    """
    if session.film is None or session.broken:
        return False
    if session.deferred_edits.defer(edits, partial(do, session, *edits, gesture=gesture, words=words)):
        return False
    requested, edits = edits, tuple(with_softening(session.film.run, edits))
    branch_count, had_twins = len(session.film.run.history.branches), "twin" in session.film.run.state
    done, number = True, gesture or (next_gesture_number() if len(edits) > 1 else 0)
    try:
        for name, numbers in edits:
            session.film.run.apply(name, numbers)
            session.film.gestures.mark(session.film.run, number)
    except InputError as error:
        session.report(Notice.of(error))
        done = False
    sentences = [words] if words and done else []
    if had_twins and "twin" not in session.film.run.state and requested[-1][0] != "twins":
        sentences.append("The copies were removed because the original bodies changed")
    softening = next((numbers[0] for name, numbers in edits[::-1] if name == "soften"), 0.0)
    if done and softening:
        sentences.append(f"Close encounters are softened below a distance of {softening:g} to stay accurate")
    if len(session.film.run.history.branches) > branch_count:
        sentences.append("You changed the past. Ctrl+B returns to the old continuation (kept until you save)")
    if sentences:
        session.report(Notice(". ".join(sentences)))
    # More of the gesture may follow: a picture only where no frame is due.
    session.refresh(Refresh.SOON if gesture else Refresh.NOW)
    return done


def change(session: Session, make: EditMaker, gesture: int = 0) -> None:
    """Apply the edits that `make` makes of the current state: keys may come faster than the window is updated."""
    if session.film is None or session.broken:
        return
    try:
        edits, words = make(dict(session.film.run.state))  # a copy: looking for a body may assign names
    except InputError as error:
        session.report(Notice.of(error))
        return
    do(session, *edits, gesture=gesture, words=words)


def undo(session: Session, redo: bool = False) -> None:
    """Undo the last edit, or `redo` it, and report its name."""
    if session.film is None:
        return
    if not redo and session.deferred_edits.cancel_last():
        session.report(Notice("Cancelled the edit that was being compiled"))
        return
    event = session.film.redo() if redo else session.film.undo()
    if event is None and redo and session.deferred_edits.restore_cancelled():
        return
    if event is None and undo_replacement(session, redo):
        return
    if event is None:
        session.report(Notice("Nothing to redo" if redo else "Nothing to undo"))
        return
    session.report(
        Notice(f"{'Redid' if redo else 'Undid'}: {EDIT_LABELS.get(event.name, event.name.replace('_', ' '))}")
    )
    _redraw(session)


def switch_branch(session: Session) -> None:
    """Switch to another continuation that was left by changing the past."""
    if session.film is None:
        return
    if not session.film.branch():
        session.report(Notice("There is only one continuation. Go back in time and change something to get another"))
        return
    session.report(Notice("Switched to the other continuation; Ctrl+B switches back"))
    _redraw(session)


def reverse_time(session: Session) -> None:
    """Reverse time."""
    if session.film is None:
        return
    if "reverse" not in session.film.run.motion.edits:
        session.report(Notice("You can't reverse time here: this scene runs its own program"))
        return
    direction = -float(session.film.run.state["clock"][1])
    if do(session, ("reverse", (direction,))):
        session.report(Notice("Time runs backwards" if direction < 0 else "Time runs forwards again"))


def seek(session: Session, frame: int, should_stop: Callable[[], bool]) -> None:
    """Go to a frame; a newer request interrupts."""
    if session.film is None:
        return
    run, start_frame = session.film.run, session.film.run.frame
    progress = ProgressReporter(session.report, should_stop)
    session.film.seek_for_display(
        frame, lambda: progress((run.frame - start_frame) / (frame - start_frame) if run.frame > start_frame else 0.0)
    )
    progress.finish()
    _redraw(session)


def _redraw(session: Session) -> None:
    session.broken = False
    session.refresh(Refresh.ANEW)


def _aimed_velocity(run: Run, aimed: Aim) -> Pair:
    """The aimed velocity, or that of the closed orbit with the same sense of rotation."""
    if aimed.eccentricity is None:
        return aimed.vel
    state = dict(run.state)
    if aimed.without is not None:  # the thrown body is no centre of its own orbit
        orbitdraw.edits.table.apply_edit(state, "take", (aimed.without,))
    candidates = [
        orbitdraw.edits.orbital_speed.orbital_velocity(
            state, *aimed.pos, aimed.eccentricity, clockwise, mass=aimed.mass
        )[0].tolist()
        for clockwise in (False, True)
    ]
    x, y = min(candidates, key=lambda velocity: math.dist(velocity, aimed.vel))
    return x, y


def apply_aim(session: Session, aimed: Aim, action: str = "throw") -> None:
    """Throw a body, or set the selected one to its new place or velocity."""
    if session.film is None:
        return
    try:
        vel = _aimed_velocity(session.film.run, aimed)
    except InputError as error:  # the body was deleted, or undone, during the drag
        session.report(Notice.of(error))
        return
    if action == "throw" or aimed.without is None:
        do(session, ("throw", (aimed.mass, *aimed.pos, *vel)))
    elif action == "move":
        edits = [("move", (float(aimed.without), *aimed.pos))]
        do(session, *edits, *([("push", (float(aimed.without), *vel))] if aimed.eccentricity is not None else []))
    else:
        do(session, ("push", (float(aimed.without), *vel)))


def scatter_puff(
    session: Session, grains: int, pos: Pair, vel: Pair, spread: float, circular: bool, once: bool, gesture: int
) -> None:
    """Scatter a puff of dust with a velocity or on circular orbits; with `once`, at most one puff a frame."""
    if session.film is None:
        return
    run = session.film.run
    last = run.history.last
    if not (once and last is not None and (last.frame, last.name) == (run.frame, "scatter")):
        motion = (0, 0, 1) if circular else (*vel, 0)
        do(session, ("scatter", (0, grains, *pos, pos[0] + spread, pos[1], 0, *motion)), gesture=gesture)


def drag_field(session: Session, request: tuple[int, tuple[float, ...]], should_stop: Callable[[], bool]) -> None:
    """Drag a field in a gesture; only the newest position counts."""
    gesture, numbers = request
    do(session, ("shift", numbers), gesture=gesture)
