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
from orbitdraw.app.session.compiler import FOUNDRY
from orbitdraw.app.session.file_reader import Reading
from orbitdraw.app.session.history import succeed
from orbitdraw.app.session.playing import Playing, beginning, film_of
from orbitdraw.app.session.refresh import Refresh
from orbitdraw.app.session.session import Session
from orbitdraw.app.shell.messages import Notice, Trouble
from orbitdraw.errors import InputError, SceneError
from orbitdraw.runtime import python_parser as syntax
from orbitdraw.runtime.cancellation import raise_if_cancelled

if TYPE_CHECKING:
    from orbitdraw.simulation.run import Run

LOOK_EVERY = 0.05
"""Seconds between two looks at the file, each a few microseconds: on average half of this delays a reload."""

LOOK_AGAIN = 0.05
"""Seconds to the next look at a file that has changed and cannot be played yet."""

HALF_WRITTEN = 0.3
"""Seconds for which a file that cannot be played may still be in the course of being written."""

READY_AFTER = 20
"""Looks after which the first pictures are shown, and the compiler process may be started for the first reload."""

GONE = 1.0
"""Seconds for which a file may be missing: editors replace the old file by a new one."""

BESIDE = 1.5
"""Seconds of work in the second process, after which the file is read here: only here is its running line known."""

SLOW = 2.0
"""Seconds of reading after which the user is shown that the saved file is being read."""

ENDLESS = 10.0
"""Seconds of the file's own code after which it is taken for an endless loop and ended."""

ENDING = 5.0
"""Seconds after the last look during which unfinished readings are asked to end."""

Mark = tuple[int, int, int]


class Watch(threading.Thread):
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
        self._mark = self._seen = mark_of(path)
        self._seen_at = 0.0
        self._gone_at: float | None = None
        self._digest = digest_of(path)
        """Digest of the file's text that is shown."""
        self._said = ""
        """Digest of the text whose error is shown."""
        self._reading: Reading | None = None
        self._reads: tuple[Mark, str] | None = None
        """Mark and digest of the text that is being read."""
        self._since = self._own_since = 0.0
        """Start of reading, and time since which every look found the file's own code running."""
        self._slow = False
        self._unwanted: list[Reading] = []

    @classmethod
    def of(cls, session: Session) -> Watch | None:
        """A watch over the file that was opened; None for anything but a scene's file."""
        if not isinstance(session.what, (str, Path)) or Path(session.what).suffix.lower() != ".py":
            return None
        watch = cls(session, Path(session.what))
        watch.start()
        return watch

    def stop(self) -> None:
        """Stop watching."""
        self._stopped = True
        self._wake.set()

    def run(self) -> None:
        looks = 0
        while not self._stopped:
            self._wake.wait(LOOK_EVERY if self._seen == self._mark else LOOK_AGAIN)
            self._wake.clear()
            self._end_unwanted()
            # While a formula is shown instead, the file is not read.
            if self.session.what == self.opened and not self._stopped:
                self._look()
            looks += 1
            if looks == READY_AFTER:
                # The compiler process takes a second or two to start, which would delay the first reload, and the
                # picture too if the work were done here. Afterwards it has read the file.
                threading.Thread(target=self._carried_out, name="orbitdraw foundry", daemon=True).start()
        self._give_up()
        end = time.monotonic() + ENDING
        while self._unwanted and time.monotonic() < end:
            self._end_unwanted()
            time.sleep(LOOK_AGAIN)
        self.session.worker.left.extend(self._unwanted)

    def _look(self) -> None:
        mark, now = mark_of(self.path), time.monotonic()
        if mark is None:
            self._miss(now)
            return
        self._gone_at = None
        if mark == self._mark:
            return
        if mark != self._seen:
            self._seen, self._seen_at = mark, now
            self._give_up()  # the text being read is not the file's any more
        if self._reading is not None:
            self._follow(self._reading, now)
            return
        try:
            text = self.path.read_bytes()
        except OSError:
            return
        digest = hashlib.sha256(text).hexdigest()
        if digest == self._digest:
            self._mark = mark
            if self._said:
                self._said = ""
                self.session.ask(mend, self.session)
            return
        if now - self._seen_at < HALF_WRITTEN and (not text.strip() or not _parses(text)):
            return
        self._reads, self._since, self._own_since, self._slow = (mark, digest), now, now, False
        self._reading = Reading(self.path, self._prepared, self._wake.set)

    def _follow(self, reading: Reading, now: float) -> None:
        """Take over a finished reading, or report that it takes long."""
        assert self._reads is not None
        mark, digest = self._reads
        took, name = now - self._since, self.path.name
        if not reading.done:
            line = reading.own_line()
            self._own_since = self._own_since if line else now
            if took > SLOW and not self._slow:
                self._slow = True
                self.session.report(Notice(f"{name} was saved and is {_slowly(line)}"))
            if now - self._own_since > ENDLESS:
                self._give_up()
                self._refuse(mark, digest, _endless(self.path, line))
            return
        self._reading = None
        if reading.error is None:
            self._mark, self._digest, self._said = mark, digest, ""
            self.session.replace(self._take_over, reading.made)
        elif now - self._seen_at >= HALF_WRITTEN:
            self._refuse(mark, digest, reading.error)

    def _refuse(self, mark: Mark, digest: str, error: BaseException) -> None:
        self._mark, self._said = mark, digest
        self.session.replace(stop, self.session, self._trouble(error))

    def _end_unwanted(self) -> None:
        self._unwanted = [reading for reading in self._unwanted if not reading.give_up()]

    def _give_up(self) -> None:
        """Give up the reading in progress."""
        if self._reading is not None:
            self._unwanted.append(self._reading)
            self._reading = None

    def _miss(self, now: float) -> None:
        """Handle a missing file: report once when it stays away."""
        if self._gone_at is None:
            self._gone_at = now
        elif now - self._gone_at >= GONE:
            self._gone_at = math.inf
            self.session.report(
                Notice(f"{self.path.name} was deleted or moved. Its scene keeps playing until the file is back")
            )

    def _carried_out(self, patience: float | None = None) -> None:
        """Compile all forces of the file in the second process; an error in it is raised again when it is read here."""
        with suppress(InputError):
            FOUNDRY.order("file", str(self.path), patience=patience)

    def _prepared(self) -> tuple[Playing, list[str]]:
        """The scene now in the file, ready to be shown, and the names of the values that were set and are kept."""
        self._carried_out(BESIDE)
        scene = library.load_file(self.path)
        session = self.session
        before = session.film
        if before is None:  # the file could not be played when it was opened
            film = orbitdraw.film.Film(
                simulation.Run(scene, session.seed or 0, **session.values), session.size, at_once=True
            )
            stays: list[str] = []
        else:
            chosen, values = beginning(before.run, scene)
            film = film_of(chosen, before.run.seed, values, session.size)
            stays = [name for name in values if film.run.values[name] == values[name]]
        return Playing(film, scene, self.opened, session.values, session.params), stays

    def _trouble(self, error: BaseException) -> Trouble:
        found = Trouble.of(error, str(self.path))
        hint = "Fix the file and save it: it reloads by itself. Shift+N returns to the last working picture."
        return Trouble(found.message, found.path or str(self.path), found.line, "This file cannot be played", hint)

    def _take_over(self, prepared: tuple[Playing, list[str]]) -> None:
        playing, stays = prepared
        if self.session.what != self.opened:
            self._digest = ""  # a formula was opened meanwhile: read the file again after it
            self._mark = None
            return
        first = self.session.film is None
        succeed(self.session, playing)
        if not first:
            named = " and ".join([", ".join(stays[:-1]), stays[-1]] if len(stays) > 1 else stays)
            stay = f" with {named} as set" if 0 < len(stays) <= 4 else " with your settings" if stays else ""
            self.session.report(Notice(f"{self.path.name} was saved: restarted{stay}"))


def first_reading(session: Session, make: Callable[[], Run]) -> Run | None:
    """The run that `make` makes of the opened file, in the worker's thread; None when the session does not need it.

    A user's own file is read in a thread that can be left: it may never end, and other scenes must open.
    """
    watch = session.watch
    if watch is None:
        return make()
    mark = mark_of(watch.path)
    reading = Reading(watch.path, make, lambda: None)
    session.worker.waits_for = reading
    began = own = time.monotonic()
    said = False
    while True:
        reading.join(LOOK_AGAIN)
        if reading.done:
            break
        raise_if_cancelled()
        now, line = time.monotonic(), reading.own_line()
        own = own if line else now
        saved = mark_of(watch.path) not in (None, mark)  # the watch reads the present file
        if saved or session.closed or session.leaving or now - own > ENDLESS:
            session.worker.waits_for = None
            session.worker.left.append(reading)
            if now - own > ENDLESS and not saved:
                raise _endless(watch.path, line)
            return None
        if now - began > SLOW and not said:
            said = True
            session.report(Notice(f"{watch.path.name} is {_slowly(line)}"))
    session.worker.waits_for = None
    if reading.error is not None:
        raise reading.error
    made: Run = reading.made
    return made


def _slowly(line: int) -> str:
    return f"still being read, at line {line} (an endless loop?)" if line else "being read …"


def _endless(path: Path, line: int) -> SceneError:
    return SceneError(f"After {ENDLESS:.0f} s this line was still running. An endless loop?", str(path), line)


def mark_of(path: Path) -> Mark | None:
    """Time, size and inode of a file, which change when it is saved; None for none. A pipe would block for ever."""
    try:
        found = path.stat()
    except OSError:
        return None
    if not stat.S_ISREG(found.st_mode):
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def digest_of(path: Path) -> str:
    """The file's SHA-256; empty where it cannot be read."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest() if mark_of(path) is not None else ""
    except OSError:
        return ""


def _parses(text: bytes) -> bool:
    try:
        syntax.module(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


# -- tasks in the worker's thread --------------------------------------------------------------------------------------


def stop(session: Session, trouble: Trouble) -> None:
    """Keep the last picture and report the error."""
    session.broken = True
    session.report(trouble)


def mend(session: Session) -> None:
    """Continue from where the picture stopped."""
    if session.film is not None and session.broken:
        session.broken = False
        session.refresh(Refresh.NOW)
