"""Glow (bloom) around bright ink: a sum of blurs of a small copy of the drawing."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from orbitdraw.runtime.jit import compiled

Sheet = NDArray[np.float32]

SHARES = (0.30, 0.26, 0.20, 0.14, 0.10)
"""Weights of the pyramid levels in the glow, from the narrowest blur to the widest; each level halves the size."""


@compiled("void(f4[:,::1], f4[:,::1], f4[::1])")
def _halve(sheet: Any, small: Any, line: Any) -> None:
    """Downsample by 2 with the separable filter (1 3 3 1) / 8: first along columns into `line`, then along rows.

    Images are (rows, 3 columns), as in `_double`.
    """
    outer, inner = np.float32(0.125), np.float32(0.375)
    rows, last = sheet.shape[0] - 1, sheet.shape[1] - 3
    for r in range(small.shape[0]):
        a, b = max(2 * r - 1, 0), 2 * r
        c, d = min(2 * r + 1, rows), min(2 * r + 2, rows)
        for j in range(sheet.shape[1]):
            line[j] = outer * (sheet[a, j] + sheet[d, j]) + inner * (sheet[b, j] + sheet[c, j])
        for at in range(0, small.shape[1], 3):
            for k in range(3):
                a, b = max(2 * at - 3, 0) + k, 2 * at + k
                c, d = min(2 * at + 3, last) + k, min(2 * at + 6, last) + k
                small[r, at + k] = outer * (line[a] + line[d]) + inner * (line[b] + line[c])


@compiled("void(f4[:,::1], f4[:,::1], f4, f4, f4[::1])")
def _double(small: Any, sheet: Any, keep: Any, share: Any, line: Any) -> None:
    """sheet <- keep sheet + share (small upsampled by 2, bilinear)."""
    near, far = np.float32(0.75), np.float32(0.25)
    rows, last = small.shape[0] - 1, small.shape[1] - 3
    for r in range(sheet.shape[0]):
        row = r >> 1
        other = min(max(row + (1 if r & 1 else -1), 0), rows)
        for j in range(small.shape[1]):
            line[j] = near * small[row, j] + far * small[other, j]
        for at in range(0, sheet.shape[1], 6):
            for k in range(3):
                middle = near * line[(at >> 1) + k]
                value = middle + far * line[max((at >> 1) - 3, 0) + k]
                sheet[r, at + k] = keep * sheet[r, at + k] + share * value
                if at + 3 < sheet.shape[1]:
                    value = middle + far * line[min((at >> 1) + 3, last) + k]
                    sheet[r, at + 3 + k] = keep * sheet[r, at + 3 + k] + share * value


def blurred(ink: NDArray[np.uint32]) -> Sheet:
    """The glow of ink (h, w, 3), same shape, in units of ink: a weighted sum of wider and wider blurs.

    The blurs are the levels of an image pyramid (P. Burt and E. Adelson, "The Laplacian pyramid", 1983).
    """
    sheets: list[Sheet] = []
    rows, columns = ink.shape[:2]
    line = np.empty(3 * columns, dtype=np.float32)
    for _ in SHARES:
        sheet = sheets[-1] if sheets else ink.reshape(rows, -1).astype(np.float32)
        rows, columns = (rows + 1) // 2, (columns + 1) // 2
        small = np.empty((rows, 3 * columns), dtype=np.float32)
        _halve(sheet, small, line)
        sheets.append(small)
    carried = 1.0
    for index in range(len(sheets) - 1, 0, -1):
        # The smallest level is weighted on the first step up; after that the sum carries its weights.
        _double(sheets[index], sheets[index - 1], SHARES[index - 1], SHARES[index] if carried else 1.0, line)
        carried = 0.0
    whole = np.zeros((len(ink), 3 * ink.shape[1]), dtype=np.float32)
    _double(sheets[0], whole, 0.0, 1.0, line)
    return whole.reshape(ink.shape)
