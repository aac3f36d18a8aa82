"""Flattening of paths, cubic Hermite curves, into short straight segments."""

from __future__ import annotations

from math import ceil, isfinite, sqrt
from typing import Any

from orbitdraw.runtime.jit import jit

MAX_CHORD_ERROR = 0.1
"""Largest distance in pixels between a chord and its curve. Corners show from about 0.3 on."""
MAX_CHORDS = 512.0
"""Most chords in one piece of path; only a very irregular path reaches it."""


@jit()
def _outside(x: float, y: float, left: float, top: float, right: float, bottom: float) -> int:
    return (x < left) + 2 * (x > right) + 4 * (y < top) + 8 * (y > bottom)


@jit("i8(f8[:,:,::1], f8[:,:,::1], f8[:,::1], f8[:,::1], f8[::1], i8, i8, f8, f8, f8, f8, f8, f8, f8, f8[:,::1])")
def flatten(
    path: Any,
    velocity: Any,
    shade: Any,
    pen: Any,
    weight: Any,
    start: int,
    stop: int,
    scale: float,
    ox: float,
    oy: float,
    node_interval: float,
    pen_width: float,
    width: float,
    height: float,
    out: Any,
) -> int:
    """Write the segments, in pixels, of particles `start` to `stop` to `out`; return their number, even when too large
    for `out`.

    Rows of `out`: x0, y0, x1, y1, the tangents at both ends that set the cuts, shade, weight, width. A piece is
    the cubic Hermite curve through two nodes and their velocities, `node_interval` being the time between nodes; it
    gets as many chords as keep it within MAX_CHORD_ERROR of the curve. Segments are clipped to the picture and the
    margin around it that the pen covers, `pen_width` pixels where its width is 1. Particles of weight 0 are skipped.
    """
    count = 0
    last = shade.shape[0] - 1
    for i in range(start, stop):
        if weight[i] == 0.0:
            continue
        for j in range(path.shape[0] - 1):
            ax = ox + scale * path[j, i, 0]
            ay = oy - scale * path[j, i, 1]
            bx = ox + scale * path[j + 1, i, 0]
            by = oy - scale * path[j + 1, i, 1]
            hx, hy = bx - ax, by - ay
            chord = sqrt(hx * hx + hy * hy)
            # a - a is 0 unless a is infinite or nan.
            if chord == 0.0 or (ax - ax) + (ay - ay) + (bx - bx) + (by - by) != 0.0:
                continue
            speed = scale * node_interval
            ux, uy = speed * velocity[j, i, 0], -speed * velocity[j, i, 1]
            vx, vy = speed * velocity[j + 1, i, 0], -speed * velocity[j + 1, i, 1]
            pu, pv = sqrt(ux * ux + uy * uy), sqrt(vx * vx + vy * vy)
            curved = (pu < 1e6) & (pv < 1e6) & (chord < 1e6)
            if curved:
                # Next to a close encounter a velocity is so large that its tangent would draw a spurious loop.
                max_tangent = max(3.0 * chord, min(pu, pv))
                if pu > max_tangent:
                    ux, uy = ux * max_tangent / pu, uy * max_tangent / pu
                if pv > max_tangent:
                    vx, vy = vx * max_tangent / pv, vy * max_tangent / pv
            else:
                ux, uy, vx, vy = hx, hy, hx, hy
            px, py = ax + ux / 3.0, ay + uy / 3.0
            qx, qy = bx - vx / 3.0, by - vy / 3.0
            w0, w1 = (pen[j, i], pen[j + 1, i]) if pen.size > 1 else (1.0, 1.0)
            margin = 2.0 + pen_width * max(w0, w1)
            left, top, right, bottom = -margin, -margin, width + margin, height + margin
            outside = (ax < left) & (bx < left) & (px < left) & (qx < left)
            outside |= (ax > right) & (bx > right) & (px > right) & (qx > right)
            outside |= (ay < top) & (by < top) & (py < top) & (qy < top)
            outside |= (ay > bottom) & (by > bottom) & (py > bottom) & (qy > bottom)
            if outside:
                continue
            ex, ey = ax - 2.0 * px + qx, ay - 2.0 * py + qy
            fx, fy = px - 2.0 * qx + bx, py - 2.0 * qy + by
            bend = sqrt(max(ex * ex + ey * ey, fx * fx + fy * fy))
            chords = max(ceil(min(sqrt(0.75 * bend / MAX_CHORD_ERROR), MAX_CHORDS)), 1) if curved else 1
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
                iterations = 0
                # Cohen-Sutherland clipping: the clipped coordinate is assigned, not computed, so 1e300 works too.
                while (a | b) and not (a & b) and iterations < 8:
                    iterations += 1
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
                    out[count, 0], out[count, 1], out[count, 2], out[count, 3] = gx0, gy0, gx1, gy1
                    out[count, 4], out[count, 5], out[count, 6], out[count, 7] = dx0, dy0, dx1, dy1
                    out[count, 8] = s0 + (s1 - s0) * (t - 0.5 / chords)
                    out[count, 9] = weight[i]
                    out[count, 10] = w0 + (w1 - w0) * (t - 0.5 / chords)
                count += 1
    return count
