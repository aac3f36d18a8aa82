"""Glow: what bright ink sheds around it, from a small blurred copy of the drawing."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from orbitdraw.jit import compiled

Sheet = NDArray[np.float32]

SHARES = (0.30, 0.26, 0.20, 0.14, 0.10)
"""How much of the glow each sheet gives, from the tight rim to the wide veil; each is half the size of the last."""


@compiled("void(f4[:,:,::1], f4[:,:,::1])")
def _halve(sheet: Any, small: Any) -> None:
    """Half the size, each pixel from sixteen weighted (1 3 3 1) both ways."""
    rows, columns = sheet.shape[0], sheet.shape[1]
    w = np.array([0.125, 0.375, 0.375, 0.125], dtype=np.float32)
    for r in range(small.shape[0]):
        for c in range(small.shape[1]):
            for k in range(3):
                total = np.float32(0.0)
                for i in range(4):
                    row = min(max(2 * r - 1 + i, 0), rows - 1)
                    for j in range(4):
                        column = min(max(2 * c - 1 + j, 0), columns - 1)
                        total += w[i] * w[j] * sheet[row, column, k]
                small[r, c, k] = total


@compiled("void(f4[:,:,::1], f4[:,:,::1], f4, f4)")
def _double(small: Any, sheet: Any, keep: Any, share: Any) -> None:
    """sheet <- keep sheet + share (small at twice its size), each pixel from the four nearest."""
    rows, columns = small.shape[0], small.shape[1]
    near, far = np.float32(0.75), np.float32(0.25)
    for r in range(sheet.shape[0]):
        row = min(r >> 1, rows - 1)
        other_row = min(max(row + (1 if r & 1 else -1), 0), rows - 1)
        for c in range(sheet.shape[1]):
            column = min(c >> 1, columns - 1)
            other = min(max(column + (1 if c & 1 else -1), 0), columns - 1)
            for k in range(3):
                value = near * (near * small[row, column, k] + far * small[row, other, k])
                value += far * (near * small[other_row, column, k] + far * small[other_row, other, k])
                sheet[r, c, k] = keep * sheet[r, c, k] + share * value


def blurred(ink: NDArray[np.uint32]) -> Sheet:
    """The glow of ink (h, w, 3), same shape, in units of ink: a sum of ever wider blurs.

    Each blur is the one before at half the size (P. Burt and E. Adelson, "The Laplacian pyramid", 1983).
    """
    sheets: list[Sheet] = []
    rows, columns = ink.shape[:2]
    for _ in SHARES:
        rows, columns = (rows + 1) // 2, (columns + 1) // 2
        small = np.empty((rows, columns, 3), dtype=np.float32)
        _halve(sheets[-1] if sheets else ink.astype(np.float32), small)
        sheets.append(small)
    carried = 1.0
    for index in range(len(sheets) - 1, 0, -1):
        # What is below already holds its shares; the narrowest sheet weighs itself in on the way up.
        _double(sheets[index], sheets[index - 1], SHARES[index - 1], SHARES[index] if carried else 1.0)
        carried = 0.0
    whole = np.zeros(ink.shape, dtype=np.float32)
    _double(sheets[0], whole, 0.0, 1.0)
    return whole
