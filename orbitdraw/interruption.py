"""Ctrl-C and the request to end: exceptions that unwind, so that drafts of files are removed on the way."""

from __future__ import annotations

import signal
import threading
from types import FrameType
from typing import NoReturn

RETRY = 0.01
"""Seconds between two tries to interrupt a call that must not be."""


def heed() -> None:
    """Answer SIGINT with KeyboardInterrupt and SIGTERM with SystemExit 143, at a moment when they can be heard.

    Numba clears any exception that is raised while its own Python code looks at the arguments of a compiled function,
    or takes it for a failed look, and Ctrl-C is lost now and then. So the answer waits until Numba is done.
    """
    signal.signal(signal.SIGINT, _answer)
    signal.signal(signal.SIGTERM, _answer)


def _answer(number: int, frame: FrameType | None) -> None:
    if _inside_numba(frame):
        again = threading.Timer(RETRY, signal.raise_signal, [number])
        again.daemon = True
        again.start()
    else:
        _end(number)


def _inside_numba(frame: FrameType | None) -> bool:
    while frame is not None:
        if str(frame.f_globals.get("__name__", "")).split(".")[0] == "numba":
            return True
        frame = frame.f_back
    return False


def _end(number: int) -> NoReturn:
    if number == signal.SIGINT:
        raise KeyboardInterrupt
    raise SystemExit(128 + number)
