"""Points become ink: grains of dust, and the marks that show where bodies are now."""

from __future__ import annotations

from math import floor, pi, sqrt
from typing import Any

import numpy as np

from orbitdraw.jit import compiled, inlined
from orbitdraw.raster import ONE


@inlined
def _drop(ink: Any, row: int, column: int, k: int, amount: float) -> None:
    total = np.int64(ink[row, column, k]) + np.int64(min(amount + 0.5, 4294967295.0))
    ink[row, column, k] = np.uint32(min(total, np.int64(0xFFFFFFFF)))


@inlined
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


@compiled("void(u4[:,:,::1], i8, i8, f8[:,::1], f8[::1], f8[::1], f8[:,::1], f8, f8, f8, f8, i8, i8, i8)")
def bilinear(
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
    """Each grain shared among its four nearest pixels, so that it glides instead of jumping."""
    rows, columns, planes = ink.shape
    for i in range(start, stop, every):
        px = ox + scale * pos[i, 0] - 0.5
        py = oy - scale * pos[i, 1] - 0.5
        if not (px > -1.0 and px < columns and py > first - 1.0 and py < first + rows and py < height):
            continue
        left, top = floor(px), floor(py)
        fx, fy = px - left, py - top
        index = _shade(shade[i])
        for dr in range(2):
            row = top + dr - first
            if row < 0 or row >= rows:
                continue
            share = (fy if dr else 1.0 - fy) * area * weight[i]
            for dc in range(2):
                column = left + dc
                if column >= 0 and column < columns:
                    part = share * (fx if dc else 1.0 - fx)
                    for k in range(planes):
                        _drop(ink, row, column, k, part * table[index, k])


@compiled("void(u4[:,:,::1], i8, i8, f8[:,::1], f8[::1], f8[::1], f8[:,::1], f8, f8, f8, f8, i8, i8, i8)")
def discs(
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
    """Each grain as a round spot with a soft edge one pixel wide; its ink is its area, whatever the size."""
    rows, columns, planes = ink.shape
    # The ink under the profile clip(r + 1/2 - distance) is pi (r^2 + 1/12).
    radius = sqrt(max(area / pi - 1.0 / 12.0, 0.0))
    reach = radius + 0.5
    for i in range(start, stop, every):
        px = ox + scale * pos[i, 0]
        py = oy - scale * pos[i, 1]
        if not (px > -reach and px < columns + reach and py > first - reach and py < first + rows + reach):
            continue
        index = _shade(shade[i])
        for r in range(max(floor(py - reach), first), min(floor(py + reach) + 1, first + rows)):
            dy = r + 0.5 - py
            for c in range(max(floor(px - reach), 0), min(floor(px + reach) + 1, columns)):
                dx = c + 0.5 - px
                cover = min(reach - sqrt(dx * dx + dy * dy), 1.0)
                if cover > 0.0:
                    for k in range(planes):
                        _drop(ink, r - first, c, k, cover * weight[i] * table[index, k])


@compiled("void(u4[:,:,::1], i8, f8, f8, f8, f8, f8[::1], f8[::1])")
def stamp(ink: Any, first: int, px: float, py: float, radius: float, halo: float, core: Any, skirt: Any) -> None:
    """A mark: a disc of `core` ink, and `skirt` ink that fades to nothing at the distance `halo`."""
    rows, columns, planes = ink.shape
    reach = max(radius + 0.5, halo)
    if not (px > -reach and px < columns + reach and py > first - reach and py < first + rows + reach):
        return
    for r in range(max(floor(py - reach), first), min(floor(py + reach) + 1, first + rows)):
        dy = r + 0.5 - py
        for c in range(max(floor(px - reach), 0), min(floor(px + reach) + 1, columns)):
            dx = c + 0.5 - px
            distance = sqrt(dx * dx + dy * dy)
            cover = min(max(radius + 0.5 - distance, 0.0), 1.0)
            fall = max(1.0 - distance / halo, 0.0) if halo > 0.0 else 0.0
            for k in range(planes):
                _drop(ink, r - first, c, k, cover * core[k] + fall * fall * fall * skirt[k])
