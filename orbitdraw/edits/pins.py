"""Pinned bodies: they attract others but do not move."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from orbitdraw.authoring.motion import State
from orbitdraw.edits.body_ids import ids_of, index_of
from orbitdraw.errors import InputError

Floats = NDArray[np.float64]

NO_PINS = np.zeros((0, 3))


def check(body: float, pinned: float) -> None:
    """Raise InputError for numbers that are invalid for a pin."""
    if pinned not in (0.0, 1.0):
        raise InputError(f"a body is pinned (1) or free (0), not {pinned:g}")


def pin(state: State, body: float, pinned: float) -> None:
    """Pin a body where it is, or release it."""
    i = index_of(state, body)
    rows = state.get("pins", NO_PINS)
    rows = rows[rows[:, 0] != body]
    if pinned:
        rows = np.concatenate([rows, [[body, state["x"][i], state["y"][i]]]])
    state["pins"] = rows
    restore_pinned(state)


def is_pinned(state: State, body: float) -> bool:
    """True when the body is pinned."""
    return bool((state.get("pins", NO_PINS)[:, 0] == body).any())


def move_pin(state: State, body: float) -> None:
    """Move a body's pin, if it has one, to the body's new position."""
    if is_pinned(state, body):
        pin(state, body, 1.0)


def remove_body(state: State, body: float) -> None:
    """Remove the pin of a deleted body."""
    if "pins" in state:
        state["pins"] = state["pins"][state["pins"][:, 0] != body]


def pinned_positions(state: State) -> Floats:
    """Rows (m, 3) for the drivers: index of a pinned body in the state, x and y."""
    rows: Floats = state.get("pins", NO_PINS)
    if not len(rows):
        return NO_PINS
    index_by_id = {int(name): index for index, name in enumerate(ids_of(state))}
    return np.array([[index_by_id[int(name)], x, y] for name, x, y in rows])


def projections(pins: Floats) -> Floats:
    """Rows (m, 7) for the drivers: index of a body and the affine map applied to it after a frame, here to a constant.

    >>> projections(np.array([[2.0, 0.5, -1.0]])).tolist()
    [[2.0, 0.0, 0.0, 0.5, 0.0, 0.0, -1.0]]
    """
    out = np.zeros((len(pins), 7))
    out[:, [0, 3, 6]] = pins
    return out


def restore_pinned(state: State) -> None:
    """Put the pinned bodies back exactly and set their velocities to 0."""
    rows = pinned_positions(state)
    if len(rows):
        indices = rows[:, 0].astype(np.int64)
        for key, numbers in (("x", rows[:, 1]), ("y", rows[:, 2]), ("vx", 0.0), ("vy", 0.0)):
            state[key] = state[key].copy()
            state[key][indices] = numbers
