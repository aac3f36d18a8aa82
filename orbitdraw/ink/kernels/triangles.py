"""Rasterisation of triangles, for swept areas, with area coverage by scan lines."""

from __future__ import annotations

from math import ceil, floor
from typing import Any

import numpy as np

from orbitdraw.runtime.jit import jit

SCAN_LINES = 8
"""Scan lines in a row of pixels; along each the coverage is exact."""


@jit("void(u4[:,:,::1], i8, f8[:,::1], f8[::1], f8[::1], f8[:,::1])")
def fill(ink: Any, first: int, corners: Any, shade: Any, weight: Any, table: Any) -> None:
    """Fill triangles, rows x0 y0 x1 y1 x2 y2 in pixels, on a canvas that begins at the picture's row `first`.

    Edges are half-open intervals in y, so that two triangles with a common edge neither overlap nor leave a gap.
    """
    rows, columns, planes = ink.shape
    for i in range(corners.shape[0]):
        t = corners[i]
        top = min(t[1], min(t[3], t[5]))
        low = max(t[1], max(t[3], t[5]))
        left = min(t[0], min(t[2], t[4]))
        right = max(t[0], max(t[2], t[4]))
        if not (low > first and top < first + rows and right > 0.0 and left < columns and low - top < 1e7):
            continue
        s = shade[i]
        level = int(min(max(s, 0.0), 1.0) * 255.0 + 0.5) if s == s else 0
        for line in range(
            ceil(max(top, float(first)) * SCAN_LINES - 0.5), ceil(min(low, float(first + rows)) * SCAN_LINES - 0.5)
        ):
            y = (line + 0.5) / SCAN_LINES
            row = floor(y) - first
            if row < 0 or row >= rows:
                continue
            xa, xb = 1e300, -1e300
            for k in range(3):
                x0, y0 = t[2 * k], t[2 * k + 1]
                x1, y1 = t[(2 * k + 2) % 6], t[(2 * k + 3) % 6]
                if (y0 <= y) != (y1 <= y):
                    x = x0 + (x1 - x0) * ((y - y0) / (y1 - y0))
                    xa, xb = min(xa, x), max(xb, x)
            xa, xb = max(xa, 0.0), min(xb, float(columns))
            if not xb > xa:
                continue
            for c in range(floor(xa), min(ceil(xb), columns)):
                cover = weight[i] / SCAN_LINES * (min(xb, c + 1.0) - max(xa, float(c)))
                for k in range(planes):
                    total = np.int64(ink[row, c, k]) + np.int64(table[level, k] * cover + 0.5)
                    ink[row, c, k] = np.uint32(min(total, np.int64(0xFFFFFFFF)))
