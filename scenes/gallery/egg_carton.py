"""Particles roll into the nearest dimple of an egg carton; momentum carries some over the rim."""

from orbitdraw import Descent, Look, Slider, View, cloud, scene
from orbitdraw.functions import sin


@scene(
    start=cloud(3000, spread=1.1),
    law=Descent(rate=Slider(0.004, 0.0, 0.1), momentum=Slider(0.9, 0.0, 0.99)),
    dt=1.0,
    look=Look(palette="gold", width=0.8, half_life=120.0, glow=0.25, color="speed", exposure=1.2),
    view=View(radius=2.4),
    seconds=8,
    poster=4,
)
def egg_carton(x, y, bumps=Slider(3.0, 1.0, 8.0)):
    """Three thousand learners descend on the same ground from a cloud of guesses. Each ends in a valley near where
    it began; momentum carries some over the first rim."""
    return sin(bumps * x) * sin(bumps * y)
