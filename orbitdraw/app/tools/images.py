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
    >>> quarter.place((2.0, 1.0)), quarter.back((-1.0, 2.0))
    ((-1.0, 2.0), (2.0, 1.0))
    """

    a: float = 1.0
    b: float = 0.0
    c: float = 0.0
    d: float = 0.0
    e: float = 1.0
    f: float = 0.0

    def place(self, at: Pair) -> Pair:
        """The copy of a position."""
        return self.a * at[0] + self.b * at[1] + self.c, self.d * at[0] + self.e * at[1] + self.f

    def back(self, at: Pair) -> Pair:
        """The position whose copy is here."""
        return self.turned_back((at[0] - self.c, at[1] - self.f))

    def turned(self, velocity: Pair) -> Pair:
        """The copy of a velocity."""
        return self.a * velocity[0] + self.b * velocity[1], self.d * velocity[0] + self.e * velocity[1]

    def turned_back(self, velocity: Pair) -> Pair:
        """The velocity whose copy this is."""
        return self.a * velocity[0] + self.d * velocity[1], self.b * velocity[0] + self.e * velocity[1]


ITSELF = Image()


def images_of(world: World | None) -> list[Image]:
    """All copies that the symmetry of a world gives, the first of them the identity."""
    if world is None or not world.symmetry:
        return [ITSELF]
    return [
        ITSELF,
        *(Image(*row) for row in edits.symmetry.image_maps({"symmetry": np.array(world.symmetry)}).tolist()[1:]),
    ]


def its_own_image(world: World | None, place: Pair, near: Callable[[Pair, Pair], bool]) -> Pair:
    """The centre of the symmetry, or the nearest point on a mirror, where that is near; else the position."""
    if world is None or not world.symmetry:
        return place
    order, _, *centre = world.symmetry
    if order > 1 and near(place, (centre[0], centre[1])):
        return centre[0], centre[1]
    for image in images_of(world):
        if image.a * image.e < image.b * image.d:  # a mirror
            x, y = image.place(place)
            middle = ((place[0] + x) / 2, (place[1] + y) / 2)
            if near(place, middle):
                return middle
    return place


def places_of(world: World, places: NDArray[np.float64]) -> NDArray[np.float64]:
    """Positions (n, 2), then those of their first copies, and so on (g n, 2) as in `images_of`."""
    if not world.symmetry:
        return places
    x, y = edits.symmetry.images(
        edits.symmetry.image_maps({"symmetry": np.array(world.symmetry)}), places[:, 0], places[:, 1]
    )
    return np.stack([x.ravel(), y.ravel()], axis=1)
