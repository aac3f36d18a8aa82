"""Tools of the left mouse button. They send requests to the worker and never wait."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pygame

from orbitdraw.app.session import deferred_edits, edit_tasks
from orbitdraw.app.session.edit_tasks import AimForecast, Pair
from orbitdraw.app.session.world import World
from orbitdraw.app.stage.camera import Camera
from orbitdraw.app.stage.stage_view import StageView
from orbitdraw.app.tools import overlay, whole_drawing
from orbitdraw.app.tools.bodies import BodyTool
from orbitdraw.app.tools.context import ToolContext
from orbitdraw.app.tools.dust import DustTool
from orbitdraw.app.tools.fields import FieldTool
from orbitdraw.runtime import warmup

SHIFT_KEYS = (pygame.K_LSHIFT, pygame.K_RSHIFT)


PRELOAD_AFTER = 60
"""Frames after which kernels that the tools may need are loaded ahead of need."""


class Tools(ToolContext):
    """The layer of the three tools, of which one is active: bodies, dust or fields."""

    def __init__(self, stage: StageView, camera: Camera) -> None:
        super().__init__(stage, camera)
        self._is_preloaded = False
        self.bodies, self.dust, self.fields = BodyTool(self), DustTool(self), FieldTool(self)
        self.active_tool: BodyTool | DustTool | FieldTool = self.bodies

    # -- state -----------------------------------------------------------------------------------------------------

    @property
    def holds_playback(self) -> bool:
        """True while a body is dragged: the scene waits, because a dragged body draws nothing."""
        return self.bodies.holds_playback

    @property
    def busy(self) -> bool:
        """True while the button is down for a tool."""
        return self.active_tool.busy

    @property
    def selected(self) -> int | None:
        """The name of the selected body."""
        return self.bodies.selected

    def receive(self, message: Any) -> None:
        if isinstance(message, World):
            whole_drawing.report_divergence(self, message)
            self.world = message
            if self.requested_symmetry and message.symmetry == self.requested_symmetry and message.lacks_symmetry:
                self.say(
                    whole_drawing.symmetry_words(
                        self.requested_symmetry[0], self.requested_symmetry[1], lacks_symmetry=True
                    )
                )
            if message.symmetry == self.requested_symmetry or self.requested_symmetry[:2] == (1.0, 0.0):
                self.requested_symmetry = ()
            has_marks = (
                self.active_tool is not self.bodies
                or self.selected is not None
                or len(message.new)
                or len(message.fields)
            )
            self.stale = self.stale or bool(self.busy or has_marks)
            self.bodies.receive(message)
        elif isinstance(message, AimForecast):
            self.bodies.show_forecast(message)

    def keys(self) -> dict[str, Callable[[], None]]:
        """Actions of the key table that the tools handle."""
        session = self.stage.session
        return {
            "undo": lambda: session.submit(edit_tasks.undo, session),
            "redo": lambda: session.submit(edit_tasks.undo, session, True),
            "dust": self._next_dust_shape,
            "fields": self._next_field_kind,
            "flip": self.fields.flip,
            "take away": self._delete_selected,
            **self.bodies.keys(),
            **whole_drawing.keys(self, self.bodies),
        }

    def select_tool(self, tool: BodyTool | DustTool | FieldTool) -> None:
        """Make this the active tool."""
        self.active_tool.cancel()
        self.active_tool, self.stale = tool, True

    def _delete_selected(self) -> None:
        if not self.fields.delete():
            self.bodies.delete()

    def _next_dust_shape(self) -> None:
        if not self.can_edit():
            return
        if self.active_tool is not self.dust:
            self.select_tool(self.dust)
        elif not self.dust.next_shape():
            self.select_tool(self.bodies)
        self.stale = True

    def _next_field_kind(self) -> None:
        if not self.can_edit():
            return
        if self.active_tool is not self.fields:
            deferred_edits.preload_edits()
            self.select_tool(self.fields)
        elif not self.fields.next_kind():
            self.select_tool(self.bodies)
        self.stale = True

    # -- events ----------------------------------------------------------------------------------------------------

    def handle(self, event: pygame.event.Event) -> bool:
        if event.type == pygame.MOUSEMOTION:
            self.pointer = event.pos
            if isinstance(self.active_tool, (BodyTool, FieldTool)):
                self.active_tool.move()
            self.stale = self.stale or self.active_tool is not self.bodies
            return False
        if event.type in (pygame.KEYDOWN, pygame.KEYUP) and event.key in SHIFT_KEYS:
            self.is_shift_down = event.type == pygame.KEYDOWN
            self.bodies.move()
            return False
        if event.type == pygame.KEYDOWN and event.key == pygame.K_ESCAPE:
            return self._cancel()
        if event.type == pygame.MOUSEWHEEL and (self.busy or self.active_tool is not self.bodies):
            # With Shift some desktops report a horizontal wheel.
            notches = getattr(event, "precise_y", event.y) or getattr(event, "precise_x", event.x)
            self.active_tool.change_by_wheel(notches, self.is_shift_down)
            self.stale = True
            return True
        if event.type == pygame.MOUSEBUTTONDOWN and event.button == 1 and not self.camera.is_space_down:
            return self._press(event.pos)
        if event.type == pygame.MOUSEBUTTONUP and event.button == 1 and self.busy:
            self.pointer, self.stale = event.pos, True
            self.active_tool.release()
            return True
        return False

    def _press(self, pos: Pair) -> bool:
        self.start = self.pointer = pos
        if self.stage.shot is None or not self.can_edit():
            return False
        self.stale = True
        return self.active_tool.press(pos)

    def _cancel(self) -> bool:
        has_cancelled = self.active_tool.cancel()
        if not has_cancelled and self.active_tool is not self.bodies:
            self.select_tool(self.bodies)
            has_cancelled = True
        self.stale = True
        return has_cancelled

    def tick(self, now: float) -> None:
        self._gestures.tick(now, "")
        self.bodies.tick(now)
        self.dust.tick()
        if self._is_preloaded or self.world is None or self.world.frame <= PRELOAD_AFTER or not self.world.is_editable:
            return
        # During the very first start a second process compiles the kernels, and needs both cores.
        if not warmup.is_running():
            self._is_preloaded = True
            deferred_edits.preload_edits()

    def draw(self, surface: pygame.Surface) -> None:
        world = self.world
        if world is None or not world.is_editable:
            return
        # Labels stay clear of the panel: a label that is half covered cannot be read.
        width, height = surface.get_size()
        free_area = surface.subsurface((0, 0, max(1, width - self.stage.covers), height))
        overlay.draw_world(self, world, free_area, self.busy)
        self.fields.draw(free_area, self.active_tool is self.fields)
        if self.active_tool is self.dust:
            self.dust.draw(free_area)
        elif self.active_tool is self.bodies:
            overlay.draw_body(self.bodies, free_area)
