"""Lines between Venus and the Earth, drawn every six days for eight years."""

import numpy as np

from orbitdraw import Bodies, Look, Newton, Scene, View

# Lengths in astronomical units, times in years of 365.25 days, masses in suns. G = k^2 per square day, k the Gaussian
# constant. Planets: NASA planetary fact sheet (semi-major axis, eccentricity, longitude of perihelion, mass).
DAYS = 365.25
AU = 149.5978707  # million km
SUN = 1.9885e30  # kg
G = (0.01720209895 * DAYS) ** 2
VENUS = (108.210 / AU, 0.0068, 131.5, 4.8673e24 / SUN)
EARTH = (149.598 / AU, 0.0167, 102.9, 5.9722e24 / SUN)


def planet(axis, eccentricity, perihelion, mass):
    """Position and velocity at perihelion: r = a (1 - e), v^2 = G (M + m) (1 + e) / r."""
    r, angle = axis * (1 - eccentricity), np.radians(perihelion)
    v = np.sqrt(G * (1 + mass) * (1 + eccentricity) / r)
    return r * np.array([np.cos(angle), np.sin(angle)]), v * np.array([-np.sin(angle), np.cos(angle)])


(VENUS_POS, VENUS_VEL), (EARTH_POS, EARTH_VEL) = planet(*VENUS), planet(*EARTH)
MASSES = np.array([1.0, VENUS[3], EARTH[3]])
# The sun balances the momentum, so that the centre of mass rests.
SUN_VEL = -(MASSES[1] * VENUS_VEL + MASSES[2] * EARTH_VEL)

scene = Scene(
    "venus_rose",
    law=Newton(order=6),
    bodies=Bodies(MASSES, [[0, 0], VENUS_POS, EARTH_POS], [SUN_VEL, VENUS_VEL, EARTH_VEL], G=G),
    # A frame is three days, in three steps.
    dt=1 / DAYS,
    steps=3,
    # A line between the bodies 1 and 2 every second frame. Pens: body, place on the palette, width, brush (-1: as all).
    edits=[("link", (2, 1, 2)), ("pen", (0, 0.9, 1, -1)), ("pen", (1, 1.0, 1, -1)), ("pen", (2, 0.0, 1, -1))],
    look=Look(palette="dusk", width=1.4, glow=0.2, mark=6.0, exposure=1.2),
    view=View(radius=1.08),
    seconds=8 * DAYS / 3 / 60,
    caption="Every six days a line from Venus to the Earth. In eight years Venus overtakes the Earth five times, which "
    "makes five petals: 13 of her years are 8 of ours, but for a day. Astronomical units and years.",
)
