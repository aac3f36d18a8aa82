"""Crowds of dust become ink."""

from __future__ import annotations

from typing import Any

import numpy as np

from orbitdraw.ink.units import ONE
from orbitdraw.runtime.jit import compiled

BATCH = 512
"""Grains put in a row together: their places stay in the processor's first cache."""


def nearest(ink: Any, first: int, height: int, *rest: Any) -> None:
    """Each grain into the pixel it lies in: for crowds, where nobody sees a grain's own place; see `_nearest`."""
    # Arrays that compiled code makes itself take a sixth of its time to compile.
    whole, amounts = np.empty((3, BATCH), np.uint32), np.empty(BATCH)
    rows, columns, planes = ink.shape
    _nearest(ink.reshape(-1), rows, columns, planes, whole, amounts, first, height, *rest)


@compiled(
    "void(u4[::1], i8, i8, i8, u4[:,::1], f8[::1], i8, i8, f8[:,::1], f8[::1], f8[::1], f8[:,::1], f8, f8, f8, f8, "
    "i8, i8, i8)"
)
def _nearest(
    flat: Any,
    rows: int,
    columns: int,
    planes: int,
    whole: Any,
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
    every: int,
) -> None:
    """Lay the grains from `start` to `stop` on the sheet (rows, columns, planes) from the picture's row `first`.

    Of `every` grains one is drawn. A batch at a time, those on the paper are first put in a row without a branch:
    where the paper's edge cuts through a crowd, guessing each grain's side wrong costs three times the ink.
    """
    low, high, wide = float(first), float(min(first + rows, height)), float(columns)
    full, unit = np.int64(0xFFFFFFFF), area * ONE
    cells, which, levels = whole[0], whole[1], whole[2]
    c1, c2, three = np.uint64(1), np.uint64(2), np.uint64(3)
    for lo in range(start, stop, BATCH * every):
        found = 0
        for i in range(lo, min(lo + BATCH * every, stop), every):
            px = ox + scale * pos[i, 0]
            py = oy - scale * pos[i, 1]
            # Off the paper, or no number at all, the cell is nonsense and the next grain takes its place in the row.
            x, y = min(max(0.0, px), wide), min(max(low, py), high)
            cells[found] = np.uint32((np.int32(y) - first) * columns + np.int32(x))
            which[found] = i - lo
            found += (px >= 0.0) & (px < wide) & (py >= low) & (py < high)
        if planes == 1:
            for k in range(found):
                cell = np.uint64(cells[k])
                total = np.int64(flat[cell]) + np.int64(min(unit * weight[lo + np.int64(which[k])] + 0.5, 4294967295.0))
                flat[cell] = np.uint32(min(total, full))
        else:
            # Before the paper is touched, all that can be read in order.
            for k in range(found):
                at = lo + np.int64(which[k])
                s = shade[at] if shade[at] == shade[at] else 0.0
                levels[k] = np.uint32(np.int32(min(max(s, 0.0), 1.0) * 255.0 + 0.5))
                amounts[k] = area * weight[at]
            for k in range(found):
                cell, level, amount = three * np.uint64(cells[k]), np.uint64(levels[k]), amounts[k]
                t0 = np.int64(flat[cell]) + np.int64(min(amount * table[level, 0] + 0.5, 4294967295.0))
                t1 = np.int64(flat[cell + c1]) + np.int64(min(amount * table[level, 1] + 0.5, 4294967295.0))
                t2 = np.int64(flat[cell + c2]) + np.int64(min(amount * table[level, 2] + 0.5, 4294967295.0))
                flat[cell] = np.uint32(min(t0, full))
                flat[cell + c1] = np.uint32(min(t1, full))
                flat[cell + c2] = np.uint32(min(t2, full))


@compiled("void(u4[::1], u4[::1])")
def merge(ink: Any, scratch: Any) -> None:
    """Add the scratch sheet to the ink and leave it blank."""
    for i in range(ink.size):
        ink[i] = np.uint32(min(np.int64(ink[i]) + np.int64(scratch[i]), np.int64(0xFFFFFFFF)))
        scratch[i] = np.uint32(0)
