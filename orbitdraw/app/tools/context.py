"""What the tools share: the world, where it is in the window, the pointer, and the ways to ask for edits."""

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

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

CLICK = 5.0
"""Points within which a press and its release are a click and not a drag."""


class ToolContext(Layer):
    """The layer of the tools as a tool knows it."""

    def __init__(self, stage: StageView, sight: Sight) -> None:
        super().__init__()
        self.stage, self.sight = stage, sight
        self.world: World | None = None
        self.start: Pair = (0.0, 0.0)
        self.pointer: Pair = (0.0, 0.0)
        self.wished: tuple[float, ...] = ()
        """The symmetry that was asked for last and is not there yet: keys come faster than frames."""
        self.circle = False
        """True while Shift asks for orbits."""
        self._movements = Movements()

    @property
    def radius(self) -> float:
        """Of the view, in world units."""
        return (self.stage.picture.view or (0.0, 0.0, 1.0))[2]

    @property
    def chart(self) -> Chart:
        """Where the world is in the window now."""
        view = self.stage.picture.view or (0.0, 0.0, 1.0)
        standpoint, span = (None, 1.0) if self.world is None else (self.world.standpoint, self.world.span)
        return Chart(view, self.stage.window.size, standpoint, span)

    def at(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """World (n, 2) to pixels."""
        return self.chart.at(points)

    def pixel_of(self, place: Pair) -> Pair:
        """One place of the world to a pixel."""
        import numpy as np

        x, y = self.chart.at(np.array([place]))[0].tolist()
        return x, y

    def world_at(self, pixel: Pair) -> Pair:
        """A pixel to the world."""
        return self.chart.world_at(pixel)

    def dragged(self) -> bool:
        """True when the pointer has left the place where it was pressed."""
        return math.dist(self.start, self.pointer) > self.px(CLICK)

    # -- what is asked ---------------------------------------------------------------------------------------------

    def do(self, *edits: tuple[str, tuple[float, ...]]) -> None:
        """Ask the worker to do it to the run."""
        self.stage.session.ask(deeds.do, self.stage.session, *edits)

    def change(self, make: deeds.Make, turned: str = "") -> None:
        """Ask the worker to do what `make` finds to be done in the state as it then is, and to say it.

        Notch after notch of what is `turned` is one movement, taken back as one.
        """
        gesture = self._movements.of(turned) if turned else 0
        self.stage.session.ask(deeds.change, self.stage.session, make, gesture)

    def say(self, sentence: str) -> None:
        """Tell the person."""
        self.stage.window.toast.say(sentence)

    def open(self) -> bool:
        """Whether a hand can do anything in this scene; if not, it is said."""
        if self.world is not None and not self.world.open:
            self.say("Bodies and dust have no place in this scene: it moves by rules of its own")
        return self.world is not None and self.world.open and self.stage.mishap.trouble is None
