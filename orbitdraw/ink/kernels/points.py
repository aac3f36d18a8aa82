"""Rasterisation of dust particles: bilinear splats and antialiased discs."""

from __future__ import annotations

from math import floor, pi, sqrt
from typing import Any

import numpy as np

from orbitdraw.runtime.jit import jit, jit_inline


@jit_inline
def _add_ink(ink: Any, row: int, column: int, k: int, amount: float) -> None:
    total = np.int64(ink[row, column, k]) + np.int64(min(amount + 0.5, 4294967295.0))
    ink[row, column, k] = np.uint32(min(total, np.int64(0xFFFFFFFF)))


@jit()
def _palette_index(shade: float) -> int:
    return int(min(max(shade, 0.0), 1.0) * 255.0 + 0.5) if shade == shade else 0


@jit("void(u4[:,:,::1], i8, i8, f8[:,::1], f8[::1], f8[::1], f8[:,::1], f8, f8, f8, f8, i8, i8, i8)")
def draw_bilinear(
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
    stride: int,
) -> None:
    """Distribute each point over its four nearest pixels, so that it moves smoothly."""
    rows, columns, planes = ink.shape
    for i in range(start, stop, stride):
        px = ox + scale * pos[i, 0] - 0.5
        py = oy - scale * pos[i, 1] - 0.5
        if not (px > -1.0 and px < columns and py > first - 1.0 and py < first + rows and py < height):
            continue
        left, top = floor(px), floor(py)
        fx, fy = px - left, py - top
        index = _palette_index(shade[i])
        for dr in range(2):
            row = top + dr - first
            if row < 0 or row >= rows:
                continue
            share = (fy if dr else 1.0 - fy) * area * weight[i]
            for dc in range(2):
                column = left + dc
                if column >= 0 and column < columns:
                    portion = share * (fx if dc else 1.0 - fx)
                    for k in range(planes):
                        _add_ink(ink, row, column, k, portion * table[index, k])


@jit("void(u4[:,:,::1], i8, i8, f8[:,::1], f8[::1], f8[::1], f8[:,::1], f8, f8, f8, f8, i8, i8, i8)")
def draw_discs(
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
    stride: int,
) -> None:
    """Draw each point as a disc with a soft edge one pixel wide; its total ink is its area at every size."""
    rows, columns, planes = ink.shape
    # The ink under the profile clip(r + 1/2 - distance) is pi (r^2 + 1/12).
    radius = sqrt(max(area / pi - 1.0 / 12.0, 0.0))
    reach = radius + 0.5
    for i in range(start, stop, stride):
        px = ox + scale * pos[i, 0]
        py = oy - scale * pos[i, 1]
        if not (px > -reach and px < columns + reach and py > first - reach and py < first + rows + reach):
            continue
        index = _palette_index(shade[i])
        for r in range(max(floor(py - reach), first), min(floor(py + reach) + 1, first + rows)):
            dy = r + 0.5 - py
            for c in range(max(floor(px - reach), 0), min(floor(px + reach) + 1, columns)):
                dx = c + 0.5 - px
                cover = min(reach - sqrt(dx * dx + dy * dy), 1.0)
                if cover > 0.0:
                    for k in range(planes):
                        _add_ink(ink, r - first, c, k, cover * weight[i] * table[index, k])
