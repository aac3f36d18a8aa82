"""Pictures without their ground, and how often a GIF plays: read back, and refused where they cannot be."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from PIL import Image
from test_export import SIZE, filmed, spring

from orbitdraw.errors import InputError
from orbitdraw.export import export, plan
from orbitdraw.export.transparent import lifted
from orbitdraw.library import load, read_drawing
from orbitdraw.run import Run
from orbitdraw.tone import ground_of

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
    back = over(rgba, ground_of(style, spring(style).look.palette))
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
    out = lifted(pixels, ground)
    rgba = np.stack([out >> shift & 255 for shift in (16, 8, 0, 24)], -1).astype(float)
    wanted = np.stack([pixels >> shift & 255 for shift in (16, 8, 0)], -1)
    assert np.abs(over(rgba, ground) - wanted).max() <= 1.0


def test_the_ground_itself_is_not_there():
    assert lifted(np.full((2, 2), 0xF6F2E9, np.uint32), 0xF7F3EA).tolist() == [[0, 0], [0, 0]]


@pytest.mark.parametrize(
    ("name", "options", "says"),
    [
        ("a.gif", {"transparent": True}, "half-transparent pixels; a transparent ground needs .png"),
        ("a.mp4", {"transparent": True}, "no transparency; a transparent ground needs .png"),
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
