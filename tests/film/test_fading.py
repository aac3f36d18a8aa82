"""After undo far back, ink that has faded from sight is left out for the moment, and comes to the bit after it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from driving import assert_replays, drive, run_of, settle, wait

from orbitdraw import Bodies, Look, Newton, Run, Scene, View
from orbitdraw.film.film import Film
from orbitdraw.library.loading import replay

SIZE = (96, 64)
FRAMES = 900
PAIR = Bodies([1.0, 0.01, 0.02], [[0, 0], [1, 0], [0, 0.6]], [[0, 0], [0, 1], [1.2, 0]], softening=0.05)
LOOK = Look(exposure=1.0, half_life=0.4, glow=0.3)
FADING = Scene("fading", law=Newton(), bodies=PAIR, dt=0.01, steps=2, look=LOOK, view=View(radius=2.0))


def undone(scene: Scene = FADING, at: int = 60) -> Film:
    film = Film(Run(scene), SIZE)
    film.seek(at)
    film.run.apply("push", (1, 0.3, 0.8))
    film.seek(FRAMES)
    film.undo()
    return film


def exact(film: Film) -> np.ndarray:
    fresh = Film(replay(film.run.drawing(), scene=film.run.scene), film.size)
    fresh.keeper.enabled = False
    while fresh.run.frame < film.run.frame:
        fresh.advance()
    assert fresh.run.hash() == film.run.hash()
    return fresh.picture().pixels


def channels(pixels: np.ndarray) -> np.ndarray:
    return np.stack([(pixels >> shift) & 255 for shift in (16, 8, 0)]).astype(int)


def test_what_is_shown_at_once_cannot_be_told_from_all_of_it() -> None:
    film = undone()
    assert film.is_partial and film.stale()
    rough = film.current_picture().pixels
    assert np.abs(channels(rough) - channels(exact(film))).max() <= 1
    assert channels(rough).max() > 100, "there is something to be seen"
    np.testing.assert_array_equal(film.picture().pixels, exact(film))
    assert not film.is_partial and not film.stale()


def test_going_far_ahead_shows_at_once_what_can_be_seen() -> None:
    film = Film(replay(undone().run.drawing(), scene=FADING), SIZE)
    film.seek_for_display(FRAMES)
    assert film.is_partial and film.run.frame == FRAMES
    assert np.abs(channels(film.current_picture().pixels) - channels(exact(film))).max() <= 1
    np.testing.assert_array_equal(film.picture().pixels, exact(film))


def test_who_stops_it_on_the_way_is_shown_no_half_picture() -> None:
    film = Film(replay(undone().run.drawing(), scene=FADING), SIZE)
    for stop in (200, FRAMES - 5):
        film.seek_for_display(FRAMES, lambda stop=stop: film.run.frame >= stop)
        assert stop <= film.run.frame < FRAMES and film.stale() and film.current_picture() is None
    np.testing.assert_array_equal(film.picture().pixels, exact(film))


def test_ink_that_fades_at_more_than_one_pace_is_drawn_in_full() -> None:
    run = Run(FADING)
    film = Film(run, SIZE)
    film.seek(60)
    film.run.apply("push", (1, 0.3, 0.8))
    film.seek(FRAMES - 30)
    film.run.apply("half_life", 2.0)
    film.seek(FRAMES)
    film.undo(), film.undo(), film.redo(), film.redo()
    assert not film.is_partial
    np.testing.assert_array_equal(film.picture().pixels, exact(film))


def test_ink_that_does_not_stay_at_all() -> None:
    film = undone(replace(FADING, look=replace(LOOK, half_life=1e-9)))
    assert film.is_partial and np.abs(channels(film.current_picture().pixels) - channels(exact(film))).max() <= 1


def test_drawing_it_all_again_begins_at_the_last_state_that_is_kept_with_its_ink() -> None:
    film = Film(Run(FADING), SIZE)
    film.seek(500)
    film.run.apply("push", (1, 0.3, 0.8))
    film.seek(FRAMES)
    film.undo()
    heard = []
    film.is_partial = True  # as if ink had been left out
    film.redraw(lambda part: heard.append(part))
    assert heard[0] > 0.5
    np.testing.assert_array_equal(film.picture().pixels, exact(film))


def test_playing_on_and_going_back_from_there_end_in_the_same_bits() -> None:
    film = undone()
    for _ in range(130):
        film.advance()
    assert film.is_partial
    np.testing.assert_array_equal(film.picture().pixels, exact(film))
    film = undone()
    for frame in (FRAMES - 70, FRAMES - 130, FRAMES + 5, 40, FRAMES):
        film.seek(frame)
        np.testing.assert_array_equal(film.picture().pixels, exact(film))


def test_a_redrawing_that_is_given_up_leaves_what_is_shown() -> None:
    film = undone()
    before = film.current_picture().pixels.copy()
    film.redraw(lambda part: part > 0.3)
    assert film.is_partial
    np.testing.assert_array_equal(film.current_picture().pixels, before)
    film.advance()
    np.testing.assert_array_equal(film.picture().pixels, exact(film))


def test_a_redrawing_that_is_given_up_shows_no_paper_that_misses_a_frame() -> None:
    film = undone()
    palette = film.run.values["palette"]
    film.run.apply("palette", "frost")
    film.advance()
    film.run.apply("palette", palette)
    film.redraw(lambda part: True)
    assert film.stale() and film.current_picture() is None
    np.testing.assert_array_equal(film.picture().pixels, exact(film))


def test_where_the_ink_of_far_ahead_is_kept_nothing_is_left_out() -> None:
    film = Film(Run(FADING), SIZE)
    while film.run.frame < FRAMES:
        film.advance()
    film.seek(10)
    film.seek_for_display(FRAMES)
    assert not film.is_partial and not film.stale()
    np.testing.assert_array_equal(film.picture().pixels, exact(film))


@pytest.mark.parametrize("change", [("palette", "frost"), ("view", (0.1, 0.0, 1.0)), ("watch", (1, 0))])
def test_another_look_at_the_last_ink_draws_all_of_it(change) -> None:
    film = undone()
    film.run.apply(*change)
    assert film.stale()
    film.advance()
    np.testing.assert_array_equal(film.picture().pixels, exact(film))


@pytest.mark.parametrize(
    "look", [Look(exposure=1.0, half_life=None), Look(exposure=1.0, half_life=60.0)], ids=["stays", "fades slowly"]
)
def test_nothing_is_left_out_where_it_would_be_seen(look: Look) -> None:
    from dataclasses import replace

    film = undone(replace(FADING, look=look))
    assert not film.is_partial
    np.testing.assert_array_equal(film.picture().pixels, exact(film))


@pytest.mark.parametrize("playing", [False, True])
def test_in_the_window_the_last_ink_is_shown_and_then_all_of_it(window, playing) -> None:
    window.show_scene(FADING)
    wait(window, lambda: window.page.shot is not None and window.page.tools.world is not None)
    stage = window.page
    drive(window, ["Space"])
    settle(window)
    stage.session.submit(stage.session.film.run.apply, "push", (1, 0.3, 0.8))
    stage.session.submit(stage.session.film.seek, FRAMES)
    settle(window)
    if playing:
        drive(window, ["Space"])
    parts = []
    real = stage.session.show_picture
    stage.session.show_picture = lambda *given, **more: (
        parts.append(stage.session.film.is_partial),
        real(*given, **more),
    )[1]
    drive(window, ["Ctrl+Z"])
    wait(window, lambda: any(parts))
    if playing:
        frame = stage.shot.frame
        wait(window, lambda: stage.shot.frame > frame + 20)
        drive(window, ["Space"])
    settle(window)
    assert run_of(stage).history.events == [] and not stage.session.film.is_partial
    assert_replays(stage)
