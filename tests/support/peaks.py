"""The memory that a piece of a program needs at its peak, in a process of its own."""

from __future__ import annotations

import sys

import waiting

BEGIN = """
import re, sys
from pathlib import Path

def peak():  # of this program alone: what getrusage says begins with the peak of the one that started it
    return int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) >> 10

"""

END = """
before = peak()
for path in sys.argv[1:]:
    try:
        print(work(path))
    except Exception as error:
        print(type(error).__name__, error)
print(peak() - before)
"""

KNOWN = sys.platform == "linux"
"""Only Linux tells the peak of one program."""


def peak_of(work: str, *paths: object) -> tuple[list[str], int]:
    """What `work`, the text of a function work(path), gives or raises for each path, and its peak in MiB beyond what it
    imports."""
    done = waiting.run([sys.executable, "-c", BEGIN + work + END, *map(str, paths)])
    assert done.returncode == 0, done.stderr
    *said, used = done.stdout.splitlines()
    return said, int(used)
