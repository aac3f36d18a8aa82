"""Acting in the past loses nothing: the old future is a branch until the drawing is saved."""

from __future__ import annotations

import pytest
from driving import drive, wait

from orbitdraw import Bodies, Look, Run, Scene, View
from orbitdraw.app.window import Window
from orbitdraw.film.film import Film

SIZE = (96, 54)


def star() -> Scene:
    return Scene(
        "star",
        bodies=Bodies([1.0], [[0, 0]], softening=0.05),
        look=Look(exposure=1.0, half_life=1.0),
        view=View(radius=2.0),
    )


def two_futures() -> tuple[Film, str]:
    film = Film(Run(star()), SIZE)
    film.seek(20)
    film.run.apply("throw", (0.01, 1.0, 0.0, 0.0, 1.0))
    film.seek(80)
    film.run.apply("throw", (0.02, -1.4, 0.0, 0.0, -0.8))
    film.seek(150)
    old = film.run.hash()
    film.seek(50)
    film.run.apply("weigh", (1, 0.5))
    film.seek(150)
    return film, old


def test_the_old_future_comes_back_to_the_bit_and_so_does_the_new_one() -> None:
    film, old = two_futures()
    new, picture = film.run.hash(), film.picture().pixels.copy()
    assert new != old and len(film.run.mass) == 2
    assert film.branch() and film.run.frame == 150
    assert film.run.hash() == old and len(film.run.mass) == 3
    film.seek(30)
    film.seek(150)
    assert film.run.hash() == old
    assert film.branch()
    assert film.run.hash() == new and (film.picture().pixels == picture).all()


def undone() -> tuple[Film, str]:
    """A film at frame 30 whose throw in frame 10 was undone, and the hash that the run had with it."""
    film = Film(Run(star()), SIZE)
    film.seek(10)
    film.run.apply("throw", (0.01, 1.0, 0.0, 0.0, 1.0))
    film.seek(30)
    old = film.run.hash()
    film.undo()
    return film, old


def test_what_was_undone_is_a_branch_too() -> None:
    film, old = undone()
    film.run.apply("throw", (0.01, 0.0, 1.0, 1.0, 0.0))
    film.seek(30)
    assert film.redo() is None
    film.branch()
    assert film.run.hash() == old


def test_looking_closer_after_an_undo_leaves_redo_as_it_was() -> None:
    film, old = undone()
    film.run.apply("view", (0.5, 0.0, 1.0))
    assert film.redo() is not None and film.run.hash() == old
    assert film.run.view.radius == 1.0


def test_three_futures_go_round() -> None:
    film, _ = two_futures()
    film.seek(40)
    film.run.apply("weigh", (1, 0.7))
    film.seek(150)
    hashes = [film.run.hash()]
    for _ in range(2):
        film.branch()
        hashes.append(film.run.hash())
    film.branch()
    assert len(set(hashes)) == 3 and film.run.hash() == hashes[0]


def test_without_another_future_nothing_happens() -> None:
    film = Film(Run(star()), SIZE)
    film.seek(10)
    before = film.run.hash()
    assert not film.branch() and film.run.hash() == before


@pytest.fixture
def window(tmp_path):
    made = Window((320, 180), ui_scale=1.0, folder=tmp_path)
    made.show_scene(star())
    wait(made, lambda: made.page.shot is not None)
    yield made
    made.close()


def edit(window, name, numbers):
    from orbitdraw.app.session import edit_tasks

    session, edits = window.page.session, len(window.page.session.film.run.history.changes)
    session.submit(edit_tasks.do, session, (name, numbers))
    wait(window, lambda: len(session.film.run.history.changes) > edits)


def test_in_the_window_ctrl_b_changes_over_and_saving_confirms(window) -> None:
    session = window.page.session
    drive(window, ["Space"])
    edit(window, "throw", (0.01, 1.0, 0.0, 0.0, 1.0))
    drive(window, ["Ctrl+Z"])
    wait(window, lambda: len(session.film.run.mass) == 1)
    edit(window, "throw", (0.01, 0.0, 1.0, 1.0, 0.0))
    wait(window, lambda: window.toast.sentence.startswith("You changed the past"))
    drive(window, ["Ctrl+B"])
    wait(window, lambda: session.film.run.pos[-1, 0] == 1.0)
    drive(window, ["S"])
    wait(window, lambda: not session.film.run.history.branches)


def test_undo_comes_back_to_the_drawing_that_was_left_for_a_new_beginning(window) -> None:
    session = window.page.session
    edit(window, "throw", (0.01, 1.0, 0.0, 0.0, 1.0))
    drive(window, ["Space"])
    first = session.film.run
    drive(window, ["R"])
    wait(window, lambda: session.film.run is not first and len(session.film.run.mass) == 1)
    drive(window, ["Ctrl+Z"])
    wait(window, lambda: len(session.film.run.mass) == 2)


def test_t_turns_time_round(window) -> None:
    session = window.page.session
    wait(window, lambda: session.film.run.frame > 3)
    drive(window, ["T"])
    wait(window, lambda: session.film.run.state["clock"][1] == -1)
    before = session.film.run.t
    wait(window, lambda: session.film.run.t < before)
    drive(window, ["T"])
    wait(window, lambda: session.film.run.state["clock"][1] == 1)


def test_however_often_one_begins_again_no_future_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    film = Film(Run(star()), SIZE)
    for number in range(60):
        film.run.apply("throw", (0.01, 1.0, 0.0, 0.0, 1.0 + number))
        film.undo()
    film.run.apply("throw", (0.01, 1.0, 0.0, 0.0, 0.5))
    seen = set()
    for _ in range(61):
        seen.add(film.run.history.events[0].value[-1])  # type: ignore[index]
        assert film.branch()
    assert seen == {0.5, *(1.0 + number for number in range(60))}
    monkeypatch.setattr("orbitdraw.record.history.MAX_BRANCH_EVENTS", 10)  # said and bounded: the oldest goes first
    film.undo()
    film.run.apply("throw", (0.01, 1.0, 0.0, 0.0, 9.5))
    assert len(film.run.history.branches) == 10
