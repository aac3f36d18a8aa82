"""Previews of a transition between reference frames while it is played: the latest strokes that are at hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import orbitdraw.film

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from orbitdraw.film.film import Film
    from orbitdraw.ink.tone import Picture

TRANSITION_RATE = 60
"""Pictures of a transition per second."""


def enable_previews(film: Film) -> None:
    """Let a film keep the strokes with which a transition can be shown at once."""
    film.preview = film.preview or orbitdraw.film.StrokePreview()


def preview_picture(film: Film, pixel_buffer: Callable[[], NDArray[np.uint32]]) -> Picture | None:
    """A preview picture of the transition that is playing; None where all of its ink is at hand."""
    if film.frame_blend().pure is not None:
        return None
    recent = film.recent_strokes(film.frame_blend())
    if recent is None:
        return None
    return film.picture_of(recent, film.frame_blend().shares(recent.angle), pixel_buffer(), lambda: False)
