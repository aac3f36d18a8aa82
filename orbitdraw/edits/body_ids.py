"""Names of bodies: numbers that never change and are never used again."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from orbitdraw.authoring.motion import State
from orbitdraw.errors import InputError


def ids_of(state: State) -> NDArray[np.int64]:
    """The names (n,) of the bodies, in the order in which the state has them."""
    if "name" not in state:
        state["name"] = np.arange(len(state["mass"]), dtype=np.int64)
        state["named"] = np.array([len(state["mass"])], dtype=np.int64)
    return state["name"]


def index_of(state: State, body: float) -> int:
    """Index in the state of the body with that name. Raises InputError when there is none."""
    matches = np.flatnonzero(ids_of(state) == body)
    if not len(matches):
        raise InputError(f"there is no body {body:g}")
    return int(matches[0])
