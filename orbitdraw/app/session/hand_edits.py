"""Edits made in the panel, carried out in the worker's thread: edits of the selected thing, landscapes, new things."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from orbitdraw import edits, reference_frames
from orbitdraw.app.session import edits as deeds
from orbitdraw.app.session.edits import Edit
from orbitdraw.app.session.refresh import Refresh
from orbitdraw.app.session.session import Session
from orbitdraw.app.shell.messages import Notice
from orbitdraw.errors import InputError
from orbitdraw.runtime.rounding import next_mass, scaled

if TYPE_CHECKING:
    from orbitdraw.app.session.edits import Aim
    from orbitdraw.authoring.motion import State


@dataclass(frozen=True)
class Asked:
    """An edit requested by a control; `edit` makes it of the current state, so that other numbers stay as they are."""

    control: str
    number: int
    gesture: int
    edit: Callable[[State], Edit]


@dataclass(frozen=True)
class Carried:
    """All requests of a control up to this number were done or refused: later reports include them."""

    control: str
    number: int


@dataclass(frozen=True)
class Placed:
    """A body or a field was added, with this name."""

    kind: str
    name: int


@dataclass(frozen=True)
class Laid:
    """The landscape of a picture was added, or the picture could not be read."""

    done: bool


# -- edits, made of the state ------------------------------------------------------------------------------------------


def hasten(body: int, speed: float, way: float, state: State) -> Edit:
    """Set the speed and keep the direction; `way` is the direction, in radians, for a body at rest."""
    vx, vy = _velocity(state, body)
    angle = math.atan2(vy, vx) if math.hypot(vx, vy) > 0 else way
    return "push", (float(body), speed * math.cos(angle), speed * math.sin(angle))


def steer(body: int, way: float, state: State) -> Edit:
    """Set the direction, in radians, and keep the speed."""
    speed = math.hypot(*_velocity(state, body))
    return "push", (float(body), speed * math.cos(way), speed * math.sin(way))


def _velocity(state: State, body: int) -> tuple[float, float]:
    i = edits.body_ids.index_of(state, body)
    return float(state["vx"][i]), float(state["vy"][i])


def put(body: int, axis: int, value: float, state: State) -> Edit:
    """Set x (axis 0) or y (1) of a body."""
    i = edits.body_ids.index_of(state, body)
    place = [float(state["x"][i]), float(state["y"][i])]
    place[axis] = value
    return "move", (float(body), *place)


def put_field(field: int, axis: int, value: float, state: State) -> Edit:
    """Set x or y of a field; its far end moves with it."""
    row = _field(state, field)
    by = [0.0, 0.0]
    by[axis] = value - row[2 + axis]
    return "shift", (float(field), row[2] + by[0], row[3] + by[1], row[4] + by[0], row[5] + by[1])


def tune(field: int, strength: float | None, size: float | None, state: State) -> Edit:
    """Set the strength or the size of a field."""
    row = _field(state, field)
    return "tune", (float(field), row[6] if strength is None else strength, row[7] if size is None else size)


def pen(body: int, part: int, value: float, state: State) -> Edit:
    """Set the hue (part 0), width (1) or brush (2) of a body's own pen; the others stay."""
    rows = state["pens"].tolist() if "pens" in state else []
    width, brush = next((row[2:] for row in rows if row[0] == body), (1.0, -1.0))
    numbers = [-1.0, width, brush]  # a hue below 0 keeps the body's hue
    numbers[part] = value
    return "pen", (float(body), *numbers)


def _field(state: State, field: int) -> list[float]:
    rows = state["fields"].tolist() if "fields" in state else []
    found: list[float] | None = next((row for row in rows if row[0] == field), None)
    if found is None:
        raise InputError(f"there is no field {field}")
    return found


# -- edits of a key or a notch of the wheel, with their messages -------------------------------------------------------


def weighed(body: int, steps: int, state: State) -> tuple[list[Edit], str]:
    """Change the mass of a body by this many steps."""
    mass = next_mass(float(state["mass"][edits.body_ids.index_of(state, body)]), steps)
    return [("weigh", (float(body), mass))], f"This body has mass {mass:g}"


def pinned(body: int, state: State) -> tuple[list[Edit], str]:
    """Pin a body, or release it."""
    held = not edits.pins.is_pinned(state, body)
    return [("pin", (float(body), float(held)))], "Body pinned" if held else "Body released"


def turned(field: int, steps: int, state: State) -> tuple[list[Edit], str]:
    """Change the strength of a field by this many steps; its sign stays."""
    strength = _field(state, field)[6]
    return [tune(field, math.copysign(max(next_mass(abs(strength), steps), 1e-6), strength), None, state)], ""


def grown(field: int, factor: float, least: float, most: float, state: State) -> tuple[list[Edit], str]:
    """Scale the size of a field by a factor."""
    size = min(most, max(least, scaled(_field(state, field)[7], factor)))
    return [tune(field, None, size, state)], ""


def flipped(field: int, state: State) -> tuple[list[Edit], str]:
    """Flip the sign of a field."""
    return [tune(field, -_field(state, field)[6], None, state)], ""


# -- tasks -------------------------------------------------------------------------------------------------------------


def carry_out(session: Session, asked: Asked, stop: Callable[[], bool]) -> None:
    """Do the edit of a control; a refused edit is reported, and the control shows its present value again."""
    session.report(Carried(asked.control, asked.number))
    if session.film is None or session.broken:
        return
    try:
        edit = asked.edit(dict(session.film.run.state))  # a copy: looking for a body may assign names
    except InputError as error:
        session.report(Notice.of(error))
        session.refresh(Refresh.SOON)
        return
    deeds.do(session, edit, gesture=asked.gesture)


def place(session: Session, asked: Aim) -> None:
    """Throw a body, and report its name."""
    before = _newest(session, "named")
    deeds.let_go(session, asked)
    if _newest(session, "named") != before:
        session.report(Placed("body", _newest(session, "named")))


def take(session: Session, body: int) -> None:
    """Delete a body, and report the effect on a reference frame that follows it."""
    if session.film is None:
        return
    watched = body in reference_frames.reference_of(session.film.run.values["watch"])[1:]
    words = f"Body {body} was deleted; its reference frame stays where it was. V changes the reference frame"
    deeds.do(session, ("take", (float(body),)), words=words if watched else "")


def duplicate(session: Session, body: int, apart: float) -> None:
    """Add a copy of a body at the next free position to its right, and report its name."""
    if session.film is None or session.broken:
        return
    state = dict(session.film.run.state)
    try:
        i = edits.body_ids.index_of(state, body)
    except InputError as error:
        session.report(Notice.of(error))
        return
    few = len(state["mass"])
    x, y, vx, vy = (float(state[name][i]) for name in ("x", "y", "vx", "vy"))
    taken = [xs for xs, ys in zip(state["x"][:few].tolist(), state["y"][:few].tolist(), strict=True) if ys == y]
    x += apart
    while any(abs(x - other) < apart / 2 for other in taken):
        x += apart
    if deeds.do(session, ("throw", (float(state["mass"][i]), x, y, vx, vy))):
        session.report(Placed("body", _newest(session, "named")))


def plant(session: Session, numbers: tuple[float, ...]) -> None:
    """Plant a field, and report its name."""
    if not session.awaited.put_off([("plant", numbers)], plant, session, numbers) and deeds.do(
        session, ("plant", numbers)
    ):
        session.report(Placed("field", _newest(session, "planted")))


def _newest(session: Session, counter: str) -> int:
    if session.film is None:
        return -1
    state = dict(session.film.run.state)
    edits.body_ids.ids_of(state)
    return int(state[counter][0]) - 1 if counter in state else -1


def lay(session: Session, path: Path, strength: float) -> None:
    """Add the brightness of a picture as a landscape under the whole view. The file is read beside the frames."""
    if session.film is None or session.broken:
        return
    view = session.film.run.view.triple

    def read() -> tuple[float, ...] | None:
        try:
            return edits.heightmap.from_picture(path.expanduser(), view, strength)
        except RuntimeError:
            session.report(Notice(f'There is no home folder "{path.parts[0]}". Write the path out', warning=True))
        except InputError as error:
            session.report(Notice.of(error))
        return None

    def put(numbers: tuple[float, ...] | None) -> None:
        if numbers is not None and session.awaited.put_off([("landscape", numbers)], put, numbers):
            return
        done = numbers is not None and deeds.do(session, ("landscape", numbers))
        if done:
            session.report(Notice(f"{path.name} is now the landscape: bright is high. G shows its contour lines"))
        session.report(Laid(done))

    session.awaited.begin(read, put)
