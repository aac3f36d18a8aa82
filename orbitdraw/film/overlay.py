"""Overlay of a picture: rings at the scene's landmarks, and the scene's panels."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from orbitdraw.panels.painter import Painter

if TYPE_CHECKING:
    from orbitdraw.ink.tone import Picture
    from orbitdraw.reference_frames.reference import FramePose
    from orbitdraw.simulation.run import Run

LANDMARK_RADIUS = 13.0
"""Radius of the ring at a landmark, in thousandths of the picture's shorter side."""


def paint(picture: Picture, run: Run, pose: FramePose, size: tuple[int, int]) -> None:
    """Draw landmarks and panels on a developed picture of this size; `pose` transforms the landmarks."""
    painter = Painter(picture)
    scale, ox, oy = run.view.pixels(size)
    landmarks = run.scene.landmarks
    positions = np.asarray([] if landmarks is None else landmarks, dtype=np.float64).reshape(-1, 2)
    for x, y in pose.to_frame(positions):
        at = ((ox + scale * x) / painter.unit, (oy - scale * y) / painter.unit)
        painter.ring(at, LANDMARK_RADIUS, "quiet", 1.8, 0.8)
    run.motion.draw(run.state, run.values, painter)
