"""Where a frame of reference is while the bodies move, and strokes as they are seen from it."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from orbitdraw.strokes import Strokes
from orbitdraw.watch import BODY, PAIR, REST, Part, Reference, Standpoint

Floats = NDArray[np.float64]
Place = tuple[float, float]

ROW = 8
"""Numbers that say where a frame of reference is: origin, its velocity, cosine and sine, angle, spin."""


@dataclass
class Origin:
    """A frame of reference during one frame, at k + 1 moments evenly spaced over `duration`.

    `place` and `velocity` (k+1, 2) are the origin's, `along` and `change` (k+1, 2) the vector that the x axis follows
    and its rate, `angle` (k+1,) that of the axis, without jumps.
    """

    place: Floats
    velocity: Floats
    along: Floats
    change: Floats
    angle: Floats
    duration: float

    def under(self, strokes: Strokes) -> Floats:
        """(k+1, 8), or (1, 8) for all nodes, where and when these strokes have their nodes."""
        if not strokes.moment:
            return self.rows(len(strokes.path) - 1)
        still = self.rows(0)
        still[:, [2, 3, 7]] = 0.0  # a line through one moment does not go along
        return still

    def rows(self, pieces: int) -> Floats:
        """(pieces+1, 8) at moments as evenly spaced; 0 pieces is the end. Between its own it is Hermite's cubic."""
        own = len(self.place) - 1
        place, velocity, along, change, angle = self.place, self.velocity, self.along, self.change, self.angle
        if pieces == 0:
            place, velocity, along, change, angle = (one[-1:] for one in (place, velocity, along, change, angle))
        elif pieces != own and own > 0:
            at = np.arange(pieces + 1) * own
            node = np.minimum(at // pieces, own - 1)
            part = (at - node * pieces) / pieces
            step = self.duration / own
            straight = angle[node] + part * (angle[node + 1] - angle[node])
            place, velocity = _hermite(place, velocity, node, part[:, None], step)
            along, change = _hermite(along, change, node, part[:, None], step)
            off = np.arctan2(along[:, 1], along[:, 0]) - straight
            angle = straight + off - 2 * np.pi * np.rint(off / (2 * np.pi))
        elif own == 0:
            return np.repeat(self.rows(0), pieces + 1, axis=0)
        out = np.empty((len(place), ROW))
        length2 = along[:, 0] * along[:, 0] + along[:, 1] * along[:, 1]
        out[:, 0:2], out[:, 2:4] = place, velocity
        out[:, 4:6] = along / np.sqrt(length2)[:, None]
        out[:, 6] = angle
        out[:, 7] = (along[:, 0] * change[:, 1] - along[:, 1] * change[:, 0]) / length2
        return out


def _hermite(value: Floats, rate: Floats, node: Any, part: Floats, step: float) -> tuple[Floats, Floats]:
    """The cubic with these values and rates at the nodes, and its rate, `part` of the way from `node` to the next."""
    a, b, u, v = value[node], value[node + 1], rate[node], rate[node + 1]
    p, q = part, 1 - part
    there = (1 + 2 * p) * q * q * a + p * q * q * step * u + p * p * (3 - 2 * p) * b - p * p * q * step * v
    speed = 6 * p * q * (b - a) / step if step else 0 * a
    return there, speed + q * (1 - 3 * p) * u + p * (3 * p - 2) * v


class Tracker:
    """Follows one frame of reference through a run's strokes, from frame 0 on.

    `start` are the places at frame 0, without ink. A body that is not there yet is where it will appear (`born`: x, y
    and mass by name), one that is gone where it was last: the frame it left with is kept, and does not move any more.
    The centre of mass never jumps: when a body comes, goes or changes its mass, the new centre's velocity goes on from
    the old centre's place.
    """

    def __init__(
        self, reference: Reference, start: Strokes, born: Mapping[int, tuple[float, float, float]], home: Place
    ) -> None:
        self.reference = reference
        first = {name: born.get(name, (*home, 0.0)) for name in reference[1:]}
        self.places: dict[int, Place] = {name: (x, y) for name, (x, y, _) in first.items()}
        self.masses: dict[int, float] = {name: mass for name, (_, _, mass) in first.items()}
        self._shift = np.zeros(2)
        self._last: Floats | None = None
        self._along = np.array([1.0, 0.0])
        self._angle: float | None = None
        self._turns = 0.0
        self.row = self.follow(start).rows(0)[0]
        self._last = None  # what a hand does before the first frame moves nothing that was seen
        """The frame of reference at the end of what was followed, (8,)."""

    def copy(self) -> Tracker:
        """Another that goes on from here."""
        twin = copy.copy(self)
        twin.places, twin.masses = dict(self.places), dict(self.masses)
        return twin

    @property
    def angle(self) -> float:
        """Of the x axis now, counted on through whole turns."""
        return float(self.row[6])

    def follow(self, strokes: Strokes) -> Origin:
        """The frame of reference during the next frame."""
        path = strokes.path[:, :0] if strokes.mass is None else strokes.path
        speed = np.zeros_like(path) if len(strokes.velocity) != len(path) else strokes.velocity[:, : path.shape[1]]
        origin = self._found(path, speed, strokes)
        if self.reference[0] == PAIR:
            self._turn(origin)
        self.row = origin.rows(0)[0]
        return origin

    def _found(self, path: Floats, speed: Floats, strokes: Strokes) -> Origin:
        count = len(path)
        along, change = np.tile((1.0, 0.0), (count, 1)), np.zeros((count, 2))
        angle = np.zeros(count)
        if self.reference[0] == BODY:
            place, velocity = self._body(self.reference[1], path, speed, strokes)
        elif self.reference[0] == PAIR:
            (a, u), (b, v) = (self._body(name, path, speed, strokes) for name in self.reference[1:])
            m, n = (self.masses[name] for name in self.reference[1:])
            share = n / (m + n) if m + n > 0 else 0.5
            place, velocity = a + share * (b - a), u + share * (v - u)
            along, change = b - a, v - u
        else:
            place, velocity = self._centre(path, speed, strokes)
        return Origin(place, velocity, along, change, angle, strokes.duration)

    def _body(self, name: int, path: Floats, speed: Floats, strokes: Strokes) -> tuple[Floats, Floats]:
        few = 0 if strokes.mass is None else len(strokes.mass)
        names = np.arange(few) if strokes.names is None else strokes.names[:few]
        found = np.flatnonzero(names == name)
        if not len(found):
            return np.tile(self.places[name], (len(path), 1)), np.zeros((len(path), 2))
        which = int(found[0])
        place, velocity = path[:, which], speed[:, which]
        if not (np.isfinite(place).all() and np.isfinite(velocity).all()):
            # It left the numbers in this frame: it stays where it was seen last.
            good: NDArray[np.bool_] = np.asarray(np.isfinite(place).all(axis=1))
            last = np.maximum.accumulate(np.where(good, np.arange(len(path)), -1))
            place = np.where(last[:, None] >= 0, place[last], self.places[name])
            velocity = np.where(good[:, None] & np.isfinite(velocity), velocity, 0.0)
        assert strokes.mass is not None
        self.places[name] = (float(place[-1, 0]), float(place[-1, 1]))
        self.masses[name] = float(strokes.mass[which])
        return place, velocity

    def _centre(self, path: Floats, speed: Floats, strokes: Strokes) -> tuple[Floats, Floats]:
        whole = np.asarray(np.isfinite(path).all(axis=(0, 2)) & np.isfinite(speed).all(axis=(0, 2)))
        if not whole.any():
            last = np.zeros(2) if self._last is None else self._last
            return np.tile(last, (len(path), 1)), np.zeros((len(path), 2))
        assert strokes.mass is not None
        mass = strokes.mass[whole]
        weight = (mass if mass.sum() > 0 else np.ones(len(mass)))[None, :, None]
        place = (weight * path[:, whole]).sum(axis=1) / weight.sum() + self._shift
        velocity = (weight * speed[:, whole]).sum(axis=1) / weight.sum()
        if self._last is not None and not np.array_equal(place[0], self._last):
            jump = self._last - place[0]
            self._shift, place = self._shift + jump, place + jump
        self._last = place[-1].copy()
        return place, velocity

    def _turn(self, origin: Origin) -> None:
        """The axis from one of the pair to the other; where they meet, it stays as it was."""
        for node in np.flatnonzero(~origin.along.any(axis=1)).tolist():
            origin.along[node] = origin.along[node - 1] if node else self._along
            origin.change[node] = 0.0
        self._along = origin.along[-1].copy()
        angle = np.arctan2(origin.along[:, 1], origin.along[:, 0])
        steps = np.diff(angle, prepend=angle[0] if self._angle is None else self._angle)
        turns = self._turns - np.cumsum(np.rint(steps / (2 * np.pi)))
        origin.angle = angle + 2 * np.pi * turns
        self._angle, self._turns = float(angle[-1]), float(turns[-1])


# -- strokes as they are seen ------------------------------------------------------------------------------------------


def blended(parts: Sequence[Part], rows: Mapping[Reference, Floats], home: Place) -> Floats:
    """(..., 7): origin, velocity, cosine, sine and spin of several frames of reference, each by its share.

    One alone is taken as it is, without a sine or cosine: the same bits on every machine.
    """
    if len(parts) == 1 and parts[0][0] != REST:
        return rows[parts[0][0]][..., [0, 1, 2, 3, 4, 5, 7]]
    shape = next(iter(rows.values())).shape[:-1]
    out, angle = np.zeros((*shape, 7)), np.zeros(shape)
    for reference, share, winding in parts:
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


def seen(path: Floats, velocity: Floats, rows: Floats, home: Place) -> tuple[Floats, Floats]:
    """Paths (k+1, n, 2) and velocities as they are seen from a frame of reference `rows` (k+1, n or 1, 7).

    p' = home + R(-angle) (p - c),   v' = R(-angle) (v - u) - spin x (p' - home)
    """
    with np.errstate(invalid="ignore", over="ignore"):  # a particle that leaves the numbers is no mistake of ours
        return _seen(path, velocity, rows, home)


def _seen(path: Floats, velocity: Floats, rows: Floats, home: Place) -> tuple[Floats, Floats]:
    cosine, sine, spin = rows[..., 4], rows[..., 5], rows[..., 6]
    x, y = path[..., 0] - rows[..., 0], path[..., 1] - rows[..., 1]
    place = np.empty_like(path)
    right, up = cosine * x + sine * y, cosine * y - sine * x
    place[..., 0], place[..., 1] = home[0] + right, home[1] + up
    if velocity.shape != path.shape:
        return place, velocity  # points are drawn without their way
    x, y = velocity[..., 0] - rows[..., 2], velocity[..., 1] - rows[..., 3]
    swift = np.empty_like(velocity)
    swift[..., 0], swift[..., 1] = cosine * x + sine * y + spin * up, cosine * y - sine * x - spin * right
    return place, swift


class Eye:
    """What watches: it follows the frames of reference, and gives strokes and places as they are seen from there."""

    def __init__(self, parts: Sequence[Part], trackers: Mapping[Reference, Tracker], home: Place) -> None:
        self.parts = tuple(parts)
        self.trackers = {part[0]: trackers[part[0]] for part in parts if part[0] != REST}
        self.home = home

    def copy(self) -> Eye:
        """Another that goes on from here."""
        return Eye(self.parts, {key: tracker.copy() for key, tracker in self.trackers.items()}, self.home)

    def see(self, strokes: Strokes) -> Strokes:
        """The strokes of the next frame, or of several, as they are seen."""
        if not self.trackers:
            return strokes
        each = [strokes] if strokes.frames == 1 else strokes.each()
        origins = [{key: tracker.follow(one) for key, tracker in self.trackers.items()} for one in each]
        return self._layer(strokes, origins)

    def _layer(self, strokes: Strokes, origins: Sequence[Mapping[Reference, Origin]]) -> Strokes:
        rows = {key: np.stack([frame[key].under(strokes) for frame in origins], axis=1) for key in self.trackers}
        mixed = np.repeat(blended(self.parts, rows, self.home), strokes.path.shape[1] // strokes.frames, axis=1)
        path, velocity = seen(strokes.path, strokes.velocity, mixed, self.home)
        dust = None if strokes.dust is None else self._layer(strokes.dust, origins)
        return replace(strokes, path=path, velocity=velocity, dust=dust)

    def now(self, strokes: Strokes) -> Strokes:
        """Strokes without lines (k = 0), at the end of what was seen last, as they are seen."""
        if not self.trackers:
            return strokes
        rows = {key: tracker.row[None] for key, tracker in self.trackers.items()}
        path, _ = seen(strokes.path, strokes.path[:0], blended(self.parts, rows, self.home)[:, None], self.home)
        return replace(strokes, path=path, dust=None if strokes.dust is None else self.now(strokes.dust))

    @property
    def standpoint(self) -> Standpoint:
        """The frame of reference now."""
        if not self.trackers:
            return Standpoint(self.home, home=self.home)
        rows = {key: tracker.row for key, tracker in self.trackers.items()}
        x, y, u, v, cosine, sine, spin = blended(self.parts, rows, self.home).tolist()
        return Standpoint((x, y), (u, v), (cosine, sine), spin, self.home)
