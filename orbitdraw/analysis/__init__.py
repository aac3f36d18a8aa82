"""Prediction without drawing: forecast of a throw, flow of the bodies, closed and periodic orbits, period.

Imports simulation and what that may import.
"""

from orbitdraw.runtime import lazy

TYPE_CHECKING = False

if TYPE_CHECKING:
    from orbitdraw.analysis import closed_orbits as closed_orbits
    from orbitdraw.analysis import forecast as forecast
    from orbitdraw.analysis.period import Turn as Turn
    from orbitdraw.analysis.period import last_turn as last_turn
else:
    __getattr__, __dir__ = lazy.face(
        __name__,
        {
            "Turn": "period",
            "closed_orbits": "closed_orbits",
            "forecast": "forecast",
            "last_turn": "period",
        },
    )
