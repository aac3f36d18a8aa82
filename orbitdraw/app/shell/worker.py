"""The one thread that computes. The window tells it what to do and looks at what it has made; neither waits."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Any

from orbitdraw.runtime.cancellation import GivenUp, Leavable, heed

Task = Callable[[], None]

CLOSES = 0.3
"""Seconds for which the end of the window waits for what may have no end."""


class Worker:
    """Carries out tasks in order, and between them plays the frames that are due.

    `turn` is called with the number of frames due and plays them; `failed` with an exception that a task or a turn
    let out. Both run in the thread. Frames that come due while it is busy are not saved up beyond one turn: a slow
    scene plays slowly, and never has a queue to catch up with.

    The thread can be abandoned for another one that goes on with the tasks. The first hears of it whenever it asks or
    reports something here, and ends.
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
        """When the task in hand gave its last sign of life; None while there is none."""
        self._unwanted: float | None = None
        """When it will be abandoned, if it has not come to its end by then."""
        self.waits_for: Leavable | None = None
        """Another thread, for which the task in hand waits."""
        self.left: deque[Leavable] = deque()
        """Threads that nobody waits for any more, for whoever asks them to end."""
        self._begin()

    def _begin(self) -> None:
        self._thread = Leavable(target=self._work, name="orbitdraw worker", daemon=True)
        self._thread.start()

    # -- from the window -------------------------------------------------------------------------------------------

    def tell(self, task: Task) -> None:
        """Do this next, between two frames."""
        heed()
        with self._wake:
            self._tasks.append(task)
            self._wake.notify()

    def grant(self, frames: int) -> None:
        """So many frames are due. What was due and not yet begun is replaced, not added to."""
        with self._wake:
            self._due = max(frames, self._due)
            self._wake.notify()

    def withdraw(self) -> None:
        """No frame is due after all (a pause takes effect at once)."""
        with self._wake:
            self._due = 0

    def news(self) -> list[Any]:
        """Everything reported since the last call, in order."""
        out = []
        while self._news:
            out.append(self._news.popleft())
        return out

    def close(self, timeout: float = 5.0) -> bool:
        """Stop after the task in hand; True when the thread has ended."""
        with self._wake:
            self._closing = True
            self._tasks.clear()
            self._wake.notify()
        self._thread.join(min(timeout, CLOSES))
        if self._thread.stuck():
            return self._thread.give_up()
        self._thread.join(timeout)
        return not self._thread.is_alive()

    # -- what lasts ------------------------------------------------------------------------------------------------

    @property
    def thread(self) -> Leavable:
        """The thread that works by now."""
        return self._thread

    def silent(self) -> float:
        """Seconds since the task in hand gave its last sign of life; 0 where there is none."""
        sign = self._sign
        return 0.0 if sign is None else time.monotonic() - sign

    def drop(self, grace: float) -> None:
        """What is in hand is not wanted any more: it is abandoned if it has no end after so many seconds."""
        with self._wake:
            if self._sign is not None:
                until = time.monotonic() + grace
                self._unwanted = until if self._unwanted is None else min(self._unwanted, until)

    def overdue(self) -> bool:
        """Whether what is in hand should have come to its end by now and may have none."""
        waited = self.waits_for or self._thread
        return self._unwanted is not None and time.monotonic() >= self._unwanted and waited.stuck()

    def abandon(self, first: Task | None = None) -> Leavable:
        """Leave the thread with what it has in hand; another one goes on, with `first`. Gives the one that was left."""
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
        """Put something where `news` finds it."""
        self._beat()
        self._news.append(what)

    @property
    def due(self) -> bool:
        """True when frames are due: after this task they are played, and a picture is made of the last."""
        self._beat()
        return self._due > 0

    def interrupted(self) -> bool:
        """True when a long task or turn should come to an end because something else was asked for."""
        self._beat()
        return self._closing or bool(self._tasks)

    def closing(self) -> bool:
        """True when the window is going away."""
        self._beat()
        return self._closing

    def _beat(self) -> None:
        """A sign of life; the end of a thread that was abandoned."""
        heed()
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
            except BaseException as error:  # a scene may even call sys.exit(); the window stays
                if me is not self._thread:
                    return
                self._failed(error)
            with self._wake:
                if me is self._thread:
                    self._sign = self._unwanted = None
