"""A film with its origin, and the film of a scene that replaces another."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orbitdraw.film
from orbitdraw import simulation
from orbitdraw.errors import InputError

if TYPE_CHECKING:
    from orbitdraw.authoring.scene import Scene
    from orbitdraw.film.film import Film
    from orbitdraw.simulation.run import Run

FORMULA_INHERITS = frozenset({"style"})
"""Values that a formula keeps of the scene it replaces: paper stays paper."""


@dataclass(frozen=True)
class OpenDrawing:
    """A film and its origin: all that is needed to show it again in its present state."""

    film: Film | None
    base_scene: Scene | None
    what: Any
    values: dict[str, Any]
    params: dict[str, Any]


def user_values(run: Run, scene: Scene, only: frozenset[str] | None = None) -> dict[str, Any]:
    """The values set by the user in a run that another scene has too, for the start of that one.

    Untouched values follow the new scene. A measured exposure is measured again.
    """
    defaults, declared = run.scene.declared.defaults(), scene.declared
    changed_by_user = {event.name for event in run.history.past}
    values = {}
    for name, value in list(run.values.items()):
        if name not in declared.sliders or value == defaults[name] or (only is not None and name not in only):
            continue
        if (name == "exposure" and name not in changed_by_user) or (name == "watch" and scene.text):
            continue  # measured again; and a formula starts without the watched bodies
        with suppress(InputError):  # out of range in the new scene
            values[name] = declared.check(name, value)
    return values


def inherit_settings(run: Run, scene: Scene, only: frozenset[str] | None = None) -> tuple[Scene, dict[str, Any]]:
    """`scene` under the law that was chosen in `run`, and the values that it takes over from `run`."""
    if run.scene.retold and scene.motion is None and only is None:
        scene = scene.under(run.scene.retold)
    return scene, user_values(run, scene, only)


def make_film(scene: Scene, seed: int, values: dict[str, Any], size: tuple[int, int]) -> Film:
    """A film at frame 0. It may take long: all kernels are compiled, and the first frame is played once."""
    try:
        run = simulation.Run(scene, seed, **values)
    except InputError:  # two values that are only valid together in the scene they were set in
        run = simulation.Run(scene, seed)
    film = orbitdraw.film.Film(run, size, at_once=True)
    run.again().advance()  # a scene that fails in its first frame should not take the place of one that plays
    return film


def start_run(scene: Scene, seed: int, values: dict[str, Any]) -> Run:
    """A run from frame 0 with these values; at rest where the followed body does not exist at the start."""
    try:
        return simulation.Run(scene, seed, **values)
    except InputError:
        return simulation.Run(scene, seed, **{**values, "watch": (0,)})
