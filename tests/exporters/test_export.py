"""Every format is read back: pictures, time, size, colours; and no half-made file is ever left."""

from __future__ import annotations

import os
import sys
import tempfile
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from PIL import Image
from small_films import RAMP, SIZE, Fake, filmed, leveled, spring

from orbitdraw.authoring.bodies import Dust
from orbitdraw.authoring.scene import Scene
from orbitdraw.errors import InputError, OrbitdrawError
from orbitdraw.exporters import plan
from orbitdraw.exporters.export import EXPORTERS, WITH_QUALITY, export, exporter_key, poster
from orbitdraw.exporters.gif import delays, write_gif
from orbitdraw.exporters.plan import bands
from orbitdraw.exporters.prefetch import prefetch
from orbitdraw.exporters.quantize import choose_palette
from orbitdraw.exporters.spec import QUALITIES, Spec
from orbitdraw.exporters.video import ENCODINGS, as_420, as_444
from orbitdraw.film.film import Film
from orbitdraw.film.pictures import pictures
from orbitdraw.ink.look import Look
from orbitdraw.library.loading import create_run, read_drawing
from orbitdraw.record.drawing import Drawing
from orbitdraw.simulation.run import Run

KINDS = sorted(EXPORTERS)


def out(folder, kind):
    return folder / ("frames" if kind == "/" else f"art{kind}")


def gif_back(path):
    """Every frame as RGB, and the duration of each in milliseconds."""
    frames, times = [], []
    with Image.open(path) as image:
        for index in range(image.n_frames):
            image.seek(index)
            frames.append(np.asarray(image.convert("RGB")))
            times.append(image.info["duration"])
    return frames, times


def video_back(path):
    av = pytest.importorskip("av")
    with av.open(os.fspath(path)) as container:
        stream = container.streams.video[0]
        frames = [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
        return frames, float(container.duration) / 1e6, stream.average_rate


# -- each format ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("style", ["light", "density", "paper"])
def test_a_png_is_the_picture_of_the_window(style, tmp_path):
    scene = spring(style)
    made = export(scene, tmp_path / "a.png", size=SIZE, seconds=0.5)
    film = Film(Run(scene), SIZE)
    film.seek(30)
    with Image.open(made) as image:
        assert image.size == SIZE
        assert image.mode == ("P" if style == "density" else "RGB")
        assert np.array_equal(np.asarray(image.convert("RGB")), film.picture().rgb())
        if style == "density":
            assert np.array_equal(np.asarray(image), film.picture().levels)


@pytest.mark.parametrize("style", ["light", "density", "paper"])
@pytest.mark.parametrize("height", [1, 37, 300])
def test_bands_are_the_whole_picture_to_the_bit(style, height, tmp_path, monkeypatch):
    size = (50, height)
    whole = export(spring(style), tmp_path / "whole.png", size=size, frames=20)
    monkeypatch.setattr(plan, "BAND_BYTES", 50 * 40 * 7)
    assert len(bands(size, 3)) == max(1, -(-height // 7))
    banded = export(spring(style), tmp_path / "bands.png", size=size, frames=20)
    with Image.open(whole) as one, Image.open(banded) as other:
        assert (one.mode, one.size) == (other.mode, size)
        assert np.array_equal(np.asarray(one), np.asarray(other))
    assert read_drawing(whole) == read_drawing(banded)


def test_the_rows_of_bands_follow_each_other():
    cut = bands((65500, 65500), 3)
    assert cut[0][0] == 0 and cut[-1][1] == 65500
    assert all(a[1] == b[0] for a, b in pairwise(cut))


def test_levels_go_into_a_gif_as_they_are(tmp_path):
    scene = spring("density")
    made = export(scene, tmp_path / "a.gif", size=SIZE, frames=20, fps=20)
    frames, times = gif_back(made)
    assert (made.frames, made.seconds, made.notes) == (20, 1.0, [])
    assert times == [50] * 20
    for read, drawn in zip(frames, filmed(scene, 20, fps=20), strict=True):
        assert np.array_equal(read, drawn.rgb())


@pytest.mark.parametrize("style", ["light", "paper"])
def test_true_colours_in_a_gif_are_near(style, tmp_path):
    scene = spring(style)
    frames, _ = gif_back(export(scene, tmp_path / "a.gif", size=SIZE, frames=20, fps=20))
    drawn = [picture.rgb() for picture in filmed(scene, 20, fps=20)]
    error = np.mean((np.array(frames, float) - np.array(drawn, float)) ** 2)
    assert 10 * np.log10(255**2 / error) > 36


def test_a_gif_loops_for_ever(tmp_path):
    with Image.open(export(spring(), tmp_path / "a.gif", size=SIZE, frames=3)) as image:
        assert image.info["loop"] == 0


def test_a_rate_that_hundredths_cannot_hold_is_right_in_sum_and_said(tmp_path):
    made = export(spring(), tmp_path / "a.gif", size=SIZE, seconds=1, fps=30)
    _, times = gif_back(made)
    assert len(times) == 30 and sum(times) == 1000 and set(times) == {30, 40}
    assert "3 or 4" in made.notes[0]


@given(st.integers(1, 400), st.fractions(Fraction(1, 10), 50, max_denominator=1001))
def test_delays_add_up(frames, fps):
    waits = list(delays(frames, fps))
    assert abs(sum(waits) - frames * 100 / fps) <= Fraction(1, 2)
    assert len(waits) == frames and min(waits) >= 2


def check_gif_of(levels, path):
    spec = Spec((levels.shape[2], levels.shape[1]), len(levels), Fraction(25))
    write_gif(iter([leveled(one, RAMP) for one in levels]), path, spec)
    frames, times = gif_back(path)
    assert times == [40] * len(levels)
    assert np.array_equal(np.array(frames), RAMP[levels])


@settings(max_examples=80, deadline=None)
@given(
    arrays.arrays(
        np.uint8,
        st.tuples(st.integers(1, 5), st.integers(1, 40), st.integers(1, 40)),
        elements=st.integers(0, 255),
        fill=st.nothing() | st.integers(0, 3),
    )
)
def test_any_levels_come_back(levels):
    with tempfile.TemporaryDirectory() as folder:
        check_gif_of(levels, Path(folder) / "a.gif")


@pytest.mark.parametrize("shades", [2, 16, 255, 256])
@pytest.mark.parametrize("side", [1, 64, 211])
def test_noise_comes_back_whatever_the_dictionary_does(shades, side, tmp_path):
    rng = np.random.default_rng(shades * side)
    levels = rng.integers(0, shades, (4, side, side)).astype(np.uint8)
    levels[2] = levels[1]  # twice the same picture is two pictures
    levels[3] = np.where(rng.random((side, side)) < 0.7, levels[2], levels[3])
    check_gif_of(levels, tmp_path / "a.gif")


def test_a_palette_that_changes_on_the_way(tmp_path):
    rng = np.random.default_rng(0)
    levels = rng.integers(0, 256, (20, 30)).astype(np.uint8)
    other = RAMP[::-1].copy()
    drawn = [
        leveled(levels, RAMP),
        leveled(levels, other),
        leveled(levels.T.copy().reshape(20, 30), other),
        leveled(levels, RAMP),
    ]
    write_gif(iter(drawn), tmp_path / "a.gif", Spec((30, 20), 4, Fraction(25)))
    frames, _ = gif_back(tmp_path / "a.gif")
    for read, picture in zip(frames, drawn, strict=True):
        assert np.array_equal(read, picture.palette[picture.levels])


def test_few_colours_are_kept_exactly():
    colours = np.random.default_rng(1).choice(64**3, 200, replace=False)
    r, g, b = colours >> 12, colours >> 6 & 63, colours & 63
    pixels = ((r * 4 + 1) << 16 | (g * 4 + 2) << 8 | (b * 4 + 3)).astype(np.uint32).reshape(10, 20)
    palette = {tuple(colour) for colour in choose_palette([Fake(pixels)]).tolist()}
    assert palette == {(p >> 16, p >> 8 & 255, p & 255) for p in pixels.reshape(-1).tolist()}


@pytest.mark.parametrize("suffix", [".mp4", ".webm"])
@pytest.mark.parametrize(("fps", "count"), [(25, 10), (30, 7), (23.976, 5)])
def test_a_film_comes_back(suffix, fps, count, tmp_path):
    made = export(spring(), tmp_path / f"a{suffix}", size=(64, 48), frames=count, fps=fps)
    frames, seconds, rate = video_back(made)
    assert len(frames) == count == made.frames
    assert frames[0].shape == (48, 64, 3)
    assert abs(float(rate) - fps) < 0.01 and abs(seconds - count / fps) < 0.05
    drawn = filmed(spring(), count, fps=fps, size=(64, 48))
    error = np.mean((frames[-1].astype(float) - drawn[-1].rgb()) ** 2)
    assert 10 * np.log10(255**2 / error) > 26  # a 64-pixel picture of thin colours, in half the colour resolution


@pytest.mark.parametrize("suffix", [".mp4", ".webm"])
def test_colours_of_a_film_are_those_of_the_picture(suffix, tmp_path):
    colours = [0xFF0000, 0x00FF00, 0x0000FF, 0xFFFFFF, 0x000000, 0x0A0C12, 0xF7F3EA, 0x808080]
    pixels = np.repeat(np.repeat(np.array([colours], np.uint32), 32, 0), 32, 1)
    EXPORTERS[suffix](iter([Fake(pixels)] * 3), tmp_path / f"a{suffix}", Spec((256, 32), 3, Fraction(25)))
    frames, _, _ = video_back(tmp_path / f"a{suffix}")
    read = frames[1][16, 16::32].astype(int)
    assert np.abs(read - [[c >> 16, c >> 8 & 255, c & 255] for c in colours]).max() <= 5


@pytest.mark.parametrize("suffix", [".mp4", ".webm"])
def test_odd_sides_are_made_even_and_it_is_said(suffix, tmp_path):
    made = export(spring(), tmp_path / f"a{suffix}", size=(35, 21), frames=3)
    frames, _, _ = video_back(made)
    assert frames[0].shape == (22, 36, 3) and len(frames) == 3
    assert "35 x 21 was padded to 36 x 22" in made.notes[0]


def noise(seed, width, height):
    """Pixels of any colour, in which nothing is like its neighbour."""
    return np.random.default_rng(seed).integers(0, 1 << 24, (height, width)).astype(np.uint32)


@pytest.mark.parametrize("suffix", [".mp4", ".webm"])
@pytest.mark.parametrize("size", [(64, 48), (35, 21), (1, 1), (17, 2)])
def test_a_lossless_film_is_the_pictures_to_the_bit(suffix, size, tmp_path):
    drawn = [Fake(noise(seed, *size)) for seed in range(12)]
    spec = Spec(size, 12, Fraction(25), quality="lossless")
    assert EXPORTERS[suffix](iter(drawn), tmp_path / f"a{suffix}", spec) == []
    frames, _, _ = video_back(tmp_path / f"a{suffix}")
    assert len(frames) == 12
    for read, picture in zip(frames, drawn, strict=True):
        assert np.array_equal(read, np.stack([picture.pixels >> shift & 255 for shift in (16, 8, 0)], axis=-1))


@pytest.mark.parametrize("suffix", [".mp4", ".webm"])
@pytest.mark.parametrize("style", ["light", "density", "paper"])
def test_a_lossless_export_is_what_the_window_shows(suffix, style, tmp_path):
    made = export(spring(style), tmp_path / f"a{suffix}", size=(65, 37), frames=9, quality="lossless")
    frames, _, _ = video_back(made)
    assert made.notes == []
    for read, drawn in zip(frames, filmed(spring(style), 9, size=(65, 37)), strict=True):
        assert np.array_equal(read, drawn.rgb())


def decibels(made, drawn):
    frames, _, _ = video_back(made)
    return 10 * np.log10(255**2 / np.mean((np.array(frames, float) - [one.rgb() for one in drawn]) ** 2))


@pytest.mark.parametrize("suffix", [".mp4", ".webm"])
@pytest.mark.parametrize("name", ["figure_eight", "two_wells", "galaxy_encounter", "egg_carton"])
def test_high_keeps_the_colours_of_thin_lines(suffix, name, tmp_path):
    size, frames = (481, 271), 12
    made = export(name, tmp_path / f"a{suffix}", size=size, frames=frames, fps=10, quality="high")
    plain = export(name, tmp_path / f"b{suffix}", size=(480, 270), frames=frames, fps=10)
    drawn = list(pictures(Film(create_run(name), size), frames, fps=10))
    even = list(pictures(Film(create_run(name), (480, 270)), frames, fps=10))
    assert made.notes == []
    assert decibels(made, drawn) > max(38, decibels(plain, even) + 1)


@pytest.mark.parametrize("name", ["a.png", "a.gif", "a.orbit", "frames/"])
def test_quality_is_for_films_only(name, tmp_path):
    with pytest.raises(InputError, match=r"^quality can be chosen only for \.mp4 and \.webm, not for .*$"):
        export(spring(), f"{tmp_path}/{name}", size=SIZE, frames=2, quality="high")
    assert not any(tmp_path.iterdir())


def test_every_film_has_every_quality():
    assert set(ENCODINGS) == {(suffix, quality) for suffix in WITH_QUALITY for quality in QUALITIES}


@pytest.mark.parametrize(("width", "height"), [(64, 48), (35, 21), (1, 1), (2, 1)])
def test_conversion_is_that_of_the_standard(width, height):
    pixels = noise(3, width, height)
    even = np.pad(pixels, ((0, height % 2), (0, width % 2)), mode="edge")
    r, g, b = (even >> shift & 255 for shift in (16, 8, 0))
    r, g, b = r / 255, g / 255, b / 255
    y = 0.2126 * r + 0.7152 * g + 0.0722 * b
    chroma = [128 + 224 * (b - y) / 1.8556, 128 + 224 * (r - y) / 1.5748]
    planes = [np.zeros(even.shape, np.uint8), *np.zeros((2, even.shape[0] // 2, even.shape[1] // 2), np.uint8)]
    as_420(pixels, planes)
    assert np.abs(planes[0] - (16 + 219 * y)).max() < 0.51
    for plane, exact in zip(planes[1:], chroma, strict=True):
        mean = exact.reshape(plane.shape[0], 2, plane.shape[1], 2).mean(axis=(1, 3))
        assert np.abs(plane - mean).max() < 0.51
    planes = list(np.zeros((3, height, width), np.uint8))
    as_444(pixels, planes)
    for plane, exact in zip(planes, [16 + 219 * y, *chroma], strict=True):
        assert np.abs(plane - exact[:height, :width]).max() < 0.51


def test_an_mp4_has_its_index_in_front(tmp_path):
    data = export(spring(), tmp_path / "a.mp4", size=SIZE, frames=3).path.read_bytes()
    assert 0 < data.find(b"moov") < data.find(b"mdat")


def test_a_folder_of_numbered_pictures(tmp_path):
    scene = spring("density")
    made = export(scene, f"{tmp_path}/frames/", size=SIZE, frames=4, fps=30, start=0.1)
    files = sorted(made.path.iterdir())
    assert [file.name for file in files] == ["00001.png", "00002.png", "00003.png", "00004.png"]
    for file, drawn in zip(files, filmed(scene, 4, fps=30, start=0.1), strict=True):
        with Image.open(file) as image:
            assert np.array_equal(np.asarray(image), drawn.levels)
    again = export(scene, tmp_path / "frames", size=SIZE, frames=2)
    assert len(list(again.path.iterdir())) == 2


def test_a_folder_with_other_things_is_left_alone(tmp_path):
    (tmp_path / "frames").mkdir()
    (tmp_path / "frames" / "letter.txt").write_text("dear")
    with pytest.raises(InputError, match=r"letter\.txt"):
        export(spring(), f"{tmp_path}/frames/", size=SIZE, frames=2)
    assert (tmp_path / "frames" / "letter.txt").read_text() == "dear"


# -- the drawing in the file ------------------------------------------------------------------------------------------


def test_events_are_exported_and_kept(tmp_path):
    run = Run(spring())
    for frame in range(40):
        if frame == 10:
            run.apply("exposure", 3.0)
        if frame == 20:
            run.apply("palette", "frost")
        run.advance()
    made = export(run, tmp_path / "a.mp4", size=(64, 48), frames=12)
    assert [event.name for event in read_drawing(made).events] == ["exposure"]
    made = export(run, tmp_path / "a.png", size=SIZE)
    assert [event.name for event in read_drawing(made).events] == ["exposure", "palette"]
    assert read_drawing(made).frames == 40
    told = export(run.drawing(), tmp_path / "b.png", size=SIZE, palette="ember")
    assert [event.name for event in read_drawing(told).events] == ["exposure"]


def test_a_drawing_whose_exposure_was_never_measured_keeps_its_events(tmp_path):
    run = Run(Scene("s", text="x^2", potential="x^2", dust=Dust([[1, 0]]), look=Look()))
    for _ in range(5):
        run.advance()
    run.apply("glow", 0.0)
    run.advance()
    drawing = read_drawing(export(run, tmp_path / "a.png", size=SIZE))
    assert [event.name for event in drawing.events] == ["glow"]
    assert drawing.values["exposure"] is not None


def test_the_drawing_is_checked_every_ten_seconds(tmp_path):
    made = export(spring(), tmp_path / "a.orbit", frames=601)
    assert [frame for frame, _ in Drawing.load(made).checks] == [600]


def test_a_notebook_gets_a_png():
    data = poster(spring(), SIZE, 0.2)
    assert data.startswith(b"\x89PNG")


# -- what goes wrong --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [".mp4", ".webm"])
def test_the_video_extra_is_missing(kind, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "av", None)
    with pytest.raises(InputError, match=r"pip install 'orbitdraw\[video\]'"):
        export(spring(), out(tmp_path, kind), size=SIZE, frames=2)
    assert not any(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("name", "options", "says"),
    [
        ("a.gfi", {}, "did you mean .gif"),
        ("a.xyz", {}, "there are .png, .gif, .mp4, .webm, .orbit, and a folder"),
        ("a.gif", {"fps": 60}, "choose 50, 33.33, 25 or 20"),
        ("a.gif", {"fps": 0}, "fps must be"),
        ("a.gif", {"fps": float("nan")}, "fps must be"),
        ("a.png", {"size": (0, 10)}, "sides of 1 to 65500"),
        ("a.png", {"size": (65501, 10)}, "sides of 1 to 65500"),
        ("a.png", {"size": (10.5, 10)}, "sides of 1"),
        ("a.png", {"size": "big"}, "two whole numbers"),
        ("a.gif", {"size": (40000, 40000)}, "does not fit in memory"),
        ("a.mp4", {"size": (20000, 100)}, "at most 16384"),
        ("a.mp4", {"quality": "hihg"}, "did you mean high"),
        ("a.webm", {"quality": ""}, "quality '' is unknown; "),
        ("a.png", {"seconds": -1}, "seconds must be"),
        ("a.png", {"seconds": float("inf")}, "seconds must be"),
        ("a.gif", {"frames": 0}, "whole number from 1"),
        ("a.gif", {"frames": 3, "seconds": 1}, "give only one of them"),
        ("a.gif", {"start": float("nan")}, "start must be"),
        ("a.png", {"values": {"glwo": 1}}, "did you mean glow"),
        ("a.png", {"look": "lihgt"}, "did you mean light"),
        ("a.png", {"palette": "embre"}, "did you mean ember"),
    ],
)
def test_what_cannot_be_is_said_before_anything_is_written(name, options, says, tmp_path):
    with pytest.raises(InputError) as caught:
        export(
            spring(),
            tmp_path / name,
            **{"size": SIZE, **({"frames": 2} if "seconds" not in options else {}), **options},
        )
    assert says in str(caught.value) and "\n" not in str(caught.value)
    assert not any(tmp_path.iterdir())


def test_an_unknown_scene_is_answered_with_near_ones(tmp_path):
    with pytest.raises(InputError, match="did you mean moth"):
        export("mothh", tmp_path / "a.png")


def test_kinds():
    assert [exporter_key(path) for path in ("a.PNG", "b/", "b", "a.b.webm")] == [".png", "/", "/", ".webm"]


def test_errors_of_the_encoder_are_ours(tmp_path):
    pytest.importorskip("av")
    with pytest.raises(OrbitdrawError):
        EXPORTERS[".mp4"](iter([Fake(np.zeros((2, 2), np.uint32))]), tmp_path / "no" / "a.mp4", Spec((2, 2)))


# -- memory and threads -----------------------------------------------------------------------------------------------


def test_ahead_carries_what_is_raised_and_stops_when_it_is_left():
    closed = []

    def items():
        try:
            yield 1
            yield 2
            raise ValueError("three")
        finally:
            closed.append(True)

    made = prefetch(items())
    assert [next(made), next(made)] == [1, 2]
    with pytest.raises(ValueError, match="three"):
        next(made)
    assert closed

    def endless():
        try:
            while True:
                yield 0
        finally:
            closed.append(True)

    made = prefetch(endless())
    next(made)
    made.close()
    assert len(closed) == 2


def test_a_still_without_a_time_is_the_scenes_poster(tmp_path):
    from orbitdraw import load

    scene = load("figure_eight")
    assert scene.poster is not None and scene.poster != scene.seconds
    assert export(scene, tmp_path / "a.png", size=(64, 36)).seconds == scene.poster
    assert export(scene, tmp_path / "b.png", size=(64, 36), seconds=1).seconds == 1
