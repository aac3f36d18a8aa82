"""The open scene's file, saved again while it plays: it is shown as it was saved, and a mistake is said."""

from __future__ import annotations

import hashlib
import math
import os
import sys
import threading

import numpy as np
import pygame
import pytest
import waiting
from driving import drive, run_of, settle, wait
from places import SUPPORT

from orbitdraw.app import open_window
from orbitdraw.app.session import reload
from orbitdraw.app.session.compiler import CompilerProcess
from orbitdraw.app.session.file_reader import FileReader
from orbitdraw.app.window import Window
from orbitdraw.film.film import Film
from orbitdraw.library.loading import load_file, read_drawing, replay

pytestmark = pytest.mark.slow

SIZE = (320, 180)
SCENE = '''"""Two springs."""

from orbitdraw import Dust, Look, Slider, scene


@scene(start=Dust([[1, 0.2], [0.3, 1]]), look=Look(exposure=1.0))
def springs(x, y, k=Slider({k}, 0.5, 4.0), m=Slider(1.0, 0.5, 4.0)):
    """{caption}"""
    return (m * x**2 + k * y**2) / 2
'''


def saved(path, k=1.5, caption="Lissajous."):
    """Save as most editors do: a new file beside the old one, moved into its place."""
    draft = path.with_suffix(".tmp")
    draft.write_text(SCENE.format(k=k, caption=caption))
    draft.replace(path)


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "springs.py"
    saved(path)
    return path


@pytest.fixture
def window(tmp_path):
    made = Window(SIZE, ui_scale=1.0, folder=tmp_path)
    yield made
    made.close()
    waiting.until(lambda: not any(thread.name == "orbitdraw watch" for thread in threading.enumerate()))


@pytest.fixture
def stage(window, path):
    window.show_scene(path)
    wait(window, lambda: window.page.shot is not None and window.page.shot.frame > 5)
    return window.page


def caption(stage):
    return stage.opened.caption if stage.opened is not None else ""


def pixels(stage):
    return pygame.surfarray.array2d(stage.picture.surface).T.astype(np.uint32)


def test_what_is_saved_takes_the_place_of_what_is_shown(window, stage, path):
    old = run_of(stage)
    saved(path, k=2.5, caption="Stiffer.")
    wait(window, lambda: caption(stage) == "Stiffer.")
    run = run_of(stage)
    assert run is not old and run.values["k"] == 2.5 and run.seed == old.seed
    wait(window, lambda: "springs.py was saved" in window.toast.sentence)
    wait(window, lambda: run.frame > 2)
    drive(window, ["Space"])
    settle(window, 1)
    film = Film(run.again(), SIZE)
    film.seek(run.frame)
    np.testing.assert_array_equal(film.picture().pixels, pixels(stage))


def test_what_derives_forces_is_there_before_the_first_save_and_not_in_this_process(window, path, monkeypatch):
    ordered, real = [], reload.COMPILER.request
    monkeypatch.setattr(
        reload.COMPILER, "request", lambda *wish, **more: (ordered.append(wish), real(*wish, **more))[1]
    )
    window.show_scene(path)
    wait(window, lambda: ordered)
    saved(path, k=2.25)
    wait(window, lambda: run_of(window.page).values["k"] == 2.25)
    assert ordered == 2 * [("file", str(path))]


def test_one_digit_changed_within_a_second_is_seen(window, stage, path):
    for k in (1.6, 1.7, 1.8):
        saved(path, k=k)
        wait(window, lambda k=k: run_of(stage).values["k"] == k)


def test_values_that_were_set_stay_and_the_others_follow_the_file(window, stage, path):
    stage.session.request_values({"m": 3.0, "style": "paper"})
    settle(window, 1)
    saved(path, k=2.0, caption="Other.")
    wait(window, lambda: caption(stage) == "Other.")
    values = run_of(stage).values
    assert (values["k"], values["m"], values["style"]) == (2.0, 3.0, "paper")
    assert run_of(stage).history.events == []
    wait(window, lambda: " with " in window.toast.sentence)


def test_a_value_that_the_new_file_cannot_have_is_let_go(window, stage, path):
    stage.session.request_values({"m": 3.0})
    settle(window, 1)
    path.write_text(
        SCENE.format(k=1.0, caption="Narrow.").replace("m=Slider(1.0, 0.5, 4.0)", "m=Slider(1.0, 0.5, 2.0)")
    )
    wait(window, lambda: caption(stage) == "Narrow.")
    assert run_of(stage).values["m"] == 1.0


def test_the_law_that_was_chosen_stays(window, stage, path):
    drive(window, ["L"])
    settle(window, 1)
    saved(path, caption="Rolling.")
    wait(window, lambda: caption(stage) == "Rolling.")
    assert run_of(stage).scene.law.name == "heavy ball" and stage.session.base_scene.law.name == "newton"


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("def springs(x, y:\n    return x\n", 1, "was never closed"),
        (SCENE.format(k=1.0, caption="").replace("(m * x", "(mm * x"), 9, "mm"),
        ("import nothing_of_that_name\n", 1, "nothing_of_that_name"),
        ("raise SystemExit\n", None, ""),
        ("x = 1\n", None, "holds no Scene"),
        ("", None, "holds no Scene"),
    ],
)
def test_a_mistake_is_shown_over_the_last_picture_and_goes_when_it_is_mended(window, stage, path, text, line, words):
    old = run_of(stage)
    path.write_text(text)
    wait(window, lambda: stage.error_card.trouble is not None)
    settle(window, 1)
    trouble = stage.error_card.trouble
    assert words in trouble.message and trouble.path == str(path)
    if line is not None:
        assert trouble.line == line
    assert run_of(stage) is old
    np.testing.assert_array_equal(stage.session.film.picture().pixels, pixels(stage))
    drive(window, turns=30)
    assert stage.error_card.trouble is not None, "it stays until the file is mended"
    saved(path, caption="Mended.")
    wait(window, lambda: caption(stage) == "Mended." and stage.error_card.trouble is None)
    wait(window, lambda: stage.shot.frame > 2)


def test_a_mistake_that_is_taken_back_lets_the_old_picture_go_on(window, stage, path):
    text, old = path.read_text(), run_of(stage)
    path.write_text(text + "\nthis is no Python\n")
    wait(window, lambda: stage.error_card.trouble is not None)
    frame = stage.shot.frame
    path.write_text(text)
    wait(window, lambda: stage.error_card.trouble is None)
    wait(window, lambda: stage.shot.frame > frame + 2)
    assert run_of(stage) is old


def test_a_file_that_is_written_in_pieces_is_read_when_it_is_whole(window, stage, path):
    new = SCENE.format(k=3.0, caption="Slowly written.")
    troubles = []
    show, stage.error_card.show = stage.error_card.show, lambda trouble: (troubles.append(trouble), show(trouble))
    with path.open("w") as file:
        for start in range(0, len(new), 80):
            file.write(new[start : start + 80])
            file.flush()
            drive(window, turns=25)
    wait(window, lambda: caption(stage) == "Slowly written.")
    assert not any(troubles)


@pytest.mark.skipif(os.name == "nt", reason="there are no such pipes")
def test_a_pipe_in_the_place_of_the_file_is_no_file_and_holds_nothing_up(window, stage, path):
    path.unlink()
    os.mkfifo(path)
    wait(window, lambda: "was deleted or moved" in window.toast.sentence)
    film = stage.session.film
    path.unlink()
    saved(path, k=3.0)
    wait(window, lambda: stage.session.film is not film)


def test_a_file_that_is_gone_is_said_and_followed_when_it_is_back(window, stage, path):
    text, film = path.read_text(), stage.session.film
    path.unlink()
    wait(window, lambda: "was deleted or moved" in window.toast.sentence)
    frame = stage.shot.frame
    wait(window, lambda: stage.shot.frame > frame + 5)
    assert stage.session.film is film and stage.error_card.trouble is None
    path.write_text(text + "\n# again\n")
    wait(window, lambda: stage.session.film is not film)


def test_a_file_that_is_long_in_reading_says_so_and_the_picture_goes_on(window, stage, path, monkeypatch):
    monkeypatch.setattr(reload, "ENDLESS_AFTER", float("inf"))
    text, film, done = path.read_text(), stage.session.film, path.with_name("done")
    path.write_text(f"import os, time\nwhile not os.path.exists({str(done)!r}): time.sleep(0.01)\n{text}")
    wait(window, lambda: "still being read, at line 2 (an endless loop?)" in window.toast.sentence)
    frame = stage.shot.frame
    wait(window, lambda: stage.shot.frame > frame + 5)
    assert stage.session.film is film
    done.touch()
    wait(window, lambda: stage.session.film is not film)


HELD = threading.Lock()
"""Nothing that Python could interrupt happens in a thread that waits for it."""

ENDLESS = {
    "at import": "while True:\n    pass\n",
    "in what it starts with": SCENE.format(k=1.0, caption="").replace(
        "Dust([[1, 0.2], [0.3, 1]])", "lambda v, rng: eternity()"
    )
    + "\n\ndef eternity():\n    while True:\n        pass\n",
    "that hears exceptions": "n = 0\nwhile n < 3:\n    try:\n        while True:\n            pass\n"
    "    except BaseException:\n        n += 1\n",
    "that waits": "import sys\nhere = sys.modules.get('test_reload')\n"
    "with here.HELD if here else open(__file__):\n    pass\n",
}


@pytest.mark.parametrize("text", ENDLESS.values(), ids=ENDLESS)
def test_an_endless_loop_is_left_when_the_mended_file_is_saved(window, stage, path, text, monkeypatch):
    monkeypatch.setattr(sys.modules[__name__], "HELD", threading.Lock())
    with HELD:
        path.write_text(text)
        wait(window, lambda: reading() and stage.session.file_watcher._reader is not None)
        drive(window, turns=30)
        saved(path, caption="Mended.")
        wait(window, lambda: caption(stage) == "Mended.")
        assert stage.error_card.trouble is None
        wait(window, lambda: stage.shot.frame > 2)
    wait(window, lambda: not reading())


def reading():
    return [thread for thread in threading.enumerate() if thread.name == "orbitdraw reading"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs a pipe with a name")
def test_what_is_given_up_leaves_no_file_open(tmp_path):
    pipe, looked = tmp_path / "pipe", threading.Event()
    os.mkfifo(pipe)
    one = FileReader(pipe, lambda: (pipe.read_bytes(), looked.wait()), lambda: None)
    waiting.until(lambda: any("pathlib" in str(frame) for frame in frames_of(one)))
    for _ in range(50):
        assert not one.cancel()
    pipe.write_bytes(b"read whole")
    waiting.until(lambda: not any("pathlib" in str(frame) for frame in frames_of(one)))
    assert one.is_alive(), "it was interrupted while a file was open"
    looked.set()
    waiting.until(lambda: not one.is_alive())
    assert one.error is None


def frames_of(thread):
    frame, found = sys._current_frames().get(thread.ident), []
    while frame is not None:
        found.append(frame)
        frame = frame.f_back
    return found


def looked(window, watch, times=20):
    """Let the watch look at the file so many times."""
    looks, real = [], watch._end_abandoned
    watch._end_abandoned = lambda: (looks.append(1), real())[1]
    wait(window, lambda: len(looks) > times)


def test_an_endless_loop_is_said_with_its_line_and_ended(window, stage, path, monkeypatch):
    monkeypatch.setattr(reload, "SLOW_AFTER", 0.2)
    monkeypatch.setattr(reload, "ENDLESS_AFTER", 0.6)
    text, old = path.read_text(), run_of(stage)
    path.write_text("x = 1\nwhile True:\n    x = -x\n")
    wait(window, lambda: "is still being read, at line" in window.toast.sentence)
    wait(window, lambda: stage.error_card.trouble is not None)
    trouble = stage.error_card.trouble
    assert trouble.line in (2, 3) and "endless loop" in trouble.message and run_of(stage) is old
    wait(window, lambda: not reading())
    path.write_text(text)
    wait(window, lambda: stage.error_card.trouble is None)
    assert run_of(stage) is old


def test_what_takes_long_but_is_not_the_files_own_is_waited_for(window, stage, path, monkeypatch):
    monkeypatch.setattr(reload, "SLOW_AFTER", 0.2)
    monkeypatch.setattr(reload, "ENDLESS_AFTER", 1.0)
    real, gate = reload.FileWatcher._load_drawing, waiting.Gate(closed=True)
    monkeypatch.setattr(reload.FileWatcher, "_load_drawing", lambda self: (gate(), real(self))[1])
    saved(path, caption="Compiled for long.")
    wait(window, lambda: "saved and is being read" in window.toast.sentence)
    looked(window, stage.session.file_watcher, times=math.ceil(2 * reload.ENDLESS_AFTER / reload.RETRY_INTERVAL))
    gate.open()
    wait(window, lambda: caption(stage) == "Compiled for long.")
    assert stage.error_card.trouble is None


CLOSED_WHILE_READING = """
import pathlib, sys, threading, time
sys.path.insert(0, sys.argv[2])
from driving import wait
from orbitdraw.app.window import Window
path = pathlib.Path(sys.argv[1])
window = Window((320, 180), ui_scale=1.0, folder=path.parent)
window.show_scene(path)
wait(window, lambda: window.page.shot is not None)
path.write_text("while True:\\n    pass\\n")
wait(window, lambda: window.page.session.file_watcher._reader is not None)
window.close()
print("closed")
"""


def test_the_window_ends_while_an_endless_loop_is_being_read(path):
    told = [sys.executable, "-c", CLOSED_WHILE_READING, str(path), str(SUPPORT)]
    done = waiting.run(told)
    assert done.stdout.strip() == "closed" and "Traceback" not in done.stderr


def test_saving_without_a_change_changes_nothing(window, stage, path):
    old = run_of(stage)
    os.utime(path)
    saved(path)
    path.unlink()
    looked(window, stage.session.file_watcher)
    assert run_of(stage) is old and stage.error_card.trouble is None
    saved(path, caption="Back again.")
    wait(window, lambda: caption(stage) == "Back again.")


def test_a_file_that_could_not_be_opened_plays_once_it_is_mended(window, path):
    path.write_text("nonsense(\n")
    window.show_scene(path, seed=5)
    stage = window.page
    wait(window, lambda: stage.error_card.trouble is not None)
    saved(path)
    wait(window, lambda: stage.shot is not None and stage.shot.frame > 2 and stage.error_card.trouble is None)
    assert run_of(stage).seed == 5


def test_a_scene_that_fails_in_its_first_frame_does_not_take_over(window, stage, path):
    old = run_of(stage)
    path.write_text(SCENE.format(k=1.0, caption="").replace("Dust([[1, 0.2], [0.3, 1]])", "lambda v, rng: 1 / 0"))
    wait(window, lambda: stage.error_card.trouble is not None)
    assert "division" in stage.error_card.trouble.message and run_of(stage) is old
    drive(window, ["Shift+N", "Space"])
    wait(window, lambda: stage.error_card.trouble is None)
    frame = stage.shot.frame
    wait(window, lambda: stage.shot.frame > frame + 2)


def test_undo_leads_back_to_the_drawing_before_the_file_was_saved(window, stage, path):
    stage.session.submit(stage.session.film.run.apply, "throw", (1.0, 0.2, 0.1, 0.0, 0.3))
    settle(window, 1)
    old = run_of(stage)
    saved(path, caption="New.")
    wait(window, lambda: caption(stage) == "New.")
    drive(window, ["Ctrl+Z"])
    wait(window, lambda: caption(stage) == "Lissajous.")
    assert run_of(stage) is old and [event.name for event in old.history.events] == ["throw"]


def test_a_drawing_names_the_text_that_was_played_not_the_one_saved_since(window, stage, path, tmp_path):
    text = path.read_bytes()
    path.write_text("broken(\n")
    wait(window, lambda: stage.error_card.trouble is not None)
    drive(window, ["S"])
    wait(window, lambda: "Saved" in window.toast.sentence)
    drawing = read_drawing(next(tmp_path.glob("*.orbit")))
    assert drawing.scene.kind == "file" and drawing.scene.sha256 == hashlib.sha256(text).hexdigest()


def test_while_a_formula_is_tried_the_file_waits(window, stage, path):
    drive(window, ["Ctrl+F"])
    wait(window, lambda: stage.formula._has_text)
    drive(window, ["Ctrl+A", *"x^2+y^4"])
    wait(window, lambda: stage.formula.running_text == "x^2+y^4")
    saved(path, caption="Saved meanwhile.")
    looked(window, stage.session.file_watcher)
    assert run_of(stage).scene.text == "x^2+y^4"
    drive(window, ["Esc"])
    wait(window, lambda: caption(stage) == "Saved meanwhile.")


def test_a_drawing_is_never_followed_to_a_file(window, path, tmp_path, monkeypatch):
    run = replay_of(path)
    drawing = run.drawing().save(tmp_path / "springs.orbit")
    monkeypatch.setattr(reload.FileWatcher, "_poll", lambda self: pytest.fail("a drawing's file is looked at"))
    for what in (run, load_file(path), "x^2 + y^2"):
        window.show_scene(what)
        wait(window, lambda: window.page.shot is not None)
        assert window.page.session.file_watcher is None
    window.show_scene(drawing)
    wait(window, lambda: window.page.error_card.trouble is not None)
    assert "--scene springs.py" in window.page.error_card.trouble.message and window.page.session.file_watcher is None


def replay_of(path):
    from orbitdraw.simulation.run import Run

    run = Run(load_file(path))
    run.advance()
    return replay(run.drawing(), scene=load_file(path))


def test_open_window_watches_the_file_it_is_given(path, monkeypatch):
    seen = []

    def run(window):
        wait(window, lambda: window.page.shot is not None)
        saved(path, caption="From outside.")
        wait(window, lambda: caption(window.page) == "From outside.")
        seen.append(caption(window.page))
        window.close()

    monkeypatch.setattr(Window, "run", run)
    open_window(str(path), size=SIZE, ui_scale=1.0)
    assert seen == ["From outside."]


def test_an_order_that_has_no_end_is_ended_and_the_next_is_carried_out(tmp_path):
    loop = tmp_path / "loop.py"
    loop.write_text("while True:\n    pass\n")
    foundry = CompilerProcess()
    try:
        assert foundry.request("file", str(loop), time_limit=0.5) == {}
        assert foundry._process is not None, "the next one is being made ready"
        assert foundry.request("compile", "x^2 + 3*y^2") == {} and not foundry._failed
    finally:
        foundry.close()


def test_a_file_that_never_ends_is_left_for_another_scene_and_opens_when_it_is_mended(window, path, monkeypatch):
    monkeypatch.setattr(reload, "SLOW_AFTER", 0.2)
    text = path.read_text()
    path.write_text("x = 1\nwhile True:\n    x = -x\n")
    window.show_scene(path)
    wait(window, lambda: "springs.py is still being read, at line" in window.toast.sentence)
    window.show_scene("figure_eight")
    wait(window, lambda: window.page.shot is not None and window.page.shot.frame > 2)
    wait(window, lambda: not reading())
    window.show_scene(path)
    wait(window, reading)
    path.write_text(text)
    wait(window, lambda: window.page.shot is not None and window.page.shot.frame > 2)
    wait(window, lambda: not reading())
    assert window.page.error_card.trouble is None


def test_a_file_that_never_ends_is_ended_at_its_opening_too(window, path, monkeypatch):
    monkeypatch.setattr(reload, "ENDLESS_AFTER", 0.6)
    path.write_text("x = 1\nwhile True:\n    x = -x\n")
    window.show_scene(path)
    wait(window, lambda: window.page.error_card.trouble is not None)
    assert window.page.error_card.trouble.line in (2, 3) and "endless loop" in window.page.error_card.trouble.message
    wait(window, lambda: not reading())
