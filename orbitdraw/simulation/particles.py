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
from orbitdraw.dynamics.stepping import BLOCK, MARKED, NO_PROJECTIONS, ClosingForce, FrameIntegrator, check_reversible
from orbitdraw.edits import links, symmetry
from orbitdraw.edits import pens as brushes
from orbitdraw.edits import table as hands
from orbitdraw.edits import twins as butterfly
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

    edits = hands.EDITS

    def check(self, name: str, numbers: tuple[float, ...]) -> None:
        """Check the numbers of an edit; see `edits.table`."""
        hands.check(name, numbers)

    def edit(self, state: State, values: Values, name: str, numbers: tuple[float, ...]) -> None:
        """Apply an edit to the state; see `edits.table`."""
        if name == "reverse":
            check_reversible(self.scene.law, values)
        hands.apply_edit(state, name, numbers)

    def clock(self, state: State, frame: int) -> float:
        """Elapsed scene time in frames; it decreases while time runs backwards."""
        return float(state["clock"][0])

    def start(self, values: Values, seed: int) -> State:
        """The state at frame 0. Bodies and dust use separate random streams."""
        given = SimpleNamespace(**values)
        bodies = self._placed("bodies", given, seed, 0)
        dust = self._placed("dust", given, seed, 1)
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
        gone = ~np.isfinite(pos).all(axis=1) | ~np.isfinite(vel).all(axis=1)
        for name in ("x", "y", "vx", "vy"):
            state[name][gone] = np.nan
        state["alive"][gone] = False
        measures.set_reference(self.scene, state, values, 0.0)
        return state

    def _placed(self, what: str, given: SimpleNamespace, seed: int, stream: int) -> Any:
        source = getattr(self.scene, what)
        if not callable(source):
            return source
        try:
            with author_errors(f"the start of {self.scene.name} failed", self.scene.path):
                found = source(given, np.random.default_rng([seed % 2**64, stream]))
        except SceneError as error:
            raise (
                error if error.line else declaration_error(self.scene, error.message, what, "start")
            ) from error.__cause__
        kinds = (Bodies,) if what == "bodies" else (Dust,) if self.scene.bodies is not None else (Dust, Bodies)
        if isinstance(found, kinds):
            return found
        hint = "; call it with (values, rng)" if callable(found) else "; is return missing?" * (found is None)
        wanted = " or ".join(kind.__name__ for kind in kinds)
        raise return_error(source, f"{self.scene.name}: {brief(source)} must return {wanted}, not {brief(found)}{hint}")

    def advance(self, state: State, values: Values, frame: int) -> Strokes:
        """One frame: `steps` steps of dt for the bodies, then for the dust, which uses the recorded body positions."""
        gone, way = state["clock"].tolist()
        few, total = len(state["mass"]), len(state["x"])
        stepping = self.stepping(state, values)
        beat, dt, steps, kicks, turns = stepping.step0, stepping.dt, stepping.steps, stepping.kicks, stepping.image_maps
        time = beat * dt
        push, planted = stepping.potential, stepping.fields
        world = (push[0], push[2].tobytes(), planted[1].tobytes(), turns.tobytes(), stepping.mass.tobytes())
        sources = [state[name] for name in SOURCES]
        fx, fy, known = self.force_arrays(state, (*world, time))

        def play(start: int, stop: int, block: int, mutual: bool, nodes: int) -> Strokes:
            part = [state[name][start:stop] for name in ("x", "y", "vx", "vy", "alive")]
            room = (fx[start:stop], fy[start:stop])
            path, swift = stepping.integrate(part, start, block, mutual, nodes, room, known)
            return self.layer(state, values, slice(start, stop), path, swift, stepping)

        strokes = Strokes.none(steps * dt * way)
        strokes.half_life = values.get("half_life")
        if few:
            strokes = play(0, few, few, True, self.pieces(steps))
            strokes = brushes.apply_brushes(strokes, self.scene, state, values, frame)
            strokes = links.with_links(strokes, state, frame)
        if total > few:
            dusty = total - few
            cloud = play(few, total, BLOCK, False, self.pieces(steps, dusty))
            # The force at the end of a frame can be reused unless the law has no kick there, or a body was moved since.
            if kicks > steps and stepping.ends_at([state["x"][:few], state["y"][:few]]):
                for source in sources:
                    source.flags.writeable = False
                self._closings[:] = [ClosingForce(fx, fy, sources, (*world, (beat + steps) * dt))]
            alone = not few and cloud.path.shape[1] <= MARKED
            cloud = brushes.apply_brushes(cloud, self.scene, state, values, frame) if alone else cloud
            strokes = cloud if not few else strokes.over(cloud)
        if "twins" in state:
            strokes = strokes.over(self._twins(state, values, stepping, time))
        state["clock"] = np.array([gone + way, way])
        return symmetry.add_images(strokes, state)

    def stretch(self, state: State, values: Values, frame: int, most: int) -> Strokes | None:
        """Several frames in one call, where none of them needs treatment by itself; see `chunk.advance_many`."""
        return advance_many(self, state, values, frame, most) if type(self).advance is Particles.advance else None

    def _twins(self, state: State, values: Values, stepping: FrameIntegrator, time: float) -> Strokes:
        """Advance the twins, each copy independently, and return the strokes of the displaced body's twins."""
        which, size, _, apart, _, _ = state["twin"].tolist()
        few, room = int(size), np.empty((2, state["twins"].shape[1]))
        nodes = self._segments_dividing(stepping.steps, TWIN_NODES)
        part = [*state["twins"], state["twins alive"]]
        mutual = len(stepping.mass) > 0
        # The masses may be read-only by now, and the compiled loops accept writable arrays only.
        room_for = np.empty((1, 2, len(stepping.mass)))
        alone = replace(stepping, mass=stepping.mass.copy(), track=room_for, holds=NO_PROJECTIONS)
        path, swift = alone.integrate(part, 0, few if mutual else BLOCK, mutual, nodes, (room[0], room[1]))
        here = slice(int(which), None, few)
        duration = abs(stepping.steps * stepping.dt)
        distance = butterfly.separation(state, time, duration, self.scene.view.radius)
        return Strokes(
            path=path[:, here],
            velocity=swift[:, here],
            shade=butterfly.shades(distance, apart, self.scene.view.radius),
            weight=self.unit_weights(len(distance)),
            duration=duration,
            width=TWIN_WIDTH * float(values["width"]),
            half_life=values.get("half_life"),
        )

    def metrics(self, state: State, values: Values, t: float) -> dict[str, float]:
        """Energy, momentum and other numbers where they are conserved, with their drift; numbers of twins."""
        return {**measures.metrics(self.scene, state, values, t), **butterfly.metrics(state)}


def motion_of(scene: Scene) -> Motion:
    """The scene's own Motion wrapped in checks, or else particles under its potential and law."""
    return Particles(scene) if scene.motion is None else CheckedMotion(scene)
