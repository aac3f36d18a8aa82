"""Session of an open scene: the run, its film, and the requests to them. It works in the worker's thread."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from orbitdraw.app.session.autosave import Autosave
from orbitdraw.app.session.contours import ContourOverlay
from orbitdraw.app.session.deferred_edits import DeferredEdits
from orbitdraw.app.session.formula_picture import typeset_later
from orbitdraw.app.session.framing import ViewFitter
from orbitdraw.app.session.open_drawing import OpenDrawing
from orbitdraw.app.session.previews import TRANSITION_RATE, enable_previews, preview_picture
from orbitdraw.app.session.progress import ProgressReporter
from orbitdraw.app.session.refresh import Refresh
from orbitdraw.app.session.settings import Settings, ValueRequests
from orbitdraw.app.session.world import WorldSnapshots
from orbitdraw.app.shell.messages import ErrorReport, FormulaImage, SceneOpened, Shot, Triple
from orbitdraw.app.shell.worker import Worker
from orbitdraw.runtime import lazy
from orbitdraw.runtime.cancellation import ThreadCancelled, raise_if_cancelled

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from orbitdraw.authoring.scene import Scene
    from orbitdraw.film.film import Film
    from orbitdraw.library.drafts import Draft
else:
    np = lazy.module("numpy")

METRICS_INTERVAL = 0.1
"""Seconds between two computations of a run's numbers: none can be read faster, and energy is expensive."""

MAX_SKIPPED_FRAMES = 20
"""Frames of a transition that are not shown where pictures are slow: a third of it at most."""

BATCH_SECONDS = 0.1
"""Seconds after which a batch of many frames shows a picture, so that fast forward of a slow scene still moves."""


REPLACE_GRACE = 1.0
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
        self.base_scene: Scene | None = None
        self.undo_drawings: list[OpenDrawing] = []
        self.redo_drawings: list[OpenDrawing] = []
        """Drawings before and after this one, as they stood when a restart, law, formula or file replaced them: undo
        and redo return to them."""
        self.broken = False
        self.closed = self.leaving = False
        self.value_requests = ValueRequests(self.report)
        self.deferred_edits = DeferredEdits(self)
        self.contours = ContourOverlay(self, scale)
        self.view_fitter = ViewFitter()
        self._due_refresh = Refresh.NONE
        self._numbers_time = 0.0
        self._picture_times = (0.0, 0.0)
        self.repaint = self._showed_preview = self._is_redraw_queued = False
        self.snapshots = WorldSnapshots()
        self.autosave = Autosave(self.report)
        self._free_buffers: deque[NDArray[np.uint32]] = deque(maxlen=4)
        self.file_watcher: FileWatch | None = None

    def submit(self, task: Callable[..., object], *args: Any) -> None:
        """Run a task between two frames, called from the window."""
        self.worker.submit(lambda: None if self.closed else self._run_task(task, *args))

    def replace(self, task: Callable[..., object], *args: Any) -> None:
        """Run a task in place of one that may never end, called from other threads."""
        self.worker.set_deadline(REPLACE_GRACE)
        self.submit(task, *args)

    def request_values(self, values: Mapping[str, Any], gestures: Mapping[str, int] | None = None) -> int:
        """Request values of the run, from the window, as soon as possible; returns the request's number.

        `gestures` gives, by name, the gesture that a value belongs to, where a drag may continue it.
        """
        number, first = self.value_requests.add(values, gestures)
        if first:
            self.submit(self.apply_values)
        return number

    def recycle_pixels(self, shot: Shot) -> None:
        """Return a shot's pixels, from the window, after they were copied; they may be drawn on again."""
        self._free_buffers.append(shot.pixels)

    def release(self) -> None:
        """Release all drawings, in the worker's thread at the end: they are most of the memory that a scene takes.

        The rest of a session is freed by Python's collector of reference cycles, a few scenes later.
        """
        self.film, self.base_scene, self.undo_drawings, self.redo_drawings = None, None, [], []
        self.deferred_edits.pending.clear()
        self._free_buffers.clear()

    # -- in the worker's thread ------------------------------------------------------------------------------------

    def report(self, message: Any) -> None:
        """Send a message to the window, unless the scene was left."""
        if not self.closed:
            self.worker.report(message)

    def _run_task(self, task: Callable[..., object], *args: Any) -> None:
        self._due_refresh = Refresh.NONE
        try:
            task(*args)
            self._show_due_picture()
        except ThreadCancelled:
            raise
        except BaseException as error:
            raise_if_cancelled()
            self.broken = True
            self.report(ErrorReport.of(error, self._scene_path()))

    def refresh(self, what: Refresh) -> None:
        """From a task: this picture is due when it is over."""
        self._due_refresh = max(self._due_refresh, what)

    def _show_due_picture(self) -> None:
        if self._due_refresh is Refresh.ANEW:
            self._redraw()
        elif self._due_refresh is Refresh.NOW:
            self.show_picture(fresh=True)
        elif self._due_refresh is Refresh.SOON:
            self.show_changed_values()

    def _redraw(self) -> None:
        """Show the film from where it is; paper from the first frame is drawn so that requests can interrupt it."""
        if self.film is None:
            return
        self.repaint = self.film.stale()
        if self.film.is_partial:
            self.show_preview()
        else:
            self.show_picture(fresh=True)

    def _scene_path(self) -> str:
        if self.base_scene is not None and self.base_scene.path:
            return self.base_scene.path
        return ""

    def abandon_film(self, trouble: ErrorReport | None = None) -> None:
        """Leave the film to the thread that is stuck in it, first in a new thread, and continue with a film from the
        last kept state."""
        film = self.film
        if film is not None:
            self.film = film.separate_copy()
            if self.film is not None:
                self.autosave.replace_run(film.run, self.film.run)
        if trouble is not None:
            self.broken = True
            self.report(trouble)

    @property
    def current_drawing(self) -> OpenDrawing:
        """The film that is shown with its origin, so that it can be shown again."""
        return OpenDrawing(self.film, self.base_scene, self.what, self.values, self.params)

    def show_drawing(self, drawing: OpenDrawing) -> None:
        """Show this film, from its present frame."""
        film = drawing.film
        assert film is not None
        raise_if_cancelled()
        if self.film is not None and self.film is not film:
            self.film.forget()  # undo may return to it, but the key frames of many films take too much
        enable_previews(film)
        self.film, self.base_scene, self.what = film, drawing.base_scene, drawing.what
        self.values, self.params = drawing.values, drawing.params
        run = film.run
        self.seed = run.seed
        if film.size != self.size:
            film.resize(self.size)
        self.broken = False
        self.contours.invalidate()
        self.report(SceneOpened.of(run))
        self.report(Settings.of(run))
        self._redraw()
        self._typeset_formula(run.scene)

    def _typeset_formula(self, scene: Scene) -> None:
        self.report(FormulaImage(None))
        typeset_later(scene.potential, self.scale, self.report, lambda: self.closed)

    def play(self, frames: int) -> None:
        """Play frames onto the canvas and show the last."""
        if self.closed or self.film is None or self.broken:
            return
        self._run_task(self._play, frames)

    def _play(self, frames: int) -> None:
        assert self.film is not None
        began = time.perf_counter()
        if self.film.frame_blend().pure is None:
            # All ink is redrawn for each picture of a transition: a long drawing shows fewer in the same time.
            frames += min(MAX_SKIPPED_FRAMES, int(min(self._picture_times) * TRANSITION_RATE))
        for _ in range(frames):
            self.film.advance()
            if self.worker.should_stop() or time.perf_counter() - began > BATCH_SECONDS:
                break
        self.show_picture(playing=True)

    def show_picture(self, fresh: bool = False, playing: bool = False) -> None:
        """Make a picture and show it; with `fresh`, its numbers too. While `playing`, a transition may be a preview."""
        film = self.film
        if film is None:
            return
        self.autosave.update(film.run)
        now = time.perf_counter()
        preview = (
            (
                preview_picture(film, self.pixel_buffer)
                or (film.current_picture(self.pixel_buffer()) if film.is_partial else None)
            )
            if playing
            else None
        )
        # After such a transition, everything is drawn, so that other requests can interrupt it.
        self.repaint = preview is None and (self.repaint or (self._showed_preview and film.stale()))
        self._showed_preview = preview is not None
        if self.repaint:
            is_partial = film.is_partial  # due frames can be played without the rest
            progress = ProgressReporter(
                self.report, lambda: self.worker.should_stop() or (is_partial and self.worker.has_due_frames)
            )
            film.redraw(progress)
            progress.finish()
            if film.stale():
                # Another request came meanwhile. It goes first, and then the canvas is drawn.
                # Requested only once: two such tasks would interrupt each other for ever.
                self._showed_preview = film.is_partial
                if self.worker.should_stop() and not self._is_redraw_queued:
                    self._is_redraw_queued = True
                    self.submit(self._show_queued_picture, fresh)
                return
            self.repaint = False
        picture = preview or film.picture(out=self.pixel_buffer())
        # Of the last two: the first picture of a transition takes longer than the later ones.
        self._picture_times = (self._picture_times[1], time.perf_counter() - now)
        numbers = None
        if fresh or now - self._numbers_time > METRICS_INTERVAL:
            numbers = film.run.metrics()
            self._numbers_time = now
        view: Triple = film.run.view.triple
        self.value_requests.report_values(film.run)
        self.report(self.snapshots.take(film))
        self.report(Shot(picture.pixels, view, film.run.frame, film.run.t, numbers))
        self.contours.update(picture.pixels, now)

    def show_preview(self) -> None:
        """Show the latest ink at once, and then all of it, unless frames are due: they show no more either."""
        self.show_picture(fresh=True, playing=True)
        if not self.worker.has_due_frames:
            self.submit(self._show_queued_picture, True)

    def _show_queued_picture(self, fresh: bool) -> None:
        self._is_redraw_queued = False
        self.show_picture(fresh)

    def pixel_buffer(self) -> NDArray[np.uint32]:
        """A buffer of pixels to draw a picture on."""
        shape = (self.size[1], self.size[0])
        while self._free_buffers:
            pixel_buffer = self._free_buffers.popleft()
            if pixel_buffer.shape == shape:
                return pixel_buffer
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
            film.seek(target, self.worker.is_closing)
        self.broken = False
        self.show_picture(fresh=True)

    def apply_values(self, compiled: str = "") -> None:
        """Apply the requested values and show them; the value named `compiled` had to be compiled first."""
        self.value_requests.apply_values(
            self.film,
            lambda name, to: self.deferred_edits.defer_value(name, to, partial(self.apply_values, name)),
            compiled,
        )
        if self.film is None:
            return
        self.repaint = self.repaint or (self.film.run.frame > 0 and self.film.stale())
        self.show_changed_values()

    def show_changed_values(self) -> None:
        """Make a picture, unless a frame is due, which makes its own at once."""
        if not self.broken and not self.worker.has_due_frames:
            self.show_picture()

    def toggle_contours(self) -> None:
        """Toggle the contour lines."""
        if self.contours.toggle():
            self.show_picture()

    def set_view(self, view: Triple) -> None:
        """Record another view and redraw the canvas."""
        if self.film is None:
            return
        self.film.run.apply("view", view)
        self.repaint = self.film.run.frame > 0
        self.show_picture()

    def resize(self, size: tuple[int, int]) -> None:
        """Redraw the same drawing on a canvas of another size."""
        self.size = size
        if self.film is None:
            return
        self.film.resize(size)
        self.repaint = True
        self.show_picture()
