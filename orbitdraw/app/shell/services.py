"""What the window does for its pages and for what lies over them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from orbitdraw.app.kit.theme import Theme
from orbitdraw.app.shell.layer import Page
from orbitdraw.app.shell.messages import ToExport
from orbitdraw.app.shell.toast import Progress, Toast
from orbitdraw.app.shell.worker import Worker

if TYPE_CHECKING:
    import pygame

    from orbitdraw.library.drafts import Draft


class Services(Protocol):
    """The window as pages and layers know it."""

    size: tuple[int, int]
    scale: float
    worker: Worker
    toast: Toast
    progress: Progress
    page: Page
    light: bool | None
    """What the person chose for this room: light paper, a dark stage, or nothing yet."""
    thrown: list[Draft]
    """Drafts that were thrown away from this window, the latest last."""
    topmost: list[pygame.Rect]
    """What lies at the top of every page, and a sentence stays clear of."""

    @property
    def picture_size(self) -> tuple[int, int]:
        """Width and height of the picture that is shown."""

    @property
    def keeps_in(self) -> Path:
        """The folder for what is kept."""

    def path_for(self, name: str, suffix: str) -> Path:
        """A new file for something to keep."""

    def export(self, order: ToExport) -> None:
        """Make the file beside the window."""

    def show_wall(self) -> None:
        """Turn to the wall."""

    def show_scene(self, what: Any, **options: Any) -> None:
        """Turn to a scene."""

    def show_draft(self, draft: Draft, card: Any = None) -> None:
        """Turn to a drawing that was not saved, as it was left."""

    def wear(self, theme: Theme) -> None:
        """Give the overlays the colours that go with the page."""

    def put_away(self) -> None:
        """Close the sheets that lie over the page."""

    def trace(self, moment: str) -> None:
        """Note the time of a moment of the start."""
