"""Path of an export from typed text: a file name, a path or a folder. No pygame."""

from __future__ import annotations

import os
import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from orbitdraw.formats import FOLDER, FORMATS, REPLACEMENTS, numbering_error, suffix_error
from orbitdraw.runtime.files import free_path


@dataclass(frozen=True)
class Target:
    """The file to write, a note about it, and the problem that prevents it (empty if there is none)."""

    path: Path
    note: str = ""
    problem: str = ""


def format_suffix(typed: str) -> str:
    """The suffix of a typed name if it is that of an export format; else empty.

    >>> format_suffix("~/talk/moth.GIF"), format_suffix("moth.v2"), format_suffix("moth")
    ('.gif', '', '')
    """
    suffix = Path(typed.strip().strip("\"'")).suffix.lower()
    return suffix if suffix in FORMATS and suffix != ".orbit" else ""


def replace_suffix(typed: str, suffix: str) -> str:
    """A typed name with its suffix changed to that of another format.

    >>> replace_suffix("talk/moth.gif", ".png"), replace_suffix("moth.gif", "/"), replace_suffix("moth", ".png")
    ('talk/moth.png', 'moth', 'moth')
    """
    typed = typed.strip().strip("\"'")
    return typed[: -len(format_suffix(typed))] + suffix.rstrip("/") if format_suffix(typed) else typed


def resolve_target(typed: str, suffix: str, name: str, home: Path, taken: Collection[Path] = ()) -> Target:
    """The file meant by `typed`, relative to `home`: never one that exists or is in `taken`.

    A folder, or empty text, gives the next free number of `name` in it; ~ is the home folder. `suffix` is that of the
    format and is added to a name without it.

    >>> import tempfile
    >>> home = Path(tempfile.mkdtemp())
    >>> _ = (home / "moth.png").write_bytes(b"")
    >>> for typed in ("", "wing", "moth.png"):
    ...     print(resolve_target(typed, ".png", "walk", home).path.name)
    walk-001.png
    wing.png
    moth-001.png
    """
    typed = typed.strip().strip("\"'")
    try:
        return _target(typed, suffix, name, home, taken)
    except RuntimeError:
        user = typed.split("/")[0].removeprefix("~")
        return Target(home / name, problem=f"there is no home folder for “{user}”; write the path out")
    except (OSError, ValueError) as error:  # a name that is too long, or holds characters that no name may
        reason = getattr(error, "strerror", None) or str(error)
        return Target(home / name, problem=f"this name cannot be used: {reason[:1].lower()}{reason[1:]}; type another")


def _target(typed: str, suffix: str, name: str, home: Path, taken: Collection[Path]) -> Target:
    path = home / Path(typed).expanduser()
    slash = typed.endswith(("/", os.sep))
    if not typed or (path.is_dir() and (slash or suffix != FOLDER)) or (slash and suffix != FOLDER):
        return Target(free_path(path, name, suffix, taken), problem=_folder_problem(path))
    last, name_problem = path.name, ""
    if last.startswith(".") and format_suffix(f"a{last}"):
        name_problem = f"the name before {last} is missing; type one"
    elif numbering_error(last):
        name_problem = numbering_error(last)
    elif path.suffix.lower() in REPLACEMENTS:  # any other dot is part of the name
        name_problem = suffix_error(last)
    elif last.lower().endswith(".orbit"):
        name_problem = f"{last} is the name of a drawing, which S saves; type a name for the export"
    elif suffix == FOLDER and Path(last).suffix:
        name_problem = f"the name of a folder of pictures has no suffix; remove {Path(last).suffix} from {last}"
    if name_problem:
        return Target(path, problem=name_problem)
    if suffix != FOLDER and path.suffix.lower() != suffix:
        path = path.with_name(last + suffix)
    note = ""
    if path.exists() or path in taken:
        existing = path.name
        stem = existing.removesuffix(path.suffix) if suffix != FOLDER else existing
        path = free_path(path.parent, re.sub(r"-\d{3}$", "", stem), path.suffix if suffix != FOLDER else suffix, taken)
        note = f"{existing} exists already; the new file gets a number"
    return Target(path, note, _folder_problem(path.parent))


def _folder_problem(folder: Path) -> str:
    """The reason why a folder cannot be written to; empty if it can."""
    if not folder.exists():
        return f"there is no folder {folder}; create it, or type another"
    if not folder.is_dir():
        return f"{folder} is a file, not a folder; type another"
    return "" if os.access(folder, os.W_OK | os.X_OK) else f"the folder {folder} is not writable; type another"


def display_path(path: Path, home: Path) -> str:
    """A path in its shortest form: relative to `home`, relative to ~, or absolute.

    >>> home = Path("/pictures")
    >>> display_path(Path("/pictures/moth.png"), home), display_path(Path("/elsewhere/moth.png"), home)
    ('moth.png', '/elsewhere/moth.png')
    """
    if path.parent == home:
        return path.name
    try:
        return "~" if path == Path.home() else f"~/{path.relative_to(Path.home()).as_posix()}"
    except (ValueError, RuntimeError):
        return str(path)
