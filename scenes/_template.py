"""A scene to start from: change a number, save, play it again.

orbitdraw play my_scene.py
orbitdraw export my_scene.py my_scene.gif --seconds 6
"""

from orbitdraw import Look, Newton, Slider, View, ring, scene, well


@scene(
    # Initial positions and velocities: 80 particles on a circle, moving along it at this speed.
    start=ring(80, radius=1.0, speed=0.6),
    # The law of motion. Descent(rate=..., momentum=...) is gradient descent, Langevin(...) adds heat.
    law=Newton(drag=Slider(0.0, 0.0, 0.5)),
    # One frame is `steps` steps of `dt`; sixty frames make a second. Smaller steps are more accurate.
    dt=0.01,
    steps=2,
    # The look: style light, density or paper; half_life is the time in which trails fade to half (None: never).
    look=Look(style="light", palette="ember", width=2.0, half_life=2.0),
    # The part of the plane that is shown: a circle of this radius.
    view=View(center=(0.0, 0.0), radius=1.6),
    seconds=10,
)
def my_scene(x, y, mass=Slider(0.6, 0.1, 2.0), gap=Slider(0.4, 0.0, 1.0)):
    """Two wells and a ring. This sentence is the caption."""
    # The potential energy of a particle at (x, y). Forces, contour lines and the formula are derived from this line.
    # Every argument with a Slider can be changed while the scene plays.
    return well(x, y, (-gap, 0), mass, 0.1) + well(x, y, (gap, 0), mass, 0.1)
