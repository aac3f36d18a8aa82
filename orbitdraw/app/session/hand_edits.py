"""Edits made in the panel, carried out in the worker's thread: edits of the selected thing, landscapes, new things."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from orbitdraw import edits, reference_frames
from orbitdraw.app.session import edit_tasks
from orbitdraw.app.session.edit_tasks import Edit
from orbitdraw.app.session.refresh import Refresh
from orbitdraw.app.session.session import Session
from orbitdraw.app.shell.messages import Notice
from orbitdraw.errors import InputError
from orbitdraw.runtime.rounding import next_mass, scale_rounded

if TYPE_CHECKING:
    from orbitdraw.app.session.edit_tasks import Aim
    from orbitdraw.authoring.motion import State


@dataclass(frozen=True)
class ControlEdit:
    """An edit requested by a control; `edit` makes it of the current state, so that other numbers stay as they are."""

    control: str
    number: int
    gesture: int
    edit: Callable[[State], Edit]


@dataclass(frozen=True)
class ControlEditDone:
    """All requests of a control up to this number were done or refused: later reports include them."""

    control: str
    number: int


@dataclass(frozen=True)
class AddedObject:
    """A body or a field was added, with this name."""

    kind: str
    name: int


@dataclass(frozen=True)
class LandscapeLoaded:
    """The landscape of a picture was added, or the picture could not be read."""

    done: bool


# -- edits, made of the state ------------------------------------------------------------------------------------------


def speed_edit(body: int, speed: float, direction: float, state: State) -> Edit:
    """Set the speed and keep the direction; a body at rest gets this `direction`, in radians."""
    vx, vy = _velocity(state, body)
    angle = math.atan2(vy, vx) if math.hypot(vx, vy) > 0 else direction
    return "push", (float(body), speed * math.cos(angle), speed * math.sin(angle))


def direction_edit(body: int, direction: float, state: State) -> Edit:
    """Set the direction, in radians, and keep the speed."""
    speed = math.hypot(*_velocity(state, body))
    return "push", (float(body), speed * math.cos(direction), speed * math.sin(direction))


def _velocity(state: State, body: int) -> tuple[float, float]:
    i = edits.body_ids.index_of(state, body)
    return float(state["vx"][i]), float(state["vy"][i])


def position_edit(body: int, axis: int, value: float, state: State) -> Edit:
    """Set x (axis 0) or y (1) of a body."""
    i = edits.body_ids.index_of(state, body)
    position = [float(state["x"][i]), float(state["y"][i])]
    position[axis] = value
    return "move", (float(body), *position)


def field_position_edit(field: int, axis: int, value: float, state: State) -> Edit:
    """Set x or y of a field; its far end moves with it."""
    row = _field_row(state, field)
    offset = [0.0, 0.0]
    offset[axis] = value - row[2 + axis]
    return "shift", (float(field), row[2] + offset[0], row[3] + offset[1], row[4] + offset[0], row[5] + offset[1])


def field_edit(field: int, strength: float | None, size: float | None, state: State) -> Edit:
    """Set the strength or the size of a field."""
    row = _field_row(state, field)
    return "tune", (float(field), row[6] if strength is None else strength, row[7] if size is None else size)


def pen_edit(body: int, index: int, value: float, state: State) -> Edit:
    """Set the hue (index 0), width (1) or brush (2) of a body's own pen; the others stay."""
    rows = state["pens"].tolist() if "pens" in state else []
    width, brush = next((row[2:] for row in rows if row[0] == body), (1.0, -1.0))
    numbers = [-1.0, width, brush]  # a hue below 0 keeps the body's hue
    numbers[index] = value
    return "pen", (float(body), *numbers)


def _field_row(state: State, field: int) -> list[float]:
    rows = state["fields"].tolist() if "fields" in state else []
    found_row: list[float] | None = next((row for row in rows if row[0] == field), None)
    if found_row is None:
        raise InputError(f"there is no field {field}")
    return found_row


# -- edits of a key or a notch of the wheel, with their messages -------------------------------------------------------


def mass_edit(body: int, steps: int, state: State) -> tuple[list[Edit], str]:
    """Change the mass of a body by this many steps."""
    mass = next_mass(float(state["mass"][edits.body_ids.index_of(state, body)]), steps)
    return [("weigh", (float(body), mass))], f"This body has mass {mass:g}"


def pin_edit(body: int, state: State) -> tuple[list[Edit], str]:
    """Pin a body, or release it."""
    is_pinned = not edits.pins.is_pinned(state, body)
    return [("pin", (float(body), float(is_pinned)))], "Body pinned" if is_pinned else "Body released"


def field_strength_edit(field: int, steps: int, state: State) -> tuple[list[Edit], str]:
    """Change the strength of a field by this many steps; its sign stays."""
    strength = _field_row(state, field)[6]
    return [field_edit(field, math.copysign(max(next_mass(abs(strength), steps), 1e-6), strength), None, state)], ""


def field_size_edit(field: int, factor: float, least: float, most: float, state: State) -> tuple[list[Edit], str]:
    """Scale the size of a field by a factor."""
    size = min(most, max(least, scale_rounded(_field_row(state, field)[7], factor)))
    return [field_edit(field, None, size, state)], ""


def field_sign_edit(field: int, state: State) -> tuple[list[Edit], str]:
    """Flip the sign of a field."""
    return [field_edit(field, -_field_row(state, field)[6], None, state)], ""


# -- tasks -------------------------------------------------------------------------------------------------------------


def apply_control_edit(session: Session, request: ControlEdit, should_stop: Callable[[], bool]) -> None:
    """Do the edit of a control; a refused edit is reported, and the control shows its present value again."""
    session.report(ControlEditDone(request.control, request.number))
    if session.film is None or session.broken:
        return
    try:
        edit = request.edit(dict(session.film.run.state))  # a copy: looking for a body may assign names
    except InputError as error:
        session.report(Notice.of(error))
        session.refresh(Refresh.SOON)
        return
    edit_tasks.do(session, edit, gesture=request.gesture)


def throw_body(session: Session, aimed: Aim) -> None:
    """Throw a body, and report its name."""
    id_before = _newest_id(session, "named")
    edit_tasks.apply_aim(session, aimed)
    if _newest_id(session, "named") != id_before:
        session.report(AddedObject("body", _newest_id(session, "named")))


def delete_body(session: Session, body: int) -> None:
    """Delete a body, and report the effect on a reference frame that follows it."""
    if session.film is None:
        return
    is_followed = body in reference_frames.reference_of(session.film.run.values["watch"])[1:]
    words = f"Body {body} was deleted; its reference frame stays where it was. V changes the reference frame"
    edit_tasks.do(session, ("take", (float(body),)), words=words if is_followed else "")


def duplicate_body(session: Session, body: int, spacing: float) -> None:
    """Add a copy of a body at the next free position to its right, and report its name."""
    if session.film is None or session.broken:
        return
    state = dict(session.film.run.state)
    try:
        i = edits.body_ids.index_of(state, body)
    except InputError as error:
        session.report(Notice.of(error))
        return
    body_count = len(state["mass"])
    x, y, vx, vy = (float(state[name][i]) for name in ("x", "y", "vx", "vy"))
    occupied = [
        xs for xs, ys in zip(state["x"][:body_count].tolist(), state["y"][:body_count].tolist(), strict=True) if ys == y
    ]
    x += spacing
    while any(abs(x - occupied_x) < spacing / 2 for occupied_x in occupied):
        x += spacing
    if edit_tasks.do(session, ("throw", (float(state["mass"][i]), x, y, vx, vy))):
        session.report(AddedObject("body", _newest_id(session, "named")))


def plant_field(session: Session, numbers: tuple[float, ...]) -> None:
    """Plant a field, and report its name."""
    if not session.deferred_edits.defer([("plant", numbers)], plant_field, session, numbers) and edit_tasks.do(
        session, ("plant", numbers)
    ):
        session.report(AddedObject("field", _newest_id(session, "planted")))


def _newest_id(session: Session, counter: str) -> int:
    if session.film is None:
        return -1
    state = dict(session.film.run.state)
    edits.body_ids.ids_of(state)
    return int(state[counter][0]) - 1 if counter in state else -1


def load_landscape(session: Session, path: Path, strength: float) -> None:
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

    def add_landscape(numbers: tuple[float, ...] | None) -> None:
        if numbers is not None and session.deferred_edits.defer([("landscape", numbers)], add_landscape, numbers):
            return
        done = numbers is not None and edit_tasks.do(session, ("landscape", numbers))
        if done:
            session.report(Notice(f"{path.name} is now the landscape: bright is high. G shows its contour lines"))
        session.report(LandscapeLoaded(done))

    session.deferred_edits.start(read, add_landscape)
