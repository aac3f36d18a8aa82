"""Palette positions by speed, for dust drawn as points."""

from __future__ import annotations

import math
from typing import Any

from numba import types

from orbitdraw.dynamics.drivers.force import F1, F8, I8
from orbitdraw.runtime.jit import jit


@jit(types.void(F1, F1, F8, F1, I8, I8))
def shade_by_speed(vx: Any, vy: Any, reference_speed: Any, shade: Any, start: Any, stop: Any) -> None:
    """Shade by speed: v / (v + reference speed), 0 at rest, 1/2 at the reference speed, below 1."""
    for i in range(start, stop):
        v = math.sqrt(vx[i] * vx[i] + vy[i] * vy[i])
        shade[i] = v / (v + reference_speed) if v < math.inf else 0.0
