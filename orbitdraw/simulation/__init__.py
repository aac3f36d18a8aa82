"""A scene being played: particles, measures, the run.

Imports edits and what those may import.
"""

from orbitdraw.runtime import lazy

TYPE_CHECKING = False

if TYPE_CHECKING:
    from orbitdraw.simulation.run import FRAMES_PER_SECOND as FRAMES_PER_SECOND
    from orbitdraw.simulation.run import Run as Run
    from orbitdraw.simulation.scale import arrow_time as arrow_time
    from orbitdraw.simulation.scale import usual_strength as usual_strength
    from orbitdraw.simulation.scene_ref import reference as reference
else:
    __getattr__, __dir__ = lazy.attach(
        __name__,
        {
            "FRAMES_PER_SECOND": "run",
            "Run": "run",
            "arrow_time": "scale",
            "reference": "scene_ref",
            "usual_strength": "scale",
        },
    )
