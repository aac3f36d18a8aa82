"""Queue of exports, which run in background threads."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orbitdraw import analysis
from orbitdraw.app.session.saving import export_size
from orbitdraw.app.shell.messages import ExportRequest
from orbitdraw.app.shell.services import Services
from orbitdraw.errors import OrbitdrawError
from orbitdraw.runtime import threads
from orbitdraw.runtime.files import free_path, numbered_path, write_error

if TYPE_CHECKING:
    from orbitdraw.analysis.period import Period

TURN_RATE = 30
"""Frame rate of a GIF of the last full orbit, before rounding to a whole number of pictures an orbit."""

NO_TURN = 3
"""Seconds exported as a GIF when there is no last full orbit."""

Exporter = Callable[..., Any]
"""`export(what, path, *, size=, ..., progress=)`. It is passed in, because the window does not import the exporters.
An exporter that runs in its own process also finds the last full orbit there: it has a method `last_period` like the
function in `analysis/period.py`."""


class ExportCancelledError(Exception):
    """Raised inside an export that the user has cancelled."""


class Export(threading.Thread):
    """One export in a thread of its own, with lower priority than the window.

    `fraction` is the progress, 0 to 1, `activity` the current activity, `message` the final message.
    """

    def __init__(self, exporter: Exporter, request: ExportRequest, path: Path, options: Mapping[str, Any]) -> None:
        super().__init__(name="orbitdraw export", daemon=True)
        self.exporter = exporter
        self.request = request
        self.path = path
        self.options = dict(options)
        self.fraction = 0.0
        self.activity = ""
        self.message = ""
        self.failed = False
        self._start_point: tuple[float, float] | None = None
        self._cancel_event = threading.Event()

    def cancel(self) -> None:
        """Cancel the export at the next frame; no file is left."""
        self._cancel_event.set()

    def remaining_time(self, now: float) -> float | None:
        """Estimated remaining time in seconds; None while it cannot be estimated."""
        if self._start_point is None or self.fraction - self._start_point[1] < 0.01 or now - self._start_point[0] < 1.0:
            return None
        return (1.0 - self.fraction) * (now - self._start_point[0]) / (self.fraction - self._start_point[1])

    def run(self) -> None:
        find_orbit = getattr(self.exporter, "last_period", None)
        if find_orbit is None:  # else the work is done in another process and does not slow the window
            threads.lower_priority()
        try:
            orbit_note = self._last_turn(find_orbit) if self.request.last_orbit else ""
            result = self.exporter(self.request.what, self.path, **self.options, progress=self._progress)
        except ExportCancelledError:
            self.message = "Export cancelled; no file was written"
        except (OrbitdrawError, OSError) as error:
            self.message, self.failed = str(error), True
        except MemoryError:
            self.message, self.failed = f"There is not enough memory for {self.path.name}; choose a smaller size", True
        except Exception as error:
            self.message, self.failed = f"The export failed: {type(error).__name__}: {error}", True
        else:
            notes = [] if self.request.last_orbit else getattr(result, "notes", [])
            self.message = "; ".join([f"Exported {getattr(result, 'path', self.path)}{orbit_note}", *notes])

    def _last_turn(self, find: Callable[..., Period | None] | None) -> str:
        """Set the range to the last full orbit, and return words about it for the message."""
        self.activity = "looking for the last full orbit"
        last_orbit = (find or analysis.last_period)(
            self.request.what, self.request.frames, lambda done, total: self._check()
        )
        self.activity = ""
        now = self.request.frames
        frames = max(1.0, last_orbit.frames if last_orbit is not None else float(min(now, NO_TURN * 60)))
        start, seconds = (last_orbit.start(now) if last_orbit is not None else max(0.0, now - frames)) / 60, frames / 60
        # A whole number of pictures an orbit, so that the loop has no jump.
        count = max(1, round(seconds * TURN_RATE))
        self.options.update(start=start, seconds=seconds, fps=count / seconds)
        if last_orbit is None:
            return f". No body returned to its start yet: exported the last {seconds:.3g} s instead"
        return f", one full orbit of {seconds:.3g} s"

    def _progress(self, done: int, total: int) -> None:
        self.fraction = done / max(1, total)
        if self._start_point is None:
            self._start_point = (time.perf_counter(), self.fraction)
        self._check()

    def _check(self) -> None:
        if self._cancel_event.is_set():
            raise ExportCancelledError


class ExportQueue:
    """Run exports one after the other in the order of their requests, each in a background thread."""

    def __init__(self, window: Services, exporter: Exporter | None = None) -> None:
        self.window = window
        self.exporter = exporter
        self.queue: list[Export] = []
        """The exports: the first one is running, the others wait."""
        self._done_count = 0

    def __bool__(self) -> bool:
        return bool(self.queue)

    def add(self, request: ExportRequest) -> None:
        """Queue an export."""
        window = self.window
        if self.exporter is None:
            window.toast.say("This window was opened without the exporters; use `orbitdraw export`", warning=True)
            return
        taken = {export.path for export in self.queue}
        path = request.path
        try:
            if path is None:
                path = free_path(window.output_folder, request.name, request.suffix, taken)
            elif path in taken or path.exists():  # the file appeared after the name was typed
                path = numbered_path(path, taken)
        except OSError as error:  # a folder without read permission
            window.toast.say(write_error(path or window.output_folder, error), warning=True)
            return
        options = request.options or {"size": export_size(window.picture_size), "frames": request.frames}
        self.queue.append(Export(self.exporter, request, path, options))
        if len(self.queue) == 1:
            self.queue[0].start()
        else:
            window.toast.say(f"{path.name} is exported after {self.queue[0].path.name}")

    def cancel_running(self) -> None:
        """Cancel the running export; the next one starts."""
        self.queue[0].cancel()

    def tick(self, now: float) -> None:
        """Report ended exports and show the progress; called once per iteration of the event loop."""
        if self.queue and self.queue[0].message and not self.queue[0].is_alive():
            ended = self.queue.pop(0)
            self._done_count += 1
            self.window.toast.say(ended.message, ended.failed)
            if self.queue:
                self.queue[0].start()
        if not self.queue:
            self._done_count = 0
            self.window.progress.show("", 0.0)
            return
        running, total = self.queue[0], self._done_count + len(self.queue)
        number = f"{self._done_count + 1} of {total}   " if total > 1 else ""
        remaining_time = running.remaining_time(now)
        note = running.activity or (f"{time_left(remaining_time)} left" if remaining_time is not None else "")
        self.window.progress.show(number + running.path.name, running.fraction, note)

    def close(self) -> list[Export]:
        """Cancel all exports, and return the running ones, which may take a moment to end."""
        running = [export for export in self.queue if export.is_alive()]
        for export in running:
            export.cancel()
        self.queue.clear()
        return running


def time_left(seconds: float) -> str:
    """A remaining time in words, rounded up.

    >>> time_left(0.2), time_left(42.1), time_left(200), time_left(9000)
    ('1 s', '43 s', '4 min', '2.5 h')
    """
    if seconds < 90:
        return f"{max(1, math.ceil(seconds))} s"
    return f"{math.ceil(seconds / 60)} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
