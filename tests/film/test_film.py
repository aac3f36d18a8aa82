"""However one came to a frame, its picture is the one that playing to it gives; what is kept for that is bounded."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from orbitdraw import Bodies, Dust, Look, Newton, Run, Scene, View
from orbitdraw.film import film as film_of
from orbitdraw.film import keeper
from orbitdraw.film.exposure import ExposureMeter
from orbitdraw.film.film import Film
from orbitdraw.film.keeper import BYTES_PER_PARTICLE, FAR, MANY_PARTICLES
from orbitdraw.film.stroke_history import StrokeHistory
from orbitdraw.film.stroke_preview import StrokePreview
from orbitdraw.reference_frames.reference import TRANSITION_FRAMES

SIZE = (48, 32)
PAIR = Bodies([1.0, 0.01, 0.02], [[0, 0], [1, 0], [0, 0.6]], [[0, 0], [0, 1], [1.2, 0]], softening=0.05)
SCENE = Scene("pair", law=Newton(), bodies=PAIR, dt=0.01, look=Look(exposure=1.0), view=View(radius=2.0))
LOOSE = replace(SCENE, look=Look())
"""Its exposure is measured."""


def played(frames, size=SIZE, script=(), scene=SCENE):
    """A film that was played frame by frame, with what is done on the way."""
    film = Film(Run(scene), size)
    for frame in range(frames + 1):
        for at, name, value in script:
            if at == frame:
                film.run.apply(name, value)
        if frame < frames:
            film.advance()
    return film


def pixels(film):
    return film.picture().pixels.copy()


def fresh(film, size=None):
    """The picture of the same drawing by a film that is played from the start and keeps nothing."""
    other = Film(film.run.again(), size or film.size)
    other.keeper.enabled = False
    while other.run.frame < film.run.frame:
        other.advance()
    assert other.run.hash() == film.run.hash()
    return pixels(other)


def frames_of(kept):
    return [each.run.frame for each in kept]


# -- what is kept ----------------------------------------------------------------------------------------------------


def test_a_state_is_kept_every_second_and_none_where_nobody_steps_back():
    film = played(190)
    assert frames_of(film.keeper.keyframes) == [0, 60, 120, 180] and frames_of(film.keeper.near) == []
    assert all(kept.ink is not None for kept in film.keeper.keyframes)
    film = Film(Run(SCENE), SIZE)
    film.keeper.enabled = False
    for _ in range(130):
        film.advance()
    film.seek(10)
    assert not film.keeper.keyframes and not film.keeper.near
    np.testing.assert_array_equal(pixels(film), fresh(film))


def test_on_the_way_back_states_are_kept_near_where_one_goes():
    film = played(190)
    film.seek(175)
    assert frames_of(film.keeper.near) == [128, 136, 144, 152, 160, 168]
    film.seek(174)
    assert film.run.frame == 174
    # From the last of them, not from the second before.
    begun = []
    restore = film.run.restore
    film.run.restore = lambda kept: begun.append(kept.frame) or restore(kept)
    film.seek(170)
    film.seek(168)
    assert begun == [168, 168]
    del film.run.restore
    np.testing.assert_array_equal(pixels(film), fresh(film))


def test_what_is_kept_stays_within_the_budget(monkeypatch):
    one = played(1)
    size = one.keeper.keyframes[0].bytes
    for room in (4, 12):
        monkeypatch.setattr(keeper, "memory_budget", lambda room=room: room * size)
        film = played(1000)
        assert sum(kept.bytes for kept in film.keeper.keyframes) == room * 3 // 4 * size
        film.seek(955)
        assert sum(kept.bytes for kept in film.keeper.near) <= max(2, room // 4) * size
        np.testing.assert_array_equal(pixels(film), fresh(film))


def test_a_change_lets_go_of_the_states_that_it_makes_void_and_of_no_other():
    film = played(250)
    film.seek(100)
    assert frames_of(film.keeper.keyframes) == [0, 60, 120, 180, 240]
    film.run.apply("push", (1, 0.3, 0.8))
    film.advance()
    assert frames_of(film.keeper.keyframes) == [60]
    assert frames_of(film.keeper.near) == [64, 72, 80, 88, 96]
    film.forget()
    assert not film.keeper.keyframes and not film.keeper.near
    film.seek(90)
    np.testing.assert_array_equal(pixels(film), fresh(film))


def test_a_state_without_ink_is_kept_again_with_it():
    film = played(10)
    film.resize((40, 24))  # from now on the paper is out of date
    for _ in range(60):
        film.advance()
    assert [kept.ink is None for kept in film.keeper.keyframes] == [False, True]
    pixels(film)
    film.seek(65)
    assert [(kept.ink is None, kept.canvas_key == film.canvas_key) for kept in film.keeper.keyframes] == [
        (False, True)
    ] * 2
    np.testing.assert_array_equal(pixels(film), fresh(film))


@pytest.mark.parametrize(("frame", "kept"), [(130, [0, 120]), (250, [0, 240]), (1000, [0, 720, 960])])
def test_the_longer_the_way_of_a_few_the_fewer_states_are_kept_on_it(frame, kept):
    film = Film(Run(SCENE), SIZE)
    film.seek(frame)
    assert frames_of(film.keeper.keyframes) == kept


def test_on_a_long_way_the_states_stay_within_three_quarters_of_the_budget():
    def far(film):
        for frame in (1000, 2000, 3000):
            film.seek(frame)
        return film.keeper.keyframes

    kept = far(Film(Run(SCENE), SIZE))
    assert len(kept) > 5
    film = Film(Run(SCENE), SIZE)
    film.keeper.budget = 4 * (kept[0].bytes + 1)
    assert len(far(film)) == 3


def crowded(count):
    rng = np.random.default_rng(1)
    return replace(SCENE, dust=Dust(rng.uniform(-1, 1, (count, 2)), np.zeros((count, 2))))


def test_on_the_way_of_many_particles_states_are_kept_no_farther_apart_than_is_soon_played_again():
    film = Film(Run(crowded(1000)), SIZE)
    film.seek(500)
    assert frames_of(film.keeper.keyframes) == [0, 120, 240, 360, 420, 480]


def test_what_drawing_a_crowd_takes_is_left_free_by_the_states():
    few, many = Film(Run(crowded(1000)), SIZE), Film(Run(crowded(MANY_PARTICLES)), SIZE)
    assert few._keyframe_room() == few.keeper.budget
    assert many._keyframe_room() == many.keeper.budget - BYTES_PER_PARTICLE * (MANY_PARTICLES + 3)
    many.run.apply("symmetry", (4, 0.0, 0.0, 0.0))
    assert many._keyframe_room() == many.keeper.budget - BYTES_PER_PARTICLE * 4 * (MANY_PARTICLES + 3)


def test_states_have_what_the_strokes_of_a_turn_leave_and_at_least_a_quarter(monkeypatch):
    def amid_a_turn():
        film = played(420, script=((400, "watch", (1, 0)),))
        film.seek(415), film.seek(405), pixels(film)
        assert len(film.keeper.keyframes) == len(film.keeper.near) == 6 and film._stroke_history is not None
        return film, film.keeper.keyframes[0].bytes, film._stroke_history.nbytes

    # Three quarters are for states that are far apart, a quarter for those nearby; the last of these has no ink.
    film, size, taken = amid_a_turn()
    film.keeper.budget = taken + 12 * (size + 100)
    film.redraw()
    assert (len(film.keeper.keyframes), len(film.keeper.near)) == (6, 4)
    film.keeper.budget = taken + 4 * (size + 300)
    film.redraw()
    assert (len(film.keeper.keyframes), len(film.keeper.near)) == (3, 2)
    film, size, _ = amid_a_turn()
    monkeypatch.setattr(StrokeHistory, "nbytes", property(lambda self: 10**12))
    film.keeper.budget = 4 * 4 * (size + 300)
    film.redraw()
    assert (len(film.keeper.keyframes), len(film.keeper.near)) == (3, 2)


def test_a_state_with_the_ink_of_another_size_is_not_replaced_by_one_without_ink():
    film = played(70)
    film.seek(30)
    film.resize((40, 24))
    pixels(film)  # up to here the states are kept again as they look now
    film.resize((30, 40))
    for _ in range(35):
        film.advance()
    assert frames_of(film.keeper.keyframes) == [0, 60] and film.stale()
    assert [(kept.ink is None, kept.canvas_key[0]) for kept in film.keeper.keyframes] == [
        (False, (40, 24)),
        (False, SIZE),
    ]
    np.testing.assert_array_equal(pixels(film), fresh(film))


# -- going -----------------------------------------------------------------------------------------------------------

SCRIPT = ((0, "push", (1, 0.1, 0.2)), (90, "push", (1, 0.3, 0.8)), (200, "push", (2, 0.3, -0.8)))


@pytest.mark.parametrize("script", [(), SCRIPT])
def test_any_way_to_a_frame_gives_its_picture(script):
    film = played(250, script=script)
    for frame in (249, 60, 61, 59, 0, 200, 199, 1, 250, 130, 128, 400, 90, 89, -7):
        film.seek(frame)
        assert film.run.frame == max(0, frame)
        np.testing.assert_array_equal(pixels(film), fresh(film))


def test_a_kept_state_that_is_gone_back_to_shows_the_marks_of_its_frame():
    film = Film(Run(replace(SCENE, look=Look(exposure=1.0, mark=3.0))), SIZE)
    film.seek(250)
    assert frames_of(film.keeper.keyframes) == [0, 240]
    film.seek(240)
    marked = pixels(film)
    np.testing.assert_array_equal(marked, fresh(film))
    assert not np.array_equal(marked, pixels(played(240)))


def test_who_gives_up_stops_where_he_is():
    film = played(5)
    film.seek(300, lambda: film.run.frame >= 100)
    assert 100 <= film.run.frame < 300
    film.seek(20, lambda: True)
    assert film.run.frame <= 20
    np.testing.assert_array_equal(pixels(film), fresh(film))


def begun(film):
    """The frames of the states that it goes to from now on."""
    out, restore = [], film.run.restore
    film.run.restore = lambda kept: out.append(kept.frame) or restore(kept)
    return out


def test_far_ahead_one_begins_at_the_last_kept_state_and_never_at_one_that_lies_behind():
    film = played(250)
    film.seek(0)
    states = begun(film)
    film.seek(60)  # near by, each frame is played
    assert states == []
    film.seek(121)
    assert states == [120]
    film.seek(250)
    assert states == [120, 240]
    film = played(10)
    states = begun(film)
    film.seek(200)
    assert states == []
    assert film.run.frame == 200


class Later:
    """Work that is done when somebody waits for it, and not before."""

    def __init__(self, work):
        self.work, self.waited = work, 0

    def result(self):
        self.waited += 1
        self.work()


@pytest.mark.parametrize("ask", [lambda film: film.canvas, lambda film: film.transform, Film.release, Film.advance])
def test_the_paper_and_what_watches_it_wait_for_ink_that_is_on_its_way(ask, monkeypatch):
    monkeypatch.setattr(film_of.threads, "count", lambda: 2)
    monkeypatch.setattr(film_of.threads, "run_in_background", Later)
    film = Film(Run(SCENE), SIZE)
    film.advance_towards(50)
    laying = film._drawing
    assert film.run.frame == 49 and laying.waited == 0
    ask(film)
    assert laying.waited == 1 and film._drawing is None
    film.seek(50)
    np.testing.assert_array_equal(pixels(film), fresh(film))


def test_one_frame_and_one_processor_need_no_other_thread(monkeypatch):
    monkeypatch.setattr(film_of.threads, "run_in_background", lambda work: pytest.fail("it was begun beside"))
    monkeypatch.setattr(film_of.threads, "count", lambda: 2)
    film = played(3)
    monkeypatch.setattr(film_of.threads, "count", lambda: 1)
    film.seek(50)
    np.testing.assert_array_equal(pixels(film), fresh(film))


def test_a_film_of_its_own_stands_at_the_last_kept_state_and_leaves_the_first_as_it_is():
    film = played(130, script=SCRIPT)
    film.preview = StrokePreview()
    other = film.separate_copy()
    assert other.run is not film.run and other.run.frame == 120 and other.preview is None
    np.testing.assert_array_equal(pixels(other), fresh(other))
    other.seek(190), other.seek(175), other.forget()
    assert film.run.frame == 130 and frames_of(film.keeper.keyframes) == [60, 120] and film.keeper.near == []
    np.testing.assert_array_equal(pixels(film), fresh(film))
    film.seek(70)
    other = film.separate_copy()
    assert other.run.frame == 64
    np.testing.assert_array_equal(pixels(other), fresh(other))
    film.seek(60)
    assert film.separate_copy().run.frame == 60
    film.forget()
    assert film.separate_copy() is None


def test_how_far_it_ever_came_is_known():
    film = played(130)
    film.seek(20)
    assert film.last_frame == 130
    film.seek(131)
    assert film.last_frame == 131
    assert Film(film.run.again(), SIZE).last_frame == 0
    run = film.run.again()
    run.lasted = 500
    assert Film(run, SIZE).last_frame == 500


def test_another_film_goes_on_from_a_bookmark():
    film = played(100, script=SCRIPT)
    mark = film.bookmark()
    other = Film(film.run.again(), SIZE)
    other.open_at(mark)
    assert other.run.frame == 100 and not other.stale()
    np.testing.assert_array_equal(pixels(other), pixels(film))
    for _ in range(9):
        other.advance(), film.advance()
    np.testing.assert_array_equal(pixels(other), pixels(film))
    smaller = Film(film.run.again(), (24, 16))
    smaller.open_at(mark)
    assert smaller.stale()
    np.testing.assert_array_equal(pixels(smaller), fresh(smaller))


# -- looking in another way ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [("view", (0.2, 0.1, 1.0)), ("palette", "ice"), ("style", "paper"), ("glow", 0.0)],
)
def test_another_look_draws_all_of_it_anew(change):
    film = played(100)
    before = pixels(film)
    assert not film.stale()
    film.run.apply(*change)
    assert film.stale() and film.current_picture() is None
    after = pixels(film)
    assert not film.stale() and not np.array_equal(before, after)
    np.testing.assert_array_equal(after, fresh(film))


def test_the_exposure_is_no_reason_to_draw_anything_anew():
    film = played(100)
    before = pixels(film)
    film.run.apply("exposure", 4.0)
    assert not film.stale() and not np.array_equal(before, pixels(film))
    np.testing.assert_array_equal(film.current_picture().pixels, pixels(film))


def test_a_little_less_glow_needs_no_other_paper():
    film = played(100)
    before = pixels(film)
    assert film.run.values["glow"] > 0.3
    film.run.apply("glow", 0.2)
    assert not film.stale() and not np.array_equal(before, pixels(film))
    np.testing.assert_array_equal(pixels(film), fresh(film))


def test_states_that_were_kept_in_another_look_are_gone_back_to():
    film = played(190)
    film.run.apply("view", (0.2, 0.1, 1.0))
    film.picture()  # some of the states are kept anew, as they look now
    film.run.history.undo()
    film.run.restore(film.run.snapshot())
    for frame in (185, 130, 65, 150):
        film.seek(frame)
        np.testing.assert_array_equal(pixels(film), fresh(film))


def test_at_another_size_it_is_the_same_drawing():
    film = played(100)
    film.resize((30, 40))
    assert film.stale() and film.current_picture() is None
    np.testing.assert_array_equal(pixels(film), fresh(film, (30, 40)))
    film.advance()
    np.testing.assert_array_equal(pixels(film), fresh(film, (30, 40)))


def test_a_folded_film_holds_nothing_and_comes_back():
    film = played(190)
    before = pixels(film)
    film.release()
    assert not film.keeper.keyframes and not film.keeper.near and film.size == (1, 1) and film.canvas.counts.size <= 8
    assert film.preview is None and film.run.frame == 190 and film.stale()
    film.resize(SIZE)
    np.testing.assert_array_equal(pixels(film), before)


def test_who_draws_again_is_told_how_far_he_is_and_may_give_up():
    film = played(190)
    film.forget()
    film.resize((30, 40))
    told = []
    film.redraw(lambda part: told.append(part))
    assert told == sorted(told) and told[0] == 0 and 0 < told[-1] < 1
    film.resize((31, 40))
    film.redraw(lambda part: True)
    assert film.stale() and film.current_picture() is None
    np.testing.assert_array_equal(pixels(film), fresh(film))


@pytest.mark.parametrize("frame", [41, 60, 130])
def test_amid_a_turn_and_after_it_all_is_drawn_as_it_is_watched_then(frame):
    """From frame 40 on the picture turns to another body; what lies before is drawn again in each frame of the turn."""
    film = played(frame, script=((40, "watch", (1, 0)),))
    before = pixels(film)
    film.forget()
    for give_up in (0.0, 0.1, 0.5, 0.9):
        film.resize((30, 40))
        told = []
        film.redraw(lambda part, told=told, most=give_up: told.append(part) or part >= most)
        assert told == sorted(told) and told[0] >= 0 and told[-1] <= 1
        if told[-1] >= give_up:
            assert film.stale() and film.current_picture() is None
        film.resize(SIZE)
        np.testing.assert_array_equal(pixels(film), before)
    told = []
    film.resize((30, 40))
    film.redraw(told.append)
    assert told[0] < 0.2 and not film.stale()
    other = Film(film.run.again(), (30, 40))
    other.seek(frame)
    np.testing.assert_array_equal(pixels(film), pixels(other))


def test_amid_a_turn_one_goes_to_and_fro():
    film = played(60, script=((40, "watch", (1, 0)),))
    pixels(film)
    for frame in (57, 56, 48, 57):  # 48 and 56 are kept on the way back, and gone to without a step
        film.seek(frame)
        np.testing.assert_array_equal(pixels(film), fresh(film))
    for frame in (55, 45, 58):
        film.seek(frame)
        np.testing.assert_array_equal(pixels(film), fresh(film))
        film.run.apply("push", (1, 0.01, 0.02))
        film.advance()
        np.testing.assert_array_equal(pixels(film), fresh(film))


def test_a_turn_that_lies_ahead_takes_nobody_beyond_where_he_goes():
    film = played(100, script=((60, "watch", (1, 0)),))
    film.forget()
    for frame in (0, 30, 59, 2):
        film.seek(frame)
        assert film.run.frame == frame
        np.testing.assert_array_equal(pixels(film), fresh(film))


def test_between_two_ways_of_watching_it_goes_from_the_one_to_the_other():
    film = played(60)
    before, shown = film.frame_blend(), pixels(film)
    film.run.apply("watch", (1, 0))
    for _ in range(60):
        film.advance()
    now = film.frame_blend()
    assert now.pure is not None and film.transition_picture(before, 0.5, cancelled=lambda: True) is None
    pictures = [film.transition_picture(before, share).pixels.copy() for share in (0.0, 0.5, 1.0)]
    assert all(one.shape == shown.shape for one in pictures)
    assert not np.array_equal(pictures[0], pictures[1]) and not np.array_equal(pictures[1], pictures[2])
    np.testing.assert_array_equal(pixels(film), fresh(film))


def test_who_does_not_look_on_has_no_glimpse():
    film = played(20)
    assert film.recent_strokes(film.frame_blend()) is None


def test_amid_a_turn_whose_strokes_are_all_at_hand_nothing_is_glimpsed(monkeypatch):
    monkeypatch.setattr("orbitdraw.film.stroke_preview.QUICK_REPLAY", 0)
    film = Film(Run(SCENE), SIZE)
    film.preview = StrokePreview()
    film.seek(60)
    film.run.apply("watch", (1, 0))
    film.advance()
    assert film.recent_strokes(film.frame_blend()) is not None
    pixels(film)
    assert film.recent_strokes(film.frame_blend()) is None
    film.seek(60)  # without a step, so that the strokes up to frame 61 are still there
    assert film._stroke_history.frames == 61 and film.recent_strokes(film.frame_blend()) is not None


@pytest.mark.parametrize("leave", [Film.forget, lambda film: film.seek(45), lambda film: film.seek(400)])
def test_strokes_of_a_turn_are_let_go_of_where_they_lead_nowhere(leave):
    film = played(60, script=((40, "watch", (1, 0)),))
    pixels(film)
    assert film._stroke_history is not None
    leave(film)
    assert film._stroke_history is None
    np.testing.assert_array_equal(pixels(film), fresh(film))


def test_a_turn_that_is_watched_gathers_its_strokes_once_and_is_drawn_whole_at_its_end(monkeypatch):
    gathered, gather = [], film_of.collect
    monkeypatch.setattr(film_of, "collect", lambda *args: gathered.append(args[2]) or gather(*args))
    film = played(40)
    film.run.apply("watch", (1, 0))
    for frame in range(41, 40 + TRANSITION_FRAMES + 2):
        if frame == 60:
            film.run.apply("push", (1, 0.01, 0.02))  # what was drawn up to here stays
        film.advance()
        turning = film.frame_blend().pure is None
        assert turning == (frame < 40 + TRANSITION_FRAMES)
        # Amid the turn nothing is drawn until somebody looks.
        assert film.stale() == turning
        film.picture()
        assert (film._stroke_history is not None) == turning
    assert gathered == [41]
    np.testing.assert_array_equal(pixels(film), fresh(film))


def test_who_watches_from_another_body_sees_another_picture():
    film = played(130, script=((0, "watch", (1, 1)),))
    shown = pixels(film)
    assert not np.array_equal(shown, pixels(played(130)))
    np.testing.assert_array_equal(shown, fresh(film))


# -- undo ------------------------------------------------------------------------------------------------------------


def gestured():
    """Three pushes of two movements of a hand, and where it has come to."""
    film = Film(Run(SCENE), SIZE)
    for at, number in ((10, 1), (20, 2), (25, 2)):
        film.seek(at)
        film.run.apply("push", (1, 0.0, at / 50))
        film.gestures.mark(film.run, number)
    film.seek(80)
    return film


def test_one_movement_of_a_hand_is_taken_back_and_done_again_as_one():
    film = gestured()
    states = [pixels(film)]
    for left in ([10], []):
        assert film.undo().name == "push" and film.run.frame == 80
        assert [event.frame for event in film.run.history.events] == left
        states.append(pixels(film))
        np.testing.assert_array_equal(states[-1], fresh(film))
    assert film.undo() is None
    for left in ([10], [10, 20, 25]):
        assert film.redo().name == "push" and film.run.frame == 80
        assert [event.frame for event in film.run.history.events] == left
        states.append(pixels(film))
    assert film.redo() is None and not film.branch()
    for before, after in zip(states, reversed(states), strict=True):
        np.testing.assert_array_equal(before, after)


def test_redoing_what_lies_ahead_goes_there():
    film = gestured()
    film.undo(), film.seek(5)
    assert film.redo().frame == 20
    assert film.run.frame == 25
    np.testing.assert_array_equal(pixels(film), fresh(film))


# -- exposure --------------------------------------------------------------------------------------------------------


def test_an_exposure_that_was_measured_is_a_start_value_that_nobody_can_undo():
    film = Film(Run(LOOSE), SIZE)
    assert film.run.start_values["exposure"] == film.run.values["exposure"] > 0
    assert film.run.history.events == [] and film.undo() is None
    film.seek(70), film.seek(3)
    assert film.run.values["exposure"] == film.run.start_values["exposure"]


def test_an_exposure_is_measured_to_its_end_unless_a_picture_is_wanted_at_once(monkeypatch):
    given, play = [], ExposureMeter.play
    monkeypatch.setattr(ExposureMeter, "play", lambda self, seconds: given.append(seconds) or play(self, seconds))
    Film(Run(LOOSE), SIZE), Film(Run(LOOSE), SIZE, at_once=True), Film(Run(SCENE), SIZE, at_once=True)
    assert given == [math.inf, film_of.EXPOSURE_WAIT]


def test_what_was_done_before_leaves_the_exposure_to_be_measured():
    run = Run(LOOSE)
    run.apply("push", (1, 0.3, 0.8))
    Film(run, SIZE)
    assert run.values["exposure"] == run.start_values["exposure"] > 0


def test_an_exposure_that_somebody_chose_stays():
    run = Run(LOOSE)
    run.apply("exposure", 3.0)
    assert Film(run, SIZE).run.values["exposure"] == 3.0
    assert Film(Run(SCENE), SIZE).run.values["exposure"] == 1.0


def test_a_run_that_goes_on_is_not_measured_again():
    run = Run(LOOSE)
    run.advance()
    film = Film(run, SIZE)
    assert film.run.values["exposure"] is None and film.stale()
    plain = pixels(film)
    run.apply("exposure", 1.0)
    np.testing.assert_array_equal(plain, pixels(film))


def test_what_is_far_is_farther_than_any_frame():
    assert FAR > 10**9 * 60
