"""Frames of reference: what is seen from a body, from the centre of mass, and turning with a pair."""

from __future__ import annotations

import math
import random
from dataclasses import replace

import numpy as np
import pytest
from kepler_films import DUST, SCRIPT, SIZE, kepler, played

from orbitdraw import Bodies, Drawing, InputError, Look, Newton, Run, Scene, View
from orbitdraw.film.film import Film
from orbitdraw.film.pictures import pictures
from orbitdraw.film.reference_replay import collect, draw_history, transform_for
from orbitdraw.ink.canvas import Canvas
from orbitdraw.library.loading import load, replay
from orbitdraw.reference_frames.reference import REST, TRANSITION_FRAMES, blend_at, check_watch, transitions
from orbitdraw.reference_frames.transform import FrameTransform


def seen(scene, watch, frames):
    """The paths (frames, k + 1, n, 2) of the bodies as they are seen."""
    run = Run(scene, watch=watch)
    eye = transform_for(run, watch)
    return np.array([eye.apply(run.advance()).path for _ in range(frames)])


# -- what is seen ------------------------------------------------------------------------------------------------------


def test_from_one_body_the_other_runs_on_the_kepler_ellipse():
    path = seen(kepler(0.6, 0.25), (1, 0), 120)
    assert np.abs(path[:, :, 0]).max() < 1e-14, "the body one watches from stays in the middle"
    r, angle = np.hypot(*path[:, :, 1].T), np.arctan2(path[:, :, 1, 1], path[:, :, 1, 0]).T
    np.testing.assert_allclose(r, (1 - 0.36) / (1 + 0.6 * np.cos(angle)), atol=1e-6)


def test_velocities_are_those_of_what_is_seen():
    for watch in ((1, 0), (2,), (3, 0, 1)):
        run = Run(kepler(0.3, 0.4, dust=DUST, drift=0.2), watch=watch)
        eye = transform_for(run, watch)
        for _ in range(10):
            strokes = eye.apply(run.advance())
            for layer in (strokes, strokes.dust):
                step = layer.duration / (len(layer.path) - 1)
                slope = (layer.path[2:] - layer.path[:-2]) / (2 * step)
                np.testing.assert_allclose(layer.velocity[1:-1], slope, atol=1e-3)


def test_a_circular_pair_that_one_turns_with_is_two_points_at_rest():
    path = seen(kepler(0.0, 0.5), (3, 0, 1), 240)
    spread = np.ptp(path.reshape(-1, 2, 2), axis=0)
    assert spread.max() * View(radius=2.0).pixels((1280, 720))[0] < 0.001
    np.testing.assert_allclose(path[-1, -1], [[-1 / 3, 0], [2 / 3, 0]], atol=1e-6)


def test_an_eccentric_pair_stays_on_the_axis():
    path = seen(kepler(0.5, 0.3), (3, 1, 0), 130)
    assert np.abs(path[..., 1]).max() < 1e-12
    assert (path[..., 0, 0] > 0).all() and (path[..., 1, 0] < 0).all(), "the axis points from the first to the second"


def test_the_centre_of_mass_stays_in_the_middle():
    path = seen(kepler(0.2, 0.5, drift=0.7), (2,), 100)
    mass = np.array([2 / 3, 1 / 3])
    assert np.abs((path * mass[:, None]).sum(axis=2)).max() < 1e-13


def test_venus_seen_from_the_earth_draws_a_rose_with_five_leaves():
    # Eight years of the earth are thirteen of Venus: seen from here it comes close five times, a fifth of a turn apart.
    sun, ratio = 1.0, 8 / 13
    venus = ratio ** (2 / 3)
    scene = Scene(
        "venus",
        law=Newton(order=4),
        bodies=Bodies([sun, 1e-12, 1e-12], [[0, 0], [1, 0], [venus, 0]], [[0, 0], [0, 1], [0, venus**-0.5]]),
        dt=2 * math.pi / 600,
        steps=10,
        look=Look(exposure=1.0),
        view=View(radius=2.0),
    )
    path = seen(scene, (1, 1), 8 * 60 + 20)[:, -1, 2]
    r = np.hypot(*path.T)
    near = [i for i in range(1, len(r) - 1) if r[i - 1] > r[i] <= r[i + 1]]
    leaves = np.sort(np.arctan2(path[near, 1], path[near, 0]) % (2 * math.pi))
    gaps = np.diff(np.append(leaves, leaves[0] + 2 * math.pi))
    assert len(gaps[gaps > 0.1]) == 5
    np.testing.assert_allclose(gaps[gaps > 0.1], 2 * math.pi / 5, atol=0.06)


def test_dust_with_fewer_nodes_and_as_points_is_seen_from_the_same_place():
    run = Run(kepler(0.4, 0.5, dust=DUST))
    whole, single = transform_for(run, (3, 0, 1)), transform_for(run, (3, 0, 1))
    for _ in range(20):
        strokes = run.advance()
        fine = whole.apply(strokes).dust
        dust = strokes.dust
        coarse = replace(strokes, dust=replace(dust, path=dust.path[::2], velocity=dust.velocity[::2]))
        points = replace(dust, path=dust.path[-1:], velocity=np.zeros((0, 0, 2)))
        seen_coarse = single.copy().apply(coarse).dust
        seen_points = single.apply(replace(strokes, dust=points)).dust
        np.testing.assert_allclose(seen_coarse.path, fine.path[::2], atol=1e-12)
        np.testing.assert_allclose(seen_coarse.velocity, fine.velocity[::2], atol=1e-10)
        np.testing.assert_array_equal(seen_points.path[0], fine.path[-1])


def test_a_place_and_its_velocity_come_back_from_the_frame_of_reference():
    run = Run(kepler(0.3, 0.5))
    eye = transform_for(run, (3, 0, 1))
    for _ in range(50):
        strokes = eye.apply(run.advance())
    now, vel = eye.pose, run.vel
    np.testing.assert_allclose(now.to_frame(run.pos), strokes.path[-1], atol=1e-12)
    np.testing.assert_allclose(now.velocity_to_frame(run.pos, vel), strokes.velocity[-1], atol=1e-12)
    np.testing.assert_allclose(now.to_world(now.to_frame(run.pos)), run.pos, atol=1e-12)
    np.testing.assert_allclose(now.velocity_to_world(run.pos, now.velocity_to_frame(run.pos, vel)), vel, atol=1e-12)


# -- the value ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("value", [(1,), (4,), (3, 0), (3, 1, 1), (1, -1), (1, 0.5), "sun", (1, math.nan), (2, 2)])
def test_what_is_no_frame_of_reference_is_refused_in_a_sentence(value):
    with pytest.raises(InputError) as caught:
        Run(kepler()).apply("watch", value)
    assert str(caught.value).count("\n") == 0


def test_a_body_that_is_not_there_is_named():
    with pytest.raises(InputError, match=r"no body 7 for this reference frame; there are 0, 1"):
        Run(kepler()).apply("watch", (1, 7))
    with pytest.raises(InputError, match="no body 2"):
        Run(kepler(), watch=(3, 0, 2))
    nobody = Scene("drift", dust=DUST, look=Look(exposure=1.0))
    with pytest.raises(InputError, match="no bodies"):
        Run(nobody).apply("watch", (2,))


def test_it_changes_the_picture_and_not_the_motion():
    runs = [Run(kepler(0.4, dust=DUST)) for _ in range(2)]
    for frame in range(90):
        if frame == 20:
            runs[1].apply("watch", (3, 0, 1))
        for run in runs:
            run.advance()
    assert runs[0].hash() == runs[1].hash()
    assert runs[1].drawing().events[0].value == [3.0, 0.0, 1.0]
    assert check_watch(()) == check_watch((0,)) == check_watch(0) == (0.0,)


# -- turning -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("half_life", [None, 0.4])
@pytest.mark.parametrize("style", ["light", "density"])
def test_the_window_and_an_exported_film_show_the_same_bytes(half_life, style):
    film, shown = played(kepler(0.4, half_life=half_life, dust=DUST, drift=0.1, style=style), SCRIPT, 320)
    exported = Film(replay(Drawing.of_bytes(film.run.drawing().bytes()), scene=film.run.scene), SIZE)
    exported.keeper.enabled = False
    for frame, picture in enumerate(pictures(exported, 321)):
        np.testing.assert_array_equal(picture.pixels, shown[frame], err_msg=f"frame {frame}")
    at_half = Film(film.run.again(), SIZE)
    for index, picture in enumerate(pictures(at_half, 100, fps=20)):
        np.testing.assert_array_equal(picture.pixels, shown[3 * index], err_msg=f"frame {3 * index}")


@pytest.mark.parametrize("half_life", [None, 0.4])
def test_scrubbing_in_any_order_gives_the_same_bytes(half_life):
    film, shown = played(kepler(0.4, half_life=half_life, dust=DUST), SCRIPT, 320)
    choice = random.Random(5)
    for frame in [*choice.sample(range(321), 25), 60, 61, 90, 119, 120, 0, 320]:
        film.seek(frame)
        np.testing.assert_array_equal(film.picture().pixels, shown[frame], err_msg=f"frame {frame}")
        if choice.random() < 0.5 and frame < 320:
            film.advance()
            np.testing.assert_array_equal(film.picture().pixels, shown[frame + 1], err_msg=f"after {frame}")


def test_undo_of_a_turn_gives_the_earlier_picture_back():
    scene = kepler(0.4, dust=DUST)
    _, plain = played(scene, [], 130)
    film, _ = played(scene, [(70, "watch", (3, 0, 1))], 130)
    assert not np.array_equal(film.picture().pixels, plain[130])
    film.undo()
    np.testing.assert_array_equal(film.picture().pixels, plain[130])
    film.redo()
    film.undo()
    film.seek(100)
    np.testing.assert_array_equal(film.picture().pixels, plain[100])


def drawn_twice(run, frames):
    """Canvases of a run in the frame of a pair: drawn frame by frame, and all frames at once from the history."""
    one, other = (Canvas(SIZE, run.view, run.scene.look) for _ in range(2))
    past, player = collect(run.again(), [(3, 0, 1)], 0, lambda part: False)
    eye = transform_for(run, (3, 0, 1))
    for _ in range(frames):
        strokes = player.advance()
        past.add(strokes)
        one.expose(eye.apply(strokes))
    run.restore(player.snapshot())
    assert draw_history(past, run, other, (((3, 0, 1), 1.0, 0),), lambda part: False) is not None
    return one, other


def test_ink_drawn_at_once_is_the_ink_drawn_frame_by_frame():
    one, other = drawn_twice(Run(kepler(0.4, dust=DUST)), 150)
    np.testing.assert_array_equal(one.counts, other.counts)
    assert one.halo is not None and other.halo is not None
    np.testing.assert_array_equal(one.halo.counts, other.halo.counts)


def test_more_strokes_than_memory_holds_are_replayed_to_the_same_picture(monkeypatch):
    scene = kepler(0.4, half_life=0.5, dust=DUST)
    _, shown = played(scene, SCRIPT[:2], 130)
    monkeypatch.setattr("orbitdraw.film.stroke_history.BLOCK_NODES", 500)
    _, small = played(scene, SCRIPT[:2], 130)
    monkeypatch.setattr("orbitdraw.film.stroke_history.MAX_BYTES", 20_000)
    _, none = played(scene, SCRIPT[:2], 130)
    for frame in (40, 75, 100, 130):
        np.testing.assert_array_equal(none[frame], small[frame], err_msg=f"frame {frame}")
        np.testing.assert_array_equal(small[frame], shown[frame], err_msg=f"frame {frame}")


def test_a_turn_that_ends_where_it_was_chosen():
    scene = kepler(0.4, dust=DUST)
    film, _ = played(scene, [], 100)
    before, watched = film.picture().pixels.copy(), film.frame_blend()
    film.run.apply("watch", (3, 0, 1, 1))
    np.testing.assert_array_equal(film.transition_picture(watched, 0.0).pixels, before)
    arrived = film.picture().pixels.copy()
    np.testing.assert_array_equal(film.transition_picture(watched, 1.0).pixels, arrived)
    assert not np.array_equal(film.transition_picture(watched, 0.5).pixels, arrived)
    np.testing.assert_array_equal(film.picture().pixels, arrived)
    again = Film(film.run.again(), SIZE)
    again.seek(70)
    assert again.frame_blend().pure is None, "an exported film turns before the moment at which it was chosen"
    again.seek(100)
    np.testing.assert_array_equal(again.picture().pixels, arrived)


def test_pictures_of_a_turn_change_little_from_frame_to_frame():
    film = Film(Run(kepler(0.0, 0.5)), SIZE)
    places = []
    for frame in range(400):
        if frame == 200:  # one and two thirds turns after the start
            film.run.apply("watch", (3, 0, 1))
        film.advance()
        film.picture()
        places.append(film.frame_pose.to_frame(film.run.pos))
    steps = np.hypot(*np.moveaxis(np.diff(places, axis=0), -1, 0))
    # From 1/60 of a turn a frame it comes to rest; half a turn more in 60 frames, eased, is at most six times as fast.
    assert steps.max() < 0.2
    assert steps[265:].max() < 1e-5


# -- bodies that come and go -------------------------------------------------------------------------------------------


def test_the_frame_of_a_body_that_is_taken_away_is_kept():
    run = Run(kepler(0.2, drift=0.5))
    eye = transform_for(run, (1, 1))
    for _ in range(40):
        eye.apply(run.advance())
    last = eye.pose
    run.apply("take", (1,))
    for _ in range(20):
        eye.apply(run.advance())
    assert eye.pose.origin == last.origin
    assert eye.pose.velocity == (0.0, 0.0)


def test_before_a_thrown_body_is_there_its_frame_waits_where_it_will_appear():
    run = Run(kepler(0.2))
    for _ in range(50):
        run.advance()
    run.apply("throw", (0.01, 1.5, 0.5, 0.0, 0.6))
    run.apply("watch", (1, 2))
    for frame in (0, 10, 49):
        past, _ = collect(run, [(1, 2)], frame, lambda part: False)
        assert past.transform([((1, 2), 1.0, 0)]).pose.origin == (1.5, 0.5)
    film = Film(run, SIZE)
    for _ in range(TRANSITION_FRAMES):
        film.advance()
        film.picture()
    np.testing.assert_allclose(film.frame_pose.to_frame(run.pos[2:3]), [[0, 0]], atol=1e-12)


def test_the_centre_of_mass_does_not_jump_when_a_body_is_thrown():
    run = Run(kepler(0.2))
    eye = transform_for(run, (2,))
    for _ in range(30):
        eye.apply(run.advance())
    before = np.array(eye.pose.origin)
    run.apply("throw", (1.0, 1.5, 0.5, 0.3, 0.6))
    path = eye.apply(run.advance()).path
    after = np.array(eye.pose.origin)
    assert np.hypot(*(after - before)) < 0.05
    assert np.isfinite(path).all()


def test_a_drawing_left_amid_such_a_turn_has_the_turn_in_it(tmp_path):
    film, _ = played(kepler(0.4), [], 100)
    film.run.apply("watch", (3, 0, 1, 1))
    film.seek(70)
    amid = film.picture().pixels.copy()
    drawing = film.run.drawing()
    assert drawing.frames == 70 and drawing.events[0].frame == 100
    again = Film(replay(drawing, scene=film.run.scene), SIZE)
    again.seek(70)
    np.testing.assert_array_equal(again.picture().pixels, amid)
    film.seek(30)
    assert film.run.drawing().events == []


def test_from_rest_nothing_is_changed_at_all():
    run = Run(kepler(dust=DUST))
    strokes = run.advance()
    assert FrameTransform([(REST, 1.0, 0)], {}, (0.0, 0.0)).apply(strokes) is strokes
    assert blend_at(transitions((), []), 500).pure == REST


# -- what else is in the picture ---------------------------------------------------------------------------------------


def test_a_link_is_seen_as_a_straight_line_between_its_bodies():
    run = Run(kepler(0.3))
    run.apply("link", (1, 0, 1))
    eye = transform_for(run, (3, 0, 1))
    for _ in range(30):
        strokes = eye.apply(run.advance())
        link = strokes.dust
        part = np.linspace(0, 1, len(link.path))[:, None]
        a, b = strokes.path[-1]
        np.testing.assert_allclose(link.path[:, 0], a + part * (b - a), atol=1e-12)
        along = (b - a) / link.duration
        np.testing.assert_allclose(link.velocity[:, 0], along + 0 * part, atol=1e-9)


def test_while_time_runs_backwards_velocities_are_still_those_of_the_bodies():
    film = Film(Run(kepler(0.3), watch=(3, 0, 1)), SIZE)
    for frame in range(40):
        if frame == 20:
            film.run.apply("reverse", (-1,))
        film.advance()
    now, pos, vel = film.frame_pose, film.run.pos, film.run.vel
    ahead = now.velocity_to_frame(pos, vel)
    before = now.to_frame(pos)
    film.run.apply("reverse", (1,))
    film.advance()
    after = film.frame_pose.to_frame(film.run.pos)
    time = film.run.scene.steps * film.run.scene.dt
    np.testing.assert_allclose((after - before) / time, ahead, atol=0.02)


def test_landmarks_are_where_they_are_seen():
    at = (0.9, 0.9)
    scene = replace(kepler(0.0, 1e-9, drift=1.0), landmarks=[at], look=Look(exposure=1e-6, mark=0.0, width=1e-3))
    film = Film(Run(scene, watch=(1, 0)), (200, 200))
    for _ in range(40):
        film.advance()
    picture = film.picture().rgb().astype(int).sum(axis=2)
    rows, columns = np.nonzero(picture > picture.min() + 60)
    scale, ox, oy = scene.view.pixels((200, 200))
    x, y = at[0] - film.run.t, at[1]
    np.testing.assert_allclose([columns.mean(), rows.mean()], [ox + scale * x - 0.5, oy - scale * y - 0.5], atol=1.0)


def test_a_turn_that_begins_before_its_body_is_thrown_goes_where_it_will_be():
    scene = kepler(0.2)
    film, _ = played(scene, [], 90)
    film.run.apply("throw", (0.01, 1.5, 0.5, 0.0, 0.6))
    for _ in range(10):
        film.advance()
    film.run.apply("watch", (1, 2, 1))
    again, origins = Film(film.run.again(), SIZE), []
    for _, _picture in zip(range(101), pictures(again, 101), strict=True):
        origins.append(again.frame_pose.origin)
    steps = np.hypot(*np.diff(origins, axis=0).T)
    assert steps.max() < 0.08, "forty pixels in sixty frames, and no jump where the body appears"
    np.testing.assert_array_equal(again.picture().pixels, film.picture().pixels)


def test_the_centre_of_mass_of_a_drawing_with_symmetry_is_that_of_all_its_images():
    run = Run(kepler(0.3, drift=0.4))
    run.apply("symmetry", (3, 0, 0.2, 0.1))
    eye = transform_for(run, (2,))
    for _ in range(20):
        strokes = run.advance()
        seen_from = eye.apply(strokes)
    assert strokes.path.shape[1] == 6
    np.testing.assert_allclose(eye.pose.origin, (0.2, 0.1), atol=1e-9)
    np.testing.assert_allclose(seen_from.path, strokes.path - (0.2, 0.1), atol=1e-9)


def test_a_poster_in_bands_is_the_picture_made_whole():
    film, shown = played(kepler(0.4, half_life=0.5, dust=DUST), SCRIPT[:2], 100)
    for last in (90, 100):
        for rows in ((0, 40), (40, 90)):
            band = Film(film.run.again(), SIZE, rows)
            band.keeper.enabled = False
            while band.run.frame < last:
                band.advance()
            np.testing.assert_array_equal(band.picture().pixels, shown[last][slice(*rows)])


def test_a_body_that_leaves_the_numbers_keeps_its_frame():
    run = Run(kepler(0.2))
    eye = transform_for(run, (1, 1))
    with np.errstate(all="ignore"):
        for frame in range(20):
            if frame == 10:
                run.state["vx"][1] = np.inf
            eye.apply(run.advance())
            if frame == 12:
                kept = eye.pose
    assert not run.state["alive"][1]
    assert np.isfinite(eye.pose.origin).all()
    assert eye.pose == kept and kept.velocity == (0.0, 0.0)


@pytest.mark.parametrize("brush", ["calligraphic", "dashed", "dots", "area"])
def test_every_brush_turns(brush):
    scene = kepler(0.4, dust=DUST)
    scene = replace(scene, look=replace(scene.look, brush=brush))
    script = [(30, "watch", (2,)), (40, "watch", (3, 0, 1))]
    film, shown = played(scene, script, 130)
    np.testing.assert_allclose(film.frame_pose.origin, (0.0, 0.0), atol=1e-9)
    for frame in (20, 60, 130):
        film.seek(frame)
        np.testing.assert_array_equal(film.picture().pixels, shown[frame])
    run = film.run.again()
    one, other = drawn_twice(run, 100)
    np.testing.assert_array_equal(one.counts, other.counts)


def test_a_body_that_was_watched_and_taken_away_in_the_first_frame_is_replayed_so():
    run = Run(load("figure_eight"))
    film = Film(run, (64, 48))
    run.apply("throw", (0.001, 0.5, 0.5, 0, 0.1))
    run.apply("watch", (1, int(run.bodies()[-1])))
    run.apply("take", (float(run.bodies()[-1]),))
    film.advance()
    again = Film(replay(Drawing.of_bytes(run.drawing().bytes())), (64, 48))
    again.seek(1)
    assert again.run.hash() == run.hash()
    np.testing.assert_array_equal(again.picture().pixels, film.picture().pixels)
