"""Laws of motion: their parameters, integrators and noise.

Imports potentials, runtime and the flat tables.
"""

from orbitdraw.runtime import lazy

TYPE_CHECKING = False

if TYPE_CHECKING:
    from orbitdraw.dynamics.laws import LAWS as LAWS
    from orbitdraw.dynamics.stepping import MAX_MARKED_DUST as MAX_MARKED_DUST
else:
    __getattr__, __dir__ = lazy.attach(
        __name__,
        {
            "LAWS": "laws",
            "MAX_MARKED_DUST": "stepping",
        },
    )
