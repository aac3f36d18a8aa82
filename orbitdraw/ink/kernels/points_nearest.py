"""Rasterisation of many dust particles, each to its nearest pixel."""

from __future__ import annotations

from typing import Any

import numpy as np

from orbitdraw.ink.units import LAYER
from orbitdraw.runtime.jit import jit

BATCH = 512
"""Points processed together: their positions stay in the first-level cache."""


def draw_nearest(ink: Any, first: int, height: int, *rest: Any) -> None:
    """Draw each point to its nearest pixel, for crowds that hide sub-pixel positions; see `_draw_nearest`."""
    # Allocating these arrays in compiled code would add a sixth to its compile time.
    scratch_rows, amounts = np.empty((3, BATCH), np.uint32), np.empty(BATCH)
    rows, columns, planes = ink.shape
    _draw_nearest(ink.reshape(-1), rows, columns, planes, scratch_rows, amounts, first, height, *rest)


@jit(
    "void(u4[::1], i8, i8, i8, u4[:,::1], f8[::1], i8, i8, f8[:,::1], f8[::1], f8[::1], f8[:,::1], f8, f8, f8, f8, "
    "i8, i8, i8)"
)
def _draw_nearest(
    flat: Any,
    rows: int,
    columns: int,
    planes: int,
    scratch_rows: Any,
    amounts: Any,
    first: int,
    height: int,
    pos: Any,
    shade: Any,
    weight: Any,
    table: Any,
    scale: float,
    ox: float,
    oy: float,
    area: float,
    start: int,
    stop: int,
    stride: int,
) -> None:
    """Draw the points from `start` to `stop` on a canvas (rows, columns, planes) that begins at the row `first`.

    One of `stride` points is drawn. In each batch the points on the canvas are first compacted without a branch: where
    the canvas edge cuts through a crowd, branch mispredictions would cost three times as much as the drawing.
    """
    low, high, wide = float(first), float(min(first + rows, height)), float(columns)
    full, unit = np.int64(0xFFFFFFFF), area * LAYER
    cells, offsets, levels = scratch_rows[0], scratch_rows[1], scratch_rows[2]
    c1, c2, three = np.uint64(1), np.uint64(2), np.uint64(3)
    for lo in range(start, stop, BATCH * stride):
        count = 0
        for i in range(lo, min(lo + BATCH * stride, stop), stride):
            px = ox + scale * pos[i, 0]
            py = oy - scale * pos[i, 1]
            # Off the canvas or not finite, the index is meaningless and the next point overwrites it.
            x, y = min(max(0.0, px), wide), min(max(low, py), high)
            cells[count] = np.uint32((np.int32(y) - first) * columns + np.int32(x))
            offsets[count] = i - lo
            count += (px >= 0.0) & (px < wide) & (py >= low) & (py < high)
        if planes == 1:
            for k in range(count):
                cell = np.uint64(cells[k])
                total = np.int64(flat[cell]) + np.int64(
                    min(unit * weight[lo + np.int64(offsets[k])] + 0.5, 4294967295.0)
                )
                flat[cell] = np.uint32(min(total, full))
        else:
            # Sequential reads first, before the random access to the canvas.
            for k in range(count):
                at = lo + np.int64(offsets[k])
                s = shade[at] if shade[at] == shade[at] else 0.0
                levels[k] = np.uint32(np.int32(min(max(s, 0.0), 1.0) * 255.0 + 0.5))
                amounts[k] = area * weight[at]
            for k in range(count):
                cell, level, amount = three * np.uint64(cells[k]), np.uint64(levels[k]), amounts[k]
                t0 = np.int64(flat[cell]) + np.int64(min(amount * table[level, 0] + 0.5, 4294967295.0))
                t1 = np.int64(flat[cell + c1]) + np.int64(min(amount * table[level, 1] + 0.5, 4294967295.0))
                t2 = np.int64(flat[cell + c2]) + np.int64(min(amount * table[level, 2] + 0.5, 4294967295.0))
                flat[cell] = np.uint32(min(t0, full))
                flat[cell + c1] = np.uint32(min(t1, full))
                flat[cell + c2] = np.uint32(min(t2, full))


@jit("void(u4[::1], u4[::1])")
def merge(ink: Any, scratch: Any) -> None:
    """Add the scratch buffer to the ink, saturating, and clear it."""
    for i in range(ink.size):
        ink[i] = np.uint32(min(np.int64(ink[i]) + np.int64(scratch[i]), np.int64(0xFFFFFFFF)))
        scratch[i] = np.uint32(0)
