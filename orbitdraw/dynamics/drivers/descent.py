"""Driver of Descent, and of Newton's order 1: semi-implicit Euler, velocity first, then position."""

from __future__ import annotations

from typing import Any

from numba import types

from orbitdraw.dynamics.drivers.force import COMMON, F8, compute_force, project_back, retire_escaped, write
from orbitdraw.runtime.jit import compiled


@compiled(types.void(*COMMON, F8, F8, F8, F8))
def drive_descent(
    force: Any,
    pushes: Any,
    p: Any,
    placed: Any,
    places: Any,
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
    holds: Any,
    step0: Any,
    dt: Any,
    steps: Any,
    frames: Any,
    every: Any,
    nodes: Any,
    velocities: Any,
    fx: Any,
    fy: Any,
    known: Any,
    start: Any,
    stop: Any,
    block: Any,
    er: Any,
    ei: Any,
    kick: Any,
    lift: Any,
) -> None:
    """Play `frames` frames of `steps` steps of v <- E v + kick F + lift r, x <- x + dt v with complex E = er + i ei."""
    lines = velocities.shape[0] // frames
    for lo in range(start, stop, block):
        hi = min(lo + block, stop)
        n = hi - lo
        px, py, ux, uy, ax, ay = x[lo:hi], y[lo:hi], vx[lo:hi], vy[lo:hi], fx[lo:hi], fy[lo:hi]
        for frame in range(frames):
            for step in range(steps):
                compute_force(
                    force, pushes, placed, places, mutual, px, py, (step0 + (frame * steps + step)) * dt, p,
                    mass, softening2, gravity, track, image_maps, pins, frame * steps + step, ax, ay,
                )  # fmt: skip
                if step == 0 and lines > 1:
                    write(frame * lines, nodes, velocities, lo, px, py, ux, uy, 0.0, 0.0, ax, ay)
                for i in range(n):
                    a = ux[i]
                    b = uy[i]
                    ux[i] = er * a - ei * b + (kick * ax[i] + lift * px[i])
                    uy[i] = ei * a + er * b + (kick * ay[i] + lift * py[i])
                    px[i] += dt * ux[i]
                    py[i] += dt * uy[i]
                if (step + 1) % every == 0 and (step + 1) // every < lines:
                    write(frame * lines + (step + 1) // every, nodes, velocities, lo, px, py, ux, uy, 0.0, 0.0, ax, ay)
            retire_escaped(px, py, ux, uy, alive[lo:hi], nodes, velocities, frame, lo)
            if mutual:
                project_back(holds, px, py, ux, uy)
