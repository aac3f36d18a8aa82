"""Sliders: numbers with a range, as a scene declares them; and the types of a run's values by name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from orbitdraw.calls import public
from orbitdraw.errors import InputError
from orbitdraw.inputs import brief, number, text

LARGEST = 1e150
"""The largest number that a value can be: squares and distances of such numbers do not overflow."""

Value = float | str | None | tuple[float, ...]
Values = dict[str, Any]


@public
@dataclass(frozen=True)
class Slider:
    """A number with a range: its default, both ends, and the ticks to which a dragged knob snaps.

    >>> Slider(0.5, 0.0, 2.0).value
    0.5
    """

    value: float
    low: float
    high: float
    ticks: tuple[float, ...] = ()
    unit: str = ""
    log: bool = False
    label: str = ""
    per: str = ""
    """Name of a value that divides the ends and ticks: with per="k" and high=2.4 the range ends at 2.4 / k."""

    def bounds(self, values: Values) -> tuple[float, float, tuple[float, ...]]:
        """(low, high, ticks) at these values of a run.

        >>> Slider(0.5, 0.0, 2.4, ticks=(1.0, 2.0), per="k").bounds({"k": 2.0})
        (0.0, 1.2, (0.5, 1.0))
        """
        scale = float(values[self.per]) if self.per else 1.0
        return self.low / scale, self.high / scale, tuple(tick / scale for tick in self.ticks)

    def __post_init__(self) -> None:
        for name in ("value", "low", "high"):
            number("Slider", name, getattr(self, name))
        for name in ("unit", "label", "per"):
            text("Slider", name, getattr(self, name))
        if not isinstance(self.log, bool):
            raise InputError(f"Slider needs True or False for log, not {brief(self.log)}")
        try:
            for tick in self.ticks:
                number("Slider", "a tick", tick)
        except TypeError:
            raise InputError(f"Slider needs several numbers for ticks, not {brief(self.ticks)}") from None
        if not self.low < self.high:
            raise InputError(f"a slider needs low < high, not {self.low} .. {self.high}")
        if not self.low <= self.value <= self.high:
            raise InputError(f"a slider's value {self.value:g} lies outside {self.low:g} .. {self.high:g}")
        if self.log and self.low <= 0:
            raise InputError(f"a logarithmic slider needs low > 0, not {self.low:g}")


Number = float | Slider


def default_value(number: Any) -> Any:
    """The default of a slider; any other argument unchanged."""
    return number.value if isinstance(number, Slider) else number


def check(owner: str, name: str, given: Any, **limits: float) -> None:
    """Raise InputError unless a Number is within the limits of `inputs.number`; of a slider, its low end is checked.

    >>> check("Look", "width", Slider(1.0, -1.0, 2.0), least=0)
    Traceback (most recent call last):
    orbitdraw.errors.InputError: Look needs a number of 0 or more for width, not -1
    """
    number(owner, name, given.low if isinstance(given, Slider) else given, **limits)
