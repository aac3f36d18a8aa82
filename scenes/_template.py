"""A scene to start from: change a number, save, play it again.

orbitdraw play my_scene.py
orbitdraw export my_scene.py my_scene.gif --seconds 6
"""

from orbitdraw import Look, Newton, Slider, View, ring, scene, well


@scene(
    # Where the particles begin: 80 of them on a circle, circling at this speed.
    start=ring(80, radius=1.0, speed=0.6),
    # How they answer the ground below them. Descent(rate=..., momentum=...) rolls downhill, Langevin(...) is heat.
    law=Newton(drag=Slider(0.0, 0.0, 0.5)),
    # One frame is `steps` steps of `dt`; sixty frames make a second. Smaller steps are more exact.
    dt=0.01,
    steps=2,
    # How it is drawn: style light, density or paper; half_life is how fast the trail fades (None: never).
    look=Look(style="light", palette="ember", width=2.0, half_life=2.0),
    # What part of the world is seen: a circle of this radius.
    view=View(center=(0.0, 0.0), radius=1.6),
    seconds=10,
)
def my_scene(x, y, mass=Slider(0.6, 0.1, 2.0), gap=Slider(0.4, 0.0, 1.0)):
    """Two wells and a ring. This sentence is the caption."""
    # The ground: the energy of a particle at (x, y). Forces, contours and the formula are made from this line.
    # Every argument with a Slider can be turned while the scene plays.
    return well(x, y, (-gap, 0), mass, 0.1) + well(x, y, (gap, 0), mass, 0.1)
