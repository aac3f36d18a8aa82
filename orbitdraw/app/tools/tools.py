"""The hand: what the left button does on a scene. It asks the worker and waits for nothing."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pygame

from orbitdraw.app.session import deferred as awaited
from orbitdraw.app.session import edits as deeds
from orbitdraw.app.session.edits import Foretold, Pair
from orbitdraw.app.session.world import World
from orbitdraw.app.shell.gestures import Movements
from orbitdraw.app.shell.layer import Layer
from orbitdraw.app.stage.projection import Chart
from orbitdraw.app.tools import whole_drawing as magic
from orbitdraw.app.tools.bodies import Throwing
from orbitdraw.app.tools.dust import Dusting
from orbitdraw.app.tools.fields import Planting
from orbitdraw.runtime import warmup

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from orbitdraw.app.scene_page import Stage

CLICK = 5.0
"""Points within which a press and its release are a click and not a drag."""

SHIFTS = (pygame.K_LSHIFT, pygame.K_RSHIFT)


READY_AFTER = 60
"""Frames after which there is time for what the hand may need, and has not asked for."""


class Tools(Layer):
    """One hand with three things it can hold: bodies, dust or fields. What they share is here."""

    def __init__(self, stage: Stage) -> None:
        super().__init__()
        self.stage = stage
        self.world: World | None = None
        self.start: Pair = (0.0, 0.0)
        self.pointer: Pair = (0.0, 0.0)
        self.wished: tuple[float, ...] = ()
        """The symmetry that was asked for last and is not there yet: keys come faster than frames."""
        self._readied = False
        self.circle = False
        """True while Shift asks for orbits."""
        self.bodies, self.dust, self.fields = Throwing(self), Dusting(self), Planting(self)
        self.held: Throwing | Dusting | Planting = self.bodies
        self._movements = Movements()

    # -- what is known ---------------------------------------------------------------------------------------------

    @property
    def holds(self) -> bool:
        """True while a body is in the hand: time waits, because a held body draws nothing."""
        return self.bodies.holds

    @property
    def busy(self) -> bool:
        """True while the button is down for something of the hand's."""
        return self.held.busy

    @property
    def chosen(self) -> int | None:
        """The name of the body that is held."""
        return self.bodies.chosen

    @property
    def radius(self) -> float:
        """Of the view, in world units."""
        return (self.stage.picture.view or (0.0, 0.0, 1.0))[2]

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

    @property
    def chart(self) -> Chart:
        """Where the world is in the window now."""
        view = self.stage.picture.view or (0.0, 0.0, 1.0)
        standpoint, span = (None, 1.0) if self.world is None else (self.world.standpoint, self.world.span)
        return Chart(view, self.stage.window.size, standpoint, span)

    def at(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """World (n, 2) to pixels."""
        return self.chart.at(points)

    def pixel_of(self, place: Pair) -> Pair:
        """One place of the world to a pixel."""
        import numpy as np

        x, y = self.chart.at(np.array([place]))[0].tolist()
        return x, y

    def world_at(self, pixel: Pair) -> Pair:
        """A pixel to the world."""
        return self.chart.world_at(pixel)

    def dragged(self) -> bool:
        """True when the pointer has left the place where it was pressed."""
        return math.dist(self.start, self.pointer) > self.px(CLICK)

    # -- what is asked ---------------------------------------------------------------------------------------------

    def do(self, *edits: tuple[str, tuple[float, ...]]) -> None:
        """Ask the worker to do it to the run."""
        self.stage.show.ask(deeds.do, self.stage.show, *edits)

    def change(self, make: deeds.Make, turned: str = "") -> None:
        """Ask the worker to do what `make` finds to be done in the state as it then is, and to say it.

        Notch after notch of what is `turned` is one movement, taken back as one.
        """
        gesture = self._movements.of(turned) if turned else 0
        self.stage.show.ask(deeds.change, self.stage.show, make, gesture)

    def say(self, sentence: str) -> None:
        """Tell the person."""
        self.stage.window.toast.say(sentence)

    def open(self) -> bool:
        """Whether a hand can do anything in this scene; if not, it is said."""
        if self.world is not None and not self.world.open:
            self.say("Bodies and dust have no place in this scene: it moves by rules of its own")
        return self.world is not None and self.world.open and self.stage.mishap.trouble is None

    def keys(self) -> dict[str, Callable[[], None]]:
        """What the actions of the key table do here."""
        show = self.stage.show
        return {
            "undo": lambda: show.ask(deeds.undo, show),
            "redo": lambda: show.ask(deeds.undo, show, True),
            "dust": self._next_dust,
            "fields": self._next_field,
            "flip": self.fields.flip,
            **self.bodies.keys(),
            **magic.keys(self),
        }

    def take_up(self, what: Throwing | Dusting | Planting) -> None:
        """Hold this from now on."""
        self.held.give_up()
        self.held, self.stale = what, True

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
            # With Shift some desktops turn the wheel sideways.
            turned = getattr(event, "precise_y", event.y) or getattr(event, "precise_x", event.x)
            self.held.turn(turned, self.circle)
            self.stale = True
            return True
        if event.type == pygame.MOUSEBUTTONDOWN and event.button == 1 and not self.stage.sight.space:
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
        # While the very first start compiles, its second process makes the kernels, and both cores are needed.
        if not warmup.running():
            self._readied = True
            awaited.make_ready()

    def draw(self, surface: pygame.Surface) -> None:
        from orbitdraw.app.tools.overlay import draw_hand

        # What lies under the panel is not written there: a label that is half covered cannot be read.
        width, height = surface.get_size()
        draw_hand(self, surface.subsurface((0, 0, max(1, width - self.stage.panel.covers), height)))
