"""Shared parts of the drivers: the force on a block from potential, fields and bodies, and the output of nodes."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import types

from orbitdraw.potentials.kernel import FORCE, FORCE_TYPE
from orbitdraw.runtime.jit import jit, jit_inline, jit_internal

F1 = types.float64[::1]
F2 = types.float64[:, ::1]
F3 = types.float64[:, :, ::1]
F8, I8, B1 = types.float64, types.int64, types.boolean

COMMON = (
    *(FORCE_TYPE, B1, F1, FORCE_TYPE, F1, B1),  # force, has_potential, p, field_force, field_table, mutual
    *(F1, F1, F1, F1, B1[::1]),  # x, y, vx, vy, alive
    *(F1, F8, F8, F3, F2, F2),  # mass, softening2, gravity, track, image_maps, pins
    F2,  # projections
    *(F8, F8, I8, I8),  # step0, dt, steps, frames
    *(I8, F3, F3),  # steps_per_node, nodes, velocities
    *(F1, F1, B1),  # fx, fy, has_force
    *(I8, I8, I8),  # start, stop, block
)
"""The arguments that all drivers share, in order; a law's own follow. They are a flat list because passing a NamedTuple
costs 24 us a call. `step0` is the number of steps before this frame, so that a frame ends at the exact time at which
the next begins; `has_force` is true when fx, fy already hold the force at that time. Several `frames` are computed as
they would be one by one, each with its own rows of `nodes` (positions) and `velocities`.

`field_force` adds the force of the fields in `field_table` (fields.kernel_table). `image_maps` (g, 6) are the maps of
a symmetry, rows of x' = a x + b y + c and y' = d x + e y + f, the first of them the identity; `mass` then holds a mass
for each image, those of one body together. `pins` (m, 3) are pinned bodies: index, x, y. `projections` (m, 7) are
bodies that are projected back after each frame: index, and the affine map."""

MAX_PAIRED_BODIES = 6
"""Largest number of bodies for which each pair is computed once, in scalar code; above it, vectorised rows are faster
although they compute each pair twice."""

LANES = 8
"""Widest SIMD vector of doubles. Rows padded to a multiple of it leave no scalar remainder, which for twenty bodies
costs as much as the rest; see FrameIntegrator.integrate."""


@jit(FORCE, first_class=True)
def no_potential(x: Any, y: Any, t: Any, p: Any, fx: Any, fy: Any) -> None:
    """Placeholder kernel for no potential. Drivers do not call it; they need a function of this type."""


@jit_internal
def add_gravity_pairs(x: Any, y: Any, mass: Any, softening2: Any, gravity: Any, fx: Any, fy: Any) -> None:
    """Add the mutual gravity of bodies, each pair once."""
    for i in range(x.size):
        xi, yi, mi, ax, ay = x[i], y[i], mass[i], fx[i], fy[i]
        for j in range(i + 1, x.size):
            dx = x[j] - xi
            dy = y[j] - yi
            r2 = dx * dx + dy * dy
            if r2 > 0.0 and r2 < np.inf:  # false for a retired body, whose position is nan
                d2 = r2 + softening2
                w = gravity / (d2 * math.sqrt(d2))
                ax += mass[j] * w * dx
                ay += mass[j] * w * dy
                fx[j] -= mi * w * dx
                fy[j] -= mi * w * dy
        fx[i] = ax
        fy[i] = ay


@jit_internal
def add_gravity_rows(
    track: Any, row: Any, mass: Any, softening2: Any, gravity: Any, x: Any, y: Any, fx: Any, fy: Any
) -> None:
    """Add the gravity of the bodies at `track[row]` on every particle at (x, y), vectorised over particles.

    The cost is one square root and one division each, 27 cycles for eight of them on Zen 4.
    """
    for j in range(mass.size):
        px = track[row, 0, j]
        py = track[row, 1, j]
        strength = gravity * mass[j]
        for i in range(x.size):
            dx = px - x[i]
            dy = py - y[i]
            r2 = dx * dx + dy * dy
            near = (r2 > 0.0) & (r2 < np.inf)
            d2 = r2 + softening2
            w = strength / (d2 * math.sqrt(d2))
            # Both factors are cleared: 0 times the nan of a retired body would be nan.
            w = w if near else 0.0
            fx[i] += w * (dx if near else 0.0)
            fy[i] += w * (dy if near else 0.0)


@jit_inline
def compute_force(
    force: Any,
    has_potential: Any,
    field_force: Any,
    field_table: Any,
    mutual: Any,
    x: Any,
    y: Any,
    t: Any,
    p: Any,
    mass: Any,
    softening2: Any,
    gravity: Any,
    track: Any,
    image_maps: Any,
    pins: Any,
    kick: Any,
    fx: Any,
    fy: Any,
) -> None:
    """Compute the force on the block at (x, y) at time t, per unit mass, into (fx, fy)."""
    if mutual:
        for k in range(pins.shape[0]):
            x[int(pins[k, 0])] = pins[k, 1]
            y[int(pins[k, 0])] = pins[k, 2]
    if has_potential:
        force(x, y, t, p, fx, fy)
    else:
        for i in range(x.size):
            fx[i] = 0.0
            fy[i] = 0.0
    if field_table.size > 0:
        field_force(x, y, t, field_table, fx, fy)
    row = kick if track.shape[0] > 1 else 0
    images = image_maps.shape[0]
    is_paired = x.size <= MAX_PAIRED_BODIES and images == 1
    if mutual and (track.shape[0] > 1 or not is_paired):
        for i in range(mass.size // images):  # the rest is padding
            track[row, 0, i * images] = x[i]
            track[row, 1, i * images] = y[i]
            for g in range(1, images):
                track[row, 0, i * images + g] = image_maps[g, 0] * x[i] + image_maps[g, 1] * y[i] + image_maps[g, 2]
                track[row, 1, i * images + g] = image_maps[g, 3] * x[i] + image_maps[g, 4] * y[i] + image_maps[g, 5]
    if mutual and is_paired:
        add_gravity_pairs(x, y, mass, softening2, gravity, fx, fy)
    elif mass.size > 0:
        add_gravity_rows(track, row, mass, softening2, gravity, x, y, fx, fy)


@jit_inline
def write_nodes(
    node: Any, nodes: Any, velocities: Any, lo: Any, x: Any, y: Any, vx: Any, vy: Any, k: Any, c: Any, fx: Any, fy: Any
) -> None:
    """Write the nodes of a block, with the velocities that a kick k and lift c will give, bit for bit."""
    for i in range(x.size):
        nodes[node, lo + i, 0] = x[i]
        nodes[node, lo + i, 1] = y[i]
        velocities[node, lo + i, 0] = vx[i] + (k * fx[i] + c * x[i])
        velocities[node, lo + i, 1] = vy[i] + (k * fy[i] + c * y[i])


@jit_internal
def project_back(projections: Any, x: Any, y: Any, vx: Any, vy: Any) -> None:
    """Project bodies back onto their mirror or pin, which a step or its rounding moved them from."""
    for k in range(projections.shape[0]):
        i, a, b, d, e = (
            int(projections[k, 0]),
            projections[k, 1],
            projections[k, 2],
            projections[k, 4],
            projections[k, 5],
        )
        x[i], y[i] = a * x[i] + b * y[i] + projections[k, 3], d * x[i] + e * y[i] + projections[k, 6]
        # without signed zeros
        vx[i], vy[i] = a * vx[i] + b * vy[i] + 0.0, d * vx[i] + e * vy[i] + 0.0


@jit_internal
def are_bodies_unmoved(mutual: Any, track: Any, row: Any) -> bool:
    """True when the bodies begin a frame, whose first kick is this row of `track`, where they ended the last one.

    The bodies themselves (`mutual`) reuse a force only where `track` has one row, as they must write it for the dust.
    """
    if mutual:
        return track.shape[0] == 1  # type: ignore[no-any-return]
    if 1 < row < track.shape[0]:
        for j in range(track.shape[2]):
            for axis in range(2):
                now, before = track[row, axis, j], track[row - 1, axis, j]
                if now != before and (now == now or before == before):
                    return False
    return True


@jit_internal
def retire_escaped(
    x: Any, y: Any, vx: Any, vy: Any, alive: Any, nodes: Any, velocities: Any, frame: Any, lo: Any
) -> bool:
    """Retire particles whose state overflowed to inf or nan; return True if any was retired in this frame.

    Where strokes are points, write the positions as their nodes.
    """
    any_retired = False
    for i in range(x.size):
        # a - a is 0 for finite a, else nan; unlike isfinite, it vectorises
        if (x[i] - x[i]) + (y[i] - y[i]) + (vx[i] - vx[i]) + (vy[i] - vy[i]) != 0.0:
            any_retired |= alive[i]
            alive[i] = False
            x[i] = np.nan
            y[i] = np.nan
            vx[i] = np.nan
            vy[i] = np.nan
    if velocities.shape[0] == 0:
        for i in range(x.size):
            nodes[frame, lo + i, 0] = x[i]
            nodes[frame, lo + i, 1] = y[i]
    return any_retired
