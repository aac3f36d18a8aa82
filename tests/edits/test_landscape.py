"""A picture as a landscape: the force is the slope of the ground, which is smooth and goes on beyond its edge."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from orbitdraw.authoring.bodies import Dust
from orbitdraw.authoring.scene import Scene
from orbitdraw.dynamics.newton import Newton
from orbitdraw.edits import fields
from orbitdraw.edits import heightmap as landscape
from orbitdraw.edits.heightmap import check, from_picture, set_landscape, set_strength
from orbitdraw.errors import InputError
from orbitdraw.potentials.heightmap import HEADER_SIZE, MAX_SIDE, slope, value
from orbitdraw.simulation.run import Run

RNG = np.random.default_rng(4)


def ground(columns=5, rows=4, left=-1.5, low=0.25, cell=0.5, strength=1.7):
    return np.array([columns, rows, left, low, cell, strength, *RNG.uniform(0, 1, columns * rows)])


def force(table, x, y, before=0):
    """Of the landscape alone, which lies behind `before` other numbers."""
    xs, ys = np.array(x, float), np.array(y, float)
    fx, fy = np.zeros(len(xs)), np.zeros(len(xs))
    slope(xs, ys, np.concatenate([RNG.uniform(size=before), table]), before, fx, fy)
    return fx, fy


def spline(heights, u):
    """The uniform cubic B-spline by its definition, in one dimension, level beyond the ends."""
    total = 0.0
    for k in range(int(np.floor(u)) - 3, int(np.floor(u)) + 5):
        s = abs(u - k)
        weight = 2 / 3 - s**2 + s**3 / 2 if s < 1 else (2 - s) ** 3 / 6 if s < 2 else 0.0
        total += weight * heights[min(max(k, 0), len(heights) - 1)]
    return total


def test_the_ground_is_the_cubic_b_spline_of_the_heights():
    columns, rows, left, low, cell, strength = (table := ground())[:6]
    grid = table[6:].reshape(int(rows), int(columns))
    for u, v in [(0, 0), (2.25, 1.75), (4, 3), (-0.5, 3.6), (4.9, -1.2), (-1.9, 1.5), (5.9, 4.9), (-7, 9)]:
        wanted = strength * spline([spline(row, u) for row in grid], v)
        assert float(value(table, left + cell * u, low + cell * v)) == pytest.approx(wanted, rel=1e-12)


@pytest.mark.parametrize("first", [0, 7])
@pytest.mark.parametrize("shape", [(5, 4), (1, 6), (3, 1), (1, 1)])
def test_the_force_is_its_slope_everywhere(shape, first):
    table, h = ground(*shape), 1e-5
    left, low, cell = table[2:5]
    u, v = RNG.uniform(-3, shape[0] + 2, 300), RNG.uniform(-3, shape[1] + 2, 300)
    # And where the pieces meet, where a slope that has corners would have two values.
    u[:8], v[:8] = np.arange(-3, 5), np.arange(-3, 5)[::-1]
    x, y = left + cell * u, low + cell * v
    fx, fy = force(table, x, y, first)
    np.testing.assert_allclose(fx, (value(table, x - h, y) - value(table, x + h, y)) / (2 * h), atol=1e-8)
    np.testing.assert_allclose(fy, (value(table, x, y - h) - value(table, x, y + h)) / (2 * h), atol=1e-8)
    assert shape == (1, 1) or np.abs(np.concatenate([fx, fy])).max() > 0.1


def test_it_is_added_to_the_force_that_is_there():
    table, fx, fy = ground(), np.array([10.0, 20.0]), np.array([30.0, 40.0])
    alone = force(table, [-1, 0], [0.5, 1])
    slope(np.array([-1.0, 0.0]), np.array([0.5, 1.0]), table, 0, fx, fy)
    np.testing.assert_allclose((fx, fy), (alone[0] + [10, 20], alone[1] + [30, 40]))


@pytest.mark.parametrize("far", [1e3, -1e3, 1e100, -1e100])
def test_far_away_nothing_pulls_back_or_on(far):
    fx, fy = force(ground(), [far, 0.0, far], [0.5, far, far])
    assert np.abs([fx[0], fx[2], fy[1], fy[2]]).max() < 1e-12
    assert abs(fy[0]) > 0.01 and abs(fx[1]) > 0.01  # along the edge it goes up and down as at the edge


@pytest.mark.parametrize("nowhere", [np.inf, -np.inf, np.nan, 1e301])
def test_nowhere_nothing_is_felt(nowhere):
    for x, y in ((nowhere, 0.5), (0.0, nowhere), (nowhere, nowhere)):
        fx, fy = force(ground(), [x], [y])
        assert fx[0] == fy[0] == 0
    assert np.isfinite(value(ground(), nowhere, [0.5, nowhere])).all()


def test_heights_of_many_places_have_their_shape():
    table = ground()
    x, y = np.linspace(-2, 2, 6).reshape(2, 3), np.linspace(0, 2, 3)
    many = value(table, x, y)
    assert many.shape == (2, 3)
    assert many[1, 2] == value(table, x[1, 2], y[2]) and value(table, 0, 0).shape == ()


# -- which numbers are one -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [(1, 1), (MAX_SIDE, 1), (1, MAX_SIDE), (3, 2)])
def test_a_landscape_has_its_head_and_as_many_heights(size):
    head = [*size, 0.0, 0.0, 1e-9, -1.0]
    check(*head, *[0.5] * (size[0] * size[1]))
    for heights in (size[0] * size[1] - 1, size[0] * size[1] + 1):
        with pytest.raises(InputError, match="needs as many heights"):
            check(*head, *[0.5] * heights)


@pytest.mark.parametrize(
    "size",
    [(MAX_SIDE + 1, 1), (1, MAX_SIDE + 1), (1, 0), (-1, 1), (1, -1), (1.5, 2), (2, 1.5), (np.nan, 1), (np.inf, 1)],
)
def test_columns_and_rows_are_whole_and_not_too_many(size):
    with pytest.raises(InputError, match=f"1 to {MAX_SIDE} columns and rows"):
        check(*size, 0.0, 0.0, 1.0, 1.0, *[0.5] * 3)


@pytest.mark.parametrize("cell", [0.0, -1.0, np.nan])
def test_cells_have_a_width(cell):
    with pytest.raises(InputError, match="a cell above 0"):
        check(1, 1, 0.0, 0.0, cell, 1.0, 0.5)


def test_none_is_six_numbers_that_begin_with_nothing():
    check(0, 0, 0, 0, 0, 0)
    for count in range(HEADER_SIZE):
        with pytest.raises(InputError, match=f"needs at least 6 numbers, not {count}"):
            check(*[0.0] * count)


# -- laying one ------------------------------------------------------------------------------------------------------


def test_it_is_laid_made_steeper_and_taken_away_in_arrays_of_its_own():
    state, numbers = {}, tuple(ground())
    set_landscape(state, *numbers)
    laid = state["landscape"]
    set_strength(state, -3.0)
    assert tuple(laid) == numbers
    assert tuple(state["landscape"]) == (*numbers[:5], -3.0, *numbers[6:])
    set_landscape(state, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    assert state == {}
    set_landscape(state, 0.0)
    assert state == {}
    with pytest.raises(InputError, match="there is no landscape; load a picture"):
        set_strength(state, 1.0)


def test_only_a_missing_column_takes_it_away_and_no_height_that_is_zero():
    state, level = {}, (1.0, 1.0, 0.0, 0.0, 1.0, 1.0, 0.0)
    set_landscape(state, *level)
    assert tuple(state["landscape"]) == level
    set_landscape(state, 0.0, 1.0, 0.0, 0.0, 1.0, 1.0)
    assert state == {}


def picture(tmp_path, levels):
    Image.fromarray(np.asarray(levels, np.uint8)).save(tmp_path / "a.png")
    return tmp_path / "a.png"


def test_bright_is_high_and_the_first_row_is_the_lowest(tmp_path):
    numbers = from_picture(picture(tmp_path, [[255, 0, 0], [0, 51, 0]]), (10.0, 20.0, 3.0), 0.5)
    # Two rows span the circle, from 17 to 23, so that a cell is 6; three columns lie about its middle.
    assert numbers == (3, 2, 4, 17, 6, 0.5, 0, 0.2, 0, 1, 0, 0)
    assert all(type(number) is float for number in numbers)
    check(*numbers)


def test_the_shorter_side_fills_the_circle(tmp_path):
    tall = from_picture(picture(tmp_path, [[0] * 3] * 5), (0.0, 0.0, 2.0))
    assert tall[:6] == (3, 5, -2, -4, 2, 1)
    line = from_picture(picture(tmp_path, [[0, 255]]), (0.0, 0.0, 2.0))
    assert line[:6] == (2, 1, -2, 0, 4, 1)
    dot = from_picture(picture(tmp_path, [[255]]), (1.0, 2.0, 2.0))
    assert dot == (1, 1, 1, 2, 4, 1, 0)


def test_heights_have_four_places_and_a_large_picture_is_averaged_down(tmp_path):
    numbers = from_picture(picture(tmp_path, RNG.integers(0, 256, (10, 1000))), (0.0, 0.0, 1.0))
    assert max(numbers[:2]) == landscape.MAX_SIDE
    assert all(height == round(height, 4) for height in numbers[6:])
    assert any(height != round(height, 3) for height in numbers[6:])


def test_the_compiled_force_is_the_same_and_keeps_the_energy_beyond_the_edge():
    table = ground()
    run = Run(Scene("dust", dust=Dust([[0.2, 0.9]], [[2.0, 0.1]]), law=Newton(order=4), dt=0.005))
    run.apply("landscape", table)
    x, y = RNG.uniform(-4, 4, 200), RNG.uniform(-3, 5, 200)
    x[:4], y[2:6] = [1e100, -1e100, 1e301, np.nan], [-1e100, 1e100, -1e301, np.nan]  # no whole number is so large
    np.testing.assert_allclose(fields.force(run.state, x, y), force(table, x, y), rtol=1e-12, atol=1e-13)
    for _ in range(200):
        run.advance()
    assert run.state["x"][0] > table[2] + table[4] * (table[0] + 1)  # it has left the picture on its right side
    assert abs(run.metrics()["energy drift"]) < 1e-6
