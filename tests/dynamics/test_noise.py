"""Noise: the published generator to the bit, and normal numbers that are normal."""

from __future__ import annotations

import math

import numpy as np
import pytest

from orbitdraw.dynamics.noise import normal_pair, philox
from orbitdraw.runtime.jit import jit

# Random123, tests/kat_vectors, the lines "philox4x32 10": counter, key, result.
KNOWN = [
    ("00000000 00000000 00000000 00000000", "00000000 00000000", "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
    ("ffffffff ffffffff ffffffff ffffffff", "ffffffff ffffffff", "408f276d 41c83b0e a20bc7c6 6d5451fd"),
    ("243f6a88 85a308d3 13198a2e 03707344", "a4093822 299f31d0", "d16cfe09 94fdcceb 5001e420 24126ea1"),
]


@pytest.mark.parametrize(("counter", "key", "result"), KNOWN)
def test_philox_gives_the_published_words(counter, key, result):
    words = [np.uint64(int(word, 16)) for word in f"{counter} {key}".split()]
    assert " ".join(f"{int(word):08x}" for word in philox(*words)) == result


@jit()
def fill(seed, out):
    for step in range(out.shape[0]):
        for i in range(out.shape[1]):
            out[step, i, 0], out[step, i, 1] = normal_pair(seed, i, step)


@pytest.fixture(scope="module")
def noise():
    out = np.empty((400, 500, 2))
    fill(3, out)
    return out


def test_normals_have_the_moments_of_normals(noise):
    n = noise.size
    # each bound is four standard deviations of the estimate
    assert abs(noise.mean()) < 4 / math.sqrt(n)
    assert abs(noise.var() - 1) < 4 * math.sqrt(2 / n)
    assert abs((noise**3).mean()) < 4 * math.sqrt(15 / n)
    assert abs((noise**4).mean() - 3) < 4 * math.sqrt(96 / n)


def test_normals_are_distributed_normally(noise):
    # Kolmogorov's distance; 1.95 / sqrt(n) is exceeded once in a thousand times
    ordered = np.sort(noise.ravel())[::40]
    n = noise.size
    normal = np.array([0.5 * math.erfc(-z / math.sqrt(2)) for z in ordered])
    assert np.abs(normal - np.arange(len(ordered)) * 40 / n).max() < 1.95 / math.sqrt(n) + 40 / n


@pytest.mark.parametrize("shift", [(0, 1), (1, 0), (1, 1)])
def test_neighbours_in_step_and_particle_are_independent(noise, shift):
    a = noise[shift[0] :, shift[1] :]
    b = noise[: noise.shape[0] - shift[0], : noise.shape[1] - shift[1]]
    assert abs((a * b).mean()) < 4 / math.sqrt(a.size)
    assert abs((noise[..., 0] * noise[..., 1]).mean()) < 4 / math.sqrt(noise.size / 2)


def test_seeds_particles_and_steps_use_all_their_bits():
    pairs = {normal_pair(s, i, k) for s in (0, 1, 1 << 32, -1) for i in (0, 1, 1 << 32) for k in (0, 1, 1 << 32)}
    assert len(pairs) == 36
