"""A throw that was snapped to closed comes back, again and again, and where nothing closes that is said."""

from __future__ import annotations

import math
import tracemalloc
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from orbitdraw import Bodies, Descent, Drawing, InputError, Langevin, Newton, Run, Scene, Slider, View, load
from orbitdraw.analysis.closed_orbits import ClosedOrbit, nearest_closed_orbit
from orbitdraw.analysis.flow import FlowMap
from orbitdraw.analysis.shooting import shoot
from orbitdraw.library.loading import replay

pytestmark = pytest.mark.slow


def star(
    vel: tuple[float, float], mass: float = 0.0, order: int = 8, softening: float = 0.0, law: object = None
) -> Run:
    """A body thrown from (1, 0) about a star of mass 1; its name is 1."""
    run = Run(
        Scene(
            "star",
            law=law or Newton(order=order),  # type: ignore[arg-type]
            bodies=Bodies([1.0], [[0, 0]], softening=softening),
            dt=0.01,
            steps=2,
            view=View(radius=2),
        )
    )
    run.apply("throw", (mass, 1.0, 0.0, *vel))
    return run


def thrown(potential: str, *numbers: float, dt: float = 0.02, steps: int = 1, **law: float) -> Run:
    run = Run(Scene("ground", potential=potential, law=Newton(order=8, **law), dt=dt, steps=steps))  # type: ignore[arg-type]
    run.apply("throw", (1.0, *numbers))
    return run


def rows(run: Run) -> np.ndarray:
    return np.hstack([run.pos, run.vel])[: len(run.state["mass"])]


def astray(run: Run, closed: ClosedOrbit, loops: int) -> float:
    """How far the bodies are from their start, at most, after so many loops played by the run itself."""
    closed.apply(run)
    start = rows(run)
    assert closed.steps % run.scene.steps == 0
    for _ in range(loops * closed.steps // run.scene.steps):
        run.advance()
    return float(np.abs(rows(run) - start).max())


@pytest.mark.parametrize("mass", [0.0, 1e-3, 0.3])
@pytest.mark.parametrize(("vx", "vy"), [(0.0, 1.03), (0.02, 1.05), (0.05, 1.15), (-0.03, -0.95)])
def test_a_kepler_throw_closes(mass: float, vx: float, vy: float) -> None:
    run = star((vx, vy), mass)
    closed = nearest_closed_orbit(run, 1)
    assert closed.is_found and closed.is_whole and closed.residual < 1e-11, closed.sentence()
    # All ellipses close: only the period has to become whole, which asks for half a frame in a turn at most.
    assert closed.position_change == 0 and closed.velocity_change < 2e-3
    assert closed.has_drift == (mass > 0)
    closed.apply(run)
    (x, y), (ux, uy) = run.pos[1] - run.pos[0], run.vel[1] - run.vel[0]
    axis = 1 / (2 / math.hypot(x, y) - (ux * ux + uy * uy) / (1 + mass))
    assert closed.period == pytest.approx(2 * math.pi * math.sqrt(axis**3 / (1 + mass)), rel=1e-8)
    assert astray(run, ClosedOrbit(steps=closed.steps), 20) < 1e-9  # worst seen: 5e-11


def test_a_throw_near_a_whole_period_is_put_on_it() -> None:
    period = 700 * 0.01
    axis = (period / (2 * math.pi)) ** (2 / 3)
    speed = math.sqrt(2 - 1 / axis)
    closed = nearest_closed_orbit(star((0.0, speed * 1.0003)), 1)
    assert closed.steps == 700
    # The nearest of the ellipses with this axis: the same speed, and the direction of the throw.
    (_, numbers), *others = closed.edits
    assert not others
    assert numbers == pytest.approx((1, 1.0, 0.0, 0.0, speed), abs=1e-7)
    assert closed.velocity_change == pytest.approx(0.0003, rel=1e-2)


def test_a_softened_ellipse_turns_and_only_the_circle_closes() -> None:
    run = star((0.03, 1.1), softening=0.05)
    closed = nearest_closed_orbit(run, 1)
    assert closed.is_found and closed.is_whole and closed.residual < 1e-12
    assert 0.02 < math.hypot(closed.velocity_change, closed.position_change) < 0.2
    closed.apply(run)
    distances = []
    for _ in range(closed.steps):
        distances.append(math.hypot(*run.pos[1]))
        run.advance()
    assert np.ptp(distances) < 1e-9
    r = distances[0]
    assert math.hypot(*run.vel[1]) ** 2 == pytest.approx(r * r / (r * r + 0.05**2) ** 1.5, rel=1e-9)


def test_a_long_step_that_turns_the_ellipse_is_told() -> None:
    closed = nearest_closed_orbit(star((0.05, 1.15), order=2), 1)
    assert closed.is_found and closed.velocity_change < 1e-2
    assert 1e-9 < closed.residual < 1e-4 and "misses by" in closed.sentence()


@pytest.mark.parametrize("seed", [1, 2])
def test_a_disturbed_figure_eight_is_one_again(seed: int) -> None:
    run = Run(load("figure_eight"))
    rng = np.random.default_rng(seed)
    for body in range(3):
        run.apply("push", (body, *(run.vel[body] + 1e-3 * rng.standard_normal(2))))
    closed = nearest_closed_orbit(run)
    assert closed.is_found and abs(closed.steps - 360) <= 1 and closed.residual < 1e-11
    assert max(closed.velocity_change, closed.position_change) < 5e-3
    assert astray(run, closed, 20) < 1e-9  # worst seen: 8e-12
    # A third of a turn on, each body is where the next one was: only the figure of eight does that.
    if closed.steps == 360:
        start = rows(run)
        for _ in range(120):
            run.advance()
        assert np.abs(rows(run)[:, None] - start).max(axis=2).min(axis=1).max() < 1e-2


def test_one_of_three_bodies_is_mended() -> None:
    run = Run(load("figure_eight"))
    run.apply("push", (0, *(1.01 * run.vel[0])))
    closed = nearest_closed_orbit(run, 0)
    assert closed.is_found and closed.velocity_change == pytest.approx(
        0.01 * 2 / 3, rel=0.1
    )  # a third of the push became drift
    assert astray(run, closed, 5) < 1e-10


def test_a_box_orbit_of_henon_and_heiles() -> None:
    run = Run(replace(load("henon_heiles"), dust=None))
    run.apply("throw", (1.0, 0.0, 0.1, 0.3, 0.1))
    before = run.energy()
    closed = nearest_closed_orbit(run, 0)
    assert closed.is_found and closed.is_whole and closed.residual < 1e-10
    assert math.hypot(closed.velocity_change, closed.position_change) < 0.1
    assert astray(run, closed, 5) < 1e-8
    assert run.energy() == pytest.approx(before, rel=0.1)


def test_a_lissajous_figure_is_closed_already_though_not_in_whole_steps() -> None:
    closed = nearest_closed_orbit(thrown("x^2/2 + 2*y^2", 1.0, 0.0, 0.1, 0.8), 0)
    assert closed.is_found and not closed.is_whole and "period not a whole number of steps" in closed.sentence()
    assert closed.period == pytest.approx(2 * math.pi, rel=1e-8)
    assert math.hypot(closed.velocity_change, closed.position_change) < 1e-6


def test_a_lissajous_figure_in_whole_steps() -> None:
    run = thrown("x^2/2 + 2*y^2", 1.0, 0.0, 0.1, 0.8, dt=2 * math.pi / 300)
    closed = nearest_closed_orbit(run, 0)
    assert closed.is_whole and closed.steps == 300 and math.hypot(closed.velocity_change, closed.position_change) < 1e-6
    assert astray(run, closed, 20) < 1e-7


def test_the_frequencies_of_an_irrational_spring_never_meet() -> None:
    closed = nearest_closed_orbit(thrown("x^2/2 + y^2", 1.0, 0.0, 0.1, 0.8), 0)
    assert not closed.is_found and not closed.edits and "the nearest return misses by" in closed.sentence()


def test_a_circle_in_a_magnetic_field() -> None:
    closed = nearest_closed_orbit(thrown("0*x", 1.0, 0.0, 0.1, 0.8, field=1.5), 0)
    assert closed.is_found and closed.period == pytest.approx(2 * math.pi / 1.5, rel=1e-12)


def test_what_others_do_later_does_not_make_the_miss_small() -> None:
    """The size that a miss is measured in is that of the first turns, also if a body leaves afterwards."""
    world = Bodies([1.0, 1e-9, 1e-9], [[0, 0], [1, 0], [-1.2, 0]], [[0, 0], [0, 1], [0, -1.6]])
    flow = FlowMap(Run(Scene("leaving", law=Newton(order=4), bodies=world, dt=0.01)), None)
    flow.integrate_ahead()
    assert 0.5 < flow.size < 5 and 0.3 < flow.speed < 2


def test_an_escape_does_not_close() -> None:
    closed = nearest_closed_orbit(star((0.0, 1.5)), 1)
    assert (
        not closed.is_found and closed.sentence() == "no closed orbit near this throw: it does not return to its start"
    )


def test_what_does_not_close_is_named() -> None:
    both, pinned = nearest_closed_orbit(star((0.0, 1.5))), star((0.0, 0.9))
    assert both.sentence() == "no closed orbit near this motion: it does not return to its start"
    pinned.apply("pin", (1, 1))
    assert nearest_closed_orbit(pinned, 1).sentence() == "body 1 is pinned: release it and throw it"
    pinned.apply("pin", (1, 0))
    pinned.apply("push", (1, 0.0, 0.9))
    pinned.apply("pin", (0, 1))
    assert nearest_closed_orbit(pinned, 1).is_found, "about a star that holds still it closes"


@pytest.mark.parametrize(
    ("law", "word"),
    [(Newton(drag=0.1), "drag"), (Descent(rate=0.01), "gradient descent"), (Langevin(), "langevin")],
)
def test_laws_under_which_nothing_closes(law: object, word: str) -> None:
    closed = nearest_closed_orbit(star((0.0, 1.0), law=law), 1)
    assert not closed.is_found and word in closed.sentence()


def test_drag_that_is_turned_off_is_no_drag() -> None:
    run = star((0.0, 1.03), law=Newton(order=8, drag=Slider(0.1, 0.0, 1.0)))
    assert "drag" in nearest_closed_orbit(run, 1).sentence()
    run.apply("drag", 0.0)
    assert nearest_closed_orbit(run, 1).is_found


def test_a_potential_that_changes_with_time() -> None:
    run = thrown("x^2/2 + y^2/2*(1 + 0.1*cos(t))", 1.0, 0.0, 0.1, 0.8)
    assert "changes with time" in nearest_closed_orbit(run, 0).sentence()


def test_nothing_to_close() -> None:
    assert "throw one first" in nearest_closed_orbit(Run(load("henon_heiles"))).sentence()
    with pytest.raises(InputError, match="no body 7"):
        nearest_closed_orbit(star((0.0, 1.0)), 7)
    lost = star((0.0, 1.0))
    lost.state["x"][1], lost.state["alive"][1] = math.nan, False
    assert "has escaped" in nearest_closed_orbit(lost, 1).sentence()
    stopped = nearest_closed_orbit(star((0.0, 1.03)), 1, cancelled=lambda: True)
    assert stopped.sentence() == "the search for a closed orbit was stopped"


@pytest.mark.parametrize(("name", "numbers"), [("twins", (0, 200, 1e-6)), ("symmetry", (12, 1, 0.1, 0.2))])
def test_looking_ahead_draws_nothing(name: str, numbers: tuple[float, ...]) -> None:
    """Twins and images are for the eye: with a node of each of 24 000 steps those of a butterfly would take 460 MB."""
    run = Run(load("figure_eight"))
    run.apply(name, numbers)
    flow = FlowMap(run, None)
    tracemalloc.start()
    try:
        path = flow.integrate_ahead()
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert path.shape[1:] == (3, 4) and most < 32 << 20


def test_a_search_that_nobody_wants_does_not_begin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FlowMap, "integrate_ahead", lambda flow: pytest.fail("it looked ahead"))
    assert "stopped" in nearest_closed_orbit(star((0.0, 1.03)), 1, cancelled=lambda: True).sentence()


def test_looking_changes_nothing() -> None:
    run = star((0.0, 1.03), 1e-3)
    before = run.hash(), len(run.history.events)
    nearest_closed_orbit(run, 1)
    assert (run.hash(), len(run.history.events)) == before


def test_the_same_search_finds_the_same() -> None:
    assert nearest_closed_orbit(star((0.02, 1.05), 1e-3), 1) == nearest_closed_orbit(star((0.02, 1.05), 1e-3), 1)


def test_the_edits_replay_from_a_file(tmp_path: Path) -> None:
    run = Run(load("figure_eight"))
    run.apply("push", (0, *(1.002 * run.vel[0])))
    for _ in range(30):
        run.advance()
    nearest_closed_orbit(run).apply(run)
    for _ in range(100):
        run.advance()
    again = replay(Drawing.load(run.drawing().save(tmp_path / "eight.orbit")))
    for _ in range(130):
        again.advance()
    assert again.hash() == run.hash()


def test_a_shot_keeps_within_reach_and_says_that_it_missed() -> None:
    far = shoot(lambda u: u - 3.0, np.zeros(2))[-1]
    assert np.linalg.norm(far.unknowns) <= 0.5 and far.miss > 3
    none = shoot(lambda u: np.array([1.0 + u[0] ** 2]), np.array([0.3]))[-1]
    assert none.miss >= 1.0


def test_a_shot_along_a_bent_valley() -> None:
    """A root at the end of a narrow bend, as that from an ellipse to the circle is."""
    closed = shoot(lambda u: np.array([10 * (u[1] - u[0] ** 2), 1e-3 * (u[0] - 0.4)]), np.zeros(2))[-1]
    assert closed.miss < 1e-12
    assert closed.unknowns == pytest.approx((0.4, 0.16), abs=1e-9)
