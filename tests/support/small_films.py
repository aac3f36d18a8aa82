"""Small films to export, and a picture that is made by hand."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from orbitdraw.authoring.bodies import Dust
from orbitdraw.authoring.scene import Scene
from orbitdraw.film.film import Film
from orbitdraw.film.pictures import pictures
from orbitdraw.ink.look import Look
from orbitdraw.simulation.run import Run

SIZE = (64, 36)


def spring(style="light", **options):
    places = [[1.0, 0.0], [0.0, 0.7], [-0.5, 0.5]]
    return Scene(
        "spring",
        text="x^2/2+y^2",
        potential="x^2/2+y^2",
        dust=Dust(places, [[0, 1], [1, 0], [0.3, 0.3]]),
        look=Look(style=style, width=30.0, exposure=1.5),
        dt=0.02,
        **options,
    )


def filmed(scene, count, fps=60, size=SIZE, start=0.0):
    return list(pictures(Film(Run(scene), size), count, fps=fps, start=start))


@dataclass(eq=False)
class Fake:
    """A picture made for a test: levels of a palette, or pixels."""

    pixels: np.ndarray
    levels: np.ndarray | None = None
    palette: np.ndarray | None = None


RAMP = np.stack([np.arange(256), 255 - np.arange(256), np.arange(256) // 2], axis=1).astype(np.uint8)


def leveled(levels, palette):
    rgb = palette[levels].astype(np.uint32)
    return Fake(rgb[..., 0] << 16 | rgb[..., 1] << 8 | rgb[..., 2], levels, palette)
