"""A drawing that was saved is gone on with: through the window, from the file, in another window."""

from __future__ import annotations

import numpy as np
import pygame
import pytest
from driving import button, drive, move, run_of, settle, wait
from PIL import Image

from orbitdraw import Drawing
from orbitdraw.app.window import Window
from orbitdraw.exporters.export import export
from orbitdraw.library.loading import create_run, load_file, replay

SIZE = (320, 180)

FILE = """from orbitdraw import Dust, Look, scene
@scene(start=Dust([[1, 0.2]]), look=Look(exposure=1.0))
def mine(x, y, stiff=2.0):
    return stiff * (x**2 + y**2) / 2
"""


def opened(tmp_path, what):
    window = Window(SIZE, ui_scale=1.0, folder=tmp_path)
    window.show_scene(what)
    wait(window, lambda: window.page.shot is not None and window.page.tools.world is not None)
    return window


def paused(window):
    if window.page.playback.playing:
        drive(window, ["Space"])
    settle(window)
    return window.page.session.film


def drawn(window):
    """Throws, dust, symmetry, a field, a link and another frame of reference, all by hand."""
    stage = window.page
    for start, keys in (((220, 60), ["X"]), ((90, 120), ["K"]), ((140, 40), ["V"]), ((60, 50), ["Shift+B"])):
        drive(window, [button(1, start), button(1, (start[0] + 9, start[1] + 21), down=False), *keys])
        frame = stage.shot.frame
        wait(window, lambda frame=frame: stage.shot.frame > frame + 8)
    drive(window, ["F", button(1, (200, 150)), button(1, (200, 150), down=False), "Esc"], turns=4)
    return paused(window)


def test_what_was_drawn_before_saving_is_undone_and_redone_after_opening(tmp_path):
    first = opened(tmp_path, "figure_eight")
    try:
        film = drawn(first)
        names = [event.name for event in film.run.history.events]
        assert {"throw", "symmetry", "link", "watch", "twins", "plant"} <= set(names)
        drive(first, ["S"])
        settle(first)
        (path,) = tmp_path.glob("*.orbit")
        end, whole = film.run.frame, film.run.hash()
        shown = pygame.surfarray.array2d(first.page.picture.surface).T.astype(np.uint32)
        undone = [whole]
        for _ in range(3):
            drive(first, ["Ctrl+Z"])
            settle(first)
            undone.append(film.run.hash())
    finally:
        first.close()
    assert len(set(undone)) == 4
    assert Drawing.load(path).frames == end

    export(path, tmp_path / "saved.png", size=SIZE)
    with Image.open(tmp_path / "saved.png") as kept:
        rgb = np.asarray(kept.convert("RGB")).astype(np.uint32)
    np.testing.assert_array_equal(rgb[..., 0] << 16 | rgb[..., 1] << 8 | rgb[..., 2], shown & 0xFFFFFF)

    second = opened(tmp_path, path)
    try:
        wait(second, lambda: second.page.shot.frame >= end)
        film = paused(second)
        session = second.page.session
        session.submit(lambda: (film.seek(end), session.show_picture(fresh=True)))
        settle(second)
        assert film.run.hash() == whole
        for wanted in undone[1:]:
            drive(second, ["Ctrl+Z"])
            settle(second)
            assert second.page.session.film.run.hash() == wanted
        for wanted in undone[-2::-1]:
            drive(second, ["Ctrl+Y"])
            settle(second)
            assert second.page.session.film.run.hash() == wanted
        again = pygame.surfarray.array2d(second.page.picture.surface).T.astype(np.uint32)
        np.testing.assert_array_equal(again, shown)
    finally:
        second.close()


def test_what_was_saved_lies_on_the_time_line_as_soon_as_it_is_opened(tmp_path):
    first = opened(tmp_path, "figure_eight")
    try:
        film = drawn(first)
        drive(first, ["S"])
        settle(first)
        (path,) = tmp_path.glob("*.orbit")
        end, whole, edits = film.run.frame, film.run.hash(), {event.frame for event in film.run.history.events}
    finally:
        first.close()

    second = opened(tmp_path, path)
    try:
        paused(second)
        timeline = second.page.timeline
        assert second.page.shot.frame < end == timeline.world.last_frame and edits <= set(timeline.world.ticks)
        assert "Go to the end of the timeline" in second.toast.sentence
        at = (timeline.x_of(end), timeline.line()[2])
        drive(second, [move(at), button(1, at), button(1, at, down=False)])
        settle(second)
        timeline.seek(end)
        settle(second)
        assert run_of(second.page).frame == end and run_of(second.page).hash() == whole
        drive(second, ["Ctrl+Z"])
        settle(second)
        assert "Undid" in second.toast.sentence and run_of(second.page).hash() != whole
    finally:
        second.close()


def dragged(window, name, *parts):
    """Drag the knob of a slider of the panel from part to part of its track, resting at each longer than a stroke."""
    stage = window.page
    slider, column = stage.panel.by_name[name], stage.panel.column
    column.set_focus(slider)
    left, length, middle = slider._track()
    where = column.rect_of(slider)
    at = [(where.left + left + round(part * length), where.top + middle) for part in parts]
    drive(window, [move(at[0]), button(1, at[0])])
    for place in at[1:]:
        frame = stage.shot.frame
        wait(window, lambda frame=frame: stage.shot.frame > frame + 12)
        drive(window, [move(place)])
    drive(window, [button(1, at[-1], down=False)])
    settle(window)


def test_a_slider_that_was_dragged_is_taken_back_as_one_after_opening_too(tmp_path):
    first = opened(tmp_path, "figure_eight")
    try:
        first.panel.open = True
        drive(first, turns=2)
        first.page.tool_section.bindings.select_body(1)
        wait(first, lambda: "hand pinned" in first.page.panel.by_name)
        before = [run_of(first.page).values["width"], run_of(first.page).state["mass"].tolist()]
        dragged(first, "width", 0.5, 0.3, 0.8, 0.6)
        first.page.panel._gestures._last_time = -9.0  # as if some time had gone by: another gesture
        dragged(first, "width", 0.6, 0.9, 0.7)
        dragged(first, "hand mass", 0.5, 0.3, 0.8, 0.6)
        film = paused(first)
        names = [event.name for event in film.run.history.events]
        assert names.count("width") > 4 and names.count("weigh") > 2, "nothing to tell apart"
        drive(first, ["S"])
        settle(first)
        (path,) = tmp_path.glob("*.orbit")
        end = film.run.frame
    finally:
        first.close()

    second = opened(tmp_path, path)
    try:
        wait(second, lambda: second.page.shot.frame >= end)
        film = paused(second)
        seen = []
        for _ in range(3):
            drive(second, ["Ctrl+Z"])
            settle(second)
            seen.append([film.run.values["width"], film.run.state["mass"].tolist()])
        assert seen[0][1] == before[1] and seen[0][0] != before[0], "the mass goes back in one step"
        assert seen[1][0] not in (seen[0][0], before[0]), "each drag is a step of its own"
        assert seen[2] == before and film.run.history.events == []
        for _ in range(3):
            drive(second, ["Ctrl+Y"])
            settle(second)
        assert [event.name for event in film.run.history.events] == names
    finally:
        second.close()


def test_saving_in_the_past_says_what_is_not_in_the_file(tmp_path):
    window = opened(tmp_path, "figure_eight")
    try:
        film = drawn(window)
        window.page.timeline.seek(2)
        settle(window)
        drive(window, ["S"])
        wait(window, lambda: "Saved" in window.toast.sentence)
        assert "up to 0.0 s; later edits are not included" in window.toast.sentence
        (path,) = tmp_path.glob("*.orbit")
        assert Drawing.load(path).frames == film.run.frame == 2 and film.run.history.events
        window.page.timeline.seek(film.last_frame)
        settle(window)
        window.toast.say("")
        drive(window, ["S"])
        wait(window, lambda: "Saved" in window.toast.sentence)
        assert "up to" not in window.toast.sentence
    finally:
        window.close()


@pytest.mark.parametrize("values", [{}, {"exposure": 2.0}])
def test_a_drawing_of_a_file_that_was_changed_since_says_so(tmp_path, values):
    path = tmp_path / "mine.py"
    path.write_text(FILE)
    run = create_run(path)
    run.advance()
    drawing = run.drawing()
    known = replay(drawing, load_file(path))
    assert export(known, tmp_path / "a.png", size=SIZE, values=values).notes == []
    path.write_text(FILE.replace("2.0", "3.0"))
    other = replay(drawing, load_file(path))
    (note,) = export(other, tmp_path / "a.png", size=SIZE, values=values).notes
    assert note == "mine.py has changed since this drawing was made, and the motion may differ"
    window = opened(tmp_path, other)
    try:
        wait(window, lambda: window.toast.sentence == note and window.toast.warning)
    finally:
        window.close()
