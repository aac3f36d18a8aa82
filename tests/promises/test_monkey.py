"""A monkey at the window: thousands of random events through the real event loop, on ten scenes of every kind.

Whatever it does, the program runs on, nothing is printed, and its drawing replays to the same bits and pixels. CI lets
it do `ORBITDRAW_MONKEY` events a scene (see CONTRIBUTING); the promise is 20 000.
"""

from __future__ import annotations

import os
import threading
import time
import traceback

import numpy as np
import pygame
import pytest
from monkey import Monkey, Toy

from orbitdraw import Drawing
from orbitdraw.app.shell.messages import ErrorReport
from orbitdraw.app.tools import dust as dusting
from orbitdraw.app.window import Window
from orbitdraw.film.film import Film
from orbitdraw.library.loading import replay

pytestmark = pytest.mark.slow

EVENTS = int(os.environ.get("ORBITDRAW_MONKEY", "2000"))
SEED = int(os.environ.get("ORBITDRAW_MONKEY_SEED", "1"))

SCENES = (
    "figure_eight",
    "moth",
    "galaxy_encounter",
    "halo_orbits",
    "horseshoe",
    "two_wells",
    "thermal_well",
    "three_basins",
    "bowl",
    "denoiser",
)
"""Bodies, bodies with dust, dust alone, a rotating frame, friction, heat, descent, and lectures with panels."""

WRONG = ("cannot be computed", "failed")


@pytest.fixture
def said(monkeypatch):
    """What went wrong in the program itself, whether or not a person would have been told."""
    wrong = []
    real = ErrorReport.of.__func__

    def trouble(cls, error, *more):
        wrong.append("".join(traceback.format_exception(error)))
        return real(cls, error, *more)

    monkeypatch.setattr(ErrorReport, "of", classmethod(trouble))
    return wrong


@pytest.fixture
def window(tmp_path):
    made = Window((320, 180), ui_scale=1.0, folder=tmp_path, exporter=Toy())
    yield made
    made.close()
    assert not [thread for thread in threading.enumerate() if thread.name == "orbitdraw worker"]


@pytest.mark.parametrize("scene", SCENES)
def test_it_leaves_a_running_program_and_a_drawing_that_replays(window, scene, said, capfd, monkeypatch):
    monkeypatch.setattr(dusting, "MAX_GRAINS_AT_ONCE", 300)
    window.show_scene(scene)
    monkey = Monkey(window, scene, SEED)
    spoken, say = [], window.toast.say
    monkeypatch.setattr(window.toast, "say", lambda text, *more: (spoken.append(text), say(text, *more))[1])
    began = time.monotonic()
    try:
        monkey.play(EVENTS)
        stage = monkey.rest()
        assert not said, said[0]
        bad = [sentence for sentence in spoken if any(words in sentence for words in WRONG)]
        assert not bad, bad
        assert window.open and stage.error_card.trouble is None
        run = stage.session.film.run
        drawing = Drawing.of_bytes(run.drawing().bytes())
        again = Film(replay(drawing, scene=run.scene), stage.session.size)
        again.keeper.enabled = False
        again.seek(drawing.frames)
        assert again.run.hash() == run.hash()
        shown = pygame.surfarray.array2d(stage.picture.surface).T.astype(np.uint32)
        np.testing.assert_array_equal(again.picture().pixels, shown)
    except BaseException:
        print(f"seed {SEED}, scene {scene}; its last events:", *monkey.last, sep="\n")
        raise
    finally:
        print(f"{scene}: {time.monotonic() - began:.1f} s, {len(set(spoken))} sentences")
    out = capfd.readouterr()
    assert out.err == ""
