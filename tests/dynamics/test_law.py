"""Laws as records: their numbers, their checks, and one story told under another law."""

from __future__ import annotations

import pytest

from orbitdraw import Descent, Langevin, Newton
from orbitdraw.dynamics.laws import equivalent_law
from orbitdraw.errors import InputError
from orbitdraw.slider import Slider, default_value


def test_a_mass_of_one_leaves_the_name_to_the_potential():
    assert "mass" not in Newton().numbers()
    assert "mass" in Newton(mass=2.0).numbers()
    assert Newton().parameters_at({"mass": 7.0, "drag": 0.5})["mass"] == 1.0
    assert Newton(mass=Slider(2.0, 1.0, 3.0)).parameters_at({"mass": 3.0})["mass"] == 3.0


def test_the_heavy_ball_of_a_damped_motion_has_its_momentum_and_rate():
    ball = equivalent_law(Newton(mass=2.0, drag=0.4), "heavy ball", 0.1)
    assert default_value(ball.momentum) == pytest.approx(1 - 0.4 * 0.1 / 2, abs=1e-15)
    assert default_value(ball.rate) == pytest.approx(0.1**2 / 2, abs=1e-15)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Newton(order=3), "orders 1, 2, 4, 6, 8"),
        (lambda: Newton(mass=0.0), "a number above 0 for mass"),
        (lambda: Newton(drag=-1.0), "a number of 0 or more for drag"),
        (lambda: Newton(spin=float("nan")), "a number for spin"),
        (lambda: Descent(rate="fast"), "a number of 0 or more for rate, not 'fast'"),  # type: ignore[arg-type]
        (lambda: Langevin(temperature=-1.0), "a number of 0 or more for temperature"),
        (lambda: Langevin(mass=Slider(1.0, 0.0, 2.0)), "a number above 0 for mass"),
        (lambda: equivalent_law(Newton(), "newtn", 0.1), "did you mean newton"),
    ],
)
def test_a_wrong_number_is_named(make, words):
    with pytest.raises(InputError, match=words):
        make()
