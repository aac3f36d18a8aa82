"""It starts whatever lies around: what is odd is left out, and said once."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import waiting
from odd_entries import KINDS, ODDS, PLAIN, SCENE, SOME, Odd, journal, places

from orbitdraw.app import open_window
from orbitdraw.app.window import Window
from orbitdraw.cli.commands import list_command
from orbitdraw.library import drafts
from orbitdraw.potentials import derivation as derived
from orbitdraw.potentials import kernel
from orbitdraw.runtime import system_fonts, text_runs

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:.* in the cache at:RuntimeWarning"),
    pytest.mark.skipif(os.environ.get("NUMBA_DISABLE_JIT") == "1", reason="nothing is kept"),
]


@dataclass
class Seen:
    """What a start showed: the names of the cards, and what was said."""

    cards: list[str] = field(default_factory=list)
    said: str = ""


@pytest.fixture
def start(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Seen]:
    """Open the window on the wall or on a scene, until there is a picture, as for the first time in a process."""

    def run(what: Path | None = None) -> Seen:
        seen = Seen()

        def until_it_is_seen(window: Window) -> None:
            def turn() -> None:
                window.run_once()
                waiting.pause()

            try:
                turn()
                if what is None:
                    seen.cards = [card.name for card in window.page.grid.cards]
                else:
                    waiting.until(lambda: window.page.picture.surface is not None, turn)
                turn()
                seen.said = window.toast.sentence
            finally:
                window.close()

        monkeypatch.setattr(Window, "run", until_it_is_seen)
        for known in (derived._records, derived._functions, kernel._ready):
            known.clear()
        for cached in (system_fonts.font_files, system_fonts.font_for, system_fonts.font_characters, text_runs.runs):
            cached.cache_clear()
        open_window(what, size=(320, 180))
        return seen

    return run


@pytest.fixture(scope="module")
def warm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for the cache of all these starts."""
    return tmp_path_factory.mktemp("warm")


@pytest.fixture
def home(tmp_path: Path, warm: Path, monkeypatch: pytest.MonkeyPatch, start: Callable[..., Seen]) -> Path:
    """A home of its own, with a scene and a cache in which it is known."""
    monkeypatch.setattr(drafts, "_reported", set())
    monkeypatch.setattr(drafts, "ABANDONED_AFTER", -1.0)  # whatever lies there belongs to nobody
    home = tmp_path / "home"
    for name, value in places(home).items():
        monkeypatch.setenv(name, value)
    (home / "odd_scene.py").write_text(SCENE, encoding="utf-8")
    if not (warm / "cache").exists():
        start(home / "odd_scene.py")
        shutil.copytree(home / "cache", warm / "cache")
    shutil.rmtree(home / "cache")
    shutil.copytree(warm / "cache", home / "cache")
    return home


@pytest.mark.parametrize("odd", ODDS, ids=lambda odd: odd.name)
def test_it_starts(odd: Odd, home: Path, start: Callable[..., Seen], capsys: pytest.CaptureFixture[str]) -> None:
    odd.make(home)
    list_command.main([], standalone_mode=False)
    assert "moth" in capsys.readouterr().out
    wall = start()
    assert "moth" in wall.cards
    if odd.name.startswith(("lock:", "picture of a draft:")):
        assert "draft 1-1.journal" in wall.cards
    start(home / "odd_scene.py")
    assert "No draft" not in start().said, "it is said once"


@pytest.mark.parametrize("odd", [odd for odd in ODDS if odd.name.startswith("journal: ")], ids=lambda odd: odd.name)
def test_what_is_no_draft_is_said_once_and_put_aside(odd: Odd, home: Path, start: Callable[..., Seen]) -> None:
    odd.make(home)
    before = {path.name for path in (home / "journals").iterdir()}
    seen = start()
    left = {path.name for path in (home / "journals").iterdir()}
    drafts_shown = {name.removeprefix("draft ") for name in seen.cards if name.startswith("draft ")}
    gone = before - left
    assert bool(seen.said) == bool(gone)
    if gone:
        assert seen.said.startswith("Not a draft, moved to the folder recovered: ")
        assert seen.said.count("\n") == 0 and len(seen.said) < 300
        assert gone <= {path.name for path in (home / "recovered").iterdir()}
    assert drafts_shown == {name for name in left if name.endswith(".journal")}


@pytest.mark.parametrize("kind", [kind for kind in SOME if kind in PLAIN - {"folder"}])
def test_where_nothing_can_be_put_aside_it_lies_there_still(kind: str, home: Path, start: Callable[..., Seen]) -> None:
    (home / "journals" / "1-1.journal").write_bytes(journal())
    (home / "journals" / "2-1.journal").write_bytes(b"no journal")
    KINDS[kind](home / "recovered")
    seen = start()
    assert seen.said == "Not a draft, left where it is: 2-1.journal is not a journal"
    assert "draft 1-1.journal" in seen.cards and "draft 2-1.journal" not in seen.cards
    assert start().said == ""
