"""What all tests share: no screen, a cache of their own, and pictures to compare with."""

from __future__ import annotations

import os
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

# Before anything imports pygame or compiles: a folder of the tests' own, the same for every session, so that only
# the first one compiles and no test reads or fills the cache of the person who runs them.
os.environ["SDL_VIDEODRIVER"] = "dummy"
os.environ["PYGAME_HIDE_SUPPORT_PROMPT"] = "1"
os.environ["ORBITDRAW_JOURNALS"] = tempfile.mkdtemp(prefix="orbitdraw-journals-")
if "ORBITDRAW_CACHE" not in os.environ:
    import platformdirs

    os.environ["ORBITDRAW_CACHE"] = platformdirs.user_cache_dir("orbitdraw-tests", appauthor=False)

# Loops stay where they are while a test has a cache of its own.
os.environ.setdefault("NUMBA_CACHE_DIR", str(Path(os.environ["ORBITDRAW_CACHE"]) / "loops"))

import hypothesis
import numpy as np
import pytest
from commanding import Command, Ended
from numpy.typing import ArrayLike
from PIL import Image

# How long an example takes says how busy the machine is.
hypothesis.settings.register_profile("orbitdraw", deadline=None)
hypothesis.settings.load_profile("orbitdraw")

GOLDEN = Path(__file__).parent / "golden"

Compare = Callable[[str, ArrayLike], None]


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--refresh-goldens` writes the pictures that tests compare with: look at them before committing. `--soak` plays a
    day at the window too."""
    parser.addoption("--refresh-goldens", action="store_true", help="write tests/golden anew from what is drawn now")
    parser.addoption("--soak", action="store_true", help="play a day at the window too, which takes hours")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What takes hours is played only when it is asked for."""
    if not config.getoption("--soak"):
        for item in items:
            if item.get_closest_marker("soak"):
                item.add_marker(pytest.mark.skip(reason="takes hours; give --soak"))


def assert_same_picture(drawn: ArrayLike, kept: ArrayLike) -> None:
    """Equal to the last level of every pixel; the message says how many differ, where first, and by how much."""
    drawn, kept = np.asarray(drawn), np.asarray(kept)
    assert drawn.shape == kept.shape, f"drawn {drawn.shape}, kept {kept.shape}"
    apart = np.abs(drawn.astype(int) - kept.astype(int))
    if apart.any():
        first = tuple(int(part) for part in np.argwhere(apart)[0])
        raise AssertionError(f"{np.count_nonzero(apart)} values differ, first at {first}, at most by {apart.max()}")


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Compare:
    """`golden("name", picture)`: compare levels (h, w) or colours (h, w, 3) with tests/golden/name.png, exactly."""

    def compare(name: str, picture: ArrayLike) -> None:
        drawn = np.asarray(picture, dtype=np.uint8)
        path = GOLDEN / f"{name}.png"
        if request.config.getoption("--refresh-goldens"):
            path.parent.mkdir(exist_ok=True)
            Image.fromarray(drawn).save(path, optimize=True)
        assert path.exists(), f"there is no {path.name} yet; run pytest --refresh-goldens and look at it"
        with Image.open(path) as kept:
            assert_same_picture(drawn, np.asarray(kept))

    return compare


@pytest.fixture(autouse=True)
def journals(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder where journals lie: each test's own, so that none meets the drafts of another."""
    home = tmp_path_factory.mktemp("drafts") / "journals"
    monkeypatch.setenv("ORBITDRAW_JOURNALS", str(home))
    return home


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Run a command in an empty folder, in this process."""
    from orbitdraw.cli import commands as cli
    from orbitdraw.runtime import interrupts

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(interrupts, "install", lambda: None)

    def run(*args: str) -> Ended:
        with pytest.raises(SystemExit) as ended:
            cli.main(list(args))
        out, err = capsys.readouterr()
        return Ended(int(ended.value.code or 0), out, err)

    return run


@pytest.fixture
def window(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Any]:
    """A window of the test file's SIZE that nobody sees, and that leaves no worker behind."""
    from orbitdraw.app.window import Window

    made = Window(getattr(request.module, "SIZE", (320, 180)), ui_scale=1.0, folder=tmp_path)
    yield made
    made.close()
    assert not [thread for thread in threading.enumerate() if thread.name == "orbitdraw worker"]
