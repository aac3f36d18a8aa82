"""What brushes make of a path: widths, dashes, dots, swept areas, and pens of single bodies."""

from __future__ import annotations

import numpy as np
import pytest

from orbitdraw import Bodies, Drawing, InputError, Look, Newton, Run, Scene, View
from orbitdraw.film.film import Film
from orbitdraw.ink.canvas import Canvas
from orbitdraw.ink.look import BRUSHES
from orbitdraw.ink.strokes import Strokes
from orbitdraw.ink.units import LAYER
from orbitdraw.library.loading import replay

SIZE = (320, 180)


def kepler(brush: str = "round", **look) -> Scene:
    return Scene(
        "kepler",
        law=Newton(order=4),
        bodies=Bodies([1, 1e-9], [[0, 0], [1, 0]], [[0, 0], [0, 1.25]]),
        dt=0.01,
        steps=2,
        look=Look(brush=brush, exposure=1.0, **look),
        view=View(radius=4),
    )


def chain(strokes):
    while strokes is not None:
        yield strokes
        strokes = strokes.dust


def ink(film: Film) -> float:
    return float(film.canvas.counts.sum()) / LAYER


@pytest.mark.parametrize("brush", BRUSHES)
def test_each_brush_draws_something_of_its_own_and_replays(brush: str) -> None:
    run = Run(kepler())
    run.apply("brush", brush)
    film = Film(run, SIZE)
    film.seek(200)
    plain = Film(Run(kepler()), SIZE)
    plain.seek(200)
    same = film.picture().pixels.tobytes() == plain.picture().pixels.tobytes()
    assert same == (brush == "round")
    again = Film(replay(Drawing.of_bytes(run.drawing().bytes()), scene=kepler()), SIZE)
    again.seek(200)
    assert again.picture().pixels.tobytes() == film.picture().pixels.tobytes()
    assert again.run.hash() == plain.run.hash(), "a brush is no force"


def test_a_calligraphic_pen_is_wide_where_it_is_slow() -> None:
    run = Run(kepler("calligraphic"))
    widths, speeds = [], []
    for _ in range(300):
        strokes = run.advance()
        widths.append(strokes.pen[0, 1])
        speeds.append(float(np.hypot(*strokes.velocity[0, 1])))
    assert np.corrcoef(widths, speeds)[0, 1] < -0.9 and max(widths) > 2 * min(widths)


def test_dashes_are_even_in_time() -> None:
    run = Run(kepler("dashed"))
    on = [bool(run.advance().weight[1] > 0) for _ in range(160)]
    assert on[:16] * 10 == on and 0.4 < np.mean(on) < 0.7


def test_dots_stand_at_equal_times() -> None:
    run = Run(kepler("dots"))
    places = []
    for _ in range(60):
        strokes = run.advance()
        assert not strokes.weight.any()
        places += [one.path[0, 0] for one in chain(strokes) if len(one.path) == 1]
    assert len(places) == 10


def test_equal_times_sweep_equal_areas() -> None:
    """Kepler's second law, measured in ink."""
    run = Run(kepler("area"))
    frames, areas = [], []
    for _ in range(240):
        bands = [one for one in chain(run.advance()) if one.band]
        canvas = Canvas((800, 800), View(radius=4), run.scene.look)
        for band in bands:
            canvas.expose(
                Strokes(band.path, band.velocity, band.shade * 0, band.weight / band.weight, band.duration, band=True)
            )
        frames.append(bands)
        areas.append(canvas.counts.sum() / LAYER)
    areas = np.array(areas).reshape(4, 60).sum(axis=1)
    assert np.ptp(areas) < 0.01 * areas.mean()


def test_a_square_of_two_triangles_is_filled_once() -> None:
    canvas = Canvas((40, 40), View(radius=20), Look(style="density"))
    path = np.array([[[-10.3, -10.2], [10.1, -10.2]], [[-10.3, 10.4], [10.1, 10.4]]])
    canvas.expose(Strokes(path, path * 0, np.ones(2), np.ones(2), 1.0, band=True))
    counts = canvas.counts[..., 0] / LAYER
    assert counts.max() == pytest.approx(1.0, abs=1e-3)
    assert counts.sum() == pytest.approx(20.4 * 20.6, rel=5e-3)
    whole = canvas.counts.copy()
    for a, b in ((0, 13), (13, 40)):
        part = Canvas((40, 40), View(radius=20), Look(style="density"), rows=(a, b))
        part.expose(Strokes(path, path * 0, np.ones(2), np.ones(2), 1.0, band=True))
        assert np.array_equal(part.counts, whole[a:b]), "bands have the bits of the whole"


def test_a_body_has_a_pen_of_its_own() -> None:
    run = Run(kepler())
    run.apply("pen", (1, 0.9, 3.0, BRUSHES.index("dashed")))
    strokes = run.advance()
    assert strokes.pen[0].tolist() == [1.0, 3.0] and strokes.shade[1] == 0.9
    on = [bool(run.advance().weight[1] > 0) for _ in range(16)]
    assert not all(on) and any(on)
    run.apply("take", (1,))
    run.advance()
    for numbers in ((0, 2, 1, 0), (0, 0.5, 0, 0), (0, 0.5, 1, 9), (5, 0.5, 1, 0)):
        with pytest.raises(InputError):
            run.apply("pen", numbers)


def test_a_width_that_slides_is_drawn_with_the_ink_of_its_area() -> None:
    canvas = Canvas((400, 100), View(radius=50), Look(style="density", width=1.0, unit="world"))
    path = np.stack([np.linspace(-150, 150, 61), np.zeros(61)], axis=1)[:, None]
    pen = np.linspace(0.5, 8, 61)[:, None]
    velocity = np.broadcast_to([300.0, 0.0], path.shape)
    canvas.expose(Strokes(path, velocity, np.ones(1), np.ones(1), 1.0, width=1.0, pen=pen))
    assert canvas.counts.sum() / LAYER == pytest.approx(300 * 4.25, rel=0.01)


def test_a_brush_stays_in_every_frame_of_reference() -> None:
    for brush in ("calligraphic", "area", "dots"):
        film = Film(Run(kepler(brush)), SIZE)
        film.seek(60)
        film.run.apply("watch", (1, 1))
        film.seek(75)
        during = film.picture().pixels.tobytes()
        other = Film(film.run.again(), SIZE)
        other.seek(75)
        assert other.picture().pixels.tobytes() == during
