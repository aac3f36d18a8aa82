"""Fonts installed on the system, used for letters that the program's own fonts lack."""

from __future__ import annotations

import os
import re
import struct
import sys
import threading
from array import array
from bisect import bisect_right
from collections.abc import Iterator
from functools import lru_cache
from itertools import chain, islice
from pathlib import Path
from typing import BinaryIO

from orbitdraw.runtime.opening import open_file

SUFFIXES = (".ttf", ".otf", ".ttc")

MAX_FILES = 4_000
"""Maximum number of font files that are read, in order of their names; a system has some hundreds."""

MAX_BYTES = 1 << 28
"""Maximum size of a font file. The largest fonts, with all Chinese characters in several weights, have 100 MB."""

MAX_TABLE = 1 << 22
"""Maximum size of a `cmap` table in bytes; the largest has a tenth of it."""

MAX_DEPTH = 6
"""Depth of nested folders that are searched."""

STYLE_WORDS = re.compile(
    r"bold|black|heavy|thin|light|medium|italic|oblique|serif|mono|cond|narrow|slanted|fixed|math|extra|display", re.I
)
"""Words in a file name that show that the font is not the regular style of its family."""

_lock = threading.Lock()
_excluded: set[Path] = set()


class CharacterSet:
    """The characters of a font, as ranges of code points (first, last), both included."""

    def __init__(self, ranges: list[tuple[int, int]]) -> None:
        merged = sorted(ranges)
        self._first = array("I", [first for first, _ in merged])
        self._last = array("I", [last for _, last in merged])

    def __contains__(self, character: str) -> bool:
        index = bisect_right(self._first, ord(character)) - 1
        return index >= 0 and ord(character) <= self._last[index]


@lru_cache(maxsize=MAX_FILES)
def font_characters(path: Path) -> CharacterSet | None:
    """The characters of the font in a file; None if it is damaged or not an outline font.

    >>> from orbitdraw.runtime.resources import asset
    >>> inter = font_characters(asset("fonts/Inter-Regular.ttf"))
    >>> [letter in inter for letter in ("a", "\u03c0", "\u4e09")]
    [True, True, False]
    """
    try:
        with open_file(path, MAX_BYTES) as file:
            return _read_characters(file)
    except (OSError, ValueError, struct.error):
        return None


def _read_characters(file: BinaryIO) -> CharacterSet | None:
    def read_at(offset: int, size: int) -> bytes:
        file.seek(offset)
        data = file.read(size)
        if len(data) < size:
            raise ValueError("cut short")
        return data

    start = struct.unpack(">I", read_at(12, 4))[0] if read_at(0, 4) == b"ttcf" else 0
    kind, count = struct.unpack(">4sH", read_at(start, 6))
    if kind not in (b"\0\1\0\0", b"OTTO", b"true") or count > 200:
        return None
    rows = [struct.unpack(">4sIII", read_at(start + 12 + 16 * row, 16)) for row in range(count)]
    tables = {name: (offset, size) for name, _, offset, size in rows}
    # Bitmap fonts, such as emoji, have one size only.
    if b"cmap" not in tables or not tables.keys() & {b"glyf", b"CFF ", b"CFF2"}:
        return None
    offset, size = tables[b"cmap"]
    return _parse_cmap(read_at(offset, min(size, MAX_TABLE)))


def _parse_cmap(cmap: bytes) -> CharacterSet | None:
    """The characters in a `cmap` table: of its format 12, with all of Unicode, else of format 4, up to U+FFFF."""
    offsets: dict[int, int] = {}
    for row in range(struct.unpack_from(">H", cmap, 2)[0]):
        platform, _, offset = struct.unpack_from(">HHI", cmap, 4 + 8 * row)
        if platform in (0, 3):
            offsets.setdefault(struct.unpack_from(">H", cmap, offset)[0], offset)
    if 12 in offsets:
        count = struct.unpack_from(">I", cmap, offsets[12] + 12)[0]
        if offsets[12] + 16 + 12 * count > len(cmap):
            raise ValueError("cut short")
        groups = struct.iter_unpack(">III", cmap[offsets[12] + 16 : offsets[12] + 16 + 12 * count])
        return CharacterSet([(first, last) for first, last, glyph in groups if glyph or last > first])
    if 4 not in offsets:
        return None
    table = offsets[4]
    segment_bytes = struct.unpack_from(">H", cmap, table + 6)[0]
    lasts = struct.unpack_from(f">{segment_bytes // 2}H", cmap, table + 14)
    firsts = struct.unpack_from(f">{segment_bytes // 2}H", cmap, table + 16 + segment_bytes)
    return CharacterSet([pair for pair in zip(firsts, lasts, strict=True) if pair[0] <= pair[1] < 0xFFFF])


def folders() -> list[Path]:
    """The font folders of this system."""
    try:
        home = Path.home()
    except RuntimeError:  # the user has no entry in the system's list, as in containers
        home = Path("/")
    if sys.platform == "win32":
        own = os.environ.get("LOCALAPPDATA", str(home / "AppData" / "Local"))
        return [Path(os.environ.get("WINDIR", r"C:\Windows")) / "Fonts", Path(own) / "Microsoft" / "Windows" / "Fonts"]
    if sys.platform == "darwin":
        return [Path("/System/Library/Fonts"), Path("/Library/Fonts"), home / "Library" / "Fonts"]
    data = os.environ.get("XDG_DATA_DIRS") or "/usr/local/share:/usr/share"
    own = os.environ.get("XDG_DATA_HOME") or str(home / ".local" / "share")
    return [Path(one) / "fonts" for one in [*data.split(":"), own] if one] + [home / ".fonts"]


def _files(folder: Path, depth: int = MAX_DEPTH) -> Iterator[Path]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        inner = [Path(entry.path) for entry in entries if depth and entry.is_dir(follow_symlinks=False)]
    except OSError:
        return
    yield from (Path(entry.path) for entry in entries if entry.name.lower().endswith(SUFFIXES))
    for folder_inside in inner:
        yield from _files(folder_inside, depth - 1)


@lru_cache(maxsize=1)
def font_files() -> list[Path]:
    """The font files of the system, regular styles first."""
    files = islice(chain.from_iterable(map(_files, folders())), MAX_FILES)
    return sorted(files, key=lambda path: (len(STYLE_WORDS.findall(path.stem)), len(path.name), path.name))


@lru_cache(maxsize=1024)
def font_for(letters: str) -> Path | None:
    """The system font with the most of these letters, the first of several; None if no font has any."""
    with _lock:
        best, most = None, 0
        for path in font_files():
            available = font_characters(path) if path not in _excluded else None
            count = 0 if available is None else sum(letter in available for letter in letters)
            if count > most:
                best, most = path, count
            if most == len(letters):
                break
        return best


def exclude(path: Path) -> None:
    """Exclude a font that turned out to be unusable."""
    _excluded.add(path)
    font_for.cache_clear()
