"""Rasterisation of segments of narrow pens: exact area coverage of a strip whose ends are cut along the pixel grid."""

from __future__ import annotations

from math import ceil, floor, sqrt
from typing import Any

import numpy as np

from orbitdraw.runtime.jit import jit, jit_inline

OBLIQUE_SLOPE = 0.81
"""Slope above which an end is cut obliquely, tan 39 degrees. Nearer to 1, tight curves would show beads at 45 degrees;
lower, more segments would take the slower branch."""


SHORT_STROKE_INK = 256.0
"""Units of ink below which a stroke counts as short and is rounded by dithering."""


@jit_inline
def _add_ink(ink: Any, at: Any, amount: float) -> None:
    # Converted through a signed integer: one instruction, where unsigned takes several.
    ink[at] = np.uint32(min(np.int64(ink[at]) + np.int64(amount), np.int64(0xFFFFFFFF)))


@jit("void(u4[:,:,::1], i8, f8[:,::1], i8, f8, f8[:,::1])")
def draw_thin_lines(ink: Any, first: int, segments: Any, count: int, width: float, table: Any) -> None:
    """Draw segments of one pen, `width` pixels wide, on a canvas that begins at the picture's row `first`.

    Column by column (row by row where steep) the strip is a box whose two edges are ramps. Above a height z the box
    of height h, its ramps s high, holds

        C(z) = f(z) - f(z - h),   f(z) = z - v + v^2 / 2s,   v = min(z, s),   z >= 0,

    and the coverage of a pixel is a difference of two C: the exact area of the strip in it. Boxes lower than a pixel
    are drawn a pixel high with less ink, so the ink is always length times width; pens up to a pixel wide have no
    ramps, which keeps hairlines crisp. The ramps grow in up to a width of one and a half.

    Where the curve is flat the ends are cut vertically, where it is steep horizontally, and around 45 degrees the cut
    rotates from one to the other. Adjacent segments share a tangent and so the cut: no gap and no overlap at a joint.
    """
    rows, columns, planes = ink.shape
    is_rgb, last = planes == 3, planes - 1
    flat = ink.reshape(-1)
    soft = min(max(2.0 * (width - 1.0), 0.0), 1.0)
    for i in range(count):
        x0, y0, x1, y1 = segments[i, 0], segments[i, 1], segments[i, 2], segments[i, 3]
        tx, ty, wx, wy = segments[i, 4], segments[i, 5], segments[i, 6], segments[i, 7]
        steep = abs(y1 - y0) > abs(x1 - x0)
        if steep:
            x0, y0, x1, y1 = y0, x0, y1, x1
            tx, ty, wx, wy = ty, tx, wy, wx
        if x0 > x1:
            x0, y0, x1, y1 = x1, y1, x0, y0
            tx, ty, wx, wy = -wx, -wy, -tx, -ty
        if not x1 > x0:
            continue
        slope = (y1 - y0) / (x1 - x0)
        stretch = sqrt(1.0 + slope * slope)
        cut = width * stretch
        high = max(cut, 1.0)
        shade = segments[i, 8]
        level = int(min(max(shade, 0.0), 1.0) * 255.0 + 0.5) if shade == shade else 0
        strength = segments[i, 9] * cut / high
        p0 = min(strength * table[level, 0], 4294967295.0)
        p1 = min(strength * table[level, last // 2], 4294967295.0)
        p2 = min(strength * table[level, last], 4294967295.0)
        # For strokes so short that whole units matter, rounding is stochastic: a thousand thirds in one place add up to
        # a third of a thousand. The threshold is a hash of the stroke's position, so that order, bands and batches make
        # no difference.
        rounding = 0.5
        if max(p0, max(p1, p2)) * (x1 - x0) < SHORT_STROKE_INK:
            rounding = 791912345.6 * x0 + 627143217.8 * y0 + 104729771.3 * x1
            rounding -= floor(rounding)
        ramp = soft * abs(slope)
        base = y0 - slope * x0 - 0.5 * high
        begin, end = x0, x1
        oblique = abs(ty) > OBLIQUE_SLOPE * abs(tx) or abs(wy) > OBLIQUE_SLOPE * abs(wx)
        if oblique:
            # At corners, where a tangent is more than 30 degrees off, and at nodes at rest, the segment's own direction
            # sets the cut.
            if not (tx + ty * slope > 0.866 * stretch * sqrt(tx * tx + ty * ty)):
                tx, ty = 1.0, slope
            if not (wx + wy * slope > 0.866 * stretch * sqrt(wx * wx + wy * wy)):
                wx, wy = 1.0, slope
            # Normals of the cuts, divided by the sum of their components: a pixel fades over its own extent across it.
            cx, cy = max(tx - OBLIQUE_SLOPE * abs(ty), 0.0), max(abs(ty) - OBLIQUE_SLOPE * tx, 0.0)
            dx, dy = max(wx - OBLIQUE_SLOPE * abs(wy), 0.0), max(abs(wy) - OBLIQUE_SLOPE * wx, 0.0)
            cx, cy = cx / (cx + cy), (-cy if ty < 0.0 else cy) / (cx + cy)
            dx, dy = dx / (dx + dy), (-dy if wy < 0.0 else dy) / (dx + dy)
            # Two cuts that cross within the pen would add ink: so short a stroke is cut vertically.
            oblique = x1 - x0 > 0.5 * high * abs(cy - dy)
        if oblique:
            wide = 0.5 * (high + ramp + 1.0)
            begin = float(ceil(x0 - (abs(cy) * wide + 0.5) / (cx + cy * slope) - 0.5))
            end = floor(x1 + (abs(dy) * wide + 0.5) / (dx + dy * slope) - 0.5) + 0.75
        else:
            cx, cy, dx, dy = 1.0, 0.0, 1.0, 0.0
        if steep:
            near, far, low, top = first, first + rows, 0, columns
            along, across = columns * planes, planes
        else:
            near, far, low, top = 0, columns, first, first + rows
            along, across = planes, columns * planes
        start = -near * along - low * across
        height = top - low
        for c in range(max(floor(begin), near), min(floor(end) + 1, far)):
            xa, xb = float(c), c + 1.0
            if not oblique:
                xa, xb = max(xa, x0), min(xb, x1)
            run = xb - xa
            s = ramp * run
            y = base + slope * 0.5 * (xa + xb) - 0.5 * s
            r = floor(y)
            total = high + s
            pixels = floor(y + total) - r + 1
            bend = 0.5 / max(s, 1e-9)
            q0, q1, q2 = p0 * run, p1 * run, p2 * run
            z, before = r - y, 0.0
            at = start + c * along + r * across
            r -= low
            for _ in range(pixels):
                z += 1.0
                q = min(z, total)
                v, g = min(q, s), max(q - high, 0.0)
                now = q - v + bend * (v * v - g * g)
                cover = now - before
                before = now
                if oblique:
                    px, py = c + 0.5, (r + low) + 0.5
                    from_start = (px - x0) * cx + (py - y0) * cy + 0.5
                    to_end = (x1 - px) * dx + (y1 - py) * dy + 0.5
                    cover *= max(min(max(from_start, 0.0), 1.0) + min(max(to_end, 0.0), 1.0) - 1.0, 0.0)
                if 0 <= r < height:
                    _add_ink(flat, np.uint64(at), q0 * cover + rounding)
                    if is_rgb:
                        _add_ink(flat, np.uint64(at + 1), q1 * cover + rounding)
                        _add_ink(flat, np.uint64(at + 2), q2 * cover + rounding)
                r += 1
                at += across
