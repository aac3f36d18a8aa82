"""Langevin dynamics: motion in a heat bath."""

from __future__ import annotations

import math
from dataclasses import dataclass

from orbitdraw.calls import public
from orbitdraw.dynamics.law import Arguments, Law, Numbers, check_parameters
from orbitdraw.slider import Number, Slider, default_value


@public
@dataclass(frozen=True)
class Langevin(Law):
    """Langevin dynamics, motion in a heat bath, by the BAOAB splitting.

        mass dv = -grad V dt - mass friction v dt + sqrt(2 mass friction temperature) dW

    Temperature is in units of energy, friction in 1/time. Leimkuhler and Matthews, Appl. Math. Res. eXpress 2013.

    >>> Langevin(temperature=0.5).friction
    1.0
    """

    temperature: Number = 1.0
    friction: Number = 1.0
    mass: Number = 1.0

    def __post_init__(self) -> None:
        check_parameters(self, positive=("mass",), non_negative=("temperature", "friction"))

    @property
    def driver(self) -> str:
        return "langevin"

    def arguments(self, parameters: Numbers, dt: float, seed: int) -> Arguments:
        decay = math.exp(-parameters["friction"] * dt)
        noise = math.sqrt(
            parameters["temperature"] * -math.expm1(-2 * parameters["friction"] * dt) / parameters["mass"]
        )
        return lambda first: (dt / 2 / parameters["mass"], decay, noise, seed, first)

    def kicks(self, steps: int) -> int:
        return steps + 1

    def natural_speed(self, parameters: Numbers, dt: float, force: float) -> float:
        """The root mean square speed of equipartition in two dimensions, sqrt(2 T / m)."""
        return math.sqrt(2 * parameters["temperature"] / parameters["mass"])

    def temperature_mass(self, parameters: Numbers) -> float:
        return parameters["mass"]

    @property
    def inertia(self) -> Number:
        return self.mass

    @property
    def damping(self) -> float:
        return float(default_value(self.friction))

    @classmethod
    def from_law(cls, law: Law, dt: float) -> Langevin:
        """Langevin dynamics at a low temperature, with sliders for temperature and friction."""
        return cls(temperature=Slider(0.05, 0.0, 1.0), friction=Slider(1.0, 0.0, 10.0))
