"""The undo history of a run: events by frame, a cursor behind those that have happened, undone events, branches."""

from __future__ import annotations

from dataclasses import dataclass, field

from orbitdraw.record.drawing import Event

MAX_BRANCHES, MAX_BRANCH_EVENTS = 1000, 2_000_000
"""Branches kept until the drawing is saved, and events in all of them (16 MB). Beyond, the oldest is removed."""


@dataclass
class History:
    """Events in the order of their frames with a cursor: those before it have happened, those after it are ahead.

    It is data alone. Every method changes lists and cursor; the run that plays the events brings its state after them,
    and after `undo`, `redo` or `switch_branch` that takes a `Run.restore`.

    >>> history = History()
    >>> history.record(Event(2, "mass", 0.5))
    >>> history.step(1), history.step(2)
    (None, Event(frame=2, name='mass', value=0.5, gesture=0))
    >>> history.undo().name, len(history.events)
    ('mass', 0)
    >>> history.redo().name, len(history.events), history.cursor
    ('mass', 1, 0)
    """

    events: list[Event] = field(default_factory=list)
    """Every event by frame."""
    cursor: int = 0
    """Number of events that have happened."""
    undone: list[Event] = field(default_factory=list)
    """The stack of what can be redone, the latest last."""
    branches: list[list[Event]] = field(default_factory=list)
    """Events of the histories that a change in their past replaced, the latest last; see `fork`."""
    changes: list[int] = field(default_factory=list)
    """For each change of the history, in order, the frame after which whatever was computed is void."""

    @property
    def past(self) -> list[Event]:
        """The events that have happened."""
        return self.events[: self.cursor]

    @property
    def ahead(self) -> list[Event]:
        """The events that wait to be replayed."""
        return self.events[self.cursor :]

    @property
    def last(self) -> Event | None:
        """The event that happened last."""
        return self.events[self.cursor - 1] if self.cursor else None

    @property
    def next(self) -> Event | None:
        """The event that happens next."""
        return self.events[self.cursor] if self.cursor < len(self.events) else None

    def copy(self) -> History:
        """A history of its own with the same events and branches."""
        return History(list(self.events), self.cursor, list(self.undone), list(self.branches), list(self.changes))

    def step(self, frame: int) -> Event | None:
        """Move the cursor past the next event and give it; None when there is none up to this frame."""
        event = self.next
        if event is None or event.frame > frame:
            return None
        self.cursor += 1
        return event

    def record(self, event: Event, *, merge: bool = False) -> None:
        """Insert an event at the cursor, as the one that happens next.

        With `merge` it takes the place of the event before, where that has the same frame and name.
        """
        self.changes.append(event.frame)
        last = self.last
        if merge and last is not None and (last.frame, last.name) == (event.frame, event.name):
            self.cursor -= 1
            del self.events[self.cursor]
        self.events.insert(self.cursor, event)

    def undo(self) -> Event | None:
        """Remove the event that happened last and give it; None when there is none."""
        if not self.cursor:
            return None
        self.cursor -= 1
        event = self.events.pop(self.cursor)
        self.undone.append(event)
        self.changes.append(event.frame - 1)
        return event

    def redo(self) -> Event | None:
        """Insert the event that was undone last where it was, and give it; None when there is none."""
        if not self.undone:
            return None
        event = self.undone.pop()
        index = sum(other.frame <= event.frame for other in self.events)
        self.events.insert(index, event)
        self.cursor += index < self.cursor
        self.changes.append(event.frame - 1)
        return event

    def fork(self) -> None:
        """Remove the events ahead and the undone ones; together with these, the history so far is kept as a branch."""
        if self.next is not None or self.undone:
            self.branches = [*self.branches[1 - MAX_BRANCHES :], self._with_undone()]
            count = sum(map(len, self.branches))
            while count > MAX_BRANCH_EVENTS and len(self.branches) > 1:
                count -= len(self.branches[0])
                self.branches = self.branches[1:]
        del self.events[self.cursor :]
        self.undone.clear()

    def switch_branch(self) -> bool:
        """Go on with the branch that was left last, from its beginning, and keep the present one as the oldest.

        False when there is none.
        """
        if not self.branches:
            return False
        *rest, latest = self.branches
        # States kept so far belong to the events without the undone ones.
        self.changes.append(fork_frame(latest, self.events) - 1)
        self.branches = [self._with_undone(), *rest]
        self.events, self.cursor = list(latest), 0
        self.undone.clear()
        return True

    def _with_undone(self) -> list[Event]:
        return sorted([*self.events, *reversed(self.undone)], key=lambda event: event.frame)


def fork_frame(first: list[Event], second: list[Event]) -> int:
    """The first frame at which the events of two branches differ.

    >>> fork_frame([Event(2, "a", 1.0), Event(7, "b", 1.0)], [Event(2, "a", 1.0), Event(9, "b", 1.0)])
    7
    """
    for a, b in zip(first, second, strict=False):
        if a != b:
            return min(a.frame, b.frame)
    rest = first[len(second) :] or second[len(first) :]
    return rest[0].frame if rest else 0
