"""Context that the tools share: the world, its projection to the window, the pointer, and requests for edits."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from orbitdraw.app.session import edits as deeds
from orbitdraw.app.session.edits import Pair
from orbitdraw.app.session.world import World
from orbitdraw.app.shell.gestures import Movements
from orbitdraw.app.shell.layer import Layer
from orbitdraw.app.stage.camera import Sight
from orbitdraw.app.stage.projection import Chart
from orbitdraw.app.stage.stage_view import StageView
from orbitdraw.runtime import lazy

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
else:
    np = lazy.module("numpy")

CLICK = 5.0
"""Distance in points up to which a press and its release are a click and not a drag."""


class ToolContext(Layer):
    """Base of the layer of the tools, as a tool uses it."""

    def __init__(self, stage: StageView, sight: Sight) -> None:
        super().__init__()
        self.stage, self.sight = stage, sight
        self.world: World | None = None
        self.start: Pair = (0.0, 0.0)
        self.pointer: Pair = (0.0, 0.0)
        self.wished: tuple[float, ...] = ()
        """The symmetry requested last, until the world has it: keys come faster than frames."""
        self.circle = False
        """True while Shift is down, which asks for orbits."""
        self._movements = Movements()

    @property
    def radius(self) -> float:
        """Radius of the view, in world units."""
        return (self.stage.picture.view or (0.0, 0.0, 1.0))[2]

    @property
    def chart(self) -> Chart:
        """The present projection from the world to the window."""
        view = self.stage.picture.view or (0.0, 0.0, 1.0)
        standpoint, span = (None, 1.0) if self.world is None else (self.world.standpoint, self.world.span)
        return Chart(view, self.stage.window.size, standpoint, span)

    def at(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Pixels of world positions (n, 2)."""
        return self.chart.at(points)

    def pixel_of(self, place: Pair) -> Pair:
        """Pixel of one world position."""
        x, y = self.chart.at(np.array([place]))[0].tolist()
        return x, y

    def world_at(self, pixel: Pair) -> Pair:
        """World position of a pixel."""
        return self.chart.world_at(pixel)

    def dragged(self) -> bool:
        """True when the pointer has left the position of the press."""
        return math.dist(self.start, self.pointer) > self.px(CLICK)

    # -- requests --------------------------------------------------------------------------------------------------

    def do(self, *edits: tuple[str, tuple[float, ...]]) -> None:
        """Request edits of the run from the worker."""
        self.stage.session.ask(deeds.do, self.stage.session, *edits)

    def change(self, make: deeds.Make, turned: str = "") -> None:
        """Request from the worker the edits that `make` makes of the state at that time, and its message.

        Successive notches of the wheel for the same `turned` are one gesture, undone together.
        """
        gesture = self._movements.of(turned) if turned else 0
        self.stage.session.ask(deeds.change, self.stage.session, make, gesture)

    def say(self, sentence: str) -> None:
        """Show a message to the user."""
        self.stage.window.toast.say(sentence)

    def open(self) -> bool:
        """True where the mouse can edit this scene; otherwise a message says why not."""
        if self.world is not None and not self.world.open:
            self.say("You can't add bodies or fields here: this scene runs its own program")
        return self.world is not None and self.world.open and self.stage.mishap.trouble is None
