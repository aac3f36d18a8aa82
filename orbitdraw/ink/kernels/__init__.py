"""Compiled loops of ink. Importing a module compiles it, so each is imported where it is first used.

Imports runtime and ink.units.
"""

from orbitdraw.runtime import lazy

TYPE_CHECKING = False

if TYPE_CHECKING:
    from orbitdraw.ink.kernels.disc import stamp as stamp
    from orbitdraw.ink.kernels.fading import fade as fade
    from orbitdraw.ink.kernels.flattening import flatten as flatten
    from orbitdraw.ink.kernels.glow import compute_glow as compute_glow
    from orbitdraw.ink.kernels.mark_blocks import mark as mark
    from orbitdraw.ink.kernels.points import draw_bilinear as draw_bilinear
    from orbitdraw.ink.kernels.points import draw_discs as draw_discs
    from orbitdraw.ink.kernels.points_binned import draw_binned as draw_binned
    from orbitdraw.ink.kernels.points_nearest import draw_nearest as draw_nearest
    from orbitdraw.ink.kernels.points_nearest import merge as merge
    from orbitdraw.ink.kernels.thin_lines import draw_thin_lines as draw_thin_lines
    from orbitdraw.ink.kernels.tone_density import color_density as color_density
    from orbitdraw.ink.kernels.tone_light import color_light as color_light
    from orbitdraw.ink.kernels.triangles import fill as fill
    from orbitdraw.ink.kernels.wide_lines import draw_wide_lines as draw_wide_lines
else:
    __getattr__, __dir__ = lazy.attach(
        __name__,
        {
            "draw_bilinear": "points",
            "compute_glow": "glow",
            "color_density": "tone_density",
            "color_light": "tone_light",
            "draw_discs": "points",
            "fade": "fading",
            "fill": "triangles",
            "flatten": "flattening",
            "draw_binned": "points_binned",
            "mark": "mark_blocks",
            "merge": "points_nearest",
            "draw_wide_lines": "wide_lines",
            "draw_nearest": "points_nearest",
            "stamp": "disc",
            "draw_thin_lines": "thin_lines",
        },
    )
