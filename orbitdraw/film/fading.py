"""Fading of ink: the first frame whose ink is still visible, and the ink of past frames faded to a later one."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from orbitdraw.ink.strokes import Strokes
from orbitdraw.simulation.run import Run

FADED_HALF_LIVES = 14
"""Half-lives after which ink is invisible: a sixteen-thousandth of it is left."""


def first_visible_frame(run: Run, frame: int) -> int:
    """The frame whose earlier ink is all invisible at the later frame `frame`; 0 where ink does not fade."""
    life = run.values.get("half_life")
    if life is None or not math.isfinite(life):
        return 0
    if any(event.name == "half_life" and event.frame > run.frame for event in run.history.events):
        return 0  # the half-life changes on the way
    return max(
        0, frame - max(1, math.ceil(FADED_HALF_LIVES * float(life) / (float(run.values["dt"]) * run.scene.steps)))
    )


def fade_strokes(strokes: Strokes, later: int) -> Strokes:
    """Batched strokes, faded as they will be `later` frames on, so that the canvas itself need not be faded.

    >>> path = np.zeros((2, 2, 2))
    >>> two = Strokes(path, path, np.zeros(2), np.ones(2), duration=0.5, half_life=1.0, frames=2)
    >>> fade_strokes(two, 1).weight.tolist()
    [0.5, 0.7071067811865476]
    """
    ages = (later + np.arange(strokes.frames)[::-1]) * strokes.duration / (strokes.half_life or 1.0)
    return _scale_weights(strokes, np.exp2(-ages))


def _scale_weights(strokes: Strokes, factor: NDArray[np.float64]) -> Strokes:
    dust = None if strokes.dust is None else _scale_weights(strokes.dust, factor)
    weight = strokes.weight * np.repeat(factor, len(strokes.weight) // strokes.frames)
    return replace(strokes, weight=weight, half_life=None, dust=dust)
