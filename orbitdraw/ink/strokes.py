"""Strokes: the paths and points that one frame draws."""

from __future__ import annotations

import copy
import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from orbitdraw.calls import public
from orbitdraw.errors import InputError
from orbitdraw.inputs import brief, number, whole_number

Floats = NDArray[np.float64]


@public
@dataclass
class Strokes:
    """Strokes of one frame in world units, independent of the picture's size.

    `path` (k+1, n, 2) holds the nodes of n particles, evenly spaced in time over `duration`, and `velocity`
    (k+1, n, 2) the velocities there, so that the pen can follow the curve between two nodes. With k = 0
    there are no lines: the particles at `path[0]` are points. `shade` (n,) or (k+1, n), from 0 to 1, is the
    position in the palette; `weight` (n,) scales the ink. The first `bodies` particles are drawn as lines and
    marked with a disc at their present position; the rest is dust. A node that is not finite lifts the pen.

    Particles with other nodes or another pen than the bodies are strokes of their own in `dust`, exposed first.

    >>> path = np.array([[[0.0, 0.0]], [[1.0, 0.0]]])
    >>> Strokes(path, np.ones_like(path), shade=np.array([0.5]), weight=np.ones(1), duration=1.0).path.shape
    (2, 1, 2)
    >>> Strokes(path, np.ones_like(path), duration=1.0).as_arrays().shade is None
    True
    """

    path: Floats
    velocity: Floats
    shade: Floats = None  # type: ignore[assignment]  # None is filled in by `stroke_values.fill_from_look`
    weight: Floats = None  # type: ignore[assignment]
    duration: float = 0.0
    bodies: int = 0
    width: float = None  # type: ignore[assignment]
    half_life: float | None = None
    mark: Floats = field(default_factory=lambda: np.zeros(0))
    """Radius (n,) of the disc drawn at each particle's present position; never part of the stored ink."""
    pen: Floats | None = None
    """Widths (k+1, n) in units of `width`, where they are not all 1."""
    band: bool = False
    """True for areas: the first half of the particles are one edge of the band, the other half the other edge."""
    moment: bool = False
    """True where all nodes belong to the end of the frame: a line in space at one time, not a path through time."""
    dust: Strokes | None = None
    """More strokes of the same frame, drawn under these, with their own nodes and pen."""
    mass: Floats | None = None
    """Masses (m,) of the bodies, for the frame of reference of their centre of mass."""
    names: NDArray[np.int64] | None = None
    """Ids (m,) of the bodies (see `body_ids.ids_of`), where they are not simply 0 to m - 1."""
    frames: int = 1
    """Number of frames batched side by side: all particles of the first, then those of the next, with the same nodes
    and pen, without fading between them and without marks. `dust` holds the same number of frames."""

    @classmethod
    def none(cls, duration: float = 0.0) -> Strokes:
        """Strokes without particles, for scenes that draw panels only."""
        empty = np.zeros((1, 0, 2))
        return cls(empty, empty, np.zeros(0), np.zeros(0), duration)

    def as_arrays(self) -> Strokes:
        """A copy with lists converted to arrays; raises InputError for a shape that does not match the path's.

        >>> Strokes(np.zeros((1, 3, 2)), np.zeros((1, 3, 2)), shade=0.5).as_arrays()
        Traceback (most recent call last):
        orbitdraw.errors.InputError: Strokes needs an array (3,) or (1, 3) for shade, not 0.5
        """
        strokes = copy.copy(self)
        strokes.path = path = _array("path", self.path)
        if path.ndim != 3 or path.shape[2] != 2 or not len(path):
            raise InputError(f"Strokes needs an array (k+1, n, 2) for path, not {brief(self.path)}")
        nodes, n, _ = path.shape
        strokes.velocity = _array("velocity", self.velocity, path.shape, (0, 0, 2) if nodes == 1 else path.shape)
        whole_number("Strokes", "bodies", self.bodies, 0, n)
        for name, shapes in (
            ("shade", ((n,), (nodes, n))),
            ("weight", ((n,),)),
            ("mark", ((n,), (0,))),
            ("pen", ((nodes, n),)),
            ("mass", ((self.bodies,),)),
        ):
            value = getattr(self, name)
            if value is not None:
                setattr(strokes, name, _array(name, value, *shapes))
        if self.names is not None:
            strokes.names = _array("names", self.names, (self.bodies,)).astype(np.int64)
        if strokes.weight is not None and not (strokes.weight >= 0).all():
            raise InputError("Strokes needs weights of 0 or more, not negative ones or nan")
        number("Strokes", "duration", self.duration, least=0)
        if self.width is not None:
            number("Strokes", "width", self.width, least=0)
        if self.half_life is not None and self.half_life != math.inf:
            number("Strokes", "half_life", self.half_life, least=0)
        if n % whole_number("Strokes", "frames", self.frames):
            raise InputError(f"Strokes has {n} particles, which do not divide into {self.frames} frames")
        if self.band and n // self.frames % 2:
            raise InputError(f"Strokes needs an even number of particles for an area, not {n // self.frames}")
        if self.dust is not None:
            if not isinstance(self.dust, Strokes):
                raise InputError(f"Strokes needs Strokes for dust, not {brief(self.dust)}")
            strokes.dust = self.dust.as_arrays()
        return strokes

    def over(self, other: Strokes) -> Strokes:
        """Append other strokes of the same frame below these, and return these."""
        last = self
        while last.dust is not None:
            last = last.dust
        last.dust = other
        return self

    def each(self) -> Iterator[Strokes]:
        """Split batched frames into strokes of one frame each.

        >>> path = np.arange(8.0).reshape(1, 4, 2)
        >>> pair = Strokes(path, path, np.zeros(4), np.ones(4), frames=2)
        >>> [strokes.path.tolist() for strokes in pair.each()]
        [[[[0.0, 1.0], [2.0, 3.0]]], [[[4.0, 5.0], [6.0, 7.0]]]]
        """
        n = self.path.shape[1] // self.frames
        dusts = iter(()) if self.dust is None else self.dust.each()
        for frame in range(self.frames):
            strokes, columns = copy.copy(self), slice(frame * n, (frame + 1) * n)
            strokes.path, strokes.velocity, strokes.shade = (
                self.path[:, columns],
                self.velocity[:, columns],
                self.shade[..., columns],
            )
            strokes.weight, strokes.frames = self.weight[columns], 1
            strokes.pen = None if self.pen is None else self.pen[:, columns]
            strokes.dust = next(dusts, None)
            yield strokes

    @property
    def end_positions(self) -> Floats:
        """Positions (n, 2) of the particles at the end of the frame."""
        last: Floats = self.path[-1]
        return last


def _array(name: str, value: Any, *shapes: tuple[int, ...]) -> Floats:
    try:
        array = np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError):
        array = None
    if array is None or (shapes and array.shape not in shapes):
        wanted = " or ".join(map(str, shapes)) or "(k+1, n, 2)"
        raise InputError(f"Strokes needs an array {wanted} for {name}, not {brief(value)}")
    return array
