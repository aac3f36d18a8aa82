"""Long work in the worker's thread: can be interrupted at every step, and reports progress."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from orbitdraw.app.shell.messages import RedrawProgress

ESTIMATE_AFTER = 0.25
"""Seconds after which the total time can be estimated."""

MIN_DURATION = 0.9
"""Seconds that the whole must take for progress to be shown."""

REPORT_INTERVAL = 0.05
"""Seconds between two progress reports."""


class ProgressReporter:
    """Called at each step with the fraction done, 0 to 1; returns True to stop, and reports progress now and then."""

    def __init__(self, report: Callable[[Any], None], interrupted: Callable[[], bool]) -> None:
        self._report, self._interrupted = report, interrupted
        self._start_time = time.perf_counter()
        self._reported_at: float | None = None
        self._fraction = 0.0

    def __call__(self, fraction: float) -> bool:
        self._fraction = max(self._fraction, min(1.0, fraction))
        elapsed = time.perf_counter() - self._start_time
        is_first = self._reported_at is None and elapsed > ESTIMATE_AFTER and elapsed > MIN_DURATION * self._fraction
        if is_first or (self._reported_at is not None and elapsed > self._reported_at + REPORT_INTERVAL):
            self._reported_at = elapsed
            self._report(RedrawProgress(self._fraction))
        return self._interrupted()

    def finish(self) -> None:
        """End the progress reports, after completion or interruption."""
        if self._reported_at is not None:
            self._report(RedrawProgress(None))
