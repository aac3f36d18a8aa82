"""Typing a formula in the window, through its event loop: what is shown, what runs, and what is never run."""

from __future__ import annotations

import os
import random
import signal
import sys
from pathlib import Path

import driving
import numpy as np
import pygame
import pytest
import waiting
from driving import button, drive, move, run_of, settle, wait

from orbitdraw.app.formula import trial
from orbitdraw.app.formula.formula_field import FormulaField
from orbitdraw.app.kit.entry import Entry
from orbitdraw.app.session.compiler import COMPILER, CompilerProcess, answer
from orbitdraw.authoring.bodies import Bodies, Dust
from orbitdraw.authoring.scene import Scene
from orbitdraw.errors import FormulaError
from orbitdraw.film.film import Film
from orbitdraw.ink.look import View
from orbitdraw.library.loading import load, read_drawing, replay
from orbitdraw.potentials.evaluate import FormulaPotential
from orbitdraw.potentials.formula import read
from orbitdraw.potentials.parameters import parameters
from orbitdraw.potentials.potential import Potential
from orbitdraw.slider import Slider

SIZE = (480, 320)
FIRST = "x^2/2 + a*y^2"


def show(window, what):
    window.show_scene(what)
    wait(window, lambda: window.page.shot is not None and window.page.shot.frame > 2)
    return window.page


@pytest.fixture
def stage(window):
    return show(window, load(FIRST, a=Slider(0.5, 0.0, 3.0)))


def open_bar(window, stage):
    drive(window, ["Ctrl+F"])
    wait(window, lambda: stage.formula.open and stage.formula._has_text)
    return stage.formula


def typed(window, words):
    drive(window, ["Space" if letter == " " else letter for letter in words])


def retyped(window, words):
    drive(window, ["Ctrl+A"])
    typed(window, words)


def runs(window, stage, text):
    wait(window, lambda: stage.formula.running_text == text)


# -- what is typed -----------------------------------------------------------------------------------------------------


def test_a_long_line_that_is_pasted_is_not_measured_from_every_letter(window, stage, monkeypatch):
    bar, measured, wide = open_bar(window, stage), [], FormulaField._text_width
    monkeypatch.setattr(
        FormulaField, "_text_width", lambda line, a, b: (measured.append(max(0, b - a)), wide(line, a, b))[1]
    )
    drive(window, ["Ctrl+A", pygame.event.Event(pygame.TEXTINPUT, text="-" * 3000)], turns=3)
    assert len(bar.text) == 3000 and 0 < sum(measured) < 30_000
    assert (
        bar.formula_field._first_visible > 2900
        and wide(bar.formula_field, bar.formula_field._first_visible, 3000) <= bar.formula_field._text_rect().width
    )
    drive(window, ["Home"], turns=2)
    assert bar.formula_field._first_visible == 0


def test_the_bar_begins_with_the_formula_that_runs_and_its_numbers(window, stage):
    stage.session.request_values({"a": 2.0})
    settle(window, 1)
    bar = open_bar(window, stage)
    assert bar.text == FIRST and bar.running_text == FIRST
    wait(window, lambda: "a" in bar.card.sliders)
    assert bar.card.sliders["a"].value == 2.0 and bar.card.sliders["a"].value_range.high == 3.0


def test_a_typed_formula_shows_its_landscape_and_then_runs(window, stage):
    bar, old = open_bar(window, stage), run_of(stage)
    typed(window, " + k*x")
    wait(window, lambda: stage.preview.has_lines)
    wait(window, lambda: list(bar.card.sliders) == ["a", "k"])
    assert bar.card.sliders["k"].value == 1.0 and bar.card.sliders["k"].value_range.high == 2.0
    runs(window, stage, FIRST + " + k*x")
    run = run_of(stage)
    assert run is not old and run.scene.text == FIRST + " + k*x" and run.values["a"] == 0.5
    assert run.history.events == [], "nothing was done by hand yet"
    wait(window, lambda: bar.card.formula_view.surface is not None)
    drive(window, ["Enter"])
    wait(window, lambda: not bar.open)
    assert not stage.preview.has_lines and stage.hud.shows_caption
    wait(window, lambda: "Ctrl+Z" in window.toast.sentence)


def test_the_preview_is_the_landscape_of_what_is_typed(window, stage):
    bar = open_bar(window, stage)
    wait(window, lambda: stage.preview.has_lines)
    before = pygame.surfarray.array_alpha(stage.preview.ground.surface)
    heard = []
    receive, bar.receive = bar.receive, lambda news: (heard.append(news), receive(news))
    retyped(window, "sin(4*x)")
    wait(
        window,
        lambda: any(isinstance(one, trial.LandscapePreview) and one.formula_input.text == "sin(4*x)" for one in heard),
    )
    assert not np.array_equal(before, pygame.surfarray.array_alpha(stage.preview.ground.surface))


def test_while_a_formula_is_broken_the_last_good_one_runs_and_the_column_is_marked(window, stage):
    bar, old = open_bar(window, stage), run_of(stage)
    typed(window, " + 2 3")
    wait(window, lambda: bar.formula_field.error_column is not None)
    assert bar.formula_field.error_column == len(FIRST) + 5
    assert "2*3" in bar.card.message_label.sentence and bar.card.message_label.is_error
    frame = stage.shot.frame
    wait(window, lambda: stage.shot.frame > frame + 2)
    assert run_of(stage) is old
    drive(window, ["Enter"], turns=3)
    assert bar.open and run_of(stage) is old
    drive(window, ["Backspace", "Backspace"])
    wait(window, lambda: bar.formula_field.error_column is None and bar.is_valid)
    assert not bar.card.message_label.is_error


def test_escape_gives_the_old_drawing_back_as_it_stood(window, stage):
    stage.session.submit(stage.session.film.run.apply, "throw", (1.0, 0.2, 0.1, 0.0, 0.3))
    settle(window, 1)
    open_bar(window, stage)
    old = stage.session.film
    retyped(window, "x^2 + y^2")
    runs(window, stage, "x^2 + y^2")
    frame = old.run.frame
    assert stage.session.film is not old
    drive(window, ["Esc"])
    settle(window, 1)
    assert stage.session.film is old and old.run.frame - frame < 4
    assert stage.opened.caption == f"V = {FIRST}"
    assert [event.name for event in old.run.history.events] == ["throw"]
    again = Film(replay(old.run.drawing()), SIZE)
    drive(window, ["Space"])
    settle(window, 1)
    again.seek(old.run.frame)
    np.testing.assert_array_equal(again.picture().pixels, old.picture().pixels)


def test_undo_leads_back_to_the_drawing_before_a_kept_formula_and_redo_forward(window, stage):
    open_bar(window, stage)
    old = stage.session.film
    retyped(window, "x^2 + 2*y^2")
    drive(window, ["Enter"])
    wait(window, lambda: not stage.formula.open)
    settle(window, 1)
    new = stage.session.film
    assert new.run.scene.text == "x^2 + 2*y^2"
    drive(window, ["Ctrl+Z"])
    settle(window, 1)
    assert stage.session.film is old
    drive(window, ["Ctrl+Y"])
    settle(window, 1)
    assert stage.session.film is new
    drive(window, ["Ctrl+Y"])
    settle(window, 1)
    assert stage.session.film is new


def test_a_drawing_of_a_typed_formula_is_saved_with_its_text_and_replays(window, stage, tmp_path):
    open_bar(window, stage)
    retyped(window, "k*x^2 + y^2")
    drive(window, ["Enter"])
    wait(window, lambda: not stage.formula.open)
    wait(window, lambda: stage.shot.frame > 3)
    drive(window, ["Space", "S"])
    wait(window, lambda: "Saved" in window.toast.sentence)
    drawing = read_drawing(next(tmp_path.glob("*.orbit")))
    assert drawing.scene.text == "k*x^2 + y^2" and drawing.scene.params == [["k", 1.0, 0.0, 2.0]]
    film = Film(replay(drawing), SIZE)
    film.seek(drawing.frames)
    np.testing.assert_array_equal(film.picture().pixels, stage.session.film.picture().pixels)


def test_a_slider_of_the_bar_is_an_event_of_the_run_once_its_formula_runs(window, stage):
    bar = open_bar(window, stage)
    wait(window, lambda: "a" in bar.card.sliders)
    drive(window, ["Tab", "PageUp"], turns=5)
    assert bar.card.focus is bar.card.sliders["a"]
    settle(window, 1)
    settle(window, 1)
    assert run_of(stage).values["a"] == bar.card.sliders["a"].value == pytest.approx(0.8)
    assert {event.name for event in run_of(stage).history.events} == {"a"}
    drive(window, ["Tab"])
    assert bar.card.focus is bar.formula_field
    stage.session.request_values({"a": 1.5})
    wait(window, lambda: bar.card.sliders["a"].value == 1.5)


def test_a_complaint_leaves_names_as_they_are(window, stage):
    bar = open_bar(window, stage)
    retyped(window, "sin")
    drive(window, ["Enter"])
    wait(window, lambda: bar.card.message_label.is_error)
    assert bar.card.message_label.sentence.startswith("'sin' is a function")


def test_a_number_keeps_its_value_when_the_formula_changes_round_it(window, stage):
    bar = open_bar(window, stage)
    wait(window, lambda: "a" in bar.card.sliders)
    stage.session.request_values({"a": 2.5})
    wait(window, lambda: bar._values.get("a") == 2.5)
    retyped(window, "a*x^4 + y^2")
    runs(window, stage, "a*x^4 + y^2")
    settle(window, 1)
    assert run_of(stage).values["a"] == 2.5 and bar.card.sliders["a"].value_range.high == 3.0
    retyped(window, "x^4")
    runs(window, stage, "x^4")
    retyped(window, "x^4 + a*y^2")
    runs(window, stage, "x^4 + a*y^2")
    settle(window, 1)
    assert run_of(stage).values["a"] == 2.5


def test_view_look_law_and_seed_stay(window, stage):
    drive(window, ["L", "Shift+R"])
    settle(window, 1)
    stage.session.request_values({"style": "paper", "width": 3.0})
    settle(window, 1)
    open_bar(window, stage)
    retyped(window, "x^2 + y^4")
    runs(window, stage, "x^2 + y^4")
    run = run_of(stage)
    assert (run.scene.law.name, run.seed) == ("heavy ball", 1)
    assert (run.values["style"], run.values["width"]) == ("paper", 3.0)


def test_a_scene_of_another_kind_offers_its_ground_and_comes_back(window):
    well = Scene("well", potential="x^2 + 3*y^2", dust=Dust([[1, 0.2], [0.3, 1]]), view=View(radius=1.5))
    stage = show(window, well)
    bar = open_bar(window, stage)
    drive(window, turns=300)
    assert bar.running_text is None and stage.session.base_scene is well, "nothing was typed yet"
    assert set(bar.text.replace(" ", "")) >= set("x^23*y")
    old = stage.session.film
    typed(window, "r^2")  # what was offered is selected
    runs(window, stage, "r^2")
    drive(window, ["Esc"])
    settle(window, 1)
    assert stage.session.film is old and stage.session.base_scene is well


def test_bodies_offer_an_empty_line(window):
    pair = Scene("pair", bodies=Bodies(1.0, [[-1, 0], [1, 0]], [[0, -0.5], [0, 0.5]]))
    bar = open_bar(window, show(window, pair))
    assert bar.text == ""
    drive(window, ["Enter"], turns=5)
    assert bar.open and not bar.card.message_label.is_error
    drive(window, ["Esc"])
    assert not bar.open


def test_names_that_are_taken_are_refused_at_their_column(window, stage):
    bar = open_bar(window, stage)
    retyped(window, "x^2*glow")
    wait(window, lambda: bar.formula_field.error_column == 4)
    assert "glow_1" in bar.card.message_label.sentence


def test_a_new_name_is_said_with_its_slider(window, stage):
    bar = open_bar(window, stage)
    retyped(window, "k x^2 + y^2")
    wait(window, lambda: "k is a slider: 1, from 0 to 2" in bar.card.message_label.sentence)
    assert list(bar.card.sliders) == ["k"] and not bar.card.message_label.is_error
    typed(window, " + a")  # a was declared with the drawing that is open
    wait(window, lambda: list(bar.card.sliders) == ["k", "a"])
    drive(window, turns=3)
    assert bar.card.message_label.sentence.startswith("k is a slider"), "k is still undeclared"
    runs(window, stage, bar.text)
    drive(window, ["Enter"])
    wait(window, lambda: not bar.open)
    bar = open_bar(window, stage)
    wait(window, lambda: bar.is_valid)
    drive(window, turns=3)
    assert "slider" not in bar.card.message_label.sentence


def test_greek_letters_are_typed_set_and_turned(window, stage):
    bar = open_bar(window, stage)
    drive(window, ["Ctrl+A", pygame.event.Event(pygame.TEXTINPUT, text="τ x² + |y|³")])
    runs(window, stage, "τ x² + |y|³")
    assert run_of(stage).values["τ"] == 1.0 and "τ" in bar.card.sliders
    wait(window, lambda: bar.card.formula_view.surface is not None)
    stage.session.request_values({"τ": 0.5})
    wait(window, lambda: bar.card.sliders["τ"].value == 0.5)


def test_a_jump_is_said_with_the_landscape_that_has_it(window, stage):
    bar = open_bar(window, stage)
    retyped(window, "where(x > 0, y, 1)")
    wait(window, lambda: "V jumps at x = 0" in bar.card.message_label.sentence)
    runs(window, stage, bar.text)
    assert "V jumps at x = 0" in bar.card.message_label.sentence and not bar.card.message_label.is_error
    retyped(window, "x^2")
    wait(window, lambda: bar.is_valid and "jumps" not in bar.card.message_label.sentence)


@pytest.mark.parametrize(("text", "says"), [("sin", "'sin' is a function"), ("ln2(x)", "Unknown function 'ln2'")])
def test_names_stay_as_they_are_in_a_sentence(window, stage, text, says):
    bar = open_bar(window, stage)
    retyped(window, text)
    wait(window, lambda: bar.card.message_label.is_error)
    assert bar.card.message_label.sentence.startswith(says)


def test_a_name_that_was_tried_before_is_not_declared_by_that(window, stage):
    bar = open_bar(window, stage)
    retyped(window, "k*x")
    wait(window, lambda: list(bar.card.sliders) == ["k"])
    retyped(window, "k(x + 1)")
    wait(window, lambda: bar.formula_field.error_column == 0)
    assert "k*(" in bar.card.message_label.sentence


def test_the_button_of_the_panel_opens_it(window, stage):
    drive(window, ["P"], turns=3)
    control = stage.panel.by_name["formula…"]
    at = stage.panel.column.rect_of(control).center
    drive(window, [move(at), button(1, at), button(1, at, down=False)])
    assert stage.formula.open and stage.formula.card.focus is stage.formula.formula_field


def test_letters_in_the_line_are_no_commands(window, stage):
    bar = open_bar(window, stage)
    retyped(window, "wrphe")
    assert bar.text == "wrphe" and window.page is stage and not stage.panel.state.open
    drive(window, ["?", "["])
    assert bar.text == "wrphe?[" and not window.help.visible and stage.playback.speed == 1


def test_a_landscape_that_changes_with_time_is_surveyed_again(window, stage):
    bar = open_bar(window, stage)
    retyped(window, "x^2*cos(3*t) + y^2")
    runs(window, stage, bar.text)
    heard = []
    receive, bar.receive = bar.receive, lambda news: (heard.append(news), receive(news))
    wait(window, lambda: len({one.formula_input.t for one in heard if isinstance(one, trial.LandscapePreview)}) > 2)


def test_what_is_compiled_and_no_longer_wanted_does_not_take_over(window, stage):
    bar = open_bar(window, stage)
    retyped(window, "x^2 + 5*y^2")
    wait(window, lambda: bar._compiling_text or bar.running_text == bar.text)
    drive(window, ["Esc"])
    waiting.until(trial._compile_pool.submit(int).done)  # it comes after what is being compiled
    settle(window, 1)
    settle(window, 1)
    assert run_of(stage).scene.text == FIRST


# -- monkeys -----------------------------------------------------------------------------------------------------------

TEETH = [
    *("x", "y", "t", "r", "a", "(", ")", "+", "-", "*", "/", "^", ",", ".", "1", "9", " ", "_", "e", "sin(", "sqrt("),
    *("1e999", "__import__('os')", "lambda x: x", "[", "]", "{", "}", ";", ":", "=", "\n", "\t", "\x00", "é", "𝒱", "²"),
    *("9**9**9**9", "().__class__", "0/0", "log(-1)", "text", "self", "dt", "view", "None", "if", '"', "\\", "\u202e"),
]


def test_random_text_never_crashes_and_is_never_evaluated(window, stage, monkeypatch):
    def evaluated(*args, **options):
        raise AssertionError("typed text was evaluated")

    monkeypatch.setattr("sympy.sympify", evaluated)
    monkeypatch.setattr("sympy.parsing.sympy_parser.parse_expr", evaluated)
    bar = open_bar(window, stage)
    rng = random.Random(7)
    keys = ["Left", "Right", "Home", "End", "Backspace", "Delete", "Ctrl+A", "Ctrl+Z", "Ctrl+Y", "Shift+Left", "Tab"]
    for _ in range(300):
        if rng.random() < 0.7:
            pygame.event.post(pygame.event.Event(pygame.TEXTINPUT, text=rng.choice(TEETH)))
            window.run_once()
        else:
            drive(window, [rng.choice(keys)])
        if rng.random() < 0.05:
            drive(window, turns=8)
        assert bar.open and 0 <= bar.formula_field.entry.caret <= len(bar.text)
    assert stage.error_card.trouble is None and "cannot be shown" not in window.toast.sentence
    frame = stage.shot.frame
    wait(window, lambda: stage.shot.frame > frame)


@pytest.mark.parametrize("seed", range(300))
def test_random_text_is_a_formula_or_refused(seed):
    rng = random.Random(seed)
    text = "".join(rng.choice(TEETH) for _ in range(rng.randrange(1, 12)))
    try:
        formula = read(text)
        params = parameters(formula, {}, frozenset({"dt", "view"}))
    except FormulaError as error:
        assert 0 <= error.column <= len(text)
        return
    land = FormulaPotential(formula, dict.fromkeys(params, 1.0))
    x, y = np.meshgrid(np.linspace(-1, 1, 5), np.linspace(-1, 1, 4))
    assert land.value(x, y).shape == (4, 5) and land.force(x, y)[0].shape == (4, 5)


# -- its parts ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "-1/sqrt(x^2 + y^2 + a)",
        "k*x^2 - y^-3 + x^2.5*y^0.5",
        "min(x, y, 2) + max(abs(x), y) - sign(x)*floor(3*y) + ceil(x)",
        "exp(-r^2)*cos(3*t)*atan2(y, x) + e^x - pi",
        "tan(x/2) + asin(x/4) + acos(y/4) + atan(x) + sinh(x)*cosh(y) - tanh(x) + log(4 + x)",
        "-x^2 - -y + 2^3^2/1000 + 7/3*x",
    ],
)
def test_the_landscape_is_that_of_the_potential(text):
    params = dict.fromkeys(read(text).names, 1.3)
    potential = Potential.parse(text, **params)
    rng = np.random.default_rng(3)
    x, y = rng.uniform(0.1, 2.0, 50), rng.uniform(-2.0, 2.0, 50)
    land = FormulaPotential(read(text, params), params)
    np.testing.assert_allclose(land.value(x, y, 0.7), potential.value(x, y, 0.7, **params), rtol=1e-12, atol=1e-12)
    good = np.isfinite(potential.force(x, y, 0.7, **params)).all(axis=0) & np.isfinite(land.force(x, y, 0.7)).all(
        axis=0
    )
    assert good.sum() > 20
    mine, exact = np.array(land.force(x, y, 0.7))[:, good], potential.force(x, y, 0.7, **params)[:, good]
    np.testing.assert_allclose(mine, exact, rtol=1e-5, atol=1e-5)


def test_a_constant_formula_has_the_shape_of_its_places():
    assert FormulaPotential(read("3"), {}).value(np.zeros((1, 4)), np.zeros((3, 1))).shape == (3, 4)


@pytest.mark.parametrize("text", ["", " ", "\t "])
def test_nothing_is_no_formula(text):
    with pytest.raises(FormulaError, match="empty"):
        read(text)


def test_parameters_of_a_constants_name_are_kept_when_they_are_known():
    assert list(parameters(read("e*x + pi*r", ["e"]), {"e": 2.0})) == ["e"]
    with pytest.raises(FormulaError, match="column 3"):
        parameters(read("x*seed"), {})


@pytest.fixture
def line():
    pygame.font.init()
    made = FormulaField(lambda: None)
    made.rect = pygame.Rect(0, 0, 300, 44)
    made.gain_focus()
    return made


def painted(line):
    surface = pygame.Surface(line.rect.size, pygame.SRCALPHA)
    line.paint(surface)
    return surface


@pytest.mark.parametrize("place", [0, 1, 250, 1999, 2000])
def test_a_long_text_moves_so_that_the_caret_is_seen(line, place):
    line.entry.insert("x + " * 500)
    line.entry.move_caret(place)
    surface = painted(line)
    room = line._text_rect()
    assert line._first_visible <= place and line._text_width(line._first_visible, place) <= room.width
    accent = pygame.surfarray.pixels_red(surface)  # keeps the surface locked until it is gone
    assert accent.any()


@pytest.mark.parametrize("width", [1, 8, 40, 60, 90])
def test_a_line_in_a_window_smaller_than_its_prompt_can_be_painted(line, width):
    line.rect.width = width
    line.entry.insert("x^2 + y^2")
    line.mark_error(9)
    painted(line)
    line.press((width, 20), False, False)


@pytest.mark.parametrize("fault", [0, 3, 900, 1999, 2000, 5000])
def test_a_fault_is_painted_wherever_it_lies(line, fault):
    line.entry.insert("x + " * 500)
    before = pygame.image.tobytes(painted(line), "RGBA")
    line.mark_error(fault)
    assert pygame.image.tobytes(painted(line), "RGBA") != before


def test_a_press_finds_the_nearest_place(line):
    line.entry.insert("x + y^2")
    painted(line)
    room = line._text_rect()
    for place in range(8):
        line.press((room.left + line._text_width(0, place), 20), False, False)
        assert line.entry.caret == place
    line.drag((room.left, 20), False)
    assert line.entry.selection == (0, 7)


def test_an_entry_takes_back_words_and_pastes_lines_as_one():
    entry = Entry(max_length=100)
    for letter in "abc":
        entry.insert(letter)
    entry.insert(" ")
    entry.insert("x\n+\ty\r\n- z")
    assert entry.text == "abc x + y - z"
    for text in ("abc ", "abc", "", ""):
        entry.key(driving.press("Ctrl+Z")[0])
        assert entry.text == text
    for text in ("abc", "abc ", "abc x + y - z", "abc x + y - z"):
        entry.key(driving.press("Ctrl+Y")[0])
        assert entry.text == text
    entry.key(driving.press("Ctrl+Z")[0])
    entry.insert("!")
    entry.key(driving.press("Ctrl+Y")[0])
    assert entry.text == "abc !"


def test_alt_gr_writes_and_does_not_cut():
    entry = Entry.with_all_selected("old")
    mod = pygame.KMOD_LCTRL | pygame.KMOD_RALT
    assert not entry.key(pygame.event.Event(pygame.KEYDOWN, key=pygame.K_x, mod=mod, unicode="", scancode=0))
    assert entry.text == "old"


# -- the second process ------------------------------------------------------------------------------------------------


def test_the_second_process_says_what_this_one_would():
    params = {"a": Slider(1.0, 0.0, 2.0)}
    wish = {"work": "measure", "text": "a*x^2 + y^2", "params": [["a", 1.0, 0.0, 2.0]]}
    more = {"law": "", "seed": 3, "values": {"a": 0.5}}
    assert COMPILER.request("measure", "a*x^2 + y^2", params, **more) == answer({**wish, **more})
    with pytest.raises(FormulaError) as refused:
        COMPILER.request("compile", "x + log(-2 + 0*x)", {})
    assert 0 <= refused.value.column < 20


def test_without_a_second_process_the_work_is_done_here(monkeypatch):
    monkeypatch.setattr("sys.executable", "/nowhere/python")
    alone = CompilerProcess()
    assert alone.request("compile", "x^2", {}) == {}
    assert alone._process is None


def test_a_process_that_died_is_done_without():
    foundry = CompilerProcess()
    foundry.start()
    foundry._process.kill()
    foundry._process.wait()
    assert foundry.request("compile", "x^2", {}) == {}
    assert foundry._process is None


def test_after_many_orders_another_process_takes_its_place(monkeypatch):
    monkeypatch.setattr("orbitdraw.app.session.compiler.MAX_REQUESTS", 2)
    foundry = CompilerProcess()
    first, seen = None, set()
    for k in range(5):
        assert foundry.request("compile", f"x^2 + {k}*y^2", {}) == {}
        first = first or foundry._process
        seen.add(foundry._process.pid)
    assert len(seen) == 3 and first.poll() is not None
    foundry.close()


ORPHAN = """
import sys, threading, time, os, signal
from orbitdraw.app.session.compiler import CompilerProcess
one = CompilerProcess()
threading.Thread(target=lambda: one.request("file", sys.argv[1]), daemon=True).start()
while not os.path.exists(sys.argv[1] + ".running"):
    time.sleep(0.01)
print(one._process.pid, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="nobody is killed like this here")
def test_a_second_process_ends_with_the_first_amid_a_file_that_never_does(tmp_path):
    path = tmp_path / "endless.py"
    path.write_text(f"open({str(path) + '.running'!r}, 'w').close()\nwhile True:\n    pass\n")
    second = int(waiting.run([sys.executable, "-c", ORPHAN, path]).stdout)
    waiting.until(lambda: not alive(second))


def alive(process):
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    stat = Path(f"/proc/{process}/stat")
    return not (stat.exists() and stat.read_text().rpartition(")")[2].split()[0] == "Z")
