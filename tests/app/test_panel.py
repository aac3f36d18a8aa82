"""The panel through the window's event loop: what a hand sets, the run has, and what the run has, is shown."""

from __future__ import annotations

import driving
import numpy as np
import pygame
import pytest
import waiting
from driving import button, drive, move, run_of, settle, wait, wheel
from spring_law import spring

from orbitdraw.app.kit import Choice, Heading, Slider, theme
from orbitdraw.app.session import saving
from orbitdraw.authoring.motion import Motion
from orbitdraw.authoring.scene import Scene
from orbitdraw.film.film import Film
from orbitdraw.ink.look import Look, View
from orbitdraw.ink.strokes import Strokes
from orbitdraw.simulation.run import Run
from orbitdraw.slider import Slider as Declared

SIZE = (800, 600)


class Pendulum(Motion):
    """Something that moves and has numbers to set, without anything to compile."""

    def __init__(self, gate=None):
        self.params = {
            "k": Declared(1.0, 0.5, 4.0, label="stiffness k"),
            "rate": Declared(0.3, 0.0, 2.4, ticks=(1.0, 2.0), per="k", label="learning rate"),
            "many": Declared(10.0, 1.0, 1000.0, log=True, unit="per s"),
        }
        self.gate = gate or waiting.Gate()

    def start(self, values, seed):
        return {"angle": np.zeros(1)}

    def advance(self, state, values, frame):
        self.gate()
        angles = state["angle"] + values["rate"] * np.linspace(0, 0.1, 3)[:, None]
        state["angle"] = angles[-1]
        path = np.stack([np.cos(angles), np.sin(angles)], -1)
        return Strokes(path, path, np.zeros(1), np.ones(1), 0.1, bodies=1, mark=np.zeros(1))


def pendulum(**kind):
    return Scene("pendulum", motion=Pendulum(**kind), look=Look(exposure=1.0, half_life=2.0), view=View(radius=1.5))


def open_panel(window, scene):
    window.show_scene(scene)
    wait(window, lambda: window.page.shot is not None and window.page.shot.frame > 2)
    drive(window, ["P"], turns=3)
    assert window.page.panel.visible
    return window.page


@pytest.fixture
def stage(window):
    return open_panel(window, pendulum())


def focus(stage, name):
    control = stage.panel.by_name[name]
    stage.panel.column.set_focus(control)
    return control


def drag(window, slider, column, value):
    left, length, middle = slider._track()
    where = column.rect_of(slider)

    def at(number):
        return where.left + left + round(slider.value_range.position_of(number) * length), where.top + middle

    start, end = at(slider.value), at(value)
    drive(window, [move(start), button(1, start), move(end)])
    return button(1, end, down=False)


# -- from the hand to the run ------------------------------------------------------------------------------------------


def test_a_dragged_slider_is_an_event_of_the_run(window, stage):
    slider = stage.panel.by_name["k"]
    up = drag(window, slider, stage.panel.column, 3.0)
    drive(window, [up])
    settle(window)
    assert run_of(stage).values["k"] == slider.value == pytest.approx(3.0, abs=0.03)
    assert [event.name for event in run_of(stage).history.events] == ["k"] * len(run_of(stage).history.events)


def test_what_is_shown_replays_to_the_byte(window, stage):
    focus(stage, "rate")
    drive(window, ["0", ".", "9", "Enter"], turns=10)
    focus(stage, "glow")
    drive(window, ["Right"] * 5, turns=5)
    focus(stage, "palette")
    drive(window, ["Right", "Space", "Esc", "Esc", "Space"], turns=2)
    assert not stage.playback.playing
    settle(window)
    wait(window, lambda: stage.shot.frame == run_of(stage).frame)
    film = Film(run_of(stage).again(), SIZE)
    film.seek(run_of(stage).frame)
    shown = pygame.surfarray.array2d(stage.picture.surface).T.astype(np.uint32)
    np.testing.assert_array_equal(shown, film.picture().pixels)
    assert {event.name for event in run_of(stage).history.events} == {"rate", "glow", "palette"}


def test_at_most_one_value_of_a_name_reaches_the_run_in_a_frame(window):
    gate = waiting.Gate()
    stage = open_panel(window, pendulum(gate=gate))
    slider = stage.panel.by_name["many"]
    for value in np.geomspace(20.0, 900.0, 60):
        if value == 20.0:  # a frame that takes until the hand is done, which it does not hold up
            gate.close()
            wait(window, gate.reached.is_set)
        slider.set(float(round(value)))
        window.run_once()
    gate.open()
    settle(window)
    history = run_of(stage).history.events
    assert run_of(stage).values["many"] == 900.0
    assert len({event.frame for event in history}) == len(history) < 60


def test_setting_works_while_paused_and_is_seen_at_once(window, stage):
    drive(window, ["Space"])
    settle(window)
    before = pygame.surfarray.array2d(stage.picture.surface)
    focus(stage, "exposure")
    drive(window, ["End"])
    settle(window)
    assert (pygame.surfarray.array2d(stage.picture.surface) != before).any()
    assert run_of(stage).values["exposure"] == stage.panel.by_name["exposure"].value == 32.0


def test_trail_for_ever_and_back(window, stage):
    trail = focus(stage, "half_life")
    assert trail.value == 2.0
    drive(window, ["End"])
    settle(window)
    assert run_of(stage).values["half_life"] is None and trail.value is None
    drive(window, ["Backspace"])
    settle(window)
    assert run_of(stage).values["half_life"] == 2.0


def test_out_of_range_is_held_and_said(window, stage):
    rate = focus(stage, "rate")
    drive(window, ["9", "Enter"])
    settle(window)
    assert run_of(stage).values["rate"] == rate.value == 2.4
    assert "largest value is 2.4" in stage.panel.column._tooltip.sentence


def test_bounds_follow_the_value_they_are_divided_by(window, stage):
    focus(stage, "k")
    drive(window, ["2", "Enter"])
    settle(window)
    rate = stage.panel.by_name["rate"]
    assert (rate.value_range.low, rate.value_range.high, rate.value_range.ticks) == (0.0, 1.2, (0.5, 1.0))
    drive(window, [drag(window, rate, stage.panel.column, 0.99)])
    settle(window)
    assert run_of(stage).values["rate"] == 1.0, "the tick at 2/k did not catch the knob"


# -- from the run to the panel -----------------------------------------------------------------------------------------


def test_the_panel_follows_what_is_undone(window, stage):
    drive(window, ["Space"])
    focus(stage, "k")
    drive(window, ["3", "Enter"])
    settle(window)

    def undo():
        stage.session.film.undo()
        stage.session.show_picture()

    stage.session.submit(undo)
    settle(window)
    assert run_of(stage).values["k"] == 1.0 == stage.panel.by_name["k"].value


def test_the_panel_follows_a_replay(window):
    run = Run(pendulum())
    for value in (2.0, 3.0, 3.5):
        for _ in range(20):
            run.advance()
        run.apply("k", value)
    for _ in range(20):
        run.advance()
    window.show_scene(run.again())
    seen = []

    def done():
        if "k" in window.page.panel.values:
            seen.append(window.page.panel.by_name["k"].value)
        return seen and seen[-1] == 3.5

    wait(window, done)
    assert list(dict.fromkeys(seen)) == [1.0, 2.0, 3.0, 3.5]


def test_a_knob_in_the_hand_is_not_pulled_back_by_older_news(window):
    gate = waiting.Gate()
    stage = open_panel(window, pendulum(gate=gate))
    slider = stage.panel.by_name["k"]
    for let_go in (False, True):
        gate.close()
        wait(window, gate.reached.is_set)
        if not let_go:
            up = drag(window, slider, stage.panel.column, 3.5)
            held = slider.value
        else:
            drive(window, [up])
        frame = stage.shot.frame
        gate.open()  # the frame that was under way is told of after the hand has moved on
        wait(window, lambda frame=frame, held=held: slider.value != held or stage.shot.frame > frame + 5)
        assert slider.value == held
    settle(window)
    assert run_of(stage).values["k"] == held


# -- law, sections, keys -----------------------------------------------------------------------------------------------


def test_laws_and_their_numbers(window):
    stage = open_panel(window, spring())
    panel = stage.panel
    assert list(panel.by_name)[:6] == ["k", "formula…", "law", "drag", "spin", "field"]
    law = focus(stage, "law")
    assert isinstance(law, Choice) and law.value == "newton"
    drive(window, ["Right"])
    wait(window, lambda: "rate" in panel.by_name)
    assert panel.by_name["law"].value == "heavy ball"
    assert {"rate", "momentum"} <= set(panel.by_name) and "drag" not in panel.by_name
    assert panel.column.focus is panel.by_name["law"], "the focus was lost with the law"
    drive(window, ["Esc", "L"])
    wait(window, lambda: panel.by_name["law"].value == "gradient descent")


def test_sections_fold_and_stay_folded_in_the_next_scene(window, stage):
    heading = next(one for one in stage.panel.column.controls if isinstance(one, Heading) and one.label == "Look")
    stage.panel.column.set_focus(heading)
    drive(window, ["Left"], turns=2)
    assert stage.panel.by_name["palette"] not in stage.panel.column.controls
    window.show_scene(pendulum())
    wait(window, lambda: window.page.shot is not None)
    drive(window, turns=2)
    assert window.page.panel.visible, "the panel that was open is closed in the next scene"
    assert window.page.panel.by_name["palette"] not in window.page.panel.column.controls


def test_the_keyboard_alone_reaches_and_changes_every_control(window, monkeypatch):
    stage = open_panel(window, spring())
    drive(window, ["P"])
    assert not stage.panel.visible
    drive(window, ["Tab"])
    assert stage.panel.visible
    panel, seen, done = stage.panel, [], []
    window.export = lambda order: done.append("export")
    monkeypatch.setattr(saving, "save", lambda session, path_for: done.append("save"))
    for _ in range(40):
        control = panel.column.focus
        if control is None:
            break
        assert panel.column.place.contains(panel.column.rect_of(control)), "the focus is out of sight"
        seen.append(control)
        name = next((name for name, one in panel.by_name.items() if one is control), "")
        if name.startswith("hand "):
            pass  # what the hand holds is no value of the run: tests/app/test_hand_panel.py turns those
        elif name in ("export", "save"):
            drive(window, ["Enter"])
        elif isinstance(control, Slider) or name in ("style", "palette", "color"):
            before = control.value
            drive(window, ["Left" if before is None else "Right"])
            settle(window)
            assert run_of(stage).values[name] == control.value != before, f"{name} cannot be changed by keys"
            drive(window, ["Backspace"])
            settle(window)
            assert run_of(stage).values[name] == before
        drive(window, ["Tab"])
    assert {*panel.by_name.values()} <= {*seen} and len(seen) == len(panel.column.tab_stops())
    settle(window)
    assert sorted(done) == ["export", "save"] and window.open and stage.error_card.trouble is None


def test_other_keys_still_work_while_a_slider_has_the_focus(window, stage):
    focus(stage, "k")
    drive(window, ["Space"])
    assert not stage.playback.playing
    drive(window, ["[", "H"])
    assert stage.playback.speed == 0.5 and not stage.hud.visible
    drive(window, ["0"])
    assert stage.panel.by_name["k"].entry is not None
    drive(window, ["G", "P", "W"])
    assert window.page is stage and stage.panel.visible, "letters in a number are no commands"


def test_p_puts_it_away_and_captions_make_room(window, stage):
    assert stage.hud.margin >= stage.panel.column.place.width
    drive(window, ["P"], turns=3)
    assert not stage.panel.visible and stage.hud.margin == 0 == window.progress.margin
    drive(window, ["Right", "Left", "5"])
    assert stage.panel.column.focus is None


def test_a_tab_at_the_edge_opens_it_by_mouse_and_leaves_when_the_pointer_rests(window, stage):
    drive(window, ["P"], turns=2)
    stage.panel._pointer_time = -99.0
    drive(window, turns=2)
    assert not stage.panel._tab_visible
    at = stage.panel._tab_rect().center
    drive(window, [move((10, 10)), move(at), button(1, at)], turns=2)
    assert stage.panel.visible


def test_the_wheel_and_drags_over_the_panel_leave_the_picture_alone(window, stage):
    drive(window, ["Space"])
    view = stage.picture.view
    at = stage.panel.column.rect_of(stage.panel.by_name["k"]).center
    drive(window, [move(at), wheel(2), button(3, at), move((at[0] - 50, at[1]), (-50, 0)), button(3, at, down=False)])
    assert stage.picture.view == view
    drive(window, [move((100, 100)), wheel(1)])
    assert stage.picture.view != view


@pytest.mark.parametrize("size", [(320, 180), (500, 260), (1280, 720)])
def test_it_fits_every_window_and_scrolls(window, stage, size):
    pygame.display.set_mode(size, pygame.RESIZABLE)
    drive(window, turns=3)
    place = stage.panel.column.place
    assert pygame.Rect((0, 0), size).contains(place)
    drive(window, ["Shift+Tab"], turns=2)
    assert place.contains(stage.panel.column.rect_of(stage.panel.by_name["save"]))
    wait(window, lambda: stage._resized_at is None)


def test_an_idle_panel_paints_nothing(window, stage):
    drive(window, ["Space"])
    settle(window)
    wait(window, lambda: stage.placeholder.source is None and not window.run_once())
    paint_count = stage.panel.column.paint_count
    assert not any(window.run_once() for _ in range(30))
    assert stage.panel.column.paint_count == paint_count


# -- light paper and dark stage ----------------------------------------------------------------------------------------


def test_one_key_turns_picture_and_window_to_light_paper_and_back(window, stage):
    assert stage.panel.theme is theme.DARK_THEME
    drive(window, ["Shift+T"])
    wait(window, lambda: stage.panel.theme is theme.LIGHT_THEME)
    assert run_of(stage).values["style"] == "paper" == stage.panel.by_name["style"].value
    for layer in (stage.hud, stage.error_card, window.help, window.toast):
        assert layer.theme is theme.LIGHT_THEME
    window.show_scene(pendulum())
    wait(window, lambda: window.page.shot is not None and window.page.panel.theme is theme.LIGHT_THEME)
    drive(window, ["Shift+T"])
    wait(window, lambda: window.page.panel.theme is theme.DARK_THEME)
    assert run_of(window.page).values["style"] == "light"


def test_the_style_chosen_in_the_panel_changes_the_theme_too(window, stage):
    focus(stage, "style")
    drive(window, ["Right", "Right"])
    wait(window, lambda: stage.hud.theme is theme.LIGHT_THEME)


def test_a_light_room_does_not_cut_off_a_replay(window):
    run = Run(pendulum())
    for _ in range(30):
        run.advance()
    run.apply("k", 2.0)
    window.light_theme = True
    window.show_scene(run.again())
    wait(window, lambda: window.page.shot is not None and window.page.shot.frame > 40)
    assert run_of(window.page).values["k"] == 2.0


def test_nothing_can_be_set_before_there_is_a_scene(window):
    window.panel.open = True
    window.show_wall()
    drive(window, ["P", "Esc"])
    window.show_scene(pendulum())
    drive(window, ["Tab", "P", "P", "Shift+T", *driving.press("Right")])
    wait(window, lambda: window.page.shot is not None)
    assert window.page.error_card.trouble is None
