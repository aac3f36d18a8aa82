"""A box and a loop: the two families of orbits in a flattened halo."""

from orbitdraw import Dust, Look, Newton, Slider, View, log_halo, scene

# Binney and Tremaine, Galactic Dynamics, 2nd edition, figure 3.8: both have the energy -0.337.
BOX = ((0.1, 0.0), (0.843502, 1.460988))
LOOP = ((0.5, 0.0), (0.0, 0.798007))


@scene(
    start=Dust([BOX[0], LOOP[0]], [BOX[1], LOOP[1]]),
    law=Newton(order=4),
    dt=0.02,
    steps=5,
    look=Look(palette="frost", width=1.1, glow=0.25, exposure=1.3),
    view=View(radius=0.78),
    seconds=42,
)
def halo_orbits(x, y, core=Slider(0.14, 0.02, 0.5), flattening=Slider(0.9, 0.6, 1.0)):
    """Two stars of the same energy in a flattened halo: one keeps a sense of rotation and leaves a hole, the other
    goes through the middle and fills a box."""
    return log_halo(x, y, speed=1.0, core=core, flattening=flattening)
