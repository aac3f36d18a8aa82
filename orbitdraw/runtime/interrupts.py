"""Ctrl-C and termination signals as exceptions that unwind the stack, so that drafts of files are removed.

A request is never lost: the exception is raised at a moment when it can propagate, and raised again if something on the
way swallows it (a finalizer, a callback, a bare `except`). Before a command begins and after it has ended there is
nothing to unwind, and the process exits at once.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
import weakref
from queue import SimpleQueue

from orbitdraw.runtime import lazy
from orbitdraw.runtime.interruptible import is_uninterruptible

TYPE_CHECKING = False
if TYPE_CHECKING:
    import socket
    from types import FrameType
    from typing import Any, NoReturn
else:
    socket = lazy.module("socket")

TERMINATION_SIGNALS = ("SIGTERM", "SIGHUP", "SIGBREAK")
"""Signals that request termination; not every system has all of them."""

RETRY = 0.01
"""Seconds between two checks whether the exception must be raised again."""

UNWIND_TIMEOUT = 5.0
"""Seconds of unwinding after which a second request ends the process at once, and may leave a draft behind."""

UNRESPONSIVE = 1.0
"""Seconds without reaction after which the main thread is assumed to be in a compiled loop of a scene."""

PROTECTED_CALLS = frozenset({"numba", "llvmlite", "tempfile"})
"""Packages during whose calls nothing may be raised. Numba clears any exception that is raised while its Python code
inspects the arguments of a compiled function, or takes it for a failed lookup; tempfile would forget a file it made."""

PROTECTED_LINES = frozenset({"threading", "queue", "concurrent", "contextlib", "importlib", "weakref", "_weakrefset"})
"""Packages whose own lines must not be interrupted: between the acquisition of a lock and the `try` that releases it,
the lock would be held for ever, with all threads that wait for it. Code that they call may be interrupted."""


class Interrupted(KeyboardInterrupt):
    """Raised by Ctrl-C.

    Not a plain KeyboardInterrupt: after one has passed through an `exec` of text (every named tuple has one), Python
    ends by the signal and not with our exit code.
    """


class Terminated(SystemExit):
    """Raised by a termination signal."""


_last_signal = 0
"""Number of the last signal; 0 before the first."""
_raised_at = 0.0
"""Time at which its exception was raised (`time.monotonic`)."""
_can_unwind = False
"""True while a command runs that an exception can unwind."""
_raised_ref: weakref.ref[BaseException] | None = None
"""The raised exception, alive while it propagates; if it died before `disable_exceptions`, something swallowed it."""
_pending: SimpleQueue[int] = SimpleQueue()
"""Signals for the watching thread. SimpleQueue is the only queue that may be used in a signal handler."""


_wakeup_sockets: list[socket.socket] = []
"""Sockets to which Python's wakeup file descriptor writes each signal, whatever the main thread does; kept open."""


def install() -> None:
    """Install the signal handlers: SIGINT exits with code 130, SIGTERM with 143.

    SIGHUP and, on Windows, SIGBREAK, sent when a terminal is closed, are handled like SIGTERM unless they were ignored
    at the start (`nohup`).
    """
    global _can_unwind
    _can_unwind = False
    signal.signal(signal.SIGINT, _handle_signal)
    for name in TERMINATION_SIGNALS:
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _handle_signal)
    sys.unraisablehook = _report_unraisable
    if not any(thread.name == WATCHER_NAME for thread in threading.enumerate()):
        # Started here and not by the first signal, which may come while another thread is being started.
        threading.Thread(target=_watch, name=WATCHER_NAME, daemon=True).start()
        _listen()


WATCHER_NAME = "orbitdraw interruption"


def enable_exceptions() -> None:
    """From now on a signal raises an exception, Interrupted or Terminated."""
    global _can_unwind
    _can_unwind = True


def disable_exceptions() -> None:
    """From now on a signal ends the process at once: the exception was caught, or there is nothing left to unwind."""
    global _can_unwind
    _can_unwind = False


def is_requested() -> bool:
    """True once a signal was received, for loops that can stop before the exception arrives."""
    return _last_signal != 0


def exit_code() -> int:
    """The exit code for the received signal: 130 for Ctrl-C, 143 for SIGTERM."""
    return 128 + _last_signal


def _handle_signal(number: int, frame: FrameType | None) -> None:
    global _last_signal, _raised_at
    repeated, _last_signal = _last_signal != 0, number
    if not _can_unwind:
        _exit_now(number)
    if _is_propagating():
        if repeated and time.monotonic() - _raised_at > UNWIND_TIMEOUT:
            _exit_now(number)
        return
    _pending.put(number)
    if is_uninterruptible(frame, PROTECTED_CALLS, PROTECTED_LINES):
        return
    _raised_at = time.monotonic()
    # No local variable for the exception: its traceback holds this frame, which would keep it alive for ever.
    raise _track(Interrupted() if number == signal.SIGINT else Terminated(128 + number))


def _track(error: BaseException) -> BaseException:
    global _raised_ref
    _raised_ref = weakref.ref(error)
    return error


def _is_propagating() -> bool:
    return _raised_ref is not None and _raised_ref() is not None


def _watch() -> None:
    """Thread: send a signal again while its exception was neither caught nor is propagating."""
    while True:
        number = _pending.get()
        while not _pending.empty():
            _pending.get()
        time.sleep(RETRY)
        while _is_propagating():
            time.sleep(RETRY)
        if _can_unwind:
            _resend(number)


def _listen() -> None:
    """Start a thread that receives signals while the main thread runs compiled code, which calls no handler."""
    receiver, sender = socket.socketpair()
    sender.setblocking(False)
    _wakeup_sockets.append(sender)
    signal.set_wakeup_fd(sender.fileno(), warn_on_full_buffer=False)

    def listen() -> None:
        while number := receiver.recv(1):
            if number[0] in (signal.SIGINT, signal.SIGTERM):
                _exit_if_unresponsive(number[0])

    threading.Thread(target=listen, name=f"{WATCHER_NAME} beside", daemon=True).start()


def _exit_if_unresponsive(number: int) -> None:
    """End the process if one call of a scene's code keeps running for UNRESPONSIVE seconds after the signal."""
    cancellation: Any = sys.modules.get("orbitdraw.runtime.cancellation")
    call, since = None, time.monotonic()
    while _can_unwind and cancellation is not None:
        current = cancellation.running_author_call(threading.main_thread())
        if current is None or current is not call:
            call, since = current, time.monotonic()
        elif time.monotonic() - since > UNRESPONSIVE:
            files: Any = sys.modules.get("orbitdraw.runtime.files")
            if files is not None:
                files.remove_drafts()
            _exit_now(number)
        time.sleep(RETRY)


def _resend(number: int) -> None:
    if hasattr(signal, "pthread_kill"):
        # To the main thread: its wait for a lock is not interrupted by a signal to another thread.
        signal.pthread_kill(threading.main_thread().ident or 0, number)
    else:
        signal.raise_signal(number)


def _exit_now(number: int) -> NoReturn:
    if number == signal.SIGINT:
        os.write(2, b"orbitdraw: interrupted\n")
    os._exit(128 + number)


def _report_unraisable(what: Any) -> None:
    """Report an unraisable exception as Python does, except for ours, which are raised again."""
    if what.exc_type is None or not issubclass(what.exc_type, Interrupted | Terminated):
        sys.__unraisablehook__(what)
