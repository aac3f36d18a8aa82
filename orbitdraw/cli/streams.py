"""Repair of the standard streams: none is closed, and every character can be written."""

from __future__ import annotations

import os
import sys
from contextlib import suppress


def repair() -> None:
    """Open closed standard streams on the null device, and escape characters that an encoding lacks, as in \\u65e5.

    The number of a closed stream is free: the next file that is opened would get it, and printed text would end up in
    that file.
    """
    for number, name, mode in ((0, "stdin", "r"), (1, "stdout", "w"), (2, "stderr", "w")):
        try:
            os.fstat(number)
        except OSError:
            # open returns the lowest free number, which is this one.
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)
        if getattr(sys, name) is None:
            setattr(sys, name, open(number, mode, encoding="utf-8", closefd=False))  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def discard_output() -> None:
    """Discard output that could not be written, because the reader closed it or the disk is full: otherwise Python
    tries again at exit and reports an error."""
    try:
        sys.stdout.flush()
    except OSError:
        with suppress(OSError, ValueError):  # in a test stdout is not a file
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
