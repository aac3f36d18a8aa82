"""A long run in little memory: a drawing that plays for minutes needs no more than its budgets."""

from __future__ import annotations

import gc
import os
import sys
import weakref
from typing import Any

import numpy as np
import pytest
import waiting
from driving import drive, settle, star, wait
from kepler_films import DUST, kepler
from walkers import SPRING

from orbitdraw import Bodies, InputError, Run, load
from orbitdraw.app.window import Window
from orbitdraw.edits import symmetry
from orbitdraw.film import film, keeper
from orbitdraw.film.stroke_preview import StrokePreview, count_nodes

LONG = """
import numpy as np, sys
from orbitdraw import Bodies, Look, Newton, Run, Scene, View; from orbitdraw.film import film
frames = int(sys.argv[1])
angle = np.arange(19) * 2 * np.pi / 19
away = 1 + np.arange(19) / 12
ring = np.stack([away * np.cos(angle), away * np.sin(angle)], 1)
way = np.stack([-np.sin(angle), np.cos(angle)], 1) / np.sqrt(away)[:, None]
bodies = Bodies([1.0] + [1e-6] * 19, [[0, 0], *ring], [[0, 0], *way], softening=0.05)
run = Run(Scene("many", bodies=bodies, law=Newton(order=2), dt=0.01, look=Look(exposure=1.0), view=View(radius=3)))
one = film.Film(run, (320, 180))
sheet = np.empty((180, 320), np.uint32)

def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * 4096

early = 0
while run.frame < frames:
    one.advance()
    if run.frame % 10 == 0:
        one.picture(sheet)
    if run.frame == frames // 4:
        early = resident()
kept = sum(each.bytes for each in (*one.keeper.keyframes, *one.keeper.near))
print(kept, resident() - early)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads the resident memory from /proc")
def test_a_long_run_needs_its_budget_and_no_more() -> None:
    little = {**os.environ, "ORBITDRAW_MEMORY": "4"}
    command = [sys.executable, "-c", LONG, "12000"]
    made = waiting.run(command, env=little)
    assert made.returncode == 0, made.stderr
    kept, grown = map(int, made.stdout.split())
    assert 0 < kept <= 4 << 20
    # A quarter of the way the budget is full: what comes later takes the place of what goes. A frame that left 400
    # bytes behind would be seen.
    assert grown < 400 * 9000


def test_kept_states_count_all_their_ink() -> None:
    """Glow has a canvas of its own, which is kept too."""
    run = Run(load("galaxy_encounter"))
    assert run.values["glow"] > 0
    one = film.Film(run, (64, 36))
    one.advance()
    (kept,) = one.keeper.keyframes
    counts, _, _, halo = kept.ink[0]
    state = sum(array.nbytes for array in kept.run.state.values())
    assert kept.bytes == state + counts.nbytes + halo[0].nbytes


@pytest.mark.parametrize("asked", ["0", "-3", "much", "1.5", "9" * 30])
def test_a_budget_that_is_none_is_said(asked: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORBITDRAW_MEMORY", asked)
    with pytest.raises(InputError, match="ORBITDRAW_MEMORY needs a whole number of MiB"):
        film.Film(Run(load("figure_eight")), (64, 36))


POUR = ("scatter", (0, 500, 0.3, 0.1, 0.8, 0.1, 0.1, 0, 0.5, 0))


def test_a_frame_of_many_images_takes_the_place_of_kept_states(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeper, "KEYFRAME_EVERY", 1)
    monkeypatch.setattr(keeper, "BYTES_PER_PARTICLE", 1000)
    run = Run(load("figure_eight"))
    run.apply(*POUR)
    run.apply("symmetry", (6, 1, 0, 0))
    one = film.Film(run, (64, 36))
    one.keeper.budget, frame = 12_000_000, 1000 * 503 * 12
    for _ in range(40):
        one.advance()
    kept = sum(each.bytes for each in one.keeper.keyframes)
    assert 0 < kept <= (one.keeper.budget - frame) * 3 // 4


@pytest.mark.parametrize("second", [POUR, ("symmetry", (3, 0, 0, 0)), ("symmetry", (1, 1, 0, 0))])
def test_dust_with_all_its_images_has_a_bound(second: tuple[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(symmetry, "MAX_IMAGES", 999)
    run = Run(load("figure_eight"))
    run.apply(*POUR)
    before = run.hash()
    with pytest.raises(InputError, match=r"too many.*at most 999 are possible in all"):
        run.apply(*second)
    assert run.hash() == before and len(run.history.events) == 1
    monkeypatch.setattr(symmetry, "MAX_IMAGES", 1500)
    run.apply(*second)
    with pytest.raises(InputError, match="too many"):
        run.apply(*POUR)


def test_the_strokes_of_a_turn_take_the_place_of_kept_states() -> None:
    one = film.Film(Run(kepler(0.4, half_life=None)), (160, 90))
    for frame in range(430):
        if frame == 400:
            one.keeper.budget = sum(each.bytes for each in one.keeper.keyframes) * 4 // 3
            one.run.apply("watch", (1, 0))  # the turn begins
        one.advance()
    one.picture()
    assert one._stroke_history is not None and one._stroke_history.nbytes > 200_000
    kept = sum(each.bytes for each in one.keeper.keyframes)
    assert 0 < kept <= (one.keeper.budget - one._stroke_history.nbytes) * 3 // 4
    before = one.picture().pixels.copy()
    again = film.Film(one.run.again(), (160, 90))
    again.seek(430)
    np.testing.assert_array_equal(again.picture().pixels, before)
    one.forget()
    assert one._stroke_history is None and not one.keeper.keyframes


def test_strokes_count_what_they_take_side_by_side_too() -> None:
    one = film.Film(Run(kepler(0.4, half_life=None)), (160, 90))
    one.seek(60)
    one.run.apply("watch", (1, 0))
    one.seek(75)
    one.picture()
    past = one._stroke_history
    assert past is not None
    layers = [layer for block in (*past._blocks, past._block) for layer in block.layers]
    arrays = [array for layer in layers for each in layer.strokes for array in (each.path, each.velocity)]
    arrays += [array for layer in layers for array in layer.joined_arrays()[:2]]
    assert past.nbytes >= sum({id(array): array.nbytes for array in arrays}.values())


def test_what_a_turn_is_shown_with_at_once_is_bounded_by_its_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("orbitdraw.film.stroke_preview.MAX_STORED_NODES", 500)
    one = film.Film(Run(kepler(0.4, half_life=None, dust=DUST)), (64, 36))
    one.preview = glimpse = StrokePreview()
    for _ in range(200):
        one.advance()
    total = sum(count_nodes(strokes) for _, strokes in glimpse._stored)
    assert total == glimpse._nodes <= 500 and glimpse._stored[-1][0] == 200
    one.seek(190)
    one.advance()
    assert sum(count_nodes(strokes) for _, strokes in glimpse._stored) == glimpse._nodes


STAR = star(Bodies([1.0], [[0, 0]], softening=0.05))


def test_a_scene_that_is_left_keeps_no_drawing(window: Window) -> None:
    window.show_scene(STAR)
    wait(window, lambda: window.page.shot is not None)
    drive(window, ["L", "R"])
    settle(window)
    session = window.page.session
    one = weakref.ref(session.film)
    window.show_wall()
    wait(window, lambda: one() is None)
    assert session.undo_drawings == [] and session.film is None


def test_pages_that_were_left_do_not_wait_for_each_other(window: Window) -> None:
    """They refer to themselves, and Python would look for such only after some more of them."""
    left = []
    gc.disable()
    try:
        for _ in range(3):
            window.show_scene(STAR)
            wait(window, lambda: window.page.shot is not None)
            left.append(weakref.ref(window.page))
            window.show_wall()
        wait(window, lambda: sum(page() is not None for page in left) <= 1)  # the last one may still be in use
    finally:
        gc.enable()


def law_by_law(window: Window, laws: int) -> Any:
    """The show of a scene that was told again by as many laws; each time something had been set in it."""
    window.show_scene(SPRING, seed=3)
    wait(window, lambda: window.page.shot is not None)
    session = window.page.session
    for k in range(laws):
        before = session.film
        session.request_values({"width": 1.1 + 0.1 * k})
        settle(window, 1)
        drive(window, ["L"])
        wait(window, lambda before=before: session.film is not before and session.film.keeper.keyframes)
        settle(window, 1)
    return session


def test_drawings_that_undo_can_come_back_to_keep_nothing_along_their_way(window: Window) -> None:
    session = law_by_law(window, 2)
    films = [session.film, *(one.film for one in session.undo_drawings)]
    for _ in range(3):  # to the drawing before, before its last deed, and to the first
        drive(window, ["Ctrl+Z"])
        settle(window, 1)
    assert session.film is films[1]
    others = [one for one in films if one is not session.film]
    assert len(others) == 2 and not any(
        one.keeper.keyframes or one.keeper.near or one._stroke_history for one in others
    )


def test_large_paper_is_not_kept_for_many(window: Window, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("orbitdraw.app.session.history.MAX_CANVAS_BYTES", 1)
    session = law_by_law(window, 3)
    assert [one.film.size == (1, 1) for one in session.undo_drawings] == [True, True, False]
