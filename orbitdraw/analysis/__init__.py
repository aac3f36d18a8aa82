"""Prediction without drawing: forecast of a throw, flow of the bodies, closed and periodic orbits, period.

Imports simulation and what that may import.
"""

from orbitdraw.runtime import lazy

TYPE_CHECKING = False

if TYPE_CHECKING:
    from orbitdraw.analysis import closed_orbits as closed_orbits
    from orbitdraw.analysis import forecast as forecast
    from orbitdraw.analysis.period import Period as Period
    from orbitdraw.analysis.period import last_period as last_period
else:
    __getattr__, __dir__ = lazy.attach(
        __name__,
        {
            "Period": "period",
            "closed_orbits": "closed_orbits",
            "forecast": "forecast",
            "last_period": "period",
        },
    )
