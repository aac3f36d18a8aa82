"""Orbits about the body that pulls hardest: which one it is, and how fast a circle or an ellipse about it is."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from orbitdraw.authoring.motion import State
from orbitdraw.edits.pins import places
from orbitdraw.edits.symmetry import mirrors, others, unfolded

Floats = NDArray[np.float64]


@np.errstate(over="ignore", invalid="ignore")
def dominant(state: State, x: Any, y: Any, without: int | None = None) -> NDArray[np.int64]:
    """The place in the state of the body that pulls hardest at each (x, y); -1 where none does.

    `without` is the place of a body that does not count: the one whose orbit it is.
    """
    x, y = np.atleast_1d(np.asarray(x, dtype=np.float64)), np.atleast_1d(np.asarray(y, dtype=np.float64))
    few = len(state["mass"])
    if few and len(x) == 1:  # a throw asks all bodies at once, which is quicker than one by one
        distance2 = (state["x"][:few] - x) ** 2 + (state["y"][:few] - y) ** 2
        pulls = state["mass"] / (distance2 + state["gravity"][1] + 1e-300)
        pulls[~(pulls > 0) | (np.arange(few) == without)] = 0.0
        return np.array([np.argmax(pulls) if pulls.any() else -1])
    best, which = np.zeros(len(x)), np.full(len(x), -1, dtype=np.int64)
    for j in range(few):
        distance2 = (state["x"][j] - x) ** 2 + (state["y"][j] - y) ** 2
        pull = state["mass"][j] / (distance2 + state["gravity"][1] + 1e-300)
        better = (pull > best) & (j != without)
        best, which = np.where(better, pull, best), np.where(better, j, which)
    return which


def pulls(state: State, mass: float = 0.0) -> tuple[State, Floats]:
    """The bodies with all their images, and G times the mass (n,) that each is orbited with by one of this mass.

    Two that pull each other turn about each other as a light one would about the mass of both. What is pinned, or held
    in its place by the symmetry, does not answer, and counts alone.
    """
    few = len(state["mass"])
    free = np.full(few, mass)
    free[[int(row[0]) for row in (*places(state), *mirrors(state))]] = 0.0
    world = unfolded(state)
    if world is not state:
        free = np.tile(free, len(others(state)))[others(state).ravel()]
    return world, world["gravity"][0] * (world["mass"] + free)


@np.errstate(divide="ignore", over="ignore", invalid="ignore")  # also where numbers end
def around(
    state: State, x: Any, y: Any, eccentricity: float = 0.0, clockwise: bool = False, mass: float = 0.0
) -> Floats:
    """Velocities (n, 2) at (x, y) of orbits about the dominant body, each from its nearest point; 0 where none pulls.

    v^2 = G (M + m) (1 + e) / r for point masses M and m = `mass`; the softened force f gives v^2 = f r (1 + e). e = 1
    is the parabola. Images under a symmetry are bodies, too.

    >>> sun = {"x": np.zeros(1), "y": np.zeros(1), "vx": np.zeros(1), "vy": np.zeros(1)}
    >>> sun.update(mass=np.array([4.0]), gravity=np.array([1.0, 0.0]))
    >>> around(sun, 0.0, 1.0).tolist()
    [[-2.0, 0.0]]
    """
    x, y = np.atleast_1d(np.asarray(x, dtype=np.float64)), np.atleast_1d(np.asarray(y, dtype=np.float64))
    state, pull = pulls(state, mass)
    star = dominant(state, x, y)
    held = star >= 0
    out = np.zeros((len(x), 2))
    if not held.any():
        return out
    s = star[held]
    dx, dy = x[held] - state["x"][s], y[held] - state["y"][s]
    r2 = dx * dx + dy * dy
    # speed / r, which stays finite on the body itself where there is a softening
    turn = np.sqrt(pull[s] * (1 + eccentricity) / (r2 + state["gravity"][1]) ** 1.5)
    turn = np.where(np.isfinite(turn), turn, 0.0) * (-1 if clockwise else 1)
    out[held, 0] = state["vx"][s] - turn * dy
    out[held, 1] = state["vy"][s] + turn * dx
    return out
