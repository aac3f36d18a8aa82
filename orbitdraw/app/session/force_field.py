"""The potential as a landscape: contour lines and force arrows of everything that attracts or repels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pygame

from orbitdraw import edits
from orbitdraw.runtime import lazy

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from orbitdraw.authoring.motion import State
    from orbitdraw.ink.look import View
    from orbitdraw.potentials.potential import Potential
    from orbitdraw.simulation.run import Run

    Floats = NDArray[np.floating[Any]]
else:
    np = lazy.module("numpy")

LINE_COUNT = 22
"""Contour lines across the range of V that covers most of the picture. More crowd the drawing, fewer leave it bare."""

INDEX_LINE_EVERY = 4
"""Every fourth line is drawn stronger, as on a map, so that the eye can count."""

COARSE_GRID = 2
"""Pixels between samples of a potential that changes while it is shown."""

ARROW_SPACING = 46.0
"""Distance between arrows, in points."""

LIGHT_INK, DARK_INK = (226, 232, 245), (30, 32, 44)
LINE_ALPHA, INDEX_LINE_ALPHA, ARROW_ALPHA = 66, 118, 120


@dataclass(frozen=True)
class EffectivePotential:
    """The effective potential at one moment of a run: scene, bodies, fields, and the centrifugal term."""

    potential: Potential | None
    numbers: dict[str, float]
    t: float
    spin: float
    bodies: Floats
    """(n, 3): position and G times mass."""
    softening: float
    state: State
    """The run's state, with the fields planted by the user."""
    is_changing: bool
    """True when the potential will differ in the next frame."""

    @classmethod
    def of(cls, run: Run) -> EffectivePotential:
        """The potential of a run at this moment."""
        potential = run.scene.potential
        numbers = {name: run.values[name] for name in potential.names} if potential is not None else {}
        state = dict(run.state)  # read beside the frames; edits replace arrays and never write in them
        sources, softening = np.zeros((0, 3)), 0.0
        state = edits.symmetry.with_images(state) if "mass" in state else state
        if len(state.get("mass", ())) and "gravity" in state:
            gravity, softening2 = state["gravity"]
            body_count = len(state["mass"])
            sources = np.column_stack([state["x"][:body_count], state["y"][:body_count], gravity * state["mass"]])
            sources = sources[np.isfinite(sources).all(axis=1) & (sources[:, 2] > 0)]
            softening = float(np.sqrt(softening2))
        is_time_dependent = potential is not None and bool(run.state["timed"][0] if "timed" in run.state else False)
        t = run.t if is_time_dependent else 0.0
        rotates = run.scene.motion is None and hasattr(run.scene.law, "spin")
        spin = float(run.values.get("spin", 0.0)) if rotates else 0.0
        return cls(potential, numbers, t, spin, sources, softening, state, is_time_dependent or len(sources) > 0)

    @property
    def key(self) -> tuple[Any, ...]:
        """Those with equal keys are equal."""
        return (
            tuple(self.numbers.items()),
            self.t,
            self.spin,
            self.bodies.tobytes(),
            edits.fields.kernel_table(self.state).tobytes(),
        )

    def value(self, x: Floats, y: Floats) -> Floats:
        """V at (x, y); in a rotating frame the effective one, V - spin^2 r^2 / 2."""
        out = np.zeros(np.broadcast_shapes(x.shape, y.shape))
        if self.potential is not None:
            out += self.potential.value(x, y, self.t, **self.numbers)
        for bx, by, gm in self.bodies:
            out -= gm / np.sqrt((x - bx) ** 2 + (y - by) ** 2 + self.softening**2)
        out += edits.fields.value(self.state, x, y)
        return out - 0.5 * self.spin**2 * (x * x + y * y)

    def force(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        """-grad V at (x, y), with the centrifugal force in a rotating frame."""
        fx, fy = self.spin**2 * x, self.spin**2 * y
        if self.potential is not None:
            px, py = self.potential.force(x, y, self.t, **self.numbers)
            fx, fy = fx + px, fy + py
        for bx, by, gm in self.bodies:
            weight = gm / ((x - bx) ** 2 + (y - by) ** 2 + self.softening**2) ** 1.5
            fx, fy = fx - weight * (x - bx), fy - weight * (y - by)
        px, py = edits.fields.force(self.state, x, y)
        fx, fy = fx + px, fy + py
        return fx, fy

    def render(self, view: View, size: tuple[int, int], scale: float, light: bool = False) -> pygame.Surface:
        """Lines and arrows on a transparent surface of the picture's size."""
        color = DARK_INK if light else LIGHT_INK
        coarse = COARSE_GRID if self.is_changing else 1
        grid = (-(-size[0] // coarse), -(-size[1] // coarse))
        px_per_unit, ox, oy = view.pixels(size)
        x = ((np.arange(grid[0]) + 0.5) * coarse - ox) / px_per_unit
        y = (oy - (np.arange(grid[1]) + 0.5) * coarse) / px_per_unit
        with np.errstate(all="ignore"):
            coverage = contour_coverage(self.value(x[None, :], y[:, None]), 1.1 * scale / coarse)
        lines = _tint(coverage, color)
        if coarse > 1:
            lines = pygame.transform.smoothscale(lines, size)
        lines.blit(self._draw_arrows(view, size, scale, color), (0, 0))
        return lines

    def _draw_arrows(
        self, view: View, size: tuple[int, int], scale: float, color: tuple[int, int, int]
    ) -> pygame.Surface:
        step = ARROW_SPACING * scale
        columns, rows = max(1, round(size[0] / step)), max(1, round(size[1] / step))
        px = (np.arange(columns) + 0.5) * size[0] / columns
        py = (np.arange(rows) + 0.5) * size[1] / rows
        px, py = (axis_grid.ravel() for axis_grid in np.meshgrid(px, py))
        px_per_unit, ox, oy = view.pixels(size)
        with np.errstate(all="ignore"):
            fx, fy = self.force((px - ox) / px_per_unit, (oy - py) / px_per_unit)
            strength = np.hypot(fx, fy)
            valid = np.isfinite(strength) & (strength > 0)
            median = np.median(strength[valid]) if valid.any() else 1.0
            length = 0.56 * step * strength / (strength + median)
            dx, dy = length * fx / strength, -length * fy / strength
        # Drawn at twice the size, then scaled down: pygame's own smooth lines do not blend on a transparent surface.
        surface = pygame.Surface((2 * size[0], 2 * size[1]), pygame.SRCALPHA)
        ink = (*color, ARROW_ALPHA)
        surface.fill((*color, 0))
        width = max(2, round(1.9 * scale))
        visible = valid & (length > 2 * scale)
        middle, arrow, lengths = np.stack([px, py], 1)[visible], np.stack([dx, dy], 1)[visible], length[visible, None]
        along = arrow / lengths
        across = along[:, ::-1] * (-1.0, 1.0)
        head = np.minimum(6.4 * scale, 0.8 * lengths)
        tail, tip = 2 * (middle - arrow / 2), 2 * (middle + arrow / 2)
        neck, half = tip - 1.8 * head * along, 0.62 * head * across
        corners = np.stack([tail, tip, neck, neck + half, neck - half], 1).tolist()
        for tail_at, tip_at, neck_at, left, right in corners:
            pygame.draw.line(surface, ink, tail_at, neck_at, width)
            pygame.draw.polygon(surface, ink, [tip_at, left, right])
        return pygame.transform.smoothscale(surface, size)


def contour_coverage(value: Floats, width: float) -> NDArray[np.uint8]:
    """Coverage (h, w), 0 to 255, of contour lines of `value`, about `width` pixels wide, antialiased.

    Levels are even in s, half asinh((V - median) / spread), which is even where V is gentle and logarithmic towards
    the infinity of a point mass, and half the fraction of the picture that lies lower, which draws lines on a plateau.
    The distance to a line is |s - level| / |grad s|.
    """
    finite = value[::4, ::4][np.isfinite(value[::4, ::4])]
    if finite.size < 4:
        return np.zeros(value.shape, np.uint8)
    low, middle, high = np.quantile(finite, (0.25, 0.5, 0.75))
    spread = high - low
    if not spread > 0:
        return np.zeros(value.shape, np.uint8)
    quantiles = np.quantile(finite, np.linspace(0.0, 1.0, 129))
    lowest, highest = np.arcsinh((np.quantile(finite, (0.01, 0.99)) - middle) / spread)
    slope = (np.arcsinh((value - middle) / spread) - lowest) / (highest - lowest)
    s = LINE_COUNT * (0.5 * slope + 0.5 * np.interp(value, quantiles, np.linspace(0.0, 1.0, 129)))
    nearest = np.rint(s)
    gy, gx = np.gradient(s)
    gradient = np.hypot(gx, gy)
    distance = np.abs(s - nearest) / np.maximum(gradient, 1e-12)
    alpha = np.clip(width / 2 + 0.5 - distance, 0.0, min(1.0, width))
    # Where lines come closer than a few pixels they would fill the picture: fade them out.
    alpha *= np.clip(1.6 - 4.5 * gradient * min(1.0, width), 0.0, 1.0)
    alpha *= np.where(nearest % INDEX_LINE_EVERY == 0, INDEX_LINE_ALPHA, LINE_ALPHA)
    coverage: NDArray[np.uint8] = np.nan_to_num(alpha).astype(np.uint8)
    return coverage


def _tint(coverage: NDArray[np.uint8], color: tuple[int, int, int]) -> pygame.Surface:
    # In the byte order of the window's own pixels: blitting another order takes fifty times as long.
    pixels = np.empty((*coverage.shape, 4), np.uint8)
    pixels[..., :3] = color[::-1]
    pixels[..., 3] = coverage
    return pygame.image.frombuffer(pixels.tobytes(), (coverage.shape[1], coverage.shape[0]), "BGRA")
