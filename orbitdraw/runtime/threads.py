"""The thread pools for work on many particles, and thread priorities."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import lru_cache

from orbitdraw.errors import InputError

PARALLEL_THRESHOLD = 20_000
"""Number of particles above which several threads are faster than one."""


def count() -> int:
    """The number of threads to use: the environment variable ORBITDRAW_THREADS, else one for each processor.

    >>> count() >= 1
    True
    """
    setting = os.environ.get("ORBITDRAW_THREADS", "")
    if not setting:
        return os.cpu_count() or 1
    if not setting.isdigit() or int(setting) < 1:
        raise InputError(f"ORBITDRAW_THREADS must be a whole number from 1, not {setting!r}")
    return int(setting)


def niceness() -> int:
    """The niceness of the current thread; 0 where threads have none of their own.

    >>> niceness() >= -20
    True
    """
    if not sys.platform.startswith("linux"):
        return 0
    return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())


def lower_priority() -> None:
    """Lower the priority of the current thread and of all threads that it starts, where the system allows it."""
    if sys.platform.startswith("linux"):
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), BACKGROUND_NICENESS)


def lower_process_priority() -> None:
    """Lower the priority of this process. Call it before threads are started: on Linux niceness is per thread.

    Windows has no niceness: there the process is started with a lower priority, `typeset.CREATION_FLAGS`.
    """
    if hasattr(os, "nice"):
        os.nice(BACKGROUND_NICENESS)


BACKGROUND_NICENESS = 10
"""Niceness of background work that the user waits for: at 15 it would get a thirtieth of a busy core."""


@lru_cache(maxsize=4)
def _pool(workers: int, niceness: int) -> ThreadPoolExecutor:
    # Threads inherit the niceness of the one that starts them, so each niceness has a pool of its own.
    return ThreadPoolExecutor(workers, thread_name_prefix="orbitdraw")


@lru_cache(maxsize=4)
def _background_pool(niceness: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(1, thread_name_prefix="orbitdraw beside")


def run_in_background(work: Callable[[], object]) -> Future[object]:
    """Run `work` in one background thread, in which it may call `parallel_for`; calls are queued.

    >>> run_in_background(lambda: 1 + 1).result()
    2
    """
    return _background_pool(niceness()).submit(work)


def replace_pools() -> None:
    """Replace the pools, because work in them may never end and would block other work."""
    _pool.cache_clear()
    _background_pool.cache_clear()


def parallel_for(work: Callable[[int, int], None], total: int, grain: int = 1, least: int = PARALLEL_THRESHOLD) -> None:
    """Call work(start, stop) on parts of the range 0 .. total, in several threads if total is above `least`.

    The parts begin at multiples of `grain`; the calling thread takes the first. An error in any part is raised here.

    >>> parallel_for(lambda start, stop: print(start, stop), 10)
    0 10
    """
    workers = count() if total > least else 1
    if workers == 1:
        work(0, total)
        return
    size = -(-total // (workers * grain)) * grain
    ranges = [(start, min(start + size, total)) for start in range(0, total, size)]
    pool = _pool(workers, niceness())
    futures = [pool.submit(work, *part) for part in ranges[1:]]
    try:
        work(*ranges[0])
    finally:
        for future in futures:
            future.result()
