"""The edit `scatter`: adds dust in a shape, with initial velocities."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from orbitdraw.authoring.motion import State
from orbitdraw.edits import orbital_speed, symmetry
from orbitdraw.errors import InputError

Floats = NDArray[np.float64]

SHAPES = ("disc", "ring", "line", "cloud")
"""Shapes of dust, by number in a drawing. The second point lies on the edge of a disc, on a ring, at the end of a line,
and one standard deviation from the centre of a cloud."""

PER_PARTICLE = ("x", "y", "vx", "vy", "alive", "hue")


def check(shape: float, count: float, x: float, y: float, x2: float, y2: float, spread: float, *flight: float) -> None:
    """Raise InputError for numbers that are invalid for dust."""
    if not 0.5 < count <= symmetry.MAX_IMAGES:
        raise InputError(f"dust needs 1 to {symmetry.MAX_IMAGES:,} grains, not {count:g}")
    if spread < 0:
        raise InputError(f"the spread of dust must be 0 or more, not {spread:g}")
    if not 0 <= shape < len(SHAPES) or shape != int(shape):
        raise InputError(f"shapes of dust are {', '.join(SHAPES)} (0 to {len(SHAPES) - 1}), not {shape:g}")


def scatter(
    state: State,
    shape: float,
    count: float,
    x: float,
    y: float,
    x2: float,
    y2: float,
    spread: float,
    vx: float,
    vy: float,
    orbit: float,
) -> None:
    """Add dust to the state. `orbit` 1 or -1 starts each grain on a circle about the body that attracts it most."""
    number = round(count)
    n_images = symmetry.image_count(state)
    if (len(state["x"]) + number) * n_images > symmetry.MAX_IMAGES:
        there = f"{len(state['x']):,} particles" + (f" with {n_images} images each" if n_images > 1 else "")
        raise InputError(
            f"{number:,} more grains are too many beside {there}; at most {symmetry.MAX_IMAGES:,} are possible in all"
        )
    # Seeded by the run's seed and the number of particles, so that a replay gives the same dust.
    rng = np.random.default_rng([int(state["seed"][0]) % 2**64, 2, len(state["x"])])
    px, py, along = _positions(SHAPES[int(shape)], number, (x, y), (x2, y2), spread, rng)
    velocity = np.broadcast_to((vx, vy), (number, 2))
    if orbit:
        velocity = velocity + orbital_speed.orbital_velocity(state, px, py, clockwise=orbit < 0)
    new = {
        "x": px,
        "y": py,
        "vx": np.ascontiguousarray(velocity[:, 0]),
        "vy": np.ascontiguousarray(velocity[:, 1]),
        "alive": np.ones(number, dtype=np.bool_),
        "hue": along,
    }
    for key in PER_PARTICLE:
        state[key] = np.concatenate([state[key], new[key]])


def _positions(
    shape: str,
    number: int,
    start: tuple[float, float],
    end: tuple[float, float],
    spread: float,
    rng: np.random.Generator,
) -> tuple[Floats, Floats, Floats]:
    """Positions x and y of the grains, and the position of each along the shape, from 0 to 1."""
    (x, y), (x2, y2) = start, end
    distance = math.dist(start, end)
    if shape == "line":
        along, aside = rng.random(number), spread * rng.uniform(-0.5, 0.5, number)
        ux, uy = ((x2 - x) / distance, (y2 - y) / distance) if distance > 0 else (1.0, 0.0)
        return x + along * (x2 - x) - aside * uy, y + along * (y2 - y) + aside * ux, along
    if shape == "cloud":
        dx, dy = distance * rng.standard_normal((2, number))
        return x + dx, y + dy, np.asarray(np.hypot(dx, dy) / (np.hypot(dx, dy) + distance + 1e-300))
    radius, angle = rng.random(number), rng.uniform(0.0, 2 * math.pi, number)
    radius = distance * np.sqrt(radius) if shape == "disc" else distance + spread * (radius - 0.5)
    return x + radius * np.cos(angle), y + radius * np.sin(angle), angle / (2 * math.pi)
