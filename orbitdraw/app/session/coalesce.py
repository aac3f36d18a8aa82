"""Coalescing queue: tasks of which only the newest request counts."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Executor
from typing import Any

from orbitdraw.app.session.session import Session
from orbitdraw.app.shell.messages import Notice

Stop = Callable[[], bool]


class CoalescingTask:
    """A task with at most one waiting request: `task(session, request, stop)` gets the newest one.

    `request` may be called at every pointer motion. The task runs in the worker's thread, between two frames, or in
    a thread of `executor`; `stop()` returns True once a newer request is waiting or the session is closing.
    """

    def __init__(
        self, session: Session, task: Callable[[Session, Any, Stop], None], executor: Executor | None = None
    ) -> None:
        self.session = session
        self.task = task
        self._executor = executor
        self._waiting_request: list[Any] = []
        self._lock = threading.Lock()

    def request(self, request: Any) -> None:
        """Request this, in place of a request that has not been started."""
        with self._lock:
            waiting = bool(self._waiting_request)
            self._waiting_request[:] = [request]
        if waiting:
            return
        if self._executor is None:
            self.session.submit(self._run_newest)
        else:
            self._executor.submit(self._run_in_executor)

    def cancel(self) -> None:
        """Drop the waiting request and stop the running one."""
        with self._lock:
            if self._waiting_request:
                self._waiting_request[:] = [None]

    def _should_stop(self) -> bool:
        return bool(self._waiting_request) or self.session.closed or self.session.worker.is_closing()

    def _run_newest(self) -> None:
        # Emptied before the work: a request that arrives from now on is submitted again.
        with self._lock:
            request = self._waiting_request.pop()
        if request is not None and not self.session.closed:
            self.task(self.session, request, self._should_stop)

    def _run_in_executor(self) -> None:
        try:
            self._run_newest()
        except Exception as error:
            self.session.report(Notice(f"This cannot be shown: {type(error).__name__}: {error}", warning=True))
