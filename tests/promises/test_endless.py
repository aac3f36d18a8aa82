"""Scenes whose methods do not come back: said with their line, left with a key, mended by saving, and heard no more."""

from __future__ import annotations

import sys
import threading

import pygame
import pytest
import waiting
from driving import drive, run_of, settle, wait

from orbitdraw import Dust, Look, Run, Scene
from orbitdraw.app.kit import text as lettering
from orbitdraw.app.session import reload, watchdog
from orbitdraw.app.window import Window
from orbitdraw.errors import SceneError
from orbitdraw.library.loading import create_run
from orbitdraw.runtime import cancellation

pytestmark = pytest.mark.slow

SCENE = """
import ctypes
import threading

import numpy as np
from numba import njit

from orbitdraw import Motion, Scene, Strokes

GATE, OPEN = np.zeros(1), threading.Event()
pause = getattr(ctypes.CDLL(None), "usleep", None)
if pause is not None:
    pause.argtypes = [ctypes.c_uint]


@njit
def compiled(gate):
    while gate[0] == 0.0:
        pause(1000)  # so that the gate is looked at again


def python(gate):
    while True:
        gate.sum()


def waits(gate):
    OPEN.wait()


class Held(Motion):
    edits = {"poke": "one number"}
    panels = True

    def start(self, values, seed):
        START
        return {"x": np.zeros(3)}

    def advance(self, state, values, frame):
        if frame > 70:
            ADVANCE
        state["x"] = state["x"] + 0.01
        here = np.stack([state["x"], np.arange(3.0)], axis=1)
        path = np.stack([here, here + 0.01])
        return Strokes(path, np.ones_like(path))

    def metrics(self, state, values, t):
        METRICS
        return {"one": 1.0}

    def draw(self, state, values, painter):
        DRAW

    def edit(self, state, values, name, numbers):
        if numbers[0] > 1.0:
            EDIT
        state["x"] = state["x"] + 1.0

    def stretch(self, state, values, frame, most):
        STRETCH

    def clock(self, state, frame):
        CLOCK
        return float(frame)


scene = Scene("held", motion=Held())
"""
METHODS = ("start", "advance", "metrics", "draw", "edit", "stretch", "clock")
KINDS = ("python", "compiled", "waits")


def text_of(method="", kind="python"):
    """The scene, one method of which has no end."""
    text = SCENE
    for one in METHODS:
        text = text.replace(one.upper() + "\n", (f"{kind}(GATE)" if one == method else "pass") + "\n")
    return text


def lines_of(method, kind):
    """The lines at which it is: in that method, or of what that calls."""
    rows = text_of(method, kind).splitlines()
    here = next(n for n, row in enumerate(rows, 1) if f" {kind}(GATE)" in row)
    loop = next(n for n, row in enumerate(rows, 1) if row.startswith(f"def {kind}"))
    return {here} if kind == "compiled" else {loop + 1, loop + 2, here}


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(watchdog, "BUSY_AFTER", 0.3)
    monkeypatch.setattr(reload, "SLOW_AFTER", 0.3)
    monkeypatch.setattr(reload, "ENDLESS_AFTER", float("inf"))


@pytest.fixture
def path(tmp_path):
    return tmp_path / "held.py"


@pytest.fixture
def window(tmp_path):
    made = Window((320, 180), ui_scale=1.0, folder=tmp_path)
    yield made
    open_gates()
    made.close()
    waiting.until(lambda: not cancelled() and not any(one.name == "orbitdraw reading" for one in threading.enumerate()))


def cancelled():
    return [one for one in threading.enumerate() if getattr(one, "cancelled", False)]


GATES: list = []


def open_gates():
    module = sys.modules.get("orbitdraw_scene_held")
    for one in {id(each): each for each in [*GATES, module] if each is not None and hasattr(each, "OPEN")}.values():
        one.GATE[0] = 1.0
        one.OPEN.set()


def play_to(window, method):
    """Have the method called."""
    page = window.page
    if method in ("edit", "stretch"):
        wait(window, lambda: page.shot is not None and page.shot.frame > 3)
        run = run_of(page)
        page.pause()
        page.session.submit(*((run.apply, "poke", [2.0]) if method == "edit" else (run.leap, 8)))


def held(window, path, method, kind):
    """Open the scene, and wait until it is said that it lasts."""
    if kind == "compiled" and not hasattr(__import__("ctypes").CDLL(None), "usleep"):
        pytest.skip("nothing to call from a compiled loop")
    path.write_text(text_of(method, kind))
    window.show_scene(path)
    play_to(window, method)
    wait(window, lambda: window.page._busy is not None and f"held.{method}" in window.page._busy.message)
    GATES.append(sys.modules["orbitdraw_scene_held"])
    return window.page


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("method", METHODS)
def test_what_does_not_come_back_is_said_left_and_heard_no_more(window, path, method, kind):
    stage = held(window, path, method, kind)
    assert stage.error_card.trouble == stage._busy and stage._busy.path == str(path)
    assert stage._busy.line in lines_of(method, kind)
    shot, film = stage.shot, stage.session.film
    done = film and len(film.run.history.events)
    drive(window, ["W"])
    assert window.page.name == "wall"
    window.show_scene("figure_eight")
    wait(window, lambda: window.page.shot is not None and window.page.shot.frame > 5)
    now = window.page
    if kind == "python":
        wait(window, lambda: not cancelled())
    open_gates()
    wait(window, lambda: not cancelled())
    settle(window)
    assert now.error_card.trouble is None and now.session.film.run.scene.name == "figure_eight"
    assert stage.shot is shot and not stage.session.broken
    assert stage.session.film is None and (film and len(film.run.history.events)) == done


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("method", ["start", "advance", "metrics", "draw"])
def test_saving_the_mended_file_lets_it_play(window, path, method, kind):
    stage = held(window, path, method, kind)
    path.write_text(text_of())
    wait(window, lambda: stage.shot is not None and stage.shot.frame > 75 and stage._busy is None)
    assert stage.error_card.trouble is None
    open_gates()
    wait(window, lambda: not cancelled())
    frame = stage.shot.frame
    wait(window, lambda: stage.shot.frame > frame)
    assert stage.error_card.trouble is None


@pytest.mark.parametrize("kind", KINDS)
def test_esc_stops_a_frame_and_the_drawing_goes_on_from_the_last_kept_state(window, path, kind):
    path.write_text(text_of("advance", kind))
    window.show_scene(path)
    stage = window.page
    wait(window, lambda: stage.shot is not None and stage.shot.frame > 3)
    stage.session.submit(run_of(stage).apply, "poke", [0.5])
    wait(window, lambda: stage._busy is not None)
    GATES.append(sys.modules["orbitdraw_scene_held"])
    film, journal = stage.session.film, stage.session.autosave.path
    assert journal is not None
    drive(window, ["Esc"])
    wait(window, lambda: stage.session.film is not film)
    wait(
        window,
        lambda: stage.error_card.trouble is not None and stage.error_card.trouble.title == watchdog.STOPPED_TITLE,
    )
    assert "held.advance at frame 71 did not end" in stage.error_card.trouble.message and stage.session.broken
    run = run_of(stage)
    assert run.frame == 60 and [event.name for event in run.history.events] == ["poke"] and run is not film.run
    state = {name: array.copy() for name, array in run.state.items()}
    open_gates()
    wait(window, lambda: not cancelled())
    drive(window, ["Shift+N"])
    settle(window)
    assert stage.shot.frame == run.frame == 59 and stage.error_card.trouble is None
    drive(window, ["N"])
    settle(window)
    assert all((run.state[name] == array).all() for name, array in state.items())
    assert stage.session.autosave.path == journal, "one drawing, one journal"


def test_r_reads_a_busy_scene_again(window, path):
    stage = held(window, path, "advance", "python")
    path.write_text(text_of())
    drive(window, ["R"])
    wait(window, lambda: stage.shot is not None and stage.shot.frame > 80)
    assert stage.error_card.trouble is None


def test_a_loop_that_hears_nothing_is_said_to_keep_a_processor(window, path, monkeypatch):
    monkeypatch.setattr(watchdog, "UNSTOPPABLE_AFTER", 0.2)
    held(window, path, "advance", "compiled")
    drive(window, ["W"])
    wait(window, lambda: "keeps a processor busy until you quit" in window.toast.sentence)
    assert "held.py, line" in window.toast.sentence


def test_steps_that_last_are_said_and_left(window, monkeypatch):
    from orbitdraw.dynamics import stepping

    gate = waiting.Gate()
    real = stepping.FrameIntegrator.integrate
    namespace = dict(real.__globals__)

    def play(self, *arguments, **options):
        gate()
        return real(self, *arguments, **options)

    monkeypatch.setattr(
        stepping.FrameIntegrator,
        "integrate",
        type(real)(play.__code__, namespace | {"gate": gate}, "integrate", None, play.__closure__),
    )
    window.show_scene("figure_eight")
    stage = window.page
    wait(window, lambda: stage.shot is not None and stage.shot.frame > 3)
    gate.close()
    wait(window, lambda: stage._busy is not None)
    assert "A frame has been running" in stage._busy.message
    drive(window, ["W"])
    wait(window, lambda: window.watchdog._abandoned)
    gate.open()
    wait(window, lambda: not cancelled())


def test_who_was_given_up_comes_no_further_than_the_authors_code():
    entered, done = threading.Event(), []

    def work():
        with cancellation.author_call("advance", "x.py"):
            entered.set()
            waiting.until(gate.is_set)
        done.append("went on")

    gate = threading.Event()
    thread = cancellation.CancellableThread(target=work, daemon=True)
    monkey, threading.excepthook = threading.excepthook, lambda what: None
    try:
        thread.start()
        entered.wait()
        thread.cancelled = True
        gate.set()
        thread.join()
    finally:
        threading.excepthook = monkey
    assert not done and thread.current_call() is None


def test_the_window_ends_while_a_scene_does_not(window, path):
    held(window, path, "advance", "compiled")
    window.worker.close()
    assert not window.worker._tasks


def test_metrics_in_a_compiled_function_let_go_of_the_interpreter(path):
    path.write_text(text_of())
    create_run(path)
    module = sys.modules["orbitdraw_scene_held"]
    assert module.compiled.targetoptions["nogil"]
    import numba

    assert numba.njit.__module__.startswith("numba") and pygame.get_init() is not None


HOARDS = {
    "arrays": ("np.ones(10**13)", "Unable to allocate"),
    "many small things": ("[bytearray(10**7) for _ in range(10**6)]", "there is not enough memory for this"),
    "a text": ("'x' * 10**13", "there is not enough memory for this"),
}

HOARDING = """
import sys
from orbitdraw.runtime import memory_limit; from orbitdraw.library import loading as library
from orbitdraw.errors import SceneError
library.create_run("figure_eight").advance()
memory_limit.FRACTION = 0.0
print(memory_limit.set_limit() == memory_limit.MIN_LIMIT)
run = library.create_run(sys.argv[1])
for _ in range(2):
    try:
        run.advance()
    except SceneError as error:
        print(error.line, error.message)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="memory has no bound there")
@pytest.mark.parametrize("what", HOARDS)
def test_a_scene_that_takes_all_memory_is_refused_at_its_line(path, what):
    taken, words = HOARDS[what]
    text = text_of().replace("if frame > 70:", f"if frame == 0: kept = {taken}\n        if frame > 70:")
    path.write_text(text)
    line = next(n for n, row in enumerate(text.splitlines(), 1) if taken in row)
    done = waiting.run([sys.executable, "-c", HOARDING, path])
    bounded, *said = done.stdout.splitlines()
    assert bounded == "True" and len(said) == 2, done.stderr
    assert all(one.startswith(f"{line} held.advance failed at frame 0: ") and words in one for one in said)
    assert "smaller arrays" in said[0]


def test_a_state_or_paths_without_bounds_are_refused(path, monkeypatch):
    monkeypatch.setattr("orbitdraw.simulation.checked_motion.MAX_BYTES", 1 << 20)
    for old, new in (
        ('{"x": np.zeros(3)}', '{"x": np.zeros(10**6)}'),
        ("np.stack([here, here + 0.01])", "np.zeros((2, 10**5, 2))"),
    ):
        path.write_text(text_of().replace(old, new))
        with pytest.raises(SceneError, match="1 MB"):
            create_run(path).advance()


@pytest.mark.parametrize(
    "numbers",
    [
        "{'a\\0': 1.0}",
        "{'\\ud800': 1.0}",
        "{'a' * 1000: 1.0}",
        "{str(n): 1.0 for n in range(101)}",
        "{'a': 10**400}",
        "{'a': 'x'}",
        "[1]",
        "7",
    ],
)
def test_numbers_that_cannot_be_shown_are_one_mistake_and_the_window_goes_on(window, path, numbers):
    path.write_text(text_of().replace('{"one": 1.0}', numbers))
    window.show_scene(path)
    wait(window, lambda: window.page.error_card.trouble is not None)
    trouble = window.page.error_card.trouble
    assert "Held.metrics must" in trouble.message and trouble.line
    drive(window, turns=5)
    assert window.page.error_card.trouble is trouble


def test_texts_that_no_font_can_draw_are_drawn_and_long_ones_are_cut():
    color = (255, 255, 255)
    assert lettering.text("a\0b\ud800", "regular", 14, color).get_width() > 0
    most = lettering.text("w" * lettering.MAX_LETTERS, "regular", 14, color).get_width()
    assert lettering.text("w" * 100_000, "regular", 14, color).get_width() <= most
    assert lettering.paragraph("word " * 20_000, "regular", 14, color, 400).get_height() < 1000
    cut = lettering.ellipsize("w" * 100_000, "regular", 14, 100)
    assert lettering.width(cut, "regular", 14) <= 100 < lettering.width(cut + "w", "regular", 14)


@pytest.mark.parametrize("over", ["export dialog", "panel"])
def test_a_window_a_few_pixels_wide_turns_on_with_all_that_lies_over_it(window, over):
    window.show_scene("figure_eight")
    wait(window, lambda: window.page.shot is not None)
    window.page.do(over)
    drive(window, turns=2)
    for width in (1, 2, 3, 8, 17, 30):
        pygame.display.set_mode((width, max(1, width // 2)), pygame.RESIZABLE)
        drive(window, turns=3)


def test_frames_of_many_steps_are_not_played_in_one_go():
    look = Look(exposure=1.0, half_life=None)
    few, many = (
        Run(Scene("drift", dust=Dust([[0, 0]], [[1, 0]]), dt=1e-3, steps=steps, look=look)) for steps in (10, 200_000)
    )
    assert few.leap(100).frames == 100
    played = many.leap(100)
    assert played is None or played.frames * 200_000 < 1_000_000
