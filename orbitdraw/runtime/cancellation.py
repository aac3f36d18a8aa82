"""Leaving what has no end: a thread can be given up, and is asked to end while it runs the code of a scene's author.

A loop of Python is ended by an exception. A loop that a scene's author compiled hears none: its thread is left to
itself, and ends as soon as it comes back from the author's code. What holds the interpreter itself (`10**10**9`, a
compiled function that was read from a cache of before) stops every thread of the program, and nothing in it can help.
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

from orbitdraw.runtime.interruptible import unfit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType

WITHIN = frozenset({"numba", "llvmlite", "importlib", "tempfile", "pathlib", "linecache", "tokenize"})
"""Packages during whose calls nothing may be raised: it would be swallowed, or something be left half made or open."""

UPON = frozenset({"threading", "queue", "concurrent", "contextlib", "weakref", "_weakrefset"})
"""Packages whose own lines must not be left by an exception: a lock might be held for ever."""

LAST = 19
"""Niceness of what cannot be ended."""

COMPILING, IMPORTING = frozenset({"numba", "llvmlite"}), frozenset({"importlib"})
"""Packages at whose work the code of an author waits for something that has an end."""

STEPPING = "orbitdraw.dynamics.stepping"
"""The module whose calls move particles by compiled loops of ours."""


class GivenUp(BaseException):
    """Raised inside a thread that nobody waits for any more. `except Exception` in a file does not hear it."""


@dataclass(frozen=True)
class Call:
    """The code of a scene's author, being run: what for, in which file, and since when."""

    doing: str
    path: str
    since: float


_calls: dict[int, list[Call]] = {}
"""What is being run of the code of authors, by thread, the outermost first."""


@contextmanager
def authors(doing: str, path: str) -> Iterator[None]:
    """While this lasts, the thread is in the hands of a scene's author. Who was given up meanwhile comes no further."""
    heed()
    calls = _calls.setdefault(threading.get_ident(), [])
    calls.append(Call(doing, path, time.monotonic()))
    try:
        yield
    finally:
        calls.pop()
        if not calls:
            _calls.pop(threading.get_ident(), None)
        heed()


def heed() -> None:
    """Raise GivenUp in a thread that was given up."""
    if getattr(threading.current_thread(), "given_up", False):
        raise GivenUp


def held(thread: threading.Thread) -> Call | None:
    """What a thread does in the hands of a scene's author; None also while it compiles or imports for him."""
    calls = _calls.get(thread.ident or 0)
    frame = sys._current_frames().get(thread.ident or 0)
    return calls[-1] if calls and not unfit(frame, COMPILING, IMPORTING) else None


class Leavable(threading.Thread):
    """A thread that can be given up."""

    anywhere = False
    """True where it may be interrupted in the program's own code too, because it shares nothing with other threads."""

    given_up = False

    def call(self) -> Call | None:
        """The code of an author that it is running."""
        calls = _calls.get(self.ident or 0)
        return calls[-1] if calls else None

    def stuck(self) -> bool:
        """Whether it is at work on what may have no end: the code of an author, or the steps of a frame."""
        if self.call() is not None:
            return held(self) is not None
        frame = self._frame()
        while frame is not None:
            if frame.f_globals.get("__name__") == STEPPING:
                return True
            frame = frame.f_back
        return False

    def line(self, path: str) -> int:
        """The line of a file that it is running; 0 while it is something else that takes its time."""
        frame = self._frame()
        while frame is not None:
            if frame.f_code.co_filename == path:
                return frame.f_lineno
            frame = frame.f_back
        return 0

    def give_up(self) -> bool:
        """Try to end it; False while it goes on. A file may swallow exceptions, so it is asked again and again."""
        if not self.is_alive():
            return True
        self.given_up = True
        frame = self._frame()
        if frame is not None and (self.anywhere or self.call() is not None) and not unfit(frame, WITHIN, UPON):
            ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(self.ident or 0), ctypes.py_object(GivenUp))
        return False

    def give_way(self) -> None:
        """Let every other thread go first, where that is possible: what does not end should cost the others little."""
        if sys.platform.startswith("linux") and self.native_id is not None:
            with suppress(OSError):
                os.setpriority(os.PRIO_PROCESS, self.native_id, LAST)

    def _frame(self) -> FrameType | None:
        return sys._current_frames().get(self.ident or 0)
