"""Bindings of the panel's hand section: each change of a control becomes an edit, of which only the newest counts."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from orbitdraw.app.kit import Slider
from orbitdraw.app.session import deferred_edits, edit_tasks, hand_edits
from orbitdraw.app.session.coalesce import CoalescingTask
from orbitdraw.app.session.edit_tasks import Aim, Pair
from orbitdraw.app.session.hand_edits import ControlEdit, ControlEditDone
from orbitdraw.app.shell.gestures import GestureTracker
from orbitdraw.app.tools.dust import SHAPES
from orbitdraw.app.tools.fields import KINDS, NEW_SIZES, TWO_ENDED
from orbitdraw.app.tools.tools import Tools

if TYPE_CHECKING:
    from orbitdraw.authoring.motion import State

GOLDEN = (math.sqrt(5) - 1) / 2


class ToolBindings:
    """One method for each control. `rest_direction` is the direction, in radians, for a body at rest."""

    def __init__(self, tools: Tools) -> None:
        self.tools = tools
        self.rest_direction = 0.0
        self.waiting: dict[str, int] = {}
        """Controls whose edit is not done yet, with the edit's number."""
        self.path_field_open = False
        """True while the field for the path of a picture is open."""
        self.picture_refused = False
        """True after a path without a readable picture."""
        self._queues: dict[str, CoalescingTask] = {}
        self._number = 0
        self.gestures = GestureTracker()

    def receive(self, carried: ControlEditDone) -> None:
        """Stop waiting for a control's edit that is done."""
        if self.waiting.get(carried.control, carried.number + 1) <= carried.number:
            del self.waiting[carried.control]

    def _request(self, control: str, edit: Callable[[State], edit_tasks.Edit]) -> None:
        self._number += 1
        self.waiting[control] = self._number
        if control not in self._queues:
            self._queues[control] = CoalescingTask(self.tools.stage.session, hand_edits.apply_control_edit)
        self._queues[control].request(ControlEdit(control, self._number, self.gestures.number_for(control), edit))

    def _request_values(self, control: str, name: str, *numbers: float) -> None:
        self._request(control, lambda state: (name, numbers))

    # -- tool and selection ----------------------------------------------------------------------------------------

    def select_tool(self, what: str) -> None:
        """Change the tool: a body, a shape of dust, or a kind of field."""
        tools = self.tools
        if not tools.can_edit():
            return
        if what in SHAPES:
            tools.dust.shape = what
            tools.select_tool(tools.dust)
        elif what == "body":
            tools.select_tool(tools.bodies)
        else:
            deferred_edits.preload_edits()
            tools.select_tool(tools.fields)
            tools.fields.kind = what

    def select_body(self, name: int | None) -> None:
        """Select this body, or none: the controls then set the next one."""
        self.tools.bodies.selected, self.tools.stale = name, True

    def select_field(self, name: int | None) -> None:
        """Select this field, or none: the controls then set the next one."""
        self.tools.fields.selected, self.tools.stale = name, True

    def place(self) -> None:
        """Add a body, dust or a field without the mouse, at or around the centre of the view."""
        tools = self.tools
        if not tools.can_edit() or tools.world is None:
            return
        session, radius = tools.stage.session, tools.radius
        middle, right = self._world_position(0.0, 0.0), self._world_position(0.5, 0.0)
        if tools.active_tool is tools.bodies:
            # Each at another angle: two close to each other would be ejected.
            angle = math.tau * GOLDEN * len(tools.world.name)
            pos = self._world_position(0.5 * math.cos(angle), 0.5 * math.sin(angle))
            counterclockwise = (middle[1] - pos[1], pos[0] - middle[0])
            session.submit(
                hand_edits.throw_body, session, Aim(tools.bodies.mass, pos, counterclockwise, tools.bodies.eccentricity)
            )
        elif tools.active_tool is tools.dust:
            shape, dust = max(0, SHAPES.index(tools.dust.shape) - 1), tools.dust
            tools.do(("scatter", (shape, dust.grains, *middle, *right, dust.spread * radius, 0.0, 0.0, 1.0)))
        else:
            kind = tools.fields.kind
            ends = (*self._world_position(-0.5, 0.0), *right) if kind in TWO_ENDED else (*middle, *middle)
            numbers = (KINDS.index(kind), *ends, tools.fields.strength(kind), NEW_SIZES[kind] * radius)
            session.submit(hand_edits.plant_field, session, numbers)

    def _world_position(self, right: float, up: float) -> Pair:
        """The world position at this distance, in radii of the picture, from its centre."""
        width, height = self.tools.stage.window.size
        half = min(width, height) / 2
        return self.tools.pixel_to_world((width / 2 + right * half, height / 2 - up * half))

    # -- bodies ----------------------------------------------------------------------------------------------------

    def set_mass(self, mass: float) -> None:
        """Set the mass of the selected body, or of the next one."""
        bodies = self.tools.bodies
        if bodies.selected is not None:
            self._request_values("mass", "weigh", bodies.selected, mass)
        else:
            bodies.mass_set = mass
            bodies.request_forecast()

    def set_eccentricity(self, eccentricity: float) -> None:
        """Set the eccentricity of the orbits that Shift gives a throw."""
        self.tools.bodies.eccentricity = eccentricity
        self.tools.bodies.request_forecast()

    def set_speed(self, speed: float) -> None:
        """Set the speed of the selected body."""
        if self.tools.selected is not None:
            self._request("speed", partial(hand_edits.speed_edit, self.tools.selected, speed, self.rest_direction))

    def set_direction(self, degrees: float) -> None:
        """Set the direction of the selected body; a body at rest takes it when it is given a speed."""
        self.rest_direction = math.radians(degrees)
        if self.tools.selected is not None:
            self._request("direction", partial(hand_edits.direction_edit, self.tools.selected, self.rest_direction))

    def set_coordinate(self, axis: int, value: float) -> None:
        """Set x (axis 0) or y (1) of the selected body or field."""
        tools, control = self.tools, "xy"[axis]
        if tools.active_tool is tools.fields and tools.fields.selected is not None:
            self._request(control, partial(hand_edits.field_position_edit, tools.fields.selected, axis, value))
        elif tools.selected is not None:
            self._request(control, partial(hand_edits.position_edit, tools.selected, axis, value))

    def set_pinned(self, on: bool) -> None:
        """Pin the selected body in place, or release it."""
        if self.tools.selected is not None:
            self._request_values("pinned", "pin", self.tools.selected, float(on))

    def set_pen(self, control: str, part: int, value: float) -> None:
        """Set the pen of the selected body: its hue (part 0), width (1) or brush (2)."""
        if self.tools.selected is not None:
            self._request(control, partial(hand_edits.pen_edit, self.tools.selected, part, value))

    # -- dust ------------------------------------------------------------------------------------------------------

    def set_grains(self, grains: float) -> None:
        """Set the number of grains: per frame with the brush, in total with the other shapes."""
        dust = self.tools.dust
        if dust.shape == "brush":
            dust.brush_grains = int(grains)
        else:
            dust.shape_grains = int(grains)
        self.tools.stale = True

    def set_spread(self, spread: float) -> None:
        """Set the spread of dust, in radii of the picture."""
        self.tools.dust.spread, self.tools.stale = spread, True

    # -- fields and landscapes -------------------------------------------------------------------------------------

    def set_strength(self, strength: float) -> None:
        """Set the strength of the selected field, or of the next of its kind."""
        fields = self.tools.fields
        if fields.selected is not None:
            self._request("strength", partial(hand_edits.field_edit, fields.selected, strength, None))
        else:
            fields.strengths[fields.kind] = strength

    def set_size(self, size: float) -> None:
        """Set the size of the selected field."""
        if self.tools.fields.selected is not None:
            self._request("size", partial(hand_edits.field_edit, self.tools.fields.selected, None, size))

    def set_magnetic_field(self, strength: float) -> None:
        """Set the magnetic field of the law."""
        slider = self.tools.stage.control("field")
        if isinstance(slider, Slider):
            slider.set(strength)

    def set_symmetry(self, order: float | None = None, mirrored: bool | None = None) -> None:
        """Set the symmetry's order or mirroring; its centre stays."""
        tools = self.tools
        if tools.world is None:
            return
        now = tools.requested_symmetry or tools.world.symmetry or (1.0, 0.0, *tools.camera.home_center())
        order = now[0] if order is None else order
        tools.requested_symmetry = (order, now[1] if mirrored is None else float(mirrored), *now[2:])
        self._request_values("symmetry" if mirrored is None else "mirrored", "symmetry", *tools.requested_symmetry)

    def toggle_path_field(self) -> None:
        """Open or close the field for the path of a picture."""
        self.path_field_open, self.picture_refused = not self.path_field_open, False
        if self.path_field_open:
            deferred_edits.preload_edits()

    def add_landscape(self, path: str | Path) -> None:
        """Add a picture as a landscape; a typed path may be in quotes."""
        self.picture_refused = False
        path = path.strip().strip("\"'") if isinstance(path, str) else path
        if path and self.tools.can_edit():
            session = self.tools.stage.session
            session.submit(hand_edits.load_landscape, session, Path(path), self.tools.fields.strength("landscape"))

    def set_height(self, strength: float) -> None:
        """Set the height of the landscape."""
        self._request_values("height", "steepen", strength)

    def remove_landscape(self) -> None:
        """Remove the landscape."""
        self.tools.do(("landscape", (0.0, 0.0, 0.0, 0.0, 1.0, 0.0)))
