"""The base class of a scene's motion: a state of arrays, and the methods that an author may override."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray

from orbitdraw.errors import InputError, suggestion
from orbitdraw.slider import Slider, Values

if TYPE_CHECKING:
    from orbitdraw.ink.strokes import Strokes
    from orbitdraw.panels.painter import Painter

State = dict[str, NDArray[Any]]


class Motion:
    """The dynamics of a scene: its state, the step of one frame, the numbers shown, and the panels drawn.

    Particles under a potential are one Motion, built from the scene; a lecture scene defines its own. The state is
    a dictionary of arrays, so that every run can be copied, hashed and rewound in the same way.

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
    """True when `draw` draws panels on the picture."""
    edits: Mapping[str, str] = {}
    """The edits of the state that a user can make, by name, each with its numbers in words: "body, x, y: move it".
    All numbers named before the colon are required; "..." there stands for any number of further ones."""

    def start(self, values: Values, seed: int) -> State:
        """The state at frame 0."""
        raise NotImplementedError(f"{type(self).__name__} needs a method start(values, seed)")

    def advance(self, state: State, values: Values, frame: int) -> Strokes:
        """Advance `state` by one frame, in place, and return the strokes of the frame. `frame` counts from 0."""
        raise NotImplementedError(f"{type(self).__name__} needs a method advance(state, values, frame)")

    def stretch(self, state: State, values: Values, frame: int, most: int) -> Strokes | None:
        """Advance by several frames without edits, `most` at most, and return the strokes of each side by side.

        The result is the same to the bit as that of `advance` frame by frame. None, with the state unchanged, where
        only `advance` is possible.
        """
        return None

    def clock(self, state: State, frame: int) -> float:
        """Scene time after `frame` frames of play, in frames: the same number unless time was reversed."""
        return frame

    def check(self, name: str, numbers: tuple[float, ...]) -> None:
        """Raise InputError for numbers of an edit that are invalid in every state.

        A drawing with such an edit is refused when it is opened; an edit that only the current state forbids is skipped
        during replay.
        """

    def edit(self, state: State, values: Values, name: str, numbers: tuple[float, ...]) -> None:
        """Apply an edit to the state, in place; `name` is a key of `edits`. Raises InputError when it is impossible."""
        raise InputError(f"this scene has no edit {name!r}; {suggestion(name, self.edits)}")

    def open_values(self, state: State, values: Values, frame: int) -> frozenset[str]:
        """The names of the values that affect what is drawn after `frame`; all of them by default."""
        return frozenset(values)

    def metrics(self, state: State, values: Values, t: float) -> dict[str, float]:
        """Measured numbers by name, as the window shows them and the tests read them."""
        return {}

    def draw(self, state: State, values: Values, painter: Painter) -> None:
        """Draw panels on the picture."""
