"""Driver of Langevin, the BAOAB splitting: kick, half drift, Ornstein-Uhlenbeck step, half drift, kick."""

from __future__ import annotations

import math
from typing import Any

from numba import types

from orbitdraw.dynamics.drivers.force import (
    COMMON,
    F8,
    I8,
    are_bodies_unmoved,
    compute_force,
    project_back,
    retire_escaped,
    write_nodes,
)
from orbitdraw.dynamics.noise import normal_pair
from orbitdraw.runtime.jit import jit


@jit(types.void(*COMMON, F8, F8, F8, I8, I8))
def drive_langevin(
    force: Any,
    has_potential: Any,
    p: Any,
    field_force: Any,
    field_table: Any,
    mutual: Any,
    x: Any,
    y: Any,
    vx: Any,
    vy: Any,
    alive: Any,
    mass: Any,
    softening2: Any,
    gravity: Any,
    track: Any,
    image_maps: Any,
    pins: Any,
    projections: Any,
    step0: Any,
    dt: Any,
    steps: Any,
    frames: Any,
    steps_per_node: Any,
    nodes: Any,
    velocities: Any,
    fx: Any,
    fy: Any,
    has_force: Any,
    start: Any,
    stop: Any,
    block: Any,
    kick: Any,
    keep: Any,
    heat: Any,
    seed: Any,
    first: Any,
) -> None:
    """Play `frames` frames of `steps` steps; in each drift v <- keep v + heat noise(seed, first + i, step0 + step)."""
    tick = int(step0 + 0.5) - 1
    bodies, rows = mass.size // image_maps.shape[0], velocities.shape[0] // frames
    for lo in range(start, stop, block):
        hi = min(lo + block, stop)
        n = hi - lo
        px, py, ux, uy, ax, ay = x[lo:hi], y[lo:hi], vx[lo:hi], vy[lo:hi], fx[lo:hi], fy[lo:hi]
        ready = has_force
        for frame in range(frames):
            elapsed = frame * steps
            for step in range(steps + 1):
                if step > 0:
                    for i in range(n):
                        a, b = normal_pair(seed, first + lo + i, tick + elapsed + step)
                        m = mass[i * image_maps.shape[0]] if mutual and i < bodies else 1.0
                        warm = heat / math.sqrt(m) if m > 0.0 else heat  # massless bodies move like dust
                        px[i] += 0.5 * dt * ux[i]
                        py[i] += 0.5 * dt * uy[i]
                        ux[i] = keep * ux[i] + warm * a
                        uy[i] = keep * uy[i] + warm * b
                        px[i] += 0.5 * dt * ux[i]
                        py[i] += 0.5 * dt * uy[i]
                if step > 0 or not ready:
                    t = (step0 + (elapsed + step)) * dt
                    compute_force(
                        force, has_potential, field_force, field_table, mutual, px, py, t, p,
                        mass, softening2, gravity, track, image_maps, pins, frame * (steps + 1) + step, ax, ay,
                    )  # fmt: skip
                ends = step == 0 or step == steps
                if step % steps_per_node == 0 and step // steps_per_node < rows:
                    row = frame * rows + step // steps_per_node
                    write_nodes(row, nodes, velocities, lo, px, py, ux, uy, kick if step > 0 else 0.0, 0.0, ax, ay)
                k = kick if ends else 2.0 * kick
                for i in range(n):
                    ux[i] += k * ax[i]
                    uy[i] += k * ay[i]
            ready = not retire_escaped(px, py, ux, uy, alive[lo:hi], nodes, velocities, frame, lo)
            ready &= are_bodies_unmoved(mutual, track, (frame + 1) * (steps + 1))
            if mutual and projections.shape[0] > 0:
                project_back(projections, px, py, ux, uy)
                ready = False
