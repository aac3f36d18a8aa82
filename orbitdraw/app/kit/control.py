"""Base class of all controls: a rectangle, painting only when changed, and the focus."""

from __future__ import annotations

import pygame

from orbitdraw.app.kit.shapes import outline
from orbitdraw.app.kit.theme import DARK_THEME, Theme

PADDING = 8.0
"""Padding in points around the content of a control; the focus ring is drawn there."""

FONT_SIZE = 13.0
"""Type size in points."""


class Control:
    """One control. A Column places it, has it painted when it is stale, and passes it events.

    Positions `at` are in pixels from the control's own top left corner.
    """

    takes_focus = True
    cursor_is_hand = True
    repeat_keys: tuple[int, ...] = ()
    """Keys, besides the arrows, that repeat while they are held down."""

    def __init__(self, label: str = "", tip: str = "") -> None:
        self.label = label
        self.tip = tip
        self.rect = pygame.Rect(0, 0, 0, 0)
        self.scale = 1.0
        self.theme: Theme = DARK_THEME
        self.stale = True
        self.focused = False
        self.hovered = False
        """True while the pointer is over the control."""
        self.remark = ""
        """A sentence about the last input, such as a number that had to be limited; shown once by the tooltip."""

    def px(self, points: float) -> int:
        """Length in whole pixels, at least 1, of a length in points."""
        return max(1, round(points * self.scale))

    # -- for the column --------------------------------------------------------------------------------------------

    def height_for_width(self, width: int) -> int:
        """Height in pixels of the control at this width."""
        return self.px(32)

    def paint(self, surface: pygame.Surface) -> None:
        """Draw the control on a surface of its own size."""

    def draw_focus_ring(self, surface: pygame.Surface) -> None:
        """Draw the focus ring, if the control has the focus."""
        if self.focused:
            surface.blit(outline(surface.get_size(), self.px(8), self.px(2), self.theme.accent), (0, 0))

    def invalidate(self) -> None:
        """Mark the control as changed, to be painted again."""
        self.stale = True

    # -- events ----------------------------------------------------------------------------------------------------

    def gain_focus(self) -> None:
        """The control receives the focus."""
        self.focused = True
        self.invalidate()

    def lose_focus(self) -> None:
        """The control loses the focus."""
        self.focused = False
        self.invalidate()

    def press(self, position: tuple[int, int], double_click: bool, modifier: bool) -> None:
        """The mouse button is pressed here; `double_click` on a double click, `modifier` with Shift or Alt."""

    def drag(self, position: tuple[int, int], modifier: bool) -> None:
        """The pointer moves while the button is pressed."""

    def release(self, position: tuple[int, int]) -> None:
        """The mouse button is released."""

    def wheel(self, notches: float, modifier: bool) -> bool:
        """The wheel turns over the control; False when it does not use the wheel."""
        return False

    def key(self, event: pygame.event.Event) -> bool:
        """A key is pressed while the control has the focus; False when it does not use the key."""
        return False

    def type_text(self, text: str) -> bool:
        """Text is typed while the control has the focus; False when it does not use text."""
        return False
