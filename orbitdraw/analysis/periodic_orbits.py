"""Closed orbits near a start, by shooting.

A shot plays N steps from the start z and misses by Phi_N(z) - z. First the time is free (N steps and a part of one),
which finds the closed orbit that changes the throw least; then it is held at a whole number of frames, or of steps,
so that the fixed steps of a run themselves come back to where they began and the loop repeats to rounding.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from orbitdraw.analysis.flow import Flow
from orbitdraw.analysis.shooting import shoot

Floats = NDArray[np.float64]
Cancelled = Callable[[], bool]

EXACT = 1e-9
"""A loop that misses its start by less, in units of its size and speed, is closed; its digits are bettered further."""

FAINT = 1e-4
"""A loop that misses by less looks closed for some turns: where the exact one is far, it is taken, and it is told."""

FAR = 0.1
"""A change of the throw above this is far."""

REACH = 0.5
"""The largest change of places and velocities, in units of size and speed, that is still "near"."""

LEAST = 0.02
"""A change that nobody minds: of two closed orbits that are nearer, the shorter one is taken."""

EASE = 3.0
"""How much cheaper a change of the period is than one of the throw: nobody chose the period."""


@dataclass(frozen=True)
class Aim:
    """What a shot may vary: the velocity of the thrown body, its place too, or everything, from the rows `start`.

    The unknowns are in units of size and speed, and their length is the mean square of the bodies that change.
    """

    flow: Flow
    subject: str
    start: Floats

    @property
    def places(self) -> NDArray[np.intp]:
        """Which of the 4 n numbers are varied."""
        if self.subject == "all":
            return np.arange(self.start.size)
        return 4 * self.flow.thrown + np.arange(2 if self.subject == "velocity" else 0, 4)

    def rows(self, unknowns: Floats) -> Floats:
        """Places and velocities (n, 4); unknowns that are more than the places mean other things."""
        places, out = self.places, self.start.copy()
        bodies = len(out) if self.subject == "all" else 1
        out.reshape(-1)[places] += self.flow.units[places % 4] * math.sqrt(bodies) * unknowns[: len(places)]
        return self.flow.centred(out)

    def misses(self, unknowns: Floats, steps: int, rest: float = 0.0) -> Floats:
        """Phi_N(z) - z (4 n,) in units of size and speed."""
        begin = self.rows(unknowns)
        return ((self.flow.ends(begin, steps, rest) - begin) / self.flow.units / math.sqrt(len(begin))).reshape(-1)


@dataclass(frozen=True)
class Loop:
    """A closed orbit that was found: rows (n, 4) that come back after `steps` steps and the part `rest` of one."""

    rows: Floats
    steps: int
    rest: float
    miss: float
    changed: float
    subject: str
    frame: int

    def cost(self) -> float:
        """What speaks against it: distance and length, and that it is not whole in frames, in steps, in digits."""
        grade = 4.0 if self.rest else 2.0 if self.steps % self.frame else 1.0
        return price(self.changed, self.steps) * grade * (1.0 if self.miss <= EXACT else 2.0)


def price(changed: float, steps: int) -> float:
    """Near is good, and so is short: a loop of thirty turns is hardly seen to close."""
    return (changed + LEAST) * math.sqrt(steps)


def loops(aim: Aim, steps: int, push: Floats, cancelled: Cancelled) -> Iterator[Loop]:
    """The closed orbits of about so many steps: in free time, in whole frames, in whole steps.

    The exact ones come first; where there are none, or far ones only, also those that miss faintly.
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
        yield Loop(aim.rows(near), count, rest, free.miss, changed, aim.subject, aim.flow.frame)
        for unit in dict.fromkeys((aim.flow.frame, 1)):
            lower = count // unit * unit
            for whole in sorted({lower, lower + unit} - {0}, key=lambda k: abs(k - count - rest)):
                held = shoot(partial(aim.misses, steps=whole), here[:-1], near, good, REACH, cancelled)[-1]
                if held.miss <= good:
                    rows, moved = aim.rows(held.unknowns), float(np.linalg.norm(held.unknowns))
                    least = _least(aim.flow, rows, whole)
                    yield Loop(rows, least, 0.0, held.miss, moved, aim.subject, aim.flow.frame)
                    break
        if changed < FAR:
            break


def _least(flow: Flow, rows: Floats, steps: int) -> int:
    """The least number of steps that closes the loop: the search may have found it several times round."""
    apart = flow.apart(flow.path(rows, steps))
    return next(k for k in range(1, steps + 1) if steps % k == 0 and (k == steps or apart[k] <= EXACT))


def polished(flow: Flow, loop: Loop) -> Loop:
    """The same loop with better digits, if a tiny change of everything brings them."""
    aim = Aim(flow, "all", loop.rows)
    if loop.rest or loop.miss > EXACT:
        return loop
    best = shoot(partial(aim.misses, steps=loop.steps), np.zeros(loop.rows.size), good=EXACT)[-1]
    return replace(loop, rows=aim.rows(best.unknowns), miss=best.miss) if best.miss < 0.1 * loop.miss else loop
