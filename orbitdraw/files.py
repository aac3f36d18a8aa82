"""Files that appear whole or not at all."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from orbitdraw.errors import InputError, OrbitdrawError

FULL = (errno.ENOSPC, errno.EDQUOT)


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
def whole_file(path: str | os.PathLike[str]) -> Iterator[Path]:
    """A path to write to; it becomes `path` only if the block ends without an error.

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
                prefix=f".{target.stem}.", suffix=f".part{target.suffix}", dir=target.parent
            )
            os.close(handle)
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
        draft.replace(target)
    except OSError as error:
        raise OrbitdrawError(unwritten(target, error)) from error
    finally:
        if name:
            Path(name).unlink(missing_ok=True)
