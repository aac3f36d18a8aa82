"""Trial of a formula while it is typed: parse it, preview its landscape, typeset it and run it.

All work is done beside the frames, in threads of its own and in the compiler process: typing never waits for it, and
the present drawing plays until the new run is ready to replace it.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from orbitdraw import authoring, library, potentials
from orbitdraw.app.session.coalesce import Latest, Stop
from orbitdraw.app.session.compiler import FOUNDRY
from orbitdraw.app.session.force_field import Survey
from orbitdraw.app.session.formula_picture import picture_of
from orbitdraw.app.session.history import leave
from orbitdraw.app.session.playing import KINDRED, Playing, beginning, film_of
from orbitdraw.app.session.session import Session
from orbitdraw.app.shell.messages import Ground, Notice, Triple
from orbitdraw.errors import FormulaError, InputError, OrbitdrawError
from orbitdraw.ink.look import View
from orbitdraw.runtime import lazy
from orbitdraw.slider import default_value

if TYPE_CHECKING:
    import numpy as np
    import pygame

    from orbitdraw.slider import Number
else:
    np = lazy.module("numpy")

OFFERED = 160
"""Characters of a scene's own potential beyond which it is not offered for editing."""

# Parsing takes milliseconds, a landscape hundredths, SymPy and the compiler tenths of a second: each has its thread.
_reading = ThreadPoolExecutor(1, "orbitdraw reading")
_surveying = ThreadPoolExecutor(1, "orbitdraw landscape")
_trying = ThreadPoolExecutor(1, "orbitdraw formula")


@dataclass(frozen=True)
class Offer:
    """The text to start typing from: the formula or potential of the drawing, and the names that are reserved."""

    text: str
    runs: bool
    """True when the drawing shown is one of this formula, False when the formula is only its scene's potential."""
    params: Mapping[str, Number]
    values: Mapping[str, float]
    taken: frozenset[str]
    playing: Playing
    """The present drawing, to be restored on cancel."""


@dataclass(frozen=True)
class Attempt:
    """The typed text with its parameters, and the view and window of its preview."""

    text: str
    known: Mapping[str, Number]
    values: Mapping[str, float]
    taken: frozenset[str]
    view: Triple
    size: tuple[int, int]
    scale: float
    light: bool
    t: float


@dataclass(frozen=True)
class Judged:
    """The result of parsing a text: a formula with these parameters, or the `error` with its column."""

    text: str
    params: Mapping[str, Number]
    timed: bool = False
    error: FormulaError | None = None
    remark: str = ""
    """Remark on the meaning of its names."""


@dataclass(frozen=True)
class Preview:
    """The landscape of the text."""

    attempt: Attempt
    ground: Ground
    remark: str
    """Remark on its jumps."""


@dataclass(frozen=True)
class Typeset:
    """The typeset formula; None where it is too long for that."""

    text: str
    surface: pygame.Surface | None


@dataclass(frozen=True)
class Tried:
    """The formula runs now, or `error` says why it cannot."""

    text: str
    error: str = ""


class Trial:
    """Requests of the formula bar about the text that is being typed."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self._readings = Latest(session, self._read, _reading)
        self._surveys = Latest(session, self._survey, _surveying)
        self._settings = Latest(session, self._typeset, _trying)
        self._runs = Latest(session, self._run, _trying)
        self._wanted: Attempt | None = None

    # -- from the window -------------------------------------------------------------------------------------------

    def ready(self) -> None:
        """Start the compiler process before the user types."""
        _trying.submit(FOUNDRY.start)

    def look(self, attempt: Attempt) -> None:
        """Parse the text, and preview its landscape."""
        self._readings.ask(attempt)

    def typeset(self, attempt: Attempt, params: Mapping[str, Number]) -> None:
        """Typeset the formula."""
        self._settings.ask((attempt, params))

    def run(self, attempt: Attempt) -> None:
        """Run the formula, as soon as it is compiled."""
        self._wanted = attempt
        self._runs.ask(attempt)

    def drop(self) -> None:
        """Cancel the run that was requested."""
        self._wanted = None
        self._runs.forget()

    # -- beside the frames -----------------------------------------------------------------------------------------

    def _read(self, session: Session, attempt: Attempt, overtaken: Stop) -> None:
        try:
            formula = potentials.formula.read(attempt.text, attempt.known)
            params = potentials.parameters.parameters(formula, attempt.known, attempt.taken)
        except FormulaError as error:
            self.session.report(Judged(attempt.text, {}, error=error))
            return
        land = potentials.Landscape(
            formula, {name: attempt.values.get(name, default_value(one)) for name, one in params.items()}
        )
        self.session.report(
            Judged(attempt.text, params, land.timed, remark=potentials.parameters.undeclared_message(formula))
        )
        if not overtaken():
            self._surveys.ask((attempt, land))

    def _survey(self, session: Session, request: Any, overtaken: Stop) -> None:
        attempt, land = request
        survey = Survey(cast(Any, land), {}, attempt.t, 0.0, np.zeros((0, 3)), 0.0, {}, changes=True)
        surface = survey.picture(View.of(attempt.view), attempt.size, attempt.scale, attempt.light)
        x, y, radius = attempt.view
        remark = potentials.jumps.jump_message(land, max(abs(x), abs(y)) + radius, attempt.t)
        self.session.report(Preview(attempt, Ground(surface, attempt.view), remark))

    def _typeset(self, session: Session, request: Any, overtaken: Stop) -> None:
        attempt, params = request
        try:
            svg = FOUNDRY.order("set", attempt.text, params, scale=attempt.scale)["svg"]
        except InputError as error:  # errors that only SymPy finds: infinite everywhere, never real
            self._refuse(attempt, error)
        else:
            self.session.report(Typeset(attempt.text, picture_of(svg)))

    def _run(self, session: Session, attempt: Attempt, overtaken: Stop) -> None:
        def unwanted() -> bool:
            return overtaken() or self._wanted is not attempt

        film = self.session.film
        if film is None:
            return
        run, text = film.run, attempt.text
        try:
            params = potentials.parameters.parameters(
                potentials.formula.read(text, attempt.known), attempt.known, attempt.taken
            )
            FOUNDRY.order("compile", text, params)
            if unwanted():
                return
            scene = library.formula_scene(text, params)
            chosen, values = beginning(run, scene, None if run.scene.text else KINDRED)
            values |= {name: value for name, value in attempt.values.items() if name in params}
            if "exposure" not in values:
                more: dict[str, Any] = {"law": chosen.retold, "values": values, "seed": run.seed}
                values |= FOUNDRY.order("measure", text, params, **more)
            if unwanted():
                return
            fresh = film_of(chosen, run.seed, values, self.session.size)
        except (OrbitdrawError, ArithmeticError, MemoryError) as error:
            self._refuse(attempt, error)
            self.session.report(Tried(text, str(error) or type(error).__name__))
        else:
            self.session.ask(self._take_over, attempt, Playing(fresh, scene, scene, {}, {}))

    def _refuse(self, attempt: Attempt, error: Exception) -> None:
        if isinstance(error, FormulaError):
            self.session.report(Judged(attempt.text, {}, error=error))

    # -- in the worker's thread ------------------------------------------------------------------------------------

    def _take_over(self, attempt: Attempt, playing: Playing) -> None:
        if self._wanted is attempt:
            if playing.film is not None:
                self.session.diary.typed(playing.film.run)
            self.session.adopt(playing)
            self.session.report(Tried(attempt.text))


# -- tasks in the worker's thread --------------------------------------------------------------------------------------


def offer(session: Session) -> None:
    """Report the text to start typing from."""
    if session.film is None:
        return
    run = session.film.run
    scene, potential = run.scene, run.scene.potential
    text, params, values = scene.text, {}, {}
    if potential is not None:
        params = dict(potential.params)
        values = {name: run.values[name] for name in potential.names}
        if not text and scene.motion is None and not len(run.state.get("mass", ())):
            try:
                text = potential.text
                potentials.formula.read(text, params)
            except InputError:
                text = ""
    if len(text) > OFFERED and not scene.text:
        text = ""
    empty = authoring.Scene("formula", law=scene.law) if scene.text else authoring.Scene("formula")
    given = params if text else {}
    taken = frozenset(empty.declared.sliders) | potentials.parameters.RESERVED
    session.report(Offer(text, bool(scene.text), given, values, taken, session.playing))


def keep(session: Session, former: Playing | None) -> None:
    """Keep the formula's drawing; undo can restore the drawing before it."""
    if former is not None:
        session.diary.keep_typed()
        leave(session, former)
        session.report(Notice("A new formula starts a new drawing; Ctrl+Z returns to the previous one"))


def give_back(session: Session, former: Playing | None) -> None:
    """Restore the drawing before the formula, as it stood; redo can restore the one that was tried."""
    if former is not None and session.playing.film is not former.film:
        session.after = [session.playing]
        session.diary.typed(None)
        session.adopt(former)
