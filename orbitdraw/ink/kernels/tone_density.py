"""Tone mapping of one plane of ink to palette colours."""

from __future__ import annotations

from typing import Any

import numpy as np

from orbitdraw.runtime.jit import jit


@jit("void(u4[:,::1], f4, u1[::1], u4[::1], u1[:,::1], u4[:,::1])")
def color_density(ink: Any, gain: Any, curve: Any, colors: Any, levels: Any, out: Any) -> None:
    """levels = curve[t], out = colors[levels], at t = x / (1 + x) and x = gain ink."""
    one = np.float32(1.0)
    steps = np.float32(curve.size - 1)
    for r in range(ink.shape[0]):
        for c in range(ink.shape[1]):
            x = np.float32(ink[r, c]) * gain
            level = curve[np.int32(x / (one + x) * steps)]
            levels[r, c] = level
            out[r, c] = colors[level]
