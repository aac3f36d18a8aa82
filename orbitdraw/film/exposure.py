"""The exposure that suits a scene: measured once, on a small sheet, from the ink of all of its times."""

from __future__ import annotations

import math
import time
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from orbitdraw.film.reference_replay import eye_of
from orbitdraw.ink.canvas import Canvas
from orbitdraw.ink.strokes import Strokes
from orbitdraw.ink.tone import AIM, top_of
from orbitdraw.ink.units import ONE
from orbitdraw.reference_frames.reference import reference_of
from orbitdraw.simulation.run import FRAMES_PER_SECOND, Run

Floats = NDArray[np.float64]

PROBE_SIZE = (320, 180)
PROBE_WORK = 20_000_000
"""Particle-steps an exposure may cost to measure: a fifth of a second, or a second for a crowd."""

PER_FRAME = 5_000
"""What a frame costs besides the steps of its particles, in particle-steps."""

OWN_FRAMES = FRAMES_PER_SECOND
"""Frames that are measured of a scene with a Motion of its own: what one of them costs is not known beforehand."""

HALVINGS = 6
"""Moments at which ink is measured: the end of what is measured, half of it, and so on. A drawing that grows, one that
stays as dense as it is, and one that flies away are all seen in it."""

SHARE = 0.8
"""The part of all ink that lies below the reference."""

BURNT = 0.005
"""The part of the picture that may be at the top level: a star, or where a path has come to rest."""

SHARPER = 2.0
"""How much denser a thin line is on its own pixels in a picture than on the small sheet."""


class Metering:
    """Measures the exposure of a run from its first frame on: `play` in one go, `see` with frames that are played
    anyway.

    The reference is the ink that four fifths of all ink lies below, at several moments taken together: what has faded
    is little ink and hardly counts. `exposure` brings it to a clear tone, unless more than a two-hundredth of the
    picture would be at the top level at any of the moments. How many frames are measured follows from the scene alone,
    so that every machine finds the same number.
    """

    def __init__(self, run: Run) -> None:
        self._probe = run.again()
        self._eye = eye_of(run, reference_of(run.values["watch"]))
        self._glow = float(run.values["glow"])
        look = replace(run.scene.look, style=run.values["style"], palette=run.values["palette"], glow=0.0)
        self._canvas = Canvas(PROBE_SIZE, run.view, look)
        self.total = max(1, round(run.scene.seconds * FRAMES_PER_SECOND))
        self.frames = min(self.total, _frames_to_measure(run))
        """Frames that are measured."""
        self.frame = 0
        """The frame up to which ink is on the sheet."""
        self._moments = sorted({max(1, round(self.frames / 2**k)) for k in range(HALVINGS)})
        self._remembered = math.inf
        """Frames in which as much ink comes as stays in the long run, where it fades."""
        self._cells: list[Floats] = []
        self._dense: list[float] = []
        self.exposure = 1.0
        """The exposure so far."""

    @property
    def done(self) -> bool:
        """True when all is measured."""
        return self.frame >= self.frames

    def play(self, seconds: float = math.inf) -> None:
        """Play a run of its own, to the end or for so long. The time that is left to it decides when the exposure is
        found, and not what it is."""
        until = time.perf_counter() + seconds
        while not self.done and time.perf_counter() < until:
            moment = next(moment for moment in self._moments if moment > self.frame)
            try:
                strokes = self._probe.leap(moment - self.frame) or self._probe.advance()
            except Exception:
                self.frames = self.frame  # the run itself fails there, and is reported
                break
            self._expose(strokes)

    def see(self, frame: int, strokes: Strokes) -> bool:
        """Take the strokes that led to a frame, as far as they go on with what is on the sheet; True at a moment that
        was measured."""
        measured = len(self._cells)
        if frame > self.frame:
            for number, one in enumerate(strokes.each(), frame - strokes.frames + 1):
                if number == self.frame + 1 and not self.done:
                    self._expose(one)
        return len(self._cells) > measured

    def _expose(self, strokes: Strokes) -> None:
        self._canvas.expose(self._eye.see(strokes))
        if strokes.half_life is not None and strokes.duration > 0:
            self._remembered = strokes.half_life / strokes.duration / math.log(2)
        self.frame += strokes.frames
        if self.frame in self._moments:
            self._measure()

    def _measure(self) -> None:
        ink = self._canvas.counts.max(axis=2).astype(np.float64) / ONE
        burnt = int(BURNT * ink.size)
        self._dense.append(float(np.partition(ink.ravel(), -burnt - 1)[-burnt - 1]))
        self._cells.append(cells_of(self._canvas))
        reference = typical_ink(np.concatenate(self._cells)) * self._growth()
        if not reference > 0:
            return
        style = self._canvas.look.style
        limit = top_of(style) / (SHARPER * (1.0 + self._glow) * max(self._dense) + 1e-9)
        self.exposure = float(f"{min(AIM[style] / max(reference, 1e-6), limit):.3g}")

    def _growth(self) -> float:
        """By how much the reference will still grow until the end of the scene, where not all of it is measured."""
        left = min(self.total, self._remembered) / self.frame
        if self.frame >= self.total or left <= 1.0:
            return 1.0
        before, now = (typical_ink(cells) for cells in (self._cells[max(-2, -len(self._cells))], self._cells[-1]))
        power = math.log2(now / before) if before > 0 and len(self._cells) > 1 else 0.0
        return float(left ** min(max(power, 0.0), 1.0))


def _frames_to_measure(run: Run) -> int:
    if run.scene.motion is not None:
        return OWN_FRAMES
    particles = len(run.state["x"])
    return max(FRAMES_PER_SECOND // 2, PROBE_WORK // (particles * run.scene.steps + PER_FRAME))


def cells_of(canvas: Canvas) -> Floats:
    """The ink of a canvas in layers, in order, in cells of about 1/240 of the picture's longer side: the same at every
    size. The densest, a two-hundredth of the picture or a tenth of what bears ink, count as much as the next: a spot
    where a path came to rest holds any amount of ink, and is small."""
    rows, columns, _ = canvas.counts.shape
    side = max(canvas.size) / 240.0
    tall, wide = max(1, round(rows / side)), max(1, round(columns / side))
    row_edges, column_edges = np.arange(tall) * rows // tall, np.arange(wide) * columns // wide
    ink = canvas.counts.max(axis=2)
    cells = np.add.reduceat(np.add.reduceat(ink, row_edges, axis=0, dtype=np.float64), column_edges, axis=1)
    area = np.outer(np.diff(row_edges, append=rows), np.diff(column_edges, append=columns))
    ranked = np.sort((cells / np.maximum(area, 1)).ravel()) / ONE
    spots = int(min(BURNT * len(ranked), 0.1 * np.count_nonzero(ranked)))
    return np.asarray(np.minimum(ranked, ranked[-spots - 1]))


def typical_ink(cells: Floats) -> float:
    """The ink that four fifths of all ink lies below; 0 where there is none."""
    ranked = np.sort(cells)
    total = np.cumsum(ranked)
    return float(ranked[min(int(np.searchsorted(total, SHARE * total[-1])), len(ranked) - 1)]) if len(ranked) else 0.0


def exposure_of(run: Run) -> float:
    """The exposure that suits a run, measured by playing it from its first frame."""
    metering = Metering(run)
    metering.play()
    return metering.exposure
