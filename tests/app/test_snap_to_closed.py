"""Snap to closed with one key, through the window's real event loop."""

from __future__ import annotations

import math

from driving import drive, wait

from orbitdraw import Bodies, Look, Newton, Scene, View
from orbitdraw.app.session import edit_tasks


def star(law: Newton) -> Scene:
    bodies = Bodies([1.0, 1e-9], [[0, 0], [1, 0]], [[0, 0], [0, 1.1]])
    look = Look(exposure=1.0, half_life=1.0)
    return Scene("star", bodies=bodies, law=law, dt=0.01, steps=2, look=look, view=View(radius=3))


def shown(window, law):
    window.show_scene(star(law))
    wait(window, lambda: window.page.shot is not None and window.page.tools.world is not None)
    drive(window, ["Space"])
    return window.page


def test_c_closes_the_held_throw_and_undo_takes_it_back_whole(window):
    stage = shown(window, Newton(order=8))
    stage.tools.bodies.selected = 1
    drive(window, ["C"])
    wait(window, lambda: window.toast.sentence.startswith("Closed: period"))
    run = stage.session.film.run
    assert [event.name for event in run.history.events] == ["align"]
    stage.session.submit(edit_tasks.undo, stage.session)
    wait(window, lambda: not run.history.events)
    drive(window, ["Shift+C"])
    wait(window, lambda: window.toast.sentence.startswith("Closed: period"))
    assert math.isfinite(run.energy())


def test_what_cannot_close_is_said(window):
    shown(window, Newton(drag=0.2))
    drive(window, ["C"])
    wait(window, lambda: "no orbit closes with drag" in window.toast.sentence.lower())


def test_a_search_that_was_overtaken_changes_nothing(window, monkeypatch):
    from orbitdraw.analysis import closed_orbits as closed

    stage = shown(window, Newton(order=4))
    begun, found = [], closed.nearest_closed_orbit

    def slow(run, body, cancelled):
        begun.append(True)
        while not cancelled():
            pass
        return found(run, body, cancelled)

    monkeypatch.setattr(closed, "nearest_closed_orbit", slow)
    drive(window, ["C"])
    wait(window, lambda: begun)
    drive(window, ["N"])
    wait(window, lambda: "moved before" in window.toast.sentence or "stopped" in window.toast.sentence)
    assert not [event for event in stage.session.film.run.history.events if event.name == "align"]
