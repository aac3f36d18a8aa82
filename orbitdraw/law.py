"""Laws: how a particle answers the potential. Frozen records of numbers; the steps are in `drivers`."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any

from orbitdraw.calls import public
from orbitdraw.errors import InputError, near
from orbitdraw.inputs import brief
from orbitdraw.slider import Number, Slider, check, plain

ORDERS = (1, 2, 4, 6, 8)


@dataclass(frozen=True)
class Law:
    """What all laws share: numbers that can be turned while a scene plays."""

    @property
    def name(self) -> str:
        """The law's name in `LAWS`."""
        return type(self).__name__.lower()

    def numbers(self) -> dict[str, Number]:
        """The law's numbers by name, sliders where they have a range.

        A mass of exactly 1 is not listed: it changes nothing, and the name is free for the potential.

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


@functools.lru_cache(maxsize=64)
def _usual(law: Law) -> list[tuple[str, Any, bool]]:
    """Each number of a law, what it is when no slider says otherwise, and whether one can; asked in every frame."""
    listed = law.numbers()
    return [(f.name, plain(getattr(law, f.name)), f.name in listed) for f in fields(law) if f.name != "order"]


def _check(law: Law, positive: tuple[str, ...], natural: tuple[str, ...]) -> None:
    for f in fields(law):
        limits = {"above": 0.0} if f.name in positive else {"least": 0.0} if f.name in natural else {}
        check(type(law).__name__, f.name, getattr(law, f.name), **limits)


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
        _check(self, positive=("mass",), natural=("drag",))


@public
@dataclass(frozen=True)
class Descent(Law):
    """Gradient descent; with momentum, Polyak's heavy ball.

        v <- momentum v - (rate / dt) grad V,   x <- x + dt v

    v is displacement per time, so with dt = 1 this reads like the textbook. Polyak, USSR Comput. Math. 4 (1964) 1.

    >>> Descent(rate=0.1).momentum
    0.0
    """

    rate: Number = 0.01
    momentum: Number = 0.0

    def __post_init__(self) -> None:
        _check(self, positive=(), natural=("rate",))

    @property
    def name(self) -> str:
        """A heavy ball when it has momentum.

        >>> Descent(momentum=0.9).name
        'heavy ball'
        """
        moving = isinstance(self.momentum, Slider) or self.momentum != 0
        return "heavy ball" if moving else "gradient descent"


@public
@dataclass(frozen=True)
class Langevin(Law):
    """Motion in a warm fluid, by the BAOAB splitting.

        mass dv = -grad V dt - mass friction v dt + sqrt(2 mass friction temperature) dW

    Temperature is in units of energy, friction in 1/time. Leimkuhler and Matthews, Appl. Math. Res. eXpress 2013.

    >>> Langevin(temperature=0.5).friction
    1.0
    """

    temperature: Number = 1.0
    friction: Number = 1.0
    mass: Number = 1.0

    def __post_init__(self) -> None:
        _check(self, positive=("mass",), natural=("temperature", "friction"))


def _newton(law: Law, dt: float) -> Law:
    if isinstance(law, Langevin):
        return Newton(mass=law.mass)
    return Newton()


def _heavy_ball(law: Law, dt: float) -> Law:
    """The descent whose steps are those of the damped semi-implicit Newton: beta = 1 - drag dt/m, rate = dt^2/m."""
    mass, damping = 1.0, 0.0
    if isinstance(law, Newton):
        mass = float(plain(law.mass))
        damping = float(plain(law.drag)) / mass
    elif isinstance(law, Langevin):
        mass, damping = float(plain(law.mass)), float(plain(law.friction))
    momentum = max(0.0, 1.0 - damping * dt) if damping > 0 else 1.0 - min(0.5, 0.5 * dt)
    return Descent(rate=_slider(dt * dt / mass), momentum=Slider(momentum, 0.0, 1.0))


def _gradient_descent(law: Law, dt: float) -> Law:
    """Steps as long as those of the motion with friction 1: the over-damped limit, rate = dt / friction."""
    return Descent(rate=_slider(dt), momentum=0.0)


def _langevin(law: Law, dt: float) -> Law:
    return Langevin(temperature=Slider(0.05, 0.0, 1.0), friction=Slider(1.0, 0.0, 10.0))


def _slider(rate: float) -> Slider:
    return Slider(rate, 0.0, 10 * rate)


LAWS: dict[str, Callable[[Law, float], Law]] = {
    "newton": _newton,
    "heavy ball": _heavy_ball,
    "gradient descent": _gradient_descent,
    "langevin": _langevin,
}
"""The laws one ground and start can be played under, in the order in which a key goes through them."""


def retold(law: Law, name: str, dt: float) -> Law:
    """The law called `name` that tells the same story as `law` on the same clock; `law` itself if it has that name.

    >>> retold(Newton(order=8), "newton", 0.01)
    Newton(order=8, mass=1.0, drag=0.0, spin=0.0, field=0.0)
    >>> retold(Newton(drag=2.0), "heavy ball", 0.01).momentum.value
    0.98
    """
    if name not in LAWS:
        raise InputError(f"law {name!r} is unknown; {near(name, LAWS)}")
    return law if law.name == name else LAWS[name](law, dt)
