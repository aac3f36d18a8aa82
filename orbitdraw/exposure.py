"""The exposure that suits a scene, measured once."""

from __future__ import annotations

from dataclasses import replace

from orbitdraw.canvas import Canvas
from orbitdraw.retrace import eye_of
from orbitdraw.run import FRAMES_PER_SECOND, Run
from orbitdraw.tone import meter
from orbitdraw.watch import reference_of

PROBE_SIZE = (320, 180)
PROBE_WORK = 20_000_000
"""Particle-steps an exposure may cost to measure: a fifth of a second or less."""


def exposure_of(run: Run) -> float:
    """The exposure that suits a scene, measured on a small sheet of its first seconds."""
    probe = run.again()
    particles = max(1, sum(array.size for name, array in run.state.items() if name == "x"))
    affordable = PROBE_WORK // (particles * run.scene.steps)
    frames = int(min(run.scene.seconds * FRAMES_PER_SECOND, max(30, affordable), 720))
    look = replace(run.scene.look, style=run.values["style"], palette=run.values["palette"], glow=0.0)
    canvas = Canvas(PROBE_SIZE, run.view, look)
    eye = eye_of(run, reference_of(run.values["watch"]))
    for _ in range(frames):
        try:
            canvas.expose(eye.see(probe.advance()))
        except Exception:
            break  # the run itself will fail there, where somebody sees it
    return float(f"{meter(canvas):.3g}")
