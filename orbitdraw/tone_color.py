"""The tone curves of three planes of ink, with glow, compiled."""

from __future__ import annotations

from math import floor
from typing import Any

import numpy as np

from orbitdraw.jit import compiled


@compiled()
def _widen(row: Any, lefts: Any, parts: Any, base: Any, strength: Any, out: Any) -> None:
    """base + strength times a row of the glow sheet, at every pixel of the picture."""
    for c in range(lefts.size):
        left, f = lefts[c], parts[c]
        for k in range(3):
            out[3 * c + k] = base[k] + strength * (row[left, k] + f * (row[left + 1, k] - row[left, k]))


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
    width = ink.shape[1]
    glowing = glow.shape[0] > 1 and glow.shape[1] > 1 and strength > zero
    last_row, last_column = glow.shape[0] - 2, glow.shape[1] - 2
    lefts = np.zeros(width, dtype=np.int32)
    parts = np.zeros(width, dtype=np.float32)
    under = np.empty(3 * width, dtype=np.float32)
    upper, lower = np.empty_like(under), np.empty_like(under)
    held = -1
    for c in range(width):
        x = min(max(sx * c + tx, 0.0), last_column + 1.0)
        lefts[c] = min(int(x), last_column)
        parts[c] = np.float32(x - lefts[c])
        for k in range(3):
            under[3 * c + k] = base[k]
    spots = np.empty(3 * width, dtype=np.int32)
    for r in range(ink.shape[0]):
        if glowing:
            y = min(max(sy * (first + r) + ty, 0.0), last_row + 1.0)
            top = min(floor(y), last_row)
            down = np.float32(y - top)
            if top != held:
                # Several rows of the picture lie between the same two rows of the sheet: widen those two once.
                if top == held + 1 and held >= 0:
                    upper, lower = lower, upper
                else:
                    _widen(glow[top], lefts, parts, base, strength, upper)
                _widen(glow[top + 1], lefts, parts, base, strength, lower)
                held = top
            for j in range(3 * width):
                under[j] = upper[j] + down * (lower[j] - upper[j])
        row = ink[r].reshape(-1)
        # A loop of plain arithmetic first, several pixels at a time; then the tables, one by one.
        for j in range(3 * width):
            v = under[j] + gain * np.float32(row[j])
            spots[j] = np.int32(v / (one + v) * steps)
        for c in range(width):
            spread = np.int64(dither[(first + r) & 7, c & 7])
            color: Any = 0
            for k in range(3):
                color = (color << 8) | ((np.int64(curves[k, spots[3 * c + k]]) + spread) >> 8)
            out[r, c] = color
