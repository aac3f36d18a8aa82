"""The page of a playing scene: its layers, keys, messages from the worker, and playback."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pygame

from orbitdraw.app.export_dialog.dialog import ExportDialog
from orbitdraw.app.formula.bar import FormulaBar
from orbitdraw.app.kit import Control
from orbitdraw.app.kit.theme import LIGHT_THEME, theme_for
from orbitdraw.app.panel.panel import Panel, PanelState
from orbitdraw.app.panel.tool_section import ToolSection
from orbitdraw.app.session import follow, lifecycle, saving
from orbitdraw.app.session.laws import next_law, set_ink, set_law
from orbitdraw.app.session.session import Session
from orbitdraw.app.session.settings import PresentValues, Settings
from orbitdraw.app.session.watchdog import Watchdog
from orbitdraw.app.shell.messages import (
    ContourImage,
    ErrorReport,
    ExportRequest,
    FormulaImage,
    Notice,
    SceneOpened,
    Shot,
)
from orbitdraw.app.shell.services import Services
from orbitdraw.app.shell.trace import trace
from orbitdraw.app.stage.camera import SETTLE_SECONDS, Camera
from orbitdraw.app.stage.draft_thumbnail import DraftThumbnail
from orbitdraw.app.stage.fitting import MIN_HEIGHT, free_area
from orbitdraw.app.stage.hud import Reading, empty_picture_hint, format_number, readings, speed_label
from orbitdraw.app.stage.picture import ContourLayer, Placeholder
from orbitdraw.app.stage.range_selector import RangeSelector
from orbitdraw.app.stage.stage_view import StageView
from orbitdraw.app.stage.timeline import Timeline
from orbitdraw.app.tools.tools import Tools
from orbitdraw.app.wall.cards import Card

HINT_SECONDS = 6.0
"""Seconds for which the first scene shows a hint about the panel and the help."""


class ScenePage(StageView):
    """The page of one scene, from its opening to the return to the wall."""

    name = "scene"

    def __init__(
        self,
        window: Services,
        dialog: ExportDialog,
        watchdog: Watchdog,
        what: Any,
        *,
        card: Card | None = None,
        memory: PanelState | None = None,
        welcome: bool = False,
        **options: Any,
    ) -> None:
        super().__init__(window, Session(window.worker, what, window.size, scale=window.scale, **options))
        self.dialog, self.watchdog = dialog, watchdog
        self.card = card
        self.ground = ContourLayer(self.picture, override=self.preview)
        self.placeholder = Placeholder(card.picture() if card is not None else None)
        if card is not None:
            self.title = card.title
            self.hud.set_caption(card.title, card.caption)
        self.panel = Panel(self.session.request_values, self.do, self._choose_law, memory)
        self.camera, self.timeline = Camera(self), Timeline(self)
        self.tools = Tools(self, self.camera)
        self.tool_section = self.panel.tool_section = ToolSection(self.tools)
        self.range_selector, self.formula = RangeSelector(self, self.timeline), FormulaBar(self)
        self.draft_thumbnail = DraftThumbnail(self, self.timeline)
        below = [self.camera, self.picture, self.ground, self.preview, self.placeholder]
        above = [self.tools, self.hud, self.timeline, self.range_selector]
        self.layers = [*below, *above, self.error_card, self.panel, self.formula, self.draft_thumbnail]
        window.toast.avoid_rects = [*window.top_rects, self.hud.hint_rect]
        window.worker.play = self.session.play
        self.session.submit(lifecycle.open_scene, self.session)
        self.left_draft = False
        self.numbers: dict[str, float] = {}
        self._now, self._readings_time = 0.0, -1.0
        self._resized_at: float | None = None
        self._busy: ErrorReport | None = None
        self._trouble: ErrorReport | None = None
        self._began = time.perf_counter()
        self._welcome = "P  opens the panel      ?  shows the keys" if welcome else ""

    # -- every iteration of the loop -------------------------------------------------------------------------------

    def tick(self, now: float) -> None:
        self._now = now
        super().tick(now)
        for message in self.window.worker.poll_messages():
            self._receive(message)
        self._show_busy(self.watchdog.busy)
        if self._resized_at is not None and now - self._resized_at > SETTLE_SECONDS:
            self._resized_at = None
            self.session.submit(self.session.resize, self.area.size)
        is_held = self.tools.holds_playback or self.timeline.holds_playback
        if self.playback.playing and not is_held and self.shot is not None and self.error_card.trouble is None:
            frames = self.playback.due_frames()
            if frames:
                self.window.worker.request_frames(frames)
        self._show_readings()
        self._update_margins()
        if now - self._began > HINT_SECONDS:
            self._welcome = ""
        self.hud.show_hint(self._picture_hint() or self._welcome)

    def _show_busy(self, busy: ErrorReport | None) -> None:
        """Show the worker's long task while it runs, in place of an earlier error, which returns afterwards."""
        if busy is not None or self._busy is not None:
            if self._busy is None:
                self._trouble = self.error_card.trouble
            if self.error_card.trouble in (self._busy, self._trouble):  # else another message is shown by now
                self.error_card.show(busy if busy is not None else self._trouble if self.session.broken else None)
            self._busy = busy

    def _receive(self, message: Any) -> None:
        for layer in self.layers:
            layer.receive(message)
        if isinstance(message, Shot):
            self._receive_shot(message)
        elif isinstance(message, SceneOpened):
            self.opened = message
            self.title = message.title
            pygame.display.set_caption(f"{message.title} · orbitdraw")
            self.error_card.show(None)
            self.camera.stop_waiting()
            self.hud.set_caption(message.title, message.caption)
            self.hud.full = message.panels
            trace("loaded")
        elif isinstance(message, ErrorReport):
            self.error_card.show(message)
            self.camera.stop_waiting()
        elif isinstance(message, Settings):
            self.panel.show_settings(message)
        elif isinstance(message, PresentValues):
            self.panel.show_values(message)
        elif isinstance(message, ContourImage):
            self.ground.show(message)
        elif isinstance(message, FormulaImage):
            self.hud.formula, self.hud.stale = message.surface, True
        elif isinstance(message, Notice):
            self.window.toast.say(message.text, message.warning)
        elif isinstance(message, ExportRequest):
            self.window.export(message)

    def _receive_shot(self, shot: Shot) -> None:
        first = self.shot is None
        self.shot = shot
        self.picture.show(shot)
        self.camera.take_over_view(shot)
        self.session.recycle_pixels(shot)
        if shot.numbers is not None:
            self.numbers = shot.numbers
        self.playback.count_picture(self._now)
        if self.error_card.trouble is not None and not self.session.broken:
            self.error_card.show(None)
        if first:
            self.placeholder.fade_out()
            trace("first picture")
            if self.window.light_theme is not None:
                self.session.submit(set_ink, self.session, self.window.light_theme)
        elif shot.frame > 1:
            trace("moving")
        self._set_theme(first)

    def _set_theme(self, first: bool) -> None:
        """Set the theme that suits the background of the picture."""
        theme = theme_for(self.picture.background)
        if first or theme is not self.hud.theme:
            self.hud.theme = self.error_card.theme = theme
            self.hud.stale = True
            self.panel.set_theme(theme)
            self.formula.set_theme(theme)
            self.window.set_theme(theme)

    def _update_margins(self) -> None:
        """Keep captions, numbers and overlays clear of the panel."""
        self.panel.lay_out(self.window.size)
        margin = self.panel.room
        if margin != self.hud.margin:
            self._welcome = ""
            self.hud.margin = self.window.progress.margin = margin
            self.window.toast.margin = self.panel.covers
            self.hud.stale = self.window.toast.stale = True
        self._fit_picture()

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
    def has_active_tool(self) -> bool:
        tools = self.tools
        return tools.busy or tools.active_tool is not tools.bodies or tools.selected is not None

    @property
    def shows_range_label(self) -> bool:
        return self.range_selector.shows_label

    def control(self, name: str) -> Control | None:
        return self.panel.by_name.get(name)

    def value(self, name: str) -> Any:
        return self.panel.values.get(name)

    def _fit_picture(self) -> None:
        """Fit a scene that displays its numbers itself into the area that captions and panel leave free."""
        area = None
        if self.opened is not None and self.opened.panels:
            area = free_area(self.window.size, self.panel.covers, self.hud.bottom_height, self.px(MIN_HEIGHT))
        self.window.toast.cover_rect = None if area is None else self.hud.caption_rect
        if area != self.picture.area:
            self.picture.area = area
            self._resized_at, self.stale = self._now, True
            if self.shot is None:  # at once: there is no picture yet that could jump
                self._resized_at = None
                self.session.submit(self.session.resize, self.area.size)

    def _show_readings(self) -> None:
        if self.shot is None or (self.playback.playing and self._now - self._readings_time < 0.1):
            return
        self._readings_time = self._now
        rows = []
        if self.opened is not None and self.opened.law:
            rows.append(Reading("law", self.opened.law.capitalize(), face="regular"))
        if self.tools.world is not None and (place := follow.frame_label(self.tools.world.reference)):
            rows.append(Reading("reference frame", place, True, "regular"))
        rows.append(Reading("time", f"{self.shot.t:.2f}"))
        if self.opened is None or not self.opened.panels:
            rows += readings(self.numbers, {"t", "time", "frame"})
        if self.opened is not None and self.opened.seed:
            rows.append(Reading("seed", str(self.opened.seed)))
        playback = speed_label(self.playback.speed) if self.playback.playing else "paused"
        rows.append(Reading("speed", playback, playback != "1×", "mono" if self.playback.playing else "regular"))
        frame_rate = self.playback.frame_rate(self._now)
        rows.append(Reading("frames/s", "–" if frame_rate is None else format_number(round(frame_rate))))
        self.hud.show_readings(rows)

    def _picture_hint(self) -> str:
        """Hint about a picture that may be empty, from `hud.empty_picture_hint`."""
        if self.shot is None or self.opened is None or self.opened.panels or self.error_card.trouble is not None:
            return ""
        is_off_screen = self.tools.world is not None and self.tools.world.is_off_screen and self.camera.is_settled
        return empty_picture_hint(
            self.shot.frame, self.playback.playing, is_off_screen, self.shot.view == self.opened.home
        )

    def _toggle_captions(self) -> None:
        self.hud.toggle()
        if not self.hud.visible and self._picture_hint():  # the picture may be empty
            self.window.toast.say("Captions and numbers are hidden. Press H to show them.")

    # -- events ----------------------------------------------------------------------------------------------------

    def use_as_landscape(self, path: Path) -> None:
        self.tool_section.bindings.add_landscape(path)

    # -- keys ------------------------------------------------------------------------------------------------------

    def do(self, action: str) -> bool:
        actions = {
            "pause": self._toggle_pause,
            "step": lambda: self._step(1),
            "step back": lambda: self._step(-1),
            "slower": lambda: self._scale_speed(0.5),
            "faster": lambda: self._scale_speed(2.0),
            "restart": self._restart,
            "new seed": lambda: self._restart(True),
            "ground": lambda: self.session.submit(self.session.toggle_contours),
            "watch": lambda: self.session.submit(
                follow.next_reference_frame, self.session, self.tools.selected, self.playback.playing
            ),
            "next law": lambda: self.session.submit(next_law, self.session),
            "save": lambda: self.session.submit(saving.save, self.session, self.window.path_for),
            "export": lambda: self.session.submit(saving.request_export, self.session),
            "export dialog": self._open_dialog,
            "export turn": self._export_orbit,
            "formula": self.formula.open_bar,
            "captions": self._toggle_captions,
            "panel": self.panel.toggle,
            "theme": self._change_theme,
            "wall": self.window.show_wall,
            **self.camera.keys(),
            **self.tools.keys(),
            **self.timeline.keys(),
        }
        if action == "escape":
            return self.watchdog.stop(self.session)
        run_action = actions.get(action)
        if run_action is None:
            return False
        run_action()
        return True

    def _restart(self, new_seed: bool = False) -> None:
        self.watchdog.stop(self.session)
        self.session.submit(lifecycle.restart, self.session, new_seed)

    def _toggle_pause(self) -> None:
        self.playback.toggle()
        self._readings_time = -1.0
        if not self.playback.playing:
            self.window.worker.cancel_frames()
            # A value set for the next frame is shown although that frame is not played.
            self.session.submit(self.session.show_changed_values)

    def pause(self) -> None:
        """Pause, if the scene plays."""
        if self.playback.playing:
            self._toggle_pause()

    def _step(self, frames: int) -> None:
        self.pause()
        self.session.submit(self.session.step, frames)

    def _scale_speed(self, factor: float) -> None:
        self.playback.scale_speed(factor)
        self._readings_time = -1.0

    def _choose_law(self, name: str) -> None:
        self.session.submit(set_law, self.session, name)

    def _change_theme(self) -> None:
        self.window.light_theme = self.hud.theme is not LIGHT_THEME
        self.session.submit(set_ink, self.session, self.window.light_theme)

    def _open_dialog(self) -> None:
        self.dialog.open(self, self.range_selector)
        if self.dialog.visible:
            self.panel.column.set_focus(None)

    def _export_orbit(self) -> None:
        self.session.submit(
            saving.request_export, self.session, ".gif", {"size": saving.gif_size(self.area.size)}, True
        )

    def resize(self, size: tuple[int, int]) -> None:
        super().resize(size)
        self._resized_at = self._now

    def close(self) -> None:
        self.left_draft = self.draft_thumbnail.leave()
        self.camera.stop_waiting()
        self.window.progress.margin = self.window.toast.margin = 0
        self.window.toast.avoid_rects, self.window.toast.cover_rect = [*self.window.top_rects], None
        self.window.worker.cancel_frames()
        self.window.worker.play = lambda frames: None
        self.window.worker.poll_messages()  # drop messages of this scene, which the next one would take for its own
