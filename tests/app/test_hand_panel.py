"""The panel's section of the hand, through the window's event loop: what is set there is done to what is held."""

from __future__ import annotations

import dataclasses
import math
import random
import threading

import numpy as np
import pygame
import pytest
from driving import assert_replays, button, drive, move, press, settle, star, wait, wheel
from PIL import Image

from orbitdraw import Bodies, Descent, Dust, Look, Motion, Scene, View
from orbitdraw.app.kit import Button, Choice, Slider, TextField, Toggle
from orbitdraw.app.window import Window
from orbitdraw.ink.strokes import Strokes

SIZE = (800, 600)
STAR = star(Bodies([1.0, 0.01], [[0, 0], [1, 0]], [[0, 0], [0, 0.9]], softening=0.05))


class Clock(Motion):
    """Something that a hand has no place in."""

    def __init__(self):
        self.params = {}

    def start(self, values, seed):
        return {"angle": np.zeros(1)}

    def advance(self, state, values, frame):
        path = np.zeros((3, 1, 2))
        return Strokes(path, path, np.zeros(1), np.ones(1), 0.1, bodies=1, mark=np.zeros(1))


@pytest.fixture
def window(tmp_path):
    made = Window(SIZE, ui_scale=1.0, folder=tmp_path)
    made.panel.open = True
    made.panel.folded = {"Scene", "Law", "Look", "Export"}
    yield made
    made.close()


def shown(window, scene=STAR):
    window.show_scene(scene)
    wait(window, lambda: window.page.shot is not None and window.page.tools.world is not None)
    settled(window)
    return window.page


@pytest.fixture
def stage(window):
    """The star and its planet, paused, with the hand's section open."""
    stage = shown(window)
    drive(window, ["Space"])
    settled(window)
    assert not stage.playback.playing
    return stage


def control(stage, name):
    return stage.panel.by_name[f"hand {name}"]


def focus(stage, name):
    stage.panel.column.set_focus(control(stage, name))
    return control(stage, name)


def type_in(window, stage, name, text):
    stage.tool_section.bindings.gestures._last_time = -9.0  # as if some time had gone by: another gesture
    focus(stage, name)
    drive(window, [*text, "Enter"])
    settled(window)


def hold(window, stage, body=1):
    stage.tool_section.bindings.select_body(body)
    settled(window)


def state(stage):
    return stage.session.film.run.state


def events(stage):
    return [event.name for event in stage.session.film.run.history.events]


def settled(window):
    """Let everything that was asked happen, and be heard of and shown."""
    settle(window)
    drive(window, turns=2)
    window.page.tool_section._update_time = -9.0
    drive(window, turns=2)


def picture(path, size=(60, 40)):
    """A bright hill on black."""
    x, y = np.meshgrid(*(np.linspace(-1, 1, n) for n in size))
    Image.fromarray((255 * np.exp(-3 * (x**2 + y**2))).astype(np.uint8)).save(path)
    return path


# -- bodies ------------------------------------------------------------------------------------------------------------


def test_the_numbers_of_a_body_are_typed(window, stage):
    hold(window, stage)
    before = {name: state(stage)[name].copy() for name in ("x", "y", "vx", "vy", "mass")}
    way = math.atan2(before["vy"][1], before["vx"][1])
    type_in(window, stage, "mass", "0.25")
    type_in(window, stage, "speed", "1,5")
    assert state(stage)["mass"].tolist() == [1.0, 0.25]
    assert (state(stage)["vx"][1], state(stage)["vy"][1]) == pytest.approx((1.5 * math.cos(way), 1.5 * math.sin(way)))
    assert control(stage, "direction").value == pytest.approx(math.degrees(way) % 360, abs=1e-3)
    type_in(window, stage, "direction", "-90")
    assert (state(stage)["vx"][1], state(stage)["vy"][1]) == pytest.approx((0.0, -1.5), abs=1e-12)
    assert control(stage, "direction").value == 270.0, "an angle is shown between 0 and 360"
    type_in(window, stage, "x", "-1/2")
    type_in(window, stage, "y", "0.75")
    assert (state(stage)["x"][1], state(stage)["y"][1]) == (-0.5, 0.75)
    assert [before[name][0] for name in before] == [state(stage)[name][0] for name in before], "the star was touched"
    assert events(stage) == ["weigh", "push", "push", "move", "move"]
    drive(window, ["N"] * 4)
    settled(window)
    assert_replays(stage)


def test_a_direction_can_be_given_before_a_speed(window, stage):
    hold(window, stage, 0)
    assert control(stage, "speed").value < 0.1
    type_in(window, stage, "speed", "0")
    type_in(window, stage, "direction", "90")
    assert control(stage, "direction").value == 90.0
    type_in(window, stage, "speed", "2")
    assert (state(stage)["vx"][0], state(stage)["vy"][0]) == pytest.approx((0.0, 2.0), abs=1e-12)


def test_backspace_brings_back_what_was_there_when_the_body_was_taken(window, stage):
    hold(window, stage)
    type_in(window, stage, "mass", "3")
    focus(stage, "mass")
    drive(window, ["Backspace"])
    settled(window)
    assert state(stage)["mass"][1] == 0.01


def test_mass_and_orbit_of_the_next_body(window, stage):
    type_in(window, stage, "mass", "0.125")
    type_in(window, stage, "eccentricity", "0.5")
    assert events(stage) == [] and stage.tools.bodies.eccentricity == 0.5
    focus(stage, "place")
    drive(window, ["Enter"])
    settled(window)
    run = state(stage)
    assert run["mass"][2] == 0.125
    reach2 = (run["x"][2] - run["x"][0]) ** 2 + (run["y"][2] - run["y"][0]) ** 2
    pull = math.sqrt(1.125 * 1.5 * reach2 / (reach2 + 0.05**2) ** 1.5)
    assert math.hypot(run["vx"][2] - run["vx"][0], run["vy"][2] - run["vy"][0]) == pytest.approx(pull)
    assert run["vx"][2] * run["y"][2] < run["vy"][2] * run["x"][2], "it does not go round counterclockwise"
    assert stage.tools.selected == 2 and control(stage, "body").value == "2", "the placed body is not selected"


def test_shift_throws_on_the_orbit_of_that_eccentricity(window, stage):
    type_in(window, stage, "eccentricity", "0.3")
    a, b = (tuple(round(v) for v in stage.tools.pixel_of(place)) for place in ((-1.0, 0.0), (-1.0, 1.0)))
    down, up = (
        pygame.event.Event(kind, key=pygame.K_LSHIFT, mod=0, unicode="") for kind in (pygame.KEYDOWN, pygame.KEYUP)
    )
    drive(window, [move(a), down, button(1, a), move(b), button(1, b, down=False), up])
    settled(window)
    vx, vy = stage.session.film.run.history.events[0].value[3:]
    assert math.hypot(vx, vy) == pytest.approx(math.sqrt(1.3), rel=0.02)


def test_an_eccentricity_beyond_the_ellipses_escapes(window, stage):
    type_in(window, stage, "eccentricity", "1.5")
    assert stage.tools.bodies.eccentricity == 1.5 and control(stage, "eccentricity").value == 1.5
    type_in(window, stage, "eccentricity", "-1")
    assert stage.tools.bodies.eccentricity == 0.0
    type_in(window, stage, "eccentricity", "1.5")
    focus(stage, "place")
    drive(window, ["Enter"])
    settled(window)
    run = state(stage)
    reach2 = (run["x"][2] - run["x"][0]) ** 2 + (run["y"][2] - run["y"][0]) ** 2
    pull = math.sqrt(1.01 * 2.5 * reach2 / (reach2 + 0.05**2) ** 1.5)
    assert math.hypot(run["vx"][2] - run["vx"][0], run["vy"][2] - run["vy"][0]) == pytest.approx(pull)


def test_pinned_by_the_toggle_and_shown_when_pinned_by_key(window, stage):
    hold(window, stage)
    toggle = focus(stage, "pinned")
    assert isinstance(toggle, Toggle)
    drive(window, ["Enter"])
    settled(window)
    assert stage.tools.world.pinned == {1} and toggle.value
    stage.panel.column.set_focus(None)
    drive(window, ["I"])
    settled(window)
    assert stage.tools.world.pinned == frozenset() and not toggle.value
    type_in(window, stage, "speed", "0.5")
    stage.panel.column.set_focus(None)
    drive(window, ["I"])
    settled(window)
    type_in(window, stage, "speed", "2")
    assert window.toast.sentence == "Body 1 is pinned; release it first"
    assert control(stage, "speed").value == 0.0, "a speed that was refused is still shown"


def test_buttons_do_what_the_keys_do(window, stage):
    hold(window, stage)
    focus(stage, "duplicate")
    drive(window, ["Enter"])
    settled(window)
    assert len(state(stage)["mass"]) == 3 and stage.tools.selected == 2
    focus(stage, "take away")
    drive(window, ["Enter"])
    settled(window)
    assert len(state(stage)["mass"]) == 2 and stage.tools.selected is None
    assert "hand take away" not in stage.panel.by_name and stage.panel.column.focus is None


# -- gestures ----------------------------------------------------------------------------------------------------------


def test_a_drag_is_one_gesture_and_each_typed_number_another(window):
    stage = shown(window)
    hold(window, stage)
    slider, column = control(stage, "mass"), stage.panel.column
    column.set_focus(slider)
    left, length, middle = slider._track()
    corner = column.rect_of(slider).topleft
    at = [(corner[0] + left + round(part * length), corner[1] + middle) for part in np.linspace(0.3, 0.9, 30)]
    drive(window, [move(at[0]), button(1, at[0])])
    for place in at[1:]:
        held = slider.value
        drive(window, [move(place)])
        assert slider.value >= held, "the knob was pulled back from the hand"
    drive(window, [button(1, at[-1], down=False), "Space"])
    settled(window)
    assert len(events(stage)) > 2 and set(events(stage)) == {"weigh"}
    assert state(stage)["mass"][1] == slider.value
    type_in(window, stage, "mass", "5")
    type_in(window, stage, "mass", "7")
    stage.panel.column.set_focus(None)
    masses = []
    for _ in range(3):
        drive(window, ["Ctrl+Z"])
        settled(window)
        masses.append(state(stage)["mass"][1])
    assert masses[0] == 5.0 and masses[2] == 0.01 and events(stage) == []
    for _ in range(3):
        drive(window, ["Ctrl+Y"])
        settled(window)
    assert state(stage)["mass"][1] == 7.0
    assert_replays(stage)


def test_a_slow_worker_gets_the_newest_of_each_control(window, stage):
    hold(window, stage)
    block = threading.Event()
    window.worker.submit(block.wait)
    mass, speed = control(stage, "mass"), control(stage, "speed")
    for value in np.linspace(0.1, 0.9, 50):
        mass.set(float(value))
        speed.set(float(value) + 1)
        window.run_once()
        assert mass.value == value, "older news pulled the value back"
    block.set()
    settled(window)
    assert events(stage) == ["weigh", "push"]
    assert state(stage)["mass"][1] == 0.9
    assert math.hypot(state(stage)["vx"][1], state(stage)["vy"][1]) == pytest.approx(1.9)
    assert not stage.tool_section.bindings.waiting


# -- how things stand --------------------------------------------------------------------------------------------------


def test_a_moving_body_is_read_ten_times_a_second_and_typing_is_left_alone(window, stage):
    hold(window, stage)
    hand, world = stage.tool_section, stage.tools.world
    x, y = control(stage, "x"), control(stage, "y")
    stage.panel.column.set_focus(y)
    drive(window, ["0", ".", "3"])
    values, typed = [], y.value
    for turn in range(60):
        stage.tools.world = dataclasses.replace(world, pos=world.pos + 0.01 * turn)
        hand.tick(1e6 + turn / 60, True)
        values.append(x.value)
    assert 8 <= len(set(values)) <= 11
    assert y.entry.text == "0.3" and y.value == typed
    paint_count = stage.panel.column.paint_count
    for turn in range(60):
        assert not hand.tick(2e6 + turn, True)
        window.run_once()
    assert not x.stale and stage.panel.column.paint_count <= paint_count + 2, "nothing changed, and it was painted"


def test_the_focus_stays_when_something_else_is_held(window, stage):
    mass = focus(stage, "mass")
    hold(window, stage)
    assert stage.panel.column.focus is mass and mass.label == "Mass" and mass.value == 0.01
    hold(window, stage, 0)
    assert stage.panel.column.focus is mass and mass.value == 1.0
    hold(window, stage, None)
    assert stage.panel.column.focus is mass and mass.label == "Mass of the next body"


def test_a_law_is_changed_and_the_hand_keeps_its_section(window, stage):
    hold(window, stage)
    type_in(window, stage, "mass", "0.5")
    focus(stage, "mass")
    stage.session.submit(lambda: stage.do("next law"))
    wait(window, lambda: "rate" in stage.panel.by_name)
    settled(window)
    assert "hand mass" in stage.panel.by_name


def test_a_body_that_goes_while_its_mass_is_typed_takes_the_number_with_it(window, stage):
    hold(window, stage)
    focus(stage, "speed")
    drive(window, ["9"])
    stage.tools.do(("take", (1.0,)))
    settled(window)
    assert "hand speed" not in stage.panel.by_name and stage.panel.column.focus is None
    assert events(stage) == ["take"] and not window.toast.warning
    hold(window, stage, 0)
    assert control(stage, "speed").entry is None and not control(stage, "speed").focused


def test_folded_it_stays_folded_and_where_a_hand_can_do_nothing_there_is_none(window, stage):
    names = [heading.label for heading, _ in stage.panel._sections]
    assert names == ["Scene", "Law", "Tools", "Look", "Export"]
    heading = stage.panel._sections[2][0]
    stage.panel.column.set_focus(heading)
    drive(window, ["Left"], turns=2)
    assert not any(one in stage.panel.column.controls for one in stage.tool_section.controls.values())
    again = shown(window)
    assert not any(one in again.panel.column.controls for one in again.tool_section.controls.values())
    window.show_scene(Scene("clock", motion=Clock(), look=Look(exposure=1.0), view=View(radius=1.0)))
    wait(window, lambda: window.page.shot is not None and window.page.shot.frame > 2)
    assert "Tools" not in [heading.label for heading, _ in window.page.panel._sections]
    window.page.use_as_landscape("picture.png")
    assert "this scene runs its own program" in window.toast.sentence


# -- symmetry, dust, fields --------------------------------------------------------------------------------------------


def test_symmetry_is_a_whole_number(window, stage):
    type_in(window, stage, "symmetry", "6.2")
    assert stage.tools.world.symmetry[:2] == (6.0, 0.0) and control(stage, "symmetry").value == 6.0
    focus(stage, "mirrored")
    drive(window, ["Right"])
    settled(window)
    assert stage.tools.world.symmetry[:2] == (6.0, 1.0)
    focus(stage, "symmetry")
    drive(window, ["Right"])
    settled(window)
    assert stage.tools.world.symmetry[:2] == (7.0, 1.0)
    stage.panel.column.set_focus(None)
    drive(window, ["X"])
    settled(window)
    assert control(stage, "symmetry").value == 8.0, "the key is not shown"
    focus(stage, "symmetry")
    drive(window, ["Home"])
    focus(stage, "mirrored")
    drive(window, ["Left"])
    settled(window)
    assert stage.tools.world.symmetry == ()


def test_dust_is_poured_without_a_mouse(window, stage):
    choice = focus(stage, "hand")
    drive(window, ["Enter", "Down", "Down", "Down", "Enter"])
    settled(window)
    assert choice.value == stage.tools.dust.shape == "ring" and stage.tools.active_tool is stage.tools.dust
    type_in(window, stage, "grains", "123.4")
    type_in(window, stage, "spread", "0.1")
    focus(stage, "place")
    drive(window, ["Enter"])
    settled(window)
    x, y = state(stage)["x"][2:], state(stage)["y"][2:]
    assert len(x) == 123
    assert np.hypot(x, y) == pytest.approx(np.ones(123), abs=0.11)
    stage.panel.column.set_focus(None)
    drive(window, ["D"])
    settled(window)
    assert choice.value == "line", "the key is not shown"


def test_fields_are_planted_tuned_moved_and_uprooted(window, stage):
    stage.tool_section.bindings.select_tool("well")
    settled(window)
    type_in(window, stage, "strength", "0.75")
    focus(stage, "place")
    drive(window, ["Enter"])
    settled(window)
    assert stage.tools.fields.selected == 0 and control(stage, "field").value == "0"
    assert state(stage)["fields"][0, 6] == 0.75, "the strength of the next was not taken"
    type_in(window, stage, "strength", "-2")
    type_in(window, stage, "size", "0.3")
    type_in(window, stage, "x", "0.5")
    type_in(window, stage, "y", "1")
    assert state(stage)["fields"][0, 2:].tolist() == [0.5, 1.0, 0.5, 1.0, -2.0, 0.3]
    focus(stage, "flip")
    drive(window, ["Enter"])
    settled(window)
    assert state(stage)["fields"][0, 6] == 2.0 == control(stage, "strength").value
    drive(window, ["N", "N"])
    settled(window)
    assert_replays(stage)
    focus(stage, "uproot")
    drive(window, ["Enter"])
    settled(window)
    assert len(stage.tools.world.fields) == 0 and "hand field" not in stage.panel.by_name
    stage.tool_section.bindings.select_tool("wall")
    settled(window)
    focus(stage, "place")
    drive(window, ["Enter"])
    settled(window)
    assert stage.tools.world.fields[0, 2:6].tolist() == pytest.approx([-1.0, 0.0, 1.0, 0.0], abs=0.01)


def test_the_magnetic_field_is_the_laws(window, stage):
    stage.tool_section.bindings.select_tool("magnetic field")
    settled(window)
    type_in(window, stage, "magnet", "-1.5")
    assert stage.session.film.run.values["field"] == -1.5 == stage.panel.by_name["field"].value
    assert control(stage, "magnet").value == -1.5
    descent = shown(window, Scene("slope", "x^2 + y^2", Descent(), dust=Dust([[1, 0.2]]), look=Look(exposure=1.0)))
    descent.tool_section.bindings.select_tool("magnetic field")
    settled(window)
    assert "hand no magnet" in descent.panel.by_name and "hand magnet" not in descent.panel.by_name


# -- landscapes and drops ----------------------------------------------------------------------------------------------


def test_a_picture_becomes_a_landscape_by_its_path(window, stage, tmp_path):
    path = picture(tmp_path / "disc.png")
    focus(stage, "picture")
    drive(window, ["Enter"], turns=2)
    field = control(stage, "path")
    assert isinstance(field, TextField) and stage.panel.column.focus is field
    drive(window, [pygame.event.Event(pygame.TEXTINPUT, text=f'"{path}"'), "Enter"])
    settled(window)
    assert stage.tools.world.landscape == stage.tools.fields.strength("landscape") > 0
    assert "disc.png is now the landscape" in window.toast.sentence and not window.toast.warning
    assert stage.panel.column.focus is control(stage, "height") and "hand path" not in stage.panel.by_name
    drive(window, ["N"] * 3)
    type_in(window, stage, "height", "-0.5")
    assert stage.tools.world.landscape == -0.5 and events(stage) == ["landscape", "steepen"]
    drive(window, ["N"] * 3)
    settled(window)
    assert_replays(stage)
    focus(stage, "level")
    drive(window, ["Enter"])
    settled(window)
    assert stage.tools.world.landscape is None and "hand height" not in stage.panel.by_name


def test_a_landscape_bends_paths_of_the_usual_speed(window, stage, tmp_path):
    path = picture(tmp_path / "disc.png")
    twin = stage.session.film.run.again()
    stage.tool_section.bindings.add_landscape(str(path))
    settled(window)
    drive(window, ["N"] * 40)
    settled(window)
    for _ in range(stage.session.film.run.frame):
        twin.advance()
    apart = math.hypot(*(twin.pos[1] - stage.session.film.run.pos[1]))
    assert apart > 0.1, "nobody would see it"
    assert np.isfinite(stage.session.film.run.pos).all()


@pytest.mark.parametrize("kind", ["missing", "folder", "text", "empty"])
def test_a_broken_path_is_said_in_one_sentence(window, stage, tmp_path, kind):
    path = {"missing": tmp_path / "none.png", "folder": tmp_path}.get(kind, tmp_path / "words.png")
    if kind in ("text", "empty"):
        path.write_text("no picture" if kind == "text" else "")
    stage.tool_section.bindings.toggle_path_field()
    drive(window, turns=2)
    drive(window, [pygame.event.Event(pygame.TEXTINPUT, text=str(path)), "Enter"])
    settled(window)
    assert window.toast.warning and "\n" not in window.toast.sentence and path.name in window.toast.sentence
    assert control(stage, "path").invalid and stage.panel.column.focus is control(stage, "path")
    assert events(stage) == [] and stage.error_card.trouble is None
    drive(window, ["Backspace"])
    assert not control(stage, "path").invalid


# -- anybody at all ----------------------------------------------------------------------------------------------------


def test_a_monkey_in_the_section_ends_in_a_drawing_that_replays(window, stage):
    rng = random.Random(5)
    keys = ["Tab", "Tab", "Shift+Tab", "Left", "Right", "Up", "Down", "Enter", "Enter", "Home", "End", "Esc"]
    keys += ["3", "7", ".", "Space", "N", "X", "I", "F", "D", "Delete", "Ctrl+D", "Ctrl+Z", "Ctrl+Y", "PageUp"]
    stage.tools.dust.brush_grains = stage.tools.dust.shape_grains = 3
    for _ in range(900):
        kind, at = rng.random(), (rng.randrange(SIZE[0]), rng.randrange(SIZE[1] - 30))
        if rng.random() < 0.7:
            at = (rng.randrange(520, 780), rng.randrange(30, 560))
        if kind < 0.3:
            pygame.event.post(move(at, (1, 1)))
        elif kind < 0.5:
            pygame.event.post(button(1, at, down=rng.random() < 0.5))
        elif kind < 0.55:
            pygame.event.post(wheel(rng.choice([-1, 1])))
        else:
            for part in press(rng.choice(keys)):
                pygame.event.post(part)
        window.run_once()
        assert window.open and window.page is stage
        if len(stage.session.film.run.state["x"]) > 200:
            stage.panel.column.set_focus(None)
            drive(window, ["Ctrl+Z"])
    drive(window, ["Esc", "Esc", "Esc", "Esc", button(1, (5, 5), down=False)])
    if stage.playback.playing:
        stage.pause()
    settled(window)
    wait(window, lambda: stage.camera.is_settled)
    settled(window)
    assert stage.error_card.trouble is None and stage.tool_section.bindings._number > 2, "it turned nothing"
    assert not stage.tool_section.bindings.waiting
    assert_replays(stage)


# -- the keyboard alone ------------------------------------------------------------------------------------------------


def test_the_keyboard_alone_reaches_and_changes_everything(window, stage, tmp_path):
    """Tab through the section for every thing in the hand, and turn what is there."""
    path = picture(tmp_path / "disc.png")
    reached, changed = set(), set()

    def walk(*wanted):
        """Tab from the first control to the last; each is changed, and what is pressed is only reached."""
        stage.panel.column.set_focus(stage.panel._sections[2][0])
        names = list(stage.tool_section.section())
        assert {f"hand {name}" for name in wanted} <= set(names)
        for name in names:
            one = stage.panel.by_name[name]
            if not one.takes_focus:
                continue
            drive(window, ["Tab"])
            assert stage.panel.column.focus is one, f"Tab does not come to {name}"
            assert stage.panel.column.place.contains(stage.panel.column.rect_of(one)), f"{name} is out of sight"
            reached.add(name)
            if isinstance(one, (Slider, Toggle)):
                before = one.value
                drive(window, ["Right"])
                if one.value == before:
                    drive(window, ["Left"])
                assert one.value != before
                settled(window)
                assert one.value != before, f"{name} was not taken"
                changed.add(name)

    def press_button(name):
        focus(stage, name)
        drive(window, ["Enter"], turns=2)
        settled(window)

    def choose(name, letters):
        focus(stage, name)
        drive(window, ["Enter", *letters, "Enter"], turns=2)
        settled(window)

    walk("mass", "eccentricity", "place", "symmetry", "mirrored", "picture")
    press_button("place")
    walk("body", "speed", "direction", "x", "y", "pinned", "duplicate", "take away")
    choose("hand", "d")
    walk("grains", "spread", "place")
    choose("hand", "w")
    assert control(stage, "hand").value == "well"
    walk("strength", "place")
    press_button("place")
    walk("field", "strength", "size", "x", "y", "flip", "uproot")
    choose("hand", "m")
    choose("field", "n")
    walk("magnet")
    press_button("picture")
    drive(window, [pygame.event.Event(pygame.TEXTINPUT, text=str(path))])
    assert stage.panel.column.focus is control(stage, "path")
    reached.add("hand path")
    drive(window, ["Tab"])
    settled(window)
    assert stage.tools.world.landscape is not None, "Tab out of the path did not load it"
    walk("height", "level")
    press_button("level")
    every = {f"hand {name}" for name in stage.tool_section.controls} - {"hand no magnet"}
    assert reached == every
    kinds = {
        name: control for name, control in stage.tool_section.controls.items() if isinstance(control, (Slider, Toggle))
    }
    assert changed == {f"hand {name}" for name in kinds}
    others = (Choice, Button, TextField)
    assert all(
        name in kinds or isinstance(one, others) for name, one in stage.tool_section.controls.items() if one.takes_focus
    )
    assert stage.error_card.trouble is None
    drive(window, ["Esc"])
    settled(window)
    assert_replays(stage)
