"""Palettes: 256 colours, smooth, by name; and what pens make of them."""

from __future__ import annotations

import numpy as np
import pytest

from orbitdraw.errors import InputError
from orbitdraw.ink.palette import (
    blend,
    emitted_light,
    from_oklab,
    layer_inks,
    linear,
    oklab,
    optical_depths,
    palette,
    palette_names,
    rgb_of_hex,
    to_srgb,
)

TWO_SIDED = ("tide", "chalk", "madder")


@pytest.mark.parametrize("name", palette_names())
def test_steps_between_neighbours_are_small_and_even(name):
    table = palette(name)
    assert table.shape == (256, 3)
    assert table.dtype == np.uint8
    steps = np.linalg.norm(np.diff(oklab(table / 255), axis=0), axis=1)
    assert steps[8:].max() < 0.02, "a jump that would show as an edge"


@pytest.mark.parametrize("name", [n for n in palette_names() if n not in TWO_SIDED])
def test_lightness_only_rises(name):
    lightness = oklab(palette(name) / 255)[:, 0]
    assert np.diff(lightness).min() > -0.006


@pytest.mark.parametrize("name", palette_names())
def test_pens_can_be_seen(name):
    assert emitted_light(name).max(axis=1).min() > 0.2, "a pen of light that is dark"
    assert optical_depths(name).max(axis=1).min() > 0.5, "an ink that is white"
    assert [layer_inks(style, name).shape for style in ("density", "light", "paper")] == [(256, 1), (256, 3), (256, 3)]


def test_a_palette_passes_through_its_colours():
    colors = ["#102030", "#a04020", "#ffe0c0"]
    table = blend([rgb_of_hex(color) for color in colors], 257)
    assert [("#" + bytes(table[i].tolist()).hex()) for i in (0, 128, 256)] == colors


def test_oklab_there_and_back():
    cube = np.random.default_rng(1).random((100, 3))
    assert from_oklab(oklab(cube)) == pytest.approx(cube, abs=1e-6)
    assert to_srgb(linear(cube)) == pytest.approx(cube, abs=1e-12)
    assert oklab([1.0, 1.0, 1.0]) == pytest.approx([1, 0, 0], abs=1e-6)


def test_the_cmap_catalogue_works_too():
    assert palette("viridis")[255].tolist() == [253, 231, 37]


def test_palettes_cannot_be_changed():
    with pytest.raises(ValueError, match="read-only"):
        palette("ember")[0] = 1


@pytest.mark.parametrize(("name", "hint"), [("embr", "did you mean ember"), ("zzzqqq", "there are"), ("", "there are")])
def test_unknown_palettes_are_said_with_near_ones(name, hint):
    with pytest.raises(InputError, match=hint):
        palette(name)
    with pytest.raises(InputError):
        palette(None)


@pytest.mark.parametrize("text", ["red", "#12345", "#gggggg", "", None])
def test_colours_are_written_one_way(text):
    with pytest.raises(InputError, match="#rrggbb"):
        rgb_of_hex(text)
