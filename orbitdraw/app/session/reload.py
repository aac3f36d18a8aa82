"""Hot reload: watch the file of the open scene; a saved file replaces the scene, and an error in it is reported."""

from __future__ import annotations

import hashlib
import math
import stat
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import orbitdraw.film
from orbitdraw import library, simulation
from orbitdraw.app.session.compiler import COMPILER
from orbitdraw.app.session.file_reader import FileReader
from orbitdraw.app.session.history import replace_drawing
from orbitdraw.app.session.open_drawing import OpenDrawing, inherit_settings, make_film
from orbitdraw.app.session.refresh import Refresh
from orbitdraw.app.session.session import Session
from orbitdraw.app.shell.messages import ErrorReport, Notice
from orbitdraw.errors import InputError, SceneError
from orbitdraw.runtime import python_parser
from orbitdraw.runtime.cancellation import raise_if_cancelled

if TYPE_CHECKING:
    from orbitdraw.simulation.run import Run

POLL_INTERVAL = 0.05
"""Seconds between two polls of the file, each a few microseconds: on average half of this delays a reload."""

RETRY_INTERVAL = 0.05
"""Seconds to the next poll of a file that has changed and cannot be played yet."""

WRITE_GRACE = 0.3
"""Seconds for which a file that cannot be played may still be in the course of being written."""

PRELOAD_AFTER = 20
"""Polls after which the first pictures are shown, and the compiler process may be started for the first reload."""

MISSING_GRACE = 1.0
"""Seconds for which a file may be missing: editors replace the old file by a new one."""

COMPILE_TIMEOUT = 1.5
"""Seconds of work in the second process, after which the file is read here: only here is its running line known."""

SLOW_AFTER = 2.0
"""Seconds of reading after which the user is shown that the saved file is being read."""

ENDLESS_AFTER = 10.0
"""Seconds of the file's own code after which it is taken for an endless loop and ended."""

END_TIMEOUT = 5.0
"""Seconds after the last poll during which unfinished readers are asked to end."""

FileStamp = tuple[int, int, int]


class FileWatcher(threading.Thread):
    """Looks at the file a few times a second and reads it when it has changed, all of it beside the frames.

    Only a file that was opened as a scene is watched, and only that file is ever read: a drawing names its scene and
    brings no file with it.
    """

    def __init__(self, session: Session, path: Path) -> None:
        super().__init__(name="orbitdraw watch", daemon=True)
        self.session = session
        self.path = path
        self.opened = session.what
        self._stopped = False
        self._wake = threading.Event()
        self._shown_stamp = self._seen_stamp = file_stamp(path)
        self._changed_at = 0.0
        self._missing_since: float | None = None
        self._shown_digest = file_digest(path)
        """Digest of the file's text that is shown."""
        self._reported_digest = ""
        """Digest of the text whose error is shown."""
        self._reader: FileReader | None = None
        self._reader_version: tuple[FileStamp, str] | None = None
        """Mark and digest of the text that is being read."""
        self._read_since = self._own_code_since = 0.0
        """Start of reading, and time since which every poll found the file's own code running."""
        self._slow_reported = False
        self._abandoned: list[FileReader] = []

    @classmethod
    def of(cls, session: Session) -> FileWatcher | None:
        """A watch over the file that was opened; None for anything but a scene's file."""
        if not isinstance(session.what, (str, Path)) or Path(session.what).suffix.lower() != ".py":
            return None
        watcher = cls(session, Path(session.what))
        watcher.start()
        return watcher

    def stop(self) -> None:
        """Stop watching."""
        self._stopped = True
        self._wake.set()

    def run(self) -> None:
        polls = 0
        while not self._stopped:
            self._wake.wait(POLL_INTERVAL if self._seen_stamp == self._shown_stamp else RETRY_INTERVAL)
            self._wake.clear()
            self._end_abandoned()
            # While a formula is shown instead, the file is not read.
            if self.session.what == self.opened and not self._stopped:
                self._poll()
            polls += 1
            if polls == PRELOAD_AFTER:
                # The compiler process takes a second or two to start, which would delay the first reload, and the
                # picture too if the work were done here. Afterwards it has read the file.
                threading.Thread(target=self._precompile, name="orbitdraw foundry", daemon=True).start()
        self._abandon_reader()
        end = time.monotonic() + END_TIMEOUT
        while self._abandoned and time.monotonic() < end:
            self._end_abandoned()
            time.sleep(RETRY_INTERVAL)
        self.session.worker.abandoned.extend(self._abandoned)

    def _poll(self) -> None:
        stamp, now = file_stamp(self.path), time.monotonic()
        if stamp is None:
            self._report_missing(now)
            return
        self._missing_since = None
        if stamp == self._shown_stamp:
            return
        if stamp != self._seen_stamp:
            self._seen_stamp, self._changed_at = stamp, now
            self._abandon_reader()  # the text being read is not the file's any more
        if self._reader is not None:
            self._check_reader(self._reader, now)
            return
        try:
            text = self.path.read_bytes()
        except OSError:
            return
        digest = hashlib.sha256(text).hexdigest()
        if digest == self._shown_digest:
            self._shown_stamp = stamp
            if self._reported_digest:
                self._reported_digest = ""
                self.session.submit(resume, self.session)
            return
        if now - self._changed_at < WRITE_GRACE and (not text.strip() or not _can_parse(text)):
            return
        self._reader_version, self._read_since, self._own_code_since, self._slow_reported = (
            (stamp, digest),
            now,
            now,
            False,
        )
        self._reader = FileReader(self.path, self._load_drawing, self._wake.set)

    def _check_reader(self, reader: FileReader, now: float) -> None:
        """Take over the result of a finished reader, or report that it takes long."""
        assert self._reader_version is not None
        stamp, digest = self._reader_version
        elapsed, name = now - self._read_since, self.path.name
        if not reader.done:
            line = reader.own_code_line()
            self._own_code_since = self._own_code_since if line else now
            if elapsed > SLOW_AFTER and not self._slow_reported:
                self._slow_reported = True
                self.session.report(Notice(f"{name} was saved and is {_progress_words(line)}"))
            if now - self._own_code_since > ENDLESS_AFTER:
                self._abandon_reader()
                self._report_error(stamp, digest, _endless_loop_error(self.path, line))
            return
        self._reader = None
        if reader.error is None:
            self._shown_stamp, self._shown_digest, self._reported_digest = stamp, digest, ""
            self.session.replace(self._show_drawing, reader.result)
        elif now - self._changed_at >= WRITE_GRACE:
            self._report_error(stamp, digest, reader.error)

    def _report_error(self, stamp: FileStamp, digest: str, error: BaseException) -> None:
        self._shown_stamp, self._reported_digest = stamp, digest
        self.session.replace(stop, self.session, self._error_report(error))

    def _end_abandoned(self) -> None:
        self._abandoned = [reader for reader in self._abandoned if not reader.cancel()]

    def _abandon_reader(self) -> None:
        """Give up the reader in progress."""
        if self._reader is not None:
            self._abandoned.append(self._reader)
            self._reader = None

    def _report_missing(self, now: float) -> None:
        """Handle a missing file: report once when it stays away."""
        if self._missing_since is None:
            self._missing_since = now
        elif now - self._missing_since >= MISSING_GRACE:
            self._missing_since = math.inf
            self.session.report(
                Notice(f"{self.path.name} was deleted or moved. Its scene keeps playing until the file is back")
            )

    def _precompile(self, timeout: float | None = None) -> None:
        """Compile all forces of the file in the second process; an error in it is raised again when it is read here."""
        with suppress(InputError):
            COMPILER.request("file", str(self.path), time_limit=timeout)

    def _load_drawing(self) -> tuple[OpenDrawing, list[str]]:
        """The scene now in the file, ready to be shown, and the names of the values that were set and are kept."""
        self._precompile(COMPILE_TIMEOUT)
        scene = library.load_file(self.path)
        session = self.session
        old_film = session.film
        if old_film is None:  # the file could not be played when it was opened
            film = orbitdraw.film.Film(
                simulation.Run(scene, session.seed or 0, **session.values), session.size, at_once=True
            )
            kept_names: list[str] = []
        else:
            new_scene, values = inherit_settings(old_film.run, scene)
            film = make_film(new_scene, old_film.run.seed, values, session.size)
            kept_names = [name for name in values if film.run.values[name] == values[name]]
        return OpenDrawing(film, scene, self.opened, session.values, session.params), kept_names

    def _error_report(self, error: BaseException) -> ErrorReport:
        located = ErrorReport.of(error, str(self.path))
        hint = "Fix the file and save it: it reloads by itself. Shift+N returns to the last working picture."
        return ErrorReport(
            located.message, located.path or str(self.path), located.line, "This file cannot be played", hint
        )

    def _show_drawing(self, loaded: tuple[OpenDrawing, list[str]]) -> None:
        drawing, kept_names = loaded
        if self.session.what != self.opened:
            self._shown_digest = ""  # a formula was opened meanwhile: read the file again after it
            self._shown_stamp = None
            return
        first = self.session.film is None
        replace_drawing(self.session, drawing)
        if not first:
            names = " and ".join([", ".join(kept_names[:-1]), kept_names[-1]] if len(kept_names) > 1 else kept_names)
            kept_words = (
                f" with {names} as set" if 0 < len(kept_names) <= 4 else " with your settings" if kept_names else ""
            )
            self.session.report(Notice(f"{self.path.name} was saved: restarted{kept_words}"))


def read_scene(session: Session, make: Callable[[], Run]) -> Run | None:
    """The run that `make` makes of the opened file, in the worker's thread; None when the session does not need it.

    A user's own file is read in a thread that can be left: it may never end, and other scenes must open.
    """
    watcher = session.file_watcher
    if watcher is None:
        return make()
    stamp = file_stamp(watcher.path)
    reader = FileReader(watcher.path, make, lambda: None)
    session.worker.awaited_thread = reader
    began = own_code_since = time.monotonic()
    slow_reported = False
    while True:
        reader.join(RETRY_INTERVAL)
        if reader.done:
            break
        raise_if_cancelled()
        now, line = time.monotonic(), reader.own_code_line()
        own_code_since = own_code_since if line else now
        saved = file_stamp(watcher.path) not in (None, stamp)  # the watch reads the present file
        if saved or session.closed or session.leaving or now - own_code_since > ENDLESS_AFTER:
            session.worker.awaited_thread = None
            session.worker.abandoned.append(reader)
            if now - own_code_since > ENDLESS_AFTER and not saved:
                raise _endless_loop_error(watcher.path, line)
            return None
        if now - began > SLOW_AFTER and not slow_reported:
            slow_reported = True
            session.report(Notice(f"{watcher.path.name} is {_progress_words(line)}"))
    session.worker.awaited_thread = None
    if reader.error is not None:
        raise reader.error
    run: Run = reader.result
    return run


def _progress_words(line: int) -> str:
    return f"still being read, at line {line} (an endless loop?)" if line else "being read …"


def _endless_loop_error(path: Path, line: int) -> SceneError:
    return SceneError(f"After {ENDLESS_AFTER:.0f} s this line was still running. An endless loop?", str(path), line)


def file_stamp(path: Path) -> FileStamp | None:
    """Time, size and inode of a file, which change when it is saved; None for none. A pipe would block for ever."""
    try:
        info = path.stat()
    except OSError:
        return None
    if not stat.S_ISREG(info.st_mode):
        return None
    return info.st_mtime_ns, info.st_size, info.st_ino


def file_digest(path: Path) -> str:
    """The file's SHA-256; empty where it cannot be read."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest() if file_stamp(path) is not None else ""
    except OSError:
        return ""


def _can_parse(text: bytes) -> bool:
    try:
        python_parser.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


# -- tasks in the worker's thread --------------------------------------------------------------------------------------


def stop(session: Session, trouble: ErrorReport) -> None:
    """Keep the last picture and report the error."""
    session.broken = True
    session.report(trouble)


def resume(session: Session) -> None:
    """Continue from where the picture stopped."""
    if session.film is not None and session.broken:
        session.broken = False
        session.refresh(Refresh.NOW)
