"""Two valleys and heat: a crowd that trembles until it is spread as Boltzmann says."""

from orbitdraw import Langevin, Look, Slider, View, disc, scene


@scene(
    start=disc(30000, radius=0.25, center=(-1.0, 0.0)),
    law=Langevin(temperature=Slider(1.0, 0.0, 3.0), friction=Slider(1.0, 0.05, 5.0)),
    dt=0.005,
    steps=5,
    look=Look(style="density", palette="ember", half_life=0.15, grain=1.4, exposure=1.0),
    view=View(radius=1.9),
    seconds=36,
    poster=16,
)
def thermal_well(x, y, barrier=Slider(2.0, 0.5, 8.0)):
    """Thirty thousand warm particles begin in the left valley. The heat carries them over the barrier one by one,
    until both sides hold as many as exp(-V/kT) says."""
    return barrier * (x**2 - 1) ** 2 + 2 * y**2
