"""The table of edits of particles: throw a body, scatter dust, move, push, set a mass, pin, delete and more.

Each changes the state in place and takes numbers only, so that a drawing can store it and a replay can repeat it.
Bodies are named by the order in which they were added; deleting one does not rename the others.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from orbitdraw import edits
from orbitdraw.authoring.bodies import check_mass
from orbitdraw.authoring.motion import State
from orbitdraw.edits import dust, links, pens, pins, symmetry, twins
from orbitdraw.edits.body_ids import ids_of, index_of
from orbitdraw.edits.dust import PER_PARTICLE
from orbitdraw.errors import InputError
from orbitdraw.slider import LARGEST

EDITS = {
    "throw": "mass, x, y, vx, vy: a new body",
    "scatter": "shape, count, x, y, x2, y2, spread, vx, vy, orbit: dust as a disc, ring, line or cloud (0 to 3)",
    "move": "body, x, y: set the position of a body",
    "push": "body, vx, vy: set the velocity of a body",
    "align": "body, x, y, vx, vy, ...: set positions and velocities of several bodies",
    "weigh": "body, mass: set the mass of a body",
    "take": "body: delete a body",
    "pen": "body, hue, width, brush: a pen for one body",
    "pin": "body, held: pin a body where it is (1), or release it (0)",
    "symmetry": "order, mirrored, x, y: rotated or mirrored images of everything about a point; order 1 ends it",
    "soften": "length: soften gravity below this distance; 0 restores the scene's own softening",
    "plant": "kind, x, y, x2, y2, strength, size: a well, hill, spring, wall or wind (0 to 4)",
    "shift": "field, x, y, x2, y2: move a field",
    "tune": "field, strength, size: set the strength and size of a field",
    "uproot": "field: delete a field",
    "landscape": "columns, rows, x, y, cell, strength, ...: heights on a grid, as many as columns times rows",
    "steepen": "strength: scale the heights of the landscape; a number below 0 inverts it",
    "reverse": "again: direction of time, 1 forwards or -1 backwards",
    "link": "every, a, b: a line between two bodies every so many frames; 0 ends it",
    "twins": "body, count, apart: copies of all bodies in which one body is slightly displaced; 0 ends them",
}

SOFTENING = 0.02
"""Softening length, in world units, set when a body is thrown into a scene without gravity: fixed steps cannot resolve
close encounters of point masses. A scene with bodies sets its own."""

MOST_BODIES = 2_000
GOLDEN = (math.sqrt(5) - 1) / 2

ENDS_TWINS = frozenset({"throw", "move", "push", "align", "weigh", "take"})
"""Edits that end twins: after them the bodies differ from those that were copied."""


def check(name: str, numbers: tuple[float, ...]) -> None:
    """Raise InputError for numbers that are invalid for the edit in any state."""
    if name in _CHECKS:
        _CHECKS[name](*numbers)


def apply_edit(state: State, name: str, numbers: tuple[float, ...]) -> None:
    """Apply the edit `name` to the state. Raises InputError when there is no such body or the edit is impossible."""
    check(name, numbers)
    _APPLY[name](state, *numbers)
    if name in ENDS_TWINS:
        twins.remove_twins(state)
    if name in ENDS_TWINS or name == "pin":
        symmetry.find_self_images(state)
    # The reference energies for the drift no longer apply.
    state.pop("numbers", None)


def _throw(state: State, mass: float, x: float, y: float, vx: float, vy: float) -> None:
    n_bodies = len(ids_of(state))
    if n_bodies >= MOST_BODIES:
        raise InputError(f"a drawing can have {MOST_BODIES} bodies at most; add dust instead")
    if not state["gravity"].any():
        state["gravity"] = np.array([1.0, SOFTENING**2])
    name = int(state["named"][0])
    new = {"x": x, "y": y, "vx": vx, "vy": vy, "alive": True, "hue": (0.5 + GOLDEN * name) % 1.0}
    for key in PER_PARTICLE:
        state[key] = np.insert(state[key], n_bodies, new[key])
    state["mass"] = np.append(state["mass"], mass)
    state["name"] = np.append(state["name"], name)
    state["named"] = np.array([name + 1], dtype=np.int64)


def _set(state: State, i: int, **numbers: float) -> None:
    # Write new arrays: a cached force is valid for the array object at which it was computed (see `ClosingForce`).
    for key, number in numbers.items():
        state[key] = state[key].copy()
        state[key][i] = number


def _move(state: State, body: float, x: float, y: float) -> None:
    i = index_of(state, body)
    _set(state, i, x=x, y=y)
    pins.move_pin(state, body)
    state["alive"][i] = bool(np.isfinite([state["vx"][i], state["vy"][i]]).all())


def _push(state: State, body: float, vx: float, vy: float) -> None:
    if pins.is_pinned(state, body):
        raise InputError(f"body {body:g} is pinned; release it first")
    _set(state, index_of(state, body), vx=vx, vy=vy)


def _weigh(state: State, body: float, mass: float) -> None:
    _set(state, index_of(state, body), mass=mass)


def _soften(state: State, length: float) -> None:
    gravity, softening2 = state["gravity"]
    if not gravity:
        raise InputError("there is no gravity to soften; throw a body first")
    own_softening2 = state.pop("bare", np.array([softening2]))
    if length:
        state["bare"] = own_softening2
    state["gravity"] = np.array([gravity, max(own_softening2[0], length**2)])


def _align(state: State, *numbers: float) -> None:
    indices = [index_of(state, body) for body in numbers[::5]]
    for k, i in zip(range(0, len(numbers), 5), indices, strict=True):
        body, x, y, vx, vy = numbers[k : k + 5]
        pinned = pins.is_pinned(state, body)
        _set(state, i, x=x, y=y, vx=0.0 if pinned else vx, vy=0.0 if pinned else vy)
        state["alive"][i] = True
        pins.move_pin(state, body)


def _take(state: State, body: float) -> None:
    i = index_of(state, body)
    for key in (*PER_PARTICLE, "mass", "name"):
        state[key] = np.delete(state[key], i)
    links.remove_body(state, body)
    pins.remove_body(state, body)
    pens.remove_body(state, body)


def _reverse(state: State, direction: float) -> None:
    frames, _ = state["clock"]
    state["clock"] = np.array([frames, direction])


def _check_length(length: float) -> None:
    if not 0 <= length <= LARGEST:
        raise InputError(f"a softening length must be from 0 to {LARGEST:g}, not {length:g}")


def _check_align(*numbers: float) -> None:
    if not numbers or len(numbers) % 5:
        raise InputError(f"align takes five numbers for each body ({EDITS['align']}), not {len(numbers)}")


def _check_direction(direction: float) -> None:
    if direction not in (-1.0, 1.0):
        raise InputError(f"the direction of time must be 1 (forwards) or -1 (backwards), not {direction:g}")


_CHECKS: dict[str, Callable[..., None]] = {
    "throw": lambda mass, *where: check_mass(mass),
    "scatter": dust.check,
    "align": _check_align,
    "weigh": lambda body, mass: check_mass(mass),
    "pen": pens.check,
    "pin": pins.check,
    "symmetry": symmetry.check,
    "soften": _check_length,
    # These come with the potentials, which a scene without fields does not wait for.
    "plant": lambda *given: edits.fields.check(*given),
    "landscape": lambda *given: edits.heightmap.check(*given),
    "reverse": _check_direction,
    "link": links.check,
    "twins": twins.check,
}
"""Checks of the numbers that need no state. Each edit makes the others itself."""


_APPLY: dict[str, Callable[..., None]] = {
    "throw": _throw,
    "scatter": dust.scatter,
    "move": _move,
    "push": _push,
    "align": _align,
    "weigh": _weigh,
    "take": _take,
    "pen": pens.set_pen,
    "pin": pins.pin,
    "symmetry": symmetry.set_symmetry,
    "soften": _soften,
    "plant": lambda *given: edits.fields.plant(*given),
    "shift": lambda *given: edits.fields.shift(*given),
    "tune": lambda *given: edits.fields.tune(*given),
    "uproot": lambda *given: edits.fields.uproot(*given),
    "landscape": lambda *given: edits.heightmap.set_landscape(*given),
    "steepen": lambda *given: edits.heightmap.set_strength(*given),
    "reverse": _reverse,
    "link": links.link,
    "twins": twins.add_twins,
}
