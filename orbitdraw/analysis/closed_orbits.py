"""Snap to a closed orbit: the periodic orbit nearest to the present motion, and the edits that put the bodies on it."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from orbitdraw.analysis.flow import FlowMap
from orbitdraw.analysis.periodic_orbits import (
    EXACT_MISS,
    FAR_CHANGE,
    MAX_CHANGE,
    UNNOTICED_CHANGE,
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

MAX_RETURN_MISS = 1.0
"""Largest miss of a return that is used as initial guess; a random point of the orbit misses by 2."""

MAX_RETURNS = 4
"""Number of nearest returns, and number of earliest returns, that are tried as initial guesses."""

MAX_WORK = 250e6
MAX_WORK_WITH_ORBIT = 60e6
"""Pairwise force evaluations, about 10 ns each, at which a search ends: without a loop, and with a loop found. A limit
in time would find other orbits on slower machines."""

MAX_BODIES = 40

STOPPED_REASON = "the search for a closed orbit was stopped"


@dataclass(frozen=True)
class ClosedOrbit:
    """A closed orbit, or the reason why there is none.

    `edits` (one, for all bodies) put the bodies on it. `period` is its period, and `steps` that in whole steps (with
    `is_whole` false, no orbit of a whole number of steps was found, and `steps` is rounded down).
    `velocity_change` and `position_change` are in units of the throw's speed and the orbit's size, `residual` is the
    distance of the orbit's end from its start, in units of its size and speed. `has_drift` is true when the edits
    remove a common drift of the bodies. Without an orbit, `reason` says why.
    """

    edits: list[tuple[str, tuple[float, ...]]] = field(default_factory=list)
    steps: int = 0
    period: float = math.nan
    velocity_change: float = 0.0
    position_change: float = 0.0
    residual: float = math.inf
    is_whole: bool = True
    has_drift: bool = False
    reason: str = ""

    @property
    def is_found(self) -> bool:
        """True when there is an orbit to apply."""
        return not self.reason

    def apply(self, run: Run) -> None:
        """Put the bodies of `run` on the orbit."""
        for name, numbers in self.edits:
            run.apply(name, numbers)

    def sentence(self) -> str:
        """The result as a sentence for the user.

        >>> ClosedOrbit(period=6.3259, velocity_change=0.008, residual=1e-14).sentence()
        'closed: period 6.33, velocity changed by 0.8 %'
        >>> ClosedOrbit(reason="no closed orbit near this throw").sentence()
        'no closed orbit near this throw'
        """
        if self.reason:
            return self.reason
        parts = [f"closed: period {self.period:.3g}", f"velocity changed by {_percent(self.velocity_change)}"]
        if self.position_change >= 5e-6:
            parts.append(f"position by {_percent(self.position_change)}")
        if self.has_drift:
            parts.append("common drift removed")
        if self.residual > EXACT_MISS:
            parts.append(f"misses by {self.residual:.0e} per orbit")
        if not self.is_whole:
            parts.append("period not a whole number of steps")
        return ", ".join(parts)


def _percent(fraction: float) -> str:
    if fraction < 5e-6:
        return "less than 0.001 %"
    return f"{100 * fraction:.1f} %" if fraction >= 5e-4 else f"{100 * fraction:.1g} %"


@np.errstate(over="ignore", invalid="ignore", divide="ignore")  # a trial may overflow to inf or nan
def nearest_closed_orbit(run: Run, body: int | None = None, cancelled: Cancelled = lambda: False) -> ClosedOrbit:
    """The closed orbit nearest to the present motion of the bodies of `run`, which is not changed.

    With a `body` (its id) first its velocity alone is varied, then its position too, then everything; without one,
    everything. An isolated system is treated in the frame of its centre of mass. None is found, and
    `ClosedOrbit.reason` says why, under drag, heat, descent or a time-dependent potential, and where no return is near.
    Raises InputError for an unknown body. Stoer and Bulirsch, Introduction to Numerical Analysis, 7.3 (shooting);
    Hairer, Lubich, Wanner, Geometric Numerical Integration, IX.3 (backward error analysis: up to a tiny error, fixed
    steps follow the flow of a modified equation, whose orbits close as those of the exact one do).
    """
    if reason := _impossible_reason(run):
        return ClosedOrbit(reason=reason)
    if body is not None and body not in ids_of(dict(run.state)):
        raise InputError(f"there is no body {body:g}")
    if body is not None and is_pinned(run.state, body):
        return ClosedOrbit(reason=f"body {body:g} is pinned: release it and throw it")
    subject = "this motion" if body is None else "this throw"
    flow = FlowMap(run, body)
    if body is not None and body not in flow.names:
        return ClosedOrbit(reason=f"body {body:g} has escaped: it has no orbit to close")
    if not flow.names:
        return ClosedOrbit(reason="there is no body whose orbit can be closed: throw one first")
    if flow.is_time_dependent:
        return ClosedOrbit(reason="this potential changes with time: orbits can be closed only in a static one")
    if len(flow.names) > MAX_BODIES:
        return ClosedOrbit(
            reason=f"{len(flow.names)} bodies are too many: orbits of at most {MAX_BODIES} can be closed"
        )
    if cancelled():
        return ClosedOrbit(reason=STOPPED_REASON)
    path = flow.integrate_ahead()
    distances = flow.distances(path)
    return_steps = find_returns(distances)
    if not return_steps:
        return ClosedOrbit(reason=f"no closed orbit near {subject}: it does not return to its start")
    orbits = _search(flow, return_steps, body is not None, cancelled)
    if cancelled():
        return ClosedOrbit(reason=STOPPED_REASON)
    if not orbits:
        distance = np.hypot(*(path[return_steps[0], :, :2] - path[0, :, :2]).T).max()
        return ClosedOrbit(reason=f"no closed orbit near {subject}: the nearest return misses by {distance:.2g}")
    return _closed_orbit(flow, refine(flow, min(orbits, key=PeriodicOrbit.cost)))


def _impossible_reason(run: Run) -> str:
    """The reason why no orbit can be closed here; empty if one may."""
    law, parameters = run.scene.law, run.scene.law.parameters_at(run.values)
    if run.scene.motion is not None or not len(run.state.get("mass", ())):
        return "there is no body whose orbit can be closed: throw one first"
    return law.no_closed_orbit_reason(parameters)


def find_returns(distances: Floats) -> list[int]:
    """Steps of the local minima of the `distances` (k,) from the first node: those both near and early first, then
    the earliest.

    >>> find_returns(np.array([0.0, 2.0, 0.1, 2.0, 0.01, 2.0]))
    [4, 2]
    """
    inner = distances[1:-1]
    lowest = 1 + np.flatnonzero((inner < distances[:-2]) & (inner <= distances[2:]))
    lowest = lowest[distances[lowest] < MAX_RETURN_MISS]
    near = lowest[np.argsort((distances[lowest] + UNNOTICED_CHANGE) * np.sqrt(lowest))]
    return [int(i) for i in dict.fromkeys([*near[:MAX_RETURNS], *lowest[:MAX_RETURNS]])]


def _search(flow: FlowMap, return_steps: list[int], is_throw: bool, cancelled: Cancelled) -> list[PeriodicOrbit]:
    """Closed orbits from all initial guesses, skipping those that cannot lead to a cheaper orbit than those found."""
    orbits: list[PeriodicOrbit] = []

    def is_exhausted() -> bool:
        limit = MAX_WORK_WITH_ORBIT if any(not one.step_fraction for one in orbits) else MAX_WORK
        return flow.work > limit or cancelled()

    guesses = [(steps, np.zeros(2)) for steps in return_steps]
    if is_throw and (circle := _circular_orbit(flow)) is not None:
        guesses.insert(1, circle)
    for steps, change in guesses:
        min_cost = orbit_cost(float(np.linalg.norm(change)) / 2, steps)
        if is_exhausted() or (orbits and min_cost > min(map(PeriodicOrbit.cost, orbits))):
            continue
        for subject in ("velocity", "body", "all") if is_throw else ("all",):
            # All bodies are varied only where varying the throw alone finds no closed orbit.
            if (
                subject == "all"
                and is_throw
                and (len(flow.names) == 1 or change.any() or any(not o.step_fraction for o in orbits))
            ):
                continue
            new = list(periodic_orbits(ShootingProblem(flow, subject, flow.start), steps, change, is_exhausted))
            orbits += new
            if any(not one.step_fraction and one.change < FAR_CHANGE for one in new):
                break
    return orbits


def _circular_orbit(flow: FlowMap) -> tuple[int, Floats] | None:
    """The circular orbit about the throw's strongest attractor: its period in steps, and the change of velocity in
    units of speed.

    Where ellipses precess, by softening or by long steps, the circle still closes, far from an ellipse's returns.
    """
    body = flow.start[flow.thrown_index]
    star = int(dominant_body(flow.state(), body[0], body[1], flow.thrown_index)[0])
    if star < 0:
        return None
    dx, dy, ux, uy = body - flow.start[star]
    r = math.hypot(dx, dy)
    gravity, softening2 = flow.gravity
    speed = math.sqrt(gravity * (flow.mass[star] + flow.mass[flow.thrown_index]) * r * r / (r * r + softening2) ** 1.5)
    if not speed > 0:
        return None
    sense = math.copysign(1.0, dx * uy - dy * ux)
    change = (np.array([-dy, dx]) / r * speed * sense - (ux, uy)) / flow.speed
    return (round(2 * math.pi * r / speed / flow.dt), change) if np.linalg.norm(change) < MAX_CHANGE else None


def _closed_orbit(flow: FlowMap, loop: PeriodicOrbit) -> ClosedOrbit:
    """The loop as a `ClosedOrbit` with edits and figures."""
    bodies = slice(None) if loop.subject == "all" else slice(flow.thrown_index, flow.thrown_index + 1)
    change, before = (loop.rows - flow.start)[bodies], flow.start[bodies]
    rows = [
        (float(name), *new.tolist())
        for name, old, new in zip(flow.names, flow.first, loop.rows, strict=True)
        if (old != new).any()
    ]
    numbers = tuple(number for row in rows for number in row)
    # A throw from rest has no speed of its own: compare with a tenth of the usual speed.
    speed = max(_root_mean_square(before[:, 2:]), flow.speed / 10)
    return ClosedOrbit(
        edits=[("align", numbers)] if numbers else [],
        steps=loop.steps,
        period=(loop.steps + loop.step_fraction) * flow.dt,
        velocity_change=_root_mean_square(change[:, 2:]) / speed,
        position_change=_root_mean_square(change[:, :2]) / flow.size,
        residual=loop.miss,
        is_whole=loop.step_fraction == 0,
        has_drift=bool(np.abs(flow.first - flow.start).max() > 1e-6 * flow.speed),
    )


def _root_mean_square(vectors: Floats) -> float:
    return float(np.sqrt((vectors**2).sum(axis=1).mean()))
