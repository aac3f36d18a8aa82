"""A pendulum over three magnets, with so little friction that it takes a long time to choose."""

import math

from orbitdraw import Dust, Look, Newton, Slider, View, scene, spring, well

MAGNETS = [(math.cos(angle), math.sin(angle)) for angle in (math.pi / 2, math.pi * 7 / 6, math.pi * 11 / 6)]


@scene(
    start=Dust([[1.6, 1.3]]),
    law=Newton(order=4, drag=Slider(0.05, 0.0, 0.5)),
    dt=0.01,
    steps=5,
    look=Look(palette="opal", width=1.5, glow=0.3, color="age", mark=5.0, exposure=4),
    view=View(radius=2.0),
    landmarks=MAGNETS,
    seconds=47,
    poster=12,
)
def three_magnets(x, y, pull=Slider(0.5, 0.1, 1.0), height=Slider(0.25, 0.1, 0.6)):
    """A pendulum swings over three magnets and loses a little at every turn. Which one keeps it hangs on the last
    digits of where it was let go. It is also heavy-ball descent: press L."""
    return spring(x, y, (0, 0), pull) + sum(well(x, y, at, 1.0, height) for at in MAGNETS)
