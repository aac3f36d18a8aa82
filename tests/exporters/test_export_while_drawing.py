"""While a file is made the window goes on: what is done to it meanwhile is not in the file, and a full disk is said."""

from __future__ import annotations

import errno
import threading
from importlib import import_module

import pygame
import pytest
from driving import assert_replays, drive, run_of, settle, wait

from orbitdraw.app.kit.theme import LIGHT_THEME
from orbitdraw.app.session import saving
from orbitdraw.app.window import Window
from orbitdraw.exporters.export import export
from orbitdraw.exporters.process import ExportProcess

SIZE = (320, 180)


class Held:
    """An exporter that stops in the middle of its work until it is let go."""

    def __init__(self, real) -> None:
        self.real, self.begun, self.gate = real, threading.Event(), threading.Event()
        self.orders = []

    def __call__(self, what, path, *, progress, **options):
        self.orders.append((what, path, options))

        def told(done, total):
            if done:
                self.begun.set()
                self.gate.wait()
            progress(done, total)

        return self.real(what, path, progress=told, **options)


@pytest.fixture(params=["here", "beside"])
def held(request):
    return Held(export if request.param == "here" else ExportProcess(None))


@pytest.fixture
def window(tmp_path, held):
    made = Window(SIZE, ui_scale=1.0, folder=tmp_path, exporter=held)
    yield made
    held.gate.set()
    made.close()


@pytest.fixture
def stage(window):
    window.show_scene("figure_eight")
    wait(window, lambda: window.page.shot is not None and window.page.shot.frame > 60)
    return window.page


def resized(window, size):
    """As the system does it: another surface, and an event that says so."""
    pygame.display.set_mode(size, pygame.RESIZABLE)
    drive(window, [pygame.event.Event(pygame.WINDOWSIZECHANGED, x=size[0], y=size[1])], turns=3)


CHANGES = {
    "another size": lambda window: [resized(window, size) for size in ((200, 300), (420, 90), (330, 181))],
    "full screen and back": lambda window: drive(window, ["F11", "F11"], turns=5),
    "the theme": lambda window: drive(window, ["Shift+T"]),
    "the palette": lambda window: window.page.session.request_values({"palette": "frost"}),
    "the view": lambda window: drive(window, ["+", "+"]),
    "a new scene": lambda window: window.show_scene("two_wells"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_is_done_meanwhile_is_not_in_the_file(change, window, stage, held, tmp_path):
    drive(window, ["Space"])
    stage.session.submit(saving.request_export, stage.session, ".gif", {"size": (96, 54), "seconds": 15.0})
    wait(window, held.begun.is_set)
    CHANGES[change](window)
    page = window.page
    wait(window, lambda: page.shot is not None and page._resized_at is None and page.camera.is_settled)
    settle(window)
    held.gate.set()
    wait(window, lambda: "Exported" in window.toast.sentence)
    what, path, options = held.orders[0]
    again = tmp_path / "again.gif"
    export(what, again, **options)
    assert path.read_bytes() == again.read_bytes()
    # And the picture in the window is the one that belongs to its new size, look and view.
    if page.playback.playing:
        drive(window, ["Space"])
    settle(window)
    wait(window, lambda: page.shot.frame == run_of(page).frame and not page.session.repaint)
    settle(window)
    assert page.picture.surface.get_size() == window.size == page.session.size
    assert_replays(page)
    if change == "another size":
        assert window.size == (330, 181)
    if change == "the theme":
        assert page.hud.theme is LIGHT_THEME


@pytest.mark.parametrize("suffix", [".png", ".gif", ".mp4", "/"])
def test_a_full_disk_is_said_and_the_window_goes_on(suffix, tmp_path, monkeypatch):
    def full(*args, **options):
        raise OSError(errno.ENOSPC, "No space left on device")

    if suffix == ".mp4":
        av = pytest.importorskip("av")
        monkeypatch.setattr(av, "open", full)
    monkeypatch.setattr(import_module("orbitdraw.exporters.png"), "png_chunk", full)
    monkeypatch.setattr(import_module("orbitdraw.exporters.gif"), "gif_drawing", full)
    window = Window(SIZE, ui_scale=1.0, folder=tmp_path, exporter=export)
    try:
        window.show_scene("figure_eight")
        stage = window.page
        wait(window, lambda: stage.shot is not None and stage.shot.frame > 20)
        options = {"size": (64, 36), "frames": 8}
        stage.session.submit(saving.request_export, stage.session, suffix, options)
        wait(window, lambda: "disk is full" in window.toast.sentence)
        name = f"figure_eight-001{suffix}".rstrip("/")
        assert window.toast.warning and name in window.toast.sentence and "free space" in window.toast.sentence
        assert not any(tmp_path.iterdir()) and not window.exports
        frame = stage.shot.frame
        wait(window, lambda: stage.shot.frame > frame)
    finally:
        window.close()
