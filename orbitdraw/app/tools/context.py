"""Context that the tools share: the world, its projection to the window, the pointer, and requests for edits."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from orbitdraw.app.session import edit_tasks
from orbitdraw.app.session.edit_tasks import Pair
from orbitdraw.app.session.world import World
from orbitdraw.app.shell.gestures import GestureTracker
from orbitdraw.app.shell.layer import Layer
from orbitdraw.app.stage.camera import Camera
from orbitdraw.app.stage.projection import Projection
from orbitdraw.app.stage.stage_view import StageView
from orbitdraw.runtime import lazy

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
else:
    np = lazy.module("numpy")

CLICK_DISTANCE = 5.0
"""Distance in points up to which a press and its release are a click and not a drag."""


class ToolContext(Layer):
    """Base of the layer of the tools, as a tool uses it."""

    def __init__(self, stage: StageView, camera: Camera) -> None:
        super().__init__()
        self.stage, self.camera = stage, camera
        self.world: World | None = None
        self.start: Pair = (0.0, 0.0)
        self.pointer: Pair = (0.0, 0.0)
        self.requested_symmetry: tuple[float, ...] = ()
        """The symmetry requested last, until the world has it: keys come faster than frames."""
        self.is_shift_down = False
        """True while Shift is down, which asks for orbits."""
        self._gestures = GestureTracker()

    @property
    def radius(self) -> float:
        """Radius of the view, in world units."""
        return (self.stage.picture.view or (0.0, 0.0, 1.0))[2]

    @property
    def projection(self) -> Projection:
        """The present projection from the world to the window."""
        view = self.stage.picture.view or (0.0, 0.0, 1.0)
        frame_pose, arrow_time = (None, 1.0) if self.world is None else (self.world.frame_pose, self.world.arrow_time)
        return Projection(view, self.stage.window.size, frame_pose, arrow_time)

    def world_to_pixels(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Pixels of world positions (n, 2)."""
        return self.projection.world_to_pixels(points)

    def pixel_of(self, position: Pair) -> Pair:
        """Pixel of one world position."""
        x, y = self.projection.world_to_pixels(np.array([position]))[0].tolist()
        return x, y

    def pixel_to_world(self, pixel: Pair) -> Pair:
        """World position of a pixel."""
        return self.projection.pixel_to_world(pixel)

    def is_drag(self) -> bool:
        """True when the pointer has left the position of the press."""
        return math.dist(self.start, self.pointer) > self.px(CLICK_DISTANCE)

    # -- requests --------------------------------------------------------------------------------------------------

    def do(self, *edits: tuple[str, tuple[float, ...]]) -> None:
        """Request edits of the run from the worker."""
        self.stage.session.submit(edit_tasks.do, self.stage.session, *edits)

    def change(self, make: edit_tasks.EditMaker, wheel_target: str = "") -> None:
        """Request from the worker the edits that `make` makes of the state at that time, and its message.

        Successive notches of the wheel for the same `wheel_target` are one gesture, undone together.
        """
        gesture = self._gestures.number_for(wheel_target) if wheel_target else 0
        self.stage.session.submit(edit_tasks.change, self.stage.session, make, gesture)

    def say(self, sentence: str) -> None:
        """Show a message to the user."""
        self.stage.window.toast.say(sentence)

    def can_edit(self) -> bool:
        """True where the mouse can edit this scene; otherwise a message says why not."""
        if self.world is not None and not self.world.is_editable:
            self.say("You can't add bodies or fields here: this scene runs its own program")
        return self.world is not None and self.world.is_editable and self.stage.error_card.trouble is None
