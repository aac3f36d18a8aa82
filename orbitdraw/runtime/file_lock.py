"""File locks that the system releases when their program ends, and the folder of journals.

Separate from the journal module, so that a start without journals need not import it.
"""

from __future__ import annotations

import os
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from orbitdraw.errors import OrbitdrawError
from orbitdraw.runtime import lazy

if TYPE_CHECKING:
    import platformdirs
else:
    platformdirs = lazy.module("platformdirs")

if sys.platform == "win32":
    import msvcrt

    def _lock(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


SUFFIX, LOCK = ".journal", ".lock"
"""Suffixes of a journal, and of its lock file."""


_NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
"""Flags: do not follow symbolic links, and do not wait for a pipe."""


def folder() -> Path:
    """The folder of journals; the environment variable ORBITDRAW_JOURNALS overrides it."""
    chosen = os.environ.get("ORBITDRAW_JOURNALS")
    if chosen:
        return Path(chosen)
    return Path(platformdirs.user_data_dir("orbitdraw", appauthor=False)) / "journals"


def journals(home: Path) -> list[Path]:
    """The paths in a folder with the suffix of a journal, not opened; OSError where the folder cannot be read."""
    try:
        return [path for path in home.iterdir() if path.name.endswith(SUFFIX)]
    except FileNotFoundError:
        return []


def lock_handle(handle: int) -> None:
    """Lock an open file or folder for this program as long as it is open, where the file system has locks."""
    if sys.platform != "win32":  # Windows does not let an open file be removed
        with suppress(OSError):
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


UNLOCKED_GRACE = 60.0
"""Seconds after its creation in which a file may not be locked yet."""

DAY = 86_400.0


def owner_may_run(process: int, path: Path) -> bool:
    """True when the process that owns this file or folder may still run, here or on a machine that shares it."""
    try:
        age = time.time() - path.stat().st_mtime
        if sys.platform == "win32":  # Windows does not let an open file be removed
            return process == os.getpid() or age < DAY
        handle = os.open(path, os.O_RDONLY | _NO_FOLLOW)
    except OSError:
        return True
    try:
        _lock(handle)
    except (BlockingIOError, PermissionError):
        return True
    except OSError:  # files cannot be locked here
        return _is_running(process)
    finally:
        os.close(handle)
    return age < UNLOCKED_GRACE and _is_running(process)


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:
        pass
    return True


class LockedError(OrbitdrawError):
    """The file is locked by another program."""


class FileLock:
    """A lock file held by this program; the system unlocks it when the program ends, even if it is killed.

    Raises LockedError if another program holds it, OSError where files cannot be locked or the folder is not writable.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "a.lock"
    >>> first = FileLock(path)
    >>> FileLock(path)
    Traceback (most recent call last):
    orbitdraw.runtime.file_lock.LockedError: a.lock is locked by a running program
    >>> first.release()
    >>> FileLock(path).remove()
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._handle: int | None = os.open(path, os.O_RDWR | os.O_CREAT | _NO_FOLLOW, 0o666)
        try:
            _lock(self._handle)
        except OSError as error:
            self.release()
            if isinstance(error, (BlockingIOError, PermissionError)):
                raise LockedError(f"{path.name} is locked by a running program") from error
            raise

    def release(self) -> None:
        """Unlock the file without removing it."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None

    def remove(self) -> None:
        """Unlock and remove the file."""
        if os.name == "nt":
            self.release()  # Windows cannot remove an open file
        self.path.unlink(missing_ok=True)
        self.release()
