"""The ink buffer of a drawing. Strokes add whole numbers to its pixels, so the order of drawing does not matter."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from orbitdraw.errors import InputError
from orbitdraw.ink import kernels, lines
from orbitdraw.ink.ink_blocks import InkBlocks
from orbitdraw.ink.look import Look, View
from orbitdraw.ink.palette import layer_inks
from orbitdraw.ink.strokes import Strokes
from orbitdraw.ink.units import LAYER, NARROW_PEN
from orbitdraw.inputs import brief
from orbitdraw.runtime import threads, warmup
from orbitdraw.runtime.threads import parallel_for
from orbitdraw.slider import default_value

NEAREST_MIN_POINTS = 100_000
"""Points above which each is drawn to its nearest pixel instead of four: invisible in a crowd, four times faster."""

DISC_MIN_WIDTH = 1.5
"""Point width in pixels above which points are drawn as antialiased discs."""

THREADED_MIN_POINTS = 40_000
"""Points from which a second thread pays for merging its buffer; fewer are drawn faster than a thread wakes."""

GLOW_SIDE = 320
"""Longer side in pixels of the canvas that the glow is computed from; fixed, so that all output sizes agree."""

LARGE_BUFFER = 6 << 20
"""Ink buffer size in bytes above which points are sorted by row before drawing: more than a core's cache holds."""

LOG_WIDTH_STEP = 0.03
"""Step of the logarithmic width scale: pen widths within one step are drawn together."""

UNIT_PEN = np.ones((1, 1))

MAX_PIXELS = 1 << 31

Ink = NDArray[np.uint32]


def picture_size(size: Any) -> tuple[int, int]:
    """Width and height of a picture as whole numbers; raises InputError for any other value.

    >>> picture_size((10,))
    Traceback (most recent call last):
    orbitdraw.errors.InputError: a size is two whole numbers such as (1280, 720), not (10,)
    """
    try:
        width, height = (int(side) for side in (() if isinstance(size, str) else size))
    except (TypeError, ValueError, OverflowError):
        raise InputError(f"a size is two whole numbers such as (1280, 720), not {brief(size)}") from None
    if width < 1 or height < 1 or width * height > MAX_PIXELS:
        raise InputError(
            f"a picture cannot have {width} x {height} pixels; give sides from 1, at most {MAX_PIXELS} in all"
        )
    return width, height


def _as_contiguous(array: Any) -> NDArray[np.float64]:
    """The array as compiled loops take it: float64, contiguous, writable (a broadcast array is not)."""
    return np.require(array, np.float64, ["C", "W"])


def _last_shade(shade: NDArray[np.float64]) -> NDArray[np.float64]:
    return shade if shade.ndim == 1 else shade[-1]


class Canvas:
    """Ink buffer of a drawing at one size and view: `expose` adds strokes, `tone.develop` makes the picture.

    `counts` (height, width, planes) holds ink in units of 1/65536 layer of full coverage, saturating: one plane for
    the density look, three (red, green, blue; emitted or absorbed) for light and paper.
    `rows=(a, b)` restricts the canvas to these rows of the picture; they are bit-identical to those of the whole.

    >>> from orbitdraw.authoring.scene import Look, View
    >>> Canvas((64, 36), View(), Look()).ink.shape
    (3, 36, 64)
    """

    def __init__(self, size: tuple[int, int], view: View, look: Look, rows: tuple[int, int] | None = None) -> None:
        width, height = picture_size(size)
        first, last = (0, height) if rows is None else rows
        if not 0 <= first < last <= height:
            raise InputError(f"rows {first} to {last} are not a range within the {height} rows of the picture")
        self.size = (width, height)
        self.view = view
        self.rows = (first, last)
        self.planes = 1 if look.style == "density" else 3
        self.counts: Ink = np.zeros((last - first, width, self.planes), dtype=np.uint32)
        self.marked_strokes: list[Strokes] = []
        self.exposures = 0
        self.halo: Canvas | None = None
        self._thread_buffer: Ink | None = None
        self._scratch: Any = None
        self._ink_blocks: InkBlocks | None = None
        self._margin: float | None = None
        self._segments = np.empty((0, 11))
        self.look = look

    @property
    def look(self) -> Look:
        """The mapping of ink to colour. A new palette affects later strokes only; a new style needs a new canvas."""
        return self._look

    @look.setter
    def look(self, look: Look) -> None:
        if (1 if look.style == "density" else 3) != self.planes:
            raise InputError(f"this canvas holds ink of another style than {look.style!r}; make a new Canvas")
        self._look = look
        self.table = np.ascontiguousarray(layer_inks(look.style, look.palette) * LAYER, dtype=np.float64)
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
        """Bytes that `save` copies."""
        return self.counts.nbytes + (0 if self.halo is None else self.halo.nbytes)

    def pixels_of(self, length: float) -> float:
        """Convert a length of the look, in world units or thousandths of the picture's shorter side, to pixels."""
        if self._look.unit == "world":
            return length * self.view.pixels(self.size)[0]
        return length * min(self.size) / 1000.0

    def expose(self, strokes: Strokes) -> None:
        """Draw one frame or several: fade the old ink by their duration, add the new, keep positions for the marks."""
        canvases = [self] if self.halo is None else [self, self.halo]

        def draw(first: int, last: int) -> None:
            for canvas in canvases[first:last]:
                canvas._draw(strokes)

        # The lines of one frame are drawn faster than a thread wakes.
        parallel_for(draw, len(canvases), 1, 1 if strokes.frames > 1 else len(canvases))

    def _draw(self, strokes: Strokes) -> None:
        """Draw the strokes on this canvas alone, without its halo."""
        if strokes.frames > 1 and strokes.half_life is not None and math.isfinite(strokes.half_life):
            for frame in strokes.each():
                self._draw(frame)
            return
        self._fade(strokes)
        self.marked_strokes = []
        layer: Strokes | None = strokes
        layers = []
        while layer is not None:
            layers.append(layer)
            layer = layer.dust
        for layer in reversed(layers):
            self._add(layer)
            # The marks of many particles are one broadcast number: test that one instead of a million.
            if layer.mark.size and np.any((layer.mark[:1] if layer.mark.strides == (0,) else layer.mark) > 0):
                self.marked_strokes.append(layer)
        self.exposures += strokes.frames

    def save(self) -> Any:
        """Copy all ink exposed so far, for `restore`."""
        halo = None if self.halo is None else self.halo.save()
        return self.counts.copy(), self.marked_strokes, self.exposures, halo

    def restore(self, saved: Any) -> None:
        """Restore the ink that `save` returned."""
        counts, marked_strokes, exposures, halo = saved
        self.counts[...] = counts
        self._ink_blocks = None
        self.marked_strokes = marked_strokes
        self.exposures = exposures
        if self.halo is not None and halo is not None:
            self.halo.restore(halo)

    def _fade(self, strokes: Strokes) -> None:
        if strokes.half_life is None or not math.isfinite(strokes.half_life) or strokes.duration <= 0:
            return
        decay = 0.5 ** (strokes.duration / strokes.half_life) if strokes.half_life > 0 else 0.0
        factor = np.uint64(min(round(decay * 2**32), 2**32))
        # Rounding offsets are multiples of the golden ratio, equidistributed modulo 1: over frames the rounding is
        # unbiased, and the faintest trail vanishes in the same frame at every size.
        offset = np.uint64((self.exposures * 2654435769 + 2654435769) % 2**32)
        if self._ink_blocks is None:
            self._ink_blocks = InkBlocks(self.counts)
        self._ink_blocks.fade(factor, offset)

    def _add(self, strokes: Strokes) -> None:
        nodes, particles = strokes.path.shape[:2]
        if particles == 0:
            return
        width = self.pixels_of(float(default_value(self._look.width) if strokes.width is None else strokes.width))
        if not width > 0:
            return
        # A narrow pen leaves no ink beyond this margin around its segments; other ink is not located, so all blocks
        # are then marked as inked.
        max_width = width * (1.0 if strokes.pen is None else float(strokes.pen.max(initial=0.0)))
        is_narrow = nodes > 1 and not strokes.band and max_width <= NARROW_PEN
        self._margin = 4.0 * max_width + 8.0 if is_narrow else None
        if self._ink_blocks is not None and not is_narrow:
            self._ink_blocks.mark_all()
        if strokes.band:
            self._add_band(strokes)
        elif nodes == 1:
            self._add_points(strokes, width)
        else:
            self._add_lines(strokes, width)

    def _add_lines(self, strokes: Strokes, width: float) -> None:
        path = _as_contiguous(strokes.path)
        velocity = _as_contiguous(strokes.velocity)
        shade = _as_contiguous(np.atleast_2d(strokes.shade))
        weight = _as_contiguous(strokes.weight)
        pen = UNIT_PEN if strokes.pen is None else _as_contiguous(strokes.pen)
        pieces, particles = path.shape[0] - 1, path.shape[1]
        scale, ox, oy = self.view.pixels(self.size)
        # Batches of some ten thousand segments stay in the processor's cache between flattening and drawing.
        batch = max(1, 16_384 // pieces)
        for start in range(0, particles, batch):
            stop = min(start + batch, particles)
            while True:
                count = kernels.flatten(
                    path, velocity, shade, pen, weight, start, stop, scale, ox, oy, strokes.duration / pieces,
                    width, float(self.size[0]), float(self.size[1]), self._segments,
                )  # fmt: skip
                if count <= len(self._segments):
                    break
                self._segments = np.empty((count + count // 4, 11))
            if self._ink_blocks is not None and self._margin is not None:
                self._ink_blocks.mark_segments(self._segments, count, self._margin, self.rows[0])
            if strokes.pen is None:
                lines.draw_segments(self.counts, self.rows[0], self._segments, count, width, self.table)
            else:
                self._draw_by_width(self._segments[:count], width)

    def _draw_by_width(self, segments: NDArray[np.float64], width: float) -> None:
        """Draw segments of varying width; those whose widths differ invisibly are drawn together."""
        level = np.rint(np.log(np.maximum(segments[:, 10], 1e-9)) / LOG_WIDTH_STEP)
        order = np.argsort(level, kind="stable")
        ends = np.flatnonzero(np.diff(level[order], append=np.inf)) + 1
        start = 0
        for end in ends.tolist():
            group = np.ascontiguousarray(segments[order[start:end]])
            pen = width * math.exp(float(level[order[start]]) * LOG_WIDTH_STEP)
            lines.draw_segments(self.counts, self.rows[0], group, len(group), pen, self.table)
            start = end

    def _add_band(self, strokes: Strokes) -> None:
        scale, ox, oy = self.view.pixels(self.size)
        points = strokes.path * (scale, -scale) + (ox, oy)
        half = points.shape[1] // 2
        a, b, c, d = points[:-1, :half], points[1:, :half], points[1:, half:], points[:-1, half:]
        corners = np.concatenate([np.concatenate(one, axis=-1).reshape(-1, 6) for one in ((a, b, c), (a, c, d))])
        pieces = len(points) - 1
        shade, weight = (
            np.tile(np.broadcast_to(one, 2 * half)[:half], 2 * pieces)
            for one in (_last_shade(strokes.shade), strokes.weight)
        )
        is_visible = np.isfinite(corners).all(axis=1) & (weight > 0)
        kernels.fill(
            self.counts,
            self.rows[0],
            _as_contiguous(corners[is_visible]),
            _as_contiguous(shade[is_visible]),
            _as_contiguous(weight[is_visible]),
            self.table,
        )

    def _add_points(self, strokes: Strokes, width: float) -> None:
        pos = _as_contiguous(strokes.path[0])
        shade = _as_contiguous(strokes.shade if strokes.shade.ndim == 1 else strokes.shade[-1])
        weight = _as_contiguous(strokes.weight)
        particles = len(pos)
        scale, ox, oy = self.view.pixels(self.size)
        # The halo is blurred anyway: every eighth point, with eight times the ink, is enough.
        stride = 8 if isinstance(self, Halo) and particles > NEAREST_MIN_POINTS else 1
        area = math.pi / 4 * width * width * stride
        draw_points: Any
        large = self.counts.nbytes > LARGE_BUFFER and stride == 1
        # Faster, with the same bits; used only once compiled, so that the very first start does not wait for it.
        if (
            width <= DISC_MIN_WIDTH
            and particles > NEAREST_MIN_POINTS
            and large
            and warmup.is_compiled("ink.kernels.points_binned")
        ):
            self._scratch = kernels.draw_binned(
                self.counts, self.rows[0], pos, shade, weight, self.table, scale, ox, oy, area, self._scratch
            )
            return
        if width <= DISC_MIN_WIDTH and particles > NEAREST_MIN_POINTS:
            draw_points = kernels.draw_nearest
        else:
            draw_points = kernels.draw_discs if width > DISC_MIN_WIDTH else kernels.draw_bilinear

        def draw_range(ink: Ink, start: int, stop: int) -> None:
            draw_points(
                ink, self.rows[0], self.size[1], pos, shade, weight, self.table,
                scale, ox, oy, area, start, stop, stride,
            )  # fmt: skip

        # The second thread draws to a buffer of its own. Merging costs a pass over the canvas, so there must be many
        # points for its size; integer sums are the same either way.
        if threads.count() > 1 and particles // stride >= max(THREADED_MIN_POINTS, self.counts.size // 16):
            if self._thread_buffer is None:
                self._thread_buffer = np.zeros_like(self.counts)
            buffer, half = self._thread_buffer, particles // 16 * 8
            halves = ((self.counts, 0, half), (buffer, half, particles))

            def draw_halves(a: int, b: int) -> None:
                for index in range(a, b):
                    draw_range(*halves[index])

            parallel_for(draw_halves, 2, 1, 1)
            ink, second = self.counts.reshape(-1), buffer.reshape(-1)
            parallel_for(lambda a, b: kernels.merge(ink[a:b], second[a:b]), ink.size, 1, 1 << 19)
        else:
            draw_range(self.counts, 0, particles)


class Halo(Canvas):
    """Small canvas that the glow is computed from: the picture's aspect ratio at a fixed size of GLOW_SIDE pixels."""

    def __init__(self, size: tuple[int, int], view: View, look: Look) -> None:
        longest = max(size)
        small = (max(1, round(GLOW_SIDE * size[0] / longest)), max(1, round(GLOW_SIDE * size[1] / longest)))
        super().__init__(small, view, look)
