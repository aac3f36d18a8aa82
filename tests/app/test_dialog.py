"""The export dialog through the window's event loop: keyboard alone, mouse, the queue, and the files that come out."""

from __future__ import annotations

import sys
import threading
from itertools import pairwise
from pathlib import Path

import numpy as np
import pygame
import pytest
import waiting
from driving import button, drive, move, press, wait, wheel
from PIL import Image
from walkers import walk

from orbitdraw.app.export_dialog import settings
from orbitdraw.app.export_dialog.paths import resolve_target
from orbitdraw.app.export_dialog.settings import TYPED, ExportSettings
from orbitdraw.app.kit import Slider
from orbitdraw.app.kit.theme import DARK_THEME, LIGHT_THEME, contrast_ratio
from orbitdraw.app.window import Window
from orbitdraw.cli import commands as cli
from orbitdraw.exporters.export import EXPORTERS, export
from orbitdraw.exporters.spec import QUALITIES
from orbitdraw.formats import FORMATS
from orbitdraw.ink.look import STYLES
from orbitdraw.library.loading import read_drawing
from orbitdraw.runtime import threads

SIZE = (900, 700)


class Recorder:
    """An exporter that writes what it was told, and takes as long as it is told."""

    def __init__(self):
        self.told = []
        self.paths = []
        self.gate = threading.Event()
        self.gate.set()

    def __call__(self, what, path, *, progress, **options):
        self.told.append((Path(path).name, options))
        self.paths.append(Path(path))
        progress(1, 100)
        while not self.gate.is_set():
            progress(50, 100)
            waiting.pause()
        progress(100, 100)
        Path(path).write_bytes(b"made")


@pytest.fixture
def recorder():
    return Recorder()


@pytest.fixture
def window(tmp_path, recorder):
    made = Window(SIZE, ui_scale=1.0, folder=tmp_path, exporter=recorder)
    yield made
    recorder.gate.set()
    made.close()
    assert not [thread for thread in threading.enumerate() if thread.name == "orbitdraw worker"]


def show(window, scene, frames=70):
    window.show_scene(scene)
    wait(window, lambda: window.page.shot is not None and window.page.shot.frame >= frames)
    return window.page


@pytest.fixture
def stage(window):
    return show(window, walk())


def opened(window):
    drive(window, ["Ctrl+E"], turns=2)
    assert window.dialog.visible
    return window.dialog


def paused(window, stage):
    drive(window, ["Space"])
    done = threading.Event()
    window.worker.submit(done.set)
    wait(window, done.is_set)
    window.run_once()
    return stage.shot.frame


def told(window, recorder, count=1):
    wait(window, lambda: len(recorder.told) >= count and not window.exports)
    return recorder.told[-1]


def go_to(window, name):
    """Tab to a control, as a person does."""
    dialog = window.dialog
    for _ in range(20):
        if dialog.column.focus is dialog.by_name[name]:
            return
        drive(window, ["Tab"])
    raise AssertionError(f"Tab does not reach {name}")


def typed(text):
    """A text that an input method gives at once."""
    return pygame.event.Event(pygame.TEXTINPUT, text=text)


def middle(window, name):
    return window.dialog.column.rect_of(window.dialog.by_name[name]).center


def click(window, place):
    drive(window, [move(place), button(1, place), button(1, place, down=False)])


# -- by the keyboard alone ---------------------------------------------------------------------------------------------


def test_enter_exports_what_is_offered(window, stage, recorder):
    frame = paused(window, stage)
    opened(window)
    drive(window, ["Enter"])
    assert not window.dialog.visible
    assert told(window, recorder) == ("walk-001.png", {"size": (3840, 2160), "frames": frame})
    assert "walk-001.png" in window.toast.sentence


def test_every_choice_by_keys(window, stage, recorder):
    frame = paused(window, stage)
    opened(window)
    drive(window, ["Right"])
    go_to(window, "typed")
    drive(window, [*"320x200"])
    go_to(window, "first")
    drive(window, [*"0.25", "Enter"])
    go_to(window, "rate")
    drive(window, ["Left"])
    go_to(window, "loop")
    drive(window, ["Right", "Right", "Right"])
    go_to(window, "look")
    drive(window, ["End", "Enter"])
    name, options = told(window, recorder)
    assert name == "walk-001.gif"
    assert options == {
        "size": (320, 200),
        "start": 0.25,
        "seconds": (frame - 15) / 60,
        "fps": 25.0,
        "loop": 3,
        "look": "paper",
    }


def test_tab_reaches_every_control_and_comes_round(window, stage):
    dialog = opened(window)
    for format_keys in ([], ["Right"], ["End"]):
        drive(window, format_keys)
        stops, seen = dialog.column.tab_stops(), []
        for _ in stops:
            seen.append(dialog.column.focus)
            assert dialog.column.place.contains(dialog.column.rect_of(dialog.column.focus))
            drive(window, ["Tab"])
        assert seen == stops and dialog.column.focus is stops[0]
        drive(window, ["Shift+Tab"])
        assert dialog.column.focus is stops[-1]
        drive(window, ["Tab"])


def test_cancel_is_pressed_by_keys_too(window, stage, recorder):
    opened(window)
    go_to(window, "buttons")
    drive(window, ["Left", "Enter"], turns=5)
    assert not window.dialog.visible and not recorder.told


def test_numbered_pictures_with_a_transparent_ground(window, stage, recorder, monkeypatch):
    paused(window, stage)
    opened(window)
    drive(window, ["End"])
    go_to(window, "transparent")
    drive(window, ["Space", "Enter"])
    name, options = told(window, recorder)
    assert name == "walk-001" and options["transparent"] is True and "loop" not in options


def test_a_film_with_a_transparent_ground(window, stage, recorder):
    paused(window, stage)
    opened(window)
    drive(window, ["Right", "Right", "Right"])
    assert window.dialog.settings.suffix == ".webm"
    go_to(window, "quality")
    drive(window, ["Right"])
    go_to(window, "transparent")
    drive(window, ["Space"], turns=2)
    assert "standard quality only" in window.dialog.summary.problem
    drive(window, ["Enter"], turns=2)
    assert window.dialog.visible and window.dialog.column.focus is window.dialog.by_name["quality"]
    drive(window, ["Left", "Enter"])
    name, options = told(window, recorder)
    assert name == "walk-001.webm" and options["transparent"] is True and options["quality"] == "standard"


def test_an_mp4_offers_no_transparent_ground_and_forgets_none(window, stage, recorder):
    paused(window, stage)
    dialog = opened(window)
    go_to(window, "transparent")
    drive(window, ["Space"])
    go_to(window, "format")
    drive(window, ["Right", "Right"], turns=2)
    assert dialog.settings.suffix == ".mp4" and dialog.by_name["transparent"] not in dialog.column.controls
    drive(window, ["Enter"])
    assert "transparent" not in told(window, recorder)[1]
    assert dialog.settings.transparent, "the next PNG is as it was chosen"


def test_escape_gives_up_typing_then_closes(window, stage, recorder):
    dialog = opened(window)
    drive(window, ["Right"])
    go_to(window, "last")
    slider = dialog.by_name["last"]
    before = slider.value
    drive(window, ["9", "Esc"])
    assert dialog.visible and slider.entry is None and slider.value == before
    drive(window, ["Esc"], turns=3)
    assert not dialog.visible and not recorder.told and window.open


def test_the_sheet_is_modal_and_the_picture_plays_on(window, stage):
    opened(window)
    frame, seed = stage.shot.frame, stage.session.film.run.seed
    drive(window, ["W", "S", "Shift+R", "P", "Ctrl+Z", "["], turns=5)
    click(window, (5, 5))
    drive(window, [wheel(3)])
    assert window.page is stage and window.dialog.visible and not stage.panel.visible
    assert stage.session.film.run.seed == seed and not stage.session.film.run.history.events
    wait(window, lambda: stage.shot.frame > frame + 5)
    assert stage.playback.playing
    drive(window, ["Ctrl+Q"])
    assert not window.open


def test_an_open_sheet_is_not_drawn_anew_for_every_frame(window, stage):
    stage.playback.speed = 16.0
    dialog = opened(window)
    wait(window, lambda: stage.shot.frame > 700)
    paint_count, frame = dialog.column.paint_count, stage.shot.frame
    wait(window, lambda: stage.shot.frame > frame + 200)
    assert dialog.column.paint_count == paint_count


def test_before_there_is_a_picture_there_is_nothing_to_export(window):
    window.show_scene(walk(fail_start=True))
    wait(window, lambda: window.page.error_card.trouble is not None)
    drive(window, ["Ctrl+E"], turns=2)
    assert not window.dialog.visible and "nothing to export" in window.toast.sentence


def test_space_presses_the_button_and_not_the_pause(window, stage):
    opened(window)
    go_to(window, "look")
    drive(window, ["Space"])
    assert stage.playback.playing


def test_another_page_puts_it_away(window, stage):
    opened(window)
    window.show_wall()
    assert not window.dialog.visible
    drive(window, turns=3)


# -- what is wrong is said where it is ---------------------------------------------------------------------------------


def test_a_bad_size_is_said_at_its_field(window, stage, recorder):
    dialog = opened(window)
    go_to(window, "typed")
    drive(window, [*"big", "Tab", "Enter"], turns=2)
    assert dialog.visible and dialog.column.focus is dialog.by_name["typed"]
    assert dialog.by_name["typed"].invalid
    assert "write it like 1920x1080" in dialog.column._tooltip.sentence
    assert "write it like 1920x1080" in dialog.summary.problem
    drive(window, [*"64x64"], turns=2)
    assert not dialog.problems and not dialog.by_name["typed"].invalid
    drive(window, ["Enter"])
    assert told(window, recorder)[1]["size"] == (64, 64)


def test_a_stretch_that_ends_before_it_begins(window, stage, recorder):
    dialog = opened(window)
    drive(window, ["Right"])
    go_to(window, "first")
    drive(window, ["9", "Enter", "Enter"], turns=2)
    assert dialog.visible and dialog.column.focus is dialog.by_name["last"] and not recorder.told
    assert dialog.column._tooltip.sentence.startswith("The end is before the start")


@pytest.mark.parametrize(
    ("chosen", "name", "says"),
    [
        (ExportSettings(".mp4", {".mp4": TYPED}, "20000x100"), "typed", "at most 16384"),
        (ExportSettings(".gif", {".gif": TYPED}, "5"), "typed", "16 to 60000"),
        (ExportSettings(".gif", {".gif": "wide"}), "size", "does not fit in memory"),
        (ExportSettings(".gif", rates={".gif": 60.0}), "rate", "choose 50"),
    ],
)
def test_what_the_exporter_would_refuse_is_said_before(chosen, name, says):
    assert says in chosen.problems((1000, 1000 if name != "size" else 4000), (0, 60))[name]


def test_the_video_extra_is_missed_before_it_is_needed(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert "pip install" in ExportSettings(".webm").problems((640, 360), (0, 60))["format"]
    assert not ExportSettings(".gif").problems((640, 360), (0, 60))


def test_sizes_are_those_that_were_promised():
    def size(name, window=(1280, 720)):
        return ExportSettings(".png", {".png": name}).pixels(window)

    assert [size("window"), size("1080p"), size("4k")] == [(1280, 720), (1920, 1080), (3840, 2160)]
    assert [size("a3"), size("a3", (600, 800)), size("wide")] == [(4961, 3508), (3508, 4961), (12000, 6750)]


def test_words_are_those_of_the_exporters():
    assert tuple(settings.QUALITIES) == QUALITIES
    assert tuple(settings.LOOKS) == ("", *STYLES)
    assert [suffix for suffix in FORMATS if suffix != ".orbit"] == list(settings.DIALOG_FORMATS) and set(FORMATS) == {
        *EXPORTERS
    }


def test_the_summary_counts_what_the_exporter_makes(tmp_path):
    for rate, span in ((30.0, (0, 61)), (12.5, (10, 71)), (100 / 3, (0, 33))):
        chosen = ExportSettings(".gif", rates={".gif": rate})
        options = chosen.options((32, 18), span)
        assert export("figure_eight", tmp_path / "a.gif", **options).frames == chosen.picture_count(span)


# -- the file's name ---------------------------------------------------------------------------------------------------


def exported(window, recorder, count):
    wait(window, lambda: len(recorder.paths) >= count and not window.exports)
    return recorder.paths[-1]


def test_a_typed_name_is_the_files_and_its_ending_chooses_the_format(window, stage, recorder, tmp_path):
    dialog = opened(window)
    go_to(window, "file")
    assert dialog.by_name["file"].value == "walk-001.png"
    drive(window, [*"moth.gif"], turns=2)
    assert dialog.settings.suffix == ".gif" and dialog.by_name["format"].value == ".gif"
    assert dialog.column.focus is dialog.by_name["file"], "the focus went away while somebody typed"
    drive(window, ["Enter"])
    assert exported(window, recorder, 1) == tmp_path / "moth.gif"
    assert "fps" not in recorder.told[-1][1] and "seconds" in recorder.told[-1][1]
    opened(window)
    go_to(window, "file")
    drive(window, [*"moth"])
    go_to(window, "format")
    drive(window, ["Home"])
    assert dialog.settings.suffix == ".png"
    drive(window, ["Enter"])
    assert exported(window, recorder, 2) == tmp_path / "moth.png", "a name without an ending gets that of the format"


def test_another_format_takes_the_typed_ending_with_it(window, stage):
    dialog = opened(window)
    go_to(window, "file")
    drive(window, [*"wing.png"])
    go_to(window, "format")
    drive(window, ["Right"], turns=2)
    assert dialog.by_name["file"].value == "wing.gif" and dialog.summary.path.name == "wing.gif"
    drive(window, ["End"], turns=2)
    assert dialog.by_name["file"].value == "wing" and dialog.summary.path.name == "wing"


def test_a_file_that_is_there_stays_and_it_is_said_before(window, stage, recorder, tmp_path):
    (tmp_path / "moth.png").write_bytes(b"old")
    dialog = opened(window)
    go_to(window, "file")
    drive(window, [*"moth"], turns=2)
    assert dialog.summary.lines[1] == "moth.png exists already; the new file gets a number"
    assert dialog.summary.path == tmp_path / "moth-001.png"
    drive(window, ["Enter"])
    assert exported(window, recorder, 1) == tmp_path / "moth-001.png"
    assert (tmp_path / "moth.png").read_bytes() == b"old"


def test_a_typed_path_is_remembered_as_the_folder_of_the_next(window, stage, recorder, tmp_path, monkeypatch):
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    (tmp_path / "talk").mkdir()
    dialog = opened(window)
    go_to(window, "file")
    drive(window, [typed("~/talk/moth"), "Enter"])
    assert exported(window, recorder, 1) == tmp_path / "talk" / "moth.png"
    opened(window)
    go_to(window, "file")
    assert dialog.by_name["file"].value == "~/talk/walk-001.png"
    drive(window, [typed(f"{tmp_path}/"), "Enter"])
    assert exported(window, recorder, 2) == tmp_path / "walk-001.png"
    opened(window)
    assert dialog.by_name["file"].value == "walk-002.png"


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ("nowhere/moth.png", "There is no folder"),
        ("a-file/moth.png", "is a file, not a folder"),
        ("Moth.JPG", "Moth.JPG ends in .JPG, which cannot be written; write Moth.png"),
        ("frame_%04d.png", "frame_%04d.png is one name for many pictures; write frame/"),
        ("moth.orbit", "which S saves"),
        (".png", "The name before .png is missing"),
        ("x" * 300, "cannot be used"),
        ("~nobody-of-that-name/moth.png", "There is no home folder for “nobody-of-that-name”"),
    ],
)
def test_a_name_that_cannot_be_is_said_in_the_dialog(wrong, says, window, stage, recorder, tmp_path):
    (tmp_path / "a-file").write_bytes(b"")
    dialog = opened(window)
    go_to(window, "file")
    drive(window, [typed(wrong), "Enter"], turns=2)
    assert dialog.visible and not recorder.told and dialog.column.focus is dialog.by_name["file"]
    assert dialog.by_name["file"].invalid and says in dialog.column._tooltip.sentence
    assert says.lower() in dialog.summary.problem.lower()
    drive(window, [typed("y")], turns=2)
    drive(window, ["Home", "Shift+End", "Delete"], turns=2)
    assert not dialog.problems and dialog.summary.path.name == "walk-001.png", "an empty field is a name and a number"


def test_a_folder_that_is_closed_to_writing_is_said(tmp_path, monkeypatch):
    monkeypatch.setattr("os.access", lambda path, mode: False)
    assert "is not writable" in resolve_target("moth", ".png", "walk", tmp_path).problem


def test_a_file_that_came_after_the_name_was_typed_stays(window, stage, recorder, tmp_path):
    opened(window)
    go_to(window, "file")
    drive(window, [*"moth"], turns=2)
    window.worker.submit(lambda: (tmp_path / "moth.png").write_bytes(b"old"))
    drive(window, ["Enter"])
    assert exported(window, recorder, 1) == tmp_path / "moth-001.png"
    assert (tmp_path / "moth.png").read_bytes() == b"old"


# -- by the mouse, and on the time line --------------------------------------------------------------------------------


def test_clicking_through_it(window, stage, recorder):
    dialog = opened(window)
    segments = dialog.by_name["format"]._segments()
    corner = dialog.column.rect_of(dialog.by_name["format"]).topleft
    click(window, (corner[0] + segments[1].centerx, corner[1] + segments[1].centery))
    assert dialog.settings.suffix == ".gif"
    place = dialog.by_name["buttons"]._places()[1]
    corner = dialog.column.rect_of(dialog.by_name["buttons"]).topleft
    click(window, (corner[0] + place.centerx, corner[1] + place.centery))
    assert told(window, recorder)[0] == "walk-001.gif"


def test_dragging_the_handles_on_the_time_line(window, stage, recorder):
    paused(window, stage)
    dialog = opened(window)
    drive(window, ["Right"], turns=2)
    line, y = stage.timeline, stage.timeline.line()[2]
    last, first = (line.x_of(stage.range_selector.span[1]), y), (line.x_of(0), y)
    to, begin = (line.x_of(300), y), (line.x_of(120), y)
    drive(window, [move(last), button(1, last), move(to), button(1, to, down=False)])
    drive(window, [move(first), button(1, first), move(begin), button(1, begin, down=False)], turns=3)
    assert stage.range_selector.span == (pytest.approx(120, abs=1), pytest.approx(300, abs=1))
    assert dialog.by_name["last"].value == pytest.approx(stage.range_selector.span[1] / 60, abs=0.01)
    drive(window, ["Enter"])
    options = told(window, recorder)[1]
    assert options["start"] == stage.range_selector.span[0] / 60
    assert options["start"] + options["seconds"] == pytest.approx(stage.range_selector.span[1] / 60)


def test_shift_and_dragging_choose_without_the_dialog(window, stage, monkeypatch):
    frame = paused(window, stage)
    line, y = stage.timeline, stage.timeline.line()[2]
    start, end = (line.x_of(200), y), (line.x_of(50), y)
    monkeypatch.setattr(pygame.key, "get_mods", lambda: pygame.KMOD_LSHIFT)
    drive(window, [move(start), button(1, start), move(end), button(1, end, down=False)], turns=2)
    monkeypatch.undo()
    assert stage.range_selector.span == (pytest.approx(50, abs=1), pytest.approx(200, abs=1))
    assert "Ctrl+E exports it" in window.toast.sentence and stage.shot.frame == frame, "it scrubbed as well"
    dialog = opened(window)
    drive(window, ["Right"], turns=2)
    assert dialog.by_name["first"].value == pytest.approx(50 / 60, abs=0.02)
    drive(window, ["Esc"])
    monkeypatch.setattr(pygame.key, "get_mods", lambda: pygame.KMOD_LSHIFT)
    click(window, start)
    assert not stage.range_selector.is_selected


def test_without_shift_the_line_still_travels(window, stage):
    paused(window, stage)
    opened(window)
    place = (stage.timeline.x_of(20), stage.timeline.line()[2])
    click(window, place)
    wait(window, lambda: stage.shot.frame == pytest.approx(20, abs=1))
    assert window.dialog.visible


def test_a_still_has_one_handle_and_is_the_moment_of_now_again_next_time(window, stage):
    paused(window, stage)
    opened(window)
    line, y = stage.timeline, stage.timeline.line()[2]
    last, to = (line.x_of(stage.range_selector.span[1]), y), (line.x_of(30), y)
    drive(window, [move(last), button(1, last), move(to), button(1, to, down=False)], turns=2)
    moment = window.dialog.by_name["last"]
    assert isinstance(moment, Slider) and moment.label == "Time"
    assert moment.value == pytest.approx(0.5, abs=0.02)
    drive(window, ["Esc"])
    assert not stage.range_selector.is_selected
    opened(window)
    assert window.dialog.by_name["last"].value == pytest.approx(stage.shot.frame / 60, abs=0.02), (
        "not the moment of now"
    )


# -- what is remembered, and the queue ---------------------------------------------------------------------------------


def test_choices_are_there_the_next_time_in_the_next_scene(window, stage):
    opened(window)
    drive(window, ["Right"])
    go_to(window, "typed")
    drive(window, [*"100x80", "Enter"])
    show(window, walk())
    dialog = opened(window)
    assert dialog.settings.suffix == ".gif"
    assert dialog.by_name["typed"].value == "100x80" and dialog.by_name["size"].value == TYPED
    assert dialog.by_name["last"].value == pytest.approx(window.page.range_selector.span[1] / 60, abs=0.01)
    drive(window, ["Left"], turns=2)
    assert dialog.by_name["typed"].value == "3840×2160", "a size is remembered for each format"


def test_exports_wait_for_each_other_and_escape_stops_the_first(window, stage, recorder, tmp_path):
    recorder.gate.clear()
    drive(window, ["E", "E", "E"])
    wait(window, lambda: len(window.exports.queue) == 3 and recorder.told)
    drive(window, turns=3)
    assert len(recorder.told) == 1, "two at a time"
    assert window.progress.title == "1 of 3   walk-001.png" and "is exported after" in window.toast.sentence
    wait(window, lambda: window.progress.fraction == 0.5)
    drive(window, ["Esc"])
    wait(window, lambda: len(recorder.told) == 2)
    drive(window, turns=2)
    assert window.progress.title == "2 of 3   walk-002.png" and "cancelled" in window.toast.sentence
    recorder.gate.set()
    wait(window, lambda: not window.exports)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["walk-002.png", "walk-003.png"]
    assert not window.progress.title


def test_progress_says_how_long_it_will_take(window, stage, recorder):
    recorder.gate.clear()
    drive(window, ["E"])
    wait(window, lambda: window.exports.queue and window.exports.queue[0].fraction == 0.5)
    running = window.exports.queue[0]
    began, fraction = running._start_point
    assert running.remaining_time(began + 0.5) is None
    assert running.remaining_time(began + 10.0) == pytest.approx(10.0 * 0.5 / (0.5 - fraction))
    wait(window, lambda: "s left" in window.progress.note)


def test_what_is_said_does_not_cover_the_progress(window, stage, recorder):
    recorder.gate.clear()
    drive(window, ["P", "E", "E"])
    wait(window, lambda: window.progress.place.width and "is exported after" in window.toast.sentence)
    shown = pygame.Surface(window.size)
    window.toast.draw(shown)
    assert (
        pygame.mask.from_threshold(shown, (0, 0, 0), (1, 1, 1, 255)).overlap_area(
            pygame.Mask(window.progress.place.size, fill=True), window.progress.place.topleft
        )
        == window.progress.place.width * window.progress.place.height
    )
    recorder.gate.set()
    wait(window, lambda: not window.exports)
    drive(window, turns=2)
    assert not window.progress.place.size[0]


def test_closing_the_window_gives_up_all_of_them(tmp_path, recorder):
    window = Window(SIZE, ui_scale=1.0, folder=tmp_path, exporter=recorder)
    show(window, walk(), 5)
    recorder.gate.clear()
    drive(window, ["E", "E"])
    wait(window, lambda: len(window.exports.queue) == 2 and recorder.told)
    running = window.exports.queue[0]
    window.close()
    assert not running.is_alive() and len(recorder.told) == 1 and not any(tmp_path.iterdir())


def test_an_export_gives_way_in_every_thread_it_starts(window, stage):
    seen = []

    def exporter(what, path, *, progress, **options):
        threads.parallel_for(lambda a, b: seen.append(threads.niceness()), 4, 1, 1)

    window.exports.exporter, before, here = exporter, [], []
    threads.parallel_for(lambda a, b: before.append(threads.niceness()), 4, 1, 1)
    drive(window, ["E"])
    wait(window, lambda: "Exported" in window.toast.sentence)
    threads.parallel_for(lambda a, b: here.append(threads.niceness()), 4, 1, 1)
    assert set(here) == set(before), "the window's threads became as patient as the export's"
    assert set(seen) == ({threads.BACKGROUND_NICENESS} if sys.platform.startswith("linux") else set(before))


# -- the files ---------------------------------------------------------------------------------------------------------


def as_words(options):
    """The options as one types them."""
    names = {"start": "--from"}
    out = []
    for name, value in options.items():
        word = names.get(name, f"--{name}")
        text = f"{value[0]}x{value[1]}" if name == "size" else str(value)
        out += [word] if value is True else [word, text]
    return out


FILES = {
    "png": ([], ["transparent", "look"]),
    "gif": (["Right"], ["rate", "loop"]),
    "mp4": (["Right", "Right"], ["quality", "look"]),
    "pngs": (["End"], ["transparent"]),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_the_one_of_the_command_line_to_the_byte(name, window, tmp_path):
    orders = []
    window.exports.exporter = lambda what, path, *, progress, **options: (
        orders.append((path, options)),
        export(what, path, progress=progress, **options),
    )
    stage = show(window, "figure_eight", 40)
    stage.session.request_values({"glow": 0.3})
    wait(window, lambda: stage.shot.frame > 80)
    frame = paused(window, stage)
    opened(window)
    formats, changes = FILES[name]
    drive(window, formats)
    go_to(window, "typed")
    drive(window, [*"96x54"])
    for change in changes:
        go_to(window, change)
        drive(window, ["Left" if change == "rate" else "Right"])
    if name != "png":
        go_to(window, "first")
        drive(window, [*"0.7", "Enter"])
    drive(window, ["Enter"])
    wait(window, lambda: "Exported" in window.toast.sentence)
    drive(window, ["S"])
    wait(window, lambda: "Saved" in window.toast.sentence)
    (path, options), drawing = orders[0], tmp_path / "figure_eight-001.orbit"
    assert read_drawing(drawing).frames == frame
    again = tmp_path / f"again{path.suffix}"
    with pytest.raises(SystemExit) as ended:
        cli.main(["export", str(drawing), f"{again}/" if path.is_dir() else str(again), *as_words(options)])
    assert not ended.value.code
    if path.is_dir():
        pairs = [(one, again / one.name) for one in sorted(path.iterdir())]
        assert len(pairs) == ExportSettings("/").picture_count((42, frame))
    else:
        pairs = [(path, again)]
    assert all(one.read_bytes() == other.read_bytes() for one, other in pairs)


def gif(path):
    with Image.open(path) as image:
        frames = []
        for index in range(image.n_frames):
            image.seek(index)
            frames.append(np.asarray(image.convert("RGB"), np.int16))
        return frames, image.info.get("loop")


def test_the_gif_of_the_last_turn_has_no_seam(window, tmp_path):
    window.exports.exporter = export
    stage = show(window, "figure_eight", 20)
    stage.playback.speed = 16.0
    wait(window, lambda: stage.shot.frame > 480)
    paused(window, stage)
    drive(window, ["Ctrl+G"])
    wait(window, lambda: "Exported" in window.toast.sentence)
    assert "one full orbit of" in window.toast.sentence
    pictures, loop = gif(tmp_path / "figure_eight-001.gif")
    steps = [np.abs(after - before).mean() for before, after in pairwise(pictures)]
    seam = np.abs(pictures[0] - pictures[-1]).mean()
    assert seam < 1.5 * np.median(steps), "one sees where it begins again"
    assert loop == 0 and len(pictures) == 180


def test_where_nothing_returns_it_is_the_last_three_seconds(window, stage, recorder):
    stage.playback.speed = 16.0
    wait(window, lambda: stage.shot.frame > 200)
    frame = paused(window, stage)
    drive(window, ["Ctrl+G"])
    options = told(window, recorder)[1]
    assert options == {"size": SIZE, "start": (frame - 180) / 60, "seconds": 3.0, "fps": 30.0}
    assert "No body returned to its start yet: exported the last 3 s" in window.toast.sentence


def test_before_anything_moved_there_is_no_last_turn(window, stage, recorder):
    paused(window, stage)
    drive(window, ["R", "Ctrl+G"])
    wait(window, lambda: "Nothing has moved yet" in window.toast.sentence)
    assert not recorder.told


def test_a_turn_that_is_looked_for_can_be_stopped(window, recorder, tmp_path, monkeypatch):
    def slowly(run, frame, check):
        while True:
            check(0, 1)
            waiting.pause()

    monkeypatch.setattr("orbitdraw.analysis.last_period", slowly)
    show(window, walk(), 20)
    drive(window, ["Ctrl+G"])
    wait(window, lambda: window.progress.note == "looking for the last full orbit")
    drive(window, ["Esc"])
    wait(window, lambda: "cancelled" in window.toast.sentence)
    assert not recorder.told and not any(tmp_path.iterdir())


# -- how it looks ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("theme", [DARK_THEME, LIGHT_THEME], ids=["dark", "light"])
@pytest.mark.parametrize("scale", [1, 2])
def test_the_sheet_looks_as_it_did(theme, scale, golden, monkeypatch):
    monkeypatch.setattr("orbitdraw.app.export_dialog.paths._folder_problem", lambda folder: "")
    window = Window((560 * scale, 660 * scale), ui_scale=float(scale), folder=Path("/pictures"))
    try:
        stage = show(window, walk(), 3)
        drive(window, ["Ctrl+E"])
        dialog = window.dialog
        drive(window, ["Right"] if scale == 1 else [])
        stage.range_selector.select((72, 312))
        window.set_theme(theme)
        dialog.tick(0.0)
        sheet = pygame.Surface(window.size)
        sheet.fill(theme.ground)
        dialog.draw(sheet)
        seen = pygame.surfarray.array3d(sheet.subsurface(dialog.column.place)).swapaxes(0, 1)
    finally:
        window.close()
    golden(f"dialog-{'dark' if theme is DARK_THEME else 'light'}-{scale}", seen)


@pytest.mark.parametrize("theme", [DARK_THEME, LIGHT_THEME], ids=["dark", "light"])
def test_what_is_written_on_it_can_be_read_from_the_last_row(theme):
    for ink in (theme.ink, theme.quiet, theme.warning):
        assert contrast_ratio(ink, theme.plate) >= 7
    assert contrast_ratio(theme.plate, theme.accent) >= 7, "the word on the button"


@pytest.mark.parametrize(
    ("size", "scale"), [((320, 180), 1.0), ((1280, 720), 2.0), ((1920, 1080), 2.0), ((700, 900), 1.0)]
)
def test_it_fits_the_window_and_leaves_the_time_line_free(size, scale, tmp_path):
    window = Window(size, ui_scale=scale, folder=tmp_path)
    try:
        show(window, walk(), 3)
        dialog = opened(window)
        for keys in ([], ["Right"], ["End"]):
            drive(window, keys, turns=2)
            place = dialog.column.place
            assert pygame.Rect((0, 0), (size[0], size[1] - round(18 * scale))).contains(place)
            assert dialog.column.max_scroll == 0 or size[1] / scale < 380, "the buttons are cut off"
        top = dialog.column.place.top
        drive(window, ["Left"], turns=2)
        assert dialog.column.place.top == top, "it jumps"
    finally:
        window.close()


def test_keys_that_are_let_go_reach_the_scene(window, stage):
    down, *_, up = press("Z")
    drive(window, [down])
    assert stage.timeline.rewinding
    opened(window)
    drive(window, [up])
    assert not stage.timeline.rewinding
