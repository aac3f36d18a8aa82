"""Warnings about the start of a scene: bodies outside the view, masses in kilograms where G is 1."""

from __future__ import annotations

import numpy as np

from orbitdraw.reference_frames.reference import REST, reference_of
from orbitdraw.simulation.run import Run

VISIBLE_RADII = 2.0
"""Distance in view radii beyond which nothing shows in any usual format: 16:9 ends at 1.8."""

APPROACHING = 0.1
"""Fraction of the speed directed towards the centre above which a particle counts as approaching."""

HEAVY_MASS = 1e15
"""A mass above this is probably in kilograms."""

NEWTON = "6.674e-11"
"""The constant of gravity in m^3/(kg s^2); Committee on Data, CODATA 2018."""


def start_warning(run: Run) -> str:
    """A warning with the remedy about the start of a scene; empty where there is none.

    >>> from orbitdraw import Bodies, Scene
    >>> start_warning(Run(Scene("far", bodies=Bodies(1.0, [[0, 0], [5, 0]]))))
    '1 of 2 bodies begins outside the view; View(radius=6) shows it'
    >>> start_warning(Run(Scene("near", bodies=Bodies(1.0, [[0, 0], [1, 0]]))))
    ''
    """
    if run.scene.motion is not None:
        return ""
    if not run.state["x"].size:
        return "nothing moves in this scene; give it start=ring(60), bodies or dust"
    mass, gravity = run.state["mass"], run.state["gravity"]
    heavy = mass.size and float(mass.max()) > HEAVY_MASS and gravity[0] == 1.0
    units = f"G is 1 here: kilograms and metres need Bodies(..., G={NEWTON})" if heavy else ""
    return "; ".join(filter(None, (_view_warning(run), units)))


def _view_warning(run: Run) -> str:
    if reference_of(run.values["watch"]) != REST:
        return ""
    n_bodies, view = len(run.state["mass"]), run.view
    x, y = run.state["x"] - view.center[0], run.state["y"] - view.center[1]
    vx, vy = run.state["vx"], run.state["vy"]
    distance = np.hypot(x, y)
    # Approaching particles will come into view: encounters begin like that.
    unseen = (distance > VISIBLE_RADII * view.radius) & (x * vx + y * vy >= -APPROACHING * distance * np.hypot(vx, vy))
    bodies, dust = distance[:n_bodies], distance[n_bodies:]
    out = int(np.count_nonzero(unseen[:n_bodies]))
    if out:
        counted = (
            f"{out} of {n_bodies} bodies begin{'s' if out == 1 else ''}" if n_bodies > 1 else "the only body begins"
        )
        return f"{counted} outside the view; View(radius={_round(bodies.max())}) shows {'it' if out == 1 else 'them'}"
    if dust.size and not n_bodies and unseen.all():
        return f"all dust begins outside the view; View(radius={_round(dust.max())}) shows it"
    return ""


def _round(radius: float) -> str:
    """A view radius with a margin, as text."""
    return f"{1.2 * radius:.2g}"
