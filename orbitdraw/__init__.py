"""Draw with gravity; teach with the same picture.

    scenes              Scene, scene, Potential, Bodies, Dust, Slider, Motion
    potential terms     well, spring, gaussian, uniform, log_halo, ripple
    initial conditions  ring, disc, cloud, line, grid
    laws of motion      Newton, Descent, Langevin
    drawing style       Look, View, Strokes
    simulation          Run, load, Drawing
    pictures and files  frames, poster, export
    errors              OrbitdrawError, InputError

World coordinates have y up; arrays of positions and velocities are (n, 2), float64. For details see
`help(orbitdraw.Run)` and the like. Each name is imported when it is first used: the command line starts without NumPy.
"""

from __future__ import annotations

from orbitdraw.public import PUBLIC_MODULES
from orbitdraw.runtime import lazy

__version__ = "0.1.0"

TYPE_CHECKING = False
"""Not from `typing`, whose import takes ten milliseconds before the Ctrl-C handler is installed."""

__all__ = sorted(PUBLIC_MODULES)

if TYPE_CHECKING:
    from orbitdraw.authoring.bodies import Bodies as Bodies
    from orbitdraw.authoring.bodies import Dust as Dust
    from orbitdraw.authoring.motion import Motion as Motion
    from orbitdraw.authoring.scene import Scene as Scene
    from orbitdraw.authoring.scene import scene as scene
    from orbitdraw.dynamics.descent import Descent as Descent
    from orbitdraw.dynamics.langevin import Langevin as Langevin
    from orbitdraw.dynamics.newton import Newton as Newton
    from orbitdraw.errors import InputError as InputError
    from orbitdraw.errors import OrbitdrawError as OrbitdrawError
    from orbitdraw.exporters.arrays import frames as frames
    from orbitdraw.exporters.export import export as export
    from orbitdraw.exporters.export import poster as poster
    from orbitdraw.ink.look import Look as Look
    from orbitdraw.ink.look import View as View
    from orbitdraw.ink.strokes import Strokes as Strokes
    from orbitdraw.library.loading import load as load
    from orbitdraw.potentials.potential import Potential as Potential
    from orbitdraw.potentials.terms import gaussian as gaussian
    from orbitdraw.potentials.terms import log_halo as log_halo
    from orbitdraw.potentials.terms import ripple as ripple
    from orbitdraw.potentials.terms import spring as spring
    from orbitdraw.potentials.terms import uniform as uniform
    from orbitdraw.potentials.terms import well as well
    from orbitdraw.record.drawing import Drawing as Drawing
    from orbitdraw.simulation.run import Run as Run
    from orbitdraw.slider import Slider as Slider
    from orbitdraw.start import cloud as cloud
    from orbitdraw.start import disc as disc
    from orbitdraw.start import grid as grid
    from orbitdraw.start import line as line
    from orbitdraw.start import ring as ring
else:
    __getattr__, __dir__ = lazy.attach(__name__, PUBLIC_MODULES)
