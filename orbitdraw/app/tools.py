"""The hand: place and throw bodies, hold one and change it, spray dust. It asks the worker and waits for nothing."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pygame

from orbitdraw.app import deeds
from orbitdraw.app.chart import Chart
from orbitdraw.app.deeds import Aim, Foretold, Latest, Pair, World
from orbitdraw.app.layer import Layer
from orbitdraw.app.rounding import heavier, tidy

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from orbitdraw.app.stage import Stage

CLICK = 5.0
"""Points within which a press and its release are a click and not a drag."""

REACH = 13.0
"""Points around a body or the tip of its arrow within which it is meant."""

SHIFTS = (pygame.K_LSHIFT, pygame.K_RSHIFT)


class Tools(Layer):
    """What the left button does on a scene. `deed` is what it is doing: throw, move, push, spray, or nothing."""

    def __init__(self, stage: Stage) -> None:
        super().__init__()
        self.stage = stage
        self.world: World | None = None
        self.deed = ""
        self.start: Pair = (0.0, 0.0)
        self.pointer: Pair = (0.0, 0.0)
        self.chosen: int | None = None
        self.pen: float | None = None
        self.dusting = False
        self.grains = 100
        self.spread = 0.05
        self.circle = False
        self.foretold: Foretold | None = None
        self._aims = Latest(stage.show, deeds.aim)
        self._sprayed: tuple[int, Pair] | None = None
        self._wondering = False
        self._asked = -1.0

    # -- what is known ---------------------------------------------------------------------------------------------

    @property
    def holds(self) -> bool:
        """True while a body is in the hand: time waits, because a held body draws nothing."""
        return self.deed in ("move", "push")

    @property
    def mass(self) -> float:
        """The mass of the next body: what was chosen, or a hundredth of the heaviest there is; the first weighs 1."""
        if self.pen is not None:
            return self.pen
        heaviest = float(self.world.mass.max()) if self.world is not None and len(self.world.mass) else 0.0
        return tidy(0.01 * heaviest) if heaviest > 0 else 1.0

    def hear(self, news: Any) -> None:
        if isinstance(news, World):
            self.world = news
            if self.chosen is not None and news.place(self.chosen) is None:
                self.chosen = None
            # The world moves while one aims; a third of its frames is enough for a path that is looked at.
            self.stale = self.stale or bool(self.deed or self.dusting or self.chosen is not None or len(news.new))
            if self.deed and (news.frame % 3 == 0 or not self.stage.pace.playing):
                self._consider()
        elif isinstance(news, Foretold) and self.deed in ("throw", "move", "push"):
            self.foretold, self.stale = news, True

    @property
    def chart(self) -> Chart:
        """Where the world is in the window now."""
        view = self.stage.picture.view or (0.0, 0.0, 1.0)
        standpoint, span = (None, 1.0) if self.world is None else (self.world.standpoint, self.world.span)
        return Chart(view, self.stage.window.size, standpoint, span)

    def at(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """World (n, 2) to pixels."""
        return self.chart.at(points)

    def world_at(self, pixel: Pair) -> Pair:
        """A pixel to the world."""
        return self.chart.world_at(pixel)

    def body(self) -> tuple[Pair, Pair, float] | None:
        """Place, velocity and mass of the chosen body."""
        place = self.world.place(self.chosen) if self.world is not None and self.chosen is not None else None
        if self.world is None or place is None:
            return None
        (x, y), (vx, vy) = self.world.pos[place].tolist(), self.world.vel[place].tolist()
        return (x, y), (vx, vy), float(self.world.mass[place])

    def dragged(self) -> bool:
        """True when the pointer has left the place where it was pressed."""
        return math.dist(self.start, self.pointer) > self.px(CLICK)

    def aim(self) -> Aim | None:
        """What the hand would do if it let go now."""
        body, chart = self.body(), self.chart
        if self.deed == "throw":
            place = chart.world_at(self.start)
            vel = chart.velocity(place, self.pointer if self.dragged() else None)
            return Aim(self.mass, place, vel, self.circle)
        if body is None or not self.holds:
            return None
        pos, vel, mass = body
        if self.deed == "move":
            (x, y), (gx, gy) = chart.world_at(self.pointer), chart.world_at(self.start)
            place = (pos[0] + x - gx, pos[1] + y - gy) if self.dragged() else pos
            return Aim(mass, place, vel, self.circle, self.chosen)
        return Aim(mass, pos, chart.velocity(pos, self.pointer), self.circle, self.chosen)

    def _consider(self) -> None:
        self._wondering = self.stale = True

    # -- keys ------------------------------------------------------------------------------------------------------

    def keys(self) -> dict[str, Callable[[], None]]:
        """What the actions of the key table do here."""
        show = self.stage.show
        return {
            "undo": lambda: show.ask(deeds.undo, show),
            "redo": lambda: show.ask(deeds.undo, show, True),
            "take away": self._take,
            "duplicate": self._duplicate,
            "heavier": lambda: self._weigh(1),
            "lighter": lambda: self._weigh(-1),
            "dust": self._toggle_dust,
        }

    def _do(self, *edits: tuple[str, tuple[float, ...]]) -> None:
        self.stage.show.ask(deeds.do, self.stage.show, *edits)

    def _say(self, sentence: str) -> None:
        self.stage.window.toast.say(sentence)

    def _open(self) -> bool:
        if self.world is not None and not self.world.open:
            self._say("Bodies and dust have no place in this scene: it moves by rules of its own")
        return self.world is not None and self.world.open and self.stage.mishap.trouble is None

    def _take(self) -> None:
        if self.chosen is None:
            self._say("Click a body first; Delete then takes it away")
        elif not self.deed:
            self._do(("take", (self.chosen,)))
            self.chosen = None

    def _duplicate(self) -> None:
        body = self.body()
        if body is None:
            self._say("Click a body first; Ctrl+D then makes another beside it")
        elif self.world is not None and not self.deed:
            (x, y), vel, mass = body
            beside = 0.08 * (self.stage.picture.view or (0, 0, 1))[2]
            self._do(("throw", (mass, x + beside, y, *vel)))
            self.chosen = max(self.world.name.tolist()) + 1

    def _weigh(self, steps: int) -> None:
        body = self.body()
        if body is not None and self.deed != "throw":
            mass = heavier(body[2], steps)
            self._do(("weigh", (float(self.chosen or 0), mass)))
            self._say(f"This body weighs {mass:g}")
        elif self._open():
            self.pen = heavier(self.mass, steps)
            if not self.deed:
                self._say(f"The next body weighs {self.pen:g}")
            self._consider()

    def _toggle_dust(self) -> None:
        if self._open():
            self.dusting, self.stale = not self.dusting, True
            self.chosen, self.deed = None, ""

    # -- mouse -----------------------------------------------------------------------------------------------------

    def handle(self, event: pygame.event.Event) -> bool:
        if event.type == pygame.MOUSEMOTION:
            self.pointer = event.pos
            if self.deed or self.dusting:
                self._consider()
            return False
        if event.type in (pygame.KEYDOWN, pygame.KEYUP) and event.key in SHIFTS:
            self.circle = event.type == pygame.KEYDOWN
            if self.deed:
                self._consider()
            return False
        if event.type == pygame.KEYDOWN and event.key == pygame.K_ESCAPE:
            return self._give_up()
        if event.type == pygame.MOUSEWHEEL and (self.deed or self.dusting):
            self._turn(event)
            return True
        if event.type == pygame.MOUSEBUTTONDOWN and event.button == 1 and not self.stage.sight.space:
            return self._press(event.pos)
        if event.type == pygame.MOUSEBUTTONUP and event.button == 1 and self.deed:
            self.pointer = event.pos
            self._release()
            return True
        return False

    def _give_up(self) -> bool:
        something = bool(self.deed) or self.dusting or self.chosen is not None
        if self.deed:
            self.deed = ""
        elif self.dusting:
            self.dusting = False
        else:
            self.chosen = None
        self.foretold, self.stale = None, True
        return something

    def _turn(self, event: pygame.event.Event) -> None:
        # With Shift some desktops turn the wheel sideways.
        turned = getattr(event, "precise_y", event.y) or getattr(event, "precise_x", event.x)
        if not self.dusting:
            self._weigh(1 if turned > 0 else -1)
        elif self.circle:
            self.grains = int(min(20_000, max(1, heavier(self.grains, 1 if turned > 0 else -1))))
        else:
            self.spread = min(1.0, max(0.002, self.spread * 1.15**turned))
        self.stale = True

    def _press(self, pos: Pair) -> bool:

        self.start = self.pointer = pos
        if self.stage.shot is None or not self._open():
            return False
        self.foretold, self.stale = None, True
        if self.dusting:
            self.deed, self._sprayed = "spray", None
            return True
        body = self.body()
        if body is not None and self.world is not None:
            start, tip = self.chart.arrow(body[0], body[1])
            if math.dist(tip, pos) <= self.px(REACH) < math.dist(start, pos):
                self.deed = "push"
                return True
        found = self._under(pos)
        if found is None:
            self.deed = "throw"
        else:
            self.deed, self.chosen = "move", found
        self._consider()
        return True

    def _under(self, pos: Pair) -> int | None:
        import numpy as np

        assert self.world is not None
        if not len(self.world.name):
            return None
        apart = np.hypot(*(self.at(self.world.pos) - np.array(pos)).T)
        near = int(np.argmin(np.nan_to_num(apart, nan=np.inf)))
        return int(self.world.name[near]) if apart[near] <= self.px(REACH) else None

    def _release(self) -> None:
        aim, deed, chosen = self.aim(), self.deed, self.chosen
        self.deed, self.foretold, self.stale = "", None, True
        if aim is None:
            return
        show = self.stage.show
        if deed == "throw":
            if chosen is not None and not self.dragged() and not self.circle:
                self.chosen = None  # a click beside what was chosen lets go of it
                return
            show.ask(deeds.let_go, show, aim)
        elif deed == "push" or self.dragged():
            show.ask(deeds.let_go, show, aim, deed)

    def tick(self, now: float) -> None:
        # Forecasts run beside the frames, one after the other; a new one is asked for when the last must be there.
        cost = self.foretold.cost if self.foretold is not None else 0.0
        if self._wondering and now - self._asked >= 1.5 * cost:
            self._wondering, self._asked, aim = False, now, self.aim()
            if aim is not None:
                self._aims.ask(aim)
        if self.deed != "spray" or self.world is None:
            return
        x, y = self.world_at(self.pointer)
        spread = self.spread * (self.stage.picture.view or (0, 0, 1))[2]
        last = self._sprayed
        # Once a frame; while time stands still, where the hand has moved on.
        if last is None or last[0] != self.world.frame or math.dist(last[1], (x, y)) > spread:
            self._sprayed = (self.world.frame, (x, y))
            show = self.stage.show
            vel = self.chart.velocity((x, y), None)
            show.ask(deeds.spray, show, self.grains, (x, y), vel, spread, self.circle, self.stage.pace.playing)

    def draw(self, surface: pygame.Surface) -> None:
        from orbitdraw.app.reading import draw_hand

        draw_hand(self, surface)
