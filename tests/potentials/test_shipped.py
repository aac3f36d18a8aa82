"""What makes a very first start short: formulas derived beforehand, and knowing what a scene needs."""

from __future__ import annotations

import importlib.util
import json
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from orbitdraw import Run, load
from orbitdraw.dynamics import drivers
from orbitdraw.film.film import Film
from orbitdraw.film.required_kernels import required_modules
from orbitdraw.ink import kernels as ink_kernels
from orbitdraw.library.catalogue import catalogue
from orbitdraw.panels import kernels as panel_kernels
from orbitdraw.potentials import fingerprint, shipped
from orbitdraw.runtime import lazy, warmup
from orbitdraw.runtime.resources import asset

NAMES = [entry.name for entry in catalogue()]


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("derive", asset("derive.py"))
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_file_holds_what_sympy_derives_now(script: ModuleType) -> None:
    kept, now = json.loads(asset(shipped.FILE).read_text(encoding="utf-8")), script.derived()
    refresh = "run `python assets/derive.py`"
    assert kept["formulas"].keys() == now["formulas"].keys(), refresh
    for name, one in now["formulas"].items():
        assert kept["formulas"][name]["key"] == one["key"], f"{name}: {refresh}"
    if kept["sympy"] == now["sympy"]:  # another version may write the same force in another way
        assert kept == now, refresh


def test_its_keys_are_the_same_for_every_python(script: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    def bytecode(*_: Any) -> None:
        raise AssertionError("the key of a formula of ours hangs on Python's bytecode")

    monkeypatch.setattr(fingerprint, "_code", bytecode)
    script.field.cache_clear()
    for name in NAMES:
        potential = load(name).potential
        assert potential is None or shipped.recall(potential.key) is not None
    for kind in script.KINDS:
        assert shipped.recall(script.field(kind).key) is not None


def test_a_file_saved_anew_has_another_key(tmp_path: Path) -> None:
    path = tmp_path / "bowl_of_mine.py"
    text = "from orbitdraw import Dust, scene\n\n@scene(start=Dust([[1, 0]]))\ndef bowl_of_mine(x, y):\n    return {}\n"
    path.write_text(text.format("x**2"))
    first = load(str(path)).potential
    path.write_text(text.format("y**2"))
    second = load(str(path)).potential
    assert first is not None and second is not None
    assert first.key != second.key


def test_an_installation_without_the_file_derives_everything_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shipped, "FILE", "no such file")
    shipped._records.cache_clear()
    try:
        assert shipped.recall("any") is None
    finally:
        shipped._records.cache_clear()


@pytest.mark.parametrize("name", NAMES)
def test_what_a_scene_needs_is_foretold(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    run = Run(load(name))
    foretold = required_modules(run)
    assert foretold <= set(warmup.MODULES)
    used: set[str] = set()

    def watched(module: str) -> Any:
        used.add(module.removeprefix("orbitdraw."))
        return import_module(module)

    film = Film(run, (1280, 720))
    monkeypatch.setattr(warmup, "is_compiled", lambda name: False)  # then nothing is used that can be done without
    monkeypatch.setattr(lazy, "import_module", watched)
    for face in (drivers, ink_kernels, panel_kernels):  # what they have given already, they would give at once
        for name in (name for name in dir(face) if not name.startswith("_")):
            monkeypatch.delitem(vars(face), name, raising=False)
    for _ in range(3):
        film.advance()
        film.picture()
    used &= set(warmup.MODULES)
    assert used <= foretold
    if not run.motion.panels:
        assert used == foretold
