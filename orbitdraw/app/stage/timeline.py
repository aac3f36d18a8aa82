"""Timeline at the bottom: length of the drawing, present frame and events; going back and forth in time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pygame

from orbitdraw.app.kit.arrows import disc
from orbitdraw.app.kit.text import framed, plate, text
from orbitdraw.app.session import edits as deeds
from orbitdraw.app.session.coalesce import Latest
from orbitdraw.app.session.world import World
from orbitdraw.app.shell.layer import Layer
from orbitdraw.app.stage.stage_view import StageView

BAND = 18.0
"""Height, in points, of the band at the lower edge that belongs to the timeline. Captions stand above it."""

SIDE = 20.0
SHORTEST = 600
"""Least number of frames that the line represents, so that a drawing that has just begun moves slowly along it."""

NOTCH = 10
"""Frames of one notch of the wheel."""


class Timeline(Layer):
    """A thin line; dragging it, the wheel over it and the rewind key travel in time. Every frame reached is exact."""

    def __init__(self, stage: StageView) -> None:
        super().__init__()
        self.stage = stage
        self.world: World | None = None
        self.dragging = False
        self.rewinding = False
        self.hot = False
        self.goal: int | None = None
        self._pointer = (0, 0)
        self._credit = 0.0
        self._journeys = Latest(stage.session, deeds.travel)

    @property
    def holds(self) -> bool:
        """True while the user travels in time: the scene does not play meanwhile."""
        return self.dragging or self.rewinding

    def keys(self) -> dict[str, Callable[[], None]]:
        """Actions of the key table that the timeline handles."""
        session = self.stage.session
        return {
            "rewind": self._rewind,
            "reverse": lambda: session.ask(deeds.reverse, session),
            "branch": lambda: session.ask(deeds.branch, session),
        }

    def hear(self, news: Any) -> None:
        if isinstance(news, World) and news is not self.world:
            self.world, self.stale = news, True
            if news.frame == self.goal:
                self.goal = None

    def _rewind(self) -> None:
        self.rewinding, self._credit = True, 0.0
        self.stage.rest()

    def travel(self, frame: float) -> None:
        """Go to a frame; replaces an earlier goal that is not reached yet."""
        if self.world is None:
            return
        self.stage.rest()
        self.goal = round(min(max(0.0, frame), float(self.world.reach)))
        self._journeys.ask(self.goal)
        self.stale = True

    def tick(self, now: float) -> None:
        if not self.rewinding or self.world is None:
            return
        # The next step is requested once the last has come: a slow scene goes back slowly, and shows every step.
        self._credit = min(self._credit + self.stage.pace.speed, max(1.0, self.stage.pace.speed))
        if self.goal is None and self._credit >= 1 and self.world.frame > 0:
            self.travel(self.world.frame - int(self._credit))
            self._credit -= int(self._credit)

    # -- mouse -----------------------------------------------------------------------------------------------------

    def line(self) -> tuple[int, int, int]:
        """Left end, right end and y coordinate of the line, in pixels."""
        width, height = self.stage.window.size
        side = self.px(SIDE)
        return side, max(side + 1, width - side - self.stage.room), height - self.px(BAND) // 2

    def length(self) -> int:
        """Number of frames that the line represents."""
        return max(SHORTEST, self.world.reach if self.world is not None else 0)

    def x_of(self, frame: int) -> int:
        """x coordinate of a frame on the line; later frames lie at its end."""
        left, right, _ = self.line()
        return left + round((right - left) * min(frame, self.length()) / self.length())

    def frame_at(self, x: float) -> float:
        """The frame at an x coordinate, also beyond the line's ends."""
        left, right, _ = self.line()
        return (x - left) / (right - left) * self.length()

    def over(self, pos: tuple[int, int]) -> bool:
        """True when a position in the window belongs to the line."""
        left, right, _ = self.line()
        below = pos[1] >= self.stage.window.size[1] - self.px(BAND)
        return below and left - self.px(8) <= pos[0] <= right + self.px(8) and self.shown()

    def shown(self) -> bool:
        """True when the line is visible."""
        return self.stage.hud.visible and self.world is not None

    def handle(self, event: pygame.event.Event) -> bool:
        if event.type == pygame.MOUSEMOTION:
            busy = self.stage.busy
            hot = not busy and self.over(event.pos)
            if hot or hot != self.hot:
                self.stale = True
            self.hot, self._pointer = hot, event.pos
            if self.dragging:
                self.travel(self.frame_at(event.pos[0]))
            return False
        if event.type == pygame.MOUSEBUTTONDOWN and event.button == 1 and self.over(event.pos):
            self.dragging, self.hot, self._pointer = True, True, event.pos
            self.travel(self.frame_at(event.pos[0]))
            return True
        if event.type == pygame.MOUSEBUTTONUP and event.button == 1 and self.dragging:
            self.dragging, self.stale = False, True
            return True
        if event.type == pygame.MOUSEWHEEL and self.hot and self.world is not None:
            here = self.world.frame if self.goal is None else self.goal
            self.travel(here + NOTCH * getattr(event, "precise_y", event.y))
            return True
        if event.type == pygame.KEYUP:
            self.rewinding = False
        return False

    # -- look ------------------------------------------------------------------------------------------------------

    def draw(self, surface: pygame.Surface) -> None:
        if not self.shown() or self.world is None:
            return
        theme, world = self.stage.hud.theme, self.world
        left, right, y = self.line()
        wide = self.hot or self.dragging
        thick = self.px(5 if wide else 3)
        rail = plate((right - left, thick), thick // 2, theme.edge, 255 if wide else 150)
        surface.blit(rail, (left, y - thick // 2))
        for end, color, cover in ((world.reach, theme.quiet, 130), (world.frame, theme.accent, 255)):
            if self.x_of(end) - left > thick:
                surface.blit(plate((self.x_of(end) - left, thick), thick // 2, color, cover), (left, y - thick // 2))
        tall = self.px(11 if wide else 8)
        for x in sorted({self.x_of(frame) for frame in world.ticks if frame <= world.reach}):
            surface.fill(theme.ground, (x - 1, y - tall // 2 - 1, self.px(1) + 2, tall + 2))
            surface.fill(theme.ink, (x, y - tall // 2, self.px(1), tall))
        where = self.x_of(world.frame if self.goal is None else self.goal)
        disc(surface, (where, y), self.px(8 if wide else 6), theme.ground)
        disc(surface, (where, y), self.px(6 if wide else 4), theme.ink)
        if wide and not self.stage.choosing:
            self._draw_frame(surface, left, right)

    def _draw_frame(self, surface: pygame.Surface, left: int, right: int) -> None:
        """Label the frame under the pointer, above the line and clear of captions."""
        theme = self.stage.hud.theme
        assert self.world is not None
        frame = round(min(max(0.0, self.frame_at(self._pointer[0])), float(self.world.reach)))
        words = text(f"{frame / 60:.1f} s    frame {frame}", "mono", self.px(13), theme.ink)
        card = framed(
            (words.get_width() + self.px(22), words.get_height() + self.px(10)),
            self.px(9),
            theme.plate,
            theme.cover,
            theme.edge,
        )
        card.blit(words, (self.px(11), self.px(5)))
        place = card.get_rect(midbottom=(self._pointer[0], surface.get_height() - self.px(BAND + 6)))
        place.clamp_ip(pygame.Rect(left, 0, right - left, surface.get_height()))
        for caption in self.stage.hud.places:
            if place.colliderect(caption):
                place.bottom = min(place.bottom, caption.top - self.px(6))
        surface.blit(card, place)
