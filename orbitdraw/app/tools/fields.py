"""Field tool: plant, drag, tune and remove wells, hills, springs, walls and winds."""

from __future__ import annotations

import math
from functools import partial
from itertools import product
from typing import Any

import pygame

from orbitdraw.app.kit import Slider
from orbitdraw.app.kit import arrows as sketch
from orbitdraw.app.session import edits as deeds
from orbitdraw.app.session import hand_edits as tuning
from orbitdraw.app.session.coalesce import Latest
from orbitdraw.app.session.edits import Pair
from orbitdraw.app.shell.gestures import next_number
from orbitdraw.app.stage.hud import number
from orbitdraw.app.tools.context import ToolContext
from orbitdraw.app.tools.images import ITSELF, Image, images_of
from orbitdraw.simulation.scale import usual_strength

KINDS = ("well", "hill", "spring", "wall", "wind")
MAGNET = "magnetic field"
POINTED = ("wall", "wind")
"""Kinds that have two ends."""

REACH = 14.0
"""Distance in points from a field's handle within which a press grabs it."""

SIZES = {"well": 0.05, "hill": 0.15, "spring": 0.1, "wall": 0.04, "wind": 0.1}
"""Sizes of new fields, in radii of the view."""


class Planting:
    """A click plants a round field; a drag draws walls and winds. Fields can be dragged while the scene plays."""

    def __init__(self, context: ToolContext) -> None:
        self.context = context
        self.kind = KINDS[0]
        self.chosen: int | None = None
        self.busy = False
        self._held: tuple[int, int, Image] | None = None
        """The name of the dragged field, which of its two ends, and the symmetric copy by which it was grabbed."""
        self._gesture = 0
        self.strengths: dict[str, float] = {}
        """Strengths of the next fields of each kind, where the user has set them."""
        self._shifts = Latest(context.stage.session, deeds.shift)

    def next_kind(self) -> bool:
        """Select the next kind; False after the last."""
        kinds = (*KINDS, MAGNET)
        index = kinds.index(self.kind) + 1
        self.kind, self.chosen = kinds[index % len(kinds)], None
        return index < len(kinds)

    # -- fields of the world ---------------------------------------------------------------------------------------

    def rows(self) -> list[list[float]]:
        """The fields: name, kind, x, y, x2, y2, strength, size."""
        world = self.context.world
        return [] if world is None else world.fields.tolist()

    def _images(self, rows: list[list[float]]) -> list[list[float]]:
        """Fields with their symmetric copies, which act too."""
        if not rows:
            return rows
        images = images_of(self.context.world)
        return [
            [*row[:2], *image.place((row[2], row[3])), *image.place((row[4], row[5])), *row[6:]]
            for row in rows
            for image in images
        ]

    def row(self, name: int | None) -> list[float] | None:
        """The field of this name, or None."""
        return next((row for row in self.rows() if row[0] == name), None)

    def strength(self, kind: str) -> float:
        """The strength set, or one that bends paths visibly: from their usual speed and the view's radius."""
        if kind in self.strengths:
            return self.strengths[kind]
        world = self.context.world
        return usual_strength(kind, self.context.radius, world.span if world is not None else 1.0)

    def _under(self, pos: Pair) -> tuple[int, int, Image] | None:
        near, found = float(self.context.px(REACH)), None
        for image, (name, kind, *ends) in product(images_of(self.context.world), self.rows()):
            for end in range(2 if KINDS[int(kind)] in POINTED else 1):
                apart = math.dist(self.context.pixel_of(image.place((ends[2 * end], ends[2 * end + 1]))), pos)
                # Of fields in the same place the last planted; of a field and its copies there the field itself.
                if apart < near - 0.01 or (apart <= near and image is ITSELF):
                    near, found = apart, (int(name), end, image)
        return found

    # -- mouse -----------------------------------------------------------------------------------------------------

    def press(self, pos: Pair) -> bool:
        """Press of the left button: on a field, or on empty space."""
        self._held = self._under(pos)
        self.chosen = self._held[0] if self._held is not None else None
        self.busy, self._gesture = True, next_number()
        return True

    def move(self) -> None:
        """Motion of the pointer: a dragged field follows while the button is down."""
        row = self.row(self._held[0]) if self._held is not None else None
        if not self.busy or row is None or self._held is None or not self.context.dragged():
            return
        x, y = self._held[2].back(self.context.world_at(self.context.pointer))
        old = row[2:6]
        ends = (*old[:2], x, y) if self._held[1] == 1 else (x, y, old[2] + x - old[0], old[3] + y - old[1])
        self._shifts.ask((self._gesture, (self._held[0], *ends)))

    def release(self) -> None:
        """Release of the button: plant the drawn field."""
        self.busy = False
        held, self._held = self._held, None
        if held is not None or self.kind == MAGNET:
            return
        context = self.context
        (x, y), (x2, y2) = context.world_at(context.start), context.world_at(context.pointer)
        if self.kind in POINTED and not context.dragged():
            context.say(f"Draw the {self.kind}: press, drag, release")
            return
        size = SIZES[self.kind] * context.radius
        if self.kind not in POINTED and context.dragged():
            size, x2, y2 = max(math.dist((x, y), (x2, y2)), 1e-3 * context.radius), x, y
        context.do(("plant", (KINDS.index(self.kind), x, y, x2, y2, self.strength(self.kind), size)))

    def turn(self, turned: float, shifted: bool) -> None:
        """Wheel: change the strength, or with Shift the size."""
        step = 1 if turned > 0 else -1
        if self.kind == MAGNET and self.chosen is None:
            self._turn_magnet(turned)
            return
        if self.chosen is None:
            self.context.say("Click a field to select it, then turn the wheel to change its strength")
        elif shifted:
            radius = self.context.radius
            self.context.change(
                partial(tuning.grown, self.chosen, 1.15**turned, 1e-4 * radius, 100 * radius), f"size {self.chosen}"
            )
        else:
            self.context.change(partial(tuning.turned, self.chosen, step), f"strength {self.chosen}")

    def _turn_magnet(self, turned: float) -> None:
        slider = self.context.stage.control("field")
        if not isinstance(slider, Slider) or slider.value is None:
            self.context.say("This law of motion has no magnetic field; choose Newton")
            return
        slider.set(round(slider.value + 0.1 * turned, 6))

    def flip(self) -> None:
        """Flip the sign of the selected field: a well becomes a hill."""
        if self.chosen is not None:
            self.context.change(partial(tuning.flipped, self.chosen))
        elif self.context.open():
            self.context.say("Press F and click a field to select it, then press Shift+F to flip its sign")

    def take(self) -> bool:
        """Delete the selected field; False where there is none."""
        if self.row(self.chosen) is None:
            return False
        self.context.do(("uproot", (float(self.chosen or 0),)))
        self.chosen = None
        return True

    def give_up(self) -> bool:
        """Esc: cancel the drag and deselect the field; False where there is none."""
        was = self.busy or self.chosen is not None
        self.busy, self._held, self.chosen = False, None, None
        return was

    def tick(self) -> None:
        """Do nothing: the tool needs no clock."""

    # -- look ------------------------------------------------------------------------------------------------------

    def draw(self, surface: pygame.Surface, active: bool) -> None:
        """Draw the fields; with this tool `active`, also the one being drawn and a label of the keys."""
        theme, ground = self.context.stage.hud.theme, self.context.stage.picture.ground_color
        for row in self._images(self.rows()):
            strong = active or row[0] == self.chosen
            color = theme.accent if row[0] == self.chosen else sketch.mixed(theme.ink, ground, 0.8 if strong else 0.4)
            self._draw_field(surface, row, color, strong)
        if not active:
            return
        context = self.context
        if self.busy and self._held is None and context.dragged() and self.kind != MAGNET:
            (x, y), (x2, y2) = context.world_at(context.start), context.world_at(context.pointer)
            size = SIZES[self.kind] * context.radius if self.kind in POINTED else math.dist((x, y), (x2, y2))
            kind = float(KINDS.index(self.kind))
            drawn = [-1.0, kind, x, y, x2, y2, self.strength(self.kind), size]
            for image in self._images([drawn]):
                self._draw_field(surface, image, theme.accent, True)
        held = self.row(self.chosen)
        if self.busy and held is None:
            return
        if held is not None:
            name = KINDS[int(held[1])]
            rows = [
                (f"{name[:1].upper()}{name[1:]}, strength {number(held[6])}, size {number(held[7])}", theme.ink),
                ("drag: move    wheel: strength    Shift+wheel: size", theme.quiet),
                ("Shift+F: flip sign    Delete: delete it    Esc: deselect", theme.quiet),
            ]
        elif self.kind == MAGNET:
            value = context.stage.value("field") or 0.0
            rows = [
                (f"Magnetic field {number(float(value))}", theme.ink),
                ("wheel: strength    F: next kind    Esc: done", theme.quiet),
            ]
        else:
            how = "drag from end to end" if self.kind in POINTED else "click to plant, or drag its size"
            rows = [
                (f"{self.kind[:1].upper()}{self.kind[1:]}: {how}", theme.ink),
                ("F: next kind    Esc: done", theme.quiet),
            ]
        at = context.pointer
        sketch.label(surface, theme, context.scale, rows, (at[0] + 8, at[1] + 8), (1, 1), context.stage.written)

    def _draw_sides(self, surface: pygame.Surface, a: Pair, b: Pair, size: float, color: Any) -> None:
        """Draw a line along each side of a wall, at the distance of its thickness, with hatching where it repels."""
        length = max(math.dist(a, b), 1e-9)
        ux, uy = (b[0] - a[0]) / length, (b[1] - a[1]) / length
        for sign in (size, -size):
            off = (-uy * sign, ux * sign)
            pygame.draw.aaline(surface, color, (a[0] + off[0], a[1] + off[1]), (b[0] + off[0], b[1] + off[1]))
        step = max(self.context.px(10), length / 200)
        for k in range(int(length / step) + 1):
            x, y = a[0] + ux * k * step, a[1] + uy * k * step
            pygame.draw.aaline(surface, color, (x - uy * size, y + ux * size), (x + uy * size, y - ux * size))

    def _draw_field(self, surface: pygame.Surface, row: list[float], color: Any, whole: bool) -> None:
        """Draw a field, or only a hint of it while another tool is active, so that the picture dominates."""
        context, kind = self.context, KINDS[int(row[1])]
        a, b = context.pixel_of((row[2], row[3])), context.pixel_of((row[4], row[5]))
        size = row[7] * min(context.stage.window.size) / 2 / context.radius
        wide, limit = context.px(1.5), 4.0 * max(surface.get_size())
        if not all(map(math.isfinite, (*a, *b))) or max(map(abs, (*a, *b))) > 20 * limit:
            return
        if kind == "wind":
            sketch.arrow(surface, a, b, color, wide, context.px(14))
            sketch.disc(surface, a, context.px(3), color)
            return
        if kind == "wall":
            pygame.draw.aaline(surface, color, a, b, wide)
            if whole:
                self._draw_sides(surface, a, b, min(max(size, context.px(4)), limit), color)
                for end in (a, b):
                    sketch.disc(surface, end, context.px(4), color)
            return
        sketch.disc(surface, a, context.px(3 if whole else 2), color)
        if not whole:
            return
        radii = {"well": (1.0, 1.8), "hill": (1.0, 2.0), "spring": (1.0,)}[kind]
        for part in radii:
            sketch.ring(surface, a, min(max(context.px(6) * part, part * size), limit), color, wide)
        # A sign, so that colour is not the only cue: minus for a well, plus for a hill.
        arm, y = context.px(5), a[1] - max(context.px(6), min(size, limit)) - context.px(9)
        pygame.draw.line(surface, color, (a[0] - arm, y), (a[0] + arm, y), wide)
        if (kind == "hill") == (row[6] > 0):
            pygame.draw.line(surface, color, (a[0], y - arm), (a[0], y + arm), wide)
