"""Only regular files are opened, their kind is told by their first bytes, and names lead to the program's own files."""

from __future__ import annotations

import io
import os
import struct
from pathlib import Path

import pytest
from PIL import Image

from orbitdraw.app.wall.cards import Card, thumbnail_path
from orbitdraw.errors import DrawingError, InputError, OrbitdrawError
from orbitdraw.runtime.opening import KINDS, kind_of, open_file
from orbitdraw.runtime.resources import asset

pipes = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes in folders here")

BEGINNINGS = {
    "PNG": b"\x89PNG\r\n\x1a\n",
    "JPEG": b"\xff\xd8\xff\xe0",
    "GIF": b"GIF87a",
    "WebP": b"RIFF\0\0\0\0WEBP",
    "BMP": b"BM" + bytes(12) + struct.pack("<I", 40),
    "TIFF": b"MM\0*",
    "AVIF": b"\0\0\0\x1cftypmif1\0\0\0\0mif1avif",
    "MP4": b"\0\0\0\x18ftypisom\0\0\0\0isomavc1",
    "WebM": b"\x1aE\xdf\xa3",
}


@pytest.mark.parametrize("kind", KINDS)
def test_first_bytes_mean_one_kind(kind):
    file = io.BytesIO(BEGINNINGS[kind] + bytes(80))
    file.seek(9)
    assert kind_of(file) == kind and file.tell() == 0
    assert [name for name, knows in KINDS.items() if knows(BEGINNINGS[kind])] == [kind]


@pytest.mark.parametrize(
    "beginning",
    [b"", b"B", b"BM", b"BMW and others", b"RIFF\0\0\0\0WAVE", b"{", b"\0\0\0\x1cftypheic\0\0\0\0mif1heic"],
)
def test_what_has_no_reader_has_no_kind(beginning):
    assert kind_of(io.BytesIO(beginning)) == ""


def refused(path: object, says: str, most: int | None = None) -> None:
    with pytest.raises(DrawingError, match=says) as caught, open_file(path, most, DrawingError):
        pytest.fail("it was opened")
    assert "\n" not in str(caught.value)


@pipes
def test_only_regular_files_are_opened(tmp_path):
    (tmp_path / "plain").write_bytes(b"plain")
    (tmp_path / "link").symlink_to("plain")
    for name in ("plain", "link"):
        with open_file(tmp_path / name, 5) as file:
            assert file.read() == b"plain"
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "lost").symlink_to("nowhere")
    os.mkfifo(tmp_path / "pipe")
    refused(tmp_path, "is not a file but a folder")
    refused(tmp_path / "loop", "cannot be read")
    refused(tmp_path / "lost", "there is no file")
    refused(tmp_path / "pipe", "is not a file but a pipe or a device")
    refused(tmp_path / "plain", "larger than 4 bytes", 4)
    refused(tmp_path / ("a" * 300), "cannot be read")
    refused(f"{tmp_path}/a\0b", "cannot be read")
    if Path("/dev/zero").exists():
        refused("/dev/zero", "is not a file but a pipe or a device")


@pipes
def test_what_takes_its_place_meanwhile_is_not_waited_for(tmp_path, monkeypatch):
    """Between the look at a file and its opening it may become a pipe, from which nobody ever writes."""
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "plain").write_bytes(b"plain")
    plain = (tmp_path / "plain").stat()
    monkeypatch.setattr(Path, "stat", lambda path, **more: plain)
    refused(tmp_path / "pipe", "pipe or a device")


def test_what_fails_while_it_is_read_is_said(tmp_path):
    (tmp_path / "plain").write_bytes(b"plain")
    with pytest.raises(InputError, match="plain cannot be read: the disk is gone"), open_file(tmp_path / "plain"):
        raise OSError("the disk is gone")


def test_names_from_files_lead_to_no_others(tmp_path):
    picture = tmp_path / "a.png"
    Image.new("RGB", (9, 9)).save(picture)
    name = os.path.relpath(picture, asset("thumbnails"))
    with pytest.raises(OrbitdrawError, match="the installation lacks"):
        asset(f"thumbnails/{name}")
    assert thumbnail_path(name.removesuffix(".png")) is None and thumbnail_path(str(picture.with_suffix(""))) is None


@pytest.mark.parametrize("size", [(64, 36), (5000, 2)])
@pytest.mark.parametrize("form", ["PNG", "BMP", "TGA"])
def test_a_draft_hangs_with_the_picture_that_was_written_for_it_or_with_none(form, size, tmp_path):
    import pygame

    pygame.display.init()
    pygame.display.set_mode((9, 9))
    Image.new("RGB", size).save(tmp_path / "a.png", form)
    card = Card("a", "A", "", "", tmp_path / "a.png", draft=object())
    shown = card.picture()
    assert (shown is not None) == (form == "PNG" and size == (64, 36))


@pipes
def test_a_draft_hangs_without_a_picture_where_something_else_lies(tmp_path):
    os.mkfifo(tmp_path / "pipe.png")
    (tmp_path / "folder.png").mkdir()
    (tmp_path / "loop.png").symlink_to("loop.png")
    (tmp_path / "empty.png").touch()
    for path in tmp_path.iterdir():
        assert Card("a", "A", "", "", path, draft=object()).picture() is None, path
