"""The scale of a scene: in what time its arrows are flown, and how strong a field bends its paths visibly."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from orbitdraw.simulation.run import Run


def tidy(number: float) -> float:
    """The nearest of 1, 2 and 5 times a power of ten, and 1 for everything near it.

    >>> tidy(0.42), tidy(13), tidy(40), tidy(0.0012)
    (1.0, 10.0, 50.0, 0.001)
    """
    if 0.25 <= number <= 4:
        return 1.0
    power = 10.0 ** math.floor(math.log10(number))
    return float(f"{power * min((1, 2, 5, 10), key=lambda step: abs(math.log(number / power / step))):.1e}")


def arrow_time(run: Run) -> float:
    """One time unit, or where speeds are of another order one, two or five times a power of ten of them."""
    import numpy as np

    speeds = np.hypot(run.state["vx"], run.state["vy"])
    speeds = speeds[np.isfinite(speeds) & (speeds > 0)]
    typical = float(np.median(speeds)) if len(speeds) else 0.0
    pull = float(run.state["gravity"][0]) * float(run.state["mass"].sum())
    if pull > 0:
        typical = max(typical, math.sqrt(pull / (0.5 * run.view.radius)))
    return tidy(0.4 * run.view.radius / typical) if typical > 0 else 1.0


def usual_strength(kind: str, radius: float, time: float) -> float:
    """The strength of a new field or of a landscape that bends paths visibly.

    `radius` is that of the view, `time` that in which an arrow is flown.

    >>> usual_strength("landscape", 2.0, 1.0)
    0.6
    """
    speed = 0.4 * radius / time
    made = {"well": 0.5 * speed**2 * radius, "hill": speed**2, "spring": (speed / radius) ** 2, "wall": 2 * speed**2}
    made["landscape"] = speed**2  # twice as high as that speed carries: what is bright turns paths back
    value = made.get(kind, speed**2 / radius**2)
    return float(f"{value:.1g}") if value > 0 else 1.0
