"""What a throw will do, before the hand lets go: the path under the scene's own law, and a verdict in words."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from orbitdraw import hands
from orbitdraw.eye import Eye
from orbitdraw.motion import Particles
from orbitdraw.orbits import dominant
from orbitdraw.run import Run
from orbitdraw.sand import PER_PARTICLE
from orbitdraw.scene import State

Floats = NDArray[np.float64]

STEPS = 2_000
"""Steps that are looked ahead: with the usual dt some five turns of a circle of radius one."""

NODES = 500

HIT = 0.02
"""A throw hits a body when it comes closer than this part of the view's radius, or than the body's softening."""


@dataclass
class Forecast:
    """The path (k + 1, 2) of a thrown body and what becomes of it.

    `verdict` is "bound", "escapes", "hits the star", "hits a body" or, where there is nothing to be bound to, "stays"
    or "leaves"; the path ends where it hits. `period` is that of the Kepler ellipse about the dominant body, or nan.
    `energy` and `momentum` are the throw's specific energy and angular momentum, about that body where there is one.
    """

    path: Floats
    verdict: str
    period: float
    energy: float
    momentum: float
    seen: Floats = field(default_factory=lambda: np.zeros((0, 2)))
    """The path as it is seen from the frame of reference of the picture."""

    def sentence(self) -> str:
        """The verdict as a person reads it.

        >>> Forecast(np.zeros((1, 2)), "bound", 41.23, -0.5, 1.0).sentence()
        'bound, period 41.2'
        """
        return (
            f"bound, period {self.period:.3g}"
            if self.verdict == "bound" and math.isfinite(self.period)
            else self.verdict
        )


@np.errstate(over="ignore", invalid="ignore", divide="ignore")  # a throw may lead to where numbers end
def forecast(
    run: Run,
    mass: float,
    pos: tuple[float, float],
    vel: tuple[float, float],
    steps: int = STEPS,
    without: int | None = None,
    eye: Eye | None = None,
) -> Forecast:
    """Throw a copy of the world's bodies, without its dust, `steps` steps ahead in one call of the law's driver.

    `without` names a body that is left out: the one that is held and would be thrown anew. With an `eye`, `seen` is
    the path as it is seen by what watches the run.
    """
    few = len(run.state["mass"])
    state = {name: array[:few].copy() if name in PER_PARTICLE else array.copy() for name, array in run.state.items()}
    if without is not None:
        hands.edit(state, "take", (without,))
        few -= 1
    others = dict(state)
    hands.edit(state, "throw", (mass, *pos, *vel))
    if without is not None:
        state["name"][few] = without
    if "numbers" in run.state:
        state["numbers"] = run.state["numbers"]  # nobody asks for the drift of this energy, which takes time to sum
    ahead = Particles(replace(run.scene, steps=steps, nodes=NODES, dust=None, bodies=None))
    # The driver takes its time from the clock: a potential that moves is then where it is now.
    state["clock"] = np.array([run.t / (steps * float(run.values["dt"])), state["clock"][1]])
    strokes = ahead.advance(state, dict(run.values), 0)
    path = np.array(strokes.path[:, few])
    good = np.isfinite(path).all(axis=1)
    path = path[: int(np.argmin(good))] if not good.all() else path
    told = _judged(run, others, path, np.asarray(strokes.path[: len(path)]), pos, vel, few)
    told.seen = told.path if eye is None else eye.see(strokes).path[: len(told.path), few]
    return told


def _judged(
    run: Run,
    state: State,
    path: Floats,
    world: Floats,
    pos: tuple[float, float],
    vel: tuple[float, float],
    few: int,
) -> Forecast:
    star = int(dominant(state, *pos)[0])
    if star < 0:
        energy = 0.5 * (vel[0] ** 2 + vel[1] ** 2)
        if run.scene.potential is not None:
            given = {name: run.values[name] for name in run.scene.potential.names}
            energy += float(run.scene.potential.value(pos[0], pos[1], run.t, **given))
        stays = len(path) == NODES + 1 and np.hypot(*(path[-1] - run.view.center)) < 4 * run.view.radius
        return Forecast(path, "stays" if stays else "leaves", math.nan, energy, pos[0] * vel[1] - pos[1] * vel[0])
    gravity, softening2 = state["gravity"]
    dx, dy = pos[0] - state["x"][star], pos[1] - state["y"][star]
    ux, uy = vel[0] - state["vx"][star], vel[1] - state["vy"][star]
    total = gravity * float(state["mass"][star])
    energy = 0.5 * (ux * ux + uy * uy) - total / math.sqrt(dx * dx + dy * dy + softening2)
    momentum = dx * uy - dy * ux
    reach = max(HIT * run.view.radius, math.sqrt(softening2))
    # A step that is far too long for a plunge throws the body out again, so the ellipse is asked as well.
    shape = math.sqrt(max(0.0, 1 + 2 * energy * momentum**2 / total**2))
    plunges = momentum**2 / (total * (1 + shape)) < reach and (energy < 0 or dx * ux + dy * uy < 0)
    apart = (path[:, k, None] - world[:, :few, k] for k in (0, 1))
    bumps = _nearest(*apart) < reach**2
    if bumps.any():
        first, body = np.argwhere(bumps)[0]
        return Forecast(
            path[: first + 2], "hits the star" if body == star else "hits a body", math.nan, energy, momentum
        )
    if plunges or len(path) < NODES + 1:
        return Forecast(path, "hits the star", math.nan, energy, momentum)
    if energy >= 0:
        return Forecast(path, "escapes", math.inf, energy, momentum)
    axis = -total / (2 * energy)
    return Forecast(path, "bound", 2 * math.pi * math.sqrt(axis**3 / total), energy, momentum)


def _nearest(x: Floats, y: Floats) -> Floats:
    """The least squared distance from the origin on every piece (k, n) of paths (k + 1, n), between their nodes too."""
    dx, dy = x[1:] - x[:-1], y[1:] - y[:-1]
    x, y = x[:-1], y[:-1]
    length2 = dx * dx + dy * dy
    part = np.clip(-(x * dx + y * dy) / np.where(length2 > 0, length2, 1.0), 0.0, 1.0)
    x, y = x + part * dx, y + part * dy
    return np.asarray(x * x + y * y)
