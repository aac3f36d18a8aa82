"""The ink so far: strokes are counted onto paper of some size, in whole numbers, so that order never matters."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from orbitdraw.errors import InputError
from orbitdraw.ink import lines as raster
from orbitdraw.ink.ink_blocks import Bearing
from orbitdraw.ink.look import Look, View
from orbitdraw.ink.palette import pens
from orbitdraw.ink.strokes import Strokes
from orbitdraw.ink.units import NARROW, ONE
from orbitdraw.inputs import brief
from orbitdraw.runtime import threads, warmup
from orbitdraw.runtime.threads import share
from orbitdraw.slider import plain

MANY = 100_000
"""Grains beyond which each goes into one pixel only: a crowd hides the difference, and it is four times faster."""

SPOT = 1.5
"""Pixels across from which a grain is drawn as a round spot."""

CROWD = 40_000
"""Grains from which a second thread is worth its merge. Fewer are drawn sooner than a thread is woken."""

GLOW_SIDE = 320
"""Longer side of the sheet from which the glow comes: the same at every output size, so that all sizes agree."""

LARGE = 6 << 20
"""Bytes of ink from which a crowd is sorted before it is laid: more than a processor's own cache holds."""

WIDTHS = 0.03
"""Logarithm of the ratio of two widths that are drawn as one."""

ONE_WIDTH = np.ones((1, 1))

MOST_PIXELS = 1 << 31

Ink = NDArray[np.uint32]


def sides(size: Any) -> tuple[int, int]:
    """Width and height of a picture; InputError for what is no size of one.

    >>> sides((10,))
    Traceback (most recent call last):
    orbitdraw.errors.InputError: a size is two whole numbers such as (1280, 720), not (10,)
    """
    try:
        width, height = (int(side) for side in (() if isinstance(size, str) else size))
    except (TypeError, ValueError, OverflowError):
        raise InputError(f"a size is two whole numbers such as (1280, 720), not {brief(size)}") from None
    if width < 1 or height < 1 or width * height > MOST_PIXELS:
        raise InputError(f"a picture of {width} x {height} pixels cannot be made; give two whole numbers from 1")
    return width, height


def _plain(array: Any) -> NDArray[np.float64]:
    """The array as compiled loops take it: float64, in one piece, writable (a broadcast one is not)."""
    return np.require(array, np.float64, ["C", "W"])


def _last(shade: NDArray[np.float64]) -> NDArray[np.float64]:
    return shade if shade.ndim == 1 else shade[-1]


class Canvas:
    """The ink of a drawing at one size and view: `expose` strokes on it, `develop` it into a picture.

    Ink is counted in units of 1/65536 layer of full coverage, (height, width, planes) `counts`: one plane for the
    density look, three (red, green, blue; emitted or absorbed) for light and paper. A pixel that is full stays full.
    `rows=(a, b)` makes a band of the picture, with the bits that the whole has in those rows.

    >>> from orbitdraw.authoring.scene import Look, View
    >>> Canvas((64, 36), View(), Look()).ink.shape
    (3, 36, 64)
    """

    def __init__(self, size: tuple[int, int], view: View, look: Look, rows: tuple[int, int] | None = None) -> None:
        width, height = sides(size)
        first, last = (0, height) if rows is None else rows
        if not 0 <= first < last <= height:
            raise InputError(f"rows {first} to {last} are no part of a picture {height} rows high")
        self.size = (width, height)
        self.view = view
        self.rows = (first, last)
        self.planes = 1 if look.style == "density" else 3
        self.counts: Ink = np.zeros((last - first, width, self.planes), dtype=np.uint32)
        self.heads: list[Strokes] = []
        self.exposures = 0
        self.halo: Canvas | None = None
        self._spare: Ink | None = None
        self._room: Any = None
        self._bearing: Bearing | None = None
        self._margin: float | None = None
        self._segments = np.empty((0, 11))
        self.look = look

    @property
    def look(self) -> Look:
        """How ink becomes colour. Another palette holds for ink to come; another style needs another canvas."""
        return self._look

    @look.setter
    def look(self, look: Look) -> None:
        if (1 if look.style == "density" else 3) != self.planes:
            raise InputError(f"ink for another look than {look.style!r} is on this canvas; make a new one")
        self._look = look
        self.table = np.ascontiguousarray(pens(look.style, look.palette) * ONE, dtype=np.float64)
        if self.halo is not None:
            self.halo.look = look
        elif look.style == "light" and not isinstance(self, Halo) and self.exposures == 0 and float(look.glow) > 0:  # type: ignore[arg-type]
            self.halo = Halo(self.size, self.view, look)

    @property
    def ink(self) -> Ink:
        """The counts plane by plane, (planes, height, width): a view."""
        return self.counts.transpose(2, 0, 1)

    @property
    def nbytes(self) -> int:
        """Bytes of what `save` copies."""
        return self.counts.nbytes + (0 if self.halo is None else self.halo.nbytes)

    def pixels_of(self, length: float) -> float:
        """A length of the look in pixels: world units, or thousandths of the picture's shorter side."""
        if self._look.unit == "world":
            return length * self.view.pixels(self.size)[0]
        return length * min(self.size) / 1000.0

    def expose(self, strokes: Strokes) -> None:
        """One frame, or several: old ink fades by the time, new ink is added, present places are kept for `develop`."""
        sheets = [self] if self.halo is None else [self, self.halo]

        def lay(first: int, last: int) -> None:
            for sheet in sheets[first:last]:
                sheet._lay(strokes)

        # One frame's lines are laid sooner than a thread is woken.
        share(lay, len(sheets), 1, 1 if strokes.frames > 1 else len(sheets))

    def _lay(self, strokes: Strokes) -> None:
        """The strokes onto this sheet alone."""
        if strokes.frames > 1 and strokes.half_life is not None and math.isfinite(strokes.half_life):
            for one in strokes.each():
                self._lay(one)
            return
        self._fade(strokes)
        self.heads = []
        layer: Strokes | None = strokes
        layers = []
        while layer is not None:
            layers.append(layer)
            layer = layer.dust
        for layer in reversed(layers):
            self._add(layer)
            # A crowd's marks are one number, broadcast: not a million to look through.
            if layer.mark.size and np.any((layer.mark[:1] if layer.mark.strides == (0,) else layer.mark) > 0):
                self.heads.append(layer)
        self.exposures += strokes.frames

    def save(self) -> Any:
        """A copy of everything exposed so far, for `restore`."""
        halo = None if self.halo is None else self.halo.save()
        return self.counts.copy(), self.heads, self.exposures, halo

    def restore(self, saved: Any) -> None:
        """Back to what `save` gave."""
        counts, heads, exposures, halo = saved
        self.counts[...] = counts
        self._bearing = None
        self.heads = heads
        self.exposures = exposures
        if self.halo is not None and halo is not None:
            self.halo.restore(halo)

    def _fade(self, strokes: Strokes) -> None:
        if strokes.half_life is None or not math.isfinite(strokes.half_life) or strokes.duration <= 0:
            return
        kept = 0.5 ** (strokes.duration / strokes.half_life) if strokes.half_life > 0 else 0.0
        factor = np.uint64(min(round(kept * 2**32), 2**32))
        # Multiples of the golden ratio fall evenly between whole numbers: over frames the rounding neither adds nor
        # takes ink, and even the faintest trail dies out at the same moment at every size.
        offset = np.uint64((self.exposures * 2654435769 + 2654435769) % 2**32)
        if self._bearing is None:
            self._bearing = Bearing(self.counts)
        self._bearing.fade(factor, offset)

    def _add(self, strokes: Strokes) -> None:
        nodes, particles = strokes.path.shape[:2]
        if particles == 0:
            return
        width = self.pixels_of(float(plain(self._look.width) if strokes.width is None else strokes.width))
        if not width > 0:
            return
        # A narrow pen leaves no ink farther off than this; where other ink lies nobody says.
        broad = width * (1.0 if strokes.pen is None else float(strokes.pen.max(initial=0.0)))
        narrow = nodes > 1 and not strokes.band and broad <= NARROW
        self._margin = 4.0 * broad + 8.0 if narrow else None
        if self._bearing is not None and not narrow:
            self._bearing.anywhere()
        if strokes.band:
            self._add_band(strokes)
        elif nodes == 1:
            self._add_points(strokes, width)
        else:
            self._add_lines(strokes, width)

    def _add_lines(self, strokes: Strokes, width: float) -> None:
        from orbitdraw.ink.kernels.flatten import flatten

        path = _plain(strokes.path)
        velocity = _plain(strokes.velocity)
        shade = _plain(np.atleast_2d(strokes.shade))
        weight = _plain(strokes.weight)
        pen = ONE_WIDTH if strokes.pen is None else _plain(strokes.pen)
        pieces, particles = path.shape[0] - 1, path.shape[1]
        scale, ox, oy = self.view.pixels(self.size)
        # Some ten thousand segments at a time stay in the processor's cache between the two steps.
        batch = max(1, 16_384 // pieces)
        for start in range(0, particles, batch):
            stop = min(start + batch, particles)
            while True:
                count = flatten(
                    path, velocity, shade, pen, weight, start, stop, scale, ox, oy, strokes.duration / pieces,
                    width, float(self.size[0]), float(self.size[1]), self._segments,
                )  # fmt: skip
                if count <= len(self._segments):
                    break
                self._segments = np.empty((count + count // 4, 11))
            if self._bearing is not None and self._margin is not None:
                self._bearing.under(self._segments, count, self._margin, self.rows[0])
            if strokes.pen is None:
                raster.lay(self.counts, self.rows[0], self._segments, count, width, self.table)
            else:
                self._lay_by_width(self._segments[:count], width)

    def _lay_by_width(self, segments: NDArray[np.float64], width: float) -> None:
        """Segments of pens of many widths: those that differ by less than anybody sees are drawn together."""
        level = np.rint(np.log(np.maximum(segments[:, 10], 1e-9)) / WIDTHS)
        order = np.argsort(level, kind="stable")
        ends = np.flatnonzero(np.diff(level[order], append=np.inf)) + 1
        start = 0
        for end in ends.tolist():
            these = np.ascontiguousarray(segments[order[start:end]])
            pen = width * math.exp(float(level[order[start]]) * WIDTHS)
            raster.lay(self.counts, self.rows[0], these, len(these), pen, self.table)
            start = end

    def _add_band(self, strokes: Strokes) -> None:
        from orbitdraw.ink.kernels.triangles import fill

        scale, ox, oy = self.view.pixels(self.size)
        places = strokes.path * (scale, -scale) + (ox, oy)
        half = places.shape[1] // 2
        a, b, c, d = places[:-1, :half], places[1:, :half], places[1:, half:], places[:-1, half:]
        corners = np.concatenate([np.concatenate(one, axis=-1).reshape(-1, 6) for one in ((a, b, c), (a, c, d))])
        pieces = len(places) - 1
        shade, weight = (
            np.tile(np.broadcast_to(one, 2 * half)[:half], 2 * pieces) for one in (_last(strokes.shade), strokes.weight)
        )
        good = np.isfinite(corners).all(axis=1) & (weight > 0)
        fill(self.counts, self.rows[0], _plain(corners[good]), _plain(shade[good]), _plain(weight[good]), self.table)

    def _add_points(self, strokes: Strokes, width: float) -> None:
        pos = _plain(strokes.path[0])
        shade = _plain(strokes.shade if strokes.shade.ndim == 1 else strokes.shade[-1])
        weight = _plain(strokes.weight)
        particles = len(pos)
        scale, ox, oy = self.view.pixels(self.size)
        # What is blurred anyway is as well told by every eighth grain, eight times as heavy.
        every = 8 if isinstance(self, Halo) and particles > MANY else 1
        area = math.pi / 4 * width * width * every
        put: Any
        large = self.counts.nbytes > LARGE and every == 1
        # The same bits, sooner: a very first start does not wait until it is compiled.
        if width <= SPOT and particles > MANY and large and warmup.made("ink.kernels.points_binned"):
            from orbitdraw.ink.kernels import points_binned as binned

            self._room = binned.lay(
                self.counts, self.rows[0], pos, shade, weight, self.table, scale, ox, oy, area, self._room
            )
            return
        if width <= SPOT and particles > MANY:
            from orbitdraw.ink.kernels.points_nearest import nearest as put
        else:
            from orbitdraw.ink.kernels import points as grains

            put = grains.discs if width > SPOT else grains.bilinear

        def lay(ink: Ink, start: int, stop: int) -> None:
            put(
                ink, self.rows[0], self.size[1], pos, shade, weight, self.table, scale, ox, oy, area, start, stop, every
            )  # fmt: skip

        # The second thread counts on a sheet of its own. Merging costs a pass over the paper, so the crowd must be
        # large for the paper; whole numbers add up to the same sum either way.
        if threads.count() > 1 and particles // every >= max(CROWD, self.counts.size // 16):
            if self._spare is None:
                self._spare = np.zeros_like(self.counts)
            spare, half = self._spare, particles // 16 * 8
            halves = ((self.counts, 0, half), (spare, half, particles))

            def lay_halves(a: int, b: int) -> None:
                for which in range(a, b):
                    lay(*halves[which])

            share(lay_halves, 2, 1, 1)
            from orbitdraw.ink.kernels.points_nearest import merge

            ink, other = self.counts.reshape(-1), spare.reshape(-1)
            share(lambda a, b: merge(ink[a:b], other[a:b]), ink.size, 1, 1 << 19)
        else:
            lay(self.counts, 0, particles)


class Halo(Canvas):
    """The small sheet from which glow comes: the shape of the picture, always about the same number of pixels."""

    def __init__(self, size: tuple[int, int], view: View, look: Look) -> None:
        longest = max(size)
        small = (max(1, round(GLOW_SIDE * size[0] / longest)), max(1, round(GLOW_SIDE * size[1] / longest)))
        super().__init__(small, view, look)
