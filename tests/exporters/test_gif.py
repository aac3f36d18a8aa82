"""A GIF to the byte: its head, each frame's clock, box and colours, and what comes after the last."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import pytest
from PIL import Image

from orbitdraw.errors import InputError
from orbitdraw.exporters.gif import delays, loop_extension, write_gif
from orbitdraw.exporters.spec import Spec
from orbitdraw.record.drawing import Drawing, SceneRef
from orbitdraw.record.embedded import gif_drawing

MOTH = Drawing(scene=SceneRef("scene", "moth"))
RAMP = np.stack([np.arange(256), 255 - np.arange(256), np.arange(256) // 2], axis=1).astype(np.uint8)
LEVELS = np.arange(12, dtype=np.uint8).reshape(3, 4)


@dataclass(eq=False)
class Picture:
    pixels: np.ndarray
    levels: np.ndarray | None = None
    palette: np.ndarray | None = None


def leveled(levels, palette=RAMP):
    red, green, blue = np.moveaxis(palette[levels].astype(np.uint32), -1, 0)
    return Picture(red << 16 | green << 8 | blue, levels, palette)


def colours(levels):
    """The same picture, in true colours."""
    return Picture(leveled(levels).pixels)


def written(folder, drawn, fps=25, **options):
    height, width = drawn[0].pixels.shape
    spec = Spec((width, height), len(drawn), Fraction(fps), **options)
    notes = write_gif(iter(drawn), folder / "a.gif", spec)
    return (folder / "a.gif").read_bytes(), notes


@dataclass
class Frame:
    disposal: int
    hole: int | None
    wait: int
    box: tuple[int, int, int, int]
    own: bytes | None
    smallest: int


def parts_of(data):
    """The head (size, flags, ground, ratio), the palette, the frames, and all other blocks by their label."""
    assert data[:6] == b"GIF89a"
    head, at = struct.unpack("<HHBBB", data[6:13]), 13 + 768
    palette, frames, others, control = data[13:at], [], [], None

    def blocks(at):
        inside = b""
        while data[at]:
            inside += data[at + 1 : at + 1 + data[at]]
            at += 1 + data[at]
        return inside, at + 1

    while data[at] != 0x3B:
        if data[at] == 0x21 and data[at + 1] == 0xF9:
            assert data[at + 2] == 4
            control = struct.unpack("<BHB", data[at + 3 : at + 7])
            _, at = blocks(at + 2)
        elif data[at] == 0x21:
            others.append((data[at + 1], blocks(at + 2)[0]))
            at = blocks(at + 2)[1]
        else:
            assert data[at] == 0x2C
            *box, flags = struct.unpack("<HHHHB", data[at + 1 : at + 10])
            at, own = at + 10, None
            if flags:
                assert flags == 0x87
                own, at = data[at : at + 768], at + 768
            flagged, wait, hole = control
            frames.append(Frame(flagged >> 2, hole if flagged & 1 else None, wait, tuple(box), own, data[at]))
            assert flagged & 1 or hole == 0
            at = blocks(at + 1)[1]
    assert at == len(data) - 1
    return head, palette, frames, others


def distinct(palette):
    return {tuple(one) for one in np.frombuffer(palette, np.uint8).reshape(-1, 3).tolist()}


def test_the_head_is_the_size_and_one_palette_of_256_colours(tmp_path):
    data, notes = written(tmp_path, [leveled(LEVELS), leveled(LEVELS + 1)])
    head, palette, frames, others = parts_of(data)
    assert head == (4, 3, 0xF7, 0, 0) and palette == RAMP.tobytes()
    assert others == [(0xFF, b"NETSCAPE2.0\x01\0\0")] and notes == []
    assert [(one.disposal, one.wait, one.box, one.own, one.smallest) for one in frames] == [
        (1, 4, (0, 0, 4, 3), None, 8)
    ] * 2


def test_after_the_frames_comes_the_drawing_and_the_end(tmp_path):
    data, _ = written(tmp_path, [leveled(LEVELS)], drawing=lambda: MOTH)
    assert data.endswith(gif_drawing(MOTH) + b";")
    assert [label for label, _ in parts_of(data)[3]] == [0xFF, 0xFE]


def test_only_what_changed_is_drawn_and_what_did_not_is_a_hole(tmp_path):
    first, second = LEVELS.copy(), LEVELS.copy()
    second[1, 1], second[2, 3] = 200, 201
    frames = parts_of(written(tmp_path, [leveled(first), leveled(second), leveled(second)])[0])[2]
    assert [one.box for one in frames[:2]] == [(0, 0, 4, 3), (1, 1, 3, 2)]
    assert frames[0].hole is None
    assert frames[2].box[2:] == (1, 1)  # the same again is a frame too, as small as one can be


def test_any_colour_that_is_not_drawn_can_be_the_hole_the_first_too(tmp_path):
    first = np.tile(np.arange(256, dtype=np.uint8), 2).reshape(16, 32)
    second = first.copy()
    second[:8] = second[:8, ::-1]
    second[second == 0] = 9  # 1 to 255 are drawn, and nothing is left but 0
    data, _ = written(tmp_path, [leveled(first), leveled(second)])
    assert parts_of(data)[2][1].hole == 0
    with Image.open(tmp_path / "a.gif") as image:
        image.seek(1)
        assert np.array_equal(np.asarray(image.convert("RGB")), RAMP[second])


def test_a_palette_of_its_own_goes_with_a_frame_and_nothing_shows_through(tmp_path):
    other = RAMP[::-1].copy()
    drawn = [leveled(LEVELS), leveled(LEVELS, other), leveled(LEVELS, other.copy()), leveled(LEVELS, RAMP.copy())]
    frames = parts_of(written(tmp_path, drawn)[0])[2]
    assert [one.own for one in frames] == [None, other.tobytes(), other.tobytes(), None]
    assert [one.box == (0, 0, 4, 3) for one in frames] == [True, True, False, True]


def test_levels_without_a_palette_and_a_palette_without_levels_are_true_colours(tmp_path):
    shades = leveled(LEVELS).pixels
    for drawn in (Picture(shades), Picture(shades, LEVELS), Picture(shades, None, RAMP)):
        written(tmp_path, [drawn, drawn])
        with Image.open(tmp_path / "a.gif") as image:
            assert np.abs(np.asarray(image.convert("RGB")).astype(int) - RAMP[LEVELS]).max() <= 4


def test_the_palette_of_true_colours_is_chosen_from_the_samples_or_else_the_first(tmp_path):
    red, blue = (Picture(np.full((3, 4), colour, np.uint32)) for colour in (0xFF0000, 0x0000FF))
    _, palette, _, _ = parts_of(written(tmp_path, [red, blue])[0])
    assert distinct(palette) == {(255, 0, 0)}
    _, palette, _, _ = parts_of(written(tmp_path, [red, blue], samples=lambda: iter([red, blue]))[0])
    assert distinct(palette) == {(255, 0, 0), (0, 0, 255)}


def test_true_colours_may_follow_levels_and_levels_true_colours(tmp_path):
    for drawn in ([leveled(LEVELS), colours(LEVELS), colours(LEVELS + 9)], [colours(LEVELS), leveled(LEVELS)]):
        written(tmp_path, drawn, samples=lambda drawn=drawn: iter(drawn))
        with Image.open(tmp_path / "a.gif") as image:
            for index, picture in enumerate(drawn):
                image.seek(index)
                shown = np.asarray(image.convert("RGB")).astype(int)
                wanted = np.stack([picture.pixels >> 16, picture.pixels >> 8 & 255, picture.pixels & 255], axis=-1)
                assert np.abs(shown - wanted.astype(int)).max() <= 4


def test_a_picture_may_be_changed_once_it_was_given(tmp_path):
    # The window's picture is one array that each frame is developed into.
    levels = LEVELS.copy()

    def one_array():
        for shift in range(6):
            levels[:] = LEVELS + shift
            yield leveled(levels)

    write_gif(one_array(), tmp_path / "a.gif", Spec((4, 3), 6, Fraction(25)))
    with Image.open(tmp_path / "a.gif") as image:
        for shift in range(6):
            image.seek(shift)
            assert np.array_equal(np.asarray(image.convert("RGB")), RAMP[LEVELS + shift])


def test_half_a_hundredth_is_a_whole_one_and_is_given_back():
    assert list(delays(4, Fraction(40))) == [3, 2, 3, 2]
    assert list(delays(3, Fraction(100, 3))) == [3, 3, 3]
    assert list(delays(0, Fraction(40))) == []
    assert sum(delays(30 * 3600, Fraction(30))) == 360_000  # an hour is an hour


def test_a_film_plays_as_often_as_asked():
    assert loop_extension(1) == b""
    for loop, repeated in ((0, 0), (2, 1), (257, 256)):
        assert loop_extension(loop) == b"\x21\xff\x0bNETSCAPE2.0\x03\x01" + struct.pack("<H", repeated) + b"\0"


@pytest.mark.parametrize(
    ("fps", "says"),
    [
        *[(30, "3 or 4"), (40, "2 or 3"), (Fraction(10_000, 299), "2 or 3"), (Fraction(10_000, 301), "3 or 4")],
        *[(Fraction(1, 3), None), (25, None), (50, None)],
    ],
)
def test_a_rate_between_hundredths_is_said_to_who_asked_for_it(fps, says, tmp_path):
    _, notes = written(tmp_path, [leveled(LEVELS)], fps=fps, explicit_fps=True)
    assert len(notes) == (says is not None)
    assert not notes or f"frames last {says} of them" in notes[0]
    assert written(tmp_path, [leveled(LEVELS)], fps=fps)[1] == []


def test_what_a_gif_cannot_be_is_refused_before_anything_is_written(tmp_path):
    wide = Picture(np.zeros((1, 65_501), np.uint32))
    with pytest.raises(InputError, match="sides of 1 to 65500 pixels, not 65501 x 1"):
        written(tmp_path, [wide])
    with pytest.raises(InputError, match="a GIF cannot show 51 frames per second"):
        written(tmp_path, [leveled(LEVELS)], fps=51)
    assert not any(tmp_path.iterdir())
