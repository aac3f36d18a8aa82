"""What the layers of a scene share, and what they ask of each other. The page of a scene composes them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

import pygame

from orbitdraw.app.kit import Control
from orbitdraw.app.session.session import Session
from orbitdraw.app.shell.layer import Page
from orbitdraw.app.shell.messages import Opened, Shot
from orbitdraw.app.shell.pace import Pace
from orbitdraw.app.shell.services import Services
from orbitdraw.app.stage.error_notice import Mishap
from orbitdraw.app.stage.hud import Hud
from orbitdraw.app.stage.picture import GroundLines, Picture


class StageView(Page, ABC):
    """A scene as its layers know it: its session, its picture and what is written over it, and its pace."""

    def __init__(self, window: Services, session: Session) -> None:
        super().__init__()
        self.window = window
        self.session = session
        self.picture = Picture()
        self.preview = GroundLines(self.picture)
        self.hud = Hud()
        self.mishap = Mishap()
        self.pace = Pace()
        self.opened: Opened | None = None
        self.shot: Shot | None = None

    @property
    def written(self) -> list[pygame.Rect]:
        """Where something is written that labels at the hand must not cover, or lie under."""
        return [*self.hud.places, self.window.toast.place]

    @abstractmethod
    def rest(self) -> None:
        """Pause, if it plays."""

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
        """True while the button is down for a tool."""

    @property
    @abstractmethod
    def holds_tool(self) -> bool:
        """True while a tool has something that Esc lets go of first."""

    @property
    @abstractmethod
    def choosing(self) -> bool:
        """True while the stretch of an export says how long it is."""

    @abstractmethod
    def control(self, name: str) -> Control | None:
        """The panel's control of a value of the run; None where there is none."""

    @abstractmethod
    def value(self, name: str) -> Any:
        """A value of the run, as the panel knows it; None where it has none of that name."""
