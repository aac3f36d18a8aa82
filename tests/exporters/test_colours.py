"""The palette of a true-colour film: counted, cut, refined and looked up as the books say, checked colour by colour."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from orbitdraw.exporters import quantize as colours
from orbitdraw.exporters.quantize import CELLS, choose_palette, count_colours, lloyd, nearest_table, to_levels

RNG = np.random.default_rng(12)


def pixels_of(rgb):
    red, green, blue = np.moveaxis(np.asarray(rgb, np.uint32), -1, 0)
    return np.ascontiguousarray(red << 16 | green << 8 | blue)


def picture(rgb):
    return SimpleNamespace(pixels=pixels_of(rgb), levels=None, palette=None)


def cell_of(rgb):
    """Six bits of each: red first, blue last."""
    red, green, blue = np.moveaxis(np.asarray(rgb) // 4, -1, 0)
    return (red * 64 + green) * 64 + blue


NOISE = RNG.integers(0, 256, (30, 40, 3))


def test_pixels_are_counted_in_their_cells_and_added_up():
    counts, sums = np.zeros(CELLS**3), np.zeros((CELLS**3, 3))
    for _ in range(2):
        count_colours(pixels_of(NOISE), counts, sums)
    cells = cell_of(NOISE).ravel()
    assert np.array_equal(counts, 2.0 * np.bincount(cells, minlength=CELLS**3))
    for channel in range(3):
        wanted = 2 * np.bincount(cells, NOISE[..., channel].ravel(), minlength=CELLS**3)
        assert np.array_equal(sums[:, channel], wanted)


def test_every_corner_of_the_cube_is_a_cell():
    corners = np.array([[[r, g, b] for r in (0, 3, 4, 255) for g in (0, 252, 255) for b in (0, 4, 255)]])
    counts, sums = np.zeros(CELLS**3), np.zeros((CELLS**3, 3))
    count_colours(pixels_of(corners), counts, sums)
    assert np.array_equal(np.flatnonzero(counts), np.unique(cell_of(corners)))
    assert counts[0] == 1 + 1 and counts[-1] == 2  # 0 and 3 share a cell, so do 252 and 255


def test_the_nearest_colour_to_the_middle_of_each_cell_is_found():
    palette = RNG.integers(0, 256, (256, 3)).astype(np.uint8)
    palette[200] = palette[10]  # of two that are the same, the first
    table = nearest_table(palette)
    cells = RNG.integers(0, CELLS**3, 3000)
    middles = np.stack([cells // 4096, cells // 64 % 64, cells % 64], axis=1) * 4 + 1.5
    far = ((middles[:, None, :] - palette[None].astype(float)) ** 2).sum(axis=2)
    assert table.shape == (CELLS**3,) and np.array_equal(table[cells], far.argmin(axis=1))
    assert 200 not in table


def test_a_pixel_has_the_level_of_its_cell():
    table = RNG.integers(0, 256, CELLS**3).astype(np.uint8)
    levels = np.empty(NOISE.shape[:2], np.uint8)
    to_levels(pixels_of(NOISE), table, levels)
    assert np.array_equal(levels, table[cell_of(NOISE)])


@pytest.mark.parametrize("compiled", [True, False])
def test_a_round_of_lloyd_moves_each_centre_to_the_mean_of_what_is_nearest(compiled):
    some, weights = RNG.uniform(0, 255, (300, 3)), RNG.uniform(0.1, 5, 300)
    some[:150, 2] = 0  # without blue
    centres = RNG.uniform(0, 255, (256, 3))
    centres[:128, 2] = 0
    centres[77] = 1e4  # so far away that nothing comes to it
    centres[78] = centres[3]  # of two that are the same, the first has all
    some[-1] = centres[255]
    far = ((some[:, None] - centres[None]) ** 2).sum(axis=2).argmin(axis=1)
    wanted = centres.copy()
    for k in np.unique(far):
        wanted[k] = np.average(some[far == k], axis=0, weights=weights[far == k])
    # What is not compiled notices a place beyond the end of an array.
    (lloyd if compiled else getattr(lloyd, "py_func", lloyd))(some, weights, centres)
    np.testing.assert_allclose(centres, wanted, rtol=1e-12)
    assert np.array_equal(centres[77], [1e4] * 3)


def test_more_colours_than_places_take_all_places_and_are_refined(monkeypatch):
    rounds = []
    monkeypatch.setattr(colours, "lloyd", lambda *given: rounds.append(given))
    for count, refined in ((255, 0), (256, 0), (257, colours.LLOYD_ITERATIONS)):
        cells = np.arange(count)
        some = np.stack([cells % 8 * 32, cells // 8 % 8 * 32, cells // 64 * 32], axis=1)[None]
        rounds.clear()
        palette = choose_palette([picture(some)])
        assert len(rounds) == refined
        assert len(np.unique(palette, axis=0)) == min(count, 256)


def cut(some, weights=None):
    some = np.asarray(some, float)
    return colours._median_cut(some, np.ones(len(some)) if weights is None else np.asarray(weights, float))


def test_as_many_colours_as_there_are_stay_as_they_are_and_the_last_fills_up():
    some = RNG.permutation(5000)[:100, None] * [0.04, 0.02, 0.01]
    centres = cut(some)
    assert centres.shape == (256, 3)
    assert {tuple(one) for one in centres} == {tuple(one) for one in some}
    assert len(np.unique(centres[100:], axis=0)) == 1
    assert np.array_equal(cut([[1, 2, 3]]), [[1, 2, 3]] * 256)
    assert np.array_equal(cut([[1, 2, 3]] * 2), [[1, 2, 3]] * 256)


def test_boxes_are_cut_along_their_longest_side_at_the_mean(monkeypatch):
    monkeypatch.setattr(colours, "_spread", spread := colours._spread)
    # The spread is that of all colours in a box, by weight, and its axis the one along which it is largest.
    some = np.array([[0.0, 0, 0], [10, 0, 1], [20, 0, 2], [100, 0, 3]])
    ones = np.ones(4)
    assert spread(some, ones, np.arange(4)) == (((some[:, 0] - 32.5) ** 2).sum(), 0)
    assert spread(some[:, ::-1], ones, np.arange(4))[1] == 2
    assert spread(some, np.array([1, 1, 1, 0.5]), np.array([0, 3])) == pytest.approx((100**2 / 9 + 0.5 * 200**2 / 9, 0))
    assert spread(some, ones, np.array([2])) == (0.0, 0)


def test_a_colour_that_is_everywhere_does_not_hide_a_line_of_another():
    """More colours than the palette has: the largest spread is cut first, so what is alike shares a colour."""
    greys = np.repeat(np.linspace(0, 40, 400)[:, None], 3, axis=1)
    bright = [[255.0, 0, 0], [0, 255, 0], [0, 0, 255]]
    weights = np.concatenate([np.full(400, 50.0), np.ones(3)])
    centres = cut(np.concatenate([greys, bright]), weights)
    for one in bright:
        assert np.abs(centres - one).sum(axis=1).min() == 0


def test_nothing_at_all_has_a_palette_too():
    assert np.array_equal(choose_palette([]), np.zeros((256, 3)))
    assert choose_palette([]).dtype == np.uint8


def test_the_palette_is_bytes_in_the_order_of_their_brightness():
    palette = choose_palette([picture(NOISE), picture(255 - NOISE)])
    assert palette.shape == (256, 3) and palette.dtype == np.uint8 and palette.flags.c_contiguous
    brightness = palette.astype(int) @ [299, 587, 114]
    assert np.all(np.diff(brightness) >= 0)


def test_all_pictures_count():
    red, blue = picture(np.full((2, 2, 3), [255, 0, 0])), picture(np.full((2, 2, 3), [0, 0, 255]))
    assert {tuple(one) for one in choose_palette([red, blue]).tolist()} == {(255, 0, 0), (0, 0, 255)}


def test_a_cell_has_the_mean_of_its_colours():
    shades = picture([[[8, 8, 8], [8, 8, 8], [11, 9, 10]]])
    assert {tuple(one) for one in choose_palette([shades]).tolist()} == {(9, 8, 9)}


def error_of(palette, rgb):
    levels = np.empty(rgb.shape[:2], np.uint8)
    to_levels(pixels_of(rgb), nearest_table(palette), levels)
    return np.mean((palette[levels].astype(float) - rgb) ** 2)


def test_rounds_of_lloyd_make_it_better_as_long_as_there_are_more_colours_than_places(monkeypatch):
    errors = []
    for rounds in (0, 1, colours.LLOYD_ITERATIONS):
        monkeypatch.setattr(colours, "LLOYD_ITERATIONS", rounds)
        errors.append(error_of(choose_palette([picture(NOISE)]), NOISE))
    assert errors[0] > errors[1] > errors[2]
    exactly = RNG.choice(64, (256, 3)) * 4
    few = np.unique(exactly, axis=0)[None]
    monkeypatch.setattr(colours, "lloyd", None)
    choose_palette([picture(few)])


def test_how_often_a_colour_occurs_counts_for_less_than_it_is(monkeypatch):
    weights = []
    monkeypatch.setattr(colours, "_median_cut", lambda some, given: weights.append(given) or np.zeros((256, 3)))
    choose_palette([picture([[[0, 0, 0]] * 16 + [[200, 0, 0]]])])
    assert weights[0] == pytest.approx([8.0, 1.0])  # the power is 3/4
