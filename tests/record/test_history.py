"""The undo history against a list and a frame: what is past and ahead, what can be redone, and no event is lost."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from orbitdraw.record import history as module
from orbitdraw.record.drawing import Event
from orbitdraw.record.history import History, fork_frame


def in_order(events: list[Event]) -> list[Event]:
    return sorted(events, key=lambda event: event.frame)


class AgainstAList(RuleBasedStateMachine):
    """The model: all events in one list. Those up to the frame of play have happened; no cursor is needed to say so."""

    def __init__(self) -> None:
        super().__init__()
        self.history = History()
        self.frame = 0
        self.events: list[Event] = []
        self.undone: list[Event] = []
        self.branches: list[list[Event]] = []
        self.recorded: list[Event] = []
        self.count = 0

    def past(self) -> list[Event]:
        return [event for event in self.events if event.frame <= self.frame]

    def restore(self) -> None:
        """As a run does after a change of what has happened: from the first event to the frame of play."""
        self.history.cursor = 0
        self.catch_up()

    def catch_up(self) -> None:
        while (event := self.history.step(self.frame)) is not None:
            assert event is self.history.last

    def changing(self, change: Callable[[], object]) -> None:
        """Make a change; everything up to the frame it names is as it was."""
        before, count = list(self.history.events), len(self.history.changes)
        change()
        assert len(self.history.changes) == count + 1
        valid = self.history.changes[-1]
        assert [e for e in before if e.frame <= valid] == [e for e in self.history.events if e.frame <= valid]

    @rule(frames=st.integers(1, 4))
    def play(self, frames: int) -> None:
        self.frame += frames
        self.catch_up()

    @rule(part=st.floats(0, 1))
    def go_back(self, part: float) -> None:
        self.frame = int(part * self.frame)
        self.restore()

    @rule(name=st.sampled_from("ab"), merge=st.booleans(), fork=st.booleans())
    def record(self, name: str, merge: bool, fork: bool) -> None:
        self.count += 1
        event = Event(self.frame, name, float(self.count))  # no two are equal
        self.recorded.append(event)
        past, ahead = self.past(), self.events[len(self.past()) :]
        if fork:
            if ahead or self.undone:
                self.branches.append(in_order([*past, *ahead, *self.undone[::-1]]))
            ahead, self.undone = [], []
            self.history.fork()
        if merge and past and (past[-1].frame, past[-1].name) == (self.frame, name):
            self.recorded = [one for one in self.recorded if one is not past[-1]]  # it may also be in a branch
            past.pop()
        self.events = [*past, event, *ahead]
        self.history.record(event, merge=merge)
        assert self.history.changes[-1] == self.frame and self.history.next is event
        self.catch_up()

    @rule()
    def undo(self) -> None:
        past = self.past()
        if not past:
            assert self.history.undo() is None
            return
        self.events.remove(past[-1])
        self.undone.append(past[-1])
        self.changing(lambda: self.same(self.history.undo(), past[-1]))
        assert self.history.past == past[:-1]
        self.restore()

    @rule()
    def redo(self) -> None:
        if not self.undone:
            assert self.history.redo() is None
            return
        event = self.undone.pop()
        self.events = in_order([*self.events, event])  # after those of its own frame
        before = self.history.past
        self.changing(lambda: self.same(self.history.redo(), event))
        assert self.history.past in (before, in_order([*before, event]))
        self.restore()

    @staticmethod
    def same(one: Event | None, other: Event) -> None:
        assert one is other

    @precondition(lambda self: not self.branches)
    @rule()
    def switch_to_nothing(self) -> None:
        assert not self.history.switch_branch()

    @precondition(lambda self: self.branches)
    @rule()
    def switch(self) -> None:
        here = in_order([*self.events, *self.undone[::-1]])
        self.events = self.branches.pop()
        self.branches.insert(0, here)
        self.undone = []
        self.changing(self.history.switch_branch)
        self.restore()

    @invariant()
    def the_two_agree(self) -> None:
        history, done = self.history, len(self.past())
        assert (history.events, history.undone) == (self.events, self.undone)
        assert history.branches == self.branches
        assert (history.past, history.ahead) == (self.events[:done], self.events[done:])
        assert history.last is (self.events[done - 1] if done else None)
        assert history.next is (self.events[done] if done < len(self.events) else None)
        assert history.events == in_order(history.events)

    @invariant()
    def no_event_is_lost(self) -> None:
        held = [*self.history.events, *self.history.undone, *(e for branch in self.history.branches for e in branch)]
        assert {event.value for event in self.recorded} <= {event.value for event in held}

    @invariant()
    def a_copy_is_equal_and_stays_when_this_one_goes_on(self) -> None:
        copy = self.history.copy()
        assert copy == self.history
        copy.fork()
        copy.record(Event(self.frame, "c", 0.0))
        copy.undo()
        self.the_two_agree()


TestAgainstAList = AgainstAList.TestCase


def left_branches(count: int) -> History:
    history = History()
    for number in range(count):
        history.record(Event(0, "a", float(number)))
        history.step(0)
        history.undo()
        history.fork()
    return history


def test_of_too_many_branches_the_oldest_is_removed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_BRANCHES", 4)
    assert [branch[0].value for branch in left_branches(7).branches] == [3.0, 4.0, 5.0, 6.0]


def test_of_branches_with_too_many_events_the_oldest_is_removed_but_the_last_is_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    history = left_branches(7)
    monkeypatch.setattr(module, "MAX_BRANCH_EVENTS", 8)
    for frame in range(5):
        history.record(Event(frame, "a", 9.0 + frame))
        history.step(frame)
    history.cursor = 0
    history.fork()
    assert [len(branch) for branch in history.branches] == [1, 1, 1, 5]
    for frame in range(20):
        history.record(Event(frame, "a", 1.0))
        history.step(frame)
    history.cursor = 0
    history.fork()
    assert [len(branch) for branch in history.branches] == [20]


@pytest.mark.parametrize(
    ("one", "other", "frame"),
    [
        ([], [], 0),
        ([2, 5], [2, 5], 0),
        ([2, 5], [2], 5),
        ([2], [2, 7], 7),
        ([2, 5], [2, 3], 3),
        ([], [4], 4),
    ],
)
def test_the_fork_is_where_the_first_event_differs(one: list[int], other: list[int], frame: int) -> None:
    a, b = ([Event(at, "a", 1.0) for at in frames] for frames in (one, other))
    assert fork_frame(a, b) == frame
