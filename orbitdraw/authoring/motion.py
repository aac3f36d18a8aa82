"""The motion of a scene: a state of arrays and the methods that an author may give it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray

from orbitdraw.errors import InputError, near
from orbitdraw.slider import Slider, Values

if TYPE_CHECKING:
    from orbitdraw.ink.strokes import Strokes
    from orbitdraw.panels.painter import Painter

State = dict[str, NDArray[Any]]


class Motion:
    """What moves in a scene: a state of arrays, one frame's step, the numbers it shows, and what it draws.

    Particles under a potential are one Motion (built from the scene); a lecture scene brings its own. The state is
    a dictionary of arrays, so that every run can be copied, hashed and stepped back without knowing what it is.

    >>> import numpy as np
    >>> from orbitdraw import Run, Scene
    >>> class Clock(Motion):
    ...     def start(self, values, seed):
    ...         return {"ticks": np.zeros(1)}
    ...
    ...     def advance(self, state, values, frame):
    ...         from orbitdraw import Strokes
    ...
    ...         state["ticks"] += 1
    ...         return Strokes.none()
    >>> run = Run(Scene("clock", motion=Clock()))
    >>> _ = run.advance()
    >>> run.state["ticks"].tolist()
    [1.0]
    """

    params: Mapping[str, Slider] = {}
    panels = False
    """True when `draw` puts something on the picture."""
    edits: Mapping[str, str] = {}
    """What a hand can do to the state, by name, and the numbers each takes, in words: "body, x, y: to another place".
    As many as are named before the colon must be given; "..." there stands for any number more."""

    def start(self, values: Values, seed: int) -> State:
        """The state at frame 0."""
        raise NotImplementedError(f"{type(self).__name__} moves, so it needs start(values, seed)")

    def advance(self, state: State, values: Values, frame: int) -> Strokes:
        """Move `state` on by one frame, in place, and give the frame's ink. `frame` counts from 0."""
        raise NotImplementedError(f"{type(self).__name__} moves, so it needs advance(state, values, frame)")

    def stretch(self, state: State, values: Values, frame: int, most: int) -> Strokes | None:
        """Move on from `frame` by several frames in one go, `most` at most, in which nobody does anything: what
        `advance` would give frame by frame, to the bit, side by side. None, and nothing has moved, where it must be
        done frame by frame.
        """
        return None

    def clock(self, state: State, frame: int) -> float:
        """Frames of scene time gone by after `frame` frames of play: as many, unless time was turned round."""
        return frame

    def check(self, name: str, numbers: tuple[float, ...]) -> None:
        """Raise InputError for numbers with which `edit` can do this in no state: a drawing that has them is refused
        when it is opened. What only a state forbids is left out where it is played."""

    def edit(self, state: State, values: Values, name: str, numbers: tuple[float, ...]) -> None:
        """Do what a hand did, in place; `name` is one of `edits`. Raises InputError when it cannot be."""
        raise InputError(f"there is no {name!r} here; {near(name, self.edits)}")

    def open_values(self, state: State, values: Values, frame: int) -> frozenset[str]:
        """The values of the look that act on what is drawn after `frame`; all of them unless a Motion says less."""
        return frozenset(values)

    def metrics(self, state: State, values: Values, t: float) -> dict[str, float]:
        """The numbers on screen; the tests read the same."""
        return {}

    def draw(self, state: State, values: Values, painter: Painter) -> None:
        """Put panels on the picture."""
