"""A drawing is read whole or refused in one sentence; equal drawings are equal bytes."""

from __future__ import annotations

import math
import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orbitdraw.errors import DrawingError
from orbitdraw.record import drawing as format_of
from orbitdraw.record.drawing import Drawing, Event, SceneRef

SCENE = SceneRef("formula", "bowl", "k*x^2/2", [["k", 1.0, 0.0, 4.0], ["g", 2.0]], law="descent")


def example() -> Drawing:
    return Drawing(
        scene=SCENE,
        seed=7,
        frames=1200,
        values={"view": (0, 0, 2), "k": 1, "style": "light", "half_life": None},
        events=[
            Event(30, "k", 0.1),
            Event(30, "view", (0.0, 0.5, 1.5)),
            Event(90, "k", 0.3, 1),
            Event(900, "palette", "früh"),
        ],
        checks=[(600, "0123456789abcdef"), (1200, "fedcba9876543210")],
    )


GOOD = example().bytes()

names = st.text(min_size=1, max_size=12).filter(lambda text: text.isprintable())
finite = st.floats(allow_nan=False, allow_infinity=False)
kept = st.one_of(st.none(), finite, st.text(max_size=20).filter(str.isprintable), st.lists(finite, max_size=4))
drawings = st.builds(
    lambda seed, values, events: Drawing(
        scene=SCENE, seed=seed, values=values, events=[Event(*event) for event in sorted(events, key=lambda e: e[0])]
    ),
    st.integers(0, 2**63 - 1),
    st.dictionaries(names, kept, max_size=5),
    st.lists(st.tuples(st.integers(0, 10**6), names, kept, st.integers(0, 9)), max_size=8),
)


@given(drawings)
def test_what_is_written_is_read(drawn):
    again = Drawing.of_bytes(drawn.bytes())
    assert again == drawn
    assert again.bytes() == drawn.bytes()


def test_equal_drawings_give_equal_bytes():
    other = example()
    other.values = dict(reversed(other.values.items()))
    assert other == example() and other.bytes() == GOOD


def test_the_file_is_for_people_too():
    assert GOOD.decode().splitlines()[1:3] == ['"format": "orbitdraw drawing",', '"version": 1,']
    assert {'  [30,"k",0.1],', '  [90,"k",0.3,1],'} <= set(GOOD.decode().splitlines())


def test_save_and_load(tmp_path):
    path = example().save(tmp_path / "bowl.orbit")
    assert Drawing.load(path) == example()
    assert [file.name for file in tmp_path.iterdir()] == ["bowl.orbit"]


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_any_damage_is_refused_or_harmless(data):
    damaged = bytearray(GOOD)
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(damaged) - 1))
        kind = data.draw(st.sampled_from(["flip", "cut", "insert", "drop", "nest"]))
        if kind == "flip":
            damaged[place] ^= data.draw(st.integers(1, 255))
        elif kind == "cut":
            del damaged[place + 1 :]
        elif kind == "drop":
            del damaged[place : place + data.draw(st.integers(0, 30))]
        elif kind == "nest":
            damaged[place:place] = b"[" * 2000
        else:
            damaged[place:place] = data.draw(
                st.sampled_from([b"NaN", b"1e999", b"-Infinity", b"null", b"{}", b"\0", b"9" * 50])
            )
        if not damaged:
            break
    try:
        drawn = Drawing.of_bytes(bytes(damaged), "bowl.orbit")
    except DrawingError as error:
        sentence = str(error)
        assert "bowl.orbit" in sentence and "\n" not in sentence and len(sentence) < 400
    else:
        assert Drawing.of_bytes(drawn.bytes()) == drawn


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (lambda good: b"", "not a complete drawing"),
        (lambda good: good[: len(good) // 2], "not a complete drawing"),
        (lambda good: good.replace(b'"version": 1', b'"version": 2'), "newer orbitdraw"),
        (lambda good: good.replace(b'"version": 1', b'"version": 0'), "has the unknown format 0"),
        (lambda good: good.replace(b"orbitdraw drawing", b"another drawing"), "not an orbitdraw drawing"),
        (lambda good: good.replace(b'"seed"', b'"sead"'), "unknown field"),
        (lambda good: good.replace(b"0.1]", b"NaN]"), "malformed"),
        (lambda good: good.replace(b"0.1]", b"1e999]"), "out of range"),
        (lambda good: good.replace(b"0.1]", b"true]"), "bool"),
        (lambda good: good.replace(b"0.1]", b"0.1,0.2]"), "int"),
        (lambda good: good.replace(b"0.3,1]", b"0.3,-1]"), "gesture"),
        (lambda good: good.replace(b"0.3,1]", b"0.3,1,1]"), "length"),
        (lambda good: good.replace(b"0.1]", b"[" * 100_000), "nested too deeply"),
        (lambda good: b'{"x":' + b"[" * 1_000_000, "nested too deeply"),
        (lambda good: good.replace(b'[900,"palette"', b'[9,"palette"'), "order"),
        (lambda good: good.replace(b'"seed": 7', b'"seed": -7'), "seed"),
        (lambda good: good.replace(b'"k"', b'"' + b"k" * 300 + b'"'), "1 to 200 characters"),
        (lambda good: good.replace(b"0123456789abcdef", b"0123456789abcdeg"), "hexadecimal"),
        (lambda good: good.replace(b'"formula"', b'"python"'), "python"),
        (lambda good: good.replace(b'["k",1.0,', b'["k","1",'), "a slider is"),
        (lambda good: b"\xff\xfe" + good, "not a complete drawing"),
    ],
)
def test_refusals(damage, says):
    with pytest.raises(DrawingError, match=says) as caught:
        Drawing.of_bytes(damage(GOOD), "bowl.orbit")
    assert str(caught.value).startswith("bowl.orbit ")


def test_too_large_is_refused_unread(tmp_path, monkeypatch):
    monkeypatch.setattr(format_of, "MAX_BYTES", 1000)
    path = tmp_path / "large.orbit"
    path.write_bytes(b" " * 1001)
    with pytest.raises(DrawingError, match="larger than"):
        Drawing.load(path)


def test_what_is_not_a_file(tmp_path):
    with pytest.raises(DrawingError, match="there is no file"):
        Drawing.load(tmp_path / "nothing.orbit")
    with pytest.raises(DrawingError, match="is not a file"):
        Drawing.load(tmp_path)
    with pytest.raises(DrawingError):
        Drawing.load("a\0b.orbit")
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe.orbit")
        with pytest.raises(DrawingError, match="is not a file"):
            Drawing.load(tmp_path / "pipe.orbit")


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_a_number_that_is_none_is_never_written(number):
    with pytest.raises(DrawingError, match="finite"):
        Drawing(scene=SCENE, values={"k": number})
    with pytest.raises(DrawingError, match="finite"):
        Drawing(scene=SCENE, events=[Event(3, "view", [0.0, number, 1.0])])


def test_a_scene_file_is_kept_by_name_and_hash_only():
    Drawing(scene=SceneRef("file", "mine", "mine.py", sha256="0" * 64))
    for name in ("/home/me/mine.py", "../mine.py", "..\\mine.py"):
        with pytest.raises(DrawingError, match="folder"):
            Drawing(scene=SceneRef("file", "mine", name, sha256="0" * 64))
    with pytest.raises(DrawingError, match="SHA-256"):
        Drawing(scene=SceneRef("file", "mine", "mine.py"))


def test_opening_imports_nothing_beside_it(tmp_path):
    (tmp_path / "mine.py").write_text("raise SystemExit('imported')")
    path = Drawing(scene=SceneRef("file", "mine", "mine.py", sha256="0" * 64)).save(tmp_path / "mine.orbit")
    assert Drawing.load(path).scene.text == "mine.py"
