"""Rasterisation of segments of wide pens: exact area coverage of a strip with mitred ends."""

from __future__ import annotations

from math import ceil, floor, sqrt
from typing import Any

import numpy as np

from orbitdraw.runtime.jit import jit

UNBOUNDED = 1e300
"""Position of a bound that does not apply."""


@jit("void(u4[:,:,::1], i8, f8[:,::1], i8, f8, f8[:,::1])")
def draw_wide_lines(ink: Any, first: int, segments: Any, count: int, width: float, table: Any) -> None:
    """Draw segments `width` pixels wide, more than two, on a canvas that begins at the picture's row `first`.

    A pixel gets the area in it of the strip, mitred at both ends. For a line whose normal has the components
    a >= b >= 0, the area of the unit square within the distance d is

        A(d) = (z - v + (v^2 - g^2) / 2b) / a,   z = d + (a + b) / 2,   v = min(z, b),   g = max(z - a, 0),

    z between 0 and a + b. Adjacent segments share a cut and cover its pixels with fractions that sum to one: no gap
    and no overlap at a joint.
    """
    rows, columns, planes = ink.shape
    is_rgb, last = planes == 3, planes - 1
    flat, full = ink.reshape(-1), np.int64(0xFFFFFFFF)
    one, two = np.uint64(1), np.uint64(2)
    half = 0.5 * width
    for i in range(count):
        ax, ay = segments[i, 0], segments[i, 1]
        bx, by = segments[i, 2], segments[i, 3]
        length = sqrt((bx - ax) * (bx - ax) + (by - ay) * (by - ay))
        if not length > 0.0:
            continue
        ux, uy = (bx - ax) / length, (by - ay) / length
        tx, ty = segments[i, 4], segments[i, 5]
        wx, wy = segments[i, 6], segments[i, 7]
        q0, q1 = sqrt(tx * tx + ty * ty), sqrt(wx * wx + wy * wy)
        # A mitre more than 60 degrees off perpendicular would reach too far; real corners are cut perpendicularly.
        if q0 > 0.0 and tx * ux + ty * uy > 0.5 * q0:
            tx, ty = tx / q0, ty / q0
        else:
            tx, ty = ux, uy
        if q1 > 0.0 and wx * ux + wy * uy > 0.5 * q1:
            wx, wy = wx / q1, wy / q1
        else:
            wx, wy = ux, uy
        nx, ny = -uy, ux
        a, b = max(abs(nx), abs(ny)), min(abs(nx), abs(ny))
        total, bend, over = a + b, 0.5 / max(b, 1e-9), 1.0 / a
        edge = half + 0.5 * total
        reach = half / min(tx * ux + ty * uy, wx * ux + wy * uy) + 1.0
        shade, strength = segments[i, 8], segments[i, 9]
        level = int(min(max(shade, 0.0), 1.0) * 255.0 + 0.5) if shade == shade else 0
        p0 = strength * table[level, 0]
        p1, p2 = strength * table[level, last // 2], strength * table[level, last]
        # The two edges and the two cuts bound each row: their x in the first row, and its change from row to row.
        top = floor(min(ay, by) - reach)
        py = top + 0.5
        x_low, x_high = min(ax, bx) - reach, max(ax, bx) + reach
        side_low, side_high, lean = -UNBOUNDED, UNBOUNDED, 0.0
        if abs(nx) > 1e-3:
            lean = -ny / nx
            x = ax + (py - ay) * lean
            side_low, side_high = x - edge / abs(nx), x + edge / abs(nx)
        near_low, near_high, near_lean = -UNBOUNDED, UNBOUNDED, 0.0
        if abs(tx) > 1e-3:
            near_lean = -ty / tx
            x = ax + (py - ay) * near_lean - 0.5 / tx
            near_low, near_high = x if tx > 0.0 else -UNBOUNDED, x if tx < 0.0 else UNBOUNDED
        far_low, far_high, far_lean = -UNBOUNDED, UNBOUNDED, 0.0
        if abs(wx) > 1e-3:
            far_lean = -wy / wx
            x = bx + (py - by) * far_lean + 0.5 / wx
            far_low, far_high = x if wx < 0.0 else -UNBOUNDED, x if wx > 0.0 else UNBOUNDED
        for r in range(max(top, first), min(floor(max(ay, by) + reach) + 1, first + rows)):
            k = float(r - top)
            low = max(max(x_low, side_low + k * lean), max(near_low + k * near_lean, far_low + k * far_lean))
            high = min(min(x_high, side_high + k * lean), min(near_high + k * near_lean, far_high + k * far_lean))
            left = max(ceil(low - 0.5), 0)
            px, py = left - 0.5, r + 0.5
            from_start = (px - ax) * tx + (py - ay) * ty + 0.5
            to_end = (bx - px) * wx + (by - py) * wy + 0.5
            d = (px - ax) * nx + (py - ay) * ny
            start = (r - first) * columns * planes
            for c in range(left, min(floor(high - 0.5) + 1, columns)):
                from_start, to_end, d = from_start + tx, to_end - wx, d + nx
                cover = max(min(max(from_start, 0.0), 1.0) + min(max(to_end, 0.0), 1.0) - 1.0, 0.0)
                z = min(max(edge - abs(d), 0.0), total)
                v, g = min(z, b), max(z - a, 0.0)
                cover *= (z - v + bend * (v * v - g * g)) * over
                # Converted through a signed integer: one instruction, where unsigned takes several.
                at = np.uint64(start + c * planes)
                amount = np.int64(min(p0 * cover + 0.5, 4294967295.0))
                flat[at] = np.uint32(min(np.int64(flat[at]) + amount, full))
                if is_rgb:
                    amount = np.int64(min(p1 * cover + 0.5, 4294967295.0))
                    flat[at + one] = np.uint32(min(np.int64(flat[at + one]) + amount, full))
                    amount = np.int64(min(p2 * cover + 0.5, 4294967295.0))
                    flat[at + two] = np.uint32(min(np.int64(flat[at + two]) + amount, full))
