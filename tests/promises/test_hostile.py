"""Opening a file runs nothing, reaches no network and reads no other file, whatever it is and however it is opened."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import hostile_files
import pytest
import waiting
from places import SUPPORT

pytestmark = pytest.mark.slow

DOORS = SUPPORT / "hostile_doors.py"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile") / "files"
    folder.mkdir()
    folder.with_name("made").mkdir()
    hostile_files.fill(folder)
    return folder


def test_three_hundred_hostile_files_by_every_door(folder: Path, tmp_path: Path) -> None:
    before = {path: path.lstat().st_mtime_ns for path in folder.iterdir()}
    assert len(before) > 300
    environment = {**os.environ, "ORBITDRAW_JOURNALS": str(tmp_path / "journals"), "PYTHONDONTWRITEBYTECODE": "1"}
    done = waiting.run([sys.executable, DOORS, folder], cwd=folder, env=environment)
    assert done.returncode == 0, done.stderr[-2000:]
    said = json.loads(done.stdout.splitlines()[-1])
    assert said["seen"] == [] and said["outside"] == [] and said["loaded"] == []
    assert {"info", "export", "play", "drop", "landscape", "wall", "draft", "hot reload"} <= set(said["opened"])
    assert all(said["opened"][door] > 280 for door in ("info", "export", "play", "drop", "landscape")), said["opened"]
    after = {path: path.lstat().st_mtime_ns for path in folder.iterdir()}
    assert {path.name for path in after if after[path] != before.get(path)} == {"mine.py"}


def test_python_files_that_lie_in_the_current_folder_are_not_run(folder: Path, tmp_path: Path) -> None:
    """Where `python -m` would look for modules first."""
    (tmp_path / "here").mkdir()
    for name in hostile_files.MODULES:
        (tmp_path / "here" / f"{name}.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'a').write({name!r})\n")
    command = [sys.executable, "-m", "orbitdraw", "export", "figure_eight", tmp_path / "a.png", "--frames", "1"]
    done = waiting.run([*command, "--size", "32x18"], cwd=tmp_path / "here")
    assert done.returncode == 0, done.stderr
    assert not (tmp_path / "ran").exists(), (tmp_path / "ran").read_text()


def test_the_watcher_sees_what_it_should(folder: Path, tmp_path: Path) -> None:
    """Each of these would have been reported."""
    program = f"""
import sys, socket, subprocess
sys.path.insert(0, {str(DOORS.parent)!r})
from pathlib import Path
from hostile_doors import Watcher
watcher = Watcher(Path({str(folder)!r}), Path({str(tmp_path)!r}))
watcher.named = {str(folder / "python.png")!r}
sys.addaudithook(watcher)
open(watcher.named).close()
assert not watcher.seen, watcher.seen
socket.socket()
subprocess.run([sys.executable, "-c", ""])
open({str(folder / "svg.png")!r}).close()
exec(compile("1", {str(folder / "numpy.py")!r}, "exec"))
print([one.split(" ", 2)[2].split()[0] for one in watcher.seen])
"""
    done = waiting.run([sys.executable, "-c", program])
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "['socket.__new__', 'starts', 'opens', 'runs']"
