"""Autosave: journals of the drawings made in an open scene, written while it plays and kept as drafts afterwards."""

from __future__ import annotations

import threading
import time
import weakref
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orbitdraw import record
from orbitdraw.app.shell.messages import Notice
from orbitdraw.errors import OrbitdrawError
from orbitdraw.library.catalogue import title_from_name
from orbitdraw.runtime.files import write_error

if TYPE_CHECKING:
    from orbitdraw.record.drawing import Event
    from orbitdraw.record.journal import Journal
    from orbitdraw.runtime.file_lock import FileLock
    from orbitdraw.simulation.run import Run

RETRY_SECONDS = 10.0
"""Seconds until the next attempt after writing to the disk failed."""


@dataclass
class JournalEntry:
    """A run that was shown, the events it had when opened or last saved, and its journal once it has one."""

    run: weakref.ref[Run]
    known_events: list[Event]
    edit_count: int
    journal: Journal | None = None
    typed: bool = False
    """True for the scene of a typed formula: it counts as a drawing before anything is drawn in it."""
    trial: bool = False
    """True until the typed formula is accepted: the next typed formula replaces it."""


@dataclass(frozen=True)
class UnsavedDrawing:
    """An unsaved drawing that was left and is kept as a draft."""

    title: str
    frames: int
    path: Path


class Autosave:
    """Writes a journal of the run that is shown. A failing disk is reported once, and drawing continues.

    Every run has its own journal, so that restarting loses nothing. Only the journal of the run that is shown is
    locked; the journals of other runs lie on disk as drafts, and are locked again when undo returns to their run.
    """

    def __init__(self, report: Callable[[Any], None]) -> None:
        self._report = report
        self._entries: list[JournalEntry] = []
        self._shown_run: weakref.ref[Run] | None = None
        """The run that was last written."""
        self._failed_at = 0.0
        self._lock = threading.Lock()
        self._closed = False
        self.path: Path | None = None
        """The journal of the run that is shown; None while nothing has been drawn in it."""

    def _entry(self, run: Run) -> JournalEntry:
        for entry in reversed(self._entries):
            if entry.run() is run:
                return entry
        self._entries.append(JournalEntry(weakref.ref(run), [] if run.history.changes else list(run.history.events), 0))
        return self._entries[-1]

    def update(self, run: Run, last: bool = False) -> None:
        """Write what has happened since the last call; called after every picture. `last` also writes the frame."""
        if self._failed_at and time.monotonic() - self._failed_at < RETRY_SECONDS:
            return
        try:
            with self._lock:
                if not self._closed:
                    self._release_other_runs(run)
                    self._write(self._entry(run), run, last)
        except (OSError, OrbitdrawError) as error:
            if not self._failed_at:
                message = write_error(Path(error.filename or ""), error) if isinstance(error, OSError) else str(error)
                self._report(Notice(f"Autosave does not work: {message}", warning=True))
            self._failed_at = time.monotonic()
        else:
            if self._failed_at:
                self._report(Notice("Autosave works again"))
            self._failed_at = 0.0

    def _release_other_runs(self, run: Run) -> None:
        """Once another run is shown, release the journals of all others and drop the runs undo cannot reach."""
        if self._shown_run is not None and self._shown_run() is run:
            return
        self._shown_run = weakref.ref(run)
        for entry in self._entries:
            if entry.run() is not run and entry.journal is not None and entry.journal.exists:
                entry.journal.suspend()
        self._entries = [
            entry for entry in self._entries if entry.journal is not None or entry.typed or entry.run() is not None
        ]

    def _write(self, entry: JournalEntry, run: Run, last: bool) -> None:
        if entry.journal is None and (entry.typed or len(run.history.changes) != entry.edit_count):
            if entry.typed or _has_user_changes(run, entry):
                entry.journal = record.Journal(write_at_once=entry.typed)
            entry.edit_count = len(run.history.changes)
        if entry.journal is not None:
            entry.journal.note(run.history, run.frame, run.drawing, last)
        self.path = entry.journal.path if entry.journal is not None and entry.journal.exists else None

    def replace_run(self, run: Run, new_run: Run) -> None:
        """Replace a run by another that continues the same drawing."""
        with self._lock:
            for entry in self._entries:
                if entry.run() is run:
                    entry.run = weakref.ref(new_run)

    def mark_typed(self, run: Run | None) -> None:
        """Mark a run as that of a formula being typed; the one before is dropped if nothing was drawn in it."""
        with self._lock:
            for entry in self._entries:
                entry_run = entry.run()
                if entry.trial and entry_run is not run and not (entry_run is not None and entry_run.history.changes):
                    if entry.journal is not None:
                        entry.journal.close()
                    entry.journal, entry.typed, entry.trial = None, False, False
            if run is not None:
                entry = self._entry(run)
                entry.typed = entry.trial = True

    def keep_typed(self) -> None:
        """Keep the run of the typed formula, whatever is typed next."""
        with self._lock:
            for entry in self._entries:
                entry.trial = False

    def has_opened(self, draft: Path) -> bool:
        """True when this draft was opened in this session."""
        return any(entry.journal is not None and entry.journal.path == draft for entry in self._entries)

    def continue_draft(self, run: Run, draft: Path, lock: FileLock | None) -> None:
        """Continue the journal of a draft that was opened; it stays unchanged until something is drawn."""
        with self._lock:
            if self._closed:
                if lock is not None:
                    lock.release()
                return
            self._entries.append(JournalEntry(weakref.ref(run), [], 0, record.Journal(draft=draft, lock=lock)))
            self.path = draft

    def mark_saved(self, run: Run) -> None:
        """Record that all of the run is in a file: nothing needs to be kept until the next edit."""
        with self._lock:
            entry = self._entry(run)
            if entry.journal is not None:
                entry.journal.close()
                entry.journal.path.with_suffix(".png").unlink(missing_ok=True)
            entry.journal, entry.typed = None, False
            entry.known_events, entry.edit_count = list(run.history.events), len(run.history.changes)
            self.path = None

    def close(self) -> list[UnsavedDrawing]:
        """Close all journals when the scene is left; unsaved drawings are kept as drafts, the one shown comes last."""
        unsaved = []
        with self._lock:
            self._closed = True
            for entry in self._entries:
                journal, run = entry.journal, entry.run()
                if journal is None or not journal.exists:
                    continue
                if run is not None and run.history.changes and not _has_user_changes(run, entry):
                    journal.close()  # every edit was undone
                else:
                    journal.suspend()
                    title = "a drawing" if run is None else run.scene.title or title_from_name(run.scene.name)
                    unsaved.append(UnsavedDrawing(title, journal.frame, journal.path))
        return unsaved


def _has_user_changes(run: Run, entry: JournalEntry) -> bool:
    return record.has_user_changes(run.history, entry.known_events, run.motion.edits, run.motion.panels)
