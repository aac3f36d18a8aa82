"""Painter of shapes on top of a picture: lines, discs, rectangles, bitmaps, text."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from orbitdraw.errors import InputError
from orbitdraw.ink import kernels as ink_kernels
from orbitdraw.ink import lines
from orbitdraw.ink.palette import palette, rgb_of_hex
from orbitdraw.ink.tone import Picture
from orbitdraw.ink.units import LAYER
from orbitdraw.panels import kernels
from orbitdraw.panels.axes import Axes
from orbitdraw.panels.surface import Box
from orbitdraw.panels.text import glyphs, text_size

_PEN = np.full((256, 1), float(LAYER))

THEMES: dict[str, dict[str, str]] = {
    "dark": {
        "ink": "#e8eaf0", "quiet": "#8a90a2", "faint": "#2a2e3a", "plate": "#11141c",
        "accent": "#f5a550", "second": "#5ebfd6", "third": "#c58af0", "good": "#7fd08a", "bad": "#f0706a",
    },
    "paper": {
        "ink": "#23242b", "quiet": "#75757d", "faint": "#d9d4c8", "plate": "#fdfbf6",
        "accent": "#c2551d", "second": "#1d6f92", "third": "#7a3f9e", "good": "#35803f", "bad": "#b8322f",
    },
}  # fmt: skip
"""Colours by role, for dark backgrounds and for paper. Panels name roles and so suit both."""


class Painter:
    """Draws on a picture. Lengths are thousandths of the picture's shorter side, from its top left corner, so that a
    thumbnail and a poster look alike; colours are "#rrggbb" or a role of the theme ("ink", "quiet", "accent", ...).

    >>> painter = Painter(Picture(np.zeros((90, 160), dtype=np.uint32)))
    >>> round(painter.width), round(painter.height)
    (1778, 1000)
    >>> painter.disc((500, 500), 100, "#ff0000")
    >>> hex(painter.pixels[45, 45])
    '0xff0000'
    """

    def __init__(self, picture: Picture | NDArray[np.uint32]) -> None:
        if isinstance(picture, Picture):
            picture.levels = picture.palette = None  # they no longer match pixels that are drawn over
            self.pixels, self.top, size = picture.pixels, picture.top, picture.size
            self.theme = THEMES["paper" if picture.style == "paper" else "dark"]
        else:
            self.pixels, self.top, size = picture, 0, (picture.shape[1], picture.shape[0])
            self.theme = THEMES["dark"]
        self.unit = min(size) / 1000.0
        """Pixels in one unit of length."""
        self.width, self.height = size[0] / self.unit, size[1] / self.unit

    def color(self, name: str | None) -> tuple[float, float, float]:
        """RGB from 0 to 255 of a colour: a role of the theme, "#rrggbb", or None for "ink"."""
        text = self.theme.get(name or "ink", name or "ink")
        r, g, b = (255.0 * rgb_of_hex(text)).tolist()
        return r, g, b

    def line(
        self,
        points: ArrayLike,
        color: str | None = None,
        width: float = 2.0,
        alpha: float = 1.0,
        clip: Box | None = None,
    ) -> None:
        """Draw a line through points (n, 2), clipped to `clip`; a point that is not finite lifts the pen."""
        vertices = self.unit * np.asarray(points, dtype=np.float64).reshape(-1, 2)
        if len(vertices) < 2:
            return
        pen_width = width * self.unit
        rows, columns = self._bounds(vertices, pen_width + 1.0, clip)
        if rows[0] >= rows[1] or columns[0] >= columns[1]:
            return
        segments = self._joined_segments(vertices, pen_width, rows, columns)
        mask = np.zeros((rows[1] - rows[0], columns[1] - columns[0], 1), dtype=np.uint32)
        # Lines of a diagram are at least 0.6 pixels wide, so that they stay legible.
        drawn_width = max(pen_width, 0.6)
        lines.draw_segments(mask, 0, segments, len(segments), drawn_width, _PEN)
        kernels.apply_tint(self.pixels, rows[0] - self.top, columns[0], mask, float(LAYER), *self.color(color), alpha)

    def disc(self, at: Sequence[float], radius: float, color: str | None = None, alpha: float = 1.0) -> None:
        """Draw a filled circle."""
        self.rect((at[0] - radius, at[1] - radius, 2 * radius, 2 * radius), color, alpha, corner=radius)

    def ring(
        self, at: Sequence[float], radius: float, color: str | None = None, width: float = 2.0, alpha: float = 1.0
    ) -> None:
        """Draw a circle; its line lies inside the radius."""
        self.rect((at[0] - radius, at[1] - radius, 2 * radius, 2 * radius), color, alpha, corner=radius, rim=width)

    def rect(
        self, box: Box, color: str | None = None, alpha: float = 1.0, corner: float = 0.0, rim: float = 0.0
    ) -> None:
        """Draw a rectangle with corners of radius `corner`, filled, or outlined with the width `rim`."""
        if not all(map(math.isfinite, box)):
            return
        left, top, wide, high = (self.unit * float(side) for side in box)
        corner = min(corner * self.unit, wide / 2, high / 2)
        kernels.draw_rounded_rect(
            self.pixels, self.top, left, top, wide, high, corner, rim * self.unit, *self.color(color), alpha
        )

    def fill(
        self, points: ArrayLike, base: float, color: str | None = None, alpha: float = 0.25, clip: Box | None = None
    ) -> None:
        """Fill the area between a curve (n, 2), its x not decreasing, and the height `base`."""
        vertices = self.unit * np.asarray(points, dtype=np.float64).reshape(-1, 2)
        if len(vertices) < 2:
            return
        (_first, _last), (left, right) = self._bounds(vertices, 1.0, clip)
        columns = np.arange(left, right) + 0.5
        edge = np.interp(columns, vertices[:, 0], vertices[:, 1], left=np.nan, right=np.nan)
        bottom = base * self.unit
        if clip is not None:
            low, high = clip[1] * self.unit, (clip[1] + clip[3]) * self.unit
            edge, bottom = np.clip(edge, low, high), min(max(bottom, low), high)
        kernels.fill_under(self.pixels, self.top, left, np.ascontiguousarray(edge), bottom, *self.color(color), alpha)

    def bitmap(
        self,
        array: ArrayLike,
        box: Box,
        palette_name: str = "silver",
        low: float | None = None,
        high: float | None = None,
        centred: bool = False,
    ) -> None:
        """Draw a matrix (rows, columns) as cells with sharp edges, filling the box; NaN cells stay transparent.

        Values from `low` to `high` (default: the array's range) map to the palette. `centred` maps zero to its middle,
        for diverging palettes such as "tide".
        """
        values = np.atleast_2d(np.asarray(array, dtype=np.float64))
        if values.ndim != 2:
            raise InputError(f"a bitmap needs an array (rows, columns), not {values.shape}")
        finite = values[np.isfinite(values)]
        if not finite.size:
            return
        if centred:
            bound = max(abs(low or 0.0), abs(high or 0.0)) or float(np.abs(finite).max()) or 1.0
            low, high = -bound, bound
        low = float(finite.min()) if low is None else low
        high = float(finite.max()) if high is None else high
        table = palette(palette_name).astype(np.uint32)
        level = np.nan_to_num((values - low) / ((high - low) or 1.0), nan=0.0, posinf=1.0, neginf=0.0)
        colors = table[(np.clip(level, 0.0, 1.0) * 255.0 + 0.5).astype(np.intp)]
        cells = (colors[..., 0] << 16) | (colors[..., 1] << 8) | colors[..., 2]
        left, top, wide, high_px = (self.unit * float(side) for side in box)
        x0, x1 = max(0, round(left)), min(self.pixels.shape[1], round(left + wide))
        y0, y1 = max(self.top, round(top)), min(self.top + len(self.pixels), round(top + high_px))
        if x0 >= x1 or y0 >= y1:
            return
        column = np.clip(
            ((np.arange(x0, x1) + 0.5 - left) / wide * values.shape[1]).astype(int), 0, values.shape[1] - 1
        )
        row = np.clip(((np.arange(y0, y1) + 0.5 - top) / high_px * values.shape[0]).astype(int), 0, values.shape[0] - 1)
        target = self.pixels[y0 - self.top : y1 - self.top, x0:x1]
        visible = ~np.isnan(values)[row[:, None], column]
        np.copyto(target, cells[row[:, None], column].astype(np.uint32), where=visible)

    def text(
        self,
        string: str,
        at: Sequence[float],
        size: float = 26.0,
        color: str | None = None,
        align: str = "left",
        face: str = "regular",
        alpha: float = 1.0,
        valign: str = "top",
    ) -> None:
        """Draw a line of text; `at` is its left, center or right (`align`) and its top, middle or bottom (`valign`)."""
        cover = glyphs(string, face, self._font_size(size))
        high, wide = cover.shape[:2]
        x = self.unit * at[0] - wide * {"left": 0.0, "center": 0.5, "right": 1.0}[align]
        y = self.unit * at[1] - high * {"top": 0.0, "middle": 0.5, "bottom": 1.0}[valign]
        kernels.apply_tint(self.pixels, round(y) - self.top, round(x), cover, 255.0, *self.color(color), alpha)

    def text_width(self, string: str, size: float = 26.0, face: str = "regular") -> float:
        """The width of a line of text."""
        return text_size(string, face, self._font_size(size))[0] / self.unit

    def _font_size(self, size: float) -> float:
        """Font size in pixels, rounded to a quarter, so that the cache of fonts and glyphs stays small."""
        return max(3.0, round(4 * size * self.unit) / 4)

    def boxes(
        self, columns: int = 1, rows: int = 1, margin: float = 40.0, gap: float = 30.0, within: Box | None = None
    ) -> list[Box]:
        """A grid of equal boxes within the picture or a box, row by row.

        >>> Painter(np.zeros((100, 100), dtype=np.uint32)).boxes(2, 1, margin=100, gap=200)
        [(100.0, 100.0, 300.0, 800.0), (600.0, 100.0, 300.0, 800.0)]
        """
        left, top, wide, high = within or (0.0, 0.0, self.width, self.height)
        w = (wide - 2 * margin - gap * (columns - 1)) / columns
        h = (high - 2 * margin - gap * (rows - 1)) / rows
        return [
            (left + margin + c * (w + gap), top + margin + r * (h + gap), w, h)
            for r in range(rows)
            for c in range(columns)
        ]

    def panel(self, box: Box, title: str = "", note: str = "") -> Box:
        """Draw the background of a panel with a title; return the box inside it."""
        self.rect(box, "plate", 0.82, corner=14)
        self.rect(box, "faint", 0.8, corner=14, rim=1.2)
        left, top, wide, high = box
        head = 26.0
        if title:
            self.text(title, (left + 24, top + 18), 26, "ink", face="bold")
            head = 62.0
        if note:
            self.text(note, (left + wide - 24, top + 21), 22, "quiet", "right")
        return (left + 24, top + head, wide - 48, high - head - 22)

    def axes(self, box: Box, x: tuple[float, float], y: tuple[float, float], **options: Any) -> Axes:
        """Axes in a box: see `Axes`."""
        return Axes(self, box, x, y, **options)

    def _bounds(
        self, vertices: NDArray[np.float64], margin: float, clip: Box | None
    ) -> tuple[tuple[int, int], tuple[int, int]]:
        """Rows and columns of the picture that a shape can touch."""
        high, wide = self.pixels.shape
        left, top, right, bottom = 0.0, float(self.top), float(wide), float(self.top + high)
        if clip is not None:
            left, right = max(left, clip[0] * self.unit), min(right, (clip[0] + clip[2]) * self.unit)
            top, bottom = max(top, clip[1] * self.unit), min(bottom, (clip[1] + clip[3]) * self.unit)
        finite = vertices[np.isfinite(vertices).all(axis=1)]
        if len(finite):
            (low_x, low_y), (high_x, high_y) = finite.min(axis=0) - margin, finite.max(axis=0) + margin
            left, right = max(left, low_x), min(right, high_x)
            top, bottom = max(top, low_y), min(bottom, high_y)
        else:
            right, bottom = left, top
        return (math.floor(top), math.ceil(bottom)), (math.floor(left), math.ceil(right))

    @staticmethod
    def _joined_segments(
        vertices: NDArray[np.float64], pen_width: float, rows: tuple[int, int], columns: tuple[int, int]
    ) -> NDArray[np.float64]:
        """Segments clipped to the bounds, with mitred joints where two meet."""
        path = np.ascontiguousarray((vertices * (1.0, -1.0))[:, None, :])
        no_velocity = np.full_like(path, np.nan)
        out = np.empty((len(vertices), 11))
        ones = np.ones((1, 1))
        count = ink_kernels.flatten(
            path, no_velocity, ones, ones, ones[0], 0, 1, 1.0, -float(columns[0]), -float(rows[0]), 1.0,
            pen_width, float(columns[1] - columns[0]), float(rows[1] - rows[0]), out,
        )  # fmt: skip
        segments = out[:count]
        direction = segments[:, 2:4] - segments[:, 0:2]
        length = np.hypot(*direction.T)
        segments, direction = segments[length > 0], direction[length > 0] / length[length > 0, None]
        joints = np.flatnonzero((segments[:-1, 2:4] == segments[1:, 0:2]).all(axis=1))
        bisector = direction[joints] + direction[joints + 1]
        segments[:, 4:6], segments[:, 6:8] = direction, direction
        segments[joints, 6:8], segments[joints + 1, 4:6] = bisector, bisector
        return np.ascontiguousarray(segments)
