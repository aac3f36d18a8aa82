"""Metadata of video files, read by walking through their structure: boxes in MP4, elements in Matroska and WebM.

Only the metadata is read; video and audio data are skipped. No video library is needed, so its parser is never exposed
to an untrusted file.

Sources: ISO/IEC 14496-12 (boxes), RFC 8794 and RFC 9559 (elements).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from orbitdraw.errors import DrawingError

MAX_BOXES = 1_000_000
"""Maximum number of boxes or elements that are scanned: four hours of single frames; reading them takes three
seconds."""

CONTAINER_BOXES = (b"moov", b"trak")
METADATA_BOXES = (b"udta", b"meta")
"""Boxes whose children may hold metadata, and boxes that hold metadata."""

SEGMENT, TAGS = 0x18538067, 0x1254C367


def mp4_metadata(file: BinaryIO, size: int, most: int) -> Iterator[bytes]:
    """The metadata boxes of an MP4 or related file, at most `most` bytes of each."""
    count, containers = 0, [(0, size)]
    while containers:
        at, end = containers.pop()
        while at + 8 <= end:
            count = _increment(count)
            file.seek(at)
            head = file.read(8)
            length, kind, content = int.from_bytes(head[:4], "big"), head[4:], at + 8
            if length == 1:
                length, content = int.from_bytes(file.read(8), "big"), at + 16
            box_end = end if length == 0 else min(at + length, end)  # length 0: the box extends to the end
            if box_end < content:
                break
            if kind in CONTAINER_BOXES:
                containers.append((content, box_end))
            elif kind in METADATA_BOXES:
                file.seek(content)
                yield file.read(min(box_end - content, most))
            at = box_end


def matroska_metadata(file: BinaryIO, size: int, most: int) -> Iterator[bytes]:
    """The Tags elements of a Matroska or WebM file, at most `most` bytes of each."""
    count = at = 0
    while at < size:
        count = _increment(count)
        file.seek(at)
        head = file.read(12)
        name, id_length = _decode_vint(head, 4, keep_marker=True)
        length, size_length = _decode_vint(head[id_length:], 8)
        at += id_length + size_length
        if not id_length or not size_length:
            break
        # Enter the segment, and any element of unknown length: its children are scanned one by one.
        if name == SEGMENT or length == (1 << 7 * size_length) - 1:
            continue
        if name == TAGS:
            file.seek(at)
            yield file.read(min(length, most))
        at += length


def _decode_vint(data: bytes, most: int, keep_marker: bool = False) -> tuple[int, int]:
    """Decode an EBML variable-length integer to (value, length in bytes).

    `keep_marker` keeps the length bits in the value.

    >>> _decode_vint(b"\\x81", 8), _decode_vint(b"\\x40\\x02", 8)
    ((1, 1), (2, 2))
    >>> _decode_vint(b"\\x1a\\x45\\xdf\\xa3", 4, keep_marker=True)[1]
    4
    """
    length = 9 - data[0].bit_length() if data and data[0] else 0
    if not 1 <= length <= min(most, len(data)):
        return 0, 0
    number = int.from_bytes(data[:length], "big")
    return number if keep_marker else number & (1 << 7 * length) - 1, length


def _increment(count: int) -> int:
    if count >= MAX_BOXES:
        raise DrawingError("it has too many parts")
    return count + 1
