"""One frame of a law, worked out: its compiled driver, with everything that is the same for all who move in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from orbitdraw.dynamics.law import Arguments, Law
from orbitdraw.errors import InputError
from orbitdraw.runtime import threads
from orbitdraw.slider import Values

Floats = NDArray[np.float64]

MARKED = 400
"""Dust up to this number shows a disc at each present place, as bodies do, and is drawn with their brushes."""

BLOCK = 512
"""Particles that take all steps of a frame together. Six arrays of this many numbers fill most of a processor's
first cache (24 of 32 KiB); half as many are as fast, twice as many are slower."""

NOBODY = np.zeros((0, 7))
"""Nobody is put back after a frame."""

NOTHING = np.zeros((0, 0, 2))
"""The velocities of points, which are not drawn along their way."""


@dataclass
class Stepping:
    """`steps` steps of `dt` of a law, from step `beat` on. Backwards dt and beat are below zero."""

    driver: Callable[..., None]
    extras: Arguments
    """The law's own arguments for the particles from a first one on."""
    kicks: int
    push: tuple[Any, bool, Floats]
    """The potential's kernel, whether there is one, and its numbers."""
    mass: Floats
    """Of each image of each body; see `symmetry.masses`."""
    gravity: Floats
    track: Floats
    """Where the bodies are at each kick: they leave it, and dust reads it."""
    planted: tuple[Any, Floats]
    """The kernel of fields under the hand, and their numbers."""
    turns: Floats
    pins: Floats
    holds: Floats
    """Rows (m, 7): who is put back after each frame, and the map that does it."""
    beat: float
    dt: float
    steps: int
    frames: int = 1
    """So many frames in a row, of `steps` steps each, between which nothing happens."""

    def play(
        self,
        part: list[Any],
        first: int,
        block: int,
        mutual: bool,
        nodes: int,
        force: tuple[Floats, Floats],
        known: bool = False,
    ) -> tuple[Floats, Floats]:
        """Move x, y, vx, vy and alive, arrays of `part`, in place; gives the paths (nodes + 1, n, 2) and velocities.

        Of several frames, those of one frame stand after those of another, (frames (nodes + 1), n, 2).

        `mutual`: blocks of `block` particles are bodies that pull each other, several worlds of them one after the
        other; otherwise they are dust. `first` is the number of the first particle. `force` is room for the force,
        which is `known` already when a frame before has left it there.
        """
        from orbitdraw.dynamics.drivers.force import FEW, LANES

        n = len(part[0])
        if mutual and n == block and n % LANES and (n > FEW or len(self.turns) > 1):
            return self._abreast(part, first, n + -n % LANES, nodes)
        path = np.empty((self.frames * (nodes + 1), n, 2))
        swift = np.empty_like(path) if nodes else NOTHING

        def work(start: int, stop: int) -> None:
            self.driver(
                *(*self.push, *self.planted, mutual, *part, self.mass, self.gravity[1], self.gravity[0], self.track),
                *(self.turns, self.pins, self.holds),
                *(float(self.beat), self.dt, self.steps, self.frames, self.steps // max(nodes, 1), path, swift, *force),
                *(known and not mutual, start, stop, block),
                *(self.extras(first)),
            )

        if mutual:
            work(0, n)
        else:
            threads.share(work, n, grain=BLOCK)
        if self.dt < 0 and nodes:
            np.negative(swift, out=swift)  # on paper a velocity points the way the pen goes
        return path, swift

    def ends_at(self, places: Any) -> bool:
        """Whether bodies are still where they closed the one frame that was played, so that their pull is too."""
        closing = self.track[self.kicks - 1, :, :: len(self.turns)] if self.mass.size else places
        return np.array_equal(closing, places, equal_nan=True)

    def _abreast(self, part: list[Any], first: int, lanes: int, nodes: int) -> tuple[Floats, Floats]:
        """Play one world of bodies in the company of ghosts, who are nowhere and pull nobody, up to full lanes."""
        n = len(part[0])
        wide, alive = np.full((6, lanes), np.nan), np.zeros(lanes, dtype=np.bool_)
        wide[:4, :n], alive[:n] = part[:4], part[4]
        path, swift = self.play([*wide[:4], alive], first, lanes, True, nodes, (wide[4], wide[5]))
        for one, played in zip(part, (*wide[:4], alive), strict=True):
            one[:] = played[:n]
        return path[:, :n].copy(), swift[:, :n].copy()


@dataclass
class Closing:
    """The force (fx, fy) of the kick that closed a frame. It opens the next frame too, if nothing it came from changed.

    It came from `sources`, arrays of the state that are sealed until then, so that nobody writes into them unnoticed,
    and from `numbers`: the kernel, its parameters and the time. Whether it is used or not, the bits are the same.
    """

    fx: Floats
    fy: Floats
    sources: list[Floats]
    numbers: tuple[Any, ...]

    def holds(self, sources: list[Floats], numbers: tuple[Any, ...]) -> bool:
        """Whether these sources and numbers are the same ones, untouched."""
        same = all(one is other for one, other in zip(self.sources, sources, strict=True))
        return same and not any(one.flags.writeable for one in sources) and self.numbers == numbers


def driver_of(law: Law, values: Values, dt: float, seed: int, steps: int) -> tuple[Callable[..., None], Arguments, int]:
    """The law's compiled driver, its own arguments for the particles from `first` on, and its kicks in a frame.

    Only the driver of the scene's law is imported, because the import compiles it.
    """
    return DRIVERS[law.driver](), law.arguments(law.now(values), dt, seed), law.kicks(steps)


def _newton() -> Callable[..., None]:
    from orbitdraw.dynamics.drivers.newton import newton

    return newton


def _descent() -> Callable[..., None]:
    from orbitdraw.dynamics.drivers.descent import descent

    return descent


def _langevin() -> Callable[..., None]:
    from orbitdraw.dynamics.drivers.langevin import langevin

    return langevin


DRIVERS: dict[str, Callable[[], Callable[..., None]]] = {"newton": _newton, "descent": _descent, "langevin": _langevin}


def check_reversible(law: Law, values: Values) -> None:
    """Raise InputError, saying why, where what a step did no step can take back."""
    if why := law.irreversible(law.now(values)):
        raise InputError(why)
