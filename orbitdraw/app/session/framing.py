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

MIN_FRACTION_INSIDE = 0.5
"""Fraction of the ink that must lie in the view; with less, the view is fitted."""

FIT_QUANTILES = (0.03, 0.97)
"""Quantiles of the ink, in width and in height, that a fitted view contains."""

MARGIN = 1.1


@dataclass
class ViewFitter:
    """Fits a view at a change of reference frame, and restores the view that it replaced at the next change."""

    fitted: Triple | None = None
    replaced: Triple | None = None

    def new_view(self, film: Film, reference: Reference, previous: Reference) -> Triple | None:
        """The view for the film in this reference frame, after the last; None where it may stay.

        A user who has zoomed in on a part keeps that view.
        """
        present = film.run.view.triple
        # The user's own view is left alone; a fitted one is dropped when it is not needed any more.
        is_fitted = self.fitted is not None and present == self.fitted and self.replaced is not None
        own_view = self.replaced if is_fitted and self.replaced is not None else present
        self.fitted = self.replaced = None
        positions = _ink_positions(film, previous)
        if not is_fitted and len(positions) and fraction_inside(positions, present, film.size) < MIN_FRACTION_INSIDE:
            return None
        positions = _ink_positions(film, reference)
        view = (
            own_view
            if len(positions) == 0 or fraction_inside(positions, own_view, film.size) >= MIN_FRACTION_INSIDE
            else None
        )
        if view is None:
            view = enclosing_view(positions, own_view, film.size)
            self.fitted, self.replaced = view, own_view
        return None if view == present else view


def _ink_positions(film: Film, reference: Reference) -> NDArray[np.float64]:
    return (
        np.zeros((0, 2))
        if film.preview is None
        else film.preview.node_positions(film.run.frame, reference, orbitdraw.film.frame_origin(film.run))
    )


def fraction_inside(positions: NDArray[np.float64], view: Triple, size: tuple[int, int]) -> float:
    """The fraction of these positions (m, 2) that lies in a view.

    >>> import numpy as np
    >>> fraction_inside(np.array([[0.0, 0.0], [1.7, 0.0], [0.0, 1.7], [2.0, 2.0]]), (0.0, 0.0, 1.0), (200, 100))
    0.5
    """
    x, y, radius = view
    half_size = radius * np.array(size) / min(size)
    return float(np.mean(np.all(np.abs(positions - (x, y)) <= half_size, axis=1)))


def enclosing_view(positions: NDArray[np.float64], view: Triple, size: tuple[int, int]) -> Triple:
    """A view that contains most of these positions (m, 2), and is no closer than the other view.

    >>> import numpy as np
    >>> enclosing_view(np.array([[4.0, 0.0], [6.0, 0.0]] * 99), (0.0, 0.0, 1.0), (200, 100))
    (5.0, 0.0, 1.0)
    """
    low, high = np.quantile(positions, FIT_QUANTILES, axis=0)
    middle = (low + high) / 2
    radius = float(np.max((high - low) / 2 * min(size) / np.array(size))) * MARGIN
    x, y = middle.tolist()
    return (x, y, max(view[2], float(f"{radius:.3g}")))
