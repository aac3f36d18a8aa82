"""Waiting in a test: for as long as something goes on, and never for a fixed time.

How long a thing takes depends on the machine, and on what else it is doing. How much work it is does not. So a wait
fails when nothing works any more, or when far more was worked than anything takes; a busy machine changes neither.
"""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

STILL = 60.0
"""Seconds in which neither another thread nor a process that was started has used a processor: nothing goes on. Longer
than anything that the program itself waits for."""

MOST = 200.0
"""Seconds of work, of all threads and processes together, after which a wait is given up as endless."""

LOOK = 0.5
"""Seconds between two looks at the work, which means to read about all processes."""


TOLD = Path("/proc/self/stat").exists()
"""Whether the system says what other processes do."""


class Work:
    """Sees whether this process, but for the thread that waits, and the processes that it started still work."""

    def __init__(self) -> None:
        self._first = self._last = self._sum()
        self._waiter = time.thread_time()
        self._moved = self._looked = time.monotonic()

    def check(self) -> None:
        """Raise AssertionError when there is nothing left to wait for."""
        now = time.monotonic()
        if now - self._looked < LOOK:
            return
        self._looked = now
        waiter = time.thread_time() - self._waiter
        done = self._sum()
        if abs(done - self._last) > 0.01:  # less where a process was left by its own
            self._last, self._moved = done, now
        assert now - self._moved < STILL, f"nothing goes on any more, for {STILL:.0f} s"
        assert done - self._first + waiter < MOST, f"it goes on after {MOST:.0f} s of work"

    def _sum(self) -> float:
        return time.process_time() - time.thread_time() + _of_children()


def _of_children() -> float:
    """Seconds of work of all processes below this one; where the system does not say, as many as went by."""
    ended = os.times()
    total = ended.children_user + ended.children_system
    if not TOLD:
        return total + time.monotonic()
    below: dict[int, list[tuple[int, int]]] = {}
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            try:
                fields = Path(entry.path, "stat").read_text().rpartition(")")[2].split()
            except OSError:  # it has ended meanwhile
                continue
            below.setdefault(int(fields[1]), []).append((int(entry.name), sum(map(int, fields[11:15]))))
    ticks, left = 0, [os.getpid()]
    while left:
        for number, used in below.get(left.pop(), ()):
            ticks += used
            left.append(number)
    return total + ticks / os.sysconf("SC_CLK_TCK")


def pause() -> None:
    """Let the others work for a moment."""
    time.sleep(0.001)


def until(happened: Callable[[], Any], between: Callable[[], object] = pause) -> Any:
    """Wait until something is so, and give what it is; `between` two looks this is done."""
    work = Work()
    while not (found := happened()):
        between()
        work.check()
    return found


class Gate:
    """Where a thread of the program stops for as long as the test wants; `reached` when one has come there."""

    def __init__(self, closed: bool = False) -> None:
        self.reached = threading.Event()
        self._open = threading.Event()
        if not closed:
            self._open.set()

    def __call__(self) -> None:
        """Pass through it, when it is open."""
        if not self._open.is_set():
            self.reached.set()
            until(self._open.is_set)

    def close(self) -> None:
        """Who comes now has to wait."""
        self.reached.clear()
        self._open.clear()

    def open(self) -> None:
        """Who waits goes on."""
        self._open.set()


def ended(process: subprocess.Popen[str]) -> subprocess.CompletedProcess[str]:
    """Wait until a process has ended, and give what it said."""
    work = Work()
    try:
        while True:
            try:
                out, err = process.communicate(timeout=LOOK)
            except subprocess.TimeoutExpired:
                work.check()
            else:
                return subprocess.CompletedProcess(process.args, process.returncode, out, err)
    except BaseException:
        process.kill()
        raise


def run(command: Sequence[str | Path], **options: Any) -> subprocess.CompletedProcess[str]:
    """Run a command and wait until it has ended; what it says is kept as text."""
    said = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, **options}
    with subprocess.Popen([str(part) for part in command], **said) as process:
        return ended(process)
