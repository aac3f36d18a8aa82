"""The picture of a scene, the contour lines over it, and the placeholder shown until the first picture comes."""

from __future__ import annotations

import math

import pygame

from orbitdraw.app.kit.theme import DARK_THEME, Color
from orbitdraw.app.shell.layer import Layer
from orbitdraw.app.shell.messages import ContourImage, Shot, Triple

FADE_SECONDS = 0.35
"""Seconds in which the placeholder fades out over the playing picture."""


class PictureLayer(Layer):
    """The last picture that came, placed in the requested view.

    A turn of the wheel changes `view` at once and shows the old picture scaled; a new one follows after the pointer
    rests.
    """

    def __init__(self) -> None:
        super().__init__()
        self.surface: pygame.Surface | None = None
        self.shown_view: Triple | None = None
        self.view: Triple | None = None
        self.background: Color = DARK_THEME.ground
        self.area: pygame.Rect | None = None
        """The part of the window that the picture fills; None for all of it."""

    def show(self, shot: Shot) -> None:
        """Copy a picture's pixels to a surface for display."""
        if self.surface is None or self.surface.get_size() != shot.size:
            # Masks without alpha: a surface of this kind is copied to the screen in a tenth of a millisecond.
            self.surface = pygame.Surface(shot.size, 0, 32, (0xFF0000, 0xFF00, 0xFF, 0))
        self.background = shot.corner
        pygame.surfarray.pixels2d(self.surface)[...] = shot.pixels.T
        self.shown_view = shot.view
        if self.view is None:
            self.view = shot.view
        self.stale = True

    def set_view(self, view: Triple) -> None:
        """Show this part of the world from now on."""
        self.view = view
        self.stale = True

    def draw(self, surface: pygame.Surface) -> None:
        if self.surface is None or self.shown_view is None or self.view is None or self.area is not None:
            surface.fill(self.background)
        if self.surface is not None and self.shown_view is not None and self.view is not None:
            blit_view(self.surface, self.shown_view, self.area_surface(surface), self.view, self.background)

    def area_surface(self, surface: pygame.Surface) -> pygame.Surface:
        """The part of the window that the picture fills."""
        return surface if self.area is None else surface.subsurface(self.area.clip(surface.get_rect()))


class ContourLayer(Layer):
    """Contour lines and arrows, moved with the picture below; where `override` has any, only those are shown."""

    def __init__(self, picture: PictureLayer, override: ContourLayer | None = None) -> None:
        super().__init__()
        self.picture = picture
        self.override = override
        self.ground: ContourImage | None = None

    def show(self, ground: ContourImage) -> None:
        """Show these lines, or none."""
        self.ground = ground
        self.stale = True

    @property
    def has_lines(self) -> bool:
        """True when there are lines to show."""
        return self.ground is not None and self.ground.surface is not None

    def draw(self, surface: pygame.Surface) -> None:
        if self.override is not None and self.override.has_lines:
            return
        if self.ground is not None and self.ground.surface is not None and self.picture.view is not None:
            blit_view(
                self.ground.surface, self.ground.view, self.picture.area_surface(surface), self.picture.view, None
            )


class Placeholder(Layer):
    """A finished picture from the wall, shown while the scene is being prepared, then faded out."""

    def __init__(self, picture: pygame.Surface | None) -> None:
        super().__init__()
        self.source = picture
        self.fitted: pygame.Surface | None = None
        self.fade_start: float | None = None
        self.now = 0.0

    def fade_out(self) -> None:
        """Start to fade out: the first picture has come."""
        if self.fade_start is None:
            self.fade_start = self.now

    def tick(self, now: float) -> None:
        self.now = now
        if self.fade_start is not None and self.source is not None:
            self.stale = True
            if now - self.fade_start > FADE_SECONDS:
                self.source = self.fitted = None

    def draw(self, surface: pygame.Surface) -> None:
        if self.source is None:
            return
        size = surface.get_size()
        if self.fitted is None or self.fitted.get_size() != size:
            self.fitted = _fit_picture(self.source, size)
        faded = 0.0 if self.fade_start is None else (self.now - self.fade_start) / FADE_SECONDS
        self.fitted.set_alpha(round(255 * max(0.0, 1.0 - faded)))
        surface.blit(self.fitted, (0, 0))


def _fit_picture(picture: pygame.Surface, size: tuple[int, int]) -> pygame.Surface:
    """The placeholder at the scale of a scene's view: shorter side on shorter side, the rest background."""
    factor = min(size) / min(picture.get_size())
    scaled = pygame.transform.smoothscale(
        picture, (max(1, round(picture.get_width() * factor)), max(1, round(picture.get_height() * factor)))
    )
    out = pygame.Surface(size)
    out.fill(picture.get_at((0, 0)))
    out.blit(scaled, scaled.get_rect(center=out.get_rect().center))
    return out


def blit_view(
    source: pygame.Surface, source_view: Triple, surface: pygame.Surface, view: Triple, background: Color | None
) -> None:
    """Draw `source`, a picture of the view `source_view`, at its place in `view`, that of the whole surface."""
    size, target = source.get_size(), surface.get_size()
    if source_view == view and size == target:
        surface.blit(source, (0, 0))
        return
    if background is not None:
        surface.fill(background)
    # Pixels per world unit, before and after; then the position of the source's corner on the surface.
    before = min(size) / (2 * source_view[2])
    after = min(target) / (2 * view[2])
    factor = after / before
    left = target[0] / 2 + after * (source_view[0] - view[0]) - factor * size[0] / 2
    top = target[1] / 2 - after * (source_view[1] - view[1]) - factor * size[1] / 2
    # Only the visible part is scaled: at high zoom, the whole would take gigabytes.
    x0, y0 = max(0, int(-left / factor)), max(0, int(-top / factor))
    if factor > max(target):  # at still higher zoom one source pixel covers the surface
        middle = math.floor((target[0] / 2 - left) / factor), math.floor((target[1] / 2 - top) / factor)
        if background is not None and source.get_rect().collidepoint(middle):
            surface.fill(source.get_at(middle))
        return
    x1 = min(size[0], int((target[0] - left) / factor) + 2)
    y1 = min(size[1], int((target[1] - top) / factor) + 2)
    if x1 <= x0 or y1 <= y0:
        return
    part = source.subsurface(pygame.Rect(x0, y0, x1 - x0, y1 - y0))
    room = (max(1, round((x1 - x0) * factor)), max(1, round((y1 - y0) * factor)))
    surface.blit(pygame.transform.scale(part, room), (round(left + x0 * factor), round(top + y0 * factor)))
