"""Interface of the window for its pages and overlays."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from orbitdraw.app.kit.theme import Theme
from orbitdraw.app.shell.layer import Page
from orbitdraw.app.shell.messages import ExportRequest
from orbitdraw.app.shell.toast import ProgressBar, Toast
from orbitdraw.app.shell.worker import Worker

if TYPE_CHECKING:
    import pygame

    from orbitdraw.library.drafts import Draft


class Services(Protocol):
    """The part of Window that pages and layers use."""

    size: tuple[int, int]
    scale: float
    worker: Worker
    toast: Toast
    progress: ProgressBar
    page: Page
    light_theme: bool | None
    """The theme chosen by the user: True light, False dark, None not chosen."""
    deleted_drafts: list[Draft]
    """Drafts deleted in this window, the latest last."""
    top_rects: list[pygame.Rect]
    """Rectangles at the top of the window that a toast must not cover."""

    @property
    def picture_size(self) -> tuple[int, int]:
        """Width and height of the shown picture in pixels."""

    @property
    def output_folder(self) -> Path:
        """The folder for saved drawings and exports."""

    def path_for(self, name: str, suffix: str) -> Path:
        """A path for a new file in `output_folder`."""

    def export(self, request: ExportRequest) -> None:
        """Export a file in the background."""

    def show_wall(self) -> None:
        """Show the wall of scenes."""

    def show_scene(self, what: Any, **options: Any) -> None:
        """Show a scene."""

    def show_draft(self, draft: Draft, card: Any = None) -> None:
        """Show a draft, an unsaved drawing, at the frame at which it was left."""

    def set_theme(self, theme: Theme) -> None:
        """Set the theme of the overlays."""

    def close_dialogs(self) -> None:
        """Close the dialog and the help."""
