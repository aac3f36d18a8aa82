"""The numbers that must come out: periodic orbits, conserved quantities, orders, equilibrium."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest

from orbitdraw.authoring.bodies import Bodies, Dust
from orbitdraw.authoring.scene import Scene
from orbitdraw.dynamics.composition import weights
from orbitdraw.dynamics.descent import Descent
from orbitdraw.dynamics.langevin import Langevin
from orbitdraw.dynamics.newton import Newton
from orbitdraw.potentials.potential import Potential
from orbitdraw.simulation.run import Run

# Chenciner and Montgomery (2000), digits by Simo.
EIGHT_PERIOD = 6.32591398
EIGHT = Bodies(
    1.0,
    [[0.97000436, -0.24308753], [-0.97000436, 0.24308753], [0, 0]],
    [[0.466203685, 0.43236573], [0.466203685, 0.43236573], [-0.93240737, -0.86473146]],
)


def zoo(p: float, q: float) -> Bodies:
    """Three equal bodies in a line, as Suvakov and Dmitrasinovic (2013) start theirs."""
    return Bodies(1.0, [[-1, 0], [1, 0], [0, 0]], [[p, q], [p, q], [-2 * p, -2 * q]])


def played(scene: Scene, frames: int, **params: float) -> Run:
    run = Run(scene, **params)
    for _ in range(frames):
        run.advance()
    return run


def missed(run: Run) -> float:
    """How far the worst particle is from where it started."""
    fresh = Run(run.scene)
    return float(np.hypot(*(run.pos - fresh.pos).T).max())


# Measured: 4.1e-8 and 4.0e-6, which is what the eight digits of the start allow.
@pytest.mark.parametrize(("periods", "within"), [(1, 1e-7), (100, 1e-5)])
def test_the_figure_eight_closes(periods, within):
    scene = Scene("eight", bodies=EIGHT, law=Newton(order=8), dt=EIGHT_PERIOD / 100, steps=100)
    assert missed(played(scene, periods)) < within


# Digits from the catalogue of Li and Liao. Measured: 2.2e-7, 8.3e-9, 1.6e-7.
@pytest.mark.parametrize(
    ("p", "q", "period", "steps"),
    [
        pytest.param(0.4644451728, 0.3960600146, 14.8943051743, 3_000, id="moth"),
        pytest.param(0.3068934205, 0.1255065670, 6.2346748391, 30_000, id="butterfly"),
        pytest.param(0.5590642545, 0.3491915650, 55.50242331, 1_000_000, id="yarn"),
    ],
)
def test_the_three_body_zoo_closes_at_fixed_steps(p, q, period, steps):
    scene = Scene("zoo", bodies=zoo(p, q), law=Newton(order=8), dt=period / steps, steps=steps // 10)
    run = played(scene, 10)
    assert missed(run) < 1e-6
    assert abs(run.metrics()["energy drift"]) < 1e-10
    assert run.metrics()["momentum"] < 1e-12
    assert abs(run.metrics()["angular momentum"]) < 1e-12


def restricted(mu: float) -> Potential:
    text = "-(1 - mu)/sqrt((x + mu)^2 + y^2) - mu/sqrt((x - 1 + mu)^2 + y^2)"
    return Potential.parse(text, mu=mu)


# Arenstorf, Amer. J. Math. 85 (1963) 27; Hairer, Norsett, Wanner, Solving ODEs I, II.0. The third belongs to 1/82.45.
@pytest.mark.parametrize(
    ("mu", "x", "v", "period", "steps"),
    [
        (0.012277471, 0.994, -2.00158510637908252, 17.0652165601579626, 100_000),
        (0.012277471, 0.994, -2.0317326295573368, 11.1243403372660851, 100_000),
        (1 / 82.45, 1.2, -1.04935750983031991, 6.1921693313196397, 10_000),
    ],
)
def test_arenstorf_orbits_close(mu, x, v, period, steps):
    law = Newton(order=8, spin=1.0)
    scene = Scene(
        "arenstorf", restricted(mu), law=law, dust=Dust([[x, 0]], [[0, v]]), dt=period / steps, steps=steps // 10
    )
    assert missed(played(scene, 10)) < 1e-8


def test_the_horseshoe_keeps_its_jacobi_constant():
    dust = Dust([[-1.02745, 0]], [[0, 0.04032]])
    scene = Scene("horseshoe", restricted(0.000953875), law=Newton(order=8, spin=1.0), dust=dust, dt=0.02, steps=300)
    run, worst, angles, radii = Run(scene), 0.0, [], []
    for _ in range(100):
        strokes = run.advance()
        worst = max(worst, abs(run.metrics()["jacobi drift"]))
        seen = strokes.path[:, 0] + (0.000953875, 0)  # from the Sun
        angles.append(np.degrees(np.arctan2(seen[:, 1], seen[:, 0])) % 360)
        radii.append(np.hypot(*seen.T))
    assert run.t == pytest.approx(600)
    assert worst < 1e-12
    assert run.metrics()["jacobi"] == pytest.approx(3.0014863, abs=1e-6)
    # It turns back twenty degrees from the planet, on both sides.
    assert np.concatenate(angles).min() == pytest.approx(20.126, abs=0.02)
    assert np.concatenate(angles).max() == pytest.approx(339.98, abs=0.02)
    assert np.concatenate(radii).min() == pytest.approx(0.9402, abs=2e-4)


def test_the_leapfrog_of_a_spring_keeps_its_energy_in_the_known_band():
    # Kick, drift, kick keeps v^2 + (1 - h^2/4) x^2 exactly (h = omega dt), so E lies in [1 - h^2/4, 1] of the start.
    scene = Scene("spring", "x^2/2", law=Newton(order=2), dust=Dust([[1, 0]]), dt=0.1)
    run = Run(scene)
    ratios = []
    for _ in range(5000):
        run.advance()
        ratios.append(run.energy() / 0.5)
    assert min(ratios) >= 0.9975 - 1e-12 and max(ratios) <= 1.0 + 1e-12
    assert min(ratios) < 0.99751 and max(ratios) > 0.99999


@pytest.mark.parametrize("order", [2, 4, 6, 8])
def test_every_order_is_reached(order):
    """The error of a Kepler orbit over one period falls as the step to the power of the order."""
    a, e = 1.0, 0.4
    dust = Dust([[a * (1 - e), 0]], [[0, math.sqrt((1 + e) / (1 - e) / a)]])
    errors = []
    for steps in {2: (400, 800), 4: (200, 400), 6: (120, 240), 8: (80, 160)}[order]:
        scene = Scene(
            "kepler", "-1/sqrt(x^2 + y^2)", law=Newton(order=order), dust=dust, dt=2 * math.pi / steps, steps=steps
        )
        errors.append(missed(played(scene, 1)))
    assert math.log2(errors[0] / errors[1]) == pytest.approx(order, abs=0.35)


@pytest.mark.parametrize("order", [2, 4, 6, 8])
def test_every_order_is_reached_with_drag_field_and_rotation(order):
    """Against the same law with steps so small that it is exact."""
    law = Newton(order=order, drag=0.3, spin=0.4, field=0.8)
    dust = Dust([[1.0, 0.2]], [[0.1, 0.9]])

    def end(order_, steps):
        law_ = Newton(order=order_, drag=0.3, spin=0.4, field=0.8)
        scene = Scene("all", "-1/sqrt(x^2 + y^2 + 0.05)", law=law_, dust=dust, dt=3.0 / steps, steps=steps)
        return played(scene, 1).pos[0]

    exact = end(8, 2000)
    few = {2: 400, 4: 120, 6: 30, 8: 12}[order]
    errors = [np.hypot(*(end(law.order, steps) - exact)) for steps in (few, 2 * few)]
    assert math.log2(errors[0] / errors[1]) == pytest.approx(order, abs=0.6)


@pytest.mark.parametrize("order", [2, 4, 6, 8])
def test_weights_are_a_palindrome_that_makes_one(order):
    w = weights(order)
    assert np.array_equal(w, w[::-1])
    assert w.sum() == pytest.approx(1.0, abs=1e-15)
    for power in range(3, order + 1, 2):
        assert (w**power).sum() == pytest.approx(0.0, abs=1e-14)


@pytest.mark.parametrize("order", [2, 4, 6, 8])
def test_the_larmor_circle_is_exact(order):
    """Without other forces, the drift is the exact motion in a magnetic field: one turn takes 2 pi / field."""
    scene = Scene("larmor", law=Newton(order=order, field=2.0), dust=Dust([[0, 0]], [[1, 0]]), dt=math.pi / 4, steps=1)
    run = played(scene, 1)
    assert run.pos[0] == pytest.approx([0.5, -0.5], abs=1e-15)  # radius 1/2, clockwise
    assert missed(played(scene, 4)) < 1e-15


def test_drag_alone_is_exact():
    scene = Scene("drag", law=Newton(order=4, drag=0.7, mass=2.0), dust=Dust([[0, 0]], [[1, 0]]), dt=0.5, steps=4)
    run = played(scene, 1)
    assert run.vel[0, 0] == pytest.approx(math.exp(-0.7), abs=1e-14)
    assert run.pos[0, 0] == pytest.approx((1 - math.exp(-0.7)) / 0.35, abs=1e-14)


def test_a_rotating_frame_sees_the_straight_line():
    """A free particle, seen from a frame that turns with 0.5, is the straight line turned back."""
    scene = Scene("turning", law=Newton(order=8, spin=0.5), dust=Dust([[1, 0]], [[0.3, 0.2 - 0.5]]), dt=0.01, steps=200)
    x, y = 1 + 0.3 * 2.0, 0.2 * 2.0
    c, s = math.cos(1.0), math.sin(1.0)
    assert played(scene, 1).pos[0] == pytest.approx([c * x + s * y, -s * x + c * y], abs=1e-13)


def test_damped_semi_implicit_newton_is_the_heavy_ball():
    ground = "x^4/4 - x^2/2 + 3*y^2/2 + x*y/3"
    dust = Dust([[1.4, 0.6], [-0.3, 1.0]], [[0.2, -0.1], [0.0, 0.4]])
    dt, mass, drag = 0.05, 1.7, 0.9
    newton = Scene("a", ground, law=Newton(order=1, mass=mass, drag=drag), dust=dust, dt=dt, steps=500)
    ball = Scene(
        "b", ground, law=Descent(rate=dt**2 / mass, momentum=1 - drag * dt / mass), dust=dust, dt=dt, steps=500
    )
    a, b = played(newton, 1), played(ball, 1)
    assert np.abs(a.pos - b.pos).max() < 1e-12
    assert np.abs(a.vel - b.vel).max() < 1e-12
    # and it is the textbook's: displacement <- beta displacement - rate grad, place <- place + displacement
    place, moved = dust.pos.copy(), dust.vel * dt
    for _ in range(500):
        x, y = place.T
        slope = np.stack([x**3 - x + y / 3, 3 * y + x / 3], axis=1)
        moved = (1 - drag * dt / mass) * moved - dt**2 / mass * slope
        place = place + moved
    assert np.abs(b.pos - place).max() < 1e-12


def chi_squared_bound(freedom: int) -> float:
    """What chi squared exceeds once in ten thousand times (Wilson and Hilferty)."""
    return freedom * (1 - 2 / (9 * freedom) + 3.72 * math.sqrt(2 / (9 * freedom))) ** 3


def test_langevin_in_a_double_well_agrees_with_boltzmann():
    n = 4000
    start = np.stack([np.where(np.arange(n) % 2, 1.0, -1.0), np.zeros(n)], axis=1)
    scene = Scene("wells", "3*(x^2 - 1)^2 + y^2/2", law=Langevin(), dust=Dust(start), dt=0.02, steps=250)
    run = Run(scene, seed=1)
    for _ in range(3):
        run.advance()
    edges = np.linspace(-1.8, 1.8, 31)
    seen = np.zeros(30)
    places = []
    for _ in range(8):
        for _ in range(2):  # 10 time units, several of the slowest time within a well
            run.advance()
        places.append(run.pos[:, 0].copy())
        seen += np.histogram(run.pos[:, 0], edges)[0]
    fine = np.linspace(-4, 4, 80_001)
    weight = np.exp(-3 * (fine**2 - 1) ** 2)
    # the two sides are kept in balance by the start; what is tested is the shape
    expected = np.array([weight[(fine >= a) & (fine < b)].sum() for a, b in pairwise(edges)])
    expected *= n * 8 / weight.sum()
    chi2 = float(((seen - expected) ** 2 / expected).sum())
    assert chi2 < chi_squared_bound(29)
    assert run.metrics()["temperature"] == pytest.approx(1.0, abs=4 / math.sqrt(n))


def test_langevin_in_a_spring_has_the_variance_of_equilibrium():
    n, dt = 20_000, 0.2
    scene = Scene(
        "spring", "2*x^2 + 2*y^2", law=Langevin(temperature=0.5), dust=Dust(np.zeros((n, 2))), dt=dt, steps=100
    )
    run = played(scene, 1)
    # BAOAB is exact in the places of a spring for every step: <x^2> = kT / k = 0.125
    assert (run.pos**2).mean() == pytest.approx(0.125, abs=4 * 0.125 * math.sqrt(2 / (2 * n)))


@pytest.mark.parametrize("order", [1, 4])
def test_a_frame_that_turns_too_fast_for_any_number_is_no_mistake(order: int) -> None:
    run = Run(Scene("turning", law=Newton(order=order, spin=1e200), dust=Dust([[1, 0]], [[0, 0]])))
    run.advance()
    run.metrics()
