"""What is printed arrives, whatever the terminal can show, and a stream that is closed disturbs nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import waiting

from orbitdraw.library.catalogue import catalogue

COMMAND = [sys.executable, "-m", "orbitdraw"]
EXPORT = ["export", "moth", "日本.png", "--seconds", "0.2", "--size", "64x64"]
ENCODINGS = [
    {"PYTHONIOENCODING": "cp1252"},
    {"PYTHONIOENCODING": "ascii"},
    {"PYTHONIOENCODING": "cp437"},
    {"PYTHONIOENCODING": "ascii:surrogateescape"},
    {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
]


def printed(args: list[str], folder: Path, encoding: dict[str, str]) -> subprocess.CompletedProcess[str]:
    utf8 = {"PYTHONUTF8": "1"} if "PYTHONIOENCODING" in encoding else {}  # what names are given in
    done = waiting.run([*COMMAND, *args], cwd=folder, env={**os.environ, **utf8, **encoding}, encoding="latin-1")
    assert "Traceback" not in done.stderr
    return done


def test_the_file_is_made_and_its_name_printed_as_far_as_it_can_be(tmp_path: Path) -> None:
    done = printed(EXPORT, tmp_path, {"PYTHONIOENCODING": "cp1252"})
    assert (done.returncode, done.stdout, done.stderr) == (0, "\\u65e5\\u672c.png\n", "")
    assert (tmp_path / "日本.png").exists()


@pytest.mark.parametrize("encoding", ENCODINGS, ids=lambda encoding: " ".join(encoding.values()))
def test_every_command_prints_in_every_encoding(tmp_path: Path, encoding: dict[str, str]) -> None:
    if "PYTHONIOENCODING" in encoding:  # elsewhere the letters of the name are none of Python's
        assert printed(["new", "日本"], tmp_path, encoding).returncode == 0
        assert [path.suffix for path in tmp_path.iterdir()] == [".py"]
    assert printed(["list"], tmp_path, encoding).returncode == 0
    assert printed(["play", "日本"], tmp_path, encoding).returncode == 2  # there is no such scene
    listed = printed(["list", "--json"], tmp_path, encoding)
    assert listed.returncode == 0 and listed.stdout.isascii()
    assert json.loads(listed.stdout) == [vars(entry) for entry in catalogue()]


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere names are characters")
@pytest.mark.parametrize("ending", ["png", "gif", "mp4", "orbit"])
def test_a_name_of_bytes_that_are_no_characters(tmp_path: Path, ending: str) -> None:
    name = os.fsdecode(b"\xff." + ending.encode())
    written = waiting.run([*COMMAND, "export", "moth", name, *EXPORT[3:]], cwd=tmp_path)
    assert (written.returncode, written.stderr) == (0, "")
    assert written.stdout.startswith(f"\\udcff.{ending}\n")
    done = waiting.run([*COMMAND, "export", name, "again.png", "--size", "64x64", "--seconds", "0.1"], cwd=tmp_path)
    assert done.returncode == 0, done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="a shell that can close what it hands on")
@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&-", ">&- 2>&- <&-"])
def test_a_closed_stream_disturbs_nothing(tmp_path: Path, closed: str) -> None:
    def shell(*args: str) -> subprocess.CompletedProcess[str]:
        return waiting.run(["sh", "-c", f'"$0" "$@" {closed}', *COMMAND, *args], cwd=tmp_path)

    done = shell("export", "moth", "a.png", "--seconds", "0.2", "--size", "64x64")
    assert (done.returncode, done.stderr) == (0, "")
    # What is printed does not go into the file that gets the number of the closed stream.
    assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG") and b"a.png" not in (
        tmp_path / "a.png"
    ).read_bytes()
    for args, code in ((["list", "--json"], 0), (["new", "comet"], 0), (["--help"], 0), (["motth"], 2)):
        done = shell(*args)
        assert (done.returncode, "Traceback" in done.stderr) == (code, False), args


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a file that is always full")
def test_a_full_disk_behind_the_output_is_said(tmp_path: Path) -> None:
    with Path("/dev/full").open("w") as full:
        for args in (["list"], ["list", "--json"], ["--version"], ["new", "comet"]):
            done = waiting.run([*COMMAND, *args], cwd=tmp_path, stdout=full)
            assert done.returncode == 1
            assert done.stderr == "orbitdraw: no space left on device\n"
        done = waiting.run([*COMMAND, "motth"], stderr=full)  # there is nowhere to say it
        assert (done.returncode, done.stdout) == (2, "")
