"""Fit the view when the reference frame changes and the drawing would leave the picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import orbitdraw.film
from orbitdraw.runtime import lazy

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from orbitdraw.app.shell.messages import Triple
    from orbitdraw.film.film import Film
    from orbitdraw.reference_frames.reference import Reference
else:
    np = lazy.module("numpy")

BULK = 0.5
"""Fraction of the ink that must lie in the view; with less, the view is fitted."""

HELD = (0.03, 0.97)
"""Quantiles of the ink, in width and in height, that a fitted view contains."""

ROOM = 1.1


@dataclass
class Framing:
    """Fits a view at a change of reference frame, and restores the view that it replaced at the next change."""

    fitted: Triple | None = None
    before: Triple | None = None

    def wanted(self, film: Film, reference: Reference, last: Reference) -> Triple | None:
        """The view for the film in this reference frame, after the last; None where it may stay.

        A user who has zoomed in on a part keeps that view.
        """
        now = film.run.view.triple
        # The user's own view is left alone; a fitted one is dropped when it is not needed any more.
        ours = self.fitted is not None and now == self.fitted and self.before is not None
        usual = self.before if ours and self.before is not None else now
        self.fitted = self.before = None
        places = _places(film, last)
        if not ours and len(places) and inside(places, now, film.size) < BULK:
            return None
        places = _places(film, reference)
        view = usual if len(places) == 0 or inside(places, usual, film.size) >= BULK else None
        if view is None:
            view = around(places, usual, film.size)
            self.fitted, self.before = view, usual
        return None if view == now else view


def _places(film: Film, reference: Reference) -> NDArray[np.float64]:
    return (
        np.zeros((0, 2))
        if film.preview is None
        else film.preview.places(film.run.frame, reference, orbitdraw.film.frame_origin(film.run))
    )


def inside(places: NDArray[np.float64], view: Triple, size: tuple[int, int]) -> float:
    """The fraction of these positions (m, 2) that lies in a view.

    >>> import numpy as np
    >>> inside(np.array([[0.0, 0.0], [1.7, 0.0], [0.0, 1.7], [2.0, 2.0]]), (0.0, 0.0, 1.0), (200, 100))
    0.5
    """
    x, y, radius = view
    half = radius * np.array(size) / min(size)
    return float(np.mean(np.all(np.abs(places - (x, y)) <= half, axis=1)))


def around(places: NDArray[np.float64], view: Triple, size: tuple[int, int]) -> Triple:
    """A view that contains most of these positions (m, 2), and is no closer than the other view.

    >>> import numpy as np
    >>> around(np.array([[4.0, 0.0], [6.0, 0.0]] * 99), (0.0, 0.0, 1.0), (200, 100))
    (5.0, 0.0, 1.0)
    """
    low, high = np.quantile(places, HELD, axis=0)
    middle = (low + high) / 2
    radius = float(np.max((high - low) / 2 * min(size) / np.array(size))) * ROOM
    x, y = middle.tolist()
    return (x, y, max(view[2], float(f"{radius:.3g}")))
