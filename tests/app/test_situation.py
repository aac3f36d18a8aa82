"""Where there may be nothing to see, the window shows what there is, says why, and names the key that helps."""

from __future__ import annotations

import numpy as np
import pygame
import pytest
from driving import drive, settle, star, wait

from orbitdraw import Bodies, Dust, Look, Newton, Scene, View

SIZE = (640, 480)
LOOK = Look(exposure=1.0, half_life=0.05)
STARS = star(Bodies(1.0, [[-1, 0], [1, 0]], [[0, -0.5], [0, 0.5]], softening=0.05))
RING = Scene("ring", "x^2+y^2", dust=Dust([[1, 0], [0, 1], [-1, 0], [0, -1]]), look=LOOK, view=View(radius=2.0))
CROWD = Scene("crowd", "x^2+y^2", dust=Dust(np.random.default_rng(1).uniform(-1, 1, (30_000, 2))), look=LOOK)
LEAVERS = Scene("leavers", "-x^2-y^2", Newton(), dust=Dust([[1, 0], [0, 1]]), look=LOOK, dt=0.02, view=View(radius=2.0))


def shown(window, what):
    window.hint_shown = True
    window.show_scene(what)
    stage = window.page
    wait(window, lambda: stage.shot is not None and stage.tools.world is not None)
    drive(window, ["Space"])
    settle(window)
    return stage


def bright(window, places, stage):
    """How many of these places of the world are bright in the window."""
    pixels = pygame.surfarray.array3d(window.surface).max(axis=2)
    return sum(
        pixels[round(x) - 2 : round(x) + 3, round(y) - 2 : round(y) + 3].max() > 100
        for x, y in stage.tools.world_to_pixels(places)
    )


@pytest.mark.parametrize("restart", ["R", "Shift+R"])
@pytest.mark.parametrize("scene", [STARS, RING, CROWD], ids=lambda scene: scene.name)
def test_the_start_is_seen_while_it_is_paused(window, scene, restart):
    stage = shown(window, scene)
    drive(window, ["N", "N", restart])
    wait(window, lambda: stage.shot.frame == 0)
    settle(window)
    drive(window)
    places = stage.session.film.run.pos[::10] if scene is CROWD else stage.session.film.run.pos
    assert bright(window, places, stage) >= 0.9 * len(places)
    assert stage.hud.hint == "Paused at the start. Press Space to play."
    drive(window, ["N"])
    wait(window, lambda: stage.shot.frame == 1)
    drive(window)
    assert stage.hud.hint == ""
    assert len(stage.tools.world.new) == 0


def test_captions_that_are_hidden_are_said_to_be_where_the_picture_may_be_empty(window):
    stage = shown(window, STARS)
    drive(window, ["R"])
    wait(window, lambda: stage.shot.frame == 0)
    drive(window, ["H"])
    assert window.toast.sentence == "Captions and numbers are hidden. Press H to show them."
    window.toast.say("")
    drive(window, ["H", "N", "N"])
    wait(window, lambda: stage.shot.frame == 2)
    drive(window, ["H"])
    assert window.toast.sentence == "", "H leaves nothing but the picture"


def test_a_picture_that_everything_has_left_is_said_to_be(window):
    stage = shown(window, LEAVERS)
    drive(window, ["N"] * 10)
    settle(window)
    assert not stage.tools.world.is_off_screen and stage.hud.hint == ""
    drive(window, ["N"] * 70)
    settle(window)
    drive(window)
    assert "Everything has left the picture" in stage.hud.hint
    drive(window, ["R"])
    wait(window, lambda: stage.shot.frame == 0)
    drive(window)
    assert "at the start" in stage.hud.hint, "R helps, as it says"


def test_minus_shows_what_has_left(window):
    stage = shown(window, LEAVERS)
    drive(window, ["N"] * 70)
    settle(window)
    assert "Press -" in stage.hud.hint
    drive(window, ["-"] * 12)
    wait(window, lambda: stage.camera.is_settled and stage.hud.hint == "")
    assert not stage.tools.world.is_off_screen


def test_a_part_of_the_world_without_anything_is_said_to_be(window):
    stage = shown(window, RING)
    drive(window, ["N"] * 3)
    wait(window, lambda: stage.shot.frame == 3)  # at frame 0 another hint is shown
    stage.camera.set_view((50.0, 0.0, 2.0))
    hint = "Nothing is in this part of the picture. Press 0 for the scene's own view."
    wait(window, lambda: stage.hud.hint == hint)
    drive(window, ["0"])
    wait(window, lambda: stage.camera.is_settled and stage.hud.hint == "")


def test_a_scene_without_particles_is_not_one_that_all_have_left(window):
    stage = shown(window, Scene("empty", "x^2", look=LOOK))
    drive(window, ["N"] * 3)
    settle(window)
    assert not stage.tools.world.is_off_screen
