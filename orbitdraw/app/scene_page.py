"""The page of a playing scene: its layers, keys, messages from the worker, and playback."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pygame

from orbitdraw.app.export_dialog.dialog import Dialog
from orbitdraw.app.formula.bar import FormulaBar
from orbitdraw.app.kit import Control
from orbitdraw.app.kit.theme import PAPER, suited_to
from orbitdraw.app.panel.hand_section import HandPanel
from orbitdraw.app.panel.panel import Memory, Panel
from orbitdraw.app.session import follow as watching
from orbitdraw.app.session import lifecycle
from orbitdraw.app.session import saving as keeping
from orbitdraw.app.session.laws import next_law, set_ink, set_law
from orbitdraw.app.session.session import Session
from orbitdraw.app.session.settings import Settings, Standing
from orbitdraw.app.session.watchdog import Watchdog
from orbitdraw.app.shell.messages import Formula, Ground, Notice, Opened, Shot, ToExport, Trouble
from orbitdraw.app.shell.services import Services
from orbitdraw.app.shell.trace import trace
from orbitdraw.app.stage.camera import SETTLED, Sight
from orbitdraw.app.stage.draft_portrait import Portrait
from orbitdraw.app.stage.fitting import LEAST, free_part
from orbitdraw.app.stage.hud import Reading, number, readings, situation, speed_name
from orbitdraw.app.stage.picture import GroundLines, Still
from orbitdraw.app.stage.range_selector import Stretch
from orbitdraw.app.stage.stage_view import StageView
from orbitdraw.app.stage.timeline import Timeline
from orbitdraw.app.tools.tools import Tools
from orbitdraw.app.wall.cards import Card

HINT_SECONDS = 6.0
"""Seconds for which the first scene shows a hint about the panel and the help."""


class Stage(StageView):
    """The page of one scene, from its opening to the return to the wall."""

    name = "scene"

    def __init__(
        self,
        window: Services,
        dialog: Dialog,
        watchdog: Watchdog,
        what: Any,
        *,
        card: Card | None = None,
        memory: Memory | None = None,
        welcome: bool = False,
        **options: Any,
    ) -> None:
        super().__init__(window, Session(window.worker, what, window.size, scale=window.scale, **options))
        self.dialog, self.watchdog = dialog, watchdog
        self.card = card
        self.ground = GroundLines(self.picture, instead=self.preview)
        self.still = Still(card.picture() if card is not None else None)
        if card is not None:
            self.title = card.title
            self.hud.tell(card.title, card.caption)
        self.panel = Panel(self.session.wish, self.do, self._choose_law, memory)
        self.sight, self.timeline = Sight(self), Timeline(self)
        self.tools = Tools(self, self.sight)
        self.hand = self.panel.hand = HandPanel(self.tools)
        self.stretch, self.formula = Stretch(self, self.timeline), FormulaBar(self)
        self.portrait = Portrait(self, self.timeline)
        below = [self.sight, self.picture, self.ground, self.preview, self.still]
        hand = [self.tools, self.hud, self.timeline, self.stretch]
        self.layers = [*below, *hand, self.mishap, self.panel, self.formula, self.portrait]
        window.toast.clear_of = [*window.topmost, self.hud.hint_place]
        window.worker.turn = self.session.play
        self.session.ask(lifecycle.open_scene, self.session)
        self.kept = False
        self.numbers: dict[str, float] = {}
        self._now, self._read = 0.0, -1.0
        self._resized: float | None = None
        self._busy: Trouble | None = None
        self._trouble: Trouble | None = None
        self._began = time.perf_counter()
        self._welcome = "P  opens the panel      ?  shows the keys" if welcome else ""

    # -- every iteration of the loop -------------------------------------------------------------------------------

    def tick(self, now: float) -> None:
        self._now = now
        super().tick(now)
        for news in self.window.worker.news():
            self._take(news)
        self._say_busy(self.watchdog.busy)
        if self._resized is not None and now - self._resized > SETTLED:
            self._resized = None
            self.session.ask(self.session.resize, self.area.size)
        held = self.tools.holds or self.timeline.holds
        if self.pace.playing and not held and self.shot is not None and self.mishap.trouble is None:
            frames = self.pace.due()
            if frames:
                self.window.worker.grant(frames)
        self._show_readings()
        self._make_room()
        if now - self._began > HINT_SECONDS:
            self._welcome = ""
        self.hud.hint_at(self._situation() or self._welcome)

    def _say_busy(self, busy: Trouble | None) -> None:
        """Show the worker's long task while it runs, in place of an earlier error, which returns afterwards."""
        if busy is not None or self._busy is not None:
            if self._busy is None:
                self._trouble = self.mishap.trouble
            if self.mishap.trouble in (self._busy, self._trouble):  # else another message is shown by now
                self.mishap.show(busy if busy is not None else self._trouble if self.session.broken else None)
            self._busy = busy

    def _take(self, news: Any) -> None:
        for layer in self.layers:
            layer.hear(news)
        if isinstance(news, Shot):
            self._take_shot(news)
        elif isinstance(news, Opened):
            self.opened = news
            self.title = news.title
            pygame.display.set_caption(f"{news.title} · orbitdraw")
            self.mishap.show(None)
            self.sight.forget()
            self.hud.tell(news.title, news.caption)
            self.hud.full = news.panels
            trace("loaded")
        elif isinstance(news, Trouble):
            self.mishap.show(news)
            self.sight.forget()
        elif isinstance(news, Settings):
            self.panel.show_settings(news)
        elif isinstance(news, Standing):
            self.panel.follow(news)
        elif isinstance(news, Ground):
            self.ground.take(news)
        elif isinstance(news, Formula):
            self.hud.formula, self.hud.stale = news.surface, True
        elif isinstance(news, Notice):
            self.window.toast.say(news.text, news.warning)
        elif isinstance(news, ToExport):
            self.window.export(news)

    def _take_shot(self, shot: Shot) -> None:
        first = self.shot is None
        self.shot = shot
        self.picture.take(shot)
        self.sight.arrive(shot)
        self.session.give_back(shot)
        if shot.numbers is not None:
            self.numbers = shot.numbers
        self.pace.came(self._now)
        if self.mishap.trouble is not None and not self.session.broken:
            self.mishap.show(None)
        if first:
            self.still.leave()
            trace("first picture")
            if self.window.light is not None:
                self.session.ask(set_ink, self.session, self.window.light)
        elif shot.frame > 1:
            trace("moving")
        self._wear(first)

    def _wear(self, first: bool) -> None:
        """Set the theme that suits the background of the picture."""
        theme = suited_to(self.picture.ground_color)
        if first or theme is not self.hud.theme:
            self.hud.theme = self.mishap.theme = theme
            self.hud.stale = True
            self.panel.wear(theme)
            self.formula.wear(theme)
            self.window.wear(theme)

    def _make_room(self) -> None:
        """Keep captions, numbers and overlays clear of the panel."""
        self.panel.lay(self.window.size)
        margin = self.panel.room
        if margin != self.hud.margin:
            self._welcome = ""
            self.hud.margin = self.window.progress.margin = margin
            self.window.toast.margin = self.panel.covers
            self.hud.stale = self.window.toast.stale = True
        self._fit()

    @property
    def area(self) -> pygame.Rect:
        """Rectangle of the picture in the window; exports have its aspect ratio."""
        return self.picture.area or pygame.Rect((0, 0), self.window.size)

    @property
    def room(self) -> int:
        return self.panel.room

    @property
    def covers(self) -> int:
        return self.panel.covers

    @property
    def busy(self) -> bool:
        return self.tools.busy

    @property
    def holds_tool(self) -> bool:
        tools = self.tools
        return tools.busy or tools.held is not tools.bodies or tools.chosen is not None

    @property
    def choosing(self) -> bool:
        return self.stretch.speaks

    def control(self, name: str) -> Control | None:
        return self.panel.by_name.get(name)

    def value(self, name: str) -> Any:
        return self.panel.values.get(name)

    def _fit(self) -> None:
        """Fit a scene that displays its numbers itself into the area that captions and panel leave free."""
        area = None
        if self.opened is not None and self.opened.panels:
            area = free_part(self.window.size, self.panel.covers, self.hud.strip, self.px(LEAST))
        self.window.toast.over = None if area is None else self.hud.caption_place
        if area != self.picture.area:
            self.picture.area = area
            self._resized, self.stale = self._now, True
            if self.shot is None:  # at once: there is no picture yet that could jump
                self._resized = None
                self.session.ask(self.session.resize, self.area.size)

    def _show_readings(self) -> None:
        if self.shot is None or (self.pace.playing and self._now - self._read < 0.1):
            return
        self._read = self._now
        rows = []
        if self.opened is not None and self.opened.law:
            rows.append(Reading("law", self.opened.law.capitalize(), face="regular"))
        if self.tools.world is not None and (place := watching.seen_from(self.tools.world.reference)):
            rows.append(Reading("reference frame", place, True, "regular"))
        rows.append(Reading("time", f"{self.shot.t:.2f}"))
        if self.opened is None or not self.opened.panels:
            rows += readings(self.numbers, {"t", "time", "frame"})
        if self.opened is not None and self.opened.seed:
            rows.append(Reading("seed", str(self.opened.seed)))
        pace = speed_name(self.pace.speed) if self.pace.playing else "paused"
        rows.append(Reading("speed", pace, pace != "1×", "mono" if self.pace.playing else "regular"))
        rate = self.pace.rate(self._now)
        rows.append(Reading("frames/s", "–" if rate is None else number(round(rate))))
        self.hud.show(rows)

    def _situation(self) -> str:
        """Hint about a picture that may be empty, from `hud.situation`."""
        if self.shot is None or self.opened is None or self.opened.panels or self.mishap.trouble is not None:
            return ""
        gone = self.tools.world is not None and self.tools.world.gone and self.sight.settled
        return situation(self.shot.frame, self.pace.playing, gone, self.shot.view == self.opened.home)

    def _toggle_captions(self) -> None:
        self.hud.toggle()
        if not self.hud.visible and self._situation():  # the picture may be empty
            self.window.toast.say("Captions and numbers are hidden. Press H to show them.")

    # -- events ----------------------------------------------------------------------------------------------------

    def lay(self, path: Path) -> None:
        self.hand.turning.lay(path)

    # -- keys ------------------------------------------------------------------------------------------------------

    def do(self, action: str) -> bool:
        deeds = {
            "pause": self._pause,
            "step": lambda: self._step(1),
            "step back": lambda: self._step(-1),
            "slower": lambda: self._pace(0.5),
            "faster": lambda: self._pace(2.0),
            "restart": self._restart,
            "new seed": lambda: self._restart(True),
            "ground": lambda: self.session.ask(self.session.turn_levels),
            "watch": lambda: self.session.ask(watching.follow_next, self.session, self.tools.chosen, self.pace.playing),
            "next law": lambda: self.session.ask(next_law, self.session),
            "save": lambda: self.session.ask(keeping.save, self.session, self.window.path_for),
            "export": lambda: self.session.ask(keeping.hand_out, self.session),
            "export dialog": self._open_dialog,
            "export turn": self._export_turn,
            "formula": self.formula.begin,
            "captions": self._toggle_captions,
            "panel": self.panel.toggle,
            "theme": self._change_theme,
            "wall": self.window.show_wall,
            **self.sight.keys(),
            **self.tools.keys(),
            **self.timeline.keys(),
        }
        if action == "escape":
            return self.watchdog.stop(self.session)
        deed = deeds.get(action)
        if deed is None:
            return False
        deed()
        return True

    def _restart(self, new_seed: bool = False) -> None:
        self.watchdog.stop(self.session)
        self.session.ask(lifecycle.restart, self.session, new_seed)

    def _pause(self) -> None:
        self.pace.turn()
        self._read = -1.0
        if not self.pace.playing:
            self.window.worker.withdraw()
            # A value set for the next frame is shown although that frame is not played.
            self.session.ask(self.session.show_settings)

    def rest(self) -> None:
        """Pause, if the scene plays."""
        if self.pace.playing:
            self._pause()

    def _step(self, frames: int) -> None:
        self.rest()
        self.session.ask(self.session.step, frames)

    def _pace(self, factor: float) -> None:
        self.pace.change(factor)
        self._read = -1.0

    def _choose_law(self, name: str) -> None:
        self.session.ask(set_law, self.session, name)

    def _change_theme(self) -> None:
        self.window.light = self.hud.theme is not PAPER
        self.session.ask(set_ink, self.session, self.window.light)

    def _open_dialog(self) -> None:
        self.dialog.open(self, self.stretch)
        if self.dialog.visible:
            self.panel.column.give_focus(None)

    def _export_turn(self) -> None:
        self.session.ask(keeping.hand_out, self.session, ".gif", {"size": keeping.gif_size(self.area.size)}, True)

    def resized(self, size: tuple[int, int]) -> None:
        super().resized(size)
        self._resized = self._now

    def close(self) -> None:
        self.kept = self.portrait.leave()
        self.sight.forget()
        self.window.progress.margin = self.window.toast.margin = 0
        self.window.toast.clear_of, self.window.toast.over = [*self.window.topmost], None
        self.window.worker.withdraw()
        self.window.worker.turn = lambda frames: None
        self.window.worker.news()  # drop messages of this scene, which the next one would take for its own
