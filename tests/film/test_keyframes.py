"""Kept states: the last one that is no later is found, a change lets go of what it makes void, memory stays bounded."""

from __future__ import annotations

import pytest

from orbitdraw.errors import InputError
from orbitdraw.film.keyframes import Keyframe, Keyframes, memory_budget
from orbitdraw.simulation.snapshot import Snapshot


def keyframe(frame, size=10, ink=None):
    return Keyframe(Snapshot(frame, {}), (), ink, size)


def kept_at(*frames, room=10**6):
    kept = Keyframes()
    for frame in frames:
        kept.store(keyframe(frame), room)
    return kept


def frames_of(kept):
    return [each.run.frame for each in kept]


@pytest.mark.parametrize(("asked", "mib"), [("1", 1), ("2", 2), ("256", 256), (str(1 << 20), 1 << 20), ("", 256)])
def test_the_budget_is_whole_mebibytes(asked, mib, monkeypatch):
    monkeypatch.setenv("ORBITDRAW_MEMORY", asked)
    assert memory_budget() == mib * 1024 * 1024


@pytest.mark.parametrize("asked", ["0", str((1 << 20) + 1), "-1", "1.5", "many", "²", "٣", " 8", "1e3"])
def test_what_is_no_budget_is_refused(asked, monkeypatch):
    monkeypatch.setenv("ORBITDRAW_MEMORY", asked)
    with pytest.raises(InputError, match="ORBITDRAW_MEMORY needs a whole number of MiB from 1 to 1048576, not "):
        memory_budget()


def test_without_a_wish_the_budget_is_the_usual_one(monkeypatch):
    monkeypatch.delenv("ORBITDRAW_MEMORY", raising=False)
    assert memory_budget() == 256 << 20


def test_states_lie_in_the_order_of_their_frames_whatever_order_they_come_in():
    assert frames_of(kept_at(120, 0, 60, 180)) == [0, 60, 120, 180]


def test_a_state_takes_the_place_of_the_one_at_its_frame_and_of_no_other():
    kept = kept_at(0, 60, 120)
    for frame in (0, 60, 120):
        kept.store(keyframe(frame, ink=f"anew {frame}"), 10**6)
    assert [(each.run.frame, each.ink) for each in kept] == [(0, "anew 0"), (60, "anew 60"), (120, "anew 120")]


def test_the_last_state_that_is_no_later_is_found():
    kept = kept_at(60, 120, 180)
    assert [kept.before(frame) for frame in (-1, 0, 59)] == [None] * 3
    assert [kept.before(frame).run.frame for frame in (60, 61, 119, 120, 180, 10**9)] == [60, 60, 60, 120, 180, 180]
    assert Keyframes().before(10) is None


def test_a_change_makes_later_states_void_and_the_start():
    # A state at the frame of the change was kept before it acted; frame 0 has start values, which may be others.
    for first, left in ((0, []), (59, []), (60, [60]), (61, [60]), (120, [60, 120]), (500, [60, 120, 180])):
        kept = kept_at(0, 60, 120, 180)
        kept.forget(first)
        assert frames_of(kept) == left
    nearest = kept_at(0, 1, 2)
    nearest.forget(1)
    assert frames_of(nearest) == [1]


def test_the_budget_may_be_spent_to_the_last_byte():
    assert frames_of(kept_at(0, 60, 120, 180, room=40)) == [0, 60, 120, 180]
    assert len(kept_at(0, 60, 120, 180, room=39)) == 3
    assert frames_of(kept_at(0, 60, 120, 180, room=30)) == [0, 120, 180]


def test_the_first_and_the_last_state_stay_whatever_they_weigh():
    assert frames_of(kept_at(0, 60, room=0)) == [0, 60]
    assert frames_of(kept_at(0, 60, 120, 180, room=0)) == [0, 180]


def test_one_too_large_state_lets_go_of_as_many_as_it_takes():
    kept = kept_at(*range(0, 600, 60), room=100)
    kept.store(keyframe(600, size=70), 100)
    assert sum(each.bytes for each in kept) == 100 and frames_of(kept)[0] == 0 and frames_of(kept)[-1] == 600
