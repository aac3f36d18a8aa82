"""What people met who played and lectured with the window: each test is something that was once wrong."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pygame
import pytest
import waiting
from driving import button, drive, move, settle, star, wait, wheel

from orbitdraw import Bodies, Run
from orbitdraw.app.kit.theme import DARK_THEME, LIGHT_THEME
from orbitdraw.app.shell import keys
from orbitdraw.app.shell.help import Help
from orbitdraw.app.tools.images import IDENTITY, image_positions, images_of
from orbitdraw.app.window import Window
from orbitdraw.film.reference_replay import collect, draw_history
from orbitdraw.ink.canvas import Canvas

SIZE = (640, 480)
STAR = star(Bodies([1.0, 0.01], [[0, 0], [1, 0.3]], [[0, 0], [0, 1]], softening=0.05))


def shown(window, what):
    """The scene, paused at its first picture."""
    window.show_scene(what)
    stage = window.page
    wait(window, lambda: stage.shot is not None and stage.tools.world is not None)
    if stage.playback.playing:
        drive(window, ["Space"])
    settle(window)
    return stage


def pixel(stage, place):
    return tuple(round(v) for v in stage.tools.world_to_pixels(np.array([place]))[0])


def symmetric(window, stage):
    stage.tools.do(("symmetry", (3.0, 1.0, 0.0, 0.0)))
    settle(window)
    return images_of(stage.tools.world)


# -- a symmetry --------------------------------------------------------------------------------------------------------


def test_an_image_of_a_body_is_dragged_where_it_is_seen(window):
    stage = shown(window, STAR)
    images = symmetric(window, stage)
    place = images[4].map_position(tuple(stage.tools.world.pos[1]))
    at = pixel(stage, place)
    goal = (at[0] + 30, at[1] - 20)
    drive(window, [move(at), button(1, at), move(goal), button(1, goal, down=False)])
    settle(window)
    assert stage.tools.selected == 1 and stage.tools.bodies.image == images[4]
    assert len(stage.tools.world.name) == 2, "a body was thrown beside the image"
    moved = np.subtract(images[4].map_position(tuple(stage.tools.world.pos[1])), place)
    scale = min(SIZE) / 2 / 2.0
    np.testing.assert_allclose(moved, (30 / scale, 20 / scale), atol=1e-9)


def test_the_arrow_of_an_image_is_pushed_where_it_is_seen(window):
    stage = shown(window, STAR)
    images = symmetric(window, stage)
    at = pixel(stage, images[2].map_position(tuple(stage.tools.world.pos[1])))
    drive(window, [move(at), button(1, at), button(1, at, down=False)])
    place, velocity = stage.tools.bodies.grabbed_copy()
    tip = tuple(round(v) for v in stage.tools.projection.arrow(place, velocity)[1])
    goal = (tip[0] + 25, tip[1] + 10)
    drive(window, [move(tip), button(1, tip), move(goal), button(1, goal, down=False)])
    settle(window)
    tip = stage.tools.projection.arrow(*stage.tools.bodies.grabbed_copy())[1]
    np.testing.assert_allclose(tip, goal, atol=1e-6)


def test_what_is_its_own_image_is_taken_itself(window):
    stage = shown(window, STAR)
    symmetric(window, stage)
    at = pixel(stage, (0.0, 0.0))
    drive(window, [move(at), button(1, at), button(1, at, down=False)])
    assert stage.tools.selected == 0 and stage.tools.bodies.image is IDENTITY


def test_the_marks_forget_the_image_when_the_symmetry_ends(window):
    stage = shown(window, STAR)
    images = symmetric(window, stage)
    at = pixel(stage, images[1].map_position(tuple(stage.tools.world.pos[1])))
    drive(window, [move(at), button(1, at), button(1, at, down=False)])
    assert stage.tools.bodies.image == images[1]
    stage.tools.do(("symmetry", (1.0, 0.0, 0.0, 0.0)))
    settle(window)
    assert stage.tools.bodies.image is IDENTITY
    np.testing.assert_array_equal(stage.tools.bodies.grabbed_copy()[0], stage.tools.world.pos[1])


@pytest.mark.parametrize("end", [0, 1])
def test_an_image_of_a_wall_is_dragged_where_it_is_seen(window, end):
    stage = shown(window, STAR)
    images = symmetric(window, stage)
    stage.tools.do(("plant", (3.0, 0.5, 1.0, 1.0, 1.2, 1.0, 0.08)))
    drive(window, ["F"])
    settle(window)
    row = stage.tools.world.fields[0]
    at = pixel(stage, images[5].map_position(tuple(row[2 + 2 * end : 4 + 2 * end])))
    goal = (at[0] - 24, at[1] + 12)
    drive(window, [move(at), button(1, at), move(goal), button(1, goal, down=False)])
    settle(window)
    rows = stage.tools.world.fields
    assert len(rows) == 1, "another was planted beside the image"
    there = images[5].map_position(tuple(rows[0][2 + 2 * end : 4 + 2 * end]))
    np.testing.assert_allclose(there, stage.tools.pixel_to_world(goal), atol=1e-12)


def test_places_of_images_come_in_their_order(window):
    stage = shown(window, STAR)
    images = symmetric(window, stage)
    world = stage.tools.world
    places = image_positions(world, world.pos)
    for k, image in enumerate(images):
        np.testing.assert_allclose(places[2 * k + 1], image.map_position(tuple(world.pos[1])), atol=1e-15)
        np.testing.assert_allclose(image.unmap_position(image.map_position((0.3, -0.7))), (0.3, -0.7), atol=1e-15)


# -- the view ----------------------------------------------------------------------------------------------------------


def test_a_view_taken_back_before_its_picture_came_is_taken_back(window):
    stage = shown(window, STAR)
    drive(window, [move((100, 100)), wheel(1), wheel(1)])
    held = waiting.Gate(closed=True)
    window.worker.submit(held)  # the worker is busy: the view waits, and the way back behind it
    asked = stage.camera._last_request
    wait(window, lambda: stage.camera._last_request > asked)
    stage.session.worker.submit(lambda: stage.session.film.run.apply("view", (0.0, 0.0, 2.0)))
    shoot, stage.session.show_picture = (
        stage.session.show_picture,
        lambda *given, **named: None,
    )  # as when the drawing of it is given up
    held.open()
    wait(window, lambda: not window.worker._tasks)
    stage.session.show_picture = shoot
    stage.session.submit(stage.session.show_picture)
    wait(window, lambda: stage.camera.is_settled)
    assert stage.picture.view == stage.picture.shown_view == (0.0, 0.0, 2.0)


# -- room for what is read ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("size", "scale"), [((1024, 768), 1.0), ((1024, 768), 1.5), ((1920, 1080), 2.0)])
def test_a_lecture_is_covered_by_nothing(tmp_path, size, scale):
    window = Window(size, ui_scale=scale, folder=tmp_path)
    try:
        stage = shown(window, "bowl")
        for keys in ([], ["P"], ["Shift+T"], ["P"]):
            drive(window, keys, 3)
            wait(window, lambda: stage.shot.size == stage.area.size and stage._resized_at is None)
            drive(window)
            plates = [place for place in stage.hud.plate_rects if place != stage.hud.hint_rect]
            assert plates and stage.area.collidelist(plates) < 0
            if stage.panel.visible:
                assert not stage.area.colliderect(stage.panel.column.place)
            assert window.picture_size == stage.shot.size, "what is exported has another shape than what is shown"
    finally:
        window.close()


def test_a_lecture_has_the_whole_window_when_nothing_is_written(window):
    stage = shown(window, "bowl")
    assert stage.area.height < SIZE[1]
    drive(window, ["H"])
    wait(window, lambda: stage.shot.size == SIZE)


def test_a_lecture_stays_in_its_place_under_the_wheel(window):
    stage = shown(window, "bowl")
    view = stage.picture.view
    drive(window, [move((100, 100)), wheel(1), "+"])
    assert stage.picture.view == view
    assert "fitted" in window.toast.sentence


def test_a_notice_lies_beside_panel_and_hint(window):
    stage = shown(window, STAR)
    stage._welcome, stage._began = "P  opens the panel", math.inf
    window.toast.say("A sentence that is long enough to reach what lies at the right of such a narrow window")
    drive(window)
    assert stage.hud.hint_rect.width and not window.toast.place.colliderect(stage.hud.hint_rect)
    drive(window, ["P"])
    window.toast.say("A sentence that is long enough to reach what lies at the right of such a narrow window")
    drive(window)
    assert not window.toast.place.colliderect(stage.panel.column.place)


def test_a_notice_lies_over_the_caption_of_a_lecture(window):
    window.close()
    window = Window((1024, 768), ui_scale=1.0, folder=window.folder)
    try:
        stage = shown(window, "bowl")
        drive(window, ["T"])
        wait(window, lambda: window.toast.sentence)
        drive(window)
        assert window.toast.place.contains(stage.hud.caption_rect)
        assert not window.toast.place.colliderect(stage.area)
        drive(window, ["W"])
        assert window.toast.cover_rect is None
    finally:
        window.close()


def test_a_lecture_says_what_a_hand_cannot_do_there(window):
    stage = shown(window, "bowl")
    for key in ("I", "Delete", "Ctrl+D", "Shift+F"):
        window.toast.say("")
        drive(window, [key])
        assert "this scene runs its own program" in window.toast.sentence, key
    assert stage.error_card.trouble is None


def test_the_other_sign_of_no_field_is_explained(window):
    shown(window, STAR)
    drive(window, ["Shift+F"])
    assert "click a field to select it" in window.toast.sentence


# -- the sheets of keys ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("size", "scale"), [((1024, 768), 1.0), ((1024, 768), 1.5), ((1920, 1080), 2.0)])
def test_keys_are_set_as_large_as_a_room_needs(size, scale):
    sheets = Help()
    sheets.visible, sheets.scale, seen = True, scale, []
    surface = pygame.Surface(size)
    sheets.draw(surface)
    for page_index, groups in enumerate(sheets.sheets):
        sheets.page_index = page_index
        sheets.draw(surface)
        seen += groups
        assert sheets._best_fit(size)[0] >= 0.7
    assert sorted(seen) == sorted(keys.groups())


def test_the_sheet_that_is_open_stays_open_in_another_window():
    sheets = Help()
    sheets.visible = True
    sheets.draw(pygame.Surface((1920, 1080)))
    sheets.next()
    sheets.next()
    assert not sheets.visible, "the large window needs two sheets"
    sheets.next()
    sheets.next()
    before = set(sheets.sheets[sheets.page_index])
    sheets.draw(pygame.Surface((800, 600)))
    assert len(sheets.sheets) == 4 and before >= set(sheets.sheets[sheets.page_index])


def test_a_label_lies_beside_the_panel(window):
    stage = shown(window, STAR)
    at = pixel(stage, stage.tools.world.pos[1])
    drive(window, [move(at), button(1, at), button(1, at, down=False), "P"])
    sheet = pygame.Surface(SIZE)
    stage.tools.draw(sheet)
    covered = pygame.surfarray.array3d(sheet.subsurface(stage.panel.column.place))
    assert pygame.surfarray.array3d(sheet).any() and not covered.any()


def test_the_wall_wears_what_was_chosen_for_the_room(window):
    stage = shown(window, STAR)
    drive(window, ["Shift+T"])
    wait(window, lambda: stage.hud.theme is LIGHT_THEME)
    drive(window, ["W"], 2)
    assert window.page.grid.theme is LIGHT_THEME and window.toast.theme is LIGHT_THEME
    assert window.surface.get_at((2, 2))[:3] == LIGHT_THEME.ground
    window.light_theme = False
    window.show_wall()
    assert window.page.grid.theme is DARK_THEME


# -- a body's own pen --------------------------------------------------------------------------------------------------


def test_a_pen_is_set_in_the_panel_and_taken_back(window):
    stage = shown(window, STAR)
    at = pixel(stage, stage.tools.world.pos[1])
    drive(window, [move(at), button(1, at), button(1, at, down=False), "P"], 3)
    by_name = stage.panel.by_name
    was = stage.tools.world.pen(1)
    assert was[:2] == ("-1", 1.0)
    assert [option.label for option in by_name["hand brush"].options][:2] == ["Same as Look", "Round"]
    by_name["hand brush"].on_change("3")
    settle(window)
    by_name["hand pen width"].set(2.5)
    settle(window)
    by_name["hand colour"].set(0.25)
    settle(window)
    assert stage.tools.world.pen(1) == ("3", 2.5, 0.25)
    assert stage.tools.world.pen(0)[:2] == ("-1", 1.0), "another body's pen changed"
    wait(window, lambda: by_name["hand colour"].value == 0.25 and by_name["hand brush"].value == "3")
    for expected in (("3", 2.5, was[2]), ("3", 1.0, was[2]), was):
        drive(window, ["Ctrl+Z"])
        settle(window)
        assert stage.tools.world.pen(1) == expected


# -- what else is asked for meanwhile ----------------------------------------------------------------------------------


def test_drawing_all_that_is_past_ends_between_two_blocks(monkeypatch):
    monkeypatch.setattr("orbitdraw.film.stroke_history.BLOCK_NODES", 64)
    run = Run(STAR)
    for _ in range(60):
        run.advance()
    past, _ = collect(run, [(2,)], 60, lambda part: False)
    canvas = Canvas((64, 64), run.view, STAR.look)
    asked = []

    def third(part):
        asked.append(1)
        return len(asked) == 3

    assert draw_history(past, run, canvas, (((2,), 1.0, 0.0),), third) is None
    assert len(asked) == 3


@pytest.mark.parametrize(("ground", "even"), [("x^4+y^4", True), ("x^4+2*y^4", False), (None, True)])
def test_a_ground_without_the_symmetry_is_said(window, ground, even):
    stage = shown(window, replace(STAR, potential=ground))
    drive(window, ["X", "X", "X"])
    settle(window)
    assert stage.tools.world.symmetry[:2] == (4.0, 0.0) and stage.tools.world.lacks_symmetry is not even
    assert window.toast.sentence.startswith("Symmetry Z4: 4 copies")
    assert ("does not have that symmetry" in window.toast.sentence) is not even
