"""Starts: where particles begin."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from orbitdraw import start
from orbitdraw.errors import InputError

EVERY = {
    "ring": start.ring(10, radius=0.5, speed=0.3, center=(1.0, 2.0)),
    "rings": start.rings((3, 7), (0.2, 0.4), speed=start.circular()),
    "disc": start.disc(10, speed=start.circular(2.0, 0.1), inner=0.4),
    "exponential_disc": start.exponential_disc(10),
    "cloud": start.cloud(10, warmth=0.1),
    "grid": start.grid(3),
    "line": start.line(10, (-1, 0), (1, 0), velocity=(0, 2)),
    "fan": start.fan(10),
}


def placed(name, seed=0):
    return EVERY[name](SimpleNamespace(), np.random.default_rng(seed))


@pytest.mark.parametrize("name", EVERY)
def test_every_start_gives_finite_dust_and_the_same_for_the_same_seed(name):
    one, two = placed(name), placed(name)
    assert one.pos.shape == one.vel.shape and one.pos.shape[1] == 2
    assert np.isfinite(one.pos).all() and np.isfinite(one.vel).all()
    assert np.array_equal(one.pos, two.pos) and np.array_equal(one.vel, two.vel)


@pytest.mark.parametrize("name", ["disc", "exponential_disc", "cloud"])
def test_random_starts_differ_with_the_seed(name):
    assert not np.array_equal(placed(name).pos, placed(name, seed=1).pos)


def test_a_ring_turns_counter_clockwise_about_its_centre():
    dust = placed("ring")
    r = dust.pos - (1.0, 2.0)
    assert np.allclose(np.hypot(*r.T), 0.5)
    assert np.allclose(r[:, 0] * dust.vel[:, 1] - r[:, 1] * dust.vel[:, 0], 0.5 * 0.3)


def test_an_exponential_disc_has_its_mean_radius():
    dust = start.exponential_disc(20_000, scale=0.3, radius=20.0)(SimpleNamespace(), np.random.default_rng(5))
    # the mean of r is 2 scale, its variance 2 scale^2
    assert abs(np.hypot(*dust.pos.T).mean() - 0.6) < 4 * 0.3 * np.sqrt(2 / 20_000)


@pytest.mark.parametrize("make", [start.ring, start.disc, start.cloud, start.grid, start.fan, start.exponential_disc])
def test_no_particles_is_refused(make):
    with pytest.raises(InputError, match=r"a whole number from 1 to .* for n, not 0"):
        make(0)


@pytest.mark.parametrize(
    ("make", "name"),
    [
        (lambda: start.ring(5, radius=-1.0), "radius"),
        (lambda: start.rings((3, 4), (0.5, -0.5)), "radii"),
        (lambda: start.disc(5, radius=-2.0), "radius"),
        (lambda: start.disc(5, inner=-0.1), "inner"),
        (lambda: start.exponential_disc(5, scale=-0.3), "scale"),
        (lambda: start.exponential_disc(5, radius=-5.0), "radius"),
        (lambda: start.cloud(5, spread=-0.3), "spread"),
        (lambda: start.cloud(5, warmth=-0.1), "warmth"),
        (lambda: start.grid(5, radius=-1.0), "radius"),
    ],
)
def test_a_length_below_zero_is_refused(make, name):
    with pytest.raises(InputError, match=f"needs a number of 0 or more for {name}, not -"):
        make()


def test_an_angle_may_be_below_zero():
    start.ring(5, phase=-1.0)
    start.fan(5, phase=-0.5)
