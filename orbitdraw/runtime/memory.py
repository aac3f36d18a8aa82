"""Memory that nobody needs any more, given back to the system."""

from __future__ import annotations

import ctypes
import gc
import sys
from collections.abc import Callable


def give_back() -> None:
    """Free what only refers to itself, and have the allocator return what is free.

    glibc keeps freed memory for each thread that allocated it, some hundred megabytes after a scene was played for a
    minute. Allocators of other systems return it by themselves.

    >>> give_back()
    """
    gc.collect()
    if _trim is not None:
        _trim(0)


def settle() -> None:
    """What there is now, imported modules above all, stays: it is no longer looked through for garbage, which with
    Numba loaded takes a sixth of a second."""
    global _settled
    if not _settled:  # later on there is more than modules
        _settled = True
        gc.freeze()


def _found() -> Callable[[int], int] | None:
    if not sys.platform.startswith("linux"):
        return None
    try:
        trim = ctypes.CDLL(None).malloc_trim
    except (AttributeError, OSError):  # another C library than glibc
        return None
    return trim


_trim = _found()
_settled = False
