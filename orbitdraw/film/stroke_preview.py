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

MAX_FRAMES = 3600
"""Most frames that are stored: a minute of play, if they have at most MAX_STORED_NODES nodes."""

MAX_GRAINS = 500
"""Dust particles of a layer that are stored; their weights are increased to stand for the others."""

JOINED_FRAMES = 16
"""Frames whose lines are joined: they fade together, which is invisible during a transition."""

PREVIEW_NODES = 120_000
"""Line ends that are drawn for one preview, in some fifteen milliseconds. Older ones are left out."""

MAX_STORED_NODES = 3 * PREVIEW_NODES
"""Line ends that are stored, some fifteen megabytes: enough for a preview after a short seek back."""


FRAME_COST, QUICK_REPLAY = 200, 100_000
"""Microseconds to replay a frame, besides about one for each particle, and the longest unnoticed delay: a drawing that
replays faster needs no preview."""

VISIBLE_HALF_LIVES = 4.0
"""Half-lives after which ink is ignored by `node_positions`."""

MAX_FRAMES_LATER = 90
"""Frames after which a preview is collected anew, because the transition it was made for is over."""


class StrokePreview:
    """Stores the last frames of a drawing during play, each with the ends of its lines only.

    The cubic Hermite curve between two ends loses little accuracy; dust is sampled. Pictures made from it are previews,
    never exported.
    """

    def __init__(self) -> None:
        self._stored: deque[tuple[int, Strokes]] = deque()
        self._nodes = 0
        self._recent: RecentStrokes | None = None
        self._particles = 0

    def add(self, frame: int, strokes: Strokes) -> None:
        """Append the strokes that led to a frame, replacing stored strokes of that frame and later ones."""
        if strokes.frames > 1:
            for number, frame_strokes in enumerate(strokes.each(), frame - strokes.frames + 1):
                self.add(number, frame_strokes)
            return
        if self._recent is not None and not 0 < frame - self._recent.last_frame < MAX_FRAMES_LATER:
            self._recent = None
        while self._stored and self._stored[-1][0] >= frame:
            self._nodes -= count_nodes(self._stored.pop()[1])
        thinned = thin(strokes)
        self._stored.append((frame, thinned))
        self._nodes += count_nodes(thinned)
        while len(self._stored) > MAX_FRAMES or (self._nodes > MAX_STORED_NODES and len(self._stored) > 1):
            self._nodes -= count_nodes(self._stored.popleft()[1])
        self._particles = strokes.path.shape[1] + (0 if strokes.dust is None else strokes.dust.path.shape[1])

    def recent_strokes(self, frame: int, references: Iterable[Reference], home: Point) -> RecentStrokes | None:
        """The stored strokes up to a frame, with these frames of reference tracked; None when they are not needed."""
        references, recent = frozenset(references), self._recent
        if frame * (FRAME_COST + self._particles) < QUICK_REPLAY:
            return None  # the full redraw is as fast
        if recent is not None and recent.is_tracking(references) and recent.last_frame <= frame:
            # During a transition in play, extend the same strokes: the winding numbers stay the same.
            new = [one for one in self._stored if recent.last_frame < one[0] <= frame]
            if len(new) == frame - recent.last_frame:
                for number, strokes in new:
                    recent.follow(number, strokes)
                return recent
        self._recent = self._collect(frame, references, home)
        return self._recent

    def node_positions(self, frame: int, reference: Reference, home: Point) -> Floats:
        """Positions (m, 2) of the nodes of the last frames in a frame of reference."""
        recent = self._collect(frame, frozenset([reference]), home)
        return np.zeros((0, 2)) if recent is None else recent.node_positions([(reference, 1.0, 0)], VISIBLE_HALF_LIVES)

    def _collect(self, frame: int, references: frozenset[Reference], home: Point) -> RecentStrokes | None:
        stored = [one for one in self._stored if one[0] <= frame]
        if not stored or stored[-1][0] != frame:
            return None
        stored = stored[_first_index(stored) :]
        start = stored[0][1]
        n_bodies = 0 if start.mass is None else len(start.mass)
        start_strokes = replace(
            start, path=start.path[:1, :n_bodies], velocity=start.velocity[:1, :n_bodies], dust=None
        )
        appearances = _first_appearances(strokes for _, strokes in stored)
        trackers = {one: Tracker(one, start_strokes, appearances, home) for one in references if one != REST}
        recent = RecentStrokes(trackers, home, stored[0][0] - 1)
        group: list[Strokes] = []
        for _, strokes in stored:
            if group and (len(group) == JOINED_FRAMES or not _is_continuation(group[-1], strokes)):
                recent.follow(recent.last_frame + len(group), join(group))
                group = []
            group.append(strokes)
        recent.follow(frame, join(group))
        return recent


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


def count_nodes(strokes: Strokes) -> int:
    """Number of nodes in all layers."""
    return int(strokes.path.shape[0] * strokes.path.shape[1]) + (
        0 if strokes.dust is None else count_nodes(strokes.dust)
    )


def thin(strokes: Strokes) -> Strokes:
    """Strokes reduced to the ends of lines, and to a sample of the dust with increased weights."""
    dust = None if strokes.dust is None else thin(strokes.dust)
    if strokes.band:
        return replace(strokes, dust=dust)
    n_bodies, count = 0 if strokes.mass is None else len(strokes.mass), strokes.path.shape[1]
    ends = [0, -1] if len(strokes.path) > 1 else [0]
    stride = max(1, -(-(count - n_bodies) // MAX_GRAINS))
    selection = slice(None) if stride == 1 else np.r_[np.arange(n_bodies), np.arange(n_bodies, count, stride)]
    weight = strokes.weight[selection]
    if stride > 1:
        weight[n_bodies:] *= (count - n_bodies) / (len(weight) - n_bodies)
    lines = strokes.velocity.shape == strokes.path.shape
    return replace(
        strokes,
        path=strokes.path[ends][:, selection],
        velocity=strokes.velocity[ends][:, selection] if lines else strokes.velocity,
        shade=strokes.shade[selection] if strokes.shade.ndim == 1 else strokes.shade[ends][:, selection],
        weight=weight,
        mark=strokes.mark[selection] if strokes.mark.size else strokes.mark,
        pen=None if strokes.pen is None else strokes.pen[ends][:, selection],
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
        path=_concatenate_nodes([one.path for one in group]),
        velocity=_concatenate_nodes([one.velocity for one in group]),
        shade=last.shade if last.shade.ndim == 1 else _concatenate_nodes([one.shade for one in group]),
        duration=sum(one.duration for one in group),
        pen=None if last.pen is None else _concatenate_nodes([one.pen for one in group if one.pen is not None]),
        dust=join(dusts) if dusts else None,
    )


def _concatenate_nodes(arrays: list[Floats]) -> Floats:
    return np.concatenate([arrays[0][:1], *(one[1:] for one in arrays)])


def _is_continuation(earlier: Strokes, later: Strokes) -> bool:
    """True when `later` continues the lines of `earlier` where they end."""
    if (
        earlier.path.shape != later.path.shape
        or len(earlier.path) < 2
        or earlier.band
        or earlier.moment
        or later.moment
        or later.band
    ):
        return False
    same = (earlier.half_life, earlier.width, earlier.pen is None, earlier.shade.shape) == (
        *(later.half_life, later.width, later.pen is None, later.shade.shape),
    )
    if (
        not same
        or (earlier.dust is None) != (later.dust is None)
        or not np.array_equal(earlier.path[-1], later.path[0])
    ):
        return False
    for mine, its in ((earlier.names, later.names), (earlier.mass, later.mass)):
        if (mine is None) != (its is None) or (mine is not None and its is not None and not np.array_equal(mine, its)):
            return False
    return earlier.dust is None or later.dust is None or _is_continuation(earlier.dust, later.dust)


def _first_index(stored: list[tuple[int, Strokes]]) -> int:
    """Index of the first stored frame to draw: at most PREVIEW_NODES nodes, none faded, no gap between frames."""
    nodes, age = 0, 0.0
    for index in range(len(stored) - 1, -1, -1):
        layer = stored[index][1]
        life = layer.half_life
        age += layer.duration / life if life is not None and life > 0 else 0.0
        nodes += count_nodes(layer)
        if index < len(stored) - 1 and (
            nodes > PREVIEW_NODES or age > INVISIBLE_AFTER / 2 or stored[index][0] != stored[index + 1][0] - 1
        ):
            return index + 1
    return 0


def _first_appearances(history: Iterable[Strokes]) -> dict[int, tuple[float, float, float]]:
    """x, y and mass of each body, by id, at its first appearance."""
    out: dict[int, tuple[float, float, float]] = {}
    n_bodies = -1
    for strokes in history:
        if strokes.mass is None or len(strokes.mass) == n_bodies:
            continue
        n_bodies = len(strokes.mass)
        names = range(n_bodies) if strokes.names is None else strokes.names[:n_bodies].tolist()
        for index, name in enumerate(names):
            out.setdefault(name, (*strokes.path[0, index].tolist(), float(strokes.mass[index])))
    return out
