"""Three energies in the Hénon–Heiles well: a ribbon, a weave, and a triangle filled by chaos."""

from orbitdraw import Dust, Look, Newton, Slider, View, scene

# Hénon and Heiles, The Astronomical Journal 69 (1964) 73. Energies 1/12, 1/8 and just below the escape energy 1/6.
STARTS = [((0.0, 0.1), (0.3966527, 0.0)), ((0.0, 0.0), (0.4898979, 0.1)), ((0.0, 0.0), (0.5763969, 0.03))]


@scene(
    title="Hénon–Heiles",
    start=Dust([at for at, _ in STARTS], [speed for _, speed in STARTS]),
    law=Newton(order=4),
    dt=0.04,
    steps=4,
    look=Look(palette="coral", width=0.9, glow=0.2, exposure=3),
    view=View(center=(0.0, 0.14), radius=0.95),
    seconds=42,
)
def henon_heiles(x, y, bend=Slider(1.0, 0.0, 1.0)):
    """One well, three energies. Low down the orbit is a ribbon; just below the rim it goes everywhere it can,
    and the triangle it fills is the shape of the well itself."""
    return (x**2 + y**2) / 2 + bend * (x**2 * y - y**3 / 3)
