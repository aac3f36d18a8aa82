"""Three equal bodies chase each other along one figure of eight."""

import numpy as np

from orbitdraw import Bodies, Look, Newton, Scene, View

# Chenciner and Montgomery, Annals of Mathematics 152 (2000) 881; digits by Carles Simo.
PERIOD = 6.32591398
POSITION = np.array([0.97000436, -0.24308753])
VELOCITY = np.array([-0.93240737, -0.86473146])

scene = Scene(
    "figure_eight",
    law=Newton(order=8),
    bodies=Bodies(1.0, [POSITION, -POSITION, [0, 0]], [-VELOCITY / 2, -VELOCITY / 2, VELOCITY]),
    dt=PERIOD / 360,
    look=Look(palette="aurora", width=3.2, half_life=0.9, glow=0.5, mark=7.0, exposure=3.5),
    view=View(radius=1.05),
    seconds=6,
    poster=3,
    caption="Three equal bodies follow each other along one figure of eight, for ever: a third of a period apart, "
    "each pulled by the two others only.",
)
