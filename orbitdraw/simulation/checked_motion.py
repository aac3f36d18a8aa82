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
from orbitdraw.simulation.stroke_values import fill_from_look, open_values
from orbitdraw.slider import Values

if TYPE_CHECKING:
    from orbitdraw.panels.painter import Painter

MOST_NUMBERS, MOST_NAME_LENGTH = 100, 40
"""Most numbers that `metrics` may return, and most letters of their names."""

MAX_BYTES = 512 << 20
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
        with self._author_errors("start"):
            state = self.own.start(values, seed)
        if not isinstance(state, dict):
            raise self._wrong_return("start", "a dictionary of arrays, such as {'x': np.zeros(3)}", state)
        self._check_state(state, "start")
        return state

    def advance(self, state: State, values: Values, frame: int) -> Strokes:
        with self._author_errors("advance", f" at frame {frame}"):
            strokes = self.own.advance(state, values, frame)
        self._check_state(state, "advance")
        return self._check_strokes("advance", strokes, values, frame)

    def stretch(self, state: State, values: Values, frame: int, most: int) -> Strokes | None:
        if values["brush"] == "area":
            return None  # areas are swept frame by frame
        with self._author_errors("stretch", f" at frame {frame}"):
            strokes = self.own.stretch(state, values, frame, most)
        return None if strokes is None else self._check_strokes("stretch", strokes, values, frame)

    def clock(self, state: State, frame: int) -> float:
        with self._author_errors("clock", f" at frame {frame}"):
            return number(self._method_name("clock"), "its time", self.own.clock(state, frame))

    def check(self, name: str, numbers: tuple[float, ...]) -> None:
        with self._edit_errors("check", name):
            self.own.check(name, numbers)

    def edit(self, state: State, values: Values, name: str, numbers: tuple[float, ...]) -> None:
        with self._edit_errors("edit", name):
            self.own.edit(state, values, name, numbers)
        self._check_state(state, "edit")

    def metrics(self, state: State, values: Values, t: float) -> dict[str, float]:
        with self._author_errors("metrics", f" at time {t:g}"):
            found = self.own.metrics(state, values, t)
        if isinstance(found, Mapping) and len(found) > MOST_NUMBERS:
            raise self._return_error("metrics", f"must return {MOST_NUMBERS} numbers at most, not {len(found)}")
        try:
            numbers = {str(name): float(one.item() if hasattr(one, "item") else one) for name, one in found.items()}
        except (AttributeError, TypeError, ValueError, OverflowError):
            raise self._wrong_return("metrics", "a dictionary of numbers, such as {'energy': 1.0}", found) from None
        for name in numbers:
            if len(name) > MOST_NAME_LENGTH or not name.isprintable():
                message = f"must name its numbers with at most {MOST_NAME_LENGTH} printable letters, not {brief(name)}"
                raise self._return_error("metrics", message)
        return numbers

    def draw(self, state: State, values: Values, painter: Painter) -> None:
        with self._author_errors("draw"):
            self.own.draw(state, values, painter)

    def open_values(self, state: State, values: Values, frame: int) -> frozenset[str]:
        """Names of the look values that affect what is drawn after `frame`, which is played on a copy of the state."""
        try:
            with self._author_errors("advance", f" at frame {frame}"):
                strokes = self.own.advance(copy_state(state), dict(values), frame).as_arrays()
        except OrbitdrawError:  # the run reports it when it plays this frame
            return frozenset(values)
        if strokes.path.shape[1] or strokes.dust is not None:
            return open_values(strokes)
        return frozenset() if self.panels else frozenset(values)  # ink may follow in later frames

    def _method_name(self, method: str) -> str:
        return f"{type(self.own).__name__}.{method}"

    def _author_errors(self, method: str, when: str = "") -> AbstractContextManager[None]:
        doing = f"{self.scene.name}.{method} failed{when}"
        return author_errors(doing, self.scene.path, getattr(self.own, method))

    @contextmanager
    def _edit_errors(self, method: str, name: str) -> Iterator[None]:
        """As `_author_errors`, but an InputError passes unchanged: it is no mistake but why an edit is refused."""
        refused: InputError | None = None
        with self._author_errors(method, f" for {name!r}"):
            try:
                yield
            except InputError as error:
                refused = error
        if refused is not None:
            raise refused

    def _return_error(self, method: str, message: str) -> InputError:
        return return_error(getattr(self.own, method), f"{self._method_name(method)} {message}")

    def _wrong_return(self, method: str, wanted: str, found: Any) -> InputError:
        hint = "; is its return missing?" if found is None else "; call it" if callable(found) else ""
        return self._return_error(method, f"must return {wanted}, not {brief(found)}{hint}")

    def _check_state(self, state: State, method: str) -> None:
        size = 0
        for name, array in state.items():
            if not isinstance(array, (np.ndarray, np.generic)) or array.dtype == object:
                message = f"{self._method_name(method)} must keep arrays in the state, but {name!r} is {brief(array)}"
                raise return_error(getattr(self.own, method), f"{message}; write np.array(...)")
            size += array.nbytes
        if size > MAX_BYTES:
            raise self._return_error(method, f"must keep {MAX_BYTES >> 20} MB in the state at most, not {size >> 20}")

    def _check_strokes(self, method: str, found: Any, values: Values, frame: int) -> Strokes:
        if not isinstance(found, Strokes):
            raise self._wrong_return(method, "Strokes, where nothing is drawn Strokes.none()", found)
        size = found.path.nbytes if hasattr(found.path, "nbytes") else 0
        if size > MAX_BYTES:
            message = f"must return paths of {MAX_BYTES >> 20} MB at most, not {size >> 20}; use fewer nodes"
            raise self._return_error(method, message)
        try:
            return fill_from_look(found.as_arrays(), self.scene, values, frame)
        except InputError as error:
            raise return_error(getattr(self.own, method), f"{self._method_name(method)}: {error}") from None
