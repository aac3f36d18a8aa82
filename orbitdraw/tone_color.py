"""The tone curves of three planes of ink, with glow, compiled."""

from __future__ import annotations

from math import floor
from typing import Any

import numpy as np

from orbitdraw.jit import compiled


@compiled("void(u4[:,:,::1], f4, f4[::1], u2[:,::1], u2[:,::1], i8, f4[:,:,::1], f4, f8, f8, f8, f8, u4[:,::1])")
def tone(
    ink: Any,
    gain: Any,
    base: Any,
    curves: Any,
    dither: Any,
    first: int,
    glow: Any,
    strength: Any,
    sx: float,
    tx: float,
    sy: float,
    ty: float,
    out: Any,
) -> None:
    """Three bytes a pixel: curves[k][t] at t = x / (1 + x), x = base + gain ink + strength glow.

    Curves hold 256ths of a byte; `dither` (8, 8) rounds them up here and down there, so that a halo fades without
    steps. Pixel (c, r) lies at (sx c + tx, sy r + ty) of the glow sheet, r counted from the top of the whole picture.
    """
    one, zero = np.float32(1.0), np.float32(0.0)
    steps = np.float32(curves.shape[1] - 1)
    glowing = glow.shape[0] > 1 and glow.shape[1] > 1 and strength > zero
    line = np.zeros((glow.shape[1], 3), dtype=np.float32)
    last_row, last_column = glow.shape[0] - 2, glow.shape[1] - 2
    b0, b1, b2 = base[0], base[1], base[2]
    lefts = np.zeros(ink.shape[1], dtype=np.int32)
    parts = np.zeros(ink.shape[1], dtype=np.float32)
    if glowing:
        for c in range(ink.shape[1]):
            x = min(max(sx * c + tx, 0.0), last_column + 1.0)
            lefts[c] = min(int(x), last_column)
            parts[c] = np.float32(x - lefts[c])
    for r in range(ink.shape[0]):
        if glowing:
            y = min(max(sy * (first + r) + ty, 0.0), last_row + 1.0)
            top = min(int(floor(y)), last_row)
            down = np.float32(y - top) * strength
            up = strength - down
            for c in range(glow.shape[1]):
                for k in range(3):
                    line[c, k] = up * glow[top, c, k] + down * glow[top + 1, c, k]
        x0, x1, x2 = b0, b1, b2
        for c in range(ink.shape[1]):
            if glowing:
                left, f = lefts[c], parts[c]
                g = one - f
                x0 = b0 + g * line[left, 0] + f * line[left + 1, 0]
                x1 = b1 + g * line[left, 1] + f * line[left + 1, 1]
                x2 = b2 + g * line[left, 2] + f * line[left + 1, 2]
            v0 = x0 + gain * np.float32(ink[r, c, 0])
            v1 = x1 + gain * np.float32(ink[r, c, 1])
            v2 = x2 + gain * np.float32(ink[r, c, 2])
            spread = np.uint32(dither[(first + r) & 7, c & 7])
            red = (np.uint32(curves[0, np.int32(v0 / (one + v0) * steps)]) + spread) >> np.uint32(8)
            green = (np.uint32(curves[1, np.int32(v1 / (one + v1) * steps)]) + spread) >> np.uint32(8)
            blue = (np.uint32(curves[2, np.int32(v2 / (one + v2) * steps)]) + spread) >> np.uint32(8)
            out[r, c] = (red << np.uint32(16)) | (green << np.uint32(8)) | blue
