"""The records that make a scene, and their validation.

Imports dynamics, panels, reference_frames, potentials, ink, record, runtime and the flat tables.
"""

from orbitdraw.runtime import lazy

TYPE_CHECKING = False

if TYPE_CHECKING:
    from orbitdraw.authoring.scene import Scene as Scene
else:
    __getattr__, __dir__ = lazy.attach(
        __name__,
        {
            "Scene": "scene",
        },
    )
