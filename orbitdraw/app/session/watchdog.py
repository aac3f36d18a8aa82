"""Watchdog: long tasks of the worker are shown on a card, left when they are not needed any more, and asked to end."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from orbitdraw.app.session.session import Session
from orbitdraw.app.shell.messages import ErrorReport
from orbitdraw.runtime import threads
from orbitdraw.runtime.cancellation import CancellableThread

if TYPE_CHECKING:
    from orbitdraw.app.shell.toast import Toast
    from orbitdraw.app.shell.worker import Worker

BUSY_AFTER = 1.2
"""Seconds without a sign of life after which the card names the task."""

SUSPECT_AFTER = 0.1
"""Seconds without a sign of life after which it may be a loop of Python."""

SHORT_SWITCH_INTERVAL = 0.0005
"""Switch interval, in seconds, during such a loop; usually ten times that, which delays every look at a file."""

END_REQUEST_INTERVAL = 0.05
"""Seconds between two requests to an abandoned thread to end."""

JOIN_TIMEOUT = 0.05
"""Seconds for which leaving waits for a thread that was asked to end."""

UNSTOPPABLE_AFTER = 1.0
"""Seconds after which an abandoned thread that has not ended is taken for an uninterruptible compiled loop."""

BUSY_TITLE, STOPPED_TITLE = "This scene is busy", "This scene was stopped"
HINT = "Esc stops it, W goes to the wall. Fix the file and save it: it reloads by itself."
SLOW_HINT = "Esc stops it, W goes to the wall"
FRAME_TASK = "A frame"
"""Name of a task that is the steps of a frame."""


@dataclass
class AbandonedThread:
    """An abandoned thread, since when, and where it was."""

    thread: CancellableThread
    since: float
    location: str
    is_reported: bool = False


class Watchdog:
    """Checks the worker once in every turn of the window's event loop."""

    def __init__(self, worker: Worker, toast: Toast) -> None:
        self._worker, self._toast = worker, toast
        self._abandoned: list[AbandonedThread] = []
        self._end_requested_at = 0.0
        self._uses_short_interval, self._usual_interval = False, sys.getswitchinterval()
        self.busy: ErrorReport | None = None
        """The card of the running task; None while it gives signs of life."""

    def tick(self, session: Session | None) -> None:
        """Check the worker; `session` is the scene that is shown."""
        worker, now = self._worker, time.monotonic()
        if worker.is_overdue():
            self._abandon(session)
        while worker.abandoned:
            self._track(worker.abandoned.pop())
        heartbeat_age = worker.heartbeat_age()
        self._set_switch_interval(heartbeat_age > SUSPECT_AFTER or bool(self._abandoned))
        thread = worker.awaited_thread or worker.thread
        self.busy = busy_report(thread, heartbeat_age) if heartbeat_age > BUSY_AFTER and thread.is_stuck() else None
        if self._abandoned and now - self._end_requested_at > END_REQUEST_INTERVAL:
            self._end_requested_at = now
            self._abandoned = [abandoned for abandoned in self._abandoned if not self._has_ended(abandoned, now)]

    def close(self) -> None:
        """Restore the usual switch interval when the window closes."""
        self._set_switch_interval(False)

    def _set_switch_interval(self, short: bool) -> None:
        """Set a short switch interval, so that a loop of Python yields to the window sooner, or the usual one."""
        if short != self._uses_short_interval:
            self._uses_short_interval = short
            sys.setswitchinterval(SHORT_SWITCH_INTERVAL if short else self._usual_interval)

    def end_abandoned(self) -> None:
        """End a loop of a scene that was left before the next page is made: the two would alternate, so that every
        look at a file lasts a switch interval."""
        self._end_requested_at = 0.0
        self.tick(None)
        for abandoned in self._abandoned:
            if not abandoned.is_reported:
                abandoned.thread.join(JOIN_TIMEOUT)

    def stop(self, session: Session) -> bool:
        """Leave the busy task, so that its scene accepts other requests; False where nothing is busy."""
        if self.busy is None:
            return False
        report, self.busy = self.busy, None
        words = report.message.partition(" has been running")[0] + " did not end. An endless loop?"
        self._abandon(session, ErrorReport(words, report.path, report.line, STOPPED_TITLE))
        return True

    def _abandon(self, session: Session | None, trouble: ErrorReport | None = None) -> None:
        thread = self._worker.thread
        if thread.current_call() is None:
            threads.replace_pools()  # its steps may be waited for in the pool
        continuation = None if session is None or session.closed else lambda: session.abandon_film(trouble)
        self._track(self._worker.abandon(continuation))

    def _track(self, thread: CancellableThread) -> None:
        current_call = thread.current_call()
        path = current_call.path if current_call is not None else ""
        current_line = thread.current_line(path) if path else 0
        location = (
            f"{Path(path).name}, line {current_line}," if current_line else f"{Path(path).name}" if path else FRAME_TASK
        )
        self._abandoned.append(AbandonedThread(thread, time.monotonic(), location))

    def _has_ended(self, abandoned: AbandonedThread, now: float) -> bool:
        if abandoned.thread.cancel():
            return True
        if now - abandoned.since > UNSTOPPABLE_AFTER and not abandoned.is_reported:
            abandoned.is_reported = True
            abandoned.thread.lower_priority()
            self._toast.say(
                f"{abandoned.location} cannot be stopped; it keeps a processor busy until you quit", warning=True
            )
        return False


def busy_report(thread: CancellableThread, seconds: float) -> ErrorReport:
    """The card for a thread that has given no sign of life for so long."""
    current_call, duration_words = thread.current_call(), f"has been running for {seconds:.0f} s"
    if current_call is None:
        return ErrorReport(
            f"{FRAME_TASK} {duration_words}. Fewer steps or particles take less time.", "", 0, BUSY_TITLE, SLOW_HINT
        )
    activity = current_call.activity or Path(current_call.path).name
    return ErrorReport(
        f"{activity} {duration_words}. An endless loop?",
        current_call.path,
        thread.current_line(current_call.path),
        BUSY_TITLE,
        HINT,
    )
