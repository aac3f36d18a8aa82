"""Ink that fades: from when on it is seen, and how faint it will be."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from orbitdraw.ink.strokes import Strokes
from orbitdraw.simulation.run import Run

FADED = 14
"""Half-lives after which ink cannot be seen any more: a sixteen-thousandth of it is left."""


def unseen(run: Run, frame: int) -> int:
    """The frame before which no ink can be seen at `frame`, which lies ahead; 0 where none ever fades from sight."""
    life = run.values.get("half_life")
    if life is None or not math.isfinite(life):
        return 0
    if any(event.name == "half_life" and event.frame > run.frame for event in run.history):
        return 0  # it fades at more than one pace
    return max(0, frame - max(1, math.ceil(FADED * float(life) / (float(run.values["dt"]) * run.scene.steps))))


def aged(strokes: Strokes, later: int) -> Strokes:
    """Strokes of frames side by side, as faint as they are `later` frames on: paper that bears them need not fade.

    >>> path = np.zeros((2, 2, 2))
    >>> two = Strokes(path, path, np.zeros(2), np.ones(2), duration=0.5, half_life=1.0, frames=2)
    >>> aged(two, 1).weight.tolist()
    [0.5, 0.7071067811865476]
    """
    ages = (later + np.arange(strokes.frames)[::-1]) * strokes.duration / (strokes.half_life or 1.0)
    return _fainter(strokes, np.exp2(-ages))


def _fainter(strokes: Strokes, factor: NDArray[np.float64]) -> Strokes:
    dust = None if strokes.dust is None else _fainter(strokes.dust, factor)
    weight = strokes.weight * np.repeat(factor, len(strokes.weight) // strokes.frames)
    return replace(strokes, weight=weight, half_life=None, dust=dust)
