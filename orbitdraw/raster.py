"""Strokes become ink: curves are flattened into short segments, and segments cover pixels, by area."""

from __future__ import annotations

from math import ceil, floor, isfinite, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from orbitdraw.jit import compiled, inlined

ONE = 65536
"""Ink that counts as one layer of full coverage; a pixel holds 65 535 layers."""

CHORD = 0.1
"""Pixels a drawn chord may stray from its curve. Corners show from about 0.3 on."""
MOST = 512.0
"""Chords in one piece of path; only a path that is wild at this size needs as many."""

Ink = NDArray[np.uint32]
Floats = NDArray[np.float64]


@compiled("void(u4[::1], u8, u8)")
def fade(ink: Any, factor: Any, offset: Any) -> None:
    """Multiply ink by factor / 2^32, rounded by `offset` / 2^32: over evenly spread offsets nothing is lost or won."""
    for i in range(ink.size):
        ink[i] = np.uint32((np.uint64(ink[i]) * factor + offset) >> np.uint64(32))


@compiled()
def _outside(x: float, y: float, left: float, top: float, right: float, bottom: float) -> int:
    return (1 if x < left else 2 if x > right else 0) + (4 if y < top else 8 if y > bottom else 0)


@compiled("i8(f8[:,:,::1], f8[:,:,::1], f8[:,::1], f8[::1], i8, i8, f8, f8, f8, f8, f8, f8, f8, f8[:,::1])")
def flatten(
    path: Any,
    velocity: Any,
    shade: Any,
    weight: Any,
    start: int,
    stop: int,
    scale: float,
    ox: float,
    oy: float,
    piece: float,
    margin: float,
    width: float,
    height: float,
    out: Any,
) -> int:
    """Segments in pixels of particles `start` to `stop`; returns how many there are, even beyond what `out` holds.

    Rows of `out`: x0, y0, x1, y1, the directions in which the pen is cut at both ends, shade, weight. A piece is
    the cubic Hermite curve through two nodes and their velocities, `piece` being the time between nodes; it gets
    as many chords as keep it within CHORD of the curve. Segments are clipped to the paper plus `margin`.
    """
    left, top, right, bottom = -margin, -margin, width + margin, height + margin
    count = 0
    last = shade.shape[0] - 1
    for i in range(start, stop):
        for j in range(path.shape[0] - 1):
            ax = ox + scale * path[j, i, 0]
            ay = oy - scale * path[j, i, 1]
            bx = ox + scale * path[j + 1, i, 0]
            by = oy - scale * path[j + 1, i, 1]
            if not (isfinite(ax) and isfinite(ay) and isfinite(bx) and isfinite(by)):
                continue
            hx, hy = bx - ax, by - ay
            chord = sqrt(hx * hx + hy * hy)
            if chord == 0.0:
                continue
            speed = scale * piece
            ux, uy = speed * velocity[j, i, 0], -speed * velocity[j, i, 1]
            vx, vy = speed * velocity[j + 1, i, 0], -speed * velocity[j + 1, i, 1]
            pu, pv = sqrt(ux * ux + uy * uy), sqrt(vx * vx + vy * vy)
            curved = isfinite(pu) and isfinite(pv) and pu < 1e6 and pv < 1e6 and chord < 1e6
            if curved:
                # A node next to a close encounter is so fast that its tangent would throw a loop the path never made.
                most = max(3.0 * chord, min(pu, pv))
                if pu > most:
                    ux, uy = ux * most / pu, uy * most / pu
                if pv > most:
                    vx, vy = vx * most / pv, vy * most / pv
            else:
                ux, uy, vx, vy = hx, hy, hx, hy
            px, py = ax + ux / 3.0, ay + uy / 3.0
            qx, qy = bx - vx / 3.0, by - vy / 3.0
            if (
                max(max(ax, bx), max(px, qx)) < left
                or min(min(ax, bx), min(px, qx)) > right
                or max(max(ay, by), max(py, qy)) < top
                or min(min(ay, by), min(py, qy)) > bottom
            ):
                continue
            ex, ey = ax - 2.0 * px + qx, ay - 2.0 * py + qy
            fx, fy = px - 2.0 * qx + bx, py - 2.0 * qy + by
            bend = sqrt(max(ex * ex + ey * ey, fx * fx + fy * fy))
            chords = max(ceil(min(sqrt(0.75 * bend / CHORD), MOST)), 1) if curved else 1
            s0, s1 = shade[min(j, last), i], shade[min(j + 1, last), i]
            x0, y0, cx0, cy0 = ax, ay, ux, uy
            for step in range(1, chords + 1):
                t = step / chords
                r = 1.0 - t
                if step == chords:
                    x1, y1, cx1, cy1 = bx, by, vx, vy
                else:
                    x1 = r * r * (r * ax + 3.0 * t * px) + t * t * (3.0 * r * qx + t * bx)
                    y1 = r * r * (r * ay + 3.0 * t * py) + t * t * (3.0 * r * qy + t * by)
                    cx1 = r * r * (px - ax) + 2.0 * r * t * (qx - px) + t * t * (bx - qx)
                    cy1 = r * r * (py - ay) + 2.0 * r * t * (qy - py) + t * t * (by - qy)
                gx0, gy0, gx1, gy1 = x0, y0, x1, y1
                dx0, dy0, dx1, dy1 = cx0, cy0, cx1, cy1
                x0, y0, cx0, cy0 = x1, y1, cx1, cy1
                a = _outside(gx0, gy0, left, top, right, bottom)
                b = _outside(gx1, gy1, left, top, right, bottom)
                rounds = 0
                # Cohen-Sutherland: the coordinate that is cut is set, not computed, so 1e300 is as good as any.
                while (a | b) and not (a & b) and rounds < 8:
                    rounds += 1
                    code = a if a else b
                    if code & 3:
                        x = left if code & 1 else right
                        y = gy0 + (gy1 - gy0) * ((x - gx0) / (gx1 - gx0))
                    else:
                        y = top if code & 4 else bottom
                        x = gx0 + (gx1 - gx0) * ((y - gy0) / (gy1 - gy0))
                    if a:
                        dx0, dy0 = 0.0, 0.0
                        gx0, gy0 = x, y
                        a = _outside(x, y, left, top, right, bottom)
                    else:
                        dx1, dy1 = 0.0, 0.0
                        gx1, gy1 = x, y
                        b = _outside(x, y, left, top, right, bottom)
                if a | b or not isfinite(gx0 + gy0 + gx1 + gy1):  # differences near 1e308 overflow
                    continue
                if count < out.shape[0]:
                    row = out[count]
                    row[0], row[1], row[2], row[3] = gx0, gy0, gx1, gy1
                    row[4], row[5], row[6], row[7] = dx0, dy0, dx1, dy1
                    row[8] = s0 + (s1 - s0) * (t - 0.5 / chords)
                    row[9] = weight[i]
                count += 1
    return count


@compiled()
def _level(shade: float) -> int:
    return int(min(max(shade, 0.0), 1.0) * 255.0 + 0.5) if shade == shade else 0


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


@compiled("void(u4[:,:,::1], i8, f8[:,::1], i8, f8, f8[:,::1])")
def thin(ink: Any, first: int, segments: Any, count: int, width: float, table: Any) -> None:
    """Segments up to a pixel wide. Column by column (row by row where steep) a box as high as the pen's cut.

    Boxes lower than a pixel are a pixel high with less ink, so the ink is always length times width. `first` is the
    picture's row at which this sheet of ink begins.
    """
    rows, columns = ink.shape[0], ink.shape[1]
    many, last = ink.shape[2] == 3, ink.shape[2] - 1
    for i in range(count):
        s = segments[i]
        x0, y0, x1, y1 = s[0], s[1], s[2], s[3]
        steep = abs(y1 - y0) > abs(x1 - x0)
        if steep:
            x0, y0, x1, y1 = y0, x0, y1, x1
        if x0 > x1:
            x0, y0, x1, y1 = x1, y1, x0, y0
        if not x1 > x0:
            continue
        slope = (y1 - y0) / (x1 - x0)
        cut = width * sqrt(1.0 + slope * slope)
        high = max(cut, 1.0)
        level, strength = _level(s[8]), s[9] * cut / high
        p0, p1, p2 = strength * table[level, 0], strength * table[level, last // 2], strength * table[level, last]
        near, far = (first, first + rows) if steep else (0, columns)
        low, top = (0, columns) if steep else (first, first + rows)
        for c in range(max(floor(x0), near), min(floor(x1) + 1, far)):
            xa, xb = max(x0, float(c)), min(x1, c + 1.0)
            run = xb - xa
            if run <= 0.0:
                continue
            ya = y0 + slope * (0.5 * (xa + xb) - x0) - 0.5 * high
            yb = ya + high
            for r in range(max(floor(ya), low), min(floor(yb) + 1, top)):
                cover = run * (min(yb, r + 1.0) - max(ya, float(r)))
                if cover > 0.0:
                    if steep:
                        _add(ink, c - first, r, many, p0, p1, p2, cover)
                    else:
                        _add(ink, r - first, c, many, p0, p1, p2, cover)


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
def thick(ink: Any, first: int, segments: Any, count: int, width: float, table: Any) -> None:
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
        level, strength = _level(s[8]), s[9]
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
