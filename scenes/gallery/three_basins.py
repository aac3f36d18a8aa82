"""The three magnets as a learner sees them: heavy-ball descent from everywhere at once."""

import math

from orbitdraw import Descent, Look, Slider, View, grid, scene, spring, well

MAGNETS = [(math.cos(angle), math.sin(angle)) for angle in (math.pi / 2, math.pi * 7 / 6, math.pi * 11 / 6)]


# With a step of 0.05 and friction 0.2, momentum 1 - 0.2 * 0.05 and rate 0.05^2 are Newton's pendulum exactly.
@scene(
    start=grid(60, radius=2.0),
    law=Descent(rate=Slider(0.0025, 0.0001, 0.02), momentum=Slider(0.99, 0.0, 0.999)),
    dt=0.05,
    look=Look(style="density", palette="aurora", width=0.8, half_life=6.0, mark=0.0, exposure=0.5),
    view=View(radius=2.1),
    landmarks=MAGNETS,
    seconds=15,
    poster=3,
)
def three_basins(x, y, pull=Slider(0.5, 0.1, 1.0), height=Slider(0.25, 0.1, 0.6)):
    """Some three thousand learners start all over the same ground and roll to one of three minima. Momentum mixes
    neighbours: the borders between the basins are as fine as you care to look."""
    return spring(x, y, (0, 0), pull) + sum(well(x, y, at, 1.0, height) for at in MAGNETS)
