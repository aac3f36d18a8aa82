"""Strokes that leave their pen open: they are drawn as the look of the scene says, and the panel shows what acts."""

from __future__ import annotations

import math

import numpy as np
import pytest

from orbitdraw import Look, Motion, Run, Scene, Strokes
from orbitdraw.app.session.settings import LOOK_VALUES, Settings
from orbitdraw.film.film import Film

SIZE = (96, 54)
SET = {
    "width": 12.0,
    "half_life": 0.05,
    "color": "speed",
    "brush": "calligraphic",
    "palette": "frost",
    "exposure": 0.1,
    "glow": 1.5,
    "mark": 40.0,
    "grain": 9.0,
}
OTHER = {"color": ("energy", "age"), "brush": ("dashed", "dots", "area")}


class Ellipse(Motion):
    """Two particles on ellipses, drawn with what is `given` of the pen: as lines, or as points with `pieces` = 0."""

    def __init__(self, pieces=4, panels=False, ink=True, **given):
        self.pieces, self.panels, self.ink, self.given = pieces, panels, ink, given

    def start(self, values, seed):
        return {"angle": np.array([0.0, 2.0])}

    def advance(self, state, values, frame):
        if not self.ink:
            return Strokes.none(0.1)
        angle = state["angle"] + np.linspace(0.0, 0.1, self.pieces + 1)[:, None]
        state["angle"] = angle[-1] if self.pieces else state["angle"] + 0.1
        path = np.stack([1.5 * np.cos(angle), np.sin(angle)], -1)
        swift = np.stack([-1.5 * np.sin(angle), np.cos(angle)], -1)
        return Strokes(path, swift, duration=0.1, bodies=2, **self.given)


def scene(**kind):
    return Scene("ellipse", motion=Ellipse(**kind), look=Look(exposure=2.0))


def drawn(scene, frames=20, **values):
    film = Film(Run(scene, **values), SIZE)
    for _ in range(frames):
        film.advance()
    return film.picture().pixels


def acting(scene):
    return set(Settings.of(Run(scene)).groups["Look"])


OPEN = [(name, value) for name, first in SET.items() for value in (first, *OTHER.get(name, ()))]
LINES = {*LOOK_VALUES} - {"grain"}
GIVEN = {
    "pen": np.ones((5, 2)),
    "width": 3.0,
    "half_life": math.inf,
    "shade": np.array([0.2, 0.8]),
    "mark": np.zeros(2),
}
NAMES = {"pen": "brush", "shade": "color"}


@pytest.mark.parametrize(("name", "value"), OPEN)
def test_what_is_open_is_drawn_as_the_look_says(name, value):
    open_ = scene(mark=None, pieces=0 if name == "grain" else 4)
    assert not np.array_equal(drawn(open_, **{name: value}), drawn(open_))
    assert name in acting(open_)


@pytest.mark.parametrize("given", GIVEN)
def test_what_a_motion_gives_itself_stays_and_is_not_in_the_panel(given):
    own = scene(**{"mark": None, given: GIVEN[given]})
    name = NAMES.get(given, given)
    for value in (SET[name], *OTHER.get(name, ())):
        np.testing.assert_array_equal(drawn(own, **{name: value}), drawn(own))
    assert acting(own) == LINES - {name}


def test_points_have_a_grain_and_neither_width_nor_brush():
    assert acting(scene(pieces=0)) == {*LOOK_VALUES} - {"width", "brush", "mark"}


def test_a_motion_of_panels_has_a_style_and_no_pen():
    assert acting(scene(panels=True, ink=False)) == {"style"}
    assert acting(scene(ink=False)) >= {"width", "half_life", "palette"}
    assert acting(scene(panels=True)) == LINES - {"mark"}


def test_a_motion_that_fails_shows_all_and_says_why_where_it_is_played():
    assert acting(scene(shade=7.0)) == {*LOOK_VALUES}


def test_a_look_is_asked_without_moving_the_scene():
    run = Run(scene())
    before = run.hash()
    Settings.of(run)
    assert (run.hash(), run.frame) == (before, 0)


def test_particles_have_all_of_a_look():
    assert acting(Scene("spring", potential="x^2")) == {*LOOK_VALUES}


class Leaping(Ellipse):
    """The same, many frames in one go."""

    leaps = 0

    def stretch(self, state, values, frame, most):
        self.leaps += 1
        each = [self.advance(state, values, frame + k) for k in range(most)]
        path, velocity = (np.concatenate([getattr(one, name) for one in each], axis=1) for name in ("path", "velocity"))
        return Strokes(path, velocity, duration=0.1, bodies=2, frames=most)


@pytest.mark.parametrize(("name", "value"), [pair for pair in OPEN if pair[0] not in ("grain", "mark")])
def test_frames_in_one_go_are_drawn_as_one_by_one(name, value):
    leaping = Leaping()
    film = Film(Run(Scene("ellipse", motion=leaping, look=Look(exposure=2.0)), **{name: value}), SIZE)
    while film.run.frame < 20:
        film.advance_towards(20)
    assert leaping.leaps > 0 or value == "area"
    np.testing.assert_array_equal(film.picture().pixels, drawn(scene(), **{name: value}))


def test_an_enormous_speed_is_the_end_of_the_palette():
    fast = np.full((5, 2, 2), 1e300)
    run = Run(Scene("fast", motion=Ellipse(), look=Look(exposure=2.0, color="energy")))
    strokes = run.motion.own.advance
    run.motion.own.advance = lambda *given: Strokes(strokes(*given).path, fast, duration=0.1)
    assert run.advance().shade == pytest.approx(1.0)
