"""A potential, typeset as mathematics."""

from __future__ import annotations

import io
import sys
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

import pygame

from orbitdraw.app.shell.messages import Formula
from orbitdraw.potentials.typeset import typeset_in_process

if TYPE_CHECKING:
    from orbitdraw.potentials.potential import Potential

AFTER = 0.6
"""Seconds after the first picture at which the formula is typeset. The first frames need both cores for themselves."""

SIZE = 17
"""Font size of the formula in pixels at scale 1."""

LONGEST = 240
"""Characters of LaTeX beyond which a formula is too long for a caption; `orbitdraw info` prints it."""


def caption(potential: Potential) -> str | None:
    """LaTeX of a potential for its caption; None when it is too long to be read at a glance."""
    latex = potential.latex()
    return f"V = {latex}" if len(latex) <= LONGEST else None


def picture_of(svg: str | None) -> pygame.Surface | None:
    """The SVG as a surface, to be tinted by the caller."""
    return None if svg is None else pygame.image.load(io.BytesIO(svg.encode()), "formula.svg")


def set_later(
    potential: Potential | None, scale: float, report: Callable[[Formula], None], unwanted: Callable[[], bool]
) -> None:
    """Typeset a potential after the scene has started to move, and report it from a timer's thread."""

    def work() -> None:
        if unwanted() or potential is None:
            return
        try:
            latex = caption(potential)
            report(Formula(picture_of(None if latex is None else typeset_in_process(latex, SIZE * scale))))
        except Exception as error:
            print(f"orbitdraw: the formula could not be typeset: {type(error).__name__}: {error}", file=sys.stderr)

    if potential is not None:
        later = threading.Timer(AFTER, work)
        later.daemon = True
        later.start()
