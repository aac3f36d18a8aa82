"""Test whether particles stay bound in a potential or escape."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
from numpy.typing import NDArray

from orbitdraw.authoring.bodies import Dust
from orbitdraw.potentials.potential import Potential

SAMPLE = 100
"""Number of particles that are integrated."""

DT = 0.04
"""Time step, in time units: coarse, because only the fraction of bound particles is needed."""


def bound_fraction(potential: Potential, dust: Dust, parameters: SimpleNamespace, until: float, radius: float) -> float:
    """The fraction of the dust, 0 to 1, that is nearer to the origin than `radius` at time `until`.

    Integrates v' = -grad V with velocity Verlet (Verlet, Physical Review 159 (1967) 98). A particle whose force is not
    finite counts as escaped; one that starts so is left out.

    >>> start = Dust([[1.0, 0.0], [0.5, 0.0]])
    >>> [bound_fraction(Potential.parse(text), start, SimpleNamespace(), 10.0, 4.0) for text in ("x^2", "-x^2")]
    [1.0, 0.0]
    """
    stride = max(1, len(dust.pos) // SAMPLE)
    pos, vel = dust.pos[::stride].T.copy(), dust.vel[::stride].T.copy()
    numbers = {name: getattr(parameters, name) for name in potential.names}

    def force(t: float) -> NDArray[np.float64]:
        return potential.force(pos[0], pos[1], t, **numbers)

    with np.errstate(all="ignore"):
        acceleration = force(0.0)
        is_valid = np.isfinite(acceleration).all(axis=0)
        for step in range(round(until / DT)):
            vel += DT / 2 * acceleration
            pos += DT * vel
            acceleration = force((step + 1) * DT)
            vel += DT / 2 * acceleration
        is_bound = is_valid & (np.hypot(pos[0], pos[1]) < radius)
    return float(is_bound.sum()) / max(1.0, float(is_valid.sum()))
