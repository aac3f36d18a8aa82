"""Range selector on the timeline, for an export: two handles, or one for a single frame."""

from __future__ import annotations

import pygame

from orbitdraw.app.kit.text import framed, plate, text
from orbitdraw.app.shell.layer import Layer
from orbitdraw.app.stage.stage_view import StageView
from orbitdraw.app.stage.timeline import BAND, Timeline

NEAR = 9.0
"""Distance from a handle, in points, within which a press grabs it."""

HANDLE = (6.0, 16.0)


class Stretch(Layer):
    """The range of the timeline to be exported, in frames.

    Shift+drag on the line selects it at any time; while the dialog is `choosing`, its handles can be dragged.
    `still` leaves one handle, the last.
    """

    def __init__(self, stage: StageView, timeline: Timeline) -> None:
        super().__init__()
        self.stage, self.timeline = stage, timeline
        self.span: tuple[int, int] = (0, 0)
        self.chosen = False
        """True when the user selected the range; otherwise it is the whole drawing."""
        self.choosing = False
        self.still = False
        self.dragging = ""
        self._anchor = 0
        self._before = (0, 0)
        self._opened = (self.span, False)

    def choose(self, span: tuple[int, int]) -> None:
        """Select this range for the user."""
        self.span, self.chosen, self.stale = span, True, True

    def begin(self, still: bool) -> None:
        """Show the handles for the dialog; without a selection the range is everything up to now."""
        world = self.timeline.world
        self.choosing, self.still, self.stale = True, still, True
        self._opened = self.span, self.chosen
        if not self.chosen and world is not None:
            self.span = (0, world.frame)

    def end(self) -> None:
        """Hide the handles. The frame of a still is forgotten: the next still starts from the present frame again."""
        if self.still:
            self.span, self.chosen = self._opened
        self.choosing, self.dragging, self.stale = False, "", True

    # -- mouse -----------------------------------------------------------------------------------------------------

    def handle(self, event: pygame.event.Event) -> bool:
        if event.type == pygame.MOUSEMOTION and self.dragging:
            self._drag(event.pos[0])
            return True
        if event.type == pygame.MOUSEBUTTONUP and event.button == 1 and self.dragging:
            self._let_go()
            return True
        if event.type != pygame.MOUSEBUTTONDOWN or event.button != 1 or not self.timeline.over(event.pos):
            return False
        shift = bool(pygame.key.get_mods() & pygame.KMOD_SHIFT)
        self.dragging = self._under(event.pos[0]) if self.choosing and not shift else ""
        if shift and self.stage.mishap.trouble is None:
            self.dragging, self._anchor, self._before = "new", self._frame(event.pos[0]), self.span
            self._drag(event.pos[0])
        return bool(self.dragging)

    def _frame(self, x: float) -> int:
        return round(min(max(0.0, self.timeline.frame_at(x)), float(self.timeline.length())))

    def _under(self, x: int) -> str:
        """The handle under the pointer; of two in the same place, the one on the pointer's side."""
        first, last = (self.timeline.x_of(frame) for frame in self.span)
        apart = {"last": abs(x - last)} if self.still else {"last": abs(x - last), "first": abs(x - first)}
        name = "first" if apart.get("first") == apart["last"] and x < last else min(apart, key=lambda one: apart[one])
        return name if apart[name] <= self.px(NEAR) else ""

    def _drag(self, x: int) -> None:
        frame, (first, last) = self._frame(x), self.span
        if self.dragging == "new":
            self.choose((min(frame, self._anchor), max(frame, self._anchor)))
        elif self.dragging == "first":
            self.choose((min(frame, last), last))
        else:
            self.choose((min(first, frame) if self.still else first, frame if self.still else max(frame, first)))

    def _let_go(self) -> None:
        empty = self.dragging == "new" and self.span[0] == self.span[1] and not (self.choosing and self.still)
        if empty:
            # A click without a drag: clear the selection, or leave it to the dialog.
            self.span, self.chosen = self._before, self.choosing
        elif not self.choosing:
            self.stage.window.toast.say(f"{self.words()} selected. Ctrl+E exports it, Shift+click clears it")
        self.dragging, self.stale = "", True

    @property
    def speaks(self) -> bool:
        """True while the range's length is shown, and the timeline should not label the pointer."""
        return self.choosing or bool(self.dragging)

    # -- look ------------------------------------------------------------------------------------------------------

    def words(self) -> str:
        """The range in seconds; a single time for a still."""
        first, last = (frame / 60 for frame in self.span)
        return f"{last:.2f} s" if self.still and self.choosing else f"{first:.2f} – {last:.2f} s"

    def draw(self, surface: pygame.Surface) -> None:
        timeline = self.timeline
        if not (self.choosing or self.chosen) or not timeline.shown():
            return
        theme, y = self.stage.hud.theme, timeline.line()[2]
        single = self.still and self.choosing
        first, last = (timeline.x_of(frame) for frame in self.span)
        if not single and last > first:
            # A rail above and below the line, so that the played part is still visible between them.
            for side in (-1, 1):
                rail = pygame.Rect(first, y + side * self.px(5) - self.px(2) // 2, last - first, self.px(2))
                surface.fill(theme.accent, rail)
        size = (self.px(HANDLE[0]), self.px(HANDLE[1]))
        for x in (last,) if single else (first, last):
            grip = pygame.Rect((0, 0), size)
            grip.center = (x, y)
            rim = grip.inflate(2 * self.px(2), 2 * self.px(1))
            surface.blit(plate(rim.size, rim.width // 2, theme.ground), rim)
            surface.blit(plate(size, size[0] // 2, theme.accent), grip)
        if self.speaks:
            self._draw_words(surface, (last if single else (first + last) // 2))

    def _draw_words(self, surface: pygame.Surface, x: int) -> None:
        theme, (left, right, _) = self.stage.hud.theme, self.timeline.line()
        words = text(self.words(), "mono", self.px(13), theme.ink)
        size = (words.get_width() + self.px(22), words.get_height() + self.px(10))
        card = framed(size, self.px(9), theme.plate, theme.cover, theme.accent)
        card.blit(words, (self.px(11), self.px(5)))
        place = card.get_rect(midbottom=(x, surface.get_height() - self.px(BAND + 6)))
        place.clamp_ip(pygame.Rect(left, 0, right - left, surface.get_height()))
        for caption in self.stage.hud.places:
            if place.colliderect(caption):
                place.bottom = min(place.bottom, caption.top - self.px(6))
        surface.blit(card, place)
