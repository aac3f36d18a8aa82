"""Stepping of bodies and dust: the force on them, the driver of their law, and their strokes."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from orbitdraw import edits, potentials
from orbitdraw.authoring.motion import Motion, State
from orbitdraw.authoring.scene import Scene
from orbitdraw.dynamics import drivers
from orbitdraw.dynamics.stepping import MAX_MARKED_DUST, ClosingForce, FrameIntegrator, driver_of
from orbitdraw.edits import pins, symmetry
from orbitdraw.edits.body_ids import ids_of
from orbitdraw.ink.strokes import Strokes
from orbitdraw.simulation import measures
from orbitdraw.slider import Values

Floats = NDArray[np.float64]

MAX_TRAILS = 20_000
"""More grains of dust than this are drawn as points."""

NODES = 256
"""Most nodes of a path in one frame: enough for any curve on a screen."""

ALL_NODES = 60_000
"""Most nodes of all dust in one frame; where there are many paths, each needs few nodes."""

FULL_INK_TRAILS = 100
"""Most trails of dust at full ink in a scene with bodies; more are drawn fainter, so that the bodies stand out."""

SCATTERED_INK = 24
"""Total ink of all scattered dust, in strokes, in a scene that begins with fewer strokes than this."""

SOURCES = ("x", "y", "mass", "gravity")
"""State arrays of bodies and dust on which the force depends."""

NO_FIELDS = np.zeros(0)


class Stepper(Motion):
    """A motion that steps the particles of a scene by its law."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self._weight = np.zeros(0)
        self._closing_forces: list[ClosingForce] = []

    def frame_integrator(self, state: State, values: Values, frames: int = 1) -> FrameIntegrator:
        """The driver and its arguments for the next frames."""
        # Backwards is the same law with dt < 0: a symmetric step is its own inverse then.
        elapsed, direction = state["clock"].tolist()
        steps, dt = int(self.scene.steps), direction * float(values["dt"])
        step0 = direction * elapsed * steps
        measures.set_reference(self.scene, state, values, step0 * dt)
        driver, law_arguments, kicks = driver_of(self.scene.law, values, dt, int(state["seed"][0]), steps)
        n_bodies, total = len(state["mass"]), len(state["x"])
        maps = symmetry.image_maps(state)
        if n_bodies and len(maps) > 1:
            ids_of(state)  # images have no index in the state, so the bodies need names
        mass = symmetry.image_masses(state)
        rows = max(frames * kicks, 2) if n_bodies and total > n_bodies else 1  # a single row is scratch, not a record
        track = np.empty((rows, 2, len(mass)))
        potential, fields, pinned = (
            self._potential_kernel(values),
            self._field_kernel(state, maps),
            pins.pinned_positions(state),
        )
        projections = np.concatenate([symmetry.mirror_projections(state), pins.projections(pinned)])
        return FrameIntegrator(
            driver, law_arguments, kicks, potential, mass, state["gravity"], track, fields, maps, pinned,
            projections, step0, dt, steps, frames,
        )  # fmt: skip

    def force_arrays(self, state: State, numbers: tuple[Any, ...]) -> tuple[Floats, Floats, bool]:
        """Arrays fx, fy for the force, and whether they hold the present force already."""
        sources, n = [state[name] for name in SOURCES], len(state["x"])
        # pop is atomic: two runs of this scene, in two threads, must not get the same arrays.
        closing = self._closing_forces.pop() if self._closing_forces else None
        is_valid = closing is not None and closing.is_valid(sources, numbers)
        for source in sources:
            source.flags.writeable = True
        if closing is None or len(closing.fx) != n:
            return np.empty(n), np.empty(n), False
        return closing.fx, closing.fy, is_valid

    def _potential_kernel(self, values: Values) -> tuple[Any, bool, Floats]:
        """The force kernel of the potential, whether there is one, and its parameters."""
        if self.scene.potential is None:
            return potentials.kernel.pointer(drivers.no_potential), False, np.zeros(0)
        kernel = self.scene.potential.kernel()
        return potentials.kernel.pointer(kernel.force), True, np.array([float(values[name]) for name in kernel.names])

    def _field_kernel(self, state: State, maps: Floats) -> tuple[Any, Floats]:
        """The kernel of fields and landscape, and its numbers; most scenes have none and never import it."""
        if "fields" in state or "landscape" in state:
            table = edits.fields.kernel_table(state, maps)
            if table.size:
                return potentials.kernel.pointer(potentials.field_kernels.kernel("landscape" in state)), table
        return potentials.kernel.pointer(drivers.no_potential), NO_FIELDS

    def unit_weights(self, n: int) -> Floats:
        """Weights of 1; the array is kept, because filling it for a million particles takes a millisecond."""
        if len(self._weight) < n:
            self._weight = np.ones(n)
        return self._weight[:n]

    def pieces(self, steps: int, n_dust: int = 0) -> int:
        """Number of path segments in a frame of a body, or of each of `n_dust` grains; 0 for those drawn as points."""
        return (
            0 if n_dust > MAX_TRAILS else self._segments_dividing(steps, min(NODES, max(1, ALL_NODES // (n_dust or 1))))
        )

    def _segments_dividing(self, steps: int, most: int) -> int:
        """Number of path segments in a frame: a divisor of `steps`, so that all segments take the same time."""
        wanted = min(self.scene.nodes or most, steps)
        return max(k for k in range(1, wanted + 1) if steps % k == 0)

    def layer(
        self,
        state: State,
        values: Values,
        particles: slice,
        path: Floats,
        velocity: Floats,
        integrator: FrameIntegrator,
    ) -> Strokes:
        """Strokes of the bodies, or of the dust, for the frames of `integrator`, side by side."""
        n, frames = particles.stop - particles.start, integrator.frames
        points, n_bodies, bodies = len(path) == 1, len(state["mass"]), particles.start < len(state["mass"])
        is_secondary = not points and not bodies and n_bodies > 0
        mark = float(values.get("mark") or 0.0) if frames == 1 and (bodies or n <= MAX_MARKED_DUST) else 0.0
        weight = self.unit_weights(frames * n) if bodies else self._dust_weight(state, n, frames, is_secondary)
        strokes = Strokes(
            path=path,
            velocity=velocity,
            shade=measures.shades(self.scene, state, values, particles, path, velocity, integrator),
            weight=weight,
            duration=abs(integrator.steps * integrator.dt),
            width=float(values["grain" if points or is_secondary else "width"]),
            half_life=values.get("half_life"),
            mark=np.broadcast_to(mark, n) if frames == 1 else NO_FIELDS,
            frames=frames,
        )
        if bodies:
            strokes.bodies, strokes.mass, strokes.names = n_bodies, state["mass"], state.get("name")
        return strokes

    def _dust_weight(self, state: State, n: int, frames: int, is_secondary: bool) -> Floats:
        """Ink weights (frames n,) of n grains. Grains scattered later have together as much ink as the strokes that the
        scene begins with, for which its exposure was chosen."""
        n_bodies = len(state["mass"])
        own = int(state["own dust"][0])
        each = math.sqrt(FULL_INK_TRAILS / own) if is_secondary and own > FULL_INK_TRAILS else 1.0
        if own >= n:
            return self.unit_weights(frames * n) * each if each < 1.0 else self.unit_weights(frames * n)
        weight = np.full(n, each)
        weight[own:] *= min(1.0, max(n_bodies + own, SCATTERED_INK) / (n - own))
        return np.tile(weight, frames)
