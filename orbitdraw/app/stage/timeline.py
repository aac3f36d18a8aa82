"""Timeline at the bottom: length of the drawing, present frame and events; going back and forth in time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pygame

from orbitdraw.app.kit.overlay_shapes import draw_disc
from orbitdraw.app.kit.text import bordered_plate, plate, text
from orbitdraw.app.session import edit_tasks
from orbitdraw.app.session.coalesce import CoalescingTask
from orbitdraw.app.session.world import World
from orbitdraw.app.shell.layer import Layer
from orbitdraw.app.stage.stage_view import StageView

BAND_HEIGHT = 18.0
"""Height, in points, of the band at the lower edge that belongs to the timeline. Captions stand above it."""

SIDE_MARGIN = 20.0
MIN_LENGTH = 600
"""Least number of frames that the line represents, so that a drawing that has just begun moves slowly along it."""

FRAMES_PER_NOTCH = 10
"""Frames of one notch of the wheel."""


class Timeline(Layer):
    """A thin line; dragging it, the wheel over it and the rewind key travel in time. Every frame reached is exact."""

    def __init__(self, stage: StageView) -> None:
        super().__init__()
        self.stage = stage
        self.world: World | None = None
        self.dragging = False
        self.rewinding = False
        self.hovered = False
        self.target: int | None = None
        self._pointer = (0, 0)
        self._credit = 0.0
        self._seeks = CoalescingTask(stage.session, edit_tasks.seek)

    @property
    def holds_playback(self) -> bool:
        """True while the user travels in time: the scene does not play meanwhile."""
        return self.dragging or self.rewinding

    def keys(self) -> dict[str, Callable[[], None]]:
        """Actions of the key table that the timeline handles."""
        session = self.stage.session
        return {
            "rewind": self._rewind,
            "reverse": lambda: session.submit(edit_tasks.reverse_time, session),
            "branch": lambda: session.submit(edit_tasks.switch_branch, session),
        }

    def receive(self, message: Any) -> None:
        if isinstance(message, World) and message is not self.world:
            self.world, self.stale = message, True
            if message.frame == self.target:
                self.target = None

    def _rewind(self) -> None:
        self.rewinding, self._credit = True, 0.0
        self.stage.pause()

    def seek(self, frame: float) -> None:
        """Go to a frame; replaces an earlier goal that is not reached yet."""
        if self.world is None:
            return
        self.stage.pause()
        self.target = round(min(max(0.0, frame), float(self.world.last_frame)))
        self._seeks.request(self.target)
        self.stale = True

    def tick(self, now: float) -> None:
        if not self.rewinding or self.world is None:
            return
        # The next step is requested once the last has come: a slow scene goes back slowly, and shows every step.
        self._credit = min(self._credit + self.stage.playback.speed, max(1.0, self.stage.playback.speed))
        if self.target is None and self._credit >= 1 and self.world.frame > 0:
            self.seek(self.world.frame - int(self._credit))
            self._credit -= int(self._credit)

    # -- mouse -----------------------------------------------------------------------------------------------------

    def line(self) -> tuple[int, int, int]:
        """Left end, right end and y coordinate of the line, in pixels."""
        width, height = self.stage.window.size
        side = self.px(SIDE_MARGIN)
        return side, max(side + 1, width - side - self.stage.room), height - self.px(BAND_HEIGHT) // 2

    def length(self) -> int:
        """Number of frames that the line represents."""
        return max(MIN_LENGTH, self.world.last_frame if self.world is not None else 0)

    def x_of(self, frame: int) -> int:
        """x coordinate of a frame on the line; later frames lie at its end."""
        left, right, _ = self.line()
        return left + round((right - left) * min(frame, self.length()) / self.length())

    def frame_at(self, x: float) -> float:
        """The frame at an x coordinate, also beyond the line's ends."""
        left, right, _ = self.line()
        return (x - left) / (right - left) * self.length()

    def contains(self, pos: tuple[int, int]) -> bool:
        """True when a position in the window belongs to the line."""
        left, right, _ = self.line()
        below = pos[1] >= self.stage.window.size[1] - self.px(BAND_HEIGHT)
        return below and left - self.px(8) <= pos[0] <= right + self.px(8) and self.is_visible()

    def is_visible(self) -> bool:
        """True when the line is visible."""
        return self.stage.hud.visible and self.world is not None

    def handle(self, event: pygame.event.Event) -> bool:
        if event.type == pygame.MOUSEMOTION:
            busy = self.stage.busy
            hovered = not busy and self.contains(event.pos)
            if hovered or hovered != self.hovered:
                self.stale = True
            self.hovered, self._pointer = hovered, event.pos
            if self.dragging:
                self.seek(self.frame_at(event.pos[0]))
            return False
        if event.type == pygame.MOUSEBUTTONDOWN and event.button == 1 and self.contains(event.pos):
            self.dragging, self.hovered, self._pointer = True, True, event.pos
            self.seek(self.frame_at(event.pos[0]))
            return True
        if event.type == pygame.MOUSEBUTTONUP and event.button == 1 and self.dragging:
            self.dragging, self.stale = False, True
            return True
        if event.type == pygame.MOUSEWHEEL and self.hovered and self.world is not None:
            frame = self.world.frame if self.target is None else self.target
            self.seek(frame + FRAMES_PER_NOTCH * getattr(event, "precise_y", event.y))
            return True
        if event.type == pygame.KEYUP:
            self.rewinding = False
        return False

    # -- look ------------------------------------------------------------------------------------------------------

    def draw(self, surface: pygame.Surface) -> None:
        if not self.is_visible() or self.world is None:
            return
        theme, world = self.stage.hud.theme, self.world
        left, right, y = self.line()
        is_active = self.hovered or self.dragging
        thickness = self.px(5 if is_active else 3)
        rail = plate((right - left, thickness), thickness // 2, theme.edge, 255 if is_active else 150)
        surface.blit(rail, (left, y - thickness // 2))
        for end, color, cover in ((world.last_frame, theme.quiet, 130), (world.frame, theme.accent, 255)):
            if self.x_of(end) - left > thickness:
                surface.blit(
                    plate((self.x_of(end) - left, thickness), thickness // 2, color, cover), (left, y - thickness // 2)
                )
        tick_height = self.px(11 if is_active else 8)
        for x in sorted({self.x_of(frame) for frame in world.ticks if frame <= world.last_frame}):
            surface.fill(theme.ground, (x - 1, y - tick_height // 2 - 1, self.px(1) + 2, tick_height + 2))
            surface.fill(theme.ink, (x, y - tick_height // 2, self.px(1), tick_height))
        handle_x = self.x_of(world.frame if self.target is None else self.target)
        draw_disc(surface, (handle_x, y), self.px(8 if is_active else 6), theme.ground)
        draw_disc(surface, (handle_x, y), self.px(6 if is_active else 4), theme.ink)
        if is_active and not self.stage.shows_range_label:
            self._draw_label(surface, left, right)

    def _draw_label(self, surface: pygame.Surface, left: int, right: int) -> None:
        """Label the frame under the pointer, above the line and clear of captions."""
        theme = self.stage.hud.theme
        assert self.world is not None
        frame = round(min(max(0.0, self.frame_at(self._pointer[0])), float(self.world.last_frame)))
        label = text(f"{frame / 60:.1f} s    frame {frame}", "mono", self.px(13), theme.ink)
        card = bordered_plate(
            (label.get_width() + self.px(22), label.get_height() + self.px(10)),
            self.px(9),
            theme.plate,
            theme.cover,
            theme.edge,
        )
        card.blit(label, (self.px(11), self.px(5)))
        rect = card.get_rect(midbottom=(self._pointer[0], surface.get_height() - self.px(BAND_HEIGHT + 6)))
        rect.clamp_ip(pygame.Rect(left, 0, right - left, surface.get_height()))
        for caption in self.stage.hud.plate_rects:
            if rect.colliderect(caption):
                rect.bottom = min(rect.bottom, caption.top - self.px(6))
        surface.blit(card, rect)
