"""View and look of a scene: the visible part of the world, and the mapping of ink to colour."""

from __future__ import annotations

from dataclasses import dataclass

from orbitdraw import ink
from orbitdraw.calls import public
from orbitdraw.errors import InputError
from orbitdraw.inputs import choice, number, point
from orbitdraw.slider import Number, check, default_value


@public
@dataclass(frozen=True)
class View:
    """The visible part of the world: a circle of `radius` about `center` fits into a picture of any aspect ratio.

    >>> View(radius=2.0).pixels((800, 400))
    (100.0, 400.0, 200.0)
    """

    center: tuple[float, float] = (0.0, 0.0)
    radius: float = 2.0

    def __post_init__(self) -> None:
        center = point("View", "center", self.center)
        number("View", "radius", self.radius, above=0)
        if not isinstance(self.center, tuple):
            object.__setattr__(self, "center", center)

    def pixels(self, size: tuple[int, int]) -> tuple[float, float, float]:
        """(scale, ox, oy) of px = ox + scale x, py = oy - scale y: world y points up, pixel rows count down."""
        width, height = size
        scale = min(width, height) / (2 * self.radius)
        return scale, width / 2 - scale * self.center[0], height / 2 + scale * self.center[1]

    @property
    def triple(self) -> tuple[float, float, float]:
        """(x, y, radius), the form in which a run records the view."""
        return (self.center[0], self.center[1], self.radius)

    @classmethod
    def of(cls, triple: tuple[float, float, float]) -> View:
        """The view of a recorded (x, y, radius)."""
        x, y, radius = triple
        return cls((float(x), float(y)), float(radius))


STYLES = ("light", "density", "paper")
COLORS = ("particle", "speed", "energy", "age")
BRUSHES = ("round", "calligraphic", "dashed", "dots", "area")

CHOICES = {"style": STYLES, "color": COLORS, "brush": BRUSHES}
"""Choices of a look's values that are words."""

NON_NEGATIVE = frozenset({"width", "half_life", "exposure", "glow", "mark", "grain"})

MAY_BE_NONE = frozenset({"half_life", "exposure"})


@public
@dataclass(frozen=True)
class Look:
    """The pen, and the mapping of ink to colour.

    `style`: light adds light on a dark ground, density maps the amount of ink to the palette, paper absorbs light on a
    light ground. `width` of the pen is in world units, or with `unit="screen"` in thousandths of the picture's
    shorter side. `half_life` of the ink is in scene time (None: ink stays for ever). `exposure` None is measured once
    and recorded. `mark` is the radius of the disc at each body, `grain` the size of a dust particle, both in `unit`.
    `brush` is how paths are drawn: round, calligraphic (thicker where the body is slow), dashed by time, dots, or area
    (the region swept around the strongest attractor). Raises InputError for an unknown word, with near matches, and
    for a value that is not a number.

    >>> Look(brush="dashed").style
    'light'
    """

    style: str = "light"
    palette: str = "ember"
    width: Number = 2.0
    unit: str = "screen"
    half_life: Number | None = None
    color: str = "particle"
    exposure: Number | None = None
    glow: Number = 0.35
    mark: Number = 6.0
    grain: Number = 1.2
    brush: str = "round"

    def __post_init__(self) -> None:
        for name, choices in {**CHOICES, "unit": ("screen", "world")}.items():
            choice(name, getattr(self, name), choices)
        ink.palette.palette(self.palette)
        for name in NON_NEGATIVE:
            value = getattr(self, name)
            if value is not None or name not in MAY_BE_NONE:
                check("Look", name, value, least=0)
        if default_value(self.half_life) == 0:
            raise InputError("Look needs a number above 0 for half_life, or None for ink that stays, not 0")
