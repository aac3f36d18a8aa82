"""Metadata of video files, read by walking through their structure: boxes in MP4, elements in Matroska and WebM.

Only the metadata is read; video and audio data are skipped. No video library is needed, so its parser is never exposed
to an untrusted file.

Sources: ISO/IEC 14496-12 (boxes), RFC 8794 and RFC 9559 (elements).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from orbitdraw.errors import DrawingError

MOST_PARTS = 1_000_000
"""Maximum number of boxes or elements that are scanned: four hours of single frames; reading them takes three
seconds."""

FOLDERS = (b"moov", b"trak")
NOTES = (b"udta", b"meta")
"""Boxes whose children may hold metadata, and boxes that hold metadata."""

SEGMENT, TAGS = 0x18538067, 0x1254C367


def box_notes(file: BinaryIO, size: int, most: int) -> Iterator[bytes]:
    """The metadata boxes of an MP4 or related file, at most `most` bytes of each."""
    parts, folders = 0, [(0, size)]
    while folders:
        at, end = folders.pop()
        while at + 8 <= end:
            parts = _counted(parts)
            file.seek(at)
            head = file.read(8)
            length, kind, inside = int.from_bytes(head[:4], "big"), head[4:], at + 8
            if length == 1:
                length, inside = int.from_bytes(file.read(8), "big"), at + 16
            after = end if length == 0 else min(at + length, end)  # length 0: the box extends to the end
            if after < inside:
                break
            if kind in FOLDERS:
                folders.append((inside, after))
            elif kind in NOTES:
                file.seek(inside)
                yield file.read(min(after - inside, most))
            at = after


def element_notes(file: BinaryIO, size: int, most: int) -> Iterator[bytes]:
    """The Tags elements of a Matroska or WebM file, at most `most` bytes of each."""
    parts = at = 0
    while at < size:
        parts = _counted(parts)
        file.seek(at)
        head = file.read(12)
        name, used = _number(head, 4, whole=True)
        length, more = _number(head[used:], 8)
        at += used + more
        if not used or not more:
            break
        # Enter the segment, and any element of unknown length: its children are scanned one by one.
        if name == SEGMENT or length == (1 << 7 * more) - 1:
            continue
        if name == TAGS:
            file.seek(at)
            yield file.read(min(length, most))
        at += length


def _number(data: bytes, most: int, whole: bool = False) -> tuple[int, int]:
    """Decode an EBML variable-length integer to (value, length in bytes); `whole` keeps the length bits in the value.

    >>> _number(b"\\x81", 8), _number(b"\\x40\\x02", 8), _number(b"\\x1a\\x45\\xdf\\xa3", 4, whole=True)[1]
    ((1, 1), (2, 2), 4)
    """
    length = 9 - data[0].bit_length() if data and data[0] else 0
    if not 1 <= length <= min(most, len(data)):
        return 0, 0
    number = int.from_bytes(data[:length], "big")
    return number if whole else number & (1 << 7 * length) - 1, length


def _counted(parts: int) -> int:
    if parts >= MOST_PARTS:
        raise DrawingError("it has too many parts")
    return parts + 1
