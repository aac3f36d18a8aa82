"""Iteration over the pictures of a film at a frame rate."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

from orbitdraw.errors import InputError
from orbitdraw.film.film import Film
from orbitdraw.ink.tone import Picture
from orbitdraw.simulation.run import FRAMES_PER_SECOND


def pictures(
    film: Film,
    count: int,
    *,
    start: float = 0.0,
    fps: float = FRAMES_PER_SECOND,
    check: Callable[[], None] = lambda: None,
) -> Iterator[Picture]:
    """`count` pictures of a film, the first `start` seconds into play, `fps` of them a second.

    `check` is called before each call that plays one frame or a batch of some hundred; it may raise to stop.
    """
    if not fps > 0 or not math.isfinite(fps):
        raise InputError(f"fps must be above 0, not {fps}")
    for index in range(count):
        target = round(start * FRAMES_PER_SECOND + index * FRAMES_PER_SECOND / fps)
        while film.run.frame < target:
            check()
            film.advance_towards(target)
        yield film.picture()
