"""Drivers: compiled integration loops, one file per law. A driver implements the law for any potential.

All drivers work on arrays of particles from `start` to `stop`, `block` at a time: a block takes all steps of
the frame before the next one begins, so that it stays in the first-level cache. `force` is the potential's
kernel, called once a stage for a block. Bodies are one block with `mutual` set: they attract each other and
write their positions at every kick to `track`, from which the dust, driven next, reads them.
"""

from orbitdraw.runtime import lazy

TYPE_CHECKING = False

if TYPE_CHECKING:
    from orbitdraw.dynamics.drivers.descent import drive_descent as drive_descent
    from orbitdraw.dynamics.drivers.force import LANES as LANES
    from orbitdraw.dynamics.drivers.force import MAX_PAIRED_BODIES as MAX_PAIRED_BODIES
    from orbitdraw.dynamics.drivers.force import no_potential as no_potential
    from orbitdraw.dynamics.drivers.langevin import drive_langevin as drive_langevin
    from orbitdraw.dynamics.drivers.newton import drive_newton as drive_newton
    from orbitdraw.dynamics.drivers.speed_shade import shade_by_speed as shade_by_speed
else:
    __getattr__, __dir__ = lazy.attach(
        __name__,
        {
            "MAX_PAIRED_BODIES": "force",
            "LANES": "force",
            "drive_descent": "descent",
            "drive_langevin": "langevin",
            "drive_newton": "newton",
            "no_potential": "force",
            "shade_by_speed": "speed_shade",
        },
    )
