"""Two bodies on a Kepler orbit, watched from several reference frames, and the film of them."""

from __future__ import annotations

import math

import numpy as np

from orbitdraw import Bodies, Dust, Look, Newton, Run, Scene, View
from orbitdraw.film.film import Film

SIZE = (160, 90)


def kepler(eccentricity=0.0, ratio=0.5, half_life=None, dust=None, drift=0.0, style="light"):
    """Two bodies with semi-major axis 1 and period 2 pi about each other, at the pericentre of their orbit."""
    total, near = 1.0, 1 - eccentricity
    speed = math.sqrt((1 + eccentricity) / near)
    light = ratio / (1 + ratio) * total
    heavy = total - light
    pos = np.array([[-light * near, 0], [heavy * near, 0]])
    vel = np.array([[drift, -light * speed], [drift, heavy * speed]])
    return Scene(
        "kepler",
        law=Newton(order=8),
        bodies=Bodies([heavy, light], pos, vel),
        dust=dust,
        dt=2 * math.pi / 480,
        steps=4,
        look=Look(exposure=1.0, half_life=half_life, style=style),
        view=View(radius=2.0),
    )


DUST = Dust([[0.3, 1.2], [-1.1, 0.4], [0.2, -0.9]], [[0.5, 0.0], [0.0, -0.8], [0.9, 0.1]])


def played(scene, script, frames, size=SIZE):
    """A film that was played with these (frame, name, value) changes, and the picture of every frame."""
    film = Film(Run(scene), size)
    shown = []
    for frame in range(frames + 1):
        for at, name, value in script:
            if at == frame:
                film.run.apply(name, value)
        shown.append(film.picture().pixels.copy())
        if frame < frames:
            film.advance()
    return film, shown


SCRIPT = [(30, "watch", (1, 0)), (60, "watch", (3, 0, 1)), (150, "watch", (2,)), (240, "watch", (0,))]
