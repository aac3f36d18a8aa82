"""The compiled potential of a heightmap landscape."""

from __future__ import annotations

from math import floor
from typing import Any

from orbitdraw.runtime.jit import jit


@jit("void(f8[::1], f8[::1], f8[::1], f8[::1])")
def heights(xs: Any, ys: Any, p: Any, out: Any) -> None:
    """Write V of the landscape `p` at points (xs, ys) to `out`."""
    columns, rows = int(p[0]), int(p[1])
    left, low, cell, strength = p[2], p[3], p[4], p[5]
    for n in range(xs.size):
        u = min(max((xs[n] - left) / cell, -2.0), columns + 1.0)
        v = min(max((ys[n] - low) / cell, -2.0), rows + 1.0)
        i, j = floor(u), floor(v)
        a, b = u - i, v - j
        total = 0.0
        for k in range(4):
            s = abs(b + 1.0 - k)
            wy = (4.0 - 6.0 * s * s + 3.0 * s * s * s) / 6.0 if s < 1.0 else (2.0 - s) ** 3 / 6.0
            row = 6 + min(max(j + k - 1, 0), rows - 1) * columns
            for m in range(4):
                s = abs(a + 1.0 - m)
                wx = (4.0 - 6.0 * s * s + 3.0 * s * s * s) / 6.0 if s < 1.0 else (2.0 - s) ** 3 / 6.0
                total += wx * wy * p[row + min(max(i + m - 1, 0), columns - 1)]
        out[n] = strength * total
