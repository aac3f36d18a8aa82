"""The last turn, on motions whose period is known."""

from __future__ import annotations

import math

import numpy as np
import pytest

from orbitdraw.analysis.period import SEARCH_FRAMES, Period, find_period, last_period
from orbitdraw.authoring.bodies import Dust
from orbitdraw.authoring.scene import Scene
from orbitdraw.library.loading import load
from orbitdraw.simulation.run import Run


def circle(period, frames, n=3):
    angle = 2 * np.pi * np.arange(frames)[:, None] / period + np.arange(n)
    pos = np.stack([np.cos(angle), np.sin(angle)], -1)
    return pos, np.stack([-pos[..., 1], pos[..., 0]], -1)


@pytest.mark.parametrize("period", [40.0, 97.3, 251.77])
def test_a_circle_returns_after_its_period(period):
    assert find_period(*circle(period, 700)).frames == pytest.approx(period, abs=0.02)


def test_only_the_last_return_counts():
    assert find_period(*circle(50.0, 1000)).frames == pytest.approx(50.0, abs=0.02)


def test_two_periods_without_a_common_one_do_not_return():
    one, other = circle(50.0, 400, 1), circle(50.0 * (1 + math.sqrt(5)) / 2, 400, 1)
    turn = find_period(*(np.concatenate(pair, axis=1) for pair in zip(one, other, strict=True)))
    assert turn is None or turn.frames > 100


def test_what_flies_away_stands_still_or_has_just_begun_does_not_return():
    line = np.arange(300.0)[:, None, None] * np.ones((1, 2, 2))
    assert find_period(line, np.ones_like(line)) is None
    assert find_period(0 * line, 0 * line) is None
    assert find_period(line[:2], line[:2]) is None
    assert find_period(line[:, :0], line[:, :0]) is None


def test_a_particle_that_is_gone_is_left_out():
    pos, vel = circle(60.0, 200)
    pos[:, 1] = np.nan
    assert find_period(pos, vel).frames == pytest.approx(60.0, abs=0.02)


def test_the_figure_eight_returns_after_its_period():
    scene = load("figure_eight")
    run = Run(scene)
    frame = scene.steps * float(run.values["dt"])
    turn = last_period(run, 700)
    assert turn.frames == pytest.approx(6.32591398 / frame, rel=1e-3)
    assert run.frame == 0


def test_a_body_thrown_meanwhile_begins_a_new_past():
    scene = Scene("swing", potential="x^2/2 + y^2/2", dust=Dust([[1, 0]], [[0, 0.5]]), dt=0.01, steps=10)
    run = Run(scene)
    for _ in range(80):
        run.advance()
    run.apply("throw", (0.1, 0.5, 0.5, 0.1, 0.1))
    for _ in range(40):
        run.advance()
    assert last_period(run, 120) is None  # 40 frames since, and the period is 63
    for _ in range(60):
        run.advance()
    assert last_period(run, 180).frames == pytest.approx(62.83, abs=0.05)


def test_it_can_be_stopped():
    def check(done, total):
        assert total == 50
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        last_period(Run(load("figure_eight")), 50, check)
    assert SEARCH_FRAMES == 3600


def test_a_young_drawing_is_filmed_when_its_trails_have_settled():
    turn = last_period(Run(load("figure_eight")), 480)
    assert turn.settle_frame > 300 and turn.start(480) == pytest.approx(480)
    assert turn.start(2000) == pytest.approx(2000 - turn.frames)
    assert Period(60.0, 0.5, settle_frame=1e9).start(100) == 40.0, "what only nearly returns is not played on"
