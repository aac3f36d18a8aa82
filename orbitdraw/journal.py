"""What is being drawn, written down as it happens, so that no crash takes more than the last second.

A journal is the drawing's file up to its events, in one line, and then a line for every event and every second. Lines
are handed to the operating system at once: a process that is killed at any moment leaves all of them but, at worst,
half of the last. Nothing is rewritten unless something was taken back.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

import msgspec

from orbitdraw.drawing import Drawing, Event
from orbitdraw.errors import DrawingError
from orbitdraw.files import whole_file
from orbitdraw.run import Run

SECOND = 60
"""Frames between two notes of how far the drawing has come, when nothing else happens."""

ABANDONED = 3.0
"""Seconds after which a journal that nobody writes in belongs to a program that is gone."""

SUFFIX = ".journal"


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
        self._written = 0
        self._edits = 0
        self._frame = 0

    def note(self, run: Run) -> None:
        """Write down what has happened since the last note. Begins when a hand has done something."""
        if not run.edits or not run.history:
            return
        changed = run.edits[self._edits :] if run is self._run else run.edits
        if run is not self._run or any(frame < self._frame for frame in changed) or self._written > run.done:
            self._begin(run)
            return
        lines = [event.line() for event in run.history[self._written : run.done]]
        if not lines and run.frame < self._frame + SECOND:
            return
        lines.append(msgspec.json.encode(run.frame))
        self._append(lines)
        self._written, self._edits, self._frame = run.done, len(run.edits), run.frame

    def _begin(self, run: Run) -> None:
        drawing = run.drawing()
        with whole_file(self.path) as draft:
            head = msgspec.json.encode(drawing.bytes().decode())
            draft.write_bytes(head + b"\n")
        self._run, self._written, self._edits, self._frame = run, run.done, len(run.edits), run.frame

    def _append(self, lines: list[bytes]) -> None:
        # Opened anew every time, some fifty microseconds: then nothing is held, and a file that somebody else removed
        # does not go on in secret.
        with self.path.open("ab", buffering=0) as file:
            file.write(b"".join(line + b"\n" for line in lines))

    def close(self) -> None:
        """The drawing is saved or was let go on purpose: there is nothing to bring back."""
        self.path.unlink(missing_ok=True)
        self._run = None


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
    events, frames = list(drawing.events), drawing.frames
    for line in rest:
        try:
            entry = msgspec.json.decode(line, type=Event | int)
        except msgspec.DecodeError:
            break  # the last line of a program that was killed while it wrote
        if isinstance(entry, Event):
            events.append(entry)
            frames = max(frames, entry.frame)
        else:
            frames = max(frames, entry)
    checks = [(frame, digest) for frame, digest in drawing.checks if frame <= frames]
    return Drawing(
        scene=drawing.scene, seed=drawing.seed, frames=frames, values=drawing.values, events=events, checks=checks
    )


def abandoned(home: Path | None = None) -> list[Path]:
    """Journals whose program is gone, the newest first."""
    home = home if home is not None else folder()
    if not home.is_dir():
        return []
    now = time.time()
    found = [(path.stat().st_mtime, path) for path in home.glob(f"*{SUFFIX}")]
    return [path for written, path in sorted(found, reverse=True) if now - written > ABANDONED]


def bring_back(home: Path | None = None) -> list[Path]:
    """Save the drawings of abandoned journals as files of their own, in `recovered` beside the journals; their paths.

    A journal that holds no drawing is moved there as it is: nothing is thrown away that somebody may want to look at.
    """
    found = []
    for path in abandoned(home):
        shelf = path.parent.parent / "recovered"
        shelf.mkdir(parents=True, exist_ok=True)
        target = shelf / f"{time.strftime('%Y-%m-%d-%H%M%S', time.localtime(path.stat().st_mtime))}-{path.stem}.orbit"
        try:
            found.append(read(path).save(target))
            path.unlink()
        except DrawingError:
            path.replace(shelf / path.name)
    return found
