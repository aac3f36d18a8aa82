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

LOOKS = ("style", "palette", "color", "brush", "exposure", "width", "glow", "half_life", "mark", "grain")
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
        every = scene.declared.sliders
        law = {} if scene.motion is not None else dict(scene.law.numbers())
        acting = {"style", *run.motion.open_values(run.state, run.values, run.frame)}
        look = {name: every[name] for name in LOOKS if name in acting}
        fixed = {"dt", "view", "watch", *law, *(field.name for field in fields(scene.look))}
        own = {name: number for name, number in every.items() if name not in fixed}
        defaults = {**scene.declared.defaults(), "exposure": run.start_values["exposure"]}
        law_name = "" if scene.motion is not None else scene.law.name
        laws = tuple(dynamics.LAWS) if law_name in dynamics.LAWS else (law_name, *dynamics.LAWS)
        groups: dict[str, dict[str, Any]] = {"Scene": own, "Law": law, "Look": look}
        return cls(groups, law_name, laws, scene.look.unit, scene.view.radius, defaults)


@dataclass(frozen=True)
class Standing:
    """The present values of a run, after all requests up to number `wish` were granted or refused."""

    values: Mapping[str, Any]
    wish: int


class Wishes:
    """Requested values that the run has not taken yet: of each name only the last.

    The window requests at any time and never waits; the worker applies the values between two frames. However slow
    a scene is, there is never more than one request for each name.
    """

    def __init__(self, report: Callable[[Any], None]) -> None:
        self.report = report
        self._lock = threading.Lock()
        self._wanted: dict[str, Any] = {}
        self._gestures: dict[str, int] = {}
        self._made = 0
        self._told: Standing | None = None
        self._measured: tuple[int, Any] = (0, None)
        self._late: dict[str, tuple[Any, int]] = {}
        """Values that wait until kernels are compiled, with their gestures."""

    # -- from the window -------------------------------------------------------------------------------------------

    def make(self, values: Mapping[str, Any], gestures: Mapping[str, int] | None = None) -> tuple[int, bool]:
        """Request these values. Returns the request's number, and whether the worker must be woken."""
        with self._lock:
            first = not self._wanted
            self._wanted.update(values)
            self._gestures.update(dict.fromkeys(values, 0) | dict(gestures or {}))
            self._made += 1
            return self._made, first

    # -- in the worker's thread ------------------------------------------------------------------------------------

    def grant(
        self, film: Film | None, fetch: Callable[[str, Any], bool] = lambda name, value: False, late: str = ""
    ) -> None:
        """Apply the requested values; a refused value is reported and changes nothing.

        A value whose kernels must be fetched first, as `fetch` says, waits until it is granted as `late`.
        """
        if late in self._late:
            value, gesture = self._late.pop(late)
            with self._lock:
                self._wanted.setdefault(late, value)
                self._gestures.setdefault(late, gesture)
        with self._lock:
            wanted, self._wanted = self._wanted, {}
            gestures, self._gestures = self._gestures, {}
            made = self._made
        if film is None:
            return
        for name, value in wanted.items():
            if name != late and (name in self._late or fetch(name, value)):
                self._late[name] = (value, gestures[name])
                continue
            try:
                film.run.apply(name, value)
                film.gestures.mark(film.run, gestures[name])
            except InputError as error:
                self.report(Notice.of(error))
        # Until all are granted, the controls show the requested values.
        self.report_standing(film.run, None if self._late else made)

    def report_standing(self, run: Run, wish: int | None = None) -> None:
        """Report the run's values if they have changed, and its defaults where an exposure was measured."""
        measured = (id(run), run.start_values["exposure"])
        if self._measured[0] == id(run) and self._measured != measured:
            self.report(Settings.of(run))
            self._told = None  # the controls are rebuilt
        self._measured = measured
        number = wish if wish is not None else (self._told.wish if self._told is not None else 0)
        standing = Standing(dict(run.values), number)
        if standing != self._told:
            self._told = standing
            self.report(standing)
