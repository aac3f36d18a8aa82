"""Marks: discs at the present positions of bodies, drawn in the picture but never part of the stored ink."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

from orbitdraw.ink import kernels
from orbitdraw.ink.canvas import Canvas
from orbitdraw.ink.palette import layer_inks
from orbitdraw.ink.units import LAYER

# Ink of a mark in terms of its colour, at exposure 1: core, skirt of light around it, and the skirt's radius in marks.
# It is divided by the exposure, so that marks look the same at every exposure.
MARKS: dict[str, Any] = {
    "light": lambda color: (0.8 + 6.0 * color, 0.5 * color, 4.0),
    "paper": lambda color: (0.6 + 0.9 * color, 0.0 * color, 0.0),
    "density": lambda color: (40.0 * color, 1.5 * color, 3.0),
}


@contextmanager
def temporary_marks(canvas: Canvas, exposure: float) -> Iterator[None]:
    """Draw the marks into the ink while it is developed, and restore the ink afterwards, bit for bit."""
    saved_patches: list[tuple[slice, slice, NDArray[np.uint32]]] = []
    style = canvas.look.style
    scale, ox, oy = canvas.view.pixels(canvas.size)
    first, last = canvas.rows
    for strokes in canvas.marked_strokes:
        table = layer_inks(style, canvas.look.palette)
        positions, shades = strokes.end_positions, np.atleast_2d(strokes.shade)[-1]
        for i in np.flatnonzero((strokes.mark > 0) & np.isfinite(positions).all(axis=1)):
            x, y = positions[i].tolist()
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
            saved_patches.append((*patch, canvas.counts[patch].copy()))
            unit = LAYER / exposure
            kernels.stamp(canvas.counts, first, px, py, radius, halo * radius, core * unit, skirt * unit)
    try:
        yield
    finally:
        for rows, columns, before in reversed(saved_patches):
            canvas.counts[rows, columns] = before
