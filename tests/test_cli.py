"""The command line: what it prints, how it ends, and what it does not import."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from orbitdraw import arguments, cli, doctor, interruption
from orbitdraw.catalogue import catalogue, read_entry
from orbitdraw.errors import InputError
from orbitdraw.look import STYLES

HEAVY = ("numpy", "sympy", "numba", "pygame", "PIL")


class Ended(NamedTuple):
    code: int
    out: str
    err: str


Command = Callable[..., Ended]


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Run a command in an empty folder, in this process."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(interruption, "heed", lambda: None)

    def run(*args: str) -> Ended:
        with pytest.raises(SystemExit) as ended:
            cli.main(list(args))
        out, err = capsys.readouterr()
        return Ended(int(ended.value.code or 0), out, err)

    return run


def refused(ended: Ended, *words: str) -> None:
    """Exit 2, and one sentence on stderr that has these words."""
    assert ended.code == 2, ended
    assert ended.out == ""
    assert ended.err.startswith("orbitdraw: "), ended.err
    assert ended.err.count("\n") == 1, ended.err
    assert "Traceback" not in ended.err
    for word in words:
        assert word in ended.err, ended.err


@pytest.mark.parametrize("args", [["--help"], ["--version"], ["list"], ["list", "--json"], ["export", "--help"]])
def test_help_and_lists_import_nothing_heavy(args: list[str]) -> None:
    program = (
        "import sys\nfrom orbitdraw.cli import main\n"
        f"try:\n    main({args!r})\nexcept SystemExit as end:\n    assert not end.code\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    assert done.stderr == "[]\n"


@pytest.mark.parametrize("name", sorted(cli.cli.commands))
def test_every_command_explains_itself(command: Command, name: str) -> None:
    ended = command(name, "--help")
    assert ended.code == 0
    assert f"Usage: orbitdraw {name}" in ended.out


def test_list_names_every_scene(command: Command) -> None:
    ended = command("list")
    assert ended.code == 0
    assert all(f"  {entry.name} " in ended.out for entry in catalogue())
    assert json.loads(command("list", "--json").out) == [vars(entry) for entry in catalogue()]


def test_a_scene_that_cannot_be_parsed_spoils_only_itself(tmp_path: Path) -> None:
    (tmp_path / "broken.py").write_text("def (:")
    (tmp_path / "good.py").write_text('"""All is well."""')
    broken, good = catalogue(tmp_path)
    assert broken.caption.startswith("(cannot be read")
    assert good.caption == "All is well."


@pytest.mark.parametrize(
    ("text", "caption"),
    [
        ('"""File."""\n@scene(dt=1)\ndef a(x, y):\n    """Function."""', "Function."),
        ('"""File."""\n@orbitdraw.scene()\ndef a(x, y):\n    """One\n    sentence.\n\n    More."""', "One sentence."),
        ('"""File."""\na = Scene("a", caption="Given" " here.")', "Given here."),
        ('"""File."""\nSAID = "Above."\na = Scene("a", caption=SAID)', "Above."),
        ('"""File."""\na = Scene("a")', "File."),
        ("raise SystemExit", ""),
    ],
)
def test_captions_are_read_without_running(tmp_path: Path, text: str, caption: str) -> None:
    path = tmp_path / "a.py"
    path.write_text(text)
    assert read_entry(path).caption == caption


def test_info_says_formula_law_sliders_and_what_is_conserved(command: Command) -> None:
    facts = json.loads(command("info", "two_wells", "--json").out)
    assert {parameter["name"] for parameter in facts["parameters"] if "low" in parameter} >= {"mass", "gap"}
    assert facts["law"]["name"] == "newton"
    assert facts["formula"]
    assert json.loads(command("info", "figure_eight", "--json").out)["conserved"] == [
        "energy",
        "momentum",
        "angular momentum",
    ]
    page = command("info", "two_wells").out
    assert "formula" in page
    assert "0.1 to 2" in page


@pytest.mark.parametrize("entry", catalogue(), ids=lambda entry: entry.name)
def test_info_describes_every_scene(command: Command, entry: Any) -> None:
    ended = command("info", entry.name)
    assert ended.code == 0
    assert ended.out.startswith(entry.name)


FORMULA = "-1/sqrt(x^2+y^2+a)"


def test_a_formula_may_begin_with_a_minus_sign(command: Command) -> None:
    ended = command("info", FORMULA, "--param", "a=0.1:0.01..1", "--json")
    facts = json.loads(ended.out)
    assert facts["formula"] == FORMULA
    assert facts["parameters"][0] == {"name": "a", "value": 0.1, "low": 0.01, "high": 1.0}
    assert json.loads(command("info", "--json", "--", "-x^2").out)["formula"] == "-x^2"
    assert json.loads(command("info", "--param=a=1", "--json", "-a*x^2").out)["formula"] == "-a*x^2"


def test_a_bad_formula_is_shown_with_a_finger(command: Command) -> None:
    ended = command("info", "x^2 + qq(x)")
    assert ended.code == 2
    text, finger, sentence = ended.err.splitlines()
    assert (text, finger) == ("x^2 + qq(x)", "      ^")
    assert sentence.startswith("orbitdraw: ")
    assert "qq" in sentence


@pytest.mark.parametrize(
    ("typed", "column"), [("lambda: 1", 7), ("x if y else 1", 3), ("x < 1", 3), ("[x]", 1), ('"x"', 1)]
)
def test_what_only_python_takes_for_an_expression_is_shown_as_a_bad_formula(
    command: Command, typed: str, column: int
) -> None:
    ended = command("play", typed)
    assert ended.code == 2
    text, finger, sentence = ended.err.splitlines()
    assert (text, finger.index("^") + 1) == (typed, column) and f"(column {column})" in sentence
    assert "there is no scene" not in sentence


@pytest.mark.parametrize("typed", ["2 3x", "x²²ⁿ", "0,5", "2 ∞", "x!", "sin y z", "x -", "½y 3", "|x", "τ x(", "5 6"])
def test_what_looks_like_a_formula_is_refused_as_one(command: Command, typed: str) -> None:
    ended = command("export", typed, "a.orbit")
    assert ended.code == 2
    text, finger, sentence = ended.err.splitlines()
    assert text == typed.strip() and finger.endswith("^") and "(column" in sentence


@pytest.mark.parametrize("typed", ["moht", "3body", "figure eight", "τ", "e.txt", "mothé", "sin"])
def test_what_looks_like_a_name_is_looked_for_as_one(command: Command, typed: str) -> None:
    refused(command("export", typed, "a.orbit"), f"there is no scene {typed!r}")


@pytest.mark.parametrize(
    ("typed", "params", "said"),
    [
        ("2x", [], []),
        ("sin x", [], []),
        ("k x²", [], ["k is a slider: 1, from 0 to 2; --param k=... sets it"]),
        ("k x²", ["k=3"], []),
        ("λ x² + a*r", ["λ=1:0..3"], ["a is a slider: 1, from 0 to 2; --param a=... sets it"]),
        ("lambda*x^2 + y^2", ["lambda=1"], []),
        ("\N{MICRO SIGN}*x^2", ["μ=1"], []),
        ("step(y) + xy", ["xy=1"], ["V jumps at y = 0: no force is felt there, so energy is not conserved"]),
        ("+".join(["a*x"] * 90), ["a=1"], []),
    ],
)
def test_what_a_formula_became_is_said_once(command: Command, typed: str, params: list[str], said: list[str]) -> None:
    options = [part for one in params for part in ("--param", one)]
    ended = command("export", typed, "a.orbit", "--frames", "1", *options)
    assert (ended.code, ended.err.splitlines()) == (0, said)
    assert command("export", "a.orbit", "b.orbit").err == "", "a drawing introduces no formula"


def test_a_name_that_is_taken_is_refused_before_anything_is_said(command: Command) -> None:
    for name in ("glow", "drag", "seed", "what"):
        ended = command("export", f"x + {name}*k", "a.orbit")
        assert ended.code == 2 and ended.err.count("\n") == 3 and f"{name}_1 (column 5)" in ended.err


def test_two_words_are_a_scene_that_was_misspelt(command: Command) -> None:
    assert "did you mean figure_eight?" in command("play", "figure eight").err


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["info", "motth"], ["moth"]),
        (["moth"], ["`orbitdraw play moth`"]),
        (["lst"], ["did you mean list?"]),
        (["export", "moth", "a.gif", "--siez", "9x9"], ["--siez", "--size"]),
        (["export", "moth", "a.png", "--size", "1920,1080"], ["did you mean 1920x1080?"]),
        (["export", "moth", "a.png", "--size", "0x5"], ["16 to 60000"]),
        (["export", "moth", "a.png", "--size", "99999999999x5"], ["size"]),
        (["export", "moth", "a.png", "--look", "papper"], ["paper"]),
        (["export", "moth", "a.png", "--palette", "embr"], ["ember"]),
        (["export", "moth", "a.png", "--set", "masss=1"], ["masss"]),
        (["export", "moth", "a.png", "--set", "mass"], ["name=value"]),
        (["export", "moth", "a.png", "--set", "dt=fast"], ["dt"]),
        (["export", "two_wells", "a.png", "--set", "gap=9"], ["gap", "0.1 to 1.2"]),
        (["export", "two_wells", "a.png", "--set", "gap=0,9"], ["gap takes one number", "has a point: 0.9"]),
        (["export", "two_wells", "a.png", "--set", "gap=1,2,3"], ["gap takes one number, not 1,2,3"]),
        (["export", "a*x^2", "a.png", "--param", "a=0,05"], ["has a point: 0.05"]),
        (["export", "a*x^2", "a.png", "--param", "a=0,5:0..2"], ["has a point: 0.5"]),
        (["export", "two_wells", "a.png", "--set", "gap=1", "--set", "gap=0.9"], ["twice"]),
        (["export", "moth", "a.png", "--param", "a=1"], ["--set a="]),
        (["export", "a*x^2", "a.png", "--param", "a=1:0"], ["a=0.5:0..2"]),
        (["export", "a*x^2", "a.png", "--param", "a=5:0..2"], ["0 .. 2"]),
        (["export", "moth", "a.png", "--seconds", "1", "--frames", "2"], ["--seconds", "--frames"]),
        (["export", "moth", "a.png", "--seconds", "-1"], ["--seconds"]),
        (["export", "moth", "a.gif", "--fps", "0"], ["--fps"]),
        (["export", "moth", "a.gif", "--fps", "x"], ["number"]),
        (["export", "moth", "a.giff"], [".gif"]),
        (["export", "moth", "nowhere/a.png", "--size", "16", "--frames", "1"], ["nowhere"]),
        (["export", "moth"], ["OUT"]),
        (["info", "nothing.orbit"], ["nothing.orbit"]),
        (["info", "nothing.py"], ["orbitdraw new nothing"]),
        (["new", "two words"], ["two_words"]),
        (["new", "class"], ["scene_class"]),
        (["new", "comet", "nowhere"], ["nowhere"]),
    ],
)
def test_bad_input_is_one_sentence(command: Command, tmp_path: Path, args: list[str], words: list[str]) -> None:
    refused(command(*args), *words)
    assert not any(tmp_path.iterdir())


@pytest.mark.skipif(sys.platform != "linux", reason="other systems always have a display")
@pytest.mark.parametrize("args", [["play", "moth"], []])
def test_without_a_display_one_sentence_names_the_export(
    command: Command, monkeypatch: pytest.MonkeyPatch, args: list[str]
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "SDL_VIDEODRIVER"):
        monkeypatch.delenv(name, raising=False)
    refused(command(*args), "no display", "orbitdraw export")


@pytest.mark.skipif(sys.platform != "linux", reason="only X has displays that are named and not there")
def test_a_display_that_does_not_answer_is_none() -> None:
    environment = {
        name: value for name, value in os.environ.items() if name not in ("WAYLAND_DISPLAY", "SDL_VIDEODRIVER")
    }
    args = [sys.executable, "-m", "orbitdraw", "play", "moth"]
    done = subprocess.run(args, env={**environment, "DISPLAY": ":7777"}, capture_output=True, text=True, timeout=60)
    assert done.returncode == 2
    assert "orbitdraw export moth" in done.stderr


def test_play_hands_everything_to_the_window(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: dict[str, Any] = {}
    monkeypatch.setattr("orbitdraw.app.open_window", lambda **given: opened.update(given))
    args = ["play", "two_wells", "--set", "gap=0.9", "--seed", "3", "--look", "paper", "--palette", "frost"]
    assert command(*args, "--size", "800x600", "--fullscreen").code == 0
    assert opened["what"] == "two_wells"
    assert opened["values"] == {"gap": 0.9, "style": "paper", "palette": "frost"}
    assert (opened["seed"], opened["size"], opened["fullscreen"]) == (3, (800, 600), True)
    assert command().code == 0
    assert opened["what"] is None
    assert command("play", "-x^2").code == 0
    assert opened["what"] == "-x^2"


def test_new_writes_a_scene_that_runs(command: Command, tmp_path: Path) -> None:
    assert command("new", "comet").code == 0
    assert command("info", "comet.py").out.startswith("comet\n")
    assert command("export", "comet.py", "comet.png", "--size", "64", "--frames", "3").code == 0
    before = (tmp_path / "comet.py").read_bytes()
    refused(command("new", "comet"), "exists already")
    assert (tmp_path / "comet.py").read_bytes() == before


def test_export_says_what_it_wrote(command: Command, tmp_path: Path) -> None:
    ended = command("export", "figure_eight", "eight.png", "--size", "64x48", "--frames", "2")
    assert (ended.code, ended.out) == (0, "eight.png\n")
    assert command("export", "figure_eight", "eight.orbit", "--seconds", "0.1").code == 0
    assert command("export", "eight.orbit", "again.png", "--size", "64x48").code == 0


@pytest.mark.parametrize(("error", "code"), [(KeyboardInterrupt(), 130), (OSError("disk"), 1), (MemoryError(), 1)])
def test_other_ends(command: Command, monkeypatch: pytest.MonkeyPatch, error: BaseException, code: int) -> None:
    def fails(*_: Any) -> None:
        raise error

    monkeypatch.setattr("orbitdraw.catalogue.catalogue", fails)
    ended = command("list")
    assert ended.code == code
    assert len(ended.err.strip().splitlines()) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="signals are sent otherwise there")
@pytest.mark.parametrize(("sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interrupted_export_leaves_the_old_file(tmp_path: Path, sent: signal.Signals, code: int) -> None:
    out = tmp_path / "long.gif"
    out.write_bytes(b"the old one")
    args = ["export", "figure_eight", str(out), "--size", "320x240", "--frames", "100000"]
    with subprocess.Popen([sys.executable, "-m", "orbitdraw", *args], stderr=subprocess.PIPE, text=True) as process:
        try:
            deadline = time.monotonic() + 120
            while len(list(tmp_path.iterdir())) < 2 and process.poll() is None and time.monotonic() < deadline:
                time.sleep(0.05)
            process.send_signal(sent)
            err = process.communicate(timeout=30)[1]
        finally:
            process.kill()
    assert process.returncode == code, err
    assert "Traceback" not in err
    assert [path.name for path in tmp_path.iterdir()] == ["long.gif"]
    assert out.read_bytes() == b"the old one"


@pytest.mark.skipif(sys.platform == "win32", reason="pipes end otherwise there")
def test_a_reader_that_leaves_is_met_with_silence() -> None:
    args = [sys.executable, "-m", "orbitdraw", "list", "--json"]
    with subprocess.Popen(args, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.wait(60) == 1
        assert process.stderr.read() == b""


def test_the_looks_are_those_of_scenes() -> None:
    assert sorted(arguments.LOOKS) == sorted(STYLES)


@pytest.mark.parametrize(
    ("text", "size"), [("1920x1080", (1920, 1080)), ("12000", (12000, 12000)), ("64×48", (64, 48))]
)
def test_sizes(text: str, size: tuple[int, int]) -> None:
    assert arguments.size(text) == size


@pytest.mark.parametrize("text", ["", "x", "-5", "1e3", "15", "60001", "1920x", "nan"])
def test_sizes_that_are_none(text: str) -> None:
    with pytest.raises(InputError):
        arguments.size(text)


# -- the doctor ------------------------------------------------------------------------------------------------------


def test_the_doctor_finds_this_installation_well(command: Command) -> None:
    ended = command("doctor")
    assert ended.code == 0, ended.out
    assert ended.out.endswith("All is well.\n")


@pytest.mark.parametrize(
    ("versions", "cure"),
    [
        ({"pygame-ce": "2.5.8", "pygame": "2.6.1"}, doctor.REPAIR),
        ({"pygame": "2.6.1"}, "pip uninstall -y pygame && pip install pygame-ce"),
        ({}, "pip install pygame-ce"),
    ],
)
def test_the_doctor_knows_both_pygames(monkeypatch: pytest.MonkeyPatch, versions: dict[str, str], cure: str) -> None:
    monkeypatch.setattr(doctor, "version_of", versions.get)
    finding = doctor.pygames()
    assert finding.state == "broken"
    assert cure in finding.cure


def test_the_doctor_notices_overwritten_files(monkeypatch: pytest.MonkeyPatch) -> None:
    import pygame

    monkeypatch.setattr(pygame, "IS_CE", False, raising=False)
    assert doctor.pygames().cure == doctor.REPAIR


def test_the_doctor_ends_with_1_when_something_is_broken(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "version_of", {"pygame-ce": "2.5.8", "pygame": "2.6.1"}.get)
    ended = command("doctor")
    assert ended.code == 1
    assert "Broken: packages, pygame." in ended.out


def test_the_doctor_names_the_cure_of_a_cache_that_cannot_be_written(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("ORBITDRAW_CACHE", str(tmp_path / "file" / "cache"))
    assert "ORBITDRAW_CACHE" in doctor.cache().cure
    monkeypatch.setenv("ORBITDRAW_CACHE", str(tmp_path / "cold"))
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "file"))
    assert "NUMBA_CACHE_DIR" in doctor.cache().cure
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "cold too"))
    assert "cold" in doctor.cache().seen


def test_the_doctor_without_the_video_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "version_of", lambda name: None)
    assert "orbitdraw[video]" in doctor.video().cure


def test_the_script_is_on_the_path() -> None:
    assert (Path(sys.executable).parent / ("orbitdraw.exe" if os.name == "nt" else "orbitdraw")).exists()
