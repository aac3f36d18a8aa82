"""The autosave journal of a run: an append-only file from which at most the last second is lost in a crash.

The first line is the whole drawing as JSON; then follows a line for every event and every second. Lines are handed to
the operating system at once: a process that is killed at any moment leaves all of them but, at worst, half of the last.
An undo is a line too, and so are the continuations that were left by a change in the past. A lock file beside the
journal shows that its program still runs.
"""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Callable, Container
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from orbitdraw.errors import DrawingError
from orbitdraw.record.drawing import MAX_BYTES, Drawing, Event
from orbitdraw.record.history import History
from orbitdraw.runtime.file_lock import LOCK, SUFFIX, FileLock, LockedError, folder
from orbitdraw.runtime.files import whole_file
from orbitdraw.runtime.opening import read_file

FRAMES_PER_LINE = 60
"""Frames between two lines with the frame number, when there are no events."""

UNDO_LINE = b"null"
"""The line that removes the last event (undo)."""

CLEAN_EXIT, OFFERED = "left", "later"
"""Lines that mark a drawing that the user left, and a draft that was offered and put off until later."""

MAX_UNDO_LINES = 64
"""Maximum number of undone events that are written line by line; for more the journal is rewritten, which takes a few
milliseconds."""

VIEW_VALUES = frozenset({"view", "watch", "style", "exposure"})
"""Values of the view only. A run in which only these changed holds no drawing that could be lost."""

Branches = list[list[Event]]


class Journal:
    """The journal of one run: `note` after every frame, `close` when the drawing is saved, `keep_draft` at the end.

    With `draft` it continues the existing journal at that path, locked by `lock`; the file is unchanged until the first
    event. With `write_at_once` (for a typed formula) the journal is written even before the first event.
    """

    def __init__(
        self,
        home: Path | None = None,
        *,
        draft: Path | None = None,
        lock: FileLock | None = None,
        write_at_once: bool = False,
    ) -> None:
        if draft is None:
            home = home if home is not None else folder()
            home.mkdir(parents=True, exist_ok=True)
            draft = _new_path(home)
        self.path = draft
        self.exists = draft.exists()
        """True when the file exists."""
        self._lock: FileLock | None = lock
        self._write_at_once = write_at_once
        self._writing = False
        self._written_events: list[Event] = []
        self._branches: Branches = []
        self._undone: list[Event] = []
        self._change_count = 0
        self.frame = 0
        """The last frame that is written in the journal."""

    def note(self, history: History, frame: int, drawing: Callable[[], Drawing], last: bool = False) -> None:
        """Append everything that happened since the previous call; at the `last` call, the frame number too.

        `frame` is that of the run. `drawing()` gives the drawing so far; it is called only where the journal begins.
        Events ahead of a run that was rewound are part of the drawing and stay in the journal.
        """
        if not history.changes and not self._write_at_once:
            return
        if not self._writing:
            self._begin(history, drawing())
            return
        lines: list[bytes] = []
        if len(history.changes) != self._change_count:
            shared = common_prefix(self._written_events, history.events)
            removed = len(self._written_events) - shared
            if removed > MAX_UNDO_LINES:
                self._begin(history, drawing())
                return
            lines = [
                *self._branch_lines(history),
                *[UNDO_LINE] * removed,
                *(event.line() for event in history.events[shared:]),
            ]
        elif len(history.branches) != len(self._branches):
            lines = self._branch_lines(history)  # saving discards the other continuations
        if not lines and frame < self.frame + (1 if last else FRAMES_PER_LINE):
            return
        self.frame = max(self.frame, frame)
        try:
            self._append([*lines, msgspec.json.encode(self.frame)])
        except FileNotFoundError:
            self._begin(history, drawing())
        else:
            self._remember(history)

    def _remember(self, history: History) -> None:
        self._written_events, self._change_count = list(history.events), len(history.changes)
        self._branches, self._undone = list(history.branches), list(history.undone)

    def _branch_lines(self, history: History) -> list[bytes]:
        """A line with the other continuations and the undone events, if they changed; else an empty list.

        A continuation that is in the journal already is written as its index in the previous list; a new one as the
        number of leading events that it shares with the history, followed by its remaining events. It mostly is the
        previous history itself, so the line is short.
        """
        indices = {id(branch): index for index, branch in enumerate(self._branches)}
        current = [indices.get(id(branch)) for branch in history.branches]
        if current == list(range(len(self._branches))) and history.undone == self._undone:
            return []
        encoded = [
            index if index is not None else _encode_branch(branch, self._written_events)
            for index, branch in zip(current, history.branches, strict=True)
        ]
        return [msgspec.json.encode({"futures": encoded, "undone": history.undone})]

    def _begin(self, history: History, drawing: Drawing) -> None:
        if self._lock is None:
            self._acquire_lock()
        self._writing = False
        self.frame = max(self.frame, drawing.frames, history.events[-1].frame if history.events else 0)
        drawing.events, drawing.frames = list(history.events), self.frame
        self._written_events, self._branches, self._undone = drawing.events, [], []
        lines = [msgspec.json.encode(drawing.bytes().decode()), *self._branch_lines(history)]
        with whole_file(self.path) as draft:
            draft.write_bytes(b"".join(line + b"\n" for line in lines))
        self._remember(history)
        self._writing = self.exists = True

    def _acquire_lock(self) -> None:
        """Lock the journal. If another program continues it meanwhile, switch to a new journal."""
        try:
            self._lock = FileLock(self.path.with_suffix(LOCK))
        except LockedError:
            self.path, self.exists = _new_path(self.path.parent), False
            self._lock = FileLock(self.path.with_suffix(LOCK))
        except OSError:
            self._lock = None  # files cannot be locked here: then only the file's age shows whether its program ended

    def _append(self, lines: list[bytes]) -> None:
        # Opened anew every time, some fifty microseconds: no handle stays open, and a file that was deleted meanwhile
        # is noticed and written again.
        data = b"".join(line + b"\n" for line in lines)
        handle = os.open(self.path, os.O_WRONLY | os.O_APPEND | getattr(os, "O_BINARY", 0))
        try:
            # A nearly full disk accepts a part of the data: no line after half a line could be read.
            if os.write(handle, data) < len(data):
                raise OSError(errno.ENOSPC, "No space left on device")
        except OSError:
            self._writing = False
            raise
        finally:
            os.close(handle)

    def keep_draft(self) -> None:
        """Keep the journal as a draft that can be continued later, and unlock it."""
        with suppress(OSError):  # without the mark it counts as a draft of a program that crashed
            os.utime(self.path)
            append_mark(self.path, CLEAN_EXIT)
        self.unlock()

    def suspend(self) -> None:
        """Keep the journal as a draft while its run is set aside, and free lock and memory.

        The next `note` rewrites the journal.
        """
        if self._lock is not None or self._writing:
            self.keep_draft()
        self._written_events, self._branches, self._undone = [], [], []

    def unlock(self) -> None:
        """Unlock the journal, so that any program can recover it."""
        if self._lock is not None:
            self._lock.release()
        self._writing, self._lock = False, None

    def close(self) -> None:
        """Delete the journal: the drawing is saved, or there is none."""
        try:
            lock = self._lock or FileLock(self.path.with_suffix(LOCK))
        except LockedError:
            return  # it was put away, and another program continues it
        except OSError:
            lock = None
        self.path.unlink(missing_ok=True)
        if lock is not None:
            lock.remove()
        self._writing, self._lock, self.exists = False, None, False


def _new_path(home: Path) -> Path:
    """The path of a new journal."""
    return home / f"{os.getpid()}-{time.time_ns()}{SUFFIX}"


def append_mark(path: Path, mark: str) -> None:
    """Append one of the marks CLEAN_EXIT and OFFERED to a journal, without changing its modification time."""
    status = path.stat()
    with path.open("rb+") as file:
        file.seek(-1, os.SEEK_END)
        is_cut_short = file.read(1) != b"\n"  # its program was killed while writing
        file.write(b"\n" * is_cut_short + msgspec.json.encode(mark) + b"\n")
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def has_user_changes(history: History, initial: list[Event], edits: Container[str], panels: bool) -> bool:
    """True when the user has drawn since the events `initial`: made an edit, or changed a value that shows in the ink.

    `edits` are the names of edits that are made by mouse or key. In a scene with `panels` of its own, slider changes do
    not count: there they are part of a lecture.
    """
    known = {id(event) for event in initial}
    new = [event for event in history.events if id(event) not in known]
    if len(history.events) - len(new) < len(initial):
        return True
    other_events = (event for branch in history.branches for event in branch if id(event) not in known)
    return any(event.name in edits or not (panels or event.name in VIEW_VALUES) for event in (*new, *other_events))


def common_prefix(known: list[Event], history: list[Event]) -> int:
    """The number of leading events that both lists have in common.

    >>> a, b, c = (Event(frame, "mass", 1.0) for frame in (1, 2, 3))
    >>> common_prefix([a, b], [a, b, c]), common_prefix([a, b], [a, c]), common_prefix([a, b, c], [])
    (2, 1, 0)
    """
    # Fast path: mostly events were appended, or the last one was replaced.
    for count in (len(known), len(known) - 1):
        if 0 <= count <= len(history) and history[:count] == known[:count]:
            return count
    return next((n for n, (a, b) in enumerate(zip(known, history, strict=False)) if a != b), len(history))


def _encode_branch(branch: list[Event], known: list[Event]) -> list[Any]:
    shared = common_prefix(known, branch)
    return [shared, branch[shared:]]


@dataclass(frozen=True)
class JournalContent:
    """The content of a journal: the drawing with all events ahead, the other branches, and the undone events."""

    drawing: Drawing
    branches: Branches = field(default_factory=list)
    undone: list[Event] = field(default_factory=list)


def read_journal(path: Path) -> JournalContent:
    """Read a journal up to its last complete line. Raises DrawingError when it holds no drawing."""
    first, *rest = read_file(path, MAX_BYTES, DrawingError).split(b"\n")
    try:
        drawing = Drawing.of_bytes(msgspec.json.decode(first, type=str).encode(), path.name)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise DrawingError(f"{path.name} is not a journal") from error
    events, frames, checked = list(drawing.events), drawing.frames, drawing.frames
    branches: Branches = []
    undone: list[Event] = []
    for line in rest:
        try:
            entry = msgspec.json.decode(line, type=Event | dict[str, Any] | int | str | None)
            if isinstance(entry, dict):
                others = msgspec.convert(entry, type=_BranchEntry)
                branches, undone = (
                    [_decode_branch(encoded, branches, events) for encoded in others.futures],
                    others.undone,
                )
        except (msgspec.MsgspecError, IndexError, UnicodeError, RecursionError):
            break  # an incomplete last line: the program was killed while writing
        if entry is None:
            if not events:
                break
            checked = min(checked, events.pop().frame)
        elif isinstance(entry, Event):
            events.append(entry)
            frames, checked = max(frames, entry.frame), min(checked, entry.frame)
        elif isinstance(entry, int):
            frames = max(frames, entry)
    checks = [(frame, digest) for frame, digest in drawing.checks if frame <= checked]
    for branch in (*branches, sorted(undone, key=lambda event: event.frame)):
        Drawing(scene=drawing.scene, events=branch)  # validates the events: raises for invalid ones
    whole = Drawing(
        scene=drawing.scene, seed=drawing.seed, frames=frames, values=drawing.values, events=events, checks=checks
    )
    return JournalContent(whole, branches, undone)


class _BranchEntry(msgspec.Struct):
    futures: list[int | tuple[int, list[Event]]]
    undone: list[Event]


def _decode_branch(encoded: int | tuple[int, list[Event]], previous: Branches, events: list[Event]) -> list[Event]:
    if isinstance(encoded, int):
        return previous[encoded]
    shared, rest = encoded
    return [*events[:shared], *rest]
