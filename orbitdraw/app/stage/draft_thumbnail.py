"""Thumbnail of a draft, kept beside its journal: written while the drawing plays and when it is left."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pygame

from orbitdraw import library
from orbitdraw.app.kit.theme import Color
from orbitdraw.app.session.drafts import duration_words
from orbitdraw.app.session.lifecycle import close
from orbitdraw.app.shell.layer import Layer
from orbitdraw.app.stage.stage_view import StageView
from orbitdraw.app.stage.timeline import Timeline
from orbitdraw.runtime import lazy

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy.module("numpy")

THUMBNAIL_INTERVAL = 10.0
"""Seconds between two thumbnails of a drawing that plays, so that its draft is recognised after a crash."""

MEASURE_INTERVAL = 1.0
"""Seconds between two measurements of the ink that a drawing shows."""

DITHER_LEVELS = 3
"""Levels by which dithering may change the bare background."""

FADED_FRACTION = 0.25
"""Fraction of the most ink seen in a drawing, below which a picture of it has faded."""

THUMBNAIL_WIDTH = 640
"""Width of a thumbnail in pixels."""

_executor = ThreadPoolExecutor(1, "orbitdraw draft")


class DraftThumbnail(Layer):
    """Keeps a picture of the present drawing beside its journal, because the program may be killed at any time.

    It is the latest picture, or where ink has faded, the one with the most ink: an empty thumbnail says nothing.
    """

    def __init__(self, stage: StageView, timeline: Timeline) -> None:
        super().__init__()
        self.stage, self.timeline, self.stale = stage, timeline, False
        self._written_at = self._measured_at = 0.0
        self._fullest: tuple[Path, tuple[int, ...], float, pygame.Surface] | None = None
        """Journal, frames of events, amount of ink, and the picture; used only in the thread beside the frames."""

    def tick(self, now: float) -> None:
        journal, picture = self.stage.session.autosave.path, self.stage.picture.surface
        if journal is not None and picture is not None and now - self._measured_at > MEASURE_INTERVAL:
            self._measured_at = now
            due = now - self._written_at > THUMBNAIL_INTERVAL
            self._written_at = now if due else self._written_at
            _executor.submit(self._update, due, make_thumbnail(picture), *self.background_and_ticks(), journal)

    def background_and_ticks(self) -> tuple[Color, tuple[int, ...]]:
        """The background colour, and the frames of the edits."""
        world = self.timeline.world
        return self.stage.picture.background, () if world is None else world.ticks

    def _update(
        self, due: bool, small: pygame.Surface, background: Color, ticks: tuple[int, ...], journal: Path
    ) -> None:
        best = self.best(small, background, ticks, journal)
        if due and journal.exists():
            write_thumbnail(best, journal.with_suffix(".png"))

    def best(self, small: pygame.Surface, background: Color, ticks: tuple[int, ...], journal: Path) -> pygame.Surface:
        """The best thumbnail of a drawing so far: this picture, the latest, or one from before its ink had faded."""
        ink, fullest = ink_amount(small, background), self._fullest
        # A picture that shows edits undone since is not used.
        if fullest is None or fullest[0] != journal or fullest[1] != ticks[: len(fullest[1])] or ink >= fullest[2]:
            self._fullest = (journal, ticks, ink, small)
            return small
        return fullest[3] if ink < FADED_FRACTION * fullest[2] else small

    def leave(self) -> bool:
        """Leave the scene: keep its drawings as drafts with a thumbnail, and show a message.

        False where nothing was drawn.
        """
        unsaved = close(self.stage.session)
        if not unsaved:
            return False
        shown, picture = self.stage.session.autosave.path, self.stage.picture.surface
        if picture is not None and shown is not None and any(one.path == shown for one in unsaved):
            best = _executor.submit(self.best, make_thumbnail(picture), *self.background_and_ticks(), shown).result()
            write_thumbnail(best, shown.with_suffix(library.drafts.PICTURE))
        others_words = f" (and {len(unsaved) - 1} other{'s' if len(unsaved) > 2 else ''})" if len(unsaved) > 1 else ""
        words = (
            f"Saved as a draft: {unsaved[-1].title}, {duration_words(unsaved[-1].frames)}{others_words}. "
            "Drafts are on the wall"
        )
        full = library.drafts.prune_drafts()
        deleted_words = f". At most {library.drafts.MAX_DRAFTS} are kept: the oldest was deleted" if full else ""
        self.stage.window.toast.say(words + deleted_words)
        return True


def ink_amount(picture: pygame.Surface, background: Color) -> float:
    """Mean difference of a picture from its background, in levels of a pixel; that of dithering does not count."""
    difference = np.abs(pygame.surfarray.pixels3d(picture).astype(np.int16) - np.array(background, np.int16))
    return float(difference[difference > DITHER_LEVELS].sum() / difference.size)


def make_thumbnail(picture: pygame.Surface) -> pygame.Surface:
    """A picture scaled down to the width of a thumbnail."""
    factor = min(1.0, THUMBNAIL_WIDTH / picture.get_width())
    return pygame.transform.smoothscale(
        picture, (max(1, round(picture.get_width() * factor)), max(1, round(picture.get_height() * factor)))
    )


def write_thumbnail(small: pygame.Surface, path: Path) -> None:
    """Write a thumbnail, whole or not at all. Without one, the scene's own picture is shown."""
    draft = path.with_suffix(".part.png")
    try:
        # By path: pygame-ce 2.5.8 never releases an open file that it saves to, with 44 kB for each.
        pygame.image.save(small, str(draft))
        draft.replace(path)
    except (pygame.error, OSError):
        draft.unlink(missing_ok=True)
