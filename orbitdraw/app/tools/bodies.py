"""Body tool: throw, place, select, push, weigh, duplicate and delete bodies."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from orbitdraw.app.session import edits as deeds
from orbitdraw.app.session import hand_edits as tuning
from orbitdraw.app.session.coalesce import Latest
from orbitdraw.app.session.edits import Aim, Foretold, Pair
from orbitdraw.app.tools.context import ToolContext
from orbitdraw.app.tools.images import ITSELF, Image, images_of, its_own_image, places_of
from orbitdraw.runtime import lazy
from orbitdraw.runtime.rounding import next_mass
from orbitdraw.simulation.scale import tidy

if TYPE_CHECKING:
    import numpy as np

    from orbitdraw.app.session.world import World
else:
    np = lazy.module("numpy")

REACH = 13.0
"""Distance in points from a body or the tip of its arrow within which a press grabs it."""

CENTRED = 7.0
"""Distance in points from a symmetry's centre or mirror within which a position snaps to it."""

BESIDE = 0.08
"""Distance of a duplicate from its body, in radii of the view."""


class Throwing:
    """`deed` is the action in progress: throw, move, push, or empty; `chosen` is the selected body."""

    def __init__(self, context: ToolContext) -> None:
        self.context = context
        self.deed = ""
        self.chosen: int | None = None
        self._taken: tuple[int | None, Image] = (None, ITSELF)
        self.pen: float | None = None
        """The mass of the next body, if the user has set it."""
        self.eccentricity = 0.0
        """Eccentricity of the orbits that Shift gives."""
        self.foretold: Foretold | None = None
        self._aims = Latest(context.stage.session, deeds.aim)
        self._wondering = False
        self._asked = -1.0

    @property
    def busy(self) -> bool:
        """True during an action with the button down."""
        return bool(self.deed)

    @property
    def holds(self) -> bool:
        """True while a body is dragged: the scene waits, because a dragged body draws nothing."""
        return self.deed in ("move", "push")

    @property
    def mass(self) -> float:
        """The mass of the next body: the one set, or a hundredth of the heaviest body's; the first body has mass 1."""
        if self.pen is not None:
            return self.pen
        world = self.context.world
        heaviest = float(world.mass.max()) if world is not None and len(world.mass) else 0.0
        return tidy(0.01 * heaviest) if heaviest > 0 else 1.0

    def hear(self, world: World) -> None:
        """Update the selection and the forecast after a new frame."""
        if self.chosen is not None and world.place(self.chosen) is None:
            self.chosen = None
        # The world moves during an aim; a forecast every third frame is enough for the eye.
        if self.deed and (world.frame % 3 == 0 or not self.context.stage.pace.playing):
            self.consider()

    def foresee(self, told: Foretold) -> None:
        """Show a forecast that has come."""
        if self.deed:
            self.foretold, self.context.stale = told, True

    def body(self) -> tuple[Pair, Pair, float] | None:
        """Position, velocity and mass of the selected body."""
        world = self.context.world
        place = world.place(self.chosen) if world is not None and self.chosen is not None else None
        if world is None or place is None:
            return None
        (x, y), (vx, vy) = world.pos[place].tolist(), world.vel[place].tolist()
        return (x, y), (vx, vy), float(world.mass[place])

    @property
    def image(self) -> Image:
        """The symmetric copy by which the selected body was grabbed: pointer and marks are there."""
        name, image = self._taken
        return image if name == self.chosen and image in images_of(self.context.world) else ITSELF

    def marked(self) -> tuple[Pair, Pair] | None:
        """Position and velocity of the selected body's grabbed copy."""
        body, image = self.body(), self.image
        return None if body is None else (image.place(body[0]), image.turned(body[1]))

    def aim(self) -> Aim | None:
        """The throw or change that a release of the button would do now."""
        context, body, chart = self.context, self.body(), self.context.chart
        circle = self.eccentricity if context.circle else None
        if self.deed == "throw":
            place = chart.world_at(context.start)
            if context.dragged():
                return Aim(self.mass, place, chart.velocity(place, context.pointer), circle)
            place = self._settled(place)
            return Aim(self.mass, place, chart.velocity(place, None), circle)
        if body is None or not self.holds:
            return None
        pos, vel, mass = body
        if self.deed == "move":
            (x, y), (gx, gy) = (self.image.back(chart.world_at(at)) for at in (context.pointer, context.start))
            place = self._settled((pos[0] + x - gx, pos[1] + y - gy)) if context.dragged() else pos
            return Aim(mass, place, vel, circle, self.chosen)
        vel = self.image.turned_back(chart.velocity(self.image.place(pos), context.pointer))
        return Aim(mass, pos, vel, circle, self.chosen)

    def _settled(self, place: Pair) -> Pair:
        """Snap a position to a symmetry's centre or mirror if it is near. A star a pixel beside the centre would have
        six copies, which eject each other."""
        return its_own_image(self.context.world, place, lambda a, b: self._apart(a, b) <= self.context.px(CENTRED))

    def _apart(self, one: Pair, other: Pair) -> float:
        """Distance of two positions in pixels."""
        return math.dist(self.context.pixel_of(one), self.context.pixel_of(other))

    def consider(self) -> None:
        """Request a new forecast after a change that matters."""
        self._wondering = self.context.stale = True

    # -- the mouse -------------------------------------------------------------------------------------------------

    def press(self, pos: Pair) -> bool:
        """Press of the left button: on the arrow of the selected body, on a body, or on empty space."""
        context, marked = self.context, self.marked()
        self.foretold = None
        if marked is not None:
            start, tip = context.chart.arrow(*marked)
            if math.dist(tip, pos) <= context.px(REACH) < math.dist(start, pos):
                self.deed = "push"
                return True
        found = self._under(pos)
        if found is None:
            self.deed = "throw"
        else:
            self.deed, self.chosen, self._taken = "move", found[0], found
        self.consider()
        return True

    def _under(self, pos: Pair) -> tuple[int, Image] | None:
        world = self.context.world
        if world is None or not len(world.name):
            return None
        images = images_of(world)
        # Rounded to a hundredth of a pixel: a body that is its own copy is grabbed itself.
        apart = np.round(np.hypot(*(self.context.at(places_of(world, world.pos)) - np.array(pos)).T), 2)
        near = int(np.argmin(np.nan_to_num(apart, nan=np.inf)))
        if apart[near] > self.context.px(REACH):
            return None
        return int(world.name[near % len(world.name)]), images[near // len(world.name)]

    def move(self) -> None:
        """Motion of the pointer."""
        if self.deed:
            self.consider()

    def release(self) -> None:
        """Release of the button: do the action."""
        aim, deed, chosen = self.aim(), self.deed, self.chosen
        self.deed, self.foretold = "", None
        if aim is None:
            return
        session = self.context.stage.session
        if deed == "throw":
            if chosen is not None and not self.context.dragged() and aim.circle is None:
                self.chosen = None  # a click beside the selected body deselects it
                return
            session.ask(deeds.let_go, session, aim)
        elif deed == "push" or self.context.dragged():
            session.ask(deeds.let_go, session, aim, deed)

    def turn(self, turned: float, shifted: bool) -> None:
        """Wheel: increase or decrease the mass."""
        self.weigh(1 if turned > 0 else -1)

    def give_up(self) -> bool:
        """Esc: cancel the action in progress, then deselect the body."""
        was = bool(self.deed) or self.chosen is not None
        if self.deed:
            self.deed = ""
        else:
            self.chosen = None
        self.foretold = None
        return was

    def tick(self, now: float) -> None:
        """Request forecasts one after the other: they run beside the frames, each after the last should have come."""
        cost = self.foretold.cost if self.foretold is not None else 0.0
        if self._wondering and now - self._asked >= 1.5 * cost:
            self._wondering, self._asked, aim = False, now, self.aim()
            if aim is not None:
                self._aims.ask(aim)

    # -- keys ------------------------------------------------------------------------------------------------------

    def keys(self) -> dict[str, Callable[[], None]]:
        """Actions of the key table that the tool handles."""
        return {
            "duplicate": self._duplicate,
            "heavier": lambda: self.weigh(1),
            "lighter": lambda: self.weigh(-1),
            "pin": self._pin,
        }

    def _ask_for_one(self, sentence: str) -> None:
        if self.context.open():
            self.context.say(sentence)

    def take(self) -> None:
        """Delete the selected body."""
        if self.chosen is None:
            self._ask_for_one("Click a body to select it, then press Delete")
        elif not self.deed:
            session = self.context.stage.session
            session.ask(tuning.take, session, self.chosen)
            self.chosen = None

    def _duplicate(self) -> None:
        if self.chosen is None:
            self._ask_for_one("Click a body to select it, then press Ctrl+D")
        elif not self.deed:
            session = self.context.stage.session
            session.ask(tuning.duplicate, session, self.chosen, BESIDE * self.context.radius)

    def _pin(self) -> None:
        if self.chosen is None:
            self._ask_for_one("Click a body to select it, then press I")
        elif not self.deed:
            self.context.change(partial(tuning.pinned, self.chosen))

    def weigh(self, steps: int) -> None:
        """Increase or decrease the mass of the selected body, or of the next one."""
        if self.chosen is not None and self.deed != "throw":
            self.context.change(partial(tuning.weighed, self.chosen, steps), f"mass {self.chosen}")
        elif self.context.open():
            self.pen = next_mass(self.mass, steps)
            if not self.deed:
                self.context.say(f"The next body has mass {self.pen:g}")
            self.consider()
