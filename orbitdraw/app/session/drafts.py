"""Drafts in the window: how they look and what is said of them, and how they are taken up and left."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

import pygame

from orbitdraw.app.kit.theme import Color
from orbitdraw.app.session.progress import Patience
from orbitdraw.app.session.reload import digest_of
from orbitdraw.app.shell.layer import Layer
from orbitdraw.app.shell.messages import Notice
from orbitdraw.app.wall.cards import Card, still_of
from orbitdraw.errors import OrbitdrawError
from orbitdraw.library.catalogue import catalogue, titled
from orbitdraw.runtime.file_lock import folder, journals

if TYPE_CHECKING:
    from orbitdraw.app.scene_page import Stage
    from orbitdraw.app.session.autosave import Left
    from orbitdraw.app.session.session import Show
    from orbitdraw.app.window import Window
    from orbitdraw.library.drafts import Draft

LAST_WORD = 0.5
"""Seconds for which leaving waits until what was done last is written down; mostly it takes a frame."""

GRACE = 0.3
"""Seconds in which what a scene that was left has in hand must come to its end."""

PICTURED = 10.0
"""Seconds between two pictures of a drawing that plays, so that one whose program is killed is known again."""

LOOKED_AT = 1.0
"""Seconds between two looks at how much ink a drawing shows."""

DITHER = 3
"""Levels by which the bare ground may differ from its colour."""

FADED = 0.25
"""The part of the most ink that was seen of a drawing, below which a picture of it has faded."""

WIDE = 640
"""Pixels across a picture of a draft."""

_beside = ThreadPoolExecutor(1, "orbitdraw draft")


# -- what is said ------------------------------------------------------------------------------------------------------


def ago(seconds: float) -> str:
    """How long ago, no more exactly than one remembers.

    >>> ago(20), ago(125), ago(7300), ago(90_000), ago(500_000)
    ('just now', '2 min ago', '2 h ago', 'yesterday', '5 days ago')
    """
    if seconds < 60:
        return "just now"
    if seconds < 3600:
        return f"{seconds // 60:.0f} min ago"
    if seconds < 86_400:
        return f"{seconds // 3600:.0f} h ago"
    days = int(seconds // 86_400)
    return "yesterday" if days == 1 else f"{days} days ago"


def lasted(frames: int) -> str:
    """How much was drawn.

    >>> lasted(30), lasted(2040), lasted(9000)
    ('1 s drawn', '34 s drawn', '2.5 min drawn')
    """
    seconds = max(1, round(frames / 60))
    return f"{seconds} s drawn" if seconds < 100 else f"{seconds / 60:.1f} min drawn"


def told(draft: Draft, now: float | None = None) -> str:
    """When and how it was left, and how much there is of it."""
    when = ago((time.time() if now is None else now) - draft.written)
    return f"{'left' if draft.left else 'cut short'} {when}, {lasted(draft.frames)}"


def name_of(draft: Draft) -> str:
    """What it is called: its scene, or its formula."""
    scene = draft.scene
    title = _titles().get(scene.name) if scene.kind == "scene" else None
    name = scene.text if scene.kind == "formula" else title or titled(scene.name)
    return "".join(letter if letter.isprintable() else "�" for letter in name)  # a file may say anything


@lru_cache(maxsize=1)
def _titles() -> dict[str, str]:
    """The titles of the scenes that ship, read once: a wall may have many drafts."""
    return {entry.name: entry.title for entry in catalogue()}


def card_of(draft: Draft, others: int = 0) -> Card:
    """A draft as it hangs on the wall. `others` are those that hang at its end."""
    how = "A draft, " if draft.left else "Not saved: "
    more = f" {others} more at the end of the wall." if others else ""
    caption = f"{how}{told(draft)}. Enter goes on with it, Delete throws it away.{more}"
    still = draft.picture if draft.picture.exists() else still_of(draft.scene.name)
    return Card(f"draft {draft.path.name}", name_of(draft), caption, "", still, draft)


def cards_with(drafts: list[Draft], scenes: list[Card]) -> list[Card]:
    """The wall: the newest draft first, then the scenes, then the other drafts."""
    hung = [card_of(draft, len(drafts) - 1 if place == 0 else 0) for place, draft in enumerate(drafts)]
    return [*hung[:1], *scenes, *hung[1:]]


def found(window: Window | None = None) -> list[Draft]:
    """All drafts, the newest first; what lies among them and is none is said in the window.

    What is needed to read them is imported only where there are any.
    """
    with suppress(OSError):  # it is said why
        if not journals(folder()):
            return []
    from orbitdraw.library.drafts import drafts

    return drafts() if window is None else drafts(say=partial(window.toast.say, warning=True))


# -- leaving -----------------------------------------------------------------------------------------------------------


def leave_off(show: Show) -> list[Left]:
    """From the window: have what was asked for done and written down, if that does not take long, and end the show."""
    noted = threading.Event()

    def note() -> None:
        if show.film is not None and not show.closed:
            show.diary.note(show.film.run, last=True)
        noted.set()

    show.leaving = True
    if show.film is not None and show.worker.silent() < LAST_WORD:
        show.worker.tell(note)
        noted.wait(LAST_WORD)
    show.closed = True
    show.worker.drop(GRACE if show.worker.silent() < LAST_WORD else 0.0)
    if show.watch is not None:
        show.watch.stop()
    left = show.diary.close()
    show.worker.tell(show.drop)
    return left


def leave(stage: Stage) -> bool:
    """A scene is left: keep what was drawn in it and what it looks like, and say so; False where nothing was drawn."""
    left = stage.show.close()
    if not left:
        return False
    from orbitdraw.library.drafts import MOST, PICTURE, keep_newest

    shown, picture = stage.show.diary.path, stage.picture.plate
    if picture is not None and shown is not None and any(one.path == shown for one in left):
        best = _beside.submit(stage.portrait.best, scaled(picture), *stage.portrait.ground_and_events(), shown).result()
        write_picture(best, shown.with_suffix(PICTURE))
    gone = f"; more than {MOST} are not kept, and the oldest went" if keep_newest() else ""
    many = f" and {len(left) - 1} more" if len(left) > 1 else ""
    stage.window.toast.say(f"Kept as a draft: {left[-1].title}, {lasted(left[-1].frames)}{many}{gone}")
    return True


class Portrait(Layer):
    """Keeps a picture of what is being drawn beside its journal, for the case that nobody can be asked later.

    It is the latest picture, or where ink has faded, the one with the most: an empty one is no portrait.
    """

    def __init__(self, stage: Stage) -> None:
        super().__init__()
        self.stage, self.stale = stage, False
        self._made = self._looked = 0.0
        self._fullest: tuple[Path, tuple[int, ...], float, pygame.Surface] | None = None
        """Of which journal, after which events, how much ink, and the picture; only the thread beside knows."""

    def tick(self, now: float) -> None:
        journal, picture = self.stage.show.diary.path, self.stage.picture.plate
        if journal is not None and picture is not None and now - self._looked > LOOKED_AT:
            self._looked = now
            due = now - self._made > PICTURED
            self._made = now if due else self._made
            _beside.submit(self._look, due, scaled(picture), *self.ground_and_events(), journal)

    def ground_and_events(self) -> tuple[Color, tuple[int, ...]]:
        """The colour of the ground, and the frames at which something was done."""
        world = self.stage.tools.world
        return self.stage.picture.ground_color, () if world is None else world.ticks

    def _look(self, due: bool, small: pygame.Surface, ground: Color, done: tuple[int, ...], journal: Path) -> None:
        best = self.best(small, ground, done, journal)
        if due and journal.exists():
            write_picture(best, journal.with_suffix(".png"))

    def best(self, small: pygame.Surface, ground: Color, done: tuple[int, ...], journal: Path) -> pygame.Surface:
        """The picture that stands for a drawing by now: this, the latest, or one from before its ink had faded."""
        ink, kept = ink_of(small, ground), self._fullest
        # What was taken back since is not to be seen in it.
        if kept is None or kept[0] != journal or kept[1] != done[: len(kept[1])] or ink >= kept[2]:
            self._fullest = (journal, done, ink, small)
            return small
        return kept[3] if ink < FADED * kept[2] else small


def ink_of(picture: pygame.Surface, ground: Color) -> float:
    """How far from its ground a picture is, in levels of a pixel; what dithering does to the ground is no ink."""
    import numpy as np

    apart = np.abs(pygame.surfarray.pixels3d(picture).astype(np.int16) - np.array(ground, np.int16))
    return float(apart[apart > DITHER].sum() / apart.size)


def scaled(picture: pygame.Surface) -> pygame.Surface:
    """A picture as small as a draft's."""
    factor = min(1.0, WIDE / picture.get_width())
    return pygame.transform.smoothscale(
        picture, (max(1, round(picture.get_width() * factor)), max(1, round(picture.get_height() * factor)))
    )


def write_picture(small: pygame.Surface, path: Path) -> None:
    """Write it, whole or not at all. Where it cannot be, the scene's own picture stands for it."""
    draft = path.with_suffix(".part")
    try:
        with draft.open("wb") as file:
            pygame.image.save(small, file, "draft.png")
        draft.replace(path)
    except (pygame.error, OSError):
        draft.unlink(missing_ok=True)


# -- tasks in the worker's thread --------------------------------------------------------------------------------------


def take_up(show: Show, draft: Draft) -> None:
    """Show a draft as it stood: all of it is done again, without a picture before the last."""
    from orbitdraw.film.film import Film

    if show.diary.holds(draft.path):
        run, frames = draft.again()
    else:
        run, frames, hold = draft.take_up()
        show.diary.adopt(run, draft.path, hold)
    film = Film(run, show.size)
    patience = Patience(show.report, lambda: show.leaving)
    film.hasten(frames, lambda: patience(film.run.frame / max(1, frames)))
    patience.over()
    if show.leaving:
        return
    show.home = run.scene
    show.adopt(replace(show.playing, film=film))
    show.report(Notice(f"As it {'was left' if draft.left else 'was'}, {lasted(frames)}; Space plays on"))


# -- in the window -----------------------------------------------------------------------------------------------------


def to_offer(what: object, window: Window | None = None) -> list[Draft]:
    """The drafts that are offered by themselves where `what` is opened: once, and those that can be gone on with here.

    A draft that was drawn in a person's own file needs that file, so it is offered whenever that is opened.
    """
    drafts = found(window)
    if not drafts:
        return []
    path = Path(what) if isinstance(what, (str, Path)) and Path(what).suffix.lower() == ".py" else None
    of_file = digest_of(path) if path is not None else ""
    same = [replace(draft, file=str(path)) for draft in drafts if of_file and draft.scene.sha256 == of_file]
    kinds = ("scene", "formula")
    return same + [draft for draft in drafts if draft.scene.kind in kinds and not draft.offered]


def throw_away(window: Window, draft: Draft) -> None:
    """Put a draft out of sight, say so, and how it comes back."""
    from orbitdraw.library import drafts

    try:
        window.thrown.append(drafts.throw_away(draft))
    except (OSError, OrbitdrawError) as error:
        window.toast.say(f"This draft cannot be thrown away: {error}", warning=True)
        return
    where = "" if window.page.name == "wall" else " on the wall"
    window.toast.say(f"Thrown away: {name_of(draft)}, {lasted(draft.frames)}. Ctrl+Z{where} brings it back")
    window.page.rehang()


def fetch_back(window: Window) -> None:
    """Bring back the draft that was thrown away last."""
    from orbitdraw.library import drafts

    if not window.thrown:
        window.toast.say("No draft was thrown away")
        return
    try:
        draft = drafts.fetch_back(window.thrown.pop())
    except (OSError, OrbitdrawError) as error:
        window.toast.say(f"This draft cannot be brought back: {error}", warning=True)
        return
    window.toast.say(f"Back again: {name_of(draft)}, {lasted(draft.frames)}")
    window.page.rehang()
