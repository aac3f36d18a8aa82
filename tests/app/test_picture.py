"""The picture that was drawn last, laid where it lies in the view that is wanted."""

from __future__ import annotations

import pygame
from hypothesis import example, given
from hypothesis import strategies as st

from orbitdraw.app.stage.picture import blit_view

GROUND, LEFT, RIGHT = (10, 12, 17), (200, 30, 30), (30, 30, 200)


def halves(size):
    """A surface of which the left half is red and the right one blue."""
    out = pygame.Surface(size, 0, 32)
    out.fill(LEFT)
    out.fill(RIGHT, (size[0] // 2, 0, size[0], size[1]))
    return out


radii = st.floats(-9, 9).map(lambda power: 10.0**power)
places = st.floats(-3, 3)


@given(radii, radii, places, places)
@example(8.73e7, 0.837, -7e-8, -1e-7)
@example(1e-9, 1e9, 0.0, 0.0)
@example(1e9, 1e-9, 0.5, 0.5)
def test_every_view_can_be_shown_from_a_picture_of_any_other(shown, wanted, x, y):
    surface = pygame.Surface((32, 18), 0, 32)
    blit_view(halves((40, 30)), (x * shown, y * shown, shown), surface, (0.0, 0.0, wanted), GROUND)
    colors = {tuple(surface.get_at((i, j)))[:3] for i in (0, 16, 31) for j in (0, 9, 17)}
    assert colors <= {GROUND, LEFT, RIGHT}
    far_in, near_edge = shown > 1e3 * wanted, abs(abs(x) - 4 / 3) < 0.1 or abs(abs(y) - 1) < 0.1 or abs(x) < 0.1
    if far_in and not near_edge:
        inside = abs(x) < 4 / 3 and abs(y) < 1
        assert colors == {(LEFT if x > 0 else RIGHT) if inside else GROUND}
