"""Defaults from the look for strokes of a Motion that leave width, shade, brush or fading open (None)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from orbitdraw.authoring.scene import Scene
from orbitdraw.edits import pens
from orbitdraw.ink.strokes import Strokes
from orbitdraw.simulation.measures import age_shades, index_shades
from orbitdraw.slider import Values

Floats = NDArray[np.float64]


def fill_from_look(strokes: Strokes, scene: Scene, values: Values, frame: int) -> Strokes:
    """Fill in from the look the attributes that the strokes of a frame leave open (None); `frame` counts from 0."""
    if strokes.dust is not None:
        strokes.dust = fill_from_look(strokes.dust, scene, values, frame)
    needs_brush = strokes.pen is None and not strokes.band and len(strokes.path) > 1 and values["brush"] != "round"
    n, reference_speed = strokes.path.shape[1], _reference_speed(strokes, scene)
    if strokes.width is None:
        strokes.width = float(values["grain" if len(strokes.path) == 1 else "width"])
    if strokes.half_life is None:
        strokes.half_life = values["half_life"]
    if strokes.mark is None:
        strokes.mark = np.where(np.arange(n) % (n // strokes.frames or 1) < strokes.bodies, values["mark"], 0.0)
    if strokes.weight is None:
        strokes.weight = np.ones(n)
    if strokes.shade is None:
        strokes.shade = _shade(strokes, scene, str(values["color"]), reference_speed, frame)
    if not needs_brush:
        return strokes
    drawn = pens.apply_brushes(replace(strokes, bodies=0), scene, {"swift": np.array([reference_speed])}, values, frame)
    return replace(drawn, bodies=strokes.bodies)


def open_values(strokes: Strokes) -> frozenset[str]:
    """Names of the look values that affect these strokes."""
    points = len(strokes.path) == 1 and strokes.path.shape[1] > 0
    open_names = {
        "half_life": strokes.half_life is None,
        "mark": strokes.mark is None and strokes.bodies > 0,
        "grain": strokes.width is None and points,
        "width": strokes.width is None and not points,
        "color": strokes.shade is None,
        "brush": strokes.pen is None and not strokes.band and not points,
    }
    names = frozenset({"palette", "exposure", "glow", *(name for name, is_open in open_names.items() if is_open)})
    return names if strokes.dust is None else names | open_values(strokes.dust)


def _reference_speed(strokes: Strokes, scene: Scene) -> float:
    """The speed that has the middle colour: one view radius per second of play."""
    return scene.view.radius / (60 * strokes.duration or 1.0)


def _shade(strokes: Strokes, scene: Scene, color: str, reference_speed: float, frame: int) -> Floats:
    n = strokes.path.shape[1] // strokes.frames
    if color in ("speed", "energy") and strokes.velocity.shape == strokes.path.shape:
        speed = (
            np.nan_to_num(np.hypot(strokes.velocity[..., 0], strokes.velocity[..., 1]), posinf=0.0) / reference_speed
        )
        # A Motion has no potential energy that could be known here, so energy means speed squared.
        speed = speed if color == "speed" else np.minimum(speed, 1e100) ** 2
        return np.asarray(speed / (1 + speed))
    if color == "age":
        path = strokes.path[:, :n]
        times = (strokes.duration * (frame + one) for one in range(strokes.frames))
        return np.concatenate([age_shades(scene, path, time, strokes.duration) for time in times], axis=1)
    return np.tile(index_shades(n), strokes.frames)
