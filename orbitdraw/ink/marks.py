"""Marks: discs at the present positions of bodies, drawn in the picture but never part of the stored ink."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

from orbitdraw.ink import kernels
from orbitdraw.ink.canvas import Canvas
from orbitdraw.ink.palette import pens
from orbitdraw.ink.units import LAYER

# Ink of a mark in terms of its colour, at exposure 1: core, skirt of light around it, and the skirt's radius in marks.
# It is divided by the exposure, so that marks look the same at every exposure.
MARKS: dict[str, Any] = {
    "light": lambda color: (0.8 + 6.0 * color, 0.5 * color, 4.0),
    "paper": lambda color: (0.6 + 0.9 * color, 0.0 * color, 0.0),
    "density": lambda color: (40.0 * color, 1.5 * color, 3.0),
}


@contextmanager
def marks_drawn(canvas: Canvas, exposure: float) -> Iterator[None]:
    """Draw the marks into the ink while it is developed, and restore the ink afterwards, bit for bit."""
    kept: list[tuple[slice, slice, NDArray[np.uint32]]] = []
    style = canvas.look.style
    scale, ox, oy = canvas.view.pixels(canvas.size)
    first, last = canvas.rows
    for strokes in canvas.heads:
        table = pens(style, canvas.look.palette)
        present, shades = strokes.present, np.atleast_2d(strokes.shade)[-1]
        for i in np.flatnonzero((strokes.mark > 0) & np.isfinite(present).all(axis=1)):
            x, y = present[i].tolist()
            px, py = ox + scale * x, oy - scale * y
            radius = canvas.pixels_of(float(strokes.mark[i]))
            reach = 4.0 * radius + 2.0
            if not (-reach < px < canvas.size[0] + reach and first - reach < py < last + reach):
                continue
            shade = float(shades[i]) if np.isfinite(shades[i]) else 0.0
            color = table[round(255 * min(max(shade, 0.0), 1.0))]
            core, skirt, halo = MARKS[style](color)
            patch = (
                slice(max(0, int(py - reach) - first), max(0, int(py + reach) + 2 - first)),
                slice(max(0, int(px - reach)), max(0, int(px + reach) + 2)),
            )
            kept.append((*patch, canvas.counts[patch].copy()))
            unit = LAYER / exposure
            kernels.stamp(canvas.counts, first, px, py, radius, halo * radius, core * unit, skirt * unit)
    try:
        yield
    finally:
        for rows, columns, before in reversed(kept):
            canvas.counts[rows, columns] = before
