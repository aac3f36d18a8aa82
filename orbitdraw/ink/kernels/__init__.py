"""Compiled loops of ink. Importing a module compiles it, so each is imported where it is first used.

Imports runtime and ink.units.
"""

from orbitdraw.runtime import lazy

TYPE_CHECKING = False

if TYPE_CHECKING:
    from orbitdraw.ink.kernels.disc import stamp as stamp
    from orbitdraw.ink.kernels.fading import fade as fade
    from orbitdraw.ink.kernels.flattening import flatten as flatten
    from orbitdraw.ink.kernels.glow import blurred as blurred
    from orbitdraw.ink.kernels.mark_blocks import mark as mark
    from orbitdraw.ink.kernels.points import bilinear as bilinear
    from orbitdraw.ink.kernels.points import discs as discs
    from orbitdraw.ink.kernels.points_binned import lay_binned as lay_binned
    from orbitdraw.ink.kernels.points_nearest import merge as merge
    from orbitdraw.ink.kernels.points_nearest import nearest as nearest
    from orbitdraw.ink.kernels.thin_lines import strip as strip
    from orbitdraw.ink.kernels.tone_density import color_density as color_density
    from orbitdraw.ink.kernels.tone_light import color_light as color_light
    from orbitdraw.ink.kernels.triangles import fill as fill
    from orbitdraw.ink.kernels.wide_lines import mitre as mitre
else:
    __getattr__, __dir__ = lazy.face(
        __name__,
        {
            "bilinear": "points",
            "blurred": "glow",
            "color_density": "tone_density",
            "color_light": "tone_light",
            "discs": "points",
            "fade": "fading",
            "fill": "triangles",
            "flatten": "flattening",
            "lay_binned": "points_binned",
            "mark": "mark_blocks",
            "merge": "points_nearest",
            "mitre": "wide_lines",
            "nearest": "points_nearest",
            "stamp": "disc",
            "strip": "thin_lines",
        },
    )
