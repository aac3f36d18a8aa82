"""Initial conditions of a scene: massive bodies, and massless dust particles."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from orbitdraw.calls import public
from orbitdraw.errors import InputError
from orbitdraw.inputs import number, numbers, positions

Floats = NDArray[np.float64]


@public
@dataclass(frozen=True)
class Bodies:
    """Bodies that attract each other and everything else: masses (n,), positions and velocities (n, 2).

    The force is three-dimensional gravity in a plane, with Plummer softening:
    a_i = G sum_j m_j (r_j - r_i) / (|r_j - r_i|^2 + softening^2)^(3/2).

    `mass` is one number for all or (n,); lengths are in world units, times in time units, and G fixes the unit of mass.
    Without `vel` the bodies start at rest. Raises InputError where the shapes do not agree, for a mass, a softening or
    a G below 0, and for two bodies at one place whose attraction would be infinite there. Source: Plummer, Monthly
    Notices of the Royal Astronomical Society 71 (1911) 460.

    >>> Bodies(1.0, [[-1, 0], [1, 0]], [[0, -0.5], [0, 0.5]]).mass.tolist()
    [1.0, 1.0]
    """

    mass: Floats
    pos: Floats
    vel: Floats
    softening: float = 0.0
    G: float = 1.0

    def __init__(
        self, mass: ArrayLike, pos: ArrayLike, vel: ArrayLike | None = None, softening: float = 0.0, G: float = 1.0
    ) -> None:
        positions, velocities = _check_arrays("Bodies", pos, vel)
        masses = numbers("Bodies", "mass", mass)
        if masses.ndim > 1 or (masses.ndim == 1 and len(masses) != len(positions)):
            raise InputError(
                f"Bodies has {_count_phrase(masses, 'masses')} for {_count_phrase(positions, 'positions')}"
            )
        check_mass(float(masses.min(initial=0.0)))
        masses = np.broadcast_to(masses, (len(positions),)).copy()
        number("Bodies", "softening", softening, least=0)
        number("Bodies", "G", G, least=0)
        if not softening and G:
            _check_apart(positions, masses)
        for name, value in zip(
            ("mass", "pos", "vel", "softening", "G"), (masses, positions, velocities, softening, G), strict=True
        ):
            object.__setattr__(self, name, value)


@public
@dataclass(frozen=True)
class Dust:
    """Massless test particles: bodies and the potential act on them, and they act on nothing.

    Positions `pos` (n, 2) in world units, velocities `vel` (n, 2) in world units per time unit. Without `vel` they
    start at rest. Raises InputError where the shapes do not agree.

    >>> Dust([[1, 0], [2, 0]]).vel.tolist()
    [[0.0, 0.0], [0.0, 0.0]]
    """

    pos: Floats
    vel: Floats

    def __init__(self, pos: ArrayLike, vel: ArrayLike | None = None) -> None:
        positions, velocities = _check_arrays("Dust", pos, vel)
        object.__setattr__(self, "pos", positions)
        object.__setattr__(self, "vel", velocities)


def check_mass(mass: float) -> None:
    """Raise InputError for a mass below 0, of a scene's body or of one that the user places."""
    if mass < 0:
        raise InputError(f"a body needs a mass of 0 or more, not {mass:g}")


def _check_apart(positions: Floats, masses: Floats) -> None:
    """Raise InputError where two bodies are at exactly one place and one of them pulls."""
    first: dict[tuple[float, float], int] = {}
    for body, (x, y) in enumerate((positions + 0.0).tolist()):
        other = first.setdefault((x, y), body)
        if other != body and (masses[other] or masses[body]):
            raise InputError(
                f"bodies {other} and {body} are both at ({x:g}, {y:g}), where their pull is infinite; "
                "move one of them, or give softening=0.05"
            )


def _check_arrays(what: str, pos: ArrayLike, vel: ArrayLike | None) -> tuple[Floats, Floats]:
    places = positions(what, "pos", pos)
    velocities = np.zeros_like(places) if vel is None else positions(what, "vel", vel, "velocities")
    if len(velocities) != len(places):
        raise InputError(
            f"{what} has {_count_phrase(velocities, 'velocities')} for {_count_phrase(places, 'positions')}"
        )
    return places, velocities


def _count_phrase(rows: Floats, noun: str) -> str:
    if noun == "masses" and rows.ndim > 1:
        return f"masses of shape {rows.shape}"
    one = {"masses": "mass", "positions": "position", "velocities": "velocity"}[noun]
    return f"{len(rows)} {noun if len(rows) != 1 else one}"
