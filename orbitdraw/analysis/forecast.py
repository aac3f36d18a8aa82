"""Forecast of a throw while it is aimed: its path under the scene's own law, and a verdict in words."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from orbitdraw.authoring.motion import State
from orbitdraw.edits import table
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

HIT_DISTANCE = 0.02
"""A throw hits a body when it comes closer than this fraction of the view's radius, or than the softening length."""

MAX_TIDE = 0.3
"""Ratio of another body's tidal force to a star's pull above which the ellipse about the star breaks up. Moons stay
within half the Hill radius, where it is a twelfth."""

LIGHT_MASS = 0.1
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
    path_in_frame: Floats = field(default_factory=lambda: np.zeros((0, 2)))
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
    transform: FrameTransform | None = None,
) -> Forecast:
    """The forecast of a throw: integrates a copy of the bodies, without dust, over `steps` steps.

    `without` is the id of a body that is replaced by the throw: the selected body that would be thrown anew. With
    `transform`, to the frame of reference of the picture, `Forecast.path_in_frame` is the transformed path.
    """
    n_bodies = len(run.state["mass"])
    state = {
        name: array[:n_bodies].copy() if name in PER_PARTICLE else array.copy() for name, array in run.state.items()
    }
    if without is not None:
        table.apply_edit(state, "take", (without,))
        n_bodies -= 1
    others = dict(state)
    table.apply_edit(state, "throw", (mass, *pos, *vel))
    if without is not None:
        state["name"][n_bodies] = without
    if "numbers" in run.state:
        state["numbers"] = run.state["numbers"]  # avoids summing a reference energy
    particles = Particles(replace(run.scene, steps=steps, nodes=NODES, dust=None, bodies=None))
    # The driver takes the time from the clock: it must be the run's time for a time-dependent potential.
    state["clock"] = np.array([run.t / (steps * float(run.values["dt"])), state["clock"][1]])
    strokes = particles.advance(state, dict(run.values), 0)
    path = np.array(strokes.path[:, n_bodies])
    finite = np.isfinite(path).all(axis=1)
    path = path[: int(np.argmin(finite))] if not finite.all() else path
    distances2, fractions = _closest_approaches(others, path, np.asarray(strokes.path[: len(path), :n_bodies]))
    result, hit = _verdict(run, others, path, mass, pos, vel, distances2)
    if hit is not None:  # the path ends at the hit: interpolate the last node of all bodies
        first, fraction = hit[0], fractions[hit]
        strokes.path[first + 1] = (1 - fraction) * strokes.path[first] + fraction * strokes.path[first + 1]
        result.path = np.array(strokes.path[: first + 2, n_bodies])
    result.path_in_frame = (
        result.path if transform is None else transform.apply(strokes).path[: len(result.path), n_bodies]
    )
    return result


def _closest_approaches(state: State, path: Floats, world: Floats) -> tuple[Floats, Floats]:
    """Least squared distance of each piece of a path from each body and image (k, n), and its fraction of the piece."""
    n_bodies, maps = world.shape[1], image_maps(state)
    x, y = images(maps, world[..., 0].ravel(), world[..., 1].ravel())
    keep = distinct_images(state).ravel()
    full_shape, flat = (len(maps), len(world), n_bodies), (len(world), len(maps) * n_bodies)
    x, y = (one.reshape(full_shape).swapaxes(0, 1).reshape(flat)[:, keep] for one in (x, y))
    return _nearest_points(path[:, :1] - x, path[:, 1:] - y)


def _verdict(
    run: Run,
    state: State,
    path: Floats,
    mass: float,
    pos: tuple[float, float],
    vel: tuple[float, float],
    distances2: Floats,
) -> tuple[Forecast, tuple[int, int] | None]:
    """The forecast of a throw, and its hit, if any: piece of the path, and index of the body or image."""
    world, pull = gravitational_parameters(state, mass)
    star, potential = int(dominant_body(world, *pos)[0]), _outer_potential(run, state, pos)
    is_near = len(path) == NODES + 1 and np.hypot(*(path[-1] - run.view.center)) < 4 * run.view.radius
    reach = max(HIT_DISTANCE * run.view.radius, math.sqrt(state["gravity"][1]))
    hits = np.argwhere(distances2 < reach**2)
    hit = (int(hits[0, 0]), int(hits[0, 1])) if len(hits) else None
    if star < 0:
        energy = 0.5 * (vel[0] ** 2 + vel[1] ** 2) + (potential or 0.0)
        momentum = pos[0] * vel[1] - pos[1] * vel[0]
        verdict = "hits a body" if hit is not None else "stays" if is_near else "leaves"
        return Forecast(path, verdict, math.nan, energy, momentum), hit
    softening2, total = world["gravity"][1], pull[star]
    dx, dy = pos[0] - world["x"][star], pos[1] - world["y"][star]
    ux, uy = vel[0] - world["vx"][star], vel[1] - world["vy"][star]
    energy = 0.5 * (ux * ux + uy * uy) - total / np.sqrt(dx * dx + dy * dy + softening2)
    momentum = dx * uy - dy * ux
    if hit is not None:
        return Forecast(path, "hits the star" if hit[1] == star else "hits a body", math.nan, energy, momentum), hit
    if potential is not None or not _is_pure_gravity(run):  # no ellipse: the path decides
        return Forecast(path, "stays" if is_near else "leaves", math.nan, energy + (potential or 0.0), momentum), None
    # Steps too long for a close encounter eject the body spuriously, so the pericentre of the ellipse is tested too.
    eccentricity = math.sqrt(max(0.0, 1 + 2 * energy * momentum**2 / total**2))
    farthest = -total / (2 * energy) * (1 + eccentricity) if energy < 0 else math.hypot(dx, dy)
    is_two_body = _has_single_attractor(world, star, farthest)
    is_plunging = momentum**2 / (total * (1 + eccentricity)) < reach and (energy < 0 or dx * ux + dy * uy < 0)
    if (is_plunging and is_two_body) or len(path) < NODES + 1:
        nearest = (int(np.argmin(distances2[:, star])), star) if len(distances2) else None
        return Forecast(path, "hits the star", math.nan, energy, momentum), nearest
    if energy < 0 and is_two_body:
        semi_major_axis = -total / (2 * energy)
        return Forecast(path, "bound", 2 * math.pi * math.sqrt(semi_major_axis**3 / total), energy, momentum), None
    bound = _is_bound_to_all(world, star, pos, vel)
    return Forecast(path, "bound" if bound else "escapes", math.nan if bound else math.inf, energy, momentum), None


def _outer_potential(run: Run, state: State, pos: tuple[float, float]) -> float | None:
    """The potential of the scene and its fields at a position; None where there is neither."""
    has_fields = "landscape" in state or len(state.get("fields", ())) > 0
    if run.scene.potential is None and not has_fields:
        return None
    x, y = np.array([pos]).T
    return float(np.sum(potential_at(run.scene, state, run.values, x, y, run.t)))


def _is_pure_gravity(run: Run) -> bool:
    """True when the motion is Newton's under mutual gravity alone: no drag, magnetic field or rotating frame."""
    return run.scene.law.is_inertial(run.scene.law.parameters_at(run.values))


def _has_single_attractor(world: State, star: int, farthest: float) -> bool:
    """True when a body within `farthest` of its star orbits that alone: the tidal forces of all others, twice their
    mass by the cube of the distance, are small against the star's pull."""
    mass, n_bodies = world["mass"], len(world["mass"])
    distances = np.hypot(world["x"][:n_bodies] - world["x"][star], world["y"][:n_bodies] - world["y"][star])
    tides = 2 * mass * np.minimum(1.0, (farthest / np.maximum(distances, 1e-300)) ** 3)
    tides[star] = 0.0
    return bool((tides < MAX_TIDE * mass[star]).all())


def _is_bound_to_all(world: State, star: int, pos: tuple[float, float], vel: tuple[float, float]) -> bool:
    """True when a throw is bound to the heavy bodies together, as a planet to a binary star; bodies that are light
    against the star are ignored, as they may escape themselves."""
    heavy = np.flatnonzero(world["mass"] > LIGHT_MASS * world["mass"][star])
    mass, x, y, vx, vy = (world[name][heavy] for name in ("mass", "x", "y", "vx", "vy"))
    ux, uy = (one - mass @ all_of_them / mass.sum() for one, all_of_them in zip(vel, (vx, vy), strict=True))
    apart2 = (x - pos[0]) ** 2 + (y - pos[1]) ** 2 + world["gravity"][1]
    return bool(0.5 * (ux * ux + uy * uy) < world["gravity"][0] * np.sum(mass / np.sqrt(apart2)))


def _nearest_points(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Least squared distance from the origin on each piece (k, n) of polylines (k + 1, n), and the fraction of the
    piece at which it is reached."""
    dx, dy = x[1:] - x[:-1], y[1:] - y[:-1]
    x, y = x[:-1], y[:-1]
    length2 = dx * dx + dy * dy
    fraction = np.clip(-(x * dx + y * dy) / np.where(length2 > 0, length2, 1.0), 0.0, 1.0)
    x, y = x + fraction * dx, y + fraction * dy
    return np.asarray(x * x + y * y), np.asarray(fraction)
