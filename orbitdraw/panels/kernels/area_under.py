"""Filling of the area under a curve."""

from __future__ import annotations

from math import floor
from typing import Any

from orbitdraw.panels.kernels.alpha_blend import blend
from orbitdraw.runtime.jit import jit


@jit("void(u4[:,::1], i8, i8, f8[::1], f8, f8, f8, f8, f8)")
def fill_under(
    pixels: Any, first: int, column: int, edge: Any, base: float, red: float, green: float, blue: float, alpha: float
) -> None:
    """Fill each pixel column from `column` on between its `edge` and the line `base`; NaN skips the column."""
    for i in range(max(0, -column), min(edge.size, pixels.shape[1] - column)):
        if edge[i] != edge[i]:
            continue
        top, bottom = min(edge[i], base), max(edge[i], base)
        for r in range(
            max(floor(max(top, float(first))), first),
            min(floor(min(bottom, 1e9)) + 1, first + pixels.shape[0]),
        ):
            cover = min(bottom, r + 1.0) - max(top, float(r))
            if cover > 0.0:
                pixels[r - first, column + i] = blend(
                    pixels[r - first, column + i], red, green, blue, min(cover, 1.0) * alpha
                )
