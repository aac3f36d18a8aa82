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
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from orbitdraw.drawing import MAX_BYTES, Drawing, Event, SceneRef
from orbitdraw.errors import DrawingError
from orbitdraw.export.embed import END, MARK, extract, png_chunk, unpacked
from orbitdraw.export.gif import write_gif
from orbitdraw.export.spec import Spec
from orbitdraw.export.still import write_png
from orbitdraw.export.video import write_mp4, write_webm

WRITERS = {".png": write_png, ".gif": write_gif, ".mp4": write_mp4, ".webm": write_webm}

SMALL = Drawing(
    scene=SceneRef("scene", "moth"), seed=3, frames=90, values={"palette": "früh"}, events=[Event(9, "k", 0.5)]
)


def large() -> Drawing:
    """A drawing that takes more than 64 KiB packed, the length of many a field in a file."""
    rng = np.random.default_rng(5)
    return Drawing(scene=SMALL.scene, events=[Event(i, "k", float(v)) for i, v in enumerate(rng.normal(size=20_000))])


def written(path, drawing, frames=2):
    pictures = [
        SimpleNamespace(pixels=np.full((20, 30), 40 * i, np.uint32), levels=None, palette=None) for i in range(frames)
    ]
    if path.suffix == ".png":
        pictures = pictures[:1]
    WRITERS[path.suffix](iter(pictures), path, Spec((30, 20), len(pictures), Fraction(25), lambda: drawing))
    return path


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
        unpacked(MARK + base64.b64encode(bomb) + END)
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


def test_a_film_that_was_packed_anew_by_another_program_keeps_it(tmp_path):
    av = pytest.importorskip("av")
    first, second = written(tmp_path / "a.mp4", SMALL), tmp_path / "b.mkv"
    with av.open(str(first)) as source, av.open(str(second), "w") as target:
        target.metadata.update(source.metadata)
        stream = target.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(video=0):
            if packet.dts is not None:
                packet.stream = stream
                target.mux(packet)
    assert extract(second) == SMALL
