"""Every scene that ships passes all of this; a new file in scenes/ joins by being there."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from orbitdraw import Run, Scene, load
from orbitdraw.app.shell.messages import SceneOpened
from orbitdraw.film.film import Film
from orbitdraw.library.catalogue import catalogue
from orbitdraw.library.loading import replay
from orbitdraw.runtime.resources import asset
from orbitdraw.slider import Slider

ENTRIES = list(catalogue())
SIZE = (160, 90)


@pytest.fixture(params=ENTRIES, ids=lambda entry: entry.name)
def a_scene(request: pytest.FixtureRequest) -> Scene:
    return load(request.param.name)


def test_there_are_scenes() -> None:
    assert len(ENTRIES) >= 12


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_the_catalogue_says_what_the_scene_says(entry: object) -> None:
    scene = load(entry.name)  # type: ignore[attr-defined]
    assert scene.name == entry.name  # type: ignore[attr-defined]
    assert " ".join(scene.caption.split()) == " ".join(entry.caption.split())  # type: ignore[attr-defined]
    assert Path(scene.path) == Path(entry.path)  # type: ignore[attr-defined]
    assert SceneOpened.of(Run(scene)).title == entry.title  # type: ignore[attr-defined]


def test_it_has_a_caption_of_a_sentence_or_two(a_scene: Scene) -> None:
    assert 40 <= len(a_scene.caption) <= 320
    assert a_scene.caption.rstrip().endswith(".")


def test_it_has_a_thumbnail(a_scene: Scene) -> None:
    assert asset(f"thumbnails/{a_scene.name}.png").is_file(), "make it with `python benchmarks/thumbnails.py`"


def test_it_moves_and_draws(a_scene: Scene) -> None:
    film = Film(Run(a_scene), SIZE)
    blank = film.picture().pixels.copy()
    film.seek(45)
    shown = film.picture().pixels
    assert np.count_nonzero(shown != blank) > 20


def test_it_replays_to_the_bit_from_its_file(a_scene: Scene) -> None:
    film = Film(Run(a_scene, seed=3), SIZE)
    film.seek(12)
    name, slider = (
        next((n, s) for n, s in a_scene.declared.sliders.items() if isinstance(s, Slider))
        if any(isinstance(s, Slider) for s in a_scene.declared.sliders.values())
        else ("width", 1.7)
    )
    film.run.apply(name, 0.5 * (slider.low + slider.high) if isinstance(slider, Slider) else slider)
    film.seek(20)
    twin = Film(replay(film.run.drawing()), SIZE)
    twin.seek(20)
    assert twin.run.hash() == film.run.hash()
    assert twin.picture().pixels.tobytes() == film.picture().pixels.tobytes()


def test_stepping_back_is_exact(a_scene: Scene) -> None:
    film = Film(Run(a_scene), SIZE)
    film.seek(5)
    pixels, state = film.picture().pixels.copy(), film.run.hash()
    film.seek(9)
    film.seek(5)
    assert film.run.hash() == state
    assert np.array_equal(film.picture().pixels, pixels)


def test_every_end_of_every_slider_plays(a_scene: Scene) -> None:
    for name, slider in a_scene.declared.sliders.items():
        if not isinstance(slider, Slider):
            continue
        for end in slider.bounds(a_scene.declared.defaults())[:2]:
            film = Film(Run(a_scene, **{name: end}), (80, 45))
            film.seek(2)
            film.picture()


def test_its_numbers_are_finite(a_scene: Scene) -> None:
    run = Run(a_scene)
    for _ in range(30):
        run.advance()
    numbers = run.metrics()
    assert numbers
    assert all(np.isfinite(list(numbers.values())))


def test_a_scene_that_people_named_has_the_title_they_gave_it() -> None:
    assert "Hénon–Heiles" in [entry.title for entry in catalogue()]


@pytest.mark.slow
def test_the_warm_crowd_ends_as_boltzmann_says() -> None:
    """As the caption promises: both sides hold as many as the other, and every place as exp(-V/kT) says."""
    scene = load("thermal_well")
    run = Run(scene)
    while run.frame < round(scene.seconds * 60):
        if run.leap(60) is None:
            run.advance()
    x = run.pos[:, 0]
    count = len(x)
    assert np.count_nonzero(x < 0) == pytest.approx(count / 2, abs=3 * np.sqrt(count) / 2)
    assert scene.potential is not None
    at = np.linspace(-2.5, 2.5, 5001)
    kT = float(run.values["temperature"])
    density = np.exp(-scene.potential.value(at, np.zeros_like(at), barrier=run.values["barrier"]) / kT)
    edges = np.linspace(-1.6, 1.6, 17)
    share = np.add.reduceat(density, np.searchsorted(at, [-2.6, *edges[1:-1]]))
    expected = count * share / share.sum()
    found = np.histogram(np.clip(x, -1.6, 1.6), edges)[0]
    chi2 = np.sum((found - expected) ** 2 / expected)
    assert chi2 < 45, "of 15 degrees of freedom: one in ten thousand is above"
