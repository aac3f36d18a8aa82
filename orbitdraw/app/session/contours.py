"""The level lines over the picture: on or off, and drawn anew when what they show has changed."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from orbitdraw.app.shell.messages import Ground, Notice

if TYPE_CHECKING:
    from orbitdraw.app.session.force_field import Survey
    from orbitdraw.app.session.session import Show
    from orbitdraw.app.shell.messages import Triple
    from orbitdraw.ink.look import View

GROUND_EVERY = 0.12
"""Seconds between two surveys of a ground that changes with time."""

RESTLESS = 0.4
"""Seconds within which a second change means that a hand is changing the ground: it is surveyed roughly meanwhile."""

_beside = ThreadPoolExecutor(1, "orbitdraw ground")


class Levels:
    """Surveys the ground of the run that is shown, one survey at a time, beside the frames."""

    def __init__(self) -> None:
        self.on = False
        self.hidden = False
        """True while the picture turns, and lines are on but not shown."""
        self.busy = False
        self._key: tuple[Any, ...] = ()
        self._time = 0.0
        self._light = False
        self._rough = self._missed = False
        """Whether the last survey was a rough one, and whether another was wanted during it."""
        self._wanted = 0
        self._lock = threading.Lock()

    def forget(self) -> None:
        """What was surveyed, or is being surveyed, is out of date."""
        with self._lock:
            self._key, self._wanted = (), self._wanted + 1

    def see(self, show: Show, pixels: Any, now: float) -> None:
        """After every picture: survey what lies under it, if the lines are on and what they show has changed."""
        self._light = bool((int(pixels[0, 0]) & 255) > 150)
        self._look(show, now)

    def _look(self, show: Show, now: float) -> None:
        if not self.on or show.film is None:
            return
        from orbitdraw.app.session.force_field import Survey
        from orbitdraw.ink.look import View

        film = show.film
        watched, view = film.standpoint, film.run.view
        if watched.turned:
            self._hide(show)
            return
        self.hidden = False
        if self.busy:
            self._missed = True
            return
        survey = Survey.of(film.run)
        # The ground passes by under who goes with a body: lines are those of the part of the world that is seen now.
        seen = View((watched.world([view.center])[0].tolist()), view.radius)
        changing = survey.changes or watched.velocity != (0.0, 0.0)
        key = (view, film.size, survey.key, seen)
        changed, moved, soon = key != self._key, key[:2] != self._key[:2], now - self._time
        if not changed and not self._rough:
            return
        if changing and not moved and soon < GROUND_EVERY:
            return
        rough = changed and bool(self._key) and soon < RESTLESS
        self._key, self._time, self._rough, self._missed = key, now, rough and not changing, False
        self.busy = True
        survey = replace(survey, changes=changing or rough)
        _beside.submit(self._survey, show, survey, seen, film.size, view.triple, self._wanted)

    def _survey(self, show: Show, survey: Survey, seen: View, size: tuple[int, int], view: Triple, wanted: int) -> None:
        """Beside the frames: draw the lines, and show them if they are still wanted."""
        try:
            surface = survey.picture(seen, size, show.scale, light=self._light)
            with self._lock:
                if wanted == self._wanted:
                    show.report(Ground(surface, view))
        except Exception as error:
            show.report(Notice(f"The level lines cannot be drawn: {type(error).__name__}: {error}", warning=True))
        finally:
            self.busy = False
            if self._missed or self._rough:
                show.ask(self._again, show)

    def _again(self, show: Show) -> None:
        self._look(show, time.perf_counter())

    def _hide(self, show: Show) -> None:
        if not self.hidden:
            self.hidden = True
            self.forget()
            show.report(Ground(None, (0.0, 0.0, 1.0)))
            show.report(Notice("Level lines do not hold still in a turning frame; they come back in the next (V)"))


def turn(show: Show) -> None:
    """Lay the level lines over the picture, or take them away."""
    levels = show.levels
    levels.on = not levels.on
    levels.forget()
    levels.hidden = False
    if not levels.on or show.film is None:
        show.report(Ground(None, (0.0, 0.0, 1.0)))
        return
    scene = show.film.run.scene
    if scene.potential is None and not len(show.film.run.state.get("mass", ())):
        levels.on = False
        show.report(Notice(f"{scene.name} has no potential to show"))
        return
    show.shoot()
