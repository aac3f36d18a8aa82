"""Twins (the butterfly effect): perturbed copies of the bodies, and their divergence from the originals."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from orbitdraw.authoring.motion import State
from orbitdraw.edits.body_ids import index_of
from orbitdraw.errors import InputError

Floats = NDArray[np.float64]

MAX_TWINS = 2_000
MAX_COPIED_BODIES = 50_000
DIVERGENCE = 0.1
"""Divergence, as a fraction of the view's radius, above which twins count as independent: prediction has ended."""


def check(body: float, count: float, displacement: float) -> None:
    """Raise InputError for numbers that are invalid for twins."""
    if count and not (1 <= count <= MAX_TWINS and count == int(count)):
        raise InputError(f"the number of twins must be a whole number from 1 to {MAX_TWINS}, not {count:g}")
    if count and not displacement > 0:
        raise InputError(f"the displacement of twins must be above 0, not {displacement:g}")


def add_twins(state: State, body: float, count: float, displacement: float) -> None:
    """Copy all bodies `count` times; each copy displaces `body` by `displacement`, in evenly spaced directions.

    In a scene without bodies, `body` is the index of a grain of dust, and a copy is that grain. count = 0 ends twins.
    """
    if count == 0:
        remove_twins(state)
        return
    number, n_bodies = int(count), len(state["mass"])
    if n_bodies:
        index, first, size = index_of(state, body), 0, n_bodies
    else:
        index, first, size = 0, int(body), 1
        if not 0 <= body < len(state["x"]):
            raise InputError(f"there is no grain of dust {body:g} to copy")
    if number * size > MAX_COPIED_BODIES:
        raise InputError(
            f"{number} twins of {size} bodies are too many; at most {MAX_COPIED_BODIES:,} bodies are possible in all"
        )
    remove_twins(state)
    copies = [np.tile(state[name][first : first + size], (number, 1)) for name in ("x", "y", "vx", "vy")]
    angle = 2 * math.pi * np.arange(number) / number
    copies[0][:, index] += displacement * np.cos(angle)
    copies[1][:, index] += displacement * np.sin(angle)
    state["twins"] = np.array([part.ravel() for part in copies])
    state["twins alive"] = np.ones(number * size, dtype=np.bool_)
    # Index of the displaced body within a copy, bodies in a copy, index of the first in the state, displacement,
    # time of the first frame (nan: not yet), time at which they had diverged (nan: not yet).
    state["twin"] = np.array([index, size, first, displacement, math.nan, math.nan])


def remove_twins(state: State) -> None:
    """Remove all twins."""
    for name in ("twins", "twins alive", "twin"):
        state.pop(name, None)


def separation(state: State, t: float, duration: float, radius: float) -> Floats:
    """Distances (count,) of the displaced body's twins from the body, after a frame that began at `t`.

    Also stores in the state when the first frame began and when the median distance exceeded DIVERGENCE.
    """
    index, size, first, displacement, start, end = state["twin"]
    body, step = int(index), int(size)
    x, y = state["twins"][0, body::step], state["twins"][1, body::step]
    distance: Floats = np.hypot(x - state["x"][int(first) + body], y - state["y"][int(first) + body])
    if math.isnan(start):
        state["twin"] = np.array([index, size, first, displacement, t, end])
    if math.isnan(end) and np.median(np.nan_to_num(distance, nan=math.inf)) > DIVERGENCE * radius:
        state["twin"] = np.array([index, size, first, displacement, state["twin"][4], t + duration])
    return distance


def shades(distance: Floats, displacement: float, radius: float) -> Floats:
    """Shades on a logarithmic scale: 0 at the initial distance, 1 at a distance of the view's radius."""
    span = math.log(radius / displacement) if radius > displacement else 1.0
    shade: Floats = np.clip(np.log(np.maximum(np.nan_to_num(distance), displacement) / displacement) / span, 0.0, 1.0)
    return shade


def metrics(state: State) -> dict[str, float]:
    """Time for which the motion was predictable, or the median distance of the twins so far."""
    if "twin" not in state or math.isnan(state["twin"][4]):
        return {}
    index, size, first, _, start, end = state["twin"]
    if not math.isnan(end):
        return {"predictable for": abs(end - start)}
    body = int(index)
    twins = state["twins"][:, body :: int(size)]
    x, y = state["x"][int(first) + body], state["y"][int(first) + body]
    return {"twins apart": float(np.median(np.hypot(twins[0] - x, twins[1] - y)))}
