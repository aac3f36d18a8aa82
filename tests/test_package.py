"""Wheel and sdist carry everything, and what is installed works from any folder."""

from __future__ import annotations

import json
import os
import re
import sys
import tarfile
import tomllib
import zipfile
from importlib.metadata import version
from pathlib import Path

import pytest
import waiting
from packaging.version import Version

import orbitdraw
from orbitdraw.library.catalogue import catalogue

ROOT = Path(__file__).parent.parent

pytestmark = pytest.mark.skipif(not (ROOT / "pyproject.toml").exists(), reason="needs a checkout")


def run(*command: str | Path, cwd: Path, **environment: str) -> str:
    done = waiting.run(command, cwd=cwd, env={**os.environ, **environment})
    assert done.returncode == 0, done.stderr
    return done.stdout


def build(source: Path, target: Path) -> Path:
    run(sys.executable, "-m", "hatchling", "build", "-d", target, cwd=source)
    return target


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(ROOT, tmp_path_factory.mktemp("built"))


def contents(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as opened:
        return {name for name in opened.namelist() if ".dist-info/" not in name}


def shipped(folder: str) -> set[str]:
    return {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and not path.name.startswith(".")
    }


def test_the_wheel_carries_code_scenes_and_assets(built: Path) -> None:
    (wheel,) = built.glob("*.whl")
    expected = shipped("orbitdraw") | {f"orbitdraw/{name}" for name in shipped("scenes") | shipped("assets")}
    assert contents(wheel) == expected
    assert orbitdraw.__version__ in wheel.name


def test_the_sdist_carries_everything_and_builds_the_same_wheel(built: Path, tmp_path: Path) -> None:
    (sdist,) = built.glob("*.tar.gz")
    with tarfile.open(sdist) as opened:
        opened.extractall(tmp_path, filter="data")
    (source,) = tmp_path.iterdir()
    for name in (
        "tests/conftest.py",
        ".ci/run",
        ".ci/lowest.py",
        "LICENSE",
        "README.md",
        "CHANGELOG.md",
        "CONTRIBUTING.md",
    ):
        assert (source / name).is_file(), f"the sdist lacks {name}"
    (again,) = build(source, tmp_path / "again").glob("*.whl")
    (wheel,) = built.glob("*.whl")
    assert contents(again) == contents(wheel)


@pytest.fixture(scope="module")
def installed(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel unpacked as pip would, without its dependencies, which the tests' own environment has."""
    (wheel,) = built.glob("*.whl")
    site = tmp_path_factory.mktemp("site")
    run(
        *(sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--disable-pip-version-check"),
        *("--target", site, wheel),
        cwd=site,
    )
    return site


def test_an_installed_wheel_works_from_another_folder(installed: Path, tmp_path: Path) -> None:
    def orbitdraw_there(*args: str) -> str:
        return run(sys.executable, "-m", "orbitdraw", *args, cwd=tmp_path, PYTHONPATH=str(installed))

    entries = json.loads(orbitdraw_there("list", "--json"))
    assert [entry["name"] for entry in entries] == [entry.name for entry in catalogue()]
    assert all(Path(entry["path"]).is_relative_to(installed) for entry in entries)
    facts = json.loads(orbitdraw_there("info", "two_wells", "--json"))
    assert Path(facts["path"]).is_relative_to(installed)
    orbitdraw_there("export", "figure_eight", "eight.png", "--size", "64x48", "--frames", "2")
    assert (tmp_path / "eight.png").read_bytes().startswith(b"\x89PNG")
    assert "fonts" in orbitdraw_there("doctor")


def test_the_command_is_installed_under_its_name(installed: Path) -> None:
    (script,) = installed.glob("bin/orbitdraw*")
    assert "orbitdraw" in script.read_text(errors="ignore")


def test_every_requirement_has_a_lowest_version_that_ci_tries() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    groups = [project["dependencies"], *project["optional-dependencies"].values()]
    wanted = {re.split(r"[>=<\[]", one)[0] for group in groups for one in group} - {"orbitdraw"}
    lowest = dict(line.split("==") for line in run(sys.executable, ROOT / ".ci" / "lowest.py", cwd=ROOT).split())
    assert set(lowest) == wanted
    assert all(Version(version(name)) >= Version(least) for name, least in lowest.items())
    for tool in ("ruff", "mypy", "pytest"):  # a newer one finds what this one does not
        assert any(re.match(rf"{tool}>=[\d.]+,<\d", one) for one in project["optional-dependencies"]["test"]), tool
