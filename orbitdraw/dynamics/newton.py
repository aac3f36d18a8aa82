"""Newton's second law."""

from __future__ import annotations

import cmath
from dataclasses import dataclass

from orbitdraw.calls import public
from orbitdraw.dynamics.composition import stages, weights
from orbitdraw.dynamics.law import Arguments, Law, Numbers, check_parameters
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
        check_parameters(self, positive=("mass",), non_negative=("drag",))

    @property
    def driver(self) -> str:
        """Order 1 has the steps of a descent with momentum, and uses its driver."""
        return "descent" if self.order == 1 else "newton"

    def arguments(self, parameters: Numbers, dt: float, seed: int) -> Arguments:
        if self.order == 1:
            rotation = cmath.exp(-1j * (parameters["field"] / parameters["mass"] + 2 * parameters["spin"]) * dt)
            decay = (1 - parameters["drag"] * dt / parameters["mass"]) * rotation
            return lambda first: (
                decay.real,
                decay.imag,
                dt / parameters["mass"],
                dt * parameters["spin"] * parameters["spin"],
            )
        coefficients = stages(self.order, dt, **parameters)
        return lambda first: (coefficients.table, *coefficients.half, coefficients.plain)

    def kicks(self, steps: int) -> int:
        return steps if self.order == 1 else steps * self.stages + 1

    @property
    def stages(self) -> int:
        return 1 if self.order == 1 else len(weights(self.order))

    def conserves_energy(self, parameters: Numbers) -> bool:
        return parameters["drag"] == 0

    def conserves_momentum(self, parameters: Numbers) -> bool:
        return not (parameters["drag"] or parameters["spin"] or parameters["field"])

    def is_inertial(self, parameters: Numbers) -> bool:
        return parameters == {**dict.fromkeys(parameters, 0.0), "mass": 1.0}

    def irreversible_reason(self, parameters: Numbers) -> str:
        cause = "drag" if parameters["drag"] != 0 else "a step of order 1" if self.order == 1 else ""
        return f"{cause} is irreversible, so time cannot run backwards; hold Z to rewind the drawing" if cause else ""

    def no_closed_orbit_reason(self, parameters: Numbers) -> str:
        return "no orbit closes with drag: set drag to 0 first" if parameters["drag"] != 0 else ""

    @property
    def inertia(self) -> Number:
        return self.mass

    @property
    def damping(self) -> float:
        return float(default_value(self.drag)) / float(default_value(self.mass))

    @classmethod
    def from_law(cls, law: Law, dt: float) -> Newton:
        """Frictionless motion of the same mass."""
        return cls(mass=law.inertia)
