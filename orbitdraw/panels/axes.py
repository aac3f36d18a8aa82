"""Axes of a plot: ranges, ticks, curves, markers and reference lines."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from orbitdraw.errors import InputError
from orbitdraw.panels.surface import Box, Surface

Floats = NDArray[np.float64]


def nice_ticks(low: float, high: float, count: int = 5) -> list[float]:
    """About `count` ticks between two ends, in steps of 1, 2 or 5 times a power of ten.

    >>> nice_ticks(0, 1)
    [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]
    """
    span = high - low
    if not (span > 0 and math.isfinite(span)):
        return [low]
    raw_step = span / max(count, 1)
    power_of_ten = 10.0 ** math.floor(math.log10(raw_step))
    step = next((m * power_of_ten for m in (1, 2, 5) if m * power_of_ten >= raw_step * 0.75), 10 * power_of_ten)
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    return [round(i * step, 12 - round(math.log10(power_of_ten))) for i in range(first, last + 1)]


def log_ticks(low: float, high: float, count: int = 5) -> list[float]:
    """Powers of ten between two ends, thinned when there are many.

    >>> log_ticks(0.5, 2000)
    [1.0, 10.0, 100.0, 1000.0]
    """
    first, last = math.ceil(math.log10(low) - 1e-9), math.floor(math.log10(high) + 1e-9)
    stride = max(1, math.ceil((last - first + 1) / max(count, 1)))
    return [10.0**i for i in range(first, last + 1, stride)] or [low, high]


_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def label(value: float, log: bool = False) -> str:
    """The text of a tick: a number in plain or scientific notation.

    >>> label(-0.5), label(1000.0, log=True), label(1e-4, log=True)
    ('−0.5', '1000', '10⁻⁴')
    """
    if value and ((log and not 0.01 <= abs(value) < 10_000) or abs(value) >= 1e5 or abs(value) < 1e-3):
        power = math.floor(math.log10(abs(value)) + 1e-9)
        lead = value / 10.0**power
        front = "" if abs(lead - 1) < 1e-9 else f"{lead:.3g}·".replace("-", "−")
        return front + "10" + str(power).translate(_SUPERSCRIPTS)
    return f"{value:.6g}".replace("-", "−")


class Axes:
    """A plot in a box. `x` and `y` are the ranges of values; everything outside is clipped.

    `xlog`, `ylog` make a scale logarithmic; `xlabel`, `ylabel` are the labels; `xticks`, `yticks` replace the ticks
    (a list of values, empty for none); `equal` gives both axes one scale by widening one range.
    """

    def __init__(
        self,
        painter: Surface,
        box: Box,
        x: tuple[float, float],
        y: tuple[float, float],
        *,
        xlog: bool = False,
        ylog: bool = False,
        xlabel: str = "",
        ylabel: str = "",
        xticks: list[float] | None = None,
        yticks: list[float] | None = None,
        equal: bool = False,
        size: float = 20.0,
    ) -> None:
        for name, (low, high), log in (("x", x, xlog), ("y", y, ylog)):
            if not (math.isfinite(low) and math.isfinite(high) and low < high) or (log and low <= 0):
                raise InputError(f"axes need {name} = (low, high) with {'0 < ' * log}low < high, not ({low}, {high})")
        self.painter, self.xlog, self.ylog = painter, xlog, ylog
        left, top, wide, high_ = box
        head = 2.0 * size if ylabel else 0.4 * size
        foot = (1.5 * size if xticks != [] else 0.3 * size) + (1.3 * size if xlabel else 0.0)
        ys = (log_ticks if ylog else nice_ticks)(*y, max(2, int(high_ / 90))) if yticks is None else yticks
        names = [label(value, ylog) for value in ys]
        side = max((painter.text_width(name, size) for name in names), default=0.0) + (0.6 * size if names else 0.0)
        self.box: Box = (left + side, top + head, max(wide - side, 1.0), max(high_ - head - foot, 1.0))
        if equal:
            x, y = _equal_scale(x, y, self.box[2] / self.box[3])
        self.x, self.y = x, y
        xs = (log_ticks if xlog else nice_ticks)(*x, max(2, int(wide / 140))) if xticks is None else xticks
        bx, by, bw, bh = self.box
        for value, name in zip(ys, names, strict=True):
            height = float(self.at(x[0], value)[1])
            if by - 1 <= height <= by + bh + 1:
                painter.line([(bx, height), (bx + bw, height)], "faint", 1.2)
                painter.text(name, (bx - 0.5 * size, height), size, "quiet", "right", valign="middle")
        for value in xs:
            across = float(self.at(value, y[0])[0])
            if bx - 1 <= across <= bx + bw + 1:
                painter.line([(across, by + bh), (across, by + bh + 0.35 * size)], "quiet", 1.2)
                painter.text(label(value, xlog), (across, by + bh + 0.4 * size), size, "quiet", "center")
        painter.line([(bx, by + bh), (bx + bw, by + bh)], "quiet", 1.4)
        if xlabel:
            painter.text(xlabel, (bx + bw, top + high_), size, "quiet", "right", valign="bottom")
        if ylabel:
            painter.text(ylabel, (left, top), size, "quiet", valign="top")

    def at(self, x: ArrayLike, y: ArrayLike) -> Floats:
        """Positions (..., 2) on the picture of values x, y."""
        left, top, wide, high = self.box
        across = _fraction(np.asarray(x, dtype=np.float64), self.x, self.xlog)
        up = _fraction(np.asarray(y, dtype=np.float64), self.y, self.ylog)
        return np.stack(np.broadcast_arrays(left + wide * across, top + high * (1.0 - up)), axis=-1)

    def curve(
        self,
        x: ArrayLike,
        y: ArrayLike,
        color: str | None = "accent",
        width: float = 3.0,
        alpha: float = 1.0,
        fill: float = 0.0,
    ) -> None:
        """Draw a line through values; NaN lifts the pen. `fill` is the opacity of the area between it and zero."""
        points = self.at(x, y)
        if fill > 0:
            zero = min(max(0.0, self.y[0]), self.y[1]) if not self.ylog else self.y[0]
            self.painter.fill(points, float(self.at(self.x[0], zero)[1]), color, fill, self.box)
        self.painter.line(points, color, width, alpha, _expand(self.box, width))

    def markers(
        self, x: ArrayLike, y: ArrayLike, color: str | None = "accent", radius: float = 6.0, alpha: float = 1.0
    ) -> None:
        """Draw a disc at each pair of values within the ranges."""
        for point in self.at(x, y).reshape(-1, 2):
            if self.contains(point):
                self.painter.disc(point.tolist(), radius, color, alpha)

    def bars(self, edges: ArrayLike, heights: ArrayLike, color: str | None = "second", alpha: float = 0.55) -> None:
        """Draw a histogram: heights (n,) between edges (n + 1,)."""
        cuts, tops = np.asarray(edges, dtype=np.float64), np.asarray(heights, dtype=np.float64)
        floor = float(self.at(self.x[0], self.y[0] if self.ylog else min(max(0.0, self.y[0]), self.y[1]))[1])
        lefts, rights = self.at(cuts[:-1], tops), self.at(cuts[1:], tops)
        for (x0, y0), (x1, _) in zip(lefts.tolist(), rights.tolist(), strict=True):
            x0, x1 = max(x0, self.box[0]), min(x1, self.box[0] + self.box[2])
            y0 = min(max(y0, self.box[1]), self.box[1] + self.box[3]) if math.isfinite(y0) else floor
            if x1 > x0 and floor != y0:
                gap = min(1.5, 0.15 * (x1 - x0))
                self.painter.rect((x0 + gap / 2, min(y0, floor), x1 - x0 - gap, abs(floor - y0)), color, alpha)

    def level(
        self, y: float, name: str = "", color: str | None = "quiet", width: float = 1.6, end: str = "right"
    ) -> None:
        """Draw a horizontal reference line, labelled at its right or left `end`."""
        left, _, wide, _ = self.box
        height = float(self.at(self.x[0], y)[1])
        if self.contains(np.array([left, height])):
            self.painter.line([(left, height), (left + wide, height)], color, width, 0.9)
            if name:
                at = left + (wide - 6 if end == "right" else 6)
                self.painter.text(name, (at, height - 3), 20, color, end, valign="bottom")

    def upright(self, x: float, name: str = "", color: str | None = "quiet", width: float = 1.6) -> None:
        """Draw a vertical reference line, labelled at its top."""
        _, top, _, high = self.box
        across = float(self.at(x, self.y[0])[0])
        if self.contains(np.array([across, top])):
            self.painter.line([(across, top), (across, top + high)], color, width, 0.9)
            if name:
                self.painter.text(name, (across + 6, top), 20, color)

    def contains(self, point: Floats) -> bool:
        """True when a position on the picture lies in the plot."""
        left, top, wide, high = self.box
        return bool(left - 1 <= point[0] <= left + wide + 1 and top - 1 <= point[1] <= top + high + 1)


def _fraction(value: Floats, ends: tuple[float, float], log: bool) -> Floats:
    low, high = ends
    if log:
        with np.errstate(invalid="ignore", divide="ignore"):
            value = np.where(value > 0, np.log(np.where(value > 0, value, 1.0)), np.nan)
        low, high = math.log(low), math.log(high)
    with np.errstate(over="ignore", invalid="ignore"):
        return np.asarray((value - low) / (high - low))


def _expand(box: Box, by: float) -> Box:
    return (box[0] - by, box[1] - by, box[2] + 2 * by, box[3] + 2 * by)


def _equal_scale(
    x: tuple[float, float], y: tuple[float, float], aspect: float
) -> tuple[tuple[float, float], tuple[float, float]]:
    if (x[1] - x[0]) < aspect * (y[1] - y[0]):
        middle, half = (x[0] + x[1]) / 2, aspect * (y[1] - y[0]) / 2
        return (middle - half, middle + half), y
    middle, half = (y[0] + y[1]) / 2, (x[1] - x[0]) / aspect / 2
    return x, (middle - half, middle + half)
