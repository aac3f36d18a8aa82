"""The one path from a run to pixels, with keyframes and stroke history for seeking.

Imports simulation and what that may import.
"""

from orbitdraw.runtime import lazy

TYPE_CHECKING = False

if TYPE_CHECKING:
    from orbitdraw.film import required_kernels as required_kernels
    from orbitdraw.film.exposure import exposure_of as exposure_of
    from orbitdraw.film.film import Film as Film
    from orbitdraw.film.reference_replay import frame_origin as frame_origin
    from orbitdraw.film.stroke_preview import StrokePreview as StrokePreview
else:
    __getattr__, __dir__ = lazy.attach(
        __name__,
        {
            "Film": "film",
            "StrokePreview": "stroke_preview",
            "exposure_of": "exposure",
            "frame_origin": "reference_replay",
            "required_kernels": "required_kernels",
        },
    )
