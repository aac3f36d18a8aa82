"""Files carry their drawing, and what is not one is refused in a sentence."""

from __future__ import annotations

import base64
import io
import struct
import zlib
from fractions import Fraction
from types import SimpleNamespace

import numpy as np
import pytest
from carriers import WRITERS, written
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from orbitdraw.errors import DrawingError
from orbitdraw.exporters.spec import Spec
from orbitdraw.record import embedded, film_metadata
from orbitdraw.record.drawing import MAX_BYTES, Drawing, Event, SceneRef
from orbitdraw.record.embedded import END_MARKER, START_MARKER, extract, from_comment, png_chunk, to_comment

SMALL = Drawing(
    scene=SceneRef("scene", "moth"), seed=3, frames=90, values={"palette": "früh"}, events=[Event(9, "k", 0.5)]
)


def large() -> Drawing:
    """A drawing that takes more than 64 KiB packed, the length of many a field in a file."""
    rng = np.random.default_rng(5)
    return Drawing(scene=SMALL.scene, events=[Event(i, "k", float(v)) for i, v in enumerate(rng.normal(size=20_000))])


@pytest.mark.parametrize("suffix", sorted(WRITERS))
@pytest.mark.parametrize("drawing", [SMALL, large()], ids=["small", "large"])
def test_every_format_carries_the_drawing(suffix, drawing, tmp_path):
    assert extract(written(tmp_path / f"a{suffix}", drawing)) == drawing


@pytest.mark.parametrize("suffix", sorted(WRITERS))
def test_the_first_bytes_say_what_it_is_not_the_name(suffix, tmp_path):
    path = written(tmp_path / f"a{suffix}", SMALL).rename(tmp_path / "a.dat")
    assert extract(path) == SMALL


@pytest.mark.parametrize("suffix", sorted(WRITERS))
def test_a_file_without_one(suffix, tmp_path):
    with pytest.raises(DrawingError, match="holds no drawing"):
        extract(written(tmp_path / f"a{suffix}", None))


@pytest.mark.parametrize("suffix", sorted(WRITERS))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_damage_is_refused_or_harmless(suffix, tmp_path, data):
    path = tmp_path / f"a{suffix}"
    if not path.exists():
        written(path, SMALL)
    whole = path.read_bytes()
    broken = bytearray(whole[: data.draw(st.integers(0, len(whole)))])
    for _ in range(data.draw(st.integers(0, 3)) if broken else 0):
        broken[data.draw(st.integers(0, len(broken) - 1))] = data.draw(st.integers(0, 255))
    bad = tmp_path / "bad.dat"
    bad.write_bytes(bytes(broken))
    try:
        assert isinstance(extract(bad), Drawing)
    except DrawingError as error:
        assert "\n" not in str(error) and len(str(error)) < 400


@pytest.mark.parametrize(
    "content", [b"", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"\0\0\0\x18ftyp", b"\x1aE\xdf\xa3", b"%PDF-1.4"]
)
def test_stumps(content, tmp_path):
    path = tmp_path / "a.png"
    path.write_bytes(content)
    with pytest.raises(DrawingError):
        extract(path)


def test_missing_files_and_folders(tmp_path):
    with pytest.raises(DrawingError, match="there is no file"):
        extract(tmp_path / "a.png")
    with pytest.raises(DrawingError, match="is not a file"):
        extract(tmp_path)


def test_a_bomb_is_refused(tmp_path):
    bomb = zlib.compress(b" " * (MAX_BYTES + 1000), 9)
    with pytest.raises(DrawingError, match="larger than"):
        from_comment(START_MARKER + base64.b64encode(bomb) + END_MARKER)
    head = b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0))
    path = tmp_path / "bomb.png"
    path.write_bytes(head + png_chunk(b"iTXt", b"orbitdraw\0\1\0\0\0" + bomb) + png_chunk(b"IEND", b""))
    with pytest.raises(DrawingError, match="larger than"):
        extract(path)


def test_a_changed_check_sum_is_noticed(tmp_path):
    path = written(tmp_path / "a.png", SMALL)
    data = bytearray(path.read_bytes())
    data[data.find(b"iTXt") + 30] ^= 1
    path.write_bytes(bytes(data))
    with pytest.raises(DrawingError, match="check sum"):
        extract(path)


def test_pillow_reads_the_text_and_text_from_pillow_is_read(tmp_path):
    path = written(tmp_path / "a.png", SMALL)
    with Image.open(path) as image:
        image.load()
        assert Drawing.of_bytes(image.text["orbitdraw"].encode()) == SMALL
        info, again = PngImagePlugin.PngInfo(), io.BytesIO()
        info.add_itxt("orbitdraw", SMALL.bytes().decode(), zip=True)
        image.save(again, "PNG", pnginfo=info)
    (tmp_path / "b.png").write_bytes(again.getvalue())
    assert extract(tmp_path / "b.png") == SMALL


REMUXED = {
    "a.mkv": {},
    "b.mkv": {"live": "1"},
    "c.mkv": {"cues_to_front": "1", "reserve_index_space": "5000"},
    "d.mp4": {},
    "e.mp4": {"movflags": "frag_keyframe+empty_moov"},
    "f.mp4": {"movflags": "use_metadata_tags"},
    "g.mp4": {"movflags": "dash"},
    "h.mov": {},
    "i.m4v": {},
    "j.3gp": {},
    "k.webm": {"live": "1"},
}


@pytest.mark.parametrize("drawing", [SMALL, large()], ids=["small", "large"])
@pytest.mark.parametrize("name", REMUXED)
def test_a_film_that_was_packed_anew_by_another_program_keeps_it(name, drawing, tmp_path):
    av = pytest.importorskip("av")
    first, second = written(tmp_path / f"first{'.webm' if name == 'k.webm' else '.mp4'}", drawing), tmp_path / name
    with av.open(str(first)) as source, av.open(str(second), "w", options=REMUXED[name]) as target:
        target.metadata.update(source.metadata)
        stream = target.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(video=0):
            if packet.dts is not None:
                packet.stream = stream
                target.mux(packet)
    assert extract(second) == drawing


@pytest.mark.parametrize(("suffix", "quality"), [(".mp4", "high"), (".mp4", "lossless"), (".webm", "lossless")])
def test_films_of_every_quality_carry_it(suffix, quality, tmp_path):
    pictures = [SimpleNamespace(pixels=np.full((20, 30), 40 * i, np.uint32), levels=None, palette=None) for i in (1, 2)]
    spec = Spec((30, 20), 2, Fraction(25), lambda: SMALL, quality=quality)
    WRITERS[suffix](iter(pictures), tmp_path / f"a{suffix}", spec)
    assert extract(tmp_path / f"a{suffix}") == SMALL


def box(kind, inside):
    return struct.pack(">I", 8 + len(inside)) + kind + inside


def element(name, inside):
    return bytes.fromhex(name) + (1 << 56 | len(inside)).to_bytes(8, "big") + inside


FTYP, EBML = box(b"ftyp", b"isom\0\0\2\0isomiso2"), element("1a45dfa3", b"")
NOTE = to_comment(SMALL)


@pytest.mark.parametrize(
    ("data", "there"),
    [
        (FTYP + box(b"moov", box(b"udta", NOTE)), True),
        (FTYP + box(b"free", bytes(99)) + box(b"moov", box(b"trak", box(b"meta", bytes(4) + NOTE))), True),
        (FTYP + struct.pack(">I4sQ", 1, b"moov", 16 + 8 + len(NOTE)) + box(b"udta", NOTE), True),
        (FTYP + struct.pack(">I4s", 0, b"moov") + box(b"udta", NOTE), True),
        (FTYP + box(b"mdat", NOTE), False),
        (FTYP + box(b"mdat", box(b"moov", box(b"udta", NOTE))), False),
        (FTYP + box(b"moov", box(b"mvhd", NOTE)), False),
        (FTYP + NOTE, False),
        (FTYP + struct.pack(">I4s", 5, b"moov") + box(b"udta", NOTE), False),
        (EBML + element("18538067", element("1254c367", NOTE)), True),
        (EBML + element("18538067", element("1f43b675", bytes(99)) + element("1254c367", NOTE)), True),
        (EBML + bytes.fromhex("1853806701ffffffffffffff") + element("1254c367", NOTE), True),
        (EBML + bytes.fromhex("18538067ff1f43b675ff") + element("a3", NOTE) + element("1254c367", NOTE), True),
        (EBML + element("18538067", element("1f43b675", NOTE)), False),
        (EBML + element("18538067", element("1f43b675", element("1254c367", NOTE))), False),
        (EBML + NOTE, False),
    ],
)
def test_a_drawing_is_found_where_films_keep_notes_and_nowhere_else(data, there, tmp_path):
    (tmp_path / "a.mp4").write_bytes(data)
    if there:
        assert extract(tmp_path / "a.mp4") == SMALL
    else:
        with pytest.raises(DrawingError, match="holds no drawing"):
            extract(tmp_path / "a.mp4")


@pytest.mark.parametrize(
    ("begin", "part"),
    [
        (FTYP, box(b"free", b"")),
        (FTYP, box(b"moov", box(b"moov", b""))),
        (EBML, element("ec", b"")),
        (b"GIF89a" + bytes(7), b"!\xfe\1a\0"),
        (b"\x89PNG\r\n\x1a\n", png_chunk(b"teXt", b"")),
    ],
)
def test_a_file_of_endless_small_parts_ends(begin, part, tmp_path, monkeypatch):
    monkeypatch.setattr(film_metadata, "MAX_BOXES", 1000)
    monkeypatch.setattr(embedded, "MAX_BLOCKS", 1000)
    (tmp_path / "a").write_bytes(begin + 1100 * part)
    with pytest.raises(DrawingError, match=r"holds no drawing.* (parts|chunks|blocks)"):
        extract(tmp_path / "a")
