"""Two wells and a ring of particles that cannot decide between them."""

from orbitdraw import Look, Newton, Slider, View, ring, scene, well


@scene(
    start=ring(120, radius=1.1, speed=0.55),
    law=Newton(order=4, drag=Slider(0.02, 0.0, 0.5)),
    dt=0.01,
    steps=2,
    look=Look(palette="ember", width=1.4, half_life=1.2, glow=0.35, mark=2.6, exposure=1.5),
    view=View(radius=1.35),
    seconds=20,
    poster=2.7,
)
def two_wells(x, y, mass=Slider(0.7, 0.1, 2.0), gap=Slider(0.6, 0.1, 1.2)):
    """A ring of particles falls between two wells. Most choose a side; a few braid between them."""
    return well(x, y, (-gap, 0), mass, 0.1) + well(x, y, (gap, 0), mass, 0.1)
