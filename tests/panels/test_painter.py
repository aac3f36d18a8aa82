"""The painter: shapes small enough to write by hand, and axes that say what they show."""

from __future__ import annotations

import numpy as np
import pytest

from orbitdraw.errors import InputError
from orbitdraw.ink.canvas import Canvas
from orbitdraw.ink.look import Look, View
from orbitdraw.ink.palette import palette
from orbitdraw.ink.tone import Picture, develop
from orbitdraw.panels.axes import label, log_ticks, nice_ticks
from orbitdraw.panels.painter import Painter
from orbitdraw.panels.text import glyphs, text_size
from orbitdraw.runtime.text_runs import FACES, missing_letters


def blank(width=10, height=10):
    """A painter whose unit of length is `1000 / height` pixels."""
    return Painter(np.zeros((height, width), dtype=np.uint32))


def white(painter):
    return (painter.pixels & 255).tolist()


def test_a_rectangle_by_hand():
    painter = blank(5, 4)
    painter.rect((250, 250, 500, 500), "#ffffff")
    assert white(painter) == [[0] * 5, [0, 255, 255, 0, 0], [0, 255, 255, 0, 0], [0] * 5]


def test_an_alpha_mixes():
    painter = blank(1, 1)
    painter.rect((0, 0, 1000, 1000), "#c86432", 0.5)
    assert hex(painter.pixels[0, 0]) == "0x643219"


def test_a_line_by_hand():
    painter = blank(5, 5)
    painter.line([(200, 500), (800, 500)], "#ffffff", width=200)
    assert white(painter)[2] == [0, 255, 255, 255, 0]
    assert sum(map(sum, white(painter))) == 3 * 255


def test_a_corner_has_no_gap_and_no_double_ink():
    painter = blank(60, 60)
    painter.line([(100, 800), (500, 200), (900, 800)], "#ffffff", width=100, alpha=0.5)
    assert painter.pixels.max() == 0x808080


def test_a_nan_lifts_the_pen():
    painter = blank(9, 9)
    painter.line([(100, 500), (np.nan, 0), (900, 500)], "#ffffff", width=100)
    painter.line([(100, 500)], "#ffffff")
    painter.line([], "#ffffff")
    assert not painter.pixels.any()


def test_a_clipped_line_stays_in_its_box():
    painter = blank(20, 20)
    painter.line([(0, 500), (1000, 500)], "#ffffff", width=50, clip=(250, 250, 500, 500))
    columns = np.flatnonzero(painter.pixels.any(axis=0))
    assert (columns.min(), columns.max()) == (5, 14)


def test_a_disc_and_a_ring_have_their_area():
    painter = blank(100, 100)
    painter.disc((500, 500), 300, "#ffffff")
    assert np.sum(painter.pixels & 255) / 255 == pytest.approx(np.pi * 30**2, rel=3e-3)
    painter = blank(100, 100)
    painter.ring((500, 500), 300, "#ffffff", width=100)
    assert np.sum(painter.pixels & 255) / 255 == pytest.approx(np.pi * (30**2 - 20**2), rel=3e-3)


def test_fill_under_a_curve_by_hand():
    painter = blank(4, 4)
    painter.fill([(0, 250), (500, 250), (500, 500), (1000, 500)], 1000, "#ffffff", 1.0)
    assert white(painter) == [[0] * 4, [255, 255, 0, 0], [255] * 4, [255] * 4]


def test_a_bitmap_has_sharp_cells():
    painter = blank(6, 6)
    painter.bitmap([[0.0, 1.0], [np.nan, 0.5]], (0, 0, 1000, 1000), "silver")
    table = palette("silver").astype(int) @ (65536, 256, 1)
    cells = np.repeat(np.repeat([[table[0], table[255]], [0, table[128]]], 3, axis=0), 3, axis=1)
    assert np.array_equal(painter.pixels, cells)


def test_a_centred_bitmap_puts_zero_in_the_middle():
    painter = blank(3, 1)
    painter.bitmap([[-0.1, 0.0, 2.0]], (0, 0, 3000, 1000), "tide", centred=True)
    table = palette("tide").astype(int) @ (65536, 256, 1)
    assert painter.pixels[0, 1] == table[128]
    assert painter.pixels[0, 2] == table[255]
    assert painter.pixels[0, 0] != table[0]


@pytest.mark.parametrize("array", [np.full((2, 2), np.nan), np.zeros((2, 2)), np.array([[np.inf, 1.0]])])
def test_bitmaps_without_a_range(array):
    blank().bitmap(array, (0, 0, 1000, 1000))


def test_shapes_off_the_picture_are_not_drawn_and_do_not_fail():
    painter = blank(8, 8)
    for far in (-5000.0, 5000.0, 1e30):
        painter.disc((far, far), 100)
        painter.rect((far, far, 10, 10))
        painter.line([(far, far), (far, far + 1)])
        painter.text("far", (far, far)) if abs(far) < 1e9 else None
        painter.bitmap(np.eye(2), (far, far, 10, 10))
    painter.disc((np.nan, 0), 10)
    assert not painter.pixels.any()


def test_a_band_is_painted_like_those_rows_of_the_whole():
    def paint(picture):
        painter = Painter(picture)
        axes = painter.axes(painter.panel((100, 100, 800, 800), "Title", "note"), (0, 6), (-1, 1), ylabel="y")
        x = np.linspace(0, 6, 50)
        axes.curve(x, np.sin(x), fill=0.3)
        axes.markers(x[::9], np.sin(x[::9]))
        axes.bars([0, 1, 2], [0.5, -0.5])
        axes.level(0.5, "half")
        painter.bitmap(np.eye(5), (300, 300, 200, 200))
        return picture.pixels

    def canvas(rows=None):
        return Canvas((160, 120), View(), Look(glow=0.0), rows)

    whole = paint(develop(canvas(), 1.0))
    for rows in ((0, 50), (50, 120)):
        assert np.array_equal(paint(develop(canvas(rows), 1.0)), whole[slice(*rows)])


def test_painting_on_a_picture_takes_its_levels_away():
    picture = develop(Canvas((8, 8), View(), Look(style="density")), 1.0)
    assert picture.levels is not None
    Painter(picture)
    assert picture.levels is None
    assert picture.palette is None


def test_paper_has_its_own_theme():
    dark, light = (Painter(develop(Canvas((8, 8), View(), Look(style=s)), 1.0)) for s in ("light", "paper"))
    assert sum(dark.color("ink")) > 600 > 200 > sum(light.color("ink"))
    with pytest.raises(InputError, match="#rrggbb"):
        dark.color("inkk")


def test_a_small_and_a_large_panel_look_alike():
    def shown(size):
        picture = Picture(np.zeros((size, size), dtype=np.uint32))
        painter = Painter(picture)
        axes = painter.axes((50, 50, 900, 900), (0, 10), (0, 100), xlabel="x", ylabel="y")
        axes.curve([0, 5, 10], [0, 80, 20], width=8)
        painter.text("A large word", (500, 480), 80, align="center")
        return picture.rgb().astype(float)

    small = shown(400)
    large = shown(1600).reshape(400, 4, 400, 4, 3).mean(axis=(1, 3))
    assert np.abs(small - large).mean() < 2.5


def test_axes_put_values_where_they_say():
    painter = blank(200, 100)
    axes = painter.axes((0, 0, 2000, 1000), (1, 1000), (-1, 1), xlog=True)
    left, top, wide, high = axes.box
    assert axes.at(1, -1).tolist() == pytest.approx([left, top + high])
    assert axes.at(1000, 1).tolist() == pytest.approx([left + wide, top])
    assert axes.at(10, 0).tolist() == pytest.approx([left + wide / 3, top + high / 2])
    assert np.isnan(axes.at(-1, 0)[0])
    equal = painter.axes((0, 0, 2000, 1000), (-1, 1), (-1, 1), equal=True)
    assert equal.x[1] - equal.x[0] == pytest.approx(2 * equal.box[2] / equal.box[3])


@pytest.mark.parametrize(("x", "log"), [((1, 1), False), ((0, np.nan), False), ((0, 1), True), ((2, 1), False)])
def test_axes_without_a_range_are_said(x, log):
    with pytest.raises(InputError, match="low < high"):
        blank().axes((0, 0, 1000, 1000), x, (0, 1), xlog=log)


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [(0, 2.4, [0, 0.5, 1, 1.5, 2]), (-3, 3, [-3, -2, -1, 0, 1, 2, 3]), (0, 1e-7, [0, 2e-8, 4e-8, 6e-8, 8e-8, 1e-7])],
)
def test_ticks_are_round_numbers(low, high, ticks):
    assert nice_ticks(low, high) == pytest.approx(ticks)


def test_labels():
    assert [label(v) for v in (0.0, 0.25, -2.0, 150.0, 250_000.0)] == ["0", "0.25", "−2", "150", "2.5·10⁵"]
    assert [label(v, True) for v in (0.001, 1.0, 1e6)] == ["10⁻³", "1", "10⁶"]
    assert log_ticks(1e-12, 1e12, 5) == pytest.approx([1e-12, 1e-7, 1e-2, 1e3, 1e8])


@pytest.mark.parametrize("face", FACES)
def test_words_have_ink_and_a_width(face):
    for size in (5.25, 9.0, 22.0):
        cover = glyphs("orbit", face, size)
        assert 150 < cover.max() <= 255
        assert cover.shape[1] == pytest.approx(text_size("orbit", face, size)[0], abs=1)
    assert missing_letters("Energy drift ΔE/E₀ = 3·10⁻⁸ − “quoted” … → ∞ ≤ ≥ ± ° ² ½ π ω", "regular") == ""
    assert "語" in missing_letters("語")


def test_an_unknown_face_is_said():
    with pytest.raises(InputError, match="did you mean bold"):
        glyphs("x", "bolt", 10)
