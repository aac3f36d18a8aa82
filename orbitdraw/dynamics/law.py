"""Base class of the laws of motion. The integration loops are in `drivers`."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any, ClassVar

from orbitdraw.slider import Number, Slider, check, default_value

Numbers = Mapping[str, float]
"""A law's parameters at one moment, by name."""

Arguments = Callable[[int], tuple[Any, ...]]


@dataclass(frozen=True)
class Law:
    """A law of motion: its parameters, which may be sliders, and everything that depends on the law.

    No other module tests which law it has. A new law is a file with a subclass and a row in `laws.LAWS`; a new driver
    is a file in `drivers` and a row in the table of `drivers`.
    """

    @property
    def name(self) -> str:
        """The law's name in `LAWS`."""
        return type(self).__name__.lower()

    def numbers(self) -> dict[str, Number]:
        """The law's parameters by name, sliders where they have a range.

        A mass of exactly 1 is left out: it has no effect, and the name stays free for the potential.

        >>> from orbitdraw import Newton
        >>> Newton(drag=0.1).numbers()
        {'drag': 0.1, 'spin': 0.0, 'field': 0.0}
        """
        named = {f.name: getattr(self, f.name) for f in fields(self) if f.name != "order"}
        if "mass" in named and not isinstance(named["mass"], Slider) and named["mass"] == 1.0:
            del named["mass"]
        return named

    def parameters_at(self, values: dict[str, Any]) -> dict[str, float]:
        """The law's parameters at this moment of a run, whose `values` may use the same names for other things."""
        return {
            name: float(values.get(name, default)) if is_variable else float(default)
            for name, default, is_variable in _default_parameters(self)
        }

    # -- to be overridden by a law ---------------------------------------------------------------------------------

    minimizes: ClassVar[bool] = False
    """True for a minimisation method: the velocity carries no energy, and the mean potential is shown as a loss."""

    @property
    def driver(self) -> str:
        """The name of the module in `drivers` whose function `drive_...` integrates this law."""
        raise NotImplementedError

    def arguments(self, parameters: Numbers, dt: float, seed: int) -> Arguments:
        """The law's own arguments to its driver, as a function of the index of the first particle."""
        raise NotImplementedError

    def kicks(self, steps: int) -> int:
        """Force evaluations in a frame of `steps` steps, including the opening one."""
        return steps

    @property
    def stages(self) -> int:
        """Force evaluations in a step."""
        return 1

    def natural_speed(self, parameters: Numbers, dt: float, force: float) -> float:
        """The typical speed under a mean force; 0 where it depends on the potential's depth instead."""
        return 0.0

    def conserves_energy(self, parameters: Numbers) -> bool:
        """True when the energy is conserved, or the Jacobi constant in a rotating frame."""
        return False

    def conserves_momentum(self, parameters: Numbers) -> bool:
        """True when the momentum and angular momentum of an isolated system of bodies are conserved."""
        return False

    def is_inertial(self, parameters: Numbers) -> bool:
        """True for plain Newtonian motion of unit mass: no drag, no magnetic field, no rotating frame."""
        return False

    def temperature_mass(self, parameters: Numbers) -> float | None:
        """The mass by which the kinetic temperature is measured; None where a law has no temperature."""
        return None

    def irreversible_reason(self, parameters: Numbers) -> str:
        """The reason why a step of -dt does not undo a step; empty if it does."""
        return f"{self.name} is irreversible, so time cannot run backwards; hold Z to rewind the drawing"

    def no_closed_orbit_reason(self, parameters: Numbers) -> str:
        """The reason why no orbit is periodic under this law; empty if one may be."""
        return f"no orbit closes under {self.name}, which does not conserve energy"

    @property
    def inertia(self) -> Number:
        """The mass of a particle, by which the force is divided."""
        return 1.0

    @property
    def damping(self) -> float:
        """The rate at which a free particle loses its velocity, in 1/time."""
        return 0.0


@functools.lru_cache(maxsize=64)
def _default_parameters(law: Law) -> list[tuple[str, Any, bool]]:
    """Name, default value and whether `values` may override it, of each parameter; cached for use in every frame."""
    listed = law.numbers()
    return [(f.name, default_value(getattr(law, f.name)), f.name in listed) for f in fields(law) if f.name != "order"]


def check_parameters(law: Law, positive: tuple[str, ...], non_negative: tuple[str, ...]) -> None:
    """Raise InputError unless the `positive` parameters are above 0 and the `non_negative` ones at least 0."""
    for f in fields(law):
        limits = {"above": 0.0} if f.name in positive else {"least": 0.0} if f.name in non_negative else {}
        check(type(law).__name__, f.name, getattr(law, f.name), **limits)
