"""One reading of a scene's file, in a thread of its own: it may go on for ever, and can be given up."""

from __future__ import annotations

import ctypes
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from orbitdraw.moment import unfit

WITHIN = frozenset({"numba", "llvmlite", "importlib", "tempfile", "pathlib", "linecache", "tokenize"})
"""Packages during whose calls nothing may be raised: it would be swallowed, or something be left half made or open."""

UPON = frozenset({"threading", "queue", "concurrent", "contextlib", "weakref", "_weakrefset"})
"""Packages whose own lines must not be left by an exception: a lock might be held for ever."""


class GivenUp(BaseException):
    """Raised inside a reading that nobody waits for any more. `except Exception` in a file does not hear it."""


class Reading(threading.Thread):
    """Makes something of what is in a file now. `finished` is called at the end, in the thread."""

    def __init__(self, path: Path, make: Callable[[], Any], finished: Callable[[], None]) -> None:
        super().__init__(name="orbitdraw reading", daemon=True)
        self.path = path
        self.made: Any = None
        self.error: BaseException | None = None
        self.done = False
        self._make = make
        self._finished = finished
        self.start()

    def run(self) -> None:
        try:
            self.made = self._make()
        except BaseException as error:  # a scene may even call sys.exit()
            self.error = error
        self.done = True
        self._finished()

    def line(self) -> int:
        """The line of the file that is being run; 0 while it is something else that takes its time."""
        frame = sys._current_frames().get(self.ident or 0)
        while frame is not None:
            if frame.f_code.co_filename == str(self.path):
                return frame.f_lineno
            frame = frame.f_back
        return 0

    def give_up(self) -> bool:
        """Try to end it; False while it goes on. A file may swallow exceptions, so it is asked again and again.

        Python has no way to end a thread that waits in compiled code; one that waits takes no time from others.
        """
        if not self.is_alive():
            return True
        if self.done:
            return False
        frame = sys._current_frames().get(self.ident or 0)
        if frame is not None and not unfit(frame, WITHIN, UPON):
            ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(self.ident or 0), ctypes.py_object(GivenUp))
        return False
