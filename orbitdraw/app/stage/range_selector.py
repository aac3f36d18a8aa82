"""Range selector on the timeline, for an export: two handles, or one for a single frame."""

from __future__ import annotations

import pygame

from orbitdraw.app.kit.text import bordered_plate, plate, text
from orbitdraw.app.shell.layer import Layer
from orbitdraw.app.stage.stage_view import StageView
from orbitdraw.app.stage.timeline import BAND_HEIGHT, Timeline

GRAB_DISTANCE = 9.0
"""Distance from a handle, in points, within which a press grabs it."""

HANDLE_SIZE = (6.0, 16.0)


class RangeSelector(Layer):
    """The range of the timeline to be exported, in frames.

    Shift+drag on the line selects it at any time; while it `is_open` in the dialog, its handles can be dragged.
    With `single_frame` it has one handle, the last.
    """

    def __init__(self, stage: StageView, timeline: Timeline) -> None:
        super().__init__()
        self.stage, self.timeline = stage, timeline
        self.span: tuple[int, int] = (0, 0)
        self.is_selected = False
        """True when the user selected the range; otherwise it is the whole drawing."""
        self.is_open = False
        self.single_frame = False
        self.dragging = ""
        self._anchor = 0
        self._previous_span = (0, 0)
        self._on_open = (self.span, False)

    def select(self, span: tuple[int, int]) -> None:
        """Select this range for the user."""
        self.span, self.is_selected, self.stale = span, True, True

    def open(self, single_frame: bool) -> None:
        """Show the handles for the dialog; without a selection the range is everything up to now."""
        world = self.timeline.world
        self.is_open, self.single_frame, self.stale = True, single_frame, True
        self._on_open = self.span, self.is_selected
        if not self.is_selected and world is not None:
            self.span = (0, world.frame)

    def close(self) -> None:
        """Hide the handles. A single frame is forgotten: the next one starts from the present frame again."""
        if self.single_frame:
            self.span, self.is_selected = self._on_open
        self.is_open, self.dragging, self.stale = False, "", True

    # -- mouse -----------------------------------------------------------------------------------------------------

    def handle(self, event: pygame.event.Event) -> bool:
        if event.type == pygame.MOUSEMOTION and self.dragging:
            self._drag(event.pos[0])
            return True
        if event.type == pygame.MOUSEBUTTONUP and event.button == 1 and self.dragging:
            self._release()
            return True
        if event.type != pygame.MOUSEBUTTONDOWN or event.button != 1 or not self.timeline.contains(event.pos):
            return False
        shift = bool(pygame.key.get_mods() & pygame.KMOD_SHIFT)
        self.dragging = self._handle_at(event.pos[0]) if self.is_open and not shift else ""
        if shift and self.stage.error_card.trouble is None:
            self.dragging, self._anchor, self._previous_span = "new", self._frame_at(event.pos[0]), self.span
            self._drag(event.pos[0])
        return bool(self.dragging)

    def _frame_at(self, x: float) -> int:
        return round(min(max(0.0, self.timeline.frame_at(x)), float(self.timeline.length())))

    def _handle_at(self, x: int) -> str:
        """The handle under the pointer; of two in the same place, the one on the pointer's side."""
        first, last = (self.timeline.x_of(frame) for frame in self.span)
        distances = {"last": abs(x - last)} if self.single_frame else {"last": abs(x - last), "first": abs(x - first)}
        name = (
            "first"
            if distances.get("first") == distances["last"] and x < last
            else min(distances, key=lambda handle: distances[handle])
        )
        return name if distances[name] <= self.px(GRAB_DISTANCE) else ""

    def _drag(self, x: int) -> None:
        frame, (first, last) = self._frame_at(x), self.span
        if self.dragging == "new":
            self.select((min(frame, self._anchor), max(frame, self._anchor)))
        elif self.dragging == "first":
            self.select((min(frame, last), last))
        else:
            self.select(
                (min(first, frame) if self.single_frame else first, frame if self.single_frame else max(frame, first))
            )

    def _release(self) -> None:
        is_empty = self.dragging == "new" and self.span[0] == self.span[1] and not (self.is_open and self.single_frame)
        if is_empty:
            # A click without a drag: clear the selection, or leave it to the dialog.
            self.span, self.is_selected = self._previous_span, self.is_open
        elif not self.is_open:
            self.stage.window.toast.say(f"{self.range_label()} selected. Ctrl+E exports it, Shift+click clears it")
        self.dragging, self.stale = "", True

    @property
    def shows_label(self) -> bool:
        """True while the range's length is shown, and the timeline should not label the pointer."""
        return self.is_open or bool(self.dragging)

    # -- look ------------------------------------------------------------------------------------------------------

    def range_label(self) -> str:
        """The range in seconds; a single time for a single frame."""
        first, last = (frame / 60 for frame in self.span)
        return f"{last:.2f} s" if self.single_frame and self.is_open else f"{first:.2f} – {last:.2f} s"

    def draw(self, surface: pygame.Surface) -> None:
        timeline = self.timeline
        if not (self.is_open or self.is_selected) or not timeline.is_visible():
            return
        theme, y = self.stage.hud.theme, timeline.line()[2]
        single = self.single_frame and self.is_open
        first, last = (timeline.x_of(frame) for frame in self.span)
        if not single and last > first:
            # A rail above and below the line, so that the played part is still visible between them.
            for side in (-1, 1):
                rail = pygame.Rect(first, y + side * self.px(5) - self.px(2) // 2, last - first, self.px(2))
                surface.fill(theme.accent, rail)
        size = (self.px(HANDLE_SIZE[0]), self.px(HANDLE_SIZE[1]))
        for x in (last,) if single else (first, last):
            grip = pygame.Rect((0, 0), size)
            grip.center = (x, y)
            rim = grip.inflate(2 * self.px(2), 2 * self.px(1))
            surface.blit(plate(rim.size, rim.width // 2, theme.ground), rim)
            surface.blit(plate(size, size[0] // 2, theme.accent), grip)
        if self.shows_label:
            self._draw_label(surface, (last if single else (first + last) // 2))

    def _draw_label(self, surface: pygame.Surface, x: int) -> None:
        theme, (left, right, _) = self.stage.hud.theme, self.timeline.line()
        label = text(self.range_label(), "mono", self.px(13), theme.ink)
        size = (label.get_width() + self.px(22), label.get_height() + self.px(10))
        card = bordered_plate(size, self.px(9), theme.plate, theme.cover, theme.accent)
        card.blit(label, (self.px(11), self.px(5)))
        rect = card.get_rect(midbottom=(x, surface.get_height() - self.px(BAND_HEIGHT + 6)))
        rect.clamp_ip(pygame.Rect(left, 0, right - left, surface.get_height()))
        for caption in self.stage.hud.plate_rects:
            if rect.colliderect(caption):
                rect.bottom = min(rect.bottom, caption.top - self.px(6))
        surface.blit(card, rect)
