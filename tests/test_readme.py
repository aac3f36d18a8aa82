"""What the README says is so: its commands run, its Python runs, its table of keys is the window's."""

from __future__ import annotations

import re
import runpy
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from orbitdraw.app.shell import keys
from orbitdraw.cli import commands as cli
from orbitdraw.library import loading as library
from orbitdraw.runtime import interrupts

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"

pytestmark = pytest.mark.skipif(not README.exists(), reason="needs a checkout")

SET_UP = re.compile(r'^python3 -m venv \.venv && \.venv/bin/pip install -e "\.\[(\w+)\]" && \.venv/bin/(.+)$')
KEYS = re.compile(r"(?<=<!-- keys -->\n).*?(?=<!-- /keys -->)", re.DOTALL)


def blocks(language: str, path: Path = README) -> list[str]:
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def lines(language: str) -> list[str]:
    return [line.split("  #")[0].strip() for block in blocks(language) for line in block.splitlines() if line.strip()]


COMMANDS = [line for line in lines("sh") if line.startswith("orbitdraw")]


def test_every_line_is_set_up_or_a_command() -> None:
    rest = [line for line in lines("sh") if line not in COMMANDS]
    assert len(COMMANDS) > 10
    assert [SET_UP.match(line) is not None for line in rest] == [True, True]


def test_set_up_names_extras_that_exist_and_is_what_ci_does() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    steps = [match.groups() for match in map(SET_UP.match, lines("sh")) if match]
    assert steps == [("video", "orbitdraw play figure_eight"), ("test", 'pytest -n 2 --dist loadfile -m "not slow"')]
    assert {extra for extra, _ in steps} <= set(extras)
    assert '-e ".[test]"' in (ROOT / ".ci" / "run").read_text()


def test_windows_commands_are_the_same() -> None:
    ours = [line for line in lines("sh") if SET_UP.match(line)]
    theirs = [line.replace("py -m", "python3 -m").replace(".venv\\Scripts\\", ".venv/bin/") for line in lines("bat")]
    assert theirs == ours


def test_commands_run_in_their_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(interrupts, "install", lambda: None)
    monkeypatch.setattr("orbitdraw.app.open_window", opens)
    for line in COMMANDS:
        args = shlex.split(line)[1:]
        # The same frames on less paper; the command itself is as the reader types it.
        small = ["--size", "96x54"] if args[:1] == ["export"] else []
        with pytest.raises(SystemExit) as ended:
            cli.main([*args, *small])
        assert not ended.value.code, f"{line}: {capsys.readouterr().err}"
        if args[:1] == ["export"]:
            assert Path(args[2]).exists(), line


def opens(what: Any = None, *, size: Any, fullscreen: bool, ui_scale: Any, export: Any, **chosen: Any) -> None:
    """What the window does before there is one: begin the run."""
    if what is not None:
        library.create_run(what, chosen.get("seed"), params=chosen.get("params"), **chosen.get("values", {})).advance()


@pytest.mark.parametrize("number", range(len(blocks("python"))))
def test_python_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / f"block_{number}.py"
    path.write_text(blocks("python")[number], encoding="utf-8")
    if re.search(r"^@scene|^scene =", path.read_text(encoding="utf-8"), re.MULTILINE):
        library.create_run(path).advance()
    else:
        runpy.run_path(str(path))


def test_the_table_of_keys_is_the_windows(request: pytest.FixtureRequest) -> None:
    text = README.read_text(encoding="utf-8")
    expected = keys.table() + "\n"
    if request.config.getoption("--refresh-goldens"):
        README.write_text(KEYS.sub(lambda _: expected, text), encoding="utf-8")
        return
    found = KEYS.search(text)
    assert found is not None
    assert found[0] == expected, "pytest --refresh-goldens tests/test_readme.py writes the table anew"


def test_links_lead_somewhere() -> None:
    for path in (README, ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md"):
        for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", path.read_text(encoding="utf-8")):
            assert (ROOT / target).exists(), f"{path.name} links to {target}"


def test_ci_is_a_script_that_runs() -> None:
    script = ROOT / ".ci" / "run"
    if sys.platform != "win32":
        assert script.stat().st_mode & 0o111
        subprocess.run(["bash", "-n", str(script)], check=True)
