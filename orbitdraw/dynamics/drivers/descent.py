"""Driver of Descent, and of Newton's order 1: semi-implicit Euler, velocity first, then position."""

from __future__ import annotations

from typing import Any

from numba import types

from orbitdraw.dynamics.drivers.force import COMMON, F8, compute_force, project_back, retire_escaped, write_nodes
from orbitdraw.runtime.jit import jit


@jit(types.void(*COMMON, F8, F8, F8, F8))
def drive_descent(
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
    er: Any,
    ei: Any,
    kick: Any,
    lift: Any,
) -> None:
    """Play `frames` frames of `steps` steps of v <- E v + kick F + lift r, x <- x + dt v with complex E = er + i ei."""
    rows = velocities.shape[0] // frames
    for lo in range(start, stop, block):
        hi = min(lo + block, stop)
        n = hi - lo
        px, py, ux, uy, ax, ay = x[lo:hi], y[lo:hi], vx[lo:hi], vy[lo:hi], fx[lo:hi], fy[lo:hi]
        for frame in range(frames):
            for step in range(steps):
                compute_force(
                    force, has_potential, field_force, field_table, mutual, px, py,
                    (step0 + (frame * steps + step)) * dt, p,
                    mass, softening2, gravity, track, image_maps, pins, frame * steps + step, ax, ay,
                )  # fmt: skip
                if step == 0 and rows > 1:
                    write_nodes(frame * rows, nodes, velocities, lo, px, py, ux, uy, 0.0, 0.0, ax, ay)
                for i in range(n):
                    a = ux[i]
                    b = uy[i]
                    ux[i] = er * a - ei * b + (kick * ax[i] + lift * px[i])
                    uy[i] = ei * a + er * b + (kick * ay[i] + lift * py[i])
                    px[i] += dt * ux[i]
                    py[i] += dt * uy[i]
                if (step + 1) % steps_per_node == 0 and (step + 1) // steps_per_node < rows:
                    write_nodes(
                        frame * rows + (step + 1) // steps_per_node,
                        nodes,
                        velocities,
                        lo,
                        px,
                        py,
                        ux,
                        uy,
                        0.0,
                        0.0,
                        ax,
                        ay,
                    )
            retire_escaped(px, py, ux, uy, alive[lo:hi], nodes, velocities, frame, lo)
            if mutual:
                project_back(projections, px, py, ux, uy)
