"""A spring whose stiffness and drag are sliders."""

from __future__ import annotations

from orbitdraw.authoring.bodies import Dust
from orbitdraw.authoring.scene import Scene
from orbitdraw.dynamics.newton import Newton
from orbitdraw.ink.look import Look, View
from orbitdraw.potentials.potential import Potential
from orbitdraw.slider import Slider as Declared


def spring():
    law = Newton(drag=Declared(0.1, 0.0, 0.5))
    dust = Dust([[1, 0.2], [0.3, 1]])
    formula = Potential.parse("k*x^2/2 + y^2", k=1.0)
    return Scene("spring", formula, law, dust=dust, look=Look(exposure=1.0), view=View(radius=1.5))
