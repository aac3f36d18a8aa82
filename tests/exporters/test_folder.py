"""A folder of numbered pictures appears whole, synced and readable, and what was there before is never lost."""

from __future__ import annotations

import errno
import os
import stat
import sys
from contextlib import suppress
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from orbitdraw.errors import DrawingError, InputError, OrbitdrawError
from orbitdraw.exporters.folder import check_folder, whole_folder, write_folder
from orbitdraw.exporters.spec import Spec
from orbitdraw.record.drawing import Drawing, SceneRef
from orbitdraw.record.embedded import extract
from orbitdraw.runtime.files import remove_stale_drafts

MOTH = Drawing(scene=SceneRef("scene", "moth"))


def pictures(count):
    return iter(SimpleNamespace(pixels=np.zeros((2, 3), np.uint32), levels=None, palette=None) for _ in range(count))


def written(folder, count, frames):
    folder.mkdir()
    assert write_folder(pictures(count), folder, Spec((3, 2), frames, Fraction(30), lambda: MOTH)) == []
    return sorted(file.name for file in folder.iterdir())


def carries(file):
    try:
        return extract(file) == MOTH
    except DrawingError:
        return False


def put(path, elsewhere=None, names=("00001.png", "00002.png")):
    """Make a folder with these files; the last part of each says what it is."""
    with whole_folder(path, elsewhere) as draft:
        for name in names:
            (draft / name).write_text(f"new {name}")


def texts(folder):
    return {file.name: file.read_text() for file in folder.iterdir()}


NEW = {"00001.png": "new 00001.png", "00002.png": "new 00002.png"}


@pytest.fixture
def old(tmp_path):
    """A folder of an earlier export."""
    folder = tmp_path / "frames"
    folder.mkdir()
    (folder / "00001.png").write_text("old")
    return folder


def test_pictures_are_numbered_from_one_in_the_order_of_their_names(tmp_path):
    assert written(tmp_path / "a", 3, 3) == ["00001.png", "00002.png", "00003.png"]
    assert written(tmp_path / "b", 1, 99_999) == ["00001.png"]
    assert written(tmp_path / "c", 1, 100_000) == ["000001.png"]


def test_the_first_and_the_last_picture_carry_the_drawing_and_no_other(tmp_path):
    for count in (1, 2, 4):
        folder = tmp_path / str(count)
        found = [carries(folder / name) for name in written(folder, count, count)]
        assert found == [number in (0, count - 1) for number in range(count)]


def test_it_takes_the_place_of_an_earlier_one_whole(old, tmp_path):
    put(old)
    assert texts(old) == NEW
    assert [one.name for one in tmp_path.iterdir()] == ["frames"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no modes")
@pytest.mark.parametrize(("mask", "mode"), [(0o027, 0o750), (0o077, 0o700), (0o000, 0o777)])
def test_it_is_as_readable_as_any_other_new_folder(mask, mode, tmp_path):
    before = os.umask(mask)
    try:
        put(tmp_path / "frames")
        assert os.umask(mask) == mask
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "frames").stat().st_mode) == mode


def test_every_file_is_on_the_disk_before_the_folder_has_its_name(tmp_path, monkeypatch):
    synced = []
    monkeypatch.setattr(os, "fsync", lambda handle: synced.append((os.fstat(handle).st_ino, path.exists())))
    path = tmp_path / "frames"
    put(path)
    assert sorted(synced) == sorted((file.stat().st_ino, False) for file in path.iterdir())


def test_what_was_there_is_put_back_when_the_new_one_cannot_take_its_place(old, tmp_path, monkeypatch):
    replace = Path.replace

    def refused(self, target):
        if self.suffix == ".part":
            raise OSError(errno.EBUSY, "Device or resource busy")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", refused)
    with pytest.raises(OrbitdrawError, match="could not be written: Device or resource busy; nothing was changed"):
        put(old)
    assert texts(old) == {"00001.png": "old"}
    assert [one.name for one in tmp_path.iterdir()] == ["frames"]
    with pytest.raises(OrbitdrawError, match="Device or resource busy"):
        put(tmp_path / "fresh")
    assert [one.name for one in tmp_path.iterdir()] == ["frames"]


@pytest.mark.parametrize(
    "error", [KeyboardInterrupt(), OSError(errno.ENOSPC, "No space left on device"), ZeroDivisionError()]
)
def test_an_error_on_the_way_changes_nothing(error, old, tmp_path):
    with pytest.raises((KeyboardInterrupt, ZeroDivisionError, OrbitdrawError)) as caught, whole_folder(old) as draft:
        (draft / "00001.png").write_text("half")
        assert draft.parent == tmp_path and texts(old) == {"00001.png": "old"}
        raise error
    assert not isinstance(error, OSError) or "because the disk is full" in str(caught.value)
    assert texts(old) == {"00001.png": "old"}
    assert [one.name for one in tmp_path.iterdir()] == ["frames"]


def test_where_something_lies_it_goes_where_it_is_told(old, tmp_path):
    (tmp_path / "frames-001").mkdir()
    asked = iter([tmp_path / "frames-001", tmp_path / "frames-002"])
    put(old, lambda: next(asked))
    assert texts(old) == {"00001.png": "old"} and texts(tmp_path / "frames-001") == {}
    assert texts(tmp_path / "frames-002") == NEW
    put(tmp_path / "free", lambda: pytest.fail("nothing lies there"))
    assert texts(tmp_path / "free") == NEW
    assert sorted(one.name for one in tmp_path.iterdir()) == ["frames", "frames-001", "frames-002", "free"]


def test_where_it_goes_elsewhere_nothing_is_lost_so_nothing_is_asked(tmp_path):
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "letter.txt").write_text("dear")
    put(tmp_path / "letters", lambda: tmp_path / "letters-001")
    assert texts(tmp_path / "letters") == {"letter.txt": "dear"} and texts(tmp_path / "letters-001") == NEW
    with pytest.raises(InputError, match=r"contains other files \(letter.txt\)"):
        put(tmp_path / "letters")


def test_a_folder_that_cannot_be_written_in_is_said(tmp_path):
    with pytest.raises(InputError, match=f"cannot write in {tmp_path / 'none'}: .*; choose another folder"):
        put(tmp_path / "none" / "frames")


POSIX = pytest.mark.skipif(os.name == "nt", reason="there nobody can move what is open")
LONG_AGO = (10**9, 10**9)


@POSIX
def test_a_folder_that_takes_long_is_left_alone_until_it_is_whole(tmp_path):
    with whole_folder(tmp_path / "frames") as draft:
        (draft / "00001.png").write_text("half")
        os.utime(draft, LONG_AGO)
        put(tmp_path / "others")
        assert texts(draft) == {"00001.png": "half"}
    assert sorted(one.name for one in tmp_path.iterdir()) == ["frames", "others"]


@POSIX
def test_what_is_moved_out_of_the_way_is_not_put_back_by_another_program(old, tmp_path, monkeypatch):
    replace = Path.replace

    def moved(self, target):
        replace(self, target)
        if target.suffix == ".old":
            os.utime(target, LONG_AGO)
            remove_stale_drafts(tmp_path)
            assert texts(target) == {"00001.png": "old"} and not old.exists()

    monkeypatch.setattr(Path, "replace", moved)
    put(old)
    assert texts(old) == NEW and [one.name for one in tmp_path.iterdir()] == ["frames"]


@POSIX
@pytest.mark.parametrize("fails", [False, True])
def test_nothing_stays_open(fails, old, monkeypatch):
    opened = []
    monkeypatch.setattr(sys.modules[whole_folder.__module__], "lock_handle", opened.append)
    with suppress(ZeroDivisionError), whole_folder(old):
        os.fstat(opened[0])
        if fails:
            raise ZeroDivisionError
    assert len(opened) == (1 if fails else 2)  # what was there is held too, until it is gone
    for handle in opened:
        with pytest.raises(OSError, match="Bad file descriptor"):
            os.fstat(handle)


@pytest.mark.parametrize("name", ["1.png", "00001.png", "123456.png"])
def test_numbered_pictures_may_be_replaced(name, tmp_path):
    (tmp_path / name).touch()
    check_folder(tmp_path)


@pytest.mark.parametrize("name", ["a1.png", "1a.png", ".png", "1.png.txt", "1.PNG", "1xpng", "1.jpg", "00002"])
def test_a_folder_with_anything_else_is_left_alone(name, tmp_path):
    (tmp_path / "00001.png").touch()
    (tmp_path / name).touch()
    with pytest.raises(InputError, match="contains other files"):
        check_folder(tmp_path)


def test_a_file_is_no_folder_and_nothing_is_free(tmp_path):
    (tmp_path / "frames").touch()
    with pytest.raises(InputError, match="is a file, and numbered pictures need a folder"):
        check_folder(tmp_path / "frames")
    check_folder(tmp_path / "nothing")
