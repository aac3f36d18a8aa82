"""The window through its real event loop: what keys do, what is shown, and what happens when a scene fails."""

from __future__ import annotations

import inspect
import subprocess
import sys
import threading
from pathlib import Path

import driving
import numpy as np
import pygame
import pytest
import waiting
from driving import button, drive, move, settle, wait, wheel
from walkers import SPRING, Walk, walk

from orbitdraw.app import open_window
from orbitdraw.app.kit import theme
from orbitdraw.app.scene_page import ScenePage
from orbitdraw.app.session import history as successor
from orbitdraw.app.session.session import Session
from orbitdraw.app.shell import keys
from orbitdraw.app.shell.help import SHEETS
from orbitdraw.app.stage.hud import Reading
from orbitdraw.app.wall.wall import Wall
from orbitdraw.authoring.bodies import Dust
from orbitdraw.authoring.scene import Scene
from orbitdraw.errors import InputError
from orbitdraw.film.film import Film
from orbitdraw.ink.look import View
from orbitdraw.library.loading import load, read_drawing, replay
from orbitdraw.simulation.run import Run

SIZE = (320, 180)
GESTURES = {"pan", "travel", "throw", "hold", "spread", "choose"}


@pytest.fixture
def stage(window):
    window.show_scene(walk())
    wait(window, lambda: window.page.shot is not None and window.page.shot.frame > 2)
    return window.page


def paused(window, stage):
    """Pause and let what was on its way arrive."""
    if stage.playback.playing:
        drive(window, ["Space"])
    wait_for_worker(window)
    return stage.shot.frame


def wait_for_worker(window):
    done = threading.Event()
    window.worker.submit(done.set)
    wait(window, done.is_set)
    window.run_once()


# -- each key does what its row says -----------------------------------------------------------------------------------


def test_space_pauses_and_plays_on(window, stage):
    frame = paused(window, stage)
    drive(window, turns=20)
    assert stage.shot.frame == frame
    drive(window, ["Space"])
    wait(window, lambda: stage.shot.frame > frame + 3)


def test_n_steps_on_and_shift_n_steps_back(window, stage):
    frame = paused(window, stage)
    drive(window, ["N", "N"])
    wait_for_worker(window)
    assert stage.shot.frame == frame + 2
    drive(window, ["Shift+N"])
    wait_for_worker(window)
    assert stage.shot.frame == frame + 1
    assert not stage.playback.playing


def test_a_step_back_shows_the_picture_that_was_there(window, stage):
    frame = paused(window, stage)
    before = pixels(stage)
    drive(window, ["N", "Shift+N"])
    wait_for_worker(window)
    assert stage.shot.frame == frame
    np.testing.assert_array_equal(pixels(stage), before)


def test_brackets_change_the_pace_and_nothing_else(window, stage):
    drive(window, ["[", "["])
    assert stage.playback.speed == 0.25
    drive(window, ["]"] * 9)
    assert stage.playback.speed == 16
    drive(window, ["["] * 12)
    assert stage.playback.speed == 1 / 16
    assert stage.session.film.run.history.events == [] and stage.session.film.run.values["dt"] == 0.01


def test_slow_motion_plays_every_kth_turn(window, stage):
    drive(window, ["["] * 4)
    paused(window, stage)
    frame = stage.shot.frame
    drive(window, ["Space"])
    for _ in range(32):
        window.run_once()
        wait_for_worker_only(window)
    assert stage.shot.frame - frame in (1, 2, 3)


def wait_for_worker_only(window):
    done = threading.Event()
    window.worker.submit(done.set)
    waiting.until(done.is_set)


def test_r_restarts_with_the_same_seed_and_shift_r_with_another(window, stage):
    paused(window, stage)
    drive(window, ["R"])
    wait_for_worker(window)
    assert stage.shot.frame == 0 and stage.session.film.run.seed == 0
    drive(window, ["Shift+R"])
    wait_for_worker(window)
    assert stage.session.film.run.seed == 1
    assert Reading("seed", "1") in stage.hud.rows


def test_the_wheel_zooms_to_the_pointer_and_is_recorded_once_it_rests(window, stage):
    paused(window, stage)
    pointer = (240, 50)
    under = world(stage, pointer)
    drive(window, [move(pointer), wheel(1), wheel(1), wheel(1)])
    assert stage.session.film.run.values["view"] == (0, 0, 1.5), "recorded while the wheel still turned"
    np.testing.assert_allclose(world(stage, pointer), under, atol=1e-12)
    wait(window, lambda: stage.camera.is_settled)
    assert stage.session.film.run.values["view"] == pytest.approx(stage.picture.view)
    assert stage.picture.shown_view == stage.picture.view
    views = [event for event in stage.session.film.run.history.events if event.name == "view"]
    assert len(views) == 1 and views[0].frame == stage.shot.frame


def world(stage, pos):
    x, y, radius = stage.picture.view
    scale, ox, oy = View((x, y), radius).pixels(SIZE)
    return (pos[0] - ox) / scale, (oy - pos[1]) / scale


def test_plus_minus_and_fit(window, stage):
    paused(window, stage)
    drive(window, ["+"])
    assert stage.picture.view[2] < 1.5
    drive(window, ["-", "-"])
    assert stage.picture.view[2] > 1.5
    drive(window, ["Home"])
    assert stage.picture.view == (0.0, 0.0, 1.5)
    wait(window, lambda: stage.camera.is_settled)


@pytest.mark.parametrize("number", [2, 3])
def test_dragging_pans(window, stage, number):
    paused(window, stage)
    drive(window, [button(number, (100, 100)), move((110, 95), (10, -5)), button(number, (110, 95), down=False)])
    x, y, radius = stage.picture.view
    per_pixel = 3.0 / 180
    assert (x, y, radius) == pytest.approx((-10 * per_pixel, -5 * per_pixel, 1.5))


def test_space_and_drag_pans_and_does_not_pause(window, stage):
    down, *_, up = driving.press("Space")
    drive(window, [down, button(1, (10, 10)), move((30, 10), (20, 0)), button(1, (30, 10), down=False), up])
    assert stage.playback.playing
    assert stage.picture.view[0] < 0


def test_h_hides_captions_and_numbers(window, stage):
    paused(window, stage)
    drive(window, turns=3)
    assert not np.array_equal(shown(window), pixels(stage))
    drive(window, ["H"])
    wait(window, lambda: stage.placeholder.source is None)
    np.testing.assert_array_equal(shown(window), pixels(stage))


def test_question_mark_shows_every_key_and_escape_closes_it(window, stage):
    drive(window, ["?"])
    assert window.help.visible
    drive(window, ["Esc"])
    assert not window.help.visible and window.open
    drive(window, ["?", "?"])
    assert window.help.visible and window.help.page_index == 1
    drive(window, ["Left"])
    assert window.help.visible and window.help.page_index == 0
    drive(window, ["?"] * len(window.help.sheets))
    assert not window.help.visible
    named = [name for sheet in SHEETS for name in sheet]
    assert sorted(named) == sorted(keys.groups()), "every key is on one of the sheets"
    drive(window, ["F1", "Space"])
    assert not window.help.visible and not stage.playback.playing


def test_w_goes_to_the_wall_and_enter_comes_back(window, stage):
    drive(window, ["W"])
    assert isinstance(window.page, Wall)
    assert window.page.grid.query == "", "the W that opened the wall was typed on it"
    drive(window, [*"figure"])
    assert [card.name for card in window.page.grid.visible_cards] == ["figure_eight"]
    drive(window, ["Enter"])
    assert isinstance(window.page, ScenePage)
    wait(window, lambda: window.page.shot is not None or window.page.error_card.trouble)
    assert window.page.error_card.trouble is None
    assert window.page.hud.title == "Figure eight"
    drive(window, ["Backspace"])
    assert isinstance(window.page, Wall)
    assert window.page.grid.visible_cards[window.page.grid.selected].name == "figure_eight"


def test_full_screen_and_escape_leaves_it(window, stage):
    drive(window, ["F11"])
    assert window.fullscreen
    drive(window, ["Esc"])
    assert not window.fullscreen and window.open
    wait(window, lambda: stage._resized_at is None)


def test_ctrl_q_quits(window, stage):
    drive(window, ["Ctrl+Q"])
    assert not window.open


def test_every_row_of_the_table_has_a_deed(window, stage):
    done = set()
    window.show_wall = lambda: done.add("wall")
    window.do = done.add
    for row in keys.KEYS:
        if "scene" in row.pages and not stage.do(row.action) and row.action not in GESTURES:
            window.do(row.action)
    assert done == {"wall", "quit", "help", "full screen", "escape"}


# -- ground and law ----------------------------------------------------------------------------------------------------


def test_g_lays_level_lines_over_the_picture_and_takes_them_away(window):
    window.show_scene(SPRING)
    wait(window, lambda: window.page.shot is not None)
    stage = window.page
    drive(window, ["G"])
    wait(window, lambda: stage.ground.ground is not None)
    assert stage.ground.ground.surface.get_size() == SIZE
    assert pygame.surfarray.array_alpha(stage.ground.ground.surface).max() > 50
    drive(window, ["G"])
    wait(window, lambda: stage.ground.ground.surface is None)


def test_l_goes_through_the_laws_with_the_same_start(window):
    window.show_scene(SPRING, seed=3)
    wait(window, lambda: window.page.shot is not None)
    stage = window.page
    told = []
    for _ in range(4):
        before = stage.opened.law
        drive(window, ["L"])
        wait(window, lambda before=before: stage.opened.law != before)  # a law that is not compiled yet is waited for
        wait_for_worker(window)
        told.append(stage.opened.law)
        run = stage.session.film.run
        assert run.seed == 3 and run.scene.look == SPRING.look
        np.testing.assert_array_equal(run.again().pos, Run(SPRING, 3).pos)
    assert told == ["heavy ball", "gradient descent", "langevin", "newton"]
    assert stage.session.film.run.scene.law == SPRING.law


def test_undo_leads_back_over_any_number_of_drawings(window):
    window.show_scene(SPRING, seed=3)
    wait(window, lambda: window.page.shot is not None)
    stage, widths = window.page, [round(1.0 + 0.1 * k, 1) for k in range(12)]
    drive(window, ["Space"])
    for width in widths:
        stage.session.request_values({"width": width})
        wait(window, lambda width=width: stage.session.film.run.values["width"] == width)
        before = stage.opened.law
        drive(window, ["L"])
        wait(window, lambda before=before: stage.opened.law != before)
        wait_for_worker(window)
    assert (
        len(stage.session.undo_drawings) == len(widths)
        and [one.film.size for one in stage.session.undo_drawings][:8] == [(1, 1)] * 8
    )
    for width in widths[::-1]:
        drive(window, ["Ctrl+Z"])
        settle(window, 1)  # all of it is drawn, not only begun: it makes way for what is asked meanwhile
        film = stage.session.film
        assert film.run.values["width"] == width and film.size == stage.session.size
        fresh = Film(film.run.again(), film.size)
        fresh.seek(film.run.frame)
        np.testing.assert_array_equal(film.picture().pixels, fresh.picture().pixels)
        drive(window, ["Ctrl+Z"])
        wait_for_worker(window)
    assert (
        stage.session.undo_drawings == []
        and stage.session.film.run.history.events == []
        and stage.opened.law == "newton"
    )


def test_drawings_of_crowds_that_were_left_take_no_more_than_their_room(window, monkeypatch):
    monkeypatch.setattr(successor, "MAX_STATE_BYTES", 500)
    window.show_scene(SPRING, seed=3)
    wait(window, lambda: window.page.shot is not None)
    stage = window.page
    for k in range(8):
        stage.session.request_values({"width": 1.0 + 0.1 * k})
        wait_for_worker(window)
        before = stage.opened.law
        drive(window, ["L"])
        wait(window, lambda before=before: stage.opened.law != before)
    states = [sum(array.nbytes for array in one.film.run.state.values()) for one in stage.session.undo_drawings]
    assert successor.MAX_CANVASES <= len(states) < 8 and sum(states[: -successor.MAX_CANVASES]) <= 500


def test_l_says_when_a_scene_has_a_law_of_its_own(window, stage):
    drive(window, ["L"])
    wait(window, lambda: "this scene runs its own program" in window.toast.sentence)


# -- keeping -----------------------------------------------------------------------------------------------------------


def test_s_saves_a_drawing_that_replays(window, tmp_path):
    window.show_scene(load("x^2/2 + y^2"))
    wait(window, lambda: window.page.shot is not None and window.page.shot.frame > 5)
    paused(window, window.page)
    drive(window, ["S", "S"])
    wait(window, lambda: "Saved" in window.toast.sentence)
    wait_for_worker(window)
    first, second = sorted(tmp_path.glob("*.orbit"))
    drawing = read_drawing(first)
    assert drawing == read_drawing(second)
    film = Film(replay(drawing), SIZE)
    film.seek(drawing.frames)
    np.testing.assert_array_equal(film.picture().pixels, pixels(window.page))


def test_what_another_window_saves_under_the_same_name_at_the_same_time_stays(window, stage, tmp_path, monkeypatch):
    path = tmp_path / "walk-001.orbit"
    monkeypatch.setattr(window, "path_for", lambda name, suffix: (path.write_text("theirs"), path)[1])
    drive(window, ["S"])
    wait(window, lambda: "Saved" in window.toast.sentence)
    assert "walk-002.orbit" in window.toast.sentence and path.read_text() == "theirs"
    assert read_drawing(tmp_path / "walk-002.orbit").frames


def test_a_folder_that_nobody_may_look_into_is_said(window, stage, tmp_path, monkeypatch):
    exists = Path.exists

    def closed(path, **options):
        if path.is_relative_to(window.folder):
            raise PermissionError(13, "Permission denied", str(path))
        return exists(path, **options)

    window.exports.exporter = lambda *args, **options: None
    monkeypatch.setattr("pathlib.Path.exists", closed)
    drive(window, ["E"])
    wait(window, lambda: window.toast.warning)
    assert "could not be written: Permission denied" in window.toast.sentence and not window.exports


def test_saving_where_nothing_can_be_written_is_said(window, stage, tmp_path):
    window.folder = tmp_path / "gone"
    drive(window, ["S"])
    wait(window, lambda: window.toast.warning)
    assert stage.error_card.trouble is None


def test_e_exports_beside_the_window(window, stage, tmp_path):
    seen = {}

    def exporter(what, path, *, size, frames, progress):
        seen.update(frames=frames, size=size)
        progress(1, 2)
        Path(path).write_bytes(b"a picture")

    window.exports.exporter = exporter
    frame = paused(window, stage)
    drive(window, ["E"])
    wait(window, lambda: "Exported" in window.toast.sentence)
    assert [path.name for path in tmp_path.iterdir()] == ["walk-001.png"]
    assert seen == {"frames": frame, "size": (3840, 2160)}


def test_what_e_exports_is_what_was_seen(window, tmp_path):
    from orbitdraw.exporters.export import export

    window.exports.exporter = lambda what, path, *, size, **options: export(what, path, size=SIZE, **options)
    window.show_scene(SPRING)
    wait(window, lambda: window.page.shot is not None and window.page.shot.frame > 5)
    paused(window, window.page)
    drive(window, ["E"])
    wait(window, lambda: window.toast.sentence)
    made = pygame.image.load(tmp_path / "spring-001.png").convert(32)
    np.testing.assert_array_equal(pygame.surfarray.array2d(made).T & 0xFFFFFF, pixels(window.page))


def test_escape_stops_an_export_and_the_scene_plays_on(window, stage, tmp_path):
    def exporter(what, path, *, size, frames, progress):
        for done in range(10_000):
            progress(done, 10_000)
            waiting.pause()

    window.exports.exporter = exporter
    drive(window, ["E"])
    wait(window, lambda: window.progress.title)
    frame = stage.shot.frame
    wait(window, lambda: stage.shot.frame > frame + 2)
    drive(window, ["Esc"])
    wait(window, lambda: "cancelled" in window.toast.sentence)
    assert not window.progress.title and not list(tmp_path.iterdir())


def test_an_export_that_fails_is_said(window, stage):
    def exporter(*args, **options):
        raise OSError("the disk is full")

    window.exports.exporter = exporter
    drive(window, ["E"])
    wait(window, lambda: window.toast.sentence == "the disk is full" and window.toast.warning)


# -- what is shown -----------------------------------------------------------------------------------------------------


def pixels(stage):
    return pygame.surfarray.array2d(stage.picture.surface).T.astype(np.uint32)


def shown(window):
    return pygame.surfarray.array2d(window.surface).T.astype(np.uint32) & 0xFFFFFF


def test_the_picture_shown_is_the_films_to_the_byte(window, stage):
    frame = paused(window, stage)
    film = Film(Run(walk()), SIZE)
    film.seek(frame)
    np.testing.assert_array_equal(pixels(stage), film.picture().pixels)


def test_a_resized_window_shows_the_same_drawing_on_larger_paper(window, stage):
    frame = paused(window, stage)
    pygame.display.set_mode((400, 300), pygame.RESIZABLE)
    drive(window, turns=1)
    assert stage.picture.surface.get_size() == SIZE, "the old picture is shown until the resizing ends"
    wait(window, lambda: stage.picture.surface.get_size() == (400, 300))
    film = Film(Run(walk()), (400, 300))
    film.seek(frame)
    np.testing.assert_array_equal(pixels(stage), film.picture().pixels)


def test_nothing_is_drawn_while_nothing_changes(window, stage):
    paused(window, stage)
    wait(window, lambda: stage.placeholder.source is None and not window.run_once())
    assert not any(window.run_once() for _ in range(30))


def test_a_slow_scene_slows_itself_and_never_the_input(window):
    gate = waiting.Gate()
    window.show_scene(walk(gate=gate))
    wait(window, lambda: window.page.shot is not None)
    gate.close()
    wait(window, gate.reached.is_set)
    drive(window)  # takes the picture of the frame before
    frame = window.page.shot.frame
    drive(window, turns=40)  # while a frame is worked at that does not end
    drive(window, ["Space"])
    assert not window.page.playback.playing and window.page.shot.frame == frame
    gate.open()


# -- scenes that fail --------------------------------------------------------------------------------------------------


def test_a_scene_that_fails_in_a_frame_leaves_its_last_picture(window):
    window.show_scene(walk(fail_at=5))
    wait(window, lambda: window.page.error_card.trouble is not None)
    stage = window.page
    assert "frame 5 is one too many" in stage.error_card.trouble.message
    assert stage.error_card.trouble.line > 0 and stage.error_card.trouble.path == inspect.getsourcefile(Walk)
    assert stage.shot.frame > 0 and window.open
    drive(window, ["N"], turns=3)
    assert stage.error_card.trouble is not None
    drive(window, ["Shift+N"])
    wait(window, lambda: stage.error_card.trouble is None)


def test_a_scene_that_fails_at_the_start(window):
    window.show_scene(walk(fail_start=True))
    wait(window, lambda: window.page.error_card.trouble is not None)
    assert "nothing to start from" in window.page.error_card.trouble.message
    drive(window, ["G", "L", "S", "E", "N", "Shift+N", "+", "Home", "H", "?", "Esc"], turns=5)
    assert window.open


def test_a_file_that_fails_is_shown_with_its_line_and_r_reads_it_again(window, tmp_path):
    path = tmp_path / "mine.py"
    path.write_text('"""Mine."""\n\nfrom orbitdraw import Scene\n\n1 / 0\n', encoding="utf-8")
    window.show_scene(str(path))
    wait(window, lambda: window.page.error_card.trouble is not None)
    trouble = window.page.error_card.trouble
    assert (trouble.path, trouble.line) == (str(path), 5)
    assert "division by zero" in trouble.message
    path.write_text(
        '"""Mine."""\nfrom orbitdraw import Dust, Scene\n\nscene = Scene("mine", dust=Dust([[0, 0]], [[1, 0]]))\n',
        encoding="utf-8",
    )
    drive(window, ["R"])
    wait(window, lambda: window.page.shot is not None)
    assert window.page.error_card.trouble is None and window.page.hud.caption == "Mine."


def test_a_file_that_calls_exit_does_not_close_the_window(window, tmp_path):
    path = tmp_path / "mine.py"
    path.write_text("import sys\nsys.exit(3)\n", encoding="utf-8")
    window.show_scene(str(path))
    wait(window, lambda: window.page.error_card.trouble is not None)
    assert window.open


# -- the wall ----------------------------------------------------------------------------------------------------------


def test_arrows_mouse_and_typing_choose_on_the_wall(window):
    window.show_wall()
    drive(window, turns=3)
    grid = window.page.grid
    drive(window, ["Right"])
    assert grid.selected == 1
    drive(window, ["Left", "Left"])
    assert grid.selected == 0
    drive(window, ["Down"])
    assert grid.selected == min(grid.columns(), len(grid.visible_cards) - 1)
    drive(window, [move(grid.card_rect(0).move(0, -round(grid.scroll)).center)], turns=60)
    drive(window, [*"zzz"])
    assert grid.visible_cards == [] and window.open
    drive(window, ["Enter", "Down", "Backspace", "Esc"], turns=2)
    assert len(grid.visible_cards) == len(grid.cards)


def test_esc_on_the_wall_does_not_quit(window):
    window.show_wall()
    drive(window, ["Esc", "Esc"])
    assert window.open


def test_a_click_opens_a_scene(window):
    window.show_wall()
    pygame.display.set_mode((1000, 700), pygame.RESIZABLE)
    drive(window, turns=3)
    place = window.page.grid.card_rect(0)
    drive(window, [button(1, place.center)])
    assert isinstance(window.page, ScenePage)


# -- the rest ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [theme.DARK_THEME, theme.LIGHT_THEME], ids=["stage", "paper"])
@pytest.mark.parametrize("behind", [(0, 0, 0), (128, 128, 128), (255, 255, 255)])
def test_text_can_be_read_on_any_picture(kind, behind):
    plate = theme.blend_over(kind.plate, kind.cover, behind)
    for color in (kind.ink, kind.quiet, kind.accent, kind.warning):
        assert theme.contrast_ratio(color, plate) >= 7.0


def test_without_a_display_one_sentence_names_the_export(monkeypatch):
    monkeypatch.setenv("SDL_VIDEODRIVER", "no such driver")
    pygame.display.quit()
    with pytest.raises(InputError, match=r"no display.*orbitdraw export figure_eight") as caught:
        open_window("figure_eight")
    assert "\n" not in str(caught.value)


def test_the_window_is_there_before_numpy():
    code = "import sys, orbitdraw.app.window; print({'numpy', 'numba', 'sympy'} & set(sys.modules))"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "set()"


def test_an_unknown_name_opens_no_window():
    with pytest.raises(InputError, match="figure_eight"):
        open_window("figure_eigth")


def test_a_show_that_was_closed_says_nothing_more(window, stage):
    session: Session = stage.session
    drive(window, ["W"])
    wait_for_worker(window)
    window.worker.poll_messages()
    session.submit(session.show_picture)
    wait_for_worker_only(window)
    assert window.worker.poll_messages() == []


def test_level_lines_of_a_ground_that_moves_move(window):
    tide = Scene("tide", potential="0.2*(x^2+y^2)*(1+cos(3*t))", dust=Dust([[1, 0.2]]), view=View(radius=1.5), steps=4)
    window.show_scene(tide)
    wait(window, lambda: window.page.shot is not None)
    stage = window.page
    drive(window, ["G"])
    wait(window, lambda: stage.ground.ground is not None)
    first = stage.ground.ground.surface
    wait(window, lambda: stage.ground.ground.surface is not first)


def test_a_sentence_over_the_panel_hides_what_is_under_it():
    from orbitdraw.app.shell.toast import Toast

    toast, seen = Toast(), []
    for ground in ((0, 0, 0), (255, 255, 255)):
        surface = pygame.Surface((300, 200))
        surface.fill(ground)
        toast.margin = 200
        toast.say("There is no file of that name; type the path of a picture")
        toast.tick(0.0)
        toast.draw(surface)
        seen.append(surface.get_at(toast.place.center)[:3])
        inner = toast.place.inflate(-40, -8)
        seen.append(pygame.surfarray.array3d(surface.subsurface(inner)).tobytes())
    assert seen[:2] == seen[2:]


# -- a window that fails -----------------------------------------------------------------------------------------------


def test_a_turn_that_fails_is_said_and_the_window_goes_on(window, stage, monkeypatch, capfd):
    real, turns = stage.draw, []

    def draw(surface):
        turns.append(len(turns))
        if turns[-1] in (2, 3):
            raise TypeError("a rectangle far away")
        if turns[-1] > 12:
            pygame.event.post(pygame.event.Event(pygame.QUIT))
        real(surface)

    said = []
    monkeypatch.setattr(window.toast, "say", lambda sentence, warning=False: said.append((sentence, warning)))
    monkeypatch.setattr(stage, "draw", draw)
    window.run()
    assert len(turns) > 12, "it went on"
    assert said == [("The window had an error and keeps running: TypeError: a rectangle far away", True)]
    assert capfd.readouterr().err.count("Traceback") == 1, "said once, and nothing is swallowed"


def test_a_window_that_only_fails_ends_with_the_error(window, stage, monkeypatch, capfd):
    def draw(surface):
        raise TypeError("nothing can be drawn")

    monkeypatch.setattr("orbitdraw.app.window.MAX_FAILURES", 5)
    monkeypatch.setattr(stage, "draw", draw)
    with pytest.raises(TypeError, match="nothing can be drawn"):
        window.run()
    assert "Traceback" in capfd.readouterr().err


# -- level lines -------------------------------------------------------------------------------------------------------


def test_the_picture_goes_on_while_level_lines_are_surveyed(window, monkeypatch):
    from orbitdraw.app.session.force_field import EffectivePotential

    window.show_scene(SPRING)
    wait(window, lambda: window.page.shot is not None and window.page.shot.frame > 2)
    stage, real, held, roughly = window.page, EffectivePotential.render, waiting.Gate(closed=True), []

    def slow(survey, *given, **more):
        held()
        roughly.append(survey.is_changing)
        return real(survey, *given, **more)

    monkeypatch.setattr(EffectivePotential, "render", slow)
    drive(window, ["G"])
    wait(window, lambda: stage.session.contours.busy)
    frame = stage.shot.frame
    wait(window, lambda: stage.shot.frame > frame + 20)
    assert stage.ground.ground is None and roughly == []
    stage.session.submit(stage.session.film.run.apply, "plant", (1, 0.3, 0.2, 0.5, 0.2, 2.0, 0.3))
    held.open()
    wait(window, lambda: len(roughly) > 1 and not roughly[-1])
    settle(window)
    assert roughly[0] is False, "the first is drawn with care, and so is the last, when the ground has come to rest"
    last = pygame.surfarray.array_alpha(stage.ground.ground.surface)
    survey = EffectivePotential.of(stage.session.film.run)
    there = real(survey, stage.session.film.run.view, stage.session.size, stage.session.scale)
    np.testing.assert_array_equal(last, pygame.surfarray.array_alpha(there))


def test_lines_that_were_taken_away_during_their_survey_stay_away(window, monkeypatch):
    from orbitdraw.app.session.force_field import EffectivePotential

    window.show_scene(SPRING)
    wait(window, lambda: window.page.shot is not None and window.page.shot.frame > 2)
    stage, real, held = window.page, EffectivePotential.render, waiting.Gate(closed=True)
    monkeypatch.setattr(
        EffectivePotential, "render", lambda survey, *given, **more: (held(), real(survey, *given, **more))[1]
    )
    drive(window, ["G"])
    wait(window, lambda: stage.session.contours.busy)
    drive(window, ["G"])
    wait(window, lambda: stage.ground.ground is not None)
    held.open()
    settle(window)
    assert stage.ground.ground.surface is None
