"""The standard streams, made fit for printing: none is closed, and every character can be written."""

from __future__ import annotations

import os
import sys
from contextlib import suppress


def prepare() -> None:
    """Open the closed ones onto nothing, and write what an encoding lacks as an escape such as \\u65e5.

    A closed stream leaves its number free: the next file that is opened would get it, and what is printed would end up
    in that file.
    """
    for number, name, mode in ((0, "stdin", "r"), (1, "stdout", "w"), (2, "stderr", "w")):
        try:
            os.fstat(number)
        except OSError:
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)  # gets the lowest free number, which is this one
        if getattr(sys, name) is None:
            setattr(sys, name, open(number, mode, encoding="utf-8", closefd=False))  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def let_go() -> None:
    """Give up what could not be printed, because the reader left or the disk is full: Python would try again at exit,
    and complain."""
    try:
        sys.stdout.flush()
    except OSError:
        with suppress(OSError, ValueError):  # in a test it is no file
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
