"""Validation of a run's values and edits by name, and conversion between run and file."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from orbitdraw.errors import InputError, suggestion
from orbitdraw.ink.look import CHOICES, MAY_BE_NONE, NON_NEGATIVE
from orbitdraw.ink.palette import palette
from orbitdraw.inputs import brief, choice
from orbitdraw.reference_frames.reference import check_watch
from orbitdraw.slider import LARGEST, Number, Slider, Values, default_value

LOOK_NAMES = frozenset(
    {"style", "palette", "width", "half_life", "color", "brush", "exposure", "glow", "mark", "grain", "view", "watch"}
)
"""Values that change the picture but not the motion."""


@dataclass(frozen=True)
class Declared:
    """The values that every run of a scene has, by name, and what each may be.

    >>> declared = Declared("spring", {"k": Slider(1.0, 0.5, 2.0), "style": "dark", "dt": 0.01})
    >>> declared.defaults()
    {'k': 1.0, 'style': 'dark', 'dt': 0.01}
    >>> declared.check("k", 2), declared.check("style", "paper")
    (2.0, 'paper')
    >>> declared.check("k", 3)
    Traceback (most recent call last):
    orbitdraw.errors.InputError: k = 3 is out of range; choose 0.5 to 2
    """

    owner: str
    """The name of the scene."""
    sliders: Mapping[str, Number | str | None]
    """By name, as the scene declares it: a slider where it has a range, or else the value at the start."""

    def defaults(self) -> Values:
        """Every value at its default."""
        return {name: default_value(given) for name, given in self.sliders.items()}

    def check(self, name: str, value: Any, values: Values | None = None, frame: int = 0) -> Any:
        """The value as a run stores it from `frame` on; InputError where it is invalid.

        A range that depends on another value (`Slider.per`) is taken at `values`; without these it is not checked.
        """
        if name not in self.sliders:
            hint, names = suggestion(name, self.sliders), ", ".join(self.sliders)
            raise InputError(f"{self.owner} has no {name!r}; {hint if hint.startswith('did') else 'it has ' + names}")
        if name == "dt" and frame > 0:
            raise InputError("dt is fixed once a run has begun; restart, and set it before the first frame")
        return _check_value(name, value, self.sliders[name], values)


def _check_value(name: str, value: Any, declared: Any, values: Values | None) -> Any:
    if name in CHOICES:
        return choice(name, value, CHOICES[name])
    if name == "palette":
        palette(value)
        return value
    if name == "view":
        return _view(value)
    if name == "watch":
        return check_watch(value)
    if value is None and name in MAY_BE_NONE:
        return None
    number = _number(value)
    if number is None:
        raise InputError(f"{name} needs a number, not {brief(value)}")
    if not math.isfinite(number):
        raise InputError(f"{name} needs a finite number, not {brief(value)}")
    if abs(number) > LARGEST:
        raise InputError(f"{name} = {number:g} is out of range; choose at most {LARGEST:g}")
    if name == "dt" and not number > 0:
        raise InputError(f"dt = {number:g} is out of range; choose a number above 0")
    if name in NON_NEGATIVE and number < 0:
        raise InputError(f"{name} = {number:g} is out of range; choose 0 or more")
    if isinstance(declared, Slider) and (values is not None or not declared.per):
        low, high, _ = declared.bounds(values or {})
        if not low <= number <= high:
            raise InputError(f"{name} = {number:g} is out of range; choose {low:g} to {high:g}")
    return number


def check_edit(name: str, value: Any, words: str = "") -> tuple[float, ...]:
    """The numbers of an edit as a tuple; InputError if they are not numbers, or not as many as the edit takes.

    `words` describe them as in `Motion.edits`.

    >>> check_edit("push", [3, 0, 1.5], "body, vx, vy: another velocity")
    (3.0, 0.0, 1.5)
    """
    numbers = _numbers(value)
    if numbers is None:
        raise InputError(f"{name} needs a list of numbers, not {brief(value)}")
    if not all(map(math.isfinite, numbers)):
        raise InputError(f"{name} needs finite numbers, not {brief(value)}")
    names, colon, _ = words.partition(":")
    wanted = names.count(",") + 1
    if colon and len(numbers) != wanted and "..." not in names:
        raise InputError(f"{name} takes {wanted} numbers ({words}), not {len(numbers)}")
    return numbers


def from_file(value: Any) -> Any:
    """Convert a value from its form in a file to that in a run; the inverse of `to_file`."""
    return tuple(value) if isinstance(value, list) else value


def to_file(value: Any) -> Any:
    """Convert a value from its form in a run to that in a file; the inverse of `from_file`."""
    return list(value) if isinstance(value, tuple) else value


def _view(value: Any) -> tuple[float, float, float]:
    numbers = _numbers(value)
    if numbers is None or len(numbers) != 3:
        raise InputError(f"view needs three numbers (x, y, radius), not {brief(value)}")
    x, y, radius = numbers
    if not (all(abs(number) <= LARGEST for number in numbers) and radius > 1 / LARGEST):
        raise InputError(f"view needs a finite centre and a radius above 0, not {brief(value)}")
    return x, y, radius


def _numbers(value: Any) -> tuple[float, ...] | None:
    """A sequence of numbers as a tuple of floats; None for anything else, texts included."""
    if value is None or isinstance(value, str | bytes):
        return None
    try:
        numbers = [_number(part) for part in value]
    except TypeError:
        return None
    return tuple(number for number in numbers if number is not None) if None not in numbers else None


def _number(value: Any) -> float | None:
    """A number as a float; None for anything else, texts included, although Python would parse them."""
    try:
        return None if isinstance(value, str | bytes) else float(value)
    except (TypeError, ValueError, OverflowError):
        return None
