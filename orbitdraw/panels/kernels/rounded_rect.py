"""Drawing of rounded rectangles and discs."""

from __future__ import annotations

from math import floor, sqrt
from typing import Any

from orbitdraw.panels.kernels.alpha_blend import blend
from orbitdraw.runtime.jit import jit


@jit("void(u4[:,::1], i8, f8, f8, f8, f8, f8, f8, f8, f8, f8, f8)")
def draw_rounded_rect(
    pixels: Any,
    first: int,
    left: float,
    top: float,
    wide: float,
    high: float,
    corner: float,
    rim: float,
    red: float,
    green: float,
    blue: float,
    alpha: float,
) -> None:
    """Draw a rounded rectangle, filled (rim 0) or as an outline of width `rim` inside its edge; discs included."""
    mx, my = left + 0.5 * wide, top + 0.5 * high
    hx, hy = 0.5 * wide - corner, 0.5 * high - corner
    for r in range(max(floor(top - 1.0), first), min(floor(top + high + 1.0) + 1, first + pixels.shape[0])):
        dy = abs(r + 0.5 - my) - hy
        for c in range(max(floor(left - 1.0), 0), min(floor(left + wide + 1.0) + 1, pixels.shape[1])):
            dx = abs(c + 0.5 - mx) - hx
            ex, ey = max(dx, 0.0), max(dy, 0.0)
            distance = sqrt(ex * ex + ey * ey) + min(max(dx, dy), 0.0) - corner
            cover = min(max(0.5 - distance, 0.0), 1.0)
            if rim > 0.0:
                cover -= min(max(0.5 - distance - rim, 0.0), 1.0)
            if cover > 0.0:
                pixels[r - first, c] = blend(pixels[r - first, c], red, green, blue, cover * alpha)
