"""Checks around the Motion of a scene's author: results are validated, errors are reported at the author's line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from orbitdraw.authoring.motion import Motion, State
from orbitdraw.authoring.scene import Scene
from orbitdraw.errors import InputError, OrbitdrawError
from orbitdraw.ink.strokes import Strokes
from orbitdraw.inputs import brief, number
from orbitdraw.runtime.author_errors import author_errors, return_error
from orbitdraw.simulation.snapshot import copy_state
from orbitdraw.simulation.stroke_values import open_values, take_pen
from orbitdraw.slider import Values

if TYPE_CHECKING:
    from orbitdraw.panels.painter import Painter

MOST_NUMBERS, MOST_NAME_LENGTH = 100, 40
"""Most numbers that `metrics` may return, and most letters of their names."""

MOST_BYTES = 512 << 20
"""Most bytes of a state, or of the paths of a frame: snapshots copy the state. Ten million particles need fewer."""


class CheckedMotion(Motion):
    """Wrapper of the Motion of a scene's author that checks everything it returns."""

    def __init__(self, scene: Scene) -> None:
        assert scene.motion is not None
        self.scene, self.own = scene, scene.motion
        self.params, self.panels, self.edits = self.own.params, self.own.panels, self.own.edits

    def __getattr__(self, name: str) -> Any:
        if name == "own":
            raise AttributeError(name)
        return getattr(self.own, name)

    def start(self, values: Values, seed: int) -> State:
        with self._code("start"):
            state = self.own.start(values, seed)
        if not isinstance(state, dict):
            raise self._gave("start", "a dictionary of arrays, such as {'x': np.zeros(3)}", state)
        self._check(state, "start")
        return state

    def advance(self, state: State, values: Values, frame: int) -> Strokes:
        with self._code("advance", f" at frame {frame}"):
            strokes = self.own.advance(state, values, frame)
        self._check(state, "advance")
        return self._strokes("advance", strokes, values, frame)

    def stretch(self, state: State, values: Values, frame: int, most: int) -> Strokes | None:
        if values["brush"] == "area":
            return None  # areas are swept frame by frame
        with self._code("stretch", f" at frame {frame}"):
            strokes = self.own.stretch(state, values, frame, most)
        return None if strokes is None else self._strokes("stretch", strokes, values, frame)

    def clock(self, state: State, frame: int) -> float:
        with self._code("clock", f" at frame {frame}"):
            return number(self._name("clock"), "its time", self.own.clock(state, frame))

    def check(self, name: str, numbers: tuple[float, ...]) -> None:
        with self._edit_code("check", name):
            self.own.check(name, numbers)

    def edit(self, state: State, values: Values, name: str, numbers: tuple[float, ...]) -> None:
        with self._edit_code("edit", name):
            self.own.edit(state, values, name, numbers)
        self._check(state, "edit")

    def metrics(self, state: State, values: Values, t: float) -> dict[str, float]:
        with self._code("metrics", f" at time {t:g}"):
            found = self.own.metrics(state, values, t)
        if isinstance(found, Mapping) and len(found) > MOST_NUMBERS:
            raise self._wrong("metrics", f"must return {MOST_NUMBERS} numbers at most, not {len(found)}")
        try:
            numbers = {str(name): float(one.item() if hasattr(one, "item") else one) for name, one in found.items()}
        except (AttributeError, TypeError, ValueError, OverflowError):
            raise self._gave("metrics", "a dictionary of numbers, such as {'energy': 1.0}", found) from None
        for name in numbers:
            if len(name) > MOST_NAME_LENGTH or not name.isprintable():
                said = f"must name its numbers with at most {MOST_NAME_LENGTH} printable letters, not {brief(name)}"
                raise self._wrong("metrics", said)
        return numbers

    def draw(self, state: State, values: Values, painter: Painter) -> None:
        with self._code("draw"):
            self.own.draw(state, values, painter)

    def open_values(self, state: State, values: Values, frame: int) -> frozenset[str]:
        """Names of the look values that affect what is drawn after `frame`, which is played on a copy of the state."""
        try:
            with self._code("advance", f" at frame {frame}"):
                strokes = self.own.advance(copy_state(state), dict(values), frame).as_arrays()
        except OrbitdrawError:  # the run reports it when it plays this frame
            return frozenset(values)
        if strokes.path.shape[1] or strokes.dust is not None:
            return open_values(strokes)
        return frozenset() if self.panels else frozenset(values)  # ink may follow in later frames

    def _name(self, method: str) -> str:
        return f"{type(self.own).__name__}.{method}"

    def _code(self, method: str, when: str = "") -> AbstractContextManager[None]:
        doing = f"{self.scene.name}.{method} failed{when}"
        return author_errors(doing, self.scene.path, getattr(self.own, method))

    @contextmanager
    def _edit_code(self, method: str, name: str) -> Iterator[None]:
        """As `_code`, but an InputError passes unchanged: it is not a mistake but the reason why an edit is refused."""
        refused: InputError | None = None
        with self._code(method, f" for {name!r}"):
            try:
                yield
            except InputError as error:
                refused = error
        if refused is not None:
            raise refused

    def _wrong(self, method: str, said: str) -> InputError:
        return return_error(getattr(self.own, method), f"{self._name(method)} {said}")

    def _gave(self, method: str, wanted: str, found: Any) -> InputError:
        hint = "; is its return missing?" if found is None else "; call it" if callable(found) else ""
        return self._wrong(method, f"must return {wanted}, not {brief(found)}{hint}")

    def _check(self, state: State, method: str) -> None:
        size = 0
        for name, array in state.items():
            if not isinstance(array, (np.ndarray, np.generic)) or array.dtype == object:
                said = f"{self._name(method)} must keep arrays in the state, but {name!r} is {brief(array)}"
                raise return_error(getattr(self.own, method), f"{said}; write np.array(...)")
            size += array.nbytes
        if size > MOST_BYTES:
            raise self._wrong(method, f"must keep {MOST_BYTES >> 20} MB in the state at most, not {size >> 20}")

    def _strokes(self, method: str, found: Any, values: Values, frame: int) -> Strokes:
        if not isinstance(found, Strokes):
            raise self._gave(method, "Strokes, where nothing is drawn Strokes.none()", found)
        size = found.path.nbytes if hasattr(found.path, "nbytes") else 0
        if size > MOST_BYTES:
            said = f"must return paths of {MOST_BYTES >> 20} MB at most, not {size >> 20}; use fewer nodes"
            raise self._wrong(method, said)
        try:
            return take_pen(found.as_arrays(), self.scene, values, frame)
        except InputError as error:
            raise return_error(getattr(self.own, method), f"{self._name(method)}: {error}") from None
