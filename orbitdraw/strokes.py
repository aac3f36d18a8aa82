"""What one frame puts on paper."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass
class Strokes:
    """The ink of one frame, in world units, before anybody knows the size of the paper.

    `path` (k+1, n, 2) holds the nodes of n particles, evenly spaced in time over `duration`, and `velocity`
    (k+1, n, 2) the velocities there, so that the pen can follow the curve between two nodes. With k = 0
    there are no lines: the particles at `path[0]` are points. `shade` (n,) or (k+1, n), from 0 to 1, is the
    place on the palette; `weight` (n,) scales the ink. The first `bodies` particles are drawn as lines and
    marked with a disc where they are now; the rest is dust. A node that is not finite lifts the pen.

    A cloud that needs other nodes or another pen than the bodies travels in `dust`, which is exposed first.

    >>> path = np.array([[[0.0, 0.0]], [[1.0, 0.0]]])
    >>> Strokes(path, np.ones_like(path), shade=np.array([0.5]), weight=np.ones(1), duration=1.0).path.shape
    (2, 1, 2)
    """

    path: Floats
    velocity: Floats
    shade: Floats
    weight: Floats
    duration: float = 0.0
    bodies: int = 0
    width: float = 0.01
    half_life: float | None = None
    mark: Floats = field(default_factory=lambda: np.zeros(0))
    """Radius (n,) of the disc drawn at each particle's present place; never part of the accumulated ink."""
    pen: Floats | None = None
    """Widths (k+1, n) in units of `width`, where they are not all 1."""
    band: bool = False
    """True for areas: the first half of the particles go along one side, the other half along the other."""
    moment: bool = False
    """True where all nodes belong to the end of the frame: a line from here to there, not a way through time."""
    dust: Strokes | None = None
    """More strokes of the same frame, under these: a cloud with its own nodes and pen."""
    mass: Floats | None = None
    """Masses (m,) of the bodies: a frame of reference may be that of their centre of mass."""
    names: NDArray[np.int64] | None = None
    """Names (m,) of the bodies (see `hands.names`), where they are not simply 0 to m - 1."""
    frames: int = 1
    """So many frames side by side: the particles of the first, then those of the next, all with the same nodes and pen.
    They neither fade in between nor have marks. What is under them has as many frames side by side."""

    @classmethod
    def none(cls, duration: float = 0.0) -> Strokes:
        """A frame without ink, for scenes that draw panels only."""
        empty = np.zeros((1, 0, 2))
        return cls(empty, empty, np.zeros(0), np.zeros(0), duration)

    def over(self, other: Strokes) -> Strokes:
        """These strokes, and others of the same frame under them."""
        last = self
        while last.dust is not None:
            last = last.dust
        last.dust = other
        return self

    def each(self) -> Iterator[Strokes]:
        """The frames one by one.

        >>> path = np.arange(8.0).reshape(1, 4, 2)
        >>> pair = Strokes(path, path, np.zeros(4), np.ones(4), frames=2)
        >>> [one.path.tolist() for one in pair.each()]
        [[[[0.0, 1.0], [2.0, 3.0]]], [[[4.0, 5.0], [6.0, 7.0]]]]
        """
        n = self.path.shape[1] // self.frames
        under = iter(()) if self.dust is None else self.dust.each()
        for start in range(0, n * self.frames, n):
            one, part = copy.copy(self), slice(start, start + n)
            one.path, one.velocity, one.shade = self.path[:, part], self.velocity[:, part], self.shade[..., part]
            one.weight, one.frames = self.weight[part], 1
            one.pen = None if self.pen is None else self.pen[:, part]
            one.dust = next(under, None)
            yield one

    @property
    def present(self) -> Floats:
        """Where the particles are at the end of the frame, (n, 2)."""
        last: Floats = self.path[-1]
        return last
