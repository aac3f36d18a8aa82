"""Playing where there is no display: the drawing goes into files."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import waiting
from commanding import Command, refused
from PIL import Image

from orbitdraw.cli import doctor, headless
from orbitdraw.errors import NoDisplayError
from orbitdraw.exporters.export import export
from orbitdraw.library.loading import create_run, read_drawing

pytestmark = pytest.mark.slow

NAMES = ("DISPLAY", "WAYLAND_DISPLAY", "SDL_VIDEODRIVER")
SMALL = ("--size", "64x36")
COMMAND = [sys.executable, "-m", "orbitdraw"]

linux = pytest.mark.skipif(sys.platform != "linux", reason="only there can a display be missing before it is tried")


@pytest.fixture
def nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without a display."""
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(headless, "is_display_missing", lambda: True)


def test_play_draws_into_a_gif_and_a_png(command: Command, nowhere: None, tmp_path: Path) -> None:
    ended = command("play", "figure_eight", *SMALL)
    assert ended.code == 0
    assert ended.out.startswith(
        "There is no display, so the scene was drawn into figure_eight.gif and figure_eight.png. "
    )
    assert "For a window" in ended.out and ended.err == ""
    assert sorted(path.name for path in tmp_path.iterdir()) == ["figure_eight.gif", "figure_eight.png"]
    with Image.open("figure_eight.gif") as film:
        assert (film.size, getattr(film, "n_frames", 1)) == ((64, 36), 6 * headless.GIF_RATE)
    with Image.open("figure_eight.png") as picture:
        assert picture.size == (64, 36)
        colors = picture.convert("RGB").getcolors(4096)
    assert colors is not None and len(colors) > 10
    assert read_drawing("figure_eight.gif").scene.name == "figure_eight"
    export("figure_eight", "same.png", size=(64, 36))
    assert Path("figure_eight.png").read_bytes() == Path("same.png").read_bytes(), "it is the picture of an export"


@pytest.mark.skipif(sys.platform == "win32", reason="no such terminals there")
def test_a_bar_on_the_terminal_says_how_far_it_is(tmp_path: Path) -> None:
    """Also on one that says that it is 0 columns wide, as those of containers do."""
    import pty

    ours, theirs = pty.openpty()
    environment = {name: value for name, value in os.environ.items() if name not in NAMES}
    args = [*COMMAND, "play", "figure_eight", "--size", "320x180"]
    with subprocess.Popen(args, cwd=tmp_path, env=environment, stderr=theirs, stdout=subprocess.PIPE) as process:
        os.close(theirs)
        said = b""
        try:
            while piece := os.read(ours, 4096):
                said += piece
        except OSError:  # how Linux says that the other end was closed
            pass
        os.close(ours)
    assert process.returncode == 0
    assert b"figure_eight.gif, Ctrl-C stops: " in said and b"figure_eight.png, " in said and b"/120 [" in said


def test_what_is_there_stays_and_the_new_files_get_a_number(command: Command, nowhere: None, tmp_path: Path) -> None:
    Path("moth.gif").write_bytes(b"mine")
    ended = command("play", "moth", *SMALL)
    assert "drawn into moth-001.gif (the first 6 s of 25) and moth.png" in ended.out
    before = Path("moth.png").read_bytes()
    assert "drawn into moth-002.gif (the first 6 s of 25) and moth-001.png" in command("play", "moth", *SMALL).out
    assert Path("moth.gif").read_bytes() == b"mine" and Path("moth.png").read_bytes() == before
    assert len(list(tmp_path.iterdir())) == 5


def test_every_option_of_play_counts(command: Command, nowhere: None, tmp_path: Path) -> None:
    chosen = ["--set", "gap=0.9", "--look", "density", "--palette", "frost", "--seed", "3", *SMALL]
    assert command("play", "two_wells", *chosen).code == 0
    for name in ("two_wells.gif", "two_wells.png"):
        drawing = read_drawing(name)
        said = {key: drawing.values[key] for key in ("gap", "style", "palette")}
        assert (said, drawing.seed) == ({"gap": 0.9, "style": "density", "palette": "frost"}, 3)


@pytest.mark.parametrize(
    ("what", "name"),
    [
        (["-1/sqrt(x^2+y^2+a)", "--param", "a=0.1:0.01..1"], "formula"),
        (["Comet.PY"], "comet"),
        (["halo.png"], "halo_orbits"),
        (["eight.orbit"], "figure_eight"),
        (["own.orbit", "--scene", "Comet.PY"], "comet"),
        (["bowl"], "bowl"),
    ],
    ids=lambda given: given[0] if isinstance(given, list) else "",
)
def test_whatever_can_be_played(command: Command, nowhere: None, what: list[str], name: str) -> None:
    command("new", "comet")
    Path("comet.py").rename("Comet.PY")
    for made, scene in (("halo.png", "halo_orbits"), ("eight.orbit", "figure_eight"), ("own.orbit", Path("Comet.PY"))):
        if made in what:
            export(scene, made, size=(64, 36), seconds=0.5)
    ended = command("play", *what, *SMALL)
    assert ended.code == 0, ended.err
    assert f"drawn into {name}.gif" in ended.out
    with Image.open(f"{name}.gif") as film:
        assert getattr(film, "n_frames", 1) > 5
    if what[0].endswith((".png", ".orbit")):  # as long as the drawing was
        assert read_drawing(f"{name}.png").frames == 30


def test_what_needs_a_window_is_said_to_change_nothing(command: Command, nowhere: None) -> None:
    ended = command("play", "figure_eight", "--fullscreen", "--ui-scale", "2", *SMALL)
    assert ended.code == 0
    assert ended.err == "--fullscreen needs a window and was ignored\n--ui-scale needs a window and was ignored\n"


def test_who_insists_on_a_window_is_told(command: Command, nowhere: None, tmp_path: Path) -> None:
    refused(command("play", "figure_eight", "--window"), "no display", "--window")
    assert not any(tmp_path.iterdir())


def test_alone_it_lists_the_scenes(command: Command, nowhere: None) -> None:
    ended = command()
    assert (ended.code, ended.err) == (0, "")
    listed, _, said = ended.out.partition("\n\nThere is no display ")
    assert listed + "\n" == command("list").out
    assert "`orbitdraw play NAME`" in said and "For a window" in said


@pytest.mark.parametrize("wrong", [["motth"], ["moth", "--set", "masss=1"], ["nothing.orbit"], ["moth", "--look", "x"]])
def test_what_cannot_be_played_is_said_and_draws_nothing(
    command: Command, nowhere: None, tmp_path: Path, wrong: list[str]
) -> None:
    refused(command("play", *wrong))
    assert not any(tmp_path.iterdir())


def test_a_folder_that_cannot_be_written_is_said(
    command: Command, nowhere: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def closed(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("orbitdraw.runtime.files.tempfile.mkstemp", closed)
    refused(command("play", "figure_eight", *SMALL), "cannot write in .", "choose another folder")


@pytest.mark.parametrize("unusual", ["a/b", "..", "two words", 'q"?', "日本"])
def test_any_name_of_a_scene_makes_a_name_of_a_file(unusual: str) -> None:
    name = headless.file_name(unusual)
    assert Path(name).name == name and not name.startswith(".") and name.strip("_")
    assert headless.file_name("figure_eight") == "figure_eight"


def test_a_display_that_fails_when_it_is_tried_is_none(
    command: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def fails(**_: object) -> None:
        raise NoDisplayError("there is no display")

    monkeypatch.setattr("orbitdraw.app.open_window", fails)
    assert "There is no display for the wall of scenes" in command().out
    refused(command("play", "moth", "--window"), "there is no display")
    assert not any(tmp_path.iterdir())


DEAD = [
    {},
    {"DISPLAY": ":7777"},
    {"WAYLAND_DISPLAY": "wayland-77"},
    {"WAYLAND_DISPLAY": "wayland-77", "DISPLAY": ":7777"},
    {"SDL_VIDEODRIVER": "x11"},
]


@linux
@pytest.mark.parametrize("dead", DEAD, ids=lambda dead: ",".join(dead) or "none")
def test_a_display_that_does_not_answer_is_none(tmp_path: Path, dead: dict[str, str]) -> None:
    environment = {name: value for name, value in os.environ.items() if name not in NAMES}
    args = [*COMMAND, "play", "figure_eight", *SMALL]
    done = waiting.run(args, env={**environment, **dead}, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "There is no display, so the scene was drawn into figure_eight.gif" in done.stdout
    assert (tmp_path / "figure_eight.png").exists()


@linux
@pytest.mark.parametrize(
    ("named", "driver"),
    [
        ({"DISPLAY": ":0"}, "x11"),
        ({"WAYLAND_DISPLAY": "there"}, "wayland"),
        ({"WAYLAND_DISPLAY": "gone"}, ""),
        ({"DISPLAY": ":0", "WAYLAND_DISPLAY": "there"}, "x11,wayland"),
    ],
)
def test_sdl_tries_the_displays_that_are_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, named: dict[str, str], driver: str
) -> None:
    (tmp_path / "there").touch()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    for name, value in named.items():
        monkeypatch.setenv(name, value)
    assert headless.is_display_missing() is not bool(driver)
    assert headless.driver_environment() == {"SDL_VIDEODRIVER": driver}
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")  # who names a driver gets it
    assert not headless.is_display_missing() and headless.driver_environment() == {}


@linux
def test_the_doctor_asks_the_display(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":7777")
    for name in ("WAYLAND_DISPLAY", "SDL_VIDEODRIVER"):
        monkeypatch.delenv(name, raising=False)
    finding = doctor.check_display()
    assert (
        finding.state == "note" and ":7777 does not answer" in finding.details and "`orbitdraw play`" in finding.remedy
    )
    monkeypatch.delenv("DISPLAY")
    assert "none, so" in doctor.check_display().details


# -- a picture under everything ----------------------------------------------------------------------------------------


@pytest.fixture
def hill(tmp_path: Path) -> Path:
    """A picture that is bright in the middle."""
    path = tmp_path / "hill.jpg"
    Image.radial_gradient("L").resize((41, 31)).point([255 - value for value in range(256)]).save(path)
    return path


def test_a_landscape_lies_there_from_the_first_frame_on(command: Command, hill: Path) -> None:
    assert command("export", "two_wells", "hilly.orbit", "--landscape", "hill.jpg", "--seconds", "1").code == 0
    drawing = read_drawing("hilly.orbit")
    assert [(event.frame, event.name) for event in drawing.events] == [(0, "landscape")]
    run = create_run(drawing)
    plain = create_run("two_wells")
    for _ in range(60):
        run.advance()
        plain.advance()
    assert run.mismatch is None and abs(run.pos - plain.pos).max() > 0.01
    hill.unlink()  # the drawing has all of it
    assert command("export", "hilly.orbit", "hilly.png", *SMALL).code == 0
    assert command("export", "two_wells", "plain.png", "--seconds", "1", *SMALL).code == 0
    assert Path("hilly.png").read_bytes() != Path("plain.png").read_bytes()


def test_a_landscape_under_a_drawing_leaves_its_events_and_its_length(command: Command, hill: Path) -> None:
    run = create_run("figure_eight")
    for _ in range(30):
        run.advance()
    run.apply("throw", (0.1, 1.0, 1.0, 0.0, 0.2))
    run.drawing().save("thrown.orbit")
    assert command("export", "thrown.orbit", "laid.orbit", "--landscape", "hill.jpg").code == 0
    laid = read_drawing("laid.orbit")
    assert [(event.frame, event.name) for event in laid.events] == [(0, "landscape"), (30, "throw")]
    assert laid.frames == 30


def test_values_that_are_asked_for_hold_to_the_end(command: Command, nowhere: None, hill: Path) -> None:
    run = create_run("two_wells")
    for _ in range(20):
        run.advance()
    run.apply("style", "paper")
    run.drawing().save("paper.orbit")
    asked = ["--look", "density", *SMALL]
    assert command("export", "paper.orbit", "a.orbit", *asked, "--landscape", "hill.jpg").code == 0
    assert [event.name for event in read_drawing("a.orbit").events] == ["landscape"]
    assert command("play", "paper.orbit", *asked).code == 0
    assert command("export", "paper.orbit", "same.png", *asked).code == 0
    assert Path("two_wells.png").read_bytes() == Path("same.png").read_bytes()


def test_the_window_gets_the_same_landscape(command: Command, hill: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: dict[str, object] = {}
    monkeypatch.setattr("orbitdraw.app.open_window", lambda **given: opened.update(given))
    assert command("play", "two_wells", "--landscape", "hill.jpg", "--set", "gap=0.9").code == 0
    run = opened["what"]
    command("export", "two_wells", "a.orbit", "--landscape", "hill.jpg", "--set", "gap=0.9", "--frames", "1")
    assert run.history.events == read_drawing("a.orbit").events and run.values["gap"] == 0.9  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["moth", "--landscape", "none.jpg"], ["there is no file none.jpg"]),
        (["moth", "--landscape", "notes.txt"], ["notes.txt"]),
        (["moth", "--landscape", "."], [". is not a file but a folder"]),
        (["bowl", "--landscape", "hill.jpg"], ["bowl", "runs its own program"]),
        (["hill.jpg"], ["hill.jpg is a picture", "drop it on the window", "--landscape hill.jpg"]),
        (["Hill.PNG"], ["Hill.PNG holds no drawing", "--landscape Hill.PNG"]),
        (["hill.gif"], ["hill.gif holds no drawing", "--landscape hill.gif"]),
        (["none.jpg"], ["there is no file none.jpg"]),
        (["pictures/none.jpeg"], ["there is no file pictures/none.jpeg"]),
        (["clip.mov"], ["there is no file clip.mov"]),
        (["notes.txt"], ["neither a scene file (.py) nor a drawing (.orbit)"]),
        (["./"], ["is a folder"]),
        (["."], ["is a folder"]),
    ],
)
def test_a_picture_and_other_files_are_said_to_be_what_they_are(
    command: Command, hill: Path, args: list[str], words: list[str]
) -> None:
    Path("notes.txt").write_text("no picture")
    for name in ("Hill.PNG", "hill.gif"):
        with Image.open(hill) as picture:
            picture.save(name)
    refused(command("play", *args), *words)
    refused(command("export", args[0], "out.png", *args[1:], *SMALL), *words)
