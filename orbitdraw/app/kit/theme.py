"""Colours of texts and controls, chosen to be readable over any picture."""

from __future__ import annotations

from dataclasses import dataclass

Color = tuple[int, int, int]


@dataclass(frozen=True)
class Theme:
    """Colours for one background. Text stands on a plate of colour `plate` and opacity `cover` / 255."""

    ground: Color
    plate: Color
    cover: int
    ink: Color
    quiet: Color
    edge: Color
    accent: Color
    warning: Color
    line: Color
    """Tracks and borders of controls: contrast at least 3:1 with the plate over any picture."""
    raised: Color
    """Background of buttons and fields."""


# `cover` makes text readable: below 225 the contrast of `quiet` over a white (on paper: black) part of the picture
# falls below 7:1. tests/test_window.py computes it.
DARK_THEME = Theme(
    ground=(9, 10, 14),
    plate=(13, 14, 19),
    cover=226,
    ink=(240, 240, 236),
    quiet=(190, 192, 198),
    edge=(52, 55, 66),
    accent=(255, 184, 92),
    warning=(255, 164, 144),
    line=(130, 134, 148),
    raised=(30, 32, 41),
)
LIGHT_THEME = Theme(
    ground=(246, 243, 236),
    plate=(252, 250, 246),
    cover=236,
    ink=(24, 24, 28),
    quiet=(62, 62, 70),
    edge=(205, 200, 190),
    accent=(112, 50, 0),
    warning=(126, 18, 6),
    line=(116, 112, 106),
    raised=(240, 236, 229),
)


def theme_for(color: Color) -> Theme:
    """The theme, light or dark, that matches a background of this colour."""
    return LIGHT_THEME if luminance(color) > 0.35 else DARK_THEME


def luminance(color: Color) -> float:
    """Relative luminance, 0 to 1 (WCAG 2.2).

    >>> round(luminance((255, 255, 255)), 6)
    1.0
    """
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (part / 255 for part in color)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast_ratio(a: Color, b: Color) -> float:
    """Contrast ratio of two colours, 1 to 21 (WCAG 2.2); 7 stays readable on a projector in a bright room.

    >>> round(contrast_ratio((0, 0, 0), (255, 255, 255)), 6)
    21.0
    """
    low, high = sorted((luminance(a), luminance(b)))
    return (high + 0.05) / (low + 0.05)


def blend_over(color: Color, cover: int, ground: Color) -> Color:
    """Colour of `color` with opacity `cover` / 255 drawn over `ground`."""
    red, green, blue = (round((c * cover + g * (255 - cover)) / 255) for c, g in zip(color, ground, strict=True))
    return red, green, blue
