"""A turn of a long drawing is shown at once, as well as it can be; what stays is drawn whole."""

from __future__ import annotations

import numpy as np
import pytest
from kepler_films import DUST, SCRIPT, SIZE, kepler, played

from orbitdraw.film.film import Film
from orbitdraw.film.stroke_preview import StrokePreview, thin
from orbitdraw.ink.strokes import Strokes
from orbitdraw.simulation.run import Run
from orbitdraw.start import ring


@pytest.fixture(autouse=True)
def _always(monkeypatch):
    monkeypatch.setattr("orbitdraw.film.stroke_preview.QUICK_REPLAY", 0)


def glimpsed(scene, script, frames):
    """The rough pictures of a turn that is played, by frame, and the film."""
    film = Film(Run(scene), SIZE)
    film.preview = StrokePreview()
    rough = {}
    for frame in range(frames + 1):
        for at, name, value in script:
            if at == frame:
                film.run.apply(name, value)
        if film.frame_blend().pure is None:
            film._stroke_history = None
            recent = film.recent_strokes(film.frame_blend())
            if recent is not None:
                parts = film.frame_blend().shares(recent.angle)
                rough[frame] = film.picture_of(recent, parts, None, lambda: False).pixels.copy()
        if frame < frames:
            film.advance()
    return film, rough


@pytest.mark.parametrize("half_life", [None, 2.0])
def test_a_glimpse_of_few_bodies_can_hardly_be_told_from_the_picture(half_life):
    scene = kepler(0.4, half_life=half_life, dust=DUST, drift=0.1)
    _, shown = played(scene, SCRIPT, 320)
    film, rough = glimpsed(scene, SCRIPT, 320)
    assert len(rough) > 150
    for frame, picture in rough.items():
        if frame == 30:
            continue
        apart = np.abs(picture.view(np.uint8).astype(int) - shown[frame].view(np.uint8))
        bare = np.abs(shown[0].view(np.uint8).astype(int) - shown[frame].view(np.uint8))
        assert apart.mean() < 0.15 * bare.mean(), f"frame {frame}"
    np.testing.assert_array_equal(film.picture().pixels, shown[320], err_msg="what stays is the whole picture")


def test_a_glimpse_asks_nothing_of_the_run(monkeypatch):
    film = Film(Run(kepler(0.4, half_life=1.0)), SIZE)
    film.preview = StrokePreview()
    film.seek(200)
    film.run.apply("watch", (1, 0))
    monkeypatch.setattr("orbitdraw.film.film.collect", lambda *args: pytest.fail("it was replayed"))
    monkeypatch.setattr(Run, "advance", lambda run: pytest.fail("it was replayed"))
    recent = film.recent_strokes(film.frame_blend())
    assert film.picture_of(recent, film.frame_blend().shares(recent.angle), None, lambda: False) is not None
    assert film.stale(), "a glimpse must not be taken for the paper"


def test_what_is_undone_is_not_glimpsed():
    film = Film(Run(kepler(0.4)), SIZE)
    film.preview = StrokePreview()
    film.seek(100)
    film.run.apply("throw", (0.2, 0.0, 1.0, 0.7, 0.0))
    film.seek(130)
    film.undo()
    film.run.apply("watch", (1, 0))
    recent = film.recent_strokes(film.frame_blend())
    assert film.run.frame == recent.last_frame == 130
    assert max(strokes.path.shape[1] for _, strokes in film.preview._stored) == 2, "the body that was never thrown"


def test_thinned_dust_has_the_ink_of_all_of_it():
    scene = kepler(0.4, dust=ring(5000, radius=1.2, speed=0.9))
    strokes = Run(scene).advance()
    few = thin(strokes)
    layers: list[tuple[Strokes, Strokes]] = []
    one, other = strokes, few
    while one is not None:
        layers.append((one, other))
        one, other = one.dust, other.dust
    assert sum(len(other.weight) for _, other in layers) < 1100
    for whole, part in layers:
        assert part.weight.sum() == pytest.approx(whole.weight.sum())
        np.testing.assert_array_equal(part.path[-1, :1], whole.path[-1, :1])
