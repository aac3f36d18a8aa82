"""The hand, through the window's real event loop: what it throws, holds, sprays and takes back."""

from __future__ import annotations

import random
import threading
from dataclasses import replace

import numpy as np
import pygame
import pytest
from driving import assert_replays, button, drive, move, press, run_of, settle, star, wait, wheel
from star_window import SIZE, STAR, drag, pause, pixel, show_star

from orbitdraw import Bodies, Look, Newton, Run, Scene, View, load
from orbitdraw.analysis import forecast
from orbitdraw.app.session import edit_tasks, follow
from orbitdraw.app.session.coalesce import CoalescingTask
from orbitdraw.app.session.framing import fraction_inside
from orbitdraw.app.stage.hud import format_number
from orbitdraw.simulation.encounters import with_softening


@pytest.fixture
def stage(window):
    return show_star(window)


def shift(down):
    return pygame.event.Event(pygame.KEYDOWN if down else pygame.KEYUP, key=pygame.K_LSHIFT, mod=0, unicode="")


def test_a_drag_throws_with_the_arrow_as_velocity(window, stage):
    wait(window, lambda: stage.shot.frame > 0)  # at frame 0 the star has drawn nothing yet either
    pause(window, stage)
    drag(window, stage, (1.0, 0.0), (1.0, 0.8))
    run = stage.session.film.run
    assert [event.name for event in run.history.events] == ["throw"]
    mass, x, y, vx, vy = run.history.events[0].value
    assert (x, y, vx, vy) == pytest.approx((1.0, 0.0, 0.0, 0.8), abs=0.03)
    assert mass == 0.01
    assert len(stage.tools.world.new) == 1, "what has drawn nothing yet is shown by the hand"
    drive(window, ["N"] * 5)
    settle(window)
    assert_replays(stage)


def test_a_click_places_a_body_at_rest(window, stage):
    pause(window, stage)
    drag(window, stage, (1.0, 0.5), (1.0, 0.5))
    assert stage.session.film.run.history.events[0].value[3:] == [0, 0]


def test_while_dragging_the_forecast_is_shown_and_nothing_is_done(window, stage):
    a, b = pixel(stage, 1.0, 0.0), pixel(stage, 1.0, 1.0)
    drive(window, [button(1, a), move(b)])
    wait(window, lambda: stage.tools.bodies.forecast is not None and stage.tools.bodies.forecast.vel[1] > 0.9)
    assert stage.tools.bodies.forecast.forecast.verdict == "bound"
    assert stage.session.film.run.history.events == []
    frame = stage.shot.frame
    wait(window, lambda: stage.shot.frame > frame + 2)
    drive(window, ["Esc", button(1, b, down=False)])
    settle(window)
    assert stage.session.film.run.history.events == [] and window.open


def test_shift_snaps_to_the_circle(window, stage):
    pause(window, stage)
    drive(window, [shift(True)])
    drag(window, stage, (1.0, 0.0), (1.0, -0.3))
    drive(window, [shift(False)])
    _, x, y, vx, vy = stage.session.film.run.history.events[0].value
    assert np.hypot(vx, vy) == pytest.approx(1.0, rel=0.02)
    assert vy < 0 and vx * x + vy * y == pytest.approx(0.0, abs=1e-12)


def test_the_wheel_changes_the_mass_in_the_hand_and_keys_that_of_the_next(window, stage):
    pause(window, stage)
    a = pixel(stage, 1.0, 0.5)
    drive(window, [button(1, a), wheel(1), wheel(1), button(1, a, down=False)])
    settle(window)
    assert stage.session.film.run.history.events[0].value[0] == 0.05
    assert stage.picture.view == (0.0, 0.0, 2.0), "the wheel zoomed as well"
    drive(window, ["M", "Shift+M", "Shift+M"])
    assert stage.tools.bodies.mass == 0.02


def test_a_held_body_moves_is_pushed_doubled_weighed_and_taken(window, stage):
    pause(window, stage)
    drag(window, stage, (1.0, 0.0), (1.0, 0.8))
    run = stage.session.film.run
    at = pixel(stage, 1.0, 0.0)
    drive(window, [button(1, at), button(1, at, down=False)])
    assert stage.tools.selected == 1
    drag(window, stage, (1.0, 0.0), (1.4, 0.2))
    assert run.pos[1] == pytest.approx((1.4, 0.2), abs=0.03)
    tip = tuple(run.pos[1] + run.vel[1])
    drag(window, stage, tip, (0.9, 0.2))
    assert run.vel[1] == pytest.approx((-0.5, 0.0), abs=0.04)
    drive(window, ["Ctrl+D"])
    settle(window)
    assert len(run.pos) == 3 and stage.tools.selected == 2
    drive(window, ["M"])
    settle(window)
    assert run.mass[2] == 0.02
    drive(window, ["Delete"])
    settle(window)
    assert len(run.pos) == 2 and stage.tools.selected is None
    assert [event.name for event in run.history.events] == ["throw", "move", "push", "throw", "weigh", "take"]
    assert_replays(stage)


def test_time_waits_while_a_body_is_held(window, stage):
    at = pixel(stage, *stage.tools.world.pos[0])
    drive(window, [button(1, at), move((at[0] + 40, at[1]))])
    settle(window)
    frame = stage.shot.frame
    drive(window, turns=20)
    assert stage.shot.frame == frame and stage.playback.playing
    drive(window, [button(1, at, down=False)])
    wait(window, lambda: stage.shot.frame > frame)


def test_dust_comes_once_a_frame_and_goes_as_one_stroke(window, stage):
    drive(window, ["D"])
    a = pixel(stage, 1.0, 0.5)
    frame = stage.shot.frame
    drive(window, [button(1, a)])
    wait(window, lambda: stage.shot.frame > frame + 10)
    drive(window, [button(1, a, down=False), "D"])
    pause(window, stage)
    events = stage.session.film.run.history.events
    frames = [event.frame for event in events]
    assert len(frames) > 4 and len(set(frames)) == len(frames)
    assert_replays(stage)
    drive(window, ["Ctrl+Z"])
    settle(window)
    assert stage.session.film.run.history.events == [] and "Undid: dust" in window.toast.sentence


def test_undo_then_redo_gives_the_same(window, stage):
    drag(window, stage, (1.0, 0.0), (1.0, 0.8))
    drag(window, stage, (-1.2, 0.0), (-1.2, -0.8))
    pause(window, stage)
    before = stage.session.film.run.hash()
    drive(window, ["Ctrl+Z", "Ctrl+Z"])
    settle(window)
    assert len(stage.session.film.run.pos) == 1 and window.toast.sentence == "Undid: throw"
    drive(window, ["Ctrl+Y", "Ctrl+Shift+Z"])
    settle(window)
    assert stage.session.film.run.hash() == before
    assert_replays(stage)
    drive(window, ["Ctrl+Y"])
    settle(window)
    assert window.toast.sentence == "Nothing to redo"


def test_only_the_newest_wish_is_worked_on(window, stage):
    block, path_in_frame = threading.Event(), []
    window.worker.submit(block.wait)
    latest = CoalescingTask(stage.session, lambda session, wish, stop: path_in_frame.append(wish))
    for wish in range(100):
        latest.request(wish)
    block.set()
    settle(window)
    assert path_in_frame == [99]


def test_a_monkey_ends_in_a_running_program_and_a_drawing_that_replays(window, stage):
    rng = random.Random(3)
    names = ["Space", "N", "Shift+N", "M", "Shift+M", "Delete", "Ctrl+D", "D", "Ctrl+Z", "Ctrl+Y", "Z", "Esc", "]", "["]
    stage.tools.dust.brush_grains = 3
    for _ in range(1200):
        pos = (rng.randrange(SIZE[0]), rng.choice([rng.randrange(SIZE[1]), rng.randrange(172, 180)]))
        kind = rng.random()
        if kind < 0.45:
            pygame.event.post(move(pos, (1, 1)))
        elif kind < 0.7:
            pygame.event.post(button(rng.choice([1, 1, 1, 3]), pos, down=rng.random() < 0.5))
        elif kind < 0.75:
            pygame.event.post(shift(rng.random() < 0.5))
        elif kind < 0.8:
            pygame.event.post(wheel(rng.choice([-1, 1])))
        else:
            for part in press(rng.choice(names)):
                pygame.event.post(part)
        window.run_once()
        if len(stage.session.film.run.state["mass"]) > 60:
            drive(window, ["Ctrl+Z"])
    drive(window, ["Esc", "Esc", "Esc", *[button(n, (5, 5), down=False) for n in (1, 3)]])
    pause(window, stage)
    wait(window, lambda: stage.camera.is_settled)
    settle(window)
    assert window.open and stage.error_card.trouble is None
    assert_replays(stage)


# -- watched from elsewhere --------------------------------------------------------------------------------------------

PAIR = Scene(
    "pair",
    law=Newton(order=4),
    bodies=Bodies([1.0, 1.0], [[-0.8, 0], [0.8, 0]], [[0, -0.559], [0, 0.559]]),
    dt=0.01,
    steps=2,
    look=Look(exposure=1.0),
    view=View(radius=2.0),
)


@pytest.fixture
def pair(window):
    window.show_scene(PAIR)
    wait(window, lambda: window.page.shot is not None and window.page.tools.world is not None)
    wait(window, lambda: window.page.shot.frame > 40)
    pause(window, window.page)
    return window.page


def test_v_goes_round_the_frames_of_reference_and_says_so(window, pair):
    at = pixel(pair, *pair.tools.world.pos[1])
    drive(window, [button(1, at), button(1, at, down=False)])
    values, said = [], []
    for _ in range(4):
        drive(window, ["V"])
        settle(window)
        wait(window, lambda: not window.worker.should_stop() and pair.session.film.frame_blend().pure is not None)
        wait(window, lambda: not pair.session.repaint)  # what is asked for meanwhile goes before the paper
        settle(window)
        values.append(pair.session.film.run.values["watch"])
        said.append(window.toast.sentence)
        assert_replays(pair)
    frame = pair.session.film.run.frame
    # The last 1: while time stands still a turn ends where it was chosen.
    assert values == [(1, 1, 1), (2, 1), (3, 0, 1, 1), (0, 1)]
    assert said == [
        "Reference frame: body 1",
        "Reference frame: centre of mass",
        "Reference frame: rotating with bodies 0 and 1",
        "Reference frame: at rest",
    ]
    assert pair.session.film.run.frame == frame and len(pair.session.film.run.history.events) == 1


def test_playing_it_turns_while_it_plays(window, pair):
    drive(window, ["Space", "V"])
    settle(window)
    film = pair.session.film
    assert film.run.history.events[-1].value == [2.0]
    wait(window, lambda: film.run.frame > film.run.history.events[-1].frame + 70)
    pause(window, pair)
    assert film.frame_blend().pure == (2,)
    assert_replays(pair)


def test_a_turn_is_seen_at_once_and_drawn_whole_when_it_is_over(window, pair, monkeypatch):
    from orbitdraw.film import film as films

    monkeypatch.setattr("orbitdraw.film.stroke_preview.QUICK_REPLAY", 0)
    made, collect, made_of = [], films.collect, films.Film.picture_of
    monkeypatch.setattr(films, "collect", lambda *args: (made.append("all"), collect(*args))[1])
    monkeypatch.setattr(films.Film, "picture_of", lambda *args: (made.append("some"), made_of(*args))[1])
    for keys in (["V"], ["Space", "V"]):
        made.clear()
        drive(window, keys)
        wait(window, lambda: "all" in made)
        pause(window, pair)
        wait(window, lambda: not pair.session.repaint)
        settle(window)
        assert made.index("all") > 5, "it turned only when all was drawn"
        assert "some" not in made[made.index("all") :] and pair.session.film.frame_blend().pure is not None
        assert_replays(pair)


def test_a_throw_is_what_one_sees(window, pair):
    for _ in range(2):
        drive(window, ["V"])
        settle(window)
    film = pair.session.film
    assert film.frame_blend().pure == (3, 0, 1)
    path_in_frame = film.frame_pose.to_frame(film.run.pos)
    np.testing.assert_allclose(path_in_frame, [[-0.8, 0], [0.8, 0]], atol=0.01)
    tools = pair.tools
    a, b = (
        tuple(round(v) for v in tools.projection.frame_to_pixels(np.array(place))) for place in ([0.0, 1.0], [0.5, 1.0])
    )
    drive(window, [button(1, a), move(b)])
    wait(window, lambda: tools.bodies.forecast is not None and len(tools.bodies.forecast.forecast.path_in_frame) > 1)
    ahead = tools.bodies.forecast.forecast.path_in_frame
    drive(window, [button(1, b, down=False)])
    settle(window)
    _, x, y, vx, vy = film.run.history.events[-1].value
    now, span = film.frame_pose, tools.world.arrow_time
    np.testing.assert_allclose(now.to_frame([x, y]), [0.0, 1.0], atol=0.03)
    np.testing.assert_allclose(now.velocity_to_frame([x, y], [vx, vy]), [0.5 / span, 0.0], atol=0.05)
    film.advance()
    film.advance()
    np.testing.assert_allclose(film.frame_pose.to_frame(film.run.pos[2]), ahead[2], atol=0.02)


def test_what_leaves_the_view_with_another_frame_of_reference_is_fitted_into_it(window):
    far = Bodies([1.0, 1.0], [[0, -1.7], [0, 1.7]], [[0.38, 0], [-0.38, 0]])
    window.show_scene(replace(PAIR, name="far", bodies=far))
    wait(window, lambda: window.page.shot is not None and window.page.tools.world is not None)
    stage = window.page
    wait(window, lambda: stage.shot.frame > 60)
    pause(window, stage)
    film, usual = stage.session.film, stage.session.film.run.view.triple
    film_events = [event.name for event in film.run.history.events]

    def watch(reference):
        stage.session.submit(follow.set_reference_frame, stage.session, reference, False)
        settle(window)
        wait(window, lambda: not stage.session.repaint and film.frame_blend().pure == reference)
        settle(window)
        return film.run.view.triple

    fitted = watch((1, 0))
    assert fitted[2] >= usual[2] and fitted != usual
    path_in_frame = film.frame_pose.to_frame(film.run.pos)
    assert (
        fraction_inside(path_in_frame[1:], fitted, film.size) == 1.0
        and fraction_inside(path_in_frame[1:], usual, film.size) == 0.0
    )
    assert "Home returns to" in window.toast.sentence
    assert_replays(stage)
    assert watch((2,)) == usual, "the view that was fitted goes with what it was for"
    watch((1, 0))
    drive(window, ["Ctrl+Z"])
    settle(window)
    wait(window, lambda: not stage.session.repaint)
    assert film.run.view.triple == usual and film.run.values["watch"][0] == 2, "both are taken back as one"
    own = (0.0, -2.9, 0.3)
    stage.session.submit(stage.session.set_view, own)
    settle(window)
    assert watch((1, 0)) == own, "a view of one's own is left alone"
    assert film_events == []


def test_level_lines_move_with_a_body_and_hide_in_a_turning_frame(window, pair):
    drive(window, ["G"])
    settle(window)
    assert pair.ground.ground.surface is not None
    drive(window, ["V"])
    settle(window)
    assert pair.ground.ground.surface is not None
    drive(window, ["V"])
    settle(window)
    assert pair.ground.ground.surface is None
    drive(window, ["V"])
    settle(window)
    assert pair.ground.ground.surface is not None


def test_a_restart_without_the_body_one_watched_from_is_at_rest(window, stage):
    pause(window, stage)
    drag(window, stage, (1.0, 0.0), (1.0, 0.8))
    drive(window, ["N", "N"])
    settle(window)
    stage.session.film.run.apply("watch", (1, 1))
    drive(window, ["R"])
    settle(window)
    assert stage.error_card.trouble is None and stage.session.film.run.values["watch"] == (0.0,)


# -- the butterfly -----------------------------------------------------------------------------------------------------


def test_a_butterfly_says_what_it_shows_and_when_nothing_can_be_predicted_any_more(window, stage):
    drive(window, ["Shift+B"])
    settle(window)
    assert "a millionth of the picture apart" in window.toast.sentence
    assert "can be predicted" in window.toast.sentence
    drive(window, ["Shift+B"])
    settle(window)
    radius = stage.opened.home[2]
    stage.playback.speed = 16.0
    stage.tools.do(("throw", (0.01, 1.0, 0.0, 0.0, 1.0)), ("twins", (1.0, 50.0, 0.05 * radius)))
    wait(window, lambda: "50 copies started" in window.toast.sentence)
    time = stage.session.film.run.metrics()["predictable for"]
    assert f"started 0.05 of the picture apart. After a time of {format_number(time)} half" in window.toast.sentence
    assert "the motion cannot be predicted" in window.toast.sentence and not window.toast.warning
    window.toast.say("something else")
    frame = stage.shot.frame
    wait(window, lambda: stage.shot.frame > frame + 30)
    assert "copies" not in window.toast.sentence, "it is said once"


@pytest.mark.parametrize("mirrored", [False, True])
def test_a_click_by_the_centre_of_a_symmetry_is_meant_to_be_in_it(window, mirrored):
    """A pixel beside it were six stars, which throw each other out of the window."""
    window.show_scene(star(Bodies([], np.zeros((0, 2)))))
    wait(window, lambda: window.page.shot is not None and window.page.tools.world is not None)
    stage = window.page
    pause(window, stage)
    drive(window, ["X"] * 5 + ["Shift+X"] * mirrored)
    settle(window)
    run, (x, y) = stage.session.film.run, pixel(stage, 0.0, 0.0)
    drive(window, [move((x + 2, y - 1)), button(1, (x + 2, y - 1)), button(1, (x + 2, y - 1), down=False)])
    settle(window)
    assert run.pos.tolist() == [[0.0, 0.0]] and "mirrors" in run.state
    drag(window, stage, (1.0, 0.3), (1.0, 0.9))
    drag(window, stage, (1.0, 0.3), (1.2, -0.4))  # it is taken where it is, and put down elsewhere
    assert len(run.mass) == 2 and np.hypot(*(run.pos[1] - (1.2, -0.4))) < 0.03
    drag(window, stage, (1.2, -0.4), (0.5, 0.06))
    assert abs(run.pos[1][1]) < 1e-15 if mirrored else run.pos[1][1] > 0.01
    assert_replays(stage)


def _shown(window, scene):
    window.show_scene(scene)
    wait(window, lambda: window.page.shot is not None and window.page.tools.world is not None)
    pause(window, window.page)
    return window.page, window.page.session.film.run


def _played(stage, frames):
    stage.session.submit(edit_tasks.seek, stage.session, stage.session.film.run.frame + frames, lambda: False)
    settle(stage.window)
    return stage.session.film.run


def test_images_that_begin_at_one_place_count_in_the_energy():
    run = Run(load("figure_eight"))
    for order in (2.0, 3.0):
        for name, numbers in with_softening(run, [("symmetry", (order, 0.0, 0.0, 0.0))]):
            run.apply(name, numbers)
    for _ in range(300):
        run.advance()
    assert abs(run.metrics()["energy drift"]) < 0.01


def test_a_sun_that_all_but_rests_in_the_centre_stays_one_sun(window):
    """Its six images would lie within a hundredth of its planets' way, and throw each other and all else out."""
    stage, run = _shown(window, "venus_rose")
    before = run.hash()
    drive(window, ["X"] * 5)
    settle(window)
    assert run.pos[0].tolist() == [0.0, 0.0] and run.state["mirrors"][:, 0].tolist() == [0.0]
    drive(window, ["Ctrl+Z"] * 5)
    settle(window)
    assert run.hash() == before
    drive(window, ["Ctrl+Y"] * 5)
    settle(window)
    assert np.hypot(*_played(stage, 300).pos.T).max() < 1.1


@pytest.mark.parametrize(("scene", "mirrored"), [("figure_eight", False), ("moth", True)])
def test_bodies_that_meet_their_images_get_no_speed_out_of_nothing(window, scene, mirrored):
    stage, run = _shown(window, scene)
    own = run.state["gravity"].tolist()
    drive(window, ["X", "X"] + ["Shift+X"] * mirrored)
    settle(window)
    assert "softened below" in stage.window.toast.sentence or "soften" in [event.name for event in run.history.events]
    run = _played(stage, 300)
    assert abs(run.metrics()["energy drift"]) < 0.01
    assert_replays(stage)
    drive(window, ["Shift+X"] * mirrored + ["X"] * 6)
    settle(window)
    assert "symmetry" not in run.state and run.state["gravity"].tolist() == own, "they pull as in the scene again"


def test_a_throw_under_a_symmetry_is_soft_enough_for_its_images(window, stage):
    pause(window, stage)
    drive(window, ["X"] * 2 + ["Shift+X"])
    settle(window)
    stage.tools.bodies.mass_set = 0.5
    drag(window, stage, (1.0, 0.3), (1.0, 0.9))
    run = stage.session.film.run
    assert [event.name for event in run.history.events][-2:] == ["throw", "soften"]
    assert abs(_played(stage, 300).metrics()["energy drift"]) < 0.05
    drive(window, ["Ctrl+Z"])
    settle(window)
    assert len(run.mass) == 1 and run.state["gravity"][1] == 0.05**2, "it is one deed"


def test_dust_of_every_form_that_was_poured_into_one_frame_is_seen(window, stage):
    """Four thousand grains are more than are shown; none of the forms may vanish because another was poured."""
    pause(window, stage)
    drive(window, ["D", "D"])
    drag(window, stage, (-1.0, 0.5), (-0.8, 0.5))
    drag(window, stage, (1.0, 0.5), (1.2, 0.5))
    new = stage.tools.world.new
    assert np.sum(new[:, 0] < 0) == np.sum(new[:, 0] > 0) >= 900


def test_a_star_dragged_out_of_the_centre_is_many_that_pull_less(window, stage):
    pause(window, stage)
    drive(window, ["X"] * 5)
    settle(window)
    drag(window, stage, (0.0, 0.0), (0.4, 0.2))
    assert [event.name for event in run_of(stage).history.events][-2:] == ["move", "soften"]
    assert abs(_played(stage, 150).metrics()["energy drift"]) < 0.2  # six at once
    assert_replays(stage)


def test_a_magnetic_field_lacks_mirrors_and_that_is_said(window, stage):
    pause(window, stage)
    stage.session.request_values({"field": 1.5})
    drive(window, ["X"])
    settle(window)
    assert not stage.tools.world.lacks_symmetry
    drive(window, ["Shift+X"])
    settle(window)
    assert (
        stage.tools.world.lacks_symmetry
        and "each copy moves over its own rotated landscape" in stage.window.toast.sentence
    )


def test_a_long_title_keeps_clear_of_the_numbers(window):
    scene = replace(STAR, name="a_" + "very_long_name_" * 8)
    window.show_scene(scene)
    wait(window, lambda: window.page.shot is not None and window.page.tools.world is not None)
    drive(window, [pygame.event.Event(pygame.VIDEORESIZE, size=(900, 500), w=900, h=500)], turns=3)
    surface = pygame.Surface((900, 500))
    hud = window.page.hud
    hud.draw(surface)
    assert hud.caption_rect.width and hud.numbers_width
    assert hud.caption_rect.right < 900 - hud.numbers_width


def test_a_throw_under_a_symmetry_goes_where_it_was_foretold(window, stage, monkeypatch):
    """The softening that comes with the first heavy one is foretold with it."""
    pause(window, stage)
    drive(window, ["X"] * 2 + ["Shift+X"])
    settle(window)
    told, report = [], stage.session.report
    monkeypatch.setattr(stage.session, "report", lambda news: (told.append(news), report(news)))
    stage.tools.bodies.mass_set = 0.5
    at, to = (
        (round(v) for v in stage.tools.world_to_pixels(np.array([[1.0, 0.3]]))[0]),
        stage.tools.world_to_pixels(np.array([[1.0, 0.9]]))[0],
    )
    at, to = tuple(at), tuple(round(v) for v in to)
    drive(window, [move(at), button(1, at), move(to)])
    wait(window, lambda: any(isinstance(news, edit_tasks.AimForecast) and news.vel[1] > 0.1 for news in told))
    foretold = [news for news in told if isinstance(news, edit_tasks.AimForecast)][-1].forecast.path
    drive(window, [button(1, to, down=False)])
    settle(window)
    run = stage.session.film.run
    assert [event.name for event in run.history.events][-2:] == ["throw", "soften"]
    each, frame = forecast.STEPS // forecast.NODES, run.frame
    for node in (1, 2, 5, 10):
        stage.session.submit(stage.session.film.seek, frame + node * each // run.scene.steps)
        settle(window)
        assert np.abs(run.pos[1] - foretold[node]).max() < 1e-9
