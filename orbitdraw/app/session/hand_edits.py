"""What a hand sets in the panel, carried out in the worker's thread: edits of what is held, landscapes, new things."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from orbitdraw.app.session import edits as deeds
from orbitdraw.app.session.edits import Edit
from orbitdraw.app.session.refresh import Refresh
from orbitdraw.app.session.session import Session
from orbitdraw.app.shell.messages import Notice
from orbitdraw.errors import InputError
from orbitdraw.runtime.rounding import heavier, scaled

if TYPE_CHECKING:
    from orbitdraw.app.session.edits import Aim
    from orbitdraw.authoring.motion import State


@dataclass(frozen=True)
class Asked:
    """An edit that a control asks for; `edit` makes it of the state it finds, so that what is not meant stays."""

    control: str
    number: int
    gesture: int
    edit: Callable[[State], Edit]


@dataclass(frozen=True)
class Carried:
    """What a control asked for up to this number was done, or refused: what is heard next knows of it."""

    control: str
    number: int


@dataclass(frozen=True)
class Placed:
    """A body, or a field, is there now, by this name."""

    kind: str
    name: int


@dataclass(frozen=True)
class Laid:
    """The landscape of a picture is there, or the picture was none."""

    done: bool


# -- edits, made of the state ------------------------------------------------------------------------------------------


def hasten(body: int, speed: float, way: float, state: State) -> Edit:
    """Another speed in the same direction; `way` is the direction, in radians, of a body that is at rest."""
    vx, vy = _velocity(state, body)
    angle = math.atan2(vy, vx) if math.hypot(vx, vy) > 0 else way
    return "push", (float(body), speed * math.cos(angle), speed * math.sin(angle))


def steer(body: int, way: float, state: State) -> Edit:
    """The same speed in another direction, in radians."""
    speed = math.hypot(*_velocity(state, body))
    return "push", (float(body), speed * math.cos(way), speed * math.sin(way))


def _velocity(state: State, body: int) -> tuple[float, float]:
    from orbitdraw.edits.body_ids import find

    i = find(state, body)
    return float(state["vx"][i]), float(state["vy"][i])


def put(body: int, axis: int, value: float, state: State) -> Edit:
    """Another x (axis 0) or y (1)."""
    from orbitdraw.edits.body_ids import find

    i = find(state, body)
    place = [float(state["x"][i]), float(state["y"][i])]
    place[axis] = value
    return "move", (float(body), *place)


def put_field(field: int, axis: int, value: float, state: State) -> Edit:
    """Another x or y of a field; its far end goes with it."""
    row = _field(state, field)
    by = [0.0, 0.0]
    by[axis] = value - row[2 + axis]
    return "shift", (float(field), row[2] + by[0], row[3] + by[1], row[4] + by[0], row[5] + by[1])


def tune(field: int, strength: float | None, size: float | None, state: State) -> Edit:
    """Another strength of a field, or another size."""
    row = _field(state, field)
    return "tune", (float(field), row[6] if strength is None else strength, row[7] if size is None else size)


def pen(body: int, part: int, value: float, state: State) -> Edit:
    """Another hue (part 0), width (1) or brush (2) of a body's own pen; the rest stays as it is."""
    rows = state["pens"].tolist() if "pens" in state else []
    width, brush = next((row[2:] for row in rows if row[0] == body), (1.0, -1.0))
    numbers = [-1.0, width, brush]  # a hue below 0 is the one that it has
    numbers[part] = value
    return "pen", (float(body), *numbers)


def _field(state: State, field: int) -> list[float]:
    rows = state["fields"].tolist() if "fields" in state else []
    found: list[float] | None = next((row for row in rows if row[0] == field), None)
    if found is None:
        raise InputError(f"there is no field {field}")
    return found


# -- edits of a key or a notch of the wheel, with what they did in words -----------------------------------------------


def weighed(body: int, steps: int, state: State) -> tuple[list[Edit], str]:
    """So many steps heavier."""
    from orbitdraw.edits.body_ids import find

    mass = heavier(float(state["mass"][find(state, body)]), steps)
    return [("weigh", (float(body), mass))], f"This body weighs {mass:g}"


def pinned(body: int, state: State) -> tuple[list[Edit], str]:
    """Held where it is, or let go."""
    from orbitdraw.edits import pins

    held = not pins.pinned(state, body)
    return [("pin", (float(body), float(held)))], "This body holds still" if held else "This body is free"


def turned(field: int, steps: int, state: State) -> tuple[list[Edit], str]:
    """A field so many steps stronger, on the side of zero where it is."""
    strength = _field(state, field)[6]
    return [tune(field, math.copysign(max(heavier(abs(strength), steps), 1e-6), strength), None, state)], ""


def grown(field: int, factor: float, least: float, most: float, state: State) -> tuple[list[Edit], str]:
    """A field so many times as large."""
    size = min(most, max(least, scaled(_field(state, field)[7], factor)))
    return [tune(field, None, size, state)], ""


def flipped(field: int, state: State) -> tuple[list[Edit], str]:
    """A field of the other sign."""
    return [tune(field, -_field(state, field)[6], None, state)], ""


# -- tasks -------------------------------------------------------------------------------------------------------------


def carry_out(session: Session, asked: Asked, stop: Callable[[], bool]) -> None:
    """Do what a control asks; what cannot be done is said, and the control shows again what is so."""
    session.report(Carried(asked.control, asked.number))
    if session.film is None or session.broken:
        return
    try:
        edit = asked.edit(dict(session.film.run.state))  # only read: what looks for a body may name them all
    except InputError as error:
        session.report(Notice.of(error))
        session.refresh(Refresh.SOON)
        return
    deeds.do(session, edit, gesture=asked.gesture)


def place(session: Session, asked: Aim) -> None:
    """Throw a body, and say what its name is."""
    before = _newest(session, "named")
    deeds.let_go(session, asked)
    if _newest(session, "named") != before:
        session.report(Placed("body", _newest(session, "named")))


def take(session: Session, body: int) -> None:
    """Take a body away, and say what becomes of a picture that was watched from it."""
    if session.film is None:
        return
    from orbitdraw.reference_frames.reference import reference_of

    watched = body in reference_of(session.film.run.values["watch"])[1:]
    words = f"Body {body} is gone; the picture stays where it was last, and V watches from elsewhere"
    deeds.do(session, ("take", (float(body),)), words=words if watched else "")


def duplicate(session: Session, body: int, apart: float) -> None:
    """Another body like it, to its right where there is none yet, and say what its name is."""
    from orbitdraw.edits.body_ids import find

    if session.film is None or session.broken:
        return
    state = dict(session.film.run.state)
    try:
        i = find(state, body)
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
    """Plant a field, and say what its name is."""
    if not session.awaited.put_off([("plant", numbers)], plant, session, numbers) and deeds.do(
        session, ("plant", numbers)
    ):
        session.report(Placed("field", _newest(session, "planted")))


def _newest(session: Session, counter: str) -> int:
    from orbitdraw.edits.body_ids import names

    if session.film is None:
        return -1
    state = dict(session.film.run.state)
    names(state)
    return int(state[counter][0]) - 1 if counter in state else -1


def lay(session: Session, path: Path, strength: float) -> None:
    """Lay the brightness of a picture under everything that is seen, as a landscape. It is read beside the frames."""
    if session.film is None or session.broken:
        return
    view = session.film.run.view.triple

    def read() -> tuple[float, ...] | None:
        from orbitdraw.edits import heightmap as landscape

        try:
            return landscape.of_picture(path.expanduser(), view, strength)
        except RuntimeError:
            session.report(Notice(f"There is no home folder for {path.parts[0]}; write the path out", warning=True))
        except InputError as error:
            session.report(Notice.of(error))
        return None

    def put(numbers: tuple[float, ...] | None) -> None:
        if numbers is not None and session.awaited.put_off([("landscape", numbers)], put, numbers):
            return
        done = numbers is not None and deeds.do(session, ("landscape", numbers))
        if done:
            session.report(Notice(f"{path.name} is the ground now: bright is high; G shows it"))
        session.report(Laid(done))

    session.awaited.begin(read, put)
