"""Many frames in one go give the bits that they give one by one: state, checks and picture."""

from __future__ import annotations

import numpy as np
import pytest

from orbitdraw import Bodies, Descent, Dust, Langevin, Look, Newton, Run, Scene, View
from orbitdraw.edits import symmetry
from orbitdraw.film.film import Film

LAWS = [
    Newton(),
    Newton(order=4, spin=0.2, field=0.3, drag=0.1),
    Newton(order=1, drag=0.1),
    Descent(0.001, 0.5),
    Langevin(0.05, 0.5),
]
SIZE = (160, 90)
EVENTS = [
    ("throw", (0.01, 0.5, -0.3, 0.2, 0.9)),
    ("push", (1, 0.1, 0.2)),
    ("plant", (1, 0.3, 0.2, 0.5, 0.2, 0.4, 0.3)),
]

GRAINS = Dust(np.random.default_rng(4).normal(size=(7, 2)), np.random.default_rng(5).normal(size=(7, 2)))


def bodies(n: int) -> Bodies:
    rng = np.random.default_rng(n)
    angle, far = rng.uniform(0, 2 * np.pi, n), rng.uniform(0.4, 1.6, n)
    pos = np.stack([far * np.cos(angle), far * np.sin(angle)], 1)
    vel = np.stack([-np.sin(angle), np.cos(angle)], 1) / np.sqrt(far)[:, None]
    pos[0] = vel[0] = 0.0
    return Bodies([1.0] + [1e-3] * (n - 1), pos, vel, softening=0.03)


def scene(law: object = None, n: int = 3, look: dict[str, object] | None = None, **more: object) -> Scene:
    given: dict[str, object] = {"half_life": None, "exposure": 1.0, **(look or {})}
    moved: dict[str, object] = {"bodies": bodies(n)} if n else {}
    return Scene("some", law=law or Newton(), dt=0.01, steps=2, look=Look(**given), **moved, **more)  # type: ignore[arg-type]


def alike(run: Run, frames: int = 700, leaps: bool = True) -> None:
    """Play a run frame by frame, and as fast as it goes; both must be one."""
    slow, fast = Film(run.again(), SIZE), Film(run.again(), SIZE)
    for _ in range(frames):
        slow.advance()
    seen = []
    leap = fast.run.leap

    def counted(most: int):
        strokes = leap(most)
        seen.append(0 if strokes is None else strokes.frames)
        return strokes

    fast.run.leap = counted  # type: ignore[method-assign]
    fast.seek(frames)
    del fast.run.leap
    assert (max(seen, default=0) > 1) == leaps
    assert fast.run.hash() == slow.run.hash()
    assert fast.run.checks == slow.run.checks
    slow.picture(), fast.picture()  # paper that a turn has made stale is drawn again
    assert np.array_equal(fast.canvas.counts, slow.canvas.counts)
    assert fast.canvas.exposures == slow.canvas.exposures == frames
    assert np.array_equal(fast.picture().pixels, slow.picture().pixels)


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.name)
@pytest.mark.parametrize("n", [2, 5, 9])
def test_bodies_of_every_law(law, n):
    alike(Run(scene(law, n)))


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.name)
def test_dust_of_every_law(law):
    rng = np.random.default_rng(2)
    dust = Dust(rng.normal(size=(600, 2)), rng.normal(size=(600, 2)))
    alike(Run(scene(law, 0, potential="x^2/2 + y^4 + sin(t)*x", dust=dust)), 80)


@pytest.mark.parametrize(
    "look", [{"style": "density"}, {"style": "paper"}, {"color": "speed"}, {"color": "age"}, {"color": "energy"}]
)
def test_looks(look):
    alike(Run(scene(n=5, look=look)))


@pytest.mark.parametrize("more", [{}, {"brush": "dots"}, {"width": 60.0}, {"style": "density"}])
@pytest.mark.parametrize("half_life", [0.03, 0.4, 5.0])
def test_ink_that_fades(half_life, more):
    run = Run(scene(n=5, look={"half_life": half_life, **more}, dust=GRAINS, edits=(("symmetry", (2, 0, 0, 0)),)))
    alike(run, 130)
    Film(run, SIZE).seek(60)
    run.apply("half_life", None)
    Film(run, SIZE).seek(90)
    run.apply("half_life", 0.2)
    alike(run, 130)


@pytest.mark.parametrize("width", [0.3, 2.0, 16.0, 33.0, 50.0])
@pytest.mark.parametrize("brush", ["round", "calligraphic", "dots"])
def test_ink_fades_wherever_it_lies(width, brush):
    run = Run(scene(n=9, look={"half_life": 0.3, "width": width, "brush": brush}, view=View(radius=0.9)))
    film = Film(run, SIZE)
    other = film.canvas.__class__(SIZE, run.view, film.canvas.look)
    for _ in range(150):
        strokes = run.advance()
        film.canvas.expose(strokes)
        for sheet in (other, other.halo):
            if sheet is not None and sheet._ink_blocks is not None:
                sheet._ink_blocks.mark_all()
        other.expose(strokes)
    assert np.array_equal(film.canvas.counts, other.counts)
    assert film.canvas.halo is not None and other.halo is not None
    assert np.array_equal(film.canvas.halo.counts, other.halo.counts)
    assert 0 < np.count_nonzero(other.counts) < other.counts.size


PENS = (("pen", (0, 0.2, 1.0, 1)), ("pen", (1, -1, 2.5, 3)), ("pen", (3, 0.9, 0.5, -1)), ("pen", (2, -1, 1.0, 2)))
WELL = (("plant", (1, 0.3, 0.2, 0.5, 0.2, 0.4, 0.3)), ("pin", (2, 1)))


@pytest.mark.parametrize("law", [LAWS[1], LAWS[3], LAWS[4]], ids=lambda law: law.name)
def test_energy_under_a_formula_a_field_and_a_pin(law):
    more = {"edits": WELL, "dust": GRAINS, "potential": "x^2/9*(2 + sin(t))"}
    alike(Run(scene(law, n=4, look={"color": "energy"}, **more)), 90)


@pytest.mark.parametrize("brush", ["calligraphic", "dashed", "dots"])
@pytest.mark.parametrize("color", ["particle", "speed"])
def test_brushes(brush, color):
    look = {"brush": brush, "color": color}
    alike(Run(scene(n=5, look=look)), 100)
    alike(Run(scene(LAWS[3], 0, potential="x^2/2 + y^2", dust=GRAINS, look=look)), 100)
    alike(Run(scene(n=5, look=look, dust=GRAINS, edits=(("symmetry", (5, 1, 0, 0)),))), 70)


@pytest.mark.parametrize("zoom", [1.0, 6.0])
def test_pens_of_their_own_also_where_they_leave_the_paper(zoom):
    run = Run(scene(n=5, edits=PENS))
    run.apply("view", (0.4, 0.1, 2.0 / zoom))
    alike(run, 200)
    run.apply("brush", "calligraphic")
    alike(run, 200)


def test_links_of_bodies_and_of_their_images():
    lines = (("link", (4, 0, 1)), ("link", (7, 1, 3)), ("link", (1, 2, 3)))
    alike(Run(scene(n=5, edits=lines, dust=GRAINS)), 150)
    alike(Run(scene(n=5, edits=(*lines[:2], ("symmetry", (6, 0, 0, 0))), look={"color": "speed"})), 150)


def test_what_was_done_on_the_way_happens_at_its_frame():
    run = Run(scene(n=3))
    for frame, event in zip((31, 100, 333), EVENTS, strict=True):
        Film(run, SIZE).seek(frame)
        run.apply(*event)
    run.apply("width", 3.0)
    alike(run)


def test_time_that_runs_backwards():
    run = Run(scene(n=4))
    for _ in range(50):
        run.advance()
    run.apply("reverse", (-1.0,))
    alike(run, 200)


def test_who_leaves_the_numbers_leaves_them_at_the_same_frame():
    away = Bodies([1.0, 1e-3, 1e-3], [[0, 0], [1, 0], [0, 2]], [[0, 0], [0, 1], [1e307, 0]])
    run = Run(Scene("away", bodies=away, dt=0.1, steps=2, look=Look(half_life=None, exposure=1.0)))
    alike(run, 400)
    film = Film(run, SIZE)
    film.seek(400)
    assert film.run.state["alive"].tolist() == [True, True, False]


@pytest.mark.parametrize(
    "look, more",
    [
        ({"brush": "area"}, {}),
        ({}, {"edits": (("pen", (1, 0.2, 1.0, 4)),)}),
        ({"color": "energy"}, {"edits": (("symmetry", (3, 0, 0, 0)),)}),
        ({}, {"edits": (("twins", (1, 3, 1e-6)),)}),
    ],
    ids=["a swept area", "one pen that sweeps", "energy of images", "twins"],
)
def test_what_needs_each_frame_by_itself_gets_it(look, more):
    run = Run(scene(look=look, **more))
    alike(run, 130, leaps=False)


@pytest.mark.parametrize("watch", [(1, 1), (2,), (3, 0, 1)])
def test_frames_of_reference_are_followed(watch):
    alike(Run(scene(n=3, dust=GRAINS, edits=(("link", (4, 0, 1)),)), watch=watch), 130)
    alike(Run(scene(n=3, edits=(("symmetry", (3, 1, 0.2, 0)),)), watch=watch), 130)


@pytest.mark.parametrize("watch", [(1, 1), (2,), (3, 0, 1), (3, 1, 2)])
def test_a_frame_of_reference_in_which_something_happens_is_followed_too(watch):
    """One who is watched leaves the numbers amid a stretch of frames, and two meet, to the bit, on every turn."""
    pos, vel = [[-0.5, 0.0], [0.5, 0.0], [0.0, 0.5]], [[0.5, 0.0], [-0.5, 0.0], [0.0, 2.3e306]]
    bodies = Bodies([1.0, 1.0, 1e-3], pos, vel, G=0.0)
    view, look = View(radius=2.0), Look(half_life=None, exposure=1.0)
    run = Run(Scene("meeting", law=Newton(order=2), bodies=bodies, dt=0.5, steps=2, look=look, view=view), watch=watch)
    alike(run, 130)
    Film(run, SIZE).seek(130)
    assert run.state["alive"].tolist() == [True, True, False]


def test_a_turn_amid_the_drawing_is_watched_frame_by_frame():
    run = Run(scene(n=4))
    film = Film(run, SIZE)
    for frame, reference in ((150, (1, 1)), (400, (0,)), (500, (3, 0, 2))):
        film.seek(frame)
        run.apply("watch", reference)
    for frames in (140, 149, 151, 170, 211, 390, 470, 540, 700):
        alike(run, frames)


KINDS: dict[str, dict[str, object]] = {
    "symmetry": {"edits": (("symmetry", (6, 0, 0.3, 0)),)},
    "a star in its centre": {"edits": (("symmetry", (6, 0, 0, 0)),)},
    "mirrors": {"edits": (("symmetry", (4, 1, 0, 0)),)},
    "a pin": {"edits": (("pin", (1, 1)),)},
    "a pin and mirrors": {"edits": (("symmetry", (3, 1, 0.1, 0)), ("pin", (0, 1)))},
    "dust beside bodies": {"dust": GRAINS},
    "all of them": {"dust": GRAINS, "edits": (("symmetry", (3, 1, 0, 0)), ("pin", (0, 1)))},
    "brushes and links": {"edits": (*PENS[:3], ("link", (4, 0, 1)), ("link", (7, 2, 3))), "look": {"color": "energy"}},
}


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.name)
@pytest.mark.parametrize("kind", KINDS)
def test_what_is_looked_after_between_frames(kind, law):
    alike(Run(scene(law, 5, **KINDS[kind])), 90)


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_done_to_it_on_the_way(kind):
    run = Run(scene(n=4, **KINDS[kind]))
    film = Film(run, SIZE)
    for frame, event in zip((31, 60, 75), EVENTS, strict=True):
        film.seek(frame)
        run.apply(*(("push", (2, 0.1, 0.2)) if event[0] == "push" else event))
    film.seek(90)
    run.apply("reverse", (-1.0,))
    film.seek(130)
    before = film.picture().pixels.copy()
    alike(run, 130)
    assert film.undo() is not None and film.undo() is not None
    alike(run, 130)
    film.redo(), film.redo()
    assert np.array_equal(film.picture().pixels, before)


def test_a_body_on_its_mirror_stays_there_whatever_pushes_it():
    """Its image is pushed the other way, and both are one; it never has two masses."""
    two = Bodies([1.0, 0.1], [[0.0, 1.0], [-1.0, 0.0]], [[0.0, 0.0], [0.9, 0.0]], softening=0.1)
    edits, look = (("symmetry", (1, 1, 0, 0)),), Look(half_life=None, exposure=1.0)
    # From t = 0.705 on, amid a frame, something pushes it off.
    run = Run(Scene("off", "y*max(t - 0.705, 0)", bodies=two, dust=GRAINS, dt=0.01, steps=2, edits=edits, look=look))
    alike(run, 130)
    assert abs(run.state["y"][0]) > 0.1 and run.pos[1, 1] == 0.0 and run.vel[1, 1] == 0.0
    assert symmetry.distinct_images(run.state).tolist() == [[True, True], [True, False]]
    run.apply("push", (1, 0.9, 0.1))
    assert symmetry.distinct_images(run.state).all(), "by hand it leaves"


def test_frames_side_by_side_are_those_that_are_played_one_by_one():
    one, many = Run(scene(n=4, **KINDS["all of them"])), Run(scene(n=4, **KINDS["all of them"]))
    strokes = many.leap(9)
    assert strokes is not None and strokes.frames == 9
    for apart in strokes.each():
        alone: object = one.advance()
        layer: object = apart
        while layer is not None:
            for name in ("path", "velocity", "shade", "weight", "mass", "names"):
                a, b = getattr(layer, name), getattr(alone, name)
                assert (a is None and b is None) or np.array_equal(a, b, equal_nan=True)
            layer, alone = layer.dust, alone.dust
        assert alone is None


def test_undo_from_far_back_gives_the_drawing_where_it_never_was():
    with_it, without = Run(scene(n=5)), Run(scene(n=5))
    film, other = Film(with_it, SIZE), Film(without, SIZE)
    film.seek(150)
    with_it.apply("push", (2, 0.3, 0.1))
    film.seek(1500)
    other.seek(1500)
    velocity_change = film.picture().pixels.copy()
    assert film.undo() is not None
    assert film.run.hash() == other.run.hash()
    assert np.array_equal(film.picture().pixels, other.picture().pixels)
    film.redo()
    assert np.array_equal(film.picture().pixels, velocity_change)


def test_paper_is_drawn_again_as_it_was():
    film = Film(Run(scene(n=5)), SIZE)
    film.seek(900)
    before = film.picture().pixels.copy()
    film.run.apply("palette", "ice")
    assert not np.array_equal(film.picture().pixels, before)
    film.run.apply("palette", "ember")
    assert np.array_equal(film.picture().pixels, before)


@pytest.mark.parametrize("half_life", [None, 0.4])
def test_a_state_that_was_kept_on_the_way_has_the_marks_of_its_bodies(half_life):
    scene = Scene(
        "pair",
        law=Newton(),
        bodies=Bodies([1.0, 0.01], [[0, 0], [1, 0]], [[0, 0], [0, 1]], softening=0.05),
        dt=0.01,
        steps=2,
        look=Look(exposure=1.0, half_life=half_life),
        view=View(radius=2.0),
    )
    one_by_one, film = Film(Run(scene), (96, 64)), Film(Run(scene), (96, 64))
    one_by_one.keeper.enabled = False
    while one_by_one.run.frame < 900:
        one_by_one.advance()
    for frame in (900, 770, 905, 40, 900):
        film.seek(frame)
    np.testing.assert_array_equal(film.picture().pixels, one_by_one.picture().pixels)
    assert film.canvas.marked_strokes
