"""Frames of reference: their kinds, transitions between them, tracking of their origin, transform of strokes.

Imports ink, runtime and the flat tables.
"""

from orbitdraw.runtime import lazy

TYPE_CHECKING = False

if TYPE_CHECKING:
    from orbitdraw.reference_frames.reference import BODY as BODY
    from orbitdraw.reference_frames.reference import CENTRE as CENTRE
    from orbitdraw.reference_frames.reference import PAIR as PAIR
    from orbitdraw.reference_frames.reference import REST as REST
    from orbitdraw.reference_frames.reference import reference_of as reference_of
    from orbitdraw.reference_frames.reference import smootherstep as smootherstep
    from orbitdraw.reference_frames.reference import transition_blend as transition_blend
else:
    __getattr__, __dir__ = lazy.attach(
        __name__,
        {
            "BODY": "reference",
            "CENTRE": "reference",
            "PAIR": "reference",
            "REST": "reference",
            "smootherstep": "reference",
            "reference_of": "reference",
            "transition_blend": "reference",
        },
    )
