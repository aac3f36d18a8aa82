"""Atomic writing of files: a file appears complete or not at all."""

from __future__ import annotations

import errno
import os
import re
import stat
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from orbitdraw.errors import InputError, OrbitdrawError
from orbitdraw.runtime import lazy
from orbitdraw.runtime.file_lock import lock_handle, owner_may_run

if TYPE_CHECKING:
    import shutil
    import tempfile
else:
    shutil, tempfile = lazy.module("shutil"), lazy.module("tempfile")

DISK_FULL = (errno.ENOSPC, errno.EDQUOT)
NO_HARD_LINKS = (errno.EPERM, errno.EACCES, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK)
"""Errors of file systems without hard links, and of systems that forbid them."""

NextPath = Callable[[], Path]
"""Returns the next path to try when a file exists at the previous one and must stay."""


def free_path(folder: Path, name: str, suffix: str, taken: Collection[Path] = ()) -> Path:
    """The first path that does not exist and is not `taken`: name-001, name-002, ... The suffix "/" makes a folder.

    >>> free_path(Path(tempfile.mkdtemp()), "moth", ".png").name
    'moth-001.png'
    """
    number = 1
    while (path := folder / f"{name}-{number:03d}{suffix}").exists() or path in taken:
        number += 1
    return path


def numbered_path(path: Path, taken: Collection[Path] = ()) -> Path:
    """The next free numbered path for this file's or folder's name.

    >>> numbered_path(Path(tempfile.mkdtemp()) / "moth-007.png").name
    'moth-001.png'
    """
    return free_path(path.parent, re.sub(r"-\d{3}$", "", path.stem), path.suffix, taken)


def write_error(target: Path, error: OSError) -> str:
    """The error message for a file that could not be written, with the remedy.

    >>> write_error(Path("a.gif"), OSError(errno.ENOSPC, "No space left on device"))
    'a.gif could not be written, because the disk is full; nothing was changed: free space, or choose another folder'
    """
    if error.errno in DISK_FULL:
        remedy = "nothing was changed: free space, or choose another folder"
        return f"{target} could not be written, because the disk is full; {remedy}"
    return f"{target} could not be written: {error.strerror or error}; nothing was changed"


@contextmanager
def whole_file(path: str | os.PathLike[str], next_path: NextPath | None = None) -> Iterator[Path]:
    """Context with a draft path to write to; it becomes `path` only if the block ends without an error.

    An existing file at `path` is replaced; with `next_path` it stays, and the new file goes to the path that this
    returns.

    The draft lies beside the target, so that the last step is one rename on one file system, and it is synced first: a
    power cut leaves the old file or the new one. A symbolic link is followed. Raises InputError when the folder is
    missing or not writable, or when the target is not a regular file or is read-only; OrbitdrawError when the disk is
    full.

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
    if next_path is None:
        target = resolve_target(target)
    remove_stale_drafts(target.parent)
    name, handle = "", -1
    try:
        # Inside the `try`, so that an interruption after the creation of the draft always reaches the `finally`.
        try:
            handle, name = tempfile.mkstemp(
                prefix=draft_prefix(target), suffix=f".part{target.suffix}", dir=target.parent
            )
            _drafts.add(name)
        except OSError as error:
            raise create_error(target, error) from error
        if os.name == "nt":  # Windows cannot move an open file
            os.close(handle)
            handle = -1
        else:
            lock_handle(handle)
        draft = Path(name)
        yield draft
        with draft.open("rb+") as file:
            os.fsync(file.fileno())
        # mkstemp makes files that only their owner can read; give the file the permissions of any other new one.
        mask = os.umask(0)
        os.umask(mask)
        draft.chmod(0o666 & ~mask)
        _move_into_place(draft, target, next_path)
    except OSError as error:
        raise OrbitdrawError(write_error(target, error)) from error
    finally:
        if handle >= 0:
            os.close(handle)
        if name:
            Path(name).unlink(missing_ok=True)
            _drafts.discard(name)


_drafts: set[str] = set()
"""Paths of the unfinished drafts of this process."""


def remove_drafts() -> None:
    """Remove the unfinished drafts of this process, before it exits without unwinding."""
    for name in list(_drafts):
        with suppress(OSError):
            Path(name).unlink(missing_ok=True)


def draft_prefix(target: Path, process: int | None = None) -> str:
    """The prefix of a draft's file name, with the id of its process: two programs may write the same file.

    The id has at least seven digits, so that how long a name may be does not depend on it.

    >>> draft_prefix(Path("a/moth.png"), 7)
    '.moth.0000007-'
    """
    return f".{target.stem}.{os.getpid() if process is None else process:07d}-"


def is_folder(path: str | Path) -> bool:
    """True when the path is a folder; False also for a name that is too long or invalid."""
    try:
        return Path(path).is_dir()
    except (OSError, ValueError):
        return False


def is_file(path: str | Path) -> bool:
    """True when the path is a file; False also for a name that is too long or invalid."""
    try:
        return Path(path).is_file()
    except (OSError, ValueError):
        return False


def create_error(target: Path, error: OSError) -> InputError:
    """The error for a path at which no file can be created.

    >>> print(create_error(Path("a.png"), OSError(errno.ENAMETOOLONG, "File name too long")))
    a.png cannot be written, because its name is too long: choose a shorter name
    """
    if error.errno == errno.ENAMETOOLONG:
        name = target.name if len(target.name) <= 40 else f"{target.name[:30]}…{target.suffix[:9]}"
        return InputError(f"{name} cannot be written, because its name is too long: choose a shorter name")
    return InputError(f"cannot write in {target.parent}: {error.strerror}; choose another folder")


def resolve_target(target: Path) -> Path:
    """The file or folder that a path resolves to, existing or not.

    Raises InputError for anything else, such as a pipe, and for a read-only file, which a rename would replace.
    """
    try:
        resolved = target.resolve() if target.is_symlink() else target
        status = resolved.stat()
    except FileNotFoundError:
        return resolved
    except (OSError, RuntimeError) as error:
        if isinstance(error, RuntimeError) or error.errno == errno.ELOOP:
            raise InputError(f"{target} is a link to itself; choose another file") from error
        return target  # creating the draft reports the error
    if not (stat.S_ISREG(status.st_mode) or stat.S_ISDIR(status.st_mode)):
        raise InputError(f"{target} is a pipe or a device, not a file; choose another one")
    if not (status.st_mode & 0o222 and os.access(resolved, os.W_OK)):
        raise InputError(f"{target} is read-only; choose another name, or make it writable with chmod +w")
    return resolved


STALE_DRAFT = re.compile(r"\.(?P<name>.+)\.(?P<process>\d+)-\w{8}\.(?P<kind>part|old)(\.[^.]*)?")
"""Names of drafts, and of old folders moved aside while they are replaced, each with the id of its process."""


def remove_stale_drafts(folder: Path) -> None:
    """Remove the drafts of processes that ended, and restore the folders that they had moved aside."""
    try:
        matches = [match for match in map(STALE_DRAFT.fullmatch, os.listdir(folder)) if match is not None]  # noqa: PTH208
    except OSError:
        return
    for match in sorted(matches, key=lambda match: match["kind"]):  # "old" before "part"
        path = folder / match.string
        if owner_may_run(int(match["process"]), path):
            continue
        with suppress(OSError):
            if match["kind"] == "old" and not os.path.lexists(folder / match["name"]):
                path.rename(folder / match["name"])
            elif path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink()


def _move_into_place(draft: Path, target: Path, next_path: NextPath | None) -> None:
    """Move the draft to its target atomically, or to the first free path that `next_path` returns."""
    if next_path is None:
        draft.replace(target)
        return
    while True:
        try:
            _claim(draft, target)
        except FileExistsError:
            target = next_path()
        else:
            return


def _claim(draft: Path, target: Path) -> None:
    """Move the draft to a path that does not exist; FileExistsError if another program created it meanwhile."""
    if os.name == "nt":
        draft.rename(target)
        return
    try:
        target.hardlink_to(draft)
    except FileExistsError:
        raise
    except OSError as error:
        if error.errno not in NO_HARD_LINKS:
            raise
        if target.exists():
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST)) from None
        draft.replace(target)
    # After a hard link the draft's own name still exists; `whole_file` removes it.
