"""What is being drawn, written down as it happens, so that no crash takes more than the last second.

A journal is the drawing's file up to its events, in one line, and then a line for every event and every second. Lines
are handed to the operating system at once: a process that is killed at any moment leaves all of them but, at worst,
half of the last. What was taken back is a line too, and so are the futures that were left by acting in the past. A lock
beside the journal says that its program still runs.
"""

from __future__ import annotations

import errno
import os
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from orbitdraw.errors import DrawingError
from orbitdraw.record.drawing import MAX_BYTES, Drawing, Event
from orbitdraw.runtime.file_lock import LOCK, SUFFIX, HeldError, Hold, folder
from orbitdraw.runtime.files import whole_file
from orbitdraw.runtime.opening import contents

if TYPE_CHECKING:
    from orbitdraw.simulation.run import Run

SECOND = 60
"""Frames between two notes of how far the drawing has come, when nothing else happens."""

TAKEN_BACK = b"null"
"""The line that takes the last event back."""

LEFT, LATER = "left", "later"
"""Lines that say that a person left the drawing, and that it was offered and not taken up yet."""

MOST_TAKEN_BACK = 64
"""Events taken back line by line; more, and the journal is begun anew, which takes a few milliseconds."""

LOOKING = frozenset({"view", "watch", "style", "exposure"})
"""Values that change how a drawing is looked at. Who has only looked has drawn nothing that could be lost."""

Futures = list[list[Event]]


class Journal:
    """The journal of one run. `note` after every frame; `close` when the drawing is safe, `leave` when it is left.

    With `draft` it goes on with the journal that lies there, held by `hold`, which stays as it is until something is
    done. A formula that was `typed` is written down though nothing was done in it yet.
    """

    def __init__(
        self, home: Path | None = None, *, draft: Path | None = None, hold: Hold | None = None, typed: bool = False
    ) -> None:
        if draft is None:
            home = home if home is not None else folder()
            home.mkdir(parents=True, exist_ok=True)
            draft = _fresh(home)
        self.path = draft
        self.begun = draft.exists()
        """True when there is a file."""
        self._hold: Hold | None = hold
        self._typed = typed
        self._writing = False
        self._known: list[Event] = []
        self._futures: Futures = []
        self._undone: list[Event] = []
        self._edits = 0
        self.frame = 0
        """How far it has come, as far as it is written down."""

    def note(self, run: Run, last: bool = False) -> None:
        """Write down what has happened since the last note; at the `last` one, how far it has come too.

        What lies ahead of a run that went back in time is part of the drawing, and stays in the journal.
        """
        if not run.edits and not self._typed:
            return
        if not self._writing:
            self._begin(run)
            return
        lines: list[bytes] = []
        if len(run.edits) != self._edits:
            kept = shared(self._known, run.history)
            gone = len(self._known) - kept
            if gone > MOST_TAKEN_BACK:
                self._begin(run)
                return
            lines = [*self._others(run), *[TAKEN_BACK] * gone, *(event.line() for event in run.history[kept:])]
        elif len(run.branches) != len(self._futures):
            lines = self._others(run)  # saving lets go of the other futures
        if not lines and run.frame < self.frame + (1 if last else SECOND):
            return
        self.frame = max(self.frame, run.frame)
        self._append([*lines, msgspec.json.encode(self.frame)], run)
        self._know(run)

    def _know(self, run: Run) -> None:
        self._known, self._edits = list(run.history), len(run.edits)
        self._futures, self._undone = list(run.branches), list(run.undone)

    def _others(self, run: Run) -> list[bytes]:
        """A line with the futures that were left and what was undone, if they are not what they were.

        A future that is in the journal already is named by its place in the list before; another one by how many
        events it has in common with the present from the beginning, and those that follow. It mostly is the present
        that was, so that the line is short.
        """
        places = {id(future): place for place, future in enumerate(self._futures)}
        now = [places.get(id(future)) for future in run.branches]
        if now == list(range(len(self._futures))) and run.undone == self._undone:
            return []
        told = [
            place if place is not None else _told(future, self._known)
            for place, future in zip(now, run.branches, strict=True)
        ]
        return [msgspec.json.encode({"futures": told, "undone": run.undone})]

    def _begin(self, run: Run) -> None:
        if self._hold is None:
            self._take_hold()
        self._writing = False
        self.frame = max(self.frame, run.frame, run.history[-1].frame if run.history else 0)
        drawing = run.drawing()
        drawing.events, drawing.frames = list(run.history), self.frame
        self._known, self._futures, self._undone = drawing.events, [], []
        lines = [msgspec.json.encode(drawing.bytes().decode()), *self._others(run)]
        with whole_file(self.path) as draft:
            draft.write_bytes(b"".join(line + b"\n" for line in lines))
        self._know(run)
        self._writing = self.begun = True

    def _take_hold(self) -> None:
        """Hold it, also where it was put away before. Where somebody else goes on with that, this becomes another."""
        try:
            self._hold = Hold(self.path.with_suffix(LOCK))
        except HeldError:
            self.path, self.begun = _fresh(self.path.parent), False
            self._hold = Hold(self.path.with_suffix(LOCK))
        except OSError:
            self._hold = None  # files cannot be locked here: then only time says whether this program is gone

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
            self._writing = False
            raise
        finally:
            os.close(handle)

    def leave(self) -> None:
        """Leave it as a draft, to be gone on with another time."""
        with suppress(OSError):  # without the word it is one whose program is gone, and is offered as such
            os.utime(self.path)
            mark(self.path, LEFT)
        self.let_go()

    def put_away(self) -> None:
        """Leave it as a draft until somebody comes back to its run, unless that was done before: nothing is held, and
        nothing of the run is kept. The next note begins the journal anew."""
        if self._hold is not None or self._writing:
            self.leave()
        self._known, self._futures, self._undone = [], [], []

    def let_go(self) -> None:
        """Leave it to whoever looks for what was not saved."""
        if self._hold is not None:
            self._hold.let_go()
        self._writing, self._hold = False, None

    def close(self) -> None:
        """The drawing is saved or is none: there is nothing to bring back."""
        try:
            hold = self._hold or Hold(self.path.with_suffix(LOCK))
        except HeldError:
            return  # it was put away, and somebody else draws on in it
        except OSError:
            hold = None
        self.path.unlink(missing_ok=True)
        if hold is not None:
            hold.remove()
        self._writing, self._hold, self.begun = False, None, False


def _fresh(home: Path) -> Path:
    """A journal that is not there yet."""
    return home / f"{os.getpid()}-{time.time_ns()}{SUFFIX}"


def mark(path: Path, word: str) -> None:
    """Write one of the words LEFT and LATER below what is in a journal. It stays as old as it was."""
    written = path.stat()
    with path.open("rb+") as file:
        file.seek(-1, os.SEEK_END)
        half = file.read(1) != b"\n"  # its program was killed while it wrote
        file.write(b"\n" * half + msgspec.json.encode(word) + b"\n")
    os.utime(path, ns=(written.st_atime_ns, written.st_mtime_ns))


def drawn(run: Run, given: list[Event]) -> bool:
    """True when something was drawn since `given` was all that was on record: done by a hand, or set by it.

    Who turns sliders in a scene that shows its numbers itself is teaching.
    """
    known = {id(event) for event in given}
    new = [event for event in run.history if id(event) not in known]
    if len(run.history) - len(new) < len(given):
        return True
    others = (event for future in run.branches for event in future if id(event) not in known)
    hand, panels = run.motion.edits, run.motion.panels
    return any(event.name in hand or not (panels or event.name in LOOKING) for event in (*new, *others))


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


def _told(future: list[Event], known: list[Event]) -> list[Any]:
    same = shared(known, future)
    return [same, future[same:]]


@dataclass(frozen=True)
class Kept:
    """What a journal holds: a drawing with all that lies ahead, the futures that were left, and what was undone."""

    drawing: Drawing
    futures: Futures = field(default_factory=list)
    undone: list[Event] = field(default_factory=list)


def read(path: Path) -> Kept:
    """What is in a journal, up to the last whole line. Raises DrawingError when there is no drawing in it."""
    first, *rest = contents(path, MAX_BYTES, DrawingError).split(b"\n")
    try:
        drawing = Drawing.of_bytes(msgspec.json.decode(first, type=str).encode(), path.name)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise DrawingError(f"{path.name} is not a journal") from error
    events, frames, checked = list(drawing.events), drawing.frames, drawing.frames
    futures: Futures = []
    undone: list[Event] = []
    for line in rest:
        try:
            entry = msgspec.json.decode(line, type=Event | dict[str, Any] | int | str | None)
            if isinstance(entry, dict):
                others = msgspec.convert(entry, type=_Others)
                futures, undone = [_future(told, futures, events) for told in others.futures], others.undone
        except (msgspec.MsgspecError, IndexError, UnicodeError, RecursionError):
            break  # the last line of a program that was killed while it wrote
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
    for future in (*futures, sorted(undone, key=lambda event: event.frame)):
        Drawing(scene=drawing.scene, events=future)  # a file is not believed: it raises where numbers are no numbers
    whole = Drawing(
        scene=drawing.scene, seed=drawing.seed, frames=frames, values=drawing.values, events=events, checks=checks
    )
    return Kept(whole, futures, undone)


class _Others(msgspec.Struct):
    futures: list[int | tuple[int, list[Event]]]
    undone: list[Event]


def _future(told: int | tuple[int, list[Event]], before: Futures, events: list[Event]) -> list[Event]:
    if isinstance(told, int):
        return before[told]
    same, rest = told
    return [*events[:same], *rest]
