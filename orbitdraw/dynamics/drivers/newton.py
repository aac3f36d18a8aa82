"""Driver of Newton, orders 2 to 8: composed kick-drift-kick leapfrog."""

from __future__ import annotations

from typing import Any

from numba import types

from orbitdraw.dynamics.drivers.force import (
    B1,
    COMMON,
    F2,
    F8,
    are_bodies_unmoved,
    compute_force,
    project_back,
    retire_escaped,
    write_nodes,
)
from orbitdraw.runtime.jit import jit


@jit(types.void(*COMMON, F2, F8, F8, B1))
def drive_newton(
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
    table: Any,
    kick: Any,
    lift: Any,
    plain: Any,
) -> None:
    """Play `frames` frames of `steps` steps of composed kick, drift, kick; see composition.Stages for the table."""
    count, rows = table.shape[0], velocities.shape[0] // frames
    kicks = steps * count + 1
    for lo in range(start, stop, block):
        hi = min(lo + block, stop)
        n = hi - lo
        px, py, ux, uy, ax, ay = x[lo:hi], y[lo:hi], vx[lo:hi], vy[lo:hi], fx[lo:hi], fy[lo:hi]
        # The force that closes a frame also opens the next one, unless an attracting body has been retired.
        ready = has_force
        for frame in range(frames):
            # Kick 0 opens the first step; kick q closes stage s of its step, and merges with the opening of the next.
            step, s = 0, count - 1
            for q in range(kicks):
                if q > 0 or not ready:
                    t = (step0 + (frame * steps + step - 1) + table[s, 6]) * dt
                    compute_force(
                        force, has_potential, field_force, field_table, mutual, px, py, t, p,
                        mass, softening2, gravity, track, image_maps, pins, frame * kicks + q, ax, ay,
                    )  # fmt: skip
                k, c = table[s, 4], table[s, 5]
                if s == count - 1:
                    if step % steps_per_node == 0 and step // steps_per_node < rows:
                        # nodes hold the velocity at the end of the step, not that between two kicks
                        closing = 1.0 if q > 0 else 0.0
                        row = frame * rows + step // steps_per_node
                        write_nodes(row, nodes, velocities, lo, px, py, ux, uy, closing * kick, closing * lift, ax, ay)
                    if step == 0 or step == steps:
                        k, c = kick, lift
                s += 1
                if s == count:
                    s = 0
                    step += 1
                # The kick and the next stage's drift in one loop, so that particles are read and written once.
                dr, di, er, ei = table[s, 0], table[s, 1], table[s, 2], table[s, 3]
                if q == kicks - 1:
                    dr, di, er, ei = 0.0, 0.0, 1.0, 0.0  # the frame ends with a kick
                if plain:
                    for i in range(n):
                        x0, y0 = px[i], py[i]
                        a = ux[i] + (k * ax[i] + c * x0)
                        b = uy[i] + (k * ay[i] + c * y0)
                        ux[i] = a
                        uy[i] = b
                        px[i] = x0 + dr * a
                        py[i] = y0 + dr * b
                else:
                    for i in range(n):
                        a = ux[i] + (k * ax[i] + c * px[i])
                        b = uy[i] + (k * ay[i] + c * py[i])
                        px[i] += dr * a - di * b
                        py[i] += di * a + dr * b
                        ux[i] = er * a - ei * b
                        uy[i] = ei * a + er * b
            ready = not retire_escaped(
                px, py, ux, uy, alive[lo:hi], nodes, velocities, frame, lo
            ) and are_bodies_unmoved(mutual, track, (frame + 1) * kicks)
            if mutual and projections.shape[0] > 0:
                project_back(projections, px, py, ux, uy)
                ready = False
