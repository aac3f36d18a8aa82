"""Ink becomes colour: what no ink, some ink and all ink look like, and how the exposure is found."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orbitdraw.errors import InputError
from orbitdraw.film.exposure import cells_of, typical_ink
from orbitdraw.ink.canvas import Canvas
from orbitdraw.ink.kernels.glow import LEVEL_WEIGHTS, compute_glow
from orbitdraw.ink.look import Look, View
from orbitdraw.ink.palette import linear, palette, palette_names, rgb_of_hex, to_srgb
from orbitdraw.ink.strokes import Strokes
from orbitdraw.ink.tone import DARK, LIGHT, TYPICAL_LAYERS, develop, layers_of, response, saturation_of
from orbitdraw.ink.units import LAYER

STYLES = ("density", "light", "paper")


def canvas_of(layers, style="density", look=None):
    layers = np.atleast_2d(np.asarray(layers, dtype=float))
    canvas = Canvas((layers.shape[1], layers.shape[0]), View(), look or Look(style=style, glow=0.0))
    canvas.counts[...] = np.round(layers[:, :, None] * LAYER).astype(np.uint32)
    return canvas


@pytest.mark.parametrize("style", STYLES)
def test_no_ink_is_the_ground(style):
    picture = develop(canvas_of(np.zeros((8, 8)), style))
    ground = {"density": palette("ember")[0] / 255, "light": rgb_of_hex(DARK), "paper": rgb_of_hex(LIGHT)}[style]
    assert np.abs(picture.rgb().mean(axis=(0, 1)) - 255 * ground).max() < 0.8


@pytest.mark.parametrize("style", STYLES)
def test_more_ink_is_never_less(style):
    ramp = np.tile(np.concatenate([[0], np.geomspace(1e-4, 60_000, 255)]), (8, 1))
    shown = develop(canvas_of(ramp, style)).rgb().astype(int).sum(axis=2).mean(axis=0)
    steps = np.diff(shown) * (-1 if style == "paper" else 1)
    assert steps.min() > -2.0  # dither, of three bytes
    assert abs(shown[-1] - shown[0]) > 400


def test_density_levels_say_what_the_pixels_say():
    picture = develop(canvas_of(np.geomspace(1e-3, 100, 60).reshape(6, 10)))
    assert np.array_equal(picture.palette[picture.levels], picture.rgb())
    assert picture.levels.min() == 0
    assert picture.levels.max() == 255


def test_density_levels_with_marks_stay_in_the_palette():
    canvas = Canvas((90, 60), View(), Look(style="density", palette="frost"))
    path = np.zeros((1, 1, 2))
    canvas.expose(Strokes(path, path, np.zeros(1), np.zeros(1), 1.0, 1, 2.0, mark=np.array([100.0])))
    picture = develop(canvas, 0.37)
    assert picture.levels.max() == 255
    assert np.array_equal(picture.palette[picture.levels], picture.rgb())


def test_one_layer_of_paper_ink_is_the_palettes_colour_on_the_ground():
    canvas = Canvas((8, 8), View(), Look(style="paper", palette="sumi"))
    canvas.counts[...] = np.round(canvas.table[200]).astype(np.uint32)
    shown = develop(canvas).rgb().mean(axis=(0, 1))
    possible = 255 * to_srgb(linear(rgb_of_hex(LIGHT)) * linear(palette("sumi") / 255))
    assert np.abs(shown - possible).max(axis=1).min() < 1.5


@pytest.mark.parametrize("style", STYLES)
def test_exposure_multiplies_ink(style):
    layers = np.geomspace(0.01, 10, 64).reshape(8, 8)
    assert np.abs(
        develop(canvas_of(4 * layers, style), 0.5).rgb().astype(int) - develop(canvas_of(layers, style), 2.0).rgb()
    ).max() <= (2 if style == "density" else 1)


@pytest.mark.parametrize("exposure", [0.0, -1.0, np.nan, np.inf])
def test_an_exposure_that_cannot_be_is_said(exposure):
    with pytest.raises(InputError, match="exposure"):
        develop(canvas_of([[1.0]]), exposure)


def test_develop_writes_where_it_is_told():
    out = np.zeros((2, 3), dtype=np.uint32)
    assert develop(canvas_of(np.ones((2, 3))), out=out).pixels is out
    assert out.all()


@pytest.mark.parametrize("style", STYLES)
def test_typical_ink_is_the_same_at_every_size(style):
    found = []
    for size in ((320, 180), (1280, 720), (2000, 1500)):
        canvas = Canvas(size, View(radius=1.2), Look(style=style, glow=0.0))
        t = np.linspace(0, 40, 801)
        path = np.stack([np.cos(1.618 * t) * np.cos(t), np.cos(1.618 * t) * np.sin(t)], axis=1)[:, None]
        canvas.expose(Strokes(path, np.full_like(path, np.nan), np.zeros(1), np.ones(1), 1.0, 1, 2.0))
        found.append(typical_ink(cells_of(canvas)))
    assert max(found) < 1.35 * min(found)


@pytest.mark.parametrize("style", STYLES)
def test_the_top_level_comes_where_it_is_said(style):
    def shown(layers):
        return develop(canvas_of(np.full((8, 8), layers), style)).rgb().mean()

    ground, most = shown(0.0), shown(1e4)
    assert abs(shown(1.1 * saturation_of(style)) - most) < 1.0
    assert abs(shown(0.7 * saturation_of(style)) - most) > 1.0
    assert 0.4 < (shown(TYPICAL_LAYERS[style]) - ground) / (most - ground) < 0.95


@given(st.floats(0.0, 1e4), st.floats(1e-6, 1.0))
def test_light_is_never_white_and_faint_ink_adds_up_as_it_is(layers, more):
    assert response(layers) < 1.0
    assert response(layers) <= response(layers + more)
    assert layers_of(response(layers)) == pytest.approx(layers, rel=1e-6, abs=1e-9)
    assert response(1e-4 * more) == pytest.approx(1e-4 * more, rel=1e-3)


def test_glow_keeps_the_amount_of_light_and_spreads_it():
    ink = np.zeros((90, 160, 3), dtype=np.uint32)
    ink[45, 80] = 1_000_000
    sheet = compute_glow(ink)
    assert sum(LEVEL_WEIGHTS) == pytest.approx(1.0)
    assert sheet.sum(axis=(0, 1)) == pytest.approx([1e6] * 3, rel=0.05)
    assert sheet[45, 80, 0] > sheet[45, 90, 0] > sheet[45, 110, 0] > 0
    flat = compute_glow(np.full((64, 48, 3), 1000, dtype=np.uint32))
    assert flat == pytest.approx(np.full((64, 48, 3), 1000.0), rel=1e-5)


def test_glow_looks_the_same_at_every_size():
    def shown(size):
        canvas = Canvas(size, View(radius=1.2), Look(glow=1.0))
        path = np.array([[-0.5, 0.0], [0.5, 0.3]])[:, None]
        canvas.expose(Strokes(path, np.full_like(path, np.nan), np.full(1, 0.5), np.ones(1), 1.0, 1, 12.0))
        return develop(canvas).rgb().astype(float)

    small, large = shown((240, 180)), shown((960, 720))
    reduced = large.reshape(180, 4, 240, 4, 3).mean(axis=(1, 3))
    assert np.abs(small - reduced).mean() < 0.6
    without = develop(Canvas((240, 180), View(radius=1.2), Look(glow=0.0))).rgb()
    assert small[90, 70].sum() > without[90, 70].sum() + 5


def test_a_look_may_change_its_palette_but_not_its_style():
    canvas = Canvas((8, 8), View(), Look())
    canvas.look = replace(canvas.look, palette="frost", glow=0.1)
    with pytest.raises(InputError, match="make a new Canvas"):
        canvas.look = replace(canvas.look, style="density")


@pytest.mark.parametrize("name", palette_names())
def test_every_palette_works_in_every_look(name):
    for style in STYLES:
        layers = np.geomspace(0.01, 10, 64).reshape(8, 8)
        assert develop(canvas_of(layers, look=Look(style=style, palette=name))).rgb().std() > 5
