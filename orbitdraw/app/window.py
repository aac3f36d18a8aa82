"""The window: display, event handling, and the event loop, which never blocks."""

from __future__ import annotations

import time
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pygame

from orbitdraw.app.drops import DropTarget
from orbitdraw.app.export_dialog.dialog import ExportDialog
from orbitdraw.app.export_dialog.queue import Exporter, ExportQueue
from orbitdraw.app.kit.theme import Theme
from orbitdraw.app.panel.panel import PanelState
from orbitdraw.app.scene_page import ScenePage
from orbitdraw.app.session import deferred_edits
from orbitdraw.app.session.saving import pictures_folder
from orbitdraw.app.session.watchdog import Watchdog
from orbitdraw.app.shell import keys
from orbitdraw.app.shell.display import default_scale, open_display
from orbitdraw.app.shell.help import Help
from orbitdraw.app.shell.layer import Layer, Page
from orbitdraw.app.shell.messages import ErrorReport, ExportRequest
from orbitdraw.app.shell.toast import ProgressBar, Toast
from orbitdraw.app.shell.trace import trace
from orbitdraw.app.shell.worker import Worker
from orbitdraw.app.wall import draft_cards
from orbitdraw.app.wall.cards import Card, cards
from orbitdraw.app.wall.question_card import QuestionCard
from orbitdraw.app.wall.wall import Wall
from orbitdraw.runtime import memory, warmup
from orbitdraw.runtime.files import free_path

if TYPE_CHECKING:
    from orbitdraw.library.drafts import Draft

LOOP_RATE = 60
"""Iterations of the event loop per second."""

MAX_FAILURES = 300
"""Largest number of consecutive failed iterations before the window closes; the drawing is kept as a draft."""


class Window:
    """A window with one page at a time, overlays such as toast, progress, dialog and help, and one worker."""

    def __init__(
        self,
        size: tuple[int, int] | None = None,
        *,
        surface: pygame.Surface | None = None,
        fullscreen: bool = False,
        ui_scale: float | None = None,
        exporter: Exporter | None = None,
        folder: Path | None = None,
    ) -> None:
        """`surface` is that of a display that is open already; else one of this size is opened."""
        warmup.start()
        self.surface = surface or open_display(size)
        # The imports needed by every scene take half a second: they start before the first page is made.
        self.worker = Worker(self._report_failure)
        self.worker.submit(_prepare)
        self.size = self.surface.get_size()
        self.scale = ui_scale or default_scale()
        self.windowed_size = self.size
        self.fullscreen = False
        self.folder = folder
        self.exports = ExportQueue(self, exporter)
        self.hint_shown = False
        self.panel = PanelState()
        self.light_theme: bool | None = None
        """The theme chosen by the user: True light, False dark, None not chosen."""
        self._handled_text = ""
        self.deleted_drafts: list[Draft] = []
        """Drafts deleted in this window, the latest last."""
        self.open = True
        self.toast, self.progress, self.help = Toast(), ProgressBar(), Help()
        self.watchdog = Watchdog(self.worker, self.toast)
        self.dialog, self.question_card = ExportDialog(self, self.exports), QuestionCard(self)
        self.drops = DropTarget(self, self.question_card)
        self.overlays: list[Layer] = [self.progress, self.toast, self.question_card, self.dialog, self.help, self.drops]
        self.top_rects = [self.progress.place, self.question_card.place]
        """Rectangles at the top of the window that a toast must not cover."""
        self.toast.avoid_rects = [*self.top_rects]
        self._clock = pygame.time.Clock()
        self.page: Page = Page()
        for layer in self.overlays:
            layer.scale = self.scale
        if fullscreen:
            self._set_fullscreen(True)

    # -- pages -----------------------------------------------------------------------------------------------------

    def _set_page(self, page: Page) -> None:
        self.dialog.close()
        self.question_card.close()
        page.rescale(self.scale)
        self.page = page
        # Runs after the worker's tasks for the page before.
        self.worker.submit(deferred_edits.release_memory)

    def show_wall(self) -> None:
        """Show the wall of scenes."""
        page = self.page
        page.close()
        self.watchdog.end_abandoned()
        # Enter reopens the scene that was left, or the new draft, which is the first card.
        chosen = page.card.name if isinstance(page, ScenePage) and page.card is not None and not page.left_draft else ""
        self._set_page(Wall(self, cards(), chosen))
        pygame.display.set_caption("orbitdraw")

    def show_scene(self, what: Any, *, card: Card | None = None, **options: Any) -> None:
        """Show a scene; the thumbnail of its card is shown until its first picture is ready."""
        self.page.close()
        self.watchdog.end_abandoned()
        options |= {"memory": self.panel, "welcome": not self.hint_shown}
        stage = ScenePage(self, self.dialog, self.watchdog, what, card=card, **options)
        self.hint_shown = True
        self._set_page(stage)
        pygame.display.set_caption(f"{stage.title} · orbitdraw" if stage.title else "orbitdraw")

    def show_draft(self, draft: Draft, card: Card | None = None) -> None:
        """Show a draft, an unsaved drawing, paused at the frame at which it was left."""
        self.show_scene(draft.file or draft.scene.name, card=card or draft_cards.draft_card(draft), draft=draft)
        assert isinstance(self.page, ScenePage)
        self.page.playback.toggle()

    def set_theme(self, theme: Theme) -> None:
        """Set the theme of the overlays."""
        for layer in (self.question_card, self.dialog, self.toast, self.progress, self.help):
            layer.theme, layer.stale = theme, True

    def close_dialogs(self) -> None:
        """Close the dialog and the help."""
        self.dialog.close()
        self.help.close()

    # -- the loop --------------------------------------------------------------------------------------------------

    def run(self) -> None:
        """Run the event loop until the user quits; after an iteration that fails, show the error and continue."""
        failed = 0
        try:
            while self.open:
                try:
                    self.run_once()
                    failed = 0
                except Exception as error:
                    failed += 1
                    if failed > MAX_FAILURES:
                        raise
                    if failed == 1:
                        traceback.print_exception(error)
                        self.toast.say(
                            f"The window had an error and keeps running: {type(error).__name__}: {error}", True
                        )
                self._clock.tick(LOOP_RATE)
        finally:
            self.close()

    def run_once(self) -> bool:
        """One iteration of the event loop: handle events, update, draw what is stale. True when something was drawn."""
        for event in pygame.event.get():
            self.handle(event)
        if not self.open:
            return False
        now = time.perf_counter()
        surface = pygame.display.get_surface()
        assert surface is not None
        if surface is not self.surface or surface.get_size() != self.size:
            self.surface, self.size = surface, surface.get_size()
            self.page.resize(self.size)
        self.watchdog.tick(self.page.session if isinstance(self.page, ScenePage) else None)
        self.page.tick(now)
        for layer in self.overlays:
            layer.tick(now)
        self.exports.tick(now)
        if not (self.page.needs_drawing() or any(layer.stale for layer in self.overlays)):
            return False
        self.page.draw(self.surface)
        for layer in self.overlays:
            layer.draw(self.surface)
            layer.stale = False
        pygame.display.flip()
        trace("drawn")
        return True

    def handle(self, event: pygame.event.Event) -> None:
        """Pass an event to the overlays, then to the key table, then to the page."""
        if event.type == pygame.QUIT:
            self.open = False
            return
        if event.type in (pygame.WINDOWEXPOSED, pygame.WINDOWRESTORED):
            self.page.stale = True
        if event.type == pygame.KEYDOWN:
            self._handled_text = ""
        elif event.type == pygame.TEXTINPUT and event.text == self._handled_text:
            self._handled_text = ""
            return
        if any(layer.handle(event) for layer in reversed(self.overlays)):
            return
        action = keys.action(event, self.page.name)
        if self.help.visible and action not in (None, "help"):
            self.help.close()
        page_first = action is None or self.page.handles_keys_first
        if page_first and self.page.handle(event):
            return
        if action is not None and event.type == pygame.KEYDOWN:
            # The key press also arrives as text, perhaps on another page: W must not be typed on the wall.
            self._handled_text = event.unicode
        if action is not None and not self.page.do(action):
            self.do(action)

    def do(self, action: str) -> None:
        """Carry out an action that all pages share."""
        if action == "quit":
            self.open = False
        elif action == "help":
            self.help.next()
        elif action == "full screen":
            self._set_fullscreen(not self.fullscreen)
        elif action == "escape":
            if self.exports:
                self.exports.cancel_running()
            elif self.fullscreen:
                self._set_fullscreen(False)

    def _set_fullscreen(self, on: bool) -> None:
        if on:
            self.windowed_size = self.size
        try:
            if on:
                pygame.display.set_mode((0, 0), pygame.FULLSCREEN)
            else:
                pygame.display.set_mode(self.windowed_size, pygame.RESIZABLE)
            self.fullscreen = on
        except pygame.error as error:
            pygame.display.set_mode(self.windowed_size, pygame.RESIZABLE)
            self.fullscreen = False
            self.toast.say(f"Full screen is not available on this display: {error}", warning=True)

    def close(self) -> None:
        """Stop all threads and close the window."""
        self.page.close()
        running = self.exports.close()
        # The window closes first, so that it does not hang on the screen while the last task ends.
        pygame.display.quit()
        warmup.stop()
        self.worker.close()
        self.watchdog.close()
        for export in running:
            export.join(5.0)

    def _report_failure(self, error: BaseException) -> None:
        self.worker.report(ErrorReport.of(error))

    @property
    def picture_size(self) -> tuple[int, int]:
        """Width and height of the shown picture in pixels."""
        return self.page.area.size if isinstance(self.page, ScenePage) else self.size

    # -- files -----------------------------------------------------------------------------------------------------

    @property
    def output_folder(self) -> Path:
        """The folder for saved drawings and exports."""
        return self.folder or pictures_folder()

    def path_for(self, name: str, suffix: str) -> Path:
        """A path for a new file in `output_folder`."""
        return free_path(self.output_folder, name, suffix)

    def export(self, request: ExportRequest) -> None:
        """Export a file in the background."""
        self.exports.add(request)


def _prepare() -> None:
    """Import the modules needed by every scene while the wall is shown."""
    # Here, because importing is the work: the window stands before NumPy is imported.
    import orbitdraw.library.loading  # noqa: PLC0415

    # On the very first start the scene comes first: the second process waits for the names of its modules.
    if not warmup.is_running():
        import orbitdraw.film.film  # noqa: F401, PLC0415  # as above

        memory.freeze()
