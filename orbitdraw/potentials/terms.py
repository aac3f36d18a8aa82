"""Named terms of potentials, which can be added, scaled, shifted and rotated. Each is one formula.

With coordinates a term is an expression: `well(x, y, (-1, 0), mass)` in a scene's function. Without them it is a
Potential: `well(at=(-1, 0), mass=Slider(1, 0, 2))`, whose sliders become parameters of that name.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from typing import Any

from orbitdraw import potentials
from orbitdraw.calls import public
from orbitdraw.errors import InputError
from orbitdraw.functions import cos, exp, log, sqrt
from orbitdraw.inputs import brief

TERMS: dict[str, Callable[..., Any]] = {}


def term(formula: Callable[..., Any]) -> Callable[..., Any]:
    """Decorate a formula of (x, y, parameters) so that a call without coordinates returns a Potential."""

    checked = public(formula)

    @functools.wraps(formula)
    def wrapper(*coordinates: Any, **numbers: Any) -> Any:
        if coordinates or "x" in numbers:
            return checked(*coordinates, **numbers)
        return potentials.Potential.term(formula, numbers)

    TERMS[formula.__name__] = wrapper
    return wrapper


@term
def well(x: Any, y: Any, at: Any = (0.0, 0.0), mass: Any = 1.0, soften: Any = 0.05) -> Any:
    """The softened gravitational potential of a point mass, finite at the point itself.

        V = -mass / sqrt(|r - at|^2 + soften^2)

    `soften` is a length in world units. Source: Plummer, MNRAS 71 (1911) 460.

    >>> round(well(3.0, 4.0, mass=2.0, soften=0.0), 3)
    -0.4
    """
    ax, ay = _pair(at)
    return -mass / sqrt((x - ax) ** 2 + (y - ay) ** 2 + soften**2)


@term
def spring(x: Any, y: Any, at: Any = (0.0, 0.0), stiffness: Any = 1.0) -> Any:
    """A spring to a point, a harmonic potential: the period does not depend on the amplitude.

        V = stiffness |r - at|^2 / 2

    Source: Hooke, De Potentia Restitutiva (1678).

    >>> spring(3.0, 4.0, stiffness=2.0)
    25.0
    """
    ax, ay = _pair(at)
    return stiffness * ((x - ax) ** 2 + (y - ay) ** 2) / 2


@term
def uniform(x: Any, y: Any, gx: Any = 0.0, gy: Any = -1.0) -> Any:
    """The same acceleration (gx, gy) everywhere, like gravity in a room.

        V = -(gx x + gy y)

    Source: Galilei, Discorsi (1638), third day.

    >>> uniform(0.0, 2.0)
    2.0
    """
    return -(gx * x + gy * y)


@term
def log_halo(x: Any, y: Any, speed: Any = 1.0, core: Any = 0.1, flattening: Any = 1.0) -> Any:
    """The logarithmic potential of a galaxy's dark halo: far out, every circular orbit has the same speed.

        V = speed^2 / 2 log(core^2 + x^2 + y^2 / flattening^2)

    `core` is a length, `flattening` the axis ratio of the equipotentials. Source: Binney and Tremaine,
    Galactic Dynamics (2008), equation 2.71a.

    >>> log_halo(1.0, 0.0, core=0.0)
    0.0
    """
    return speed**2 / 2 * log(core**2 + x**2 + y**2 / flattening**2)


@term
def gaussian(x: Any, y: Any, at: Any = (0.0, 0.0), height: Any = -1.0, width: Any = 0.5) -> Any:
    """A Gaussian hill, or a dip if `height` is negative, which vanishes a few widths away.

        V = height exp(-|r - at|^2 / (2 width^2))

    Source: the normal distribution, Gauss, Theoria Motus (1809), section 177.

    >>> gaussian(0.0, 0.0, height=3.0)
    3.0
    """
    ax, ay = _pair(at)
    return height * exp(-((x - ax) ** 2 + (y - ay) ** 2) / (2 * width**2))


@term
def ripple(
    x: Any, y: Any, at: Any = (0.0, 0.0), height: Any = 0.1, wavelength: Any = 0.5, phase: Any = 0.0, soften: Any = 0.05
) -> Any:
    """Circular waves around a point, like those of a stone in water.

        V = height cos(2 pi s / wavelength - phase),   s = sqrt(|r - at|^2 + soften^2)

    With `phase` a frequency times t the waves travel outwards. The softened distance keeps the force finite at the
    centre. Source: a circular wave of one frequency, without its decay with distance; Crawford, Waves (1968), ch. 7.

    >>> ripple(0.0, 0.0, height=2.0, soften=0.0)
    2.0
    """
    ax, ay = _pair(at)
    s = sqrt((x - ax) ** 2 + (y - ay) ** 2 + soften**2)
    return height * cos(2 * math.pi * s / wavelength - phase)


def _pair(at: Any) -> Any:
    try:
        ax, ay = at
    except (TypeError, ValueError):
        raise InputError(f"a term needs two numbers (x, y) for at, not {brief(at)}") from None
    return ax, ay
