"""Coalescing queue: tasks of which only the newest request counts."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Executor
from typing import Any

from orbitdraw.app.session.session import Session
from orbitdraw.app.shell.messages import Notice

Stop = Callable[[], bool]


class Latest:
    """A task with at most one waiting request: `task(session, request, stop)` gets the newest one.

    `ask` may be called at every pointer motion. The task runs in the worker's thread, between two frames, or in
    a thread of `beside`; `stop()` is True once a newer request is waiting or the session is closing.
    """

    def __init__(
        self, session: Session, task: Callable[[Session, Any, Stop], None], beside: Executor | None = None
    ) -> None:
        self.session = session
        self.task = task
        self._beside = beside
        self._request: list[Any] = []
        self._lock = threading.Lock()

    def ask(self, request: Any) -> None:
        """Request this, in place of a request that has not been started."""
        with self._lock:
            waiting = bool(self._request)
            self._request[:] = [request]
        if waiting:
            return
        if self._beside is None:
            self.session.ask(self._work)
        else:
            self._beside.submit(self._work_beside)

    def forget(self) -> None:
        """Drop the waiting request and stop the running one."""
        with self._lock:
            if self._request:
                self._request[:] = [None]

    def _stop(self) -> bool:
        return bool(self._request) or self.session.closed or self.session.worker.closing()

    def _work(self) -> None:
        # Emptied before the work: a request that arrives from now on is submitted again.
        with self._lock:
            request = self._request.pop()
        if request is not None and not self.session.closed:
            self.task(self.session, request, self._stop)

    def _work_beside(self) -> None:
        try:
            self._work()
        except Exception as error:
            self.session.report(Notice(f"This cannot be shown: {type(error).__name__}: {error}", warning=True))
