"""Cancellation of threads that run a scene's code without end.

A Python loop is ended by an asynchronous exception. A compiled loop cannot receive one: its thread is abandoned, and
ends as soon as the author's code returns. Code that holds the interpreter lock itself (`10**10**9`, a compiled function
loaded from an older cache) stops all threads and cannot be cancelled.
"""

from __future__ import annotations

import ctypes
import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from orbitdraw.runtime.interruptible import is_uninterruptible

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType

PROTECTED_CALLS = frozenset({"numba", "llvmlite", "importlib", "tempfile", "pathlib", "linecache", "tokenize"})
"""Packages during whose calls no exception may be injected: it would be swallowed, or leave files open or half made."""

PROTECTED_LINES = frozenset({"threading", "queue", "concurrent", "contextlib", "weakref", "_weakrefset"})
"""Packages whose own lines must not be interrupted: a lock might be held for ever."""

LOWEST_PRIORITY = 19
"""Niceness of a thread that cannot be ended."""

COMPILING, IMPORTING = frozenset({"numba", "llvmlite"}), frozenset({"importlib"})
"""Packages whose calls end by themselves: a thread inside them is not stuck."""

STEPPING_MODULE = "orbitdraw.dynamics.stepping"
"""The module that steps particles by the program's own compiled loops."""


class ThreadCancelled(BaseException):
    """Raised inside a cancelled thread. A BaseException, so that `except Exception` in a scene does not catch it."""


@dataclass(frozen=True)
class AuthorCall:
    """A running call of a scene's code: its purpose, its file, and its start time (`time.monotonic`)."""

    activity: str
    path: str
    since: float


_calls: dict[int, list[AuthorCall]] = {}
"""The running calls of scenes' code by thread id, outermost first."""


@contextmanager
def author_call(activity: str, path: str) -> Iterator[None]:
    """Context that marks a call of a scene's code; in a cancelled thread it raises ThreadCancelled at both ends."""
    raise_if_cancelled()
    calls = _calls.setdefault(threading.get_ident(), [])
    calls.append(AuthorCall(activity, path, time.monotonic()))
    try:
        yield
    finally:
        calls.pop()
        if not calls:
            _calls.pop(threading.get_ident(), None)
        raise_if_cancelled()


def raise_if_cancelled() -> None:
    """Raise ThreadCancelled if the current thread was cancelled."""
    if getattr(threading.current_thread(), "cancelled", False):
        raise ThreadCancelled


def running_author_call(thread: threading.Thread) -> AuthorCall | None:
    """The scene's code that a thread is running; None without any, and while it compiles or imports."""
    calls = _calls.get(thread.ident or 0)
    frame = sys._current_frames().get(thread.ident or 0)
    return calls[-1] if calls and not is_uninterruptible(frame, COMPILING, IMPORTING) else None


class CancellableThread(threading.Thread):
    """A thread that can be cancelled."""

    isolated = False
    """True for a thread that shares no data with others: the program's own code in it may be interrupted too."""

    cancelled = False

    def current_call(self) -> AuthorCall | None:
        """The innermost call of a scene's code in this thread; None without one."""
        calls = _calls.get(self.ident or 0)
        return calls[-1] if calls else None

    def is_stuck(self) -> bool:
        """True while the thread runs code that may not end: a scene's own, or the steps of a frame."""
        if self.current_call() is not None:
            return running_author_call(self) is not None
        frame = self._frame()
        while frame is not None:
            if frame.f_globals.get("__name__") == STEPPING_MODULE:
                return True
            frame = frame.f_back
        return False

    def current_line(self, path: str) -> int:
        """The line of a file that the thread is running; 0 if the file is not on its stack."""
        frame = self._frame()
        while frame is not None:
            if frame.f_code.co_filename == path:
                return frame.f_lineno
            frame = frame.f_back
        return 0

    def cancel(self) -> bool:
        """Try to end the thread; False while it is alive. Call it repeatedly: a scene may swallow the exception."""
        if not self.is_alive():
            return True
        self.cancelled = True
        frame = self._frame()
        if (
            frame is not None
            and (self.isolated or self.current_call() is not None)
            and not is_uninterruptible(frame, PROTECTED_CALLS, PROTECTED_LINES)
        ):
            ctypes.pythonapi.PyThreadState_SetAsyncExc(
                ctypes.c_ulong(self.ident or 0), ctypes.py_object(ThreadCancelled)
            )
        return False

    def lower_priority(self) -> None:
        """Lower the thread's priority as far as possible, where the system allows it: it should cost others little."""
        if sys.platform.startswith("linux") and self.native_id is not None:
            with suppress(OSError):
                os.setpriority(os.PRIO_PROCESS, self.native_id, LOWEST_PRIORITY)

    def _frame(self) -> FrameType | None:
        return sys._current_frames().get(self.ident or 0)
