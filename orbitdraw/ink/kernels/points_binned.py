"""Rasterisation of many points on a large canvas: points are sorted into strips of rows before any ink is drawn.

Drawing in random order to a buffer larger than the processor's cache misses the cache at nearly every point. A strip
of rows stays in the cache; and as each strip belongs to one thread, no second buffer needs to be merged.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from orbitdraw.runtime.jit import jit
from orbitdraw.runtime.threads import parallel_for

BLOCK = 1 << 15
"""Points sorted together: their positions stay in the second-level cache."""

STRIP = 1 << 19
"""Most bytes of ink in a strip of more than one row."""

Scratch = tuple[NDArray[np.uint64], NDArray[np.float64], NDArray[np.bool_], NDArray[np.int64]]
"""Scratch arrays that `bin_points` fills: records, amounts, is_uniform, ends."""


@jit("void(u8[::1], f8[::1], b1[::1], i8[:,::1], i8, i8, i8, i8, f8[:,::1], f8[::1], f8[::1], f8, f8, f8, f8, i8, i8)")
def bin_points(
    records: Any,
    amounts: Any,
    is_uniform: Any,
    ends: Any,
    first: int,
    last: int,
    columns: int,
    shift: int,
    pos: Any,
    shade: Any,
    weight: Any,
    scale: float,
    ox: float,
    oy: float,
    area: float,
    start: int,
    stop: int,
) -> None:
    """Sort the points of blocks `start` to `stop` by strips of 2^shift rows, from the picture's row `first` to `last`.

    A record is a point's pixel index and, in the last byte, its shade; `amounts` is its layers of ink. The records of
    strip s in block b are those from BLOCK b + ends[b, s] to BLOCK b + ends[b, s + 1]. Where `is_uniform`, all
    points of a block have the same weight, and the first amount holds for all.
    """
    low, high, wide = float(first), float(last), float(columns)
    cells, offsets = np.empty(BLOCK, np.uint32), np.empty(BLOCK, np.uint32)
    strips = np.empty(BLOCK, np.uint32)
    slots = np.empty(ends.shape[1], np.int64)
    eight = np.uint64(8)
    for block in range(start, stop):
        lo = block * BLOCK
        hi = min(lo + BLOCK, pos.shape[0])
        count, differing = 0, 0
        for i in range(lo, hi):
            differing += weight[i] != weight[lo]
        for i in range(lo, hi):
            px = ox + scale * pos[i, 0]
            py = oy - scale * pos[i, 1]
            # Off the canvas or not finite, the index is meaningless and the next point overwrites it.
            x, y = min(max(0.0, px), wide), min(max(low, py), high)
            row = np.int32(y) - first
            cells[count] = np.uint32(row * columns + np.int32(x))
            strips[count] = np.uint32(row >> shift)
            offsets[count] = i - lo
            count += (px >= 0.0) & (px < wide) & (py >= low) & (py < high)
        slots[:] = 0
        for k in range(count):
            slots[np.int64(strips[k])] += 1
        total = lo
        for s in range(slots.size):
            ends[block, s] = total - lo
            begin = total
            total += slots[s]
            slots[s] = begin
        is_uniform[block] = differing == 0
        amounts[lo] = area * weight[lo]
        for k in range(count):
            at, strip = lo + np.int64(offsets[k]), np.int64(strips[k])
            slot = slots[strip]
            slots[strip] = slot + 1
            value = shade[at] if shade[at] == shade[at] else 0.0
            level = np.uint64(np.int32(min(max(value, 0.0), 1.0) * 255.0 + 0.5))
            records[slot] = (np.uint64(cells[k]) << eight) | level
            if differing > 0:
                amounts[slot] = area * weight[at]


@jit("void(u4[:,:,::1], u8[::1], f8[::1], b1[::1], i8[:,::1], f8[:,::1], i8, i8)")
def draw_strips(
    ink: Any, records: Any, amounts: Any, is_uniform: Any, ends: Any, table: Any, start: int, stop: int
) -> None:
    """Draw the sorted points strip by strip; `start` to `stop` count all even strips, then all odd ones."""
    flat, planes = ink.reshape(-1), ink.shape[2]
    full, byte, eight = np.int64(0xFFFFFFFF), np.uint64(255), np.uint64(8)
    wide, c1, c2 = np.uint64(planes), np.uint64(1), np.uint64(2)
    half = ends.shape[1] // 2
    for index in range(start, stop):
        strip = 2 * index if index < half else 2 * (index - half) + 1
        for block in range(ends.shape[0]):
            lo = BLOCK * block
            uniform = is_uniform[block]
            for k in range(lo + ends[block, strip], lo + ends[block, strip + 1]):
                record, amount = records[k], amounts[lo if uniform else k]
                cell, level = wide * (record >> eight), record & byte
                t0 = np.int64(flat[cell]) + np.int64(min(amount * table[level, 0] + 0.5, 4294967295.0))
                flat[cell] = np.uint32(min(t0, full))
                if planes == 3:
                    t1 = np.int64(flat[cell + c1]) + np.int64(min(amount * table[level, 1] + 0.5, 4294967295.0))
                    t2 = np.int64(flat[cell + c2]) + np.int64(min(amount * table[level, 2] + 0.5, 4294967295.0))
                    flat[cell + c1] = np.uint32(min(t1, full))
                    flat[cell + c2] = np.uint32(min(t2, full))


def draw_binned(
    ink: Any, first: int, pos: Any, shade: Any, weight: Any, table: Any, scale: float, ox: float, oy: float,
    area: float, scratch: Scratch | None,
) -> Scratch:  # fmt: skip
    """Draw each point to its nearest pixel, bit-identical to `points_nearest.draw_nearest`; row 0 of `ink` is `first`.

    Return the scratch arrays, to be passed as `scratch` to the next call.
    """
    rows, columns, planes = ink.shape
    shift = max(0, (STRIP // (4 * planes * columns)).bit_length() - 1)
    blocks, strips = -(-len(pos) // BLOCK), -(-rows >> shift)
    if scratch is None or len(scratch[0]) != len(pos) or scratch[3].shape != (blocks, strips + 1):
        scratch = (
            np.empty(len(pos), np.uint64), np.empty(len(pos)), np.empty(blocks, np.bool_),
            np.empty((blocks, strips + 1), np.int64),
        )  # fmt: skip
    arrays = scratch
    parallel_for(
        lambda a, b: bin_points(
            *arrays, first, first + rows, columns, shift, pos, shade, weight, scale, ox, oy, area, a, b
        ),
        blocks, 1, 1,
    )  # fmt: skip
    parallel_for(lambda a, b: draw_strips(ink, *arrays, table, a, b), strips, 1, 1)
    return arrays
