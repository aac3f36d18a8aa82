"""The dominant body at a position, and the velocity of a circular or elliptic orbit about it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from orbitdraw.authoring.motion import State
from orbitdraw.edits.pins import pinned_positions
from orbitdraw.edits.symmetry import distinct_images, mirror_projections, with_images

Floats = NDArray[np.float64]


@np.errstate(over="ignore", invalid="ignore")
def dominant_body(state: State, x: Any, y: Any, without: int | None = None) -> NDArray[np.int64]:
    """Index of the body that attracts most at each (x, y); -1 where none attracts.

    `without` is the index of a body to leave out: the one whose orbit is wanted.
    """
    x, y = np.atleast_1d(np.asarray(x, dtype=np.float64)), np.atleast_1d(np.asarray(y, dtype=np.float64))
    n_bodies = len(state["mass"])
    if n_bodies and len(x) == 1:  # one position: all bodies in one expression, which is faster than a loop
        distance2 = (state["x"][:n_bodies] - x) ** 2 + (state["y"][:n_bodies] - y) ** 2
        pulls = state["mass"] / (distance2 + state["gravity"][1] + 1e-300)
        pulls[~(pulls > 0) | (np.arange(n_bodies) == without)] = 0.0
        return np.array([np.argmax(pulls) if pulls.any() else -1])
    best, strongest = np.zeros(len(x)), np.full(len(x), -1, dtype=np.int64)
    for j in range(n_bodies):
        distance2 = (state["x"][j] - x) ** 2 + (state["y"][j] - y) ** 2
        pull = state["mass"][j] / (distance2 + state["gravity"][1] + 1e-300)
        better = (pull > best) & (j != without)
        best, strongest = np.where(better, pull, best), np.where(better, j, strongest)
    return strongest


def gravitational_parameters(state: State, mass: float = 0.0) -> tuple[State, Floats]:
    """The bodies with all their images, and G (M + m) (n,) for an orbit of a body of mass m = `mass` about each.

    The relative orbit of two bodies is that of a test particle about the sum of their masses. A body that is pinned, or
    kept in place by the symmetry, does not recoil: there it is G M.
    """
    n_bodies = len(state["mass"])
    free = np.full(n_bodies, mass)
    free[[int(row[0]) for row in (*pinned_positions(state), *mirror_projections(state))]] = 0.0
    world = with_images(state)
    if world is not state:
        free = np.tile(free, len(distinct_images(state)))[distinct_images(state).ravel()]
    return world, world["gravity"][0] * (world["mass"] + free)


@np.errstate(divide="ignore", over="ignore", invalid="ignore")  # far away the squares overflow to inf
def orbital_velocity(
    state: State, x: Any, y: Any, eccentricity: float = 0.0, clockwise: bool = False, mass: float = 0.0
) -> Floats:
    """Velocities (n, 2) at (x, y) of orbits about the dominant body, with (x, y) as pericentre; 0 where none attracts.

    v^2 = G (M + m) (1 + e) / r for point masses M and m = `mass`; the softened force f gives v^2 = f r (1 + e). e = 1
    is the parabola. Images under a symmetry count as bodies.

    >>> sun = {"x": np.zeros(1), "y": np.zeros(1), "vx": np.zeros(1), "vy": np.zeros(1)}
    >>> sun.update(mass=np.array([4.0]), gravity=np.array([1.0, 0.0]))
    >>> orbital_velocity(sun, 0.0, 1.0).tolist()
    [[-2.0, 0.0]]
    """
    x, y = np.atleast_1d(np.asarray(x, dtype=np.float64)), np.atleast_1d(np.asarray(y, dtype=np.float64))
    state, pull = gravitational_parameters(state, mass)
    star = dominant_body(state, x, y)
    has_star = star >= 0
    out = np.zeros((len(x), 2))
    if not has_star.any():
        return out
    s = star[has_star]
    dx, dy = x[has_star] - state["x"][s], y[has_star] - state["y"][s]
    r2 = dx * dx + dy * dy
    # Angular velocity, speed / r: finite at the body itself if there is softening.
    angular_velocity = np.sqrt(pull[s] * (1 + eccentricity) / (r2 + state["gravity"][1]) ** 1.5)
    angular_velocity = np.where(np.isfinite(angular_velocity), angular_velocity, 0.0) * (-1 if clockwise else 1)
    out[has_star, 0] = state["vx"][s] - angular_velocity * dy
    out[has_star, 1] = state["vy"][s] + angular_velocity * dx
    return out
