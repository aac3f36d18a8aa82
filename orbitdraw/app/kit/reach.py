"""Range of a slider: map from value to track position and back, snapping, rounding, and number formatting."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from orbitdraw.slider import LARGEST

ENDLESS_FROM = 0.94
"""Track position, as a fraction, from which an endless slider gives None (shown as a word such as "for ever")."""

STEPS = 200
"""Least number of distinct values along a linear track; it sets how coarsely a dragged value is rounded."""

SHOWN_DIGITS = 6


@dataclass(frozen=True)
class Reach:
    """Range from `low` to `high`, linear or logarithmic (`log`), with `ticks` to which a dragged knob snaps.

    `soft` ends limit dragging only: a typed number may lie beyond them, but not below `floor`. `endless` is the word
    for the value None, past the upper end.

    >>> Reach(0.1, 10.0, log=True).at(0.5), Reach(0.0, 2.0).part(0.5)
    (1.0, 0.25)
    """

    low: float
    high: float
    ticks: tuple[float, ...] = ()
    log: bool = False
    soft: bool = False
    floor: float = -math.inf
    endless: str = ""
    whole: bool = False
    """True when values are whole numbers."""

    @property
    def _track(self) -> float:
        return ENDLESS_FROM - 0.04 if self.endless else 1.0

    def part(self, value: float | None) -> float:
        """Track position of a value, 0 to 1."""
        if value is None:
            return 1.0
        value = min(max(value, self.low), self.high)
        if self.log:
            along = math.log(value / self.low) / math.log(self.high / self.low)
        else:
            along = (value - self.low) / (self.high - self.low)
        return along * self._track

    def at(self, part: float) -> float | None:
        """The value at a track position, rounded to the resolution of the track."""
        if self.endless and part >= ENDLESS_FROM:
            return None
        along = min(max(part / self._track, 0.0), 1.0)
        if along in (0.0, 1.0):
            return self.high if along else self.low
        if self.log:
            return self.neat(self.low * (self.high / self.low) ** along)
        return self.neat(self.low + along * (self.high - self.low))

    def neat(self, value: float, finer: float = 1.0) -> float:
        """A value rounded to few digits and clamped to the range.

        >>> Reach(0.0, 2.4).neat(0.123456), Reach(0.1, 1000.0, log=True).neat(123.456)
        (0.12, 123.0)
        """
        if self.whole:
            return min(max(float(round(value)), self.low), self.high)
        if self.log:
            digits = 2 - math.floor(math.log10(value)) + round(math.log10(finer))
        else:
            digits = -math.floor(math.log10((self.high - self.low) / STEPS)) + round(math.log10(finer))
        return min(max(round(value, digits) + 0.0, self.low), self.high)

    def snapped(self, part: float, near: float, also: tuple[float, ...] = ()) -> float | None:
        """The value at a track position, or the nearest tick if it is no farther than `near`."""
        marks = [mark for mark in (*self.ticks, *also) if self.low <= mark <= self.high]
        nearest = min(marks, key=lambda mark: abs(self.part(mark) - part), default=None)
        if nearest is not None and abs(self.part(nearest) - part) <= near:
            return nearest
        return self.at(part)

    def stepped(self, value: float | None, step: float, finer: float = 1.0) -> float | None:
        """A value moved by a fraction of the track, as by an arrow key; rounding never cancels the step."""
        if value is None:
            return None if step > 0 else self.high
        if self.endless and step > 0 and value >= self.high:
            return None
        value = min(max(value, self.low), self.high)
        if self.whole:
            way = math.copysign(1.0, step)
            moved = float(round(float(f"{value * (self.high / self.low) ** step:.2g}"))) if self.log else value
            return min(max(way * max(way * (value + way), way * moved), self.low), self.high)
        if self.log:
            moved = value * (self.high / self.low) ** step
            return min(max(float(f"{moved:.4g}"), self.low), self.high)
        moved = value + step * (self.high - self.low)
        # Rounded to a tenth of the decade of the step, so that repeated presses pass through round numbers.
        grain = 10.0 ** math.floor(math.log10(abs(step) * (self.high - self.low)) + 1e-9) / 10
        return min(max(float(f"{round(moved / grain) * grain:.12g}"), self.low), self.high)

    def held(self, value: float) -> float:
        """A typed value, limited to the range, or to `floor` where the ends are soft."""
        value = float(round(value)) if self.whole else value
        if self.soft:
            return max(value, self.floor)
        return min(max(value, self.low), self.high)

    def covering(self, value: float | None) -> Reach:
        """The same range, widened to include a value typed beyond soft ends."""
        if value is None or not self.soft or self.low <= value <= self.high:
            return self
        if self.log and value < 1 / LARGEST:
            return self
        low, high = min(self.low, value), max(self.high, value)
        return replace(self, low=low, high=high)


def shown(value: float | None, endless: str = "") -> str:
    """A value formatted for display.

    >>> shown(-0.25), shown(1200000.0), shown(None, "for ever"), shown(1e-9)
    ('−0.25', '1.2e6', 'for ever', '1e−9')
    """
    if value is None:
        return endless or "–"
    if abs(value) >= 1e6 or 0 < abs(value) < 1e-4:
        digits, power = f"{value:.4g}".split("e") if "e" in f"{value:.4g}" else f"{value:.3e}".split("e")
        out = f"{digits.rstrip('0').rstrip('.') if '.' in digits else digits}e{int(power)}"
    else:
        out = f"{value:.{SHOWN_DIGITS}g}"
    return out.replace("-", "−")


def parsed(typed: str, unit: str = "") -> float:
    """Parse a typed number: decimal point or comma, a fraction, a multiple of pi.

    Raises ValueError when it is not a number, OverflowError when it exceeds the largest number allowed.

    >>> parsed("−0,5"), parsed("1/4"), parsed("2 pi") == 2 * math.pi, parsed("3 km", "km")
    (-0.5, 0.25, True, 3.0)
    """
    text = typed.strip().replace("−", "-").replace(",", ".").removesuffix(unit).lower().replace("π", "pi")
    over, slash, under = text.partition("/")
    value = _factor(over) / (_factor(under) if slash else 1.0)
    if not abs(value) <= LARGEST:
        raise OverflowError(typed) if abs(value) > LARGEST and any(map(str.isdigit, typed)) else ValueError(typed)
    return value


def _factor(text: str) -> float:
    text = text.strip()
    if not text.endswith("pi"):
        return float(text)
    times = text.removesuffix("pi").rstrip(" *·")
    return math.pi * {"": 1.0, "-": -1.0, "+": 1.0}.get(times, 0.0) or math.pi * float(times)
