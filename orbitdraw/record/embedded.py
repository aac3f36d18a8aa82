"""Embed a drawing in an exported PNG, GIF, MP4 or WebM file, and extract it again."""

from __future__ import annotations

import base64
import binascii
import os
import struct
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import BinaryIO

from orbitdraw.errors import DrawingError
from orbitdraw.formats import landscape_hint
from orbitdraw.record.drawing import MAX_BYTES, Drawing
from orbitdraw.record.film_metadata import matroska_metadata, mp4_metadata
from orbitdraw.runtime.opening import kind_of, open_file

KEYWORD = b"orbitdraw"
PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
START_MARKER = b"orbitdraw-drawing:"
END_MARKER = b";"

MAX_PACKED = 16 << 20
"""Maximum compressed size of an embedded drawing, in bytes. Two million events of a real drawing take less."""

MAX_PLAIN = 16 << 20
MAX_RATIO = 64
"""Limits against decompression bombs: the bytes that any drawing may expand to, and the compression ratio of a longer
one. Real drawings compress by 3 to 16; data made to fill memory by 500."""

MAX_BLOCKS = 4_000_000
"""Maximum number of PNG chunks or GIF blocks that are scanned for a drawing: those of a film of a gigabyte."""


def to_comment(drawing: Drawing) -> bytes:
    """A drawing as ASCII for a comment: a start marker, the compressed drawing in base64, an end marker."""
    return START_MARKER + base64.b64encode(zlib.compress(drawing.bytes(), 9)) + END_MARKER


def from_comment(text: bytes, name: str = "this") -> Drawing:
    """The drawing in a comment made by `to_comment`. Raises DrawingError when it is damaged or expands too much.

    >>> from orbitdraw.record.drawing import SceneRef
    >>> moth = Drawing(scene=SceneRef("scene", "moth"))
    >>> from_comment(to_comment(moth)) == moth
    True
    """
    start = text.find(START_MARKER)
    if start < 0:
        raise DrawingError(f"{name} holds no drawing")
    end = text.find(END_MARKER, start)
    try:
        if end < 0:
            raise ValueError("it is cut short")
        data = base64.b64decode(text[start + len(START_MARKER) : end], validate=True)
    except (binascii.Error, ValueError) as error:
        raise DrawingError(f"the drawing in {name} is damaged: {error}") from error
    return _inflate(data, name)


def _inflate(data: bytes, name: str) -> Drawing:
    inflater = zlib.decompressobj()
    limit = min(MAX_BYTES, max(MAX_PLAIN, MAX_RATIO * len(data)))
    try:
        # Expand one byte more than allowed at most: a few kilobytes could otherwise expand to as many gigabytes.
        plain = inflater.decompress(data, limit + 1)
    except zlib.error as error:
        raise DrawingError(f"the drawing in {name} is damaged: {error}") from error
    if len(plain) > limit:
        raise DrawingError(f"the drawing in {name} is larger than {limit >> 20} MiB, the most that a drawing can have")
    if not inflater.eof:
        raise DrawingError(f"the drawing in {name} is damaged: it is cut short")
    return Drawing.of_bytes(plain, f"the drawing in {name}")


def extract(path: str | os.PathLike[str]) -> Drawing:
    """The drawing embedded in a .png, .gif, .mp4 or .webm file; the format is detected from the first bytes.

    Raises DrawingError when the file has none, or a damaged one.
    """
    name = Path(path).name
    with open_file(path, error=DrawingError) as file:
        kind = kind_of(file)
        if kind not in READERS:
            raise DrawingError(f"{name} holds no drawing: it is not a PNG, GIF, MP4 or WebM file")
        try:
            return READERS[kind](file, name)
        except struct.error:
            raise DrawingError(f"{name} is cut short") from None


# -- PNG: an iTXt chunk, compressed ----------------------------------------------------------------------------------


def png_chunk(kind: bytes, data: bytes) -> bytes:
    """One chunk of a PNG file: length, type, data, CRC."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(data, zlib.crc32(kind)))


def png_drawing(drawing: Drawing | None) -> bytes:
    """The PNG chunk that holds a drawing: compressed iTXt (UTF-8 text) with the keyword `orbitdraw`."""
    if drawing is None:
        return b""
    return png_chunk(b"iTXt", KEYWORD + b"\0\1\0\0\0" + zlib.compress(drawing.bytes(), 9))


def _from_png(file: BinaryIO, name: str) -> Drawing:
    size = file.seek(0, os.SEEK_END)
    file.seek(len(PNG_SIGNATURE))
    for _ in range(MAX_BLOCKS):
        header = file.read(8)
        if len(header) < 8 or header[4:] == b"IEND":
            raise DrawingError(f"{name} holds no drawing; {landscape_hint(name)}")
        length, kind = struct.unpack(">I4s", header)
        if file.tell() + length > size:
            raise DrawingError(f"{name} holds no drawing: the file is cut short")
        if kind == b"iTXt" and length <= MAX_PACKED:
            data, check = file.read(length), file.read(4)
            if data.startswith(KEYWORD + b"\0\1\0"):
                if check != struct.pack(">I", zlib.crc32(data, zlib.crc32(kind))):
                    raise DrawingError(f"the drawing in {name} is damaged: its check sum is wrong")
                # The flags are followed by a language and a translated keyword, each zero-terminated.
                parts = data[len(KEYWORD) + 3 :].split(b"\0", 2)
                return _inflate(parts[-1], name)
        else:
            file.seek(length + 4, os.SEEK_CUR)
    raise DrawingError(f"{name} holds no drawing among its first {MAX_BLOCKS} chunks")


# -- GIF: a comment extension ----------------------------------------------------------------------------------------


def gif_drawing(drawing: Drawing | None) -> bytes:
    """The GIF comment extension that holds a drawing."""
    if drawing is None:
        return b""
    text = to_comment(drawing)
    blocks = [text[at : at + 255] for at in range(0, len(text), 255)]
    return b"\x21\xfe" + b"".join(bytes([len(block)]) + block for block in blocks) + b"\0"


def _gif_blocks(file: BinaryIO) -> Iterator[bytes]:
    while (length := file.read(1)) not in (b"", b"\0"):
        yield file.read(length[0])


def _from_gif(file: BinaryIO, name: str) -> Drawing:
    header = struct.unpack("<6sHHBBB", file.read(13))
    _skip_colours(file, header[3])
    block_count = 0
    while (kind := file.read(1)) in (b"!", b","):
        label, comment = b"", bytearray()
        if kind == b"!":
            label = file.read(1)
        else:
            _skip_colours(file, struct.unpack("<HHHHB", file.read(9))[4])
            file.read(1)
        for block in _gif_blocks(file):
            if label == b"\xfe" and len(comment) <= MAX_PACKED:
                comment += block
            block_count += 1
            if block_count > MAX_BLOCKS:
                raise DrawingError(f"{name} holds no drawing among its first {MAX_BLOCKS} blocks")
        if START_MARKER in comment:
            return from_comment(bytes(comment), name)
    raise DrawingError(f"{name} holds no drawing; {landscape_hint(name)}")


def _skip_colours(file: BinaryIO, flags: int) -> None:
    if flags & 0x80:
        file.seek(3 << ((flags & 7) + 1), os.SEEK_CUR)


# -- MP4 and WebM: the comment among the tags ------------------------------------------------------------------------


def _from_film(read_metadata: Callable[[BinaryIO, int, int], Iterator[bytes]], file: BinaryIO, name: str) -> Drawing:
    size = file.seek(0, os.SEEK_END)
    try:
        # The comment is contiguous in the file and starts with a marker that no other has.
        comment = next(
            (metadata for metadata in read_metadata(file, size, 2 * MAX_PACKED) if START_MARKER in metadata), None
        )
    except DrawingError as error:
        raise DrawingError(f"{name} holds no drawing: {error}") from None
    if comment is None:
        raise DrawingError(f"{name} holds no drawing")
    return from_comment(comment, name)


READERS: dict[str, Callable[[BinaryIO, str], Drawing]] = {
    "PNG": _from_png,
    "GIF": _from_gif,
    "MP4": partial(_from_film, mp4_metadata),
    "WebM": partial(_from_film, matroska_metadata),
}
"""Reader of the embedded drawing for each kind of file (see `opening.kind_of`)."""
