"""Dust tool: scatter grains with a brush, or as a disc, a ring, a line or a cloud."""

from __future__ import annotations

import math

import pygame

from orbitdraw.app.kit import overlay_shapes
from orbitdraw.app.session import edit_tasks
from orbitdraw.app.session.edit_tasks import Pair
from orbitdraw.app.shell.gestures import next_gesture_number
from orbitdraw.app.tools.context import ToolContext
from orbitdraw.runtime.rounding import next_mass, scale_rounded

SHAPES = ("brush", "disc", "ring", "line", "cloud")
MAX_GRAINS_AT_ONCE = 500_000
SHAPE_GRAINS = 2_000
BRUSH_GRAINS = 100


class DustTool:
    """The brush scatters while the button is down; the other shapes are drawn from press to release.

    With Shift every grain is on a circular orbit about the body that attracts it most strongly.
    """

    def __init__(self, context: ToolContext) -> None:
        self.context = context
        self.shape = "brush"
        self.brush_grains = BRUSH_GRAINS
        self.shape_grains = SHAPE_GRAINS
        self.spread = 0.05
        """Radius of the brush, and thickness of rings and lines, in radii of the view."""
        self.busy = False
        self._last: tuple[int, Pair] | None = None
        self._gesture = 0

    @property
    def grains(self) -> int:
        """Number of grains: per frame with the brush, in total with the other shapes."""
        return self.brush_grains if self.shape == "brush" else self.shape_grains

    def next_shape(self) -> bool:
        """Select the next shape; False after the last."""
        index = SHAPES.index(self.shape) + 1
        self.shape = SHAPES[index % len(SHAPES)]
        return index < len(SHAPES)

    def press(self, pos: Pair) -> bool:
        """Press of the left button."""
        self.busy, self._last, self._gesture = True, None, next_gesture_number()
        return True

    def release(self) -> None:
        """Release of the button: scatter the shape."""
        self.busy = False
        if self.shape == "brush":
            return
        context, (x, y), (x2, y2) = self.context, self.context.pixel_to_world(self.context.start), self._end()
        if not context.is_drag() and self.shape in ("line", "ring"):
            context.say(f"Draw the {self.shape}: press, drag, release")
            return
        vel = (0.0, 0.0) if context.is_shift_down else context.projection.arrow_velocity((x, y), None)
        kind, spread = float(SHAPES.index(self.shape) - 1), self.spread * context.radius
        context.do(
            ("scatter", (kind, self.shape_grains, x, y, x2, y2, spread, *vel, 1.0 if context.is_shift_down else 0.0))
        )

    def _end(self) -> Pair:
        if self.context.is_drag():
            return self.context.pixel_to_world(self.context.pointer)
        x, y = self.context.pixel_to_world(self.context.start)
        return x + self.spread * self.context.radius, y

    def change_by_wheel(self, notches: float, shifted: bool) -> None:
        """Wheel: change the spread, or with Shift the number of grains."""
        if not shifted:
            self.spread = min(1.0, max(0.002, scale_rounded(self.spread, 1.15**notches)))
            return
        grains = int(min(MAX_GRAINS_AT_ONCE, max(1, next_mass(self.grains, 1 if notches > 0 else -1))))
        if self.shape == "brush":
            self.brush_grains = grains
        else:
            self.shape_grains = grains

    def cancel(self) -> bool:
        """Esc: cancel the shape being drawn; False where there is none."""
        was_busy, self.busy = self.busy, False
        return was_busy

    def tick(self) -> None:
        """Scatter with the brush once a frame; while the scene is paused, wherever the pointer has moved on."""
        context = self.context
        if not self.busy or self.shape != "brush" or context.world is None:
            return
        x, y = context.pixel_to_world(context.pointer)
        spread = self.spread * context.radius
        if self._last is None or self._last[0] != context.world.frame or math.dist(self._last[1], (x, y)) > spread:
            self._last = (context.world.frame, (x, y))
            session = context.stage.session
            vel = context.projection.arrow_velocity((x, y), None)
            puff = (self.brush_grains, (x, y), vel, spread, context.is_shift_down, context.stage.playback.playing)
            session.submit(edit_tasks.scatter_puff, session, *puff, self._gesture)

    # -- look ------------------------------------------------------------------------------------------------------

    def draw(self, surface: pygame.Surface) -> None:
        """Draw the shape at the pointer, and a label of the keys."""
        context = self.context
        theme, pointer = context.stage.hud.theme, context.pointer
        pixels = min(context.stage.window.size) / 2
        radius = max(2.0, self.spread * pixels)
        edge: Pair = (pointer[0] + radius * 0.7, pointer[1] + radius * 0.7)
        if self.shape == "brush" or not self.busy:
            overlay_shapes.draw_ring(surface, pointer, radius, theme.accent, context.px(1.5))
        else:
            self._draw_shape(surface, radius)
        words = "Dust brush" if self.shape == "brush" else f"Dust as a {self.shape}"
        each = " a frame" if self.shape == "brush" else ""
        rows = [
            (f"{words}, {self.grains:,} grains{each}".replace(",", " ").replace("  ", ", "), theme.ink),
            ("wheel: spread    Shift+wheel: grains", theme.quiet),
            ("Shift: on circular orbits    D: next shape    Esc: done", theme.quiet),
        ]
        if self.busy:
            rows = rows[:1]
        overlay_shapes.draw_label(surface, theme, context.scale, rows, edge, (1, 1), context.stage.text_rects)

    def _draw_shape(self, surface: pygame.Surface, thickness: float) -> None:
        context = self.context
        theme, start, end = context.stage.hud.theme, context.start, context.pointer
        reach, line_width = math.dist(start, end), context.px(1.5)
        if self.shape == "line":
            length = max(reach, 1e-9)
            ax, ay = (start[1] - end[1]) / length * thickness / 2, (end[0] - start[0]) / length * thickness / 2
            for sign in (1, -1):
                ends = (start[0] + sign * ax, start[1] + sign * ay), (end[0] + sign * ax, end[1] + sign * ay)
                pygame.draw.aaline(surface, theme.accent, *ends, line_width)
        elif self.shape == "ring":
            for radius in (reach - thickness / 2, reach + thickness / 2):
                if radius > 1:
                    overlay_shapes.draw_ring(surface, start, radius, theme.accent, line_width)
        else:
            for factor in (1.0,) if self.shape == "disc" else (1.0, 2.0):
                overlay_shapes.draw_ring(surface, start, max(2.0, factor * reach), theme.accent, line_width)
