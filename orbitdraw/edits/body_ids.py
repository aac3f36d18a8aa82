"""Names of bodies: numbers that never change and are never used again."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from orbitdraw.authoring.motion import State
from orbitdraw.errors import InputError


def names(state: State) -> NDArray[np.int64]:
    """The names (n,) of the bodies, in the order in which the state has them."""
    if "name" not in state:
        state["name"] = np.arange(len(state["mass"]), dtype=np.int64)
        state["named"] = np.array([len(state["mass"])], dtype=np.int64)
    return state["name"]


def find(state: State, body: float) -> int:
    """Index in the state of the body with that name. Raises InputError when there is none."""
    found = np.flatnonzero(names(state) == body)
    if not len(found):
        raise InputError(f"there is no body {body:g}")
    return int(found[0])
