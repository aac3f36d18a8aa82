"""Symmetric copies as the mouse meets them: a body grabbed by one of its copies moves as that copy."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from orbitdraw import edits
from orbitdraw.runtime import lazy

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from orbitdraw.app.session.world import World
else:
    np = lazy.module("numpy")

Pair = tuple[float, float]


@dataclass(frozen=True)
class Image:
    """x' = a x + b y + c, y' = d x + e y + f: a rotation or a mirror, so the transpose inverts its linear part.

    >>> quarter = Image(0.0, -1.0, 0.0, 1.0, 0.0, 0.0)
    >>> quarter.map_position((2.0, 1.0)), quarter.unmap_position((-1.0, 2.0))
    ((-1.0, 2.0), (2.0, 1.0))
    """

    a: float = 1.0
    b: float = 0.0
    c: float = 0.0
    d: float = 0.0
    e: float = 1.0
    f: float = 0.0

    def map_position(self, at: Pair) -> Pair:
        """The copy of a position."""
        return self.a * at[0] + self.b * at[1] + self.c, self.d * at[0] + self.e * at[1] + self.f

    def unmap_position(self, at: Pair) -> Pair:
        """The position whose copy is here."""
        return self.unmap_velocity((at[0] - self.c, at[1] - self.f))

    def map_velocity(self, velocity: Pair) -> Pair:
        """The copy of a velocity."""
        return self.a * velocity[0] + self.b * velocity[1], self.d * velocity[0] + self.e * velocity[1]

    def unmap_velocity(self, velocity: Pair) -> Pair:
        """The velocity whose copy this is."""
        return self.a * velocity[0] + self.d * velocity[1], self.b * velocity[0] + self.e * velocity[1]


IDENTITY = Image()


def images_of(world: World | None) -> list[Image]:
    """All copies that the symmetry of a world gives, the first of them the identity."""
    if world is None or not world.symmetry:
        return [IDENTITY]
    return [
        IDENTITY,
        *(Image(*row) for row in edits.symmetry.image_maps({"symmetry": np.array(world.symmetry)}).tolist()[1:]),
    ]


def snap_to_symmetry(world: World | None, position: Pair, is_near: Callable[[Pair, Pair], bool]) -> Pair:
    """The centre of the symmetry, or the nearest point on a mirror, where that is near; else the position."""
    if world is None or not world.symmetry:
        return position
    order, _, *centre = world.symmetry
    if order > 1 and is_near(position, (centre[0], centre[1])):
        return centre[0], centre[1]
    for image in images_of(world):
        if image.a * image.e < image.b * image.d:  # a mirror
            x, y = image.map_position(position)
            middle = ((position[0] + x) / 2, (position[1] + y) / 2)
            if is_near(position, middle):
                return middle
    return position


def image_positions(world: World, positions: NDArray[np.float64]) -> NDArray[np.float64]:
    """Positions (n, 2), then those of their first copies, and so on (g n, 2) as in `images_of`."""
    if not world.symmetry:
        return positions
    x, y = edits.symmetry.images(
        edits.symmetry.image_maps({"symmetry": np.array(world.symmetry)}), positions[:, 0], positions[:, 1]
    )
    return np.stack([x.ravel(), y.ravel()], axis=1)
