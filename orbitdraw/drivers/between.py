"""What is done to bodies between two frames: who is its own image stays on its mirror, who is pinned stays put."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import types

from orbitdraw.drivers.pull import B2, BETWEEN, F1, F2
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
def _apart(turns: Any, g: Any, h: Any, x: Any, y: Any, shifted: Any, far: Any) -> bool:
    """Whether images g and h of (x, y) are farther apart; velocities are turned, but not `shifted`."""
    px, py = x, y
    if g > 0:
        px = turns[g, 0] * x + turns[g, 1] * y + (turns[g, 2] if shifted else 0.0)
        py = turns[g, 3] * x + turns[g, 4] * y + (turns[g, 5] if shifted else 0.0)
    qx, qy = x, y
    if h > 0:
        qx = turns[h, 0] * x + turns[h, 1] * y + (turns[h, 2] if shifted else 0.0)
        qy = turns[h, 3] * x + turns[h, 4] * y + (turns[h, 5] if shifted else 0.0)
    return not math.hypot(px - qx, py - qy) <= far


@compiled(types.boolean(F1, F1, F1, F1, F2, F1, B2))
def distinct(x: Any, y: Any, vx: Any, vy: Any, turns: Any, centre: Any, others: Any) -> bool:
    """Into `others` (g, n): which images of n bodies are others than those before. True where all are.

    A body counts as its own image where its velocity is that of the image too; one that only crosses a mirror does not.
    """
    images, n = others.shape
    span, pace = NEAR * _reach(x, y, centre[0], centre[1], n), NEAR * _reach(vx, vy, 0.0, 0.0, n)
    every = True
    for i in range(n):
        own = False
        for g in range(1, images):
            own |= not (_apart(turns, g, 0, x[i], y[i], True, span) or _apart(turns, g, 0, vx[i], vy[i], False, pace))
        for g in range(images):
            others[g, i] = True
            # Two images are one only where some image is the body itself: most bodies are asked no more than that.
            if own:
                for h in range(g):
                    others[g, i] &= _apart(turns, g, h, x[i], y[i], True, span) or _apart(
                        turns, g, h, vx[i], vy[i], False, pace
                    )
        every &= not own
    return every


@inner
def _mean(numbers: Any, n: Any) -> Any:
    """Eight sums side by side, then together, and the rest: in this order drawings have been summed since ever."""
    whole = n - n % 8 if n >= 8 else 0
    total = 0.0
    if whole:
        part = numbers[:8].copy()
        for i in range(8, whole):
            part[i % 8] += numbers[i]
        total = ((part[0] + part[1]) + (part[2] + part[3])) + ((part[4] + part[5]) + (part[6] + part[7]))
    for i in range(whole, n):
        total += numbers[i]
    return total / n


@inner
def _put_back(x: Any, y: Any, i: Any, turns: Any, shifted: Any, near: Any) -> None:
    """To the mean of those images of (x, y) that are as good as there."""
    near_by = OWN * max(1.0, math.hypot(x[i], y[i]))
    n = 0
    for g in range(turns.shape[0]):
        if not _apart(turns, g, 0, x[i], y[i], shifted, near_by):
            near[0, n], near[1, n] = x[i], y[i]
            if g > 0:
                near[0, n] = turns[g, 0] * x[i] + turns[g, 1] * y[i] + (turns[g, 2] if shifted else 0.0)
                near[1, n] = turns[g, 3] * x[i] + turns[g, 4] * y[i] + (turns[g, 5] if shifted else 0.0)
            n += 1
    x[i], y[i] = _mean(near[0], n), _mean(near[1], n)


@compiled(BETWEEN, passed=True)
def between(x: Any, y: Any, vx: Any, vy: Any, turns: Any, centre: Any, pins: Any, before: Any, others: Any) -> int:
    """Put bodies that are their own images back onto the centre or the mirror, from which rounding would take them, and
    the pinned ones where they belong, without the speed they gathered. Says then which images are `others` (g, n).

    0: the force that closed the frame opens the next one; 1: somebody was moved; 2: other images are others than
    `before`, and so the masses are.
    """
    images, n = others.shape
    moved, changed = False, False
    if images > 1 and not distinct(x, y, vx, vy, turns, centre, others):
        near = np.empty((2, images))
        for i in range(n):
            for g in range(1, images):
                if not others[g, i]:
                    moved = True
                    _put_back(x, y, i, turns, True, near)
                    _put_back(vx, vy, i, turns, False, near)
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
