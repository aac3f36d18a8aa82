"""Detection of file kinds by their first bytes, and the only way to open a file for reading.

The kind is never taken from the file name, which its sender chose. A kind that is not in the table has no reader.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from orbitdraw.errors import InputError

HEADER_BYTES = 64
"""Number of bytes at the beginning of a file from which its kind is detected."""

MAX_SOURCE = 16 << 20
"""Maximum size of a scene file in bytes; Python needs a hundred times as much memory to parse it."""

AVIF_BRANDS = (b"avif", b"avis")
OTHER_PICTURES = (b"mif1", b"msf1", b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"crx ")
"""Brands of ISO media files that are pictures without a reader here: HEIC of telephones, raw files of cameras."""

BITMAP_HEADERS = (12, 16, 40, 52, 56, 64, 108, 124)
"""Sizes of the second header of a BMP; the letters "BM" alone may begin any text."""

KindTest = Callable[[bytes], bool]


def _is_avif(head: bytes) -> bool:
    end = min(len(head), int.from_bytes(head[:4], "big"))
    brands = [head[8:12], *(head[at : at + 4] for at in range(16, end, 4))]
    return head[4:8] == b"ftyp" and any(brand in AVIF_BRANDS for brand in brands)


KINDS: dict[str, KindTest] = {
    "PNG": lambda head: head.startswith(b"\x89PNG\r\n\x1a\n"),
    "JPEG": lambda head: head.startswith(b"\xff\xd8\xff"),
    "GIF": lambda head: head[:6] in (b"GIF87a", b"GIF89a"),
    "WebP": lambda head: head[:4] == b"RIFF" and head[8:12] == b"WEBP",
    "BMP": lambda head: head[:2] == b"BM" and int.from_bytes(head[14:18], "little") in BITMAP_HEADERS,
    "TIFF": lambda head: head[:4] in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"),
    "AVIF": _is_avif,
    "MP4": lambda head: head[4:8] == b"ftyp" and not _is_avif(head) and head[8:12] not in OTHER_PICTURES,
    "WebM": lambda head: head[:4] == b"\x1aE\xdf\xa3",
}
"""Every kind that has a reader, with the test of its first bytes. A drawing is text, and is opened by its suffix.
MP4 stands for all videos in ISO media files, and WebM for all Matroska files."""

FILMS = frozenset({"MP4", "WebM"})
"""The kinds that are films; all others are pictures."""


def kind_of(file: BinaryIO) -> str:
    """The kind of a file by its first bytes; empty if it has no reader. Leaves the file at position 0.

    >>> import io
    >>> kind_of(io.BytesIO(b"GIF89a")), kind_of(io.BytesIO(b"%!PS-Adobe-3.0 EPSF-3.0"))
    ('GIF', '')
    """
    file.seek(0)
    head = file.read(HEADER_BYTES)
    file.seek(0)
    return next((kind for kind, matches in KINDS.items() if matches(head)), "")


@contextmanager
def open_file(
    path: str | os.PathLike[str], most: int | None = None, error: type[InputError] = InputError
) -> Iterator[BinaryIO]:
    """Context with a file open for reading, of at most `most` bytes if given; a link is followed.

    Only a regular file is opened: a pipe would wait for ever, and a device may act when it is opened. Raises `error`,
    in one sentence that names the file, also when reading fails inside the block.
    """
    path = Path(path)
    try:
        _require_file(path, path.stat().st_mode, error)
        # Non-blocking: a pipe may have replaced the file since.
        flags = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0)
        descriptor = os.open(path, flags)
    except FileNotFoundError:
        raise error(f"there is no file {path}") from None
    except OSError as problem:
        raise error(f"{path} cannot be read: {problem.strerror or problem}") from problem
    except InputError:
        raise
    except ValueError as problem:  # a NUL in the path
        raise error(f"{path!r} cannot be read: {problem}") from problem
    with os.fdopen(descriptor, "rb") as file:
        try:
            status = os.fstat(descriptor)
            _require_file(path, status.st_mode, error)
            if most is not None and status.st_size > most:
                raise error(f"{path.name} is larger than {_format_size(most)}, the largest size that is opened")
            yield file
        except OSError as problem:
            raise error(f"{path} cannot be read: {problem.strerror or problem}") from problem


def read_file(path: str | os.PathLike[str], most: int, error: type[InputError] = InputError) -> bytes:
    """The content of a file of at most `most` bytes; see `open_file`.

    >>> len(read_file(__file__, MAX_SOURCE)) > HEADER_BYTES
    True
    """
    with open_file(path, most, error) as file:
        data = file.read(most + 1)
    if len(data) > most:  # it grew meanwhile
        raise error(f"{Path(path).name} is larger than {_format_size(most)}, the largest size that is opened")
    return data


def _require_file(path: Path, mode: int, error: type[InputError]) -> None:
    if not stat.S_ISREG(mode):
        raise error(f"{path} is not a file but a {'folder' if stat.S_ISDIR(mode) else 'pipe or a device'}")


def _format_size(size: int) -> str:
    return f"{size >> 20} MiB" if size >> 20 else f"{size} bytes"
