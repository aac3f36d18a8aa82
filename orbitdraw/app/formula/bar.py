"""Formula bar: type a formula over the picture, with its landscape at once, its run after a pause, and its sliders."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pygame

from orbitdraw.app.formula import trial
from orbitdraw.app.formula.card import FormulaCard
from orbitdraw.app.formula.line import FormulaLine
from orbitdraw.app.formula.trial import Attempt, Judged, Offer, Preview, Trial, Tried, Typeset
from orbitdraw.app.kit import Slider
from orbitdraw.app.kit.theme import STAGE, Theme
from orbitdraw.app.session.playing import Playing
from orbitdraw.app.session.settings import Standing
from orbitdraw.app.shell.layer import Layer
from orbitdraw.app.shell.messages import Ground, Opened, Shot
from orbitdraw.app.stage.stage_view import StageView

if TYPE_CHECKING:
    from orbitdraw.slider import Number

RESTS = 0.4
"""Seconds after the last change until the formula is run: earlier it is probably incomplete."""

SETS = 0.15
"""Seconds after the last change until the formula is typeset."""

COMPLAINS = 0.45
"""Seconds after the last change until an error is shown: an incomplete formula is not yet wrong."""

SURVEY_EVERY = 0.12
"""Seconds between two landscapes that differ only in time or view."""


class FormulaBar(Layer):
    """The field at the lower edge. It is open from Ctrl+F to Enter, which accepts the formula, or Esc, which cancels.

    Only complete formulas run: in a wrong one, the error is marked.
    """

    def __init__(self, stage: StageView) -> None:
        super().__init__()
        self.stage = stage
        self.open = False
        self.theme: Theme = STAGE
        self.trial = Trial(stage.session)
        self.line = FormulaLine(self._changed)
        self.card = FormulaCard(self.line)
        self.judged: Judged | None = None
        self._jumps = ""
        """Remark on jumps in the landscape that is shown."""
        self.running: str | None = None
        """The formula of the drawing that is shown, None when that is no drawing of a formula."""
        self.former: Playing | None = None
        self._known: dict[str, Number] = {}
        self._values: dict[str, float] = {}
        self._taken: frozenset[str] = frozenset()
        self._original: str | None = None
        self._offered = True
        self._enter = self._meant = False
        """`_enter`: Enter was pressed; `_meant`: the text has changed and has not been run yet."""
        self._trying = self._failed = self._set_text = ""
        self._begun: Mapping[str, float] = {}
        """The parameters with which the formula that is being compiled starts."""
        self._wish = 0
        self._changes: dict[str, float] = {}
        self._changed_at = self._surveyed_at = -9.0
        self._surveyed: tuple[Any, ...] = ()
        self._now = 0.0

    # -- open and close --------------------------------------------------------------------------------------------

    def begin(self) -> None:
        """Open the bar, or return the focus to its field."""
        if self.stage.shot is None or self.stage.session.film is None:
            return
        if not self.open:
            self.open, self._offered, self._enter = True, False, False
            self.judged, self.running, self._original, self._meant = None, None, None, False
            self._known, self._values, self._taken = {}, {}, frozenset()
            self._trying = self._failed = self._set_text = self._jumps = ""
            self.trial.ready()
            self.line.begin("")
            self.card.picture(None, "")
            self.stage.hud.speak(False)
            self.stage.session.ask(trial.offer, self.stage.session)
        self._fill()
        self.card.give_focus(self.line)
        self.stale = True

    def _put_away(self) -> None:
        self.open, self.stale = False, True
        self.trial.drop()
        self.card.give_focus(None)
        self.former = None
        self.stage.preview.take(Ground(None, (0.0, 0.0, 1.0)))
        self.stage.hud.speak(True)

    def keep(self) -> None:
        """Accept the formula and close the bar."""
        session, former = self.stage.session, self.former
        if self.running != self._original:
            session.ask(trial.keep, session, former)
        self._put_away()

    def give_up(self) -> None:
        """Cancel: close the bar and restore the earlier drawing as it stood."""
        session, former = self.stage.session, self.former
        if self.running != self._original or self._trying:
            session.ask(trial.give_back, session, former)
        self._put_away()

    # -- the text --------------------------------------------------------------------------------------------------

    @property
    def text(self) -> str:
        """The text in the field."""
        return self.line.entry.text

    @property
    def right(self) -> bool:
        """True when the text has been parsed as a formula."""
        return self.judged is not None and self.judged.text == self.text and self.judged.error is None

    def _attempt(self) -> Attempt:
        stage = self.stage
        view, shot = stage.picture.view or (0.0, 0.0, 1.0), stage.shot
        light = stage.picture.ground_color[2] > 150
        values = {**self._values, **self._changes}
        at = (view, stage.window.size, self.scale, light, shot.t if shot is not None else 0.0)
        return Attempt(self.text, dict(self._known), values, self._taken, *at)

    def _changed(self) -> None:
        self._changed_at, self._offered, self._enter, self._failed = self._now, True, False, ""
        self._meant = True
        self.trial.drop()
        self._trying = self._jumps = ""
        self.line.point(None)
        self._look()

    def _look(self) -> None:
        self.stale = True
        attempt = self._attempt()
        self._surveyed, self._surveyed_at = (attempt.view, attempt.size, attempt.light), self._now
        self.trial.look(attempt)

    def _set(self, name: str, value: float | None) -> None:
        assert value is not None
        self._changes[name] = value
        self._failed, self.stale = "", True

    # -- messages --------------------------------------------------------------------------------------------------

    def hear(self, news: Any) -> None:
        if not self.open:
            return
        if isinstance(news, Offer):
            self._take_offer(news)
        elif isinstance(news, Judged) and news.text == self.text:
            self._take_judgement(news)
        elif isinstance(news, Preview) and news.attempt.text == self.text and self.right:
            self.stage.preview.take(news.ground)
            self._jumps, self.stale = news.remark, True
        elif isinstance(news, Typeset) and news.text == self.text:
            self.card.picture(news.surface, news.text)
            self.stale = True
        elif isinstance(news, Opened):
            self.running = news.text or None  # after an undo, a restart or a reload
        elif isinstance(news, Tried):
            self._take_run(news)
        elif isinstance(news, Standing) and self.running == self.text:
            self._follow(news)
        elif isinstance(news, Shot):
            self._look_again(news)

    def _take_offer(self, offer: Offer) -> None:
        self.former = offer.playing
        self._taken, self._known, self._values = offer.taken, dict(offer.params), dict(offer.values)
        self.running = self._original = offer.text if offer.runs else None
        if not self._offered:
            self.line.begin(offer.text, selected=not offer.runs)
        self._offered = True
        self._look()

    def _take_judgement(self, judged: Judged) -> None:
        self.judged, self.stale = judged, True
        if judged.error is None:
            self.line.point(None)
            if list(judged.params) != list(self.card.sliders):
                self._fill()
        elif self._enter:
            self._complain()

    def _take_run(self, tried: Tried) -> None:
        self.stale = True
        if tried.error:
            if tried.text == self._trying:
                self._failed, self._trying, self._enter = tried.error, "", False
            return
        self.running, self._trying = tried.text, ""
        if tried.text == self.text:  # sliders moved while the formula was being compiled
            turned = {name: v for name, v in self._values.items() if name in self.card.sliders}
            self._changes = {n: v for n, v in turned.items() if v != self._begun.get(n)} | self._changes

    def _follow(self, standing: Standing) -> None:
        """Show parameters of the run that were changed elsewhere or undone."""
        if standing.wish < self._wish or self._changes:
            return
        moved = False
        for name, slider in self.card.sliders.items():
            value = standing.values.get(name)
            if value is not None and value != self._values.get(name):
                self._values[name], moved = value, True
                slider.show(value)
        if moved:
            self._look()

    def _look_again(self, shot: Shot) -> None:
        attempt = self._attempt()
        timed = self.right and self.judged is not None and self.judged.timed and self.stage.pace.playing
        elsewhere = (attempt.view, attempt.size, attempt.light) != self._surveyed
        if (timed or elsewhere) and self._now - self._surveyed_at >= SURVEY_EVERY and self.text.strip():
            self._look()

    # -- every turn of the loop ------------------------------------------------------------------------------------

    def tick(self, now: float) -> None:
        self._now = now
        if not self.open:
            return
        self.card.tick(now)
        if self._changes:
            changes, self._changes = self._changes, {}
            self._values.update(changes)
            if self.running == self.text and not self._trying:
                self._wish = self.stage.session.wish(changes, self.card.gestures(changes))
            self._look()
        rested = now - self._changed_at
        if self.judged is not None and self.judged.text == self.text and self.judged.error is not None:
            if rested >= COMPLAINS and self.text.strip():
                self._complain()
        elif self.judged is not None and self.right:
            if self._set_text != self.text and rested >= SETS:
                self._set_text = self.text
                self.trial.typeset(self._attempt(), self.judged.params)
            if self._enter and self.running == self.text and not self._trying:
                self.keep()
                return
            due = self._enter or (self._meant and rested >= RESTS)
            if due and self.running != self.text and not self._trying and not self._failed:
                attempt = self._attempt()
                self._trying, self._begun, self._meant = self.text, dict(attempt.values), False
                self.trial.run(attempt)
        error = self.judged.error if self.judged is not None and self.judged.text == self.text else None
        wrong = self._failed or (str(error) if error is not None and self.line.fault is not None else "")
        remarks = [self.judged.remark, self._jumps] if self.judged is not None and self.right else []
        self.card.speak(self.text.strip(), wrong, bool(self._trying), [one for one in remarks if one])
        self.card.fade(not self.right)
        self.stale = self.stale or self.card.stale

    def _complain(self) -> None:
        assert self.judged is not None and self.judged.error is not None
        self._enter = False
        self.line.point(self.judged.error.column)

    def wear(self, theme: Theme) -> None:
        """Set the colours that go with the picture."""
        if theme is not self.theme:
            self.theme, self.stale = theme, True

    def _fill(self) -> None:
        """Show a slider for every parameter of the formula."""
        params = self.judged.params if self.judged is not None and self.right else {}
        self.card.declare(params, self._values, self._set)
        self.stale = True

    def draw(self, surface: pygame.Surface) -> None:
        if not self.open:
            return
        right, numbers = self.stage.room, self.stage.hud.numbers_room
        self.card.settle(surface.get_size(), self.scale, self.theme, right, numbers)
        self.card.draw(surface)

    def handle(self, event: pygame.event.Event) -> bool:
        if not self.open:
            return False
        if event.type == pygame.KEYDOWN and event.key == pygame.K_ESCAPE:
            typing = isinstance(self.card.focus, Slider) and self.card.focus.entry is not None
            if not typing and (self.card.focus is not None or not self.stage.holds_tool):
                self.give_up()
                return True
        enter = event.type == pygame.KEYDOWN and event.key in (pygame.K_RETURN, pygame.K_KP_ENTER)
        if enter and self.card.focus is self.line and not event.mod & pygame.KMOD_ALT:
            self._enter, self._changed_at = True, min(self._changed_at, self._now - COMPLAINS)
            self._failed, self.stale = "", True
            return True
        return self.card.handle(event)
