"""Values of a run by name: what each may be, as a run holds it and as a drawing keeps it."""

from __future__ import annotations

import math
from typing import Any

from orbitdraw.errors import InputError
from orbitdraw.inputs import choice
from orbitdraw.look import CHOICES, MAY_BE_NONE, NEVER_BELOW_ZERO
from orbitdraw.slider import Slider, Values
from orbitdraw.watch import checked as checked_watch

LOOK_NAMES = frozenset(
    {"style", "palette", "width", "half_life", "color", "brush", "exposure", "glow", "mark", "grain", "view", "watch"}
)
"""Values that change the picture but not the motion."""


def checked(name: str, value: Any, declared: Any, values: Values) -> Any:
    """`value` as a run keeps it, where a scene declares `name` so; InputError, naming the offender, if it cannot."""
    if name in CHOICES:
        return choice(name, value, CHOICES[name])
    if name == "palette":
        from orbitdraw.palette import palette

        palette(value)
        return value
    if name == "view":
        return _view(value)
    if name == "watch":
        return checked_watch(value)
    if value is None and name in MAY_BE_NONE:
        return None
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise InputError(f"{name} needs a number, not {value!r}") from None
    if not math.isfinite(number):
        raise InputError(f"{name} needs a finite number, not {value!r}")
    if name == "dt" and not number > 0:
        raise InputError(f"dt = {number:g} is out of range; choose a number above 0")
    if name in NEVER_BELOW_ZERO and number < 0:
        raise InputError(f"{name} = {number:g} is out of range; choose 0 or more")
    if isinstance(declared, Slider):
        low, high, _ = declared.bounds(values)
        if not low <= number <= high:
            raise InputError(f"{name} = {number:g} is out of range; choose {low:g} to {high:g}")
    return number


def checked_edit(name: str, value: Any) -> tuple[float, ...]:
    """The numbers of an edit; InputError if they are none."""
    try:
        numbers = tuple(float(part) for part in value)
    except (TypeError, ValueError):
        raise InputError(f"{name} needs a list of numbers, not {value!r}") from None
    if not all(map(math.isfinite, numbers)):
        raise InputError(f"{name} needs finite numbers, not {value!r}")
    return numbers


def held(value: Any) -> Any:
    """A value of a file as a run holds it; `kept` is the way back."""
    return tuple(value) if isinstance(value, list) else value


def kept(value: Any) -> Any:
    """A value of a run as a file keeps it."""
    return list(value) if isinstance(value, tuple) else value


def _view(value: Any) -> tuple[float, float, float]:
    try:
        x, y, radius = (float(part) for part in value)
    except (TypeError, ValueError):
        raise InputError(f"view needs three numbers (x, y, radius), not {value!r}") from None
    if not (all(map(math.isfinite, (x, y, radius))) and radius > 0):
        raise InputError(f"view needs a finite centre and a radius above 0, not {value!r}")
    return x, y, radius
