"""A scene being played: its mutable state and its history of events, changed only through `Run.apply`."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from orbitdraw.authoring.motion import State
from orbitdraw.authoring.scene import Scene
from orbitdraw.authoring.values import LOOK_NAMES, check_edit, from_file, to_file
from orbitdraw.errors import DrawingError, InputError, suggestion
from orbitdraw.ink.look import View
from orbitdraw.ink.strokes import Strokes
from orbitdraw.record.drawing import Drawing, Event
from orbitdraw.record.history import History
from orbitdraw.reference_frames.reference import has_begun, reference_of, require_bodies
from orbitdraw.runtime.author_errors import declaration_error
from orbitdraw.simulation.particles import motion_of
from orbitdraw.simulation.scene_ref import reference
from orbitdraw.simulation.snapshot import Snapshot, copy_state, hash_of
from orbitdraw.slider import Values

FRAMES_PER_SECOND = 60
"""Frames of a run in one second of play at normal speed."""

CHECK_EVERY = 600
"""Frames between check hashes in a drawing (ten seconds). Smaller finds a wrong frame sooner; each is 30 bytes."""


class Run:
    """A scene being played, frame by frame, always in the same fixed steps.

    `seed` seeds the random numbers, `params` are the initial values. `advance()` plays one frame and returns its
    strokes; `apply(name, value)` is the only way to change anything, and every call is recorded, so the drawing that
    `drawing()` returns replays bit by bit. The wall clock has no influence.

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
        self.values: Values = scene.declared.defaults()
        for name, value in params.items():
            self.values[name] = scene.declared.check(name, value, self.values)
        self.start_values = dict(self.values)
        self.history = History()
        """The events so far, those still ahead, and those that can be undone and redone."""
        self.checks: dict[int, str] = {}
        self.expected: dict[int, str] = {}
        self.mismatch: int | None = None
        self.doubt = ""
        """A warning about the start, as a sentence: the scene's file has changed, or a body lies outside the view."""
        self.lasted = 0
        """Length in frames of the drawing that is replayed: its end can be jumped to before it has been played."""
        self.void = 0
        """Number of edits so far that failed because something before them was undone. They stay in the history."""
        self.motion = motion_of(scene)
        self.frame = 0
        self.restore(self._start_snapshot())
        try:
            require_bodies(reference_of(self.values["watch"]), self.bodies())
        except InputError as error:
            raise error if "watch" in params else declaration_error(scene, str(error), "watch") from None
        # After the check of `watch`: an event of the first frame may delete the watched body.
        self.history.events = self.check_events(sorted(script, key=lambda event: event.frame))
        if self.history.events:
            self.restore(self._start_snapshot())

    # -- changes ---------------------------------------------------------------------------------------------------

    def _check_edit(self, name: str, value: Any) -> tuple[float, ...]:
        numbers = check_edit(name, value, self.motion.edits[name])
        self.motion.check(name, numbers)
        return numbers

    def check_events(self, events: Iterable[Event]) -> list[Event]:
        """Events of another run, as this one would store them.

        Raises DrawingError if one is invalid. Whether a named body exists is known only when the event is played: the
        throw that added it, or the value that set the ends of a slider, may have been undone.
        """
        out, declared = [], self.scene.declared
        for event in events:
            name, value = event.name, event.value
            try:
                if name in self.motion.edits:
                    checked = self._check_edit(name, value)
                else:
                    checked = declared.check(name, value, frame=event.frame)
            except InputError as error:
                raise DrawingError(f"the drawing cannot be played: at frame {event.frame}, {error}") from None
            same = to_file(checked) == value
            out.append(event if same else Event(event.frame, name, to_file(checked), event.gesture))
        return out

    def apply(self, name: str, value: Any) -> None:
        """Set a value or apply an edit from this frame on, and record it. Every change goes through this method.

        A change made in the past, or after an undo, starts a new continuation, and the old one is kept as a branch
        of the history. A change of the view or the look does not.
        """
        edit = name in self.motion.edits
        if edit:
            numbers = self._check_edit(name, value)
        else:
            numbers = self.scene.declared.check(name, value, self.values, self.frame)
        if name == "watch":
            require_bodies(reference_of(numbers), self.bodies())
        if edit:
            # Tried on a copy first, so that an edit that raises changes nothing.
            self.motion.edit(copy_state(self.state), self.values, name, numbers)
        # Changing the view or colour of a replay keeps its continuation; any other change replaces it.
        if edit or name not in LOOK_NAMES:
            self.history.fork()
        # A dragged slider gives many values in one frame; only the last has an effect.
        self.history.record(Event(self.frame, name, to_file(numbers)), merge=not edit)
        if self.frame == 0 and not edit and name not in LOOK_NAMES:
            self.restore(self._start_snapshot())
        else:
            self._apply_due_events()

    def _apply_due_events(self, skipped: int = 0) -> None:
        """Apply the events of the frames up to this one; the first `skipped` edits are in the state already."""
        while (event := self.history.step(self.frame)) is not None:
            if event.name not in self.motion.edits:
                self.values[event.name] = from_file(event.value)
            elif skipped:
                skipped -= 1
            else:
                self._apply_recorded(event)

    def _apply_recorded(self, event: Event) -> None:
        """Apply a recorded edit. If it fails, because something that it needs was undone, count it as void."""
        try:
            self.motion.edit(self.state, self.values, event.name, from_file(event.value))
        except InputError:
            self.void += 1

    def _start_snapshot(self) -> Snapshot:
        """Snapshot of frame 0: the scene's start with the values that were set before the first frame."""
        values = dict(self.start_values)
        for event in self.history.events:
            if event.frame == 0 and event.name not in self.motion.edits:
                values[event.name] = from_file(event.value)
        return Snapshot(0, self._with_scene_edits(self.motion.start(values, self.seed), values))

    def _with_scene_edits(self, state: State, values: Values) -> State:
        """The state at frame 0 after the edits that the scene declares."""
        for pair in self.scene.edits:
            try:
                name, numbers = pair
                if name not in self.motion.edits:
                    raise InputError(f"this scene has no edit {name!r}; {suggestion(name, self.motion.edits)}")
                self.motion.edit(state, values, name, self._check_edit(name, numbers))
            except InputError as error:
                raise declaration_error(self.scene, f"edits: {error}", "edits") from None
        if "own dust" in state:
            state["own dust"] = np.array([len(state["x"]) - len(state["mass"])])
        return state

    # -- time ------------------------------------------------------------------------------------------------------

    @property
    def t(self) -> float:
        """Scene time."""
        return self.motion.clock(self.state, self.frame) * (self.scene.steps * float(self.values["dt"]))

    def advance(self) -> Strokes:
        """Play one frame (`steps` steps of `dt`) and return its strokes."""
        strokes = self.motion.advance(self.state, self.values, self.frame)
        self._finish_frames(1)
        return strokes

    def leap(self, most: int) -> Strokes | None:
        """Play at most `most` frames in one call and return their strokes side by side; see `Motion.stretch`.

        None, with the state unchanged, before an event or where only `advance` works. Both give the same bits.
        """
        most = min(most, CHECK_EVERY - self.frame % CHECK_EVERY)
        if self.history.next is not None:
            most = min(most, self.history.next.frame - self.frame)
        strokes = self.motion.stretch(self.state, self.values, self.frame, most) if most > 1 else None
        if strokes is not None:
            self._finish_frames(strokes.frames)
        return strokes

    def _finish_frames(self, frames: int) -> None:
        self.frame += frames
        if self.frame % CHECK_EVERY == 0:
            self._check()
        self._apply_due_events()

    def _check(self) -> None:
        self.checks[self.frame] = self.hash()
        expected = self.expected.get(self.frame)
        if expected is not None and expected != self.checks[self.frame] and self.mismatch is None:
            self.mismatch = self.frame

    def hash(self) -> str:
        """Hash of the whole state in sixteen hex digits: equal hashes mean equal motion."""
        return hash_of(self.frame, self.state)

    def snapshot(self) -> Snapshot:
        """A copy of the state; `restore` returns to it exactly."""
        edits = sum(event.name in self.motion.edits for event in self.history.past)
        return Snapshot(self.frame, copy_state(self.state), edits, self.void)

    def restore(self, snapshot: Snapshot) -> None:
        """Return to a snapshot of this run. Later events stay in the history and wait to be replayed."""
        self.frame = snapshot.frame
        self.state = copy_state(snapshot.state)
        self.values = dict(self.start_values)
        self.history.cursor, self.void = 0, snapshot.void
        self._apply_due_events(snapshot.edits)

    def again(self) -> Run:
        """A second run at frame 0 that replays the history of this one."""
        replayed = copy.copy(self)
        replayed.start_values = dict(self.start_values)
        replayed.history, replayed.checks, replayed.mismatch = History(list(self.history.events)), {}, None
        replayed.restore(replayed._start_snapshot())
        return replayed

    def apart(self, snapshot: Snapshot) -> Run:
        """An independent copy of this run at a snapshot, with its history, undone events and branches."""
        clone = copy.copy(self)
        clone.start_values, clone.checks = dict(self.start_values), dict(self.checks)
        clone.history = self.history.copy()
        clone.motion = motion_of(self.scene)
        clone.restore(snapshot)
        return clone

    # -- queries ---------------------------------------------------------------------------------------------------

    @property
    def view(self) -> View:
        """The part of the plane that is shown."""
        return View.of(self.values["view"])

    def _pair(self, a: str, b: str) -> NDArray[np.float64]:
        if a not in self.state:
            raise InputError(f"{self.scene.name} does not move particles in the plane; look at run.state")
        return np.stack([self.state[a], self.state[b]], axis=1)

    @property
    def pos(self) -> NDArray[np.float64]:
        """Positions (n, 2), bodies first; nan for a retired particle."""
        return self._pair("x", "y")

    @property
    def vel(self) -> NDArray[np.float64]:
        """Velocities (n, 2)."""
        return self._pair("vx", "vy")

    @property
    def mass(self) -> NDArray[np.float64]:
        """Masses (n,); 0 for dust."""
        masses = np.zeros(len(self.pos))
        bodies = self.state.get("mass")
        if bodies is not None:
            masses[: len(bodies)] = bodies
        return masses

    def bodies(self) -> NDArray[np.int64]:
        """The names (n,) of the bodies that edits and reference frames can refer to."""
        n_bodies = len(self.state["mass"]) if self.motion.edits and "mass" in self.state else 0
        names: NDArray[np.int64] = self.state.get("name", np.arange(n_bodies))[:n_bodies].copy()
        return names

    def metrics(self) -> dict[str, float]:
        """The numbers shown on screen, by name."""
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
        """The history so far as a Drawing, which can be saved."""
        return Drawing(
            scene=reference(self.scene),
            seed=self.seed,
            values={name: to_file(value) for name, value in self.start_values.items()},
            # Later events count if their frame transition has begun already.
            events=[*self.history.past, *(e for e in self.history.ahead if has_begun(e, self.frame))],
            frames=self.frame,
            # Later checks may belong to a continuation that was replaced.
            checks=sorted((frame, check) for frame, check in self.checks.items() if frame <= self.frame),
        )
