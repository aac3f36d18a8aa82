"""Watchdog: long tasks of the worker are shown on a card, left when they are not needed any more, and asked to end."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from orbitdraw.app.session.session import Session
from orbitdraw.app.shell.messages import Trouble
from orbitdraw.runtime import threads
from orbitdraw.runtime.cancellation import CancellableThread

if TYPE_CHECKING:
    from orbitdraw.app.shell.toast import Toast
    from orbitdraw.app.shell.worker import Worker

SAID = 1.2
"""Seconds without a sign of life after which the card names the task."""

DOUBTED = 0.1
"""Seconds without a sign of life after which it may be a loop of Python."""

QUICK = 0.0005
"""Switch interval, in seconds, during such a loop; usually ten times that, which delays every look at a file."""

ASKED = 0.05
"""Seconds between two requests to an abandoned thread to end."""

AT_ONCE = 0.05
"""Seconds for which leaving waits for a thread that was asked to end."""

STAYS = 1.0
"""Seconds after which an abandoned thread that has not ended is taken for an uninterruptible compiled loop."""

BUSY, STOPPED = "This scene is busy", "This scene was stopped"
HINT = "Esc stops it, W goes to the wall. Fix the file and save it: it reloads by itself."
SLOW_HINT = "Esc stops it, W goes to the wall"
FRAME = "A frame"
"""Name of a task that is the steps of a frame."""


@dataclass
class Left:
    """An abandoned thread, since when, and where it was."""

    thread: CancellableThread
    since: float
    where: str
    said: bool = False


class Watchdog:
    """Checks the worker once in every turn of the window's event loop."""

    def __init__(self, worker: Worker, toast: Toast) -> None:
        self._worker, self._toast = worker, toast
        self._left: list[Left] = []
        self._asked = 0.0
        self._quick, self._usual = False, sys.getswitchinterval()
        self.busy: Trouble | None = None
        """The card of the running task; None while it gives signs of life."""

    def tick(self, session: Session | None) -> None:
        """Check the worker; `session` is the scene that is shown."""
        worker, now = self._worker, time.monotonic()
        if worker.overdue():
            self._abandon(session)
        while worker.left:
            self._take(worker.left.pop())
        silent = worker.silent()
        self._share(silent > DOUBTED or bool(self._left))
        thread = worker.waits_for or worker.thread
        self.busy = said_of(thread, silent) if silent > SAID and thread.stuck() else None
        if self._left and now - self._asked > ASKED:
            self._asked = now
            self._left = [left for left in self._left if not self._ended(left, now)]

    def close(self) -> None:
        """Restore the usual switch interval when the window closes."""
        self._share(False)

    def _share(self, quick: bool) -> None:
        """Set a short switch interval, so that a loop of Python yields to the window sooner, or the usual one."""
        if quick != self._quick:
            self._quick = quick
            sys.setswitchinterval(QUICK if quick else self._usual)

    def leave(self) -> None:
        """End a loop of a scene that was left before the next page is made: the two would alternate, so that every
        look at a file lasts a switch interval."""
        self._asked = 0.0
        self.tick(None)
        for left in self._left:
            if not left.said:
                left.thread.join(AT_ONCE)

    def stop(self, session: Session) -> bool:
        """Leave the busy task, so that its scene accepts other requests; False where nothing is busy."""
        if self.busy is None:
            return False
        said, self.busy = self.busy, None
        words = said.message.partition(" has been running")[0] + " did not end. An endless loop?"
        self._abandon(session, Trouble(words, said.path, said.line, STOPPED))
        return True

    def _abandon(self, session: Session | None, trouble: Trouble | None = None) -> None:
        thread = self._worker.thread
        if thread.call() is None:
            threads.replace_pools()  # its steps may be waited for in the pool
        going_on = None if session is None or session.closed else lambda: session.leave_film(trouble)
        self._take(self._worker.abandon(going_on))

    def _take(self, thread: CancellableThread) -> None:
        call = thread.call()
        path = call.path if call is not None else ""
        line = thread.line(path) if path else 0
        where = f"{Path(path).name}, line {line}," if line else f"{Path(path).name}" if path else FRAME
        self._left.append(Left(thread, time.monotonic(), where))

    def _ended(self, left: Left, now: float) -> bool:
        if left.thread.give_up():
            return True
        if now - left.since > STAYS and not left.said:
            left.said = True
            left.thread.give_way()
            self._toast.say(f"{left.where} cannot be stopped; it keeps a processor busy until you quit", warning=True)
        return False


def said_of(thread: CancellableThread, seconds: float) -> Trouble:
    """The card for a thread that has given no sign of life for so long."""
    call, lasts = thread.call(), f"has been running for {seconds:.0f} s"
    if call is None:
        return Trouble(f"{FRAME} {lasts}. Fewer steps or particles take less time.", "", 0, BUSY, SLOW_HINT)
    doing = call.doing or Path(call.path).name
    return Trouble(f"{doing} {lasts}. An endless loop?", call.path, thread.line(call.path), BUSY, HINT)
