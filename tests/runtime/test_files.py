"""A file appears whole, synced and readable, or not at all; what somebody else made meanwhile is never lost."""

from __future__ import annotations

import errno
import os
import stat
from contextlib import suppress
from pathlib import Path

import pytest

from orbitdraw.errors import InputError, OrbitdrawError
from orbitdraw.runtime.files import NO_HARD_LINKS, free_path, numbered_path, whole_file, write_error

POSIX = pytest.mark.skipif(os.name == "nt", reason="Windows renames without links and has no modes")


def put(path, text, elsewhere=None):
    with whole_file(path, elsewhere) as draft:
        draft.write_text(text)


def names(folder):
    return sorted(one.name for one in folder.iterdir())


# -- names -----------------------------------------------------------------------------------------------------------


def test_numbers_begin_at_one_and_pass_what_is_there_or_taken(tmp_path):
    (tmp_path / "moth-001.png").touch()
    (tmp_path / "moth-003.png").mkdir()
    found = [free_path(tmp_path, "moth", ".png")]
    found.append(free_path(tmp_path, "moth", ".png", found))
    found.append(free_path(tmp_path, "moth", ".png", {*found}))
    assert [one.name for one in found] == ["moth-002.png", "moth-004.png", "moth-005.png"]
    assert free_path(tmp_path, "moth", "/") == tmp_path / "moth-001"
    assert free_path(tmp_path, "moth", ".gif") == tmp_path / "moth-001.gif"


def test_numbers_have_three_digits_and_more_when_they_need_them(tmp_path):
    taken = {tmp_path / f"moth-{number:03d}.png" for number in range(1, 1000)}
    assert free_path(tmp_path, "moth", ".png", taken).name == "moth-1000.png"


@pytest.mark.parametrize(
    ("name", "next_one"),
    [
        ("moth.png", "moth-001.png"),
        ("moth-007.png", "moth-001.png"),
        ("moth-1000.png", "moth-1000-001.png"),
        ("moth-07.png", "moth-07-001.png"),
        ("moth-007-b.png", "moth-007-b-001.png"),
        ("007.png", "007-001.png"),
        ("frames", "frames-001"),
        ("v1.5-010.mp4", "v1.5-001.mp4"),
    ],
)
def test_a_number_takes_the_place_of_a_number(name, next_one, tmp_path):
    assert numbered_path(tmp_path / name) == tmp_path / next_one
    assert numbered_path(tmp_path / name, [tmp_path / next_one]).name == next_one.replace("-001", "-002")


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (
            OSError(errno.ENOSPC, "No space"),
            "because the disk is full; nothing was changed: free space, or choose another",
        ),
        (OSError(errno.EDQUOT, "Quota"), "because the disk is full; nothing was changed: free space, or choose"),
        (OSError(errno.EIO, "Input/output error"), "could not be written: Input/output error; nothing was changed"),
        (OSError("the encoder said so"), "could not be written: the encoder said so; nothing was changed"),
    ],
)
def test_why_a_file_is_not_there_is_said(error, says):
    assert write_error(Path("a.gif"), error).startswith("a.gif could not be written") and says in write_error(
        Path("a.gif"), error
    )


# -- whole files -----------------------------------------------------------------------------------------------------


def test_a_file_takes_the_place_of_an_earlier_one_when_it_is_whole(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("old")
    with whole_file(str(path)) as draft:
        draft.write_text("new")
        assert draft.parent == tmp_path and draft.suffix == ".txt" and path.read_text() == "old"
    assert path.read_text() == "new" and names(tmp_path) == ["a.txt"]


@pytest.mark.parametrize("error", [KeyboardInterrupt(), ZeroDivisionError(), OSError(errno.ENOSPC, "No space left")])
def test_an_error_on_the_way_changes_nothing(error, tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("old")
    wanted = OrbitdrawError if isinstance(error, OSError) else type(error)
    with pytest.raises(wanted), whole_file(path) as draft:
        draft.write_text("half")
        raise error
    assert path.read_text() == "old" and names(tmp_path) == ["a.txt"]


def test_it_is_on_the_disk_before_it_has_its_name(tmp_path, monkeypatch):
    path, synced = tmp_path / "a.txt", []

    def fsync(handle):
        synced.append((os.fstat(handle).st_ino, os.fstat(handle).st_size, path.exists()))

    monkeypatch.setattr(os, "fsync", fsync)
    put(path, "whole")
    assert synced == [(path.stat().st_ino, 5, False)]


@POSIX
@pytest.mark.parametrize(("mask", "mode"), [(0o022, 0o644), (0o077, 0o600), (0o000, 0o666)])
def test_it_is_as_readable_as_any_other_new_file(mask, mode, tmp_path):
    before = os.umask(mask)
    try:
        put(tmp_path / "a.txt", "whole")
        assert os.umask(mask) == mask
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "a.txt").stat().st_mode) == mode


def test_what_cannot_be_a_file_is_said_before_anything_is_done(tmp_path):
    with pytest.raises(InputError, match="is a folder; name a file in it"), whole_file(tmp_path):
        pytest.fail("there is no draft")
    with pytest.raises(InputError, match=r"cannot write in .*choose another folder"), whole_file(tmp_path / "no" / "a"):
        pytest.fail("there is no draft")
    assert names(tmp_path) == []


LONG_AGO = (10**9, 10**9)


@POSIX
def test_what_a_program_that_is_gone_left_goes_with_the_next_file(tmp_path):
    left = tmp_path / ".moth.4000000-abcdefgh.part.png"
    left.touch()
    put(tmp_path / "a.txt", "whole")
    assert names(tmp_path) == ["a.txt"]
    left.touch()
    put(tmp_path / "a.txt", "whole", lambda: tmp_path / "b.txt")
    assert names(tmp_path) == ["a.txt", "b.txt"]


@POSIX
def test_a_folder_that_was_moved_out_of_the_way_comes_back_and_goes_when_there_is_a_new_one(tmp_path):
    left = tmp_path / ".frames.v2.4000000-abcdefgh.old"
    for there in (False, True):
        left.mkdir()
        (left / "1.png").write_text("there was one" if there else "old")
        (tmp_path / ".frames.v2.4000000-abcdefgh.part").mkdir()
        put(tmp_path / "a.txt", "whole")
        assert names(tmp_path) == ["a.txt", "frames.v2"]
        assert (tmp_path / "frames.v2" / "1.png").read_text() == "old"


@POSIX
@pytest.mark.parametrize("mode", [0o444, 0o555, 0o400, 0o111])
def test_what_nobody_may_write_is_not_replaced(mode, tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("old")
    path.chmod(mode)
    with pytest.raises(InputError, match="is read-only; choose another name, or make it writable with chmod"):
        put(path, "new")
    put(path, "new", lambda: tmp_path / "b.txt")
    assert names(tmp_path) == ["a.txt", "b.txt"] and path.stat().st_size == 3


@POSIX
def test_a_file_that_takes_long_is_left_alone_until_it_is_whole(tmp_path):
    with whole_file(tmp_path / "long.mp4") as draft:
        draft.write_text("half")
        os.utime(draft, LONG_AGO)
        put(tmp_path / "a.txt", "whole")
        assert draft.read_text() == "half"
    assert names(tmp_path) == ["a.txt", "long.mp4"]


@POSIX
@pytest.mark.parametrize("fails", [False, True])
def test_nothing_stays_open(fails, tmp_path, monkeypatch):
    opened = []
    monkeypatch.setattr("orbitdraw.runtime.files.lock_handle", opened.append)
    with suppress(ZeroDivisionError), whole_file(tmp_path / "a.txt"):
        os.fstat(opened[0])
        if fails:
            raise ZeroDivisionError
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(opened[0])


# -- elsewhere -------------------------------------------------------------------------------------------------------


def test_what_is_there_stays_and_the_file_goes_where_it_is_told(tmp_path):
    path = tmp_path / "a.txt"
    for text in ("one", "two"):
        (tmp_path / f"{text}.txt").write_text("old")
    asked = iter([tmp_path / "one.txt", tmp_path / "two.txt", tmp_path / "three.txt"])
    put(path, "first", lambda: pytest.fail("nothing lies there"))
    put(path, "second", lambda: next(asked))
    assert {one.name: one.read_text() for one in tmp_path.iterdir()} == {
        "a.txt": "first",
        "one.txt": "old",
        "two.txt": "old",
        "three.txt": "second",
    }


@POSIX
@pytest.mark.parametrize("number", NO_HARD_LINKS)
def test_where_files_cannot_have_two_names_it_is_moved(number, tmp_path, monkeypatch):
    def refused(self, target):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(Path, "hardlink_to", refused)
    path = tmp_path / "a.txt"
    put(path, "first", lambda: pytest.fail("nothing lies there"))
    put(path, "second", lambda: tmp_path / "b.txt")
    assert path.read_text() == "first" and (tmp_path / "b.txt").read_text() == "second"
    assert names(tmp_path) == ["a.txt", "b.txt"]


@POSIX
def test_another_error_while_it_is_moved_is_said(tmp_path, monkeypatch):
    def refused(self, target):
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(Path, "hardlink_to", refused)
    with pytest.raises(OrbitdrawError, match=r"a\.txt could not be written: .*; nothing was changed"):
        put(tmp_path / "a.txt", "whole", lambda: tmp_path / "b.txt")
    assert names(tmp_path) == []
