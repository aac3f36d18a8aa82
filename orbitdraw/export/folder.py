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
from orbitdraw.export.spec import Pictures, Spec
from orbitdraw.export.still import write_png
from orbitdraw.files import Elsewhere, draft_prefix, unwritten


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
        check_folder(path)
    name = ""
    try:
        try:
            name = tempfile.mkdtemp(prefix=draft_prefix(path), suffix=".part", dir=path.parent)
        except OSError as error:
            raise InputError(f"cannot write in {path.parent}: {error.strerror}; choose another folder") from error
        draft = Path(name)
        old = draft.with_suffix(".old")
        yield draft
        for file in draft.iterdir():
            with file.open("rb+") as written:
                os.fsync(written.fileno())
        mask = os.umask(0)
        os.umask(mask)
        draft.chmod(0o777 & ~mask)
        while elsewhere is not None and path.exists():
            path = elsewhere()
        if path.exists():
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
        if name:
            shutil.rmtree(name, ignore_errors=True)
            shutil.rmtree(Path(name).with_suffix(".old"), ignore_errors=True)


def check_folder(path: Path) -> None:
    """Raise InputError if something at `path` would be lost."""
    if path.is_dir():
        others = [file.name for file in path.iterdir() if not re.fullmatch(r"\d+\.png", file.name)]
        if others:
            raise InputError(f"{path} holds other things ({others[0]}); choose an empty folder or a new one")
    elif path.exists():
        raise InputError(f"{path} is a file, and numbered pictures need a folder")
