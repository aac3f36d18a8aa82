"""The one thread that computes. The window tells it what to do and looks at what it has made; neither waits."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from typing import Any

Task = Callable[[], None]


class Worker:
    """Carries out tasks in order, and between them plays the frames that are due.

    `turn` is called with the number of frames due and plays them; `failed` with an exception that a task or a turn
    let out. Both run in the thread. Frames that come due while it is busy are not saved up beyond one turn: a slow
    scene plays slowly, and never has a queue to catch up with.
    """

    def __init__(self, failed: Callable[[BaseException], None]) -> None:
        self.turn: Callable[[int], None] = lambda frames: None
        self._failed = failed
        self._tasks: deque[Task] = deque()
        self._news: deque[Any] = deque()
        self._due = 0
        self._closing = False
        self._wake = threading.Condition()
        self._thread = threading.Thread(target=self._work, name="orbitdraw worker", daemon=True)
        self._thread.start()

    # -- from the window -------------------------------------------------------------------------------------------

    def tell(self, task: Task) -> None:
        """Do this next, between two frames."""
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
        self._thread.join(timeout)
        return not self._thread.is_alive()

    # -- from the thread -------------------------------------------------------------------------------------------

    def report(self, what: Any) -> None:
        """Put something where `news` finds it."""
        self._news.append(what)

    @property
    def due(self) -> bool:
        """True when frames are due: after this task they are played, and a picture is made of the last."""
        return self._due > 0

    def interrupted(self) -> bool:
        """True when a long task or turn should come to an end because something else was asked for."""
        return self._closing or bool(self._tasks)

    def closing(self) -> bool:
        """True when the window is going away."""
        return self._closing

    def _work(self) -> None:
        while True:
            with self._wake:
                self._wake.wait_for(lambda: self._closing or self._tasks or self._due)
                if self._closing:
                    return
                task = self._tasks.popleft() if self._tasks else None
                frames, self._due = (self._due, 0) if task is None else (0, self._due)
            try:
                if task is not None:
                    task()
                else:
                    self.turn(frames)
            except BaseException as error:  # a scene may even call sys.exit(); the window stays
                self._failed(error)
