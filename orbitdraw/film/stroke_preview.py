"""The last strokes of a drawing, thinned, for an immediate preview while the full redraw is under way."""

from __future__ import annotations

from bisect import bisect_left
from collections import deque
from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from orbitdraw.film.stroke_history import INVISIBLE_AFTER, StrokeHistory
from orbitdraw.ink.strokes import Floats, Strokes
from orbitdraw.reference_frames.reference import REST, Reference
from orbitdraw.reference_frames.tracker import Point, Tracker

FRAMES = 3600
"""Most frames that are stored: a minute of play, if they have at most MOST_NODES nodes."""

GRAINS = 500
"""Dust particles of a layer that are stored; their weights are increased to stand for the others."""

JOINED_FRAMES = 16
"""Frames whose lines are joined: they fade together, which is invisible during a transition."""

NODES = 120_000
"""Line ends that are drawn for one preview, in some fifteen milliseconds. Older ones are left out."""

MOST_NODES = 3 * NODES
"""Line ends that are stored, some fifteen megabytes: enough for a preview after a short seek back."""


FRAME, QUICK = 200, 100_000
"""Microseconds to replay a frame, besides about one for each particle, and the longest unnoticed delay: a drawing that
replays faster needs no preview."""

FADED = 4.0
"""Half-lives after which ink is ignored by `places`."""

LATER = 90
"""Frames after which a preview is collected anew, because the transition it was made for is over."""


class StrokePreview:
    """Stores the last frames of a drawing during play, each with the ends of its lines only.

    The cubic Hermite curve between two ends loses little accuracy; dust is sampled. Pictures made from it are previews,
    never exported.
    """

    def __init__(self) -> None:
        self._kept: deque[tuple[int, Strokes]] = deque()
        self._nodes = 0
        self._recent: RecentStrokes | None = None
        self._particles = 0

    def add(self, frame: int, strokes: Strokes) -> None:
        """Append the strokes that led to a frame, replacing stored strokes of that frame and later ones."""
        if strokes.frames > 1:
            for number, one in enumerate(strokes.each(), frame - strokes.frames + 1):
                self.add(number, one)
            return
        if self._recent is not None and not 0 < frame - self._recent.last_frame < LATER:
            self._recent = None
        while self._kept and self._kept[-1][0] >= frame:
            self._nodes -= nodes_of(self._kept.pop()[1])
        thinned = thin(strokes)
        self._kept.append((frame, thinned))
        self._nodes += nodes_of(thinned)
        while len(self._kept) > FRAMES or (self._nodes > MOST_NODES and len(self._kept) > 1):
            self._nodes -= nodes_of(self._kept.popleft()[1])
        self._particles = strokes.path.shape[1] + (0 if strokes.dust is None else strokes.dust.path.shape[1])

    def recent_strokes(self, frame: int, references: Iterable[Reference], home: Point) -> RecentStrokes | None:
        """The stored strokes up to a frame, with these frames of reference tracked; None when they are not needed."""
        references, recent = frozenset(references), self._recent
        if frame * (FRAME + self._particles) < QUICK:
            return None  # the full redraw is as fast
        if recent is not None and recent.tracks(references) and recent.last_frame <= frame:
            # During a transition in play, extend the same strokes: the winding numbers stay the same.
            since = [one for one in self._kept if recent.last_frame < one[0] <= frame]
            if len(since) == frame - recent.last_frame:
                for at, strokes in since:
                    recent.follow(at, strokes)
                return recent
        self._recent = self._collect(frame, references, home)
        return self._recent

    def places(self, frame: int, reference: Reference, home: Point) -> Floats:
        """Positions (m, 2) of the nodes of the last frames in a frame of reference."""
        recent = self._collect(frame, frozenset([reference]), home)
        return np.zeros((0, 2)) if recent is None else recent.places([(reference, 1.0, 0)], FADED)

    def _collect(self, frame: int, references: frozenset[Reference], home: Point) -> RecentStrokes | None:
        kept = [one for one in self._kept if one[0] <= frame]
        if not kept or kept[-1][0] != frame:
            return None
        kept = kept[_first(kept) :]
        start = kept[0][1]
        few = 0 if start.mass is None else len(start.mass)
        begin = replace(start, path=start.path[:1, :few], velocity=start.velocity[:1, :few], dust=None)
        born = _first_appearances(strokes for _, strokes in kept)
        trackers = {one: Tracker(one, begin, born, home) for one in references if one != REST}
        out = RecentStrokes(trackers, home, kept[0][0] - 1)
        group: list[Strokes] = []
        for _, strokes in kept:
            if group and (len(group) == JOINED_FRAMES or not _continues(group[-1], strokes)):
                out.follow(out.last_frame + len(group), join(group))
                group = []
            group.append(strokes)
        out.follow(frame, join(group))
        return out


class RecentStrokes(StrokeHistory):
    """A stroke history that begins at a later frame, and in which several frames may be joined."""

    def __init__(self, trackers: dict[Reference, Tracker], home: Point, first: int) -> None:
        super().__init__(trackers, home)
        self._ends = [first]

    @property
    def last_frame(self) -> int:
        """The last frame of the history."""
        return self._ends[-1]

    def follow(self, frame: int, strokes: Strokes) -> None:
        """Append the next strokes, which lead to a frame."""
        self.add(strokes)
        self._ends.append(frame)

    def angle(self, reference: Reference, frame: int) -> float:
        return super().angle(reference, bisect_left(self._ends, frame))


def nodes_of(strokes: Strokes) -> int:
    """Number of nodes in all layers."""
    return int(strokes.path.shape[0] * strokes.path.shape[1]) + (0 if strokes.dust is None else nodes_of(strokes.dust))


def thin(strokes: Strokes) -> Strokes:
    """Strokes reduced to the ends of lines, and to a sample of the dust with increased weights."""
    dust = None if strokes.dust is None else thin(strokes.dust)
    if strokes.band:
        return replace(strokes, dust=dust)
    n_bodies, count = 0 if strokes.mass is None else len(strokes.mass), strokes.path.shape[1]
    ends = [0, -1] if len(strokes.path) > 1 else [0]
    every = max(1, -(-(count - n_bodies) // GRAINS))
    which = slice(None) if every == 1 else np.r_[np.arange(n_bodies), np.arange(n_bodies, count, every)]
    weight = strokes.weight[which]
    if every > 1:
        weight[n_bodies:] *= (count - n_bodies) / (len(weight) - n_bodies)
    lines = strokes.velocity.shape == strokes.path.shape
    return replace(
        strokes,
        path=strokes.path[ends][:, which],
        velocity=strokes.velocity[ends][:, which] if lines else strokes.velocity,
        shade=strokes.shade[which] if strokes.shade.ndim == 1 else strokes.shade[ends][:, which],
        weight=weight,
        mark=strokes.mark[which] if strokes.mark.size else strokes.mark,
        pen=None if strokes.pen is None else strokes.pen[ends][:, which],
        dust=dust,
    )


def join(group: list[Strokes]) -> Strokes:
    """Join consecutive strokes of the same lines into those of one longer frame."""
    if len(group) == 1:
        return group[0]
    last = group[-1]
    dusts = [one.dust for one in group if one.dust is not None]
    return replace(
        last,
        path=_chained([one.path for one in group]),
        velocity=_chained([one.velocity for one in group]),
        shade=last.shade if last.shade.ndim == 1 else _chained([one.shade for one in group]),
        duration=sum(one.duration for one in group),
        pen=None if last.pen is None else _chained([one.pen for one in group if one.pen is not None]),
        dust=join(dusts) if dusts else None,
    )


def _chained(arrays: list[Floats]) -> Floats:
    return np.concatenate([arrays[0][:1], *(one[1:] for one in arrays)])


def _continues(one: Strokes, other: Strokes) -> bool:
    """True when `other` continues the lines of `one` where they end."""
    if one.path.shape != other.path.shape or len(one.path) < 2 or one.band or one.moment or other.moment or other.band:
        return False
    same = (one.half_life, one.width, one.pen is None, one.shade.shape) == (
        *(other.half_life, other.width, other.pen is None, other.shade.shape),
    )
    if not same or (one.dust is None) != (other.dust is None) or not np.array_equal(one.path[-1], other.path[0]):
        return False
    for mine, its in ((one.names, other.names), (one.mass, other.mass)):
        if (mine is None) != (its is None) or (mine is not None and its is not None and not np.array_equal(mine, its)):
            return False
    return one.dust is None or other.dust is None or _continues(one.dust, other.dust)


def _first(kept: list[tuple[int, Strokes]]) -> int:
    """Index of the first stored frame to draw: at most NODES nodes, none faded, no gap between frames."""
    nodes, age = 0, 0.0
    for index in range(len(kept) - 1, -1, -1):
        layer = kept[index][1]
        life = layer.half_life
        age += layer.duration / life if life is not None and life > 0 else 0.0
        nodes += nodes_of(layer)
        if index < len(kept) - 1 and (
            nodes > NODES or age > INVISIBLE_AFTER / 2 or kept[index][0] != kept[index + 1][0] - 1
        ):
            return index + 1
    return 0


def _first_appearances(every: Iterable[Strokes]) -> dict[int, tuple[float, float, float]]:
    """x, y and mass of each body, by id, at its first appearance."""
    out: dict[int, tuple[float, float, float]] = {}
    known = -1
    for strokes in every:
        if strokes.mass is None or len(strokes.mass) == known:
            continue
        known = len(strokes.mass)
        names = range(known) if strokes.names is None else strokes.names[:known].tolist()
        for place, name in enumerate(names):
            out.setdefault(name, (*strokes.path[0, place].tolist(), float(strokes.mass[place])))
    return out
