"""The computing thread of the window. The window queues tasks and polls messages; neither side waits."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Any

from orbitdraw.runtime.cancellation import CancellableThread, GivenUp, raise_if_cancelled

Task = Callable[[], None]

CLOSES = 0.3
"""Seconds for which closing the window waits for a task that may never end."""


class Worker:
    """Run tasks in order in a thread, and between tasks play the frames that are due.

    `turn` is called with the number of due frames and plays them; `failed` with an exception raised by a task or by
    `turn`. Both run in the thread. Frames that become due while it is busy are not accumulated: a slow scene plays
    slowly and never has a backlog.

    The thread can be abandoned for a new one that continues with the tasks. The old thread ends at its next call of a
    method of this class.
    """

    def __init__(self, failed: Callable[[BaseException], None]) -> None:
        self.turn: Callable[[int], None] = lambda frames: None
        self._failed = failed
        self._tasks: deque[Task] = deque()
        self._news: deque[Any] = deque()
        self._due = 0
        self._closing = False
        self._wake = threading.Condition()
        self._sign: float | None = None
        """Time of the last heartbeat of the running task; None while no task runs."""
        self._unwanted: float | None = None
        """Time at which the running task counts as overdue; None while it is wanted."""
        self.waits_for: CancellableThread | None = None
        """Another thread for which the running task waits, or None."""
        self.left: deque[CancellableThread] = deque()
        """Abandoned threads that tasks waited for; the watchdog asks them to end."""
        self._begin()

    def _begin(self) -> None:
        self._thread = CancellableThread(target=self._work, name="orbitdraw worker", daemon=True)
        self._thread.start()

    # -- from the window -------------------------------------------------------------------------------------------

    def tell(self, task: Task) -> None:
        """Queue a task, to run between two frames."""
        raise_if_cancelled()
        with self._wake:
            self._tasks.append(task)
            self._wake.notify()

    def grant(self, frames: int) -> None:
        """Set the number of due frames; due frames not yet begun are not added to it."""
        with self._wake:
            self._due = max(frames, self._due)
            self._wake.notify()

    def withdraw(self) -> None:
        """Cancel the due frames, so that a pause takes effect at once."""
        with self._wake:
            self._due = 0

    def news(self) -> list[Any]:
        """All messages reported since the last call, in order."""
        out = []
        while self._news:
            out.append(self._news.popleft())
        return out

    def close(self, timeout: float = 5.0) -> bool:
        """Stop after the running task; True when the thread has ended."""
        with self._wake:
            self._closing = True
            self._tasks.clear()
            self._wake.notify()
        self._thread.join(min(timeout, CLOSES))
        if self._thread.stuck():
            return self._thread.give_up()
        self._thread.join(timeout)
        return not self._thread.is_alive()

    # -- long tasks ------------------------------------------------------------------------------------------------

    @property
    def thread(self) -> CancellableThread:
        """The current thread."""
        return self._thread

    def silent(self) -> float:
        """Seconds since the last heartbeat of the running task; 0 where no task runs."""
        sign = self._sign
        return 0.0 if sign is None else time.monotonic() - sign

    def drop(self, grace: float) -> None:
        """Mark the running task as unwanted: `overdue` is True if it still runs after `grace` seconds."""
        with self._wake:
            if self._sign is not None:
                until = time.monotonic() + grace
                self._unwanted = until if self._unwanted is None else min(self._unwanted, until)

    def overdue(self) -> bool:
        """True when an unwanted task has exceeded its grace and its thread seems stuck."""
        waited = self.waits_for or self._thread
        return self._unwanted is not None and time.monotonic() >= self._unwanted and waited.stuck()

    def abandon(self, first: Task | None = None) -> CancellableThread:
        """Abandon the thread with its task, start a new one that begins with `first`, and return the old one."""
        with self._wake:
            left = self._thread
            left.given_up = True
            if self.waits_for is not None:
                self.left.append(self.waits_for)
                self.waits_for = None
            self._sign = self._unwanted = None
            self._due = 0
            if first is not None:
                self._tasks.appendleft(first)
            self._begin()
        return left

    # -- from the thread -------------------------------------------------------------------------------------------

    def report(self, what: Any) -> None:
        """Queue a message for `news`."""
        self._beat()
        self._news.append(what)

    @property
    def due(self) -> bool:
        """True when frames are due; they are played after this task, and a picture of the last one is made."""
        self._beat()
        return self._due > 0

    def interrupted(self) -> bool:
        """True when a long task should end because the window closes or another task waits."""
        self._beat()
        return self._closing or bool(self._tasks)

    def closing(self) -> bool:
        """True when the window is closing."""
        self._beat()
        return self._closing

    def _beat(self) -> None:
        """Record a heartbeat; raises GivenUp in an abandoned thread, which ends it."""
        raise_if_cancelled()
        if threading.current_thread() is self._thread:
            self._sign = time.monotonic()

    def _work(self) -> None:
        me = threading.current_thread()
        while True:
            with self._wake:
                self._wake.wait_for(lambda: self._closing or self._tasks or self._due or me is not self._thread)
                if self._closing or me is not self._thread:
                    return
                task = self._tasks.popleft() if self._tasks else None
                frames, self._due = (self._due, 0) if task is None else (0, self._due)
                self._sign = time.monotonic()
            try:
                if task is not None:
                    task()
                else:
                    self.turn(frames)
            except GivenUp:
                return
            except BaseException as error:  # a scene may even call sys.exit(); the window stays open
                if me is not self._thread:
                    return
                self._failed(error)
            with self._wake:
                if me is self._thread:
                    self._sign = self._unwanted = None
