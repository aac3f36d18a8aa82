"""Initial conditions of particles: each function returns a start `f(values, rng) -> Dust` for a scene.

Round starts take `speed`: a number is the tangential speed, counterclockwise about the centre (negative: clockwise);
a function `speed(r)` returns it for the distances r (n,) from the centre.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from orbitdraw.authoring.bodies import Dust
from orbitdraw.calls import public
from orbitdraw.errors import InputError
from orbitdraw.inputs import brief, number, point, whole_number
from orbitdraw.runtime.author_errors import return_error

Floats = NDArray[np.float64]
Point = tuple[float, float]
Speed = float | Callable[[Floats], Floats]
Start = Callable[[SimpleNamespace, np.random.Generator], Dust]

MAX_PARTICLES = 10_000_000
"""Maximum number of particles of a start: with their pictures they take two gigabytes."""


@public
def circular(mass: float = 1.0, softening: float = 0.0) -> Callable[[Floats], Floats]:
    """The speed of circular orbits about a mass: v^2 = mass r^2 / (r^2 + softening^2)^(3/2).

    >>> float(circular(4.0)(np.array([1.0]))[0])
    2.0
    """
    number("circular", "mass", mass, least=0)
    number("circular", "softening", softening, least=0)
    return lambda r: np.sqrt(mass) * r / (r * r + softening * softening) ** 0.75


@public
def ring(n: int, radius: float = 1.0, speed: Speed = 0.0, center: Point = (0.0, 0.0), phase: float = 0.0) -> Start:
    """n particles evenly spaced on a circle; `phase` is the angle of the first one, in radians.

    >>> ring(4, speed=0.5)(SimpleNamespace(), np.random.default_rng(0)).vel[0].tolist()
    [0.0, 0.5]
    """
    n = _check_arguments("ring", n, speed, center, radius=radius, phase=phase)
    angle = phase + 2 * math.pi * np.arange(n) / n
    return lambda values, rng: _rotating_dust(np.full(n, radius), angle, speed, center)


@public
def rings(counts: tuple[int, ...], radii: tuple[float, ...], speed: Speed = 0.0, center: Point = (0.0, 0.0)) -> Start:
    """Concentric rings, the i-th with counts[i] particles at radii[i].

    >>> rings((12, 18), (0.2, 0.3))(SimpleNamespace(), np.random.default_rng(0)).pos.shape
    (30, 2)
    """
    try:
        lengths = [len(one) for one in (counts, radii)]
    except TypeError:
        raise InputError(f"rings needs several counts and radii, not {brief(counts)} and {brief(radii)}") from None
    if lengths[0] != lengths[1]:
        raise InputError(f"rings needs as many counts as radii, not {lengths[0]} and {lengths[1]}")
    for n, radius in zip(counts, radii, strict=True):
        _check_arguments("rings", n, speed, center, radii=radius)
    distances = np.repeat(np.asarray(radii, dtype=np.float64), counts)
    angle = np.concatenate([2 * math.pi * np.arange(n) / n for n in counts])
    return lambda values, rng: _rotating_dust(distances, angle, speed, center)


@public
def disc(n: int, radius: float = 1.0, speed: Speed = 0.0, center: Point = (0.0, 0.0), inner: float = 0.0) -> Start:
    """n particles at random, uniform over a disc, or over an annulus from `inner` to `radius`.

    >>> bool((np.hypot(*disc(99)(SimpleNamespace(), np.random.default_rng(0)).pos.T) < 1).all())
    True
    """
    n = _check_arguments("disc", n, speed, center, radius=radius, inner=inner)

    def sample(values: SimpleNamespace, rng: np.random.Generator) -> Dust:
        r = np.sqrt(rng.uniform(inner * inner, radius * radius, n))
        return _rotating_dust(r, rng.uniform(0, 2 * math.pi, n), speed, center)

    return sample


@public
def exponential_disc(
    n: int, scale: float = 0.3, speed: Speed = 0.0, center: Point = (0.0, 0.0), radius: float = 5.0
) -> Start:
    """n particles of an exponential disc galaxy: surface density exp(-r / scale), up to `radius` times the scale.

    The radius r = scale u is sampled by inverting the cumulative mass: 1 - (1 + u) exp(-u) = q with uniform q in
    (0, 1). Freeman, Astrophysical Journal 160 (1970) 811.

    >>> exponential_disc(50)(SimpleNamespace(), np.random.default_rng(0)).pos.shape
    (50, 2)
    """
    n = _check_arguments("exponential_disc", n, speed, center, scale=scale, radius=radius)

    def sample(values: SimpleNamespace, rng: np.random.Generator) -> Dust:
        u = np.linspace(0.0, radius, 4097)
        cumulative = 1 - (1 + u) * np.exp(-u)
        r = scale * np.interp(rng.uniform(0, cumulative[-1], n), cumulative, u)
        return _rotating_dust(r, rng.uniform(0, 2 * math.pi, n), speed, center)

    return sample


@public
def cloud(n: int, spread: float = 0.3, center: Point = (0.0, 0.0), warmth: float = 0.0, speed: Speed = 0.0) -> Start:
    """n particles with normally distributed positions; `warmth` is the standard deviation of random velocities
    on top of `speed`.

    >>> cloud(7)(SimpleNamespace(), np.random.default_rng(0)).vel.any()
    np.False_
    """
    n = _check_arguments("cloud", n, speed, center, spread=spread, warmth=warmth)

    def sample(values: SimpleNamespace, rng: np.random.Generator) -> Dust:
        offset = spread * rng.standard_normal((n, 2))
        dust = _rotating_dust(np.hypot(*offset.T), np.arctan2(offset[:, 1], offset[:, 0]), speed, center)
        return Dust(dust.pos, dust.vel + warmth * rng.standard_normal((n, 2)))

    return sample


@public
def grid(n: int, radius: float = 1.0, center: Point = (0.0, 0.0), velocity: Point = (0.0, 0.0)) -> Start:
    """n x n particles on a square grid from -radius to radius about the centre, in rows from the bottom.

    >>> grid(2)(SimpleNamespace(), np.random.default_rng(0)).pos.tolist()
    [[-1.0, -1.0], [1.0, -1.0], [-1.0, 1.0], [1.0, 1.0]]
    """
    n = whole_number("grid", "n", n, most=math.isqrt(MAX_PARTICLES))
    _check_arguments("grid", n * n, center=center, radius=radius)
    point("grid", "velocity", velocity)
    side = np.linspace(-radius, radius, n) if n > 1 else np.zeros(1)
    x, y = np.meshgrid(side + center[0], side + center[1])
    places = np.stack([x.ravel(), y.ravel()], axis=1)
    return lambda values, rng: Dust(places, np.tile(np.asarray(velocity, dtype=np.float64), (n * n, 1)))


@public
def line(n: int, start: Point, end: Point, velocity: Point = (0.0, 0.0)) -> Start:
    """n particles evenly spaced from `start` to `end`, both included, all with one velocity: a beam.

    >>> line(3, (0, -1), (0, 1))(SimpleNamespace(), np.random.default_rng(0)).pos[:, 1].tolist()
    [-1.0, 0.0, 1.0]
    """
    n = _check_arguments("line", n)
    point("line", "start", start)
    point("line", "end", end)
    point("line", "velocity", velocity)
    fraction = np.linspace(0.0, 1.0, n)[:, None] if n > 1 else np.full((1, 1), 0.5)
    places = (1 - fraction) * np.asarray(start, dtype=np.float64) + fraction * np.asarray(end, dtype=np.float64)
    return lambda values, rng: Dust(places, np.tile(np.asarray(velocity, dtype=np.float64), (n, 1)))


@public
def fan(n: int, at: Point = (1.0, 0.0), speed: float = 1.0, phase: float = 0.5) -> Start:
    """n particles from one point in all directions, like fireworks; `phase` is the first angle in units of the spacing.

    >>> fan(2, phase=0)(SimpleNamespace(), np.random.default_rng(0)).vel.round(9).tolist()
    [[1.0, 0.0], [-1.0, 0.0]]
    """
    n = _check_arguments("fan", n, phase=phase)
    number("fan", "speed", speed)
    point("fan", "at", at)
    angle = 2 * math.pi * (np.arange(n) + phase) / n
    velocities = speed * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return lambda values, rng: Dust(np.tile(np.asarray(at, dtype=np.float64), (n, 1)), velocities)


def _rotating_dust(r: Floats, angle: Floats, speed: Speed, center: Point) -> Dust:
    radial = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    tangential = np.stack([-radial[:, 1], radial[:, 0]], axis=1)
    v = _evaluate_speed(speed, r) if callable(speed) else np.full(len(r), float(speed))
    return Dust(np.asarray(center) + r[:, None] * radial, v[:, None] * tangential + 0.0)


def _evaluate_speed(speed: Callable[[Floats], Any], r: Floats) -> Floats:
    values = speed(r)
    try:
        return np.broadcast_to(np.asarray(values, dtype=np.float64), r.shape)
    except (TypeError, ValueError):
        message = f"speed(r) must return a number or an array {r.shape}, one for each distance, not {brief(values)}"
        raise return_error(speed, message) from None


def _check_arguments(owner: str, n: int, speed: Speed = 0.0, center: Point = (0.0, 0.0), **numbers: float) -> int:
    for name, value in numbers.items():
        number(owner, name, value, least=-math.inf if name == "phase" else 0.0)
    if not callable(speed):
        number(owner, "speed", speed)
    point(owner, "center", center)
    return whole_number(owner, "n", n, most=MAX_PARTICLES)
