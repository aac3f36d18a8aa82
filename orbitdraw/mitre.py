"""Segments under wide pens become ink: the exact coverage of a strip with mitred ends."""

from __future__ import annotations

from math import ceil, floor, sqrt
from typing import Any

import numpy as np

from orbitdraw.jit import compiled, inlined


@inlined
def _put(ink: Any, row: int, column: int, k: int, amount: float) -> None:
    # Through a signed integer: processors convert to those in one step, to unsigned ones in many.
    total = np.int64(ink[row, column, k]) + np.int64(min(amount + 0.5, 4294967295.0))
    ink[row, column, k] = np.uint32(min(total, np.int64(0xFFFFFFFF)))


@inlined
def _add(ink: Any, row: int, column: int, many: bool, p0: float, p1: float, p2: float, cover: float) -> None:
    _put(ink, row, column, 0, p0 * cover)
    if many:
        _put(ink, row, column, 1, p1 * cover)
        _put(ink, row, column, 2, p2 * cover)


@compiled()
def _half_plane(d: float, inner: float, outer: float, steep: float, corner: float) -> float:
    """The part of a unit square on the near side of a line at distance d from its middle."""
    if d <= -outer:
        return 0.0
    if d >= outer:
        return 1.0
    rest = outer - abs(d)
    if abs(d) <= inner:
        return 0.5 + d * steep
    return 1.0 - rest * rest * corner if d > 0.0 else rest * rest * corner


@inlined
def _narrowed(xl: float, xr: float, at: float, off: float, t: float) -> Any:
    """The part of xl .. xr in which (x - at) t + off >= -1/2."""
    if t > 1e-3:
        return max(xl, at - (off + 0.5) / t), xr
    if t < -1e-3:
        return xl, min(xr, at - (off + 0.5) / t)
    return xl, xr


@compiled("void(u4[:,:,::1], i8, f8[:,::1], i8, f8, f8[:,::1])")
def mitre(ink: Any, first: int, segments: Any, count: int, width: float, table: Any) -> None:
    """Segments wider than a pixel: exact coverage of the strip, mitred at both ends.

    Neighbours share the cut between them and cover its pixels with fractions that sum to one: no gap at a joint,
    and no ink twice.
    """
    rows, columns = ink.shape[0], ink.shape[1]
    many, last = ink.shape[2] == 3, ink.shape[2] - 1
    half = 0.5 * width
    for i in range(count):
        s = segments[i]
        ax, ay, bx, by = s[0], s[1], s[2], s[3]
        length = sqrt((bx - ax) * (bx - ax) + (by - ay) * (by - ay))
        if not length > 0.0:
            continue
        ux, uy = (bx - ax) / length, (by - ay) / length
        q0, q1 = sqrt(s[4] * s[4] + s[5] * s[5]), sqrt(s[6] * s[6] + s[7] * s[7])
        # A cut more than 60 degrees off square would reach too far; real corners are cut square instead.
        tx, ty, wx, wy = ux, uy, ux, uy
        if q0 > 0.0 and s[4] * ux + s[5] * uy > 0.5 * q0:
            tx, ty = s[4] / q0, s[5] / q0
        if q1 > 0.0 and s[6] * ux + s[7] * uy > 0.5 * q1:
            wx, wy = s[6] / q1, s[7] / q1
        nx, ny = -uy, ux
        a, b = max(abs(nx), abs(ny)), min(abs(nx), abs(ny))
        inner, outer = 0.5 * (a - b), 0.5 * (a + b)
        steep, corner = 1.0 / a, 0.5 / (a * max(b, 1e-12))
        whole, narrow = half - outer, half < outer
        reach = half / min(tx * ux + ty * uy, wx * ux + wy * uy) + 1.0
        shade, strength = s[8], s[9]
        level = int(min(max(shade, 0.0), 1.0) * 255.0 + 0.5) if shade == shade else 0
        p0, p1, p2 = strength * table[level, 0], strength * table[level, last // 2], strength * table[level, last]
        x_low, x_high = min(ax, bx) - reach, max(ax, bx) + reach
        low = max(floor(min(ay, by) - reach), first)
        high = min(floor(max(ay, by) + reach) + 1, first + rows)
        side = (half + outer) / max(abs(nx), 1e-3)
        for r in range(low, high):
            py = r + 0.5
            xl, xr = x_low, x_high
            if abs(nx) > 1e-3:
                middle = ax - (py - ay) * ny / nx
                xl, xr = max(xl, middle - side), min(xr, middle + side)
            xl, xr = _narrowed(xl, xr, ax, (py - ay) * ty, tx)
            xl, xr = _narrowed(xl, xr, bx, (by - py) * wy, -wx)
            for c in range(max(ceil(xl - 0.5), 0), min(floor(xr - 0.5) + 1, columns)):
                px = c + 0.5
                begun = (px - ax) * tx + (py - ay) * ty + 0.5
                to_go = (bx - px) * wx + (by - py) * wy + 0.5
                cover = min(max(begun, 0.0), 1.0) + min(max(to_go, 0.0), 1.0) - 1.0
                d = abs((px - ax) * nx + (py - ay) * ny)
                if d > whole:
                    edge = _half_plane(half - d, inner, outer, steep, corner)
                    if narrow:
                        edge -= _half_plane(-half - d, inner, outer, steep, corner)
                    cover *= edge
                if cover > 0.0:
                    _add(ink, r - first, c, many, p0, p1, p2, cover)
