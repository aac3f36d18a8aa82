"""Settings of a run: the values that can be set, their present values, and the user's requests."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from orbitdraw import dynamics
from orbitdraw.app.shell.messages import Notice
from orbitdraw.errors import InputError

if TYPE_CHECKING:
    from orbitdraw.film.film import Film
    from orbitdraw.simulation.run import Run

LOOK_VALUES = ("style", "palette", "color", "brush", "exposure", "width", "glow", "half_life", "mark", "grain")
"""Values of a look, in the order of the panel: most used first."""


@dataclass(frozen=True)
class Settings:
    """Values that can be set, by group ("Scene", "Law", "Look") and name, as the scene declares them: sliders, or
    values. The look has only values that act: a Motion may draw with a pen of its own."""

    groups: Mapping[str, Mapping[str, Any]]
    law: str
    """The name of the law; empty where the scene has a motion of its own."""
    laws: tuple[str, ...]
    unit: str
    """The unit of widths, "screen" or "world"."""
    radius: float
    """Radius of the scene's own view, in world units."""
    defaults: Mapping[str, Any]

    @classmethod
    def of(cls, run: Run) -> Settings:
        """The settings of this run."""
        scene = run.scene
        declared = scene.declared.sliders
        law = {} if scene.motion is not None else dict(scene.law.numbers())
        acting = {"style", *run.motion.open_values(run.state, run.values, run.frame)}
        look = {name: declared[name] for name in LOOK_VALUES if name in acting}
        fixed = {"dt", "view", "watch", *law, *(field.name for field in fields(scene.look))}
        scene_values = {name: number for name, number in declared.items() if name not in fixed}
        defaults = {**scene.declared.defaults(), "exposure": run.start_values["exposure"]}
        law_name = "" if scene.motion is not None else scene.law.name
        laws = tuple(dynamics.LAWS) if law_name in dynamics.LAWS else (law_name, *dynamics.LAWS)
        groups: dict[str, dict[str, Any]] = {"Scene": scene_values, "Law": law, "Look": look}
        return cls(groups, law_name, laws, scene.look.unit, scene.view.radius, defaults)


@dataclass(frozen=True)
class PresentValues:
    """The present values of a run, after all requests up to number `request` were applied or refused."""

    values: Mapping[str, Any]
    request: int


class ValueRequests:
    """Requested values that the run has not taken yet: of each name only the last.

    The window requests at any time and never waits; the worker applies the values between two frames. However slow
    a scene is, there is never more than one request for each name.
    """

    def __init__(self, report: Callable[[Any], None]) -> None:
        self.report = report
        self._lock = threading.Lock()
        self._requested: dict[str, Any] = {}
        self._gestures: dict[str, int] = {}
        self._last_number = 0
        self._last_report: PresentValues | None = None
        self._reported_exposure: tuple[int, Any] = (0, None)
        self._deferred: dict[str, tuple[Any, int]] = {}
        """Values that wait until kernels are compiled, with their gestures."""

    # -- from the window -------------------------------------------------------------------------------------------

    def add(self, values: Mapping[str, Any], gestures: Mapping[str, int] | None = None) -> tuple[int, bool]:
        """Request these values. Returns the request's number, and whether the worker must be woken."""
        with self._lock:
            first = not self._requested
            self._requested.update(values)
            self._gestures.update(dict.fromkeys(values, 0) | dict(gestures or {}))
            self._last_number += 1
            return self._last_number, first

    # -- in the worker's thread ------------------------------------------------------------------------------------

    def apply_values(
        self, film: Film | None, defer: Callable[[str, Any], bool] = lambda name, value: False, compiled: str = ""
    ) -> None:
        """Apply the requested values; a refused value is reported and changes nothing.

        A value whose kernels must be compiled first, as `defer` says, waits until it is applied as `compiled`.
        """
        if compiled in self._deferred:
            value, gesture = self._deferred.pop(compiled)
            with self._lock:
                self._requested.setdefault(compiled, value)
                self._gestures.setdefault(compiled, gesture)
        with self._lock:
            requested, self._requested = self._requested, {}
            gestures, self._gestures = self._gestures, {}
            last_number = self._last_number
        if film is None:
            return
        for name, value in requested.items():
            if name != compiled and (name in self._deferred or defer(name, value)):
                self._deferred[name] = (value, gestures[name])
                continue
            try:
                film.run.apply(name, value)
                film.gestures.mark(film.run, gestures[name])
            except InputError as error:
                self.report(Notice.of(error))
        # Until all are applied, the controls show the requested values.
        self.report_values(film.run, None if self._deferred else last_number)

    def report_values(self, run: Run, request: int | None = None) -> None:
        """Report the run's values if they have changed, and its defaults where an exposure was measured."""
        exposure = (id(run), run.start_values["exposure"])
        if self._reported_exposure[0] == id(run) and self._reported_exposure != exposure:
            self.report(Settings.of(run))
            self._last_report = None  # the controls are rebuilt
        self._reported_exposure = exposure
        number = request if request is not None else (self._last_report.request if self._last_report is not None else 0)
        values = PresentValues(dict(run.values), number)
        if values != self._last_report:
            self._last_report = values
            self.report(values)
