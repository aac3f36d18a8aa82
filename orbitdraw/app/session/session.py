"""Session of an open scene: the run, its film, and the requests to them. It works in the worker's thread."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from orbitdraw.app.session.autosave import Diary
from orbitdraw.app.session.contours import Levels
from orbitdraw.app.session.deferred import Awaited
from orbitdraw.app.session.formula_picture import set_later
from orbitdraw.app.session.framing import Framing
from orbitdraw.app.session.playing import Playing
from orbitdraw.app.session.previews import RATE, glimpsed, keep_glimpses
from orbitdraw.app.session.progress import Patience
from orbitdraw.app.session.refresh import Refresh
from orbitdraw.app.session.settings import Settings, Wishes
from orbitdraw.app.session.world import Witness
from orbitdraw.app.shell.messages import Formula, Opened, Shot, Triple, Trouble
from orbitdraw.app.shell.worker import Worker
from orbitdraw.runtime import lazy
from orbitdraw.runtime.cancellation import GivenUp, raise_if_cancelled

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from orbitdraw.authoring.scene import Scene
    from orbitdraw.film.film import Film
    from orbitdraw.library.drafts import Draft
else:
    np = lazy.module("numpy")

NUMBERS_EVERY = 0.1
"""Seconds between two computations of a run's numbers: none can be read faster, and energy is expensive."""

MOST_SKIPPED = 20
"""Frames of a transition that are not shown where pictures are slow: a third of it at most."""

TURN_SECONDS = 0.1
"""Seconds after which a batch of many frames shows a picture, so that fast forward of a slow scene still moves."""


REPLACED = 1.0
"""Seconds for which a replacement of the drawing waits for a frame that may never end."""


class FileWatch(Protocol):
    """Watches the file that was opened."""

    path: Path

    def stop(self) -> None:
        """Stop watching."""


class Session:
    """The scene that the window shows, one session a scene; after it is closed, its reports are dropped."""

    def __init__(
        self,
        worker: Worker,
        what: Any,
        size: tuple[int, int],
        *,
        seed: int | None = None,
        values: dict[str, Any] | None = None,
        params: dict[str, Any] | None = None,
        scale: float = 1.0,
        draft: Draft | None = None,
    ) -> None:
        self.worker = worker
        self.what = what
        self.size = size
        self.seed = seed
        self.values = values or {}
        self.params = params or {}
        self.scale = scale
        self.draft = draft
        self.film: Film | None = None
        self.home: Scene | None = None
        self.before: list[Playing] = []
        self.after: list[Playing] = []
        """Drawings before and after this one, as they stood when a restart, law, formula or file replaced them: undo
        and redo return to them."""
        self.broken = False
        self.closed = self.leaving = False
        self.wishes = Wishes(self.report)
        self.awaited = Awaited(self)
        self.levels = Levels(self, scale)
        self.framing = Framing()
        self._due = Refresh.NONE
        self._numbers_time = 0.0
        self._picture_times = (0.0, 0.0)
        self.repaint = self._rough = self._shooting_later = False
        self.witness = Witness()
        self.diary = Diary(self.report)
        self._spare: deque[NDArray[np.uint32]] = deque(maxlen=4)
        self.watch: FileWatch | None = None

    def ask(self, task: Callable[..., object], *args: Any) -> None:
        """Run a task between two frames, called from the window."""
        self.worker.tell(lambda: None if self.closed else self._guarded(task, *args))

    def replace(self, task: Callable[..., object], *args: Any) -> None:
        """Run a task in place of one that may never end, called from other threads."""
        self.worker.drop(REPLACED)
        self.ask(task, *args)

    def wish(self, values: Mapping[str, Any], gestures: Mapping[str, int] | None = None) -> int:
        """Request values of the run, from the window, as soon as possible; returns the request's number.

        `gestures` gives, by name, the gesture that a value belongs to, where a drag may continue it.
        """
        number, first = self.wishes.make(values, gestures)
        if first:
            self.ask(self.grant)
        return number

    def give_back(self, shot: Shot) -> None:
        """Return a shot's pixels, from the window, after they were copied; they may be drawn on again."""
        self._spare.append(shot.pixels)

    def drop(self) -> None:
        """Release all drawings, in the worker's thread at the end: they are most of the memory that a scene takes.

        The rest of a session is freed by Python's collector of reference cycles, a few scenes later.
        """
        self.film, self.home, self.before, self.after = None, None, [], []
        self.awaited.deeds.clear()
        self._spare.clear()

    # -- in the worker's thread ------------------------------------------------------------------------------------

    def report(self, news: Any) -> None:
        """Send a message to the window, unless the scene was left."""
        if not self.closed:
            self.worker.report(news)

    def _guarded(self, task: Callable[..., object], *args: Any) -> None:
        self._due = Refresh.NONE
        try:
            task(*args)
            self._make_due()
        except GivenUp:
            raise
        except BaseException as error:
            raise_if_cancelled()
            self.broken = True
            self.report(Trouble.of(error, self._path()))

    def refresh(self, what: Refresh) -> None:
        """From a task: this picture is due when it is over."""
        self._due = max(self._due, what)

    def _make_due(self) -> None:
        if self._due is Refresh.ANEW:
            self._redraw()
        elif self._due is Refresh.NOW:
            self.shoot(fresh=True)
        elif self._due is Refresh.SOON:
            self.show_settings()

    def _redraw(self) -> None:
        """Show the film from where it is; paper from the first frame is drawn so that other wishes can interrupt it."""
        if self.film is None:
            return
        self.repaint = self.film.stale()
        if self.film.is_partial:
            self.shoot_soon()
        else:
            self.shoot(fresh=True)

    def _path(self) -> str:
        if self.home is not None and self.home.path:
            return self.home.path
        return ""

    def leave_film(self, trouble: Trouble | None = None) -> None:
        """Leave the film to the thread that is stuck in it, first in a new thread, and continue with a film from the
        last kept state."""
        film = self.film
        if film is not None:
            self.film = film.separate_copy()
            if self.film is not None:
                self.diary.follow(film.run, self.film.run)
        if trouble is not None:
            self.broken = True
            self.report(trouble)

    @property
    def playing(self) -> Playing:
        """The film that is shown with its origin, so that it can be shown again."""
        return Playing(self.film, self.home, self.what, self.values, self.params)

    def adopt(self, playing: Playing) -> None:
        """Show this film, from its present frame."""
        film = playing.film
        assert film is not None
        raise_if_cancelled()
        if self.film is not None and self.film is not film:
            self.film.forget()  # undo may return to it, but the key frames of many films take too much
        keep_glimpses(film)
        self.film, self.home, self.what = film, playing.home, playing.what
        self.values, self.params = playing.values, playing.params
        run = film.run
        self.seed = run.seed
        if film.size != self.size:
            film.resize(self.size)
        self.broken = False
        self.levels.forget()
        self.report(Opened.of(run))
        self.report(Settings.of(run))
        self._redraw()
        self._typeset(run.scene)

    def _typeset(self, scene: Scene) -> None:
        self.report(Formula(None))
        set_later(scene.potential, self.scale, self.report, lambda: self.closed)

    def play(self, frames: int) -> None:
        """Play frames onto the canvas and show the last."""
        if self.closed or self.film is None or self.broken:
            return
        self._guarded(self._play, frames)

    def _play(self, frames: int) -> None:
        assert self.film is not None
        began = time.perf_counter()
        if self.film.frame_blend().pure is None:
            # All ink is redrawn for each picture of a transition: a long drawing shows fewer in the same time.
            frames += min(MOST_SKIPPED, int(min(self._picture_times) * RATE))
        for _ in range(frames):
            self.film.advance()
            if self.worker.interrupted() or time.perf_counter() - began > TURN_SECONDS:
                break
        self.shoot(playing=True)

    def shoot(self, fresh: bool = False, playing: bool = False) -> None:
        """Make a picture and show it; with `fresh`, its numbers too. While `playing`, a transition may be a preview."""
        film = self.film
        if film is None:
            return
        self.diary.note(film.run)
        now = time.perf_counter()
        rough = (
            (glimpsed(film, self.sheet) or (film.current_picture(self.sheet()) if film.is_partial else None))
            if playing
            else None
        )
        # After such a transition, everything is drawn, so that other requests can interrupt it.
        self.repaint = rough is None and (self.repaint or (self._rough and film.stale()))
        self._rough = rough is not None
        if self.repaint:
            part = film.is_partial  # due frames can be played without the rest
            patience = Patience(self.report, lambda: self.worker.interrupted() or (part and self.worker.due))
            film.redraw(patience)
            patience.over()
            if film.stale():
                # Another request came meanwhile. It goes first, and then the canvas is drawn.
                # Requested only once: two such tasks would interrupt each other for ever.
                self._rough = film.is_partial
                if self.worker.interrupted() and not self._shooting_later:
                    self._shooting_later = True
                    self.ask(self._shoot_now, fresh)
                return
            self.repaint = False
        picture = rough or film.picture(out=self.sheet())
        # Of the last two: the first picture of a transition takes longer than the later ones.
        self._picture_times = (self._picture_times[1], time.perf_counter() - now)
        numbers = None
        if fresh or now - self._numbers_time > NUMBERS_EVERY:
            numbers = film.run.metrics()
            self._numbers_time = now
        view: Triple = film.run.view.triple
        self.wishes.report_standing(film.run)
        self.report(self.witness.see(film))
        self.report(Shot(picture.pixels, view, film.run.frame, film.run.t, numbers))
        self.levels.see(picture.pixels, now)

    def shoot_soon(self) -> None:
        """Show the latest ink at once, and then all of it, unless frames are due: they show no more either."""
        self.shoot(fresh=True, playing=True)
        if not self.worker.due:
            self.ask(self._shoot_now, True)

    def _shoot_now(self, fresh: bool) -> None:
        self._shooting_later = False
        self.shoot(fresh)

    def sheet(self) -> NDArray[np.uint32]:
        """A buffer of pixels to draw a picture on."""
        shape = (self.size[1], self.size[0])
        while self._spare:
            sheet = self._spare.popleft()
            if sheet.shape == shape:
                return sheet
        return np.empty(shape, np.uint32)

    def step(self, frames: int) -> None:
        """Move by some frames, forward or back."""
        film = self.film
        if film is None or (self.broken and frames > 0):
            return
        target = max(0, film.run.frame + frames)
        if frames > 0:
            film.advance()
        else:
            film.seek(target, self.worker.closing)
        self.broken = False
        self.shoot(fresh=True)

    def grant(self, late: str = "") -> None:
        """Apply the requested values and show them; the value named `late` had to be compiled first."""
        self.wishes.grant(self.film, lambda name, to: self.awaited.fetch_for(name, to, partial(self.grant, name)), late)
        if self.film is None:
            return
        self.repaint = self.repaint or (self.film.run.frame > 0 and self.film.stale())
        self.show_settings()

    def show_settings(self) -> None:
        """Make a picture, unless a frame is due, which makes its own at once."""
        if not self.broken and not self.worker.due:
            self.shoot()

    def turn_levels(self) -> None:
        """Toggle the contour lines."""
        if self.levels.turn():
            self.shoot()

    def look_at(self, view: Triple) -> None:
        """Record another view and redraw the canvas."""
        if self.film is None:
            return
        self.film.run.apply("view", view)
        self.repaint = self.film.run.frame > 0
        self.shoot()

    def resize(self, size: tuple[int, int]) -> None:
        """Redraw the same drawing on a canvas of another size."""
        self.size = size
        if self.film is None:
            return
        self.film.resize(size)
        self.repaint = True
        self.shoot()
