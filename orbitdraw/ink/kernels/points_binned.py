"""Rasterisation of many points on a large canvas: points are sorted into strips of rows before any ink is drawn.

Drawing in random order to a buffer larger than the processor's cache misses the cache at nearly every point. A strip
of rows stays in the cache; and as each strip belongs to one thread, no second buffer needs to be merged.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from orbitdraw.runtime.jit import compiled
from orbitdraw.runtime.threads import share

BLOCK = 1 << 15
"""Points sorted together: their positions stay in the second-level cache."""

STRIP = 1 << 19
"""Most bytes of ink in a strip of more than one row."""

Scratch = tuple[NDArray[np.uint64], NDArray[np.float64], NDArray[np.bool_], NDArray[np.int64]]
"""Scratch arrays that `sort` fills: records, amounts, even, ends."""


@compiled(
    "void(u8[::1], f8[::1], b1[::1], i8[:,::1], i8, i8, i8, i8, f8[:,::1], f8[::1], f8[::1], f8, f8, f8, f8, i8, i8)"
)
def sort(
    records: Any,
    amounts: Any,
    even: Any,
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
    strip s in block b are those from BLOCK b + ends[b, s] to BLOCK b + ends[b, s + 1]. In a block that is `even` all
    points have the same weight, and the first amount holds for all.
    """
    low, high, wide = float(first), float(last), float(columns)
    cells, which = np.empty(BLOCK, np.uint32), np.empty(BLOCK, np.uint32)
    strips = np.empty(BLOCK, np.uint32)
    slots = np.empty(ends.shape[1], np.int64)
    eight = np.uint64(8)
    for block in range(start, stop):
        lo = block * BLOCK
        hi = min(lo + BLOCK, pos.shape[0])
        found, other = 0, 0
        for i in range(lo, hi):
            other += weight[i] != weight[lo]
        for i in range(lo, hi):
            px = ox + scale * pos[i, 0]
            py = oy - scale * pos[i, 1]
            # Off the canvas or not finite, the index is meaningless and the next point overwrites it.
            x, y = min(max(0.0, px), wide), min(max(low, py), high)
            row = np.int32(y) - first
            cells[found] = np.uint32(row * columns + np.int32(x))
            strips[found] = np.uint32(row >> shift)
            which[found] = i - lo
            found += (px >= 0.0) & (px < wide) & (py >= low) & (py < high)
        slots[:] = 0
        for k in range(found):
            slots[np.int64(strips[k])] += 1
        total = lo
        for s in range(slots.size):
            ends[block, s] = total - lo
            here = total
            total += slots[s]
            slots[s] = here
        even[block] = other == 0
        amounts[lo] = area * weight[lo]
        for k in range(found):
            at, strip = lo + np.int64(which[k]), np.int64(strips[k])
            slot = slots[strip]
            slots[strip] = slot + 1
            tone = shade[at] if shade[at] == shade[at] else 0.0
            level = np.uint64(np.int32(min(max(tone, 0.0), 1.0) * 255.0 + 0.5))
            records[slot] = (np.uint64(cells[k]) << eight) | level
            if other > 0:
                amounts[slot] = area * weight[at]


@compiled("void(u4[:,:,::1], u8[::1], f8[::1], b1[::1], i8[:,::1], f8[:,::1], i8, i8)")
def drop(ink: Any, records: Any, amounts: Any, even: Any, ends: Any, table: Any, start: int, stop: int) -> None:
    """Draw the sorted points strip by strip; `start` to `stop` count all even strips, then all odd ones."""
    flat, planes = ink.reshape(-1), ink.shape[2]
    full, byte, eight = np.int64(0xFFFFFFFF), np.uint64(255), np.uint64(8)
    wide, c1, c2 = np.uint64(planes), np.uint64(1), np.uint64(2)
    half = ends.shape[1] // 2
    for turn in range(start, stop):
        strip = 2 * turn if turn < half else 2 * (turn - half) + 1
        for block in range(ends.shape[0]):
            lo = BLOCK * block
            same = even[block]
            for k in range(lo + ends[block, strip], lo + ends[block, strip + 1]):
                record, amount = records[k], amounts[lo if same else k]
                cell, level = wide * (record >> eight), record & byte
                t0 = np.int64(flat[cell]) + np.int64(min(amount * table[level, 0] + 0.5, 4294967295.0))
                flat[cell] = np.uint32(min(t0, full))
                if planes == 3:
                    t1 = np.int64(flat[cell + c1]) + np.int64(min(amount * table[level, 1] + 0.5, 4294967295.0))
                    t2 = np.int64(flat[cell + c2]) + np.int64(min(amount * table[level, 2] + 0.5, 4294967295.0))
                    flat[cell + c1] = np.uint32(min(t1, full))
                    flat[cell + c2] = np.uint32(min(t2, full))


def lay_binned(
    ink: Any, first: int, pos: Any, shade: Any, weight: Any, table: Any, scale: float, ox: float, oy: float,
    area: float, room: Scratch | None,
) -> Scratch:  # fmt: skip
    """Draw each point to its nearest pixel, bit-identical to `points_nearest.nearest`; `ink` begins at row `first`.

    Return the scratch arrays, to be passed as `room` to the next call.
    """
    rows, columns, planes = ink.shape
    shift = max(0, (STRIP // (4 * planes * columns)).bit_length() - 1)
    blocks, strips = -(-len(pos) // BLOCK), -(-rows >> shift)
    if room is None or len(room[0]) != len(pos) or room[3].shape != (blocks, strips + 1):
        room = (
            np.empty(len(pos), np.uint64), np.empty(len(pos)), np.empty(blocks, np.bool_),
            np.empty((blocks, strips + 1), np.int64),
        )  # fmt: skip
    made = room
    share(
        lambda a, b: sort(*made, first, first + rows, columns, shift, pos, shade, weight, scale, ox, oy, area, a, b),
        blocks, 1, 1,
    )  # fmt: skip
    share(lambda a, b: drop(ink, *made, table, a, b), strips, 1, 1)
    return made
