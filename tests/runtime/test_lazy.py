"""Late imports: nothing before the first use, once for all threads, and the error of the module itself."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from inspect import unwrap
from pathlib import Path

import pytest

from orbitdraw.runtime import lazy


@pytest.fixture
def late(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of modules that are forgotten afterwards."""
    monkeypatch.syspath_prepend(tmp_path)
    yield tmp_path
    for name in [name for name in sys.modules if name.split(".")[0].startswith("late_")]:
        del sys.modules[name]


def test_a_module_is_imported_at_its_first_use(late: Path) -> None:
    (late / "late_one.py").write_text("number = 7\n", encoding="utf-8")
    one = lazy.module("late_one")
    assert unwrap(one) is one  # as doctest asks
    assert "late_one" not in sys.modules
    assert one.number == 7 and "late_one" in sys.modules
    with pytest.raises(AttributeError, match="module 'late_one' has no attribute 'other'"):
        _ = one.other


def test_an_error_is_the_module_s_own(late: Path) -> None:
    (late / "late_broken.py").write_text("raise RuntimeError('not on this machine')\n", encoding="utf-8")
    with pytest.raises(RuntimeError, match="not on this machine"):
        _ = lazy.module("late_broken").number
    with pytest.raises(ModuleNotFoundError, match="late_missing"):
        _ = lazy.module("late_missing").number


def test_threads_import_a_face_s_module_once(late: Path) -> None:
    (late / "late_face").mkdir()
    (late / "late_face" / "__init__.py").write_text(
        "from orbitdraw.runtime import lazy\ncount, asking = [], []\n"
        "__getattr__, __dir__ = lazy.attach(__name__, {'made': 'slow', 'slow': 'slow'})\n",
        encoding="utf-8",
    )
    (late / "late_face" / "slow.py").write_text(
        "import time\nimport late_face\nlate_face.count.append(1)\n"
        "while len(late_face.asking) < 8:\n    time.sleep(0.001)\n"
        "made = object()\n",
        encoding="utf-8",
    )
    import late_face

    assert dir(late_face)[-2:] == ["made", "slow"] and "made" not in vars(late_face)
    found: list[object] = []

    def ask() -> None:
        late_face.asking.append(1)
        found.append(late_face.made)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert late_face.count == [1] and set(found) == {late_face.slow.made} == {vars(late_face)["made"]}
    assert len(found) == 8
