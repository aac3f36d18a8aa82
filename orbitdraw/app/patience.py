"""Long work in the worker's thread: it can be interrupted at every step, and says how far it is."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from orbitdraw.app.news import Notice

LONG = 0.7
"""Seconds between two words on how far it is."""


class Patience:
    """Asked before each of `steps` steps whether to stop; says now and then what part is done."""

    def __init__(self, what: str, steps: int, report: Callable[[Any], None], interrupted: Callable[[], bool]) -> None:
        self._what, self._steps = what, max(1, steps)
        self._report, self._interrupted = report, interrupted
        self._began, self._said, self._done = time.perf_counter(), 0, 0

    def __call__(self) -> bool:
        self._done += 1
        if time.perf_counter() - self._began > LONG * (self._said + 1):
            self._said += 1
            self._report(Notice(f"{self._what}: {min(1.0, self._done / self._steps):.0%}"))
        return self._interrupted()
