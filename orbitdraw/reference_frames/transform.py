"""Transform of strokes to a frame of reference."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from orbitdraw.ink.strokes import Strokes
from orbitdraw.reference_frames.reference import REST, FramePose, Reference, Share
from orbitdraw.reference_frames.tracker import Floats, FrameMotion, Point, Tracker


def blended_rows(shares: Sequence[Share], rows: Mapping[Reference, Floats], home: Point) -> Floats:
    """Rows (..., 7) of a blend of frames of reference: origin, velocity, cosine, sine and angular velocity.

    A single frame of reference is copied without evaluating a sine or cosine: the same bits on every machine.
    """
    if len(shares) == 1 and shares[0][0] != REST:
        return rows[shares[0][0]][..., [0, 1, 2, 3, 4, 5, 7]]
    shape = next(iter(rows.values())).shape[:-1]
    out, angle = np.zeros((*shape, 7)), np.zeros(shape)
    for reference, share, winding in shares:
        if reference == REST:
            out[..., 0:2] += share * np.array(home)
            angle += share * 2 * np.pi * winding
            continue
        row = rows[reference]
        out[..., 0:4] += share * row[..., 0:4]
        angle += share * (row[..., 6] + 2 * np.pi * winding)
        out[..., 6] += share * row[..., 7]
    out[..., 4], out[..., 5] = np.cos(angle), np.sin(angle)
    return out


def to_frame(path: Floats, velocity: Floats, rows: Floats, home: Point) -> tuple[Floats, Floats]:
    """Transform paths (k+1, n, 2) and velocities to a frame of reference given by `rows` (k+1, n or 1, 7).

    p' = home + R(-angle) (p - c),   v' = R(-angle) (v - u) - spin x (p' - home)
    """
    with np.errstate(invalid="ignore", over="ignore"):  # escaping particles overflow
        return _to_frame(path, velocity, rows, home)


def _to_frame(path: Floats, velocity: Floats, rows: Floats, home: Point) -> tuple[Floats, Floats]:
    cosine, sine, spin = rows[..., 4], rows[..., 5], rows[..., 6]
    x, y = path[..., 0] - rows[..., 0], path[..., 1] - rows[..., 1]
    position = np.empty_like(path)
    right, up = cosine * x + sine * y, cosine * y - sine * x
    position[..., 0], position[..., 1] = home[0] + right, home[1] + up
    if velocity.shape != path.shape:
        return position, velocity  # points have no velocities
    x, y = velocity[..., 0] - rows[..., 2], velocity[..., 1] - rows[..., 3]
    frame_velocity = np.empty_like(velocity)
    frame_velocity[..., 0], frame_velocity[..., 1] = (
        cosine * x + sine * y + spin * up,
        cosine * y - sine * x - spin * right,
    )
    return position, frame_velocity


class FrameTransform:
    """Transform of strokes to a blend of frames of reference, whose trackers it advances with the strokes."""

    def __init__(self, shares: Sequence[Share], trackers: Mapping[Reference, Tracker], home: Point) -> None:
        self.shares = tuple(shares)
        self.trackers = {share[0]: trackers[share[0]] for share in shares if share[0] != REST}
        self.home = home

    def copy(self) -> FrameTransform:
        """An independent transform with the same state."""
        return FrameTransform(self.shares, {key: tracker.copy() for key, tracker in self.trackers.items()}, self.home)

    def apply(self, strokes: Strokes) -> Strokes:
        """Transform the strokes of the next frame or frames, and advance the trackers."""
        if not self.trackers:
            return strokes
        return self._transform_layer(strokes, {key: tracker.follow(strokes) for key, tracker in self.trackers.items()})

    def _transform_layer(self, strokes: Strokes, origins: Mapping[Reference, FrameMotion]) -> Strokes:
        rows = {key: origin.rows_for(strokes) for key, origin in origins.items()}
        blended = np.repeat(blended_rows(self.shares, rows, self.home), strokes.path.shape[1] // strokes.frames, axis=1)
        path, velocity = to_frame(strokes.path, strokes.velocity, blended, self.home)
        dust = None if strokes.dust is None else self._transform_layer(strokes.dust, origins)
        return replace(strokes, path=path, velocity=velocity, dust=dust)

    def apply_at_end(self, strokes: Strokes) -> Strokes:
        """Transform strokes without lines (k = 0) at the end of the last strokes seen, without advancing."""
        if not self.trackers:
            return strokes
        rows = {key: tracker.row[None] for key, tracker in self.trackers.items()}
        path, _ = to_frame(
            strokes.path, strokes.path[:0], blended_rows(self.shares, rows, self.home)[:, None], self.home
        )
        return replace(strokes, path=path, dust=None if strokes.dust is None else self.apply_at_end(strokes.dust))

    @property
    def pose(self) -> FramePose:
        """The blended frame of reference now, as a coordinate transform."""
        if not self.trackers:
            return FramePose(self.home, home=self.home)
        rows = {key: tracker.row for key, tracker in self.trackers.items()}
        x, y, u, v, cosine, sine, spin = blended_rows(self.shares, rows, self.home).tolist()
        return FramePose((x, y), (u, v), (cosine, sine), spin, self.home)
