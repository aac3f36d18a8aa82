"""Where journals lie, and what belongs to a program as long as it runs, and to nobody once it is gone.

Apart from the journals, because a start that finds none should not wait for what is needed to read one.
"""

from __future__ import annotations

import os
import sys
import time
from contextlib import suppress
from pathlib import Path

from orbitdraw.errors import OrbitdrawError

if sys.platform == "win32":
    import msvcrt

    def _lock(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


SUFFIX, LOCK = ".journal", ".lock"
"""Endings of a journal, and of the file beside it that its program holds."""


_ITSELF = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
"""Nothing that a link leads to is opened for writing, and no pipe waited for."""


def folder() -> Path:
    """Where journals lie; ORBITDRAW_JOURNALS names another folder."""
    chosen = os.environ.get("ORBITDRAW_JOURNALS")
    if chosen:
        return Path(chosen)
    import platformdirs

    return Path(platformdirs.user_data_dir("orbitdraw", appauthor=False)) / "journals"


def journals(home: Path) -> list[Path]:
    """What is called a journal in a folder, whatever it is; OSError where the folder cannot be read."""
    try:
        return [path for path in home.iterdir() if path.name.endswith(SUFFIX)]
    except FileNotFoundError:
        return []


def held(handle: int) -> None:
    """Say that an open file, or folder, belongs to this program, as long as it is open; where that can be said."""
    if sys.platform != "win32":  # there nobody can remove what is open
        with suppress(OSError):
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


FRESH = 60.0
"""Seconds in which a file may not be held yet by the program that made it."""

DAY = 86_400.0


def runs(process: int, path: Path) -> bool:
    """Whether the program that this file or folder belongs to may still run, here or on a machine that shares it."""
    try:
        age = time.time() - path.stat().st_mtime
        if sys.platform == "win32":  # there nobody can remove what is open
            return process == os.getpid() or age < DAY
        handle = os.open(path, os.O_RDONLY | _ITSELF)
    except OSError:
        return True
    try:
        _lock(handle)
    except (BlockingIOError, PermissionError):
        return True
    except OSError:  # files cannot be locked here
        return _is_there(process)
    finally:
        os.close(handle)
    return age < FRESH and _is_there(process)


def _is_there(process: int) -> bool:
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:
        pass
    return True


class HeldError(OrbitdrawError):
    """Another program holds it."""


class Hold:
    """A file locked by this program; the system unlocks it when the program ends, even if it is killed.

    Raises HeldError where another one holds it, OSError where files cannot be locked or the folder is closed.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "a.lock"
    >>> first = Hold(path)
    >>> Hold(path)
    Traceback (most recent call last):
    orbitdraw.runtime.file_lock.HeldError: a.lock is held by a program that runs
    >>> first.let_go()
    >>> Hold(path).remove()
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._handle: int | None = os.open(path, os.O_RDWR | os.O_CREAT | _ITSELF, 0o666)
        try:
            _lock(self._handle)
        except OSError as error:
            self.let_go()
            if isinstance(error, (BlockingIOError, PermissionError)):
                raise HeldError(f"{path.name} is held by a program that runs") from error
            raise

    def let_go(self) -> None:
        """Unlock it, and leave the file."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None

    def remove(self) -> None:
        """Unlock it, and leave nothing."""
        if os.name == "nt":
            self.let_go()  # what is open cannot be removed there
        self.path.unlink(missing_ok=True)
        self.let_go()
