"""Table of the laws of motion that a scene can switch between."""

from __future__ import annotations

from collections.abc import Callable

from orbitdraw.dynamics.descent import Descent
from orbitdraw.dynamics.langevin import Langevin
from orbitdraw.dynamics.law import Law
from orbitdraw.dynamics.newton import Newton
from orbitdraw.errors import InputError, suggestion

LAWS: dict[str, Callable[[Law, float], Law]] = {
    "newton": Newton.from_law,
    "heavy ball": Descent.heavy_ball,
    "gradient descent": Descent.over_damped,
    "langevin": Langevin.from_law,
}
"""Constructors, by name, of the law that replaces another at the time step dt; the key L cycles in this order."""


def equivalent_law(law: Law, name: str, dt: float) -> Law:
    """The law called `name` with parameters that correspond to `law` at the time step dt; `law` itself if so named.

    >>> equivalent_law(Newton(order=8), "newton", 0.01)
    Newton(order=8, mass=1.0, drag=0.0, spin=0.0, field=0.0)
    >>> equivalent_law(Newton(drag=2.0), "heavy ball", 0.01).momentum.value
    0.98
    """
    if name not in LAWS:
        raise InputError(f"law {name!r} is unknown; {suggestion(name, LAWS)}")
    return law if law.name == name else LAWS[name](law, dt)
