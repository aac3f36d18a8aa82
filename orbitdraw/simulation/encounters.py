"""Softening that a symmetry needs, so that fixed steps resolve close encounters of bodies with their own images."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orbitdraw.edits
from orbitdraw.errors import InputError
from orbitdraw.runtime import lazy
from orbitdraw.simulation.scale import arrow_time

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np

    from orbitdraw.authoring.motion import State
    from orbitdraw.simulation.run import Run

    Edit = tuple[str, tuple[float, ...]]
else:
    np = lazy.module("numpy")

FALL_STEPS = 3.0
"""Fewest steps of the free fall through an encounter; with fewer, integration error creates energy."""

REST_FRACTION = 0.02
"""Fraction of the view's radius within which a body counts as in the centre; a shorter arrow counts as at rest."""

AFFECTS_SOFTENING = frozenset({"symmetry", "throw", "weigh", "move", "push", "align"})


def with_softening(run: Run, edits: Sequence[Edit]) -> list[Edit]:
    """The edits, with the extra edits that a symmetry needs before and after them.

    A body almost at rest in the centre is moved exactly there: otherwise its images would be distinct bodies, side by
    side. All other bodies meet their images repeatedly, on mirror lines or near the centre: gravity is softened below

        (2 G m (3 dt)^2)^(1/3),

    the distance through which two bodies of the largest mass fall in three steps.
    """
    out, names = list(edits), {name for name, _ in edits}
    if not names & AFFECTS_SOFTENING or "soften" not in run.motion.edits:
        return out
    if "symmetry" not in run.state and "symmetry" not in names:
        return out
    for name, numbers in edits:
        if name == "symmetry" and numbers[0] > 1:
            out = [*_centring_edits(run, numbers[2:]), *out]
    state = dict(run.state)
    try:
        for name, numbers in out:
            orbitdraw.edits.table.apply_edit(state, name, numbers)
    except InputError:
        return list(edits)  # the run raises the same error
    current = float(state["gravity"][1]) ** 0.5 if "bare" in state else 0.0
    length = _softening_length(state, float(run.values["dt"]))
    if "symmetry" not in names:
        length = max(length, current)
    return [*out, ("soften", (length,))] if length != current else out


def _softening_length(state: State, dt: float) -> float:
    """Softening length that the symmetry needs; 0 where the present one suffices."""
    gravity, softening2 = state["gravity"][0], state.get("bare", state["gravity"][1:])[0]
    if "symmetry" not in state or not gravity > 0 or not len(state["mass"]):
        return 0.0
    free = np.full(len(state["mass"]), True)
    if "mirrors" in state:
        free[state["mirrors"][:, 0].astype(int)] = False
    heaviest = float(state["mass"][free].max(initial=0.0))
    length = float(f"{(2 * gravity * heaviest * (FALL_STEPS * dt) ** 2) ** (1 / 3):.2g}")
    return length if length**2 > softening2 else 0.0


def _centring_edits(run: Run, centre: Sequence[float]) -> list[Edit]:
    """The edit that moves the heaviest body almost at rest in the centre exactly there; empty if none is needed."""
    state, reach = dict(run.state), REST_FRACTION * run.view.radius
    n_bodies = len(state["mass"])
    (x, y), (vx, vy) = ([state[name][:n_bodies] for name in both] for both in (("x", "y"), ("vx", "vy")))
    distance, speed = np.hypot(x - centre[0], y - centre[1]), np.hypot(vx, vy)
    at_rest = np.flatnonzero((distance < reach) & (speed * arrow_time(run) < reach))
    if not len(at_rest):
        return []
    i = int(at_rest[np.argmax(state["mass"][at_rest])])
    if distance[i] == 0.0 and speed[i] == 0.0:
        return []
    return [("align", (float(orbitdraw.edits.body_ids.ids_of(state)[i]), float(centre[0]), float(centre[1]), 0.0, 0.0))]
