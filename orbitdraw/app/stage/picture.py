"""The picture of a scene, the contour lines over it, and the still that is shown until the first picture comes."""

from __future__ import annotations

import math

import pygame

from orbitdraw.app.kit.theme import STAGE, Color
from orbitdraw.app.shell.layer import Layer
from orbitdraw.app.shell.messages import Ground, Shot, Triple

FADE_SECONDS = 0.35
"""Seconds in which the still fades out over the playing picture."""


class Picture(Layer):
    """The last picture that came, placed in the requested view.

    A turn of the wheel changes `view` at once and shows the old picture scaled; a new one follows after the pointer
    rests.
    """

    def __init__(self) -> None:
        super().__init__()
        self.plate: pygame.Surface | None = None
        self.shown: Triple | None = None
        self.view: Triple | None = None
        self.ground_color: Color = STAGE.ground
        self.area: pygame.Rect | None = None
        """The part of the window that the picture fills; None for all of it."""

    def take(self, shot: Shot) -> None:
        """Copy a picture's pixels to a surface for display."""
        if self.plate is None or self.plate.get_size() != shot.size:
            # Masks without alpha: a surface of this kind is copied to the screen in a tenth of a millisecond.
            self.plate = pygame.Surface(shot.size, 0, 32, (0xFF0000, 0xFF00, 0xFF, 0))
        self.ground_color = shot.corner
        pygame.surfarray.pixels2d(self.plate)[...] = shot.pixels.T
        self.shown = shot.view
        if self.view is None:
            self.view = shot.view
        self.stale = True

    def look_at(self, view: Triple) -> None:
        """Show this part of the world from now on."""
        self.view = view
        self.stale = True

    def draw(self, surface: pygame.Surface) -> None:
        if self.plate is None or self.shown is None or self.view is None or self.area is not None:
            surface.fill(self.ground_color)
        if self.plate is not None and self.shown is not None and self.view is not None:
            lay(self.plate, self.shown, self.part(surface), self.view, self.ground_color)

    def part(self, surface: pygame.Surface) -> pygame.Surface:
        """The part of the window that the picture fills."""
        return surface if self.area is None else surface.subsurface(self.area.clip(surface.get_rect()))


class GroundLines(Layer):
    """Contour lines and arrows, moved with the picture below; where `instead` has any, only those are shown."""

    def __init__(self, picture: Picture, instead: GroundLines | None = None) -> None:
        super().__init__()
        self.picture = picture
        self.instead = instead
        self.ground: Ground | None = None

    def take(self, ground: Ground) -> None:
        """Show these lines, or none."""
        self.ground = ground
        self.stale = True

    @property
    def seen(self) -> bool:
        """True when there are lines to show."""
        return self.ground is not None and self.ground.surface is not None

    def draw(self, surface: pygame.Surface) -> None:
        if self.instead is not None and self.instead.seen:
            return
        if self.ground is not None and self.ground.surface is not None and self.picture.view is not None:
            lay(self.ground.surface, self.ground.view, self.picture.part(surface), self.picture.view, None)


class Still(Layer):
    """A finished picture from the wall, shown while the scene is being prepared, then faded out."""

    def __init__(self, picture: pygame.Surface | None) -> None:
        super().__init__()
        self.source = picture
        self.fitted: pygame.Surface | None = None
        self.leaving: float | None = None
        self.now = 0.0

    def leave(self) -> None:
        """Start to fade out: the first picture has come."""
        if self.leaving is None:
            self.leaving = self.now

    def tick(self, now: float) -> None:
        self.now = now
        if self.leaving is not None and self.source is not None:
            self.stale = True
            if now - self.leaving > FADE_SECONDS:
                self.source = self.fitted = None

    def draw(self, surface: pygame.Surface) -> None:
        if self.source is None:
            return
        size = surface.get_size()
        if self.fitted is None or self.fitted.get_size() != size:
            self.fitted = _fitted(self.source, size)
        past = 0.0 if self.leaving is None else (self.now - self.leaving) / FADE_SECONDS
        self.fitted.set_alpha(round(255 * max(0.0, 1.0 - past)))
        surface.blit(self.fitted, (0, 0))


def _fitted(picture: pygame.Surface, size: tuple[int, int]) -> pygame.Surface:
    """The still at the scale of a scene's view: shorter side on shorter side, the rest background."""
    factor = min(size) / min(picture.get_size())
    scaled = pygame.transform.smoothscale(
        picture, (max(1, round(picture.get_width() * factor)), max(1, round(picture.get_height() * factor)))
    )
    out = pygame.Surface(size)
    out.fill(picture.get_at((0, 0)))
    out.blit(scaled, scaled.get_rect(center=out.get_rect().center))
    return out


def lay(source: pygame.Surface, shown: Triple, surface: pygame.Surface, wanted: Triple, ground: Color | None) -> None:
    """Draw `source`, a picture of the view `shown`, at its place in the view `wanted` of the whole surface."""
    size, target = source.get_size(), surface.get_size()
    if shown == wanted and size == target:
        surface.blit(source, (0, 0))
        return
    if ground is not None:
        surface.fill(ground)
    # Pixels per world unit, before and after; then the position of the source's corner on the surface.
    before = min(size) / (2 * shown[2])
    after = min(target) / (2 * wanted[2])
    factor = after / before
    left = target[0] / 2 + after * (shown[0] - wanted[0]) - factor * size[0] / 2
    top = target[1] / 2 - after * (shown[1] - wanted[1]) - factor * size[1] / 2
    # Only the visible part is scaled: at high zoom, the whole would take gigabytes.
    x0, y0 = max(0, int(-left / factor)), max(0, int(-top / factor))
    if factor > max(target):  # at still higher zoom one source pixel covers the surface
        middle = math.floor((target[0] / 2 - left) / factor), math.floor((target[1] / 2 - top) / factor)
        if ground is not None and source.get_rect().collidepoint(middle):
            surface.fill(source.get_at(middle))
        return
    x1 = min(size[0], int((target[0] - left) / factor) + 2)
    y1 = min(size[1], int((target[1] - top) / factor) + 2)
    if x1 <= x0 or y1 <= y0:
        return
    part = source.subsurface(pygame.Rect(x0, y0, x1 - x0, y1 - y0))
    room = (max(1, round((x1 - x0) * factor)), max(1, round((y1 - y0) * factor)))
    surface.blit(pygame.transform.scale(part, room), (round(left + x0 * factor), round(top + y0 * factor)))
