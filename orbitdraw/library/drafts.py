"""Drafts: unsaved drawings in the folder of journals. They can be found, continued and deleted."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from orbitdraw import library
from orbitdraw.errors import DrawingError, InputError
from orbitdraw.record.drawing import MAX_BYTES, MAX_FRAMES, SceneRef, check_scene
from orbitdraw.record.journal import LATER, LEFT, append_mark, read
from orbitdraw.runtime.file_lock import LOCK, FileLock, LockedError, folder, journals
from orbitdraw.runtime.files import free_path
from orbitdraw.runtime.opening import read_file

if TYPE_CHECKING:
    from orbitdraw.simulation.run import Run

MOST = 20
"""Most drafts that are kept; of more, the oldest are deleted."""

ABANDONED = 3.0
"""Seconds without a write after which a journal without a lock counts as left by a program that has ended."""

TAIL = 1 << 16
"""Bytes at the end of a journal that contain its last frame number: an event is shorter."""

Say = Callable[[str], object]
"""A function that shows a message to the user for a moment."""

PICTURE = ".png"
"""Suffix of the drawing's last picture, beside its journal."""


@dataclass(frozen=True)
class Draft:
    """An unsaved drawing of a session that ended or was killed, at `written` in seconds since 1970."""

    path: Path
    scene: SceneRef
    frames: int
    written: float
    left: bool = False
    """True if the user left the drawing regularly; False after a crash."""
    offered: bool = False
    """True after the draft was offered once at the start; from then on it is opened from the wall only."""
    file: str = ""
    """Path of the scene file, if the user opened one: the journal stores only its name."""

    @property
    def picture(self) -> Path:
        """Path of the draft's picture, which may not exist."""
        return self.path.with_suffix(PICTURE)

    def offer(self) -> None:
        """Mark the draft as offered, so that it is not offered again."""
        with suppress(OSError):  # another window has opened it meanwhile
            append_mark(self.path, LATER)

    def take_up(self) -> tuple[Run, int, FileLock | None]:
        """A run at frame 0 that replays the draft, its length in frames, and the lock on its journal.

        No code is run but the scene that the draft names, or the file that the user opened. Raises InputError if the
        draft cannot be continued.
        """
        try:
            hold: FileLock | None = FileLock(self.path.with_suffix(LOCK))
        except LockedError:
            raise InputError("this draft is open in another window") from None
        except OSError:
            hold = None
        try:
            run, frames = self.again()
        except BaseException:
            if hold is not None:
                hold.let_go()
            raise
        return run, frames, hold

    def again(self) -> tuple[Run, int]:
        """As `take_up`, for a journal that is locked already."""
        kept = read(self.path)
        scene = library.load_file(Path(self.file)) if self.file else None
        if scene is not None and scene.sha256 != self.scene.sha256:
            raise InputError(f"{self.scene.text} has changed since this draft was drawn in it")
        if scene is None and self.scene.kind == "file":
            raise InputError(f"this draft was drawn in {self.scene.text}; open that file to continue it")
        run = library.replay(kept.drawing, scene)
        with suppress(DrawingError):  # branches of another version; the drawing itself can be continued
            branches, undone = [*map(run.checked_events, kept.futures)], run.checked_events(kept.undone)
            run.history.branches, run.history.undone = branches, undone
        return run, kept.drawing.frames


def drafts(home: Path | None = None, say: Say = lambda sentence: None) -> list[Draft]:
    """All drafts whose program has ended, the newest first.

    Files in the folder that are not drafts are moved to `recovered`, and reported once through `say`.
    """
    home = home if home is not None else folder()
    found, odd = [], []
    try:
        paths = journals(home)
    except OSError as error:
        paths = []
        _say_once(say, home, f"Drafts cannot be listed in {home}: {error.strerror}")
    for path in paths:
        try:
            if _free(path):
                found.append(_told(path))
        except (DrawingError, OSError) as error:
            if os.path.lexists(path):  # else its window was closed just now
                odd.append((path, error))
    if odd:
        _leave_out(odd, say)
    return sorted(found, key=lambda draft: draft.written, reverse=True)


def _leave_out(odd: Sequence[tuple[Path, Exception]], say: Say) -> None:
    """Move files that are not drafts to `recovered`, if possible, and report it."""
    moved = [_put_aside(path) for path, _ in odd]
    path, error = odd[moved.index(False)] if False in moved else odd[0]
    others = f", and {len(odd) - 1} more" if len(odd) > 1 else ""
    where = "moved to the folder recovered" if all(moved) else "left where it is"
    why = str(error.strerror if isinstance(error, OSError) else error).replace(str(path), path.name)
    _say_once(say, path, f"Not a draft, {where}: {why if path.name in why else f'{path.name}: {why}'}{others}")


_told_of: set[Path] = set()


def _say_once(say: Say, path: Path, sentence: str) -> None:
    if path not in _told_of:
        _told_of.add(path)
        say("".join(letter if letter.isprintable() else "�" for letter in sentence))


def _free(path: Path) -> bool:
    lock = path.with_suffix(LOCK)
    if lock.exists():
        try:
            FileLock(lock).let_go()
        except LockedError:
            return False
        except OSError:
            pass
        else:
            return True
    # abs: the clock may have been wrong, and the time of the file in the future.
    return abs(time.time() - path.stat().st_mtime) > ABANDONED


class _Head(msgspec.Struct):
    scene: SceneRef
    frames: int


def _told(path: Path) -> Draft:
    """The draft that a journal describes. Only the first and last lines are decoded, for a fast start of the wall."""
    data = read_file(path, MAX_BYTES, DrawingError)
    end = data.find(b"\n")
    try:
        head = msgspec.json.decode(msgspec.json.decode(data[: max(end, 0)], type=str), type=_Head)
        check_scene(head.scene)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise DrawingError(f"{path.name} is not a journal") from error
    # Frame numbers increase from line to line.
    frames = [int(line) for line in _FRAMES.findall(data, max(end, len(data) - TAIL))]
    left, later = (b'\n"%s"\n' % word.encode() in data for word in (LEFT, LATER))
    return Draft(path, head.scene, min(max([head.frames, *frames]), MAX_FRAMES), path.stat().st_mtime, left, later)


_FRAMES = re.compile(rb"\n(\d{1,10})(?=\n)")


def _put_aside(path: Path) -> bool:
    """Move a file to `recovered`, where the user can look at it; False if it cannot be moved."""
    shelf = path.parent.parent / "recovered"
    try:
        shelf.mkdir(parents=True, exist_ok=True)
        target = shelf / path.name
        path.rename(free_path(shelf, path.stem, path.suffix) if os.path.lexists(target) else target)
    except OSError:
        return False
    with suppress(OSError):
        path.with_suffix(LOCK).unlink(missing_ok=True)
    return True


def throw_away(draft: Draft) -> Draft:
    """Move a draft to the folder of deleted drafts and return it with its new path, for `fetch_back`."""
    return _moved(draft, draft.path.parent / "thrown-away")


def fetch_back(draft: Draft) -> Draft:
    """Restore a deleted draft."""
    return _moved(draft, draft.path.parent.parent)


def _moved(draft: Draft, home: Path) -> Draft:
    home.mkdir(exist_ok=True)
    hold = FileLock(draft.path.with_suffix(LOCK))  # HeldError: it is being drawn on in another window
    path = home / draft.path.name
    try:
        if draft.picture.exists():
            draft.picture.replace(path.with_suffix(PICTURE))
        draft.path.replace(path)
        path.with_suffix(LOCK).touch()
    finally:
        hold.remove()
    return replace(draft, path=path)


def keep_newest(home: Path | None = None, most: int = MOST) -> int:
    """Delete the oldest drafts beyond `most`, also among those thrown away; return how many of the former."""
    home = home if home is not None else folder()
    gone = drafts(home)[most:]
    for draft in (*gone, *drafts(home / "thrown-away")[most:]):
        for path in (draft.path, draft.picture, draft.path.with_suffix(LOCK)):
            with suppress(OSError):  # something other than a file has that name
                path.unlink(missing_ok=True)
    return len(gone)
