"""Files that appear whole or not at all."""

from __future__ import annotations

import errno
import os
import re
import tempfile
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from orbitdraw.errors import InputError, OrbitdrawError

FULL = (errno.ENOSPC, errno.EDQUOT)
UNLINKED = (errno.EPERM, errno.EACCES, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK)
"""What file systems without hard links say, and systems that forbid them."""

Elsewhere = Callable[[], Path]
"""Gives the next place for a file where something lies at the one before, that stays."""


def free_path(folder: Path, name: str, suffix: str, taken: Collection[Path] = ()) -> Path:
    """A file that does not exist yet and is not `taken`: name-001, name-002, ... The suffix "/" makes a folder.

    >>> free_path(Path(tempfile.mkdtemp()), "moth", ".png").name
    'moth-001.png'
    """
    number = 1
    suffix = suffix.rstrip("/")
    while (path := folder / f"{name}-{number:03d}{suffix}").exists() or path in taken:
        number += 1
    return path


def numbered(path: Path, taken: Collection[Path] = ()) -> Path:
    """The next free number of this file's name, or this folder's.

    >>> numbered(Path(tempfile.mkdtemp()) / "moth-007.png").name
    'moth-001.png'
    """
    return free_path(path.parent, re.sub(r"-\d{3}$", "", path.stem), path.suffix, taken)


def unwritten(target: Path, error: OSError) -> str:
    """Why a file is not there, and what to do about it.

    >>> unwritten(Path("a.gif"), OSError(errno.ENOSPC, "No space left on device"))
    'a.gif could not be written, because the disk is full; nothing was changed: make room, or choose another folder'
    """
    if error.errno in FULL:
        way_out = "nothing was changed: make room, or choose another folder"
        return f"{target} could not be written, because the disk is full; {way_out}"
    return f"{target} could not be written: {error.strerror or error}; nothing was changed"


@contextmanager
def whole_file(path: str | os.PathLike[str], elsewhere: Elsewhere | None = None) -> Iterator[Path]:
    """A path to write to; it becomes `path` only if the block ends without an error.

    What lies at `path` by then is replaced; with `elsewhere` it stays, and the file goes where that says.

    The draft lies beside the target, so that the last step is one rename on one file system, and it is
    synced first: a power cut leaves the old file or the new one. Raises InputError when the folder is
    missing or closed to writing, OrbitdrawError when the disk is full.

    >>> import tempfile, pathlib
    >>> target = pathlib.Path(tempfile.mkdtemp()) / "a.txt"
    >>> with whole_file(target) as draft:
    ...     _ = draft.write_text("whole")
    >>> target.read_text()
    'whole'
    """
    target = Path(path)
    if target.is_dir():
        raise InputError(f"{target} is a folder; name a file in it")
    name = ""
    try:
        # Inside the `try`, so that no interruption falls between the making of the draft and the promise to remove it.
        try:
            handle, name = tempfile.mkstemp(
                prefix=draft_prefix(target), suffix=f".part{target.suffix}", dir=target.parent
            )
            os.close(handle)
            _drafts.add(name)
        except OSError as error:
            raise InputError(f"cannot write in {target.parent}: {error.strerror}; choose another folder") from error
        draft = Path(name)
        yield draft
        with draft.open("rb+") as written:
            os.fsync(written.fileno())
        # mkstemp makes files only their owner may read; a picture should be as readable as any other new file.
        mask = os.umask(0)
        os.umask(mask)
        draft.chmod(0o666 & ~mask)
        _put(draft, target, elsewhere)
    except OSError as error:
        raise OrbitdrawError(unwritten(target, error)) from error
    finally:
        if name:
            Path(name).unlink(missing_ok=True)
            _drafts.discard(name)


_drafts: set[str] = set()
"""Half files of this process."""


def remove_drafts() -> None:
    """Remove the half files, where there is no time for whoever writes them to do it."""
    for name in list(_drafts):
        with suppress(OSError):
            Path(name).unlink(missing_ok=True)


def draft_prefix(target: Path, process: int | None = None) -> str:
    """How the name of a half file begins, which says whose it is: two programs may be at the same file.

    >>> draft_prefix(Path("a/moth.png"), 7)
    '.moth.7-'
    """
    return f".{target.stem}.{os.getpid() if process is None else process}-"


def _put(draft: Path, target: Path, elsewhere: Elsewhere | None) -> None:
    """Move it into place, in one step."""
    if elsewhere is None:
        draft.replace(target)
        return
    while True:
        try:
            _claim(draft, target)
        except FileExistsError:
            target = elsewhere()
        else:
            return


def _claim(draft: Path, target: Path) -> None:
    """Move it to a place where nothing is; FileExistsError where another program was quicker."""
    if os.name == "nt":
        draft.rename(target)
        return
    try:
        target.hardlink_to(draft)
    except FileExistsError:
        raise
    except OSError as error:
        if error.errno not in UNLINKED:
            raise
        if target.exists():
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST)) from None
        draft.replace(target)
    # The draft's own name goes with the promise that no draft stays behind.
