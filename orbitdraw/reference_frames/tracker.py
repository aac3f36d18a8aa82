"""Tracking of the origin and axes of a frame of reference while its bodies move."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from orbitdraw.ink.strokes import Strokes
from orbitdraw.reference_frames.reference import BODY, PAIR, Reference

Floats = NDArray[np.float64]
Point = tuple[float, float]

ROW_SIZE = 8
"""Numbers of a frame of reference at one moment: origin, its velocity, cosine and sine, angle, angular velocity."""


@dataclass
class FrameMotion:
    """A frame of reference during f frames, at k + 1 nodes evenly spaced over the `duration` of each.

    `position` and `velocity` (k+1, f, 2) belong to the origin, `axis` and `axis_rate` (k+1, f, 2) are the vector along
    the x axis and its time derivative, `angle` (k+1, f) is the unwrapped angle of the axis.
    """

    position: Floats
    velocity: Floats
    axis: Floats
    axis_rate: Floats
    angle: Floats
    duration: float

    def rows_for(self, strokes: Strokes) -> Floats:
        """Rows (k+1, f, 8) at the nodes of these strokes, or (1, f, 8) for all nodes of strokes at one moment."""
        if not strokes.moment:
            return self.rows(len(strokes.path) - 1)
        rows = self.rows(0)
        rows[..., [2, 3, 7]] = 0.0  # all nodes belong to one moment: no velocity of the frame
        return rows

    @np.errstate(over="ignore", invalid="ignore")  # a followed body may overflow to inf or nan
    def rows(self, pieces: int) -> Floats:
        """Rows (pieces+1, f, 8) at evenly spaced nodes, by cubic Hermite interpolation; 0 pieces give the end alone."""
        own_pieces = len(self.position) - 1
        position, velocity, direction, direction_rate, angle = (
            self.position,
            self.velocity,
            self.axis,
            self.axis_rate,
            self.angle,
        )
        if pieces == 0:
            position, velocity, direction, direction_rate, angle = (
                one[-1:] for one in (position, velocity, direction, direction_rate, angle)
            )
        elif pieces != own_pieces and own_pieces > 0:
            scaled = np.arange(pieces + 1) * own_pieces
            node = np.minimum(scaled // pieces, own_pieces - 1)
            fraction = (scaled - node * pieces) / pieces
            step = self.duration / own_pieces
            linear_angle = angle[node] + fraction[:, None] * (angle[node + 1] - angle[node])
            position, velocity = _hermite(position, velocity, node, fraction[:, None, None], step)
            direction, direction_rate = _hermite(direction, direction_rate, node, fraction[:, None, None], step)
            deviation = np.arctan2(direction[..., 1], direction[..., 0]) - linear_angle
            angle = linear_angle + deviation - 2 * np.pi * np.rint(deviation / (2 * np.pi))
        elif own_pieces == 0:
            return np.repeat(self.rows(0), pieces + 1, axis=0)
        out = np.empty((*angle.shape, ROW_SIZE))
        length2 = direction[..., 0] * direction[..., 0] + direction[..., 1] * direction[..., 1]
        out[..., 0:2], out[..., 2:4] = position, velocity
        out[..., 4:6] = direction / np.sqrt(length2)[..., None]
        out[..., 6] = angle
        out[..., 7] = (
            direction[..., 0] * direction_rate[..., 1] - direction[..., 1] * direction_rate[..., 0]
        ) / length2
        return out

    def last_row(self) -> Floats:
        """The row (8,) at the end of the last frame."""
        end = (slice(-1, None), slice(-1, None))
        position, velocity, direction, direction_rate = (
            self.position[end],
            self.velocity[end],
            self.axis[end],
            self.axis_rate[end],
        )
        row: Floats = FrameMotion(position, velocity, direction, direction_rate, self.angle[end], 0.0).rows(0)[0, 0]
        return row


def _concatenate(origins: Sequence[FrameMotion]) -> FrameMotion:
    """Batch the frames of several origins side by side."""
    return FrameMotion(
        np.concatenate([one.position for one in origins], axis=1),
        np.concatenate([one.velocity for one in origins], axis=1),
        np.concatenate([one.axis for one in origins], axis=1),
        np.concatenate([one.axis_rate for one in origins], axis=1),
        np.concatenate([one.angle for one in origins], axis=1),
        origins[0].duration,
    )


class _SingleFramesError(Exception):
    """Batched frames must be followed one by one: bodies come, go or overflow in them."""


def _hermite(value: Floats, rate: Floats, node: Any, fraction: Floats, step: float) -> tuple[Floats, Floats]:
    """Cubic Hermite interpolation and its derivative at a `fraction` of the way from `node` to the next node."""
    a, b, u, v = value[node], value[node + 1], rate[node], rate[node + 1]
    p, q = fraction, 1 - fraction
    interpolated = (1 + 2 * p) * q * q * a + p * q * q * step * u + p * p * (3 - 2 * p) * b - p * p * q * step * v
    speed = 6 * p * q * (b - a) / step if step else 0 * a
    return interpolated, speed + q * (1 - 3 * p) * u + p * (3 * p - 2) * v


class Tracker:
    """Follows one frame of reference through the strokes of a run, from frame 0 on.

    `start` holds the positions at frame 0, without ink. A body that does not exist yet stands where it will appear
    (`appearances`: x, y and mass by id); a deleted body stays, at rest, where it was last.
    The centre of mass never jumps: when a body is added, is deleted or changes its mass, the origin continues from its
    old position with the velocity of the new centre.
    """

    def __init__(
        self, reference: Reference, start: Strokes, appearances: Mapping[int, tuple[float, float, float]], home: Point
    ) -> None:
        self.reference = reference
        first = {name: appearances.get(name, (*home, 0.0)) for name in reference[1:]}
        self.positions: dict[int, Point] = {name: (x, y) for name, (x, y, _) in first.items()}
        self.masses: dict[int, float] = {name: mass for name, (_, _, mass) in first.items()}
        self._shift = np.zeros(2)
        self._last: Floats | None = None
        self._axis = np.array([1.0, 0.0])
        self._angle: float | None = None
        self._turns = 0.0
        self.row = self.follow(start).last_row()
        self._last = None  # edits before the first frame may move the centre: nothing has been drawn yet
        """The row (8,) at the end of the strokes followed so far."""

    def copy(self) -> Tracker:
        """An independent tracker with the same state."""
        clone = copy.copy(self)
        clone.positions, clone.masses = dict(self.positions), dict(self.masses)
        return clone

    @property
    def angle(self) -> float:
        """The unwrapped angle of the x axis now."""
        return float(self.row[6])

    @np.errstate(over="ignore", invalid="ignore")
    def follow(self, strokes: Strokes) -> FrameMotion:
        """The frame of reference during the next frame or frames, those of the strokes."""
        try:
            origin = self._follow_batch(strokes)
        except _SingleFramesError:
            return _concatenate([self.follow(one) for one in strokes.each()])
        self.row = origin.last_row()
        return origin

    def _follow_batch(self, strokes: Strokes) -> FrameMotion:
        """Like `follow`; raises _SingleFramesError when batched frames must be followed one by one."""
        frames, n_bodies = strokes.frames, 0 if strokes.mass is None else strokes.mass.shape[-1]
        count = len(strokes.path)
        path = strokes.path.reshape(count, frames, -1, 2)[:, :, :n_bodies]
        at_rest = len(strokes.velocity) != count
        velocities = np.zeros_like(path) if at_rest else strokes.velocity.reshape(count, frames, -1, 2)[:, :, :n_bodies]
        direction, direction_rate = np.tile((1.0, 0.0), (count, frames, 1)), np.zeros((count, frames, 2))
        origin = FrameMotion(
            direction, direction_rate, direction, direction_rate, np.zeros((count, frames)), strokes.duration
        )
        if self.reference[0] == BODY:
            origin.position, origin.velocity = self._body_motion(self.reference[1], path, velocities, strokes)
        elif self.reference[0] == PAIR:
            (a, u), (b, v) = (self._body_motion(name, path, velocities, strokes) for name in self.reference[1:])
            m, n = (self.masses[name] for name in self.reference[1:])
            share = n / (m + n) if m + n > 0 else 0.5
            origin.position, origin.velocity = a + share * (b - a), u + share * (v - u)
            origin.axis, origin.axis_rate = b - a, v - u
            self._set_axis(origin)
        else:
            origin.position, origin.velocity = self._centre_motion(path, velocities, strokes)
        return origin

    def _body_motion(self, name: int, path: Floats, velocities: Floats, strokes: Strokes) -> tuple[Floats, Floats]:
        n_bodies = path.shape[2]
        names = np.arange(n_bodies) if strokes.names is None else strokes.names[:n_bodies]
        matches = np.flatnonzero(names == name)
        if not len(matches):
            return np.tile(self.positions[name], (*path.shape[:2], 1)), np.zeros((*path.shape[:2], 2))
        index = int(matches[0])
        position, velocity = path[:, :, index], velocities[:, :, index]
        if not (np.isfinite(position).all() and np.isfinite(velocity).all()):
            if strokes.frames > 1:
                raise _SingleFramesError
            # The body overflowed in this frame: it stays at its last finite position.
            finite: NDArray[np.bool_] = np.asarray(np.isfinite(position[:, 0]).all(axis=1))
            last = np.maximum.accumulate(np.where(finite, np.arange(len(path)), -1))
            position = np.where(last[:, None, None] >= 0, position[last], self.positions[name])
            velocity = np.where(finite[:, None, None] & np.isfinite(velocity), velocity, 0.0)
        assert strokes.mass is not None
        self.positions[name] = (float(position[-1, -1, 0]), float(position[-1, -1, 1]))
        self.masses[name] = float(strokes.mass[index])
        return position, velocity

    def _centre_motion(self, path: Floats, velocities: Floats, strokes: Strokes) -> tuple[Floats, Floats]:
        finite = np.asarray(np.isfinite(path).all(axis=(0, 3)) & np.isfinite(velocities).all(axis=(0, 3)))
        alive = finite[0]
        if not (finite == alive).all():
            raise _SingleFramesError
        if not alive.any():
            last = np.zeros(2) if self._last is None else self._last
            return np.tile(last, (*path.shape[:2], 1)), np.zeros((*path.shape[:2], 2))
        assert strokes.mass is not None
        mass = strokes.mass[alive]
        weight = (mass if mass.sum() > 0 else np.ones(len(mass)))[None, None, :, None]
        position = (weight * path[:, :, alive]).sum(axis=2) / weight.sum() + self._shift
        velocity = (weight * velocities[:, :, alive]).sum(axis=2) / weight.sum()
        if self._last is not None and not np.array_equal(position[0, 0], self._last):
            if strokes.frames > 1:
                raise _SingleFramesError
            jump = self._last - position[0, 0]
            self._shift, position = self._shift + jump, position + jump
        if not np.array_equal(position[0, 1:], position[-1, :-1]):
            raise _SingleFramesError
        self._last = position[-1, -1].copy()
        return position, velocity

    def _set_axis(self, origin: FrameMotion) -> None:
        """Set the axis from the first of the pair to the second; where they coincide, it keeps its direction."""
        count, frames = origin.angle.shape
        for node in np.flatnonzero(~np.asarray(origin.axis.any(axis=2)).all(axis=1)).tolist():
            if frames > 1:
                raise _SingleFramesError
            origin.axis[node] = origin.axis[node - 1] if node else self._axis
            origin.axis_rate[node] = 0.0
        self._axis = origin.axis[-1, -1].copy()
        angle = np.arctan2(origin.axis[..., 1], origin.axis[..., 0]).T.ravel()  # in order of time
        steps = np.diff(angle, prepend=angle[0] if self._angle is None else self._angle)
        turns = self._turns - np.cumsum(np.rint(steps / (2 * np.pi)))
        origin.angle = (angle + 2 * np.pi * turns).reshape(frames, count).T
        self._angle, self._turns = float(angle[-1]), float(turns[-1])
