"""Drafts on the wall: their titles and captions, finding, deleting and restoring them."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import replace
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from orbitdraw import library
from orbitdraw.app.session.drafts import duration_words
from orbitdraw.app.session.reload import file_digest
from orbitdraw.app.shell.services import Services
from orbitdraw.app.wall.cards import Card, thumbnail_path
from orbitdraw.errors import OrbitdrawError
from orbitdraw.library.catalogue import catalogue, title_from_name
from orbitdraw.runtime.file_lock import folder, journals

if TYPE_CHECKING:
    from orbitdraw.library.drafts import Draft


def format_age(seconds: float) -> str:
    """Rough age in words.

    >>> format_age(20), format_age(125), format_age(7300), format_age(90_000), format_age(500_000)
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


def describe_draft(draft: Draft, now: float | None = None) -> str:
    """Description of a draft: whether it was left or interrupted by a crash, its age and its length."""
    when = format_age((time.time() if now is None else now) - draft.modified)
    return f"{'left' if draft.clean_exit else 'interrupted'} {when}, {duration_words(draft.frames)}"


def draft_title(draft: Draft) -> str:
    """Name of a draft: the title of its scene, or its formula."""
    scene = draft.scene
    title = _titles().get(scene.name) if scene.kind == "scene" else None
    name = scene.text if scene.kind == "formula" else title or title_from_name(scene.name)
    return "".join(letter if letter.isprintable() else "�" for letter in name)  # the file may hold any characters


@lru_cache(maxsize=1)
def _titles() -> dict[str, str]:
    """Titles of the shipped scenes by name, cached because a wall may have many drafts."""
    return {entry.name: entry.title for entry in catalogue()}


def draft_card(draft: Draft, others: int = 0) -> Card:
    """The card of a draft; `others` is the number of drafts at the end of the wall."""
    more = f" {others} more {'draft' if others == 1 else 'drafts'} at the end of the wall." if others else ""
    caption = f"Unsaved draft, {describe_draft(draft)}. Enter continues it, Delete deletes it.{more}"
    thumbnail = draft.picture if draft.picture.exists() else thumbnail_path(draft.scene.name)
    return Card(f"draft {draft.path.name}", draft_title(draft), caption, "", thumbnail, draft)


def wall_cards(drafts: list[Draft], scenes: list[Card]) -> list[Card]:
    """Cards of the wall: the newest draft, then the scenes, then the other drafts."""
    draft_cards = [draft_card(draft, len(drafts) - 1 if index == 0 else 0) for index, draft in enumerate(drafts)]
    return [*draft_cards[:1], *scenes, *draft_cards[1:]]


def find_drafts(window: Services | None = None) -> list[Draft]:
    """All drafts, the newest first; the window warns of files in their folder that are not drafts.

    The modules that read drafts are imported only when there is one.
    """
    with suppress(OSError):  # reading the drafts reports the reason
        if not journals(folder()):
            return []
    return (
        library.drafts.drafts()
        if window is None
        else library.drafts.drafts(report=partial(window.toast.say, warning=True))
    )


def drafts_to_offer(what: object, window: Services | None = None) -> list[Draft]:
    """Drafts to offer when `what` is opened: each scene or formula draft once, and drafts of the opened file.

    A draft drawn in the user's own scene file needs that file, so it is offered whenever the file is opened.
    """
    drafts = find_drafts(window)
    if not drafts:
        return []
    path = Path(what) if isinstance(what, (str, Path)) and Path(what).suffix.lower() == ".py" else None
    of_file = file_digest(path) if path is not None else ""
    of_this_file = [replace(draft, file=str(path)) for draft in drafts if of_file and draft.scene.sha256 == of_file]
    kinds = ("scene", "formula")
    return of_this_file + [draft for draft in drafts if draft.scene.kind in kinds and not draft.offered]


def delete_draft(window: Services, draft: Draft) -> None:
    """Move a draft to the bin, and show how to undo this."""
    try:
        window.deleted_drafts.append(library.drafts.delete_draft(draft))
    except (OSError, OrbitdrawError) as error:
        window.toast.say(f"This draft cannot be deleted: {error}", warning=True)
        return
    where = "" if window.page.name == "wall" else " on the wall"
    window.toast.say(
        f"Deleted the draft {draft_title(draft)}, {duration_words(draft.frames)}. Ctrl+Z{where} restores it"
    )
    window.page.update_drafts()


def restore_draft(window: Services) -> None:
    """Restore the draft that was deleted last."""
    if not window.deleted_drafts:
        window.toast.say("There is no deleted draft to restore")
        return
    try:
        draft = library.drafts.restore_draft(window.deleted_drafts.pop())
    except (OSError, OrbitdrawError) as error:
        window.toast.say(f"This draft cannot be restored: {error}", warning=True)
        return
    window.toast.say(f"Restored the draft {draft_title(draft)}, {duration_words(draft.frames)}")
    window.page.update_drafts()
