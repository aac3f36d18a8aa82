"""Dust tool: scatter grains with a brush, or as a disc, a ring, a line or a cloud."""

from __future__ import annotations

import math

import pygame

from orbitdraw.app.kit import arrows as sketch
from orbitdraw.app.session import edits as deeds
from orbitdraw.app.session.edits import Pair
from orbitdraw.app.shell.gestures import next_number
from orbitdraw.app.tools.context import ToolContext
from orbitdraw.runtime.rounding import next_mass, scaled

FORMS = ("brush", "disc", "ring", "line", "cloud")
MOST_AT_ONCE = 500_000
POURED = 2_000
SPRAYED = 100


class Dusting:
    """The brush scatters while the button is down; the other shapes are drawn from press to release.

    `circle` puts every grain on a circular orbit about the body that attracts it most strongly.
    """

    def __init__(self, context: ToolContext) -> None:
        self.context = context
        self.form = "brush"
        self.sprayed = SPRAYED
        self.poured = POURED
        self.spread = 0.05
        """Radius of the brush, and thickness of rings and lines, in radii of the view."""
        self.busy = False
        self._last: tuple[int, Pair] | None = None
        self._gesture = 0

    @property
    def grains(self) -> int:
        """Number of grains: per frame with the brush, in total with the other shapes."""
        return self.sprayed if self.form == "brush" else self.poured

    def next_form(self) -> bool:
        """Select the next shape; False after the last."""
        index = FORMS.index(self.form) + 1
        self.form = FORMS[index % len(FORMS)]
        return index < len(FORMS)

    def press(self, pos: Pair) -> bool:
        """Press of the left button."""
        self.busy, self._last, self._gesture = True, None, next_number()
        return True

    def release(self) -> None:
        """Release of the button: scatter the shape."""
        self.busy = False
        if self.form == "brush":
            return
        context, (x, y), (x2, y2) = self.context, self.context.world_at(self.context.start), self._end()
        if not context.dragged() and self.form in ("line", "ring"):
            context.say(f"Draw the {self.form}: press, drag, release")
            return
        vel = (0.0, 0.0) if context.circle else context.chart.velocity((x, y), None)
        shape, spread = float(FORMS.index(self.form) - 1), self.spread * context.radius
        context.do(("scatter", (shape, self.poured, x, y, x2, y2, spread, *vel, 1.0 if context.circle else 0.0)))

    def _end(self) -> Pair:
        if self.context.dragged():
            return self.context.world_at(self.context.pointer)
        x, y = self.context.world_at(self.context.start)
        return x + self.spread * self.context.radius, y

    def turn(self, turned: float, shifted: bool) -> None:
        """Wheel: change the spread, or with Shift the number of grains."""
        if not shifted:
            self.spread = min(1.0, max(0.002, scaled(self.spread, 1.15**turned)))
            return
        more = int(min(MOST_AT_ONCE, max(1, next_mass(self.grains, 1 if turned > 0 else -1))))
        if self.form == "brush":
            self.sprayed = more
        else:
            self.poured = more

    def give_up(self) -> bool:
        """Esc: cancel the shape being drawn; False where there is none."""
        was, self.busy = self.busy, False
        return was

    def tick(self) -> None:
        """Scatter with the brush once a frame; while the scene is paused, wherever the pointer has moved on."""
        context = self.context
        if not self.busy or self.form != "brush" or context.world is None:
            return
        x, y = context.world_at(context.pointer)
        spread = self.spread * context.radius
        if self._last is None or self._last[0] != context.world.frame or math.dist(self._last[1], (x, y)) > spread:
            self._last = (context.world.frame, (x, y))
            session = context.stage.session
            vel = context.chart.velocity((x, y), None)
            puff = (self.sprayed, (x, y), vel, spread, context.circle, context.stage.pace.playing)
            session.ask(deeds.spray, session, *puff, self._gesture)

    # -- look ------------------------------------------------------------------------------------------------------

    def draw(self, surface: pygame.Surface) -> None:
        """Draw the shape at the pointer, and a label of the keys."""
        context = self.context
        theme, here = context.stage.hud.theme, context.pointer
        pixels = min(context.stage.window.size) / 2
        half = max(2.0, self.spread * pixels)
        edge: Pair = (here[0] + half * 0.7, here[1] + half * 0.7)
        if self.form == "brush" or not self.busy:
            sketch.ring(surface, here, half, theme.accent, context.px(1.5))
        else:
            self._draw_form(surface, half)
        words = "Dust brush" if self.form == "brush" else f"Dust as a {self.form}"
        each = " a frame" if self.form == "brush" else ""
        rows = [
            (f"{words}, {self.grains:,} grains{each}".replace(",", " ").replace("  ", ", "), theme.ink),
            ("wheel: spread    Shift+wheel: grains", theme.quiet),
            ("Shift: on circular orbits    D: next shape    Esc: done", theme.quiet),
        ]
        if self.busy:
            rows = rows[:1]
        sketch.label(surface, theme, context.scale, rows, edge, (1, 1), context.stage.written)

    def _draw_form(self, surface: pygame.Surface, half: float) -> None:
        context = self.context
        theme, start, end = context.stage.hud.theme, context.start, context.pointer
        reach, wide = math.dist(start, end), context.px(1.5)
        if self.form == "line":
            length = max(reach, 1e-9)
            ax, ay = (start[1] - end[1]) / length * half / 2, (end[0] - start[0]) / length * half / 2
            for sign in (1, -1):
                one = (start[0] + sign * ax, start[1] + sign * ay), (end[0] + sign * ax, end[1] + sign * ay)
                pygame.draw.aaline(surface, theme.accent, *one, wide)
        elif self.form == "ring":
            for radius in (reach - half / 2, reach + half / 2):
                if radius > 1:
                    sketch.ring(surface, start, radius, theme.accent, wide)
        else:
            for part in (1.0,) if self.form == "disc" else (1.0, 2.0):
                sketch.ring(surface, start, max(2.0, part * reach), theme.accent, wide)
