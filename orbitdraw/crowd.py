"""Crowds of dust become ink."""

from __future__ import annotations

from typing import Any

import numpy as np

from orbitdraw.jit import compiled
from orbitdraw.raster import ONE


@compiled()
def _shade(shade: float) -> int:
    return int(min(max(shade, 0.0), 1.0) * 255.0 + 0.5) if shade == shade else 0


@compiled("void(u4[:,:,::1], i8, i8, f8[:,::1], f8[::1], f8[::1], f8[:,::1], f8, f8, f8, f8, i8, i8, i8)")
def nearest(
    ink: Any,
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
    """Each grain into the pixel it lies in: for crowds, where nobody sees a grain's own place.

    Of `every` grains one is drawn. (Working out places in blocks first is slower for float64.)
    """
    rows, columns, planes = ink.shape
    flat = ink.reshape(-1)
    low, high, wide = float(first), float(min(first + rows, height)), float(columns)
    full, unit = np.int64(0xFFFFFFFF), area * ONE
    for i in range(start, stop, every):
        px = ox + scale * pos[i, 0]
        py = oy - scale * pos[i, 1]
        if px >= 0.0 and px < wide and py >= low and py < high:
            cell = (np.int64(py) - first) * columns + np.int64(px)
            if planes == 1:
                total = np.int64(flat[cell]) + np.int64(min(unit * weight[i] + 0.5, 4294967295.0))
                flat[cell] = np.uint32(min(total, full))
            else:
                index, amount = _shade(shade[i]), area * weight[i]
                for k in range(3):
                    more = np.int64(min(amount * table[index, k] + 0.5, 4294967295.0))
                    flat[3 * cell + k] = np.uint32(min(np.int64(flat[3 * cell + k]) + more, full))


@compiled("void(u4[::1], u4[::1])")
def merge(ink: Any, scratch: Any) -> None:
    """Add the scratch sheet to the ink and leave it blank."""
    for i in range(ink.size):
        ink[i] = np.uint32(min(np.int64(ink[i]) + np.int64(scratch[i]), np.int64(0xFFFFFFFF)))
        scratch[i] = np.uint32(0)
