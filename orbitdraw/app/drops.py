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
from orbitdraw.app.export_dialog.paths import display_path
from orbitdraw.app.shell.layer import Layer
from orbitdraw.app.shell.messages import Notice
from orbitdraw.app.shell.services import Services
from orbitdraw.app.wall.question_card import Answer, CardHeader, QuestionCard
from orbitdraw.errors import DrawingError, InputError
from orbitdraw.runtime.opening import kind_of, open_file
from orbitdraw.runtime.picture_checks import CHECKS, READABLE_KINDS

if TYPE_CHECKING:
    from orbitdraw.record.drawing import Drawing

_executor = ThreadPoolExecutor(1, "orbitdraw drops")


class DropTarget(Layer):
    """Handle dropped files, one at a time."""

    def __init__(self, window: Services, question_card: QuestionCard) -> None:
        super().__init__()
        self.window, self.question_card, self.stale = window, question_card, False
        self._dropped: list[Path] = []
        self._examined: Future[DroppedFile] | None = None

    @property
    def busy(self) -> bool:
        """True while a dropped file waits or is being examined."""
        return bool(self._dropped) or self._examined is not None

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
            self._examined = _executor.submit(examine_file, self._dropped[0])
        self._dropped.clear()
        if self._examined is not None and self._examined.done():
            examined, self._examined = self._examined, None
            try:
                self._use_file(examined.result())
            except InputError as error:
                notice = Notice.of(error)
                self.window.toast.say(notice.text, notice.warning)

    def _use_file(self, file: DroppedFile) -> None:
        """Play the file or use it as a landscape; ask first when both are possible, or before running a program."""
        path = file.path
        use_as_landscape = partial(self.window.page.use_as_landscape, path)
        play = partial(self.window.show_scene, path if file.drawing is None else file.drawing)
        cancel = Answer("Cancel", "Esc", lambda: None)
        where = [path.name, f"in {display_path(path.parent, Path())}"]
        if file.picture and file.drawing is not None:
            answers = [
                Answer("Play the drawing", "Enter", play),
                Answer("Use it as the landscape", "L", use_as_landscape),
                cancel,
            ]
            self.question_card.ask(CardHeader("This picture contains its drawing", where), answers)
        elif file.picture:
            use_as_landscape()
        elif file.drawing is not None:
            play()
        else:
            about = [*where, "A scene file is a Python program and can do anything that you can."]
            self.question_card.ask(CardHeader("Run this program?", about), [Answer("Run it", "Enter", play), cancel])


@dataclass(frozen=True)
class DroppedFile:
    """Kind of a dropped file: a picture, a drawing, both, or else a program."""

    path: Path
    picture: bool = False
    drawing: Drawing | None = None


def examine_file(path: Path) -> DroppedFile:
    """Kind of a file, by its first bytes; raises InputError for a file that the window cannot open."""
    suffix = path.suffix.lower()
    with open_file(path) as file:
        kind = kind_of(file)
    if suffix == ".py":
        return DroppedFile(path)
    if not kind and suffix != ".orbit":
        accepted = f"drop a scene (.py), a drawing (.orbit), an exported film or a picture ({READABLE_KINDS})"
        raise InputError(f"{path.name} cannot be opened; {accepted}")
    try:
        drawing = library.read_drawing(path)
        if drawing.scene.kind not in ("scene", "formula"):
            library.resolve_scene(drawing.scene)  # raises an error that names what is missing
    except DrawingError:
        if kind not in CHECKS:
            raise
        return DroppedFile(path, picture=True)
    return DroppedFile(path, kind in CHECKS, drawing)
