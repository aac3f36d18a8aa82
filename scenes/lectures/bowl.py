"""The bowl: gradient descent on k x^2 / 2. One slider, four fates."""

import math

import numpy as np

from orbitdraw import Look, Motion, Scene, Slider, Strokes

FRAMES_PER_SECOND = 60
TRAIL = 400
"""Steps that are remembered for the ghosts and the loss strip."""

OUT_OF_SIGHT = 1e6


class Bowl(Motion):
    """x <- x - rate k x, so x_n = (1 - rate k)^n x_0: a number to iterate, on a clock of its own."""

    params = {
        "k": Slider(1.0, 0.25, 4.0, label="stiffness k"),
        "rate": Slider(0.3, 0.0, 2.4, ticks=(1.0, 2.0), per="k", label="learning rate"),
        "x0": Slider(1.6, -2.0, 2.0, label="start"),
        "pace": Slider(2.0, 0.5, 10.0, label="steps per second"),
    }
    panels = True

    def start(self, values, seed):
        state = {
            "place": np.array([values["x0"]]),
            "step": np.zeros(1, dtype=np.int64),
            "left": np.zeros(1, dtype=np.int64),  # the step at which it left the screen
            "phase": np.zeros(1),  # of the clock, 0 to 1 between two steps
            "trail": np.full(TRAIL, np.nan),
        }
        state["trail"][0] = values["x0"]
        return state

    def advance(self, state, values, frame):
        state["phase"] += values["pace"] / FRAMES_PER_SECOND
        if state["phase"][0] >= 1.0:
            state["phase"] -= 1.0
            self.step(state, values)
        return Strokes.none(1 / FRAMES_PER_SECOND)

    @staticmethod
    def step(state, values):
        """One step of descent. Divergence is a lesson: the last place in sight is held, and the step is noted."""
        if state["left"][0]:
            return
        x = float(state["place"][0])
        x_next = x - values["rate"] * values["k"] * x
        state["step"] += 1
        if not abs(x_next) <= OUT_OF_SIGHT:
            state["left"][:] = state["step"]
            return
        state["place"][:] = x_next
        step = int(state["step"][0])
        if step >= TRAIL:
            state["trail"][:-1] = state["trail"][1:]
        state["trail"][min(step, TRAIL - 1)] = x_next

    def metrics(self, state, values, t):
        x = float(state["place"][0])
        numbers = {
            "step": float(state["step"][0]),
            "x": x,
            "loss": values["k"] * x * x / 2,
            "1 - rate k": 1 - values["rate"] * values["k"],
        }
        trail = state["trail"]
        arrived = np.flatnonzero(np.abs(trail) <= 0.01 * abs(values["x0"]))
        if len(arrived) and int(state["step"][0]) < TRAIL:
            numbers["steps to 1 %"] = float(arrived[0])
        if state["left"][0]:
            numbers["left the screen at step"] = float(state["left"][0])
        return numbers


def fate(factor):
    """What (1 - rate k) means, in words."""
    if math.isclose(factor, 0.0, abs_tol=1e-12):
        return "there in one step"
    if math.isclose(factor, 1.0):
        return "does not move"
    if math.isclose(factor, -1.0, abs_tol=1e-12):
        return "to and fro for ever"
    if factor > 0:
        return "rolls down"
    return "overshoots, and settles" if factor > -1 else "flies out"
