"""Ink is a quantity: length times width, the same at every size, in every order, in bands, on any number of threads."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from orbitdraw.errors import InputError
from orbitdraw.ink.canvas import Canvas
from orbitdraw.ink.look import Look, View
from orbitdraw.ink.strokes import Strokes
from orbitdraw.ink.tone import develop
from orbitdraw.ink.units import LAYER

DENSITY = Look(style="density", width=2.0)


def sheet(size=(64, 36), look=DENSITY, rows=None, radius=None):
    """Paper on which one world unit is one pixel, its middle at the world's origin, unless `radius` says otherwise."""
    return Canvas(size, View(radius=radius or min(size) / 2), look, rows)


def world(points, size=(64, 36)):
    """World places of pixel coordinates on `sheet(size)`."""
    return np.asarray(points, dtype=float) * (1, -1) + (-size[0] / 2, size[1] / 2)


def line(nodes, width=1.0, shade=0.5, weight=1.0, velocity=None, duration=1.0, size=(64, 36), **more):
    """Strokes of one particle through nodes in pixels, straight between them."""
    path = world(nodes, size)[:, None, :]
    speed = np.zeros_like(path) if velocity is None else np.asarray(velocity, dtype=float)[:, None, :] * (1, -1)
    return Strokes(path, speed, np.full(1, shade), np.full(1, weight), duration, 1, width, **more)


def dots(places, width=1.0, size=(64, 36), **more):
    path = world(places, size)[None]
    count = path.shape[1]
    return Strokes(path, np.zeros_like(path), np.full(count, 0.5), np.ones(count), 1.0, 0, width, **more)


WORLD = replace(DENSITY, unit="world")


def layers(canvas):
    return canvas.ink.sum(axis=0) / LAYER


def test_a_level_line_by_hand():
    canvas = sheet((6, 3), WORLD)
    canvas.expose(line([(1.0, 1.5), (4.5, 1.5)], size=(6, 3)))
    assert layers(canvas).tolist() == [[0] * 6, [0, 1, 1, 1, 0.5, 0], [0] * 6]


def test_a_thin_line_lays_its_fraction():
    canvas = sheet((6, 3), WORLD)
    canvas.expose(line([(1.0, 1.5), (4.0, 1.5)], width=0.25, size=(6, 3)))
    assert layers(canvas)[1].tolist() == pytest.approx([0, 0.25, 0.25, 0.25, 0, 0], abs=2 / LAYER)


def test_a_nan_lifts_the_pen():
    canvas = sheet((5, 3), WORLD)
    canvas.expose(line([(0.5, 1.5), (np.nan, np.nan), (4.5, 1.5)], size=(5, 3)))
    assert not canvas.ink.any()


@pytest.mark.parametrize("width", [0.05, 0.4, 1.0, 1.01, 2.5, 7.0])
@pytest.mark.parametrize("angle", np.linspace(0, 3.1, 9))
def test_ink_is_length_times_width(width, angle):
    canvas = sheet((100, 100), WORLD)
    half = 30.3 * np.array([np.cos(angle), np.sin(angle)])
    canvas.expose(line([50.2 - half, 50.7 + half], width=width, size=(100, 100)))
    length = np.hypot(*((50.7 + half) - (50.2 - half)))
    assert layers(canvas).sum() == pytest.approx(length * width, rel=4e-3)


def circle(side, center, radius, pieces, sectors, width):
    """The ink (side, side) of a circle drawn in pieces, and its amount in each sector, relative to the mean."""
    canvas = sheet((side, side), WORLD)
    turn = np.linspace(0, 2 * np.pi, pieces + 1)
    outward = np.stack([np.cos(turn), np.sin(turn)], axis=1)
    speed = radius * 2 * np.pi * np.stack([-np.sin(turn), np.cos(turn)], axis=1)
    canvas.expose(line(np.array(center) + radius * outward, width=width, velocity=speed, size=(side, side)))
    ink = layers(canvas)
    y, x = np.mgrid[0:side, 0:side] + 0.5
    sector = ((np.arctan2(y - center[1], x - center[0]) + np.pi) / (2 * np.pi) * sectors).astype(int) % sectors
    return ink, np.bincount(sector.ravel(), ink.ravel()) * sectors / ink.sum()


@pytest.mark.parametrize("width", [0.6, 1.0, 1.5, 3.0, 6.0])
def test_a_circle_has_even_ink_and_no_beads(width):
    """Around a circle drawn in 48 pieces, every twelfth of the turn has a twelfth of the ink."""
    ink, shares = circle(120, (60.3, 59.8), 40, 48, 12, width)
    assert ink.sum() == pytest.approx(2 * np.pi * 40 * width, rel=2e-3)
    assert np.abs(shares - 1).max() < 0.06
    assert ink.max() < 1.04 * min(1.0, 1.45 * width), "ink was laid twice at a joint"


@pytest.mark.parametrize("width", [1.0, 1.44, 3.0])
def test_a_slow_pen_turns_through_45_degrees_without_a_bead(width):
    """Segments far shorter than the pen is wide: where cuts turn from upright to level no ink is missing or doubled."""
    ink, shares = circle(60, (30.2, 29.9), 20, 600, 24, width)
    assert ink.sum() == pytest.approx(2 * np.pi * 20 * width, rel=4e-3)
    assert np.abs(shares - 1).max() < 0.12
    assert ink.max() < 1.04
    if width == 3.0:
        y, x = np.mgrid[0:60, 0:60] + 0.5
        middle = np.abs(np.hypot(x - 30.2, y - 29.9) - 20) < 0.7
        assert ink[middle].min() > 0.96


@pytest.mark.parametrize("width", [1.5, 2.2, 3.0, 4.5])
@pytest.mark.parametrize("angle", [0.0, 0.3, 0.7, 0.8, 1.2, 1.9, 2.5])
def test_a_wide_line_covers_its_area_in_every_pixel(width, angle):
    canvas = sheet((40, 40), WORLD)
    along = np.array([np.cos(angle), np.sin(angle)])
    middle = np.array([20.3, 19.6])
    ends = middle + np.outer([-40, 40], along)
    canvas.expose(line(ends, width=width, velocity=[ends[1] - ends[0]] * 2, size=(40, 40)))
    fine = (np.arange(40 * 16) + 0.5) / 16
    away = np.abs(-(fine[None, :] - middle[0]) * along[1] + (fine[:, None] - middle[1]) * along[0])
    covered = (away < width / 2).reshape(40, 16, 40, 16).mean(axis=(1, 3))
    assert np.abs(layers(canvas) - covered).max() < 0.04


def test_a_sliding_width_shows_no_step():
    """From a hair line to a broad pen, each twentieth of a pixel changes the picture about as much as the last."""
    turn = np.linspace(0, 2 * np.pi, 49)
    nodes = np.stack([60.3 + 40 * np.cos(turn), 59.8 + 40 * np.sin(turn)], axis=1)
    speed = 40 * 2 * np.pi * np.stack([-np.sin(turn), np.cos(turn)], axis=1)

    def drawn(width):
        canvas = sheet((120, 120), WORLD)
        canvas.expose(line(nodes, width=width, velocity=speed, size=(120, 120)))
        return layers(canvas)

    pictures = [drawn(width) for width in np.arange(0.85, 3.5, 0.05)]
    steps = [np.abs(b - a) for a, b in pairwise(pictures)]
    assert max(step.mean() for step in steps) < 1.5 * np.median([step.mean() for step in steps])
    assert max(step.max() for step in steps) < 0.25


def test_a_piece_bends_where_the_path_bends():
    """A quarter circle from two nodes: ink on the arc (Hermite's is 1.3 off), not 23 off on its chord."""
    canvas = sheet((120, 120), WORLD)
    speed = 80 * np.pi / 2 * np.array([[0, 1], [-1, 0]])
    canvas.expose(line([(100, 20), (20, 100)], width=1.0, velocity=speed, size=(120, 120)))
    y, x = np.nonzero(layers(canvas) > 0.2)
    distance = np.hypot(x + 0.5 - 20, y + 0.5 - 20)
    assert np.abs(distance - 80).max() < 2.2


def test_frames_join_without_a_seam():
    """A thick arc in one frame and in ten frames: the same picture but for rounding."""
    turn = np.linspace(0, 2.0, 11)
    nodes = np.stack([60 + 40 * np.cos(turn), 60 + 40 * np.sin(turn)], axis=1)
    speed = 40 * 2.0 * np.stack([-np.sin(turn), np.cos(turn)], axis=1)
    whole, parts = sheet((120, 120), WORLD), sheet((120, 120), WORLD)
    whole.expose(line(nodes, 5.0, velocity=speed, size=(120, 120)))
    for i in range(10):
        parts.expose(line(nodes[i : i + 2], 5.0, velocity=speed[i : i + 2], duration=0.1, size=(120, 120)))
    assert np.abs(layers(whole) - layers(parts)).max() < 1e-3


def spiral(frames, half_life=None, width=2.0, look=DENSITY, size=(400, 300)):
    canvas = Canvas(size, View(radius=1.2), look)
    for frame in range(frames):
        t = 0.07 * (frame + np.arange(3) / 2)
        r = 0.2 + 0.06 * t
        x, y = r * np.cos(2 * t), r * np.sin(2 * t)
        vx, vy = 0.06 * np.cos(2 * t) - 2 * y, 0.06 * np.sin(2 * t) + 2 * x
        path, speed = np.stack([x, y], axis=1)[:, None], np.stack([vx, vy], axis=1)[:, None]
        path, speed = np.repeat(path, 2, 1) * [[[1, 1], [-1, 1]]], np.repeat(speed, 2, 1) * [[[1, 1], [-1, 1]]]
        strokes = Strokes(path, speed, np.array([0.2, 0.9]), np.ones(2), 0.07, 2, width, half_life)
        canvas.expose(strokes)
    return canvas


@pytest.mark.parametrize("style", ["density", "light", "paper"])
@pytest.mark.parametrize(("width", "half_life"), [(0.3, None), (2.0, None), (9.0, None), (0.3, 1.0), (2.0, 3.0)])
def test_mean_ink_at_400_and_at_4000_pixels(style, width, half_life):
    look = replace(DENSITY, style=style, glow=0.0)
    small = spiral(200, half_life, width, look, (400, 300)).ink.mean()
    large = spiral(200, half_life, width, look, (4000, 3000)).ink.mean()
    assert large == pytest.approx(small, rel=0.01)


@pytest.mark.parametrize("grain", [0.5, 1.2, 4.0, 9.0])
@pytest.mark.parametrize("count", [500, 120_000])
def test_mean_ink_of_points_at_400_and_at_4000_pixels(grain, count):
    rng = np.random.default_rng(7)
    path = rng.normal(0, 0.4, (1, count, 2))
    means = []
    for size in ((400, 300), (4000, 3000)):
        canvas = Canvas(size, View(radius=1.2), DENSITY)
        canvas.expose(Strokes(path, np.zeros_like(path), np.zeros(count), np.full(count, 0.3), 1.0, 0, grain))
        means.append(canvas.ink.mean())
    assert means[1] == pytest.approx(means[0], rel=0.01)


@pytest.mark.parametrize("style", ["density", "light", "paper"])
@pytest.mark.parametrize("width", [0.8, 3.0])
def test_bands_are_rows_of_the_whole(style, width):
    look = replace(DENSITY, style=style)

    def drawn(rows):
        canvas = Canvas((90, 70), View(radius=1.0), look, rows)
        rng = np.random.default_rng(3)
        for _ in range(20):
            path = np.cumsum(rng.normal(0, 0.1, (3, 9, 2)), axis=0)
            strokes = Strokes(path, rng.normal(0, 1, path.shape), rng.random(9), np.ones(9), 0.1, 9, width, 0.5)
            places = rng.normal(0, 0.5, (1, 60, 2))
            strokes.dust = Strokes(places, 0 * places, rng.random(60), np.ones(60), 0.1, 0, 3 * width)
            strokes.mark = np.full(9, 20.0)
            canvas.expose(strokes)
        return canvas

    whole = drawn(None)
    picture = develop(whole, 1.0).pixels
    for rows in ((0, 23), (23, 24), (24, 70)):
        band = drawn(rows)
        assert np.array_equal(band.ink, whole.ink[:, slice(*rows)])
        assert np.array_equal(develop(band, 1.0).pixels, picture[slice(*rows)])


@pytest.mark.parametrize("style", ["density", "light"])
def test_any_number_of_threads_gives_the_same_ink(style, monkeypatch):
    rng = np.random.default_rng(5)
    places = rng.normal(0, 0.5, (1, 150_000, 2))
    strokes = Strokes(places, 0 * places, rng.random(150_000), rng.random(150_000), 0.1, 0, 1.2, 0.3)
    sheets = []
    for threads in ("1", "2", "3"):
        monkeypatch.setenv("ORBITDRAW_THREADS", threads)
        canvas = Canvas((640, 480), View(), replace(DENSITY, style=style))
        for _ in range(3):
            canvas.expose(strokes)
        sheets.append((canvas.ink.copy(), develop(canvas, 0.7).pixels))
    for ink, pixels in sheets[1:]:
        assert np.array_equal(ink, sheets[0][0])
        assert np.array_equal(pixels, sheets[0][1])


def test_the_order_of_particles_does_not_matter():
    rng = np.random.default_rng(2)
    path, shade = rng.normal(0, 1, (4, 30, 2)), rng.random(30)
    order = rng.permutation(30)
    one, other = Canvas((80, 60), View(), Look()), Canvas((80, 60), View(), Look())
    one.expose(Strokes(path, 0 * path, shade, np.ones(30), 1.0, 30, 4.0))
    other.expose(Strokes(path[:, order], 0 * path, shade[order], np.ones(30), 1.0, 30, 4.0))
    assert np.array_equal(one.ink, other.ink)


def test_ink_halves_in_a_half_life():
    canvas = sheet(look=WORLD)
    canvas.expose(line([(5, 18), (60, 18)], half_life=0.5))
    before = layers(canvas).sum()
    for _ in range(25):
        canvas.expose(replace(Strokes.none(0.02), half_life=0.5))
    assert layers(canvas).sum() == pytest.approx(before / 2, rel=1e-3)


def test_faint_ink_fades_like_strong_ink_and_dies():
    """One count in 65536 has no half: whether it stays or goes is shared out fairly over the frames."""
    canvas = sheet((50, 40), WORLD)
    canvas.counts[...] = np.arange(2000, dtype=np.uint32).reshape(40, 50, 1)
    before = canvas.ink.sum()
    for _ in range(60):
        canvas.expose(replace(Strokes.none(1 / 60), half_life=1.0))
    assert canvas.ink.sum() == pytest.approx(before / 2, rel=2e-3)
    for _ in range(60 * 25):
        canvas.expose(replace(Strokes.none(1 / 60), half_life=1.0))
    assert not canvas.ink.any()


def test_ink_saturates_and_never_wraps():
    canvas = sheet((6, 3), WORLD)
    heavy = line([(0, 1.5), (6, 1.5)], weight=40_000.0, size=(6, 3))
    for _ in range(3):
        canvas.expose(heavy)
    assert (canvas.ink[0, 1] == 2**32 - 1).all()
    canvas.expose(dots([(2.5, 1.5)] * 3, width=1.0, size=(6, 3)))
    assert (canvas.ink[0, 1] == 2**32 - 1).all()


@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # uncompiled, the same loops mention each overflow
@pytest.mark.parametrize("width", [1.0, 3.0])
def test_wild_paths_are_clipped_and_never_hang(width):
    canvas = sheet((64, 36), WORLD)
    canvas.expose(line([(-1e300, 18.5), (1e300, 18.5)], width=width))
    assert layers(canvas).sum() == pytest.approx(64 * width, rel=1e-6)
    wild = [1e308, -1e308, np.inf, -np.inf, np.nan, 1e300, -1e300, 0.0, 5e15, 1e-320]
    for a in wild:
        for b in wild:
            canvas.expose(line([(a, b), (b, a), (20, 10)], width=width, velocity=[(b, a)] * 3))
            canvas.expose(dots([(a, b), (b, a)], width=width))


def test_screen_and_world_units():
    world_pen, screen_pen = (
        Canvas((200, 100), View(radius=2.0), replace(DENSITY, unit=u)) for u in ("world", "screen")
    )
    assert world_pen.pixels_of(0.5) == 12.5
    assert screen_pen.pixels_of(5.0) == 0.5


def test_marks_are_seen_and_never_enter_the_ink():
    canvas = Canvas((90, 60), View(), Look())
    blank = develop(canvas, 1.0).pixels.copy()
    canvas.expose(_marked())
    ink = canvas.ink.copy()
    picture = develop(canvas, 1.0).pixels
    assert (picture != blank).sum() > 20
    assert np.array_equal(canvas.ink, ink)
    canvas.expose(Strokes.none())
    assert canvas.marked_strokes == []


def _marked():
    path = np.zeros((1, 1, 2))
    return Strokes(path, path, np.zeros(1), np.zeros(1), 1.0, 1, 2.0, mark=np.array([80.0]))


def test_save_and_restore_to_the_bit():
    canvas = spiral(10, 1.0, look=Look())
    saved, pixels = canvas.save(), develop(canvas, 1.0).pixels
    again = spiral(10, 1.0, look=Look())
    again.expose(line([(0, 0), (30, 30)], half_life=1.0))
    canvas.expose(line([(0, 0), (30, 30)], half_life=1.0))
    canvas.restore(saved)
    assert np.array_equal(develop(canvas, 1.0).pixels, pixels)
    canvas.expose(line([(0, 0), (30, 30)], half_life=1.0))
    assert np.array_equal(canvas.ink, again.ink)


@pytest.mark.parametrize("size", [(0, 10), (10, -1), (1 << 20, 1 << 20)])
def test_sizes_that_cannot_be_are_said(size):
    with pytest.raises(InputError, match="a picture cannot have"):
        Canvas(size, View(), Look())


def test_slow_strokes_that_turn_leave_as_much_ink_at_every_size() -> None:
    """Learners that come to rest in a valley: strokes far shorter than their pen, their ends cut at any angle."""
    from orbitdraw import Run, load

    run, inks = Run(load("egg_carton")), {}
    canvases = {width: Canvas((width, width * 9 // 16), run.view, run.scene.look) for width in (400, 1600)}
    for _ in range(180):
        strokes = run.advance()
        for canvas in canvases.values():
            canvas.expose(strokes)
    for width, canvas in canvases.items():
        inks[width] = canvas.counts.mean() / LAYER
    assert inks[400] == pytest.approx(inks[1600], rel=3e-3)  # measured: 5e-4; 8e-2 where crossing cuts add ink


@pytest.mark.parametrize("length", [1e-3, 1e-4, 1e-5])
def test_strokes_of_a_fraction_of_a_unit_add_up(length: float) -> None:
    rng = np.random.default_rng(1)
    start, angle = rng.uniform(-180, 180, (20_000, 2)), rng.uniform(0, 2 * np.pi, 20_000)
    along = length * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    path = np.stack([start, start + along])
    canvas = Canvas((400, 400), View(radius=200), Look(style="density", unit="world", glow=0.0))
    velocity = np.broadcast_to(along, path.shape)
    canvas.expose(Strokes(path, velocity, np.ones(20_000), np.ones(20_000), 1.0, width=0.7))
    assert canvas.counts.sum() / LAYER == pytest.approx(20_000 * length * 0.7, rel=0.05)
