"""Bodies that hold still: they pull, and are not moved."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from orbitdraw.authoring.motion import State
from orbitdraw.edits.body_ids import find, names
from orbitdraw.errors import InputError

Floats = NDArray[np.float64]

NOBODY = np.zeros((0, 3))


def check(body: float, held: float) -> None:
    """Raise InputError for numbers that no pin has."""
    if held not in (0.0, 1.0):
        raise InputError(f"a body is pinned (1) or free (0), not {held:g}")


def pin(state: State, body: float, held: float) -> None:
    """Hold a body where it is, or let it go."""
    i = find(state, body)
    rows = state.get("pins", NOBODY)
    rows = rows[rows[:, 0] != body]
    if held:
        rows = np.concatenate([rows, [[body, state["x"][i], state["y"][i]]]])
    state["pins"] = rows
    hold(state)


def pinned(state: State, body: float) -> bool:
    """True while that body holds still."""
    return bool((state.get("pins", NOBODY)[:, 0] == body).any())


def moved(state: State, body: float) -> None:
    """A body was put elsewhere by hand: a pin goes with it."""
    if pinned(state, body):
        pin(state, body, 1.0)


def forget(state: State, body: float) -> None:
    """A body went, and its pin with it."""
    if "pins" in state:
        state["pins"] = state["pins"][state["pins"][:, 0] != body]


def places(state: State) -> Floats:
    """Rows (m, 3) for the drivers: where in the state a pinned body is, x and y."""
    rows: Floats = state.get("pins", NOBODY)
    if not len(rows):
        return NOBODY
    place = {int(name): index for index, name in enumerate(names(state))}
    return np.array([[place[int(name)], x, y] for name, x, y in rows])


def holds(places: Floats) -> Floats:
    """Rows (m, 7) for the drivers: who is put back after a frame, and the map that does it, here to one place.

    >>> holds(np.array([[2.0, 0.5, -1.0]])).tolist()
    [[2.0, 0.0, 0.0, 0.5, 0.0, 0.0, -1.0]]
    """
    out = np.zeros((len(places), 7))
    out[:, [0, 3, 6]] = places
    return out


def hold(state: State) -> None:
    """Put the pinned bodies back, to the bit, and take what speed they gathered."""
    rows = places(state)
    if len(rows):
        which = rows[:, 0].astype(np.int64)
        for key, numbers in (("x", rows[:, 1]), ("y", rows[:, 2]), ("vx", 0.0), ("vy", 0.0)):
            state[key] = state[key].copy()
            state[key][which] = numbers
