"""Shapes and coverage laid over a picture, compiled."""

from __future__ import annotations

from math import floor, sqrt
from typing import Any

import numpy as np

from orbitdraw.jit import compiled, inlined


@inlined
def _mix(under: Any, red: float, green: float, blue: float, cover: float) -> Any:
    r = float((under >> np.uint32(16)) & np.uint32(255))
    g = float((under >> np.uint32(8)) & np.uint32(255))
    b = float(under & np.uint32(255))
    r, g, b = r + (red - r) * cover + 0.5, g + (green - g) * cover + 0.5, b + (blue - b) * cover + 0.5
    return (np.uint32(r) << np.uint32(16)) | (np.uint32(g) << np.uint32(8)) | np.uint32(b)


@compiled("void(u4[:,::1], i8, i8, u4[:,:,::1], f8, f8, f8, f8, f8)")
def wash(
    pixels: Any, row: int, column: int, ink: Any, one: float, red: float, green: float, blue: float, alpha: float
) -> None:
    """Lay a colour over the pixels from (row, column) on: as much as `ink` (h, w, 1), of which `one` covers, says."""
    for r in range(max(0, -row), min(ink.shape[0], pixels.shape[0] - row)):
        for c in range(max(0, -column), min(ink.shape[1], pixels.shape[1] - column)):
            amount = ink[r, c, 0]
            if amount > np.uint32(0):
                cover = min(float(amount) / one, 1.0) * alpha
                pixels[row + r, column + c] = _mix(pixels[row + r, column + c], red, green, blue, cover)


@compiled("void(u4[:,::1], i8, f8, f8, f8, f8, f8, f8, f8, f8, f8, f8)")
def plate(
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
    """A rectangle with round corners, filled (rim 0) or as a rim of that width inside its edge; a disc is one too."""
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
                pixels[r - first, c] = _mix(pixels[r - first, c], red, green, blue, cover * alpha)


@compiled("void(u4[:,::1], i8, i8, f8[::1], f8, f8, f8, f8, f8)")
def under(
    pixels: Any, first: int, column: int, edge: Any, base: float, red: float, green: float, blue: float, alpha: float
) -> None:
    """Fill each pixel column from `column` on between its edge and the base line; NaN leaves the column alone."""
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
                pixels[r - first, column + i] = _mix(
                    pixels[r - first, column + i], red, green, blue, min(cover, 1.0) * alpha
                )
