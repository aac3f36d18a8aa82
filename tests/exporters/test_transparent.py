"""Pictures and films without their ground, and how often a GIF plays: read back, and refused where they cannot be."""

from __future__ import annotations

import os
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from PIL import Image
from small_films import SIZE, Fake, filmed, spring

from orbitdraw.errors import InputError
from orbitdraw.exporters import plan
from orbitdraw.exporters.alpha_bleeding import BLOCK_SIDE, MIN_ALPHA, bleed_colours
from orbitdraw.exporters.export import EXPORTERS, export
from orbitdraw.exporters.spec import Spec
from orbitdraw.exporters.transparent import remove_background
from orbitdraw.formats import FORMATS
from orbitdraw.ink.tone import background_of
from orbitdraw.library.loading import load, read_drawing
from orbitdraw.simulation.run import Run

LOOKS = ["light", "density", "paper"]


def read(path):
    with Image.open(path) as image:
        return image.mode, np.asarray(image.convert("RGBA"), float)


def over(rgba, ground):
    cover = rgba[..., 3:] / 255
    return rgba[..., :3] * cover + np.array([ground >> 16 & 255, ground >> 8 & 255, ground & 255]) * (1 - cover)


@pytest.mark.parametrize("style", LOOKS)
def test_over_its_ground_it_is_the_picture_to_a_level(style, tmp_path):
    mode, rgba = read(export(spring(style), tmp_path / "a.png", size=SIZE, frames=20, transparent=True))
    _, picture = read(export(spring(style), tmp_path / "b.png", size=SIZE, frames=20))
    assert mode == ("P" if style == "density" else "RGBA")
    back = over(rgba, background_of(style, spring(style).look.palette))
    assert np.abs(back - picture[..., :3]).max() < 1.51
    assert 0.2 < np.mean(rgba[..., 3] == 0) < 1, "there is nothing to look through"
    assert rgba[..., 3].max() > 120


@pytest.mark.parametrize("style", LOOKS)
def test_bands_are_the_whole(style, tmp_path, monkeypatch):
    whole = read(export(spring(style), tmp_path / "a.png", size=SIZE, frames=9, transparent=True))[1]
    monkeypatch.setattr(plan, "BAND_BYTES", 30_000)
    banded = read(export(spring(style), tmp_path / "b.png", size=SIZE, frames=9, transparent=True))[1]
    np.testing.assert_array_equal(whole, banded)


def test_numbered_pictures_have_no_ground_either(tmp_path):
    export(spring(), tmp_path / "frames", size=SIZE, frames=3, transparent=True)
    modes = [read(path)[0] for path in sorted((tmp_path / "frames").iterdir())]
    assert modes == ["RGBA"] * 3
    one = read(tmp_path / "frames" / "00003.png")[1]
    assert np.abs(over(one, 0x0A0C12) - filmed(spring(), 3)[-1].rgb()).max() < 1.51
    assert read_drawing(tmp_path / "frames" / "00001.png").frames == 2


@given(arrays.arrays(np.uint32, (3, 5), elements=st.integers(0, 0xFFFFFF)), st.integers(0, 0xFFFFFF))
def test_any_picture_comes_back_over_any_ground(pixels, ground):
    out = remove_background(pixels, ground)
    rgba = np.stack([out >> shift & 255 for shift in (16, 8, 0, 24)], -1).astype(float)
    wanted = np.stack([pixels >> shift & 255 for shift in (16, 8, 0)], -1)
    assert np.abs(over(rgba, ground) - wanted).max() <= 1.0


def test_the_ground_itself_is_not_there():
    assert remove_background(np.full((2, 2), 0xF6F2E9, np.uint32), 0xF7F3EA).tolist() == [[0, 0], [0, 0]]


# -- films -------------------------------------------------------------------------------------------------------------


def film_read(path):
    """Every picture of a WebM as colours and cover. FFmpeg's own decoder of VP9 leaves the cover out."""
    av = pytest.importorskip("av")
    out = []
    with av.open(os.fspath(path)) as container:
        decoder = av.CodecContext.create("libvpx-vp9", "r")
        for packet in container.demux(video=0):
            for frame in decoder.decode(packet if packet.size else None):
                assert frame.format.name == "yuva420p", "there is no cover in it"
                plane = frame.planes[3]
                cover = np.frombuffer(plane, np.uint8).reshape(-1, plane.line_size)[: frame.height, : frame.width]
                out.append(np.dstack([frame.to_ndarray(format="rgb24"), cover]).astype(float))
    return out


def decibels(one, other):
    return 10 * np.log10(255**2 / np.mean((np.array(one) - np.array(other)) ** 2))


GROUNDS = [0x000000, 0xFFFFFF, 0xFF7800]


@pytest.mark.parametrize(("style", "least"), [("light", 38), ("density", 33), ("paper", 33)])
def test_a_film_over_any_ground_is_the_numbered_pictures_over_it(style, least, tmp_path):
    told = {"size": (240, 136), "frames": 12, "start": 0.5, "transparent": True}
    made = export(spring(style), tmp_path / "a.webm", **told)
    export(spring(style), tmp_path / "frames", **told)
    film = film_read(made)
    wanted = [read(path)[1] for path in sorted((tmp_path / "frames").iterdir())]
    assert len(film) == len(wanted) == made.frames == 12 and made.notes == []
    cover = np.array([one[..., 3] for one in wanted])
    assert np.mean(cover == 0) > 0.1 and cover.max() > 120
    apart = np.abs(np.array([one[..., 3] for one in film]) - cover)
    assert apart.mean() < 2 and apart[cover == 0].mean() < 0.5
    for ground in GROUNDS:
        one, other = [over(a, ground) for a in film], [over(b, ground) for b in wanted]
        assert decibels(one, other) > least
        assert abs(np.mean(one) - np.mean(other)) < 0.7, "it is darker or brighter in all"


def test_a_thin_line_has_no_dark_rim(tmp_path):
    pixels = np.zeros((64, 96), np.uint32)
    for x in range(96):
        pixels[10 + x // 3, x] = 0xFFFF00
    spec = Spec((96, 64), 3, Fraction(25), transparent=True)
    drawn = Fake(pixels)
    drawn.ground = 0
    EXPORTERS[".webm"](iter([drawn] * 3), tmp_path / "a.webm", spec)
    white = over(film_read(tmp_path / "a.webm")[-1], 0xFFFFFF)
    # Yellow on white takes blue away and nothing else: what is dark in red or green is a rim.
    assert white[..., 2].min() < 60
    assert white[..., :2].min() > 215


def test_odd_sides_keep_their_cover(tmp_path):
    made = export(spring(), tmp_path / "a.webm", size=(35, 21), frames=3, transparent=True)
    film = film_read(made)
    assert film[0].shape == (22, 36, 4) and "35 x 21 was padded to 36 x 22" in made.notes[0]
    np.testing.assert_allclose(film[-1][:, 35, 3], film[-1][:, 34, 3], atol=6)


def test_a_transparent_film_carries_its_drawing_and_is_the_same_twice(tmp_path):
    a, b = (
        export(spring(), tmp_path / name, size=SIZE, frames=4, transparent=True).path.read_bytes()
        for name in ("a.webm", "b.webm")
    )
    assert a == b and read_drawing(tmp_path / "a.webm").frames == 3


@given(arrays.arrays(np.uint32, (5, BLOCK_SIDE + 3), elements=st.integers(0, 0xFFFFFFFF)))
def test_colours_are_carried_on_and_nothing_else_changes(pixels):
    out = bleed_colours(pixels)
    np.testing.assert_array_equal(out >> 24, pixels >> 24)
    enough = pixels >> 24 >= MIN_ALPHA
    np.testing.assert_array_equal(out[enough], pixels[enough])
    # Whatever is filled in lies between the colours there are.
    seen = pixels[pixels >> 24 > 0]
    for shift in (0, 8, 16):
        if seen.size:
            part = out[:, :BLOCK_SIDE] >> shift & 255
            assert part.max() <= (pixels >> shift & 255).max()


def test_every_format_that_says_it_has_cover_writes_it(tmp_path):
    for suffix, form in FORMATS.items():
        if form.alpha:
            assert export(spring(), tmp_path / f"a{suffix}", size=SIZE, frames=2, transparent=True).path.exists()


# -- what is refused ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "options", "says"),
    [
        ("a.gif", {"transparent": True}, "half-transparent pixels; a transparent background needs .png"),
        (
            "a.mp4",
            {"transparent": True},
            "an MP4 has no transparency; a transparent background needs .png, .webm or a folder",
        ),
        ("a.webm", {"transparent": True, "quality": "high"}, "standard quality only; a folder"),
        ("a.webm", {"transparent": True, "quality": "lossless"}, "standard quality only; a folder"),
        ("a.orbit", {"transparent": True}, "no pixels"),
        ("a.mp4", {"loop": 2}, "only a GIF"),
        ("a.png", {"loop": 0}, "only a GIF"),
        ("a.gif", {"loop": -1}, "loop must be 0"),
        ("a.gif", {"loop": 70000}, "loop must be 0"),
        ("a.gif", {"loop": 1.5}, "loop must be 0"),
    ],
)
def test_what_a_format_does_not_have_is_refused(name, options, says, tmp_path):
    with pytest.raises(InputError, match=says):
        export(spring(), tmp_path / name, size=SIZE, frames=2, **options)
    assert not any(tmp_path.iterdir())


@pytest.mark.parametrize(("loop", "kept"), [(None, 0), (0, 0), (1, None), (2, 1), (7, 6), (65535, 65534)])
def test_a_gif_plays_so_often(loop, kept, tmp_path):
    # The file holds how often it is shown again after the first time; without that, it is shown once.
    with Image.open(export(spring(), tmp_path / "a.gif", size=SIZE, frames=3, loop=loop)) as image:
        assert image.info.get("loop") == kept


def test_a_run_is_exported_in_another_look_like_its_drawing(tmp_path):
    run = Run(load("figure_eight"))
    for frame in range(12):
        if frame == 5:
            run.apply("style", "density")
        run.advance()
    of_run = export(run, tmp_path / "a.png", size=SIZE, look="paper").path.read_bytes()
    run.drawing().save(tmp_path / "a.orbit")
    assert of_run == export(str(tmp_path / "a.orbit"), tmp_path / "b.png", size=SIZE, look="paper").path.read_bytes()
    assert read_drawing(tmp_path / "a.png").values["style"] == "paper"
