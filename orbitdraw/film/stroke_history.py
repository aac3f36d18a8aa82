"""All strokes of a drawing so far, stored during a transition between frames of reference to redraw every frame."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from orbitdraw.ink.canvas import NEAREST_MIN_POINTS, Canvas
from orbitdraw.ink.strokes import Strokes
from orbitdraw.reference_frames.reference import REST, Reference, Share
from orbitdraw.reference_frames.tracker import ROW_SIZE, FrameMotion, Point, Tracker
from orbitdraw.reference_frames.transform import FrameTransform, blended_rows, to_frame

Floats = NDArray[np.float64]

BLOCK_NODES = 1 << 16
"""Nodes that are drawn together. Larger blocks are no faster, and faded strokes are dropped by whole blocks."""

MAX_BYTES = 192 << 20
"""Memory for strokes. A drawing that needs more is replayed for every picture of a transition."""

INVISIBLE_AFTER = 16.0
"""Half-lives after which ink is not drawn any more: a full layer of it is then one unit of the 65536 it had."""

AGE_WITHOUT_HALF_LIFE = 1e6
"""Half-lives counted for a frame whose half-life is 0."""


Progress = Callable[[float], bool]
"""Progress callback: takes the finished fraction of the work, 0 to 1, and returns True to cancel."""


def never_cancel(fraction: float) -> bool:
    """Progress callback that never cancels."""
    return False


def sub_progress(progress: Progress, first: float, last: float) -> Progress:
    """Progress callback of a stage that spans `first` to `last` of the whole work.

    >>> sub_progress(lambda fraction: print(fraction), 0.5, 1.0)(0.5)
    0.75
    """
    return lambda fraction: progress(first + (last - first) * fraction)


@dataclass
class StrokeLayer:
    """Strokes of several frames with the same pen and number of nodes, drawn side by side as one frame."""

    pieces: int
    duration: float
    width: float
    moment: bool
    band: bool
    has_pen: bool
    strokes: list[Strokes] = field(default_factory=list)
    ages: list[float] = field(default_factory=list)
    rows: dict[Reference, list[Floats]] = field(default_factory=dict)
    particles: int = 0
    _joined: tuple[int, Any] = (0, None)

    def add(self, strokes: Strokes, age: float, origins: Mapping[Reference, FrameMotion]) -> None:
        """Append the strokes of one frame, drawn when the drawing was `age` half-lives old."""
        self.strokes.append(strokes)
        self.ages.append(age)
        for reference, origin in origins.items():
            self.rows.setdefault(reference, []).append(origin.rows_for(strokes))
        self.particles += strokes.path.shape[1]

    def joined_arrays(self) -> Any:
        """Joined path, velocity, shade, weight, ages (frames,), rows by frame of reference, particles of each frame,
        pen."""
        if self._joined[0] != len(self.strokes):
            flat = all(one.shade.ndim == 1 for one in self.strokes)
            shades = [
                one.shade if flat else np.broadcast_to(one.shade, (self.pieces + 1, one.path.shape[1]))
                for one in self.strokes
            ]
            lines = self.pieces > 0
            arrays = (
                _side_by_side([one.path for one in self.strokes], 1),
                _side_by_side([one.velocity for one in self.strokes], 1) if lines else self.strokes[0].velocity,
                _side_by_side(shades, -1),
                _side_by_side([one.weight for one in self.strokes], 0),
                np.array(self.ages),
                {reference: np.concatenate(rows, axis=1) for reference, rows in self.rows.items()},
                np.array([one.path.shape[1] for one in self.strokes]),
                _side_by_side([one.pen for one in self.strokes], 1) if self.has_pen else None,
            )
            self._joined = (len(self.strokes), arrays)
        return self._joined[1]

    def paths_in(self, shares: Sequence[Share], home: Point) -> tuple[Floats, Floats]:
        """Paths and velocities in a blend of frames of reference."""
        path, velocity, _, _, _, rows, counts, _ = self.joined_arrays()
        if any(reference != REST for reference, _, _ in shares):
            blended = blended_rows(shares, rows, home)
            blended = np.repeat(blended, counts, axis=1) if len(counts) > 1 else blended
            path, velocity = to_frame(path, velocity, blended, home)
        return path, velocity

    def draw(self, canvas: Canvas, shares: Sequence[Share], home: Point, age: float) -> None:
        """Draw on a canvas, each frame faded as it is when the drawing is `age` half-lives old."""
        _, _, shade, weight, ages, _, counts, pen = self.joined_arrays()
        path, velocity = self.paths_in(shares, home)
        if age > ages[0]:
            weight = weight * np.repeat(np.exp2(ages - age), counts)
        canvas.expose(Strokes(path, velocity, shade, weight, self.duration, width=self.width, pen=pen, band=self.band))


def _side_by_side(arrays: list[Any], axis: int) -> Any:
    return arrays[0] if len(arrays) == 1 else np.concatenate(arrays, axis=axis)


class StrokeBlock:
    """The strokes of consecutive frames, grouped into layers."""

    def __init__(self) -> None:
        self.layers: list[StrokeLayer] = []
        self._open: dict[tuple[Any, ...], StrokeLayer] = {}
        self.nodes = 0
        self.bytes = 0
        self.age = 0.0

    def add(self, strokes: Strokes, age: float, origins: Mapping[Reference, FrameMotion]) -> None:
        """Append the strokes of the next frame."""
        self.age = age
        layer: Strokes | None = strokes
        while layer is not None:
            if layer.path.shape[1] and layer.width > 0:
                self._add(layer, age, origins)
            layer = layer.dust

    def _add(self, strokes: Strokes, age: float, origins: Mapping[Reference, FrameMotion]) -> None:
        pieces, count = len(strokes.path) - 1, strokes.path.shape[1]
        key = (pieces, strokes.duration, strokes.width, strokes.moment, strokes.band, strokes.pen is not None)
        layer = self._open.get(key)
        # Above NEAREST_MIN_POINTS points the rasteriser changes: points of several frames must not add up to that.
        if layer is None or strokes.band or (pieces == 0 and layer.particles + count > NEAREST_MIN_POINTS):
            layer = self._open[key] = StrokeLayer(*key)
            self.layers.append(layer)
        layer.add(strokes, age, origins)
        self.nodes += (pieces + 1) * count
        size = strokes.path.nbytes + strokes.velocity.nbytes + strokes.shade.nbytes * (strokes.shade.ndim - 1)
        size += (pieces + 1) * 8 * ROW_SIZE * len(origins)
        self.bytes += 2 * size  # the arrays themselves, and the joined copy

    def draw(self, canvas: Canvas, shares: Sequence[Share], home: Point, age: float) -> None:
        """Draw on a canvas, unless faded away."""
        if age - self.age <= INVISIBLE_AFTER:
            for layer in self.layers:
                layer.draw(canvas, shares, home, age)


class StrokeHistory:
    """All strokes of a drawing up to a frame, with the frames of reference in which they can be drawn.

    The result of drawing depends on the strokes alone: ink is summed in whole numbers, so the order of blocks does not
    matter, and fading is computed from the age of a stroke. With `sink`, finished blocks are passed to it, not stored.
    """

    def __init__(
        self, trackers: Mapping[Reference, Tracker], home: Point, sink: Callable[[StrokeBlock], None] | None = None
    ) -> None:
        self.trackers = dict(trackers)
        self.home = home
        self.sink = sink
        self.frames = 0
        self.age = 0.0
        self.last: Strokes | None = None
        self.is_complete = True
        """False when the strokes exceeded MAX_BYTES and were dropped."""
        self._angles = {reference: [tracker.angle] for reference, tracker in self.trackers.items()}
        self._blocks: deque[StrokeBlock] = deque()
        self._block = StrokeBlock()
        self._bytes = 0

    def add(self, strokes: Strokes) -> None:
        """Append the strokes of the next frame, and advance the trackers."""
        origins = {reference: tracker.follow(strokes) for reference, tracker in self.trackers.items()}
        for reference, tracker in self.trackers.items():
            self._angles[reference].append(tracker.angle)
        if self.frames and strokes.half_life is not None:
            life = strokes.half_life
            self.age += (
                min(AGE_WITHOUT_HALF_LIFE, strokes.duration / life)
                if life > 0
                else AGE_WITHOUT_HALF_LIFE * (strokes.duration > 0)
            )
        self.frames += 1
        self.last = strokes
        if not self.is_complete:
            return
        self._block.add(strokes, self.age, origins)
        if self._block.nodes >= BLOCK_NODES:
            self._finish_block()

    @property
    def nbytes(self) -> int:
        """Bytes of the stored strokes."""
        return self._bytes + self._block.bytes

    def _finish_block(self) -> None:
        block, self._block = self._block, StrokeBlock()
        if self.sink is not None:
            self.sink(block)
            return
        self._blocks.append(block)
        self._bytes += block.bytes
        while self._blocks and self.age - self._blocks[0].age > INVISIBLE_AFTER:
            self._bytes -= self._blocks.popleft().bytes
        if self._bytes > MAX_BYTES:
            self.is_complete = False
            self._blocks.clear()
            self._bytes = 0

    def angle(self, reference: Reference, frame: int) -> float:
        """The unwrapped angle of a frame of reference at the beginning of a frame."""
        return 0.0 if reference == REST else self._angles[reference][min(frame, self.frames)]

    def angle_now(self, reference: Reference) -> float:
        """The unwrapped angle at the end."""
        return self.angle(reference, self.frames)

    def is_tracking(self, references: Iterable[Reference]) -> bool:
        """True when all of these frames of reference are tracked."""
        return set(references) <= {REST, *self.trackers}

    def transform(self, shares: Sequence[Share]) -> FrameTransform:
        """The transform to a blend of frames of reference from here on."""
        return FrameTransform(shares, self.trackers, self.home).copy()

    def draw(self, canvas: Canvas, shares: Sequence[Share], progress: Progress = never_cancel) -> bool:
        """Draw all strokes on a blank canvas; valid only while `is_complete`. False when cancelled."""
        for number, block in enumerate((*self._blocks, self._block)):
            if progress(number / (len(self._blocks) + 1)):
                return False
            block.draw(canvas, shares, self.home, self.age)
        return True

    def node_positions(self, shares: Sequence[Share], max_age: float) -> Floats:
        """Positions (m, 2) of nodes in a blend of frames of reference, except those older than `max_age` half-lives.

        Lines that do not move, such as that of a body in its own frame, are left out.
        """
        blocks = [block for block in (*self._blocks, self._block) if self.age - block.age <= max_age]
        arrays = [np.zeros((0, 2))]
        for layer in (layer for block in blocks for layer in block.layers):
            path, _ = layer.paths_in(shares, self.home)
            moves = np.abs(path - path[0]).max(axis=(0, 2)) > 1e-9 if layer.pieces else np.full(path.shape[1], True)
            arrays.append(path[:, moves].reshape(-1, 2))
        positions = np.concatenate(arrays)
        finite: Floats = positions[np.isfinite(positions).all(axis=1)]
        return finite

    def finish(self, canvas: Canvas, transform: FrameTransform) -> None:
        """After drawing, add the marks of the last frame and set the number of exposures, which fading rounds by."""
        if self.last is not None:
            canvas.expose(transform.apply_at_end(_marks_only(self.last)))
        canvas.exposures = self.frames
        if canvas.halo is not None:
            canvas.halo.exposures = self.frames


def _marks_only(strokes: Strokes) -> Strokes:
    """Strokes with the marks alone."""
    dust = None if strokes.dust is None else _marks_only(strokes.dust)
    has_marks = strokes.mark.size > 0 and bool(np.any(strokes.mark > 0))
    selection = slice(None) if has_marks else slice(0, 0)
    return replace(
        strokes,
        path=strokes.path[-1:, selection],
        velocity=np.zeros((0, 0, 2)),
        shade=np.atleast_2d(strokes.shade)[-1, selection],
        weight=strokes.weight[selection],
        width=0.0,
        mark=strokes.mark[selection] if strokes.mark.size else strokes.mark,
        half_life=None,
        dust=dust,
    )
