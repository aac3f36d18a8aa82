"""Scenes with a motion of their own, for tests of the window."""

from __future__ import annotations

import numpy as np
import waiting

from orbitdraw.authoring.bodies import Dust
from orbitdraw.authoring.motion import Motion
from orbitdraw.authoring.scene import Scene
from orbitdraw.ink.look import Look, View
from orbitdraw.ink.strokes import Strokes

SPRING = Scene("spring", potential="x^2/2 + y^2", dust=Dust([[1, 0.2], [0.3, 1]]), view=View(radius=1.5))


class Walk(Motion):
    """Four particles on circles, without anything to compile; told at which frame to fail or to dawdle."""

    def __init__(self, fail_at=None, gate=None, fail_start=False):
        self.fail_at, self.gate, self.fail_start = fail_at, gate or waiting.Gate(), fail_start

    def start(self, values, seed):
        if self.fail_start:
            raise ZeroDivisionError("nothing to start from")
        angle = np.arange(4) * np.pi / 2 + seed
        return {"angle": angle}

    def advance(self, state, values, frame):
        if self.fail_at is not None and frame >= self.fail_at:
            raise RuntimeError(f"frame {frame} is one too many")
        self.gate()
        angles = state["angle"] + np.linspace(0, 0.1, 3)[:, None]
        state["angle"] = angles[-1]
        path = np.stack([np.cos(angles), np.sin(angles)], -1)
        velocity = np.stack([-np.sin(angles), np.cos(angles)], -1)
        return Strokes(path, velocity, np.linspace(0, 1, 4), np.ones(4), 0.1, bodies=4, mark=np.zeros(4))

    def metrics(self, state, values, t):
        return {"angle": float(state["angle"][0])}


def walk(**kind):
    return Scene("walk", motion=Walk(**kind), look=Look(exposure=1.0), view=View(radius=1.5), caption="Four walkers.")
