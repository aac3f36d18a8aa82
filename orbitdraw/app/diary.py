"""The journal of what is drawn in the window, and the drawings that an earlier window could not finish."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from orbitdraw.app.news import Notice
from orbitdraw.errors import OrbitdrawError

if TYPE_CHECKING:
    from orbitdraw.journal import Journal
    from orbitdraw.run import Run

TRY_AGAIN = 10.0
"""Seconds to the next try where the disk refused."""


class Diary:
    """Writes down what happens to the run that is shown. A disk that refuses is said once, and drawing goes on."""

    asked = False
    """True once this program has looked for drawings of programs that were killed."""

    def __init__(self, report: Callable[[Any], None]) -> None:
        self._report = report
        self._journal: Journal | None = None
        self._refused = 0.0
        self._lock = threading.Lock()
        self._closed = False

    def bring_back(self) -> None:
        """Once in a program: save what an earlier one was drawing when it was killed, and say where."""
        if Diary.asked:
            return
        Diary.asked = True
        from orbitdraw.journal import bring_back

        try:
            for path in bring_back():
                self._report(Notice(f"A drawing that was not saved is back: orbitdraw play {path}"))
        except (OSError, OrbitdrawError) as error:
            self._report(Notice(f"An unsaved drawing could not be brought back: {error}", warning=True))

    def note(self, run: Run) -> None:
        """After every picture: what has happened since the last."""
        if self._refused and time.monotonic() - self._refused < TRY_AGAIN:
            return
        from orbitdraw.journal import Journal

        try:
            with self._lock:
                if self._closed:
                    return
                if self._journal is None:
                    self._journal = Journal()
                self._journal.note(run)
        except (OSError, OrbitdrawError) as error:
            if not self._refused:
                self._report(Notice(f"The drawing is not written down as it happens: {error}", warning=True))
            self._refused = time.monotonic()
        else:
            if self._refused:
                self._report(Notice("The drawing is written down again"))
            self._refused = 0.0

    def close(self) -> None:
        """The scene was left on purpose: there is nothing to bring back."""
        with self._lock:
            self._closed = True
            if self._journal is not None:
                self._journal.close()
