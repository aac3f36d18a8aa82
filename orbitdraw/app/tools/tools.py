"""Tools of the left mouse button. They send requests to the worker and never wait."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pygame

from orbitdraw.app.session import deferred as awaited
from orbitdraw.app.session import edits as deeds
from orbitdraw.app.session.edits import Foretold, Pair
from orbitdraw.app.session.world import World
from orbitdraw.app.stage.camera import Sight
from orbitdraw.app.stage.stage_view import StageView
from orbitdraw.app.tools import overlay
from orbitdraw.app.tools import whole_drawing as magic
from orbitdraw.app.tools.bodies import Throwing
from orbitdraw.app.tools.context import ToolContext
from orbitdraw.app.tools.dust import Dusting
from orbitdraw.app.tools.fields import Planting
from orbitdraw.runtime import warmup

SHIFTS = (pygame.K_LSHIFT, pygame.K_RSHIFT)


READY_AFTER = 60
"""Frames after which kernels that the tools may need are loaded ahead of need."""


class Tools(ToolContext):
    """The layer of the three tools, of which one is active: bodies, dust or fields."""

    def __init__(self, stage: StageView, sight: Sight) -> None:
        super().__init__(stage, sight)
        self._readied = False
        self.bodies, self.dust, self.fields = Throwing(self), Dusting(self), Planting(self)
        self.held: Throwing | Dusting | Planting = self.bodies

    # -- state -----------------------------------------------------------------------------------------------------

    @property
    def holds(self) -> bool:
        """True while a body is dragged: the scene waits, because a dragged body draws nothing."""
        return self.bodies.holds

    @property
    def busy(self) -> bool:
        """True while the button is down for a tool."""
        return self.held.busy

    @property
    def chosen(self) -> int | None:
        """The name of the selected body."""
        return self.bodies.chosen

    def hear(self, news: Any) -> None:
        if isinstance(news, World):
            magic.watch_twins(self, news)
            self.world = news
            if self.wished and news.symmetry == self.wished and news.uneven:
                self.say(magic.symmetry_words(self.wished[0], self.wished[1], uneven=True))
            if news.symmetry == self.wished or self.wished[:2] == (1.0, 0.0):
                self.wished = ()
            marked = self.held is not self.bodies or self.chosen is not None or len(news.new) or len(news.fields)
            self.stale = self.stale or bool(self.busy or marked)
            self.bodies.hear(news)
        elif isinstance(news, Foretold):
            self.bodies.foresee(news)

    def keys(self) -> dict[str, Callable[[], None]]:
        """Actions of the key table that the tools handle."""
        session = self.stage.session
        return {
            "undo": lambda: session.ask(deeds.undo, session),
            "redo": lambda: session.ask(deeds.undo, session, True),
            "dust": self._next_dust,
            "fields": self._next_field,
            "flip": self.fields.flip,
            "take away": self._take_away,
            **self.bodies.keys(),
            **magic.keys(self, self.bodies),
        }

    def take_up(self, what: Throwing | Dusting | Planting) -> None:
        """Make this the active tool."""
        self.held.give_up()
        self.held, self.stale = what, True

    def _take_away(self) -> None:
        if not self.fields.take():
            self.bodies.take()

    def _next_dust(self) -> None:
        if not self.open():
            return
        if self.held is not self.dust:
            self.take_up(self.dust)
        elif not self.dust.next_form():
            self.take_up(self.bodies)
        self.stale = True

    def _next_field(self) -> None:
        if not self.open():
            return
        if self.held is not self.fields:
            awaited.make_ready()
            self.take_up(self.fields)
        elif not self.fields.next_kind():
            self.take_up(self.bodies)
        self.stale = True

    # -- events ----------------------------------------------------------------------------------------------------

    def handle(self, event: pygame.event.Event) -> bool:
        if event.type == pygame.MOUSEMOTION:
            self.pointer = event.pos
            if isinstance(self.held, (Throwing, Planting)):
                self.held.move()
            self.stale = self.stale or self.held is not self.bodies
            return False
        if event.type in (pygame.KEYDOWN, pygame.KEYUP) and event.key in SHIFTS:
            self.circle = event.type == pygame.KEYDOWN
            self.bodies.move()
            return False
        if event.type == pygame.KEYDOWN and event.key == pygame.K_ESCAPE:
            return self._give_up()
        if event.type == pygame.MOUSEWHEEL and (self.busy or self.held is not self.bodies):
            # With Shift some desktops report a horizontal wheel.
            turned = getattr(event, "precise_y", event.y) or getattr(event, "precise_x", event.x)
            self.held.turn(turned, self.circle)
            self.stale = True
            return True
        if event.type == pygame.MOUSEBUTTONDOWN and event.button == 1 and not self.sight.space:
            return self._press(event.pos)
        if event.type == pygame.MOUSEBUTTONUP and event.button == 1 and self.busy:
            self.pointer, self.stale = event.pos, True
            self.held.release()
            return True
        return False

    def _press(self, pos: Pair) -> bool:
        self.start = self.pointer = pos
        if self.stage.shot is None or not self.open():
            return False
        self.stale = True
        return self.held.press(pos)

    def _give_up(self) -> bool:
        something = self.held.give_up()
        if not something and self.held is not self.bodies:
            self.take_up(self.bodies)
            something = True
        self.stale = True
        return something

    def tick(self, now: float) -> None:
        self._movements.tick(now, "")
        self.bodies.tick(now)
        self.dust.tick()
        if self._readied or self.world is None or self.world.frame <= READY_AFTER or not self.world.open:
            return
        # During the very first start a second process compiles the kernels, and needs both cores.
        if not warmup.running():
            self._readied = True
            awaited.make_ready()

    def draw(self, surface: pygame.Surface) -> None:
        world = self.world
        if world is None or not world.open:
            return
        # Labels stay clear of the panel: a label that is half covered cannot be read.
        width, height = surface.get_size()
        free = surface.subsurface((0, 0, max(1, width - self.stage.covers), height))
        overlay.draw_world(self, world, free, self.busy)
        self.fields.draw(free, self.held is self.fields)
        if self.held is self.dust:
            self.dust.draw(free)
        elif self.held is self.bodies:
            overlay.draw_body(self.bodies, free)
