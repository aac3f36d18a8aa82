"""The one pool of threads, for work on many particles."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import lru_cache

from orbitdraw.errors import InputError

WORTH_IT = 20_000
"""Particles from which threads gain more than they cost; with fewer, one thread does it all."""


def count() -> int:
    """How many threads to use: ORBITDRAW_THREADS, else one for each processor.

    >>> count() >= 1
    True
    """
    asked = os.environ.get("ORBITDRAW_THREADS", "")
    if not asked:
        return os.cpu_count() or 1
    if not asked.isdigit() or int(asked) < 1:
        raise InputError(f"ORBITDRAW_THREADS must be a whole number from 1, not {asked!r}")
    return int(asked)


def patience() -> int:
    """The niceness of this thread; 0 where threads have none of their own.

    >>> patience() >= -20
    True
    """
    if not sys.platform.startswith("linux"):
        return 0
    return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())


def give_way() -> None:
    """Let every other thread go first, from now on and in all threads that this one starts, where that is possible."""
    if sys.platform.startswith("linux"):
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), GIVES_WAY)


def process_gives_way() -> None:
    """Let every other process go first, from now on; to be said before there are threads, which Linux asks one by one.

    Windows has no niceness: there the process is started with a lower priority, `typeset.QUIETLY`.
    """
    if hasattr(os, "nice"):
        os.nice(GIVES_WAY)


GIVES_WAY = 10
"""Niceness of what somebody waits for: at 15 it would get a thirtieth of a core that another program uses."""


@lru_cache(maxsize=4)
def _pool(workers: int, patience: int) -> ThreadPoolExecutor:
    # Threads are as patient as the one that started them: work that gives way has a pool of its own.
    return ThreadPoolExecutor(workers, thread_name_prefix="orbitdraw")


@lru_cache(maxsize=4)
def _other(patience: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(1, thread_name_prefix="orbitdraw beside")


def beside(work: Callable[[], object]) -> Future[object]:
    """Begin this in another thread, in which it may `share`; one such work waits for the other.

    >>> beside(lambda: 1 + 1).result()
    2
    """
    return _other(patience()).submit(work)


def renew() -> None:
    """Have new pools from now on: work in these may have no end, and other work would wait behind it."""
    _pool.cache_clear()
    _other.cache_clear()


def share(work: Callable[[int, int], None], total: int, grain: int = 1, least: int = WORTH_IT) -> None:
    """Call work(start, stop) so that 0 .. total is covered, in several threads when total is above `least`.

    Cuts fall on multiples of `grain`. The calling thread takes the first part. An error in any part is raised here.

    >>> share(lambda start, stop: print(start, stop), 10)
    0 10
    """
    workers = count() if total > least else 1
    if workers == 1:
        work(0, total)
        return
    size = -(-total // (workers * grain)) * grain
    cuts = [(start, min(start + size, total)) for start in range(0, total, size)]
    pool = _pool(workers, patience())
    waiting = [pool.submit(work, *cut) for cut in cuts[1:]]
    try:
        work(*cuts[0])
    finally:
        for future in waiting:
            future.result()
