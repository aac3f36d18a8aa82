"""What is dropped on the window: a drawing plays, a picture becomes a landscape, a program is asked about first."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pygame
import pytest
from driving import button, drive, run_of, settle, wait
from PIL import Image

from orbitdraw import export, load
from orbitdraw.app.scene_page import ScenePage
from orbitdraw.app.wall.wall import Wall
from orbitdraw.runtime.picture_checks import READABLE_KINDS

SIZE = (640, 400)

PROGRAM = '''"""One spring."""
from pathlib import Path

from orbitdraw import ring, scene

Path(__file__).with_suffix(".ran").touch()


@scene(start=ring(5))
def own_spring(x, y):
    """A spring."""
    return x**2 + y**2
'''


@pytest.fixture
def stage(window):
    window.show_scene("x^2/2 + y^2/3")
    wait(window, lambda: window.page.shot is not None)
    window.page.pause()
    settle(window)
    return window.page


@pytest.fixture
def program(tmp_path: Path) -> Path:
    path = tmp_path / "own_spring.py"
    path.write_text(PROGRAM)
    return path


def ran(program: Path) -> bool:
    return program.with_suffix(".ran").exists()


def picture(path: Path) -> Path:
    Image.fromarray(np.arange(60 * 40, dtype=np.uint8).reshape(40, 60)).save(path)
    return path


def carrier(path: Path) -> Path:
    export("figure_eight", path, size=(32, 18), seconds=0.1)
    return path


def drop(window, *paths: object) -> None:
    for path in paths:
        pygame.event.post(pygame.event.Event(pygame.DROPFILE, file=str(path)))
    window.run_once()
    wait(window, lambda: not window.drops.busy)
    drive(window, turns=2)
    settle(window)


def laid(stage: ScenePage) -> list[str]:
    return [event.name for event in run_of(stage).history.events]


def words(window) -> str:
    """Everything that stands on the card."""
    return " ".join(
        [each.label for each in window.question_card.column.controls] + window.question_card.column.controls[0].lines
    )


def plays(window, title: str) -> None:
    wait(window, lambda: window.page.title == title and getattr(window.page, "shot", None) is not None)


# -- programs ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", ["scene", "wall"])
@pytest.mark.parametrize("way", ["Enter", "click"])
def test_a_program_is_run_when_that_is_wanted(window, program, page, way, request):
    if page == "scene":
        request.getfixturevalue("stage")
    else:
        window.show_wall()
    drop(window, program)
    assert not ran(program) and window.page.title != "Own spring"
    assert "Run this program?" in words(window) and "own_spring.py in " in words(window)
    assert str(program.parent) in words(window) and "Run it" in words(window) and "Cancel" in words(window)
    if way == "click":
        at = window.question_card.column.rect_of(window.question_card.column.controls[1]).center
        drive(window, [button(1, at), button(1, at, down=False)])
    else:
        drive(window, [way])
    plays(window, "Own spring")
    assert ran(program) and not window.question_card.answers


@pytest.mark.parametrize("answer", ["Esc", "Cancel", "Space", "elsewhere", "wall", "another file"])
def test_a_program_is_not_run_otherwise(window, stage, program, tmp_path, answer):
    drop(window, program)
    if answer == "wall":
        window.show_wall()
    elif answer == "another file":
        drop(window, tmp_path)
        drop(window, picture(tmp_path / "a.png"))
        assert "Run this program?" in words(window), "it still waits for an answer"
        drive(window, ["Esc"])
    else:
        at = {
            "Cancel": window.question_card.column.rect_of(window.question_card.column.controls[2]).center,
            "elsewhere": (20, 300),
        }
        drive(window, [button(1, at[answer]), button(1, at[answer], down=False)] if answer in at else [answer])
    settle(window)
    assert not window.question_card.answers and not window.question_card.place and not ran(program)
    assert window.page is stage or answer == "wall"


@pytest.mark.parametrize("over", ["Ctrl+E", "?"])
def test_nothing_lies_over_the_question(window, stage, program, over):
    drive(window, [over], turns=2)
    assert window.help.visible or window.dialog.visible
    drop(window, program)
    assert not (window.help.visible or window.dialog.visible) and "Run this program?" in words(window)
    drive(window, ["Esc"])
    assert not window.question_card.answers and not ran(program)


def test_it_waits_for_an_answer_as_long_as_it_takes(window, stage, program, monkeypatch):
    drop(window, program)
    monkeypatch.setattr("orbitdraw.app.wall.question_card.OFFER_DURATION", 0.0)
    drive(window, turns=30)
    window.question_card.tick(1e9)
    assert window.question_card.answers and window.question_card.place and not ran(program)


def test_the_ending_may_be_written_large(window, stage, program):
    shouted = program.rename(program.with_suffix(".PY"))
    drop(window, shouted)
    assert "Run this program?" in words(window) and not ran(shouted)


# -- drawings and pictures ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", ["scene", "wall"])
@pytest.mark.parametrize("name", ["eight (1).orbit", "eight.mp4", "eight.webm", "film without an ending"])
def test_a_drawing_is_played_at_once(window, tmp_path, page, name, request):
    if page == "scene":
        request.getfixturevalue("stage")
    else:
        window.show_wall()
    path = tmp_path / name
    if path.suffix in (".orbit", ".mp4", ".webm"):
        carrier(path)
    else:
        shutil.move(carrier(tmp_path / "a.mp4"), path)
    drop(window, path)
    plays(window, "Figure eight")
    assert run_of(window.page).lasted > 0


@pytest.mark.parametrize("suffix", [".png", ".gif"])
@pytest.mark.parametrize("key", ["Enter", "L", "Esc"])
def test_a_picture_that_carries_its_drawing_may_be_either(window, stage, tmp_path, suffix, key):
    drop(window, carrier(tmp_path / f"eight{suffix}"))
    assert "This picture contains its drawing" in words(window) and window.page is stage and not laid(stage)
    drive(window, [key])
    if key == "Enter":
        plays(window, "Figure eight")
    else:
        settle(window)
        wait(window, lambda: not stage.session.deferred_edits.pending)
        settle(window)
        assert window.page is stage and laid(stage) == (["landscape"] if key == "L" else [])


def test_a_picture_becomes_a_landscape(window, stage, tmp_path):
    drop(window, picture(tmp_path / "'a disc'.png"))
    wait(window, lambda: laid(stage))
    assert laid(stage) == ["landscape"] and "is now the landscape" in window.toast.sentence
    drop(window, tmp_path / "gone.jpg")
    assert window.toast.warning and "gone.jpg" in window.toast.sentence and laid(stage) == ["landscape"]


def test_on_the_wall_a_picture_needs_a_scene(window, tmp_path):
    window.show_wall()
    drop(window, picture(tmp_path / "a.png"))
    assert "Open a scene first" in window.toast.sentence and isinstance(window.page, Wall)


def test_several_files_at_once_are_said(window, stage, program, tmp_path):
    drop(window, program, picture(tmp_path / "a.png"), tmp_path)
    assert window.toast.sentence == "3 files were dropped; drop one at a time" and window.toast.warning
    assert not window.question_card.answers and not laid(stage) and window.page is stage


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("folder", None, "folder is not a file but a folder"),
        ("notes.txt", b"words", f"an exported film or a picture ({READABLE_KINDS})"),
        ("photo.heic", b"\0\0\0\x1cftypheic\0\0\0\0mif1heic", "photo.heic cannot be opened"),
        ("evil.png", b"%!PS-Adobe-3.0\n", "evil.png cannot be opened"),
        ("a.mp4", b"\0\0\0\x18ftypisom\0\0\2\0isomiso2", "A.mp4 holds no drawing"),
        ("bad.orbit", b"{", "Bad.orbit is not a complete drawing"),
        ("half.png", b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR", "half.png is cut short"),
    ],
)
def test_what_cannot_be_taken_is_said_and_the_scene_plays_on(window, stage, tmp_path, name, data, says):
    path = tmp_path / name
    if data is None:
        path.mkdir()
    else:
        path.write_bytes(data)
    drop(window, path)
    wait(window, lambda: window.toast.sentence)
    assert says.lower() in window.toast.sentence.lower() and window.toast.warning
    assert window.page is stage and stage.error_card.trouble is None and not laid(stage)


def test_a_drawing_of_a_file_says_what_it_needs_and_runs_nothing(window, stage, program):
    from orbitdraw import Run

    Run(load(program)).drawing().save(program.with_suffix(".orbit"))
    program.with_suffix(".ran").unlink()
    drop(window, program.with_suffix(".orbit"))
    assert "own_spring.py" in window.toast.sentence and window.page is stage and not ran(program)
