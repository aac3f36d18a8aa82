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
from orbitdraw.record.journal import CLEAN_EXIT, OFFERED, append_mark, read_journal
from orbitdraw.runtime.file_lock import LOCK, FileLock, LockedError, folder, journals
from orbitdraw.runtime.files import free_path
from orbitdraw.runtime.opening import read_file

if TYPE_CHECKING:
    from orbitdraw.simulation.run import Run

MAX_DRAFTS = 20
"""Most drafts that are kept; of more, the oldest are deleted."""

ABANDONED_AFTER = 3.0
"""Seconds without a write after which a journal without a lock counts as left by a program that has ended."""

TAIL = 1 << 16
"""Bytes at the end of a journal that contain its last frame number: an event is shorter."""

Report = Callable[[str], object]
"""A function that shows a message to the user for a moment."""

PICTURE = ".png"
"""Suffix of the drawing's last picture, beside its journal."""


@dataclass(frozen=True)
class Draft:
    """An unsaved drawing of a session that ended or was killed, at `modified` in seconds since 1970."""

    path: Path
    scene: SceneRef
    frames: int
    modified: float
    clean_exit: bool = False
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
            append_mark(self.path, OFFERED)

    def resume(self) -> tuple[Run, int, FileLock | None]:
        """A run at frame 0 that replays the draft, its length in frames, and the lock on its journal.

        No code is run but the scene that the draft names, or the file that the user opened. Raises InputError if the
        draft cannot be continued.
        """
        try:
            lock: FileLock | None = FileLock(self.path.with_suffix(LOCK))
        except LockedError:
            raise InputError("this draft is open in another window") from None
        except OSError:
            lock = None
        try:
            run, frames = self.replay()
        except BaseException:
            if lock is not None:
                lock.release()
            raise
        return run, frames, lock

    def replay(self) -> tuple[Run, int]:
        """As `resume`, for a journal that is locked already."""
        content = read_journal(self.path)
        scene = library.load_file(Path(self.file)) if self.file else None
        if scene is not None and scene.sha256 != self.scene.sha256:
            raise InputError(f"{self.scene.text} has changed since this draft was drawn in it")
        if scene is None and self.scene.kind == "file":
            raise InputError(f"this draft was drawn in {self.scene.text}; open that file to continue it")
        run = library.replay(content.drawing, scene)
        with suppress(DrawingError):  # branches of another version; the drawing itself can be continued
            branches, undone = [*map(run.check_events, content.branches)], run.check_events(content.undone)
            run.history.branches, run.history.undone = branches, undone
        return run, content.drawing.frames


def drafts(home: Path | None = None, report: Report = lambda sentence: None) -> list[Draft]:
    """All drafts whose program has ended, the newest first.

    Files in the folder that are not drafts are moved to `recovered`, and reported once through `report`.
    """
    home = home if home is not None else folder()
    found, unreadable = [], []
    try:
        paths = journals(home)
    except OSError as error:
        paths = []
        _report_once(report, home, f"Drafts cannot be listed in {home}: {error.strerror}")
    for path in paths:
        try:
            if _is_abandoned(path):
                found.append(_read_draft(path))
        except (DrawingError, OSError) as error:
            if os.path.lexists(path):  # else its window was closed just now
                unreadable.append((path, error))
    if unreadable:
        _move_unreadable(unreadable, report)
    return sorted(found, key=lambda draft: draft.modified, reverse=True)


def _move_unreadable(unreadable: Sequence[tuple[Path, Exception]], report: Report) -> None:
    """Move files that are not drafts to `recovered`, if possible, and report it."""
    moved = [_move_to_recovered(path) for path, _ in unreadable]
    path, error = unreadable[moved.index(False)] if False in moved else unreadable[0]
    and_more = f", and {len(unreadable) - 1} more" if len(unreadable) > 1 else ""
    outcome = "moved to the folder recovered" if all(moved) else "left where it is"
    reason = str(error.strerror if isinstance(error, OSError) else error).replace(str(path), path.name)
    _report_once(
        report, path, f"Not a draft, {outcome}: {reason if path.name in reason else f'{path.name}: {reason}'}{and_more}"
    )


_reported: set[Path] = set()


def _report_once(report: Report, path: Path, sentence: str) -> None:
    if path not in _reported:
        _reported.add(path)
        report("".join(letter if letter.isprintable() else "�" for letter in sentence))


def _is_abandoned(path: Path) -> bool:
    lock_path = path.with_suffix(LOCK)
    if lock_path.exists():
        try:
            FileLock(lock_path).release()
        except LockedError:
            return False
        except OSError:
            pass
        else:
            return True
    # abs: the clock may have been wrong, and the time of the file in the future.
    return abs(time.time() - path.stat().st_mtime) > ABANDONED_AFTER


class _Header(msgspec.Struct):
    scene: SceneRef
    frames: int


def _read_draft(path: Path) -> Draft:
    """The draft that a journal describes. Only the first and last lines are decoded, for a fast start of the wall."""
    data = read_file(path, MAX_BYTES, DrawingError)
    end = data.find(b"\n")
    try:
        header = msgspec.json.decode(msgspec.json.decode(data[: max(end, 0)], type=str), type=_Header)
        check_scene(header.scene)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise DrawingError(f"{path.name} is not a journal") from error
    # Frame numbers increase from line to line.
    frames = [int(line) for line in _FRAMES.findall(data, max(end, len(data) - TAIL))]
    clean_exit, offered = (b'\n"%s"\n' % word.encode() in data for word in (CLEAN_EXIT, OFFERED))
    return Draft(
        path, header.scene, min(max([header.frames, *frames]), MAX_FRAMES), path.stat().st_mtime, clean_exit, offered
    )


_FRAMES = re.compile(rb"\n(\d{1,10})(?=\n)")


def _move_to_recovered(path: Path) -> bool:
    """Move a file to `recovered`, where the user can look at it; False if it cannot be moved."""
    recovered = path.parent.parent / "recovered"
    try:
        recovered.mkdir(parents=True, exist_ok=True)
        target = recovered / path.name
        path.rename(free_path(recovered, path.stem, path.suffix) if os.path.lexists(target) else target)
    except OSError:
        return False
    with suppress(OSError):
        path.with_suffix(LOCK).unlink(missing_ok=True)
    return True


def delete_draft(draft: Draft) -> Draft:
    """Move a draft to the folder of deleted drafts and return it with its new path, for `restore_draft`."""
    return _move(draft, draft.path.parent / "thrown-away")


def restore_draft(draft: Draft) -> Draft:
    """Restore a deleted draft."""
    return _move(draft, draft.path.parent.parent)


def _move(draft: Draft, home: Path) -> Draft:
    home.mkdir(exist_ok=True)
    lock = FileLock(draft.path.with_suffix(LOCK))  # LockedError: it is being drawn on in another window
    path = home / draft.path.name
    try:
        if draft.picture.exists():
            draft.picture.replace(path.with_suffix(PICTURE))
        draft.path.replace(path)
        path.with_suffix(LOCK).touch()
    finally:
        lock.remove()
    return replace(draft, path=path)


def prune_drafts(home: Path | None = None, most: int = MAX_DRAFTS) -> int:
    """Delete the oldest drafts beyond `most`, also among those thrown away; return how many of the former."""
    home = home if home is not None else folder()
    removed = drafts(home)[most:]
    for draft in (*removed, *drafts(home / "thrown-away")[most:]):
        for path in (draft.path, draft.picture, draft.path.with_suffix(LOCK)):
            with suppress(OSError):  # something other than a file has that name
                path.unlink(missing_ok=True)
    return len(removed)
