"""Marking of the blocks of the ink buffer that segments are drawn to."""

from __future__ import annotations

from typing import Any

from orbitdraw.ink.units import SHIFT
from orbitdraw.runtime.jit import jit


@jit("void(u1[::1], f8[:,::1], i8, f8, i8, i8, i8, i8)")
def mark(
    has_ink: Any, segments: Any, count: int, margin: float, first: int, rows: int, columns: int, planes: int
) -> None:
    """Set the flags in `has_ink` of all blocks within `margin` pixels of one of `count` segments of `flatten`."""
    for i in range(count):
        x0, x1, y0, y1 = segments[i, 0], segments[i, 2], segments[i, 1] - first, segments[i, 3] - first
        if x0 > x1:
            x0, x1 = x1, x0
        if y0 > y1:
            y0, y1 = y1, y0
        left, right, top, bottom = x0 - margin, x1 + margin, y0 - margin, y1 + margin
        if right >= 0.0 and bottom >= 0.0 and left < columns and top < rows:
            start = int(left) * planes if left > 0.0 else 0
            width = (int(right) + 1) * planes - start if right < columns else columns * planes - start
            row = int(top) if top > 0.0 else 0
            last = int(bottom) if bottom < rows else rows - 1
            while row <= last:
                b = (row * columns * planes + start) >> SHIFT
                end = (row * columns * planes + start + width - 1) >> SHIFT
                while b <= end and b < has_ink.size:
                    has_ink[b] = 1
                    b += 1
                row += 1
