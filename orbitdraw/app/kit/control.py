"""What all controls share: a place, a look that is drawn again only when it changed, and the focus."""

from __future__ import annotations

import pygame

from orbitdraw.app.kit.shapes import outline
from orbitdraw.app.kit.theme import STAGE, Theme

PAD = 8.0
"""Points left free around what a control shows; the focus ring runs there."""

SIZE = 13.0
"""Points of the type."""


class Control:
    """One control. A Column places it, asks it to paint itself when it is stale, and passes on what is done to it.

    Places `at` are in pixels from the control's own corner.
    """

    takes_focus = True
    cursor_is_hand = True
    repeated: tuple[int, ...] = ()
    """Keys that go on doing what they do while they are held, besides the arrows."""

    def __init__(self, label: str = "", tip: str = "") -> None:
        self.label = label
        self.tip = tip
        self.rect = pygame.Rect(0, 0, 0, 0)
        self.scale = 1.0
        self.theme: Theme = STAGE
        self.stale = True
        self.focused = False
        self.hot = False
        """The pointer is over it."""
        self.remark = ""
        """Something to be said about what was just done, such as a number that had to be held back."""

    def px(self, points: float) -> int:
        """Pixels of a length given for scale 1."""
        return max(1, round(points * self.scale))

    # -- for the column --------------------------------------------------------------------------------------------

    def tall(self, width: int) -> int:
        """Its height in pixels."""
        return self.px(32)

    def paint(self, surface: pygame.Surface) -> None:
        """Draw it on a surface of its own size."""

    def ring(self, surface: pygame.Surface) -> None:
        """The line around the control that has the focus."""
        if self.focused:
            surface.blit(outline(surface.get_size(), self.px(8), self.px(2), self.theme.accent), (0, 0))

    def mark(self) -> None:
        """It looks different now."""
        self.stale = True

    # -- what is done to it ----------------------------------------------------------------------------------------

    def enter(self) -> None:
        """It has the focus now."""
        self.focused = True
        self.mark()

    def leave(self) -> None:
        """The focus goes elsewhere."""
        self.focused = False
        self.mark()

    def press(self, at: tuple[int, int], twice: bool, free: bool) -> None:
        """The mouse button goes down here; `twice` on a double click, `free` with Shift or Alt."""

    def drag(self, at: tuple[int, int], free: bool) -> None:
        """The pointer moves while the button is down."""

    def release(self, at: tuple[int, int]) -> None:
        """The button goes up."""

    def wheel(self, notches: float, free: bool) -> bool:
        """The wheel turns over it; False when it has no use for that."""
        return False

    def key(self, event: pygame.event.Event) -> bool:
        """A key goes down while it has the focus; False when it has no use for that."""
        return False

    def typed(self, text: str) -> bool:
        """Text comes while it has the focus."""
        return False
