"""Particles under a potential, a law and each other's pull: what moves in a scene that brings no Motion of its own."""

from __future__ import annotations

import math
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from orbitdraw import brushes, butterfly, hands, links, measures, pins, symmetry
from orbitdraw.bodies import Bodies, Dust
from orbitdraw.errors import SceneError
from orbitdraw.inputs import brief
from orbitdraw.mistakes import author_errors, declaration_error, return_error
from orbitdraw.names import names
from orbitdraw.scene import Motion, Scene, State
from orbitdraw.slider import Values
from orbitdraw.stepping import BLOCK, MARKED, NOBODY, Closing, Stepping, check_reversible, driver_of
from orbitdraw.strokes import Strokes

Floats = NDArray[np.float64]

CROWD = 20_000
"""Dust above this number is drawn as points, and its energy is measured on a sample."""

NODES = 256
"""Most nodes of a path in one frame: enough for any curve on a screen."""

ALL_NODES = 60_000
"""Most nodes of all dust in one frame; many particles move little in a frame and need few nodes each."""

LEADING = 100
"""Trails of dust beside bodies are as thin as a grain, and of more than this many each gives less ink: bodies lead."""

SCATTERED = 24
"""Strokes whose ink all scattered dust gives together in a scene that begins with fewer, however many grains it is."""

TWIN_NODES = 8
TWIN_WIDTH = 0.5
"""Two hundred twins are many lines; each is thinner than the pen."""


NO_FIELDS = np.zeros(0)

SOURCES = ("x", "y", "mass", "gravity")
"""What in the state the force depends on."""


class Particles(Motion):
    """Bodies and dust of a scene, stepped by its law.

    The state holds everything that changes: x, y, vx, vy (n,) and alive (n,), bodies first, then dust; the masses
    of the bodies; and what the start fixed for good (seed, hue, its grains, the scale of speeds, the energy at the
    start).

    >>> from orbitdraw.scene import Dust, Scene
    >>> drift = Particles(Scene("drift", dust=Dust([[0, 0]], [[1, 0]]), dt=0.5, steps=4))
    >>> state = drift.start(drift.scene.values(), seed=0)
    >>> strokes = drift.advance(state, drift.scene.values(), frame=0)
    >>> strokes.path[:, 0, 0].tolist()
    [0.0, 0.5, 1.0, 1.5, 2.0]
    """

    edits = hands.EDITS

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self._weight = np.zeros(0)
        self._closings: list[Closing] = []

    def check(self, name: str, numbers: tuple[float, ...]) -> None:
        """Of throwing, scattering and the like; see `hands`."""
        hands.check(name, numbers)

    def edit(self, state: State, values: Values, name: str, numbers: tuple[float, ...]) -> None:
        """Throw, scatter, move, push, weigh or take and the like; see `hands`."""
        if name == "reverse":
            check_reversible(self.scene.law, values)
        hands.edit(state, name, numbers)

    def clock(self, state: State, frame: int) -> float:
        """Frames of scene time gone by; backwards they count down."""
        return float(state["clock"][0])

    def start(self, values: Values, seed: int) -> State:
        """Places, velocities and all else at frame 0. Bodies and dust draw from random streams of their own."""
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
        measures.refer(self.scene, state, values, 0.0)
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
        """One frame: `steps` steps of dt for the bodies, then for the dust, which feels where the bodies were."""
        gone, way = state["clock"].tolist()
        few, total = len(state["mass"]), len(state["x"])
        stepping = self.stepping(state, values)
        beat, dt, steps, kicks, turns = stepping.beat, stepping.dt, stepping.steps, stepping.kicks, stepping.turns
        time = beat * dt
        push, planted = stepping.push, stepping.planted
        world = (push[0], push[2].tobytes(), planted[1].tobytes(), turns.tobytes(), stepping.mass.tobytes())
        sources = [state[name] for name in SOURCES]
        fx, fy, known = self.opening(state, (*world, time))

        def play(start: int, stop: int, block: int, mutual: bool, nodes: int) -> Strokes:
            part = [state[name][start:stop] for name in ("x", "y", "vx", "vy", "alive")]
            room = (fx[start:stop], fy[start:stop])
            path, swift = stepping.play(part, start, block, mutual, nodes, room, known)
            return self.layer(state, values, slice(start, stop), path, swift, stepping)

        strokes = Strokes.none(steps * dt * way)
        strokes.half_life = values.get("half_life")
        if few:
            strokes = play(0, few, few, True, self.pieces(steps))
            strokes = brushes.drawn(strokes, self.scene, state, values, frame)
            strokes = links.drawn(strokes, state, frame)
        if total > few:
            dusty = total - few
            cloud = play(few, total, BLOCK, False, self.pieces(steps, dusty))
            # A law without a kick at the end has no such force, and a body that retired or was put back pulls anew.
            if kicks > steps and stepping.ends_at([state["x"][:few], state["y"][:few]]):
                for source in sources:
                    source.flags.writeable = False
                self._closings[:] = [Closing(fx, fy, sources, (*world, (beat + steps) * dt))]
            alone = not few and cloud.path.shape[1] <= MARKED
            cloud = brushes.drawn(cloud, self.scene, state, values, frame) if alone else cloud
            strokes = cloud if not few else strokes.over(cloud)
        if "twins" in state:
            strokes = strokes.over(self._twins(state, values, stepping, time))
        state["clock"] = np.array([gone + way, way])
        return symmetry.unfold(strokes, state)

    def stepping(self, state: State, values: Values, frames: int = 1) -> Stepping:
        """The next frames, worked out."""
        # Backwards is the same law with dt below zero: what a symmetric step did, it takes back.
        gone, way = state["clock"].tolist()
        steps, dt = int(self.scene.steps), way * float(values["dt"])
        beat = way * gone * steps
        measures.refer(self.scene, state, values, beat * dt)
        driver, extras, kicks = driver_of(self.scene.law, values, dt, int(state["seed"][0]), steps)
        few, total = len(state["mass"]), len(state["x"])
        turns = symmetry.turns(state)
        if few and len(turns) > 1:
            names(state)  # images are not told by their number
        mass = symmetry.masses(state)
        rows = max(frames * kicks, 2) if few and total > few else 1  # one row is no record, only room
        track = np.empty((rows, 2, len(mass)))
        push, planted, held = self._push(values), self._planted(state, turns), pins.places(state)
        holds = np.concatenate([symmetry.mirrors(state), pins.holds(held)])
        return Stepping(
            driver, extras, kicks, push, mass, state["gravity"], track, planted, turns, held,
            holds, beat, dt, steps, frames,
        )  # fmt: skip

    def stretch(self, state: State, values: Values, frame: int, most: int) -> Strokes | None:
        """Several frames in one go, where each of them does not ask for something by itself."""
        from orbitdraw.stretch import stretch

        return stretch(self, state, values, frame, most) if type(self).advance is Particles.advance else None

    def _twins(self, state: State, values: Values, stepping: Stepping, time: float) -> Strokes:
        """Move the twins, each world of them by itself, and draw the body that they are twins of."""
        which, size, _, apart, _, _ = state["twin"].tolist()
        few, room = int(size), np.empty((2, state["twins"].shape[1]))
        nodes = self._divisor(stepping.steps, TWIN_NODES)
        part = [*state["twins"], state["twins alive"]]
        mutual = len(stepping.mass) > 0
        # The masses may be sealed by now, and compiled loops take arrays that could be written only.
        room_for = np.empty((1, 2, len(stepping.mass)))
        alone = replace(stepping, mass=stepping.mass.copy(), track=room_for, holds=NOBODY)
        path, swift = alone.play(part, 0, few if mutual else BLOCK, mutual, nodes, (room[0], room[1]))
        here = slice(int(which), None, few)
        duration = abs(stepping.steps * stepping.dt)
        distance = butterfly.part(state, time, duration, self.scene.view.radius)
        return Strokes(
            path=path[:, here],
            velocity=swift[:, here],
            shade=butterfly.shades(distance, apart, self.scene.view.radius),
            weight=self.ones(len(distance)),
            duration=duration,
            width=TWIN_WIDTH * float(values["width"]),
            half_life=values.get("half_life"),
        )

    def opening(self, state: State, numbers: tuple[Any, ...]) -> tuple[Floats, Floats, bool]:
        """Room for the force, and whether the force of now is already in it."""
        sources, n = [state[name] for name in SOURCES], len(state["x"])
        # Taken out in one go: two runs of this scene, in two threads, must not get the same room.
        closing = self._closings.pop() if self._closings else None
        known = closing is not None and closing.holds(sources, numbers)
        for source in sources:
            source.flags.writeable = True
        if closing is None or len(closing.fx) != n:
            return np.empty(n), np.empty(n), False
        return closing.fx, closing.fy, known

    def _push(self, values: Values) -> tuple[Any, bool, Floats]:
        """The potential's kernel, whether there is one, and its numbers."""
        from orbitdraw.kernel import pointer

        if self.scene.potential is None:
            from orbitdraw.drivers.pull import nothing

            return pointer(nothing), False, np.zeros(0)
        kernel = self.scene.potential.kernel()
        return pointer(kernel.force), True, np.array([float(values[name]) for name in kernel.names])

    def _planted(self, state: State, turns: Floats) -> tuple[Any, Floats]:
        """The kernel of what a hand has planted, and its numbers; most scenes have none and never import it."""
        from orbitdraw.kernel import pointer

        if "fields" in state or "landscape" in state:
            from orbitdraw import fields

            table = fields.table(state, turns)
            if table.size:
                return pointer(fields.kernel("landscape" in state)), table
        from orbitdraw.drivers.pull import nothing

        return pointer(nothing), NO_FIELDS

    def ones(self, n: int) -> Floats:
        """All particles weigh the same; the array is kept, because for a crowd even filling it takes a millisecond."""
        if len(self._weight) < n:
            self._weight = np.ones(n)
        return self._weight[:n]

    def pieces(self, steps: int, dusty: int = 0) -> int:
        """How many pieces a path of a body has in a frame, or one of `dusty` grains; a crowd is drawn as points."""
        return 0 if dusty > CROWD else self._divisor(steps, min(NODES, max(1, ALL_NODES // (dusty or 1))))

    def _divisor(self, steps: int, most: int) -> int:
        """How many pieces a path has in a frame: a divisor of `steps`, so that every piece takes the same time."""
        wanted = min(self.scene.nodes or most, steps)
        return max(k for k in range(1, wanted + 1) if steps % k == 0)

    def layer(
        self, state: State, values: Values, part: slice, path: Floats, swift: Floats, stepping: Stepping
    ) -> Strokes:
        """The strokes of the bodies, or of the dust, after the frames of `stepping`: what it gave, side by side."""
        n, frames = part.stop - part.start, stepping.frames
        points, few, bodies = len(path) == 1, len(state["mass"]), part.start < len(state["mass"])
        beside = not points and not bodies and few > 0
        mark = float(values.get("mark") or 0.0) if frames == 1 and (bodies or n <= MARKED) else 0.0
        weight = self.ones(frames * n) if bodies else self._dust_weight(state, n, frames, beside)
        strokes = Strokes(
            path=path,
            velocity=swift,
            shade=measures.shades(self.scene, state, values, part, path, swift, stepping),
            weight=weight,
            duration=abs(stepping.steps * stepping.dt),
            width=float(values["grain" if points or beside else "width"]),
            half_life=values.get("half_life"),
            mark=np.broadcast_to(mark, n) if frames == 1 else NO_FIELDS,
            frames=frames,
        )
        if bodies:
            strokes.bodies, strokes.mass, strokes.names = few, state["mass"], state.get("name")
        return strokes

    def _dust_weight(self, state: State, n: int, frames: int, beside: bool) -> Floats:
        """Weights (frames n,) of n grains. Those the scene begins with have its own; those scattered later give as much
        ink together as the strokes it begins with, because its exposure suits those."""
        few = len(state["mass"])
        own = int(state["own dust"][0])
        each = math.sqrt(LEADING / own) if beside and own > LEADING else 1.0
        if own >= n:
            return self.ones(frames * n) * each if each < 1.0 else self.ones(frames * n)
        weight = np.full(n, each)
        weight[own:] *= min(1.0, max(few + own, SCATTERED) / (n - own))
        return np.tile(weight, frames)

    def metrics(self, state: State, values: Values, t: float) -> dict[str, float]:
        """Energy, momentum and the like where they are conserved, with their drift since the start."""
        return {**measures.metrics(self.scene, state, values, t), **butterfly.metrics(state)}
