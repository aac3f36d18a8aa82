"""A potential, typeset as mathematics."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pygame

if TYPE_CHECKING:
    from orbitdraw.potential import Potential

LONGEST = 240
"""Characters of LaTeX beyond which a formula is no caption any more; `orbitdraw info` prints it."""


def formula_picture(potential: Potential | None, scale: float) -> pygame.Surface | None:
    """White ink on nothing, to be tinted by whoever shows it; None when it is too long to be read at a glance."""
    if potential is None:
        return None
    latex = potential.latex()
    if len(latex) > LONGEST:
        return None
    import ziamath

    ziamath.config.svg2 = False  # with SVG 2, pygame's reader finds no glyph at all
    svg = ziamath.Latex(f"V = {latex}", size=17 * scale, color="#ffffff").svg()
    return pygame.image.load(io.BytesIO(svg.encode()), "formula.svg")
