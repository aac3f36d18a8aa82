"""Every law of motion in the table: its numbers, its equivalents under other laws, and its replay."""

from __future__ import annotations

import numpy as np
import pytest

from orbitdraw import Bodies, Descent, Dust, Newton, Potential, Run, Scene, View
from orbitdraw.dynamics.laws import LAWS, equivalent_law

EVERY_LAW = [
    *(equivalent_law(Newton(drag=0.1), name, 0.01) for name in LAWS),
    Newton(order=8, drag=0.3),
    Descent(momentum=0.9),
]
"""A law of each row of the table, so that a new one joins, and two with other numbers."""


@pytest.mark.parametrize("law", EVERY_LAW, ids=repr)
def test_every_law_names_its_numbers(law):
    for name, number in law.numbers().items():
        assert getattr(law, name) == number
    assert "order" not in law.numbers()
    assert law.name in LAWS


@pytest.mark.parametrize("law", EVERY_LAW, ids=repr)
@pytest.mark.parametrize("name", LAWS)
def test_every_law_can_be_retold_as_every_other(law, name):
    other = equivalent_law(law, name, 0.01)
    assert other.name == name
    if law.name == name:
        assert other is law


@pytest.mark.parametrize("law", EVERY_LAW, ids=lambda law: law.name)
def test_every_law_plays_bodies_and_dust_and_replays_them(law):
    scene = Scene(
        "tested",
        law=law,
        potential=Potential.parse("x^2/2 + y^2"),
        bodies=Bodies([1.0, 0.1], [[0, 0], [1, 0]], [[0, 0], [0, 0.7]], softening=0.1),
        dust=Dust([[0.3, 0.4], [-0.5, 0.2]]),
        dt=0.01,
        view=View(radius=2.0),
    )
    first, second = Run(scene, seed=5), Run(scene, seed=5)
    start = first.hash()
    for _ in range(20):
        first.advance()
    second.leap(20)
    assert first.hash() == second.hash() != start
    assert np.isfinite(list(first.metrics().values())).all()
