"""The computing thread of the window. The window queues tasks and polls messages; neither side waits."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Any

from orbitdraw.runtime.cancellation import CancellableThread, ThreadCancelled, raise_if_cancelled

Task = Callable[[], None]

CLOSE_TIMEOUT = 0.3
"""Seconds for which closing the window waits for a task that may never end."""


class Worker:
    """Run tasks in order in a thread, and between tasks play the frames that are due.

    `play` is called with the number of due frames and plays them; `on_error` with an exception raised by a task or by
    `play`. Both run in the thread. Frames that become due while it is busy are not accumulated: a slow scene plays
    slowly and never has a backlog.

    The thread can be abandoned for a new one that continues with the tasks. The old thread ends at its next call of a
    method of this class.
    """

    def __init__(self, on_error: Callable[[BaseException], None]) -> None:
        self.play: Callable[[int], None] = lambda frames: None
        self._on_error = on_error
        self._tasks: deque[Task] = deque()
        self._messages: deque[Any] = deque()
        self._due = 0
        self._closing = False
        self._wake = threading.Condition()
        self._heartbeat: float | None = None
        """Time of the last heartbeat of the running task; None while no task runs."""
        self._deadline: float | None = None
        """Time at which the running task counts as overdue; None while it is wanted."""
        self.awaited_thread: CancellableThread | None = None
        """Another thread for which the running task waits, or None."""
        self.abandoned: deque[CancellableThread] = deque()
        """Abandoned threads that tasks waited for; the watchdog asks them to end."""
        self._start_thread()

    def _start_thread(self) -> None:
        self._thread = CancellableThread(target=self._run, name="orbitdraw worker", daemon=True)
        self._thread.start()

    # -- from the window -------------------------------------------------------------------------------------------

    def submit(self, task: Task) -> None:
        """Queue a task, to run between two frames."""
        raise_if_cancelled()
        with self._wake:
            self._tasks.append(task)
            self._wake.notify()

    def request_frames(self, frames: int) -> None:
        """Set the number of due frames; due frames not yet begun are not added to it."""
        with self._wake:
            self._due = max(frames, self._due)
            self._wake.notify()

    def cancel_frames(self) -> None:
        """Cancel the due frames, so that a pause takes effect at once."""
        with self._wake:
            self._due = 0

    def poll_messages(self) -> list[Any]:
        """All messages reported since the last call, in order."""
        out = []
        while self._messages:
            out.append(self._messages.popleft())
        return out

    def close(self, timeout: float = 5.0) -> bool:
        """Stop after the running task; True when the thread has ended."""
        with self._wake:
            self._closing = True
            self._tasks.clear()
            self._wake.notify()
        self._thread.join(min(timeout, CLOSE_TIMEOUT))
        if self._thread.is_stuck():
            return self._thread.cancel()
        self._thread.join(timeout)
        return not self._thread.is_alive()

    # -- long tasks ------------------------------------------------------------------------------------------------

    @property
    def thread(self) -> CancellableThread:
        """The current thread."""
        return self._thread

    def heartbeat_age(self) -> float:
        """Seconds since the last heartbeat of the running task; 0 where no task runs."""
        sign = self._heartbeat
        return 0.0 if sign is None else time.monotonic() - sign

    def set_deadline(self, grace: float) -> None:
        """Mark the running task as unwanted: `is_overdue` is True if it still runs after `grace` seconds."""
        with self._wake:
            if self._heartbeat is not None:
                until = time.monotonic() + grace
                self._deadline = until if self._deadline is None else min(self._deadline, until)

    def is_overdue(self) -> bool:
        """True when an unwanted task has exceeded its grace and its thread seems stuck."""
        waited = self.awaited_thread or self._thread
        return self._deadline is not None and time.monotonic() >= self._deadline and waited.is_stuck()

    def abandon(self, first: Task | None = None) -> CancellableThread:
        """Abandon the thread with its task, start a new one that begins with `first`, and return the old one."""
        with self._wake:
            old_thread = self._thread
            old_thread.cancelled = True
            if self.awaited_thread is not None:
                self.abandoned.append(self.awaited_thread)
                self.awaited_thread = None
            self._heartbeat = self._deadline = None
            self._due = 0
            if first is not None:
                self._tasks.appendleft(first)
            self._start_thread()
        return old_thread

    # -- from the thread -------------------------------------------------------------------------------------------

    def report(self, what: Any) -> None:
        """Queue a message for `poll_messages`."""
        self._record_heartbeat()
        self._messages.append(what)

    @property
    def has_due_frames(self) -> bool:
        """True when frames are due; they are played after this task, and a picture of the last one is made."""
        self._record_heartbeat()
        return self._due > 0

    def should_stop(self) -> bool:
        """True when a long task should end because the window closes or another task waits."""
        self._record_heartbeat()
        return self._closing or bool(self._tasks)

    def is_closing(self) -> bool:
        """True when the window is closing."""
        self._record_heartbeat()
        return self._closing

    def _record_heartbeat(self) -> None:
        """Record a heartbeat; raises ThreadCancelled in an abandoned thread, which ends it."""
        raise_if_cancelled()
        if threading.current_thread() is self._thread:
            self._heartbeat = time.monotonic()

    def _run(self) -> None:
        me = threading.current_thread()
        while True:
            with self._wake:
                self._wake.wait_for(lambda: self._closing or self._tasks or self._due or me is not self._thread)
                if self._closing or me is not self._thread:
                    return
                task = self._tasks.popleft() if self._tasks else None
                frames, self._due = (self._due, 0) if task is None else (0, self._due)
                self._heartbeat = time.monotonic()
            try:
                if task is not None:
                    task()
                else:
                    self.play(frames)
            except ThreadCancelled:
                return
            except BaseException as error:  # a scene may even call sys.exit(); the window stays open
                if me is not self._thread:
                    return
                self._on_error(error)
            with self._wake:
                if me is self._thread:
                    self._heartbeat = self._deadline = None
