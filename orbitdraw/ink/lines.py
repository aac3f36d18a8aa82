"""Rasterisation of line segments. The kernel of a pen width is compiled when such a pen first draws."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from orbitdraw.ink import kernels
from orbitdraw.ink.units import NARROW_PEN

Ink = NDArray[np.uint32]
Floats = NDArray[np.float64]


def draw_segments(ink: Ink, first: int, segments: Floats, count: int, width: float, table: Floats) -> None:
    """Draw `count` segments, as `flatten` returns them, to an ink buffer (rows, columns, planes) with one pen.

    `width` is in pixels, `first` the picture's row at which the buffer begins, `table` (256, planes) the ink of a
    layer by shade. A segment's total ink is its length times the width.
    """
    draw = kernels.draw_thin_lines if width <= NARROW_PEN else kernels.draw_wide_lines
    draw(ink, first, segments, count, width, table)
