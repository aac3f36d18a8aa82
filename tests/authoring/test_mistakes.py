"""What the author of a scene is told: one sentence with the remedy, at the author's line, in terminal and window."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from driving import drive, wait

from orbitdraw import Bodies, Newton, Potential, Run, Scene, frames, load, ring
from orbitdraw.app.window import Window
from orbitdraw.cli import commands as cli
from orbitdraw.errors import CallError, InputError, SceneError
from orbitdraw.library.catalogue import catalogue
from orbitdraw.library.loading import create_run
from orbitdraw.runtime import interrupts
from orbitdraw.runtime.author_errors import author_errors

IMPORTS = "import math, numpy as np\nfrom orbitdraw import *\n\n"
START = '    def start(self, values, seed):\n        return {"x": np.zeros((1, 2))}\n'
ADVANCE = "    def advance(self, state, values, frame):\n        {}\n"
FLOW = 'scene = Scene("bad", motion=Flow())\n'

KINDS = {
    "file": "{}\n",
    "formula": "@scene(start=ring(20))\ndef bad(x, y):\n    {}\n",
    "function": "@scene(start=ring(20))\n{}\n",
    "start": "@scene(start={})\ndef bad(x, y):\n    return x**2\n",
    "option": 'scene = Scene("bad", {})\n',
    "motion": f"class Flow(Motion):\n    {{}}\n\n{FLOW}",
    "advance": f"class Flow(Motion):\n{START}{ADVANCE}\n{FLOW}",
}
"""Kinds of scenes, each with a gap for the mistake; all begin with IMPORTS."""


class Mistake(NamedTuple):
    """A scene's text, and the line and the sentence with which it has to be refused."""

    text: str
    line: int
    says: str

    @property
    def said(self) -> str:
        """What the terminal shows."""
        return f"orbitdraw: bad.py{f', line {self.line}' if self.line else ''}: {self.says}\n"


def _read() -> Iterator[Mistake]:
    kind, gap = "", []
    for line in (Path(__file__).parent / "mistakes.txt").read_text(encoding="utf-8").splitlines():
        if found := re.fullmatch(r"\[(\w+)\].*", line):
            kind, gap = found[1], []
        elif found := re.fullmatch(r"-> (\d+): (.*)", line):
            indent = re.search(r"^ *(?=\{\})", KINDS[kind], re.MULTILINE)
            text = f"\n{indent[0] if indent else ''}".join(gap)
            yield Mistake(IMPORTS + KINDS[kind].replace("{}", text), int(found[1]), found[2])
            gap = []
        elif line or gap:
            gap.append(line)


MISTAKES = list(_read())


def written(text: str | bytes, folder: Path) -> Path:
    path = folder / "bad.py"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    """What the terminal shows when a scene is exported; it has to be refused."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(interrupts, "install", lambda: None)

    def told(text: str | bytes, *command: str) -> str:
        written(text, tmp_path)
        with pytest.raises(SystemExit) as ended:
            cli.main(list(command or ("export", "bad.py", "bad.png", "--size", "64x36", "--seconds", "0.4")))
        said = capsys.readouterr().err
        assert ended.value.code == 2, said
        assert not (tmp_path / "bad.png").exists()
        return said

    return told


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.says[:60])
def test_the_terminal_says_it_at_the_authors_line(told, mistake):
    assert told(mistake.text) == mistake.said


@pytest.fixture(scope="module")
def window(tmp_path_factory):
    made = Window((64, 36), ui_scale=1.0, folder=tmp_path_factory.mktemp("window"))
    yield made
    made.close()


def trouble(window, path):
    """What the card of the window shows."""
    window.show_scene(path)
    wait(window, lambda: window.page.error_card.trouble is not None)
    return window.page.error_card.trouble


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.says[:60])
def test_the_window_says_the_same(window, tmp_path, mistake):
    path = written(mistake.text, tmp_path)
    found = trouble(window, path)
    assert (found.message, found.path, found.line) == (mistake.says, str(path), mistake.line)


def test_an_enormous_number_of_mistakes_is_tried():
    assert len({mistake.text for mistake in MISTAKES}) > 150


# -- what the table cannot hold ----------------------------------------------------------------------------------------

EN_DASH = "# 1 \u2013 2\n"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (b"x = 1\n" + EN_DASH.encode("cp1252"), "line 2: the byte 0x96 is not UTF-8; save the file as UTF-8"),
        (b"x = '" + EN_DASH.encode("cp1252"), "line 1: the byte 0x96 is not UTF-8; save the file as UTF-8"),
        ("x = 1\n".encode("utf-16"), "is saved as UTF-16; save the file as UTF-8"),
        (b"x = 1\n\ny = '\0'\n", "line 3: this line has a NUL character; delete it and save the file as UTF-8"),
        ("def f(x):\n    a = x\n\treturn a\n", "line 3: inconsistent use of tabs and spaces in indentation"),
        ("raise ValueError('x' * 30000)\n", "line 1: ValueError: xxxxxxxx"),
        ("def f():\n    return f()\nf()\n", "line 2: RecursionError: maximum recursion depth exceeded"),
        ("raise ValueError('a\\ud800b\\x00c\\nd')\n", r"line 1: ValueError: a\ud800b\x00c d"),
        ("class Own(Exception):\n    def __str__(self):\n        return 1 / 0\n\nraise Own\n", "line 5: Own\n"),
        (f"{IMPORTS}Scene('bad', **{{'x' * 30000: 1}})", "line 4: Scene takes name, "),
        (
            f"{IMPORTS}name = 'bad'\nscene = Scene(\n    name,\n    watch=(1, 7),\n)\n",
            "line 7: there are no bodies here",
        ),
        (f"{IMPORTS}scene = Scene('bad', potential='x^^2')\n", "bad.py, line 4: "),
        (
            f"import sympy\n{IMPORTS}@scene()\ndef bad(x, y):\n    return sympy.gamma(x)\n",
            "line 7: gamma is not among the functions",
        ),
        ("", "holds no Scene; write @scene(start=ring(60)) above a function f(x, y) that returns a formula"),
    ],
)
def test_a_file_that_is_no_text_or_says_too_much(told, text, says):
    assert says in told(text)
    assert len(told(text)) < 400


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_a_file_that_python_reads_is_read(tmp_path, encoding):
    first = "# coding: cp1252\n" if encoding == "cp1252" else ""
    path = tmp_path / "dash.py"
    path.write_bytes(f"{first}{EN_DASH}{IMPORTS}scene = Scene('dash', dust=ring(5))\n".encode(encoding))
    assert load(path).name == "dash"


METRICS = IMPORTS + "class Flow(Motion):\n" + START + ADVANCE.replace("{}", "return Strokes.none()")


@pytest.mark.parametrize(
    ("returned", "says"),
    [
        ("5", "Flow.metrics must return a dictionary of numbers, such as {'energy': 1.0}, not 5"),
        (
            "{'energy': 'high'}",
            "Flow.metrics must return a dictionary of numbers, such as {'energy': 1.0}, not {'energy': 'high'}",
        ),
        (
            "{'energy': state['xx']}",
            "bad.metrics failed at time 0: state has no 'xx'; did you mean x?",
        ),
    ],
)
def test_numbers_that_are_none_are_said_once(told, window, tmp_path, returned, says):
    text = f"{METRICS}    def metrics(self, state, values, t):\n        return {returned}\n\n{FLOW}"
    assert told(text, "info", "bad.py") == f"orbitdraw: bad.py, line 10: {says}\n"
    found = trouble(window, tmp_path / "bad.py")
    assert (found.message, found.line) == (says, 10)
    drive(window, turns=20)
    assert window.page.error_card.trouble is found


def test_a_mistake_in_a_file_that_a_scene_imports_is_said_there(told, tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(str(tmp_path))
    (tmp_path / "helping_hand.py").write_text("def flow(frame):\n    return 1 / (frame - 3)\n")
    own = "import helping_hand\n" + METRICS.replace("return Strokes", "return helping_hand.flow(frame) and Strokes")
    assert "bad.py, line 9: bad.advance failed at frame 3: ZeroDivisionError" in told(own + "\n" + FLOW)
    pair = "def pair(values, rng):\n    return helping_hand.flow(3)\n"
    lent = f"import helping_hand\n{IMPORTS}{pair}scene = Scene('bad', bodies=pair)\n"
    assert "bad.py, line 6: the start of bad failed: ZeroDivisionError" in told(lent)


def test_ctrl_c_amid_a_scene_is_no_mistake_of_its_author(tmp_path, monkeypatch, capsys):
    written("raise KeyboardInterrupt\n", tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(interrupts, "install", lambda: None)
    with pytest.raises(SystemExit) as ended:
        cli.main(["export", "bad.py", "bad.png"])
    assert ended.value.code == 130
    assert capsys.readouterr().err.strip() == "orbitdraw: interrupted"


def test_python_gets_the_same_sentences_and_the_error_behind_them():
    import numpy as np

    with pytest.raises(SceneError, match=r"np\.exp takes numbers, but x is a symbol here; write exp") as raised:
        Potential.of(lambda x, y: np.exp(x)).force(1.0, 0.0)
    assert isinstance(raised.value.__cause__, TypeError)
    assert raised.value.path == __file__
    with pytest.raises(CallError, match="did you mean drag") as misspelt:
        Newton(friction=1.0)
    assert isinstance(misspelt.value, TypeError) and isinstance(misspelt.value, ValueError)
    with pytest.raises(TypeError, match="not 'count'; did you mean n"):
        ring(count=3)
    with pytest.raises(InputError, match=r"a size is two whole numbers such as \(1280, 720\), not \(10,\)"):
        frames(Scene("dot", dust=ring(3)), (10,))
    with pytest.raises(InputError, match="frames needs a number above 0 for fps, not 'fast'"):
        frames(Scene("dot", dust=ring(3)), (64, 36), fps="fast")


def test_a_function_without_a_file_is_told_what_python_says():
    space = {}
    exec("def f(x, y):\n    return [] * x", space)
    with pytest.raises(InputError, match="can't multiply sequence by non-int"):
        Potential.of(space["f"]).force(1.0, 0.0)


def test_a_mass_below_zero_is_refused_with_one_sentence_at_both_doors():
    says = "a body needs a mass of 0 or more, not -1"
    with pytest.raises(InputError, match=f"^{says}$"):
        Bodies([1.0, -1.0], [[0, 0], [1, 0]])
    run = Run(Scene("pair", bodies=Bodies(1.0, [[0, 0], [1, 0]])))
    with pytest.raises(InputError, match=f"^{says}$"):
        run.apply("weigh", (1, -1.0))


# -- what is strange, and no mistake -----------------------------------------------------------------------------------

SUN = "scene = Scene('sun', bodies=Bodies([2e30, 6e24], [[0, 0], [1.5e11, 0]], [[0, 0], [0, 3e4]]))\n"
STRANGE = (
    "1 of 2 bodies begins outside the view; View(radius=1.8e+11) shows it; "
    "G is 1 here: kilograms and metres need Bodies(..., G=6.674e-11)"
)


def test_bodies_in_metres_are_shown_and_the_units_are_named(window, tmp_path, monkeypatch, capsys):
    path = tmp_path / "sun.py"
    path.write_text(IMPORTS + SUN)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(interrupts, "install", lambda: None)
    with pytest.raises(SystemExit) as ended:
        cli.main(["export", "sun.py", "sun.png", "--size", "64x36", "--seconds", "0.1"])
    assert not ended.value.code
    assert capsys.readouterr().err == f"{STRANGE}\n"
    window.show_scene(path)
    wait(window, lambda: window.toast.sentence == STRANGE)


@pytest.mark.parametrize(
    ("declared", "says"),
    [
        (
            {"bodies": Bodies(1.0, [[0, 0], [5, 0], [0, 9]])},
            "2 of 3 bodies begin outside the view; View(radius=11) shows them",
        ),
        ({"bodies": Bodies(1.0, [[0, 5]])}, "the only body begins outside the view; View(radius=6) shows it"),
        ({"dust": ring(9, radius=50)}, "all dust begins outside the view; View(radius=60) shows it"),
        ({"dust": ring(9, radius=50), "bodies": Bodies(1.0, [[0, 0]])}, ""),
        ({"bodies": Bodies(1.0, [[3.5, 0]])}, ""),
        ({"bodies": Bodies(1.0, [[0, 0], [5, 0]], [[0, 0], [-1, 0.5]])}, ""),
        ({"bodies": Bodies(1.0, [[0, 0], [5, 0]]), "watch": (1, 1)}, ""),
        ({"bodies": Bodies([2e30], [[0, 0]], G=6.674e-11)}, ""),
        ({"potential": "x^2"}, "nothing moves in this scene; give it start=ring(60), bodies or dust"),
    ],
)
def test_what_cannot_be_seen_is_said(declared, says):
    assert create_run(Scene("strange", **declared)).doubt == says


@pytest.mark.parametrize("name", [entry.name for entry in catalogue()])
def test_nothing_is_strange_in_the_scenes_that_ship(name):
    assert not create_run(name).doubt


def test_closing_a_generator_amid_the_code_of_a_scene_is_no_mistake():
    def frames_of_a_scene():
        with author_errors("bad.advance failed"):
            yield

    playing = frames_of_a_scene()
    next(playing)
    playing.close()
