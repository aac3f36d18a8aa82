"""The command line: what it prints, how it ends, and what it does not import."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import waiting
from commanding import Command, refused

from orbitdraw.cli import arguments, doctor, progress
from orbitdraw.cli import commands as cli
from orbitdraw.errors import InputError
from orbitdraw.ink.look import STYLES
from orbitdraw.library.catalogue import catalogue, read_entry

DISPLAYS = ("DISPLAY", "WAYLAND_DISPLAY", "SDL_VIDEODRIVER")
HEAVY = ("numpy", "sympy", "numba", "pygame", "PIL")


@pytest.mark.parametrize("args", [["--help"], ["--version"], ["list"], ["list", "--json"], ["export", "--help"]])
def test_help_and_lists_import_nothing_heavy(args: list[str]) -> None:
    program = (
        "import sys\nfrom orbitdraw.cli.commands import main\n"
        f"try:\n    main({args!r})\nexcept SystemExit as end:\n    assert not end.code\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)"
    )
    done = waiting.run([sys.executable, "-c", program])
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


@pytest.mark.parametrize(
    "typed", ["2 3x", "x²²ⁿ", "0,5", "2 ∞", "x!", "sin y z", "x -", "½y 3", "|x", "τ x(", "5 6", "2πx )"]
)
def test_what_looks_like_a_formula_is_refused_as_one(command: Command, typed: str) -> None:
    ended = command("export", typed, "a.orbit")
    assert ended.code == 2
    text, finger, sentence = ended.err.splitlines()
    assert text == typed.strip() and finger.endswith("^") and "(column" in sentence


def test_a_param_that_the_formula_does_not_have_is_refused(command: Command) -> None:
    refused(command("export", "kx x", "a.orbit", "--param", "k=3"), "the formula has no 'k'; did you mean kx?")
    refused(command("export", "x", "a.orbit", "--param", "k=3"), "the formula has no 'k'; leave it out")


def test_a_folder_is_no_file_to_write_or_to_lay(command: Command) -> None:
    Path("a.png").mkdir()
    refused(command("export", "moth", "a.png"), "a.png is a folder; name a file in it, or write a.png/ for numbered")
    refused(command("export", "moth", "b.png", "--landscape", "a.png"), "a.png is not a file but a folder")


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
        ("step(y) + xy", ["xy=1"], ["V jumps at y = 0: no force acts there, so energy is not conserved"]),
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
        (["export", "moth", "a.gif", "--siez", "9x9"], ["there is no option --siez", "--size"]),
        (["export", "moth", "a.gif", "--hepl"], ["--help"]),
        (["--versoin"], ["--version"]),
        (["Comet.PY"], ["`orbitdraw play Comet.PY`"]),
        (["Poster.PNG"], ["`orbitdraw play Poster.PNG`"]),
        (["x^2+y^2"], ['`orbitdraw play "x^2+y^2"`']),
        (["list", "moth"], ["moth"]),
        (["export", "moth", "a.png", "--size", "1920,1080"], ["did you mean 1920x1080?"]),
        (["export", "moth", "a.png", "--size", "0x5"], ["16 to 60000"]),
        (["export", "moth", "a.png", "--size", "99999999999x5"], ["size"]),
        (["export", "moth", "a.png", "--look", "papper"], ["paper"]),
        (["export", "moth", "a.png", "--palette", "embr"], ["ember"]),
        (["export", "moth", "a.png", "--set", "masss=1"], ["masss"]),
        (["export", "moth", "a.png", "--set", "mass"], ["name=value"]),
        (["export", "moth", "a.png", "--set", "dt=fast"], ["dt"]),
        (["export", "two_wells", "a.png", "--set", "gap=9"], ["gap", "0.1 to 1.2"]),
        (["export", "two_wells", "a.png", "--set", "gap=0,9"], ["gap takes one number", "write a decimal point: 0.9"]),
        (["export", "two_wells", "a.png", "--set", "gap=1,2,3"], ["gap takes one number, not 1,2,3"]),
        (["export", "a*x^2", "a.png", "--param", "a=0,05"], ["write a decimal point: 0.05"]),
        (["export", "a*x^2", "a.png", "--param", "a=0,5:0..2"], ["write a decimal point: 0.5"]),
        (["export", "two_wells", "a.png", "--set", "gap=1", "--set", "gap=0.9"], ["twice"]),
        (["export", "moth", "a.png", "--param", "a=1"], ["--set a="]),
        (["export", "a*x^2", "a.png", "--param", "a=1:0"], ["a=0.5:0..2"]),
        (["export", "a*x^2", "a.png", "--param", "a=5:0..2"], ["0 .. 2"]),
        (["export", "moth", "a.png", "--seconds", "1", "--frames", "2"], ["--seconds", "--frames"]),
        (["export", "moth", "a.giff"], [".gif"]),
        (["export", "moth", "nowhere/a.png", "--size", "16", "--frames", "1"], ["nowhere"]),
        (["export", "moth"], ["OUT"]),
        (["export", "moth", "frame_%04d.png", "--frames", "3"], ["frame_%04d.png", "write frame/"]),
        (["export", "moth", "%d.png"], ["write frames/"]),
        (["export", "a*x^2" + "+0*y" * 90, "out.bmp", "--param", "a=1"], ["write out.png"]),
        (["export", "moth", "a.png", "--scene", "own.py"], ["--scene", "moth is not a drawing"]),
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


NUMBERS = {
    "--seconds": ("0.0 to 1000000", ["-1", "nan", "inf", "1e9", "x", "", "1 2"]),
    "--from": ("0.0 to 1000000", ["-0.1", "nan", "-inf", "1e9", "x"]),
    "--frames": ("1 to 100000000", ["0", "-1", "1e9", "1.5", "100000001", "9" * 30, "x"]),
    "--fps": ("0.001 to 1000", ["0", "-1", "nan", "inf", "1e-9", "1001", "x"]),
    "--seed": ("0 to 9223372036854775807", ["-1", "1.5", "nan", "9" * 30, "x"]),
    "--loop": ("0 to 65535", ["-1", "65536", "0.5", "x"]),
    "--ui-scale": ("0.5 to 4.0", ["0", "0.4", "4.1", "nan", "x"]),
}


@pytest.mark.parametrize(("option", "given"), [(name, one) for name, (_, given) in NUMBERS.items() for one in given])
def test_a_wrong_number_is_one_sentence_that_says_the_right_ones(
    command: Command, tmp_path: Path, option: str, given: str
) -> None:
    args = ["play", "moth"] if option == "--ui-scale" else ["export", "moth", "a.gif"]
    refused(command(*args, option, given), f"{option} needs a", NUMBERS[option][0], repr(given))
    assert not any(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("option", "given", "words"),
    [
        ("--seconds", "0,5", ["write a decimal point: 0.5"]),
        ("--size", "0x0", ["16 to 60000"]),
        ("--size", "1e9x1", ["1920x1080"]),
        ("--size", "-5x5", ["1920x1080"]),
        ("--size", "nan", ["1920x1080"]),
        ("--size", "", ["1920x1080"]),
        ("--size", "60000x60000", ["does not fit in memory"]),
        ("--look", "", ["density, light, paper"]),
        ("--look", "Light", ["light"]),
        ("--palette", "", ["palette ''"]),
        ("--quality", "best", ["quality"]),
        ("--set", "=", ["name=value"]),
        ("--set", "width=nan", ["width"]),
        ("--set", "view=1,2", ["three numbers"]),
        ("--set", "brush=brsh", ["brush"]),
        ("--set", "watch=9", ["watch"]),
        ("--param", "a", ["a=0.5"]),
        ("--param", "=1", ["a=0.5:0..2"]),
        ("--scene", "none.py", ["--scene"]),
    ],
)
def test_a_wrong_value_is_one_sentence(
    command: Command, tmp_path: Path, option: str, given: str, words: list[str]
) -> None:
    refused(command("export", "moth", "a.gif", option, given), *words)
    assert not any(tmp_path.iterdir())


MEANT = {
    "png": ["bmp", "tif", "tiff", "jpg", "JPEG", "webp", "avif", "svg", "pdf", "heic"],
    "mp4": ["avi", "mov", "MKV", "mpeg"],
    "gif": ["apng"],
}


@pytest.mark.parametrize(("suffix", "meant"), [(one, meant) for meant, given in MEANT.items() for one in given])
def test_an_ending_of_others_leads_to_the_one_of_ours_that_means_the_same(
    command: Command, tmp_path: Path, suffix: str, meant: str
) -> None:
    refused(command("export", "moth", f"Out.{suffix}"), f"Out.{suffix} ends in .{suffix}, ", f"write Out.{meant}\n")
    assert not any(tmp_path.iterdir())


def test_endings_may_be_written_in_capitals(command: Command) -> None:
    assert command("new", "Comet.PY").code == 0
    Path("Comet.py").rename("Comet.PY")
    for name in ("Out.PNG", "Out.GIF", "Out.MP4", "Out.WebM", "Out.ORBIT"):
        ended = command("export", "Comet.PY", name, "--size", "32x18", "--frames", "2")
        assert (ended.code, ended.out) == (0, f"{name}\n"), ended.err
        assert command("info", name).code == 2  # it is of a person's own file
        assert command("export", name, "Again.Png", "--scene", "Comet.PY", "--size", "32x18").code == 0, name
    assert command("info", "Comet.PY").out.startswith("Comet\n")


@pytest.mark.parametrize("name", ["Broken.py", "broken.py", "BROKEN.PY"])
def test_a_sentence_that_begins_with_a_name_leaves_it_as_it_is(command: Command, name: str) -> None:
    Path(name).write_text("from orbitdraw import Scene\nx = undefined\n")
    assert command("info", name).err.startswith(f"orbitdraw: {name}, line 2: undefined is not defined")
    assert command("export", "moth", "Out.JPX").err.startswith("orbitdraw: Out.JPX ends in .JPX")
    assert command("list", "Moth").err.startswith("orbitdraw: got unexpected"), "what click says begins small"


@pytest.mark.parametrize("form", ["module", "script"])
def test_the_module_is_the_command(form: str) -> None:
    script = Path(sys.executable).parent / ("orbitdraw.exe" if os.name == "nt" else "orbitdraw")
    start = [sys.executable, "-m", "orbitdraw"] if form == "module" else [script]
    assert waiting.run([*start, "--help"]).stdout.startswith("Usage: orbitdraw [OPTIONS]")
    done = waiting.run([*start, "lst"])
    assert (done.returncode, done.stderr) == (2, "orbitdraw: 'lst' is not a command; did you mean list?\n")


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

    monkeypatch.setattr("orbitdraw.library.catalogue.catalogue", fails)
    ended = command("list")
    assert ended.code == code
    assert len(ended.err.strip().splitlines()) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="signals are sent otherwise there")
@pytest.mark.parametrize(("sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
@pytest.mark.parametrize(
    "args",
    [
        ["export", "figure_eight", "long.gif", "--size", "320x240", "--frames", "100000"],
        ["play", "galaxy_encounter", "--size", "640x480"],
    ],
    ids=["export", "play"],
)
def test_an_interrupted_export_leaves_the_old_file(
    tmp_path: Path, args: list[str], sent: signal.Signals, code: int
) -> None:
    out = tmp_path / "long.gif"
    out.write_bytes(b"the old one")
    nowhere = {name: value for name, value in os.environ.items() if name not in DISPLAYS}
    with subprocess.Popen(
        [sys.executable, "-m", "orbitdraw", *args], cwd=tmp_path, env=nowhere, stderr=subprocess.PIPE, text=True
    ) as process:
        waiting.until(lambda: len(list(tmp_path.iterdir())) > 1 or process.poll() is not None)
        process.send_signal(sent)
        err = waiting.ended(process).stderr
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
        assert process.stderr.read() == b""
        assert process.wait() == 1


def test_the_looks_are_those_of_scenes() -> None:
    assert sorted(arguments.LOOKS) == sorted(STYLES)


@pytest.mark.parametrize(
    ("text", "size"), [("1920x1080", (1920, 1080)), ("12000", (12000, 12000)), ("64×48", (64, 48))]
)
def test_sizes(text: str, size: tuple[int, int]) -> None:
    assert arguments.parse_size(text) == size


@pytest.mark.parametrize("text", ["", "x", "-5", "1e3", "15", "60001", "1920x", "nan"])
def test_sizes_that_are_none(text: str) -> None:
    with pytest.raises(InputError):
        arguments.parse_size(text)


# -- the doctor ------------------------------------------------------------------------------------------------------


def test_the_doctor_finds_this_installation_well(command: Command) -> None:
    ended = command("doctor")
    assert ended.code == 0, ended.out
    assert ended.out.endswith("All is well.\n")


@pytest.mark.parametrize(
    ("versions", "remedy"),
    [
        ({"pygame-ce": "2.5.8", "pygame": "2.6.1"}, doctor.REPAIR),
        ({"pygame": "2.6.1"}, "pip uninstall -y pygame && pip install pygame-ce"),
        ({}, "pip install pygame-ce"),
    ],
)
def test_the_doctor_knows_both_pygames(monkeypatch: pytest.MonkeyPatch, versions: dict[str, str], remedy: str) -> None:
    monkeypatch.setattr(doctor, "version_of", versions.get)
    finding = doctor.check_pygame()
    assert finding.state == "broken"
    assert remedy in finding.remedy


def test_the_doctor_notices_overwritten_files(monkeypatch: pytest.MonkeyPatch) -> None:
    import pygame

    monkeypatch.setattr(pygame, "IS_CE", False, raising=False)
    assert doctor.check_pygame().remedy == doctor.REPAIR


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
    assert "ORBITDRAW_CACHE" in doctor.check_cache().remedy
    monkeypatch.setenv("ORBITDRAW_CACHE", str(tmp_path / "cold"))
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "file"))
    assert "NUMBA_CACHE_DIR" in doctor.check_cache().remedy
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "cold too"))
    assert "empty: the first scene" in doctor.check_cache().details


def test_the_doctor_looks_at_compiled_code_in_a_process_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    assert doctor.check_compiled().state == "well"
    for check, state, words in (
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "broken", "exited with code -11"),
        ("raise OSError('no code')", "broken", "exited with code 1: OSError: no code"),
        ("import sys; print('a compiled loop is damaged', file=sys.stderr)", "note", "a compiled loop is damaged"),
    ):
        monkeypatch.setattr(doctor, "CHECK", check)
        found = doctor.check_compiled()
        assert (found.state, words in found.details) == (state, True)
        assert state == "note" or "ORBITDRAW_CACHE" in found.remedy


def test_the_doctor_finds_a_compiled_loop_that_is_damaged(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("NUMBA_CACHE_DIR", "")
    monkeypatch.setenv("ORBITDRAW_CACHE", str(tmp_path))
    (tmp_path / "loops" / "orbitdraw").mkdir(parents=True)
    (tmp_path / "loops" / "orbitdraw" / "step-1.py311.sealed.1.nbc").write_bytes(b"0" * 64 + b"\ncode")
    found = doctor.check_compiled()
    assert (found.state, "a compiled loop is damaged" in found.details) == ("note", True)


def test_a_cache_that_cannot_be_written_is_said_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    env = {**os.environ, "ORBITDRAW_CACHE": str(tmp_path / "file")}
    command = [sys.executable, "-m", "orbitdraw", "info", "7*x^2+y^2/9"]
    done = waiting.run(command, env=env)
    assert done.returncode == 0
    said = done.stderr.splitlines()
    assert len(said) == 1 and said[0].startswith("orbitdraw: an entry cannot be written in the cache at")
    assert "set ORBITDRAW_CACHE to a writable folder" in said[0]


def test_the_doctor_without_the_video_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "version_of", lambda name: None)
    assert "orbitdraw[video]" in doctor.check_video().remedy


def test_the_script_is_on_the_path() -> None:
    assert (Path(sys.executable).parent / ("orbitdraw.exe" if os.name == "nt" else "orbitdraw")).exists()


def test_more_than_is_taken_names_the_first_that_is_too_much(command: Command, tmp_path: Path) -> None:
    refused(command("play", "moth", "two_wells"), "play takes WHAT, and 'two_wells' is one too many")
    refused(command("play", "x^2", "+", "y"), "'+' is one too many", "a formula with blanks stands in quotes")
    refused(command("export", "moth", "a.png", "b.png"), "takes WHAT and OUT, and 'b.png' is one too many")
    assert not any(tmp_path.iterdir())


@pytest.mark.parametrize("out", ["", " "])
def test_a_file_without_a_name_is_refused(command: Command, tmp_path: Path, out: str) -> None:
    refused(command("export", "moth", out), "the name of the file is empty; write for example picture.png")
    refused(command("export", "moth", ".png"), ".png has no name before its ending; write for example picture.png")
    assert not any(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("word", "formula"),
    [("xy", "x*y"), ("sinx", "sin(x)"), ("rcosphi", "r*cos(phi)"), ("sin", "sin(x)"), ("atan2", "atan2(a, b)")],
)
def test_a_bare_word_that_may_be_a_formula_is_written_as_one(command: Command, word: str, formula: str) -> None:
    refused(command("info", word), f"there is no scene '{word}'; as a formula it is written {formula}\n")


@pytest.mark.parametrize(
    ("name", "head", "says"),
    [
        (
            "art.txt",
            b"\x89PNG\r\n\x1a\n",
            "art.txt is a picture, not a scene; to use it as a landscape",
        ),
        (
            "art.ppm",
            b"\x89PNG\r\n\x1a\n",
            "art.ppm is a picture, not a scene; to use it as a landscape",
        ),
        ("art.ppm", b"P6 1 1 255\nabc", "art.ppm is no picture that can be read; save it as PNG"),
        ("art.jpg", b"two words", "art.jpg is no picture that can be read; save it as PNG"),
        ("art.txt", b'{\n"format": "orbitdraw drawing",\n', "art.txt is a drawing; give its name the ending .orbit"),
        ("art.dat", b"\0\0\0\x18ftypisom\0\0\0\0", "art.dat is a film; give its name the ending .mp4 or .webm"),
        ("art.txt", b"two words", "art.txt is neither a scene file (.py) nor a drawing (.orbit)"),
    ],
)
def test_what_a_file_is_its_bytes_say(command: Command, name: str, head: bytes, says: str) -> None:
    Path(name).write_bytes(head)
    refused(command("play", name), says)


def test_a_folder_and_standard_input_are_no_scenes(command: Command) -> None:
    Path("shelf").mkdir()
    refused(command("play", "shelf"), "shelf is a folder; name a scene file in it")
    refused(command("play", "-"), "nothing is read from standard input; name a scene file or a drawing")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="nobody may not, for the superuser")
def test_a_file_that_may_not_be_read_is_said(command: Command) -> None:
    Path("shut.py").write_text("")
    Path("shut.py").chmod(0)
    refused(command("play", "shut.py"), "shut.py cannot be read: Permission denied")


def test_a_long_export_without_a_terminal_says_how_far_it_is(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    now = [0.0]
    monkeypatch.setattr("orbitdraw.cli.progress.time.monotonic", lambda: now[0])
    said = {}
    with progress.progress_bar("long.gif") as tell:
        for second in range(100):
            now[0] = float(second)
            tell(10 * second, 100_000)
            said[second] = capsys.readouterr().err
    assert [second for second, line in said.items() if line] == [30, 90]
    assert said[30] == "orbitdraw: long.gif: 300 of 100,000 frames; Ctrl-C stops it, and leaves no file\n"
