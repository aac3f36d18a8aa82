"""A horseshoe and two tadpoles: what shares a planet's orbit, seen from the planet."""

import math

from orbitdraw import Dust, Look, Newton, Slider, View, scene, well

# The Sun and Jupiter. The horseshoe's Jacobi constant is 3.0014863; its whole period 183.6.
MU = 0.000953875
L4 = (0.5 - MU, math.sqrt(3) / 2)
OFFSET = 0.010
TROJAN = (L4[0] + OFFSET * 0.5, L4[1] + OFFSET * math.sqrt(3) / 2)
GREEK = (TROJAN[0], -TROJAN[1])


@scene(
    start=Dust([(-1.02745, 0.0), TROJAN, GREEK], [(0.0, 0.04032), (0.0, 0.0), (0.0, 0.0)]),
    law=Newton(order=8, spin=1.0),
    dt=0.02,
    steps=10,
    look=Look(palette="opal", width=1.0, glow=0.25, mark=5.0, exposure=1.6),
    view=View(radius=1.2),
    landmarks=[(-MU, 0.0), (1 - MU, 0.0)],
    seconds=46,
)
def horseshoe(x, y, planet=Slider(MU, 0.0001, 0.005)):
    """Turning with a planet, its companions stand almost still: two swing about the points sixty degrees ahead and
    behind, one comes round from the far side, is turned back by the planet, and draws a horseshoe."""
    return well(x, y, (-planet, 0), 1 - planet, 0) + well(x, y, (1 - planet, 0), planet, 0)
