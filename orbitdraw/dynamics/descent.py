"""Gradient descent, and with momentum the heavy-ball method."""

from __future__ import annotations

from dataclasses import dataclass

from orbitdraw.calls import public
from orbitdraw.dynamics.law import Arguments, Law, Numbers, check_parameters
from orbitdraw.slider import Number, Slider, default_value


@public
@dataclass(frozen=True)
class Descent(Law):
    """Gradient descent; with momentum, Polyak's heavy ball.

        v <- momentum v - (rate / dt) grad V,   x <- x + dt v

    v is displacement per time; dt = 1 gives the textbook form. Polyak, USSR Comput. Math. 4 (1964) 1.

    >>> Descent(rate=0.1).momentum
    0.0
    """

    rate: Number = 0.01
    momentum: Number = 0.0

    def __post_init__(self) -> None:
        check_parameters(self, positive=(), non_negative=("rate",))

    @property
    def name(self) -> str:
        """The name "heavy ball" with momentum, else "gradient descent".

        >>> Descent(momentum=0.9).name
        'heavy ball'
        """
        has_momentum = isinstance(self.momentum, Slider) or self.momentum != 0
        return "heavy ball" if has_momentum else "gradient descent"

    minimizes = True

    @property
    def driver(self) -> str:
        return "descent"

    def arguments(self, parameters: Numbers, dt: float, seed: int) -> Arguments:
        return lambda first: (parameters["momentum"], 0.0, parameters["rate"] / dt, 0.0)

    def natural_speed(self, parameters: Numbers, dt: float, force: float) -> float:
        """Terminal speed under a constant force: the sum of the geometric series with ratio `momentum`."""
        return (parameters["rate"] / dt) * force / max(1e-3, 1 - abs(parameters["momentum"])) or 1.0

    @classmethod
    def heavy_ball(cls, law: Law, dt: float) -> Descent:
        """The descent equal to semi-implicit Euler for damped Newton: momentum = 1 - drag dt/m, rate = dt^2/m."""
        damping, mass = law.damping, float(default_value(law.inertia))
        momentum = max(0.0, 1.0 - damping * dt) if damping > 0 else 1.0 - min(0.5, 0.5 * dt)
        return cls(rate=_rate(dt * dt / mass), momentum=Slider(momentum, 0.0, 1.0))

    @classmethod
    def over_damped(cls, law: Law, dt: float) -> Descent:
        """Gradient descent as the over-damped limit of motion with friction 1: rate = dt / friction."""
        return cls(rate=_rate(dt), momentum=0.0)


def _rate(rate: float) -> Slider:
    return Slider(rate, 0.0, 10 * rate)
