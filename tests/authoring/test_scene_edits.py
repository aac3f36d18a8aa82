"""A scene whose author has a hand do things first: they are part of its start, in the window and in every file."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest

from orbitdraw import Bodies, Drawing, Dust, InputError, Look, Newton, Run, Scene, View, load
from orbitdraw.cli.describe import facts, text
from orbitdraw.film.film import Film
from orbitdraw.library.loading import replay

EDITS = [
    ("symmetry", (6, 0, 0, 0)),
    ("link", (2, 0, 1)),
    ("plant", (0, 0.4, 0.1, 0, 0, 0.5, 0.1)),
    ("pen", (1, 0.2, 2, 2)),
]


def mandala(**more: object) -> Scene:
    bodies = Bodies(0.1, [[1, 0], [0, 0.5]], [[0, 0.6], [-0.4, 0]], softening=0.05)
    given = {"law": Newton(order=4), "look": Look(exposure=1.0), "view": View(radius=1.5), "edits": EDITS, **more}
    return Scene("mandala", bodies=bodies, **given)


def played(run: Run, frames: int) -> Run:
    for _ in range(frames):
        run.advance()
    return run


def test_they_are_what_a_hand_would_have_done_at_the_first_frame() -> None:
    declared, done = Run(mandala()), Run(mandala(edits=()))
    for name, numbers in EDITS:
        done.apply(name, numbers)
    assert played(declared, 40).hash() == played(done, 40).hash()
    assert declared.drawing().events == [], "the scene says it, so the drawing need not"


def test_undo_leaves_them_alone_and_going_back_keeps_them() -> None:
    film = Film(Run(mandala()), (96, 54))
    film.seek(20)
    pixels = film.picture().pixels.copy()
    film.run.apply("throw", (0.1, 0.5, 0.5, 0, 0))
    film.seek(30)
    assert film.undo()
    assert not film.undo()
    film.seek(0)
    assert "symmetry" in film.run.state
    film.seek(20)
    assert film.picture().pixels.tobytes() == pixels.tobytes()


def test_a_value_set_before_the_start_keeps_them() -> None:
    run = Run(mandala())
    run.apply("dt", 0.005)
    assert run.state["symmetry"].tolist() == [6, 0, 0, 0] and len(run.state["fields"]) == 1


def test_a_drawing_of_the_scene_begins_with_them() -> None:
    scene = mandala()
    run = played(Run(scene), 10)
    run.apply("weigh", (0, 0.3))
    twin = replay(Drawing.of_bytes(played(run, 10).drawing().bytes()), scene)
    assert played(twin, 20).hash() == run.hash()


@pytest.mark.parametrize(
    ("edits", "says"),
    [
        ([("simmetry", (6, 0, 0, 0))], "mandala: .*did you mean symmetry"),
        ([("symmetry", (6,))], "mandala: edits: symmetry takes 4 numbers"),
        ([("link", (2, 0, 7))], "mandala: edits: there is no body 7"),
        ([("link", (2, 0, "b"))], "edits: link needs a list of numbers"),
        ([("symmetry", 6)], "edits: symmetry needs a list of numbers"),
        (["symmetry"], "mandala needs pairs of a name and numbers for edits"),
        ("symmetry", "mandala needs a list of pairs for edits"),
    ],
)
def test_what_cannot_be_is_said(edits: object, says: str) -> None:
    with pytest.raises(InputError, match=says):
        Run(mandala(edits=edits))


def test_a_scene_says_from_where_it_is_watched() -> None:
    assert Run(mandala(watch=(1, 0))).values["watch"] == (1.0, 0.0)
    with pytest.raises(InputError, match="no body 9 for this reference frame"):
        Run(mandala(watch=(1, 9)))
    with pytest.raises(InputError, match="watch needs"):
        mandala(watch=(7,))


def test_info_says_them() -> None:
    said = facts(mandala())
    assert json.loads(json.dumps(said))["begins"][0] == ["symmetry", [6, 0, 0, 0]]
    assert "symmetry 6 0 0 0; link 2 0 1" in text(said)
    assert "begins" not in text(facts(Scene("spring", potential="x^2/2", dust=Dust([[1, 0]]))))


# -- the rose of Venus -------------------------------------------------------------------------------------------------


def test_the_periods_of_venus_and_the_earth_and_five_meetings_in_eight_years() -> None:
    run = Run(load("venus_rose"))
    angles, times = [], []
    for _ in range(round(8.2 * 365.25 / 3)):
        run.advance()
        planets = run.pos[1:] - run.pos[0]
        angles.append(np.arctan2(planets[:, 1], planets[:, 0]))
        times.append(run.t * 365.25)
    turned = np.unwrap(np.array(angles), axis=0)
    turned -= np.array([math.radians(131.5), math.radians(102.9)])  # both begin in the nearest point of their ellipse
    whole = [12, 8]
    days = [np.interp(2 * math.pi * n, turned[:, k], times) / n for k, n in enumerate(whole)]
    # NASA planetary fact sheet: 224.701 and 365.256 days.
    assert days == pytest.approx([224.701, 365.256], abs=0.02)
    ahead = turned[:, 0] - turned[:, 1] + math.radians(131.5 - 102.9)
    meetings = np.interp(2 * math.pi * np.arange(1, 6), ahead, times)
    assert (meetings[-1] - meetings[0]) / 4 == pytest.approx(583.92, abs=1.5)
    assert meetings[-1] < 8 * 365.25 < np.interp(12 * math.pi, ahead, times, right=math.inf)
    assert 13 * days[0] == pytest.approx(8 * days[1], abs=1.2)
    assert abs(run.metrics()["energy drift"]) < 1e-9


def test_the_rose_draws_a_line_every_six_days_from_planet_to_planet() -> None:
    run = Run(load("venus_rose"))
    lines = 0
    for _ in range(100):
        layer = run.advance()
        while layer is not None:
            if layer.moment:
                lines += 1
                assert layer.path[[0, -1], 0] == pytest.approx(run.pos[1:])
            layer = layer.dust
    assert lines == 50
