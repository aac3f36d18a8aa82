"""What a film says of itself, found by walking through its file: boxes in MP4, elements in Matroska and WebM.

The structure is followed to the places where notes are kept and nowhere else. Pictures and sound are skipped, whatever
bytes they hold, and no video library is needed, nor does its parser meet a file from a stranger.

Sources: ISO/IEC 14496-12 (boxes), RFC 8794 and RFC 9559 (elements).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from orbitdraw.errors import DrawingError

MOST_PARTS = 1_000_000
"""Boxes or elements that are passed on the way: four hours of single pictures, or three seconds of ours."""

FOLDERS = (b"moov", b"trak")
NOTES = (b"udta", b"meta")
"""Boxes that hold others which may hold notes, and those that hold notes."""

SEGMENT, TAGS = 0x18538067, 0x1254C367


def box_notes(file: BinaryIO, size: int, most: int) -> Iterator[bytes]:
    """The notes of an MP4 and its kin, `most` bytes of each."""
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
            after = end if length == 0 else min(at + length, end)  # the last one may go on to the end
            if after < inside:
                break
            if kind in FOLDERS:
                folders.append((inside, after))
            elif kind in NOTES:
                file.seek(inside)
                yield file.read(min(after - inside, most))
            at = after


def element_notes(file: BinaryIO, size: int, most: int) -> Iterator[bytes]:
    """The notes of a Matroska or WebM file, `most` bytes of each."""
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
        # Of a length that is not known yet, all that follows is passed one by one, up to the next of its own kind.
        if name == SEGMENT or length == (1 << 7 * more) - 1:
            continue
        if name == TAGS:
            file.seek(at)
            yield file.read(min(length, most))
        at += length


def _number(data: bytes, most: int, whole: bool = False) -> tuple[int, int]:
    """A number whose first bits say how many bytes it has, and how many those are; `whole` with these bits.

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
        raise DrawingError("it has more parts than a film has")
    return parts + 1
