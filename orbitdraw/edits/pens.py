"""Brushes: how a pen draws a path. Round, calligraphic, dashed, dots, or the area swept about a focus."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from orbitdraw.authoring.motion import State
from orbitdraw.edits.body_ids import ids_of, index_of
from orbitdraw.edits.orbital_speed import dominant_body
from orbitdraw.errors import InputError
from orbitdraw.ink.look import BRUSHES
from orbitdraw.ink.strokes import Strokes
from orbitdraw.slider import Values

if TYPE_CHECKING:
    from orbitdraw.authoring.scene import Scene

Floats = NDArray[np.float64]

DASH, GAP = 9, 7
"""Frames of a dash, and of the gap after it."""

DOT_EVERY = 6
DOT_WIDTH, DOT_INK = 2.6, 4.0
"""Width of a dot in pen widths, and its ink in layers: more than that of a line, since dots are sparse."""

REST_SPEED = 0.01
"""Fraction of the usual speed below which a body draws no dots."""

MIN_WIDTH = 0.15
AREA_INK = 0.04
"""Ink of a swept area, in layers."""


def check(body: float, hue: float, width: float, brush: float) -> None:
    """Raise InputError for numbers that are invalid for a pen."""
    if not (hue <= 1 and 0 < width <= 100):
        raise InputError(f"a pen needs a hue of at most 1 and a width above 0 and up to 100, not {hue:g} and {width:g}")
    if not -1 <= brush < len(BRUSHES) or brush != int(brush):
        raise InputError(f"brushes are {', '.join(BRUSHES)} (0 to {len(BRUSHES) - 1}), not {brush:g}")


def set_pen(state: State, body: float, hue: float, width: float, brush: float) -> None:
    """Set a body's position on the palette and its brush (below 0: unchanged), and its width in pen widths."""
    index_of(state, body)
    rows = state.get("pens", np.zeros((0, 4)))
    state["pens"] = np.concatenate([rows[rows[:, 0] != body], [[body, hue, width, brush]]])
    if hue >= 0:
        state["hue"] = state["hue"].copy()
        state["hue"][index_of(state, body)] = hue


def remove_body(state: State, body: float) -> None:
    """Remove the pen of a deleted body."""
    if "pens" in state:
        state["pens"] = state["pens"][state["pens"][:, 0] != body]


def has_swept_area(state: State, values: Values) -> bool:
    """True when any pen draws swept areas, whose focus is found anew in every frame."""
    area = BRUSHES.index("area")
    return values.get("brush") == "area" or ("pens" in state and bool((state["pens"][:, 3] == area).any()))


def apply_brushes(strokes: Strokes, scene: Scene, state: State, values: Values, frame: int) -> Strokes:
    """Strokes of bodies, or of little dust where there are no bodies, from `frame` on, as their brushes draw them."""
    n_frames, lines = strokes.frames, len(strokes.path) > 1
    n = strokes.path.shape[1] // n_frames
    brush, width = _brushes_and_widths(state, values, n if strokes.bodies else 0, n)
    brush, width = np.tile(brush, n_frames), np.tile(width, n_frames)
    if not lines or (not brush.any() and not (width != 1.0).any()):
        return strokes
    frames = np.repeat(frame + np.arange(n_frames), n)
    factor: Floats = np.broadcast_to(width, strokes.path.shape[:2])
    is_calligraphic = brush == BRUSHES.index("calligraphic")
    if is_calligraphic.any():
        reference_speed = float(state["swift"][0])
        speed = np.nan_to_num(np.hypot(strokes.velocity[..., 0], strokes.velocity[..., 1]), posinf=1e300)
        factor = np.where(
            is_calligraphic,
            factor * np.maximum((2 * reference_speed / (reference_speed + speed)) ** 2, MIN_WIDTH),
            factor,
        )
    dots = brush == BRUSHES.index("dots")
    is_gap = dots | ((brush == BRUSHES.index("dashed")) & (frames % (DASH + GAP) >= DASH))
    drawn = replace(strokes, weight=np.where(is_gap, 0.0, strokes.weight), pen=np.ascontiguousarray(factor))
    if dots.any():
        # A body at rest would draw dot on dot until they outshine everything else.
        speed = np.hypot(strokes.velocity[-1, :, 0], strokes.velocity[-1, :, 1])
        moving = speed > REST_SPEED * float(state["swift"][0])
        drawn = _add_dots(drawn, strokes, dots, moving & (frames % DOT_EVERY == 0), width)
    return _add_area(drawn, strokes, scene, state, brush == BRUSHES.index("area"))


def _brushes_and_widths(state: State, values: Values, bodies: int, n: int) -> tuple[NDArray[np.int64], Floats]:
    brush = np.full(n, BRUSHES.index(values.get("brush", "round")), dtype=np.int64)
    width = np.ones(n)
    if bodies and "pens" in state:
        index_by_id = {int(name): index for index, name in enumerate(ids_of(state))}
        for body, _, wide, body_brush in state["pens"].tolist():
            width[index_by_id[int(body)]] = wide
            if body_brush >= 0:
                brush[index_by_id[int(body)]] = int(body_brush)
    return brush, width


def _add_dots(
    drawn: Strokes, strokes: Strokes, dots: NDArray[np.bool_], due: NDArray[np.bool_], width: Floats
) -> Strokes:
    """Add a dot at the end of each path where one is due, the wider ones below."""
    for wide in np.unique(width[dots & due]).tolist():
        selected = dots & (width == wide)
        if strokes.frames == 1:
            selected &= due
        shade = np.atleast_2d(strokes.shade)[-1]
        layer = Strokes(
            path=strokes.path[-1:, selected],
            velocity=np.zeros((0, 0, 2)),
            shade=np.broadcast_to(shade, selected.shape)[selected],
            weight=np.where(due, DOT_INK * strokes.weight, 0.0)[selected],
            duration=strokes.duration,
            width=DOT_WIDTH * wide * strokes.width,
            half_life=strokes.half_life,
            frames=strokes.frames,
        )
        drawn = drawn.over(layer)
    return drawn


def _add_area(drawn: Strokes, strokes: Strokes, scene: Scene, state: State, selected: NDArray[np.bool_]) -> Strokes:
    """Add the area between each path and its focus: the body that attracts most, otherwise the centre of the view."""
    if not selected.any():
        return drawn
    path, focus = strokes.path[:, selected], np.empty_like(strokes.path[:, selected])
    focus[...] = scene.view.center
    if strokes.bodies:
        for column, i in enumerate(np.flatnonzero(selected).tolist()):
            star = int(dominant_body(state, state["x"][i], state["y"][i], without=i)[0])
            if star >= 0 and state["mass"][star] >= state["mass"][i]:
                focus[:, column] = strokes.path[:, star]
    shade = strokes.shade if strokes.shade.ndim == 1 else strokes.shade[-1]
    band = np.concatenate([path, focus], axis=1)
    return drawn.over(
        Strokes(
            path=band,
            velocity=np.zeros_like(band),
            shade=np.tile(shade[selected], 2),
            weight=np.tile(AREA_INK * strokes.weight[selected], 2),
            duration=strokes.duration,
            width=strokes.width,
            half_life=strokes.half_life,
            band=True,
        )
    )
