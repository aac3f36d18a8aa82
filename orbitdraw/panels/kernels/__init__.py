"""Compiled loops of panels. Importing a module compiles it.

Imports runtime.
"""

from orbitdraw.runtime import lazy

TYPE_CHECKING = False

if TYPE_CHECKING:
    from orbitdraw.panels.kernels.area_under import under as under
    from orbitdraw.panels.kernels.rounded_rect import plate as plate
    from orbitdraw.panels.kernels.tint import wash as wash
else:
    __getattr__, __dir__ = lazy.face(__name__, {"plate": "rounded_rect", "under": "area_under", "wash": "tint"})
