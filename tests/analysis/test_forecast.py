"""The forecast of a throw is the path that the throw then takes."""

from __future__ import annotations

import math

import numpy as np
import pytest

from orbitdraw import Bodies, Langevin, Look, Newton, Run, Scene, View
from orbitdraw.analysis.forecast import forecast
from orbitdraw.edits.orbital_speed import orbital_velocity
from orbitdraw.film.film import Film


@pytest.fixture
def run() -> Run:
    return Run(
        Scene("star", law=Newton(order=4), bodies=Bodies([1.0], [[0, 0]]), dt=0.005, steps=4, view=View(radius=2))
    )


def test_it_is_the_path_that_comes(run: Run) -> None:
    told = forecast(run, 0.001, (1.0, 0.0), (0.0, 1.1))
    run.apply("throw", (0.001, 1.0, 0.0, 0.0, 1.1))
    for _ in range(500):
        run.advance()
    assert np.abs(run.pos[1] - told.path[-1]).max() < 1e-9  # other merges of the same kicks round differently


def test_it_is_the_path_among_many() -> None:
    angle = 2 * math.pi * np.arange(19) / 19
    out = np.stack([np.cos(angle), np.sin(angle)], 1) * np.linspace(1, 3, 19)[:, None]
    around = np.stack([-np.sin(angle), np.cos(angle)], 1) / np.sqrt(np.linspace(1, 3, 19))[:, None]
    bodies = Bodies([1.0, *[1e-4] * 19], [[0, 0], *out.tolist()], [[0, 0], *around.tolist()], softening=0.01)
    run = Run(Scene("twenty", law=Newton(order=4), bodies=bodies, dt=0.005, steps=4, view=View(radius=3)))
    for _ in range(3):
        run.advance()
    told = forecast(run, 1e-4, (0.0, -3.6), (0.6, 0.0))
    assert told.verdict == "bound"
    assert told.path.shape == (501, 2)
    run.apply("throw", (1e-4, 0.0, -3.6, 0.6, 0.0))
    for _ in range(500):
        run.advance()
    assert np.abs(run.pos[20] - told.path[-1]).max() < 1e-9


@pytest.mark.parametrize(("ahead", "verdict"), [(0.5, "hits a body"), (math.pi, "bound")])
def test_a_body_under_way_is_hit_where_it_is_then(ahead: float, verdict: str) -> None:
    """Against the way of a planet on its own circle: they meet. On the same way half a turn behind: they do not."""
    bodies = Bodies([1.0, 0.0], [[0, 0], [1, 0]], [[0, 0], [0, 1]])
    run = Run(Scene("two", law=Newton(order=4), bodies=bodies, dt=0.005, steps=4, view=View(radius=0.5)))
    place, way = (math.cos(ahead), math.sin(ahead)), -1.0 if verdict != "bound" else 1.0
    told = forecast(run, 0.0, place, (-way * place[1], way * place[0]))
    assert told.verdict == verdict
    if verdict != "bound":
        meeting = np.array([math.cos(ahead / 2), math.sin(ahead / 2)])  # each goes half the way
        assert np.hypot(*(told.path[-1] - meeting)) < 0.03


def test_it_changes_nothing(run: Run) -> None:
    before = run.hash()
    forecast(run, 1.0, (1.0, 0.0), (0.0, 1.0))
    assert run.hash() == before
    assert run.history.events == []


@pytest.mark.parametrize(
    ("vel", "verdict"),
    [((0.0, 1.0), "bound"), ((0.0, 1.42), "escapes"), ((0.0, 1.40), "bound"), ((-0.2, 0.0), "hits the star")],
)
def test_verdicts(run: Run, vel: tuple[float, float], verdict: str) -> None:
    assert forecast(run, 0.0, (1.0, 0.0), vel).verdict == verdict


def test_period_of_an_ellipse_is_keplers(run: Run) -> None:
    told = forecast(run, 0.0, (1.0, 0.0), (0.0, 1.1))
    a = 1 / (2 - 1.1**2)
    assert told.period == pytest.approx(2 * math.pi * a**1.5, rel=1e-12)
    assert told.sentence() == f"bound, period {told.period:.3g}"
    assert told.momentum == pytest.approx(1.1)


@pytest.mark.parametrize("eccentricity", [0.0, 0.2, 0.4])
def test_the_orbit_helper_gives_that_orbit(run: Run, eccentricity: float) -> None:
    vel = tuple(orbital_velocity(run.state, 1.0, 0.0, eccentricity)[0])
    path = forecast(run, 0.0, (1.0, 0.0), vel).path
    r = np.hypot(*path.T)
    assert r.min() == pytest.approx(1.0, abs=2e-4)
    assert r.max() == pytest.approx((1 + eccentricity) / (1 - eccentricity), rel=2e-3)


@pytest.mark.parametrize("size", [1e100, 1e160, 1e300])
@pytest.mark.parametrize("what", ["place", "speed", "mass"])
@pytest.mark.parametrize("color", ["speed", "energy"])
def test_who_flies_off_to_where_numbers_end_is_no_mistake(size: float, what: str, color: str) -> None:
    look = Look(color=color, exposure=1.0)
    scene = Scene("star", potential="x^4", bodies=Bodies([1.0], [[0, 0]]), look=look, view=View(radius=2))
    run = Run(scene)
    mass, x, vy = (size if what == one else 1.0 for one in ("mass", "place", "speed"))
    told = forecast(run, mass, (x, 0.5), (0.0, vy))
    assert told.verdict in ("bound", "escapes", "hits the star", "hits a body", "stays", "leaves")
    run.apply("throw", (mass, x, 0.5, 0.0, vy))
    for _ in range(5):
        run.metrics()
        run.advance()
    run.apply("weigh", (0, 2.0))
    assert "energy" in run.metrics()


@pytest.mark.parametrize("speed", [0.0, 0.7])
def test_a_throw_from_the_very_middle_of_a_star_is_foretold_without_a_warning(run: Run, speed: float) -> None:
    told = forecast(run, 0.001, (0.0, 0.0), (0.0, speed))
    assert told.verdict == "hits the star" and told.energy == -math.inf and told.momentum == 0


def _turn(run: Run, body: int, steps: int) -> tuple[float, float]:
    """The period of a body's turn about body 0, and the eccentricity of its orbit, as it is played."""
    angles, apart = [], []
    for _ in range(steps):
        x, y = run.pos[body] - run.pos[0]
        angles.append(math.atan2(y, x))
        apart.append(math.hypot(x, y))
        run.advance()
    whole = np.abs(np.unwrap(angles) - angles[0])
    t = 0.02 * np.arange(steps)
    return float(np.interp(2 * math.pi, whole, t)), (max(apart) - min(apart)) / (max(apart) + min(apart))


@pytest.mark.parametrize("pinned", [False, True])
def test_a_heavy_body_and_its_star_turn_about_each_other(run: Run, pinned: bool) -> None:
    """The star answers, unless it is pinned: both masses make the period, the energy and the circle."""
    run.apply("pin", (0, float(pinned)))
    told = forecast(run, 1.0, (1.0, 0.0), (0.0, 1.1))
    run.apply("throw", (1.0, 1.0, 0.0, 0.0, 1.1))
    period, _ = _turn(run, 1, 600)
    assert told.period == pytest.approx(period, rel=1e-3)
    assert told.energy == pytest.approx(0.5 * 1.1**2 - (1.0 if pinned else 2.0))


@pytest.mark.parametrize("eccentricity", [0.0, 0.5])
def test_the_orbit_helper_gives_that_orbit_to_a_heavy_body_too(run: Run, eccentricity: float) -> None:
    vel = orbital_velocity(run.state, 1.0, 0.0, eccentricity, mass=0.7)[0].tolist()
    told = forecast(run, 0.7, (1.0, 0.0), tuple(vel))
    run.apply("throw", (0.7, 1.0, 0.0, *vel))
    period, shape = _turn(run, 1, 800)
    assert shape == pytest.approx(eccentricity, abs=1e-4)
    assert told.period == pytest.approx(period, rel=1e-3)


@pytest.fixture
def mirrored() -> Run:
    """A star to the right of the centre, and so its image to the left."""
    bodies = Bodies([1.0], [[1.0, 0.0]], [[0.0, 0.5]])
    run = Run(Scene("star", law=Newton(order=4), bodies=bodies, dt=0.005, steps=4, view=View(radius=2)))
    run.apply("symmetry", (2, 0, 0.0, 0.0))
    return run


def test_an_image_of_a_star_is_a_star(mirrored: Run) -> None:
    place = (-1.0, 0.2)
    vel = orbital_velocity(mirrored.state, *place)[0]
    assert vel == pytest.approx([-math.sqrt(1 / 0.2), -0.5])
    told = forecast(mirrored, 0.0, place, (float(vel[0]), float(vel[1])))
    assert (told.verdict, told.period) == ("bound", pytest.approx(2 * math.pi * 0.2**1.5))
    assert forecast(mirrored, 0.0, (-0.8, 0.0), (-0.5, -0.5)).verdict == "hits the star"


def test_a_path_that_hits_ends_at_the_star(run: Run) -> None:
    for transform in (None, Film(run, (64, 48)).transform):
        told = forecast(run, 0.0, (-1.0, 0.0), (0.3, 0.02), transform=transform)
        assert told.verdict == "hits the star"
        assert np.hypot(*told.path[-1]) < 0.1  # the last step before was that long
        np.testing.assert_array_equal(told.path_in_frame, told.path)


def test_two_stars_hold_what_neither_holds_alone() -> None:
    speed = math.sqrt(1 / 4 / 0.5)
    stars = Bodies([1.0, 1.0], [[0.5, 0], [-0.5, 0]], [[0, speed], [0, -speed]])
    run = Run(Scene("two", law=Newton(order=4), bodies=stars, dt=0.005, steps=4, view=View(radius=3)))
    told = forecast(run, 0.0, (3.0, 0.0), (0.0, math.sqrt(2 / 3)))
    assert told.sentence() == "bound"
    r = np.hypot(*told.path.T)
    assert r.min() > 2.8 and r.max() < 3.3
    assert forecast(run, 0.0, (3.0, 0.0), (0.0, 1.3)).verdict == "escapes"


def test_a_light_body_on_its_way_out_takes_nothing_along(run: Run) -> None:
    run.apply("throw", (0.01, 5.0, 5.0, 300.0, 300.0))
    assert forecast(run, 0.0, (1.0, 0.0), (3.0, 3.0)).verdict == "escapes"


def test_a_spring_that_was_planted_keeps_what_the_star_alone_would_not(run: Run) -> None:
    run.apply("plant", (2, 0.0, 0.0, 0.0, 0.0, 3.0, 0.2))
    told = forecast(run, 0.0, (1.0, 0.0), (0.0, 2.0))
    assert np.hypot(*told.path.T).max() < 2.0
    assert told.sentence() == "stays"
    assert told.energy == pytest.approx(0.5 * 2.0**2 - 1.0 + 0.5 * 3.0, rel=1e-6)


@pytest.mark.parametrize(
    "law", [Newton(order=4, field=8.0), Newton(order=4, drag=2.0), Langevin(temperature=0.0, friction=2.0)]
)
def test_where_no_ellipse_is_drawn_the_path_itself_decides(law: Newton | Langevin) -> None:
    """A magnetic field turns back what the star alone would let go, and friction stops it."""
    scene = Scene(
        "star", law=law, bodies=Bodies([1.0], [[0, 0]], softening=0.05), dt=0.005, steps=4, view=View(radius=2)
    )
    told = forecast(Run(scene), 0.01, (1.0, 0.5), (0.0, 2.0))
    assert told.verdict in ("stays", "hits the star") and math.isnan(told.period)


def test_energy_without_a_star_is_that_over_what_is_planted() -> None:
    run = Run(Scene("empty", law=Newton(order=4), bodies=Bodies([], np.zeros((0, 2))), view=View(radius=2)))
    run.apply("plant", (2, 0.0, 0.0, 0.0, 0.0, 3.0, 0.2))
    assert forecast(run, 0.0, (1.0, 0.0), (0.0, 2.0)).energy == pytest.approx(0.5 * 2.0**2 + 0.5 * 3.0, rel=1e-6)


@pytest.mark.parametrize("bodies", [None, Bodies([1.0], [[0, 0]])])
@pytest.mark.parametrize("order", [1, 3])
def test_a_throw_from_where_numbers_end_is_foretold(bodies: Bodies | None, order: int) -> None:
    run = Run(Scene("far", "exp(x)", bodies=bodies, law=Newton(), dt=0.01))
    run.apply("symmetry", (order, 1, 0, 0))
    for pos in ((1e300, 0.0), (1.7e308, 1.7e308), (np.inf, 0.0)):
        told = forecast(run, 1.0, pos, (0.0, 1.0))
        assert told.verdict in ("leaves", "hits the star", "hits a body", "escapes")
