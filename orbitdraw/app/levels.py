"""The level lines over the picture: on or off, and drawn anew when what they show has changed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from orbitdraw.app.news import Ground, Notice

if TYPE_CHECKING:
    from orbitdraw.app.show import Show

GROUND_EVERY = 0.12
"""Seconds between two surveys of a ground that changes with time."""


class Levels:
    """Surveys the ground of the run that is shown, in the worker's thread."""

    def __init__(self) -> None:
        self.on = False
        self._key: tuple[Any, ...] = ()
        self._time = 0.0
        self.hidden = False
        """True while the picture turns, and lines are on but not shown."""

    def forget(self) -> None:
        """What was surveyed is out of date."""
        self._key = ()

    def see(self, show: Show, pixels: Any, now: float) -> None:
        """After every picture: survey what lies under it, if the lines are on and what they show has changed."""
        if not self.on or show.film is None:
            return
        from orbitdraw.app.ground import Survey
        from orbitdraw.look import View

        film = show.film
        watched, view = film.standpoint, film.run.view
        if watched.turned:
            self._hide(show)
            return
        self.hidden = False
        survey = Survey.of(film.run)
        # The ground passes by under who goes with a body: lines are those of the part of the world that is seen now.
        seen = View((watched.world([view.center])[0].tolist()), view.radius)
        survey = replace(survey, changes=survey.changes or watched.velocity != (0.0, 0.0))
        key = (view, film.size, survey.key, seen)
        moved = key[:2] != self._key[:2]
        if key == self._key or (survey.changes and not moved and now - self._time < GROUND_EVERY):
            return
        self._key, self._time = key, now
        surface = survey.picture(seen, film.size, show.scale, light=bool((int(pixels[0, 0]) & 255) > 150))
        show.report(Ground(surface, film.run.view.triple))

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
