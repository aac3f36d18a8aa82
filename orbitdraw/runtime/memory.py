"""Return unused memory to the system, and tune the garbage collector."""

from __future__ import annotations

import ctypes
import gc
import sys
from collections.abc import Callable


def release() -> None:
    """Collect garbage, and have the allocator return free memory to the system.

    glibc keeps freed memory for each thread that allocated it, some hundred megabytes after a scene was played for a
    minute. Allocators of other systems return it by themselves.

    >>> release()
    """
    global _postponed
    if _postponed:
        _postponed = False
        gc.unfreeze()
    gc.collect()
    if _trim is not None:
        _trim(0)


def freeze() -> None:
    """Exclude all present objects, mostly imported modules, from garbage collection, once per process.

    With Numba loaded a collection of them takes a sixth of a second.
    """
    global _frozen
    if not _frozen:  # later calls would freeze more than modules
        _frozen = True
        gc.freeze()


def postpone_collection() -> None:
    """Exclude all present objects, garbage too, from garbage collection until the next `release`.

    Compiling leaves some hundred thousand objects; a collection of them takes a third of a second, which must not come
    before the first picture.
    """
    global _postponed
    _postponed = True
    gc.freeze()


def _find_malloc_trim() -> Callable[[int], int] | None:
    if not sys.platform.startswith("linux"):
        return None
    try:
        trim = ctypes.CDLL(None).malloc_trim
    except (AttributeError, OSError):  # another C library than glibc
        return None
    return trim


_trim = _find_malloc_trim()
_frozen = False
_postponed = False
