"""Projection between world and window: through the reference frame, and then through the view."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from orbitdraw.ink.look import View
from orbitdraw.runtime import lazy

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from orbitdraw.app.shell.messages import Triple
    from orbitdraw.reference_frames.reference import FramePose
else:
    np = lazy.module("numpy")

Pair = tuple[float, float]
P = ParamSpec("P")
R = TypeVar("R")


def _quietly(work: Callable[P, R]) -> Callable[P, R]:
    """Ignore overflow warnings: bodies that overflow to inf or nan have no pixel."""

    @wraps(work)
    def quiet(*args: P.args, **more: P.kwargs) -> R:
        with np.errstate(all="ignore"):
            return work(*args, **more)

    return quiet


@dataclass(frozen=True)
class Chart:
    """Maps between pixels and world positions. An arrow shows the velocity in the reference frame, not in the world.

    `span` is the time in which a body would travel the length of its arrow.
    """

    view: Triple
    size: tuple[int, int]
    standpoint: FramePose | None
    span: float

    def _pixels(self) -> tuple[float, float, float]:
        x, y, radius = self.view
        return View((x, y), radius).pixels(self.size)

    @_quietly
    def drawn(self, seen: NDArray[np.float64]) -> NDArray[np.float64]:
        """Pixels of positions (n, 2) in the reference frame."""
        scale, ox, oy = self._pixels()
        return np.asarray(seen) * (scale, -scale) + (ox, oy)

    @_quietly
    def at(self, places: NDArray[np.float64]) -> NDArray[np.float64]:
        """Pixels of positions (n, 2) in the world."""
        return self.drawn(places if self.standpoint is None else self.standpoint.to_frame(places))

    @_quietly
    def world_at(self, pixel: Pair) -> Pair:
        """World position of a pixel."""
        scale, ox, oy = self._pixels()
        seen = ((pixel[0] - ox) / scale, (oy - pixel[1]) / scale)
        if self.standpoint is None:
            return seen
        x, y = self.standpoint.to_world(seen).tolist()
        return x, y

    @_quietly
    def arrow(self, place: Pair, velocity: Pair) -> tuple[Pair, Pair]:
        """Start and tip, in pixels, of the arrow of a velocity in the world."""
        if self.standpoint is None:
            start, speed = np.array(place), np.array(velocity)
        else:
            start = self.standpoint.to_frame(place)
            speed = self.standpoint.velocity_to_frame(place, velocity)
        (x, y), (tx, ty) = self.drawn(np.array([start, start + speed * self.span])).tolist()
        return (x, y), (tx, ty)

    @_quietly
    def velocity(self, place: Pair, tip: Pair | None) -> Pair:
        """World velocity of an arrow from a position to a pixel; without a tip, of a body at rest in the frame."""
        scale, _, _ = self._pixels()
        x, y = self.at(np.array(place)).tolist()
        seen = (0.0, 0.0)
        if tip is not None:
            seen = ((tip[0] - x) / (scale * self.span), (y - tip[1]) / (scale * self.span))
        if self.standpoint is None:
            return seen
        u, v = self.standpoint.velocity_to_world(place, seen).tolist()
        return u, v
