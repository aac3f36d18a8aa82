"""The time line, through the real event loop: every journey ends at the picture that playing there gives."""

from __future__ import annotations

import random

import pytest
from driving import assert_replays, button, drive, move, press, settle, wait, wheel
from star_window import SIZE, drag, pause, show_star

from orbitdraw.film.film import Film


@pytest.fixture
def stage(window):
    show_star(window)
    drag(window, window.page, (1.0, 0.0), (1.0, 0.8))
    wait(window, lambda: window.page.shot.frame > 90)
    drag(window, window.page, (-1.2, 0.0), (-1.2, -0.8))
    wait(window, lambda: window.page.shot.frame > 150)
    pause(window, window.page)
    return window.page


def there(stage, frame):
    """A pixel of the line that means this frame, nearly."""
    left, right, y = stage.timeline.line()
    return left + round((right - left) * frame / stage.timeline.length()), y


def test_scrubbing_in_any_order_gives_the_same(window, stage):
    hashes = {}
    film = Film(stage.session.film.run.again(), SIZE)
    for frame in range(stage.shot.frame + 1):
        film.seek(frame)
        hashes[frame] = film.run.hash()
    drive(window, [button(1, there(stage, 100))])
    for frame in random.Random(2).sample(range(150), 25):
        drive(window, [move(there(stage, frame))])
        settle(window)
        assert stage.shot.frame == pytest.approx(frame, abs=2)
        assert stage.session.film.run.hash() == hashes[stage.shot.frame]
        assert_replays(stage)
    drive(window, [button(1, there(stage, 100), down=False)])
    assert not stage.timeline.holds_playback


def test_the_wheel_over_the_line_goes_back_and_on_to_the_end(window, stage):
    frame, view = stage.shot.frame, stage.picture.view
    drive(window, [move(there(stage, 10)), wheel(-1)])
    settle(window)
    assert stage.shot.frame == frame - 10
    drive(window, [wheel(5)])
    settle(window)
    assert stage.shot.frame == frame and stage.picture.view == view


def test_a_held_key_runs_back_to_the_first_frame(window, stage):
    down, *_, up = press("Z")
    drive(window, ["]"] * 3)
    drive(window, [down])
    wait(window, lambda: stage.shot.frame == 0)
    drive(window, [up])
    assert not stage.playback.playing and not stage.timeline.holds_playback
    assert_replays(stage)
    frame = len({event.frame for event in stage.session.film.run.history.events})
    assert len(stage.timeline.world.ticks) == frame == 2


def test_what_was_done_is_still_there_when_time_goes_on(window, stage):
    frame, before = stage.shot.frame, stage.session.film.run.hash()
    stage.timeline.seek(0)
    settle(window)
    drive(window, ["Space"])
    wait(window, lambda: stage.shot.frame > 20)
    stage.timeline.seek(frame)
    settle(window)
    assert stage.session.film.run.hash() == before


def test_captions_stand_clear_of_the_line(window, stage):
    drive(window, turns=2)
    assert stage.hud.plate_rects
    assert all(place.bottom <= SIZE[1] - 18 for place in stage.hud.plate_rects)
