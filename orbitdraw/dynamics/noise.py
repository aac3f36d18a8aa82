"""Counter-based noise, a function of (seed, particle, step): independent of threads and order of evaluation."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from orbitdraw.runtime.jit import jit

U32 = np.uint64(0xFFFFFFFF)
HALF = np.uint64(32)
MULTIPLY_A, MULTIPLY_B = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
WEYL_A, WEYL_B = np.uint64(0x9E3779B9), np.uint64(0xBB67AE85)
TO_UNIT = 2.0**-53


@jit()
def philox(c0: Any, c1: Any, c2: Any, c3: Any, k0: Any, k1: Any) -> Any:
    """Philox4x32-10: four random words (uint64, below 2^32) for a counter of four words and a key of two.

    Salmon, Moraes, Dror and Shaw, Parallel random numbers: as easy as 1, 2, 3, SC 2011.

    >>> words = np.array([0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344, 0xA4093822, 0x299F31D0], np.uint64)
    >>> [f"{word:08x}" for word in philox(*words)]
    ['d16cfe09', '94fdcceb', '5001e420', '24126ea1']
    """
    for _ in range(10):
        a = MULTIPLY_A * c0
        b = MULTIPLY_B * c2
        c0, c1, c2, c3 = (b >> HALF) ^ c1 ^ k0, b & U32, (a >> HALF) ^ c3 ^ k1, a & U32
        k0 = (k0 + WEYL_A) & U32
        k1 = (k1 + WEYL_B) & U32
    return c0, c1, c2, c3


@jit()
def normal_pair(seed: Any, particle: Any, step: Any) -> Any:
    """Two independent standard normal numbers, by the Box-Muller transform, for a seed, a particle, a step (int64).

    >>> normal_pair(0, 1, 2) == normal_pair(0, 1, 2), normal_pair(0, 1, 2) == normal_pair(0, 2, 1)
    (True, False)
    """
    key, i, k = np.uint64(seed), np.uint64(particle), np.uint64(step)
    a, b, c, d = philox(k & U32, k >> HALF, i & U32, i >> HALF, key & U32, key >> HALF)
    # 53 bits each; the first lies in (0, 1], so that its logarithm is finite
    u = (np.float64(((a << HALF) | b) >> np.uint64(11)) + 1.0) * TO_UNIT
    v = np.float64(((c << HALF) | d) >> np.uint64(11)) * TO_UNIT
    r = math.sqrt(-2.0 * math.log(u))
    return r * math.cos(2.0 * math.pi * v), r * math.sin(2.0 * math.pi * v)
