"""A scene being played: the only mutable physics, with one door in."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from orbitdraw.authoring.motion import State
from orbitdraw.authoring.scene import Scene
from orbitdraw.authoring.values import LOOK_NAMES, checked, checked_edit, held, kept
from orbitdraw.errors import DrawingError, InputError, near
from orbitdraw.ink.look import View
from orbitdraw.ink.strokes import Strokes
from orbitdraw.record.drawing import Drawing, Event
from orbitdraw.reference_frames.reference import begun, reference_of, require
from orbitdraw.runtime.author_errors import declaration_error
from orbitdraw.simulation.particles import motion_of
from orbitdraw.simulation.scene_ref import reference
from orbitdraw.simulation.snapshot import Snapshot, copied, hash_of
from orbitdraw.slider import Values

FRAMES_PER_SECOND = 60
"""Frames of a run that make one second of play at normal speed; a name for a number that everything shares."""

CHECK_EVERY = 600
"""Frames between check hashes in a drawing (ten seconds). Smaller finds a wrong frame sooner; each is 30 bytes."""

MOST_BRANCHES, MOST_LEFT = 1000, 2_000_000
"""Futures that are kept until the drawing is saved, and events in all of them: 16 MB. Beyond, the oldest goes first."""


class Run:
    """A scene being played, frame by frame, always in the same fixed steps.

    `seed` chooses the random numbers, `params` the values at the start. `advance()` moves on by one frame and gives
    its ink; `apply(name, value)` is the only way to change anything, and every call is on record, so the drawing that
    `drawing()` gives replays to the bit. The wall clock never enters.

    >>> from orbitdraw import Dust, Run, Scene
    >>> run = Run(Scene("spring", potential="x^2/2", dust=Dust([[1, 0]]), dt=0.1))
    >>> _ = run.advance()
    >>> run.frame, round(float(run.pos[0, 0]), 4)
    (1, 0.995)
    """

    def __init__(self, scene: Scene, seed: int = 0, *, script: Iterable[Event] = (), **params: Any) -> None:
        if not isinstance(scene, Scene):
            raise InputError(
                f"a Run plays a Scene, not a {type(scene).__name__}; use load() for names, files and formulas"
            )
        self.scene = scene
        self.seed = int(seed)
        self._declared = scene.sliders()
        self.values: Values = scene.values()
        for name, value in params.items():
            self.values[name] = self.checked(name, value)
        self.start_values = dict(self.values)
        self.history: list[Event] = []
        """Every event by frame; the first `done` of them have happened, the others wait to be replayed."""
        self.done = 0
        self.undone: list[Event] = []
        self.branches: list[list[Event]] = []
        """Histories that something done in their past replaced, the latest last; see `branch`."""
        self.edits: list[int] = []
        """The frames at which the history was changed, in order; what is kept of later frames is void."""
        self.checks: dict[int, str] = {}
        self.expected: dict[int, str] = {}
        self.mismatch: int | None = None
        self.doubt = ""
        """Why this may not be what is wanted, in a sentence: the scene's file is another one by now, or a body lies
        outside the view."""
        self.lasted = 0
        """Frames of the drawing that is done again: one can go to its end before it was played to."""
        self.void = 0
        """Edits so far that could not be done, because something before them was undone. They stay on record."""
        self.motion = motion_of(scene)
        self.frame = 0
        self.restore(self._beginning())
        try:
            require(reference_of(self.values["watch"]), self.bodies())
        except InputError as error:
            raise error if "watch" in params else declaration_error(scene, str(error), "watch") from None
        # A body that was watched may be taken away in the first frame already: a drawing says what was done.
        self.history = self.checked_events(sorted(script, key=lambda event: event.frame))
        if self.history:
            self.restore(self._beginning())

    # -- the one door in -------------------------------------------------------------------------------------------

    def checked(self, name: str, value: Any) -> Any:
        """`value` as this run would keep it; raises InputError, naming the offender and the remedy."""
        return self._checked(Event(0, name, value), self.values)

    def _checked(self, event: Event, values: Values | None) -> Any:
        """What becomes of a change, whoever asks for it, a hand or a drawing; see `values.checked`."""
        name = event.name
        if name not in self._declared:
            names = ", ".join(self._declared)
            hint = near(name, self._declared)
            raise InputError(
                f"{self.scene.name} has no {name!r}; {hint if hint.startswith('did') else 'it has ' + names}"
            )
        if name == "dt" and event.frame > 0:
            raise InputError("dt is fixed once a run has begun; restart, and set it before the first frame")
        return checked(name, event.value, self._declared[name], values)

    def _checked_edit(self, event: Event) -> tuple[float, ...]:
        numbers = checked_edit(event.name, event.value, self.motion.edits[event.name])
        self.motion.check(event.name, numbers)
        return numbers

    def checked_events(self, events: Iterable[Event]) -> list[Event]:
        """Changes that were made in another run, as this one would have kept them.

        Raises DrawingError where one of them cannot be. Whether a body that is named is there shows only when it is
        played: what was undone may have been it, or what set the ends of a slider.
        """
        out = []
        for event in events:
            edit = event.name in self.motion.edits
            try:
                value = self._checked_edit(event) if edit else self._checked(event, None)
            except InputError as error:
                raise DrawingError(f"the drawing cannot be played: at frame {event.frame}, {error}") from None
            same = kept(value) == event.value
            out.append(event if same else Event(event.frame, event.name, kept(value), event.gesture))
        return out

    def apply(self, name: str, value: Any) -> None:
        """Change one named value from this frame on. The only way in, so every change is on record.

        A change made in the past, or after an undo, starts a new future, and what was to come is kept in `branches`. A
        change of the view or the look does not.
        """
        edit = name in self.motion.edits
        asked = Event(self.frame, name, value)
        numbers = self._checked_edit(asked) if edit else self._checked(asked, self.values)
        if name == "watch":
            require(reference_of(numbers), self.bodies())
        if edit:
            # Tried on a copy first: a hand that reaches for what is not there changes nothing.
            self.motion.edit(copied(self.state), self.values, name, numbers)
        # Looking closer at a replay, or in another colour, is no new future; doing something else is.
        if edit or name not in LOOK_NAMES:
            self._leave_future()
        self.edits.append(self.frame)
        # A slider that is dragged gives many values in one frame; only the last is ever seen.
        last = self.history[self.done - 1] if self.done else None
        if not edit and last is not None and (last.frame, last.name) == (self.frame, name):
            self.done -= 1
            del self.history[self.done]
        self.history.insert(self.done, Event(self.frame, name, kept(numbers)))
        if self.frame == 0 and not edit and name not in LOOK_NAMES:
            self.restore(self._beginning())
        else:
            self._catch_up()

    def _leave_future(self) -> None:
        """Let go of what was to come, and of what was undone; both are kept as a branch."""
        if self.history[self.done :] or self.undone:
            whole = sorted([*self.history, *reversed(self.undone)], key=lambda event: event.frame)
            self.branches = [*self.branches[1 - MOST_BRANCHES :], whole]
            left = sum(map(len, self.branches))
            while left > MOST_LEFT and len(self.branches) > 1:
                left -= len(self.branches[0])
                self.branches = self.branches[1:]
        del self.history[self.done :]
        self.undone.clear()

    def branch(self) -> bool:
        """Change over to the branch that was left last, and keep the present one; False when there is none.

        The state follows only after a `restore`: Film.branch does both.
        """
        if not self.branches:
            return False
        here = sorted([*self.history, *reversed(self.undone)], key=lambda event: event.frame)
        *rest, other = self.branches
        self.branches = [here, *rest]
        self.edits.append(fork_of(other, here) - 1)
        self.history = list(other)
        self.undone.clear()
        return True

    def _catch_up(self, skipped: int = 0) -> None:
        """Let the events of the frames up to this one happen; the first `skipped` edits are in the state already."""
        while self.done < len(self.history) and self.history[self.done].frame <= self.frame:
            event = self.history[self.done]
            self.done += 1
            if event.name not in self.motion.edits:
                self.values[event.name] = held(event.value)
            elif skipped:
                skipped -= 1
            else:
                self._do_again(event)

    def _do_again(self, event: Event) -> None:
        """Let an edit happen that was on record. What was undone before it may be what it needs: then it is void."""
        try:
            self.motion.edit(self.state, self.values, event.name, held(event.value))
        except InputError:
            self.void += 1

    def _beginning(self) -> Snapshot:
        """Frame 0: the scene's start with the values that were set before the first frame."""
        values = dict(self.start_values)
        for event in self.history:
            if event.frame == 0 and event.name not in self.motion.edits:
                values[event.name] = held(event.value)
        return Snapshot(0, self._edited(self.motion.start(values, self.seed), values))

    def _edited(self, state: State, values: Values) -> State:
        """The state at frame 0 after what the scene's author has a hand do first."""
        for pair in self.scene.edits:
            try:
                name, numbers = pair
                if name not in self.motion.edits:
                    raise InputError(f"this scene has no edit {name!r}; {near(name, self.motion.edits)}")
                self.motion.edit(state, values, name, self._checked_edit(Event(0, name, numbers)))  # type: ignore[arg-type]
            except InputError as error:
                raise declaration_error(self.scene, f"edits: {error}", "edits") from None
        if "own dust" in state:
            state["own dust"] = np.array([len(state["x"]) - len(state["mass"])])
        return state

    def take_back(self) -> Event | None:
        """Remove the last event that happened, and give it; the state is that of before only after a `restore`.

        Film.undo and Film.redo do both.
        """
        if not self.done:
            return None
        self.done -= 1
        event = self.history.pop(self.done)
        self.undone.append(event)
        self.edits.append(event.frame - 1)
        return event

    def put_back(self) -> Event | None:
        """Put the event that was taken back last where it was; the state has it only after a `restore`."""
        if not self.undone:
            return None
        event = self.undone.pop()
        place = sum(other.frame <= event.frame for other in self.history)
        self.history.insert(place, event)
        self.edits.append(event.frame - 1)
        return event

    # -- time ------------------------------------------------------------------------------------------------------

    @property
    def t(self) -> float:
        """Scene time."""
        return self.motion.clock(self.state, self.frame) * (self.scene.steps * float(self.values["dt"]))

    def advance(self) -> Strokes:
        """Move on by one frame (`steps` steps of `dt`) and give its ink."""
        strokes = self.motion.advance(self.state, self.values, self.frame)
        self._arrive(1)
        return strokes

    def leap(self, most: int) -> Strokes | None:
        """Move on by several frames in one go, `most` at most, with their ink side by side; see `Motion.stretch`.

        None, and nothing has moved, where something happens at once or only `advance` can: the bits are the same.
        """
        most = min(most, CHECK_EVERY - self.frame % CHECK_EVERY)
        if self.done < len(self.history):
            most = min(most, self.history[self.done].frame - self.frame)
        strokes = self.motion.stretch(self.state, self.values, self.frame, most) if most > 1 else None
        if strokes is not None:
            self._arrive(strokes.frames)
        return strokes

    def _arrive(self, frames: int) -> None:
        self.frame += frames
        if self.frame % CHECK_EVERY == 0:
            self._check()
        self._catch_up()

    def _check(self) -> None:
        self.checks[self.frame] = self.hash()
        expected = self.expected.get(self.frame)
        if expected is not None and expected != self.checks[self.frame] and self.mismatch is None:
            self.mismatch = self.frame

    def hash(self) -> str:
        """Sixteen hex digits that stand for the whole state: equal hashes, equal motion."""
        return hash_of(self.frame, self.state)

    def snapshot(self) -> Snapshot:
        """A copy of the state; `restore` comes back to it exactly."""
        edits = sum(event.name in self.motion.edits for event in self.history[: self.done])
        return Snapshot(self.frame, copied(self.state), edits, self.void)

    def restore(self, snapshot: Snapshot) -> None:
        """Go to a snapshot of this run. Events that came later stay in the history and wait to be replayed."""
        self.frame = snapshot.frame
        self.state = copied(snapshot.state)
        self.values = dict(self.start_values)
        self.done, self.void = 0, snapshot.void
        self._catch_up(snapshot.edits)

    def again(self) -> Run:
        """A second run from frame 0 that replays everything that was done in this one."""
        twin = copy.copy(self)
        twin.start_values = dict(self.start_values)
        twin.history, twin.edits, twin.checks, twin.mismatch = list(self.history), [], {}, None
        twin.undone, twin.branches = [], []
        twin.restore(twin._beginning())
        return twin

    def apart(self, snapshot: Snapshot) -> Run:
        """The same drawing in a run of its own, at a snapshot, with all that was done and can be undone."""
        twin = copy.copy(self)
        twin.start_values, twin.checks = dict(self.start_values), dict(self.checks)
        twin.history, twin.edits = list(self.history), list(self.edits)
        twin.undone, twin.branches = list(self.undone), list(self.branches)
        twin.motion = motion_of(self.scene)
        twin.restore(snapshot)
        return twin

    # -- what can be seen ------------------------------------------------------------------------------------------

    @property
    def view(self) -> View:
        """The part of the world on paper."""
        return View.of(self.values["view"])

    def _pair(self, a: str, b: str) -> NDArray[np.float64]:
        if a not in self.state:
            raise InputError(f"{self.scene.name} does not move particles in the plane; look at run.state")
        return np.stack([self.state[a], self.state[b]], axis=1)

    @property
    def pos(self) -> NDArray[np.float64]:
        """Places (n, 2), bodies first; a retired particle is nan."""
        return self._pair("x", "y")

    @property
    def vel(self) -> NDArray[np.float64]:
        """Velocities (n, 2)."""
        return self._pair("vx", "vy")

    @property
    def mass(self) -> NDArray[np.float64]:
        """Masses (n,); dust has none."""
        masses = np.zeros(len(self.pos))
        bodies = self.state.get("mass")
        if bodies is not None:
            masses[: len(bodies)] = bodies
        return masses

    def bodies(self) -> NDArray[np.int64]:
        """The names (n,) of the bodies that a hand, or who watches from one, can mean."""
        few = len(self.state["mass"]) if self.motion.edits and "mass" in self.state else 0
        names: NDArray[np.int64] = self.state.get("name", np.arange(few))[:few].copy()
        return names

    def metrics(self) -> dict[str, float]:
        """The numbers on screen, by name."""
        numbers = self.motion.metrics(self.state, self.values, self.t)
        if self.mismatch is not None:
            numbers["replay differs from frame"] = float(self.mismatch)
        if self.void:
            numbers["void edits"] = float(self.void)
        return numbers

    def energy(self) -> float:
        """Total energy of the bodies, or the mean energy of the dust where there are no bodies."""
        numbers = self.motion.metrics(self.state, self.values, self.t)
        if "energy" not in numbers:
            raise InputError(f"{self.scene.name} has no energy; it has {', '.join(numbers) or 'no numbers'}")
        return numbers["energy"]

    def drawing(self) -> Drawing:
        """What was done so far, as a file can keep it."""
        return Drawing(
            scene=reference(self.scene),
            seed=self.seed,
            values={name: kept(value) for name, value in self.start_values.items()},
            # A turn of the picture may have begun although it was chosen later.
            events=[*self.history[: self.done], *(e for e in self.history[self.done :] if begun(e, self.frame))],
            frames=self.frame,
            # Later ones belong to a future that may have been left.
            checks=sorted((frame, check) for frame, check in self.checks.items() if frame <= self.frame),
        )


def fork_of(one: list[Event], other: list[Event]) -> int:
    """The first frame at which two histories are not the same.

    >>> fork_of([Event(2, "a", 1.0), Event(7, "b", 1.0)], [Event(2, "a", 1.0), Event(9, "b", 1.0)])
    7
    """
    for a, b in zip(one, other, strict=False):
        if a != b:
            return min(a.frame, b.frame)
    rest = one[len(other) :] or other[len(one) :]
    return rest[0].frame if rest else 0
