"""Tone mapping of three planes of ink to RGB, with glow and dithering."""

from __future__ import annotations

from typing import Any

import numpy as np

from orbitdraw.runtime.jit import jit


@jit(
    "void(u4[:,::1], f4, f4[::1], u2[:,::1], u2[:,::1], i8, f4[:,::1], f4, i4[::1], f4[::1], f8, f8, f4[:,::1],"
    "u2[::1], u4[:,::1])"
)
def color_light(
    ink: Any,
    gain: Any,
    base: Any,
    curves: Any,
    dither: Any,
    first: int,
    glow: Any,
    strength: Any,
    left_entries: Any,
    fractions: Any,
    sy: float,
    ty: float,
    glow_rows: Any,
    indices: Any,
    out: Any,
) -> None:
    """Three bytes a pixel: curves[k][t] at t = x / (1 + x), x = base + gain ink + strength glow.

    `ink` and `glow` are (rows, 3 columns). Curves hold 256ths of a byte, rounded by the `dither` matrix (8, 8), so
    that a halo fades without banding. Glow is interpolated bilinearly: column c lies `fractions[c]` beyond entry
    `left_entries[c]` of a row of `glow`, row r at sy r + ty, r counted from the top of the whole picture. Without glow,
    `glow` has no rows. `glow_rows` (2, 3 columns) and `indices` (3 columns) are scratch.
    """
    one = np.float32(1.0)
    steps = np.float32(curves.shape[1] - 1)
    width = out.shape[1]
    last = glow.shape[0] - 2
    last_ready, upper, lower, row_fraction = -1, 0, 1, np.float32(0.0)
    for c in range(width):
        for k in range(3):
            glow_rows[0, 3 * c + k] = base[k]
            glow_rows[1, 3 * c + k] = base[k]
    for r in range(out.shape[0]):
        if last >= 0:
            y = min(max(sy * (first + r) + ty, 0.0), last + 1.0)
            top = min(int(y), last)
            row_fraction = np.float32(y - top)
            upper, lower = top & 1, (top + 1) & 1
            # Several rows of the picture lie between the same two rows of the glow: interpolate those two once.
            for t in range(max(top, last_ready + 1), top + 2):
                for c in range(width):
                    left, fraction = left_entries[c], fractions[c]
                    for k in range(3):
                        a, b = glow[t, left + k], glow[t, left + 3 + k]
                        glow_rows[t & 1, 3 * c + k] = base[k] + strength * (a + fraction * (b - a))
            last_ready = top + 1
        # Arithmetic in a loop of its own, which vectorises; then the table look-ups.
        for j in range(3 * width):
            v = (
                glow_rows[upper, j]
                + row_fraction * (glow_rows[lower, j] - glow_rows[upper, j])
                + gain * np.float32(ink[r, j])
            )
            indices[j] = np.uint16(np.int32(v / (one + v) * steps))
        row = (first + r) & 7
        for c in range(width):
            # The byte is the upper half of sixteen bits; a curve's entry is at most 65280, the dither at most 252.
            dithering = np.uint32(dither[row, c & 7])
            red = (np.uint32(curves[0, indices[3 * c]]) + dithering) & np.uint32(0xFF00)
            green = (np.uint32(curves[1, indices[3 * c + 1]]) + dithering) & np.uint32(0xFF00)
            blue = (np.uint32(curves[2, indices[3 * c + 2]]) + dithering) >> np.uint32(8)
            out[r, c] = np.uint32((red << np.uint32(8)) | green | blue)
