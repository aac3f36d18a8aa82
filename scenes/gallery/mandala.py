"""Two bodies and their ten images: a mandala that is gravity."""

from orbitdraw import Bodies, Look, Newton, Scene, View

scene = Scene(
    "mandala",
    law=Newton(order=4),
    bodies=Bodies(0.01, [[1.0, 0.0], [0.5, 0.0]], [[0.0, 0.8], [-0.3, 0.6]], softening=0.05),
    dt=0.01,
    steps=3,
    # Images: order, mirrored, centre. A well in the middle: kind, place, end, strength, size. Lines: every, from, to.
    edits=[("symmetry", (6, 0, 0, 0)), ("plant", (0, 0, 0, 0, 0, 0.5, 0.1)), ("link", (4, 0, 1))],
    look=Look(palette="opal", width=1.2, glow=0.2, exposure=1.2),
    view=View(radius=1.28),
    seconds=10,
    caption="Two bodies go round a well, and a line joins them every fifteenth of a second. Each has five images, and "
    "all twelve pull each other: the figure keeps its six parts because its forces do.",
)
