"""The last strokes of a drawing, thinned: enough for a picture at once, while all of it is still being drawn."""

from __future__ import annotations

from bisect import bisect_left
from collections import deque
from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from orbitdraw.film.stroke_history import FAINT, Past
from orbitdraw.ink.strokes import Floats, Strokes
from orbitdraw.reference_frames.reference import REST, Reference
from orbitdraw.reference_frames.tracker import Place, Tracker

FRAMES = 3600
"""Frames that are kept: a minute of play, if they have no more than MOST_NODES."""

GRAINS = 500
"""Particles of a layer that are kept besides the bodies. The others are told by these, which are as much heavier."""

TOGETHER = 16
"""Frames whose lines are joined into one: they fade together, which nobody sees while a picture turns."""

NODES = 120_000
"""Ends of lines that are drawn for one picture: some fifteen milliseconds. What is older is left out."""

MOST_NODES = 3 * NODES
"""Ends of lines that are kept, some fifteen megabytes: one may go back a little, and look on there."""


FRAME, QUICK = 200, 100_000
"""Microseconds, about, that a frame takes to be played again besides one for each particle, and for which a hand waits
without noticing: a drawing that takes no longer needs no glimpse."""

FADED = 4.0
"""Half-lives after which ink does not count as what there is to be seen."""

LATER = 90
"""Frames after which a picture is gathered anew: the turn that the last was made for is over."""


class Glimpse:
    """Keeps a drawing's last frames while it is played, each with the ends of its lines only.

    Between two ends goes the cubic with the velocities there, so a path is hardly less exact than it was; of dust only
    some grains are left. A picture made of it is for the moment, never for a file.
    """

    def __init__(self) -> None:
        self._kept: deque[tuple[int, Strokes]] = deque()
        self._nodes = 0
        self._recent: Recent | None = None
        self._particles = 0

    def add(self, frame: int, strokes: Strokes) -> None:
        """The strokes that led to a frame; what was kept of it and of later ones is another future."""
        if strokes.frames > 1:
            for number, one in enumerate(strokes.each(), frame - strokes.frames + 1):
                self.add(number, one)
            return
        if self._recent is not None and not 0 < frame - self._recent.last_frame < LATER:
            self._recent = None
        while self._kept and self._kept[-1][0] >= frame:
            self._nodes -= nodes_of(self._kept.pop()[1])
        thin = thinned(strokes)
        self._kept.append((frame, thin))
        self._nodes += nodes_of(thin)
        while len(self._kept) > FRAMES or (self._nodes > MOST_NODES and len(self._kept) > 1):
            self._nodes -= nodes_of(self._kept.popleft()[1])
        self._particles = strokes.path.shape[1] + (0 if strokes.dust is None else strokes.dust.path.shape[1])

    def past(self, frame: int, references: Iterable[Reference], home: Place) -> Recent | None:
        """What is kept up to a frame, with these frames of reference followed through it; None when nothing is."""
        references, recent = frozenset(references), self._recent
        if frame * (FRAME + self._particles) < QUICK:
            return None  # all of it is there as soon
        if recent is not None and recent.knows(references) and recent.last_frame <= frame:
            # A turn that is played goes on with what it began with: the same windings, and no second look.
            since = [one for one in self._kept if recent.last_frame < one[0] <= frame]
            if len(since) == frame - recent.last_frame:
                for at, strokes in since:
                    recent.follow(at, strokes)
                return recent
        self._recent = self._gathered(frame, references, home)
        return self._recent

    def places(self, frame: int, reference: Reference, home: Place) -> Floats:
        """(m, 2): where the ink of the last frames lies, seen from a frame of reference."""
        recent = self._gathered(frame, frozenset([reference]), home)
        return np.zeros((0, 2)) if recent is None else recent.places([(reference, 1.0, 0)], FADED)

    def _gathered(self, frame: int, references: frozenset[Reference], home: Place) -> Recent | None:
        kept = [one for one in self._kept if one[0] <= frame]
        if not kept or kept[-1][0] != frame:
            return None
        kept = kept[_first(kept) :]
        start = kept[0][1]
        few = 0 if start.mass is None else len(start.mass)
        begin = replace(start, path=start.path[:1, :few], velocity=start.velocity[:1, :few], dust=None)
        born = _born(strokes for _, strokes in kept)
        trackers = {one: Tracker(one, begin, born, home) for one in references if one != REST}
        out = Recent(trackers, home, kept[0][0] - 1)
        group: list[Strokes] = []
        for _, strokes in kept:
            if group and (len(group) == TOGETHER or not _joins(group[-1], strokes)):
                out.follow(out.last_frame + len(group), joined(group))
                group = []
            group.append(strokes)
        out.follow(frame, joined(group))
        return out


class Recent(Past):
    """A past that begins late, and in which several frames may be one."""

    def __init__(self, trackers: dict[Reference, Tracker], home: Place, first: int) -> None:
        super().__init__(trackers, home)
        self._ends = [first]

    @property
    def last_frame(self) -> int:
        """The frame up to which it goes."""
        return self._ends[-1]

    def follow(self, frame: int, strokes: Strokes) -> None:
        """The next strokes, which lead to a frame."""
        self.add(strokes)
        self._ends.append(frame)

    def angle(self, reference: Reference, frame: int) -> float:
        return super().angle(reference, bisect_left(self._ends, frame))


def nodes_of(strokes: Strokes) -> int:
    """Ends of lines in all layers."""
    return int(strokes.path.shape[0] * strokes.path.shape[1]) + (0 if strokes.dust is None else nodes_of(strokes.dust))


def thinned(strokes: Strokes) -> Strokes:
    """The same with the ends of lines only, and of dust some grains, as much heavier."""
    dust = None if strokes.dust is None else thinned(strokes.dust)
    if strokes.band:
        return replace(strokes, dust=dust)
    few, count = 0 if strokes.mass is None else len(strokes.mass), strokes.path.shape[1]
    ends = [0, -1] if len(strokes.path) > 1 else [0]
    every = max(1, -(-(count - few) // GRAINS))
    which = slice(None) if every == 1 else np.r_[np.arange(few), np.arange(few, count, every)]
    weight = strokes.weight[which]
    if every > 1:
        weight[few:] *= (count - few) / (len(weight) - few)
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


def joined(group: list[Strokes]) -> Strokes:
    """Strokes that lead from one to the next as if they were one frame's."""
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
        dust=joined(dusts) if dusts else None,
    )


def _chained(arrays: list[Floats]) -> Floats:
    return np.concatenate([arrays[0][:1], *(one[1:] for one in arrays)])


def _joins(one: Strokes, other: Strokes) -> bool:
    """True when the other goes on with the same lines where the one ends."""
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
    return one.dust is None or other.dust is None or _joins(one.dust, other.dust)


def _first(kept: list[tuple[int, Strokes]]) -> int:
    """Where to begin, so that no more is drawn than can be at once, and nothing that has faded."""
    nodes, age = 0, 0.0
    for index in range(len(kept) - 1, -1, -1):
        layer = kept[index][1]
        life = layer.half_life
        age += layer.duration / life if life is not None and life > 0 else 0.0
        nodes += nodes_of(layer)
        if index < len(kept) - 1 and (nodes > NODES or age > FAINT / 2 or kept[index][0] != kept[index + 1][0] - 1):
            return index + 1
    return 0


def _born(every: Iterable[Strokes]) -> dict[int, tuple[float, float, float]]:
    """Where each body is seen first, and its mass then."""
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
