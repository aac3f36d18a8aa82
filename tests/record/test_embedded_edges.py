"""A drawing is found wherever a file may hold it, up to the last byte that one can have; a larger one costs nothing."""

from __future__ import annotations

import base64
import struct
import tracemalloc
import zlib

import pytest

from orbitdraw.errors import DrawingError
from orbitdraw.record import embedded, film_metadata
from orbitdraw.record.drawing import Drawing, Event, SceneRef
from orbitdraw.record.embedded import (
    END_MARKER,
    KEYWORD,
    PNG_SIGNATURE,
    START_MARKER,
    extract,
    from_comment,
    gif_drawing,
    png_chunk,
    to_comment,
)

MOTH = Drawing(scene=SceneRef("scene", "moth"), frames=90, events=[Event(9, "k", 0.5)])
MIB = 1 << 20


def comment(plain):
    return START_MARKER + base64.b64encode(zlib.compress(plain, 9)) + END_MARKER


def padded(size):
    """The drawing as a text of so many bytes: JSON may end in spaces."""
    return MOTH.bytes().ljust(size)


# -- how much is unpacked --------------------------------------------------------------------------------------------


def test_sixteen_mebibytes_are_unpacked_of_whatever_and_not_a_byte_more():
    assert from_comment(comment(padded(16 * MIB))) == MOTH
    with pytest.raises(
        DrawingError, match=r"^the drawing in it is larger than 16 MiB, the most that a drawing can have$"
    ):
        from_comment(comment(padded(16 * MIB + 1)), "it")


def test_a_longer_drawing_is_unpacked_to_sixty_four_times_its_size(monkeypatch):
    monkeypatch.setattr(embedded, "MAX_PLAIN", 0)
    size = 5000
    while size != (most := 64 * len(zlib.compress(padded(size), 9))):
        size = most
    assert from_comment(comment(padded(size))) == MOTH
    assert len(zlib.compress(padded(size + 1), 9)) * 64 == size
    with pytest.raises(DrawingError, match="larger than"):
        from_comment(comment(padded(size + 1)))


def test_no_drawing_is_unpacked_to_more_than_a_file_may_have(monkeypatch):
    size = len(MOTH.bytes())
    monkeypatch.setattr(embedded, "MAX_BYTES", size)
    assert from_comment(to_comment(MOTH)) == MOTH
    monkeypatch.setattr(embedded, "MAX_BYTES", size - 1)
    with pytest.raises(DrawingError, match="larger than"):
        from_comment(to_comment(MOTH))


def test_what_is_too_large_is_not_unpacked_to_find_out():
    bomb = comment(bytes(100 * MIB))
    tracemalloc.start()
    try:
        with pytest.raises(DrawingError, match="larger than 16 MiB"):
            from_comment(bomb)
        assert tracemalloc.get_traced_memory()[1] < 64 * MIB
    finally:
        tracemalloc.stop()


def test_half_a_packed_drawing_is_damaged_and_said_so():
    data = zlib.compress(MOTH.bytes(), 9)
    for bad, says in (
        (data[:-1], "cut short"),
        (data[:40], "cut short"),
        (b"", "cut short"),
        (b"?" + data, "Error -3"),
    ):
        with pytest.raises(DrawingError, match=rf"^the drawing in it is damaged: .*{says}"):
            from_comment(START_MARKER + base64.b64encode(bad) + END_MARKER, "it")
    with pytest.raises(DrawingError, match=r"^the drawing in it is damaged: it is cut short"):
        from_comment(to_comment(MOTH)[:-1], "it")
    with pytest.raises(DrawingError, match=r"^the drawing in it is damaged: "):
        from_comment(to_comment(MOTH).replace(b"A", b"!"), "it")
    with pytest.raises(DrawingError, match=r"^it holds no drawing"):
        from_comment(b"some comment;", "it")
    with pytest.raises(DrawingError, match=r"^the drawing in it is not an orbitdraw drawing"):
        from_comment(comment(b"{}"), "it")


def test_what_stands_around_it_in_a_comment_does_not_matter():
    assert from_comment(b"made by hand; " + to_comment(MOTH) + to_comment(MOTH)[:20]) == MOTH


def test_it_is_packed_as_small_as_it_can_be():
    long = Drawing(scene=MOTH.scene, events=[Event(n, "k", n / 7) for n in range(3000)])
    smallest = zlib.compress(long.bytes(), 9)
    assert to_comment(long) == START_MARKER + base64.b64encode(smallest) + END_MARKER
    assert smallest in embedded.png_drawing(long)


# -- PNG -------------------------------------------------------------------------------------------------------------

HEAD = PNG_SIGNATURE + png_chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0))
DATA, TAIL = png_chunk(b"IDAT", zlib.compress(bytes(4))), png_chunk(b"IEND", b"")


def text(language=b"", translated=b"", keyword=KEYWORD, flags=b"\1\0", plain=None):
    inside = zlib.compress(MOTH.bytes() if plain is None else plain)
    return keyword + b"\0" + flags + language + b"\0" + translated + b"\0" + inside


def read(tmp_path, data, name="a.png"):
    (tmp_path / name).write_bytes(data)
    return extract(tmp_path / name)


OURS = png_chunk(b"iTXt", text())


@pytest.mark.parametrize(
    "chunks",
    [
        OURS,
        DATA + OURS,
        OURS + OURS,
        png_chunk(b"iTXt", text(b"de", b"Zeichnung")),
        png_chunk(b"iTXt", text(keyword=b"Comment")) + OURS,
        png_chunk(b"iTXt", text(flags=b"\0\0")) + OURS,
        png_chunk(b"tEXt", KEYWORD + b"\0\1\0\0\0") + OURS,
        png_chunk(b"iTXt", b"") + OURS,
        png_chunk(b"IDAT", bytes(100_000)) + OURS,
    ],
)
def test_a_png_holds_it_in_any_chunk_of_its_own(chunks, tmp_path):
    assert read(tmp_path, HEAD + chunks + TAIL) == MOTH


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (HEAD + TAIL, "holds no drawing; "),
        (HEAD + TAIL + OURS, "holds no drawing; "),
        (HEAD + DATA, "holds no drawing; "),
        (HEAD + DATA + OURS[:7], "holds no drawing; "),
        (HEAD + DATA + OURS[:8], "holds no drawing: the file is cut short"),
        (HEAD + DATA + OURS[:-5], "holds no drawing: the file is cut short"),
        (HEAD + DATA + OURS[:-4], "is damaged: its check sum is wrong"),
        (HEAD + DATA + OURS[:-1], "is damaged: its check sum is wrong"),
        (HEAD + struct.pack(">I", 2**31) + b"IDAT" + OURS, "holds no drawing: the file is cut short"),
        (HEAD + png_chunk(b"iTXt", text(plain=b"{}")), "is not an orbitdraw drawing"),
        (HEAD + png_chunk(b"iTXt", KEYWORD + b"\0\1\0"), "is damaged"),
    ],
)
def test_a_png_without_one_is_said_so(data, says, tmp_path):
    with pytest.raises(DrawingError, match=rf"a\.png.*{says}"):
        read(tmp_path, data)


def test_a_chunk_is_read_up_to_the_largest_and_passed_beyond_it(tmp_path, monkeypatch):
    monkeypatch.setattr(embedded, "MAX_PACKED", len(text()))
    assert read(tmp_path, HEAD + OURS + TAIL) == MOTH
    larger = png_chunk(b"iTXt", text(translated=b"x" * 9))
    with pytest.raises(DrawingError, match="holds no drawing; "):
        read(tmp_path, HEAD + larger + TAIL)
    assert read(tmp_path, HEAD + larger + OURS + TAIL) == MOTH


def test_as_many_chunks_as_the_limit_are_passed(tmp_path, monkeypatch):
    monkeypatch.setattr(embedded, "MAX_BLOCKS", 10)
    assert read(tmp_path, HEAD + 8 * DATA + OURS) == MOTH  # the head is one
    with pytest.raises(DrawingError, match="among its first 10 chunks"):
        read(tmp_path, HEAD + 9 * DATA + OURS)


def test_a_chunk_has_its_length_its_kind_and_its_check_sum():
    assert bytes.fromhex("00000000 49454e44 ae426082") == TAIL
    assert embedded.png_drawing(None) == b"" and gif_drawing(None) == b""


# -- GIF -------------------------------------------------------------------------------------------------------------


def gif(*parts, flags=0):
    """A GIF with a palette of 2 << (flags & 7) colours where the highest flag is set."""
    colours = b"\x21\xfe\x01" * (2 << (flags & 7)) if flags & 0x80 else b""  # which look like a comment
    return b"GIF89a" + struct.pack("<HHBBB", 2, 2, flags, 0, 0) + colours + b"".join(parts) + b";"


def image(flags=0):
    colours = b"\x21\xfe\x01" * (2 << (flags & 7)) if flags & 0x80 else b""
    return b"," + struct.pack("<HHHHB", 0, 0, 2, 2, flags) + colours + b"\x02" + b"\x02\x44\x01" + b"\0"


def blocks(data):
    return b"".join(bytes([len(data[at : at + 255])]) + data[at : at + 255] for at in range(0, len(data), 255)) + b"\0"


NOTE = gif_drawing(MOTH)
LOOP = b"\x21\xff\x0bNETSCAPE2.0\x03\x01\0\0\0"


@pytest.mark.parametrize(
    "data",
    [
        gif(NOTE),
        gif(NOTE, flags=0x80),
        gif(NOTE, flags=0x87),
        gif(NOTE, flags=0x07),
        gif(image(), NOTE),
        gif(image(0x80), NOTE),
        gif(image(0x87), image(0x07), image(0x40), NOTE, flags=0xF7),
        gif(LOOP, image(), LOOP, NOTE, image()),
        gif(b"!\xfe" + blocks(b"another comment"), NOTE),
        gif(b"!\xfe\0", NOTE),
        gif(b"!\xfe" + blocks(b"by hand: " + to_comment(MOTH))),
        gif(b"!\xff" + blocks(b"x" * 3000), NOTE),
        gif(NOTE)[:-1],
    ],
)
def test_a_gif_holds_it_in_any_comment(data, tmp_path):
    assert read(tmp_path, data) == MOTH


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (gif(), "a.png holds no drawing; "),
        (gif(image()), "a.png holds no drawing; "),
        (gif(b"!\xff" + NOTE[2:]), "a.png holds no drawing; "),  # an application's, not a comment
        (gif() + NOTE, "a.png holds no drawing; "),
        (gif(b"?", NOTE), "a.png holds no drawing; "),
        (gif(NOTE)[:-9], "the drawing in a.png is damaged: it is cut short"),
        (gif(image())[:18], "a.png is cut short"),
        (gif()[:10], "a.png is cut short"),
    ],
)
def test_a_gif_without_one_is_said_so(data, says, tmp_path):
    with pytest.raises(DrawingError, match=f"^{says}"):
        read(tmp_path, data)


def test_as_many_blocks_as_the_limit_are_passed(tmp_path, monkeypatch):
    note = len(NOTE[2:-1]) // 256 + 1
    monkeypatch.setattr(embedded, "MAX_BLOCKS", 10 + note)
    assert read(tmp_path, gif(*[image()] * 10, NOTE)) == MOTH
    with pytest.raises(DrawingError, match=f"among its first {10 + note} blocks"):
        read(tmp_path, gif(*[image()] * 11, NOTE))


def test_a_comment_is_kept_up_to_the_largest(tmp_path, monkeypatch):
    monkeypatch.setattr(embedded, "MAX_PACKED", 1000)
    (tmp_path / "long.gif").write_bytes(gif(b"!\xfe" + blocks(b"x" * 4 * MIB), NOTE))
    tracemalloc.start()
    try:
        assert extract(tmp_path / "long.gif") == MOTH
        assert tracemalloc.get_traced_memory()[1] < MIB
    finally:
        tracemalloc.stop()
    monkeypatch.setattr(embedded, "MAX_PACKED", 255)  # as much as a block: what goes beyond it, by one at most, counts
    assert read(tmp_path, gif(b"!\xfe" + blocks(b"x" * 99 + to_comment(MOTH)))) == MOTH
    with pytest.raises(DrawingError, match="holds no drawing"):
        read(tmp_path, gif(b"!\xfe" + blocks(b"x" * 2000 + to_comment(MOTH))))


def test_a_comment_is_cut_into_blocks_of_255_bytes():
    long = Drawing(scene=MOTH.scene, events=[Event(n, "k", n / 7) for n in range(300)])
    for drawing in (MOTH, long):
        assert gif_drawing(drawing) == b"\x21\xfe" + blocks(to_comment(drawing))


# -- which files -----------------------------------------------------------------------------------------------------


def test_other_files_hold_none(tmp_path):
    for data in (b"", b"\xff\xd8\xff\xe0" + NOTE, MOTH.bytes(), to_comment(MOTH)):
        with pytest.raises(DrawingError, match=r"^a\.png holds no drawing: it is not a PNG, GIF, MP4 or WebM file$"):
            read(tmp_path, data)


def test_notes_of_films_are_read_up_to_twice_the_largest(tmp_path, monkeypatch):
    def box(kind, inside):
        return struct.pack(">I", 8 + len(inside)) + kind + inside

    def film(*notes):
        return box(b"ftyp", b"isom\0\0\2\0isomiso2") + box(b"moov", b"".join(box(b"udta", note) for note in notes))

    note = to_comment(MOTH)
    monkeypatch.setattr(embedded, "MAX_PACKED", (len(note) + 20) // 2)
    assert read(tmp_path, film(b"no drawing", note)) == MOTH
    with pytest.raises(DrawingError, match="is damaged: it is cut short"):
        read(tmp_path, film(b"x" * 40 + note))
    with pytest.raises(DrawingError, match=r"^a\.png holds no drawing$"):
        read(tmp_path, film(b"no drawing"))
    monkeypatch.setattr(film_metadata, "MAX_BOXES", 1)
    with pytest.raises(DrawingError, match=r"^a\.png holds no drawing: "):
        read(tmp_path, film(note, note))
