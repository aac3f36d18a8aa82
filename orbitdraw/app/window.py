"""The window: display, events, and the loop that never waits."""

from __future__ import annotations

import os
import sys
import time
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pygame

from orbitdraw.app.drops import Drops
from orbitdraw.app.export_dialog.dialog import Dialog
from orbitdraw.app.export_dialog.queue import Exporter, Exports
from orbitdraw.app.kit.theme import Theme
from orbitdraw.app.panel.panel import Memory
from orbitdraw.app.scene_page import Stage
from orbitdraw.app.session import deferred as awaited
from orbitdraw.app.session.saving import pictures_folder
from orbitdraw.app.session.watchdog import Watchdog
from orbitdraw.app.shell import keys
from orbitdraw.app.shell.display import guessed_scale, open_display
from orbitdraw.app.shell.help import Help
from orbitdraw.app.shell.layer import Layer, Page
from orbitdraw.app.shell.messages import ToExport, Trouble
from orbitdraw.app.shell.toast import Progress, Toast
from orbitdraw.app.shell.worker import Worker
from orbitdraw.app.wall import draft_cards as drafting
from orbitdraw.app.wall.cards import Card, cards
from orbitdraw.app.wall.draft_offer import Offer
from orbitdraw.app.wall.wall import Wall
from orbitdraw.errors import InputError
from orbitdraw.runtime import memory, warmup
from orbitdraw.runtime.files import free_path

if TYPE_CHECKING:
    from orbitdraw.library.drafts import Draft

RATE = 60
"""Turns of the loop in a second."""

MOST_FAILED = 300
"""Turns in a row that may fail before the window is given up; what was drawn is kept as a draft."""


class Window:
    """One window with one page at a time, over it progress, toast and help, and behind it one worker."""

    def __init__(
        self,
        size: tuple[int, int] | None = None,
        *,
        what: str = "figure_eight",
        fullscreen: bool = False,
        ui_scale: float | None = None,
        exporter: Exporter | None = None,
        folder: Path | None = None,
    ) -> None:
        # The imports that every scene needs take half a second: they begin while the display is still being opened.
        warmup.begin()
        self.worker = Worker(self._failed)
        self.worker.tell(_prepare)
        try:
            self.surface = open_display(size or (1280, 720), what)
        except InputError:
            warmup.stop()
            self.worker.close()
            raise
        self.trace("window")
        self.size = self.surface.get_size()
        self.scale = ui_scale or guessed_scale()
        self.windowed = self.size
        self.fullscreen = False
        self.folder = folder
        self.exports = Exports(self, exporter)
        self.hinted = False
        self.panel = Memory()
        self.light: bool | None = None
        """What the person chose for this room: light paper, a dark stage, or nothing yet."""
        self._spent = ""
        self.thrown: list[Draft] = []
        """Drafts that were thrown away from this window, the latest last."""
        self.open = True
        self.toast, self.progress, self.help = Toast(), Progress(), Help()
        self.watchdog = Watchdog(self.worker, self.toast)
        self.dialog, self.offer = Dialog(self, self.exports), Offer(self)
        self.drops = Drops(self, self.offer)
        self.overlays: list[Layer] = [self.progress, self.toast, self.offer, self.dialog, self.help, self.drops]
        self.topmost = [self.progress.place, self.offer.place]
        """What lies at the top of every page, and a sentence stays clear of."""
        self.toast.clear_of = [*self.topmost]
        self._clock = pygame.time.Clock()
        self.page: Page = Page()
        for layer in self.overlays:
            layer.scale = self.scale
        if fullscreen:
            self._full_screen(True)

    # -- pages -----------------------------------------------------------------------------------------------------

    def _turn_to(self, page: Page) -> None:
        self.dialog.close()
        self.offer.close()
        page.rescale(self.scale)
        self.page = page
        # Once the worker is done with the page before.
        self.worker.tell(awaited.tidy)

    def show_wall(self) -> None:
        """Turn to the wall."""
        page = self.page
        page.close()
        self.watchdog.leave()
        # Enter comes back to what was left: to the draft, which hangs first, where something was drawn.
        chosen = page.card.name if isinstance(page, Stage) and page.card is not None and not page.kept else ""
        self._turn_to(Wall(self, cards(), chosen))
        pygame.display.set_caption("orbitdraw")

    def show_scene(self, what: Any, *, card: Card | None = None, **options: Any) -> None:
        """Turn to a scene; its card's picture is shown until the scene's own comes."""
        self.page.close()
        self.watchdog.leave()
        options |= {"memory": self.panel, "welcome": not self.hinted}
        stage = Stage(self, self.dialog, self.watchdog, what, card=card, **options)
        self.hinted = True
        self._turn_to(stage)
        pygame.display.set_caption(f"{stage.title} · orbitdraw" if stage.title else "orbitdraw")

    def show_draft(self, draft: Draft, card: Card | None = None) -> None:
        """Turn to a drawing that was not saved, as it was left."""
        self.show_scene(draft.file or draft.scene.name, card=card or drafting.card_of(draft), draft=draft)
        assert isinstance(self.page, Stage)
        self.page.pace.turn()

    def wear(self, theme: Theme) -> None:
        """Give the overlays the colours that go with the page."""
        for layer in (self.offer, self.dialog, self.toast, self.progress, self.help):
            layer.theme, layer.stale = theme, True

    def put_away(self) -> None:
        """Close the sheets that lie over the page."""
        self.dialog.close()
        self.help.close()

    # -- the loop --------------------------------------------------------------------------------------------------

    def run(self) -> None:
        """Until somebody quits. A turn that fails is said, and the next one tried: a class keeps its picture."""
        failed = 0
        try:
            while self.open:
                try:
                    self.turn()
                    failed = 0
                except Exception as error:
                    failed += 1
                    if failed > MOST_FAILED:
                        raise
                    if failed == 1:
                        traceback.print_exception(error)
                        self.toast.say(
                            f"Something in the window failed, and it goes on: {type(error).__name__}: {error}", True
                        )
                self._clock.tick(RATE)
        finally:
            self.close()

    def turn(self) -> bool:
        """One turn of the loop: what happened, what has changed, what is seen. True when something was drawn."""
        for event in pygame.event.get():
            self.handle(event)
        if not self.open:
            return False
        now = time.perf_counter()
        surface = pygame.display.get_surface()
        assert surface is not None
        if surface is not self.surface or surface.get_size() != self.size:
            self.surface, self.size = surface, surface.get_size()
            self.page.resized(self.size)
        self.watchdog.tick(self.page.session if isinstance(self.page, Stage) else None)
        self.page.tick(now)
        for layer in self.overlays:
            layer.tick(now)
        self.exports.look_after(now)
        if not (self.page.needs_drawing() or any(layer.stale for layer in self.overlays)):
            return False
        self.page.draw(self.surface)
        for layer in self.overlays:
            layer.draw(self.surface)
            layer.stale = False
        pygame.display.flip()
        self.trace("drawn")
        return True

    def handle(self, event: pygame.event.Event) -> None:
        """Give an event to the overlays, then to the key table, then to the page."""
        if event.type == pygame.QUIT:
            self.open = False
            return
        if event.type in (pygame.WINDOWEXPOSED, pygame.WINDOWRESTORED):
            self.page.stale = True
        if event.type == pygame.KEYDOWN:
            self._spent = ""
        elif event.type == pygame.TEXTINPUT and event.text == self._spent:
            self._spent = ""
            return
        if any(layer.handle(event) for layer in reversed(self.overlays)):
            return
        action = keys.action(event, self.page.name)
        if self.help.visible and action not in (None, "help"):
            self.help.close()
        page_first = action is None or self.page.comes_first
        if page_first and self.page.handle(event):
            return
        if action is not None and event.type == pygame.KEYDOWN:
            # The same press also comes as text, perhaps on another page by then: W must not be typed on the wall.
            self._spent = event.unicode
        if action is not None and not self.page.do(action):
            self.do(action)

    def do(self, action: str) -> None:
        """Carry out an action that every page has."""
        if action == "quit":
            self.open = False
        elif action == "help":
            self.help.next()
        elif action == "full screen":
            self._full_screen(not self.fullscreen)
        elif action == "escape":
            if self.exports:
                self.exports.stop()
            elif self.fullscreen:
                self._full_screen(False)

    def _full_screen(self, on: bool) -> None:
        if on:
            self.windowed = self.size
        try:
            if on:
                pygame.display.set_mode((0, 0), pygame.FULLSCREEN)
            else:
                pygame.display.set_mode(self.windowed, pygame.RESIZABLE)
            self.fullscreen = on
        except pygame.error as error:
            pygame.display.set_mode(self.windowed, pygame.RESIZABLE)
            self.fullscreen = False
            self.toast.say(f"This display has no full screen for us: {error}", warning=True)

    def close(self) -> None:
        """Stop everything and put the window away."""
        self.page.close()
        ending = self.exports.close()
        # The window goes first: nobody should look at a dead one while the last task comes to its end.
        pygame.display.quit()
        warmup.stop()
        self.worker.close()
        self.watchdog.close()
        for export in ending:
            export.join(5.0)

    def _failed(self, error: BaseException) -> None:
        self.worker.report(Trouble.of(error))

    @property
    def picture_size(self) -> tuple[int, int]:
        """Width and height of the picture that is shown."""
        return self.page.area.size if isinstance(self.page, Stage) else self.size

    # -- keeping ---------------------------------------------------------------------------------------------------

    @property
    def keeps_in(self) -> Path:
        """The folder for what is kept."""
        return self.folder or pictures_folder()

    def path_for(self, name: str, suffix: str) -> Path:
        """A new file for something to keep."""
        return free_path(self.keeps_in, name, suffix)

    def export(self, order: ToExport) -> None:
        """Make the file beside the window."""
        self.exports.add(order)

    # -- measuring -------------------------------------------------------------------------------------------------

    _traced: set[str] = set()  # noqa: RUF012  # one process, one start

    def trace(self, moment: str) -> None:
        """With ORBITDRAW_TRACE set to the time of the start (`date +%s.%N`), say on stderr when this came first."""
        began = os.environ.get("ORBITDRAW_TRACE")
        if began and moment not in self._traced:
            self._traced.add(moment)
            print(f"{moment}: {time.time() - float(began):.3f} s", file=sys.stderr, flush=True)


def _prepare() -> None:
    """Import what every scene needs while the wall is being looked at."""
    import orbitdraw.library.loading

    # On the very first start the scene comes first: a second process waits to hear what it needs.
    if not warmup.running():
        import orbitdraw.film.film  # noqa: F401

        memory.settle()
