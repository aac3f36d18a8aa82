"""Field tool: plant, drag, tune and remove wells, hills, springs, walls and winds."""

from __future__ import annotations

import math
from functools import partial
from itertools import product
from typing import Any

import pygame

from orbitdraw.app.kit import Slider, overlay_shapes
from orbitdraw.app.session import edit_tasks, hand_edits
from orbitdraw.app.session.coalesce import CoalescingTask
from orbitdraw.app.session.edit_tasks import Pair
from orbitdraw.app.shell.gestures import next_gesture_number
from orbitdraw.app.stage.hud import format_number
from orbitdraw.app.tools.context import ToolContext
from orbitdraw.app.tools.images import IDENTITY, Image, images_of
from orbitdraw.simulation.scale import usual_strength

KINDS = ("well", "hill", "spring", "wall", "wind")
MAGNETIC_FIELD = "magnetic field"
TWO_ENDED = ("wall", "wind")
"""Kinds that have two ends."""

GRAB_DISTANCE = 14.0
"""Distance in points from a field's handle within which a press grabs it."""

NEW_SIZES = {"well": 0.05, "hill": 0.15, "spring": 0.1, "wall": 0.04, "wind": 0.1}
"""Sizes of new fields, in radii of the view."""


class FieldTool:
    """A click plants a round field; a drag draws walls and winds. Fields can be dragged while the scene plays."""

    def __init__(self, context: ToolContext) -> None:
        self.context = context
        self.kind = KINDS[0]
        self.selected: int | None = None
        self.busy = False
        self._grabbed: tuple[int, int, Image] | None = None
        """The name of the dragged field, which of its two ends, and the symmetric copy by which it was grabbed."""
        self._gesture = 0
        self.strengths: dict[str, float] = {}
        """Strengths of the next fields of each kind, where the user has set them."""
        self._drags = CoalescingTask(context.stage.session, edit_tasks.drag_field)

    def next_kind(self) -> bool:
        """Select the next kind; False after the last."""
        kinds = (*KINDS, MAGNETIC_FIELD)
        index = kinds.index(self.kind) + 1
        self.kind, self.selected = kinds[index % len(kinds)], None
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
            [*row[:2], *image.map_position((row[2], row[3])), *image.map_position((row[4], row[5])), *row[6:]]
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
        return usual_strength(kind, self.context.radius, world.arrow_time if world is not None else 1.0)

    def _field_at(self, pos: Pair) -> tuple[int, int, Image] | None:
        nearest, grabbed = float(self.context.px(GRAB_DISTANCE)), None
        for image, (name, kind, *ends) in product(images_of(self.context.world), self.rows()):
            for end in range(2 if KINDS[int(kind)] in TWO_ENDED else 1):
                distance = math.dist(self.context.pixel_of(image.map_position((ends[2 * end], ends[2 * end + 1]))), pos)
                # Of fields in the same place the last planted; of a field and its copies there the field itself.
                if distance < nearest - 0.01 or (distance <= nearest and image is IDENTITY):
                    nearest, grabbed = distance, (int(name), end, image)
        return grabbed

    # -- mouse -----------------------------------------------------------------------------------------------------

    def press(self, pos: Pair) -> bool:
        """Press of the left button: on a field, or on empty space."""
        self._grabbed = self._field_at(pos)
        self.selected = self._grabbed[0] if self._grabbed is not None else None
        self.busy, self._gesture = True, next_gesture_number()
        return True

    def move(self) -> None:
        """Motion of the pointer: a dragged field follows while the button is down."""
        row = self.row(self._grabbed[0]) if self._grabbed is not None else None
        if not self.busy or row is None or self._grabbed is None or not self.context.is_drag():
            return
        x, y = self._grabbed[2].unmap_position(self.context.pixel_to_world(self.context.pointer))
        old = row[2:6]
        ends = (*old[:2], x, y) if self._grabbed[1] == 1 else (x, y, old[2] + x - old[0], old[3] + y - old[1])
        self._drags.request((self._gesture, (self._grabbed[0], *ends)))

    def release(self) -> None:
        """Release of the button: plant the drawn field."""
        self.busy = False
        grabbed, self._grabbed = self._grabbed, None
        if grabbed is not None or self.kind == MAGNETIC_FIELD:
            return
        context = self.context
        (x, y), (x2, y2) = context.pixel_to_world(context.start), context.pixel_to_world(context.pointer)
        if self.kind in TWO_ENDED and not context.is_drag():
            context.say(f"Draw the {self.kind}: press, drag, release")
            return
        size = NEW_SIZES[self.kind] * context.radius
        if self.kind not in TWO_ENDED and context.is_drag():
            size, x2, y2 = max(math.dist((x, y), (x2, y2)), 1e-3 * context.radius), x, y
        context.do(("plant", (KINDS.index(self.kind), x, y, x2, y2, self.strength(self.kind), size)))

    def change_by_wheel(self, notches: float, shifted: bool) -> None:
        """Wheel: change the strength, or with Shift the size."""
        step = 1 if notches > 0 else -1
        if self.kind == MAGNETIC_FIELD and self.selected is None:
            self._change_magnetic_field(notches)
            return
        if self.selected is None:
            self.context.say("Click a field to select it, then turn the wheel to change its strength")
        elif shifted:
            radius = self.context.radius
            self.context.change(
                partial(hand_edits.field_size_edit, self.selected, 1.15**notches, 1e-4 * radius, 100 * radius),
                f"size {self.selected}",
            )
        else:
            self.context.change(
                partial(hand_edits.field_strength_edit, self.selected, step), f"strength {self.selected}"
            )

    def _change_magnetic_field(self, notches: float) -> None:
        slider = self.context.stage.control("field")
        if not isinstance(slider, Slider) or slider.value is None:
            self.context.say("This law of motion has no magnetic field; choose Newton")
            return
        slider.set(round(slider.value + 0.1 * notches, 6))

    def flip(self) -> None:
        """Flip the sign of the selected field: a well becomes a hill."""
        if self.selected is not None:
            self.context.change(partial(hand_edits.field_sign_edit, self.selected))
        elif self.context.can_edit():
            self.context.say("Press F and click a field to select it, then press Shift+F to flip its sign")

    def delete(self) -> bool:
        """Delete the selected field; False where there is none."""
        if self.row(self.selected) is None:
            return False
        self.context.do(("uproot", (float(self.selected or 0),)))
        self.selected = None
        return True

    def cancel(self) -> bool:
        """Esc: cancel the drag and deselect the field; False where there is none."""
        was_active = self.busy or self.selected is not None
        self.busy, self._grabbed, self.selected = False, None, None
        return was_active

    def tick(self) -> None:
        """Do nothing: the tool needs no clock."""

    # -- look ------------------------------------------------------------------------------------------------------

    def draw(self, surface: pygame.Surface, active: bool) -> None:
        """Draw the fields; with this tool `active`, also the one being drawn and a label of the keys."""
        theme, ground = self.context.stage.hud.theme, self.context.stage.picture.background
        for row in self._images(self.rows()):
            in_detail = active or row[0] == self.selected
            color = (
                theme.accent
                if row[0] == self.selected
                else overlay_shapes.blend(theme.ink, ground, 0.8 if in_detail else 0.4)
            )
            self._draw_field(surface, row, color, in_detail)
        if not active:
            return
        context = self.context
        if self.busy and self._grabbed is None and context.is_drag() and self.kind != MAGNETIC_FIELD:
            (x, y), (x2, y2) = context.pixel_to_world(context.start), context.pixel_to_world(context.pointer)
            size = NEW_SIZES[self.kind] * context.radius if self.kind in TWO_ENDED else math.dist((x, y), (x2, y2))
            kind = float(KINDS.index(self.kind))
            new_row = [-1.0, kind, x, y, x2, y2, self.strength(self.kind), size]
            for image in self._images([new_row]):
                self._draw_field(surface, image, theme.accent, True)
        selected_row = self.row(self.selected)
        if self.busy and selected_row is None:
            return
        if selected_row is not None:
            name = KINDS[int(selected_row[1])]
            rows = [
                (
                    f"{name[:1].upper()}{name[1:]}, strength {format_number(selected_row[6])}, "
                    f"size {format_number(selected_row[7])}",
                    theme.ink,
                ),
                ("drag: move    wheel: strength    Shift+wheel: size", theme.quiet),
                ("Shift+F: flip sign    Delete: delete it    Esc: deselect", theme.quiet),
            ]
        elif self.kind == MAGNETIC_FIELD:
            value = context.stage.value("field") or 0.0
            rows = [
                (f"Magnetic field {format_number(float(value))}", theme.ink),
                ("wheel: strength    F: next kind    Esc: done", theme.quiet),
            ]
        else:
            instruction = "drag from end to end" if self.kind in TWO_ENDED else "click to plant, or drag its size"
            rows = [
                (f"{self.kind[:1].upper()}{self.kind[1:]}: {instruction}", theme.ink),
                ("F: next kind    Esc: done", theme.quiet),
            ]
        at = context.pointer
        overlay_shapes.draw_label(
            surface, theme, context.scale, rows, (at[0] + 8, at[1] + 8), (1, 1), context.stage.text_rects
        )

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

    def _draw_field(self, surface: pygame.Surface, row: list[float], color: Any, in_detail: bool) -> None:
        """Draw a field, or only a hint of it while another tool is active, so that the picture dominates."""
        context, kind = self.context, KINDS[int(row[1])]
        a, b = context.pixel_of((row[2], row[3])), context.pixel_of((row[4], row[5]))
        size = row[7] * min(context.stage.window.size) / 2 / context.radius
        line_width, limit = context.px(1.5), 4.0 * max(surface.get_size())
        if not all(map(math.isfinite, (*a, *b))) or max(map(abs, (*a, *b))) > 20 * limit:
            return
        if kind == "wind":
            overlay_shapes.draw_arrow(surface, a, b, color, line_width, context.px(14))
            overlay_shapes.draw_disc(surface, a, context.px(3), color)
            return
        if kind == "wall":
            pygame.draw.aaline(surface, color, a, b, line_width)
            if in_detail:
                self._draw_sides(surface, a, b, min(max(size, context.px(4)), limit), color)
                for end in (a, b):
                    overlay_shapes.draw_disc(surface, end, context.px(4), color)
            return
        overlay_shapes.draw_disc(surface, a, context.px(3 if in_detail else 2), color)
        if not in_detail:
            return
        radii = {"well": (1.0, 1.8), "hill": (1.0, 2.0), "spring": (1.0,)}[kind]
        for factor in radii:
            overlay_shapes.draw_ring(
                surface, a, min(max(context.px(6) * factor, factor * size), limit), color, line_width
            )
        # A sign, so that colour is not the only cue: minus for a well, plus for a hill.
        arm, y = context.px(5), a[1] - max(context.px(6), min(size, limit)) - context.px(9)
        pygame.draw.line(surface, color, (a[0] - arm, y), (a[0] + arm, y), line_width)
        if (kind == "hill") == (row[6] > 0):
            pygame.draw.line(surface, color, (a[0], y - arm), (a[0], y + arm), line_width)
