"""The contour lines over the picture: on or off, and redrawn when the potential or the view changes."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from orbitdraw.app.session.force_field import Survey
from orbitdraw.app.session.host import Host
from orbitdraw.app.shell.messages import Ground, Notice
from orbitdraw.ink.look import View

if TYPE_CHECKING:
    from orbitdraw.app.session.force_field import Survey
    from orbitdraw.app.shell.messages import Triple
    from orbitdraw.ink.look import View

GROUND_EVERY = 0.12
"""Seconds between two surveys of a potential that changes with time."""

RESTLESS = 0.4
"""Seconds within which a second change means that the user is dragging a value: surveys are coarse meanwhile."""

_beside = ThreadPoolExecutor(1, "orbitdraw ground")


class Levels:
    """Draws contour lines of the run that is shown, one survey at a time, in a thread beside the frames."""

    def __init__(self, host: Host, scale: float) -> None:
        self._host = host
        self._scale = scale
        self.on = False
        self.hidden = False
        """True in a rotating frame, where lines are on but not shown."""
        self.busy = False
        self._key: tuple[Any, ...] = ()
        self._time = 0.0
        self._light = False
        self._rough = self._missed = False
        """Whether the last survey was coarse, and whether another was requested during it."""
        self._wanted = 0
        self._lock = threading.Lock()

    def forget(self) -> None:
        """Discard the last survey and the one in progress."""
        with self._lock:
            self._key, self._wanted = (), self._wanted + 1

    def see(self, pixels: Any, now: float) -> None:
        """Survey the landscape after a picture, if the lines are on and the potential or the view has changed."""
        self._light = bool((int(pixels[0, 0]) & 255) > 150)
        self._look(now)

    def _look(self, now: float) -> None:
        if not self.on or self._host.film is None:
            return
        film = self._host.film
        watched, view = film.frame_pose, film.run.view
        if watched.is_rotated:
            self._hide()
            return
        self.hidden = False
        if self.busy:
            self._missed = True
            return
        survey = Survey.of(film.run)
        # In the frame of a moving body the landscape passes by: survey the part of the world that is in view now.
        seen = View((watched.to_world([view.center])[0].tolist()), view.radius)
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
        _beside.submit(self._survey, survey, seen, film.size, view.triple, self._wanted)

    def _survey(self, survey: Survey, seen: View, size: tuple[int, int], view: Triple, wanted: int) -> None:
        """Draw the lines in the thread beside the frames, and report them if they are still wanted."""
        try:
            surface = survey.picture(seen, size, self._scale, light=self._light)
            with self._lock:
                if wanted == self._wanted:
                    self._host.report(Ground(surface, view))
        except Exception as error:
            self._host.report(
                Notice(f"The contour lines cannot be drawn: {type(error).__name__}: {error}", warning=True)
            )
        finally:
            self.busy = False
            if self._missed or self._rough:
                self._host.ask(self._again)

    def _again(self) -> None:
        self._look(time.perf_counter())

    def _hide(self) -> None:
        if not self.hidden:
            self.hidden = True
            self.forget()
            self._host.report(Ground(None, (0.0, 0.0, 1.0)))
            self._host.report(Notice("Contour lines are hidden in a rotating frame; V changes the frame"))

    def turn(self) -> bool:
        """Toggle the contour lines; True when a new picture is needed for them."""
        self.on = not self.on
        self.forget()
        self.hidden = False
        film = self._host.film
        if not self.on or film is None:
            self._host.report(Ground(None, (0.0, 0.0, 1.0)))
            return False
        scene = film.run.scene
        if scene.potential is None and not len(film.run.state.get("mass", ())):
            self.on = False
            self._host.report(Notice(f"{scene.name} has no potential to show"))
            return False
        return True
