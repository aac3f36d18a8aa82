"""Checks of a picture file before it is decoded: that it is complete, and not a decompression bomb.

A few kilobytes can keep a decoder busy for hours, or make it allocate gigabytes, in ways that the size in pixels does
not show. Each format has its own; the numbers that reveal them are in the first structures of the file.
"""

from __future__ import annotations

import io
import os
import re
import struct
from collections.abc import Callable
from typing import Any, BinaryIO

MAX_PIXELS = 50_000_000
"""Maximum number of pixels: 280 MB of memory with four bytes each, 800 MB for WebP, whose decoder has three copies."""

MAX_SIDE = 65_535
"""Maximum side in pixels. No camera makes longer ones, and whole rows must be in memory."""

MAX_SCANS = 64
"""Maximum number of scans of a JPEG. A progressive one has about ten; each decodes the whole picture, and may be only
70 bytes long."""

MAX_BLOCKS = 100_000
"""Maximum number of blocks before the first frame of a GIF, and of chunks of a PNG: libpng's are 8 KiB each."""

MAX_ENTRIES = 1 << 20
"""Maximum number of values in one entry of a TIFF's directory: the most tiles that a picture can have."""

CUT_SHORT = "is cut short: its end is missing, so copy or download it again"
TOO_LARGE = f"make it smaller, of at most {MAX_PIXELS // 1_000_000} megapixels and {MAX_SIDE} pixels along a side"

Check = Callable[[BinaryIO], BinaryIO]
"""Takes a file and returns the one that the decoder reads. Raises RefusedError."""


class RefusedError(Exception):
    """A picture that is not decoded; the message continues a sentence that begins with the file's name."""


def accept(file: BinaryIO) -> BinaryIO:
    """The file unchanged: in this format only the size in pixels needs a check."""
    return file


# -- PNG ---------------------------------------------------------------------------------------------------------------

PIXEL_CHUNKS = (b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"eXIf", b"IEND")
"""The chunks of a PNG that define its pixels and orientation."""


def check_png(file: BinaryIO) -> BinaryIO:
    """A copy of a PNG with its pixels only. Texts and profiles may be bombs; Pillow refuses a long embedded drawing."""
    out = io.BytesIO(file.read(8))
    out.seek(0, os.SEEK_END)
    for _ in range(MAX_BLOCKS):
        head = file.read(8)
        if len(head) < 8:
            raise RefusedError(CUT_SHORT)
        length, kind = struct.unpack(">I4s", head)
        if kind in PIXEL_CHUNKS:
            out.write(head + file.read(length + 4))
        else:
            file.seek(length + 4, os.SEEK_CUR)
        if kind == b"IEND":
            return out
    raise RefusedError(f"is damaged: it has more than {MAX_BLOCKS} chunks")


# -- JPEG --------------------------------------------------------------------------------------------------------------

MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]", re.DOTALL)
SCAN, END = 0xDA, 0xD9


def check_jpeg(file: BinaryIO) -> BinaryIO:
    """Refuse a JPEG with more scans than any program writes."""
    if count_scans(file) > MAX_SCANS:
        raise RefusedError(f"is damaged: it has more than {MAX_SCANS} scans")
    return file


def count_scans(file: BinaryIO) -> int:
    """The number of scans in the first picture of a JPEG file, counted up to MAX_SCANS + 1."""
    count = 0
    file.seek(2)
    while count <= MAX_SCANS:
        head = file.read(4)
        if len(head) < 4 or head[0] != 0xFF or head[1] == END:
            break
        file.seek(int.from_bytes(head[2:], "big") - 2, os.SEEK_CUR)
        if head[1] == SCAN:
            count += 1
            _seek_marker(file)
    return count


def _seek_marker(file: BinaryIO) -> None:
    """Seek to the next marker after the data of a scan, or to the end of the file."""
    before = b""
    while data := file.read(1 << 16):
        if found := MARKER.search(before + data):
            file.seek(found.start() - len(before) - len(data), os.SEEK_CUR)
            return
        before = data[-1:]


# -- GIF ---------------------------------------------------------------------------------------------------------------


def check_gif(file: BinaryIO) -> BinaryIO:
    """Refuse a GIF with too many blocks before its first frame, which would fill the memory."""
    flags = file.read(13).ljust(13, b"\0")[10]
    file.seek(3 << ((flags & 7) + 1) if flags & 0x80 else 0, os.SEEK_CUR)
    blocks = 0
    while file.read(1) == b"!":
        file.read(1)
        while (length := file.read(1)) not in (b"", b"\0"):
            file.seek(length[0], os.SEEK_CUR)
            blocks += 1
            if blocks > MAX_BLOCKS:
                raise RefusedError(f"is damaged: it has more than {MAX_BLOCKS} blocks before its first frame")
    return file


# -- WebP and AVIF -----------------------------------------------------------------------------------------------------


def check_webp(file: BinaryIO) -> BinaryIO:
    """Refuse a WebP that is truncated, or whose canvas is too large: it is allocated when the file is opened."""
    head = file.read(30).ljust(30, b"\0")
    if int.from_bytes(head[4:8], "little") + 8 > file.seek(0, os.SEEK_END):
        raise RefusedError(CUT_SHORT)
    if head[12:16] == b"VP8X":
        width, height = (1 + int.from_bytes(head[at : at + 3], "little") for at in (24, 27))
        check_dimensions(width, height)
    return file


def check_avif(file: BinaryIO) -> BinaryIO:
    """Refuse an AVIF whose boxes extend beyond the end of the file."""
    size, at = file.seek(0, os.SEEK_END), 0
    while at < size:
        file.seek(at)
        length = int.from_bytes(file.read(8)[:4], "big")
        length = int.from_bytes(file.read(8), "big") if length == 1 else length
        if length < 8:
            break  # 0: the last box extends to the end; the decoder finds any damage
        at += length
    if at > size:
        raise RefusedError(CUT_SHORT)
    return file


# -- TIFF --------------------------------------------------------------------------------------------------------------

TILE_SIDES = (322, 323)
SHORT_TYPE = 3
BYTE_TYPES = (1, 2, 7)
"""Types of entries that are kept as bytes."""


def check_tiff(file: BinaryIO) -> BinaryIO:
    """Refuse a TIFF whose directory lies beyond its end, or that declares values or tiles too large for memory."""
    size, head = file.seek(0, os.SEEK_END), _read_at(file, 0, 16)
    order: Any = "little" if head[:2] == b"II" else "big"
    big = 43 in head[2:4]
    count_bytes, value_bytes = (8, 8) if big else (2, 4)

    def number(data: bytes) -> int:
        return int.from_bytes(data, order)

    start = number(head[8:16] if big else head[4:8])
    if start + count_bytes > size:
        raise RefusedError(CUT_SHORT)
    area = 1
    for _ in range(number(_read_at(file, start, count_bytes))):
        entry = file.read(4 + 2 * value_bytes)
        if len(entry) < 4 + 2 * value_bytes:
            raise RefusedError(CUT_SHORT)
        tag, kind, count = number(entry[:2]), number(entry[2:4]), number(entry[4 : 4 + value_bytes])
        if count > MAX_ENTRIES and kind not in BYTE_TYPES:
            raise RefusedError(f"is damaged: an entry says that it holds {count} numbers")
        if tag in TILE_SIDES and count == 1:
            area *= number(entry[4 + value_bytes :][: 2 if kind == SHORT_TYPE else value_bytes])
    if area > MAX_PIXELS:
        raise RefusedError(f"is too large: one of its tiles has {area} pixels; {TOO_LARGE}")
    return file


def _read_at(file: BinaryIO, offset: int, length: int) -> bytes:
    file.seek(offset)
    return file.read(length)


def check_dimensions(width: int, height: int, reduction: int = 1) -> None:
    """Raise RefusedError for a picture with too many pixels, its sides divided by `reduction` during decoding."""
    if width * height > MAX_PIXELS * reduction**2 or max(width, height) > MAX_SIDE:
        raise RefusedError(f"is too large: {width} x {height} pixels; {TOO_LARGE}")


CHECKS: dict[str, Check] = {
    "PNG": check_png,
    "JPEG": check_jpeg,
    "GIF": check_gif,
    "WebP": check_webp,
    "BMP": accept,
    "TIFF": check_tiff,
    "AVIF": check_avif,
}
"""The check of each kind of picture; a kind without one is not read."""

*_FIRST, _LAST = CHECKS
READABLE_KINDS = f"{', '.join(_FIRST)} and {_LAST}"
"""The readable kinds, for an error message."""
