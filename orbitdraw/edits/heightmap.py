"""Edits of the landscape, a potential given as heights on a grid; see `potentials.heightmap`."""

from __future__ import annotations

from typing import Any

import numpy as np

from orbitdraw import runtime
from orbitdraw.authoring.motion import State
from orbitdraw.errors import InputError
from orbitdraw.potentials.heightmap import HEADER_SIZE, MAX_SIDE


def check(*numbers: float) -> None:
    """Raise InputError for numbers that are invalid for a landscape."""
    if len(numbers) < HEADER_SIZE:
        raise InputError(f"a landscape needs at least {HEADER_SIZE} numbers, not {len(numbers)}")
    columns, rows, cell = numbers[0], numbers[1], numbers[4]
    if columns == 0:
        return
    if not (1 <= columns <= MAX_SIDE and 1 <= rows <= MAX_SIDE and columns == int(columns) and rows == int(rows)):
        raise InputError(f"a landscape has 1 to {MAX_SIDE} columns and rows, not {columns:g} x {rows:g}")
    if not cell > 0 or len(numbers) != HEADER_SIZE + int(columns) * int(rows):
        raise InputError(f"a landscape of {columns:g} x {rows:g} needs as many heights, and a cell above 0")


def set_landscape(state: State, *numbers: float) -> None:
    """Set the landscape, replacing the previous one; with 0 columns, delete it."""
    if numbers[0] == 0:
        state.pop("landscape", None)
    else:
        state["landscape"] = np.array(numbers)


def set_strength(state: State, strength: float) -> None:
    """Set the factor by which the heights of the landscape are multiplied."""
    if "landscape" not in state:
        raise InputError("there is no landscape; load a picture as a landscape first")
    numbers = state["landscape"].copy()
    numbers[HEADER_SIZE - 1] = strength
    state["landscape"] = numbers


def from_picture(path: Any, view: tuple[float, float, float], strength: float = 1.0) -> tuple[float, ...]:
    """The numbers of a landscape whose height is a picture's brightness, 0 to 1, fitted into the circle of `view`.

    Raises InputError, naming the file, when the picture cannot be read; see `picture_files`.
    """
    grid = np.round(runtime.picture_files.brightness(path, MAX_SIDE), 4)[::-1]  # the first row is the lowest
    size = (grid.shape[1], grid.shape[0])
    x, y, radius = view
    cell = 2 * radius / max(min(size) - 1, 1)
    corner = (x - cell * (size[0] - 1) / 2, y - cell * (size[1] - 1) / 2)
    return (float(size[0]), float(size[1]), *corner, cell, strength, *grid.ravel().tolist())
