"""Rasterisation of strokes into an ink buffer, and its tone mapping to colours.

Imports runtime and the flat tables; no physics.
"""

from orbitdraw.runtime import lazy

TYPE_CHECKING = False

if TYPE_CHECKING:
    from orbitdraw.ink import palette as palette
else:
    __getattr__, __dir__ = lazy.attach(__name__, {"palette": "palette"})
