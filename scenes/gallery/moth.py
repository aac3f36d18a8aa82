"""The Moth: three equal bodies, one of the periodic orbits found in 2013."""

from orbitdraw import Bodies, Look, Newton, Scene, View

# Moth I of Suvakov and Dmitrasinovic, Phys. Rev. Lett. 110 (2013) 114301; digits of the Li-Liao catalogue.
PERIOD = 14.8943051743
P, Q = 0.4644451728, 0.3960600146

scene = Scene(
    "moth",
    law=Newton(order=8),
    bodies=Bodies(1.0, [[-1, 0], [1, 0], [0, 0]], [[P, Q], [P, Q], [-2 * P, -2 * Q]]),
    dt=PERIOD / 3000,
    steps=2,
    look=Look(palette="dusk", width=2.2, half_life=9.0, glow=0.4, mark=5.0, exposure=4.4),
    view=View(radius=1.25),
    seconds=25,
    poster=16,
    caption="Three equal bodies start on a line and come back to it after 14.89 units of time. "
    "Without friction and without luck: the starting speeds are known to ten digits.",
)
