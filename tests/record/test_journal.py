"""A program that is killed at any moment loses the last second at most."""

from __future__ import annotations

import errno
import os
import sys
import time
from pathlib import Path

import pytest
import waiting

from orbitdraw import Run, load
from orbitdraw.app.session.autosave import Autosave
from orbitdraw.errors import DrawingError
from orbitdraw.film.film import Film
from orbitdraw.library.drafts import drafts
from orbitdraw.library.loading import replay
from orbitdraw.record.journal import Journal, read_journal
from orbitdraw.runtime.file_lock import FileLock
from orbitdraw.simulation.gestures import Gestures

KILLED_FIFTY_TIMES = """
import os, random, signal, sys, time
from pathlib import Path
from orbitdraw import Drawing, Run, load
from orbitdraw.library.drafts import drafts
from orbitdraw.runtime.file_lock import FileLock
from orbitdraw.record.journal import Journal
rng = random.Random(5)
Run(load("figure_eight")).advance()
for kill in range(50):
    home = Path(sys.argv[1]) / str(kill)
    home.mkdir()
    seen = os.open(home / "frame", os.O_CREAT | os.O_RDWR)
    child = os.fork()
    if child == 0:
        run, journal = Run(load("figure_eight")), Journal(home)
        while True:
            if run.frame % 7 == 3:
                run.apply("throw", (0.001, run.frame / 1000, 0.5, 0.0, 0.1))
            if run.frame % 31 == 30:
                run.apply("take", (3 + run.frame // 31,))
            run.advance()
            journal.note(run.history, run.frame, run.drawing)
            os.pwrite(seen, b"%8d" % run.frame, 0)
    last = 5 + rng.randrange(150)
    while int(os.pread(seen, 8, 0) or 0) < last:
        time.sleep(0.001)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
"""


KILLED_ONCE = """
import os, pathlib, signal, sys
from orbitdraw import Run, load
from orbitdraw.library.drafts import drafts
from orbitdraw.runtime.file_lock import FileLock
from orbitdraw.record.journal import Journal
run, journal = Run(load("figure_eight")), Journal(pathlib.Path(sys.argv[1]))
for frame in range(3):
    run.apply("throw", (0.001, frame / 10, 0.5, 0.0, 0.1))
    run.advance()
    journal.note(run.history, run.frame, run.drawing)
os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))
"""


def played(home: Path, frames: int) -> tuple[Run, Journal]:
    run, journal = Run(load("figure_eight")), Journal(home)
    for frame in range(frames):
        if frame % 10 == 5:
            run.apply("throw", (0.001, frame / 100, 0.5, 0.0, 0.1))
        run.advance()
        journal.note(run.history, run.frame, run.drawing)
    return run, journal


def test_it_holds_what_was_drawn(tmp_path: Path) -> None:
    run, journal = played(tmp_path, 150)
    drawing = read_journal(journal.path).drawing
    assert drawing.events == run.drawing().events
    assert run.frame - drawing.frames < 60


def test_a_gesture_is_brought_back_as_one(tmp_path: Path) -> None:
    run, journal = played(tmp_path, 30)
    written = len(run.history.events)
    gestures = Gestures()
    for number in (7, 7, 8, 0):
        run.apply("exposure", 1.0 + 0.1 * run.frame)
        gestures.mark(run, number)
        journal.note(run.history, run.frame, run.drawing)
        run.advance()
    assert [event.gesture for event in read_journal(journal.path).drawing.events[written:]] == [1, 1, 2, 0]


def test_taking_back_is_on_record(tmp_path: Path) -> None:
    run, journal = played(tmp_path, 50)
    run.history.undo()
    run.history.undo()
    journal.note(run.history, run.frame, run.drawing)
    assert read_journal(journal.path).drawing.events == run.drawing().events
    run.apply("weigh", (0, 2.0))
    journal.note(run.history, run.frame, run.drawing)
    assert read_journal(journal.path).drawing.events == run.drawing().events


def test_the_last_value_of_a_slider_is_kept_while_the_scene_stands_still(tmp_path: Path) -> None:
    run, journal = played(tmp_path, 20)
    for exposure in (1.1, 1.2, 1.3):
        run.apply("exposure", exposure)
        journal.note(run.history, run.frame, run.drawing)
    assert read_journal(journal.path).drawing.events == run.history.events
    assert run.history.events[-1].value == 1.3


def test_going_back_in_time_leaves_what_came_later_on_record(tmp_path: Path) -> None:
    run, journal = played(tmp_path, 100)
    film = Film(run, (64, 36))
    film.seek(12)
    journal.note(run.history, run.frame, run.drawing)
    run.apply("exposure", 1.5)  # a look at the past: what came later stays
    journal.note(run.history, run.frame, run.drawing)
    kept = read_journal(journal.path).drawing
    assert kept.events == run.history.events and len(run.history.events) == 11
    assert kept.frames >= 95
    assert replay(kept).history.events == run.history.events


def test_acting_in_the_past_and_coming_back_is_on_record(tmp_path: Path) -> None:
    run, journal = played(tmp_path, 100)
    film = Film(run, (64, 36))
    film.seek(30)
    run.apply("throw", (0.002, 0.1, 0.9, 0.0, 0.0))
    journal.note(run.history, run.frame, run.drawing)
    assert read_journal(journal.path).drawing.events == run.history.events and len(run.history.events) == 4
    film.branch()
    journal.note(run.history, run.frame, run.drawing)
    assert read_journal(journal.path).drawing.events == run.history.events and len(run.history.events) == 10
    film.undo()
    film.redo()
    film.undo()
    journal.note(run.history, run.frame, run.drawing)
    assert read_journal(journal.path).drawing.events == run.history.events and len(run.history.events) == 9


def test_a_check_of_what_was_taken_back_is_none(tmp_path: Path) -> None:
    run, journal = played(tmp_path, 620)
    run.apply("exposure", 1.5)
    film = Film(run, (64, 36))
    journal._begin(run.history, run.drawing())
    assert [frame for frame, _ in read_journal(journal.path).drawing.checks] == [600]
    film.seek(590)
    run.apply("throw", (0.5, 0.1, 0.9, 0.0, 0.0))
    journal.note(run.history, run.frame, run.drawing)
    again = replay(read_journal(journal.path).drawing)
    while again.frame < 610:
        again.advance()
    assert again.mismatch is None


def test_nothing_is_kept_of_a_scene_that_nobody_touched(tmp_path: Path) -> None:
    run, journal = Run(load("figure_eight")), Journal(tmp_path)
    run.advance()
    journal.note(run.history, run.frame, run.drawing)
    assert not list(tmp_path.iterdir())


def test_a_saved_drawing_leaves_no_journal(tmp_path: Path) -> None:
    _, journal = played(tmp_path, 20)
    journal.close()
    assert not list(tmp_path.iterdir())


def long_ago(*paths: Path) -> None:
    for path in paths:
        os.utime(path, (time.time() - 60, time.time() - 60))


def killed(home: Path) -> None:
    """A program that draws in this folder and is killed."""
    waiting.run([sys.executable, "-c", KILLED_ONCE, home])


def test_what_was_killed_a_moment_ago_is_offered_at_once(tmp_path: Path) -> None:
    killed(tmp_path / "journals")
    (draft,) = drafts(tmp_path / "journals")
    assert len(read_journal(draft.path).drawing.events) == 3
    assert (draft.scene.name, draft.frames, draft.clean_exit) == ("figure_eight", 3, False)


def test_a_second_window_leaves_alone_what_the_first_is_drawing(tmp_path: Path) -> None:
    run, journal = played(tmp_path / "journals", 20)
    long_ago(journal.path)  # it stands still, and nothing was written for a minute
    again = "import sys, pathlib, orbitdraw.library.drafts as d; print(d.drafts(pathlib.Path(sys.argv[1])))"
    told = [sys.executable, "-c", again, str(tmp_path / "journals")]
    assert waiting.run(told).stdout.strip() == "[]"
    run.apply("throw", (0.001, 0.9, 0.5, 0.0, 0.1))
    journal.note(run.history, run.frame, run.drawing)
    assert read_journal(journal.path).drawing.events == run.history.events


def test_a_journal_that_somebody_removed_is_written_anew(tmp_path: Path) -> None:
    run, journal = played(tmp_path, 20)
    journal.path.unlink()
    run.apply("throw", (0.001, 0.9, 0.5, 0.0, 0.1))
    journal.note(run.history, run.frame, run.drawing)
    assert read_journal(journal.path).drawing.events == run.history.events


def test_half_a_line_on_a_full_disk_does_not_hide_what_comes_after(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, journal = played(tmp_path, 20)
    whole = os.write
    monkeypatch.setattr("orbitdraw.record.journal.os.write", lambda handle, data: whole(handle, data[:5]))
    run.apply("throw", (0.001, 0.9, 0.5, 0.0, 0.1))
    with pytest.raises(OSError, match="No space"):
        journal.note(run.history, run.frame, run.drawing)
    monkeypatch.undo()
    run.apply("throw", (0.001, 0.8, 0.5, 0.0, 0.1))
    journal.note(run.history, run.frame, run.drawing)
    assert read_journal(journal.path).drawing.events == run.history.events


@pytest.mark.parametrize("rubbish", [b"", b"[]", b"\xff\n", b'"{}"\n', b'"' + b"[" * 10_000])
def test_what_is_no_journal_is_said_so(tmp_path: Path, rubbish: bytes) -> None:
    path = tmp_path / "a.journal"
    path.write_bytes(rubbish)
    with pytest.raises(DrawingError):
        read_journal(path)


def test_cut_at_any_byte_it_gives_a_drawing_that_is_a_beginning_of_the_whole(tmp_path: Path) -> None:
    run, journal = played(tmp_path, 80)
    whole, head = journal.path.read_bytes(), journal.path.read_bytes().index(b"\n")
    cut = tmp_path / "cut.journal"
    for length in range(head + 1, len(whole), 3):
        cut.write_bytes(whole[:length])
        events = read_journal(cut).drawing.events
        assert events == run.history.events[: len(events)]


def test_what_is_no_journal_is_put_aside_and_what_is_written_is_left_alone(tmp_path: Path) -> None:
    home = tmp_path / "journals"
    _, journal = played(home, 50)
    (home / "broken.journal").write_bytes(b"rubbish")
    long_ago(*home.iterdir())
    assert drafts(home) == []
    assert (tmp_path / "recovered" / "broken.journal").exists()
    journal.unlock()
    assert [draft.path for draft in drafts(home)] == [journal.path]


def two_futures(home: Path) -> tuple[Run, Film, Journal]:
    """Three throws, then something else done before the last two: noted as it happens."""
    run, journal = played(home, 40)
    film = Film(run, (64, 36))
    film.seek(20)
    run.apply("weigh", (3, 0.02))
    journal.note(run.history, run.frame, run.drawing)
    film.seek(60)
    journal.note(run.history, run.frame, run.drawing)
    return run, film, journal


def test_the_futures_that_were_left_are_on_record(tmp_path: Path) -> None:
    run, film, journal = two_futures(tmp_path)
    assert len(run.history.branches) == 1 and len(run.history.branches[0]) == 4
    assert read_journal(journal.path).branches == run.history.branches
    lines = journal.path.read_bytes().splitlines()
    (line,) = [line for line in lines if b"futures" in line]
    assert len(line) < 60, "what the journal has already is not written again"
    for _ in range(3):
        film.branch()
        journal.note(run.history, run.frame, run.drawing)
        kept = read_journal(journal.path)
        assert (kept.drawing.events, kept.branches) == (run.history.events, run.history.branches)
    film.seek(10)
    run.apply("throw", (0.001, -0.5, 0.5, 0.0, 0.1))
    journal.note(run.history, run.frame, run.drawing)
    assert read_journal(journal.path).branches == run.history.branches and len(run.history.branches) == 2
    run.history.branches.clear()  # as saving does
    journal.note(run.history, run.frame, run.drawing)
    assert read_journal(journal.path).branches == []


def test_futures_are_on_record_when_the_journal_is_begun_anew(tmp_path: Path) -> None:
    run, _, journal = two_futures(tmp_path)
    journal._begin(run.history, run.drawing())
    kept = read_journal(journal.path)
    assert (kept.drawing.events, kept.branches) == (run.history.events, run.history.branches)


def test_what_was_undone_is_on_record_as_undone(tmp_path: Path) -> None:
    run, journal = played(tmp_path, 40)
    film = Film(run, (64, 36))
    film.undo()
    film.undo()
    journal.note(run.history, run.frame, run.drawing)
    kept = read_journal(journal.path)
    assert (kept.drawing.events, kept.undone) == (run.history.events, run.history.undone) and len(kept.undone) == 2
    film.redo()
    journal.note(run.history, run.frame, run.drawing)
    assert read_journal(journal.path).undone == run.history.undone and len(run.history.undone) == 1


def test_cut_at_any_byte_it_gives_futures_that_there_were(tmp_path: Path) -> None:
    run, film, journal = two_futures(tmp_path)
    film.branch()
    journal.note(run.history, run.frame, run.drawing)
    whole, head = journal.path.read_bytes(), journal.path.read_bytes().index(b"\n")
    cut, seen = tmp_path / "cut.journal", []
    for length in range(head + 1, len(whole) + 1):
        cut.write_bytes(whole[:length])
        branches = read_journal(cut).branches
        if not seen or seen[-1] != branches:
            seen.append(branches)
    assert len(seen) == 3 and seen[-1] == run.history.branches


def test_after_a_kill_undo_redo_and_the_other_future_are_as_they_were(tmp_path: Path) -> None:
    run, film, journal = two_futures(tmp_path / "journals")
    film.undo()
    journal.note(run.history, run.frame, run.drawing, last=True)
    journal.unlock()  # as when a program is killed
    (draft,) = drafts(tmp_path / "journals")
    again, frames, hold = draft.resume()
    assert hold is not None and drafts(tmp_path / "journals") == []
    other = Film(again, (64, 36))
    other.seek(frames)
    assert (frames, again.hash()) == (60, run.hash())
    for deed in ("redo", "branch", "undo", "redo", "branch", "undo"):
        getattr(film, deed)()
        getattr(other, deed)()
        assert again.hash() == run.hash(), deed
    hold.remove()


@pytest.mark.parametrize(
    "line",
    [b'{"futures":[[3,[[5,"throw",1]]]],"undone":[[1,2]]}', b'{"futures":[7],"undone":[]}', b'{"futures":3}', b"{}"],
)
def test_futures_that_cannot_be_are_not_believed(tmp_path: Path, line: bytes) -> None:
    run, journal = played(tmp_path, 20)
    with journal.path.open("ab") as file:
        file.write(line + b"\n99\n")
    kept = read_journal(journal.path)
    assert (kept.drawing.events, kept.branches) == (run.history.events, []) and kept.drawing.frames < 99


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork to be killed fifty times in a few seconds")
def test_fifty_kills(tmp_path: Path) -> None:
    assert waiting.run([sys.executable, "-c", KILLED_FIFTY_TIMES, tmp_path]).returncode == 0
    homes = [tmp_path / str(kill) for kill in range(50)]
    for home in homes:
        (path,) = home.glob("*.journal")
        drawing = read_journal(path).drawing
        last = int((home / "frame").read_bytes())
        assert last - drawing.frames <= 60, home
        if home.name in ("3", "17", "42"):
            run = replay(drawing)
            while run.frame < drawing.frames:
                run.advance()
            assert run.drawing().events == drawing.events


def test_the_window_writes_down_what_is_drawn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORBITDRAW_JOURNALS", str(tmp_path))
    news: list[object] = []
    diary = Autosave(news.append)
    run = Run(load("figure_eight"))
    for frame in range(30):
        if frame == 3:
            run.apply("throw", (0.01, 0.5, 0.5, 0.0, 0.0))
        run.advance()
        diary.update(run)
    (path,) = tmp_path.glob("*.journal")
    assert read_journal(path).drawing.events == run.drawing().events
    diary.mark_saved(run)
    diary.update(run)
    assert not diary.close()
    diary.update(run)
    assert not list(tmp_path.iterdir())
    assert not news


def test_a_disk_that_refuses_is_said_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("ORBITDRAW_JOURNALS", str(tmp_path / "file" / "journals"))
    news: list[object] = []
    diary = Autosave(news.append)
    run = Run(load("figure_eight"))
    run.advance()
    run.apply("throw", (0.01, 0.5, 0.5, 0.0, 0.0))
    diary.update(run)
    diary.update(run)
    assert len(news) == 1


def test_when_the_disk_has_room_again_it_is_written_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORBITDRAW_JOURNALS", str(tmp_path))
    monkeypatch.setattr("orbitdraw.app.session.autosave.RETRY_SECONDS", 0.0)
    news: list[object] = []
    diary = Autosave(news.append)
    run = Run(load("figure_eight"))
    run.apply("throw", (0.01, 0.5, 0.5, 0.0, 0.0))
    with monkeypatch.context() as full:
        full.setattr("orbitdraw.runtime.files.os.fsync", refuse)
        for _ in range(3):
            diary.update(run)
    assert len(news) == 1
    diary.update(run)
    (path,) = tmp_path.glob("*.journal")
    assert read_journal(path).drawing.events == run.history.events
    assert len(news) == 2, "it is said that it goes on"
    diary.close()


def refuse(*_: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def drawn_in(diary: Autosave, frames: int = 3) -> Run:
    """A run that was begun anew, and in which something is drawn."""
    run = Run(load("figure_eight"))
    run.apply("throw", (0.01, 0.5, 0.5, 0.0, 0.0))
    for _ in range(frames):
        run.advance()
        diary.update(run)
    return run


def test_only_the_journal_of_the_run_that_is_shown_is_held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORBITDRAW_JOURNALS", str(tmp_path))
    news: list[object] = []
    diary = Autosave(news.append)
    runs = [drawn_in(diary) for _ in range(5)]
    free = drafts(tmp_path)
    assert len(list(tmp_path.glob("*.journal"))) == 5
    assert (
        len(free) == 4 and all(draft.clean_exit for draft in free) and diary.path not in {draft.path for draft in free}
    )
    # Undo comes back to the first: its journal goes on where it was, and the last one lies there.
    (first,) = [draft.path for draft in free if draft.path == min(one.path for one in free)]
    last = diary.path
    runs[0].apply("throw", (0.02, -0.5, 0.5, 0.0, 0.0))
    diary.update(runs[0])
    assert diary.path == first and read_journal(first).drawing.events == runs[0].history.events
    assert first not in {draft.path for draft in drafts(tmp_path)}
    assert last in {draft.path for draft in drafts(tmp_path)}
    assert len(diary.close()) == 5 and len(drafts(tmp_path)) == 5 and not news


def test_a_journal_that_another_window_goes_on_with_is_left_to_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ORBITDRAW_JOURNALS", str(tmp_path))
    news: list[object] = []
    diary = Autosave(news.append)
    run, path = drawn_in(diary), diary.path
    assert path is not None
    drawn_in(diary)
    before, other = path.read_bytes(), FileLock(path.with_suffix(".lock"))
    run.apply("throw", (0.02, -0.5, 0.5, 0.0, 0.0))
    diary.update(run)
    assert path.read_bytes() == before
    assert diary.path not in (None, path) and read_journal(diary.path).drawing.events == run.history.events
    diary.mark_saved(run)
    assert path.exists() and not news
    other.release()
    diary.close()


def test_runs_that_nobody_can_come_back_to_are_forgotten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORBITDRAW_JOURNALS", str(tmp_path))
    diary = Autosave([].append)
    for _ in range(20):
        run = Run(load("figure_eight"))
        run.advance()
        diary.update(run)
    assert len(diary._entries) <= 2
    assert not diary.close()
