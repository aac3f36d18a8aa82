"""The pictures of a film, one after the other."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from orbitdraw.calls import public
from orbitdraw.canvas import sides
from orbitdraw.errors import InputError
from orbitdraw.film import Film
from orbitdraw.inputs import number, whole
from orbitdraw.run import FRAMES_PER_SECOND
from orbitdraw.tone import Picture


def pictures(
    film: Film,
    count: int,
    *,
    start: float = 0.0,
    fps: float = FRAMES_PER_SECOND,
    check: Callable[[], None] = lambda: None,
) -> Iterator[Picture]:
    """`count` pictures of a film, the first `start` seconds into play, `fps` of them a second.

    `check` is called before every frame of the run, or every few hundred of some quick ones; it may raise to stop it.
    """
    if not fps > 0 or not math.isfinite(fps):
        raise InputError(f"fps must be above 0, not {fps}")
    for index in range(count):
        target = round(start * FRAMES_PER_SECOND + index * FRAMES_PER_SECOND / fps)
        while film.run.frame < target:
            check()
            film.onward(target)
        yield film.picture()


@public
def frames(
    what: Any,
    size: tuple[int, int] = (1280, 720),
    *,
    seconds: float | None = None,
    frames: int | None = None,
    start: float = 0.0,
    fps: float = FRAMES_PER_SECOND,
    seed: int = 0,
    **values: Any,
) -> Iterator[NDArray[np.uint8]]:
    """The pictures of a scene as arrays (height, width, 3), exactly those of the window and of an exported film.

    `what` is anything `load` takes, a Scene, a Drawing or a Run; without `seconds` or `frames` it runs for the scene's
    own length.

    >>> from orbitdraw import Dust, Scene, frames
    >>> spring = Scene("spring", potential="x^2/2", dust=Dust([[1, 0]]))
    >>> [picture.shape for picture in frames(spring, (64, 36), frames=2)]
    [(36, 64, 3), (36, 64, 3)]
    """
    from orbitdraw.library import begin

    run, size = begin(what, seed=seed, **values), sides(size)
    for name, given in (("seconds", seconds), ("start", start)):
        if given is not None:
            number("frames", name, given, least=0)
    number("frames", "fps", fps, above=0)
    if frames is not None:
        whole("frames", "frames", frames, 0)
    count = frames if frames is not None else round((seconds if seconds is not None else run.scene.seconds) * fps)
    return (picture.rgb() for picture in pictures(Film(run, size), count, start=start, fps=fps))
