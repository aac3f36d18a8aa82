"""Forecast of a throw while it is aimed: its path under the scene's own law, and a verdict in words."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from orbitdraw.authoring.motion import State
from orbitdraw.edits import table as hands
from orbitdraw.edits.dust import PER_PARTICLE
from orbitdraw.edits.orbital_speed import dominant_body, gravitational_parameters
from orbitdraw.edits.symmetry import distinct_images, image_maps, images
from orbitdraw.reference_frames.transform import FrameTransform
from orbitdraw.simulation.measures import potential_at
from orbitdraw.simulation.particles import Particles
from orbitdraw.simulation.run import Run

Floats = NDArray[np.float64]

STEPS = 2_000
"""Steps of the forecast: with the usual dt some five orbits on a circle of radius one."""

NODES = 500

HIT = 0.02
"""A throw hits a body when it comes closer than this fraction of the view's radius, or than the softening length."""

TIDE = 0.3
"""Ratio of another body's tidal force to a star's pull above which the ellipse about the star breaks up. Moons stay
within half the Hill radius, where it is a twelfth."""

LIGHT = 0.1
"""Fraction of a star's mass below which another body is ignored in deciding whether a throw escapes from all."""


@dataclass
class Forecast:
    """The path (k + 1, 2) of a thrown body and its fate.

    `verdict` is "bound", "escapes", "hits the star", "hits a body" or, without a star or with a landscape, drag or
    a magnetic field, "stays" or "leaves"; the path ends at a hit. `period` is that of the Kepler ellipse about the
    dominant body, nan for none. `energy` and `momentum` are the throw's specific energy and angular momentum, relative
    to the dominant body where there is one: then they are per reduced mass of the two-body problem.
    """

    path: Floats
    verdict: str
    period: float
    energy: float
    momentum: float
    seen: Floats = field(default_factory=lambda: np.zeros((0, 2)))
    """The path in the frame of reference of the picture."""

    def sentence(self) -> str:
        """The verdict as text for the user.

        >>> Forecast(np.zeros((1, 2)), "bound", 41.23, -0.5, 1.0).sentence()
        'bound, period 41.2'
        """
        return (
            f"bound, period {self.period:.3g}"
            if self.verdict == "bound" and math.isfinite(self.period)
            else self.verdict
        )


@np.errstate(over="ignore", invalid="ignore", divide="ignore")  # a throw may overflow to inf or nan
def forecast(
    run: Run,
    mass: float,
    pos: tuple[float, float],
    vel: tuple[float, float],
    steps: int = STEPS,
    without: int | None = None,
    eye: FrameTransform | None = None,
) -> Forecast:
    """The forecast of a throw: integrates a copy of the bodies, without dust, over `steps` steps.

    `without` is the id of a body that is replaced by the throw: the selected body that would be thrown anew. With
    `eye`, the transform to the frame of reference of the picture, `Forecast.seen` is the transformed path.
    """
    few = len(run.state["mass"])
    state = {name: array[:few].copy() if name in PER_PARTICLE else array.copy() for name, array in run.state.items()}
    if without is not None:
        hands.apply_edit(state, "take", (without,))
        few -= 1
    rest = dict(state)
    hands.apply_edit(state, "throw", (mass, *pos, *vel))
    if without is not None:
        state["name"][few] = without
    if "numbers" in run.state:
        state["numbers"] = run.state["numbers"]  # avoids summing a reference energy
    ahead = Particles(replace(run.scene, steps=steps, nodes=NODES, dust=None, bodies=None))
    # The driver takes the time from the clock: it must be the run's time for a time-dependent potential.
    state["clock"] = np.array([run.t / (steps * float(run.values["dt"])), state["clock"][1]])
    strokes = ahead.advance(state, dict(run.values), 0)
    path = np.array(strokes.path[:, few])
    good = np.isfinite(path).all(axis=1)
    path = path[: int(np.argmin(good))] if not good.all() else path
    apart, parts = _approaches(rest, path, np.asarray(strokes.path[: len(path), :few]))
    told, hit = _verdict(run, rest, path, mass, pos, vel, apart)
    if hit is not None:  # the path ends at the hit: interpolate the last node of all bodies
        first, part = hit[0], parts[hit]
        strokes.path[first + 1] = (1 - part) * strokes.path[first] + part * strokes.path[first + 1]
        told.path = np.array(strokes.path[: first + 2, few])
    told.seen = told.path if eye is None else eye.apply(strokes).path[: len(told.path), few]
    return told


def _approaches(state: State, path: Floats, world: Floats) -> tuple[Floats, Floats]:
    """Least squared distance of each piece of a path from each body and image (k, n), and its fraction of the piece."""
    few, maps = world.shape[1], image_maps(state)
    x, y = images(maps, world[..., 0].ravel(), world[..., 1].ravel())
    keep = distinct_images(state).ravel()
    shape, flat = (len(maps), len(world), few), (len(world), len(maps) * few)
    x, y = (one.reshape(shape).swapaxes(0, 1).reshape(flat)[:, keep] for one in (x, y))
    return _nearest(path[:, :1] - x, path[:, 1:] - y)


def _verdict(
    run: Run,
    state: State,
    path: Floats,
    mass: float,
    pos: tuple[float, float],
    vel: tuple[float, float],
    apart: Floats,
) -> tuple[Forecast, tuple[int, int] | None]:
    """The forecast of a throw, and its hit, if any: piece of the path, and index of the body or image."""
    world, pull = gravitational_parameters(state, mass)
    star, height = int(dominant_body(world, *pos)[0]), _ground(run, state, pos)
    stays = len(path) == NODES + 1 and np.hypot(*(path[-1] - run.view.center)) < 4 * run.view.radius
    reach = max(HIT * run.view.radius, math.sqrt(state["gravity"][1]))
    bumps = np.argwhere(apart < reach**2)
    hit = (int(bumps[0, 0]), int(bumps[0, 1])) if len(bumps) else None
    if star < 0:
        energy = 0.5 * (vel[0] ** 2 + vel[1] ** 2) + (height or 0.0)
        momentum = pos[0] * vel[1] - pos[1] * vel[0]
        verdict = "hits a body" if hit is not None else "stays" if stays else "leaves"
        return Forecast(path, verdict, math.nan, energy, momentum), hit
    softening2, total = world["gravity"][1], pull[star]
    dx, dy = pos[0] - world["x"][star], pos[1] - world["y"][star]
    ux, uy = vel[0] - world["vx"][star], vel[1] - world["vy"][star]
    energy = 0.5 * (ux * ux + uy * uy) - total / np.sqrt(dx * dx + dy * dy + softening2)
    momentum = dx * uy - dy * ux
    if hit is not None:
        return Forecast(path, "hits the star" if hit[1] == star else "hits a body", math.nan, energy, momentum), hit
    if height is not None or not _gravity_alone(run):  # no ellipse: the path decides
        return Forecast(path, "stays" if stays else "leaves", math.nan, energy + (height or 0.0), momentum), None
    # Steps too long for a close encounter eject the body spuriously, so the pericentre of the ellipse is tested too.
    shape = math.sqrt(max(0.0, 1 + 2 * energy * momentum**2 / total**2))
    far = -total / (2 * energy) * (1 + shape) if energy < 0 else math.hypot(dx, dy)
    alone = _single_attractor(world, star, far)
    plunges = momentum**2 / (total * (1 + shape)) < reach and (energy < 0 or dx * ux + dy * uy < 0)
    if (plunges and alone) or len(path) < NODES + 1:
        nearest = (int(np.argmin(apart[:, star])), star) if len(apart) else None
        return Forecast(path, "hits the star", math.nan, energy, momentum), nearest
    if energy < 0 and alone:
        axis = -total / (2 * energy)
        return Forecast(path, "bound", 2 * math.pi * math.sqrt(axis**3 / total), energy, momentum), None
    bound = _bound_to_all(world, star, pos, vel)
    return Forecast(path, "bound" if bound else "escapes", math.nan if bound else math.inf, energy, momentum), None


def _ground(run: Run, state: State, pos: tuple[float, float]) -> float | None:
    """The potential of the scene and its fields at a position; None where there is neither."""
    planted = "landscape" in state or len(state.get("fields", ())) > 0
    if run.scene.potential is None and not planted:
        return None
    x, y = np.array([pos]).T
    return float(np.sum(potential_at(run.scene, state, run.values, x, y, run.t)))


def _gravity_alone(run: Run) -> bool:
    """True when the motion is Newton's under mutual gravity alone: no drag, magnetic field or rotating frame."""
    return run.scene.law.is_inertial(run.scene.law.now(run.values))


def _single_attractor(world: State, star: int, far: float) -> bool:
    """True when a body within `far` of its star orbits that alone: the tidal forces of all others, twice their mass by
    the cube of the distance, are small against the star's pull."""
    mass, few = world["mass"], len(world["mass"])
    apart = np.hypot(world["x"][:few] - world["x"][star], world["y"][:few] - world["y"][star])
    tides = 2 * mass * np.minimum(1.0, (far / np.maximum(apart, 1e-300)) ** 3)
    tides[star] = 0.0
    return bool((tides < TIDE * mass[star]).all())


def _bound_to_all(world: State, star: int, pos: tuple[float, float], vel: tuple[float, float]) -> bool:
    """True when a throw is bound to the heavy bodies together, as a planet to a binary star; bodies that are light
    against the star are ignored, as they may escape themselves."""
    heavy = np.flatnonzero(world["mass"] > LIGHT * world["mass"][star])
    mass, x, y, vx, vy = (world[name][heavy] for name in ("mass", "x", "y", "vx", "vy"))
    ux, uy = (one - mass @ all_of_them / mass.sum() for one, all_of_them in zip(vel, (vx, vy), strict=True))
    apart2 = (x - pos[0]) ** 2 + (y - pos[1]) ** 2 + world["gravity"][1]
    return bool(0.5 * (ux * ux + uy * uy) < world["gravity"][0] * np.sum(mass / np.sqrt(apart2)))


def _nearest(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Least squared distance from the origin on each piece (k, n) of polylines (k + 1, n), and the fraction of the
    piece at which it is reached."""
    dx, dy = x[1:] - x[:-1], y[1:] - y[:-1]
    x, y = x[:-1], y[:-1]
    length2 = dx * dx + dy * dy
    part = np.clip(-(x * dx + y * dy) / np.where(length2 > 0, length2, 1.0), 0.0, 1.0)
    x, y = x + part * dx, y + part * dy
    return np.asarray(x * x + y * y), np.asarray(part)
