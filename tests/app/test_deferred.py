"""What a hand plants before its force is compiled: the picture goes on, and nothing is compiled where it is shown."""

from __future__ import annotations

import os
import sys
import threading

import pytest
import waiting
from driving import assert_replays, button, drive, move, run_of, settle, wait
from star_window import show_star

from orbitdraw import Drawing
from orbitdraw.app.session import compiler as foundry
from orbitdraw.app.session import deferred_edits, edit_tasks
from orbitdraw.app.session.lifecycle import restart
from orbitdraw.edits import fields
from orbitdraw.ink.look import BRUSHES
from orbitdraw.potentials import field_kernels, kernel
from orbitdraw.runtime import warmup
from orbitdraw.runtime.lru import LRUCache

SIZE = (320, 180)
PLACE = (200, 60)

pytestmark = pytest.mark.skipif(os.environ.get("NUMBA_DISABLE_JIT") == "1", reason="nothing is compiled")


class Slow(foundry.CompilerProcess):
    """A compiler process that answers when it may."""

    def __init__(self):
        super().__init__()
        self.may, self.asked = threading.Event(), []

    def request(self, work, text="", params=foundry.NO_PARAMS, **more):
        self.asked.append((work, more))
        self.may.wait()
        return super().request(work, text, params, **more)


def idle():
    """Wait until nothing is worked at beside the frames."""
    done = threading.Event()
    deferred_edits._compile_executor.submit(done.set)
    waiting.until(done.is_set)


@pytest.fixture
def forge(tmp_path, monkeypatch):
    """An empty cache, a process that remembers no kernel, and a second process that nobody else has asked."""
    monkeypatch.setenv("ORBITDRAW_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(field_kernels, "_kernels", {})
    monkeypatch.setattr(kernel, "_ready", LRUCache(kernel.KEPT))
    monkeypatch.setattr(deferred_edits, "preload_edits", lambda: None)
    made = Slow()
    monkeypatch.setattr(deferred_edits, "COMPILER", made)
    monkeypatch.setattr(foundry, "TIMEOUT", threading.TIMEOUT_MAX)  # however long it takes on a busy machine
    yield made
    made.may.set()
    idle()
    made.close()


@pytest.fixture
def compiled_here(monkeypatch):
    """The kernels that this process compiles."""
    names, real = [], kernel._compile_to_disk
    monkeypatch.setattr(
        kernel, "_compile_to_disk", lambda text, name, *rest: (names.append(name), real(text, name, *rest))[1]
    )
    return names


@pytest.fixture
def stage(window):
    return show_star(window)


def history(stage):
    return [event.name for event in run_of(stage).history.events]


def plant(window, stage):
    """Plant a well, and hear that it waits."""
    before = len(stage.session.deferred_edits.pending)
    drive(window, ["F", move(PLACE), button(1, PLACE), button(1, PLACE, down=False)])
    wait(window, lambda: len(stage.session.deferred_edits.pending) > before)


def test_a_field_is_compiled_in_the_second_process_and_acts_from_the_frame_on_record(
    forge, compiled_here, window, stage
):
    plant(window, stage)
    wait(window, lambda: "compiled" in window.toast.sentence)
    frame = run_of(stage).frame
    wait(window, lambda: forge.asked and run_of(stage).frame > frame + 20)  # the picture goes on
    assert "plant" not in history(stage)
    assert forge.asked == [("fields", {"ground": False})]
    forge.may.set()
    wait(window, lambda: "plant" in history(stage))
    assert run_of(stage).history.events[-1].frame > frame + 20
    assert compiled_here == []
    drive(window, ["Space"])
    settle(window)
    assert len(stage.tools.fields.rows()) == 1
    assert_replays(stage)


def test_the_next_field_waits_for_nothing(forge, window, stage):
    forge.may.set()
    plant(window, stage)
    settle(window)
    drive(window, [move((100, 60)), button(1, (100, 60)), button(1, (100, 60), down=False)])
    settle(window)
    assert history(stage) == ["plant", "plant"] and len(forge.asked) == 1


def test_undo_before_it_is_compiled_and_redo(forge, window, stage):
    plant(window, stage)
    drive(window, ["Ctrl+Z"])
    wait(window, lambda: not stage.session.deferred_edits.pending)
    forge.may.set()
    idle()
    settle(window)
    assert history(stage) == []
    drive(window, ["Ctrl+Y"])
    settle(window)
    assert history(stage) == ["plant"]
    drive(window, ["Ctrl+Z"])
    settle(window)
    assert history(stage) == []


def test_undo_takes_back_what_was_done_last_though_something_waits(forge, window, stage):
    plant(window, stage)
    stage.tools.do(("scatter", (0, 5, 0.5, 0.5, 0.6, 0.5, 0, 0, 0, 0)))
    wait(window, lambda: history(stage) == ["scatter"])
    drive(window, ["Ctrl+Z"])
    wait(window, lambda: not history(stage))
    assert len(stage.session.deferred_edits.pending) == 1
    forge.may.set()
    settle(window)
    assert history(stage) == ["plant"]


def test_what_is_saved_meanwhile_is_what_is_shown(forge, window, stage):
    plant(window, stage)
    drawing = Drawing.of_bytes(run_of(stage).drawing().bytes())
    assert [event.name for event in drawing.events] == []
    forge.may.set()
    settle(window)
    drive(window, ["Space"])
    settle(window)
    assert_replays(stage)


def test_it_is_not_planted_in_another_drawing(forge, window, stage):
    plant(window, stage)
    film = stage.session.film
    drive(window, ["R"])
    wait(window, lambda: stage.session.film is not film)
    forge.may.set()
    settle(window)
    assert history(stage) == []


def test_the_window_may_close_meanwhile(forge, window, stage):
    plant(window, stage)
    run = run_of(stage)
    window.show_wall()
    forge.may.set()
    idle()
    settle(window)
    assert run.history.events == []


def test_without_a_second_process_it_is_compiled_here(forge, compiled_here, window, stage, monkeypatch):
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    forge.may.set()
    plant(window, stage)
    settle(window)
    assert history(stage) == ["plant"] and len(compiled_here) == 1


def test_a_second_process_that_dies_does_not_matter(forge, window, stage, monkeypatch):
    monkeypatch.setitem(os.environ, "PYTHONHOME", "/nowhere")  # it cannot even begin
    forge.may.set()
    plant(window, stage)
    settle(window)
    assert history(stage) == ["plant"]


@pytest.mark.parametrize(
    ("edits", "ground", "wanted"),
    [
        ([("throw", (1, 0, 0, 0, 0))], True, None),
        ([("plant", (0,))], False, False),
        ([("plant", (0,))], True, True),
        ([("landscape", (2, 2, 0, 0, 1, 1))], False, True),
        ([("landscape", (0, 0, 0, 0, 1, 0))], True, False),
        ([("landscape", (2, 2, 0, 0, 1, 1)), ("plant", (0,))], False, True),
    ],
)
def test_which_kernel_it_takes(edits, ground, wanted):
    assert fields.landscape_after({"landscape": 1} if ground else {}, edits) is wanted


@pytest.fixture
def warming(window, stage, monkeypatch):
    """A very first start on which nothing of these was compiled yet: the modules that are waited for, until `may` is
    set."""
    may, asked, real = threading.Event(), [], deferred_edits.import_module

    def compile_it(name):
        asked.append(name)
        may.wait()
        return real(name)

    monkeypatch.setattr(warmup, "is_running", lambda: True)
    monkeypatch.setattr(warmup, "compile_needed", lambda: None)
    monkeypatch.setattr(
        warmup,
        "is_imported",
        lambda name: (
            name not in ("ink.kernels.triangles", "dynamics.drivers.langevin", "ink.kernels.tone_density")
            or may.is_set()
        ),
    )
    monkeypatch.setattr(deferred_edits, "import_module", compile_it)
    yield may, asked
    may.set()
    idle()


def test_a_setting_waits_for_what_it_takes_and_the_picture_goes_on(warming, window, stage):
    may, asked = warming
    stage.session.request_values({"brush": "area"})
    wait(window, lambda: "compiled" in window.toast.sentence)
    wait(window, lambda: asked)
    frame = run_of(stage).frame
    stage.session.request_values({"width": 2.0})
    wait(window, lambda: run_of(stage).frame > frame + 20)
    assert history(stage) == ["width"] and run_of(stage).values["brush"] == "round"
    may.set()
    wait(window, lambda: "brush" in history(stage))
    assert run_of(stage).values["brush"] == "area" and asked == ["orbitdraw.ink.kernels.triangles"]
    stage.session.request_values({"brush": "round"})
    wait(window, lambda: run_of(stage).values["brush"] == "round")
    drive(window, ["Space"])
    settle(window)
    assert_replays(stage)


def test_of_a_setting_that_waits_the_last_is_what_it_becomes(warming, window, stage):
    may, asked = warming
    for style in ("density", "paper", "density", "light", "density"):
        stage.session.request_values({"style": style})
        drive(window, turns=2)
    wait(window, lambda: asked)
    may.set()
    wait(window, lambda: run_of(stage).values["style"] == "density")
    settle(window)
    assert run_of(stage).values["style"] == "density" and asked == ["orbitdraw.ink.kernels.tone_density"]


def test_a_law_waits_for_its_driver_and_the_picture_goes_on(warming, window, stage):
    may, asked = warming
    run = run_of(stage)
    stage._choose_law("langevin")
    wait(window, lambda: asked)
    frame = run.frame
    wait(window, lambda: run.frame > frame + 20)
    assert run_of(stage) is run
    may.set()
    wait(window, lambda: run_of(stage).scene.law.name == "langevin")


def test_what_waits_when_another_drawing_is_opened_does_not_come_back(warming, window, stage):
    may, asked = warming
    stage._choose_law("langevin")
    wait(window, lambda: asked)
    first = run_of(stage)
    stage.session.submit(restart, stage.session)
    wait(window, lambda: run_of(stage) is not first)
    run = run_of(stage)
    may.set()
    idle()
    settle(window)
    assert run_of(stage) is run


def test_a_pen_that_sweeps_waits_like_the_brush(warming, window, stage):
    may, asked = warming
    stage.session.submit(edit_tasks.do, stage.session, ("pen", (0, 0.5, 1.0, BRUSHES.index("area"))))
    wait(window, lambda: asked == ["orbitdraw.ink.kernels.triangles"])
    frame = run_of(stage).frame
    wait(window, lambda: run_of(stage).frame > frame + 20)
    assert history(stage) == []
    may.set()
    wait(window, lambda: history(stage) == ["pen"])
