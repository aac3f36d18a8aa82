"""A run: one door in, everything on record, replay to the bit."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from orbitdraw import Bodies, Drawing, Dust, InputError, Look, Motion, Newton, Potential, Run, Scene, Slider
from orbitdraw.film.film import Film
from orbitdraw.library.loading import replay

SIZE = (96, 54)


@pytest.fixture
def scene_k() -> Scene:
    return Scene(
        "spring",
        potential=Potential.parse("k*(x^2 + y^2)/2", k=Slider(1.0, 0.1, 4.0)),
        law=Newton(drag=Slider(0.0, 0.0, 1.0)),
        dust=Dust([[1, 0], [0.5, 0.2], [0, 1]], [[0, 0.5], [0.1, 0], [-0.4, 0]]),
        dt=0.02,
        steps=2,
        look=Look(exposure=1.0, half_life=0.5),
    )


def played(scene: Scene, frames: int) -> Run:
    run = Run(scene)
    for frame in range(frames):
        if frame == 7:
            run.apply("k", 2.5)
        if frame == 11:
            run.apply("drag", 0.3)
            run.apply("drag", 0.2)
        run.advance()
    return run


class TestApply:
    def test_unknown_name_is_refused_with_near_matches(self, scene_k: Scene) -> None:
        with pytest.raises(InputError, match=r"spring has no 'dragg'; did you mean drag\?"):
            Run(scene_k).apply("dragg", 1)

    def test_unlike_name_lists_what_there_is(self, scene_k: Scene) -> None:
        with pytest.raises(InputError, match="it has k, drag"):
            Run(scene_k).apply("zzzzzz", 1)

    @pytest.mark.parametrize("value", [float("nan"), float("inf"), "much", None, [1, 2]])
    def test_what_is_no_finite_number_is_refused(self, scene_k: Scene, value: object) -> None:
        with pytest.raises(InputError, match="k needs a"):
            Run(scene_k).apply("k", value)

    def test_out_of_range_names_the_range(self, scene_k: Scene) -> None:
        with pytest.raises(InputError, match=r"k = 9 is out of range; choose 0\.1 to 4"):
            Run(scene_k).apply("k", 9)

    def test_at_frame_0_the_scene_starts_with_it(self) -> None:
        size = Slider(1.0, 0.5, 2.0)
        run = Run(Scene("point", params={"size": size}, dust=lambda values, rng: Dust([[values.size, 0]])))
        run.apply("size", 2.0)
        assert run.pos.tolist() == [[2.0, 0.0]]
        assert replay(run.drawing(), scene=run.scene).pos.tolist() == [[2.0, 0.0]]

    def test_the_last_of_one_frame_counts(self, scene_k: Scene) -> None:
        run = played(scene_k, 20)
        assert [(e.frame, e.name, e.value) for e in run.drawing().events] == [(7, "k", 2.5), (11, "drag", 0.2)]

    def test_dt_is_fixed_once_begun(self, scene_k: Scene) -> None:
        run = played(scene_k, 1)
        with pytest.raises(InputError, match="dt is fixed"):
            run.apply("dt", 0.1)

    def test_a_refused_value_changes_nothing(self, scene_k: Scene) -> None:
        run, twin = played(scene_k, 20), played(scene_k, 20)
        with pytest.raises(InputError):
            run.apply("k", -1)
        assert run.values == twin.values
        assert run.history.events == twin.history.events


class TestReplay:
    def test_again_gives_the_same_bits(self, scene_k: Scene) -> None:
        run = played(scene_k, 30)
        twin = run.again()
        for _ in range(30):
            twin.advance()
        assert twin.hash() == run.hash()

    def test_a_saved_drawing_gives_the_same_bits(self, scene_k: Scene) -> None:
        run = played(scene_k, 30)
        drawing = Drawing.of_bytes(run.drawing().bytes())
        twin = replay(drawing, scene=scene_k)
        for _ in range(drawing.frames):
            twin.advance()
        assert twin.hash() == run.hash()
        assert twin.drawing() == run.drawing()

    def test_restore_goes_back_exactly(self, scene_k: Scene) -> None:
        run = played(scene_k, 9)
        snapshot, before = run.snapshot(), run.hash()
        for _ in range(25):
            run.advance()
        run.restore(snapshot)
        assert run.hash() == before
        assert run.values["k"] == 2.5

    def test_restore_before_an_event_lets_it_happen_again(self, scene_k: Scene) -> None:
        run = Run(scene_k)
        early = run.snapshot()
        for _ in range(5):
            run.advance()
        run.apply("k", 3.0)
        for _ in range(5):
            run.advance()
        after = run.hash()
        run.restore(early)
        assert run.values["k"] == 1.0
        for _ in range(10):
            run.advance()
        assert run.hash() == after

    def test_acting_in_the_past_lets_the_future_go(self, scene_k: Scene) -> None:
        run = Run(scene_k)
        early = run.snapshot()
        for _ in range(5):
            run.advance()
        run.apply("k", 3.0)
        run.restore(early)
        run.advance()
        run.apply("k", 0.5)
        for _ in range(9):
            run.advance()
        assert run.values["k"] == 0.5

    def test_looking_closer_at_a_replay_lets_nothing_go(self, scene_k: Scene) -> None:
        whole = played(scene_k, 30)
        run = whole.again()
        for _ in range(9):
            run.advance()
        run.apply("view", (0.0, 0.0, 0.5))
        for _ in range(21):
            run.advance()
        assert run.hash() == whole.hash()
        assert [event.name for event in run.history.events] == ["k", "view", "drag"]

    def test_a_wrong_check_is_shown(self, scene_k: Scene) -> None:
        run = Run(scene_k)
        run.expected = {600: "0" * 16}
        for _ in range(600):
            run.advance()
        assert run.metrics()["replay differs from frame"] == 600

    def test_a_right_check_is_not(self, scene_k: Scene) -> None:
        run = Run(scene_k)
        for _ in range(600):
            run.advance()
        twin = run.again()
        twin.expected = dict(run.checks)
        for _ in range(600):
            twin.advance()
        assert twin.mismatch is None
        assert len(twin.checks) == 1


class TestFilm:
    def test_seeking_in_any_order_gives_the_picture_of_playing(self, scene_k: Scene) -> None:
        run = played(scene_k, 150)
        straight = Film(run.again(), SIZE)
        pictures = {}
        for frame in range(151):
            if frame in (0, 40, 60, 61, 119, 120, 150):
                pictures[frame] = straight.picture().pixels.tobytes()
            if frame < 150:
                straight.advance()
        film = Film(run.again(), SIZE)
        for frame in (150, 61, 60, 120, 0, 119, 150, 40, 60):
            film.seek(frame)
            assert film.run.frame == frame
            assert film.picture().pixels.tobytes() == pictures[frame], frame

    def test_zooming_draws_what_the_saved_drawing_draws(self, scene_k: Scene) -> None:
        film = Film(Run(scene_k), SIZE)
        for frame in range(90):
            if frame == 30:
                film.run.apply("view", (0.2, 0.1, 1.1))
            if frame == 50:
                film.run.apply("palette", "ember")
                film.run.apply("style", "paper")
            film.advance()
            if frame % 25 == 0:
                film.picture()
        twin = Film(replay(film.run.drawing(), scene=scene_k), SIZE)
        twin.seek(90)
        assert twin.picture().pixels.tobytes() == film.picture().pixels.tobytes()

    def test_changing_the_past_forgets_what_was_kept_of_the_future(self, scene_k: Scene) -> None:
        film = Film(Run(scene_k), SIZE)
        film.seek(130)
        film.seek(70)
        film.run.apply("k", 3.0)
        film.seek(130)
        film.seek(125)
        twin = Film(film.run.again(), SIZE)
        twin.seek(125)
        assert twin.run.hash() == film.run.hash()
        assert twin.picture().pixels.tobytes() == film.picture().pixels.tobytes()

    def test_a_new_start_forgets_everything_kept(self, scene_k: Scene) -> None:
        film = Film(Run(scene_k), SIZE)
        film.seek(70)
        film.seek(0)
        film.run.apply("k", 3.0)
        film.seek(65)
        film.seek(61)
        twin = Film(Run(scene_k, k=3.0), SIZE)
        twin.seek(61)
        assert twin.picture().pixels.tobytes() == film.picture().pixels.tobytes()

    def test_resizing_draws_the_whole_again(self, scene_k: Scene) -> None:
        film = Film(Run(scene_k), (40, 40))
        film.seek(20)
        film.picture()
        film.resize(SIZE)
        twin = Film(Run(scene_k), SIZE)
        twin.seek(20)
        assert film.picture().pixels.tobytes() == twin.picture().pixels.tobytes()

    def test_kept_memory_is_bounded(self, scene_k: Scene) -> None:
        film = Film(Run(scene_k), SIZE)
        film.keeper.budget = 6 * film.canvas.nbytes
        film.seek(1500)
        assert sum(kept.bytes for kept in film.keeper.keyframes) <= film.keeper.budget
        pixels = film.picture().pixels.copy()
        film.seek(700)
        film.seek(1500)
        assert np.array_equal(film.picture().pixels, pixels)

    def test_automatic_exposure_is_on_record(self, scene_k: Scene) -> None:
        film = Film(Run(replace(scene_k, look=replace(scene_k.look, exposure=None))), SIZE)
        exposure = film.run.drawing().values["exposure"]
        assert isinstance(exposure, float)
        assert exposure > 0


def test_bodies_come_first_and_dust_has_no_mass() -> None:
    run = Run(Scene("pair", bodies=Bodies([1.0, 2.0], [[-1, 0], [1, 0]]), dust=Dust([[0, 2]])))
    assert run.mass.tolist() == [1.0, 2.0, 0.0]
    assert run.pos.shape == (3, 2)


def test_landmarks_may_be_an_array() -> None:
    marked = Scene("marked", landmarks=np.array([[0.0, 0.0], [1.0, 0.0]]), look=Look(exposure=1.0))
    plain = Film(Run(replace(marked, landmarks=None)), SIZE).picture().pixels
    assert np.count_nonzero(Film(Run(marked), SIZE).picture().pixels != plain) > 4


def test_a_motion_that_lacks_something_says_what() -> None:
    class Still(Motion):
        def start(self, values, seed):
            return {"ticks": np.zeros(1)}

    with pytest.raises(InputError, match=r"Motion needs a method start\(values, seed\)"):
        Scene("nothing", motion=Motion())
    with pytest.raises(InputError, match=r"Still needs a method advance\(state, values, frame\)"):
        Scene("still", motion=Still())


def test_a_drawing_saved_in_the_past_keeps_no_check_of_the_future_it_left(scene_k: Scene) -> None:
    film = Film(Run(scene_k), SIZE)
    film.seek(650)
    film.seek(300)
    film.run.apply("k", 3.0)
    twin = replay(film.run.drawing(), scene=scene_k)
    while twin.frame < 650:
        twin.advance()
    assert twin.mismatch is None


class TestDeclared:
    def test_a_scene_says_what_it_has_once_and_a_scene_made_of_it_anew(self, scene_k: Scene) -> None:
        assert scene_k.declared is scene_k.declared
        other = replace(scene_k, dt=0.5)
        assert (other.declared.defaults()["dt"], scene_k.declared.defaults()["dt"]) == (0.5, 0.02)

    def test_ends_that_follow_another_value_are_open_without_that(self) -> None:
        scene = Scene("two", params={"a": Slider(1.0, 0.5, 4.0), "b": Slider(0.5, 0.0, 2.0, per="a")})
        assert scene.declared.check("b", 3) == 3.0
        with pytest.raises(InputError, match=r"b = 3 is out of range; choose 0 to 1"):
            scene.declared.check("b", 3, {"a": 2.0})

    def test_a_step_is_set_before_the_first_frame(self, scene_k: Scene) -> None:
        assert scene_k.declared.check("dt", 0.1) == 0.1
        with pytest.raises(InputError, match="dt is fixed once a run has begun"):
            scene_k.declared.check("dt", 0.1, frame=1)
