"""What the hand draws over the picture, wherever in the world, or out of it, it is asked for."""

from __future__ import annotations

import math

import numpy as np
import pygame
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from orbitdraw.app.kit import overlay_shapes
from orbitdraw.app.kit.theme import DARK_THEME
from orbitdraw.app.stage.projection import Projection
from orbitdraw.reference_frames.reference import FramePose

numbers = st.one_of(st.floats(-200, 200), st.floats())
points = st.tuples(numbers, numbers)


@pytest.fixture(scope="module")
def surface():
    pygame.init()
    return pygame.Surface((64, 48), 0, 32)


@settings(max_examples=300, deadline=None)
@given(points, points)
@example((-4.3e31, 1.9e14), (-4.3e31, 1.9e14))
@example((1.7e308, -1.7e308), (-1.7e308, 1.7e308))
@example((3e9, 20.0), (10.0, -3e9))
@example((math.nan, 0.0), (1.0, 2.0))
@example((-29.5, 6.7e145), (62.0, 5.9e254))
def test_nothing_is_too_far_away_to_be_drawn(surface, at, tip):
    ink = (240, 240, 236)
    overlay_shapes.draw_disc(surface, at, 5, ink)
    overlay_shapes.draw_ring(surface, at, 12, ink, 2)
    overlay_shapes.draw_arrow(surface, at, tip, ink, 2, 14)
    with np.errstate(all="ignore"):
        overlay_shapes.draw_path(surface, np.linspace(at, tip, 60), ink, (9, 10, 14), 2)
    place = overlay_shapes.draw_label(surface, DARK_THEME, 1.0, [("Hits the star", ink), ("speed 0.6", ink)], at, tip)
    assert place.colliderect(surface.get_rect())


@given(points, points, st.sampled_from([None, FramePose((1.0, 1e300), axis=(0.6, 0.8), spin=2.0)]))
def test_every_place_and_velocity_has_an_arrow_or_none_without_a_warning(place, velocity, standpoint):
    chart = Projection((0.0, 0.0, 1e-9), (64, 48), standpoint, 1.0)
    start, tip = chart.arrow(place, velocity)
    assert [len(start), len(tip)] == [2, 2]
    assert chart.world_to_pixels(np.array([place])).shape == (1, 2)
    assert len(chart.pixel_to_world(place)) == len(chart.arrow_velocity(place, velocity)) == 2


def test_what_is_clipped_lies_on_the_line_and_what_is_seen_stays(surface):
    assert overlay_shapes.clip_segment(surface, (3.0, 4.0), (60.0, 40.0)) == ((3.0, 4.0), (60.0, 40.0))
    assert overlay_shapes.clip_segment(surface, (-1e9, -1e9), (-1e9, 1e9)) is None
    (x, y), (u, v) = overlay_shapes.clip_segment(surface, (-1e6, 10.0), (1e6, 30.0))
    for px, py in ((x, y), (u, v)):
        assert abs(py - (20.0 + px / 1e5)) < 1e-6 and abs(px) < 2e3


def test_a_path_that_comes_back_from_where_numbers_end_is_drawn_where_it_can_be(surface):
    points = np.stack([np.linspace(0, 64, 60), np.full(60, 20.0)], axis=1)
    points[19], points[40] = (1e300, -1e300), (np.nan, 3.0)
    surface.fill((0, 0, 0))
    overlay_shapes.draw_path(surface, points, (240, 240, 236), (9, 10, 14), 2)
    seen = pygame.surfarray.array2d(surface)[:, 20] > 0
    assert seen[:10].all() and seen[50:].all()
