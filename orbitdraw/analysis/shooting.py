"""Shooting: the root nearest to a guess, by minimum-norm Gauss-Newton steps."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

CENTRAL_STEP = 1e-6
"""Step of a central difference in units of the unknowns. Its error is of the order of 1e-12 from the third derivative
and of 1e-10 from rounding, times the amplification of the flow."""

MAX_CENTRAL_UNKNOWNS = 40
FORWARD_STEP = 1e-7
"""Number of unknowns above which differences are forward, and their step: half the shots, and half the digits."""

RELATIVE_CUTOFFS = (3e-2, 1e-3, 1e-5, 1e-8)
"""Cutoffs of singular values relative to the largest. The first gives the shortest step; the next ones are tried while
steps do not reduce the miss enough."""

LONGEST_STEP = 0.25
"""Longest step, in units of the unknowns."""

ITERATIONS = 14
PULLED_ITERATIONS = 6
"""Most iterations, and the first ones of them that also pull the unknowns to the guess along the null space."""

MAX_REFINING_STEP = 1e-5
"""Longest step once the miss is good: a refinement must not move to another root."""

REUSE_GAIN = 30.0
"""Factor of reduction of the miss from which a Jacobian is used again."""


SLOW_GAIN = 1.3
MAX_SLOW_ITERATIONS = 3
"""Iterations in a row that reduce the miss by less than the factor SLOW_GAIN after which the search ends."""

MAX_CORRECTIONS = 6
"""Most corrections along strong directions after a step along a weak one, to follow their nonlinearity."""


@dataclass(frozen=True)
class Shot:
    """Unknowns (m,), their `residuals` (k,), and the norm `miss` of these."""

    unknowns: Floats
    residuals: Floats
    miss: float


Residuals = Callable[[Floats], Floats]


def shoot(
    residuals: Residuals,
    guess: Floats,
    start: Floats | None = None,
    tolerance: float = 1e-9,
    reach: float = 0.5,
    cancelled: Callable[[], bool] = lambda: False,
) -> list[Shot]:
    """The iterates of a search for the root of `residuals` nearest to `guess`, within `reach`; the last is the best.

    The first iterate is at `start`, or at the guess. Once the miss is at most `tolerance`, the root is only refined.

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
    iterates = [_evaluate(residuals, guess if start is None else start)]
    gain, slow_count, jacobian = 0.0, 0, np.zeros((1, 1))
    for iteration in range(ITERATIONS):
        current = iterates[-1]
        if current.miss == 0 or not math.isfinite(current.miss) or cancelled():
            break
        is_new = gain < REUSE_GAIN
        if is_new:
            jacobian = jacobian_of(residuals, current)
            if not np.isfinite(jacobian).all():
                break
        converged = current.miss <= tolerance
        best = current
        for anchor in (guess, None) if iteration < PULLED_ITERATIONS and not converged else (None,):
            for step, strong_inverse in _steps(jacobian, current, anchor):
                length = float(np.linalg.norm(step))
                if converged and length > MAX_REFINING_STEP:
                    continue
                trial = current.unknowns + step * min(1.0, LONGEST_STEP / length if length else 1.0)
                if np.linalg.norm(trial - guess) <= reach:
                    shot = _correct(residuals, trial, strong_inverse, current.miss)
                    if shot.miss < best.miss and np.linalg.norm(shot.unknowns - guess) <= reach:
                        best = shot
                if best.miss < 0.1 * current.miss:
                    break
            if best.miss < 0.5 * current.miss:
                break
        gain = current.miss / best.miss if best.miss else math.inf
        if best is not current:
            iterates.append(best)
        elif is_new:
            break
        slow_count = slow_count + 1 if gain < SLOW_GAIN else 0
        if slow_count == MAX_SLOW_ITERATIONS:
            break
    return iterates


def _steps(jacobian: Floats, current: Shot, anchor: Floats | None) -> Iterator[tuple[Floats, Floats]]:
    """The steps for all cutoffs of different rank, each with the pseudo-inverse of the strong directions."""
    left, values, right = np.linalg.svd(jacobian, full_matrices=False)
    ranks = [int((values > cut * values[0]).sum()) for cut in RELATIVE_CUTOFFS]
    strong_inverse = (right[: ranks[0]].T / values[: ranks[0]]) @ left[:, : ranks[0]].T
    for rank in dict.fromkeys(ranks):
        rows = right[:rank]
        step = -rows.T @ ((left.T @ current.residuals)[:rank] / values[:rank])
        if anchor is not None:
            away = current.unknowns - anchor
            step -= away - rows.T @ (rows @ away)
        yield step, strong_inverse


def _correct(residuals: Residuals, trial: Floats, strong_inverse: Floats, before: float) -> Shot:
    """The shot at `trial`, corrected in the strong directions until its miss is well below `before`, if possible."""
    shot = _evaluate(residuals, trial)
    for remaining in range(MAX_CORRECTIONS - 1, -1, -1):
        if shot.miss < 0.5 * before or not math.isfinite(shot.miss):
            break
        corrected = _evaluate(residuals, shot.unknowns - strong_inverse @ shot.residuals)
        gain = corrected.miss / shot.miss
        if not gain < 0.7 or corrected.miss * gain**remaining > before:
            break
        shot = corrected
    return shot


def _evaluate(residuals: Residuals, unknowns: Floats) -> Shot:
    values = residuals(unknowns)
    return Shot(unknowns, values, float(np.linalg.norm(values)) if np.isfinite(values).all() else math.inf)


def jacobian_of(residuals: Residuals, current: Shot) -> Floats:
    """The Jacobian (k, m) of `residuals` by central differences, or by forward ones above MAX_CENTRAL_UNKNOWNS.

    >>> current = Shot(np.array([2.0, 3.0]), np.array([6.0]), 6.0)
    >>> jacobian_of(lambda u: np.array([u[0] * u[1]]), current).round(6).tolist()
    [[3.0, 2.0]]
    """
    at = current.unknowns
    if len(at) > MAX_CENTRAL_UNKNOWNS:
        return np.stack(
            [(residuals(at + h) - current.residuals) / FORWARD_STEP for h in FORWARD_STEP * np.eye(len(at))], axis=1
        )
    central = [(residuals(at + h) - residuals(at - h)) / (2 * CENTRAL_STEP) for h in CENTRAL_STEP * np.eye(len(at))]
    return np.stack(central, axis=1)
