"""What is done to bodies between two frames: who is its own image stays on its mirror, who is pinned stays put."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import types

from orbitdraw.drivers.pull import BETWEEN, F1, F2
from orbitdraw.jit import compiled, inner

NEAR = 1e-9
"""An image this near to its body, in units of the farthest body's distance from the centre, is the body itself."""

OWN = 1e-6
"""So near are the images whose mean an own image is put back to."""


@inner
def _reach(x: Any, y: Any, cx: Any, cy: Any, n: Any) -> float:
    """The largest distance of n places from (cx, cy), of those that are numbers."""
    most = 1e-300
    for i in range(n):
        far = math.hypot(x[i] - cx, y[i] - cy)
        if far > most:
            most = far
    return most


@inner
def _image(turns: Any, g: Any, x: Any, y: Any, shifted: Any) -> Any:
    """Image g of (x, y), the first of which it is itself; velocities are turned, but not `shifted`."""
    if g == 0:
        return x, y
    px = turns[g, 0] * x + turns[g, 1] * y + (turns[g, 2] if shifted else 0.0)
    py = turns[g, 3] * x + turns[g, 4] * y + (turns[g, 5] if shifted else 0.0)
    return px, py


@inner
def _apart(turns: Any, g: Any, h: Any, x: Any, y: Any, shifted: Any, far: Any) -> bool:
    """Whether images g and h of (x, y) are farther apart."""
    px, py = _image(turns, g, x, y, shifted)
    qx, qy = _image(turns, h, x, y, shifted)
    return not math.hypot(px - qx, py - qy) <= far


@inner
def _other(turns: Any, g: Any, h: Any, at: Any, span: Any, pace: Any) -> bool:
    """Whether images g and h of a body are two: in another place, or with another velocity."""
    x, y, vx, vy = at
    # No constants: for each of them Numba would compile another function, and this is part of a first start.
    place, velocity = g >= 0, g < 0
    return _apart(turns, g, h, x, y, place, span) or _apart(turns, g, h, vx, vy, velocity, pace)


@compiled(types.boolean(F1, F1, F1, F1, F2, F1, types.boolean[:, ::1]))
def distinct(x: Any, y: Any, vx: Any, vy: Any, turns: Any, centre: Any, others: Any) -> bool:
    """Into `others` (g, n): which images of n bodies are others than those before. True where all are.

    A body counts as its own image where its velocity is that of the image too; one that only crosses a mirror does not.
    """
    images, n = others.shape
    body = images - images  # image 0, and no constant either
    span, pace = NEAR * _reach(x, y, centre[0], centre[1], n), NEAR * _reach(vx, vy, 0.0, 0.0, n)
    every = True
    for i in range(n):
        own, at = False, (x[i], y[i], vx[i], vy[i])
        for g in range(1, images):
            own |= not _other(turns, g, body, at, span, pace)
        for g in range(images):
            others[g, i] = True
            # Two images are one only where some image is the body itself: most bodies are asked no more than that.
            if own:
                for h in range(g):
                    others[g, i] &= _other(turns, g, h, at, span, pace)
        every &= not own
    return every


@inner
def _put_back(x: Any, y: Any, i: Any, turns: Any, shifted: Any, near: Any) -> None:
    """To the mean of those images of (x, y) that are as good as there.

    Summed eight numbers side by side, then those, and the rest: in this order drawings have been summed since ever.
    """
    near_by = OWN * max(1.0, math.hypot(x[i], y[i]))
    n = 0
    body = n * turns.shape[0]  # image 0
    for g in range(turns.shape[0]):
        near[0, n], near[1, n] = _image(turns, g, x[i], y[i], shifted)
        n += not _apart(turns, g, body, x[i], y[i], shifted, near_by)
    for row in range(2):
        total, whole = 0.0, n - n % 8
        if whole > 0:
            for k in range(8, whole):
                near[row, k % 8] += near[row, k]
            total = ((near[row, 0] + near[row, 1]) + (near[row, 2] + near[row, 3])) + (
                (near[row, 4] + near[row, 5]) + (near[row, 6] + near[row, 7])
            )
        for k in range(whole, n):
            total += near[row, k]
        near[row, 0] = total / n
    x[i], y[i] = near[0, 0], near[1, 0]


@compiled(BETWEEN, passed=True)
def between(x: Any, y: Any, vx: Any, vy: Any, turns: Any, centre: Any, pins: Any, seen: Any, frame: Any) -> int:
    """Put bodies that are their own images back onto the centre or the mirror, from which rounding would take them, and
    the pinned ones where they belong, without the speed they gathered. Into the row `frame` + 1 of `seen` comes then
    which images are others (g, n).

    0: the force that closed the frame opens the next one; 1: somebody was moved; 2: other images are others than
    in the first row, and so the masses are.
    """
    before, others = seen[0], seen[frame + 1]
    images, n = others.shape
    moved, changed = False, False
    if images > 1 and not distinct(x, y, vx, vy, turns, centre, others):
        near = np.empty((2, images))
        for i in range(n):
            for g in range(1, images):
                if not others[g, i]:
                    moved = True
                    for shifted in (True, False):
                        px, py = (x, y) if shifted else (vx, vy)
                        _put_back(px, py, i, turns, shifted, near)
                    break
    for k in range(pins.shape[0]):
        i = int(pins[k, 0])
        x[i], y[i], vx[i], vy[i] = pins[k, 1], pins[k, 2], 0.0, 0.0
    if images > 1:
        if moved or pins.shape[0] > 0:
            distinct(x, y, vx, vy, turns, centre, others)
        for g in range(images):
            for i in range(n):
                changed |= others[g, i] != before[g, i]
    return 2 if changed else 1 if moved else 0
