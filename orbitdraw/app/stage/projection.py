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


def _ignore_overflow(work: Callable[P, R]) -> Callable[P, R]:
    """Ignore overflow warnings: bodies that overflow to inf or nan have no pixel."""

    @wraps(work)
    def wrapper(*args: P.args, **more: P.kwargs) -> R:
        with np.errstate(all="ignore"):
            return work(*args, **more)

    return wrapper


@dataclass(frozen=True)
class Projection:
    """Maps between pixels and world positions. An arrow shows the velocity in the reference frame, not in the world.

    `arrow_time` is the time in which a body would travel the length of its arrow.
    """

    view: Triple
    size: tuple[int, int]
    frame_pose: FramePose | None
    arrow_time: float

    def _pixels(self) -> tuple[float, float, float]:
        x, y, radius = self.view
        return View((x, y), radius).pixels(self.size)

    @_ignore_overflow
    def frame_to_pixels(self, positions: NDArray[np.float64]) -> NDArray[np.float64]:
        """Pixels of positions (n, 2) in the reference frame."""
        scale, ox, oy = self._pixels()
        return np.asarray(positions) * (scale, -scale) + (ox, oy)

    @_ignore_overflow
    def world_to_pixels(self, positions: NDArray[np.float64]) -> NDArray[np.float64]:
        """Pixels of positions (n, 2) in the world."""
        return self.frame_to_pixels(positions if self.frame_pose is None else self.frame_pose.to_frame(positions))

    @_ignore_overflow
    def pixel_to_world(self, pixel: Pair) -> Pair:
        """World position of a pixel."""
        scale, ox, oy = self._pixels()
        position = ((pixel[0] - ox) / scale, (oy - pixel[1]) / scale)
        if self.frame_pose is None:
            return position
        x, y = self.frame_pose.to_world(position).tolist()
        return x, y

    @_ignore_overflow
    def arrow(self, position: Pair, velocity: Pair) -> tuple[Pair, Pair]:
        """Start and tip, in pixels, of the arrow of a velocity in the world."""
        if self.frame_pose is None:
            start, speed = np.array(position), np.array(velocity)
        else:
            start = self.frame_pose.to_frame(position)
            speed = self.frame_pose.velocity_to_frame(position, velocity)
        (x, y), (tx, ty) = self.frame_to_pixels(np.array([start, start + speed * self.arrow_time])).tolist()
        return (x, y), (tx, ty)

    @_ignore_overflow
    def arrow_velocity(self, position: Pair, tip: Pair | None) -> Pair:
        """World velocity of an arrow from a position to a pixel; without a tip, of a body at rest in the frame."""
        scale, _, _ = self._pixels()
        x, y = self.world_to_pixels(np.array(position)).tolist()
        velocity = (0.0, 0.0)
        if tip is not None:
            velocity = ((tip[0] - x) / (scale * self.arrow_time), (y - tip[1]) / (scale * self.arrow_time))
        if self.frame_pose is None:
            return velocity
        u, v = self.frame_pose.velocity_to_world(position, velocity).tolist()
        return u, v
