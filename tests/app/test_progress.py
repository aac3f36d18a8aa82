"""How far a redrawing is: told for all of its stages, early, and never less than before."""

from __future__ import annotations

import numpy as np
import pytest
from driving import settle, star, wait

from orbitdraw import Bodies, Dust, Look, Newton, Run, Scene, View
from orbitdraw.app.session import progress
from orbitdraw.app.session.progress import ProgressReporter
from orbitdraw.app.shell.messages import RedrawProgress
from orbitdraw.app.window import Window
from orbitdraw.film.film import Film

FRAMES = 1500
LINE = Bodies([1.0, 0.1], [[0, 0], [1, 0]], [[0, 0], [0, 1]])


def walk(dust: int, half_life: float | None) -> Scene:
    rng = np.random.default_rng(1)
    look = Look(exposure=1.0, half_life=half_life)
    grains = Dust(rng.uniform(-1, 1, (dust, 2))) if dust else None
    return Scene("walk", law=Newton(), bodies=LINE, dust=grains, dt=0.01, steps=2, look=look, view=View(radius=2.0))


WATCHED = {"from the paper": None, "from a body": (1, 0), "turned at the end": (1, 0, 1)}


def told_by(film: Film) -> list[float]:
    told: list[float] = []
    film.redraw(lambda fraction: bool(told.append(fraction)))
    return told


@pytest.mark.parametrize("half_life", [None, 0.5])
@pytest.mark.parametrize("dust", [0, 600])
@pytest.mark.parametrize("watch", WATCHED)
def test_all_stages_are_counted(watch, dust, half_life, monkeypatch):
    monkeypatch.setattr("orbitdraw.film.stroke_history.BLOCK_NODES", 1 << 13)
    film = Film(Run(walk(dust, half_life)), (64, 36))
    film.keeper.enabled = False
    film.seek(FRAMES)
    if WATCHED[watch] is not None:
        film.run.apply("watch", WATCHED[watch])
    film.run.apply("palette", "frost")
    told = told_by(film)
    assert told == sorted(told) and told[0] <= 0.1 and told[-1] < 1.0
    if dust:  # many steps, none of them a large part of the whole, up to the very end
        assert max(np.diff([*told, 1.0])) < 0.25
        assert len(told) > 20


@pytest.mark.parametrize("at", [0.0, 0.1, 0.5, 0.8])
def test_it_can_be_ended_at_every_stage(at):
    film = Film(Run(walk(600, None)), (64, 36))
    film.seek(FRAMES)
    film.run.apply("watch", (1, 0, 1))
    film.redraw(lambda fraction: fraction >= at)
    assert film.stale()
    film.redraw()
    other = Film(film.run.again(), (64, 36))
    other.seek(FRAMES)
    np.testing.assert_array_equal(film.picture().pixels, other.picture().pixels)


@pytest.fixture
def clock(monkeypatch):
    time = [100.0]
    monkeypatch.setattr(progress.time, "perf_counter", lambda: time[0])
    return time


def test_what_is_short_is_not_spoken_of(clock):
    said = []
    short = ProgressReporter(said.append, lambda: False)
    for fraction in (0.0, 0.5, 0.9):
        clock[0] += 0.3 * (fraction > 0)
        assert not short(fraction)
    short.finish()
    assert said == []


def test_what_is_long_is_spoken_of_early_and_never_goes_back(clock):
    said = []
    slow = ProgressReporter(said.append, lambda: True)
    for fraction in (0.0, 0.1, 0.2, 0.15, 1.2):
        clock[0] += 0.26
        assert slow(fraction)
    slow.finish()
    assert [one.fraction for one in said] == [0.0, 0.1, 0.2, 0.2, 1.0, None]


def test_the_window_shows_it_and_takes_it_away(tmp_path, monkeypatch):
    monkeypatch.setattr(progress, "ESTIMATE_AFTER", 0.0)
    monkeypatch.setattr(progress, "MIN_DURATION", 0.0)
    monkeypatch.setattr(progress, "REPORT_INTERVAL", -1.0)
    window = Window((320, 180), ui_scale=1.0, folder=tmp_path)
    try:
        window.show_scene(star(LINE))
        stage = window.page
        wait(window, lambda: stage.shot is not None and stage.shot.frame > 30)
        seen, receive = [], stage.camera.receive
        monkeypatch.setattr(stage.camera, "receive", lambda news: (seen.append(news), receive(news)))
        stage.session.request_values({"palette": "frost"})
        wait(window, lambda: RedrawProgress(None) in seen)
        settle(window)
        parts = [news.fraction for news in seen if isinstance(news, RedrawProgress)]
        assert parts[0] is not None and parts[-1] is None and window.progress.redraw_fraction is None
        stage.camera.receive(RedrawProgress(0.25))
        window.run_once()
        assert window.progress.place.width and not window.progress.title
        stage.camera.receive(RedrawProgress(None))
        window.run_once()
        assert not window.progress.place.width
        stage.camera.receive(RedrawProgress(0.25))
        window.show_wall()
        assert window.progress.redraw_fraction is None
    finally:
        window.close()
