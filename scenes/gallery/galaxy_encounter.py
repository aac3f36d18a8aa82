"""A small galaxy passes a large one and draws a bridge and a tail out of it."""

import math

import numpy as np

from orbitdraw import Bodies, Dust, Look, Newton, Scene, Slider, View

# Toomre and Toomre, Astrophysical Journal 178 (1972) 623: a disc of test particles about mass 1, and a companion
# that passes on a parabola with pericentre 1.
STARS = 200_000
START_TIME = -5.0
SOFTENING = 0.025


def parabola(total, pericentre, t):
    """Position and velocity on a parabolic orbit about the vertical at time t after pericentre (Barker's equation)."""
    a = 1.5 * math.sqrt(total / (2 * pericentre**3)) * t
    u = math.cbrt(a + math.sqrt(a * a + 1))
    d = u - 1 / u
    h = math.sqrt(2 * total * pericentre)
    cosine, sine = (1 - d * d) / (1 + d * d), 2 * d / (1 + d * d)
    position = np.array([2 * pericentre * d, -pericentre * (1 - d * d)])
    return position, np.array([1 + cosine, sine]) * total / h


def galaxies(values, rng):
    position, velocity = parabola(1 + values.companion, 1.0, START_TIME)
    share = values.companion / (1 + values.companion)
    return Bodies(
        [1.0, values.companion],
        [-share * position, (1 - share) * position],
        [-share * velocity, (1 - share) * velocity],
        softening=SOFTENING,
    )


def stars(values, rng):
    centre = galaxies(values, rng)
    radius = np.sqrt(rng.uniform(0.12**2, 0.68**2, STARS))
    # More stars near the centre, as in a disc galaxy, without a sharp peak.
    radius = 0.12 + (radius - 0.12) * rng.uniform(0.55, 1.0, STARS)
    angle = rng.uniform(0, 2 * np.pi, STARS)
    speed = radius / (radius**2 + SOFTENING**2) ** 0.75
    turn = 1.0 if values.turn >= 0 else -1.0
    outward = np.stack([np.cos(angle), np.sin(angle)], 1)
    tangent = np.stack([-np.sin(angle), np.cos(angle)], 1)
    return Dust(centre.pos[0] + radius[:, None] * outward, centre.vel[0] + turn * speed[:, None] * tangent)


scene = Scene(
    "galaxy_encounter",
    law=Newton(order=2),
    bodies=galaxies,
    dust=stars,
    dt=0.006,
    steps=2,
    params={"companion": Slider(0.25, 0.05, 1.0), "turn": Slider(1.0, -1.0, 1.0, ticks=(-1.0, 1.0))},
    look=Look(palette="frost", width=1.0, half_life=0.05, glow=0.3, mark=3.0, grain=0.9, exposure=0.16),
    view=View(center=(0.25, 0.0), radius=1.45),
    seconds=12,
    poster=10,
    caption="Two hundred thousand stars circle a galaxy when a companion a quarter of its mass swings by. "
    "The near side is drawn into a bridge, the far side thrown out as a tail.",
)
