"""What a drawing says is checked as what a hand does is, before anything is played."""

from __future__ import annotations

import zlib
from pathlib import Path

import peaks
import pytest
from carriers import written

from orbitdraw import Bodies, Descent, Dust, Look, Newton, Potential, Run, Scene, Slider, View
from orbitdraw.authoring.values import CHOICES, MAY_BE_NONE
from orbitdraw.cli import commands as cli
from orbitdraw.edits.table import EDITS
from orbitdraw.errors import DrawingError, InputError
from orbitdraw.film.film import Film
from orbitdraw.library.loading import replay
from orbitdraw.record.drawing import MAX_PARTS, Drawing, Event, SceneRef, StoredValue
from orbitdraw.record.embedded import extract, png_chunk, png_drawing
from orbitdraw.runtime import interrupts

REF = SceneRef("program", "star")


def star() -> Scene:
    return Scene(
        "star",
        potential="x^2/2 + y^2/3",
        law=Newton(order=4),
        bodies=Bodies([1.0, 0.1], [[0, 0], [1, 0]], [[0, 0], [0, 1]]),
        dust=Dust([[0.5, 0.5]]),
        dt=0.01,
        steps=2,
        look=Look(exposure=1.0, half_life=1.0),
        view=View(radius=2.0),
    )


NAMES = sorted(star().declared.sliders)

LISTS = {"view", "watch"}

TEXTS = {*CHOICES, "palette"}


def wrong_for(name: str) -> list[StoredValue]:
    """Values that no run keeps under this name."""
    if name in TEXTS:
        return [None, 0.5, [], [0.0], "", "none of them"]
    if name == "view":
        return [None, 0.5, "0,0,1", [], [0.0], [0.0, 0.0, 0.0], [0.0, 0.0, -1.0], [0.0, 0.0, 1e308], [1e308, 0.0, 1.0]]
    if name == "watch":
        return [None, 9.0, "1", [9.0], [0.5], [-1.0], [1.0], [3.0, 1.0, 1.0], [1e308]]
    numbers: list[StoredValue] = ["", "much", "123", [], [0.0], [1.0, 2.0], 1e308, -1e308]
    return numbers if name in MAY_BE_NONE else [None, *numbers]


def wrong_edits(name: str) -> list[StoredValue]:
    """What no edit of this name takes: other things than numbers, or too few and too many."""
    count = EDITS[name].split(":")[0].count(",") + 1
    endless = "..." in EDITS[name]
    return [None, 1.0, "", "1" * count, *([] if endless else [[], [0.0] * (count - 1 or 2), [0.0] * (count + 1)])]


def play(run: Run) -> None:
    film = Film(run, (48, 27))
    for _ in range(4):
        film.advance()
    film.picture()
    run.metrics()


@pytest.mark.parametrize("frame", [0, 2])
@pytest.mark.parametrize("name", NAMES)
def test_a_value_that_cannot_be_is_refused_wherever_it_comes(name: str, frame: int) -> None:
    for value in wrong_for(name):
        with pytest.raises(DrawingError, match="the drawing cannot be played") as caught:
            replay(Drawing(scene=REF, frames=9, events=[Event(frame, name, value)]), star())
        assert len(str(caught.value)) < 400
        with pytest.raises(DrawingError):
            replay(Drawing(scene=REF, frames=9, values={name: value}), star())
        run = Run(star())
        before = run.hash()
        with pytest.raises(InputError):
            run.apply(name, tuple(value) if isinstance(value, list) else value)
        assert run.hash() == before and not run.history.events


@pytest.mark.parametrize("name", sorted(EDITS))
def test_numbers_that_no_edit_takes_are_refused_wherever_they_come(name: str) -> None:
    for value in wrong_edits(name):
        for frame in (0, 2):
            with pytest.raises(DrawingError, match=rf"at frame {frame}, {name} (needs|takes)"):
                replay(Drawing(scene=REF, frames=9, events=[Event(frame, name, value)]), star())
        with pytest.raises(InputError):
            Run(star()).apply(name, value)


@pytest.mark.parametrize("size", [1e308, 1e154, -1e308, 5e-324, 1e17])
@pytest.mark.parametrize("name", sorted(EDITS))
def test_numbers_of_any_size_are_played_or_refused(name: str, size: float) -> None:
    """An edit may be impossible where it is played, and is void then; it never ends the program."""
    count = EDITS[name].split(":")[0].count(",") + 1
    ways = [[size] * count, [0.0] + [size] * (count - 1)]
    ways += [[2.0, 2.0, 0.0, 0.0, size, size, *[size] * 4]] if name == "landscape" else []
    before = [Event(0, "plant", [0.0, 0.1, 0.1, 0.2, 0.2, 1.0, 0.3])]
    for numbers in ways:
        try:
            run = replay(Drawing(scene=REF, frames=9, events=[*before, Event(1, name, numbers)]), star())
        except DrawingError:
            continue
        play(run)


@pytest.mark.parametrize("name", [name for name in NAMES if name not in TEXTS | LISTS])
@pytest.mark.parametrize("size", [1e150, 1e77, 1e-150, 5e-324])
def test_values_of_any_size_are_played_or_refused(name: str, size: float) -> None:
    for frame in (0, 2):
        try:
            run = replay(Drawing(scene=REF, frames=9, events=[Event(frame, name, size)]), star())
        except DrawingError:
            continue
        play(run)


def test_a_step_changes_before_the_first_frame_only() -> None:
    replay(Drawing(scene=REF, events=[Event(0, "dt", 0.02)]), star())
    with pytest.raises(DrawingError, match="dt is fixed"):
        replay(Drawing(scene=REF, events=[Event(1, "dt", 0.02)]), star())


def test_ends_that_follow_another_value_are_open_in_a_drawing() -> None:
    """What set that value may have been undone since, and nothing that was drawn may be lost for it."""
    k, rate = Slider(1.0, 0.5, 4.0), Slider(0.5, 0.0, 2.0, per="k")
    valley = Scene("valley", potential=Potential.parse("k*x^2/2", k=k), law=Descent(rate=rate), dust=Dust([[1, 0]]))
    run = Run(valley)
    run.apply("k", 0.5)
    run.apply("rate", 3.9)
    assert replay(run.drawing(), valley).history.events == run.history.events
    events = [Event(5, "rate", 3.9)]
    assert replay(Drawing(scene=REF, frames=9, events=events), valley).history.events == events
    with pytest.raises(InputError, match="choose 0 to 2"):
        Run(valley).apply("rate", 3.9)


def test_what_is_right_comes_as_it_is() -> None:
    events = [Event(0, "drag", 0.5, 3), Event(0, "watch", [1.0, 0.0]), Event(1, "throw", [1.0, 0.5, 0.0, 0.0, 1.0])]
    run = replay(Drawing(scene=REF, events=events), star())
    assert run.history.events == events and all(a is b for a, b in zip(run.history.events, events, strict=True))


@pytest.mark.parametrize("carrier", [".orbit", ".png", ".gif", ".mp4", ".webm"])
@pytest.mark.parametrize(("name", "value"), [("exposure", [0.0]), ("soften", [1e308]), ("weigh", "much")])
def test_it_is_one_sentence_whatever_carries_the_drawing(
    carrier: str, name: str, value: StoredValue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys
) -> None:
    drawing = Drawing(scene=SceneRef("scene", "figure_eight"), frames=9, events=[Event(0, name, value)])
    path = tmp_path / f"bad{carrier}"
    if carrier == ".orbit":
        drawing.save(path)
    else:
        written(path, drawing)
    monkeypatch.setattr(interrupts, "install", lambda: None)
    with pytest.raises(SystemExit) as ended:
        cli.main(["export", str(path), str(tmp_path / "out.png"), "--size", "32x18"])
    said = capsys.readouterr().err.strip().splitlines()
    assert ended.value.code == 2 and not (tmp_path / "out.png").exists()
    assert said[-1].startswith("orbitdraw: the drawing cannot be played: at frame 0, "), said


IMPOSSIBLE = {
    "throw": [-1.0, 0.0, 0.0, 0.0, 0.0],
    "weigh": [0.0, -1.0],
    "align": [0.0, 1.0],
    "soften": [1e308],
    "reverse": [2.0],
    "scatter": [0.0, 1e300, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0],
    "pen": [0.0, 2.0, 1.0, 0.0],
    "pin": [0.0, 0.5],
    "symmetry": [49.0, 0.0, 0.0, 0.0],
    "plant": [9.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0],
    "landscape": [2.0, 2.0, 0.0, 0.0, 1.0, 1.0, 0.5],
    "link": [0.5, 0.0, 1.0],
    "twins": [0.0, 1e9, 1.0],
}


@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_what_can_be_done_in_no_state_is_refused_when_it_is_opened(name: str) -> None:
    drawing = Drawing(scene=REF, frames=9, events=[Event(3, name, IMPOSSIBLE[name])])
    with pytest.raises(DrawingError, match="the drawing cannot be played: at frame 3, "):
        replay(drawing, star())
    with pytest.raises(InputError):
        Run(star()).apply(name, IMPOSSIBLE[name])


def test_what_only_a_state_forbids_is_left_out_where_it_is_played() -> None:
    run = replay(Drawing(scene=REF, frames=9, events=[Event(3, "take", [99.0])]), star())
    play(run)
    assert run.metrics()["void edits"] == 1.0


# -- how much there may be ---------------------------------------------------------------------------------------------


def swollen(inside: bytes) -> bytes:
    """A PNG that carries a drawing with this between the brackets of its events."""
    plain = Drawing(scene=SceneRef("scene", "moth")).bytes().replace(b'"events": []', b'"events": [' + inside + b"]")
    text = png_chunk(b"iTXt", b"orbitdraw\0\1\0\0\0" + zlib.compress(plain, 9))
    return b"\x89PNG\r\n\x1a\n" + text + png_chunk(b"IEND", b"")


MANY_EVENTS = b",".join([b'[0,"k",0]'] * 6_000_000)
MANY_NUMBERS = b",".join([b'[0,"k",[' + b",".join([b"0"] * 30_000) + b"]]"] * 1000)
WITHIN = b",".join([b'[0,"k",0]'] * (MAX_PARTS // 3 + 10))
"""Few enough bytes, and too many numbers."""


@pytest.mark.parametrize("inside", [MANY_EVENTS, MANY_NUMBERS, WITHIN], ids=["events", "numbers", "within 16 MiB"])
def test_a_small_file_that_swells_is_refused_before_it_is_decoded(inside: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(swollen(inside))
    assert path.stat().st_size < 200_000
    with pytest.raises(DrawingError, match=r"the most that a drawing can have"):
        extract(path)
    if peaks.KNOWN:
        (said,), used = peaks.peak_of("from orbitdraw.record.embedded import extract as work\n", path)
        assert said.startswith("DrawingError") and used < 60


def test_a_long_drawing_opens(tmp_path: Path) -> None:
    """Twenty landscapes, half an hour of dragging, all in a picture."""
    ground = [160.0, 160.0, 0.0, 0.0, 0.01, 1.0, *(round(n % 97 / 96, 4) for n in range(25_600))]
    events = [Event(60 * n, "landscape", ground) for n in range(20)]
    events += [Event(1200 + n, "exposure", 0.5 + n * 1e-6, 1 + n // 60) for n in range(108_000)]
    drawing = Drawing(scene=SceneRef("scene", "moth"), frames=200_000, events=events)
    (tmp_path / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n" + png_drawing(drawing) + png_chunk(b"IEND", b""))
    assert extract(tmp_path / "a.png") == drawing
    hours = MAX_PARTS / (4 * 60 * 3600)
    assert hours > 5, "a day's work with the mouse held down"
