"""Flow map of the bodies of a run: a copy of them, integrated from any positions and velocities without drawing."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from orbitdraw.authoring.motion import State
from orbitdraw.edits import symmetry, table
from orbitdraw.edits.body_ids import ids_of
from orbitdraw.edits.dust import PER_PARTICLE
from orbitdraw.ink.look import Look
from orbitdraw.simulation import measures
from orbitdraw.simulation.particles import Particles

if TYPE_CHECKING:
    from orbitdraw.simulation.run import Run

Floats = NDArray[np.float64]

COLUMNS = ("x", "y", "vx", "vy")

MAX_STEPS_AHEAD = 24_000
"""Most steps integrated in search of returns: twenty orbits on a circle of radius one with a step of 0.005."""

MAX_ORBITS = 30
"""Orbits, about, integrated in search of returns: the closing of a longer loop is not seen."""

SEARCH_WORK = 40e6
"""Pairwise force evaluations, about 10 ns each, that the search for returns may cost."""

CALL_OVERHEAD = 15_000
"""Overhead of a call in pairwise force evaluations."""


class FlowMap:
    """A copy of the living bodies of a run, as rows (n, 4) of x, y, vx, vy, and their flow map."""

    def __init__(self, run: Run, body: int | None) -> None:
        n_bodies = len(run.state["mass"])
        self._state: State = {
            name: (array[:n_bodies] if name in PER_PARTICLE else array).copy() for name, array in run.state.items()
        }
        for name in ids_of(self._state)[~self._state["alive"]]:
            table.apply_edit(self._state, "take", (float(name),))
        self.run, self._values = run, dict(run.values)
        # The default look: nothing is drawn.
        self._scene = replace(run.scene, bodies=None, dust=None, look=Look(), landmarks=None)
        self._flows: dict[tuple[int, int], Particles] = {}
        measures.set_reference(run.scene, self._state, self._values, run.t)  # once for all shots
        self.mass: Floats = self._state["mass"]
        self.gravity = (float(self._state["gravity"][0]), float(self._state["gravity"][1]))
        self.names = [int(name) for name in ids_of(self._state)]
        self.thrown_index = self.names.index(body) if body in self.names else 0
        self.is_time_dependent = bool(self._state["timed"][0])
        self.dt, self.frame = float(run.values["dt"]), int(run.scene.steps)
        n = len(self.names)
        self._forces_per_step = run.scene.law.stages * (n * (n + 1) // 2 + 1)
        self.work = 0.0
        self.first = np.stack([self._state[name] for name in COLUMNS], axis=1)
        self.is_isolated = self._is_isolated()
        self.start = self.to_centre_of_mass(self.first)
        self.size = self.speed = 1.0

    def _is_isolated(self) -> bool:
        """True when the bodies feel only each other; conservation of momentum over a frame is checked too."""
        parameters = self.run.scene.law.parameters_at(self._values)
        if self.run.scene.potential is not None or parameters["spin"] or parameters["field"] or not self.mass.sum() > 0:
            return False
        before, after = (self.mass[:, None] * rows[:, 2:] for rows in (self.first, self.flow(self.first, self.frame)))
        change = after - before
        return bool((np.abs(change.sum(0)) <= 1e-12 * (np.abs(before) + np.abs(change)).sum()).all())

    def to_centre_of_mass(self, rows: Floats) -> Floats:
        """Rows in the frame of the centre of mass for an isolated system, else unchanged."""
        if not self.is_isolated:
            return rows
        out = rows.copy()
        out[:, 2:] -= self.mass @ rows[:, 2:] / self.mass.sum()
        return out

    def state(self) -> State:
        """A copy of the state at the start."""
        return {name: array.copy() for name, array in self._state.items()}

    def _play(self, rows: Floats, steps: int, nodes: int, dt: float) -> tuple[State, Floats]:
        if (steps, nodes) not in self._flows:
            self._flows[steps, nodes] = Particles(replace(self._scene, steps=steps, nodes=nodes))
        state = dict(self._state)
        for column, name in enumerate(COLUMNS):
            state[name] = rows[:, column].copy()
        state["alive"] = np.ones(len(rows), dtype=np.bool_)
        symmetry.find_self_images(state)
        integrator = self._flows[steps, nodes].frame_integrator(state, {**self._values, "dt": dt})
        arrays, n_bodies = [state[name] for name in (*COLUMNS, "alive")], len(rows)
        # `integrate` makes no strokes: images and twins would take as many nodes as there are steps.
        path, velocity = integrator.integrate(
            arrays, 0, n_bodies, True, nodes, (np.empty(n_bodies), np.empty(n_bodies))
        )
        self.work += steps * self._forces_per_step + CALL_OVERHEAD
        return state, np.concatenate([path, velocity], axis=2)

    def flow(self, rows: Floats, steps: int, step_fraction: float = 0.0) -> Floats:
        """Rows after `steps` and `step_fraction` steps; nan where bodies escaped."""
        if steps:
            state, _ = self._play(rows, steps, 1, self.dt)
            rows = np.stack([state[name] for name in COLUMNS], axis=1)
        if step_fraction and np.isfinite(rows).all():
            state, _ = self._play(rows, 1, 1, step_fraction * self.dt)
            rows = np.stack([state[name] for name in COLUMNS], axis=1)
        return rows

    def integrate_ahead(self) -> Floats:
        """Rows (k + 1, n, 4) of all steps ahead, as long as they are finite; also sets `size` and `speed`."""
        steps = int(min(MAX_STEPS_AHEAD, max(100.0, SEARCH_WORK / self._forces_per_step)))
        _, path = self._play(self.start, steps, steps, self.dt)
        finite = np.isfinite(path).all(axis=(1, 2))
        path = path[: int(np.argmin(finite))] if not finite.all() else path
        # Measured on the first orbits only: a later escape must not enlarge the size.
        spread = self.start[:, :2] - self.start[:, :2].mean(axis=0)
        max_size = 3 * math.sqrt(float((spread**2).sum(1).mean())) or math.inf
        nodes, orbit_steps = 64, math.inf
        while orbit_steps > nodes / 3 and nodes < 2 * len(path):
            positions, velocities = path[:nodes, :, :2], path[:nodes, :, 2:]
            middle = np.median(positions, axis=(0, 1))
            self.size = min(max_size, math.sqrt(float(np.median(((positions - middle) ** 2).sum(2).mean(1)))) or 1.0)
            self.speed = math.sqrt(float(np.median((velocities**2).sum(2).mean(1)))) or 1.0
            orbit_steps = 2 * math.pi * self.size / self.speed / self.dt
            nodes *= 2
        return path[: 1 + round(min(MAX_ORBITS * orbit_steps, steps))]

    def path(self, rows: Floats, steps: int) -> Floats:
        """Rows (steps + 1, n, 4) of every step, starting from `rows`."""
        _, path = self._play(rows, steps, steps, self.dt)
        return path

    def distances(self, path: Floats) -> Floats:
        """Distances (k + 1,) from the first node: root mean square over the bodies, in units of size and speed."""
        apart: Floats = np.sqrt(((path - path[0]) ** 2 / self.units**2).sum(2).mean(1))
        return apart

    @property
    def units(self) -> Floats:
        """Units (4,) of x, y, vx, vy."""
        return np.array([self.size, self.size, self.speed, self.speed])
