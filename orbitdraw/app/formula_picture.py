"""A potential, typeset as mathematics."""

from __future__ import annotations

import io
import sys
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

import pygame

from orbitdraw.app.news import Formula

if TYPE_CHECKING:
    from orbitdraw.potential import Potential

AFTER = 0.6
"""Seconds after the first picture at which the formula is set. At once, its imports would hold up the first frames."""

LONGEST = 240
"""Characters of LaTeX beyond which a formula is no caption any more; `orbitdraw info` prints it."""


def formula_svg(potential: Potential, scale: float) -> str | None:
    """White ink on nothing, as SVG; None when it is too long to be read at a glance."""
    latex = potential.latex()
    if len(latex) > LONGEST:
        return None
    import ziamath

    ziamath.config.svg2 = False  # with SVG 2, pygame's reader finds no glyph at all
    return str(ziamath.Latex(f"V = {latex}", size=17 * scale, color="#ffffff").svg())


def picture_of(svg: str | None) -> pygame.Surface | None:
    """The SVG as a surface, to be tinted by whoever shows it."""
    return None if svg is None else pygame.image.load(io.BytesIO(svg.encode()), "formula.svg")


def formula_picture(potential: Potential | None, scale: float) -> pygame.Surface | None:
    """The potential as a surface; None where there is none, or none that can be read at a glance."""
    return None if potential is None else picture_of(formula_svg(potential, scale))


def set_later(
    potential: Potential | None, scale: float, report: Callable[[Formula], None], unwanted: Callable[[], bool]
) -> None:
    """Set a potential in a thread of its own, because SymPy and the typesetter take half a second to import."""

    def work() -> None:
        if unwanted():
            return
        try:
            report(Formula(formula_picture(potential, scale)))
        except Exception as error:
            print(f"orbitdraw: the formula could not be set: {type(error).__name__}: {error}", file=sys.stderr)

    if potential is not None:
        later = threading.Timer(AFTER, work)
        later.daemon = True
        later.start()
