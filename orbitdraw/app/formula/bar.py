"""Formula bar: type a formula over the picture, with its landscape at once, its run after a pause, and its sliders."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pygame

from orbitdraw.app.formula import trial
from orbitdraw.app.formula.card import FormulaCard
from orbitdraw.app.formula.formula_field import FormulaField
from orbitdraw.app.formula.trial import (
    FormulaInput,
    FormulaTrial,
    InitialFormula,
    LandscapePreview,
    ParseResult,
    RunResult,
    TypesetFormula,
)
from orbitdraw.app.kit import Slider
from orbitdraw.app.kit.theme import DARK_THEME, Theme
from orbitdraw.app.session.open_drawing import OpenDrawing
from orbitdraw.app.session.settings import PresentValues
from orbitdraw.app.shell.layer import Layer
from orbitdraw.app.shell.messages import ContourImage, SceneOpened, Shot
from orbitdraw.app.stage.stage_view import StageView

if TYPE_CHECKING:
    from orbitdraw.slider import Number

RUN_DELAY = 0.4
"""Seconds after the last change until the formula is run: earlier it is probably incomplete."""

TYPESET_DELAY = 0.15
"""Seconds after the last change until the formula is typeset."""

ERROR_DELAY = 0.45
"""Seconds after the last change until an error is shown: an incomplete formula is not yet wrong."""

PREVIEW_INTERVAL = 0.12
"""Seconds between two landscapes that differ only in time or view."""


class FormulaBar(Layer):
    """The field at the lower edge. It is open from Ctrl+F to Enter, which accepts the formula, or Esc, which cancels.

    Only complete formulas run: in a wrong one, the error is marked.
    """

    def __init__(self, stage: StageView) -> None:
        super().__init__()
        self.stage = stage
        self.open = False
        self.theme: Theme = DARK_THEME
        self.trial = FormulaTrial(stage.session)
        self.formula_field = FormulaField(self._handle_change)
        self.card = FormulaCard(self.formula_field)
        self.parse_result: ParseResult | None = None
        self._jump_remark = ""
        """Remark on jumps in the landscape that is shown."""
        self.running_text: str | None = None
        """The formula of the drawing that is shown, None when that is no drawing of a formula."""
        self.previous: OpenDrawing | None = None
        self._known_params: dict[str, Number] = {}
        self._values: dict[str, float] = {}
        self._reserved_names: frozenset[str] = frozenset()
        self._original_text: str | None = None
        self._has_text = True
        self._enter_pressed = self._run_pending = False
        """`_enter_pressed`: Enter was pressed; `_run_pending`: the text has changed and has not been run yet."""
        self._compiling_text = self._run_error = self._typeset_text = ""
        self._start_values: Mapping[str, float] = {}
        """The parameters with which the formula that is being compiled starts."""
        self._request_number = 0
        self._changes: dict[str, float] = {}
        self._change_time = self._preview_time = -9.0
        self._preview_key: tuple[Any, ...] = ()
        self._now = 0.0

    # -- open and close --------------------------------------------------------------------------------------------

    def open_bar(self) -> None:
        """Open the bar, or return the focus to its field."""
        if self.stage.shot is None or self.stage.session.film is None:
            return
        if not self.open:
            self.open, self._has_text, self._enter_pressed = True, False, False
            self.parse_result, self.running_text, self._original_text, self._run_pending = None, None, None, False
            self._known_params, self._values, self._reserved_names = {}, {}, frozenset()
            self._compiling_text = self._run_error = self._typeset_text = self._jump_remark = ""
            self.trial.start_compiler()
            self.formula_field.set_text("")
            self.card.set_formula_image(None, "")
            self.stage.hud.show_caption(False)
            self.stage.session.submit(trial.report_text, self.stage.session)
        self._show_sliders()
        self.card.set_focus(self.formula_field)
        self.stale = True

    def _close(self) -> None:
        self.open, self.stale = False, True
        self.trial.cancel_run()
        self.card.set_focus(None)
        self.previous = None
        self.stage.preview.show(ContourImage(None, (0.0, 0.0, 1.0)))
        self.stage.hud.show_caption(True)

    def accept(self) -> None:
        """Accept the formula and close the bar."""
        session, previous = self.stage.session, self.previous
        if self.running_text != self._original_text:
            session.submit(trial.accept, session, previous)
        self._close()

    def cancel(self) -> None:
        """Cancel: close the bar and restore the earlier drawing as it stood."""
        session, previous = self.stage.session, self.previous
        if self.running_text != self._original_text or self._compiling_text:
            session.submit(trial.restore_previous, session, previous)
        self._close()

    # -- the text --------------------------------------------------------------------------------------------------

    @property
    def text(self) -> str:
        """The text in the field."""
        return self.formula_field.entry.text

    @property
    def is_valid(self) -> bool:
        """True when the text has been parsed as a formula."""
        return self.parse_result is not None and self.parse_result.text == self.text and self.parse_result.error is None

    def _input(self) -> FormulaInput:
        stage = self.stage
        view, shot = stage.picture.view or (0.0, 0.0, 1.0), stage.shot
        light = stage.picture.background[2] > 150
        values = {**self._values, **self._changes}
        at = (view, stage.window.size, self.scale, light, shot.t if shot is not None else 0.0)
        return FormulaInput(self.text, dict(self._known_params), values, self._reserved_names, *at)

    def _handle_change(self) -> None:
        self._change_time, self._has_text, self._enter_pressed, self._run_error = self._now, True, False, ""
        self._run_pending = True
        self.trial.cancel_run()
        self._compiling_text = self._jump_remark = ""
        self.formula_field.mark_error(None)
        self._preview()

    def _preview(self) -> None:
        self.stale = True
        formula_input = self._input()
        self._preview_key, self._preview_time = (formula_input.view, formula_input.size, formula_input.light), self._now
        self.trial.parse(formula_input)

    def _set(self, name: str, value: float | None) -> None:
        assert value is not None
        self._changes[name] = value
        self._run_error, self.stale = "", True

    # -- messages --------------------------------------------------------------------------------------------------

    def receive(self, message: Any) -> None:
        if not self.open:
            return
        if isinstance(message, InitialFormula):
            self._receive_text(message)
        elif isinstance(message, ParseResult) and message.text == self.text:
            self._receive_parse_result(message)
        elif isinstance(message, LandscapePreview) and message.formula_input.text == self.text and self.is_valid:
            self.stage.preview.show(message.contours)
            self._jump_remark, self.stale = message.remark, True
        elif isinstance(message, TypesetFormula) and message.text == self.text:
            self.card.set_formula_image(message.surface, message.text)
            self.stale = True
        elif isinstance(message, SceneOpened):
            self.running_text = message.text or None  # after an undo, a restart or a reload
        elif isinstance(message, RunResult):
            self._receive_run(message)
        elif isinstance(message, PresentValues) and self.running_text == self.text:
            self._show_values(message)
        elif isinstance(message, Shot):
            self._refresh_preview(message)

    def _receive_text(self, start: InitialFormula) -> None:
        self.previous = start.playing
        self._reserved_names, self._known_params, self._values = start.reserved, dict(start.params), dict(start.values)
        self.running_text = self._original_text = start.text if start.is_running else None
        if not self._has_text:
            self.formula_field.set_text(start.text, selected=not start.is_running)
        self._has_text = True
        self._preview()

    def _receive_parse_result(self, parse_result: ParseResult) -> None:
        self.parse_result, self.stale = parse_result, True
        if parse_result.error is None:
            self.formula_field.mark_error(None)
            if list(parse_result.params) != list(self.card.sliders):
                self._show_sliders()
        elif self._enter_pressed:
            self._show_error()

    def _receive_run(self, result: RunResult) -> None:
        self.stale = True
        if result.error:
            if result.text == self._compiling_text:
                self._run_error, self._compiling_text, self._enter_pressed = result.error, "", False
            return
        self.running_text, self._compiling_text = result.text, ""
        if result.text == self.text:  # sliders moved while the formula was being compiled
            moved = {name: v for name, v in self._values.items() if name in self.card.sliders}
            self._changes = {n: v for n, v in moved.items() if v != self._start_values.get(n)} | self._changes

    def _show_values(self, standing: PresentValues) -> None:
        """Show parameters of the run that were changed elsewhere or undone."""
        if standing.request < self._request_number or self._changes:
            return
        moved = False
        for name, slider in self.card.sliders.items():
            value = standing.values.get(name)
            if value is not None and value != self._values.get(name):
                self._values[name], moved = value, True
                slider.show(value)
        if moved:
            self._preview()

    def _refresh_preview(self, shot: Shot) -> None:
        formula_input = self._input()
        time_dependent = (
            self.is_valid
            and self.parse_result is not None
            and self.parse_result.time_dependent
            and self.stage.playback.playing
        )
        elsewhere = (formula_input.view, formula_input.size, formula_input.light) != self._preview_key
        if (time_dependent or elsewhere) and self._now - self._preview_time >= PREVIEW_INTERVAL and self.text.strip():
            self._preview()

    # -- every turn of the loop ------------------------------------------------------------------------------------

    def tick(self, now: float) -> None:
        self._now = now
        if not self.open:
            return
        self.card.tick(now)
        if self._changes:
            changes, self._changes = self._changes, {}
            self._values.update(changes)
            if self.running_text == self.text and not self._compiling_text:
                self._request_number = self.stage.session.request_values(changes, self.card.gestures(changes))
            self._preview()
        idle_time = now - self._change_time
        if (
            self.parse_result is not None
            and self.parse_result.text == self.text
            and self.parse_result.error is not None
        ):
            if idle_time >= ERROR_DELAY and self.text.strip():
                self._show_error()
        elif self.parse_result is not None and self.is_valid:
            if self._typeset_text != self.text and idle_time >= TYPESET_DELAY:
                self._typeset_text = self.text
                self.trial.typeset(self._input(), self.parse_result.params)
            if self._enter_pressed and self.running_text == self.text and not self._compiling_text:
                self.accept()
                return
            run_due = self._enter_pressed or (self._run_pending and idle_time >= RUN_DELAY)
            if run_due and self.running_text != self.text and not self._compiling_text and not self._run_error:
                formula_input = self._input()
                self._compiling_text, self._start_values, self._run_pending = (
                    self.text,
                    dict(formula_input.values),
                    False,
                )
                self.trial.run(formula_input)
        error = (
            self.parse_result.error if self.parse_result is not None and self.parse_result.text == self.text else None
        )
        error_text = self._run_error or (
            str(error) if error is not None and self.formula_field.error_column is not None else ""
        )
        remarks = (
            [self.parse_result.remark, self._jump_remark] if self.parse_result is not None and self.is_valid else []
        )
        self.card.show_status(
            self.text.strip(), error_text, bool(self._compiling_text), [one for one in remarks if one]
        )
        self.card.set_faded(not self.is_valid)
        self.stale = self.stale or self.card.stale

    def _show_error(self) -> None:
        assert self.parse_result is not None and self.parse_result.error is not None
        self._enter_pressed = False
        self.formula_field.mark_error(self.parse_result.error.column)

    def set_theme(self, theme: Theme) -> None:
        """Set the colours that go with the picture."""
        if theme is not self.theme:
            self.theme, self.stale = theme, True

    def _show_sliders(self) -> None:
        """Show a slider for every parameter of the formula."""
        params = self.parse_result.params if self.parse_result is not None and self.is_valid else {}
        self.card.set_parameters(params, self._values, self._set)
        self.stale = True

    def draw(self, surface: pygame.Surface) -> None:
        if not self.open:
            return
        margin, numbers = self.stage.room, self.stage.hud.numbers_width
        self.card.update_layout(surface.get_size(), self.scale, self.theme, margin, numbers)
        self.card.draw(surface)

    def handle(self, event: pygame.event.Event) -> bool:
        if not self.open:
            return False
        if event.type == pygame.KEYDOWN and event.key == pygame.K_ESCAPE:
            typing = isinstance(self.card.focus, Slider) and self.card.focus.entry is not None
            if not typing and (self.card.focus is not None or not self.stage.has_active_tool):
                self.cancel()
                return True
        enter = event.type == pygame.KEYDOWN and event.key in (pygame.K_RETURN, pygame.K_KP_ENTER)
        if enter and self.card.focus is self.formula_field and not event.mod & pygame.KMOD_ALT:
            self._enter_pressed, self._change_time = True, min(self._change_time, self._now - ERROR_DELAY)
            self._run_error, self.stale = "", True
            return True
        return self.card.handle(event)
