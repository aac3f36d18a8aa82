"""Snap to a closed orbit: the periodic orbit nearest to the present motion, and the edits that put the bodies on it."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from orbitdraw.analysis.flow import FlowMap
from orbitdraw.analysis.periodic_orbits import (
    EXACT,
    FAR,
    LEAST,
    REACH,
    PeriodicOrbit,
    ShootingProblem,
    orbit_cost,
    periodic_orbits,
    refine,
)
from orbitdraw.edits.body_ids import ids_of
from orbitdraw.edits.orbital_speed import dominant_body
from orbitdraw.edits.pins import is_pinned
from orbitdraw.errors import InputError
from orbitdraw.simulation.run import Run

Floats = NDArray[np.float64]
Cancelled = Callable[[], bool]

NEARLY = 1.0
"""Largest miss of a return that is used as initial guess; a random point of the orbit misses by 2."""

RETURNS = 4
"""Number of nearest returns, and number of earliest returns, that are tried as initial guesses."""

WORK = 250e6
MORE_WORK = 60e6
"""Pairwise force evaluations, about 10 ns each, at which a search ends: without a loop, and with a loop found. A limit
in time would find other orbits on slower machines."""

MOST_BODIES = 40

STOPPED = "the search for a closed orbit was stopped"


@dataclass(frozen=True)
class ClosedOrbit:
    """A closed orbit, or the reason why there is none.

    `edits` (one, for all bodies) put the bodies on it. `period` is its period, and `steps` that in whole steps (with
    `whole` false, no orbit of a whole number of steps was found, and `steps` is rounded down).
    `pushed` and `moved` are the changes of velocities and positions in units of the throw's speed and the orbit's size,
    `residual` is the distance of the orbit's end from its start, in units of its size and speed. `drifted` is true when
    the edits remove a common drift of the bodies. Without an orbit, `why` is the reason.
    """

    edits: list[tuple[str, tuple[float, ...]]] = field(default_factory=list)
    steps: int = 0
    period: float = math.nan
    pushed: float = 0.0
    moved: float = 0.0
    residual: float = math.inf
    whole: bool = True
    drifted: bool = False
    why: str = ""

    @property
    def found(self) -> bool:
        """True when there is an orbit to apply."""
        return not self.why

    def apply(self, run: Run) -> None:
        """Put the bodies of `run` on the orbit."""
        for name, numbers in self.edits:
            run.apply(name, numbers)

    def sentence(self) -> str:
        """The result as a sentence for the user.

        >>> ClosedOrbit(period=6.3259, pushed=0.008, residual=1e-14).sentence()
        'closed: period 6.33, velocity changed by 0.8 %'
        >>> ClosedOrbit(why="no closed orbit near this throw").sentence()
        'no closed orbit near this throw'
        """
        if self.why:
            return self.why
        parts = [f"closed: period {self.period:.3g}", f"velocity changed by {_percent(self.pushed)}"]
        if self.moved >= 5e-6:
            parts.append(f"position by {_percent(self.moved)}")
        if self.drifted:
            parts.append("common drift removed")
        if self.residual > EXACT:
            parts.append(f"misses by {self.residual:.0e} per orbit")
        if not self.whole:
            parts.append("period not a whole number of steps")
        return ", ".join(parts)


def _percent(part: float) -> str:
    if part < 5e-6:
        return "less than 0.001 %"
    return f"{100 * part:.1f} %" if part >= 5e-4 else f"{100 * part:.1g} %"


@np.errstate(over="ignore", invalid="ignore", divide="ignore")  # a trial may overflow to inf or nan
def nearest_closed_orbit(run: Run, body: int | None = None, cancelled: Cancelled = lambda: False) -> ClosedOrbit:
    """The closed orbit nearest to the present motion of the bodies of `run`, which is not changed.

    With a `body` (its id) first its velocity alone is varied, then its position too, then everything; without one,
    everything. An isolated system is treated in the frame of its centre of mass. None is found, and `ClosedOrbit.why`
    is the reason, under drag, heat, descent or a time-dependent potential, and where no return is near. Raises
    InputError for an unknown body. Stoer and Bulirsch, Introduction to Numerical Analysis, 7.3 (shooting); Hairer,
    Lubich, Wanner, Geometric Numerical Integration, IX.3 (backward error analysis: up to a tiny error, fixed steps
    follow the flow of a modified equation, whose orbits close as those of the exact one do).
    """
    if why := _impossible_reason(run):
        return ClosedOrbit(why=why)
    if body is not None and body not in ids_of(dict(run.state)):
        raise InputError(f"there is no body {body:g}")
    if body is not None and is_pinned(run.state, body):
        return ClosedOrbit(why=f"body {body:g} is pinned: release it and throw it")
    what = "this motion" if body is None else "this throw"
    flow = FlowMap(run, body)
    if body is not None and body not in flow.names:
        return ClosedOrbit(why=f"body {body:g} has escaped: it has no orbit to close")
    if not flow.names:
        return ClosedOrbit(why="there is no body whose orbit can be closed: throw one first")
    if flow.timed:
        return ClosedOrbit(why="this potential changes with time: orbits can be closed only in a static one")
    if len(flow.names) > MOST_BODIES:
        return ClosedOrbit(why=f"{len(flow.names)} bodies are too many: orbits of at most {MOST_BODIES} can be closed")
    if cancelled():
        return ClosedOrbit(why=STOPPED)
    path = flow.ahead()
    apart = flow.distances(path)
    places = returns(apart)
    if not places:
        return ClosedOrbit(why=f"no closed orbit near {what}: it does not return to its start")
    found = _search(flow, places, body is not None, cancelled)
    if cancelled():
        return ClosedOrbit(why=STOPPED)
    if not found:
        misses = np.hypot(*(path[places[0], :, :2] - path[0, :, :2]).T).max()
        return ClosedOrbit(why=f"no closed orbit near {what}: the nearest return misses by {misses:.2g}")
    return _result(flow, refine(flow, min(found, key=PeriodicOrbit.cost)))


def _impossible_reason(run: Run) -> str:
    """The reason why no orbit can be closed here; empty if one may."""
    law, now = run.scene.law, run.scene.law.now(run.values)
    if run.scene.motion is not None or not len(run.state.get("mass", ())):
        return "there is no body whose orbit can be closed: throw one first"
    return law.never_closes(now)


def returns(apart: Floats) -> list[int]:
    """Local minima of the distance `apart` (k,) from the first node: those both near and early first, then the
    earliest.

    >>> returns(np.array([0.0, 2.0, 0.1, 2.0, 0.01, 2.0]))
    [4, 2]
    """
    inner = apart[1:-1]
    lowest = 1 + np.flatnonzero((inner < apart[:-2]) & (inner <= apart[2:]))
    lowest = lowest[apart[lowest] < NEARLY]
    near = lowest[np.argsort((apart[lowest] + LEAST) * np.sqrt(lowest))]
    return [int(i) for i in dict.fromkeys([*near[:RETURNS], *lowest[:RETURNS]])]


def _search(flow: FlowMap, places: list[int], thrown: bool, cancelled: Cancelled) -> list[PeriodicOrbit]:
    """Closed orbits from all initial guesses, skipping those that cannot lead to a cheaper orbit than those found."""
    found: list[PeriodicOrbit] = []

    def spent() -> bool:
        enough = MORE_WORK if any(not one.rest for one in found) else WORK
        return flow.work > enough or cancelled()

    begins = [(steps, np.zeros(2)) for steps in places]
    if thrown and (circle := _circle(flow)) is not None:
        begins.insert(1, circle)
    for steps, push in begins:
        least = orbit_cost(float(np.linalg.norm(push)) / 2, steps)
        if spent() or (found and least > min(map(PeriodicOrbit.cost, found))):
            continue
        for subject in ("velocity", "body", "all") if thrown else ("all",):
            # All bodies are varied only where varying the throw alone finds no closed orbit.
            if subject == "all" and thrown and (len(flow.names) == 1 or push.any() or any(not o.rest for o in found)):
                continue
            new = list(periodic_orbits(ShootingProblem(flow, subject, flow.start), steps, push, spent))
            found += new
            if any(not one.rest and one.changed < FAR for one in new):
                break
    return found


def _circle(flow: FlowMap) -> tuple[int, Floats] | None:
    """The circular orbit about the throw's strongest attractor: its period in steps, and the change of velocity in
    units of speed.

    Where ellipses precess, by softening or by long steps, the circle still closes, far from an ellipse's returns.
    """
    me = flow.start[flow.thrown]
    star = int(dominant_body(flow.state(), me[0], me[1], flow.thrown)[0])
    if star < 0:
        return None
    dx, dy, ux, uy = me - flow.start[star]
    r = math.hypot(dx, dy)
    gravity, softening2 = flow.gravity
    speed = math.sqrt(gravity * (flow.mass[star] + flow.mass[flow.thrown]) * r * r / (r * r + softening2) ** 1.5)
    if not speed > 0:
        return None
    sense = math.copysign(1.0, dx * uy - dy * ux)
    push = (np.array([-dy, dx]) / r * speed * sense - (ux, uy)) / flow.speed
    return (round(2 * math.pi * r / speed / flow.dt), push) if np.linalg.norm(push) < REACH else None


def _result(flow: FlowMap, loop: PeriodicOrbit) -> ClosedOrbit:
    """The loop as a `ClosedOrbit` with edits and figures."""
    bodies = slice(None) if loop.subject == "all" else slice(flow.thrown, flow.thrown + 1)
    change, before = (loop.rows - flow.start)[bodies], flow.start[bodies]
    changed = [
        (float(name), *new.tolist())
        for name, old, new in zip(flow.names, flow.first, loop.rows, strict=True)
        if (old != new).any()
    ]
    aligned = tuple(number for row in changed for number in row)
    # A throw from rest has no speed of its own: compare with a tenth of the usual speed.
    speed = max(_size(before[:, 2:]), flow.speed / 10)
    return ClosedOrbit(
        edits=[("align", aligned)] if aligned else [],
        steps=loop.steps,
        period=(loop.steps + loop.rest) * flow.dt,
        pushed=_size(change[:, 2:]) / speed,
        moved=_size(change[:, :2]) / flow.size,
        residual=loop.miss,
        whole=loop.rest == 0,
        drifted=bool(np.abs(flow.first - flow.start).max() > 1e-6 * flow.speed),
    )


def _size(vectors: Floats) -> float:
    return float(np.sqrt((vectors**2).sum(axis=1).mean()))
