"""Images meet: what a symmetry needs besides, so that fixed steps can follow bodies past their own images."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orbitdraw.errors import InputError
from orbitdraw.simulation.scale import arrow_time

if TYPE_CHECKING:
    from collections.abc import Sequence

    from orbitdraw.authoring.motion import State
    from orbitdraw.simulation.run import Run

    Edit = tuple[str, tuple[float, ...]]

STEPS = 3.0
"""Steps that the fall through an encounter takes at least; with fewer it gives bodies a speed out of nothing."""

RESTS = 0.02
"""Part of the view's radius within which a body is in the centre, and an arrow no longer than that one of rest."""

CHANGES = frozenset({"symmetry", "throw", "weigh", "move", "push", "align"})


def with_needs(run: Run, edits: Sequence[Edit]) -> list[Edit]:
    """The edits, and before and after them what they need where there are images.

    A body that all but rests in the centre is put there: else it would be as many, side by side. And every other body
    meets its images again and again, on the mirrors or near the centre: they pull each other less, where nearer than

        (2 G m (3 dt)^2)^(1/3),

    the distance that two of the heaviest fall through in three steps.
    """
    from orbitdraw.edits import table as hands

    out, names = list(edits), {name for name, _ in edits}
    if not names & CHANGES or "soften" not in run.motion.edits:
        return out
    if "symmetry" not in run.state and "symmetry" not in names:
        return out
    for name, numbers in edits:
        if name == "symmetry" and numbers[0] > 1:
            out = [*_settled(run, numbers[2:]), *out]
    state = dict(run.state)
    try:
        for name, numbers in out:
            hands.edit(state, name, numbers)
    except InputError:
        return list(edits)  # the run says so too
    now = float(state["gravity"][1]) ** 0.5 if "bare" in state else 0.0
    length = _length(state, float(run.values["dt"]))
    if "symmetry" not in names:
        length = max(length, now)
    return [*out, ("soften", (length,))] if length != now else out


def _length(state: State, dt: float) -> float:
    """Below which bodies must pull each other less; 0 where they are soft enough."""
    import numpy as np

    gravity, softening2 = state["gravity"][0], state.get("bare", state["gravity"][1:])[0]
    if "symmetry" not in state or not gravity > 0 or not len(state["mass"]):
        return 0.0
    free = np.full(len(state["mass"]), True)
    if "mirrors" in state:
        free[state["mirrors"][:, 0].astype(int)] = False
    heaviest = float(state["mass"][free].max(initial=0.0))
    length = float(f"{(2 * gravity * heaviest * (STEPS * dt) ** 2) ** (1 / 3):.2g}")
    return length if length**2 > softening2 else 0.0


def _settled(run: Run, centre: Sequence[float]) -> list[Edit]:
    """Puts the heaviest body that all but rests in the centre there, if it is not there yet."""
    import numpy as np

    from orbitdraw.edits.body_ids import names

    state, reach = dict(run.state), RESTS * run.view.radius
    few = len(state["mass"])
    (x, y), (vx, vy) = ([state[name][:few] for name in both] for both in (("x", "y"), ("vx", "vy")))
    off, speed = np.hypot(x - centre[0], y - centre[1]), np.hypot(vx, vy)
    rests = np.flatnonzero((off < reach) & (speed * arrow_time(run) < reach))
    if not len(rests):
        return []
    i = int(rests[np.argmax(state["mass"][rests])])
    if off[i] == 0.0 and speed[i] == 0.0:
        return []
    return [("align", (float(names(state)[i]), float(centre[0]), float(centre[1]), 0.0, 0.0))]
