"""Segments become ink, by area. What a pen needs is compiled when the first such pen draws."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from orbitdraw.ink.units import NARROW

Ink = NDArray[np.uint32]
Floats = NDArray[np.float64]


def lay(ink: Ink, first: int, segments: Floats, count: int, width: float, table: Floats) -> None:
    """Put `count` segments, as `flatten` gives them, onto a sheet of ink (rows, columns, planes) with one pen.

    `width` is in pixels, `first` the picture's row at which the sheet begins, `table` (256, planes) the ink of a
    layer by shade. The ink laid is the segment's length times the width.
    """
    put: Any
    if width <= NARROW:
        from orbitdraw.ink.kernels.thin_lines import strip as put
    else:
        from orbitdraw.ink.kernels.wide_lines import mitre as put
    put(ink, first, segments, count, width, table)
