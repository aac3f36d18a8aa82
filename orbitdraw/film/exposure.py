"""Automatic exposure of a scene: measured once, on a small canvas, from its ink at several times."""

from __future__ import annotations

import math
import time
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from orbitdraw.film.reference_replay import transform_for
from orbitdraw.ink.canvas import Canvas
from orbitdraw.ink.strokes import Strokes
from orbitdraw.ink.tone import TYPICAL_LAYERS, saturation_of
from orbitdraw.ink.units import LAYER
from orbitdraw.reference_frames.reference import reference_of
from orbitdraw.simulation.run import FRAMES_PER_SECOND, Run

Floats = NDArray[np.float64]

PROBE_SIZE = (320, 180)
PROBE_BUDGET = 20_000_000
"""Particle-steps that the measurement may cost: a fifth of a second, or a second for many particles."""

FRAME_OVERHEAD = 5_000
"""Cost of a frame besides the steps of its particles, in particle-steps."""

CUSTOM_MOTION_FRAMES = FRAMES_PER_SECOND
"""Frames that are measured of a scene with a Motion of its own, whose cost per frame is unknown."""

MEASUREMENTS = 6
"""Number of times at which ink is measured: the end of the measurement, half of it, and so on, for drawings that grow,
that stay as dense as they are, and that disperse."""

INK_FRACTION = 0.8
"""Fraction of all ink that lies in cells below the reference."""

SATURATED_FRACTION = 0.005
"""Fraction of the picture that may saturate: a star, or a point where a path has come to rest."""

LINE_SHARPNESS = 2.0
"""Ratio of a thin line's density in a full-size picture to that on the small canvas."""


class ExposureMeter:
    """Measures the exposure of a run from its first frame on: `play` plays a copy, `add` takes frames played elsewhere.

    The reference is the ink density below which four fifths of all ink lies, at several times taken together; faded
    ink hardly counts. `exposure` maps the reference to a clear tone, unless more than a two-hundredth of the picture
    would saturate at any of these times. The number of frames measured depends on the scene alone, so that every
    machine finds the same exposure.
    """

    def __init__(self, run: Run) -> None:
        self._probe = run.again()
        self._transform = transform_for(run, reference_of(run.values["watch"]))
        self._glow = float(run.values["glow"])
        look = replace(run.scene.look, style=run.values["style"], palette=run.values["palette"], glow=0.0)
        self._canvas = Canvas(PROBE_SIZE, run.view, look)
        self.total = max(1, round(run.scene.seconds * FRAMES_PER_SECOND))
        self.frames = min(self.total, _frames_to_measure(run))
        """Number of frames that are measured."""
        self.frame = 0
        """The frame up to which ink is on the small canvas."""
        self._measured_frames = sorted({max(1, round(self.frames / 2**k)) for k in range(MEASUREMENTS)})
        self._ink_lifetime = math.inf
        """Mean lifetime of ink in frames: half-life / ln 2; infinite where ink does not fade."""
        self._cells: list[Floats] = []
        self._peak_densities: list[float] = []
        self.exposure = 1.0
        """The exposure so far."""

    @property
    def done(self) -> bool:
        """True when all frames are measured."""
        return self.frame >= self.frames

    def play(self, seconds: float = math.inf) -> None:
        """Play a copy of the run, to the end or for `seconds` of wall time. The time limit affects when the exposure
        is found, not its value."""
        until = time.perf_counter() + seconds
        while not self.done and time.perf_counter() < until:
            target = next(target for target in self._measured_frames if target > self.frame)
            try:
                strokes = self._probe.leap(target - self.frame) or self._probe.advance()
            except Exception:
                self.frames = self.frame  # the run itself will fail there too, and its error is reported
                break
            self._expose(strokes)

    def add(self, frame: int, strokes: Strokes) -> bool:
        """Add the strokes that led to a frame, where they continue the frames measured so far; True when the exposure
        was measured anew."""
        before = len(self._cells)
        if frame > self.frame:
            for number, frame_strokes in enumerate(strokes.each(), frame - strokes.frames + 1):
                if number == self.frame + 1 and not self.done:
                    self._expose(frame_strokes)
        return len(self._cells) > before

    def _expose(self, strokes: Strokes) -> None:
        self._canvas.expose(self._transform.apply(strokes))
        if strokes.half_life is not None and strokes.duration > 0:
            self._ink_lifetime = strokes.half_life / strokes.duration / math.log(2)
        self.frame += strokes.frames
        if self.frame in self._measured_frames:
            self._measure()

    def _measure(self) -> None:
        ink = self._canvas.counts.max(axis=2).astype(np.float64) / LAYER
        saturated = int(SATURATED_FRACTION * ink.size)
        self._peak_densities.append(float(np.partition(ink.ravel(), -saturated - 1)[-saturated - 1]))
        self._cells.append(cells_of(self._canvas))
        reference = typical_ink(np.concatenate(self._cells)) * self._growth()
        if not reference > 0:
            return
        style = self._canvas.look.style
        limit = saturation_of(style) / (LINE_SHARPNESS * (1.0 + self._glow) * max(self._peak_densities) + 1e-9)
        self.exposure = float(f"{min(TYPICAL_LAYERS[style] / max(reference, 1e-6), limit):.3g}")

    def _growth(self) -> float:
        """Factor by which the reference will still grow until the end of the scene, extrapolated as a power law."""
        remaining = min(self.total, self._ink_lifetime) / self.frame
        if self.frame >= self.total or remaining <= 1.0:
            return 1.0
        before, now = (typical_ink(cells) for cells in (self._cells[max(-2, -len(self._cells))], self._cells[-1]))
        power = math.log2(now / before) if before > 0 and len(self._cells) > 1 else 0.0
        return float(remaining ** min(max(power, 0.0), 1.0))


def _frames_to_measure(run: Run) -> int:
    if run.scene.motion is not None:
        return CUSTOM_MOTION_FRAMES
    particles = len(run.state["x"])
    return max(FRAMES_PER_SECOND // 2, PROBE_BUDGET // (particles * run.scene.steps + FRAME_OVERHEAD))


def cells_of(canvas: Canvas) -> Floats:
    """Sorted mean ink, in layers, of cells of about 1/240 of the picture's longer side, independent of its size. The
    densest cells, a two-hundredth of all or a tenth of those with ink, are clipped to the next: a small spot where a
    path came to rest can hold any amount of ink."""
    rows, columns, _ = canvas.counts.shape
    side = max(canvas.size) / 240.0
    n_rows, n_columns = max(1, round(rows / side)), max(1, round(columns / side))
    row_edges, column_edges = np.arange(n_rows) * rows // n_rows, np.arange(n_columns) * columns // n_columns
    ink = canvas.counts.max(axis=2)
    cells = np.add.reduceat(np.add.reduceat(ink, row_edges, axis=0, dtype=np.float64), column_edges, axis=1)
    area = np.outer(np.diff(row_edges, append=rows), np.diff(column_edges, append=columns))
    ranked = np.sort((cells / np.maximum(area, 1)).ravel()) / LAYER
    spots = int(min(SATURATED_FRACTION * len(ranked), 0.1 * np.count_nonzero(ranked)))
    return np.asarray(np.minimum(ranked, ranked[-spots - 1]))


def typical_ink(cells: Floats) -> float:
    """Ink density below which four fifths of all ink lies; 0 without ink."""
    ranked = np.sort(cells)
    total = np.cumsum(ranked)
    return (
        float(ranked[min(int(np.searchsorted(total, INK_FRACTION * total[-1])), len(ranked) - 1)])
        if len(ranked)
        else 0.0
    )


def exposure_of(run: Run) -> float:
    """The exposure of a run, measured by playing a copy of it from its first frame."""
    meter = ExposureMeter(run)
    meter.play()
    return meter.exposure
