"""Pictures are read by the reader that their first bytes name and by no other, upright, in every mode, in bounds."""

from __future__ import annotations

import contextlib
import io
import os
import struct
import zlib
from pathlib import Path

import numpy as np
import peaks
import pytest
from PIL import Image, ImageFile

from orbitdraw.errors import InputError
from orbitdraw.record.embedded import png_chunk
from orbitdraw.runtime import picture_checks
from orbitdraw.runtime.picture_checks import CHECKS, READABLE_KINDS
from orbitdraw.runtime.picture_files import READERS, brightness

FORMATS = {
    "PNG": ({}, {"compress_level": 1}),
    "JPEG": ({"quality": 95}, {"progressive": True}),
    "GIF": ({}, {"interlace": 0}),
    "WEBP": ({"lossless": True}, {"quality": 60}),
    "BMP": ({},),
    "TIFF": ({}, {"compression": "tiff_lzw"}, {"compression": "jpeg"}, {"big_tiff": True}),
    "AVIF": ({"quality": 95},),
}
EVERY = [pytest.param(form, options, id=f"{form} {options}") for form, ways in FORMATS.items() for options in ways]


def saved(picture: Image.Image, form: str, **options: object) -> bytes:
    file = io.BytesIO()
    picture.save(file, form, **options)
    return file.getvalue()


def ramp(width: int = 64, height: int = 48) -> Image.Image:
    """Brighter from left to right and from the top down, so that no turn or flip of it is itself."""
    x, y = np.meshgrid(np.arange(width), np.arange(height))
    return Image.fromarray((2 * x + y).astype(np.uint8))


def refusal(path: Path, data: bytes) -> str:
    path.write_bytes(data)
    with pytest.raises(InputError) as caught:
        brightness(path, 160)
    sentence = str(caught.value)
    assert sentence.startswith(path.name) and "\n" not in sentence and len(sentence) < 200
    return sentence


# -- what is read ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("form", "options"), EVERY)
def test_every_format_by_its_first_bytes_whatever_it_is_called(form, options, tmp_path):
    (tmp_path / "a.dat").write_bytes(saved(ramp().convert("RGB"), form, **options))
    heights = brightness(tmp_path / "a.dat", 160)
    wanted = np.asarray(ramp(), dtype=float) / np.asarray(ramp()).max()
    assert heights.shape == (48, 64) and abs(heights - wanted).max() < 0.05
    assert heights.min() == 0.0 and heights.max() == 1.0


@pytest.mark.parametrize(
    ("mode", "form"),
    [
        *[(mode, "TIFF") for mode in ("1", "L", "LA", "P", "PA", "I", "I;16", "I;16B", "F")],
        *[(mode, "TIFF") for mode in ("RGB", "RGBX", "RGBA", "CMYK", "YCbCr", "LAB")],
        *[(mode, "PNG") for mode in ("1", "L", "LA", "P", "I;16", "RGB", "RGBA")],
        *[("CMYK", "JPEG"), ("YCbCr", "JPEG"), ("L", "JPEG"), ("P", "GIF"), ("1", "BMP"), ("LA", "WEBP")],
    ],
)
def test_every_mode_gives_heights(mode, form, tmp_path):
    grey = ramp()
    if mode in ("I", "I;16", "I;16B", "F"):
        numbers = np.asarray(grey, dtype=np.float64) * 250.0
        made = Image.fromarray(numbers.astype({"I": np.int32, "F": np.float32, "I;16B": ">u2"}.get(mode, np.uint16)))
    elif mode in ("LAB", "PA"):
        made = Image.merge("LAB", [grey, Image.new("L", grey.size, 128), Image.new("L", grey.size, 128)])
        made = made if mode == "LAB" else grey.convert("P").convert("PA")
    else:
        made = grey.convert("RGB").convert(mode) if mode == "YCbCr" else grey.convert(mode)
    assert made.mode == mode
    (tmp_path / "a").write_bytes(saved(made, form))
    heights = brightness(tmp_path / "a", 16)
    wanted = brightness_of(ramp(), tmp_path)
    assert heights.shape == (12, 16)
    if mode == "1":  # dithered
        assert np.corrcoef(heights.ravel(), wanted.ravel())[0, 1] > 0.95
    else:
        assert abs(heights - wanted).max() < 0.06


def brightness_of(picture: Image.Image, folder: Path, longest: int = 16) -> np.ndarray:
    (folder / "plain.png").write_bytes(saved(picture, "PNG"))
    return brightness(folder / "plain.png", longest)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_it_stands_upright_however_the_camera_was_held(form, orientation, tmp_path):
    turns = {2: "FLIP_LEFT_RIGHT", 3: "ROTATE_180", 4: "FLIP_TOP_BOTTOM", 5: "TRANSPOSE"}
    turns |= {6: "ROTATE_90", 7: "TRANSVERSE", 8: "ROTATE_270"}
    held = ramp().convert("RGB")
    if orientation in turns:  # what the camera saves, which the orientation undoes
        held = held.transpose(getattr(Image.Transpose, turns[orientation]))
    exif = Image.Exif()
    exif[0x0112] = orientation
    lossless = {"lossless": True} if form == "WEBP" else {"quality": 95} if form in ("JPEG", "AVIF") else {}
    (tmp_path / "a").write_bytes(saved(held, form, exif=exif, **lossless))
    heights, wanted = brightness(tmp_path / "a", 160), brightness_of(ramp(), tmp_path, 160)
    assert heights.shape == wanted.shape and abs(heights - wanted).max() < 0.05


def test_notes_beside_the_pixels_may_be_damaged(tmp_path):
    data = saved(ramp(), "PNG", exif=b"Exif\0\0II*\0\xff\xff\xff\xff")
    (tmp_path / "a.png").write_bytes(data)
    np.testing.assert_array_equal(brightness(tmp_path / "a.png", 16), brightness_of(ramp(), tmp_path))


def test_transparent_parts_are_black(tmp_path):
    colours = Image.new("RGBA", (4, 4), (255, 255, 255, 255))
    colours.putpixel((1, 2), (255, 255, 255, 0))
    (tmp_path / "a.png").write_bytes(saved(colours, "PNG"))
    palette = colours.convert("RGB").convert("P")
    palette.putpixel((1, 2), 3)
    (tmp_path / "b.png").write_bytes(saved(palette, "PNG", transparency=3))
    grey = Image.new("LA", (4, 4), (255, 255))
    grey.putpixel((1, 2), (255, 0))
    (tmp_path / "c.png").write_bytes(saved(grey, "PNG"))
    for name in ("a.png", "b.png", "c.png"):
        heights = brightness(tmp_path / name, 160)
        assert heights[2, 1] == 0.0 and heights.sum() == 15.0, name


@pytest.mark.parametrize("size", [(1, 1), (1, 500), (500, 1), (321, 200)])
def test_means_over_squares_at_most_so_many_along_a_side(size, tmp_path):
    noise = np.random.default_rng(1).integers(0, 256, size[::-1], dtype=np.uint8)
    noise[0, 0], noise[-1, -1] = 0, 255
    heights = brightness_of(Image.fromarray(noise), tmp_path, 160)
    assert max(heights.shape) == min(160, max(size)) and min(heights.shape) >= 1
    if size != (1, 1):
        assert abs(heights.mean() - noise.mean() / 255) < 0.01


def test_bands_leave_no_seam(tmp_path, monkeypatch):
    noise = Image.fromarray(np.random.default_rng(1).integers(0, 256, (203, 301, 3), dtype=np.uint8))
    whole = brightness_of(noise, tmp_path, 90)
    monkeypatch.setattr("orbitdraw.runtime.picture_files.BAND_PIXELS", 301 * 7)
    np.testing.assert_array_equal(brightness_of(noise, tmp_path, 90), whole)


def test_numbers_that_are_large_or_close_together_keep_their_shape(tmp_path):
    plain = np.asarray(ramp(), dtype=np.float64)
    wanted = brightness_of(ramp(), tmp_path, 160)
    for numbers in ((2**30 + plain).astype(np.int32), (plain * 1e36).astype(np.float32), (-plain).astype(np.float32)):
        (tmp_path / "a.tif").write_bytes(saved(Image.fromarray(numbers), "TIFF"))
        heights = brightness(tmp_path / "a.tif", 160)
        np.testing.assert_allclose(heights, wanted if numbers.max() > 0 else 1 - wanted, atol=1e-6)


@pytest.mark.parametrize("number", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("where", [(0, 0), (40, 30)])
def test_pixels_that_are_no_numbers_are_refused(number, where, tmp_path):
    numbers = np.asarray(ramp(), dtype=np.float32).copy()
    numbers[where] = number
    data = saved(Image.fromarray(numbers), "TIFF")
    assert refusal(tmp_path / "a.tif", data) == "a.tif has pixels that are not finite numbers"


def test_of_many_frames_the_first(tmp_path):
    first, *others = ramp(), *(Image.new("L", (64, 48), 9 * n) for n in range(20))
    for form in ("GIF", "WEBP", "PNG", "TIFF", "AVIF"):
        plain, film = (tmp_path / f"{name}.{form}" for name in ("plain", "film"))
        exact = {"lossless": True} if form == "WEBP" else {}
        plain.write_bytes(saved(first, form, **exact))
        film.write_bytes(saved(first, form, save_all=True, append_images=others, **exact))
        assert abs(brightness(film, 160) - brightness(plain, 160)).max() < 0.03, form


def test_a_frame_that_is_not_the_first_is_never_looked_at(tmp_path):
    film = saved(ramp(), "GIF", save_all=True, append_images=[Image.new("L", (64, 48), 200)])
    (tmp_path / "a.gif").write_bytes(film[: film.rfind(b"\x2c") + 12] + b"\xff" * 40)
    np.testing.assert_allclose(brightness(tmp_path / "a.gif", 16), brightness_of(ramp(), tmp_path), atol=1e-6)


# -- what is refused ---------------------------------------------------------------------------------------------------


OTHERS = {
    "PostScript": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(x) (w) file\n{ } loop\n",
    "PostScript in DOS's clothes": b"\xc5\xd0\xd3\xc6" + struct.pack("<7I", 32, 99, 0, 0, 0, 0, 0) + b"%!PS",
    "PDF": b"%PDF-1.7\n1 0 obj",
    "SVG": b'<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg>&x;</svg>',
    "playlist": b"#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1:9/a.ts\n",
    "session description": b"v=0\r\nc=IN IP4 127.0.0.1\r\nm=video 49170 RTP/AVP 31\r\n",
    "list of films": b"ffconcat version 1.0\nfile beside.mp4\n",
    "a film": b"\0\0\0\x18ftypisom\0\0\2\0isomiso2" + bytes(60),
    "Matroska": b"\x1aE\xdf\xa3" + bytes(60),
    "PSD": b"8BPS\0\1" + bytes(60),
    "icon": b"\0\0\1\0\1\0" + bytes(60),
    "TGA": bytes([0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9, 0, 9, 0, 24, 0]) + bytes(300),
    "PPM": b"P6 9 9 255\n" + bytes(243),
    "JPEG 2000": b"\0\0\0\x0cjP  \r\n\x87\n" + bytes(60),
    "FITS": b"SIMPLE  =                    T" + b" " * 60,
    "DICOM": bytes(128) + b"DICM" + bytes(60),
    "NumPy": b"\x93NUMPY\1\0v\0{'descr': '|O'}",
    "ZIP": b"PK\3\4" + bytes(60),
    "pickle": b"cos\nsystem\n(S'true'\ntR.",
    "Python": b"import os\nos.system('true')\n",
    "a text that begins like a bitmap": b"BMW makes cars, and this is a text about them, not a picture.",
    "nothing": b"",
}


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".tif", ".eps", ""])
@pytest.mark.parametrize("what", OTHERS)
def test_what_is_no_picture_is_refused_by_name_and_says_what_can_be_read(what, suffix, tmp_path):
    said = refusal(tmp_path / f"evil{suffix}", OTHERS[what])
    assert said == f"evil{suffix} is not a picture that can be read; {READABLE_KINDS} can"
    assert READABLE_KINDS == "PNG, JPEG, GIF, WebP, BMP, TIFF and AVIF" and list(READERS) == list(CHECKS)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes in folders here")
def test_only_files_are_opened(tmp_path):
    with pytest.raises(InputError, match="there is no file"):
        brightness(tmp_path / "none.png", 160)
    with pytest.raises(InputError, match="folder"):
        brightness(tmp_path, 160)
    (tmp_path / "loop.png").symlink_to("loop.png")
    with pytest.raises(InputError, match="cannot be read"):
        brightness(tmp_path / "loop.png", 160)
    os.mkfifo(tmp_path / "pipe.png")
    with pytest.raises(InputError, match="pipe or a device"):
        brightness(tmp_path / "pipe.png", 160)
    (tmp_path / "zero.png").symlink_to("/dev/zero")
    with pytest.raises(InputError, match="pipe or a device"):
        brightness(tmp_path / "zero.png", 160)
    (tmp_path / "plain").write_bytes(saved(ramp(), "PNG"))
    (tmp_path / "link.png").symlink_to("plain")
    assert brightness(tmp_path / "link.png", 160).shape == (48, 64)


def test_a_file_of_more_bytes_is_not_read(tmp_path, monkeypatch):
    monkeypatch.setattr("orbitdraw.runtime.picture_files.MAX_BYTES", 1000)
    assert "larger than 1000 bytes" in refusal(tmp_path / "a.png", saved(ramp(), "PNG") + bytes(1000))


@pytest.mark.parametrize(("form", "options"), EVERY)
@pytest.mark.parametrize("part", [0.3, 0.6, 0.97])
def test_half_a_picture_is_cut_short(form, options, part, tmp_path):
    noise = np.random.default_rng(2).integers(0, 256, (90, 120, 3), dtype=np.uint8)
    whole = saved(Image.fromarray(noise), form, **options)
    said = refusal(tmp_path / "half", whole[: int(part * len(whole))])
    assert said == f"half {picture_checks.CUT_SHORT}"


def large(form: str, side: int) -> bytes:
    """A picture that says that it is a square of such sides, and has few pixels or none."""
    sides = struct.pack(">II", side, side)
    small = saved(ramp(), form)
    places = {"GIF": (6, "<HH"), "BMP": (18, "<ii")}
    if form == "PNG":
        return (
            small[:16]
            + sides
            + small[24:29]
            + struct.pack(">I", zlib.crc32(b"IHDR" + sides + small[24:29]))
            + small[33:]
        )
    if form == "JPEG":  # in several scans, which must be put together at full size
        small = saved(ramp(), form, progressive=True)
        at = small.find(b"\xff\xc2") + 5
        return small[:at] + struct.pack(">HH", side, side) + small[at + 4 :]
    if form == "TIFF":
        for tag, old in ((256, 64), (257, 48)):
            small = small.replace(struct.pack("<HHII", tag, 4, 1, old), struct.pack("<HHII", tag, 4, 1, side))
        return small
    if form == "WEBP":
        head = b"WEBPVP8X" + struct.pack("<I", 10) + bytes(4) + (side - 1).to_bytes(3, "little") * 2
        return b"RIFF" + struct.pack("<I", len(head)) + head
    if form == "AVIF":
        at = small.find(b"ispe") + 8
        return small[:at] + sides + small[at + 8 :]
    at, packing = places[form]
    return small[:at] + struct.pack(packing, side, side) + small[at + struct.calcsize(packing) :]


@pytest.mark.parametrize("side", [9000, 13_000, 16_000])
@pytest.mark.parametrize("form", FORMATS)
def test_more_than_fifty_megapixels_are_refused_before_anything_is_decoded(form, side, tmp_path, monkeypatch):
    """Above 179 megapixels Pillow refuses them itself, without saying how large they are."""
    data = large(form, side)
    monkeypatch.setattr(ImageFile.ImageFile, "load", lambda picture: pytest.fail("decoded"))
    assert f" is too large: {side} x " in refusal(tmp_path / "a", data)


def test_a_large_jpeg_is_made_smaller_while_it_is_decoded(tmp_path):
    (tmp_path / "a.jpg").write_bytes(saved(ramp().resize((10_000, 7_500), Image.Resampling.BILINEAR), "JPEG"))
    heights, wanted = brightness(tmp_path / "a.jpg", 16), brightness_of(ramp(), tmp_path)
    assert heights.shape == (12, 16) and abs(heights - wanted).max() < 0.03


def test_a_photograph_of_several_pictures_is_its_first(tmp_path):
    """As telephones write them; Pillow calls it by another name than JPEG."""
    large = ramp().resize((10_000, 7_500), Image.Resampling.BILINEAR)
    others = [Image.new("L", (64, 48), 200)]
    (tmp_path / "a.jpg").write_bytes(saved(large, "MPO", save_all=True, append_images=others))
    with Image.open(tmp_path / "a.jpg") as opened:
        assert opened.format == "MPO"
    heights = brightness(tmp_path / "a.jpg", 16)
    assert heights.shape == (12, 16) and abs(heights - brightness_of(ramp(), tmp_path)).max() < 0.03


def test_a_side_is_bounded_too(tmp_path):
    assert "too large: 70000 x 2 pixels" in refusal(tmp_path / "a.png", saved(Image.new("L", (70_000, 2)), "PNG"))


def test_a_png_may_carry_a_longer_drawing_than_pillow_would_take(tmp_path):
    data = saved(ramp(), "PNG")
    text = png_chunk(b"iTXt", b"orbitdraw\0\1\0\0\0" + zlib.compress(bytes(5 << 20), 9))
    (tmp_path / "a.png").write_bytes(data[:33] + text + data[33:])
    np.testing.assert_array_equal(brightness(tmp_path / "a.png", 16), brightness_of(ramp(), tmp_path))


def png_of_chunks(count: int) -> bytes:
    data = saved(ramp(), "PNG")
    return data[:33] + count * png_chunk(b"tEXt", b"a\0b") + data[33:]


def gif_of_comments(count: int) -> bytes:
    data = saved(ramp(), "GIF")
    at = 13 + 3 * 256
    return data[:at] + b"!\xfe" + count * b"\1a" + b"\0" + data[at:]


def jpeg_of_scans(count: int) -> bytes:
    data = saved(ramp(), "JPEG", progressive=True)
    return data[:-2] + count * data[data.rfind(b"\xff\xda") : -2] + data[-2:]


def tiff_of_entries(count: int) -> bytes:
    """As many offsets of strips as it says, all in the one place."""
    data = saved(ramp(), "TIFF")
    old = struct.pack("<HHI", 273, 4, 1)
    assert old in data
    return data.replace(old, struct.pack("<HHI", 273, 4, count)) + bytes(4 * count)


def tiff_of_a_tile(side: int) -> bytes:
    """A small picture in one tile of so many pixels along a side."""
    values = [
        (256, 64),
        (257, 48),
        (258, 8),
        (259, 8),
        (262, 1),
        (277, 1),
        (322, side),
        (323, side),
        (324, 200),
        (325, 99),
    ]
    entries = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in values)
    head = b"II*\0" + struct.pack("<IH", 8, len(values)) + entries + bytes(4)
    return head.ljust(200, b"\0") + zlib.compress(bytes(64 * 48), 9).ljust(99, b"\0")


@pytest.mark.parametrize(
    ("made", "well", "ill", "says"),
    [
        (png_of_chunks, 1000, picture_checks.MAX_BLOCKS, "chunks"),
        (gif_of_comments, 1000, picture_checks.MAX_BLOCKS + 1, "blocks before its first frame"),
        (jpeg_of_scans, 20, picture_checks.MAX_SCANS, "more than 64 scans"),
        (tiff_of_entries, None, picture_checks.MAX_ENTRIES + 1, "numbers"),
        (tiff_of_a_tile, None, 16_384, "too large: one of its tiles"),
    ],
)
def test_bombs_are_refused_by_their_structure(made, well, ill, says, tmp_path):
    if well is not None:
        (tmp_path / "a").write_bytes(made(well))
        assert brightness(tmp_path / "a", 160).shape == (48, 64)
    assert says in refusal(tmp_path / "a", made(ill))


def test_a_directory_that_leads_to_itself_ends(tmp_path):
    data = saved(ramp(), "TIFF")
    start = struct.unpack("<I", data[4:8])[0]
    end = start + 2 + 12 * struct.unpack("<H", data[start : start + 2])[0]
    (tmp_path / "a.tif").write_bytes(data[:end] + struct.pack("<I", start) + data[end + 4 :])
    assert brightness(tmp_path / "a.tif", 160).shape == (48, 64)


def test_no_other_reader_is_asked(tmp_path, monkeypatch):
    """Neither of those that imageio knows, nor of those that Pillow knows."""
    from imageio.config import known_plugins

    for plugin in known_plugins.values():
        monkeypatch.setattr(type(plugin), "plugin_class", property(lambda plugin: pytest.fail(plugin.name)))
    Image.init()
    asked: list[str] = []

    def watched(form, opener):
        return lambda *given: (asked.append(form), opener(*given))[1]

    for form, (opener, accepts) in list(Image.OPEN.items()):
        monkeypatch.setitem(Image.OPEN, form, (watched(form, opener), accepts))
    for form in FORMATS:
        data = saved(ramp().convert("RGB"), form)
        for end in (len(data), 40):
            (tmp_path / "a").write_bytes(data[:end] + bytes(10 * (end < len(data))))
            with contextlib.suppress(InputError):
                brightness(tmp_path / "a", 160)
        assert set(asked) <= {form}, form
        asked.clear()


@pytest.mark.skipif(not peaks.KNOWN, reason="only Linux tells the peak of one program")
def test_memory_is_bounded(tmp_path):
    """A picture of 49 megapixels in four planes needs its pixels and little more; a bomb nothing."""
    Image.new("RGBA", (7000, 7000), (9, 99, 200, 100)).save(tmp_path / "a.png", compress_level=1)
    Image.new("1", (13_000, 13_000)).save(tmp_path / "bomb.png")
    work = (
        "from orbitdraw.runtime.picture_files import brightness as b\ndef work(path):\n    return b(path, 160).shape\n"
    )
    (bomb,), used = peaks.peak_of(work, tmp_path / "bomb.png")
    assert "too large" in bomb and used < 50
    (whole,), used = peaks.peak_of(work, tmp_path / "a.png")
    assert whole == "(160, 160)" and 150 < used < 400
