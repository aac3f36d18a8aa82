"""A bound on the memory of this process: a scene that takes more is told so, before the whole machine stands still."""

from __future__ import annotations

import sys
from pathlib import Path

PART = 0.8
"""Of the memory that is free at the beginning, on the machine or in the container."""

LEAST = 1 << 30
"""Bytes that are always left to it."""


def bound() -> int | None:
    """Have allocations beyond it fail, which is a MemoryError; gives the bound in bytes, or None where there is none.

    On Linux the bound is one of data (`RLIMIT_DATA`): address space that is only reserved does not count. Elsewhere
    there is no such bound; NumPy refuses there what the system refuses.
    """
    if not sys.platform.startswith("linux"):
        return None
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    try:
        wanted = max(LEAST, int(PART * memory()))
    except (OSError, ValueError, KeyError):  # nothing is told of memory here
        return None
    if resource.RLIM_INFINITY != soft <= wanted:
        return soft  # somebody bounds it already
    if resource.RLIM_INFINITY != hard < wanted:
        wanted = hard
    resource.setrlimit(resource.RLIMIT_DATA, (wanted, hard))
    return wanted


def memory() -> int:
    """Bytes of memory that are free by now."""
    told = dict(line.split(":") for line in Path("/proc/meminfo").read_text().splitlines())
    free = int(told["MemAvailable"].split()[0]) << 10
    for name in ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"):
        try:
            text = Path(name).read_text().strip()
        except OSError:
            continue
        if text.isdigit():
            free = min(free, int(text))
    return free
