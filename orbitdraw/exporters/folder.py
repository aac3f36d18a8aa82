"""A folder of numbered PNGs, which appears whole or not at all."""

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
from orbitdraw.runtime.file_lock import held
from orbitdraw.runtime.files import Elsewhere, draft_prefix, is_folder, refused, replaceable, sweep, unwritten


def write_folder(pictures: Pictures, draft: Path, spec: Spec) -> list[str]:
    """One PNG a picture: 00001.png, 00002.png, ... The first and the last carry the drawing."""
    digits = max(5, len(str(spec.frames)))
    for number, picture in enumerate(pictures, 1):
        # A drawing with a thousand events is larger than many a frame; in two of them it is easy enough to find.
        carries = number in (1, spec.frames)
        one = spec if carries else replace(spec, drawing=lambda: None)
        write_png(iter([picture]), draft / f"{number:0{digits}d}.png", one)
    return []


@contextmanager
def whole_folder(path: Path, elsewhere: Elsewhere | None = None) -> Iterator[Path]:
    """A folder to write to; it becomes `path` only if the block ends without an error.

    A folder that is there already is replaced only if it holds nothing but numbered PNGs; with `elsewhere` it stays,
    and this one goes where that says. Raises InputError when it holds anything else or cannot be written,
    OrbitdrawError when the disk is full.
    """
    if elsewhere is None:
        path = replaceable(path)
    sweep(path.parent)
    if elsewhere is None:
        check_folder(path)
    name = ""
    handles: list[int] = []
    try:
        try:
            name = tempfile.mkdtemp(prefix=draft_prefix(path), suffix=".part", dir=path.parent)
            handles += _held(Path(name))
        except OSError as error:
            raise refused(path, error) from error
        draft = Path(name)
        yield draft
        for file in draft.iterdir():
            with file.open("rb+") as written:
                os.fsync(written.fileno())
        mask = os.umask(0)
        os.umask(mask)
        draft.chmod(0o777 & ~mask)
        while elsewhere is not None and path.exists():
            path = elsewhere()
        old = _moved(path, draft)
        if path.exists():
            handles += _held(path)
            path.replace(old)
        try:
            draft.replace(path)
        except OSError:
            if old.exists():
                old.replace(path)
            raise
    except OSError as error:
        raise OrbitdrawError(unwritten(path, error)) from error
    finally:
        for handle in handles:
            os.close(handle)
        if name:
            shutil.rmtree(name, ignore_errors=True)
            shutil.rmtree(_moved(path, Path(name)), ignore_errors=True)


def _held(path: Path) -> list[int]:
    """A folder, held as long as what this gives is open; what is open cannot be moved on Windows."""
    if os.name == "nt":
        return []
    handle = os.open(path, os.O_RDONLY)
    held(handle)
    return [handle]


def _moved(path: Path, draft: Path) -> Path:
    """Where the folder that was there lies until the new one is in its place; by its name it can be put back."""
    return draft.with_name(f".{path.name}.{os.getpid()}-{draft.stem.rpartition('-')[2]}.old")


def check_folder(path: Path) -> None:
    """Raise InputError if something at `path` would be lost."""
    if is_folder(path):
        others = [file.name for file in path.iterdir() if not re.fullmatch(r"\d+\.png", file.name)]
        if others:
            raise InputError(f"{path} holds other things ({others[0]}); choose an empty folder or a new one")
    elif os.path.lexists(path):
        raise InputError(f"{path} is a file, and numbered pictures need a folder")
