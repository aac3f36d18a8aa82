"""Newton's second law."""

from __future__ import annotations

import cmath
from dataclasses import dataclass

from orbitdraw.calls import public
from orbitdraw.dynamics.composition import stages, weights
from orbitdraw.dynamics.law import Arguments, Law, Numbers, check_numbers
from orbitdraw.errors import InputError
from orbitdraw.inputs import brief
from orbitdraw.slider import Number, default_value

ORDERS = (1, 2, 4, 6, 8)


@public
@dataclass(frozen=True)
class Newton(Law):
    """Newton's second law, with drag, a magnetic field and a rotating frame.

        mass dv/dt = -grad V - drag v + field v x z + mass (-2 spin z x v + spin^2 r)

    `order` 1 is semi-implicit Euler, 2 the kick-drift-kick leapfrog, 4, 6 and 8 its symmetric compositions.
    Drag, field and spin are solved exactly inside the drift (order 1: drag is the explicit 1 - drag dt / mass, so
    that the step is the heavy ball's). Hairer, Lubich, Wanner, Geometric Numerical Integration, II.4 and V.3.

    >>> Newton(order=4, spin=1.0).spin
    1.0
    """

    order: int = 2
    mass: Number = 1.0
    drag: Number = 0.0
    spin: Number = 0.0
    field: Number = 0.0

    def __post_init__(self) -> None:
        if self.order not in ORDERS:
            raise InputError(f"Newton has the orders {', '.join(map(str, ORDERS))}, not {brief(self.order)}")
        check_numbers(self, positive=("mass",), natural=("drag",))

    @property
    def driver(self) -> str:
        """Order 1 has the steps of a descent with momentum, and uses its driver."""
        return "descent" if self.order == 1 else "newton"

    def arguments(self, now: Numbers, dt: float, seed: int) -> Arguments:
        if self.order == 1:
            turned = cmath.exp(-1j * (now["field"] / now["mass"] + 2 * now["spin"]) * dt)
            keep = (1 - now["drag"] * dt / now["mass"]) * turned
            return lambda first: (keep.real, keep.imag, dt / now["mass"], dt * now["spin"] * now["spin"])
        made = stages(self.order, dt, **now)
        return lambda first: (made.table, *made.half, made.plain)

    def kicks(self, steps: int) -> int:
        return steps if self.order == 1 else steps * self.stages + 1

    @property
    def stages(self) -> int:
        return 1 if self.order == 1 else len(weights(self.order))

    def conserves_energy(self, now: Numbers) -> bool:
        return now["drag"] == 0

    def conserves_momentum(self, now: Numbers) -> bool:
        return not (now["drag"] or now["spin"] or now["field"])

    def is_inertial(self, now: Numbers) -> bool:
        return now == {**dict.fromkeys(now, 0.0), "mass": 1.0}

    def irreversible(self, now: Numbers) -> str:
        why = "drag" if now["drag"] != 0 else "a step of order 1" if self.order == 1 else ""
        return f"{why} is irreversible, so time cannot run backwards; hold Z to rewind the drawing" if why else ""

    def never_closes(self, now: Numbers) -> str:
        return "no orbit closes with drag: set drag to 0 first" if now["drag"] != 0 else ""

    @property
    def inertia(self) -> Number:
        return self.mass

    @property
    def damping(self) -> float:
        return float(default_value(self.drag)) / float(default_value(self.mass))

    @classmethod
    def like(cls, law: Law, dt: float) -> Newton:
        """Frictionless motion of the same mass."""
        return cls(mass=law.inertia)
