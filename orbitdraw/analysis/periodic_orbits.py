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

EXACT = 1e-9
"""Miss, in units of size and speed, below which a loop is closed; it is then only refined to more digits."""

FAINT = 1e-4
"""Miss below which a loop looks closed for some orbits: accepted where the exact one is far, and reported."""

FAR = 0.1
"""Change of the throw above which a closed orbit is far."""

REACH = 0.5
"""Largest change of positions and velocities, in units of size and speed, that is searched."""

LEAST = 0.02
"""Change that goes unnoticed: between two closed orbits nearer than this, the shorter one wins."""

EASE = 3.0
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
    def places(self) -> NDArray[np.intp]:
        """Indices of the varied ones among the 4 n numbers."""
        if self.subject == "all":
            return np.arange(self.start.size)
        return 4 * self.flow.thrown + np.arange(2 if self.subject == "velocity" else 0, 4)

    def rows(self, unknowns: Floats) -> Floats:
        """Positions and velocities (n, 4) for the unknowns; further unknowns, such as the period, are ignored."""
        places, out = self.places, self.start.copy()
        bodies = len(out) if self.subject == "all" else 1
        out.reshape(-1)[places] += self.flow.units[places % 4] * math.sqrt(bodies) * unknowns[: len(places)]
        return self.flow.centred(out)

    def misses(self, unknowns: Floats, steps: int, rest: float = 0.0) -> Floats:
        """Phi_N(z) - z (4 n,) in units of size and speed."""
        begin = self.rows(unknowns)
        return ((self.flow.flow(begin, steps, rest) - begin) / self.flow.units / math.sqrt(len(begin))).reshape(-1)


@dataclass(frozen=True)
class PeriodicOrbit:
    """A closed orbit that was found: rows (n, 4) that return after `steps` steps and the fraction `rest` of one."""

    rows: Floats
    steps: int
    rest: float
    miss: float
    changed: float
    subject: str
    frame: int

    def cost(self) -> float:
        """Cost by which loops are ranked: that of change and length, times penalties for a period that is not whole in
        frames or steps, and for a miss above EXACT."""
        grade = 4.0 if self.rest else 2.0 if self.steps % self.frame else 1.0
        return orbit_cost(self.changed, self.steps) * grade * (1.0 if self.miss <= EXACT else 2.0)


def orbit_cost(changed: float, steps: int) -> float:
    """Cost of a loop's change and length: nearer and shorter is cheaper."""
    return (changed + LEAST) * math.sqrt(steps)


def periodic_orbits(aim: ShootingProblem, steps: int, push: Floats, cancelled: Cancelled) -> Iterator[PeriodicOrbit]:
    """Closed orbits of about `steps` steps: of free period, of whole frames, of whole steps.

    Exact ones come first; where there are none, or far ones only, those that miss by less than FAINT follow.
    """
    here = np.zeros(len(aim.places) + 1)
    start = here.copy()
    start[-3:-1] = push if aim.subject != "all" else 0.0

    def parts(unknowns: Floats) -> tuple[int, float]:
        length = max(1.0, steps * (1 + EASE * float(unknowns[-1])))
        return int(length), length - int(length)

    trail = shoot(lambda u: aim.misses(u, *parts(u)), here, start, EXACT, REACH, cancelled)
    exact = trail[-1] if trail[-1].miss <= EXACT else None
    faint = next((shot for shot in trail if shot.miss <= FAINT), None)
    for good, free in ((EXACT, exact), (FAINT, faint)):
        if free is None:
            continue
        near = free.unknowns[:-1]
        changed = float(np.linalg.norm(near))
        count, rest = parts(free.unknowns)
        yield PeriodicOrbit(aim.rows(near), count, rest, free.miss, changed, aim.subject, aim.flow.frame)
        for unit in dict.fromkeys((aim.flow.frame, 1)):
            lower = count // unit * unit
            for whole in sorted({lower, lower + unit} - {0}, key=lambda k: abs(k - count - rest)):
                held = shoot(partial(aim.misses, steps=whole), here[:-1], near, good, REACH, cancelled)[-1]
                if held.miss <= good:
                    rows, moved = aim.rows(held.unknowns), float(np.linalg.norm(held.unknowns))
                    least = _least(aim.flow, rows, whole)
                    yield PeriodicOrbit(rows, least, 0.0, held.miss, moved, aim.subject, aim.flow.frame)
                    break
        if changed < FAR:
            break


def _least(flow: FlowMap, rows: Floats, steps: int) -> int:
    """The least number of steps that closes the loop: the search may have found a multiple of the period."""
    apart = flow.distances(flow.path(rows, steps))
    return next(k for k in range(1, steps + 1) if steps % k == 0 and (k == steps or apart[k] <= EXACT))


def refine(flow: FlowMap, loop: PeriodicOrbit) -> PeriodicOrbit:
    """The loop refined to a smaller miss, if a tiny change of all bodies achieves it."""
    aim = ShootingProblem(flow, "all", loop.rows)
    if loop.rest or loop.miss > EXACT:
        return loop
    best = shoot(partial(aim.misses, steps=loop.steps), np.zeros(loop.rows.size), good=EXACT)[-1]
    return replace(loop, rows=aim.rows(best.unknowns), miss=best.miss) if best.miss < 0.1 * loop.miss else loop
