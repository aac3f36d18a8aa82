"""Drafts on the wall: what is said of them, and how they are found, thrown away and fetched back."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import replace
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from orbitdraw.app.session.drafts import lasted
from orbitdraw.app.session.reload import digest_of
from orbitdraw.app.shell.services import Services
from orbitdraw.app.wall.cards import Card, still_of
from orbitdraw.errors import OrbitdrawError
from orbitdraw.library.catalogue import catalogue, titled
from orbitdraw.runtime.file_lock import folder, journals

if TYPE_CHECKING:
    from orbitdraw.library.drafts import Draft


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


def found(window: Services | None = None) -> list[Draft]:
    """All drafts, the newest first; what lies among them and is none is said in the window.

    What is needed to read them is imported only where there are any.
    """
    with suppress(OSError):  # it is said why
        if not journals(folder()):
            return []
    from orbitdraw.library.drafts import drafts

    return drafts() if window is None else drafts(say=partial(window.toast.say, warning=True))


def to_offer(what: object, window: Services | None = None) -> list[Draft]:
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


def throw_away(window: Services, draft: Draft) -> None:
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


def fetch_back(window: Services) -> None:
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
