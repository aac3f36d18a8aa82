"""Exposure suits every time of a scene, is found without waiting for a slow one, and follows from the scene alone."""

from __future__ import annotations

from itertools import count
from types import SimpleNamespace

import numpy as np
import pytest
from driving import settle, wait

from orbitdraw import Dust, Look, Motion, Newton, Run, Scene, Strokes, View, load
from orbitdraw.app.session import compiler as foundry
from orbitdraw.film.exposure import CUSTOM_MOTION_FRAMES, ExposureMeter, cells_of, exposure_of, typical_ink
from orbitdraw.film.film import Film
from orbitdraw.library.catalogue import catalogue
from orbitdraw.simulation.run import FRAMES_PER_SECOND
from orbitdraw.simulation.snapshot import hash_of

pytestmark = pytest.mark.slow

SIZE = (640, 360)

FORMULAS = """
x | y | 0*x | 0.01*x^2 | 50*x^2 | x^2+y^2 | x^2/2+2*y^2 | x^2-y^2 | -x^2-y^2 | x*y | x^3 | x^4 | -x^4 | x^2*y^2
r | -r | 1/r | -1/r | -1/sqrt(r^2+0.05) | log(r) | abs(x)+abs(y) | exp(-r^2) | -exp(-r^2) | cos(5*r) | x^3-3*x*y^2
sin(3*x)*sin(3*y) | sin(3*x)+sin(3*y) | x^4+y^4-2*x^2 | (x^2+y^2)/2+x^2*y-y^3/3 | (x^2+y^2+sin(4*t)*x)/2
""".replace("\n", "|").split("|")
FORMULAS = [text.strip() for text in FORMULAS if text.strip()]
INKED = [entry.name for entry in catalogue() if not Run(load(entry.name)).motion.panels]


def above_and_burnt(film):
    """How many pixels differ from the ground, by how many levels at most each, and which are at the top level."""
    picture = film.picture()
    rgb = picture.rgb().astype(int)
    ground = [picture.ground >> shift & 255 for shift in (16, 8, 0)]
    burnt = picture.levels == 255 if picture.levels is not None else rgb.max(axis=2) == 255
    return np.abs(rgb - ground).max(axis=2), burnt.mean()


@pytest.mark.slow
@pytest.mark.parametrize("what", [*INKED, *FORMULAS])
def test_the_exposure_suits_every_time(what):
    scene = load(what)
    film = Film(Run(scene), SIZE)
    film.keeper.enabled = False
    ends = sorted({seconds for seconds in (1.0, 3.0, 10.0) if seconds < scene.seconds} | {scene.seconds})
    for seconds in ends:
        film.seek(round(seconds * FRAMES_PER_SECOND))
        above, burnt = above_and_burnt(film)
        assert burnt <= 0.01, seconds
        assert np.count_nonzero(above >= 40) >= 30, "not one stroke can be seen"
    assert np.mean(above > 2) >= 0.005


def test_there_are_thirty_formulas_and_all_scenes_with_ink():
    assert len(set(FORMULAS)) == 30
    assert len(INKED) >= 13


# -- found without waiting ---------------------------------------------------------------------------------------------


class Spiral(Motion):
    """A pen on a spiral, whose ink stays; it counts how often it is moved."""

    def __init__(self, half_life=None):
        self.half_life, self.moved = half_life, 0

    def start(self, values, seed):
        return {"angle": np.zeros(1)}

    def advance(self, state, values, frame):
        self.moved += 1
        angle = state["angle"] + np.linspace(0.0, 0.5, 9)
        state["angle"] += 0.5
        path = np.stack([np.cos(angle), np.sin(angle)], axis=1)[:, None] * (0.2 + 0.001 * frame)
        return Strokes(path, np.full_like(path, np.nan), np.zeros(1), np.ones(1), 1 / 60, 1, 4.0, self.half_life)


def spiral(**options):
    return Scene("spiral", motion=Spiral(), view=View(radius=1.5), **options)


def test_a_window_need_not_wait_for_a_slow_scene():
    scene = spiral()
    film = Film(Run(scene), SIZE, at_once=True)
    assert film.picture().pixels.any()
    assert scene.motion.moved == 0
    found = []
    for _ in range(CUSTOM_MOTION_FRAMES + 9):
        film.advance()
        found.append(film.run.values["exposure"])
    assert scene.motion.moved == CUSTOM_MOTION_FRAMES + 9, "it is measured on the frames that are played anyway"
    assert len(set(found)) > 2
    assert len(set(found[CUSTOM_MOTION_FRAMES:])) == 1
    assert found[-1] == film.run.start_values["exposure"] == exposure_of(Run(spiral()))


def test_the_panel_has_the_exposure_that_was_measured_for_its_default(window):
    window.show_scene(spiral())
    stage = window.page
    wait(window, lambda: stage.shot is not None and stage.shot.frame > CUSTOM_MOTION_FRAMES)
    settle(window)
    assert stage.panel._settings.defaults["exposure"] == exposure_of(Run(spiral()))
    assert stage.panel.by_name["exposure"].value == stage.session.film.run.values["exposure"]


def test_a_few_frames_of_a_motion_are_measured_and_not_its_whole_length():
    scene = spiral(seconds=600)
    Film(Run(scene), (64, 36))
    assert scene.motion.moved == CUSTOM_MOTION_FRAMES


def test_a_motion_that_is_wanted_at_once_is_not_moved_before_it_plays():
    scene = spiral(seconds=600)
    Film(Run(scene), (64, 36), at_once=True)
    assert scene.motion.moved == 0


@pytest.mark.parametrize("back", [1, 20])
def test_going_back_amid_the_measuring_changes_nothing(back):
    film = Film(Run(spiral()), (64, 36), at_once=True)
    film.seek(40)
    film.seek(40 - back)
    film.seek(90)
    assert film.run.values["exposure"] == exposure_of(Run(spiral()))


def test_an_exposure_that_is_set_meanwhile_stays():
    film = Film(Run(spiral()), (64, 36), at_once=True)
    film.seek(3)
    film.run.apply("exposure", 5.0)
    film.seek(90)
    assert film.run.values["exposure"] == 5.0
    assert film.run.start_values["exposure"] == exposure_of(Run(spiral()))


def test_particles_whose_measuring_took_too_long_are_measured_on_as_they_play(monkeypatch):
    monkeypatch.setattr("orbitdraw.film.exposure.time", SimpleNamespace(perf_counter=count(0.0, 0.2).__next__))
    film = Film(Run(load("x^2+y^2")), (64, 36), at_once=True)
    rough = film.run.values["exposure"]
    film.seek(round(12 * FRAMES_PER_SECOND))
    monkeypatch.undo()
    assert rough != film.run.values["exposure"] == exposure_of(Run(load("x^2+y^2")))


def test_a_scene_that_fails_is_measured_up_to_there():
    class Failing(Spiral):
        def advance(self, state, values, frame):
            if frame == 20:
                raise ValueError("no more")
            return super().advance(state, values, frame)

    film = Film(Run(Scene("failing", motion=Failing(), view=View(radius=1.5))), (64, 36))
    assert 0.1 < film.run.values["exposure"] < 100


# -- a number that suits -----------------------------------------------------------------------------------------------


def test_the_second_process_measures_the_same_as_the_window():
    run = Run(load("x^2-y^2"), 3)
    wish = {"work": "measure", "text": "x^2-y^2", "params": [], "law": "", "seed": 3, "values": {}}
    assert foundry.answer(wish) == {"exposure": exposure_of(run)}


def test_ink_that_goes_on_growing_is_foreseen():
    """Measured for a second of twelve, the exposure is near that of all of them."""
    run = Run(spiral())
    whole = ExposureMeter(run)
    whole.frames, whole._measured_frames = whole.total, [whole.total // 2**k for k in range(5, -1, -1)]
    whole.play()
    assert 0.5 < exposure_of(run) / whole.exposure < 2.0


def test_a_place_where_a_path_comes_to_rest_does_not_dim_the_rest():
    path = np.array([[-1.0, 0.0], [1.0, 0.4]])[:, None]
    from orbitdraw.ink.canvas import Canvas

    found = []
    for rounds in (0, 4000):
        canvas = Canvas((320, 180), View(radius=1.2), Look(glow=0.0))
        canvas.expose(Strokes(path, np.full_like(path, np.nan), np.zeros(1), np.ones(1), 1.0, 1, 3.0))
        spot = 0.01 * path
        for _ in range(rounds):
            canvas.expose(Strokes(spot, np.full_like(spot, np.nan), np.zeros(1), np.ones(1), 1.0, 1, 3.0))
        found.append(typical_ink(cells_of(canvas)))
    assert found[1] < 2 * found[0]


@pytest.mark.parametrize("text", ["-x^2-y^2", "x", "1/r", "x*y", "log(x)", "sqrt(x)"])
def test_the_ink_of_particles_that_all_leave_stays(text):
    assert load(text).look.half_life is None


@pytest.mark.parametrize("text", ["x^2+y^2", "-1/r", "sin(3*x)*sin(3*y)", "0*x", "x^4", "log(r)"])
def test_the_ink_of_particles_that_are_held_fades(text):
    assert load(text).look.half_life == 1.2


def test_an_empty_picture_has_exposure_one():
    assert exposure_of(Run(Scene("nothing"))) == 1.0


# -- dust from a hand --------------------------------------------------------------------------------------------------


def sprayed(scene, grains, frames=30):
    """A film in which a hand sprays two strokes of dust, and how they are in the picture two seconds later."""
    film = Film(Run(scene), SIZE)
    film.keeper.enabled = False
    film.seek(30)
    radius = scene.view.radius
    for stroke in (0.4, -0.3):
        for frame in range(frames):
            x, y = (frame / frames - 0.5) * radius, stroke * radius
            film.run.apply("scatter", (0, grains, x, y, x + 0.05 * radius, y, 0, 0, 0, 0))
            film.advance()
    film.seek(film.run.frame + 120)
    return film


@pytest.mark.parametrize("name", ["two_wells", "figure_eight", "halo_orbits", "three_magnets", "x^2+y^2"])
@pytest.mark.parametrize("grains", [3, 100, 500])
def test_dust_from_a_hand_is_as_bright_as_the_scene(name, grains):
    film, still = sprayed(load(name), grains), Film(Run(load(name)), SIZE)
    still.seek(film.run.frame)
    assert above_and_burnt(film)[1] <= 0.01
    apart = np.abs(film.picture().rgb().astype(int) - still.picture().rgb()).max(axis=2)
    assert np.mean(apart >= 20) > 0.01, "the dust cannot be seen"


def test_dust_from_a_hand_leaves_the_scenes_own_strokes_as_they_are():
    at = np.array([[-1.0, 0.5], [1.0, -0.5]])
    scene = Scene("two", "x^2+y^2", Newton(), dust=Dust(at), look=Look(exposure=1.0))
    run, other = Run(scene), Run(scene)
    run.apply("scatter", (0, 5000, 0, 0, 0.1, 0, 0, 0, 0, 0))
    assert run.advance().weight[:2].tolist() == other.advance().weight.tolist() == [1.0, 1.0]
    assert run.advance().weight[2:].sum() == pytest.approx(24.0)


def test_dust_that_a_scene_begins_with_is_its_own():
    grains = ("scatter", (0, 500, 0, 0, 1.0, 0, 0, 0, 0, 0))
    run = Run(Scene("poured", "x^2+y^2", edits=[grains], look=Look(exposure=1.0)))
    assert run.advance().weight.tolist() == [1.0] * 500


def test_how_dust_is_drawn_is_no_part_of_the_hash():
    run = Run(load("two_wells"))
    run.apply("scatter", (0, 50, 0, 0, 0.1, 0, 0, 0, 0, 0))
    assert "own dust" in run.state
    assert run.hash() == hash_of(0, {name: array for name, array in run.state.items() if name != "own dust"})
