"""Compiled loops of panels. Importing a module compiles it.

Imports runtime.
"""

from orbitdraw.runtime import lazy

TYPE_CHECKING = False

if TYPE_CHECKING:
    from orbitdraw.panels.kernels.area_under import fill_under as fill_under
    from orbitdraw.panels.kernels.rounded_rect import draw_rounded_rect as draw_rounded_rect
    from orbitdraw.panels.kernels.tint import apply_tint as apply_tint
else:
    __getattr__, __dir__ = lazy.attach(
        __name__, {"apply_tint": "tint", "draw_rounded_rect": "rounded_rect", "fill_under": "area_under"}
    )
