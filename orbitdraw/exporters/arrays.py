"""The pictures of a scene as arrays."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from orbitdraw.calls import public
from orbitdraw.film.film import Film
from orbitdraw.film.pictures import pictures
from orbitdraw.ink.canvas import picture_size
from orbitdraw.inputs import number, whole_number
from orbitdraw.library.loading import create_run
from orbitdraw.simulation.run import FRAMES_PER_SECOND


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

    `what` is anything that `load` accepts, a Scene, a Drawing or a Run; without `seconds` or `frames` it plays for the
    scene's own length.

    >>> from orbitdraw import Dust, Scene, frames
    >>> spring = Scene("spring", potential="x^2/2", dust=Dust([[1, 0]]))
    >>> [picture.shape for picture in frames(spring, (64, 36), frames=2)]
    [(36, 64, 3), (36, 64, 3)]
    """
    run, size = create_run(what, seed=seed, **values), picture_size(size)
    for name, given in (("seconds", seconds), ("start", start)):
        if given is not None:
            number("frames", name, given, least=0)
    number("frames", "fps", fps, above=0)
    if frames is not None:
        whole_number("frames", "frames", frames, 0)
    count = frames if frames is not None else round((seconds if seconds is not None else run.scene.seconds) * fps)
    return (picture.rgb() for picture in pictures(Film(run, size), count, start=start, fps=fps))
