"""What a scene begins with that its author can hardly mean: bodies out of sight, masses in kilograms where G is 1."""

from __future__ import annotations

import numpy as np

from orbitdraw.reference_frames.reference import REST, reference_of
from orbitdraw.simulation.run import Run

SIGHT = 2.0
"""Radii of the view beyond which nothing is seen on any usual paper: on 16:9 it ends at 1.8."""

INWARD = 0.1
"""The part of its speed with which something comes nearer that is on the way in."""

HEAVY = 1e15
"""A mass that only kilograms make so large."""

NEWTON = "6.674e-11"
"""The constant of gravity in m^3/(kg s^2); Committee on Data, CODATA 2018."""


def doubt_of(run: Run) -> str:
    """A sentence with the remedy about how a scene begins; empty where nothing is strange.

    >>> from orbitdraw import Bodies, Scene
    >>> doubt_of(Run(Scene("far", bodies=Bodies(1.0, [[0, 0], [5, 0]]))))
    '1 of 2 bodies begins outside the view; View(radius=6) shows it'
    >>> doubt_of(Run(Scene("near", bodies=Bodies(1.0, [[0, 0], [1, 0]]))))
    ''
    """
    if run.scene.motion is not None:
        return ""
    if not run.state["x"].size:
        return "nothing moves in this scene; give it start=ring(60), bodies or dust"
    mass, gravity = run.state["mass"], run.state["gravity"]
    heavy = mass.size and float(mass.max()) > HEAVY and gravity[0] == 1.0
    units = f"G is 1 here: kilograms and metres need Bodies(..., G={NEWTON})" if heavy else ""
    return "; ".join(filter(None, (_out_of_sight(run), units)))


def _out_of_sight(run: Run) -> str:
    if reference_of(run.values["watch"]) != REST:
        return ""
    few, view = len(run.state["mass"]), run.view
    x, y = run.state["x"] - view.center[0], run.state["y"] - view.center[1]
    vx, vy = run.state["vx"], run.state["vy"]
    far = np.hypot(x, y)
    # Who is on the way in will be seen: so encounters begin.
    unseen = (far > SIGHT * view.radius) & (x * vx + y * vy >= -INWARD * far * np.hypot(vx, vy))
    bodies, dust = far[:few], far[few:]
    out = int(np.count_nonzero(unseen[:few]))
    if out:
        counted = f"{out} of {few} bodies begin{'s' if out == 1 else ''}" if few > 1 else "the only body begins"
        return f"{counted} outside the view; View(radius={_round(bodies.max())}) shows {'it' if out == 1 else 'them'}"
    if dust.size and not few and unseen.all():
        return f"all dust begins outside the view; View(radius={_round(dust.max())}) shows it"
    return ""


def _round(reach: float) -> str:
    """A radius with some room, to be typed."""
    return f"{1.2 * reach:.2g}"
