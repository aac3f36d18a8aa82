"""What a scene begins with: bodies that pull, and dust that only feels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from orbitdraw.errors import InputError


@dataclass(frozen=True)
class Bodies:
    """Bodies that pull each other and everything else: masses (n,), places and velocities (n, 2).

    The pull is gravity in two dimensions of space with the law of three, softened by Plummer's length:
    a_i = G sum_j m_j (r_j - r_i) / (|r_j - r_i|^2 + softening^2)^(3/2).

    `mass` is one number for all or (n,); everything is in world units, time units, and a mass unit that G goes with.
    Without `vel` they begin at rest. Raises InputError where the shapes do not agree. Source: Plummer, Monthly
    Notices of the Royal Astronomical Society 71 (1911) 460.

    >>> Bodies(1.0, [[-1, 0], [1, 0]], [[0, -0.5], [0, 0.5]]).mass.tolist()
    [1.0, 1.0]
    """

    mass: NDArray[np.float64]
    pos: NDArray[np.float64]
    vel: NDArray[np.float64]
    softening: float = 0.0
    G: float = 1.0

    def __init__(
        self, mass: ArrayLike, pos: ArrayLike, vel: ArrayLike | None = None, softening: float = 0.0, G: float = 1.0
    ) -> None:
        places, velocities = _places("Bodies", pos, vel)
        masses = np.broadcast_to(np.asarray(mass, dtype=np.float64), (len(places),)).copy()
        for name, value in zip(
            ("mass", "pos", "vel", "softening", "G"), (masses, places, velocities, softening, G), strict=True
        ):
            object.__setattr__(self, name, value)


@dataclass(frozen=True)
class Dust:
    """Particles without mass: they feel bodies and potential and pull nothing. Places and velocities (n, 2).

    World units, and world units in a time unit; without `vel` they begin at rest. Raises InputError where the shapes do
    not agree.

    >>> Dust([[1, 0], [2, 0]]).vel.tolist()
    [[0.0, 0.0], [0.0, 0.0]]
    """

    pos: NDArray[np.float64]
    vel: NDArray[np.float64]

    def __init__(self, pos: ArrayLike, vel: ArrayLike | None = None) -> None:
        places, velocities = _places("Dust", pos, vel)
        object.__setattr__(self, "pos", places)
        object.__setattr__(self, "vel", velocities)


def _places(what: str, pos: ArrayLike, vel: ArrayLike | None) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    places = np.array(pos, dtype=np.float64, ndmin=2)
    velocities = np.zeros_like(places) if vel is None else np.array(vel, dtype=np.float64, ndmin=2)
    if places.ndim != 2 or places.shape[1] != 2:
        raise InputError(f"{what} needs places of shape (n, 2), not {places.shape}")
    if velocities.shape != places.shape:
        raise InputError(f"{what} has {len(places)} places but velocities of shape {velocities.shape}")
    return places, velocities
