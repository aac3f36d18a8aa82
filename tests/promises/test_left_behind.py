"""What killed programs leave beside a file is removed or put back, and what lies at a file's place is not lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest
import waiting
from commanding import Command, refused
from odd_entries import KINDS, PLAIN

from orbitdraw.errors import InputError
from orbitdraw.exporters.folder import whole_folder
from orbitdraw.runtime import files
from orbitdraw.runtime.files import numbered_path, whole_file

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform == "win32", reason="nobody is killed like this there")]

WRITES = """
import sys, threading
from pathlib import Path
from orbitdraw.exporters.folder import whole_folder
from orbitdraw.runtime.files import whole_file
path = Path(sys.argv[1])
with (whole_file if path.suffix else whole_folder)(path) as draft:
    (draft if path.suffix else draft / "1.png").write_text("half")
    print("begun", flush=True)
    threading.Event().wait()
"""
BETWEEN = """
import os, signal, sys
from pathlib import Path
from orbitdraw.exporters.folder import whole_folder
path, replace = Path(sys.argv[1]), Path.replace

def once(self, target):
    replace(self, target)
    os.kill(os.getpid(), signal.SIGKILL)

Path.replace = once
with whole_folder(path) as draft:
    (draft / "1.png").write_text("new")
"""


def writes(path: Path) -> subprocess.Popen[str]:
    """A program that is amid a file, or a folder."""
    process = subprocess.Popen([sys.executable, "-c", WRITES, str(path)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None and process.stdout.readline() == "begun\n"
    return process


def kill(process: subprocess.Popen[str], sent: signal.Signals = signal.SIGKILL) -> None:
    process.send_signal(sent)
    waiting.ended(process)


@pytest.mark.parametrize("name", ["a.gif", "frames", "a.b.mp4", ".orbit.png"])
def test_a_later_file_removes_what_a_killed_program_left(tmp_path: Path, name: str) -> None:
    one, other = writes(tmp_path / name), writes(tmp_path / "other.png")
    try:
        kill(one)
        assert len(list(tmp_path.iterdir())) == 2
        with whole_file(tmp_path / "new.orbit") as draft:
            draft.write_text("whole")
            left = [path.name for path in tmp_path.iterdir()]
            assert sorted(map(str, left)) == sorted([draft.name, *(n for n in left if n.startswith(".other."))])
            assert len(left) == 2, "what another program is at stays"
    finally:
        kill(other)
    with whole_folder(tmp_path / "frames") as draft:
        (draft / "1.png").touch()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["frames", "new.orbit"]


def test_the_number_of_a_process_that_is_another_by_now_keeps_nothing(tmp_path: Path) -> None:
    left, fresh = tmp_path / f".a.{os.getpid()}-abcdefgh.part.gif", tmp_path / f".b.{os.getpid()}-abcdefgh.part.gif"
    left.touch()
    os.utime(left, (1e9, 1e9))
    fresh.touch()
    others = [tmp_path / name for name in (".a.part", ".a.12-abc.part", "a.12-abcdefgh.part", ".a.12-abcdefgh.partly")]
    for other in others:
        other.touch()
    files.remove_stale_drafts(tmp_path)
    assert sorted(tmp_path.iterdir()) == sorted([fresh, *others])


@pytest.mark.parametrize("name", ["frames", "frames.v2", "a b"])
def test_a_folder_whose_program_was_killed_between_two_renames_comes_back(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.mkdir()
    (path / "1.png").write_text("old")
    waiting.run([sys.executable, "-c", BETWEEN, str(path)])
    assert not path.exists()
    with whole_file(tmp_path / "a.orbit") as draft:
        draft.touch()
    assert (path / "1.png").read_text() == "old"
    assert sorted(each.name for each in tmp_path.iterdir()) == sorted(["a.orbit", name])


def test_the_old_folder_of_one_that_was_made_anew_goes(tmp_path: Path) -> None:
    (tmp_path / "frames").mkdir()
    (tmp_path / ".frames.999999999-abcdefgh.old").mkdir()
    files.remove_stale_drafts(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["frames"]


@pytest.mark.parametrize("sent", [signal.SIGHUP, signal.SIGTERM, signal.SIGINT])
def test_a_request_to_end_leaves_nothing(tmp_path: Path, sent: signal.Signals) -> None:
    command = [sys.executable, "-m", "orbitdraw", "export", "moth", str(tmp_path / "a.gif"), "--seconds", "500"]
    usual = partial(signal.signal, sent, signal.SIG_DFL)  # the tests may run under nohup
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=usual)
    waiting.until(lambda: list(tmp_path.iterdir()))
    kill(process, sent)
    assert process.returncode == 128 + sent
    assert list(tmp_path.iterdir()) == []


# -- what lies there already -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("deep", [1, 2])
@pytest.mark.parametrize("there", [True, False])
def test_a_link_is_written_through(tmp_path: Path, there: bool, deep: int) -> None:
    (tmp_path / "inner").mkdir()
    target, link = tmp_path / "inner" / "real.orbit", tmp_path / "a.orbit"
    if there:
        target.write_text("old")
    last = target
    for number in range(deep - 1):
        (tmp_path / f"{number}.orbit").symlink_to(last)
        last = tmp_path / f"{number}.orbit"
    link.symlink_to(last)
    with whole_file(link) as draft:
        draft.write_text("new")
    assert link.is_symlink() and target.read_text() == "new" and not target.is_symlink()
    with whole_file(link, lambda: numbered_path(link)) as draft:
        draft.write_text("beside")
    assert target.read_text() == "new" and (tmp_path / "a-001.orbit").read_text() == "beside"


def test_a_link_to_a_folder_is_written_through(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "1.png").write_text("old")
    (tmp_path / "frames").symlink_to("real")
    with whole_folder(tmp_path / "frames") as draft:
        (draft / "1.png").write_text("new")
    assert (tmp_path / "frames").is_symlink() and (tmp_path / "real" / "1.png").read_text() == "new"


def read_only(path: Path) -> None:
    path.write_text("kept")
    path.chmod(0o444)


IN_THE_WAY = {
    **{
        kind: KINDS[kind] for kind in ("pipe", "socket", "link to zeros", "folder", "link onto itself") if kind in PLAIN
    },
    "read-only": read_only,
}
SAID = {
    "pipe": "is a pipe or a device",
    "socket": "is a pipe or a device",
    "link to zeros": "is a pipe or a device",
    "folder": "is a folder",
    "link onto itself": "is a link to itself",
    "read-only": "is read-only",
}


@pytest.mark.parametrize("kind", IN_THE_WAY)
@pytest.mark.parametrize("suffix", [".png", ".gif", ".orbit", "/"])
def test_what_is_no_file_or_closed_to_writing_is_not_replaced(tmp_path: Path, kind: str, suffix: str) -> None:
    path = tmp_path / f"a{suffix.rstrip('/')}"
    IN_THE_WAY[kind](path)
    before = os.lstat(path)
    if suffix == "/":
        words = {"folder": "contains other files", "read-only": "read-only"}.get(kind, SAID[kind])
    else:
        words = SAID[kind]
    with pytest.raises(InputError, match=words), (whole_folder if suffix == "/" else whole_file)(path) as draft:
        draft.touch()
    assert (os.lstat(path).st_ino, os.lstat(path).st_mode) == (before.st_ino, before.st_mode)
    assert [each.name for each in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize("kind", ["pipe", "read-only"])
def test_the_command_line_says_it(command: Command, tmp_path: Path, kind: str) -> None:
    IN_THE_WAY[kind](tmp_path / "a.orbit")
    refused(command("export", "moth", "a.orbit", "--seconds", "0.1"), "a.orbit", SAID[kind])


@pytest.mark.parametrize("bytes_", [236, 255, 256, 300, 5000])
@pytest.mark.parametrize("suffix", [".png", ".gif", ".orbit", "/"])
@pytest.mark.parametrize("letter", ["a", "日"])
def test_a_name_that_is_too_long_is_said(command: Command, letter: str, suffix: str, bytes_: int) -> None:
    room = bytes_ - len(suffix.rstrip("/"))
    name = letter * (room // len(letter.encode()))
    name += "a" * (room - len(name.encode())) + suffix
    refused(command("export", "moth", name, "--seconds", "0.1", "--size", "32x32"), "a shorter name")
