"""What takes the place of the drawing that is shown: another formula, or the same file saved anew; and the way back."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from orbitdraw.app.shell.messages import Notice
from orbitdraw.errors import InputError

if TYPE_CHECKING:
    from orbitdraw.app.session.session import Show
    from orbitdraw.authoring.scene import Scene
    from orbitdraw.film.film import Film
    from orbitdraw.simulation.run import Run

KINDRED = frozenset({"style"})
"""What a formula keeps of a scene that was none: paper stays paper."""

MOST_BEFORE = 1_000
"""Drawings that undo can come back to after others were begun."""

WITH_PAPER = 4
"""The last of them, which are shown at once; older ones are drawn again."""

MOST_PAPER = 64 << 20
"""Bytes of their paper together: of large ones there are fewer, but one."""

MOST_BYTES = 64 << 20
"""What the states of the older ones may take: of crowds there are fewer."""


@dataclass(frozen=True)
class Playing:
    """A film and where it comes from: all that is needed to show it again as it stood."""

    film: Film | None
    home: Scene | None
    what: Any
    values: dict[str, Any]
    params: dict[str, Any]


def kept(run: Run, scene: Scene, only: frozenset[str] | None = None) -> dict[str, Any]:
    """The values that a hand has set in a run and that another scene can have too, at the start of that one.

    What was not touched follows the new scene. An exposure that was measured is measured again.
    """
    defaults, known = run.scene.declared.defaults(), scene.declared
    by_hand = {event.name for event in run.history.past}
    out = {}
    for name, value in list(run.values.items()):
        if name not in known.sliders or value == defaults[name] or (only is not None and name not in only):
            continue
        if (name == "exposure" and name not in by_hand) or (name == "watch" and scene.text):
            continue  # measured anew; and a formula begins without the bodies that were watched
        with suppress(InputError):  # outside of what it may be there
            out[name] = known.check(name, value)
    return out


def beginning(run: Run, scene: Scene, only: frozenset[str] | None = None) -> tuple[Scene, dict[str, Any]]:
    """`scene` under the law that was chosen in `run`, and the values with which it goes on from there."""
    if run.scene.retold and scene.motion is None and only is None:
        scene = scene.under(run.scene.retold)
    return scene, kept(run, scene, only)


def film_of(scene: Scene, seed: int, values: dict[str, Any], size: tuple[int, int]) -> Film:
    """A film at frame 0. It may take long: all is compiled, and the first frame was played once."""
    from orbitdraw.film.film import Film
    from orbitdraw.simulation.run import Run

    try:
        run = Run(scene, seed, **values)
    except InputError:  # two values that only go together in the scene they were set in
        run = Run(scene, seed)
    film = Film(run, size, at_once=True)
    run.again().advance()  # a scene that fails in its first frame should not take the place of one that plays
    return film


# -- tasks in the worker's thread --------------------------------------------------------------------------------------


def succeed(show: Show, playing: Playing) -> None:
    """Show this in place of what is shown, which stays within reach of Ctrl+Z."""
    if show.film is not None:
        leave(show, show.playing)
    show.adopt(playing)


def leave(show: Show, playing: Playing) -> None:
    """Keep a drawing that another takes the place of. Its way back is kept, not the states along it: they are many."""
    if playing.film is not None:
        playing.film.forget()
    show.before = [*show.before[1 - MOST_BEFORE :], playing]
    show.after = []
    room = MOST_BYTES
    for place in range(len(show.before) - 1 - _with_paper(show.before), -1, -1):
        film = show.before[place].film
        if film is not None:
            if film.size != (1, 1):
                film.fold()
            room -= sum(array.nbytes for array in film.run.state.values())
        if room < 0:
            del show.before[: place + 1]
            break


def _with_paper(before: list[Playing]) -> int:
    """How many of the last keep their paper."""
    paper = 0
    for count, playing in enumerate(reversed(before)):
        paper += 0 if playing.film is None else playing.film.canvas.nbytes
        if count == WITH_PAPER or (count and paper > MOST_PAPER):
            return count
    return len(before)


def turn_back(show: Show, again: bool = False) -> bool:
    """Back to the drawing before another took its place, as it stood, or forward to the later one."""
    ahead, behind = (show.after, show.before) if again else (show.before, show.after)
    if not ahead:
        return False
    goal = ahead.pop()
    behind.append(show.playing)
    show.adopt(goal)
    show.report(Notice("The later drawing is back" if again else "The drawing before is back; Ctrl+Y: the later one"))
    return True
