"""How pictures hang on the wall, and where a hint lies over a picture of which all is to be read."""

from __future__ import annotations

import pygame
import pytest

from orbitdraw.app.kit import picture_frame as mount
from orbitdraw.app.stage.hud import Hud, Reading


def test_on_a_light_wall_a_picture_has_a_mount_and_on_a_dark_one_none():
    picture = pygame.Surface((160, 90))
    picture.fill((3, 4, 5))
    hung, bare = (mount.mount_picture(picture, (320, 180), 10, scale) for scale in (1.0, 0.0))
    assert hung.get_at((4, 90))[:3] == mount.MOUNT_COLOR and hung.get_at((160, 90))[:3] == (3, 4, 5)
    assert bare.get_at((4, 90))[:3] == (3, 4, 5) and hung.get_size() == bare.get_size() == (320, 180)


@pytest.mark.parametrize("full", [True, False])
def test_a_hint_lies_beside_the_caption_where_all_of_the_picture_is_to_be_read(full):
    pygame.font.init()
    surface, hud = pygame.Surface((1280, 720)), Hud()
    hud.set_caption("Denoiser", "A matrix is poked at random.")
    hud.show_readings([Reading("time", "0.10")])
    hud.hint, hud.full = "P  opens the panel      ?  shows the keys", full
    hud.draw(surface)
    assert hud.hint_rect.width and (hud.hint_rect.top > 600) == full
    others = [place for place in hud.plate_rects if place != hud.hint_rect]
    assert len(others) == 2 and hud.hint_rect.collidelist(others) < 0
