"""Bindings of the panel's hand section: each change of a control becomes an edit, of which only the newest counts."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from orbitdraw.app.kit import Slider
from orbitdraw.app.session import deferred as awaited
from orbitdraw.app.session import edits as deeds
from orbitdraw.app.session import hand_edits as tuning
from orbitdraw.app.session.coalesce import Latest
from orbitdraw.app.session.edits import Aim, Pair
from orbitdraw.app.session.hand_edits import Asked, Carried
from orbitdraw.app.shell.gestures import Movements
from orbitdraw.app.tools.dust import FORMS
from orbitdraw.app.tools.fields import KINDS, POINTED, SIZES
from orbitdraw.app.tools.tools import Tools

if TYPE_CHECKING:
    from orbitdraw.authoring.motion import State

GOLDEN = (math.sqrt(5) - 1) / 2


class Turning:
    """One method for each control. `way` is the direction, in radians, for a body at rest."""

    def __init__(self, tools: Tools) -> None:
        self.tools = tools
        self.way = 0.0
        self.waiting: dict[str, int] = {}
        """Controls whose edit is not done yet, with the edit's number."""
        self.laying = False
        """True while the field for the path of a picture is open."""
        self.refused = False
        """True after a path without a readable picture."""
        self._asks: dict[str, Latest] = {}
        self._number = 0
        self.movements = Movements()

    def hear(self, carried: Carried) -> None:
        """Stop waiting for a control's edit that is done."""
        if self.waiting.get(carried.control, carried.number + 1) <= carried.number:
            del self.waiting[carried.control]

    def _ask(self, control: str, edit: Callable[[State], deeds.Edit]) -> None:
        self._number += 1
        self.waiting[control] = self._number
        if control not in self._asks:
            self._asks[control] = Latest(self.tools.stage.session, tuning.carry_out)
        self._asks[control].ask(Asked(control, self._number, self.movements.of(control), edit))

    def _put(self, control: str, name: str, *numbers: float) -> None:
        self._ask(control, lambda state: (name, numbers))

    # -- tool and selection ----------------------------------------------------------------------------------------

    def take_up(self, what: str) -> None:
        """Change the tool: a body, a shape of dust, or a kind of field."""
        tools = self.tools
        if not tools.open():
            return
        if what in FORMS:
            tools.dust.form = what
            tools.take_up(tools.dust)
        elif what == "body":
            tools.take_up(tools.bodies)
        else:
            awaited.make_ready()
            tools.take_up(tools.fields)
            tools.fields.kind = what

    def hold_body(self, name: int | None) -> None:
        """Select this body, or none: the controls then set the next one."""
        self.tools.bodies.chosen, self.tools.stale = name, True

    def hold_field(self, name: int | None) -> None:
        """Select this field, or none: the controls then set the next one."""
        self.tools.fields.chosen, self.tools.stale = name, True

    def place(self) -> None:
        """Add a body, dust or a field without the mouse, at or around the centre of the view."""
        tools = self.tools
        if not tools.open() or tools.world is None:
            return
        session, radius = tools.stage.session, tools.radius
        middle, right = self._seen(0.0, 0.0), self._seen(0.5, 0.0)
        if tools.held is tools.bodies:
            # Each at another angle: two close to each other would be ejected.
            angle = math.tau * GOLDEN * len(tools.world.name)
            pos = self._seen(0.5 * math.cos(angle), 0.5 * math.sin(angle))
            counterclockwise = (middle[1] - pos[1], pos[0] - middle[0])
            session.ask(tuning.place, session, Aim(tools.bodies.mass, pos, counterclockwise, tools.bodies.eccentricity))
        elif tools.held is tools.dust:
            shape, dust = max(0, FORMS.index(tools.dust.form) - 1), tools.dust
            tools.do(("scatter", (shape, dust.grains, *middle, *right, dust.spread * radius, 0.0, 0.0, 1.0)))
        else:
            kind = tools.fields.kind
            ends = (*self._seen(-0.5, 0.0), *right) if kind in POINTED else (*middle, *middle)
            numbers = (KINDS.index(kind), *ends, tools.fields.strength(kind), SIZES[kind] * radius)
            session.ask(tuning.plant, session, numbers)

    def _seen(self, right: float, up: float) -> Pair:
        """The world position at this distance, in radii of the picture, from its centre."""
        width, height = self.tools.stage.window.size
        half = min(width, height) / 2
        return self.tools.world_at((width / 2 + right * half, height / 2 - up * half))

    # -- bodies ----------------------------------------------------------------------------------------------------

    def mass(self, mass: float) -> None:
        """Set the mass of the selected body, or of the next one."""
        bodies = self.tools.bodies
        if bodies.chosen is not None:
            self._put("mass", "weigh", bodies.chosen, mass)
        else:
            bodies.pen = mass
            bodies.consider()

    def eccentricity(self, eccentricity: float) -> None:
        """Set the eccentricity of the orbits that Shift gives a throw."""
        self.tools.bodies.eccentricity = eccentricity
        self.tools.bodies.consider()

    def speed(self, speed: float) -> None:
        """Set the speed of the selected body."""
        if self.tools.chosen is not None:
            self._ask("speed", partial(tuning.hasten, self.tools.chosen, speed, self.way))

    def direction(self, degrees: float) -> None:
        """Set the direction of the selected body; a body at rest takes it when it is given a speed."""
        self.way = math.radians(degrees)
        if self.tools.chosen is not None:
            self._ask("direction", partial(tuning.steer, self.tools.chosen, self.way))

    def go(self, axis: int, value: float) -> None:
        """Set x (axis 0) or y (1) of the selected body or field."""
        tools, control = self.tools, "xy"[axis]
        if tools.held is tools.fields and tools.fields.chosen is not None:
            self._ask(control, partial(tuning.put_field, tools.fields.chosen, axis, value))
        elif tools.chosen is not None:
            self._ask(control, partial(tuning.put, tools.chosen, axis, value))

    def pin(self, on: bool) -> None:
        """Pin the selected body in place, or release it."""
        if self.tools.chosen is not None:
            self._put("pinned", "pin", self.tools.chosen, float(on))

    def pen(self, control: str, part: int, value: float) -> None:
        """Set the pen of the selected body: its hue (part 0), width (1) or brush (2)."""
        if self.tools.chosen is not None:
            self._ask(control, partial(tuning.pen, self.tools.chosen, part, value))

    # -- dust ------------------------------------------------------------------------------------------------------

    def grains(self, grains: float) -> None:
        """Set the number of grains: per frame with the brush, in total with the other shapes."""
        dust = self.tools.dust
        if dust.form == "brush":
            dust.sprayed = int(grains)
        else:
            dust.poured = int(grains)
        self.tools.stale = True

    def spread(self, spread: float) -> None:
        """Set the spread of dust, in radii of the picture."""
        self.tools.dust.spread, self.tools.stale = spread, True

    # -- fields and landscapes -------------------------------------------------------------------------------------

    def strength(self, strength: float) -> None:
        """Set the strength of the selected field, or of the next of its kind."""
        fields = self.tools.fields
        if fields.chosen is not None:
            self._ask("strength", partial(tuning.tune, fields.chosen, strength, None))
        else:
            fields.strengths[fields.kind] = strength

    def size(self, size: float) -> None:
        """Set the size of the selected field."""
        if self.tools.fields.chosen is not None:
            self._ask("size", partial(tuning.tune, self.tools.fields.chosen, None, size))

    def magnet(self, strength: float) -> None:
        """Set the magnetic field of the law."""
        slider = self.tools.stage.control("field")
        if isinstance(slider, Slider):
            slider.set(strength)

    def mirror(self, order: float | None = None, mirrored: bool | None = None) -> None:
        """Set the symmetry's order or mirroring; its centre stays."""
        tools = self.tools
        if tools.world is None:
            return
        now = tools.wished or tools.world.symmetry or (1.0, 0.0, *tools.sight.home())
        order = now[0] if order is None else order
        tools.wished = (order, now[1] if mirrored is None else float(mirrored), *now[2:])
        self._put("symmetry" if mirrored is None else "mirrored", "symmetry", *tools.wished)

    def ask_path(self) -> None:
        """Open or close the field for the path of a picture."""
        self.laying, self.refused = not self.laying, False
        if self.laying:
            awaited.make_ready()

    def lay(self, path: str | Path) -> None:
        """Add a picture as a landscape; a typed path may be in quotes."""
        self.refused = False
        path = path.strip().strip("\"'") if isinstance(path, str) else path
        if path and self.tools.open():
            session = self.tools.stage.session
            session.ask(tuning.lay, session, Path(path), self.tools.fields.strength("landscape"))

    def height(self, strength: float) -> None:
        """Set the height of the landscape."""
        self._put("height", "steepen", strength)

    def level(self) -> None:
        """Remove the landscape."""
        self.tools.do(("landscape", (0.0, 0.0, 0.0, 0.0, 1.0, 0.0)))
