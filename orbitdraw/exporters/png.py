"""PNG export row by row: a large still is never in memory as a whole."""

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

from orbitdraw.exporters.spec import FinishedPicture, Pictures, Spec
from orbitdraw.exporters.transparent import remove_background, remove_palette_background
from orbitdraw.record.embedded import PNG_SIGNATURE, png_chunk, png_drawing
from orbitdraw.runtime.jit import jit

COMPRESSION_LEVEL = 6
BLOCK_BYTES = 1 << 18
"""Bytes of filtered rows compressed as one task. The size does not depend on threads, so neither does the file."""

WINDOW_BYTES = 32768


def write_png(pictures: Pictures, draft: Path, spec: Spec) -> list[str]:
    """Write one picture, given whole or in bands from top to bottom, as an indexed (density) or true-colour PNG.

    With a transparent background, palette colours have an alpha each (tRNS), and true-colour pixels a fourth byte.
    """
    with draft.open("wb") as file:
        write_picture(pictures, file, spec)
    return []


def write_picture(pictures: Pictures, file: BinaryIO, spec: Spec) -> None:
    """Write a picture to an open file; see `write_png`."""
    first = next(pictures)
    palette = first.palette if first.levels is not None else None
    width, height = spec.size
    true_colour = 6 if spec.transparent else 2
    kind = true_colour if palette is None else 3
    file.write(PNG_SIGNATURE)
    file.write(png_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, kind, 0, 0, 0)))
    if palette is not None:
        colours, alphas = remove_palette_background(palette, first.ground) if spec.transparent else (palette, None)
        file.write(png_chunk(b"PLTE", np.ascontiguousarray(colours, np.uint8).tobytes()))
        if alphas is not None:
            file.write(png_chunk(b"tRNS", alphas.tobytes()))
    for piece in _deflate(_rows(chain([first], pictures), width, spec.transparent)):
        file.write(png_chunk(b"IDAT", piece))
    file.write(png_drawing(spec.drawing()))
    file.write(png_chunk(b"IEND", b""))


def _rows(bands: Iterator[FinishedPicture], width: int, transparent: bool) -> Iterator[memoryview]:
    """Filtered rows of all bands, in pieces of about BLOCK_BYTES bytes."""
    row_bytes = (4 if transparent else 3) * width
    above = np.zeros(row_bytes, np.uint8)
    for band in bands:
        if band.levels is not None:
            step = max(1, BLOCK_BYTES // (width + 1))
            for top in range(0, len(band.levels), step):
                rows = band.levels[top : top + step]
                out = np.zeros((len(rows), width + 1), np.uint8)  # filter 0: level differences mean nothing
                out[:, 1:] = rows
                yield out.reshape(-1).data
        else:
            step = max(1, BLOCK_BYTES // (row_bytes + 1))
            for top in range(0, len(band.pixels), step):
                rows32 = np.ascontiguousarray(band.pixels[top : top + step])
                rows32 = remove_background(rows32, band.ground) if transparent else rows32
                out = np.empty((len(rows32), row_bytes + 1), np.uint8)
                filter_rows(rows32, above, out)
                yield out.reshape(-1).data


def _deflate(pieces: Iterator[memoryview]) -> Iterator[bytes]:
    """One zlib stream of all pieces, compressed by several threads; each may refer to the end of the one before."""
    threads = max(1, os.cpu_count() or 1)
    pending: deque[Future[bytes]] = deque()
    checksum, previous = zlib.adler32(b""), b""
    yield b"\x78\x9c"
    with ThreadPoolExecutor(threads, thread_name_prefix="png") as pool:
        for piece in pieces:
            checksum = zlib.adler32(piece, checksum)
            pending.append(pool.submit(_deflate_piece, piece, previous))
            previous = bytes(piece[-WINDOW_BYTES:])
            if len(pending) > 2 * threads:
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()
    yield b"\x03\x00" + struct.pack(">I", checksum)  # an empty final block and the checksum


def _deflate_piece(piece: memoryview, previous: bytes) -> bytes:
    compressor = zlib.compressobj(COMPRESSION_LEVEL, zlib.DEFLATED, -15, 9, zlib.Z_DEFAULT_STRATEGY, zdict=previous)
    return compressor.compress(piece) + compressor.flush(zlib.Z_SYNC_FLUSH)


@jit()
def paeth(a: Any, b: Any, c: Any) -> Any:
    """Paeth predictor: of left, above and above-left, the one nearest to left + above - above-left."""
    pa, pb, pc = abs(b - c), abs(a - c), abs(a + b - 2 * c)
    if pa <= pb and pa <= pc:
        return a
    return b if pb <= pc else c


@jit("void(uint32[:,::1], uint8[::1], uint8[:,::1])")
def filter_rows(pixels: Any, above: Any, out: Any) -> None:
    """Filter rows for PNG: differences from left (1), above (2), their mean (3) or the Paeth predictor (4).

    Each row takes the filter with the smallest sum of absolute differences, the heuristic of the PNG specification.
    `above` is the row before the first and becomes the last row: three bytes a pixel, or four for pixels 0xAARRGGBB.
    """
    h, w = pixels.shape
    n = above.size // w
    row = np.empty(n * w, np.uint8)
    cost = np.zeros(5, np.int64)
    for y in range(h):
        for x in range(w):
            p = pixels[y, x]
            row[n * x] = (p >> 16) & 255
            row[n * x + 1] = (p >> 8) & 255
            row[n * x + 2] = p & 255
            if n == 4:
                row[n * x + 3] = p >> 24
        cost[:] = 0
        for i in range(n * w):
            a = np.int32(row[i - n]) if i >= n else np.int32(0)
            c = np.int32(above[i - n]) if i >= n else np.int32(0)
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
        for i in range(n * w):
            a = np.int32(row[i - n]) if i >= n else np.int32(0)
            c = np.int32(above[i - n]) if i >= n else np.int32(0)
            b = np.int32(above[i])
            prediction = np.int32(0)
            if best == 1:
                prediction = a
            elif best == 2:
                prediction = b
            elif best == 3:
                prediction = (a + b) >> 1
            elif best == 4:
                prediction = paeth(a, b, c)
            out[y, 1 + i] = np.uint8(np.int32(row[i]) - prediction)
        for i in range(n * w):
            above[i] = row[i]
