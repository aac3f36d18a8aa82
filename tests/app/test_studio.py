"""What a hand can do beyond throwing: time turned round, lines between bodies, twins, dust in every form."""

from __future__ import annotations

import math

import numpy as np
import pytest

from orbitdraw import Bodies, Descent, Drawing, Dust, InputError, Newton, Potential, Run, Scene, View, load
from orbitdraw.edits.dust import SHAPES
from orbitdraw.film.film import Film
from orbitdraw.library.loading import replay


def played(run: Run, frames: int) -> Run:
    for _ in range(frames):
        run.advance()
    return run


def chain(strokes):
    while strokes is not None:
        yield strokes
        strokes = strokes.dust


REVERSIBLE = {
    "figure_eight": load("figure_eight"),
    "spinning": Scene(
        "a",
        law=Newton(order=4, spin=0.7, field=0.4),
        bodies=Bodies([1, 1e-3], [[0, 0], [1, 0]], [[0, 0], [0, 1]]),
        dt=0.01,
    ),
    "driven": Scene(
        "b", potential=Potential.parse("x^2/2 + 0.3*x*cos(2*t)"), dust=Dust([[1, 0], [0.2, 0.4]], [[0, 1], [0, 0]])
    ),
}


@pytest.mark.parametrize("name", REVERSIBLE)
def test_time_turned_round_goes_back_the_way_it_came(name: str) -> None:
    run = Run(REVERSIBLE[name])
    start, ways = run.pos.copy(), {}
    for frame in range(300):
        ways[frame] = run.pos.copy()
        run.advance()
    end = run.t
    run.apply("reverse", (-1,))
    for frame in reversed(range(300)):
        strokes = run.advance()
        assert np.abs(run.pos - ways[frame]).max() < 1e-9
        assert strokes.duration > 0
    assert end > 0 and run.t == 0.0 and run.frame == 600
    assert np.abs(run.pos - start).max() < 1e-9
    run.apply("reverse", (1,))
    played(run, 300)
    assert run.t == end and np.abs(run.pos - played(Run(REVERSIBLE[name]), 300).pos).max() < 1e-8


def test_the_pen_follows_the_curve_backwards_too() -> None:
    scene = Scene("spring", potential="(x^2+y^2)/2", dust=Dust([[1, 0]], [[0, 1]]), dt=0.1, steps=2)
    run = played(Run(scene), 5)
    run.apply("reverse", (-1,))
    strokes = run.advance()
    along = np.diff(strokes.path[:, 0], axis=0)
    assert (np.einsum("ij,ij->i", along, strokes.velocity[:-1, 0]) > 0).all()


@pytest.mark.parametrize("law", [Newton(drag=0.1), Newton(order=1), Descent()])
def test_a_law_that_forgets_does_not_run_backwards(law) -> None:
    run = Run(Scene("s", potential="x^2", law=law, dust=Dust([[1, 0]])))
    with pytest.raises(InputError, match="backwards"):
        run.apply("reverse", (-1,))


def test_a_link_is_drawn_every_so_often_and_goes_with_its_body() -> None:
    run = Run(load("figure_eight"))
    run.apply("link", (3, 0, 2))
    drawn = []
    for frame in range(9):
        strokes = run.advance()
        lines = [one for one in chain(strokes) if one.moment]
        if lines:
            drawn.append(frame)
            assert np.array_equal(lines[0].path[[0, -1], 0], run.pos[[0, 2]])
            assert (np.diff(lines[0].shade[:, 0]) != 0).all(), "its colour goes from one body's to the other's"
    assert drawn == [2, 5, 8]
    run.apply("take", (2,))
    assert not [one for _ in range(9) for one in chain(run.advance()) if one.moment]
    run.apply("link", (1, 0, 1))
    run.apply("link", (0, 1, 0))
    assert not [one for one in chain(run.advance()) if one.moment]


def test_a_twin_is_the_world_with_that_body_elsewhere() -> None:
    scene = load("figure_eight")
    run = played(Run(scene), 20)
    run.apply("twins", (1, 4, 1e-3))
    other = played(Run(scene), 20)
    x, y = other.pos[1]
    other.apply("move", (1, float(x), float(y) + 1e-3))
    for _ in range(200):
        run.advance()
        other.advance()
    state = run.state["twins"][:2].reshape(2, 4, 3)
    assert np.array_equal(state[:, 1].T, other.pos), "twin 1 of 4 stands a quarter turn round"
    again = replay(Drawing.of_bytes(run.drawing().bytes()), scene=scene)
    assert played(again, 220).hash() == run.hash()


def test_a_butterfly_says_for_how_long_something_is_predicted() -> None:
    # Pythagoras' three bodies: released at rest, soon in close encounters.
    bodies = Bodies([3, 4, 5], [[1, 3], [-2, -1], [1, -1]], softening=0.05)
    run = Run(Scene("pythagoras", bodies=bodies, law=Newton(order=4), dt=0.002, steps=10, view=View(radius=4)))
    run.apply("twins", (0, 100, 1e-6))
    seen = []
    for _ in range(4000):
        strokes = run.advance()
        seen.append(run.metrics())
        if "predictable for" in seen[-1]:
            break
    assert seen[0]["twins apart"] == pytest.approx(1e-6, rel=0.05)
    assert 1 < seen[-1]["predictable for"] < 80
    twins = next(one for one in chain(strokes) if one.path.shape[1] == 100)
    assert twins.shade.max() > 0.5
    run.apply("throw", (0.1, 3, 3, 0, 0))
    assert "twins" not in run.state, "twins of a world that is another now"


def test_twins_of_dust_where_there_are_no_bodies() -> None:
    run = Run(load("henon_heiles"))
    run.apply("twins", (0, 200, 1e-6))
    played(run, 5)
    apart = np.hypot(*(run.state["twins"][:2].T - run.pos[0]).T)
    assert apart.shape == (200,) and 0 < apart.max() < 1e-5


@pytest.mark.parametrize("shape", range(len(SHAPES)))
def test_dust_falls_in_its_form(shape: int) -> None:
    run = Run(Scene("star", bodies=Bodies([2.0], [[0, 0]]), dt=0.001))
    run.apply("scatter", (shape, 3000, 0.0, 0.0, 1.0, 1.0, 0.1, 0, 0, 1))
    run.apply("push", (0, 0.0, 0.0))
    pos, vel = run.pos[1:], run.vel[1:]
    r = np.hypot(*pos.T)
    if SHAPES[shape] == "disc":
        assert r.max() <= 2**0.5 and np.mean(r < 1) == pytest.approx(0.5, abs=0.04)
    elif SHAPES[shape] == "ring":
        assert np.abs(r - 2**0.5).max() <= 0.05 + 1e-12
    elif SHAPES[shape] == "line":
        assert np.abs(pos @ [-(0.5**0.5), 0.5**0.5]).max() <= 0.05 and pos.sum(axis=1).min() + 0.1 >= 0
    else:
        assert pos.std() == pytest.approx(2**0.5, rel=0.05)
    assert np.hypot(*vel.T) == pytest.approx(np.sqrt(2.0 / r))
    assert np.abs(np.einsum("ij,ij->i", pos, vel)).max() < 1e-9


@pytest.mark.parametrize(
    ("name", "numbers", "says"),
    [
        ("scatter", (7, 10, 0, 0, 1, 1, 0, 0, 0, 0), "disc, ring, line, cloud"),
        ("reverse", (0,), "forwards"),
        ("link", (2, 0, 0), "two bodies"),
        ("link", (1.5, 0, 1), "whole number of frames"),
        ("link", (2, 0, 9), "no body 9"),
        ("twins", (0, 5000, 1e-6), "1 to 2000"),
        ("twins", (0, 5, 0), "above 0"),
        ("twins", (8, 5, 1e-6), "no body 8"),
    ],
)
def test_what_cannot_be_is_said(name: str, numbers: tuple[float, ...], says: str) -> None:
    run = Run(load("figure_eight"))
    before = run.hash()
    with pytest.raises(InputError, match=says):
        run.apply(name, numbers)
    assert run.hash() == before


def full_of(run: Run, order: int) -> Scene:
    """The same bodies, all of them bodies of their own."""
    pos, vel, mass = [run.pos[0]], [run.vel[0]], [run.mass[0]]
    for place, speed, weight in zip(run.pos[1:], run.vel[1:], run.mass[1:], strict=True):
        for k in range(order):
            c, s = np.cos(2 * np.pi * k / order), np.sin(2 * np.pi * k / order)
            turn = np.array([[c, -s], [s, c]])
            pos.append(turn @ place)
            vel.append(turn @ speed)
            mass.append(weight)
    return Scene("full", bodies=Bodies(mass, pos, vel, softening=0.05), law=Newton(order=4), dt=0.005, steps=4)


def test_z6_is_the_same_bodies_integrated_in_full() -> None:
    star = Scene("star", bodies=Bodies([1.0], [[0, 0]], softening=0.05), law=Newton(order=4), dt=0.005, steps=4)
    run = Run(star)
    run.apply("symmetry", (6, 0, 0, 0))
    run.apply("throw", (0.01, 1.0, 0.1, -0.1, 1.05))
    run.apply("throw", (0.002, 1.6, -0.3, 0.1, 0.75))
    full = Run(full_of(run, 6))
    worst = 0.0
    for _ in range(int(4 * 2 * np.pi / 0.02)):  # four turns
        strokes = run.advance()
        full.advance()
        worst = max(worst, np.abs(full.pos[[0, 1, 7]] - run.pos).max())
        drawn = strokes.path[-1][strokes.weight > 0]
        assert len(drawn) == 13, "the star in the middle is one star"
        assert min(np.abs(drawn - place).sum(axis=1).min() for place in full.pos) < 1e-3
    assert worst < 1e-9
    assert run.energy() == pytest.approx(full.energy(), rel=1e-10)
    assert run.metrics()["angular momentum"] == pytest.approx(full.metrics()["angular momentum"], rel=1e-10)


def test_who_falls_along_a_mirror_through_the_centre_is_one_body_for_every_arm() -> None:
    """As the same four bodies integrated in full, also where all of them meet."""
    angles = 2 * np.pi * np.arange(3) / 3
    start = np.array([[0.0, 0.0], *np.stack([np.cos(angles), np.sin(angles)], axis=1)])
    common = {"law": Newton(order=4), "dt": 0.005, "steps": 4}
    run = Run(Scene("arms", bodies=Bodies([1.0, 0.1], start[:2], softening=0.2), **common))
    run.apply("symmetry", (3, 1, 0, 0))
    full = Run(Scene("full", bodies=Bodies([1.0, 0.1, 0.1, 0.1], start, softening=0.2), **common))
    worst, least = 0.0, 1.0
    for _ in range(400):
        strokes = run.advance()
        full.advance()
        least = min(least, full.pos[1, 0])
        worst = max(worst, np.abs(full.pos[:2] - run.pos).max())
        assert (strokes.weight > 0).sum() == 4
    assert least < -0.9 and worst < 1e-9
    assert run.energy() == pytest.approx(full.energy(), rel=1e-10)


@pytest.mark.parametrize("order", [1, 4, 5])
def test_who_flies_off_to_where_numbers_end_takes_the_images_along(order) -> None:
    run = Run(Scene("off", law=Newton(order=2), dt=1.0, steps=3, dust=Dust([[1.7e308, 0.0]], [[1.7e308, 1.0]])))
    run.apply("symmetry", (order, 1, 0, 0))
    run.apply("throw", (0.0, 1.7e308, 0.0, 1.7e308, 1.0))
    run.apply("throw", (0.0, 1.0, 0.0, 0.0, 0.0))
    film = Film(run, (40, 40))
    for _ in range(3):
        film.advance()
        film.picture()
    assert run.state["alive"].tolist() == [False, True, False]
    assert math.isfinite(run.energy())


def test_links_and_orbits_where_numbers_end_are_no_mistake() -> None:
    film = Film(Run(Scene("off", law=Newton(order=2), dt=1.0, steps=3)), (40, 40))
    for x, vx in ((0.0, 0.0), (1.7e308, 1.7e308), (-1.7e308, 0.0)):
        film.run.apply("throw", (1.0, x, 0.0, vx, 0.0))
    film.run.apply("link", (1, 0, 1))
    film.run.apply("link", (1, 1, 2))
    for far in (1e100, 1e160, 1e300):
        film.run.apply("scatter", (0, 20, far, far, 2 * far, far, 0.0, 0.0, 0.0, 1))
    for _ in range(3):
        film.advance()
        film.picture()
    assert film.run.state["alive"][:3].tolist() == [True, False, True]


def test_a_symmetric_drawing_stays_so_where_the_full_one_falls_apart() -> None:
    ring = Scene("ring", law=Newton(order=2), dt=0.01, steps=2)
    run = Run(ring)
    run.apply("symmetry", (5, 1, 0, 0))
    run.apply("throw", (1.0, 1.0, 0.2, 0.1, 0.8))
    for _ in range(3000):
        strokes = run.advance()
    images = strokes.path[-1]
    angles = np.exp(2j * np.pi * np.arange(5) / 5)
    place = complex(*run.pos[0])
    expected = np.concatenate([angles * place, angles * place.conjugate()])
    assert np.abs((images[:, 0] + 1j * images[:, 1]) - expected).max() < 1e-12
    assert np.isfinite(run.energy())


def test_dust_feels_every_image_and_is_drawn_with_all_of_them() -> None:
    run = Run(Scene("star", law=Newton(order=2), dt=0.01))
    run.apply("symmetry", (4, 0, 0, 0))
    run.apply("throw", (1.0, 1.0, 0.0, 0.0, 0.0))
    run.apply("scatter", (0, 50, 0.0, 0.0, 1e-9, 0.0, 0, 0, 0, 0))
    strokes = run.advance()
    assert np.abs(run.vel[1:]).max() < 1e-9, "four equal pulls from four sides"
    assert next(one for one in chain(strokes) if one.path.shape[1] == 200)
    run.apply("symmetry", (1, 0, 0, 0))
    strokes = run.advance()
    assert strokes.path.shape[1] == 1 and np.abs(run.vel[1:, 0]).min() > 1e-4


def test_a_pinned_body_holds_still_and_pulls() -> None:
    run = Run(
        Scene(
            "two", bodies=Bodies([1, 1], [[0, 0], [1, 0]], [[0, 0.3], [0, 1]]), law=Newton(order=4, spin=0.2), dt=0.01
        )
    )
    run.apply("pin", (0, 1))
    for _ in range(100):
        run.advance()
    assert run.pos[0].tolist() == [0.0, 0.0] and run.vel[0].tolist() == [0.0, 0.0]
    assert np.hypot(*(run.pos[1] - [1, 0])) > 0.1
    with pytest.raises(InputError, match="pinned"):
        run.apply("push", (0, 1, 1))
    run.apply("move", (0, 0.5, 0.5))
    run.advance()
    assert run.pos[0].tolist() == [0.5, 0.5]
    run.apply("pin", (0, 0))
    run.advance()
    assert run.pos[0].tolist() != [0.5, 0.5]


FIELDS = {"well": 0, "hill": 1, "spring": 2, "wall": 3, "wind": 4}


@pytest.mark.parametrize("kind", FIELDS)
def test_a_field_does_what_the_formula_says_and_keeps_energy(kind: str) -> None:
    from orbitdraw.edits import fields

    run = Run(
        Scene("ground", potential="0.2*(x^2+y^2)", law=Newton(order=4), dust=Dust([[0.7, 0.1], [-0.4, 0.5]]), dt=0.01)
    )
    run.apply("plant", (FIELDS[kind], 0.3, -0.2, 0.8, 0.4, 0.5, 0.3))
    x, y, h = run.pos[:, 0], run.pos[:, 1], 1e-6
    slope = [fields.value(run.state, x + h, y) - fields.value(run.state, x - h, y)]
    slope += [fields.value(run.state, x, y + h) - fields.value(run.state, x, y - h)]
    assert np.abs(fields.force(run.state, x, y) + np.array(slope) / (2 * h)).max() < 1e-8
    start = run.energy()
    for _ in range(500):
        run.advance()
    assert abs(run.energy() / start - 1) < 1e-6
    assert abs(run.metrics()["energy drift"]) < 1e-6
    free = Run(run.scene)
    for _ in range(500):
        free.advance()
    assert np.abs(free.pos - run.pos).max() > 1e-3


def test_a_field_is_dragged_tuned_and_uprooted_and_the_drawing_does_it_again() -> None:
    scene = Scene("dust", law=Newton(order=2), dust=Dust([[1, 0], [0, 1]]), dt=0.01, steps=2)
    run = Run(scene)
    run.apply("plant", (0, 0, 0, 0, 0, 1.0, 0.1))
    played(run, 10)
    run.apply("plant", (3, -1, 1, 1, 1, 2.0, 0.1))
    for step in range(10):
        run.apply("shift", (0, 0.1 * step, 0, 0, 0))
        run.advance()
    run.apply("tune", (1, 0.5, 0.2))
    played(run, 10)
    run.apply("uproot", (0,))
    played(run, 10)
    assert run.state["fields"][:, 0].tolist() == [1.0]
    again = replay(Drawing.of_bytes(run.drawing().bytes()), scene=scene)
    assert played(again, 40).hash() == run.hash()
    for name, numbers in (
        ("shift", (0, 1, 1, 1, 1)),
        ("uproot", (7,)),
        ("plant", (9, 0, 0, 0, 0, 1, 1)),
        ("plant", (3, 0, 0, 0, 0, 1, 1)),
    ):
        with pytest.raises(InputError):
            run.apply(name, numbers)


def test_a_field_has_images_too() -> None:
    from orbitdraw.edits import fields

    run = Run(Scene("dust", dust=Dust([[0, 0], [0.5, 0.2]]), dt=0.01))
    run.apply("symmetry", (6, 0, 0, 0))
    run.apply("plant", (0, 1, 0, 0, 0, 1.0, 0.1))
    run.apply("plant", (2, 0, 0, 0, 0, 1.0, 0.1))
    assert len(fields.field_rows(run.state)) == 7, "six wells round one spring"
    assert np.abs(fields.force(run.state, np.zeros(1), np.zeros(1))).max() < 1e-12


def test_a_picture_is_a_smooth_landscape(tmp_path) -> None:
    from PIL import Image

    from orbitdraw.edits import fields
    from orbitdraw.edits import heightmap as landscape

    grid = np.zeros((300, 400), np.uint8)
    grid[100:200, 150:250] = 255
    Image.fromarray(grid).save(tmp_path / "hill.png")
    numbers = landscape.from_picture(tmp_path / "hill.png", (0.0, 0.0, 1.5), 2.0)
    run = Run(
        Scene("dust", dust=Dust([[0.9, 0.8], [-1.2, 0.3]], [[-0.3, -0.3], [0.4, 0]]), law=Newton(order=4), dt=0.01)
    )
    run.apply("landscape", numbers)
    assert fields.value(run.state, 0.0, 0.0) == pytest.approx(2.0, abs=0.01)
    assert fields.value(run.state, 1.9, 1.4) == pytest.approx(0.0, abs=0.01)
    x, y, h = np.linspace(-2.5, 2.5, 401), np.linspace(-1.9, 1.9, 401), 1e-6
    slope = [fields.value(run.state, x + h, y) - fields.value(run.state, x - h, y)]
    slope += [fields.value(run.state, x, y + h) - fields.value(run.state, x, y - h)]
    assert np.abs(fields.force(run.state, x, y) + np.array(slope) / (2 * h)).max() < 1e-6
    played(run, 600)
    assert abs(run.metrics()["energy drift"]) < 1e-3
    again = replay(Drawing.of_bytes(run.drawing().bytes()), scene=run.scene)
    assert played(again, 600).hash() == run.hash()
    before = fields.force(run.state, x, y)
    run.apply("steepen", (-0.5,))
    np.testing.assert_allclose(fields.force(run.state, x, y), -0.25 * before, rtol=1e-12, atol=1e-15)
    run.apply("landscape", (0, 0, 0, 0, 0, 0))
    assert "landscape" not in run.state
    with pytest.raises(InputError, match="there is no landscape; load a picture"):
        run.apply("steepen", (1.0,))


def test_what_is_no_picture_is_said(tmp_path) -> None:
    from orbitdraw.edits import heightmap as landscape

    (tmp_path / "a.png").write_text("no picture")
    with pytest.raises(InputError, match=r"a\.png is not a picture that can be read; PNG, JPEG, GIF, WebP"):
        landscape.from_picture(tmp_path / "a.png", (0, 0, 1))
    with pytest.raises(InputError, match=r"there is no file .*none\.png"):
        landscape.from_picture(tmp_path / "none.png", (0, 0, 1))
