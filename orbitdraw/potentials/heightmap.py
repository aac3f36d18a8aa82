"""A picture as a potential: heights on a grid, with a smooth surface between them.

The surface is the uniform cubic B-spline whose coefficients are the heights: it smooths them a little, and its slope is
continuously differentiable. Beyond the picture the heights at its edge continue outwards. De Boor, A Practical Guide to
Splines (1978), chapter IX.
"""

from __future__ import annotations

from math import floor
from typing import Any

import numpy as np
from numpy.typing import NDArray

from orbitdraw import potentials

Floats = NDArray[np.float64]

HEADER_SIZE = 6
"""Numbers before the heights in a table: columns, rows, x and y of the first height, grid spacing, and strength."""

MAX_SIDE = 160
"""Maximum number of heights along a side: a larger picture is averaged down, so that a drawing can store it."""


def slope(xs: Any, ys: Any, p: Any, first: Any, fx: Any, fy: Any) -> None:
    """Add -grad V of the landscape that begins at p[first] to the force on every particle."""
    columns, rows = int(p[first]), int(p[first + 1])
    left, low, cell, strength = p[first + 2], p[first + 3], p[first + 4], p[first + 5]
    base = first + 6
    for n in range(xs.size):
        u, v = (xs[n] - left) / cell, (ys[n] - low) / cell
        if not (abs(u) < 1e300 and abs(v) < 1e300):
            continue
        u, v = min(max(u, -2.0), columns + 1.0), min(max(v, -2.0), rows + 1.0)
        i, j = floor(u), floor(v)
        a, b = u - i, v - j
        along, up = 0.0, 0.0
        for k in range(4):
            y = min(max(j + k - 1, 0), rows - 1)
            if k == 0:
                wy, dy = (1.0 - b) ** 3 / 6.0, -((1.0 - b) ** 2) / 2.0
            elif k == 1:
                wy, dy = (3.0 * b * b * b - 6.0 * b * b + 4.0) / 6.0, (3.0 * b * b - 4.0 * b) / 2.0
            elif k == 2:
                wy, dy = (-3.0 * b * b * b + 3.0 * b * b + 3.0 * b + 1.0) / 6.0, (-3.0 * b * b + 2.0 * b + 1.0) / 2.0
            else:
                wy, dy = b * b * b / 6.0, b * b / 2.0
            row = base + y * columns
            h0 = p[row + min(max(i - 1, 0), columns - 1)]
            h1 = p[row + min(max(i, 0), columns - 1)]
            h2 = p[row + min(max(i + 1, 0), columns - 1)]
            h3 = p[row + min(max(i + 2, 0), columns - 1)]
            c = 1.0 - a
            held = c * c * c * h0 + (3.0 * a * a * a - 6.0 * a * a + 4.0) * h1
            held += (-3.0 * a * a * a + 3.0 * a * a + 3.0 * a + 1.0) * h2 + a * a * a * h3
            tilt = -c * c * h0 + (3.0 * a * a - 4.0 * a) * h1 + (-3.0 * a * a + 2.0 * a + 1.0) * h2 + a * a * h3
            along += wy * tilt / 2.0
            up += dy * held / 6.0
        fx[n] -= strength * along / cell
        fy[n] -= strength * up / cell


def value(table: Floats, x: Any, y: Any) -> Floats:
    """V at points of any shape, for the landscape in a table."""
    xs, ys = np.broadcast_arrays(np.asarray(x, np.float64), np.asarray(y, np.float64))
    flat_x, flat_y = (np.nan_to_num(np.ascontiguousarray(one).ravel()) for one in (xs, ys))
    out = np.empty(xs.size)
    potentials.heightmap_kernel.heights(flat_x, flat_y, np.ascontiguousarray(table), out)
    return out.reshape(xs.shape)
