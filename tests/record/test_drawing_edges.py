"""Where a drawing ends to be one: each bound is met to the last number, and one more is refused."""

from __future__ import annotations

import io
import re
import struct
from contextlib import contextmanager
from pathlib import Path

import pytest

from orbitdraw.errors import DrawingError
from orbitdraw.record import drawing as format_of
from orbitdraw.record.drawing import MAX_EVENTS, MAX_FRAMES, MAX_LIST, MAX_NAME, MAX_TEXT, Drawing, Event, SceneRef

MOTH = SceneRef("scene", "moth")
HALF = "\ud83d"
"""The first half of a character outside the first plane, which no file can hold."""


def moth(**parts):
    return Drawing(scene=MOTH, **parts)


GOOD = moth(frames=60, values={"mass": 0.5}, events=[Event(30, "mass", 2.0)], checks=[(60, "ab")]).bytes()


# -- whole numbers ---------------------------------------------------------------------------------------------------

WHOLE = {
    "the seed": (lambda n: moth(seed=n), 2**63 - 1),
    "the number of frames": (lambda n: moth(frames=n), MAX_FRAMES),
    "the frame of an event": (lambda n: moth(events=[Event(n, "mass", 1.0)]), MAX_FRAMES),
    "the gesture of an event": (lambda n: moth(events=[Event(0, "mass", 1.0, n)]), MAX_EVENTS),
    "the frame of a check": (lambda n: moth(checks=[(n, "ab")]), MAX_FRAMES),
}


@pytest.mark.parametrize("what", WHOLE)
def test_whole_numbers_go_from_nothing_to_their_most(what):
    make, most = WHOLE[what]
    for good in (0, most):
        assert Drawing.of_bytes(make(good).bytes()) == make(good)
    for bad in (-1, most + 1, True, 1.0, "1", None):
        with pytest.raises(DrawingError, match=rf"^{what} must be a whole number from 0 to {most}, not {bad!r}"):
            make(bad)


@pytest.mark.parametrize("what", WHOLE)
def test_a_number_with_digits_without_end_is_refused(what):
    make, _ = WHOLE[what]
    for digits in (50, 500, 5000):
        data = make(1).bytes()
        for place in re.finditer(rb"\b1\b(?![.]|,\n\"scene)", data):
            with pytest.raises(DrawingError, match=r"^this "):
                Drawing.of_bytes(data[: place.start()] + b"9" * digits + data[place.end() :])


def test_a_new_drawing_is_empty():
    assert moth() == moth(seed=0, frames=0, values={}, events=[], checks=[])
    assert Event(1, "mass", 1.0) == Event(1, "mass", 1.0, 0)


def test_events_may_share_a_frame_but_never_go_back():
    moth(events=[Event(0, "mass", 1.0), Event(7, "mass", 1.0), Event(7, "mass", 2.0)])
    with pytest.raises(DrawingError, match="order of their frames, and 6 follows 7"):
        moth(events=[Event(7, "mass", 1.0), Event(6, "mass", 2.0)])


# -- how many --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("limit", "says", "make"),
    [
        ("MAX_VALUES", "at most 3 values, not 4", lambda n: moth(values={f"v{i}": 1.0 for i in range(n)})),
        ("MAX_EVENTS", "at most 3 events, not 4", lambda n: moth(events=[Event(0, "mass", 1.0)] * n)),
        ("MAX_EVENTS", "at most 3 checks", lambda n: moth(checks=[(0, "ab")] * n)),
        (
            "MAX_VALUES",
            "at most 3 sliders",
            lambda n: Drawing(scene=SceneRef("formula", "bowl", "x", [["k", 1.0]] * n)),
        ),
    ],
)
def test_as_many_as_the_limit_and_no_more(limit, says, make, monkeypatch):
    monkeypatch.setattr(format_of, limit, 3)
    make(3)
    with pytest.raises(DrawingError, match=says):
        make(4)


@pytest.mark.parametrize(
    "make", [lambda value: moth(values={"view": value}), lambda v: moth(events=[Event(0, "view", v)])]
)
def test_lists_and_texts_have_a_longest(make):
    make([0.0] * MAX_LIST), make("a" * MAX_TEXT)
    with pytest.raises(DrawingError, match=f"view has {MAX_LIST + 1} numbers; {MAX_LIST} are the most"):
        make([0.0] * (MAX_LIST + 1))
    with pytest.raises(DrawingError, match=f"view has {MAX_TEXT + 1} characters; {MAX_TEXT} are the most"):
        make("a" * (MAX_TEXT + 1))


NAMED = {
    "a value": lambda name: moth(values={name: 1.0}),
    "an event": lambda name: moth(events=[Event(0, name, 1.0)]),
    "a scene": lambda name: Drawing(scene=SceneRef("scene", name)),
    "a slider": lambda name: Drawing(scene=SceneRef("formula", "bowl", "x", [[name, 1.0]])),
}


@pytest.mark.parametrize("what", NAMED)
def test_names_are_short_and_whole(what):
    make = NAMED[what]
    assert Drawing.of_bytes(make("ü" * MAX_NAME).bytes()) == make("ü" * MAX_NAME)
    for bad in ("", "a" * (MAX_NAME + 1)):
        with pytest.raises(DrawingError, match=f"a name has 1 to {MAX_NAME} characters, not {len(bad)}"):
            make(bad)
    with pytest.raises(DrawingError, match="an incomplete Unicode character"):
        make(f"mass{HALF}")


@pytest.mark.parametrize(
    "make",
    [
        lambda text: moth(values={"palette": text}),
        lambda text: moth(events=[Event(0, "palette", text)]),
        lambda text: Drawing(scene=SceneRef("formula", "bowl", text)),
        lambda text: Drawing(scene=SceneRef("scene", "moth", law=text)),
    ],
)
def test_texts_are_whole_characters_and_not_too_long(make):
    assert Drawing.of_bytes(make("früh 🌒").bytes()) == make("früh 🌒")
    with pytest.raises(DrawingError, match="an incomplete Unicode character"):
        make(f"x{HALF}")
    with pytest.raises(DrawingError, match="characters"):
        make("x" * (MAX_TEXT + 1))


@pytest.mark.parametrize("value", [object(), {}, b"", 10**400, ["a"], [None], [[1.0]], [10**400]])
def test_what_is_no_number_is_no_value(value):
    with pytest.raises(DrawingError, match="mass must be a number, a text or null, not "):
        moth(values={"mass": value})


# -- sliders and scenes ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "slider", [["k"], ["k", 1.0, 0.0], ["k", 1.0, 0.0, 2.0, 3.0], ["k", 1.0, "0", 2.0], [1.0, 1.0]]
)
def test_a_slider_has_a_name_and_one_number_or_three(slider):
    for good in (["k", 1.0], ["k", 1.0, 0.0, 2.0]):
        Drawing(scene=SceneRef("formula", "bowl", "k*x", [good]))
    with pytest.raises(DrawingError, match=r"a slider is a name|a name has"):
        Drawing(scene=SceneRef("formula", "bowl", "k*x", [["g", 1.0], slider]))


def test_the_numbers_of_a_slider_are_finite():
    for bad in ([float("nan")], [1.0, 0.0, float("inf")]):
        with pytest.raises(DrawingError, match=r"k is (nan|inf), and a drawing stores finite numbers only"):
            Drawing(scene=SceneRef("formula", "bowl", "k*x", [["k", *bad]]))


def test_a_formula_has_a_text_and_a_scene_file_a_name_and_a_whole_hash():
    with pytest.raises(DrawingError, match="needs its text"):
        Drawing(scene=SceneRef("formula", "bowl"))
    with pytest.raises(DrawingError, match="not its folder"):
        Drawing(scene=SceneRef("file", "mine", "", sha256="0" * 64))
    for digits in ("0" * 63, "0" * 65, "A" * 64, "g" * 64):
        with pytest.raises(DrawingError, match="SHA-256"):
            Drawing(scene=SceneRef("file", "mine", "mine.py", sha256=digits))


def test_a_check_is_one_to_sixty_four_digits():
    for good in ("a", "0" * 64):
        moth(checks=[(0, good)])
    for bad in ("", "0" * 65, "AB", "ab "):
        with pytest.raises(DrawingError, match="hexadecimal"):
            moth(checks=[(0, bad)])


# -- files -----------------------------------------------------------------------------------------------------------


def test_a_file_may_be_as_large_as_the_limit(tmp_path, monkeypatch):
    path = tmp_path / "moth.orbit"
    path.write_bytes(GOOD)
    monkeypatch.setattr(format_of, "MAX_BYTES", len(GOOD))
    assert Drawing.load(path) == Drawing.of_bytes(GOOD)
    monkeypatch.setattr(format_of, "MAX_BYTES", len(GOOD) - 1)
    for read in (lambda: Drawing.load(path), lambda: Drawing.of_bytes(GOOD, "moth.orbit")):
        with pytest.raises(DrawingError, match=r"^moth.orbit is larger than"):
            read()


def test_a_file_that_grows_while_it_is_opened_is_refused(monkeypatch):
    @contextmanager
    def grown(path, most, error):
        yield io.BytesIO(GOOD)

    monkeypatch.setattr(format_of, "MAX_BYTES", len(GOOD) - 1)
    monkeypatch.setattr(format_of, "open_file", grown)
    with pytest.raises(DrawingError, match=r"^moth.orbit is larger than"):
        Drawing.load("moth.orbit")


def test_parts_are_counted_before_anything_is_decoded(monkeypatch):
    commas = GOOD.count(b",")
    monkeypatch.setattr(format_of, "MAX_PARTS", commas)
    Drawing.of_bytes(GOOD)
    monkeypatch.setattr(format_of.msgspec.json, "decode", None)
    monkeypatch.setattr(format_of, "MAX_PARTS", commas - 1)
    with pytest.raises(DrawingError, match=f"^moth has more than {commas - 1} numbers"):
        Drawing.of_bytes(GOOD, "moth")


def test_a_file_without_a_format_or_a_version_is_no_drawing():
    with pytest.raises(DrawingError, match="is not an orbitdraw drawing"):
        Drawing.of_bytes(b'{"version": 1}')
    with pytest.raises(DrawingError, match="has the unknown format 0; this orbitdraw reads 1"):
        Drawing.of_bytes(b'{"format": "orbitdraw drawing"}')


def test_what_is_damaged_is_said_in_a_short_sentence():
    long = GOOD.replace(b'"seed"', b'"' + b"s" * 1000 + b'"')
    with pytest.raises(DrawingError) as caught:
        Drawing.of_bytes(long, "it")
    assert str(caught.value) == ("it is not a complete drawing: object contains unknown field `" + "s" * 200)[:230]
    for data, says in (
        (b"?", "JSON is malformed: invalid character (byte 0)"),
        (GOOD.replace(b'"seed"', b'"Seed"'), "object contains unknown field `Seed`"),
    ):
        with pytest.raises(DrawingError) as caught:
            Drawing.of_bytes(data, "it")
        assert str(caught.value) == f"it is not a complete drawing: {says}"


def test_saving_says_where_and_keeps_what_is_there_when_asked(tmp_path):
    path = tmp_path / "moth.orbit"
    assert moth(seed=1).save(path) == path
    assert moth(seed=2).save(str(path)) == path and Drawing.load(path).seed == 2  # replaced, unless asked otherwise
    beside = [moth(seed=seed).save(path, overwrite=False) for seed in (3, 4)]
    assert beside == [tmp_path / "moth-001.orbit", tmp_path / "moth-002.orbit"]
    assert [Drawing.load(one).seed for one in (path, *beside)] == [2, 3, 4]
    assert sorted(Path(tmp_path).iterdir()) == sorted((path, *beside))


def test_a_notebook_shows_a_picture_and_the_words():
    shown = Drawing(scene=SceneRef("formula", "bowl", "x^2 + y^2"), frames=2)._repr_mimebundle_()
    assert shown["text/plain"].startswith("Drawing(scene=SceneRef(")
    assert struct.unpack(">II", shown["image/png"][16:24]) == (960, 540)
