"""The kit of controls, driven through the window's event loop: focus, typing, dragging, snapping, resetting."""

from __future__ import annotations

import itertools
import math

import driving
import pygame
import pytest
from driving import button, drive, move, wheel

from orbitdraw.app.kit import (
    Button,
    Choice,
    Column,
    Heading,
    Label,
    Option,
    Slider,
    SliderRange,
    TextField,
    Toggle,
    theme,
)
from orbitdraw.app.kit.entry import Entry
from orbitdraw.app.kit.slider_range import format_number, parse_number
from orbitdraw.app.shell.layer import Layer, Page

SIZE = (640, 480)


class Stand(Layer):
    """A column of controls and nothing else."""

    def __init__(self, controls, scale, kind):
        super().__init__()
        self.scale, self.kind = scale, kind
        self.column = Column()
        self.column.set_controls(controls)
        self.high = 440

    def tick(self, now):
        self.column.tick(now)
        self.stale = self.stale or self.column.stale

    def draw(self, surface):
        surface.fill((90, 90, 90))
        place = pygame.Rect(340, 20, 280, self.high)
        self.column.lay_out(place, surface.get_rect(), self.scale, self.kind)
        self.column.draw(surface)

    def handle(self, event):
        if event.type == pygame.KEYDOWN and event.key == pygame.K_TAB and self.column.focus is None:
            self.column.move_focus(-1 if event.mod & pygame.KMOD_SHIFT else 1)
            return True
        return self.column.handle(event)


class Board(Page):
    name = "scene"


@pytest.fixture
def stand(window):
    def make(*controls, scale=1.0, kind=theme.DARK_THEME):
        page = Board()
        layer = Stand(controls, scale, kind)
        page.layers = [layer]
        window.page = page
        drive(window, turns=2)
        return layer

    return make


def number(reach=SliderRange(0.0, 10.0), value=2.0, default=5.0, **more):  # noqa: B008  # a frozen record
    said = []
    slider = Slider("Size", reach, value, default, said.append, **more)
    slider.said = said
    return slider


def knob(stand, slider, value):
    """The place in the window where the knob lies at a value."""
    left, length, middle = slider._track()
    where = stand.column.rect_of(slider)
    return where.left + left + round(slider.value_range.position_of(value) * length), where.top + middle


def drag(window, start, end, mod=0):
    pygame.key.set_mods(mod)
    drive(window, [move(start), button(1, start), move(end), button(1, end, down=False)])
    pygame.key.set_mods(0)


# -- sliders -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0])
def test_a_knob_follows_the_pointer_and_gives_round_numbers(window, stand, scale):
    slider = number()
    place = stand(slider, scale=scale)
    drag(window, knob(place, slider, 2.0), knob(place, slider, 7.0))
    assert slider.value == pytest.approx(7.0, abs=0.06)
    assert slider.value == round(slider.value, 2)


def test_a_dragged_knob_snaps_to_ticks_and_with_shift_it_does_not(window, stand):
    slider = number(SliderRange(0.0, 10.0, ticks=(math.pi,)))
    place = stand(slider)
    beside = knob(place, slider, 3.03)
    assert beside != knob(place, slider, math.pi)
    drag(window, knob(place, slider, 2.0), beside)
    assert slider.value == math.pi
    slider.show(2.0)
    drag(window, knob(place, slider, 2.0), beside, pygame.KMOD_LSHIFT)
    assert slider.value != math.pi and abs(slider.value - 3.03) < 0.06


def test_a_double_click_and_backspace_bring_back_the_default(window, stand):
    slider = number()
    place = stand(slider)
    at = knob(place, slider, 2.0)
    up = button(1, at, down=False)
    drive(window, [move(at), button(1, at), up, button(1, at), up])
    assert slider.value == 5.0
    drive(window, ["Right", "Backspace"])
    assert slider.value == 5.0 and slider.said[-2] != 5.0


def test_the_wheel_turns_the_number_under_the_pointer(window, stand):
    slider = number()
    place = stand(slider)
    drive(window, [move(knob(place, slider, 9.0)), wheel(1)])
    assert slider.value == pytest.approx(2.2)
    drive(window, [wheel(-1), wheel(-1)])
    assert slider.value == pytest.approx(1.8)


def test_arrows_page_keys_home_and_end(window, stand):
    slider = number()
    stand(slider)
    drive(window, ["Tab", "Right"])
    assert slider.value == pytest.approx(2.1)
    drive(window, ["Shift+Left"])
    assert slider.value == pytest.approx(2.09)
    drive(window, ["PageUp"])
    assert slider.value == pytest.approx(3.1, abs=0.02)
    drive(window, ["End", "Right"])
    assert slider.value == 10.0
    drive(window, ["Home", "Left"])
    assert slider.value == 0.0


def test_a_held_arrow_repeats_until_it_is_let_go(window, stand, monkeypatch):
    slider = number()
    place = stand(slider)
    drive(window, ["Tab"])
    down, *_, up = driving.press("Right")
    drive(window, [down])
    for later in range(12):
        place.column.tick(place.column._now + 0.05 + 0.4 * (later == 0))
    assert slider.value > 2.5
    drive(window, [up])
    before = slider.value
    place.column.tick(place.column._now + 5.0)
    assert slider.value == before


@pytest.mark.parametrize(
    ("keys", "value"),
    [
        (["7"], 7.0),
        (["Enter", "3", ".", "2", "5"], 3.25),
        (["0", ",", "5"], 0.5),
        (["1", "/", "4"], 0.25),
        (["2", "P", "I"], 2 * math.pi),
        (["1", "E", "-", "3"], 1e-3),
        (["4", "2", "Backspace"], 4.0),
    ],
    ids=str,
)
def test_a_number_is_typed(window, stand, keys, value):
    slider = number()
    stand(slider)
    drive(window, ["Tab", *keys, "Enter"])
    assert slider.value == value and slider.entry is None and slider.said == [value]


def test_a_number_out_of_range_is_held_at_the_end_and_that_is_said(window, stand):
    slider = number()
    place = stand(slider)
    drive(window, ["Tab", "9", "9", "Enter"], turns=2)
    assert slider.value == 10.0
    assert (
        place.column._tooltip.sentence == "The largest value is 10, which is used now" and place.column._tooltip.warning
    )
    drive(window, ["-", "1", "Enter"])
    assert slider.value == 0.0 and "smallest value is 0" in place.column._tooltip.sentence


def test_soft_ends_give_way_to_a_typed_number(window, stand):
    slider = number(SliderRange(0.1, 10.0, log=True, soft=True, floor=0.01))
    stand(slider)
    drive(window, ["Tab", "4", "0", "Enter"])
    assert slider.value == 40.0 and slider.value_range.high == 40.0
    drive(window, ["-", "1", "Enter"])
    assert slider.value == 0.01


def test_what_is_no_number_stays_to_be_mended_and_escape_gives_up(window, stand):
    slider = number()
    place = stand(slider)
    drive(window, ["Tab", "3", "X", "Enter"], turns=2)
    assert slider.entry is not None and slider.invalid and slider.said == []
    assert "is not a number" in place.column._tooltip.sentence
    drive(window, ["Esc"])
    assert slider.entry is None and place.column.focus is slider and slider.value == 2.0
    drive(window, ["Esc"])
    assert place.column.focus is None and window.open


def test_a_number_too_large_for_any_is_said_to_be_so(window, stand):
    slider = number()
    place = stand(slider)
    drive(window, ["Tab", "1", "e", "4", "0", "0", "Enter"], turns=2)
    assert slider.invalid and "“1e400” is too large" in place.column._tooltip.sentence


@pytest.mark.parametrize("log", [False, True])
def test_numbers_near_the_ends_of_all_numbers_break_no_track(window, stand, log):
    """Their difference, or their ratio, would be none; what cannot be drawn is drawn by no later turn either."""
    slider = number(SliderRange(0.1, 10.0, log=log, soft=True))
    stand(slider)
    drive(window, ["Tab"])
    for typed in ("-1e308", "1e308", "1e-320", "-1e149", "1e149", "0", "1e-149", "3"):
        drive(window, [*typed, "Enter", "Right", "Esc", "Tab"], turns=2)
        assert slider.value is not None and math.isfinite(slider.value_range.position_of(slider.value))


def test_tab_takes_what_was_typed(window, stand):
    slider = number()
    place = stand(slider, Button("Go", lambda: None))
    drive(window, ["Tab", "8", "Tab"])
    assert slider.value == 8.0 and isinstance(place.column.focus, Button)


def test_a_click_on_the_value_begins_typing(window, stand):
    slider = number()
    place = stand(slider)
    where = place.column.rect_of(slider)
    at = (where.right - 12, where.top + 12)
    drive(window, [move(at), button(1, at), button(1, at, down=False), "6", "Enter"])
    assert slider.value == 6.0


def test_an_endless_slider_ends_in_for_ever(window, stand):
    slider = number(SliderRange(0.1, 10.0, log=True, endless="for ever"))
    place = stand(slider)
    left, length, middle = slider._track()
    where = place.column.rect_of(slider)
    drag(window, knob(place, slider, 2.0), (where.left + left + length + 30, where.top + middle))
    assert slider.value is None
    drive(window, ["Left"])
    assert slider.value == 10.0
    drive(window, ["Enter", "F", "O", "R", "Enter"])
    assert slider.value is None
    drive(window, ["3", "Enter"])
    assert slider.value == 3.0


@pytest.mark.parametrize(
    "reach",
    [
        SliderRange(0.0, 2.4),
        SliderRange(-3.0, 5.0),
        SliderRange(1e-3, 1e3, log=True),
        SliderRange(0.1, 60.0, log=True, endless="x"),
    ],
)
def test_every_place_of_a_track_gives_the_value_that_lies_there(reach):
    for part in [i / 100 for i in range(101)]:
        value = reach.value_at(part)
        if value is not None and not (reach.endless and part > 0.89):
            assert abs(reach.position_of(value) - part) < 0.006
    climb, value = [], reach.low
    while value is not None and len(climb) < 300 and (not climb or value > climb[-1]):
        climb.append(value)
        value = reach.step_value(value, 0.01)
    assert climb[-1] == reach.high, "arrows are stuck before the end"


@pytest.mark.parametrize(
    "reach", [SliderRange(1.0, 12.0, integer=True), SliderRange(1.0, 500_000.0, log=True, integer=True)]
)
def test_where_whole_numbers_are_meant_there_are_no_others(reach):
    values = [reach.value_at(part / 400) for part in range(401)] + [reach.clamp(7.4), reach.clamp(0.2)]
    for value, ahead in ((reach.low, 1), (reach.high, -1)):
        climb = [value]
        while len(climb) < 3000 and reach.low <= (value := reach.step_value(value, 0.01 * ahead)) != climb[-1]:
            assert abs(value - climb[-1]) >= 1.0
            climb.append(value)
        assert climb[-1] == (reach.high if ahead > 0 else reach.low)
        values += climb
    assert all(value == round(value) and reach.low <= value <= reach.high for value in values)


@pytest.mark.parametrize(
    "typed", ["", "abc", "1/0", "inf", "nan", "1e999", "__import__('os')", "9**9**9", "--1", "pipi"]
)
def test_what_is_no_number_is_refused(typed):
    with pytest.raises((ValueError, ArithmeticError)):
        parse_number(typed)


@pytest.mark.parametrize("value", [0.0, -1.5, 3.25e-7, 1.2e8, 1 / 3, -2e-5])
def test_a_shown_number_can_be_typed(value):
    assert parse_number(format_number(value)) == pytest.approx(value, rel=1e-3)


# -- the other controls ------------------------------------------------------------------------------------------------


def choice(words, said):
    return Choice("Kind", [Option(word, word) for word in words], words[0], words[0], said.append)


def test_segments_by_click_and_arrow(window, stand):
    said = []
    kind = choice(["sun", "moon", "star"], said)
    place = stand(kind)
    second = kind._segments()[1].move(place.column.rect_of(kind).topleft).center
    drive(window, [move(second), button(1, second), button(1, second, down=False)])
    assert said == ["moon"]
    drive(window, ["Right", "Right", "Backspace", "Left"])
    assert said == ["moon", "star", "sun", "star"]


def test_a_list_drops_down_is_tried_out_and_taken_back(window, stand):
    said = []
    kind = choice(["mercury barely", "venus rising", "earth shining", "mars returning"], said)
    place = stand(kind)
    drive(window, ["Tab", "Enter", "Down", "Down"], turns=2)
    assert kind.menu is not None and said == ["venus rising", "earth shining"]
    drive(window, ["Esc"])
    assert kind.menu is None and kind.value == "mercury barely" and place.column.focus is kind
    drive(window, ["Enter", "M", "Enter"], turns=2)
    assert kind.value == "mars returning"
    drive(window, ["Enter"], turns=2)
    row = (kind.menu.place.centerx, kind.menu.place.top + 10)
    drive(window, [move(row), button(1, row)])
    assert kind.value == "mercury barely" and kind.menu is None
    assert window.surface.get_rect().contains(place.column.place)


def test_a_switch_and_a_button_by_space_enter_and_mouse(window, stand):
    said, pressed = [], []
    switch, go = Toggle("On", False, said.append), Button("Go", lambda: pressed.append(1))
    place = stand(switch, go)
    drive(window, ["Tab", "Space", "Enter", "Right", "Right"])
    assert said == [True, False, True]
    at = place.column.rect_of(go).center
    drive(window, [move(at), button(1, at), button(1, at, down=False), "Enter", "Space"])
    assert pressed == [1, 1, 1]
    drive(window, [button(1, at), move((5, 5)), button(1, (5, 5), down=False)])
    assert pressed == [1, 1, 1], "let go elsewhere, it was pressed all the same"


def test_a_text_field(window, stand):
    done = []
    field = TextField("Formula", "x", done.append)
    stand(field, Button("Go", lambda: None))
    drive(window, ["Tab", "Y", "^", "2", "Home", "-", "End", "Backspace", "4", "Enter"])
    assert done == ["-y^4"]
    drive(window, ["Q", "Esc"])
    assert field.entry.text == "-y^4" and window.open
    drive(window, ["Tab"])
    assert done == ["-y^4"]


def test_letters_typed_into_a_field_are_no_commands(window, stand):
    done = []
    stand(TextField("Name", "", done.append))
    drive(window, ["Tab", *"pshew", "Enter"])
    assert done == ["pshew"]


def test_an_entry_selects_replaces_and_keeps_its_length():
    entry = Entry.with_all_selected("old")
    entry.insert("ne\x00w\n")
    assert (entry.text, entry.caret) == ("new", 3)
    for event in driving.press("Shift+Left")[:1] * 2:
        entry.key(event)
    entry.insert("o")
    assert entry.text == "no"
    entry.insert("x" * 9999)
    assert len(entry.text) == 500


# -- the column --------------------------------------------------------------------------------------------------------


def test_tab_and_arrows_go_through_every_control_and_out(window, stand):
    controls = [Heading("A", True, print), Label("words"), number(), Toggle("On", True, print), choice(["a", "b"], [])]
    place = stand(*controls)
    walk = [control for control in controls if control.takes_focus]
    for control in walk:
        drive(window, ["Tab"])
        assert place.column.focus is control and [one for one in controls if one.focused] == [control]
    drive(window, ["Tab"])
    assert place.column.focus is None
    for control in reversed(walk):
        drive(window, ["Shift+Tab"])
        assert place.column.focus is control
    drive(window, ["Down", "Up", "Up"])
    assert place.column.focus is walk[0]


def test_a_column_that_is_too_high_scrolls_to_what_has_the_focus(window, stand):
    sliders = [number() for _ in range(20)]
    place = stand(*sliders)
    for slider in sliders:
        drive(window, ["Tab"])
        assert place.column.place.contains(place.column.rect_of(slider))
    drive(window, [move((400, 100)), move((400, 101))])
    before, value = place.column.scroll, [slider.value for slider in sliders]
    place.column._scroll_time = place.column._now
    drive(window, [wheel(3)])
    assert place.column.scroll < before and value == [slider.value for slider in sliders]


def test_a_focus_that_comes_with_new_controls_is_in_sight(window, stand):
    place = stand(*[number() for _ in range(30)])
    column, added = place.column, number()
    drive(window, ["Tab", *["Down"] * 25])
    before = column.scroll
    column.set_controls([*column.controls[:28], added, *column.controls[28:]])
    column.set_focus(added)
    drive(window, turns=2)
    assert column.place.contains(column.rect_of(added)) and column.scroll >= before > 0


@pytest.mark.parametrize(("left", "at"), [(340, 0), (340, 9), (20, 0), (20, 9)])
def test_a_tip_lies_beside_its_control_and_never_over_it(window, stand, monkeypatch, left, at):
    sliders = [number(tip="What this is, in so many words that it takes two lines") for _ in range(10)]
    place = stand(*sliders)
    bubble, window_rect = place.column._tooltip, pygame.Rect(0, 0, *SIZE)
    place.column.lay_out(pygame.Rect(left, 20, 280, 440), window_rect, 1.0, theme.DARK_THEME)
    bubble.set_control(sliders[at], 0.0)
    bubble.sentence = sliders[at].tip
    surface = pygame.Surface(SIZE)
    surface.fill((1, 2, 3))
    bubble.draw(surface, place.column._tooltip_anchor(), window_rect)
    drawn = pygame.surfarray.array2d(surface) != surface.map_rgb((1, 2, 3))
    where = place.column.rect_of(sliders[at])
    assert drawn.any() and not drawn[where.left : where.right, where.top : where.bottom].any()


def test_a_list_that_goes_on_says_so(window, stand):
    def bars(many):
        one = Choice("One", [Option(str(k), f"Option {k}") for k in range(many)], "0", "0", lambda name: None)
        place = stand(one)
        drive(window, ["Tab", "Enter"], turns=2)
        menu = place.column.menu
        line = pygame.surfarray.array2d(window.surface)[
            menu.place.right - 4, menu.place.top + 8 : menu.place.bottom - 8
        ]
        colors = line == window.surface.map_rgb(theme.DARK_THEME.line)
        drive(window, ["Esc", "Esc"])
        return int(colors.sum()), len(line)

    whole, part = bars(5), bars(40)
    assert whole[0] == 0 and 0.2 * part[1] < part[0] < 0.8 * part[1]


def test_the_focus_is_seen_by_more_than_a_colour(window, stand):
    slider = number()
    place = stand(slider)
    before = pygame.surfarray.array2d(window.surface)
    drive(window, ["Tab"])
    where = place.column.rect_of(slider)
    changed = pygame.surfarray.array2d(window.surface) != before
    top = changed[where.left + 12 : where.right - 12, where.top]
    assert top.all(), "there is no line around the control that has the focus"


def test_nothing_is_painted_while_nothing_changes(window, stand):
    place = stand(*[number() for _ in range(8)])
    drive(window, turns=3)
    paint_count = place.column.paint_count
    assert not any(window.run_once() for _ in range(20)) and place.column.paint_count == paint_count
    place.column.controls[0].set(3.0)
    assert window.run_once()
    assert place.column.paint_count == paint_count + 1


def test_a_tip_comes_to_the_pointer_and_to_the_focus(window, stand):
    slider, other = number(tip="How large it is"), number()
    place = stand(slider, other)
    drive(window, [move(place.column.rect_of(slider).center)])
    place.column.tick(place.column._now + 1.0)
    assert place.column._tooltip.sentence == "How large it is"
    drive(window, [move((5, 5))], turns=2)
    assert place.column._tooltip.sentence == ""
    drive(window, ["Tab"])
    place.column.tick(place.column._now + 1.0)
    assert place.column._tooltip.sentence == "How large it is"


# -- colours -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [theme.DARK_THEME, theme.LIGHT_THEME], ids=["stage", "paper"])
def test_everything_written_on_a_control_can_be_read(kind):
    behind = [theme.blend_over(kind.plate, kind.cover, (level,) * 3) for level in (0, 128, 255)]
    for ground in [*behind, kind.plate, kind.raised]:
        for ink in (kind.ink, kind.quiet):
            assert theme.contrast_ratio(ink, ground) >= 7.0
    for ground in behind:
        assert theme.contrast_ratio(kind.accent, ground) >= 7.0 and theme.contrast_ratio(kind.warning, ground) >= 7.0
        assert theme.contrast_ratio(kind.line, ground) >= 3.0
    assert theme.contrast_ratio(kind.plate, kind.accent) >= 7.0  # the word of the chosen segment
    assert theme.contrast_ratio(kind.ink, kind.edge) >= 7.0  # selected text
    assert theme.contrast_ratio(kind.accent, kind.raised) >= 7.0  # a button that is held down


def test_controls_fit_their_width_at_every_scale(window, stand):
    names = ["A name that is far too long for any panel in the world", "k"]
    for scale, name in itertools.product((0.75, 1.0, 2.0), names):
        slider = number(unit="km/s")
        slider.label = name
        place = stand(slider, Button(name, print, hint="E"), Toggle(name, True, print), scale=scale)
        assert all(
            control.rect.width == place.column.place.width - 2 * round(8 * scale) for control in place.column.controls
        )


def test_cards_can_be_drawn_in_a_window_narrower_than_their_edges():
    from orbitdraw.app.formula.card import FormulaView
    from orbitdraw.app.kit.choice import swatch
    from orbitdraw.app.kit.shapes import outline
    from orbitdraw.app.kit.text import plate

    assert plate((-8, 4), 2, (1, 2, 3)).get_size() == (0, 4)
    assert outline((-8, 4), 2, 1, (1, 2, 3)).get_size() == (0, 4)
    assert swatch((-3, 5), ((0, 0, 0), (9, 9, 9))).get_size() == (0, 5)
    setting, narrow = FormulaView(), pygame.Surface((1, 54))
    setting.surface = pygame.Surface((40, 20), pygame.SRCALPHA)
    setting.paint(narrow)
