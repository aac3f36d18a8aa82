"""A memory limit for this process: a scene that exceeds it gets a MemoryError, before the machine starts to swap."""

from __future__ import annotations

import sys
from pathlib import Path

if sys.platform.startswith("linux"):
    import resource

FRACTION = 0.8
"""Limit as a fraction of the memory that is free at the start, on the machine or in the container."""

MIN_LIMIT = 1 << 30
"""Smallest limit, in bytes."""


def set_limit() -> int | None:
    """Set the limit, beyond which allocations raise MemoryError; return it in bytes, or None where there is none.

    On Linux it is a limit of data (`RLIMIT_DATA`): address space that is only reserved does not count. Other systems
    have no such limit; NumPy raises MemoryError there when an allocation fails.
    """
    if not sys.platform.startswith("linux"):
        return None
    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    try:
        limit = max(MIN_LIMIT, int(FRACTION * available_memory()))
    except (OSError, ValueError, KeyError):  # no information about memory here
        return None
    if resource.RLIM_INFINITY != soft <= limit:
        return soft  # a lower limit is set already
    if resource.RLIM_INFINITY != hard < limit:
        limit = hard
    resource.setrlimit(resource.RLIMIT_DATA, (limit, hard))
    return limit


def available_memory() -> int:
    """Available memory in bytes: of the machine, or the container's limit if that is lower."""
    fields = dict(line.split(":") for line in Path("/proc/meminfo").read_text().splitlines())
    free = int(fields["MemAvailable"].split()[0]) << 10
    for name in ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"):
        try:
            text = Path(name).read_text().strip()
        except OSError:
            continue
        if text.isdigit():
            free = min(free, int(text))
    return free
