"""What is being drawn, written down as it happens, so that no crash takes more than the last second.

A journal is the drawing's file up to its events, in one line, and then a line for every event and every second. Lines
are handed to the operating system at once: a process that is killed at any moment leaves all of them but, at worst,
half of the last. What was taken back is a line too. A lock beside the journal says that its program still runs.
"""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec

from orbitdraw.drawing import Drawing, Event
from orbitdraw.errors import DrawingError
from orbitdraw.files import whole_file
from orbitdraw.hold import HeldError, Hold
from orbitdraw.run import Run

SECOND = 60
"""Frames between two notes of how far the drawing has come, when nothing else happens."""

ABANDONED = 3.0
"""Seconds after which a journal without a lock that nobody writes in belongs to a program that is gone."""

SUFFIX, LOCK = ".journal", ".lock"

TAKEN_BACK = b"null"
"""The line that takes the last event back."""

MOST_TAKEN_BACK = 64
"""Events taken back line by line; more, and the journal is begun anew, which takes a few milliseconds."""


def folder() -> Path:
    """Where journals lie; ORBITDRAW_JOURNALS names another folder."""
    chosen = os.environ.get("ORBITDRAW_JOURNALS")
    if chosen:
        return Path(chosen)
    import platformdirs

    return Path(platformdirs.user_data_dir("orbitdraw", appauthor=False)) / "journals"


class Journal:
    """The journal of one run at a time. `note` after every frame; `close` when the drawing is safe or let go."""

    def __init__(self, home: Path | None = None) -> None:
        home = home if home is not None else folder()
        home.mkdir(parents=True, exist_ok=True)
        self.path = home / f"{os.getpid()}-{time.time_ns()}{SUFFIX}"
        self._run: Run | None = None
        self._hold: Hold | None = None
        self._known: list[Event] = []
        self._edits = 0
        self._frame = 0

    def note(self, run: Run) -> None:
        """Write down what has happened since the last note. Begins when a hand has done something.

        What lies ahead of a run that went back in time is part of the drawing, and stays in the journal.
        """
        if not run.edits or not run.history:
            return
        if run is not self._run:
            self._begin(run)
            return
        lines: list[bytes] = []
        if len(run.edits) != self._edits:
            kept = shared(self._known, run.history)
            gone = len(self._known) - kept
            if gone > MOST_TAKEN_BACK:
                self._begin(run)
                return
            lines = [TAKEN_BACK] * gone + [event.line() for event in run.history[kept:]]
        if not lines and run.frame < self._frame + SECOND:
            return
        self._frame = max(self._frame, run.frame)
        self._append([*lines, msgspec.json.encode(self._frame)], run)
        self._known, self._edits = list(run.history), len(run.edits)

    def _begin(self, run: Run) -> None:
        if self._hold is None:
            try:
                self._hold = Hold(self.path.with_suffix(LOCK))
            except OSError:
                self._hold = None  # files cannot be locked here: then only time says whether this program is gone
        # Of another run, nobody knows how far it was played: at least to what was done last.
        furthest = self._frame if run is self._run else 0
        self._run, self._frame = None, max(furthest, run.frame, run.history[-1].frame)
        drawing = run.drawing()
        drawing.events, drawing.frames = list(run.history), self._frame
        with whole_file(self.path) as draft:
            head = msgspec.json.encode(drawing.bytes().decode())
            draft.write_bytes(head + b"\n")
        self._run, self._known, self._edits = run, list(run.history), len(run.edits)

    def _append(self, lines: list[bytes], run: Run) -> None:
        # Opened anew every time, some fifty microseconds: then nothing is held, and a file that somebody else removed
        # does not go on in secret.
        data = b"".join(line + b"\n" for line in lines)
        try:
            handle = os.open(self.path, os.O_WRONLY | os.O_APPEND | getattr(os, "O_BINARY", 0))
        except FileNotFoundError:
            self._begin(run)
            return
        try:
            # A disk that is nearly full takes a part: after half a line nothing could be read.
            if os.write(handle, data) < len(data):
                raise OSError(errno.ENOSPC, "No space left on device")
        except OSError:
            self._run = None
            raise
        finally:
            os.close(handle)

    def let_go(self) -> None:
        """Leave the journal to whoever looks for what was not saved."""
        if self._hold is not None:
            self._hold.let_go()
        self._run, self._hold = None, None

    def close(self) -> None:
        """The drawing is saved or was let go on purpose: there is nothing to bring back."""
        self.path.unlink(missing_ok=True)
        if self._hold is not None:
            self._hold.remove()
        self._run, self._hold = None, None


def shared(known: list[Event], history: list[Event]) -> int:
    """How many events the two have in common from the beginning.

    >>> a, b, c = (Event(frame, "mass", 1.0) for frame in (1, 2, 3))
    >>> shared([a, b], [a, b, c]), shared([a, b], [a, c]), shared([a, b, c], [])
    (2, 1, 0)
    """
    # Mostly something came at the end, or the last one was replaced; the comparison of lists is quick.
    for count in (len(known), len(known) - 1):
        if 0 <= count <= len(history) and history[:count] == known[:count]:
            return count
    return next((n for n, (a, b) in enumerate(zip(known, history, strict=False)) if a != b), len(history))


def read(path: Path) -> Drawing:
    """The drawing in a journal, up to the last whole line. Raises DrawingError when there is none."""
    try:
        first, *rest = path.read_bytes().split(b"\n")
    except OSError as error:
        raise DrawingError(f"{path.name} cannot be read: {error.strerror}") from error
    try:
        drawing = Drawing.of_bytes(msgspec.json.decode(first, type=str).encode(), path.name)
    except (msgspec.DecodeError, UnicodeError) as error:
        raise DrawingError(f"{path.name} is not a journal") from error
    events, frames, checked = list(drawing.events), drawing.frames, drawing.frames
    for line in rest:
        try:
            entry = msgspec.json.decode(line, type=Event | int | None)
        except msgspec.DecodeError:
            break  # the last line of a program that was killed while it wrote
        if entry is None:
            if not events:
                break
            checked = min(checked, events.pop().frame)
        elif isinstance(entry, Event):
            events.append(entry)
            frames, checked = max(frames, entry.frame), min(checked, entry.frame)
        else:
            frames = max(frames, entry)
    checks = [(frame, digest) for frame, digest in drawing.checks if frame <= checked]
    return Drawing(
        scene=drawing.scene, seed=drawing.seed, frames=frames, values=drawing.values, events=events, checks=checks
    )


def abandoned(home: Path | None = None) -> Iterator[tuple[Path, Hold | None]]:
    """Journals whose program is gone, the newest first, each held so that no other window takes it too."""
    home = home if home is not None else folder()
    if not home.is_dir():
        return
    found = []
    for path in home.glob(f"*{SUFFIX}"):
        try:
            found.append((path.stat().st_mtime, path))
        except FileNotFoundError:
            continue  # its window was closed just now
    for written, path in sorted(found, reverse=True):
        lock = path.with_suffix(LOCK)
        known = lock.exists()
        try:
            hold: Hold | None = Hold(lock) if known else None
        except HeldError:
            continue
        except OSError:
            hold, known = None, False
        if path.exists() and (known or time.time() - written > ABANDONED):
            yield path, hold
        if hold is not None:
            hold.remove()


def bring_back(home: Path | None = None) -> list[Path]:
    """Save the drawings of abandoned journals as files of their own, in `recovered` beside the journals; their paths.

    A journal that holds no drawing is moved there as it is: nothing is thrown away that somebody may want to look at.
    """
    found = []
    for path, _ in abandoned(home):
        shelf = path.parent.parent / "recovered"
        shelf.mkdir(parents=True, exist_ok=True)
        target = shelf / f"{time.strftime('%Y-%m-%d-%H%M%S', time.localtime(path.stat().st_mtime))}-{path.stem}.orbit"
        try:
            found.append(read(path).save(target))
            path.unlink()
        except DrawingError:
            path.replace(shelf / path.name)
    return found
