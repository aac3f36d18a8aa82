"""Palettes by name: 256 colours interpolated in the perceptually uniform Oklab space."""

from __future__ import annotations

import json
from functools import cache, lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from orbitdraw.errors import InputError, suggestion
from orbitdraw.runtime import lazy
from orbitdraw.runtime.resources import asset

if TYPE_CHECKING:
    import cmap
else:
    cmap = lazy.module("cmap")

Floats = NDArray[np.float64]
Bytes = NDArray[np.uint8]

# Oklab: B. Ottosson, "A perceptual color space for image processing" (2020), https://bottosson.github.io/posts/oklab
_TO_LMS = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)


def linear(srgb: ArrayLike) -> Floats:
    """Linear light of sRGB values in [0, 1].

    >>> linear([0.0, 0.5, 1.0]).round(4).tolist()
    [0.0, 0.214, 1.0]
    """
    value = np.asarray(srgb, dtype=np.float64)
    return np.where(value <= 0.04045, value / 12.92, ((np.maximum(value, 0.0) + 0.055) / 1.055) ** 2.4)


def to_srgb(light: ArrayLike) -> Floats:
    """sRGB values of linear light, clipped to [0, 1]."""
    value = np.clip(np.asarray(light, dtype=np.float64), 0.0, 1.0)
    return np.where(value <= 0.0031308, 12.92 * value, 1.055 * value ** (1 / 2.4) - 0.055)


def oklab(srgb: ArrayLike) -> Floats:
    """Oklab coordinates (..., 3), lightness and two opponent colours, of sRGB values in [0, 1]."""
    lab: Floats = np.cbrt(linear(srgb) @ _TO_LMS.T) @ _TO_LAB.T
    return lab


def from_oklab(lab: Floats) -> Floats:
    """sRGB values of Oklab coordinates: the inverse of `oklab`."""
    return to_srgb((lab @ np.linalg.inv(_TO_LAB).T) ** 3 @ np.linalg.inv(_TO_LMS).T)


def rgb_of_hex(color: str) -> Floats:
    """sRGB values in [0, 1] of "#rrggbb".

    >>> rgb_of_hex("#ff8000").round(2).tolist()
    [1.0, 0.5, 0.0]
    """
    try:
        if len(color) != 7 or color[0] != "#":
            raise ValueError
        return np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)]) / 255.0
    except (ValueError, TypeError):
        raise InputError(f"a colour is written #rrggbb, not {color!r}") from None


@cache
def _stops() -> dict[str, list[str]]:
    stops: dict[str, list[str]] = json.loads(asset("palettes.json").read_text(encoding="utf-8"))
    return stops


def palette_names() -> list[str]:
    """Names of the palettes that come with orbitdraw; any name of the cmap catalogue works too.

    >>> "ember" in palette_names()
    True
    """
    return list(_stops())


@lru_cache(maxsize=64)
def _palette(name: str) -> Bytes:
    stops = _stops()
    table = blend([rgb_of_hex(color) for color in stops[name]]) if name in stops else _from_cmap(name)
    table.flags.writeable = False
    return table


def palette(name: str) -> Bytes:
    """The 256 colours of a palette, (256, 3) sRGB bytes, from no ink to full ink. Raises InputError.

    >>> palette("ember").shape, palette("viridis")[0].tolist()
    ((256, 3), [68, 1, 84])
    """
    if not isinstance(name, str):
        raise InputError(f"a palette is a name, not {name!r}; {suggestion('', palette_names())}")
    return _palette(name)


def blend(colors: list[Floats], count: int = 256) -> Bytes:
    """`count` colours on a monotone cubic spline through the given ones, which are evenly spaced, in Oklab."""
    knots = oklab(np.array(colors))
    at = np.linspace(0.0, len(knots) - 1.0, count)
    left = np.minimum(at.astype(int), len(knots) - 2)
    t = (at - left)[:, None]
    slope = np.diff(knots, axis=0)
    tangent = np.zeros_like(knots)
    # Harmonic mean tangents (Fritsch and Butland 1984): smooth at the given colours, without overshoot.
    same_sign = slope[1:] * slope[:-1] > 0
    total = np.where(same_sign, slope[1:] + slope[:-1], 1.0)
    tangent[1:-1] = np.where(same_sign, 2.0 * slope[1:] * slope[:-1] / total, 0.0)
    tangent[0], tangent[-1] = slope[0], slope[-1]
    a, b, u, v = knots[left], knots[left + 1], tangent[left], tangent[left + 1]
    lab = a + t * (u + t * (3 * (b - a) - 2 * u - v + t * (2 * (a - b) + u + v)))
    return np.asarray(np.round(255 * from_oklab(lab)), dtype=np.uint8)


def _from_cmap(name: str) -> Bytes:
    # cmap also accepts a single colour ("red") or a file as a palette; only its catalogue is allowed here.
    catalogue = cmap.Colormap.catalog()
    try:
        if name not in catalogue.short_keys() and name not in catalogue.unique_keys():
            raise KeyError(name)
        colors = np.asarray(cmap.Colormap(name)(np.linspace(0.0, 1.0, 256)))
    except Exception:
        names = set(palette_names()) | set(catalogue.short_keys())
        hint = suggestion(name, names)
        if not hint.startswith("did"):
            hint = suggestion("", palette_names()) + ", and all names of the cmap catalogue"
        raise InputError(f"palette {name!r} is unknown; {hint}") from None
    return np.asarray(np.round(255 * np.clip(colors[:, :3], 0.0, 1.0)), dtype=np.uint8)


def _section(name: str, dark: float, bright: float) -> Floats:
    """256 sRGB colours from the section of the palette whose ends have a lightness from `dark` to `bright`."""
    colors = palette(name) / 255.0
    lightness = oklab(colors)[:, 0]
    within = np.flatnonzero((lightness >= dark) & (lightness <= bright))
    if len(within) < 2:
        return colors
    at = np.linspace(within[0], within[-1], 256)
    return np.stack([np.interp(at, np.arange(256), colors[:, k]) for k in range(3)], axis=1)


@lru_cache(maxsize=64)
def emitted_light(name: str) -> Floats:
    """Light that pens of the palette's colours emit on a dark ground, (256, 3) linear.

    Palettes begin dark, for no ink, and many end in white; pens must be visible and coloured, so they take the
    section between, and their strengths are evened out.
    """
    emitted = linear(_section(name, 0.34, 0.90))
    return np.asarray(emitted / np.maximum(emitted.max(axis=1, keepdims=True), 1e-3) ** 0.75)


@lru_cache(maxsize=64)
def optical_depths(name: str) -> Floats:
    """Optical depth (256, 3) of pens of the palette's colours: one layer on white shows the colour itself.

    Bright colours would vanish on paper and the darkest look alike: pens take the section between, with their
    lightness limited; hue and order stay.
    """
    lab = oklab(_section(name, 0.24, 0.86))
    lab[:, 0] *= 0.62 / max(float(lab[:, 0].max()), 0.62)
    return np.asarray(-np.log(np.clip(linear(from_oklab(lab)), 0.012, 1.0)))


def layer_inks(style: str, name: str) -> Floats:
    """Ink (256, planes) that a full layer of each of the palette's colours adds in a style."""
    if style == "density":
        return np.ones((256, 1))
    return emitted_light(name) if style == "light" else optical_depths(name)
