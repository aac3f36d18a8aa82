"""Tone mapping of ink to colour: three looks, each a tone curve in a look-up table."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from orbitdraw.errors import InputError
from orbitdraw.ink import kernels
from orbitdraw.ink.canvas import Canvas
from orbitdraw.ink.marks import temporary_marks
from orbitdraw.ink.palette import linear, palette, rgb_of_hex, to_srgb
from orbitdraw.ink.units import LAYER
from orbitdraw.runtime.threads import parallel_for

Bytes = NDArray[np.uint8]
Pixels = NDArray[np.uint32]

STEPS = 4096
"""Entries of a tone table over t = x / (1 + x): x from 0 to 4095 in invisible steps, without `exp` per pixel."""

DARK = "#0a0c12"
"""Background of the light look: black with a little blue, distinct from an empty screen."""

LIGHT = "#f7f3ea"
"""Background of the paper look: white, slightly warm."""

DENSITY_FULL = 40.0
"""Layers of ink from which the density look shows the last colour of its palette."""

SHOULDER = 2.0
"""Shoulder n of the tone curve in `response`. For n to infinity it is 1 - exp(-x), the curve of film, which is at the
top level after five layers of ink; n = 2 takes twenty, so that a drawing of several minutes still shows its lines, and
at n = 1 nothing is bright."""


@dataclass
class Picture:
    """A developed canvas. `pixels` (height, width) are 0x00RRGGBB; `levels` and `palette` are the same picture as
    indexed colour, for the density look while nothing is drawn on top, and None otherwise."""

    pixels: Pixels
    levels: Bytes | None = None
    palette: Bytes | None = None
    style: str = "light"
    full: tuple[int, int] | None = None
    """Size of the whole picture, when this is a band of it."""
    top: int = 0
    """The row of the whole picture at which this one begins."""
    ground: int = 0
    """Background colour, 0x00RRGGBB; dithering may change a pixel by one level."""

    def rgb(self) -> Bytes:
        """The pixels as bytes (height, width, 3).

        >>> Picture(np.array([[0x102030]], dtype=np.uint32)).rgb().tolist()
        [[[16, 32, 48]]]
        """
        shifts = np.array([16, 8, 0], dtype=np.uint32)
        return np.asarray((self.pixels[..., None] >> shifts) & 255, dtype=np.uint8)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the whole picture."""
        return self.full or (self.pixels.shape[1], self.pixels.shape[0])


def develop(canvas: Canvas, exposure: float = 1.0, out: Pixels | None = None) -> Picture:
    """The picture of a canvas: ink times exposure through the tone curve of its look, with the marks on top.

    It depends on the canvas and the exposure alone. Pixels are written to `out` (height, width) uint32 if given.
    Raises InputError for an exposure that is not above 0.
    """
    if not (np.isfinite(exposure) and exposure > 0):
        raise InputError(f"exposure must be a number above 0, not {exposure}")
    rows, columns = canvas.counts.shape[:2]
    if out is None:
        out = np.empty((rows, columns), dtype=np.uint32)
    with temporary_marks(canvas, exposure):
        picture = {"density": _density, "light": _light, "paper": _paper}[canvas.look.style](canvas, exposure, out)
    picture.style = canvas.look.style
    picture.full, picture.top = canvas.size, canvas.rows[0]
    picture.ground = background_of(canvas.look.style, canvas.look.palette)
    return picture


@lru_cache(maxsize=64)
def background_of(style: str, name: str) -> int:
    """Background colour, 0x00RRGGBB, of a style with the palette of this name.

    >>> hex(background_of("light", "ember"))
    '0xa0c12'
    """
    if style == "density":
        return int(_pack_rgb(palette(name))[0])
    return int({"light": DARK, "paper": LIGHT}[style].removeprefix("#"), 16)


def _curve(top: int) -> NDArray[np.float64]:
    """x at the middle of each entry of a table over t = x / (1 + x)."""
    t = (np.arange(top) + 0.5) / top
    return np.asarray(t / (1.0 - t))


@lru_cache(maxsize=8)
def _density_levels() -> Bytes:
    # Logarithmic, so that a single orbit and a dense crowd are both visible.
    level = np.log1p(6.0 * _curve(STEPS)) / np.log1p(6.0 * DENSITY_FULL)
    return np.asarray(np.clip(level, 0.0, 1.0) * 255.0 + 0.5, dtype=np.uint8)


def _pack_rgb(colors: Bytes) -> Pixels:
    r, g, b = colors.astype(np.uint32).T
    return np.ascontiguousarray((r << 16) | (g << 8) | b)


def _density(canvas: Canvas, exposure: float, out: Pixels) -> Picture:
    colors = palette(canvas.look.palette)
    ink = canvas.counts[:, :, 0]
    levels = np.empty(ink.shape, dtype=np.uint8)
    gain, curve, packed = exposure / LAYER, _density_levels(), _pack_rgb(colors)
    parallel_for(
        lambda a, b: kernels.color_density(ink[a:b], gain, curve, packed, levels[a:b], out[a:b]),
        len(ink),
        1,
        _rows(canvas),
    )
    return Picture(out, levels, colors)


def response(layers: ArrayLike) -> NDArray[np.float64]:
    """Light, from 0 to 1, of x layers of ink: 1 - (1 + x / n)^-n with n = SHOULDER. Linear for faint ink, and below
    white for any amount.

    >>> response([0.0, 1.0, 2.0]).round(4).tolist()
    [0.0, 0.5556, 0.75]
    """
    return np.asarray(1.0 - (1.0 + np.asarray(layers, dtype=np.float64) / SHOULDER) ** -SHOULDER)


def layers_of(light: ArrayLike) -> NDArray[np.float64]:
    """Layers of ink that give this much light: the inverse of `response`.

    >>> layers_of(response([0.25, 4.0])).round(12).tolist()
    [0.25, 4.0]
    """
    return np.asarray(SHOULDER * ((1.0 - np.asarray(light, dtype=np.float64)) ** (-1.0 / SHOULDER) - 1.0))


@lru_cache(maxsize=8)
def _light_curves() -> NDArray[np.uint16]:
    shown = to_srgb(response(_curve(STEPS)))
    return np.tile(np.asarray(shown * 255.0 * 256.0, dtype=np.uint16), (3, 1))


@lru_cache(maxsize=8)
def _paper_curves() -> NDArray[np.uint16]:
    shown = to_srgb(linear(rgb_of_hex(LIGHT))[:, None] * np.exp(-_curve(STEPS)))
    return np.ascontiguousarray(shown * 255.0 * 256.0, dtype=np.uint16)


@lru_cache(maxsize=1)
def _dither() -> NDArray[np.uint16]:
    """Bayer's ordered dithering matrix 8 x 8, from 0 to 252."""
    cells = np.zeros((1, 1), dtype=np.uint16)
    for _ in range(3):
        cells = np.block([[4 * cells, 4 * cells + 2], [4 * cells + 3, 4 * cells + 1]])
    return np.ascontiguousarray(cells * 4, dtype=np.uint16)


def _light(canvas: Canvas, exposure: float, out: Pixels) -> Picture:
    ground = layers_of(linear(rgb_of_hex(DARK)))  # the ink that is shown as DARK
    glow, strength = np.zeros((1, 1, 3), dtype=np.float32), 0.0
    sx, tx, sy, ty = 1.0, 0.0, 1.0, 0.0
    if canvas.halo is not None and float(canvas.look.glow) > 0:  # type: ignore[arg-type]
        glow, strength = kernels.compute_glow(canvas.halo.counts), float(canvas.look.glow)  # type: ignore[arg-type]
        (scale, ox, oy), (small, hx, hy) = canvas.view.pixels(canvas.size), canvas.view.pixels(canvas.halo.size)
        # Maps pixel centres of the picture, through world coordinates, to pixel centres of the halo.
        sx = sy = small / scale
        tx, ty = hx + (0.5 - ox) * sx - 0.5, hy + (0.5 - oy) * sy - 0.5
    return _color(canvas, exposure, out, ground, _light_curves(), (glow, strength * exposure / LAYER, sx, tx, sy, ty))


def _paper(canvas: Canvas, exposure: float, out: Pixels) -> Picture:
    blank = (np.zeros((1, 1, 3), dtype=np.float32), 0.0, 1.0, 0.0, 1.0, 0.0)
    return _color(canvas, exposure, out, np.zeros(3), _paper_curves(), blank)


def _color(
    canvas: Canvas,
    exposure: float,
    out: Pixels,
    ground: NDArray[np.float64],
    curves: NDArray[np.uint16],
    glow: tuple[Any, ...],
) -> Picture:
    ink, first = canvas.counts.reshape(len(canvas.counts), -1), canvas.rows[0]
    gain, base, dither = exposure / LAYER, ground.astype(np.float32), _dither()
    image, strength, sx, tx, sy, ty = glow
    if min(image.shape[:2]) < 2 or not strength > 0:
        image = image[:0]
    # Interpolation of columns: the index of the entry to the left, and the fraction beyond it.
    x = np.clip(sx * np.arange(out.shape[1]) + tx, 0.0, max(image.shape[1] - 1.0, 0.0))
    entry = np.minimum(x.astype(np.int32), max(image.shape[1] - 2, 0))
    left_entries, fractions = (3 * entry).astype(np.int32), (x - entry).astype(np.float32)
    flat = image.reshape(len(image), 3 * image.shape[1])

    def color_rows(a: int, b: int) -> None:
        glow_rows, indices = np.empty((2, ink.shape[1]), np.float32), np.empty(ink.shape[1], np.uint16)
        kernels.color_light(
            ink[a:b], gain, base, curves, dither, first + a, flat, strength, left_entries, fractions, sy, ty,
            glow_rows, indices, out[a:b],
        )  # fmt: skip

    parallel_for(color_rows, len(ink), 1, _rows(canvas))
    return Picture(out)


def _rows(canvas: Canvas) -> int:
    """Rows per task that are worth a thread: some hundred thousand pixels."""
    return max(1, 300_000 // canvas.size[0])


TYPICAL_LAYERS = {"density": 4.0, "light": 1.2, "paper": 1.7}
"""Layers of ink that a measured exposure maps the typical ink to, by style."""


def saturation_of(style: str) -> float:
    """Layers of ink at which a style saturates at exposure 1: last colour, white, or black on paper."""
    if style == "density":
        return DENSITY_FULL
    return float(layers_of(linear(255 / 256)) if style == "light" else -np.log(linear(1 / 256)))
