"""Particles under a potential, a law of motion and mutual gravity: the motion of scenes without their own Motion."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from orbitdraw.authoring.bodies import Bodies, Dust
from orbitdraw.authoring.motion import Motion, State
from orbitdraw.authoring.scene import Scene
from orbitdraw.dynamics.stepping import (
    BLOCK_SIZE,
    MAX_MARKED_DUST,
    NO_PROJECTIONS,
    ClosingForce,
    FrameIntegrator,
    check_reversible,
)
from orbitdraw.edits import links, pens, symmetry, table, twins
from orbitdraw.errors import SceneError
from orbitdraw.ink.strokes import Strokes
from orbitdraw.inputs import brief
from orbitdraw.runtime.author_errors import author_errors, declaration_error, return_error
from orbitdraw.simulation import measures
from orbitdraw.simulation.checked_motion import CheckedMotion
from orbitdraw.simulation.chunk import advance_many
from orbitdraw.simulation.stepper import SOURCES, Stepper
from orbitdraw.slider import Values

Floats = NDArray[np.float64]

TWIN_NODES = 8
TWIN_WIDTH = 0.5
"""Width of a twin's line in pen widths: hundreds of twins are many lines."""


class Particles(Stepper):
    """Bodies and dust of a scene, stepped by its law.

    The state holds everything that changes: x, y, vx, vy (n,) and alive (n,), bodies first, then dust; the masses
    of the bodies; and constants of the start (seed, hue, number of grains, reference speed, initial energy).

    >>> from orbitdraw.authoring.scene import Dust, Scene
    >>> drift = Particles(Scene("drift", dust=Dust([[0, 0]], [[1, 0]]), dt=0.5, steps=4))
    >>> state = drift.start(drift.scene.declared.defaults(), seed=0)
    >>> strokes = drift.advance(state, drift.scene.declared.defaults(), frame=0)
    >>> strokes.path[:, 0, 0].tolist()
    [0.0, 0.5, 1.0, 1.5, 2.0]
    """

    edits = table.EDITS

    def check(self, name: str, numbers: tuple[float, ...]) -> None:
        """Check the numbers of an edit; see `edits.table`."""
        table.check(name, numbers)

    def edit(self, state: State, values: Values, name: str, numbers: tuple[float, ...]) -> None:
        """Apply an edit to the state; see `edits.table`."""
        if name == "reverse":
            check_reversible(self.scene.law, values)
        table.apply_edit(state, name, numbers)

    def clock(self, state: State, frame: int) -> float:
        """Elapsed scene time in frames; it decreases while time runs backwards."""
        return float(state["clock"][0])

    def start(self, values: Values, seed: int) -> State:
        """The state at frame 0. Bodies and dust use separate random streams."""
        parameters = SimpleNamespace(**values)
        bodies = self._start_particles("bodies", parameters, seed, 0)
        dust = self._start_particles("dust", parameters, seed, 1)
        if isinstance(dust, Bodies) and bodies is None:
            bodies, dust = dust, None
        parts: list[Bodies | Dust] = [part for part in (bodies, dust) if part is not None]
        pos = np.concatenate([part.pos for part in parts]) if parts else np.zeros((0, 2))
        vel = np.concatenate([part.vel for part in parts]) if parts else np.zeros((0, 2))
        state: State = {
            "x": pos[:, 0].copy(),
            "y": pos[:, 1].copy(),
            "vx": vel[:, 0].copy(),
            "vy": vel[:, 1].copy(),
            "alive": np.ones(len(pos), dtype=np.bool_),
            "mass": np.zeros(0) if bodies is None else bodies.mass.copy(),
            "gravity": np.zeros(2) if bodies is None else np.array([bodies.G, bodies.softening**2]),
            "seed": np.array([seed], dtype=np.int64),
            "clock": np.array([0.0, 1.0]),
            "own dust": np.array([0 if dust is None else len(dust.pos)]),
        }
        state["hue"] = measures.hues(state)
        is_retired = ~np.isfinite(pos).all(axis=1) | ~np.isfinite(vel).all(axis=1)
        for name in ("x", "y", "vx", "vy"):
            state[name][is_retired] = np.nan
        state["alive"][is_retired] = False
        measures.set_reference(self.scene, state, values, 0.0)
        return state

    def _start_particles(self, option: str, parameters: SimpleNamespace, seed: int, stream: int) -> Any:
        source = getattr(self.scene, option)
        if not callable(source):
            return source
        try:
            with author_errors(f"the start of {self.scene.name} failed", self.scene.path):
                made = source(parameters, np.random.default_rng([seed % 2**64, stream]))
        except SceneError as error:
            raise (
                error if error.line else declaration_error(self.scene, error.message, option, "start")
            ) from error.__cause__
        kinds = (Bodies,) if option == "bodies" else (Dust,) if self.scene.bodies is not None else (Dust, Bodies)
        if isinstance(made, kinds):
            return made
        hint = "; call it with (values, rng)" if callable(made) else "; is return missing?" * (made is None)
        wanted = " or ".join(kind.__name__ for kind in kinds)
        raise return_error(source, f"{self.scene.name}: {brief(source)} must return {wanted}, not {brief(made)}{hint}")

    def advance(self, state: State, values: Values, frame: int) -> Strokes:
        """One frame: `steps` steps of dt for the bodies, then for the dust, which uses the recorded body positions."""
        elapsed, direction = state["clock"].tolist()
        n_bodies, total = len(state["mass"]), len(state["x"])
        integrator = self.frame_integrator(state, values)
        step0, dt, steps, kicks, maps = (
            integrator.step0,
            integrator.dt,
            integrator.steps,
            integrator.kicks,
            integrator.image_maps,
        )
        time = step0 * dt
        potential, fields = integrator.potential, integrator.fields
        inputs = (potential[0], potential[2].tobytes(), fields[1].tobytes(), maps.tobytes(), integrator.mass.tobytes())
        sources = [state[name] for name in SOURCES]
        fx, fy, has_force = self.force_arrays(state, (*inputs, time))

        def integrate(start: int, stop: int, block: int, mutual: bool, nodes: int) -> Strokes:
            arrays = [state[name][start:stop] for name in ("x", "y", "vx", "vy", "alive")]
            force = (fx[start:stop], fy[start:stop])
            path, velocity = integrator.integrate(arrays, start, block, mutual, nodes, force, has_force)
            return self.layer(state, values, slice(start, stop), path, velocity, integrator)

        strokes = Strokes.none(steps * dt * direction)
        strokes.half_life = values.get("half_life")
        if n_bodies:
            strokes = integrate(0, n_bodies, n_bodies, True, self.pieces(steps))
            strokes = pens.apply_brushes(strokes, self.scene, state, values, frame)
            strokes = links.with_links(strokes, state, frame)
        if total > n_bodies:
            n_dust = total - n_bodies
            cloud = integrate(n_bodies, total, BLOCK_SIZE, False, self.pieces(steps, n_dust))
            # The force at the end of a frame can be reused unless the law has no kick there, or a body was moved since.
            if kicks > steps and integrator.is_at_end([state["x"][:n_bodies], state["y"][:n_bodies]]):
                for source in sources:
                    source.flags.writeable = False
                self._closing_forces[:] = [ClosingForce(fx, fy, sources, (*inputs, (step0 + steps) * dt))]
            alone = not n_bodies and cloud.path.shape[1] <= MAX_MARKED_DUST
            cloud = pens.apply_brushes(cloud, self.scene, state, values, frame) if alone else cloud
            strokes = cloud if not n_bodies else strokes.over(cloud)
        if "twins" in state:
            strokes = strokes.over(self._twins(state, values, integrator, time))
        state["clock"] = np.array([elapsed + direction, direction])
        return symmetry.add_images(strokes, state)

    def stretch(self, state: State, values: Values, frame: int, most: int) -> Strokes | None:
        """Several frames in one call, where none of them needs treatment by itself; see `chunk.advance_many`."""
        return advance_many(self, state, values, frame, most) if type(self).advance is Particles.advance else None

    def _twins(self, state: State, values: Values, integrator: FrameIntegrator, time: float) -> Strokes:
        """Advance the twins, each copy independently, and return the strokes of the displaced body's twins."""
        index, size, _, displacement, _, _ = state["twin"].tolist()
        n_bodies, force = int(size), np.empty((2, state["twins"].shape[1]))
        nodes = self._segments_dividing(integrator.steps, TWIN_NODES)
        arrays = [*state["twins"], state["twins alive"]]
        mutual = len(integrator.mass) > 0
        # The masses may be read-only by now, and the compiled loops accept writable arrays only.
        scratch_track = np.empty((1, 2, len(integrator.mass)))
        twin_integrator = replace(
            integrator, mass=integrator.mass.copy(), track=scratch_track, projections=NO_PROJECTIONS
        )
        path, velocity = twin_integrator.integrate(
            arrays, 0, n_bodies if mutual else BLOCK_SIZE, mutual, nodes, (force[0], force[1])
        )
        displaced = slice(int(index), None, n_bodies)
        duration = abs(integrator.steps * integrator.dt)
        distance = twins.separation(state, time, duration, self.scene.view.radius)
        return Strokes(
            path=path[:, displaced],
            velocity=velocity[:, displaced],
            shade=twins.shades(distance, displacement, self.scene.view.radius),
            weight=self.unit_weights(len(distance)),
            duration=duration,
            width=TWIN_WIDTH * float(values["width"]),
            half_life=values.get("half_life"),
        )

    def metrics(self, state: State, values: Values, t: float) -> dict[str, float]:
        """Energy, momentum and other numbers where they are conserved, with their drift; numbers of twins."""
        return {**measures.metrics(self.scene, state, values, t), **twins.metrics(state)}


def motion_of(scene: Scene) -> Motion:
    """The scene's own Motion wrapped in checks, or else particles under its potential and law."""
    return Particles(scene) if scene.motion is None else CheckedMotion(scene)
