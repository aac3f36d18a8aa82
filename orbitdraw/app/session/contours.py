"""The contour lines over the picture: on or off, and redrawn when the potential or the view changes."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from orbitdraw.app.session.force_field import EffectivePotential
from orbitdraw.app.session.host import Host
from orbitdraw.app.shell.messages import ContourImage, Notice
from orbitdraw.ink.look import View

if TYPE_CHECKING:
    from orbitdraw.app.session.force_field import EffectivePotential
    from orbitdraw.app.shell.messages import Triple
    from orbitdraw.ink.look import View

UPDATE_INTERVAL = 0.12
"""Seconds between two updates of the lines of a potential that changes with time."""

DRAG_INTERVAL = 0.4
"""Seconds within which a second change means that the user is dragging a value: the lines are coarse meanwhile."""

_executor = ThreadPoolExecutor(1, "orbitdraw ground")


class ContourOverlay:
    """Draws contour lines of the run that is shown, one image at a time, in a thread beside the frames."""

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
        self._is_coarse = self._is_outdated = False
        """Whether the last lines were coarse, and whether others were requested while they were drawn."""
        self._generation = 0
        self._lock = threading.Lock()

    def invalidate(self) -> None:
        """Discard the last lines and those in progress."""
        with self._lock:
            self._key, self._generation = (), self._generation + 1

    def update(self, pixels: Any, now: float) -> None:
        """Draw the lines after a picture, if the lines are on and the potential or the view has changed."""
        self._light = bool((int(pixels[0, 0]) & 255) > 150)
        self._update_lines(now)

    def _update_lines(self, now: float) -> None:
        if not self.on or self._host.film is None:
            return
        film = self._host.film
        pose, view = film.frame_pose, film.run.view
        if pose.is_rotated:
            self._hide()
            return
        self.hidden = False
        if self.busy:
            self._is_outdated = True
            return
        potential = EffectivePotential.of(film.run)
        # In the frame of a moving body the landscape passes by: draw the part of the world that is in view now.
        world_view = View((pose.to_world([view.center])[0].tolist()), view.radius)
        changing = potential.is_changing or pose.velocity != (0.0, 0.0)
        key = (view, film.size, potential.key, world_view)
        changed, moved, elapsed = key != self._key, key[:2] != self._key[:2], now - self._time
        if not changed and not self._is_coarse:
            return
        if changing and not moved and elapsed < UPDATE_INTERVAL:
            return
        coarse = changed and bool(self._key) and elapsed < DRAG_INTERVAL
        self._key, self._time, self._is_coarse, self._is_outdated = key, now, coarse and not changing, False
        self.busy = True
        potential = replace(potential, is_changing=changing or coarse)
        _executor.submit(self._draw_lines, potential, world_view, film.size, view.triple, self._generation)

    def _draw_lines(
        self, potential: EffectivePotential, world_view: View, size: tuple[int, int], view: Triple, generation: int
    ) -> None:
        """Draw the lines in the thread beside the frames, and report them if they are still wanted."""
        try:
            surface = potential.render(world_view, size, self._scale, light=self._light)
            with self._lock:
                if generation == self._generation:
                    self._host.report(ContourImage(surface, view))
        except Exception as error:
            self._host.report(
                Notice(f"The contour lines cannot be drawn: {type(error).__name__}: {error}", warning=True)
            )
        finally:
            self.busy = False
            if self._is_outdated or self._is_coarse:
                self._host.submit(self._update_now)

    def _update_now(self) -> None:
        self._update_lines(time.perf_counter())

    def _hide(self) -> None:
        if not self.hidden:
            self.hidden = True
            self.invalidate()
            self._host.report(ContourImage(None, (0.0, 0.0, 1.0)))
            self._host.report(Notice("Contour lines are hidden in a rotating frame; V changes the frame"))

    def toggle(self) -> bool:
        """Toggle the contour lines; True when a new picture is needed for them."""
        self.on = not self.on
        self.invalidate()
        self.hidden = False
        film = self._host.film
        if not self.on or film is None:
            self._host.report(ContourImage(None, (0.0, 0.0, 1.0)))
            return False
        scene = film.run.scene
        if scene.potential is None and not len(film.run.state.get("mass", ())):
            self.on = False
            self._host.report(Notice(f"{scene.name} has no potential to show"))
            return False
        return True
