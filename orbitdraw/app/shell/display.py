"""Opening of the pygame window with its icon, and a default interface scale for the desktop."""

from __future__ import annotations

import pygame

from orbitdraw.app.kit.theme import DARK_THEME
from orbitdraw.app.shell.trace import trace
from orbitdraw.errors import NoDisplayError

NO_DISPLAY = "there is no display for the window; `orbitdraw export {what} picture.png` makes the picture without one"


SIZE = (1280, 720)
"""Size of the window unless another one is asked for."""


def open_display(size: tuple[int, int] | None = None, what: str = "figure_eight") -> pygame.Surface:
    """Open a window; raise NoDisplayError where there is no display, with the command that exports `what` instead."""
    try:
        pygame.display.init()
        pygame.font.init()
        pygame.display.set_caption("orbitdraw")
        pygame.display.set_icon(_icon())
        surface = pygame.display.set_mode(size or SIZE, pygame.RESIZABLE)
    except pygame.error as error:
        raise NoDisplayError(NO_DISPLAY.format(what=what)) from error
    trace("window")
    return surface


def default_scale() -> float:
    """Default interface scale for this desktop: 1 up to 1080 lines, 2 at 2160, in steps of a quarter."""
    height = max((size[1] for size in pygame.display.get_desktop_sizes()), default=1080)
    return max(1.0, min(4.0, round(height / 1080 * 4) / 4))


def _icon() -> pygame.Surface:
    big = pygame.Surface((256, 256), pygame.SRCALPHA)
    pygame.draw.circle(big, DARK_THEME.plate, (128, 128), 124)
    pygame.draw.circle(big, DARK_THEME.accent, (128, 128), 84, 7)
    pygame.draw.circle(big, DARK_THEME.ink, (128, 128), 22)
    pygame.draw.circle(big, DARK_THEME.accent, (188, 69), 17)
    return pygame.transform.smoothscale(big, (64, 64))
