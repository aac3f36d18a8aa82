"""When a journal is written, what each line of it means, and which lines are not believed."""

from __future__ import annotations

import errno
import os

import pytest

from orbitdraw import Run, Scene, load
from orbitdraw.errors import DrawingError, OrbitdrawError
from orbitdraw.film.film import Film
from orbitdraw.record.drawing import Event
from orbitdraw.record.journal import (
    CLEAN_EXIT,
    FRAMES_PER_LINE,
    MAX_UNDO_LINES,
    OFFERED,
    Journal,
    append_mark,
    common_prefix,
    has_user_changes,
    read_journal,
)
from orbitdraw.runtime.file_lock import LOCK, FileLock, LockedError

THROW = (0.001, 0.3, 0.5, 0.0, 0.1)


def throwing(home, throws=1):
    """A run in which something was thrown at frame 0, and its journal, which is begun."""
    run, journal = Run(load("figure_eight")), Journal(home)
    for number in range(throws):
        run.apply("throw", (0.001, number / 100, 0.5, 0.0, 0.1))
    journal.note(run.history, run.frame, run.drawing)
    return run, journal


def lines(journal):
    """What follows the first line, which is the drawing's file."""
    return journal.path.read_bytes().split(b"\n")[1:-1]


def play(run, frames):
    for _ in range(frames):
        run.advance()


# -- when it is written ----------------------------------------------------------------------------------------------


def test_how_far_it_has_come_is_written_down_every_second_and_at_the_last(tmp_path):
    run, journal = throwing(tmp_path)
    assert lines(journal) == [] and journal.frame == 0 and journal.exists
    play(run, FRAMES_PER_LINE - 1)
    journal.note(run.history, run.frame, run.drawing)
    assert lines(journal) == []
    play(run, 1)
    journal.note(run.history, run.frame, run.drawing)
    assert lines(journal) == [b"60"] and journal.frame == 60
    journal.note(run.history, run.frame, run.drawing, last=True)  # nothing has happened since
    assert lines(journal) == [b"60"]
    play(run, 1)
    journal.note(run.history, run.frame, run.drawing)
    assert lines(journal) == [b"60"]
    journal.note(run.history, run.frame, run.drawing, last=True)
    assert lines(journal) == [b"60", b"61"] and read_journal(journal.path).drawing.frames == 61


def test_an_event_is_written_down_at_once_with_how_far_it_has_come(tmp_path):
    run, journal = throwing(tmp_path)
    play(run, 5)
    run.apply("exposure", 1.5)
    journal.note(run.history, run.frame, run.drawing)
    assert lines(journal) == [b'[5,"exposure",1.5]', b"5"]
    run.apply("exposure", 2.0)  # the same slider at the same frame: the last value counts
    journal.note(run.history, run.frame, run.drawing)
    assert lines(journal)[2:] == [b"null", b'[5,"exposure",2.0]', b"5"]
    journal.note(run.history, run.frame, run.drawing)
    assert len(lines(journal)) == 5


def test_a_formula_that_was_typed_is_written_down_though_nothing_was_done(tmp_path):
    run = Run(Scene("bowl", text="x^2", potential="x^2"))
    journal = Journal(tmp_path, write_at_once=True)
    journal.note(run.history, run.frame, run.drawing)
    kept = read_journal(journal.path).drawing
    assert kept.scene.text == "x^2" and kept.frames == journal.frame == 0
    untouched = Journal(tmp_path)
    untouched.note(run.history, run.frame, run.drawing, last=True)
    assert not untouched.exists and not untouched.path.exists()


def test_looking_back_does_not_shorten_it(tmp_path):
    run, journal = throwing(tmp_path)
    play(run, 100)
    journal.note(run.history, run.frame, run.drawing, last=True)
    Film(run, (16, 9)).seek(10)
    journal.note(run.history, run.frame, run.drawing, last=True)
    assert lines(journal) == [b"100"]
    run.apply("exposure", 1.5)
    journal.note(run.history, run.frame, run.drawing)
    assert lines(journal)[-1] == b"100" and read_journal(journal.path).drawing.frames == 100


@pytest.mark.parametrize("gone", [1, MAX_UNDO_LINES, MAX_UNDO_LINES + 1])
def test_few_events_are_taken_back_line_by_line_and_many_begin_it_anew(gone, tmp_path):
    run, journal = throwing(tmp_path, MAX_UNDO_LINES + 2)
    for _ in range(gone):
        run.history.undo()
    journal.note(run.history, run.frame, run.drawing)
    assert lines(journal).count(b"null") == (gone if gone <= MAX_UNDO_LINES else 0)
    kept = read_journal(journal.path)
    assert (kept.drawing.events, kept.undone) == (run.history.events, run.history.undone)


def test_a_journal_that_is_begun_late_knows_how_far_its_last_event_is(tmp_path):
    run = Run(load("figure_eight"))
    play(run, 10)
    run.apply("throw", THROW)
    play(run, 20)
    run.apply("exposure", 1.5)
    Film(run, (16, 9)).seek(3)
    journal = Journal(tmp_path)
    journal.note(run.history, run.frame, run.drawing)
    assert journal.frame == 30 and read_journal(journal.path).drawing.frames == 30


def test_it_lies_in_its_folder_by_process_and_is_held(tmp_path):
    run, journal = throwing(tmp_path / "new" / "journals")
    assert journal.path.parent == tmp_path / "new" / "journals"
    assert journal.path.name.startswith(f"{os.getpid()}-") and journal.path.suffix == ".journal"
    lock = journal.path.with_suffix(LOCK)
    assert lock.exists()
    journal.unlock()
    play(run, 100)
    journal.note(run.history, run.frame, run.drawing)  # what was let go is begun, and held, anew
    assert read_journal(journal.path).drawing.frames == 100 and lines(journal) == []
    journal.close()
    assert list(journal.path.parent.iterdir()) == [] and not journal.exists
    journal.close()


def test_what_it_begins_with_is_not_written_again(tmp_path):
    run = Run(load("figure_eight"))
    film = Film(run, (16, 9))
    film.seek(5)
    run.apply("throw", THROW)
    film.seek(2)
    run.apply("push", (0, 0.1, 0.1))
    journal = Journal(tmp_path)
    journal.note(run.history, run.frame, run.drawing)
    assert run.history.branches and read_journal(journal.path).branches == run.history.branches
    before = lines(journal)
    journal.note(run.history, run.frame, run.drawing)
    assert lines(journal) == before


@pytest.mark.parametrize("end", [Journal.keep_draft, Journal.unlock])
def test_what_is_left_may_be_held_by_another_program(end, tmp_path):
    _, journal = throwing(tmp_path)
    lock = journal.path.with_suffix(LOCK)
    with pytest.raises(LockedError):
        FileLock(lock)
    end(journal)
    FileLock(lock).remove()


def test_a_draft_is_gone_on_with_in_its_own_file(tmp_path):
    run, journal = throwing(tmp_path)
    journal.unlock()
    before = journal.path.read_bytes()
    again = Journal(draft=journal.path)
    assert again.exists and again.path == journal.path
    untouched = Run(load("figure_eight"))
    again.note(untouched.history, untouched.frame, untouched.drawing)
    assert journal.path.read_bytes() == before  # until something is done
    run.apply("exposure", 1.5)
    again.note(run.history, run.frame, run.drawing)
    assert read_journal(journal.path).drawing.events == run.history.events
    assert not Journal(draft=tmp_path / "none.journal").exists


def test_where_files_cannot_be_locked_it_is_written_all_the_same(tmp_path, monkeypatch):
    def refused(path):
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr("orbitdraw.record.journal.FileLock", refused)
    run, journal = throwing(tmp_path)
    assert read_journal(journal.path).drawing.events == run.history.events
    journal.keep_draft()
    assert read_journal(journal.path).drawing.events == run.history.events and lines(journal) == [b'"left"']


def test_a_disk_that_refuses_leaves_no_open_file_and_is_begun_anew(tmp_path, monkeypatch):
    run, journal = throwing(tmp_path)
    closed, close = [], os.close

    def refused(handle, data):
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "write", refused)
    monkeypatch.setattr(os, "close", lambda handle: closed.append(handle) or close(handle))
    run.apply("exposure", 1.5)
    with pytest.raises(OSError, match="Input/output"):
        journal.note(run.history, run.frame, run.drawing)
    assert len(closed) == 1
    monkeypatch.undo()
    journal.note(run.history, run.frame, run.drawing)
    assert read_journal(journal.path).drawing.events == run.history.events and lines(journal) == []


def test_a_journal_that_could_not_be_begun_anew_is_begun_the_next_time(tmp_path, monkeypatch):
    run, journal = throwing(tmp_path, MAX_UNDO_LINES + 9)
    before = journal.path.read_bytes()

    def refused(path):
        raise OrbitdrawError("the disk is full")

    monkeypatch.setattr("orbitdraw.record.journal.whole_file", refused)
    for _ in range(MAX_UNDO_LINES + 5):
        run.history.undo()
    with pytest.raises(OrbitdrawError, match="full"):
        journal.note(run.history, run.frame, run.drawing)
    assert journal.path.read_bytes() == before
    monkeypatch.undo()
    journal.note(run.history, run.frame, run.drawing)
    kept = read_journal(journal.path)
    assert (kept.drawing.events, kept.undone) == (run.history.events, run.history.undone) and lines(journal)[1:] == []


# -- words -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("word", [CLEAN_EXIT, OFFERED])
def test_a_word_goes_below_what_is_there_which_stays_as_old_as_it_was(word, tmp_path):
    _, journal = throwing(tmp_path)
    os.utime(journal.path, ns=(10**18, 10**18 + 5000))
    before, kept = journal.path.read_bytes(), read_journal(journal.path)
    append_mark(journal.path, word)
    assert journal.path.stat().st_mtime_ns == 10**18 + 5000
    assert journal.path.read_bytes() == before + f'"{word}"\n'.encode()
    assert read_journal(journal.path) == kept


def test_a_word_after_half_a_line_is_a_line_of_its_own(tmp_path):
    _, journal = throwing(tmp_path)
    with journal.path.open("ab") as file:
        file.write(b'[5,"expo')
    append_mark(journal.path, CLEAN_EXIT)
    assert journal.path.read_bytes().endswith(b'[5,"expo\n"left"\n')


def test_a_journal_that_is_left_says_so_and_is_as_new_as_the_leaving(tmp_path):
    _, journal = throwing(tmp_path)
    os.utime(journal.path, (1, 1))
    journal.keep_draft()
    assert lines(journal) == [b'"left"'] and journal.path.stat().st_mtime > 1
    journal.path.unlink()
    journal.keep_draft()  # there is nothing to be left, and no reason to stop
    assert not journal.path.exists()


# -- reading ---------------------------------------------------------------------------------------------------------


def appended(journal, *more):
    with journal.path.open("ab") as file:
        file.write(b"".join(line + b"\n" for line in more))
    return read_journal(journal.path)


def test_each_line_means_what_it_says(tmp_path):
    run, journal = throwing(tmp_path)
    first = list(run.history.events)
    kept = appended(journal, b'[7,"exposure",1.5]', b"9", b"8")
    assert kept.drawing.frames == 9 and kept.drawing.events == [*first, Event(7, "exposure", 1.5)]
    kept = appended(journal, b'[20,"exposure",2.0,3]')  # an event lies as far as it lies
    assert kept.drawing.frames == 20 and kept.drawing.events[-1] == Event(20, "exposure", 2.0, 3)
    kept = appended(journal, b"null", b"null")
    assert kept.drawing.events == first and kept.drawing.frames == 20
    kept = appended(journal, b'{"futures":[[1,[[3,"exposure",1.0]]]],"undone":[[4,"exposure",3.0]]}', b'"left"', b"30")
    assert kept.branches == [[*first, Event(3, "exposure", 1.0)]] and kept.undone == [Event(4, "exposure", 3.0)]
    assert kept.drawing.frames == 30
    kept = appended(journal, b'{"futures":[[0,[]],0],"undone":[]}')
    assert kept.branches == [[], [*first, Event(3, "exposure", 1.0)]] and kept.undone == []


STRANGE = [b"{", b"[5]", b'[5,"view"]', b"1.5", b"true", b"[]", b"\xff", b"", b'"\xff"', b'{"\xff":1}', b'"\\ud800"']


@pytest.mark.parametrize("line", [*STRANGE, b"[" * 100_000, b'{"a":' + b"[" * 100_000])
def test_what_comes_after_a_line_that_is_none_is_not_read(line, tmp_path):
    run, journal = throwing(tmp_path)
    kept = appended(journal, b"7", line, b'[9,"exposure",1.5]', b"99")
    assert kept.drawing.events == run.history.events and kept.drawing.frames == 7


def test_more_is_not_taken_back_than_there_is(tmp_path):
    _, journal = throwing(tmp_path)
    kept = appended(journal, b"null", b"null", b'[9,"exposure",1.5]')
    assert kept.drawing.events == [] and kept.drawing.frames == 0


@pytest.mark.parametrize(
    "line",
    [
        b'{"futures":[[0,[[5,"exposure",1.0],[4,"exposure",1.0]]]],"undone":[]}',
        b'{"futures":[],"undone":[[-1,"exposure",1.0]]}',
        b'{"futures":[],"undone":[[1,"",1.0]]}',
        b'[-1,"exposure",1.0]',
    ],
)
def test_events_that_no_drawing_can_have_are_refused(line, tmp_path):
    _, journal = throwing(tmp_path)
    with pytest.raises(DrawingError):
        appended(journal, line)


def test_what_was_undone_may_be_in_any_order(tmp_path):
    _, journal = throwing(tmp_path)
    kept = appended(journal, b'{"futures":[],"undone":[[9,"exposure",1.0],[4,"exposure",2.0]]}')
    assert [event.frame for event in kept.undone] == [9, 4]


def checked(home):
    """A journal that begins with a check at frame 600 and has an event at frame 650."""
    run, journal = throwing(home)
    play(run, 650)
    run.apply("exposure", 1.5)
    journal._begin(run.history, run.drawing())
    assert [frame for frame, _ in read_journal(journal.path).drawing.checks] == [600]
    return journal


@pytest.mark.parametrize(
    ("more", "checks"),
    [
        ([b"null", b'[600,"exposure",2.0]'], [600]),
        ([b"null", b'[599,"exposure",2.0]'], []),
        ([b"null"], [600]),
        ([b"null", b"null"], []),
        ([b'[700,"exposure",2.0]', b"null", b"800"], [600]),
    ],
)
def test_a_check_holds_for_what_was_done_before_it(more, checks, tmp_path):
    journal = checked(tmp_path)
    kept = appended(journal, *more)
    assert [frame for frame, _ in kept.drawing.checks] == checks


def test_the_seed_and_the_values_come_back(tmp_path):
    run = Run(load("figure_eight"), seed=77)
    run.apply("throw", THROW)
    journal = Journal(tmp_path)
    journal.note(run.history, run.frame, run.drawing)
    whole, wanted = read_journal(journal.path).drawing, run.drawing()
    assert (whole.scene, whole.seed, whole.values) == (wanted.scene, 77, wanted.values)


# -- what was drawn --------------------------------------------------------------------------------------------------


def was_drawn(run, given):
    return has_user_changes(run.history, given, run.motion.edits, run.motion.panels)


def test_who_has_only_looked_has_drawn_nothing():
    run = Run(load("figure_eight"))
    assert not was_drawn(run, [])
    for name, look in (("view", (0.0, 0.0, 1.0)), ("watch", (1, 0)), ("style", "paper"), ("exposure", 2.0)):
        run.apply(name, look)
        assert not was_drawn(run, [])
    run.apply("palette", "ice")
    assert was_drawn(run, []) and not was_drawn(run, list(run.history.events))


def test_what_a_hand_did_was_drawn_also_when_it_was_taken_back_or_left():
    run = Run(load("figure_eight"))
    film = Film(run, (16, 9))
    run.apply("throw", THROW)
    film.seek(9)
    run.apply("throw", (0.002, *THROW[1:]))
    given = list(run.history.events)
    assert was_drawn(run, []) and was_drawn(run, given[:1]) and not was_drawn(run, given)
    film.undo()
    assert was_drawn(run, given)  # less than was given
    film.seek(5)
    run.apply("exposure", 2.0)
    assert not was_drawn(run, given[:1])
    film.seek(0)
    run.apply("push", (0, 0.1, 0.1))
    assert was_drawn(run, given[:1])
    film.branch()
    assert run.history.branches and was_drawn(run, list(run.history.events))


def test_another_look_does_not_hide_that_less_was_drawn_than_was_given():
    run = Run(load("figure_eight"))
    run.apply("throw", THROW)
    given = list(run.history.events)
    run.history.undo()
    run.apply("exposure", 2.0)
    assert was_drawn(run, given)


def test_what_was_left_for_another_future_was_drawn():
    run = Run(load("figure_eight"))
    film = Film(run, (16, 9))
    film.seek(5)
    run.apply("throw", THROW)
    film.seek(0)
    run.apply("push", (0, 0.1, 0.1))
    assert [event.name for event in run.history.events] == ["push"] and len(run.history.branches) == 1
    assert was_drawn(run, list(run.history.events))


def test_how_much_two_histories_share():
    a, b, c, d = (Event(frame, "mass", 1.0) for frame in (1, 2, 3, 4))
    for known, history, count in (
        ([], [], 0),
        ([], [a], 0),
        ([a], [], 0),
        ([a], [a], 1),
        ([a, b, c], [a, b], 2),
        ([a, b, c], [a, d, c], 1),
        ([a, b, c, d], [a], 1),
        ([a, b, c], [d, b, c], 0),
        ([a, b], [a, b, c, d], 2),
    ):
        assert common_prefix(known, history) == count
