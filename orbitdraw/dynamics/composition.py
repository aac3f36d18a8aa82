"""Composition methods: weights that combine symmetric steps of order 2 into a step of higher order."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_SUZUKI = 1 / (4 - 4 ** (1 / 3))

HALF_WEIGHTS: dict[int, tuple[float, ...]] = {
    2: (1.0,),
    # Suzuki, Phys. Lett. A 146 (1990) 319: five stages, none longer than 0.66 of the step.
    4: (_SUZUKI, _SUZUKI, 1 - 4 * _SUZUKI),
    # Kahan and Li, Math. Comp. 66 (1997) 1089: nine stages; Hairer, Lubich, Wanner, GNI, V (3.12).
    6: (
        0.39216144400731413927925056,
        0.33259913678935943859974864,
        -0.70624617255763935980996482,
        0.08221359629355080023149045,
        0.79854399093482996339895035,
    ),
    # Kahan and Li, the same: seventeen stages; Hairer, Lubich, Wanner, GNI, V (3.14).
    8: (
        0.13020248308889008087881763,
        0.56116298177510838456196441,
        -0.38947496264484728640807860,
        0.15884190655515560089621075,
        -0.39590389413323757733623154,
        0.18453964097831570709183254,
        0.25837438768632204729397911,
        0.29501172360931029887096624,
        -0.60550853383003451169892108,
    ),
}
"""First half of the palindromic weights by order, the middle one last."""


def weights(order: int) -> Floats:
    """Weights of the stages of one step: a palindrome with sum 1.

    >>> [len(weights(order)) for order in (2, 4, 6, 8)]
    [1, 5, 9, 17]
    """
    half = HALF_WEIGHTS[order]
    return np.array(half + half[-2::-1])


@dataclass(frozen=True)
class Stages:
    """Coefficients of one step of the composed leapfrog, for the driver.

    Each row of `table` (stages, 7) is a drift and the kick after it: x += D v, v *= E with complex D and E
    (real part, imaginary part), then v += kick F + lift r; the last column is the stage's time as a fraction of
    the step. `half` is the (kick, lift) that opens and closes a step; `plain` is true when E = 1 and lift = 0.
    """

    table: Floats
    half: tuple[float, float]
    plain: bool


@functools.lru_cache(maxsize=64)
@np.errstate(over="ignore", invalid="ignore")  # typed parameters may overflow
def stages(order: int, dt: float, mass: float, drag: float, spin: float, field: float) -> Stages:
    """The stages of kick, drift, kick, with drag, magnetic field and Coriolis force solved in the drift.

        v' = -(drag/mass + i (field/mass + 2 spin)) v,   x' = v,   with v = vx + i vy

    is linear, so its flow over any time, also backwards, is exact, and the step stays symmetric.

    >>> stages(2, 0.1, 1.0, 0.0, 0.0, 0.0).table
    array([[0.1, 0. , 1. , 0. , 0.1, 0. , 1. ]])
    """
    w = weights(order)
    decay = complex(drag / mass, field / mass + 2 * spin)
    table = np.zeros((len(w), 7))
    table[:, 0], table[:, 2] = w * dt, 1.0
    if decay:
        rotations = np.exp(-decay * w * dt)
        drifts = -np.expm1(-decay * w * dt) / decay
        table[:, 0], table[:, 1] = drifts.real, drifts.imag
        table[:, 2], table[:, 3] = rotations.real, rotations.imag
    kicks = (w + np.roll(w, -1)) / 2 * dt  # the last kick merges the closing half with the next step's opening half
    table[:, 4], table[:, 5] = kicks / mass, kicks * spin * spin
    table[:, 6] = np.cumsum(w)
    table[-1, 6] = 1.0
    half = w[0] * dt / 2
    return Stages(table, (half / mass, half * spin * spin), not decay and spin == 0)
