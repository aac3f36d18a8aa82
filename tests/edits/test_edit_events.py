"""What a hand does is an event: on record, replayed to the bit, taken back and put back."""

from __future__ import annotations

import random

import numpy as np
import pytest

from orbitdraw import Bodies, Drawing, InputError, Look, Newton, Run, Scene, View
from orbitdraw.film.film import Film
from orbitdraw.library.loading import replay

SIZE = (96, 54)


@pytest.fixture
def star() -> Scene:
    return Scene(
        "star",
        law=Newton(order=4),
        bodies=Bodies([1.0], [[0, 0]], softening=0.05),
        dt=0.01,
        steps=2,
        look=Look(exposure=1.0, half_life=1.0),
        view=View(radius=2.0),
    )


def drawn(scene: Scene) -> Film:
    film = Film(Run(scene), SIZE)
    film.seek(10)
    film.run.apply("throw", (0.01, 1.0, 0.0, 0.0, 1.0))
    film.run.apply("throw", (0.02, -1.4, 0.0, 0.0, -0.8))
    film.seek(40)
    film.run.apply("scatter", (0, 200, 0.5, 0.5, 0.6, 0.5, 0, -0.5, 0.5, 0))
    film.seek(70)
    film.run.apply("weigh", (0, 1.5))
    film.run.apply("push", (1, 0.3, 0.9))
    film.seek(95)
    film.run.apply("take", (2,))
    film.run.apply("move", (1, 0.7, 0.7))
    film.seek(130)
    return film


def test_they_do_what_they_say(star: Scene) -> None:
    run = drawn(star).run
    assert run.mass[:2].tolist() == [1.5, 0.01]
    assert len(run.pos) == 202


def test_a_saved_drawing_does_it_again(star: Scene) -> None:
    film = drawn(star)
    twin = Film(replay(Drawing.of_bytes(film.run.drawing().bytes()), scene=star), SIZE)
    twin.seek(130)
    assert twin.run.hash() == film.run.hash()
    assert twin.picture().pixels.tobytes() == film.picture().pixels.tobytes()


def test_scrubbing_in_any_order(star: Scene) -> None:
    film = drawn(star)
    hashes = {}
    twin = Film(film.run.again(), SIZE)
    for frame in range(131):
        twin.seek(frame)
        hashes[frame] = twin.run.hash()
    for frame in random.Random(1).sample(range(131), 40):
        film.seek(frame)
        assert film.run.hash() == hashes[frame], frame


def test_undo_and_redo_come_back_to_the_bit(star: Scene) -> None:
    film = drawn(star)
    before, shown = film.run.hash(), film.picture().pixels.copy()
    undone = 0
    seen = {before}
    while film.undo() is not None:
        undone += 1
        assert film.run.frame == 130
        seen.add(film.run.hash())
    assert undone == 7
    assert len(seen) == 8
    assert len(film.run.pos) == 1
    while film.redo() is not None:
        undone -= 1
    assert undone == 0
    assert film.run.hash() == before
    assert np.array_equal(film.picture().pixels, shown)


def test_undo_after_loading_takes_back_what_the_file_had(star: Scene) -> None:
    film = drawn(star)
    twin = Film(replay(film.run.drawing(), scene=star), SIZE)
    twin.seek(130)
    film.undo()
    twin.undo()
    assert twin.run.hash() == film.run.hash()


def test_doing_something_new_ends_redo(star: Scene) -> None:
    film = drawn(star)
    film.undo()
    film.run.apply("weigh", (0, 2.0))
    assert film.redo() is None


@pytest.mark.parametrize(
    ("name", "numbers", "says"),
    [
        ("take", (9,), "there is no body 9"),
        ("throw", (1, 2), "takes 5 numbers"),
        ("throw", (-1, 0, 0, 0, 0), "mass of 0 or more"),
        ("throw", (float("nan"), 0, 0, 0, 0), "finite"),
        ("scatter", (0, 0, 0, 0, 0, 1, 0, 0, 0, 0), "grains"),
        ("weigh", "much", "list of numbers"),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(star: Scene, name: str, numbers: object, says: str) -> None:
    run = drawn(star).run
    before, history = run.hash(), list(run.history.events)
    with pytest.raises(InputError, match=says):
        run.apply(name, numbers)
    assert run.hash() == before
    assert run.history.events == history


def test_bodies_can_be_thrown_into_a_scene_without_any() -> None:
    run = Run(Scene("empty"))
    run.apply("throw", (1.0, 0.0, 0.0, 0.0, 0.0))
    run.apply("throw", (0.0, 1.0, 0.0, 0.0, 1.0))
    for _ in range(60):
        run.advance()
    assert abs(np.hypot(*run.pos[1]) - 1.0) < 0.01
