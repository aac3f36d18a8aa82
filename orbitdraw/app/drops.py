"""Files dropped on the window: a drawing is played, a picture becomes a landscape, a program needs a confirmation.

Files are examined in a thread: a disk may be slow, or a file large.
"""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pygame

from orbitdraw import library
from orbitdraw.app.export_dialog.paths import shown
from orbitdraw.app.shell.layer import Layer
from orbitdraw.app.shell.messages import Notice
from orbitdraw.app.shell.services import Services
from orbitdraw.app.wall.draft_offer import Answer, Head, Offer
from orbitdraw.errors import DrawingError, InputError
from orbitdraw.runtime.opening import kind_of, open_file
from orbitdraw.runtime.picture_checks import CHECKS, READ

if TYPE_CHECKING:
    from orbitdraw.record.drawing import Drawing

_beside = ThreadPoolExecutor(1, "orbitdraw drops")


class Drops(Layer):
    """Handle dropped files, one at a time."""

    def __init__(self, window: Services, offer: Offer) -> None:
        super().__init__()
        self.window, self.offer, self.stale = window, offer, False
        self._dropped: list[Path] = []
        self._looked: Future[Found] | None = None

    @property
    def busy(self) -> bool:
        """True while a dropped file waits or is being examined."""
        return bool(self._dropped) or self._looked is not None

    def handle(self, event: pygame.event.Event) -> bool:
        if event.type != pygame.DROPFILE:
            return False
        self._dropped.append(Path(event.file))
        return True

    def tick(self, now: float) -> None:
        # Files dropped together arrive in one iteration of the event loop.
        if len(self._dropped) > 1:
            self.window.toast.say(f"{len(self._dropped)} files were dropped; drop one at a time", warning=True)
        elif self._dropped:
            self._looked = _beside.submit(look_at, self._dropped[0])
        self._dropped.clear()
        if self._looked is not None and self._looked.done():
            looked, self._looked = self._looked, None
            try:
                self._take(looked.result())
            except InputError as error:
                notice = Notice.of(error)
                self.window.toast.say(notice.text, notice.warning)

    def _take(self, found: Found) -> None:
        """Play the file or use it as a landscape; ask first when both are possible, or before running a program."""
        path = found.path
        lay = partial(self.window.page.lay, path)
        play = partial(self.window.show_scene, path if found.drawing is None else found.drawing)
        cancel = Answer("Cancel", "Esc", lambda: None)
        where = [path.name, f"in {shown(path.parent, Path())}"]
        if found.picture and found.drawing is not None:
            ways = [Answer("Play the drawing", "Enter", play), Answer("Use it as the landscape", "L", lay), cancel]
            self.offer.ask(Head("This picture contains its drawing", where), ways)
        elif found.picture:
            lay()
        elif found.drawing is not None:
            play()
        else:
            about = [*where, "A scene file is a Python program and can do anything that you can."]
            self.offer.ask(Head("Run this program?", about), [Answer("Run it", "Enter", play), cancel])


@dataclass(frozen=True)
class Found:
    """Kind of a dropped file: a picture, a drawing, both, or else a program."""

    path: Path
    picture: bool = False
    drawing: Drawing | None = None


def look_at(path: Path) -> Found:
    """Kind of a file, by its first bytes; raises InputError for a file that the window cannot open."""
    suffix = path.suffix.lower()
    with open_file(path) as file:
        kind = kind_of(file)
    if suffix == ".py":
        return Found(path)
    if not kind and suffix != ".orbit":
        able = f"drop a scene (.py), a drawing (.orbit), an exported film or a picture ({READ})"
        raise InputError(f"{path.name} cannot be opened; {able}")
    try:
        drawing = library.read_drawing(path)
        if drawing.scene.kind not in ("scene", "formula"):
            library.recall(drawing.scene)  # raises an error that names what is missing
    except DrawingError:
        if kind not in CHECKS:
            raise
        return Found(path, picture=True)
    return Found(path, kind in CHECKS, drawing)
