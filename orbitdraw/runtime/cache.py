"""The disk cache of derived sources and compiled kernels: one folder, each entry verified by a hash when it is read."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import tempfile
import time
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orbitdraw.errors import CacheWarning, InputError
from orbitdraw.runtime import lazy
from orbitdraw.runtime.opening import read_file

if TYPE_CHECKING:
    import platformdirs
else:
    platformdirs = lazy.module("platformdirs")

# Entries kept in each subfolder; the least recently used are removed first. An entry takes some 30 KB.
MAX_ENTRIES = 500
_DAY = 86400.0

MAX_RECORD, MAX_CODE = 16 << 20, 64 << 20
"""Maximum size in bytes of a record, and of a file of compiled code; a larger one is damaged."""

_warned = False


def folder() -> Path:
    """The folder of the cache: the environment variable ORBITDRAW_CACHE, else the user's cache folder."""
    chosen = os.environ.get("ORBITDRAW_CACHE")
    if chosen:
        return Path(chosen)
    return Path(platformdirs.user_cache_dir("orbitdraw", appauthor=False))


def digest(*parts: str | bytes) -> str:
    """SHA-256 of a list of parts, as 64 hexadecimal digits; the lengths are hashed too, so that boundaries count.

    >>> digest("ab", "c") == digest("a", "bc")
    False
    """
    hasher = hashlib.sha256()
    for part in parts:
        raw = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        hasher.update(b"%d:" % len(raw))
        hasher.update(raw)
    return hasher.hexdigest()


def compiled_folder(sources: Path) -> Path:
    """The folder of the compiled functions of the source files in `sources`.

    NUMBA_CACHE_DIR or ORBITDRAW_CACHE name it; else it is `sources`, or the user's cache where that is not writable.
    """
    chosen = os.environ.get("NUMBA_CACHE_DIR")
    if chosen:
        return Path(chosen)
    pycache = sources / "__pycache__"
    if os.environ.get("ORBITDRAW_CACHE") or not os.access(pycache if pycache.exists() else sources, os.W_OK):
        return folder() / "loops"
    return sources


def warn_once(what: str, error: object, where: str | Path | None = None) -> None:
    """Warn once per process that the cache does not work; the program continues without it, only slower."""
    global _warned
    if _warned:
        return
    _warned = True
    warnings.warn(
        f"{what} in the cache at {where or folder()} ({error}); it was computed again. "
        f"If this comes back, set {environment_variable(where)} to a writable folder",
        CacheWarning,
        stacklevel=2,
    )


def environment_variable(where: str | Path | None) -> str:
    """The environment variable that sets this folder."""
    chosen = os.environ.get("NUMBA_CACHE_DIR")
    is_own = not chosen or where is None or not Path(where).is_relative_to(chosen)
    return "ORBITDRAW_CACHE" if is_own else "NUMBA_CACHE_DIR"


def load(key: str) -> dict[str, Any] | None:
    """Load the record stored under `key`; None without one, and for a damaged one, with one warning."""
    path = folder() / "sources" / f"{key}.json"
    try:
        seal, _, text = read_file(path, MAX_RECORD).partition(b"\n")
    except InputError as error:
        if os.path.lexists(path):
            warn_once("an entry cannot be read", error)
        return None
    if seal != digest(key, text).encode():
        warn_once("an entry is damaged", path.name)
        return None
    record: dict[str, Any] = json.loads(text)
    return record


def store(key: str, record: dict[str, Any]) -> None:
    """Store a record under `key`; if the folder is not writable, warn once."""
    home = folder() / "sources"
    text = json.dumps(record).encode()
    try:
        home.mkdir(parents=True, exist_ok=True)
        handle, draft = tempfile.mkstemp(prefix=".draft-", dir=home)
        with os.fdopen(handle, "wb") as file:
            file.write(digest(key, text).encode() + b"\n" + text)
        Path(draft).replace(home / f"{key}.json")
        prune(home)
    except OSError as error:
        warn_once("an entry cannot be written", error)


def seal(entry: Path) -> None:
    """Write the hashes of all files in a folder to its file `seal`, by which `is_intact` detects damage."""
    (entry / "seal").write_text(_hashes(entry))


def is_intact(entry: Path) -> bool:
    """True when a folder holds exactly the files that were sealed, to the bit."""
    try:
        return read_file(entry / "seal", MAX_RECORD).decode() == _hashes(entry)
    except (OSError, ValueError):
        return False


def _hashes(entry: Path) -> str:
    files = sorted(path for path in entry.rglob("*") if path.is_file() and path.name != "seal")
    lines = [f"{path.relative_to(entry).as_posix()} {digest(read_file(path, MAX_CODE))}" for path in files]
    return digest(*lines) + "\n" + "\n".join(lines) + "\n"


def discard(entry: Path) -> None:
    """Remove a folder atomically for other processes (by a rename), then delete its files."""
    try:
        trash = Path(tempfile.mkdtemp(prefix=".draft-", dir=entry.parent))
        entry.rename(trash / entry.name)
        shutil.rmtree(trash, ignore_errors=True)
    except OSError:
        return


def prune(home: Path) -> None:
    """Remove the least recently used entries beyond MAX_ENTRIES, and the drafts of killed processes."""
    entries = []
    for path in home.iterdir():
        with contextlib.suppress(FileNotFoundError):  # another process removed it first
            entries.append((path.lstat().st_mtime, path))
    drafts = [path for modified, path in entries if path.name.startswith(".draft-") and modified < time.time() - _DAY]
    live = sorted((modified, path) for modified, path in entries if not path.name.startswith(".draft-"))
    for path in drafts + [path for _, path in live[: max(0, len(live) - MAX_ENTRIES)]]:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            with contextlib.suppress(OSError):  # the file is in use
                path.unlink(missing_ok=True)
