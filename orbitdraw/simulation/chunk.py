"""Many frames in one call: the overhead of a frame exceeds the cost of moving a few bodies."""

from __future__ import annotations

import numpy as np

from orbitdraw.authoring.motion import State
from orbitdraw.dynamics.stepping import BLOCK_SIZE, MAX_MARKED_DUST
from orbitdraw.edits import links, pens, symmetry
from orbitdraw.ink.strokes import Floats, Strokes
from orbitdraw.simulation.stepper import Stepper
from orbitdraw.slider import Values

MAX_NODES = 120_000
"""Most path nodes of one call: this many stay in the processor's cache until they are drawn."""

MAX_PAIR_FORCES = 2_000_000
"""Most pair forces of one call, about a fifth of a second: afterwards other requests are handled."""

STEP_COST = 4
"""Overhead of a step, in pair forces."""


def advance_many(motion: Stepper, state: State, values: Values, frame: int, most: int) -> Strokes | None:
    """Advance from `frame` by at most `most` frames and return their strokes side by side. None, with the state
    unchanged, for swept areas and other cases that need each frame by itself.

    >>> from orbitdraw import Dust, Look, Run, Scene
    >>> look = Look(half_life=None)
    >>> run = Run(Scene("drift", dust=Dust([[0, 0]], [[1, 0]]), dt=0.5, steps=2, look=look))
    >>> strokes = advance_many(run.motion, run.state, run.values, 0, 3)
    >>> strokes.frames, strokes.path[:, :, 0].T.tolist()
    (3, [[0.0, 0.5, 1.0], [1.0, 1.5, 2.0], [2.0, 2.5, 3.0]])
    """
    n_bodies, total, steps = len(state["mass"]), len(state["x"]), int(motion.scene.steps)
    if "twins" in state or pens.has_swept_area(state, values):
        return None
    if values.get("color") == "energy" and "symmetry" in state:  # needs all images of each frame
        return None
    parts = [(0, n_bodies, motion.pieces(steps)), (n_bodies, total, motion.pieces(steps, total - n_bodies))]
    parts = [arrays for arrays in parts if arrays[0] < arrays[1]]
    node_count = sum((stop - start) * (nodes + 1) for start, stop, nodes in parts) + links.max_nodes(state)
    images = len(symmetry.image_maps(state))
    work = steps * (STEP_COST + n_bodies * n_bodies * images + (total - n_bodies) * max(n_bodies * images, 1))
    frames = min(most, MAX_NODES // max(node_count * images, 1), MAX_PAIR_FORCES // max(work, 1))
    if frames < 2 or not parts or not all(nodes for _, _, nodes in parts):
        return None
    integrator = motion.frame_integrator(state, values, frames)
    fx, fy, _ = motion.force_arrays(state, ())
    strokes: Strokes | None = None
    for start, stop, nodes in parts:
        arrays = [state[name][start:stop] for name in ("x", "y", "vx", "vy", "alive")]
        block, force = n_bodies if start < n_bodies else BLOCK_SIZE, (fx[start:stop], fy[start:stop])
        path, velocity = integrator.integrate(arrays, start, block, start < n_bodies, nodes, force)
        path, velocity = (_frames_side_by_side(one, integrator.frames, nodes) for one in (path, velocity))
        layer = motion.layer(state, values, slice(start, stop), path, velocity, integrator)
        if start < n_bodies:
            layer = links.with_links(pens.apply_brushes(layer, motion.scene, state, values, frame), state, frame)
        elif not n_bodies and total <= MAX_MARKED_DUST:
            layer = pens.apply_brushes(layer, motion.scene, state, values, frame)
        strokes = layer if strokes is None else strokes.over(layer)
    assert strokes is not None
    elapsed, direction = state["clock"].tolist()
    state["clock"] = np.array([elapsed + direction * integrator.frames, direction])
    return symmetry.add_images(strokes, state)


def _frames_side_by_side(array: Floats, frames: int, nodes: int) -> Floats:
    """Reorder rows (frames, nodes) of a path so that all frames stand side by side: (nodes + 1, frames n, 2)."""
    n = array.shape[1]
    by_frame = array[: frames * (nodes + 1)].reshape(frames, nodes + 1, n, 2).transpose(1, 0, 2, 3)
    return by_frame.reshape(nodes + 1, frames * n, 2)
