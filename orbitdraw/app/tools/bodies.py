"""Body tool: throw, place, select, push, weigh, duplicate and delete bodies."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from orbitdraw.app.session import edit_tasks, hand_edits
from orbitdraw.app.session.coalesce import CoalescingTask
from orbitdraw.app.session.edit_tasks import Aim, AimForecast, Pair
from orbitdraw.app.tools.context import ToolContext
from orbitdraw.app.tools.images import IDENTITY, Image, image_positions, images_of, snap_to_symmetry
from orbitdraw.runtime import lazy
from orbitdraw.runtime.rounding import next_mass
from orbitdraw.simulation.scale import round_nicely

if TYPE_CHECKING:
    import numpy as np

    from orbitdraw.app.session.world import World
else:
    np = lazy.module("numpy")

GRAB_DISTANCE = 13.0
"""Distance in points from a body or the tip of its arrow within which a press grabs it."""

SNAP_DISTANCE = 7.0
"""Distance in points from a symmetry's centre or mirror within which a position snaps to it."""

DUPLICATE_DISTANCE = 0.08
"""Distance of a duplicate from its body, in radii of the view."""


class BodyTool:
    """`action` is the action in progress: throw, move, push, or empty; `selected` is the selected body."""

    def __init__(self, context: ToolContext) -> None:
        self.context = context
        self.action = ""
        self.selected: int | None = None
        self._grabbed: tuple[int | None, Image] = (None, IDENTITY)
        self.mass_set: float | None = None
        """The mass of the next body, if the user has set it."""
        self.eccentricity = 0.0
        """Eccentricity of the orbits that Shift gives."""
        self.forecast: AimForecast | None = None
        self._forecasts = CoalescingTask(context.stage.session, edit_tasks.report_forecast)
        self._is_forecast_due = False
        self._requested_at = -1.0

    @property
    def busy(self) -> bool:
        """True during an action with the button down."""
        return bool(self.action)

    @property
    def holds_playback(self) -> bool:
        """True while a body is dragged: the scene waits, because a dragged body draws nothing."""
        return self.action in ("move", "push")

    @property
    def mass(self) -> float:
        """The mass of the next body: the one set, or a hundredth of the heaviest body's; the first body has mass 1."""
        if self.mass_set is not None:
            return self.mass_set
        world = self.context.world
        heaviest = float(world.mass.max()) if world is not None and len(world.mass) else 0.0
        return round_nicely(0.01 * heaviest) if heaviest > 0 else 1.0

    def receive(self, world: World) -> None:
        """Update the selection and the forecast after a new frame."""
        if self.selected is not None and world.index_of(self.selected) is None:
            self.selected = None
        # The world moves during an aim; a forecast every third frame is enough for the eye.
        if self.action and (world.frame % 3 == 0 or not self.context.stage.playback.playing):
            self.request_forecast()

    def show_forecast(self, forecast: AimForecast) -> None:
        """Show a forecast that has come."""
        if self.action:
            self.forecast, self.context.stale = forecast, True

    def body(self) -> tuple[Pair, Pair, float] | None:
        """Position, velocity and mass of the selected body."""
        world = self.context.world
        index = world.index_of(self.selected) if world is not None and self.selected is not None else None
        if world is None or index is None:
            return None
        (x, y), (vx, vy) = world.pos[index].tolist(), world.vel[index].tolist()
        return (x, y), (vx, vy), float(world.mass[index])

    @property
    def image(self) -> Image:
        """The symmetric copy by which the selected body was grabbed: pointer and marks are there."""
        name, image = self._grabbed
        return image if name == self.selected and image in images_of(self.context.world) else IDENTITY

    def grabbed_copy(self) -> tuple[Pair, Pair] | None:
        """Position and velocity of the selected body's grabbed copy."""
        body, image = self.body(), self.image
        return None if body is None else (image.map_position(body[0]), image.map_velocity(body[1]))

    def aim(self) -> Aim | None:
        """The throw or change that a release of the button would do now."""
        context, body, projection = self.context, self.body(), self.context.projection
        eccentricity = self.eccentricity if context.is_shift_down else None
        if self.action == "throw":
            position = projection.pixel_to_world(context.start)
            if context.is_drag():
                return Aim(self.mass, position, projection.arrow_velocity(position, context.pointer), eccentricity)
            position = self._snap(position)
            return Aim(self.mass, position, projection.arrow_velocity(position, None), eccentricity)
        if body is None or not self.holds_playback:
            return None
        pos, vel, mass = body
        if self.action == "move":
            (x, y), (gx, gy) = (
                self.image.unmap_position(projection.pixel_to_world(at)) for at in (context.pointer, context.start)
            )
            position = self._snap((pos[0] + x - gx, pos[1] + y - gy)) if context.is_drag() else pos
            return Aim(mass, position, vel, eccentricity, self.selected)
        vel = self.image.unmap_velocity(projection.arrow_velocity(self.image.map_position(pos), context.pointer))
        return Aim(mass, pos, vel, eccentricity, self.selected)

    def _snap(self, position: Pair) -> Pair:
        """Snap a position to a symmetry's centre or mirror if it is near. A star a pixel beside the centre would have
        six copies, which eject each other."""
        return snap_to_symmetry(
            self.context.world, position, lambda a, b: self._pixel_distance(a, b) <= self.context.px(SNAP_DISTANCE)
        )

    def _pixel_distance(self, one: Pair, other: Pair) -> float:
        """Distance of two positions in pixels."""
        return math.dist(self.context.pixel_of(one), self.context.pixel_of(other))

    def request_forecast(self) -> None:
        """Request a new forecast after a change that matters."""
        self._is_forecast_due = self.context.stale = True

    # -- the mouse -------------------------------------------------------------------------------------------------

    def press(self, pos: Pair) -> bool:
        """Press of the left button: on the arrow of the selected body, on a body, or on empty space."""
        context, copy = self.context, self.grabbed_copy()
        self.forecast = None
        if copy is not None:
            start, tip = context.projection.arrow(*copy)
            if math.dist(tip, pos) <= context.px(GRAB_DISTANCE) < math.dist(start, pos):
                self.action = "push"
                return True
        grabbed = self._body_at(pos)
        if grabbed is None:
            self.action = "throw"
        else:
            self.action, self.selected, self._grabbed = "move", grabbed[0], grabbed
        self.request_forecast()
        return True

    def _body_at(self, pos: Pair) -> tuple[int, Image] | None:
        world = self.context.world
        if world is None or not len(world.name):
            return None
        images = images_of(world)
        # Rounded to a hundredth of a pixel: a body that is its own copy is grabbed itself.
        distances = np.round(
            np.hypot(*(self.context.world_to_pixels(image_positions(world, world.pos)) - np.array(pos)).T), 2
        )
        nearest = int(np.argmin(np.nan_to_num(distances, nan=np.inf)))
        if distances[nearest] > self.context.px(GRAB_DISTANCE):
            return None
        return int(world.name[nearest % len(world.name)]), images[nearest // len(world.name)]

    def move(self) -> None:
        """Motion of the pointer."""
        if self.action:
            self.request_forecast()

    def release(self) -> None:
        """Release of the button: do the action."""
        aim, action, selected = self.aim(), self.action, self.selected
        self.action, self.forecast = "", None
        if aim is None:
            return
        session = self.context.stage.session
        if action == "throw":
            if selected is not None and not self.context.is_drag() and aim.eccentricity is None:
                self.selected = None  # a click beside the selected body deselects it
                return
            session.submit(edit_tasks.apply_aim, session, aim)
        elif action == "push" or self.context.is_drag():
            session.submit(edit_tasks.apply_aim, session, aim, action)

    def change_by_wheel(self, notches: float, shifted: bool) -> None:
        """Wheel: increase or decrease the mass."""
        self.change_mass(1 if notches > 0 else -1)

    def cancel(self) -> bool:
        """Esc: cancel the action in progress, then deselect the body."""
        was_active = bool(self.action) or self.selected is not None
        if self.action:
            self.action = ""
        else:
            self.selected = None
        self.forecast = None
        return was_active

    def tick(self, now: float) -> None:
        """Request forecasts one after the other: they run beside the frames, each after the last should have come."""
        cost = self.forecast.cost if self.forecast is not None else 0.0
        if self._is_forecast_due and now - self._requested_at >= 1.5 * cost:
            self._is_forecast_due, self._requested_at, aim = False, now, self.aim()
            if aim is not None:
                self._forecasts.request(aim)

    # -- keys ------------------------------------------------------------------------------------------------------

    def keys(self) -> dict[str, Callable[[], None]]:
        """Actions of the key table that the tool handles."""
        return {
            "duplicate": self._duplicate,
            "heavier": lambda: self.change_mass(1),
            "lighter": lambda: self.change_mass(-1),
            "pin": self._pin,
        }

    def _ask_for_selection(self, sentence: str) -> None:
        if self.context.can_edit():
            self.context.say(sentence)

    def delete(self) -> None:
        """Delete the selected body."""
        if self.selected is None:
            self._ask_for_selection("Click a body to select it, then press Delete")
        elif not self.action:
            session = self.context.stage.session
            session.submit(hand_edits.delete_body, session, self.selected)
            self.selected = None

    def _duplicate(self) -> None:
        if self.selected is None:
            self._ask_for_selection("Click a body to select it, then press Ctrl+D")
        elif not self.action:
            session = self.context.stage.session
            session.submit(hand_edits.duplicate_body, session, self.selected, DUPLICATE_DISTANCE * self.context.radius)

    def _pin(self) -> None:
        if self.selected is None:
            self._ask_for_selection("Click a body to select it, then press I")
        elif not self.action:
            self.context.change(partial(hand_edits.pin_edit, self.selected))

    def change_mass(self, steps: int) -> None:
        """Increase or decrease the mass of the selected body, or of the next one."""
        if self.selected is not None and self.action != "throw":
            self.context.change(partial(hand_edits.mass_edit, self.selected, steps), f"mass {self.selected}")
        elif self.context.can_edit():
            self.mass_set = next_mass(self.mass, steps)
            if not self.action:
                self.context.say(f"The next body has mass {self.mass_set:g}")
            self.request_forecast()
