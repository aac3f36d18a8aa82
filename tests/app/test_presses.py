"""Keys and notches that come faster than frames: each counts, and what is said is what was done."""

from __future__ import annotations

import numpy as np
import pygame
import pytest
from driving import assert_replays, button, drive, move, press, run_of, settle, star, wait, wheel

from orbitdraw import Bodies

SIZE = (320, 180)
PAIR = star(Bodies([1.0, 0.01], [[0, 0], [1, 0]], [[0, 0], [0, 1]], softening=0.05))


@pytest.fixture
def said(window, monkeypatch):
    """Everything that the toast said."""
    out = []
    monkeypatch.setattr(window.toast, "say", lambda sentence, warning=False: out.append(sentence))
    return out


def shown(window, scene):
    window.show_scene(scene)
    wait(window, lambda: window.page.shot is not None and window.page.tools.world is not None)
    drive(window, ["Space"])
    settle(window)
    return window.page


@pytest.fixture
def stage(window):
    stage = shown(window, PAIR)
    hold(window, stage, 1)
    return stage


def hold(window, stage, place):
    at = tuple(round(v) for v in stage.tools.world_to_pixels(stage.tools.world.pos[place : place + 1])[0])
    drive(window, [move(at), button(1, at), button(1, at, down=False)])
    settle(window)


def at_once(window, *events):
    """All of it within one turn of the loop, before anything that it did is heard of."""
    for event in events:
        for part in press(event) if isinstance(event, str) else [event]:
            pygame.event.post(part)
    window.run_once()
    settle(window)


def test_every_press_makes_a_body_heavier(window, stage, said):
    at_once(window, "M", "M", "M")
    assert run_of(stage).mass[1] == 0.1 and said[-1] == "This body has mass 0.1"
    at_once(window, "Shift+M", "M", "Shift+M")
    assert run_of(stage).mass[1] == 0.05


def test_pinned_and_let_go_again(window, stage, said):
    at_once(window, "I", "I")
    assert said == ["Body pinned", "Body released"]
    assert not stage.tools.world.pinned


def test_duplicates_lie_side_by_side_and_the_last_is_held(window, stage):
    at_once(window, "Ctrl+D", "Ctrl+D")
    run = run_of(stage)
    assert len(run.pos) == 4 and stage.tools.selected == 3
    assert np.diff(run.pos[1:, 0]) == pytest.approx([0.16, 0.16])
    drive(window, ["Delete"])
    settle(window)
    hold(window, stage, 1)
    at_once(window, "Ctrl+D")
    assert stage.tools.selected == 4, "the newest body is held, also after one that had a higher number went"
    assert_replays(stage)


def test_links_go_on_to_the_next_neighbour(window, stage, said):
    at_once(window, "K", "K")
    assert said == ["Lines between bodies 1 and 0, ten a second", "Links of this body removed"]
    assert not stage.tools.world.links


def test_the_butterfly_ends_with_the_second_press(window, stage, said):
    at_once(window, "Shift+B", "Shift+B")
    assert said[-1] == "Almost identical copies removed" and not stage.tools.world.twins


def test_twins_that_end_with_a_throw_are_missed(window, stage, said):
    at_once(window, "Shift+B", "M")
    assert not stage.tools.world.twins
    assert said[-1] == "This body has mass 0.02. The copies were removed because the original bodies changed"


def test_nothing_is_said_to_have_begun_that_cannot(window, said):
    empty = shown(window, star(Bodies([1.0], [[0, 0]])))
    hold(window, empty, 0)
    drive(window, ["Delete"])
    settle(window)
    drive(window, ["Shift+B"])
    settle(window)
    assert said == ["There is nothing to copy yet: throw a body or add dust first"]


def test_every_notch_and_sign_of_a_field_counts(window, stage):
    drive(window, ["Esc", "F"])
    at = (100, 50)
    drive(window, [move(at), button(1, at), button(1, at, down=False)])
    settle(window)
    drive(window, [button(1, at), button(1, at, down=False)])
    strength = stage.tools.world.fields[0, 6]
    at_once(window, wheel(1), wheel(1), wheel(1), "Shift+F")
    assert stage.tools.world.fields[0, 6] == -5.0 and strength == 0.6
    drive(window, ["Esc", "F", "F", "F", "F", "F"])
    at_once(window, wheel(1), wheel(1))
    assert run_of(stage).values["field"] == pytest.approx(0.2)


def test_what_is_refused_is_a_sentence_that_begins_like_one(window, stage, said):
    at_once(window, "I", "T")
    stage.tools.do(("push", (1.0, 1.0, 0.0)))
    settle(window)
    assert said[-1] == "Body 1 is pinned; release it first"


def test_a_spread_and_a_size_by_wheel_are_numbers_that_can_be_read(window, stage):
    drive(window, ["Esc", "D", move((100, 50)), wheel(1), wheel(1), wheel(1)])
    assert stage.tools.dust.spread == 0.076
    for _ in range(20):
        drive(window, [wheel(0.02)])
    assert stage.tools.dust.spread > 0.0795, "small notches of a touchpad got stuck"


@pytest.mark.parametrize("per_turn", [8, 20, 300])
def test_a_path_to_come_has_no_corners(per_turn):
    from orbitdraw.app.kit.overlay_shapes import smooth_curve

    angle = np.arange(3 * per_turn + 1) * 2 * np.pi / per_turn
    points = np.stack([90 * np.cos(angle), 90 * np.sin(angle)], axis=1)
    curve, n = smooth_curve(points)
    assert np.array_equal(curve[::n], points), "beads lie on it"
    inner = curve[n:-n]  # at its ends there is nothing yet to go by
    middles = np.concatenate([inner, (inner[1:] + inner[:-1]) / 2])
    assert np.abs(np.hypot(*middles.T) - 90).max() < (2.0 if per_turn == 8 else 0.3)
    lost = np.array([[0.0, 0.0], [1.0, 0.0], [np.inf, 1.0], [1e308, -1e308], [0.0, 0.0]])
    assert np.array_equal(smooth_curve(lost)[0][:: smooth_curve(lost)[1]], lost)


def test_undo_says_what_it_took_back_in_the_words_of_the_panel(window, stage, said):
    for value in ({"half_life": 3.0}, {"field": 0.5}):
        stage.session.request_values(value)
        settle(window)
        drive(window, ["Ctrl+Z"])
        settle(window)
    assert said == ["Undid: trail", "Undid: magnetic field"]


def test_a_body_that_goes_while_one_watches_from_it_is_missed(window, stage, said):
    drive(window, ["V"])
    settle(window)
    drive(window, ["Delete"])
    settle(window)
    assert said[0] == "Reference frame: body 1" and said[1].startswith("Body 1 was deleted; its reference frame stays")
    assert_replays(stage)


def test_what_a_pinned_body_can_do_is_said_beside_it(window, stage, monkeypatch):
    from orbitdraw.app.kit import overlay_shapes

    rows = []
    draw_label = overlay_shapes.draw_label
    monkeypatch.setattr(
        overlay_shapes, "draw_label", lambda *known, **more: rows.append(known[3]) or draw_label(*known, **more)
    )
    drive(window, [move((5, 5))])
    stage.stale = stage.tools.stale = True
    drive(window, turns=2)
    assert "body or arrow" in rows[-1][1][0] and "I: pin" in rows[-1][1][0]
    at_once(window, "I")
    assert "arrow" not in rows[-1][1][0] and "I: release" in rows[-1][1][0], "a pinned body has no velocity to give"


# -- one movement, one undo --------------------------------------------------------------------------------------------


def back(window, stage):
    drive(window, ["Ctrl+Z"])
    settle(window)
    return [event.name for event in run_of(stage).history.events]


def planted(window, *places):
    for at in places:
        drive(window, [move(at), button(1, at), button(1, at, down=False)])
        settle(window)


def test_what_was_done_twice_while_time_stood_still_is_taken_back_one_by_one(window, stage):
    drive(window, ["Esc", "X", "X", "F"])
    planted(window, (60, 40), (100, 130))
    settle(window)
    # The star is put into the centre of the first symmetry, in the same deed.
    assert back(window, stage) == ["align", "symmetry", "symmetry", "plant"]
    assert back(window, stage) == ["align", "symmetry", "symmetry"]
    assert back(window, stage) == ["align", "symmetry"]
    assert run_of(stage).history.events[1].value[0] == 2
    assert back(window, stage) == []
    assert_replays(stage)


def test_notches_of_one_movement_on_a_field_are_taken_back_as_one(window, stage):
    drive(window, ["F"])
    planted(window, (60, 40))
    drive(window, [button(1, (60, 40)), button(1, (60, 40), down=False), wheel(1), wheel(1), wheel(1)])
    settle(window)
    stage.tools._gestures._last_time = -9.0  # as if some time had gone by
    drive(window, [wheel(1), wheel(-1)])
    settle(window)
    assert [event.name for event in run_of(stage).history.events] == ["plant", *5 * ["tune"]]
    assert back(window, stage) == ["plant", *3 * ["tune"]]
    assert back(window, stage) == ["plant"]
    drive(window, ["Ctrl+Y"])
    settle(window)
    assert len(run_of(stage).history.events) == 4
    assert_replays(stage)


def test_two_drags_of_a_field_are_two(window, stage):
    drive(window, ["F"])
    planted(window, (60, 40))
    for start, end in (((60, 40), (90, 60)), ((90, 60), (120, 90))):
        drive(window, [move(start), button(1, start), move((start[0] + 15, start[1] + 9)), move(end)], turns=3)
        settle(window)
        drive(window, [button(1, end, down=False)])
        settle(window)
    assert run_of(stage).history.events[-1].gesture != run_of(stage).history.events[1].gesture
    placed = run_of(stage).state["fields"][0, 2:4].tolist()
    left = back(window, stage)
    assert left.count("shift") >= 1 and run_of(stage).state["fields"][0, 2:4].tolist() != placed
    assert back(window, stage) == ["plant"]
