"""GIF export: one palette, frames that store only the changed box, and frame times without accumulated rounding."""

from __future__ import annotations

import os
import struct
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from fractions import Fraction
from itertools import chain
from pathlib import Path

import numpy as np

from orbitdraw.exporters.lzw import encode_changes
from orbitdraw.exporters.quantize import choose_palette, nearest_table, to_levels
from orbitdraw.exporters.spec import Bytes, FinishedPicture, Pictures, Spec
from orbitdraw.formats import check_rate, check_size
from orbitdraw.record.embedded import gif_drawing

EncodedFrame = tuple[tuple[int, int, int, int], int, bytes]


def loop_extension(loop: int) -> bytes:
    """The NETSCAPE2.0 extension for a film that plays `loop` times, 0 for ever.

    It stores the number of repetitions after the first showing; a GIF without it plays once.

    >>> loop_extension(1), loop_extension(0)[-3:], loop_extension(3)[-3:]
    (b'', b'\\x00\\x00\\x00', b'\\x02\\x00\\x00')
    """
    if loop == 1:
        return b""
    return b"\x21\xff\x0bNETSCAPE2.0\x03\x01" + struct.pack("<HB", max(0, loop - 1), 0)


def delays(frames: int, fps: Fraction) -> Iterator[int]:
    """Duration of each frame in hundredths of a second; rounding errors are carried over to the next.

    >>> list(delays(6, Fraction(30)))
    [3, 4, 3, 3, 4, 3]
    """
    elapsed = 0
    for index in range(1, frames + 1):
        end = int(index * 100 / fps + Fraction(1, 2))
        yield end - elapsed
        elapsed = end


def write_gif(pictures: Pictures, draft: Path, spec: Spec) -> list[str]:
    """Write a GIF. Palette levels are stored unchanged; true colours are mapped to one palette for the whole film."""
    check_size(spec.size, ".gif")
    check_rate(spec.fps, ".gif")
    first = next(pictures)
    if first.levels is not None and first.palette is not None:
        palette = np.ascontiguousarray(first.palette, dtype=np.uint8)
    else:
        palette = choose_palette(spec.samples() if spec.samples is not None else [first])
    with draft.open("wb") as file:
        file.write(
            b"GIF89a" + struct.pack("<HHBBB", *spec.size, 0xF7, 0, 0) + palette.tobytes() + loop_extension(spec.loop)
        )
        durations = delays(spec.frames, spec.fps)
        for (left, top, width, height), transparent, data, local_palette in _encode_frames(
            chain([first], pictures), palette
        ):
            # Disposal 1: the previous frame stays, and only the changed box is drawn over it.
            flags = 1 << 2 | (transparent >= 0)
            file.write(struct.pack("<BBBBHBB", 0x21, 0xF9, 4, flags, next(durations), max(transparent, 0), 0))
            file.write(struct.pack("<BHHHHB", 0x2C, left, top, width, height, 0 if local_palette is None else 0x87))
            file.write((b"" if local_palette is None else local_palette.tobytes()) + b"\x08" + data)
        file.write(gif_drawing(spec.drawing()) + b";")
    if spec.explicit_fps and (100 / spec.fps).denominator != 1:
        low = int(100 / spec.fps)
        return [
            f"GIF frame times are whole hundredths of a second: frames last {low} or {low + 1} of them, "
            f"which makes {float(spec.fps):g} frames per second on average"
        ]
    return []


def _encode_frames(
    pictures: Pictures, palette: Bytes
) -> Iterator[tuple[tuple[int, int, int, int], int, bytes, Bytes | None]]:
    """Compressed frames: box, transparent index, data, and a local palette if it differs from the film's."""
    threads = max(1, os.cpu_count() or 1)
    pending: deque[tuple[Future[EncodedFrame], Bytes | None]] = deque()
    to_indices = _PaletteMapper(palette)
    previous: Bytes | None = None
    current = palette
    with ThreadPoolExecutor(threads, thread_name_prefix="gif") as pool:
        for picture in pictures:
            levels, colours = to_indices(picture)
            if colours is not current and not np.array_equal(colours, current):
                previous = None  # the same index now means another colour
            current = colours
            local_palette = None if np.array_equal(colours, palette) else colours
            pending.append((pool.submit(encode_changes, levels, previous), local_palette))
            previous = levels
            if len(pending) > threads:
                done, local_palette = pending.popleft()
                yield (*done.result(), local_palette)
        for done, local_palette in pending:
            yield (*done.result(), local_palette)


class _PaletteMapper:
    """Converter of pictures to palette indices: their own levels, or the nearest colours of the film's palette."""

    def __init__(self, palette: Bytes) -> None:
        self.palette = palette
        self.table: Bytes | None = None

    def __call__(self, picture: FinishedPicture) -> tuple[Bytes, Bytes]:
        if picture.levels is not None and picture.palette is not None:
            return np.array(picture.levels, dtype=np.uint8, order="C"), np.ascontiguousarray(picture.palette, np.uint8)
        if self.table is None:
            self.table = nearest_table(self.palette)
        levels = np.empty(picture.pixels.shape, np.uint8)
        to_levels(np.ascontiguousarray(picture.pixels), self.table, levels)
        return levels, self.palette
