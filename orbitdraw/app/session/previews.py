"""What a turn of the picture is shown with while it is played: the last ink, as it is at hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from orbitdraw.film.film import Film
    from orbitdraw.ink.tone import Picture

RATE = 60
"""Pictures of a turn in a second."""


def keep_glimpses(film: Film) -> None:
    """Have a film remember what a turn can be shown with at once."""
    from orbitdraw.film.stroke_preview import Glimpse

    film.glimpse = film.glimpse or Glimpse()


def glimpsed(film: Film, sheet: Callable[[], NDArray[np.uint32]]) -> Picture | None:
    """A picture of the turn that is played, as it can be made at once; None where all of its ink is at hand."""
    if film.attitude().pure is not None:
        return None
    recent = film.recent(film.attitude())
    if recent is None:
        return None
    return film.made_of(recent, film.attitude().parts(recent.angle), sheet(), lambda: False)
