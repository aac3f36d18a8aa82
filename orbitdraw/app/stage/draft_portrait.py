"""Thumbnail of a draft, kept beside its journal: written while the drawing plays and when it is left."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pygame

from orbitdraw import library
from orbitdraw.app.kit.theme import Color
from orbitdraw.app.session.drafts import lasted
from orbitdraw.app.session.lifecycle import close
from orbitdraw.app.shell.layer import Layer
from orbitdraw.app.stage.stage_view import StageView
from orbitdraw.app.stage.timeline import Timeline
from orbitdraw.runtime import lazy

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy.module("numpy")

PICTURED = 10.0
"""Seconds between two thumbnails of a drawing that plays, so that its draft is recognised after a crash."""

LOOKED_AT = 1.0
"""Seconds between two measurements of the ink that a drawing shows."""

DITHER = 3
"""Levels by which dithering may change the bare background."""

FADED = 0.25
"""Fraction of the most ink seen in a drawing, below which a picture of it has faded."""

WIDE = 640
"""Width of a thumbnail in pixels."""

_beside = ThreadPoolExecutor(1, "orbitdraw draft")


class Portrait(Layer):
    """Keeps a picture of the present drawing beside its journal, because the program may be killed at any time.

    It is the latest picture, or where ink has faded, the one with the most ink: an empty thumbnail says nothing.
    """

    def __init__(self, stage: StageView, timeline: Timeline) -> None:
        super().__init__()
        self.stage, self.timeline, self.stale = stage, timeline, False
        self._made = self._looked = 0.0
        self._fullest: tuple[Path, tuple[int, ...], float, pygame.Surface] | None = None
        """Journal, frames of events, amount of ink, and the picture; used only in the thread beside the frames."""

    def tick(self, now: float) -> None:
        journal, picture = self.stage.session.diary.path, self.stage.picture.plate
        if journal is not None and picture is not None and now - self._looked > LOOKED_AT:
            self._looked = now
            due = now - self._made > PICTURED
            self._made = now if due else self._made
            _beside.submit(self._look, due, scaled(picture), *self.ground_and_events(), journal)

    def ground_and_events(self) -> tuple[Color, tuple[int, ...]]:
        """The background colour, and the frames of the edits."""
        world = self.timeline.world
        return self.stage.picture.ground_color, () if world is None else world.ticks

    def _look(self, due: bool, small: pygame.Surface, ground: Color, done: tuple[int, ...], journal: Path) -> None:
        best = self.best(small, ground, done, journal)
        if due and journal.exists():
            write_picture(best, journal.with_suffix(".png"))

    def best(self, small: pygame.Surface, ground: Color, done: tuple[int, ...], journal: Path) -> pygame.Surface:
        """The best thumbnail of a drawing so far: this picture, the latest, or one from before its ink had faded."""
        ink, kept = ink_of(small, ground), self._fullest
        # A picture that shows edits undone since is not used.
        if kept is None or kept[0] != journal or kept[1] != done[: len(kept[1])] or ink >= kept[2]:
            self._fullest = (journal, done, ink, small)
            return small
        return kept[3] if ink < FADED * kept[2] else small

    def leave(self) -> bool:
        """Leave the scene: keep its drawings as drafts with a thumbnail, and show a message.

        False where nothing was drawn.
        """
        left = close(self.stage.session)
        if not left:
            return False
        shown, picture = self.stage.session.diary.path, self.stage.picture.plate
        if picture is not None and shown is not None and any(one.path == shown for one in left):
            best = _beside.submit(self.best, scaled(picture), *self.ground_and_events(), shown).result()
            write_picture(best, shown.with_suffix(library.drafts.PICTURE))
        many = f" (and {len(left) - 1} other{'s' if len(left) > 2 else ''})" if len(left) > 1 else ""
        words = f"Saved as a draft: {left[-1].title}, {lasted(left[-1].frames)}{many}. Drafts are on the wall"
        full = library.drafts.keep_newest()
        gone = f". At most {library.drafts.MOST} are kept: the oldest was deleted" if full else ""
        self.stage.window.toast.say(words + gone)
        return True


def ink_of(picture: pygame.Surface, ground: Color) -> float:
    """Mean difference of a picture from its background, in levels of a pixel; that of dithering does not count."""
    apart = np.abs(pygame.surfarray.pixels3d(picture).astype(np.int16) - np.array(ground, np.int16))
    return float(apart[apart > DITHER].sum() / apart.size)


def scaled(picture: pygame.Surface) -> pygame.Surface:
    """A picture scaled down to the width of a thumbnail."""
    factor = min(1.0, WIDE / picture.get_width())
    return pygame.transform.smoothscale(
        picture, (max(1, round(picture.get_width() * factor)), max(1, round(picture.get_height() * factor)))
    )


def write_picture(small: pygame.Surface, path: Path) -> None:
    """Write a thumbnail, whole or not at all. Without one, the scene's own picture is shown."""
    draft = path.with_suffix(".part.png")
    try:
        # By path: pygame-ce 2.5.8 never releases an open file that it saves to, with 44 kB for each.
        pygame.image.save(small, str(draft))
        draft.replace(path)
    except (pygame.error, OSError):
        draft.unlink(missing_ok=True)
