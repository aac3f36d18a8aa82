"""A law of motion: how a particle answers the potential. The steps are in `drivers`, each law in a file of its own."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any, ClassVar

from orbitdraw.slider import Number, Slider, check, plain

Numbers = Mapping[str, float]
"""A law's numbers at one moment, by name."""

Arguments = Callable[[int], tuple[Any, ...]]


@dataclass(frozen=True)
class Law:
    """A law of motion: numbers that can be turned while a scene plays, and everything that depends on the law.

    No other module asks which law it has. A new one is a file with a subclass, and a row in `laws.LAWS`.
    """

    @property
    def name(self) -> str:
        """The law's name in `LAWS`."""
        return type(self).__name__.lower()

    def numbers(self) -> dict[str, Number]:
        """The law's numbers by name, sliders where they have a range.

        A mass of exactly 1 is not listed: it changes nothing, and the name is free for the potential.

        >>> from orbitdraw import Newton
        >>> Newton(drag=0.1).numbers()
        {'drag': 0.1, 'spin': 0.0, 'field': 0.0}
        """
        named = {f.name: getattr(self, f.name) for f in fields(self) if f.name != "order"}
        if "mass" in named and not isinstance(named["mass"], Slider) and named["mass"] == 1.0:
            del named["mass"]
        return named

    def now(self, values: dict[str, Any]) -> dict[str, float]:
        """The law's numbers at this moment of a run, whose `values` may hold the same names for other things."""
        return {
            name: float(values.get(name, usual)) if listed else float(usual) for name, usual, listed in _usual(self)
        }

    # -- what a law must say of itself -----------------------------------------------------------------------------

    minimizes: ClassVar[bool] = False
    """True where the velocity is no energy: then the mean of the potential is shown as a loss."""

    @property
    def driver(self) -> str:
        """The module of `drivers` whose function of that name steps this law."""
        raise NotImplementedError

    def arguments(self, now: Numbers, dt: float, seed: int) -> Arguments:
        """The law's own arguments of its driver, a function of the number of the first particle."""
        raise NotImplementedError

    def kicks(self, steps: int) -> int:
        """Moments in a frame of `steps` steps at which the driver asks for the force."""
        return steps

    @property
    def stages(self) -> int:
        """Evaluations of the force in a step."""
        return 1

    def natural_speed(self, now: Numbers, dt: float, force: float) -> float:
        """The speed that this law gives to a particle at rest under a mean force; 0 where the ground decides."""
        return 0.0

    def conserves_energy(self, now: Numbers) -> bool:
        """True when the energy of an isolated system stays what it is, or the Jacobi constant in a rotating frame."""
        return False

    def conserves_momentum(self, now: Numbers) -> bool:
        """True when the momentum and the angular momentum of bodies that only pull each other stay what they are."""
        return False

    def is_inertial(self, now: Numbers) -> bool:
        """True for plain Newtonian motion of unit mass: no drag, no magnetic field, no rotating frame."""
        return False

    def temperature_mass(self, now: Numbers) -> float | None:
        """The mass by which the kinetic temperature is measured; None where a law has no temperature."""
        return None

    def irreversible(self, now: Numbers) -> str:
        """Why a step cannot be taken back by a step of -dt; empty where it can."""
        return f"{self.name} forgets where it came from, so time cannot run backwards; Z rewinds the drawing"

    def never_closes(self, now: Numbers) -> str:
        """Why no orbit is periodic under this law; empty where one may be."""
        return f"no orbit closes under {self.name}: what is lost or shaken never comes back"

    @property
    def inertia(self) -> Number:
        """The mass of a particle, by which the force is divided."""
        return 1.0

    @property
    def damping(self) -> float:
        """The rate at which a free particle loses its velocity, in 1/time."""
        return 0.0


@functools.lru_cache(maxsize=64)
def _usual(law: Law) -> list[tuple[str, Any, bool]]:
    """Each number of a law, what it is when no slider says otherwise, and whether one can; asked in every frame."""
    listed = law.numbers()
    return [(f.name, plain(getattr(law, f.name)), f.name in listed) for f in fields(law) if f.name != "order"]


def check_numbers(law: Law, positive: tuple[str, ...], natural: tuple[str, ...]) -> None:
    """Raise InputError for a number that a law cannot have: `positive` ones are above 0, `natural` ones not below."""
    for f in fields(law):
        limits = {"above": 0.0} if f.name in positive else {"least": 0.0} if f.name in natural else {}
        check(type(law).__name__, f.name, getattr(law, f.name), **limits)
