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
from orbitdraw.app.session.coalesce import CoalescingTask, Stop
from orbitdraw.app.session.compiler import COMPILER
from orbitdraw.app.session.force_field import EffectivePotential
from orbitdraw.app.session.formula_picture import load_svg
from orbitdraw.app.session.history import push_drawing
from orbitdraw.app.session.open_drawing import FORMULA_INHERITS, OpenDrawing, inherit_settings, make_film
from orbitdraw.app.session.session import Session
from orbitdraw.app.shell.messages import ContourImage, Notice, Triple
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

MAX_OFFERED = 160
"""Characters of a scene's own potential beyond which it is not offered for editing."""

# Parsing takes milliseconds, a landscape hundredths, SymPy and the compiler tenths of a second: each has its thread.
_parse_pool = ThreadPoolExecutor(1, "orbitdraw reading")
_preview_pool = ThreadPoolExecutor(1, "orbitdraw landscape")
_compile_pool = ThreadPoolExecutor(1, "orbitdraw formula")


@dataclass(frozen=True)
class InitialFormula:
    """The text to start typing from: the formula or potential of the drawing, and the names that are reserved."""

    text: str
    is_running: bool
    """True when the drawing shown is one of this formula, False when the formula is only its scene's potential."""
    params: Mapping[str, Number]
    values: Mapping[str, float]
    reserved: frozenset[str]
    playing: OpenDrawing
    """The present drawing, to be restored on cancel."""


@dataclass(frozen=True)
class FormulaInput:
    """The typed text with its parameters, and the view and window of its preview."""

    text: str
    known: Mapping[str, Number]
    values: Mapping[str, float]
    reserved: frozenset[str]
    view: Triple
    size: tuple[int, int]
    scale: float
    light: bool
    t: float


@dataclass(frozen=True)
class ParseResult:
    """The result of parsing a text: a formula with these parameters, or the `error` with its column."""

    text: str
    params: Mapping[str, Number]
    time_dependent: bool = False
    error: FormulaError | None = None
    remark: str = ""
    """Remark on the meaning of its names."""


@dataclass(frozen=True)
class LandscapePreview:
    """The landscape of the text."""

    formula_input: FormulaInput
    contours: ContourImage
    remark: str
    """Remark on its jumps."""


@dataclass(frozen=True)
class TypesetFormula:
    """The typeset formula; None where it is too long for that."""

    text: str
    surface: pygame.Surface | None


@dataclass(frozen=True)
class RunResult:
    """The formula runs now, or `error` says why it cannot."""

    text: str
    error: str = ""


class FormulaTrial:
    """Requests of the formula bar about the text that is being typed."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self._parse_queue = CoalescingTask(session, self._parse, _parse_pool)
        self._preview_queue = CoalescingTask(session, self._preview, _preview_pool)
        self._typeset_queue = CoalescingTask(session, self._typeset, _compile_pool)
        self._run_queue = CoalescingTask(session, self._run, _compile_pool)
        self._wanted: FormulaInput | None = None

    # -- from the window -------------------------------------------------------------------------------------------

    def start_compiler(self) -> None:
        """Start the compiler process before the user types."""
        _compile_pool.submit(COMPILER.start)

    def parse(self, formula_input: FormulaInput) -> None:
        """Parse the text, and preview its landscape."""
        self._parse_queue.request(formula_input)

    def typeset(self, formula_input: FormulaInput, params: Mapping[str, Number]) -> None:
        """Typeset the formula."""
        self._typeset_queue.request((formula_input, params))

    def run(self, formula_input: FormulaInput) -> None:
        """Run the formula, as soon as it is compiled."""
        self._wanted = formula_input
        self._run_queue.request(formula_input)

    def cancel_run(self) -> None:
        """Cancel the run that was requested."""
        self._wanted = None
        self._run_queue.cancel()

    # -- beside the frames -----------------------------------------------------------------------------------------

    def _parse(self, session: Session, formula_input: FormulaInput, superseded: Stop) -> None:
        try:
            formula = potentials.formula.read(formula_input.text, formula_input.known)
            params = potentials.parameters.parameters(formula, formula_input.known, formula_input.reserved)
        except FormulaError as error:
            self.session.report(ParseResult(formula_input.text, {}, error=error))
            return
        land = potentials.FormulaPotential(
            formula, {name: formula_input.values.get(name, default_value(one)) for name, one in params.items()}
        )
        self.session.report(
            ParseResult(
                formula_input.text,
                params,
                land.is_time_dependent,
                remark=potentials.parameters.undeclared_message(formula),
            )
        )
        if not superseded():
            self._preview_queue.request((formula_input, land))

    def _preview(self, session: Session, request: Any, superseded: Stop) -> None:
        formula_input, land = request
        survey = EffectivePotential(
            cast(Any, land), {}, formula_input.t, 0.0, np.zeros((0, 3)), 0.0, {}, is_changing=True
        )
        surface = survey.render(
            View.of(formula_input.view), formula_input.size, formula_input.scale, formula_input.light
        )
        x, y, radius = formula_input.view
        remark = potentials.jumps.jump_message(land, max(abs(x), abs(y)) + radius, formula_input.t)
        self.session.report(LandscapePreview(formula_input, ContourImage(surface, formula_input.view), remark))

    def _typeset(self, session: Session, request: Any, superseded: Stop) -> None:
        formula_input, params = request
        try:
            svg = COMPILER.request("set", formula_input.text, params, scale=formula_input.scale)["svg"]
        except InputError as error:  # errors that only SymPy finds: infinite everywhere, never real
            self._report_error(formula_input, error)
        else:
            self.session.report(TypesetFormula(formula_input.text, load_svg(svg)))

    def _run(self, session: Session, formula_input: FormulaInput, superseded: Stop) -> None:
        def is_unwanted() -> bool:
            return superseded() or self._wanted is not formula_input

        film = self.session.film
        if film is None:
            return
        run, text = film.run, formula_input.text
        try:
            params = potentials.parameters.parameters(
                potentials.formula.read(text, formula_input.known), formula_input.known, formula_input.reserved
            )
            COMPILER.request("compile", text, params)
            if is_unwanted():
                return
            scene = library.formula_scene(text, params)
            chosen, values = inherit_settings(run, scene, None if run.scene.text else FORMULA_INHERITS)
            values |= {name: value for name, value in formula_input.values.items() if name in params}
            if "exposure" not in values:
                options: dict[str, Any] = {"law": chosen.retold, "values": values, "seed": run.seed}
                values |= COMPILER.request("measure", text, params, **options)
            if is_unwanted():
                return
            new_film = make_film(chosen, run.seed, values, self.session.size)
        except (OrbitdrawError, ArithmeticError, MemoryError) as error:
            self._report_error(formula_input, error)
            self.session.report(RunResult(text, str(error) or type(error).__name__))
        else:
            self.session.submit(self._show_run, formula_input, OpenDrawing(new_film, scene, scene, {}, {}))

    def _report_error(self, formula_input: FormulaInput, error: Exception) -> None:
        if isinstance(error, FormulaError):
            self.session.report(ParseResult(formula_input.text, {}, error=error))

    # -- in the worker's thread ------------------------------------------------------------------------------------

    def _show_run(self, formula_input: FormulaInput, playing: OpenDrawing) -> None:
        if self._wanted is formula_input:
            if playing.film is not None:
                self.session.autosave.mark_typed(playing.film.run)
            self.session.show_drawing(playing)
            self.session.report(RunResult(formula_input.text))


# -- tasks in the worker's thread --------------------------------------------------------------------------------------


def report_text(session: Session) -> None:
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
    if len(text) > MAX_OFFERED and not scene.text:
        text = ""
    empty = authoring.Scene("formula", law=scene.law) if scene.text else authoring.Scene("formula")
    given = params if text else {}
    taken = frozenset(empty.declared.sliders) | potentials.parameters.RESERVED
    session.report(InitialFormula(text, bool(scene.text), given, values, taken, session.current_drawing))


def accept(session: Session, previous: OpenDrawing | None) -> None:
    """Keep the formula's drawing; undo can restore the drawing before it."""
    if previous is not None:
        session.autosave.keep_typed()
        push_drawing(session, previous)
        session.report(Notice("A new formula starts a new drawing; Ctrl+Z returns to the previous one"))


def restore_previous(session: Session, previous: OpenDrawing | None) -> None:
    """Restore the drawing before the formula, as it stood; redo can restore the one that was tried."""
    if previous is not None and session.current_drawing.film is not previous.film:
        session.redo_drawings = [session.current_drawing]
        session.autosave.mark_typed(None)
        session.show_drawing(previous)
