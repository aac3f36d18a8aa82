"""Rounding of numbers that the user changes with the mouse wheel: 1, 2, 5, 10 and so on."""

from __future__ import annotations

import math

MANTISSAS = (1, 2, 5)


def next_mass(mass: float, steps: int = 1) -> float:
    """The mass `steps` further in the series 1, 2, 5, 10, ...; below 1e-6 it is 0.

    >>> next_mass(1.0), next_mass(0.05), next_mass(2.0, -1), next_mass(0.0)
    (2.0, 0.1, 1.0, 1e-06)
    """
    if mass < 1e-6:
        return 1e-6 if steps > 0 else 0.0
    exponent = math.floor(math.log10(mass) + 1e-9)
    digit = max(i for i, d in enumerate(MANTISSAS) if d <= mass / 10.0**exponent * (1 + 1e-9))
    index = min(18, 3 * exponent + digit + steps)
    return 0.0 if index < -18 else float(f"{MANTISSAS[index % 3]}e{index // 3}")


def scale_rounded(number: float, factor: float) -> float:
    """A number times a factor, rounded to three digits unless that hides the change: small steps of a touchpad add up.

    >>> scale_rounded(0.05, 1.15), scale_rounded(0.0661, 1.15), scale_rounded(0.1, 1.001) > 0.1
    (0.0575, 0.076, True)
    """
    product = number * factor
    rounded = float(f"{product:.3g}")
    return product if rounded == number else rounded
