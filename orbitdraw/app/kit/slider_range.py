"""Range of a slider: map from value to track position and back, snapping, rounding, and number formatting."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from orbitdraw.slider import LARGEST

ENDLESS_FROM = 0.94
"""Track position, as a fraction, from which an endless slider gives None (shown as a word such as "for ever")."""

STEPS = 200
"""Least number of distinct values along a linear track; it sets how coarsely a dragged value is rounded."""

DISPLAY_DIGITS = 6


@dataclass(frozen=True)
class SliderRange:
    """Range from `low` to `high`, linear or logarithmic (`log`), with `ticks` to which a dragged knob snaps.

    `soft` ends limit dragging only: a typed number may lie beyond them, but not below `floor`. `endless` is the word
    for the value None, past the upper end.

    >>> SliderRange(0.1, 10.0, log=True).value_at(0.5), SliderRange(0.0, 2.0).position_of(0.5)
    (1.0, 0.25)
    """

    low: float
    high: float
    ticks: tuple[float, ...] = ()
    log: bool = False
    soft: bool = False
    floor: float = -math.inf
    endless: str = ""
    integer: bool = False
    """True when values are whole numbers."""

    @property
    def _track_end(self) -> float:
        return ENDLESS_FROM - 0.04 if self.endless else 1.0

    def position_of(self, value: float | None) -> float:
        """Track position of a value, 0 to 1."""
        if value is None:
            return 1.0
        value = min(max(value, self.low), self.high)
        if self.log:
            fraction = math.log(value / self.low) / math.log(self.high / self.low)
        else:
            fraction = (value - self.low) / (self.high - self.low)
        return fraction * self._track_end

    def value_at(self, position: float) -> float | None:
        """The value at a track position, rounded to the resolution of the track."""
        if self.endless and position >= ENDLESS_FROM:
            return None
        fraction = min(max(position / self._track_end, 0.0), 1.0)
        if fraction in (0.0, 1.0):
            return self.high if fraction else self.low
        if self.log:
            return self.round_value(self.low * (self.high / self.low) ** fraction)
        return self.round_value(self.low + fraction * (self.high - self.low))

    def round_value(self, value: float, finer: float = 1.0) -> float:
        """A value rounded to few digits and clamped to the range.

        >>> SliderRange(0.0, 2.4).round_value(0.123456), SliderRange(0.1, 1000.0, log=True).round_value(123.456)
        (0.12, 123.0)
        """
        if self.integer:
            return min(max(float(round(value)), self.low), self.high)
        if self.log:
            digits = 2 - math.floor(math.log10(value)) + round(math.log10(finer))
        else:
            digits = -math.floor(math.log10((self.high - self.low) / STEPS)) + round(math.log10(finer))
        return min(max(round(value, digits) + 0.0, self.low), self.high)

    def snap(self, position: float, tolerance: float, extra: tuple[float, ...] = ()) -> float | None:
        """The value at a track position, or the nearest tick if it is no farther than `tolerance`."""
        candidates = [candidate for candidate in (*self.ticks, *extra) if self.low <= candidate <= self.high]
        nearest = min(candidates, key=lambda candidate: abs(self.position_of(candidate) - position), default=None)
        if nearest is not None and abs(self.position_of(nearest) - position) <= tolerance:
            return nearest
        return self.value_at(position)

    def step_value(self, value: float | None, step: float, finer: float = 1.0) -> float | None:
        """A value moved by a fraction of the track, as by an arrow key; rounding never cancels the step."""
        if value is None:
            return None if step > 0 else self.high
        if self.endless and step > 0 and value >= self.high:
            return None
        value = min(max(value, self.low), self.high)
        if self.integer:
            sign = math.copysign(1.0, step)
            moved = float(round(float(f"{value * (self.high / self.low) ** step:.2g}"))) if self.log else value
            return min(max(sign * max(sign * (value + sign), sign * moved), self.low), self.high)
        if self.log:
            moved = value * (self.high / self.low) ** step
            return min(max(float(f"{moved:.4g}"), self.low), self.high)
        moved = value + step * (self.high - self.low)
        # Rounded to a tenth of the decade of the step, so that repeated presses pass through round numbers.
        resolution = 10.0 ** math.floor(math.log10(abs(step) * (self.high - self.low)) + 1e-9) / 10
        return min(max(float(f"{round(moved / resolution) * resolution:.12g}"), self.low), self.high)

    def clamp(self, value: float) -> float:
        """A typed value, limited to the range, or to `floor` where the ends are soft."""
        value = float(round(value)) if self.integer else value
        if self.soft:
            return max(value, self.floor)
        return min(max(value, self.low), self.high)

    def widen_to(self, value: float | None) -> SliderRange:
        """The same range, widened to include a value typed beyond soft ends."""
        if value is None or not self.soft or self.low <= value <= self.high:
            return self
        if self.log and value < 1 / LARGEST:
            return self
        low, high = min(self.low, value), max(self.high, value)
        return replace(self, low=low, high=high)


def format_number(value: float | None, endless: str = "") -> str:
    """A value formatted for display.

    >>> format_number(-0.25), format_number(1200000.0), format_number(None, "for ever"), format_number(1e-9)
    ('−0.25', '1.2e6', 'for ever', '1e−9')
    """
    if value is None:
        return endless or "–"
    if abs(value) >= 1e6 or 0 < abs(value) < 1e-4:
        digits, power = f"{value:.4g}".split("e") if "e" in f"{value:.4g}" else f"{value:.3e}".split("e")
        out = f"{digits.rstrip('0').rstrip('.') if '.' in digits else digits}e{int(power)}"
    else:
        out = f"{value:.{DISPLAY_DIGITS}g}"
    return out.replace("-", "−")


def parse_number(typed: str, unit: str = "") -> float:
    """Parse a typed number: decimal point or comma, a fraction, a multiple of pi.

    Raises ValueError when it is not a number, OverflowError when it exceeds the largest number allowed.

    >>> parse_number("−0,5"), parse_number("1/4"), parse_number("2 pi") == 2 * math.pi, parse_number("3 km", "km")
    (-0.5, 0.25, True, 3.0)
    """
    text = typed.strip().replace("−", "-").replace(",", ".").removesuffix(unit).lower().replace("π", "pi")
    numerator, slash, denominator = text.partition("/")
    value = _parse_factor(numerator) / (_parse_factor(denominator) if slash else 1.0)
    if not abs(value) <= LARGEST:
        raise OverflowError(typed) if abs(value) > LARGEST and any(map(str.isdigit, typed)) else ValueError(typed)
    return value


def _parse_factor(text: str) -> float:
    text = text.strip()
    if not text.endswith("pi"):
        return float(text)
    factor = text.removesuffix("pi").rstrip(" *·")
    return math.pi * {"": 1.0, "-": -1.0, "+": 1.0}.get(factor, 0.0) or math.pi * float(factor)
