"""The exports that run beside the window."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orbitdraw.app.session.saving import export_size
from orbitdraw.app.shell.messages import ToExport
from orbitdraw.app.shell.services import Services
from orbitdraw.errors import OrbitdrawError
from orbitdraw.runtime import threads
from orbitdraw.runtime.files import free_path, numbered, unwritten

if TYPE_CHECKING:
    from orbitdraw.analysis.period import Turn

TURN_RATE = 30
"""Pictures a second in a GIF of the last turn, as nearly as a whole number of them fits the turn."""

NO_TURN = 3
"""Seconds in a GIF of the last turn where there is none."""

Exporter = Callable[..., Any]
"""`export(what, path, *, size=, ..., progress=)`. It is handed in: the window does not know the exporters. One that
works in a process of its own looks for the last turn of a run there too: it has a `last_turn` like that of `turn`."""


class StoppedError(Exception):
    """Raised inside an export that somebody no longer wants."""


class Export(threading.Thread):
    """One file being made in a thread of its own, which lets the window go first.

    `part` is how much is done, `doing` what just now, `said` how it ended.
    """

    def __init__(self, exporter: Exporter, order: ToExport, path: Path, options: Mapping[str, Any]) -> None:
        super().__init__(name="orbitdraw export", daemon=True)
        self.exporter = exporter
        self.order = order
        self.path = path
        self.options = dict(options)
        self.part = 0.0
        self.doing = ""
        self.said = ""
        self.failed = False
        self._begun: tuple[float, float] | None = None
        self._stop_asked = threading.Event()

    def ask_to_stop(self) -> None:
        """End at the next frame, leaving no file."""
        self._stop_asked.set()

    def left(self, now: float) -> float | None:
        """Seconds that it will take on, if it goes on as it did; None when that cannot be told yet."""
        if self._begun is None or self.part - self._begun[1] < 0.01 or now - self._begun[0] < 1.0:
            return None
        return (1.0 - self.part) * (now - self._begun[0]) / (self.part - self._begun[1])

    def run(self) -> None:
        find = getattr(self.exporter, "last_turn", None)
        if find is None:  # else it is done in another process, and what waits for that holds nobody up
            threads.give_way()
        try:
            found = self._last_turn(find) if self.order.turn else ""
            made = self.exporter(self.order.what, self.path, **self.options, progress=self._progress)
        except StoppedError:
            self.said = "Export stopped; no file was written"
        except (OrbitdrawError, OSError) as error:
            self.said, self.failed = str(error), True
        except MemoryError:
            self.said, self.failed = f"There is not enough memory for {self.path.name}; choose a smaller size", True
        except Exception as error:
            self.said, self.failed = f"The export failed: {type(error).__name__}: {error}", True
        else:
            notes = [] if self.order.turn else getattr(made, "notes", [])
            self.said = "; ".join([f"Exported {getattr(made, 'path', self.path)}{found}", *notes])

    def _last_turn(self, find: Callable[..., Turn | None] | None) -> str:
        """Choose the stretch in which everything comes back to where it is; gives the words for it."""
        from orbitdraw.analysis.period import last_turn

        self.doing = "looking for the last turn"
        turn = (find or last_turn)(self.order.what, self.order.frames, lambda done, total: self._check())
        self.doing = ""
        now = self.order.frames
        frames = max(1.0, turn.frames if turn is not None else float(min(now, NO_TURN * 60)))
        start, seconds = (turn.start(now) if turn is not None else max(0.0, now - frames)) / 60, frames / 60
        # A whole number of pictures to a turn: the first follows the last as any other follows the one before.
        count = max(1, round(seconds * TURN_RATE))
        self.options.update(start=start, seconds=seconds, fps=count / seconds)
        if turn is None:
            return f"; nothing came back to where it is now, so it is the last {seconds:.3g} s"
        return f"; a turn takes {seconds:.3g} s"

    def _progress(self, done: int, total: int) -> None:
        self.part = done / max(1, total)
        if self._begun is None:
            self._begun = (time.perf_counter(), self.part)
        self._check()

    def _check(self) -> None:
        if self._stop_asked.is_set():
            raise StoppedError


class Exports:
    """Exports one after the other, in the order in which they were asked for, each in a thread beside the window."""

    def __init__(self, window: Services, exporter: Exporter | None = None) -> None:
        self.window = window
        self.exporter = exporter
        self.queue: list[Export] = []
        """The first one runs, the others wait."""
        self._made = 0

    def __bool__(self) -> bool:
        return bool(self.queue)

    def add(self, order: ToExport) -> None:
        """Make this file, after those that were asked for before."""
        window = self.window
        if self.exporter is None:
            window.toast.say("This window was opened without the exporters; use `orbitdraw export`", warning=True)
            return
        taken = {export.path for export in self.queue}
        path = order.path
        try:
            if path is None:
                path = free_path(window.keeps_in, order.name, order.suffix, taken)
            elif path in taken or path.exists():  # it came there since the name was typed
                path = numbered(path, taken)
        except OSError as error:  # a folder that nobody may look into
            window.toast.say(unwritten(path or window.keeps_in, error), warning=True)
            return
        options = order.options or {"size": export_size(window.picture_size), "frames": order.frames}
        self.queue.append(Export(self.exporter, order, path, options))
        if len(self.queue) == 1:
            self.queue[0].start()
        else:
            window.toast.say(f"{path.name} waits for {self.queue[0].path.name}")

    def stop(self) -> None:
        """Give up the one that runs; the next begins."""
        self.queue[0].ask_to_stop()

    def look_after(self, now: float) -> None:
        """Once per turn of the loop: what has ended is said, and what goes on is shown."""
        if self.queue and self.queue[0].said and not self.queue[0].is_alive():
            ended = self.queue.pop(0)
            self._made += 1
            self.window.toast.say(ended.said, ended.failed)
            if self.queue:
                self.queue[0].start()
        if not self.queue:
            self._made = 0
            self.window.progress.show("", 0.0)
            return
        running, total = self.queue[0], self._made + len(self.queue)
        which = f"{self._made + 1} of {total}   " if total > 1 else ""
        left = running.left(now)
        note = running.doing or (f"{time_left(left)} left" if left is not None else "")
        self.window.progress.show(which + running.path.name, running.part, note)

    def close(self) -> list[Export]:
        """Give up all of them; gives the ones that may take a moment to end."""
        running = [export for export in self.queue if export.is_alive()]
        for export in running:
            export.ask_to_stop()
        self.queue.clear()
        return running


def time_left(seconds: float) -> str:
    """A time to wait, no more exactly than it is known.

    >>> time_left(0.2), time_left(42.1), time_left(200), time_left(9000)
    ('1 s', '43 s', '4 min', '2.5 h')
    """
    if seconds < 90:
        return f"{max(1, math.ceil(seconds))} s"
    return f"{math.ceil(seconds / 60)} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
