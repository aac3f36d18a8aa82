"""Scales of a scene: the time that velocity arrows stand for, and the strength of a new field."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from orbitdraw.runtime import lazy

if TYPE_CHECKING:
    import numpy as np

    from orbitdraw.simulation.run import Run
else:
    np = lazy.module("numpy")


def round_nicely(number: float) -> float:
    """The nearest of 1, 2 and 5 times a power of ten; 1 for everything from 0.25 to 4.

    >>> round_nicely(0.42), round_nicely(13), round_nicely(40), round_nicely(0.0012)
    (1.0, 10.0, 50.0, 0.001)
    """
    if 0.25 <= number <= 4:
        return 1.0
    power = 10.0 ** math.floor(math.log10(number))
    return float(f"{power * min((1, 2, 5, 10), key=lambda step: abs(math.log(number / power / step))):.1e}")


def arrow_time(run: Run) -> float:
    """Scene time in which a body flies the length of its arrow: 1, or a round number where speeds are far from 1."""
    speeds = np.hypot(run.state["vx"], run.state["vy"])
    speeds = speeds[np.isfinite(speeds) & (speeds > 0)]
    typical = float(np.median(speeds)) if len(speeds) else 0.0
    pull = float(run.state["gravity"][0]) * float(run.state["mass"].sum())
    if pull > 0:
        typical = max(typical, math.sqrt(pull / (0.5 * run.view.radius)))
    return round_nicely(0.4 * run.view.radius / typical) if typical > 0 else 1.0


def usual_strength(kind: str, radius: float, time: float) -> float:
    """Strength of a new field or landscape, chosen so that it bends paths visibly.

    `radius` is that of the view, `time` the `arrow_time`.

    >>> usual_strength("landscape", 2.0, 1.0)
    0.6
    """
    speed = 0.4 * radius / time
    strengths = {
        "well": 0.5 * speed**2 * radius,
        "hill": speed**2,
        "spring": (speed / radius) ** 2,
        "wall": 2 * speed**2,
    }
    strengths["landscape"] = speed**2  # twice the kinetic energy at that speed: bright areas turn paths back
    value = strengths.get(kind, speed**2 / radius**2)
    return float(f"{value:.1g}") if value > 0 else 1.0
