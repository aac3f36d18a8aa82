"""Crowds that are sorted before they are laid leave the ink of those that are not."""

import numpy as np
import pytest

from orbitdraw.authoring.scene import Look, View
from orbitdraw.ink import canvas, kernels
from orbitdraw.ink.canvas import Canvas
from orbitdraw.ink.kernels import points_binned as binned
from orbitdraw.ink.kernels import points_nearest as crowd
from orbitdraw.ink.strokes import Strokes


@pytest.mark.parametrize("style", ["density", "light"])
@pytest.mark.parametrize("even", [True, False])
@pytest.mark.parametrize("workers", ["1", "2", "3"])
def test_sorted_grains_leave_the_same_ink(
    style: str, even: bool, workers: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ORBITDRAW_THREADS", workers)
    rng = np.random.default_rng(5)
    count = binned.BLOCK + 4321
    pos = rng.normal(0.0, 1.0, (count, 2))
    pos[:3] = [[np.nan, 0.0], [np.inf, -np.inf], [1e300, 0.0]]
    shade = rng.uniform(-0.2, 1.2, count)
    shade[7] = np.nan
    weight = np.ones(count) if even else rng.choice([1.0, 0.25, 1e9], count)
    table = Canvas((8, 8), View(), Look(style=style)).table
    planes = table.shape[1]
    # Rows 40 to 540 of a picture, in strips that do not come out even.
    monkeypatch.setattr(binned, "STRIP", 4 * planes * 300 * 32)
    here, there = np.zeros((2, 500, 300, planes), np.uint32)
    view = (150.0, 150.0, 270.0, 0.7)
    room = None
    for _ in range(2):  # the second time in the memory of the first
        crowd.draw_nearest(here, 40, 540, pos, shade, weight, table, *view, 0, count, 1)
        room = binned.draw_binned(there, 40, pos, shade, weight, table, *view, room)
    assert here.any()
    assert np.array_equal(here, there)


def test_a_canvas_sorts_where_the_sheet_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(6)
    path = rng.normal(0.0, 0.6, (1, canvas.NEAREST_MIN_POINTS + 1000, 2))
    count = path.shape[1]
    strokes = Strokes(path, np.zeros_like(path), rng.uniform(0, 1, count), np.ones(count), 0.1, width=1.0)
    laid = []

    def lay(*arguments: object) -> object:
        laid.append(True)
        return sort(*arguments)

    sort = kernels.draw_binned
    monkeypatch.setattr(kernels, "draw_binned", lay)
    inks = []
    for large in (1, 1 << 40):
        monkeypatch.setattr(canvas, "LARGE_BUFFER", large)
        sheet = Canvas((320, 180), View(), Look(glow=0.0))
        sheet.expose(strokes)
        inks.append(sheet.counts)
    assert len(laid) == 1
    assert inks[0].any()
    assert np.array_equal(*inks)
