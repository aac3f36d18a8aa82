"""Shooting: the root nearest to a guess, by minimum-norm Gauss-Newton steps."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

DIFFERENCE = 1e-6
"""Step of a central difference in units of the unknowns. Its error is of the order of 1e-12 from the third derivative
and of 1e-10 from rounding, times the amplification of the flow."""

MANY = 40
FORWARD = 1e-7
"""Number of unknowns above which differences are forward, and their step: half the shots, and half the digits."""

RELATIVE_CUTOFFS = (3e-2, 1e-3, 1e-5, 1e-8)
"""Cutoffs of singular values relative to the largest. The first gives the shortest step; the next ones are tried while
steps do not reduce the miss enough."""

LONGEST_STEP = 0.25
"""Longest step, in units of the unknowns."""

ITERATIONS = 14
PULLED_ITERATIONS = 6
"""Most iterations, and the first ones of them that also pull the unknowns to the guess along the null space."""

POLISH = 1e-5
"""Longest step once the miss is good: a refinement must not move to another root."""

GAIN = 30.0
"""Factor of reduction of the miss from which a Jacobian is used again."""


SLOW = 1.3
PATIENCE = 3
"""Iterations in a row that reduce the miss by less than the factor SLOW after which the search ends."""

SETTLING = 6
"""Most corrections along strong directions after a step along a weak one, to follow their nonlinearity."""


@dataclass(frozen=True)
class Shot:
    """Unknowns (m,), their residuals `misses` (k,), and the norm `miss` of these."""

    unknowns: Floats
    misses: Floats
    miss: float


Misses = Callable[[Floats], Floats]


def shoot(
    misses: Misses,
    guess: Floats,
    start: Floats | None = None,
    good: float = 1e-9,
    reach: float = 0.5,
    cancelled: Callable[[], bool] = lambda: False,
) -> list[Shot]:
    """The iterates of a search for the root of `misses` nearest to `guess`, within `reach`; the last is the best.

    The first iterate is at `start`, or at the guess. Once the miss is at most `good`, the root is only refined.

        u <- u - J+ m(u) - (1 - J+ J) (u - guess)

    with the pseudo-inverse J+ of the Jacobian, from its singular values above a cutoff. The second term is the shortest
    step to a root of the linearisation; the third moves along the set of roots towards the one nearest to the guess. As
    symmetries and conserved quantities make J singular, the step is tried for several cutoffs.
    Stoer and Bulirsch, Introduction to Numerical Analysis, 7.3 (shooting); Bjorck, Numerical Methods for Least
    Squares Problems, 9.2 (Gauss-Newton).

    >>> circle = shoot(lambda u: np.array([u @ u - 4.0]), np.array([1.5, 2.0]))[-1]
    >>> circle.miss < 1e-12, circle.unknowns.round(9).tolist()  # the nearest point of the circle of radius two
    (True, [1.2, 1.6])
    """
    trail = [_shot(misses, guess if start is None else start)]
    gain, slow, jacobian = 0.0, 0, np.zeros((1, 1))
    for iteration in range(ITERATIONS):
        now = trail[-1]
        if now.miss == 0 or not math.isfinite(now.miss) or cancelled():
            break
        fresh = gain < GAIN
        if fresh:
            jacobian = jacobian_of(misses, now)
            if not np.isfinite(jacobian).all():
                break
        done = now.miss <= good
        best = now
        for home in (guess, None) if iteration < PULLED_ITERATIONS and not done else (None,):
            for step, strong in _steps(jacobian, now, home):
                length = float(np.linalg.norm(step))
                if done and length > POLISH:
                    continue
                there = now.unknowns + step * min(1.0, LONGEST_STEP / length if length else 1.0)
                if np.linalg.norm(there - guess) <= reach:
                    shot = _corrected(misses, there, strong, now.miss)
                    if shot.miss < best.miss and np.linalg.norm(shot.unknowns - guess) <= reach:
                        best = shot
                if best.miss < 0.1 * now.miss:
                    break
            if best.miss < 0.5 * now.miss:
                break
        gain = now.miss / best.miss if best.miss else math.inf
        if best is not now:
            trail.append(best)
        elif fresh:
            break
        slow = slow + 1 if gain < SLOW else 0
        if slow == PATIENCE:
            break
    return trail


def _steps(jacobian: Floats, now: Shot, home: Floats | None) -> Iterator[tuple[Floats, Floats]]:
    """The steps for all cutoffs of different rank, each with the pseudo-inverse of the strong directions."""
    left, values, right = np.linalg.svd(jacobian, full_matrices=False)
    ranks = [int((values > cut * values[0]).sum()) for cut in RELATIVE_CUTOFFS]
    strong = (right[: ranks[0]].T / values[: ranks[0]]) @ left[:, : ranks[0]].T
    for rank in dict.fromkeys(ranks):
        rows = right[:rank]
        step = -rows.T @ ((left.T @ now.misses)[:rank] / values[:rank])
        if home is not None:
            away = now.unknowns - home
            step -= away - rows.T @ (rows @ away)
        yield step, strong


def _corrected(misses: Misses, there: Floats, strong: Floats, before: float) -> Shot:
    """The shot at `there`, corrected in the strong directions until its miss is well below `before`, if possible."""
    shot = _shot(misses, there)
    for left in range(SETTLING - 1, -1, -1):
        if shot.miss < 0.5 * before or not math.isfinite(shot.miss):
            break
        corrected = _shot(misses, shot.unknowns - strong @ shot.misses)
        gain = corrected.miss / shot.miss
        if not gain < 0.7 or corrected.miss * gain**left > before:
            break
        shot = corrected
    return shot


def _shot(misses: Misses, unknowns: Floats) -> Shot:
    found = misses(unknowns)
    return Shot(unknowns, found, float(np.linalg.norm(found)) if np.isfinite(found).all() else math.inf)


def jacobian_of(misses: Misses, now: Shot) -> Floats:
    """The Jacobian (k, m) of `misses` by central differences, or by forward ones for more than MANY unknowns.

    >>> now = Shot(np.array([2.0, 3.0]), np.array([6.0]), 6.0)
    >>> jacobian_of(lambda u: np.array([u[0] * u[1]]), now).round(6).tolist()
    [[3.0, 2.0]]
    """
    at = now.unknowns
    if len(at) > MANY:
        return np.stack([(misses(at + h) - now.misses) / FORWARD for h in FORWARD * np.eye(len(at))], axis=1)
    central = [(misses(at + h) - misses(at - h)) / (2 * DIFFERENCE) for h in DIFFERENCE * np.eye(len(at))]
    return np.stack(central, axis=1)
