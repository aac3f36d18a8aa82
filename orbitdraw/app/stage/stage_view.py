"""Base class of a scene's page: state and questions that its layers share. The page composes the layers."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

import pygame

from orbitdraw.app.kit import Control
from orbitdraw.app.session.session import Session
from orbitdraw.app.shell.layer import Page
from orbitdraw.app.shell.messages import SceneOpened, Shot
from orbitdraw.app.shell.playback import Playback
from orbitdraw.app.shell.services import Services
from orbitdraw.app.stage.error_card import ErrorCard
from orbitdraw.app.stage.hud import Hud
from orbitdraw.app.stage.picture import ContourLayer, PictureLayer


class StageView(Page, ABC):
    """The page of a scene as its layers use it: session, picture, texts over it, and pace."""

    def __init__(self, window: Services, session: Session) -> None:
        super().__init__()
        self.window = window
        self.session = session
        self.picture = PictureLayer()
        self.preview = ContourLayer(self.picture)
        self.hud = Hud()
        self.error_card = ErrorCard()
        self.playback = Playback()
        self.opened: SceneOpened | None = None
        self.shot: Shot | None = None

    @property
    def text_rects(self) -> list[pygame.Rect]:
        """Rectangles of texts that labels at the pointer must not overlap."""
        return [*self.hud.plate_rects, self.window.toast.place]

    @abstractmethod
    def pause(self) -> None:
        """Pause the scene if it plays."""

    @property
    @abstractmethod
    def room(self) -> int:
        """Pixels at the right edge that the panel takes from the captions."""

    @property
    @abstractmethod
    def covers(self) -> int:
        """Pixels from the panel's left edge to the window's right one."""

    @property
    @abstractmethod
    def busy(self) -> bool:
        """True while the left button is down for a tool."""

    @property
    @abstractmethod
    def has_active_tool(self) -> bool:
        """True while a tool has something that Esc cancels first."""

    @property
    @abstractmethod
    def shows_range_label(self) -> bool:
        """True while the range of an export is labelled on the timeline."""

    @abstractmethod
    def control(self, name: str) -> Control | None:
        """The panel's control of a value of the run; None where there is none."""

    @abstractmethod
    def value(self, name: str) -> Any:
        """A value of the run from the panel; None where there is none of that name."""
