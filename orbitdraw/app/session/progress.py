"""Long work in the worker's thread: can be interrupted at every step, and reports progress."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from orbitdraw.app.shell.messages import Redrawing

EARLY = 0.25
"""Seconds after which the total time can be estimated."""

LONG = 0.9
"""Seconds that the whole must take for progress to be shown."""

EVERY = 0.05
"""Seconds between two progress reports."""


class Patience:
    """Called at each step with the fraction done, 0 to 1; returns True to stop, and reports progress now and then."""

    def __init__(self, report: Callable[[Any], None], interrupted: Callable[[], bool]) -> None:
        self._report, self._interrupted = report, interrupted
        self._began = time.perf_counter()
        self._said: float | None = None
        self._far = 0.0

    def __call__(self, part: float) -> bool:
        self._far = max(self._far, min(1.0, part))
        past = time.perf_counter() - self._began
        first = self._said is None and past > EARLY and past > LONG * self._far
        if first or (self._said is not None and past > self._said + EVERY):
            self._said = past
            self._report(Redrawing(self._far))
        return self._interrupted()

    def over(self) -> None:
        """End the progress reports, after completion or interruption."""
        if self._said is not None:
            self._report(Redrawing(None))
