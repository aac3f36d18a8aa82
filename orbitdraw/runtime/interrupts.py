"""Ctrl-C and the request to end: exceptions that unwind, so that drafts of files are removed on the way.

A request is never lost. It is answered with an exception at a moment when that can be heard; should something on the
way swallow it (a finalizer, a callback, a bare `except`), it is raised again. Before a command begins and after it has
ended there is nothing to unwind, and the answer is to leave.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
import time
import weakref
from queue import SimpleQueue

from orbitdraw.runtime.interruptible import unfit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any, NoReturn

ENDS = ("SIGTERM", "SIGHUP", "SIGBREAK")
"""Requests to end; not every system has all of them."""

RETRY = 0.01
"""Seconds between two looks whether a request must be made again."""

PATIENCE = 5.0
"""Seconds of unwinding after which a second request ends the process at once, and may leave a draft behind."""

UNHEARD = 1.0
"""Seconds after which the main thread, which has not heard a request, is taken to be in a compiled loop of a scene."""

WITHIN = frozenset({"numba", "llvmlite", "tempfile"})
"""Packages during whose calls nothing may be raised. Numba clears any exception that is raised while its Python code
looks at the arguments of a compiled function, or takes it for a failed look; tempfile would forget a file it made."""

UPON = frozenset({"threading", "queue", "concurrent", "contextlib", "importlib", "weakref", "_weakrefset"})
"""Packages whose own lines must not be left by an exception: between the taking of a lock and the `try` that gives it
back, it would be held for ever and the threads that wait for it with it. What they call may be left."""


class Interrupted(KeyboardInterrupt):
    """Ctrl-C. A class of its own: Python would end by the signal, not by our exit code, once the plain one has
    passed through an `exec` of text, as the ones behind every named tuple are."""


class Ended(SystemExit):
    """The request to end."""


_asked = 0
"""The number of the signal, once one came."""
_since = 0.0
"""When its exception was raised."""
_unwinds = False
"""Whether there is a command that an exception can unwind."""
_flying: weakref.ref[BaseException] | None = None
"""The exception that was raised. It lives as long as it is on its way; if it died unheard, somebody swallowed it."""
_pending: SimpleQueue[int] = SimpleQueue()
"""For the watching thread. Of all queues, this kind alone may be put into from a signal handler."""


_told: list[socket.socket] = []
"""Where Python itself says that a signal came, whatever the main thread does; kept open."""


def heed() -> None:
    """From now on answer SIGINT with exit code 130 and SIGTERM with 143, whatever the moment.

    What is sent when a terminal is closed, SIGHUP and on Windows SIGBREAK, is a request to end like SIGTERM, unless
    whoever started the program wants it to go on (`nohup`).
    """
    global _unwinds
    _unwinds = False
    signal.signal(signal.SIGINT, _answer)
    for name in ENDS:
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _answer)
    sys.unraisablehook = _unraisable
    if not any(thread.name == WATCH for thread in threading.enumerate()):
        # Begun here and not by the first signal, which may come amid the starting of another thread.
        threading.Thread(target=_watch, name=WATCH, daemon=True).start()
        _listen()


WATCH = "orbitdraw interruption"


def unwind() -> None:
    """From now on the answer is an exception, Interrupted or Ended."""
    global _unwinds
    _unwinds = True


def leave() -> None:
    """The exception was heard, or there is nothing left that it could unwind."""
    global _unwinds
    _unwinds = False


def asked() -> bool:
    """Whether somebody asked to stop, for loops that can end sooner than an exception gets there."""
    return _asked != 0


def code() -> int:
    """The exit code of the request: 130 for Ctrl-C, 143 for the request to end."""
    return 128 + _asked


def _answer(number: int, frame: FrameType | None) -> None:
    global _asked, _since
    again, _asked = _asked != 0, number
    if not _unwinds:
        _leave_at_once(number)
    if _on_its_way():
        if again and time.monotonic() - _since > PATIENCE:
            _leave_at_once(number)
        return
    _pending.put(number)
    if unfit(frame, WITHIN, UPON):
        return
    _since = time.monotonic()
    # No name here for what is raised: its traceback holds this frame, which would keep it alive for ever.
    raise _noted(Interrupted() if number == signal.SIGINT else Ended(128 + number))


def _noted(error: BaseException) -> BaseException:
    global _flying
    _flying = weakref.ref(error)
    return error


def _on_its_way() -> bool:
    return _flying is not None and _flying() is not None


def _watch() -> None:
    """Make a request again for as long as it is neither heard nor on its way."""
    while True:
        number = _pending.get()
        while not _pending.empty():
            _pending.get()
        time.sleep(RETRY)
        while _on_its_way():
            time.sleep(RETRY)
        if _unwinds:
            _again(number)


def _listen() -> None:
    """Hear of requests also while the main thread does not: in compiled code it runs no handler."""
    hears, tells = socket.socketpair()
    tells.setblocking(False)
    _told.append(tells)
    signal.set_wakeup_fd(tells.fileno(), warn_on_full_buffer=False)

    def listen() -> None:
        while number := hears.recv(1):
            if number[0] in (signal.SIGINT, signal.SIGTERM):
                _leave_unheard(number[0])

    threading.Thread(target=listen, name=f"{WATCH} beside", daemon=True).start()


def _leave_unheard(number: int) -> None:
    """Leave at once where one call of the code of a scene goes on after a request, and does not hear of it."""
    leaving: Any = sys.modules.get("orbitdraw.runtime.cancellation")
    call, since = None, time.monotonic()
    while _unwinds and leaving is not None:
        now = leaving.held(threading.main_thread())
        if now is None or now is not call:
            call, since = now, time.monotonic()
        elif time.monotonic() - since > UNHEARD:
            files: Any = sys.modules.get("orbitdraw.runtime.files")
            if files is not None:
                files.remove_drafts()
            _leave_at_once(number)
        time.sleep(RETRY)


def _again(number: int) -> None:
    if hasattr(signal, "pthread_kill"):
        # To the main thread and no other: a wait in it for a lock goes on when another thread gets the signal.
        signal.pthread_kill(threading.main_thread().ident or 0, number)
    else:
        signal.raise_signal(number)


def _leave_at_once(number: int) -> NoReturn:
    if number == signal.SIGINT:
        os.write(2, b"orbitdraw: interrupted\n")
    os._exit(128 + number)


def _unraisable(what: Any) -> None:
    """Python's report of an exception that nobody could hear; ours comes again, so there is nothing to report."""
    if what.exc_type is None or not issubclass(what.exc_type, Interrupted | Ended):
        sys.__unraisablehook__(what)
