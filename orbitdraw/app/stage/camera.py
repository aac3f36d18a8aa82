"""Camera: zoom to the pointer, move the picture, and return to the scene's own view."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pygame

from orbitdraw.app.session.session import Session
from orbitdraw.app.shell.layer import Layer
from orbitdraw.app.shell.messages import RedrawProgress, Shot, Triple
from orbitdraw.app.stage.stage_view import StageView

SETTLE_SECONDS = 0.15
"""Seconds of rest after which a turn of the wheel, a drag or a resize of the window counts as finished."""

ZOOM_STEP = 1.12
"""Factor of one notch of the wheel."""


@dataclass(frozen=True)
class ViewApplied:
    """The run has taken a requested view: pictures that come from now on show it, or a later one."""

    number: int


def _set_view(session: Session, view: Triple, number: int) -> None:
    session.report(ViewApplied(number))
    session.set_view(view)


class Camera(Layer):
    """The lowest layer: it takes the events that no layer above has taken.

    The picture follows the pointer at once, scaled; when the pointer rests, one drawn for the new view is requested.
    """

    def __init__(self, stage: StageView) -> None:
        super().__init__()
        self.stage = stage
        self.pointer = (stage.window.size[0] // 2, stage.window.size[1] // 2)
        self.is_space_down = False
        """True while the space bar is down: the left button then moves the picture."""
        self._dragging = 0
        self._now = 0.0
        self._moved_at: float | None = None
        self._last_request = 0
        self._awaited_request: int | None = None
        self._applied_request = 0

    @property
    def is_settled(self) -> bool:
        """True when the picture is drawn for the requested view."""
        return self._moved_at is None and self._awaited_request is None

    def keys(self) -> dict[str, Callable[[], None]]:
        """Actions of the key table that the camera handles."""
        return {
            "zoom in": lambda: self._zoom_by_key(ZOOM_STEP**2),
            "zoom out": lambda: self._zoom_by_key(ZOOM_STEP**-2),
            "fit": self.fit,
        }

    def _zoom_by_key(self, factor: float) -> None:
        if self._is_fixed():
            self.stage.window.toast.say("You can't zoom here: this picture is fitted to the window")
        self.zoom(factor)

    def _is_fixed(self) -> bool:
        """True for a scene of panels, which look the same in every view."""
        return self.stage.opened is not None and self.stage.opened.panels

    def tick(self, now: float) -> None:
        self._now = now
        view = self.stage.picture.view
        if self._moved_at is not None and not self._dragging and now - self._moved_at > SETTLE_SECONDS:
            self._last_request += 1
            self._moved_at, self._awaited_request = None, self._last_request
            self.stage.session.submit(_set_view, self.stage.session, view, self._last_request)

    def take_over_view(self, shot: Shot) -> None:
        """Take over the view of a new picture, unless the user has moved the view meanwhile."""
        if self._awaited_request == self._applied_request:
            self._awaited_request = None
        if self.is_settled and not self._dragging:
            self.stage.picture.set_view(shot.view)

    def receive(self, message: Any) -> None:
        if isinstance(message, ViewApplied):
            self._applied_request = message.number
        elif isinstance(message, RedrawProgress):
            self.stage.window.progress.redraw(message.fraction)

    def stop_waiting(self) -> None:
        """Stop waiting for a picture."""
        self._awaited_request = None
        self.stage.window.progress.redraw(None)

    def set_view(self, view: Triple) -> None:
        """Show this view now, and request a picture drawn for it once the pointer rests."""
        self.stage.picture.set_view(view)
        self._moved_at = self._now

    def home_center(self) -> tuple[float, float]:
        """The centre of the scene's own view."""
        return self.stage.opened.home[:2] if self.stage.opened is not None else (0.0, 0.0)

    def fit(self) -> None:
        """Return to the scene's own view."""
        if self.stage.opened is not None and self.stage.picture.view is not None:
            self.set_view(self.stage.opened.home)

    def zoom(self, factor: float) -> None:
        """Zoom in by `factor`; the point under the pointer stays in place."""
        if self.stage.picture.view is None or self._is_fixed():
            return
        x, y, radius = self.stage.picture.view
        size = self.stage.window.size
        smaller = min(1e9, max(1e-9, radius / factor))
        per_pixel = 2 / min(size)
        right, up = (self.pointer[0] - size[0] / 2) * per_pixel, (size[1] / 2 - self.pointer[1]) * per_pixel
        self.set_view((x + right * (radius - smaller), y + up * (radius - smaller), smaller))

    def _pan(self, dx: float, dy: float) -> None:
        if self.stage.picture.view is None or self._is_fixed():
            return
        x, y, radius = self.stage.picture.view
        per_pixel = 2 * radius / min(self.stage.window.size)
        self.set_view((x - dx * per_pixel, y + dy * per_pixel, radius))

    def handle(self, event: pygame.event.Event) -> bool:
        if event.type == pygame.MOUSEMOTION:
            self.pointer = event.pos
            if self._dragging:
                self._pan(*event.rel)
        elif event.type == pygame.MOUSEWHEEL:
            self.zoom(ZOOM_STEP ** getattr(event, "precise_y", event.y))
        elif event.type == pygame.MOUSEBUTTONDOWN and not self._dragging:
            if event.button == 1 and self.is_space_down:
                self.stage.do("pause")  # the space bar was for dragging: undo its pause
            if event.button in (2, 3) or (event.button == 1 and self.is_space_down):
                self._dragging = event.button
        elif event.type == pygame.MOUSEBUTTONUP and event.button == self._dragging:
            self._dragging = 0
        elif event.type in (pygame.KEYDOWN, pygame.KEYUP) and event.key == pygame.K_SPACE:
            self.is_space_down = event.type == pygame.KEYDOWN
            return False  # the key table gets this event too
        else:
            return False
        return True
