"""What a hand can do to particles: throw a body, scatter dust, move, push, weigh, take away.

Each is a change of the state in place, by numbers only, so that a drawing can say it and a replay can do it again.
Bodies are named by the order in which they came, for good: taking one away does not rename the others.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from orbitdraw.errors import InputError
from orbitdraw.scene import State

EDITS = {
    "throw": "mass, x, y, vx, vy: a new body",
    "scatter": "count, x, y, vx, vy, spread: dust in a round cloud",
    "move": "body, x, y: to another place",
    "push": "body, vx, vy: another velocity",
    "weigh": "body, mass: another mass",
    "take": "body: take it away",
}

SOFTENING = 0.02
"""Length below which bodies thrown into a scene without any feel less of each other, in world units. A fixed step
cannot follow two points through each other; a scene that brings bodies brings its own length."""

MOST_BODIES = 2_000
MOST_DUST = 2_000_000
GOLDEN = (math.sqrt(5) - 1) / 2

PER_PARTICLE = ("x", "y", "vx", "vy", "alive", "hue")


def edit(state: State, name: str, numbers: tuple[float, ...]) -> None:
    """Do it. Raises InputError when a number is missing or there is no such body."""
    wanted = EDITS[name].split(":", 1)[0].count(",") + 1
    if len(numbers) != wanted:
        raise InputError(f"{name} takes {wanted} numbers ({EDITS[name]}), not {len(numbers)}")
    _DO[name](state, *numbers)
    # The energies that drift is measured from are those of another world now.
    state.pop("numbers", None)


def names(state: State) -> Any:
    """The names (n,) of the bodies, in the order in which the state has them."""
    if "name" not in state:
        state["name"] = np.arange(len(state["mass"]), dtype=np.int64)
        state["named"] = np.array([len(state["mass"])], dtype=np.int64)
    return state["name"]


def _find(state: State, body: float) -> int:
    found = np.flatnonzero(names(state) == body)
    if not len(found):
        raise InputError(f"there is no body {body:g}")
    return int(found[0])


def _throw(state: State, mass: float, x: float, y: float, vx: float, vy: float) -> None:
    if mass < 0:
        raise InputError(f"a body needs a mass of 0 or more, not {mass:g}")
    few = len(names(state))
    if few >= MOST_BODIES:
        raise InputError(f"{MOST_BODIES} bodies are the most; scatter dust instead")
    if not state["gravity"].any():
        state["gravity"] = np.array([1.0, SOFTENING**2])
    name = int(state["named"][0])
    new = {"x": x, "y": y, "vx": vx, "vy": vy, "alive": True, "hue": (0.5 + GOLDEN * name) % 1.0}
    for key in PER_PARTICLE:
        state[key] = np.insert(state[key], few, new[key])
    state["mass"] = np.append(state["mass"], mass)
    state["name"] = np.append(state["name"], name)
    state["named"] = np.array([name + 1], dtype=np.int64)


def _scatter(state: State, count: float, x: float, y: float, vx: float, vy: float, spread: float) -> None:
    number = round(count)
    if number < 1 or len(state["x"]) + number > MOST_DUST:
        raise InputError(f"dust comes by 1 to {MOST_DUST:,} grains, not {count:g}")
    if spread < 0:
        raise InputError(f"a spread is 0 or more, not {spread:g}")
    # The same cloud in every replay: its randomness follows from the seed and from how much is there already.
    rng = np.random.default_rng([int(state["seed"][0]) % 2**64, 2, len(state["x"])])
    radius, angle = spread * np.sqrt(rng.random(number)), rng.uniform(0.0, 2 * math.pi, number)
    new = {
        "x": x + radius * np.cos(angle),
        "y": y + radius * np.sin(angle),
        "vx": np.full(number, vx),
        "vy": np.full(number, vy),
        "alive": np.ones(number, dtype=np.bool_),
        "hue": angle / (2 * math.pi),
    }
    for key in PER_PARTICLE:
        state[key] = np.concatenate([state[key], new[key]])


def _put(state: State, i: int, **numbers: float) -> None:
    # Into new arrays: the law may have kept the force at the old ones, and tells by the array whether it still holds.
    for key, number in numbers.items():
        state[key] = state[key].copy()
        state[key][i] = number


def _move(state: State, body: float, x: float, y: float) -> None:
    i = _find(state, body)
    _put(state, i, x=x, y=y)
    state["alive"][i] = bool(np.isfinite([state["vx"][i], state["vy"][i]]).all())


def _push(state: State, body: float, vx: float, vy: float) -> None:
    i = _find(state, body)
    _put(state, i, vx=vx, vy=vy)


def _weigh(state: State, body: float, mass: float) -> None:
    if mass < 0:
        raise InputError(f"a body needs a mass of 0 or more, not {mass:g}")
    _put(state, _find(state, body), mass=mass)


def _take(state: State, body: float) -> None:
    i = _find(state, body)
    for key in (*PER_PARTICLE, "mass", "name"):
        state[key] = np.delete(state[key], i)


_DO: dict[str, Callable[..., None]] = {
    "throw": _throw,
    "scatter": _scatter,
    "move": _move,
    "push": _push,
    "weigh": _weigh,
    "take": _take,
}
