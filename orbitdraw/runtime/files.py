"""Files that appear whole or not at all."""

from __future__ import annotations

import errno
import os
import re
import shutil
import stat
import tempfile
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from orbitdraw.errors import InputError, OrbitdrawError
from orbitdraw.runtime.file_lock import held, runs

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
    synced first: a power cut leaves the old file or the new one. Where a link lies, the file that it leads to
    is written. Raises InputError when the folder is missing or closed to writing, or when something lies there
    that is no file or must not be changed, OrbitdrawError when the disk is full.

    >>> import tempfile, pathlib
    >>> target = pathlib.Path(tempfile.mkdtemp()) / "a.txt"
    >>> with whole_file(target) as draft:
    ...     _ = draft.write_text("whole")
    >>> target.read_text()
    'whole'
    """
    target = Path(path)
    if is_folder(target):
        raise InputError(f"{target} is a folder; name a file in it")
    if elsewhere is None:
        target = replaceable(target)
    sweep(target.parent)
    name, handle = "", -1
    try:
        # Inside the `try`, so that no interruption falls between the making of the draft and the promise to remove it.
        try:
            handle, name = tempfile.mkstemp(
                prefix=draft_prefix(target), suffix=f".part{target.suffix}", dir=target.parent
            )
            _drafts.add(name)
        except OSError as error:
            raise refused(target, error) from error
        if os.name == "nt":  # what is open cannot be moved there
            os.close(handle)
            handle = -1
        else:
            held(handle)
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
        if handle >= 0:
            os.close(handle)
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


def is_folder(path: Path) -> bool:
    """Whether there is a folder; a name that is too long names none."""
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


def refused(target: Path, error: OSError) -> InputError:
    """Why nothing can be begun at a place.

    >>> print(refused(Path("a.png"), OSError(errno.ENAMETOOLONG, "File name too long")))
    a.png cannot be written, because its name is too long: choose a shorter name
    """
    if error.errno == errno.ENAMETOOLONG:
        shown = target.name if len(target.name) <= 40 else f"{target.name[:30]}…{target.suffix[:9]}"
        return InputError(f"{shown} cannot be written, because its name is too long: choose a shorter name")
    return InputError(f"cannot write in {target.parent}: {error.strerror}; choose another folder")


def replaceable(target: Path) -> Path:
    """The file or folder that a path leads to, which may lie there or not. Raises InputError for what is neither, as a
    pipe, and for what is closed to writing: nobody would expect that it is replaced."""
    try:
        end = target.resolve() if target.is_symlink() else target
        found = end.stat()
    except FileNotFoundError:
        return end
    except (OSError, RuntimeError) as error:
        if isinstance(error, RuntimeError) or error.errno == errno.ELOOP:
            raise InputError(f"{target} is a link that leads onto itself; name another file") from error
        return target  # what is wrong with it is said when it is begun
    if not (stat.S_ISREG(found.st_mode) or stat.S_ISDIR(found.st_mode)):
        raise InputError(f"{target} is a pipe or a device, and not a file; name another one")
    if not (found.st_mode & 0o222 and os.access(end, os.W_OK)):
        raise InputError(f"{target} is closed to writing; name another one, or open it with chmod +w")
    return end


LEFT_BEHIND = re.compile(r"\.(?P<name>.+)\.(?P<process>\d+)-\w{8}\.(?P<kind>part|old)(\.[^.]*)?")
"""Names of half files, and of folders that a new one is about to replace, each with the process whose it is."""


def sweep(folder: Path) -> None:
    """Remove the half files of processes that are gone, and put back the folders that they had moved out of the way."""
    try:
        names = [name for name in map(LEFT_BEHIND.fullmatch, os.listdir(folder)) if name is not None]  # noqa: PTH208
    except OSError:
        return
    for found in sorted(names, key=lambda found: found["kind"]):  # the old before the half
        path = folder / found.string
        if runs(int(found["process"]), path):
            continue
        with suppress(OSError):
            if found["kind"] == "old" and not os.path.lexists(folder / found["name"]):
                path.rename(folder / found["name"])
            elif path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink()


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
