"""Export to a folder of numbered PNGs, which appears complete or not at all."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from orbitdraw.errors import InputError, OrbitdrawError
from orbitdraw.exporters.png import write_png
from orbitdraw.exporters.spec import Pictures, Spec
from orbitdraw.runtime.file_lock import lock_handle
from orbitdraw.runtime.files import (
    NextPath,
    create_error,
    draft_prefix,
    is_folder,
    remove_stale_drafts,
    resolve_target,
    write_error,
)


def write_folder(pictures: Pictures, draft: Path, spec: Spec) -> list[str]:
    """Write one PNG for each picture: 00001.png, 00002.png, ... The first and the last embed the drawing."""
    digits = max(5, len(str(spec.frames)))
    for number, picture in enumerate(pictures, 1):
        # A drawing with a thousand events can be larger than a picture, so only two embed it.
        embeds = number in (1, spec.frames)
        picture_spec = spec if embeds else replace(spec, drawing=lambda: None)
        write_png(iter([picture]), draft / f"{number:0{digits}d}.png", picture_spec)
    return []


@contextmanager
def whole_folder(path: Path, next_path: NextPath | None = None) -> Iterator[Path]:
    """A folder to write to; it becomes `path` only if the block ends without an error.

    An existing folder is replaced only if it holds nothing but numbered PNGs; with `next_path` it is kept, and the new
    one goes to the path that `next_path()` returns. Raises InputError when the folder holds anything else or cannot be
    written, OrbitdrawError when the disk is full.
    """
    if next_path is None:
        path = resolve_target(path)
    remove_stale_drafts(path.parent)
    if next_path is None:
        check_folder(path)
    name = ""
    handles: list[int] = []
    try:
        try:
            name = tempfile.mkdtemp(prefix=draft_prefix(path), suffix=".part", dir=path.parent)
            handles += _lock_folder(Path(name))
        except OSError as error:
            raise create_error(path, error) from error
        draft = Path(name)
        yield draft
        for file in draft.iterdir():
            with file.open("rb+") as stream:
                os.fsync(stream.fileno())
        mask = os.umask(0)
        os.umask(mask)
        draft.chmod(0o777 & ~mask)
        while next_path is not None and path.exists():
            path = next_path()
        backup = _backup_path(path, draft)
        if path.exists():
            handles += _lock_folder(path)
            path.replace(backup)
        try:
            draft.replace(path)
        except OSError:
            if backup.exists():
                backup.replace(path)
            raise
    except OSError as error:
        raise OrbitdrawError(write_error(path, error)) from error
    finally:
        for handle in handles:
            os.close(handle)
        if name:
            shutil.rmtree(name, ignore_errors=True)
            shutil.rmtree(_backup_path(path, Path(name)), ignore_errors=True)


def _lock_folder(path: Path) -> list[int]:
    """Lock a folder; the lock lasts until the returned handles are closed. Windows cannot move open folders: none."""
    if os.name == "nt":
        return []
    handle = os.open(path, os.O_RDONLY)
    lock_handle(handle)
    return [handle]


def _backup_path(path: Path, draft: Path) -> Path:
    """Temporary path of the old folder until the new one is in place; `remove_stale_drafts` restores it by its name."""
    return draft.with_name(f".{path.name}.{os.getpid()}-{draft.stem.rpartition('-')[2]}.old")


def check_folder(path: Path) -> None:
    """Raise InputError if replacing `path` would destroy other files."""
    if is_folder(path):
        others = [file.name for file in path.iterdir() if not re.fullmatch(r"\d+\.png", file.name)]
        if others:
            raise InputError(f"{path} contains other files ({others[0]}); choose an empty folder or a new one")
    elif os.path.lexists(path):
        raise InputError(f"{path} is a file, and numbered pictures need a folder")
