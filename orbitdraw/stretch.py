"""Many frames of bodies, or of dust, in one go: what is done frame by frame costs more than the motion of a few."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from orbitdraw import measures
from orbitdraw.scene import State
from orbitdraw.slider import Values
from orbitdraw.stepping import BLOCK
from orbitdraw.strokes import Floats, Strokes

if TYPE_CHECKING:
    from orbitdraw.motion import Particles

MOST_NODES = 120_000
"""Nodes of paths that are played in one go: so many stay in a processor's cache until they are drawn."""

BUSY = ("symmetry", "pins", "links", "pens", "twins")
"""What in the state is looked after between two frames."""


def stretch(motion: Particles, state: State, values: Values, most: int) -> Strokes | None:
    """Move on by several frames, `most` at most; their strokes side by side. None, and nothing has moved, where bodies
    and dust move together, where ink fades, or where a brush or a colour asks for each frame by itself.

    >>> from orbitdraw import Dust, Look, Run, Scene
    >>> look = Look(half_life=None)
    >>> run = Run(Scene("drift", dust=Dust([[0, 0]], [[1, 0]]), dt=0.5, steps=2, look=look))
    >>> strokes = stretch(run.motion, run.state, run.values, 3)
    >>> strokes.frames, strokes.path[:, :, 0].T.tolist()
    (3, [[0.0, 0.5, 1.0], [1.0, 1.5, 2.0], [2.0, 2.5, 3.0]])
    """
    few, total, steps = len(state["mass"]), len(state["x"]), int(motion.scene.steps)
    life, color = values.get("half_life"), values.get("color", "particle")
    busy = any(name in state and len(state[name]) for name in BUSY) or values.get("brush", "round") != "round"
    if busy or total == 0 or 0 < few < total or (life is not None and math.isfinite(life)) or color == "energy":
        return None
    nodes = motion.pieces(steps, total - few)
    frames = min(most, MOST_NODES // (total * (nodes + 1)))
    if frames < 2 or nodes == 0:
        return None
    gone, way = state["clock"].tolist()
    stepping = motion.stepping(state, values, frames)
    fx, fy, _ = motion.opening(state, ())
    part = [state[name] for name in ("x", "y", "vx", "vy", "alive")]
    # From frame after frame to all frames side by side, node by node.
    path, swift = (
        one.reshape(frames, nodes + 1, total, 2).transpose(1, 0, 2, 3).reshape(nodes + 1, frames * total, 2)
        for one in stepping.play(part, 0, few or BLOCK, few > 0, nodes, (fx, fy))
    )
    duration = steps * stepping.dt * way

    def shade(frame: int, particles: int) -> Floats:
        time = (stepping.beat + frame * steps) * stepping.dt
        return measures.shade(motion.scene, state, values, slice(0, total), path[:, :particles], swift, time, duration)

    if color == "speed":  # told by the velocities alone, whatever frame they are from
        shades = shade(0, frames * total)
    elif color == "age":
        shades = np.concatenate([shade(frame, total) for frame in range(frames)], axis=1)
    else:
        shades = np.tile(shade(0, total), frames)
    state["clock"] = np.array([gone + way * frames, way])
    return Strokes(
        path=path,
        velocity=swift,
        shade=shades,
        weight=motion.ones(frames * total),
        duration=duration,
        width=float(values["width"]),
        half_life=life,
        bodies=few,
        mass=state["mass"] if few else None,
        names=state.get("name") if few else None,
        frames=frames,
    )
