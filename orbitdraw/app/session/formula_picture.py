"""A potential, typeset as mathematics."""

from __future__ import annotations

import io
import sys
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

import pygame

from orbitdraw.app.shell.messages import FormulaImage
from orbitdraw.potentials.typeset import typeset_in_process

if TYPE_CHECKING:
    from orbitdraw.potentials.potential import Potential

TYPESET_DELAY = 0.6
"""Seconds after the first picture at which the formula is typeset. The first frames need both cores for themselves."""

FONT_SIZE = 17
"""Font size of the formula in pixels at scale 1."""

MAX_CAPTION_LENGTH = 240
"""Characters of LaTeX beyond which a formula is too long for a caption; `orbitdraw info` prints it."""


def caption_latex(potential: Potential) -> str | None:
    """LaTeX of a potential for its caption; None when it is too long to be read at a glance."""
    latex = potential.latex()
    return f"V = {latex}" if len(latex) <= MAX_CAPTION_LENGTH else None


def load_svg(svg: str | None) -> pygame.Surface | None:
    """The SVG as a surface, to be tinted by the caller."""
    return None if svg is None else pygame.image.load(io.BytesIO(svg.encode()), "formula.svg")


def typeset_later(
    potential: Potential | None, scale: float, report: Callable[[FormulaImage], None], is_cancelled: Callable[[], bool]
) -> None:
    """Typeset a potential after the scene has started to move, and report it from a timer's thread."""

    def work() -> None:
        if is_cancelled() or potential is None:
            return
        try:
            latex = caption_latex(potential)
            report(FormulaImage(load_svg(None if latex is None else typeset_in_process(latex, FONT_SIZE * scale))))
        except Exception as error:
            print(f"orbitdraw: the formula could not be typeset: {type(error).__name__}: {error}", file=sys.stderr)

    if potential is not None:
        timer = threading.Timer(TYPESET_DELAY, work)
        timer.daemon = True
        timer.start()
