"""Integration of one frame: a law's compiled driver with the arguments that are the same for all particles."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from orbitdraw.dynamics import drivers
from orbitdraw.dynamics.law import Arguments, Law
from orbitdraw.errors import InputError
from orbitdraw.runtime import threads
from orbitdraw.slider import Values

Floats = NDArray[np.float64]

MAX_MARKED_DUST = 400
"""Largest number of dust particles that are marked with discs and drawn with brushes, as bodies are."""

BLOCK_SIZE = 512
"""Particles that take all steps of a frame together. Six arrays of this length fill most of a first-level cache
(24 of 32 KiB); half as many are as fast, twice as many are slower."""

NO_PROJECTIONS = np.zeros((0, 7))
"""Empty `projections`: no body is projected back after a frame."""

NO_VELOCITIES = np.zeros((0, 0, 2))
"""Empty velocities, of points."""


@dataclass
class FrameIntegrator:
    """`steps` steps of `dt` of a law, from step `step0` on. With time reversed, dt and step0 are negative."""

    driver: Callable[..., None]
    law_arguments: Arguments
    """The law's own arguments, as a function of the index of the first particle."""
    kicks: int
    potential: tuple[Any, bool, Floats]
    """The potential's kernel, whether there is one, and its parameters."""
    mass: Floats
    """Mass of each image of each body; see `symmetry.image_masses`."""
    gravity: Floats
    track: Floats
    """Positions of the bodies at each kick: written by the bodies, read by the dust."""
    fields: tuple[Any, Floats]
    """The kernel of the fields that were added by edits, and their parameters."""
    image_maps: Floats
    pins: Floats
    projections: Floats
    """Rows (m, 7): index of a body that is projected back after each frame, and the affine map."""
    step0: float
    dt: float
    steps: int
    frames: int = 1
    """Number of consecutive frames of `steps` steps each, without edits between them."""

    def integrate(
        self,
        arrays: list[Any],
        first: int,
        block: int,
        mutual: bool,
        nodes: int,
        force: tuple[Floats, Floats],
        has_force: bool = False,
    ) -> tuple[Floats, Floats]:
        """Integrate x, y, vx, vy and alive, the `arrays`, in place; return the paths (nodes + 1, n, 2) and
        their velocities.

        For several frames these are concatenated, (frames (nodes + 1), n, 2).

        `mutual`: each block of `block` particles is a separate world of bodies that attract each other; otherwise the
        particles are dust. `first` is the index of the first particle. `force` is scratch for the force; `has_force` is
        true if it still holds the closing force of the frame before.
        """
        n = len(arrays[0])
        if mutual and n == block and n % drivers.LANES and (n > drivers.MAX_PAIRED_BODIES or len(self.image_maps) > 1):
            return self._integrate_padded(arrays, first, n + -n % drivers.LANES, nodes)
        path = np.empty((self.frames * (nodes + 1), n, 2))
        velocities = np.empty_like(path) if nodes else NO_VELOCITIES

        def drive(start: int, stop: int) -> None:
            self.driver(
                *(
                    *self.potential,
                    *self.fields,
                    mutual,
                    *arrays,
                    self.mass,
                    self.gravity[1],
                    self.gravity[0],
                    self.track,
                ),
                *(self.image_maps, self.pins, self.projections),
                *(
                    float(self.step0),
                    self.dt,
                    self.steps,
                    self.frames,
                    self.steps // max(nodes, 1),
                    path,
                    velocities,
                    *force,
                ),
                *(has_force and not mutual, start, stop, block),
                *(self.law_arguments(first)),
            )

        if mutual:
            drive(0, n)
        else:
            threads.parallel_for(drive, n, grain=BLOCK_SIZE)
        if self.dt < 0 and nodes:
            np.negative(velocities, out=velocities)  # velocities of strokes point along the path drawn
        return path, velocities

    def is_at_end(self, positions: Any) -> bool:
        """True when the bodies are still where the last frame ended, so that their closing force is valid."""
        closing = self.track[self.kicks - 1, :, :: len(self.image_maps)] if self.mass.size else positions
        return np.array_equal(closing, positions, equal_nan=True)

    def _integrate_padded(self, arrays: list[Any], first: int, lanes: int, nodes: int) -> tuple[Floats, Floats]:
        """Integrate one world of bodies, padded to full SIMD lanes with nan bodies that exert no force."""
        n = len(arrays[0])
        padded, alive = np.full((6, lanes), np.nan), np.zeros(lanes, dtype=np.bool_)
        padded[:4, :n], alive[:n] = arrays[:4], arrays[4]
        path, velocities = self.integrate([*padded[:4], alive], first, lanes, True, nodes, (padded[4], padded[5]))
        for target, result in zip(arrays, (*padded[:4], alive), strict=True):
            target[:] = result[:n]
        return path[:, :n].copy(), velocities[:, :n].copy()


@dataclass
class ClosingForce:
    """The force (fx, fy) of the kick that closed a frame, reused for the next frame's opening kick if still valid.

    It depends on `sources`, arrays of the state that are made read-only meanwhile, so that no write goes unnoticed,
    and on `numbers`: the kernel, its parameters and the time. Reuse does not change a bit of the result.
    """

    fx: Floats
    fy: Floats
    sources: list[Floats]
    numbers: tuple[Any, ...]

    def is_valid(self, sources: list[Floats], numbers: tuple[Any, ...]) -> bool:
        """True when these sources and numbers are the same objects, unmodified."""
        same = all(one is other for one, other in zip(self.sources, sources, strict=True))
        return same and not any(one.flags.writeable for one in sources) and self.numbers == numbers


def driver_of(law: Law, values: Values, dt: float, seed: int, steps: int) -> tuple[Callable[..., None], Arguments, int]:
    """The law's compiled driver, its own arguments, and its force evaluations in a frame.

    Only the driver of this law is imported, because the import compiles it.
    """
    return getattr(drivers, f"drive_{law.driver}"), law.arguments(law.parameters_at(values), dt, seed), law.kicks(steps)


def check_reversible(law: Law, values: Values) -> None:
    """Raise InputError with the reason unless a step of -dt undoes a step."""
    if reason := law.irreversible_reason(law.parameters_at(values)):
        raise InputError(reason)
