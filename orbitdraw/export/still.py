"""PNG, written row by row: a poster need never be in memory whole."""

from __future__ import annotations

import os
import struct
import zlib
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from orbitdraw.export.embed import PNG_SIGNATURE, png_chunk, png_drawing
from orbitdraw.export.spec import Pictured, Pictures, Spec
from orbitdraw.jit import compiled

LEVEL = 6
BLOCK = 1 << 18
"""Bytes of filtered rows packed as one piece of work. Size alone cuts the pieces: threads never change the file."""

WINDOW = 32768


def write_png(pictures: Pictures, draft: Path, spec: Spec) -> list[str]:
    """One picture, given whole or in bands from the top down, as an indexed (density) or a true-colour PNG."""
    with draft.open("wb") as file:
        write_picture(pictures, file, spec)
    return []


def write_picture(pictures: Pictures, file: BinaryIO, spec: Spec) -> None:
    """`write_png` into an open file."""
    first = next(pictures)
    palette = first.palette if first.levels is not None else None
    width, height = spec.size
    file.write(PNG_SIGNATURE)
    file.write(png_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2 if palette is None else 3, 0, 0, 0)))
    if palette is not None:
        file.write(png_chunk(b"PLTE", np.ascontiguousarray(palette, np.uint8).tobytes()))
    for piece in _deflated(_rows(chain([first], pictures), width)):
        file.write(png_chunk(b"IDAT", piece))
    file.write(png_drawing(spec.drawing()))
    file.write(png_chunk(b"IEND", b""))


def _rows(bands: Iterator[Pictured], width: int) -> Iterator[memoryview]:
    """The rows of all bands, filtered, in pieces of about BLOCK bytes."""
    above = np.zeros(3 * width, np.uint8)
    for band in bands:
        if band.levels is not None:
            step = max(1, BLOCK // (width + 1))
            for top in range(0, len(band.levels), step):
                rows = band.levels[top : top + step]
                out = np.zeros((len(rows), width + 1), np.uint8)  # filter 0: neighbouring levels are names, not amounts
                out[:, 1:] = rows
                yield out.reshape(-1).data
        else:
            step = max(1, BLOCK // (3 * width + 1))
            for top in range(0, len(band.pixels), step):
                rows32 = np.ascontiguousarray(band.pixels[top : top + step])
                out = np.empty((len(rows32), 3 * width + 1), np.uint8)
                filter_rows(rows32, above, out)
                yield out.reshape(-1).data


def _deflated(pieces: Iterator[memoryview]) -> Iterator[bytes]:
    """One zlib stream of all pieces, packed by several threads; each piece may refer to the end of the one before."""
    threads = max(1, os.cpu_count() or 1)
    waiting: deque[Future[bytes]] = deque()
    check, before = zlib.adler32(b""), b""
    yield b"\x78\x9c"
    with ThreadPoolExecutor(threads, thread_name_prefix="png") as pool:
        for piece in pieces:
            check = zlib.adler32(piece, check)
            waiting.append(pool.submit(_packed, piece, before))
            before = bytes(piece[-WINDOW:])
            if len(waiting) > 2 * threads:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    yield b"\x03\x00" + struct.pack(">I", check)  # an empty last block, and the check


def _packed(piece: memoryview, before: bytes) -> bytes:
    packer = zlib.compressobj(LEVEL, zlib.DEFLATED, -15, 9, zlib.Z_DEFAULT_STRATEGY, zdict=before)
    return packer.compress(piece) + packer.flush(zlib.Z_SYNC_FLUSH)


@compiled()
def paeth(a: Any, b: Any, c: Any) -> Any:
    """Of left, above and above-left, the one nearest to left + above - above-left."""
    pa, pb, pc = abs(b - c), abs(a - c), abs(a + b - 2 * c)
    if pa <= pb and pa <= pc:
        return a
    return b if pb <= pc else c


@compiled("void(uint32[:,::1], uint8[::1], uint8[:,::1])")
def filter_rows(pixels: Any, above: Any, out: Any) -> None:
    """Rows as PNG wants them: each as differences from left (1), above (2), their mean (3) or Paeth's choice (4).

    Taken is the filter whose differences are smallest in sum, the rule of the PNG specification. `above` is the
    row before the first, and becomes the last.
    """
    h, w = pixels.shape
    row = np.empty(3 * w, np.uint8)
    cost = np.zeros(5, np.int64)
    for y in range(h):
        for x in range(w):
            p = pixels[y, x]
            row[3 * x] = (p >> 16) & 255
            row[3 * x + 1] = (p >> 8) & 255
            row[3 * x + 2] = p & 255
        cost[:] = 0
        for i in range(3 * w):
            a = np.int32(row[i - 3]) if i >= 3 else np.int32(0)
            c = np.int32(above[i - 3]) if i >= 3 else np.int32(0)
            b = np.int32(above[i])
            v = np.int32(row[i])
            cost[0] += abs(np.int8(v))
            cost[1] += abs(np.int8(v - a))
            cost[2] += abs(np.int8(v - b))
            cost[3] += abs(np.int8(v - ((a + b) >> 1)))
            cost[4] += abs(np.int8(v - paeth(a, b, c)))
        best = 0
        for k in range(1, 5):
            if cost[k] < cost[best]:
                best = k
        out[y, 0] = best
        for i in range(3 * w):
            a = np.int32(row[i - 3]) if i >= 3 else np.int32(0)
            c = np.int32(above[i - 3]) if i >= 3 else np.int32(0)
            b = np.int32(above[i])
            guess = np.int32(0)
            if best == 1:
                guess = a
            elif best == 2:
                guess = b
            elif best == 3:
                guess = (a + b) >> 1
            elif best == 4:
                guess = paeth(a, b, c)
            out[y, 1 + i] = np.uint8(np.int32(row[i]) - guess)
        for i in range(3 * w):
            above[i] = row[i]
