"""Closed orbits near an initial condition, by shooting.

A shot integrates N steps from the start z and misses by Phi_N(z) - z. First the period is free (N steps and a fraction
of one), which finds the closed orbit that changes the throw least; then it is fixed to a whole number of frames, or of
steps, so that the fixed steps of a run return to their start and the loop repeats up to rounding.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from orbitdraw.analysis.flow import FlowMap
from orbitdraw.analysis.shooting import shoot

Floats = NDArray[np.float64]
Cancelled = Callable[[], bool]

EXACT_MISS = 1e-9
"""Miss, in units of size and speed, below which a loop is closed; it is then only refined to more digits."""

VISIBLE_MISS = 1e-4
"""Miss below which a loop looks closed for some orbits: accepted where the exact one is far, and reported."""

FAR_CHANGE = 0.1
"""Change of the throw above which a closed orbit is far."""

MAX_CHANGE = 0.5
"""Largest change of positions and velocities, in units of size and speed, that is searched."""

UNNOTICED_CHANGE = 0.02
"""Change that goes unnoticed: between two closed orbits nearer than this, the shorter one wins."""

PERIOD_WEIGHT = 3.0
"""Weight by which a change of the period is cheaper than one of the throw: the period was not chosen by the user."""


@dataclass(frozen=True)
class ShootingProblem:
    """The unknowns of a shooting problem about the rows `start`: `subject` is "velocity" (of the thrown body), "body"
    (its position too) or "all".

    Unknowns are in units of size and speed; their norm is the root mean square over the bodies that change.
    """

    flow: FlowMap
    subject: str
    start: Floats

    @property
    def indices(self) -> NDArray[np.intp]:
        """Indices of the varied ones among the 4 n numbers."""
        if self.subject == "all":
            return np.arange(self.start.size)
        return 4 * self.flow.thrown_index + np.arange(2 if self.subject == "velocity" else 0, 4)

    def rows(self, unknowns: Floats) -> Floats:
        """Positions and velocities (n, 4) for the unknowns; further unknowns, such as the period, are ignored."""
        indices, out = self.indices, self.start.copy()
        bodies = len(out) if self.subject == "all" else 1
        out.reshape(-1)[indices] += self.flow.units[indices % 4] * math.sqrt(bodies) * unknowns[: len(indices)]
        return self.flow.to_centre_of_mass(out)

    def residuals(self, unknowns: Floats, steps: int, step_fraction: float = 0.0) -> Floats:
        """Phi_N(z) - z (4 n,) in units of size and speed."""
        begin = self.rows(unknowns)
        return (
            (self.flow.flow(begin, steps, step_fraction) - begin) / self.flow.units / math.sqrt(len(begin))
        ).reshape(-1)


@dataclass(frozen=True)
class PeriodicOrbit:
    """A closed orbit that was found: rows (n, 4) that return after `steps` and `step_fraction` steps."""

    rows: Floats
    steps: int
    step_fraction: float
    miss: float
    change: float
    subject: str
    frame: int

    def cost(self) -> float:
        """Cost by which loops are ranked: that of change and length, times penalties for a period that is not whole in
        frames or steps, and for a miss above EXACT_MISS."""
        penalty = 4.0 if self.step_fraction else 2.0 if self.steps % self.frame else 1.0
        return orbit_cost(self.change, self.steps) * penalty * (1.0 if self.miss <= EXACT_MISS else 2.0)


def orbit_cost(change: float, steps: int) -> float:
    """Cost of a loop's change and length: nearer and shorter is cheaper."""
    return (change + UNNOTICED_CHANGE) * math.sqrt(steps)


def periodic_orbits(
    problem: ShootingProblem, steps: int, velocity_guess: Floats, cancelled: Cancelled
) -> Iterator[PeriodicOrbit]:
    """Closed orbits of about `steps` steps: of free period, of whole frames, of whole steps.

    Exact ones come first; where there are none, or far ones only, those that miss by less than VISIBLE_MISS follow.
    """
    guess = np.zeros(len(problem.indices) + 1)
    start = guess.copy()
    start[-3:-1] = velocity_guess if problem.subject != "all" else 0.0

    def split_steps(unknowns: Floats) -> tuple[int, float]:
        length = max(1.0, steps * (1 + PERIOD_WEIGHT * float(unknowns[-1])))
        return int(length), length - int(length)

    iterates = shoot(lambda u: problem.residuals(u, *split_steps(u)), guess, start, EXACT_MISS, MAX_CHANGE, cancelled)
    exact = iterates[-1] if iterates[-1].miss <= EXACT_MISS else None
    visible = next((shot for shot in iterates if shot.miss <= VISIBLE_MISS), None)
    for tolerance, free_period in ((EXACT_MISS, exact), (VISIBLE_MISS, visible)):
        if free_period is None:
            continue
        unknowns_near = free_period.unknowns[:-1]
        change = float(np.linalg.norm(unknowns_near))
        count, step_fraction = split_steps(free_period.unknowns)
        yield PeriodicOrbit(
            problem.rows(unknowns_near),
            count,
            step_fraction,
            free_period.miss,
            change,
            problem.subject,
            problem.flow.frame,
        )
        for unit in dict.fromkeys((problem.flow.frame, 1)):
            lower = count // unit * unit
            for whole in sorted({lower, lower + unit} - {0}, key=lambda k: abs(k - count - step_fraction)):
                fixed_period = shoot(
                    partial(problem.residuals, steps=whole), guess[:-1], unknowns_near, tolerance, MAX_CHANGE, cancelled
                )[-1]
                if fixed_period.miss <= tolerance:
                    rows, fixed_change = (
                        problem.rows(fixed_period.unknowns),
                        float(np.linalg.norm(fixed_period.unknowns)),
                    )
                    shortest = _shortest_period(problem.flow, rows, whole)
                    yield PeriodicOrbit(
                        rows, shortest, 0.0, fixed_period.miss, fixed_change, problem.subject, problem.flow.frame
                    )
                    break
        if change < FAR_CHANGE:
            break


def _shortest_period(flow: FlowMap, rows: Floats, steps: int) -> int:
    """The least number of steps that closes the loop: the search may have found a multiple of the period."""
    distance = flow.distances(flow.path(rows, steps))
    return next(k for k in range(1, steps + 1) if steps % k == 0 and (k == steps or distance[k] <= EXACT_MISS))


def refine(flow: FlowMap, loop: PeriodicOrbit) -> PeriodicOrbit:
    """The loop refined to a smaller miss, if a tiny change of all bodies achieves it."""
    problem = ShootingProblem(flow, "all", loop.rows)
    if loop.step_fraction or loop.miss > EXACT_MISS:
        return loop
    best = shoot(partial(problem.residuals, steps=loop.steps), np.zeros(loop.rows.size), tolerance=EXACT_MISS)[-1]
    return replace(loop, rows=problem.rows(best.unknowns), miss=best.miss) if best.miss < 0.1 * loop.miss else loop
