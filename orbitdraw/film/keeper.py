"""Policy of a film's keyframes: the frames that get one, the bytes they may take, and when an edit invalidates them."""

from __future__ import annotations

from orbitdraw.edits.symmetry import image_count
from orbitdraw.film.keyframes import CanvasKey, Keyframe, Keyframes, memory_budget
from orbitdraw.record.history import History
from orbitdraw.simulation.run import Run

KEYFRAME_EVERY = 60
"""Frames between keyframes. Stepping back replays at most this many."""

NEAR_EVERY = 8
"""Frames between the denser keyframes just before the target of a seek back, for quick further steps back."""

FEW_PARTICLES, MANY_PARTICLES = 64, 4000
"""Numbers of particles: up to FEW any number of frames is replayed at once; of SOME, about a hundred frames are
replayed in the time of a few copies of the canvas."""

BYTES_PER_PARTICLE = 200
"""Bytes for each particle and each of its images while a frame is drawn."""

FAR = 1 << 62
"""A frame that is never reached."""


class Keeper:
    """The keyframes of a film, within a memory budget that they share with its stroke history."""

    def __init__(self) -> None:
        self.enabled = True  # False stores none, for a film that is only played forwards
        self.budget = memory_budget()
        """Bytes for the past: the stroke history of a transition, at most three quarters, and the rest for keyframes,
        which become sparser the farther back they lie."""
        self.keyframes = Keyframes()
        self.near = Keyframes()
        self._changes_seen = 0

    def copy(self) -> Keeper:
        """A keeper of the same keyframes for another film, which stores its own ones from then on."""
        other = Keeper()
        other.enabled, other.budget, other._changes_seen = self.enabled, self.budget, self._changes_seen
        other.keyframes, other.near = Keyframes(self.keyframes), Keyframes(self.near)
        return other

    def clear(self) -> None:
        """Drop all keyframes."""
        self.keyframes.clear()
        self.near.clear()

    def drop_invalid(self, history: History) -> int | None:
        """Drop the keyframes that changes of the history since the last call invalidate.

        Returns the frame of the earliest change, or None where nothing has changed.
        """
        changed = history.changes[self._changes_seen :]
        self._changes_seen = len(history.changes)
        if not changed:
            return None
        first = min(changed)
        self.keyframes.forget(first)
        self.near.forget(first)
        return first

    def before(self, frame: int) -> Keyframe | None:
        """The last keyframe no later than `frame`, or None."""
        both = (self.keyframes.before(frame), self.near.before(frame))
        return max((kept for kept in both if kept is not None), key=lambda kept: kept.run.frame, default=None)

    def with_ink(self, canvas_key: CanvasKey, frame: int) -> Keyframe | None:
        """The last keyframe no later than `frame` with the ink of a canvas of this kind, or None."""
        fitting = (
            kept
            for kept in (*self.keyframes, *self.near)
            if kept.ink is not None and kept.canvas_key == canvas_key and kept.run.frame <= frame
        )
        return max(fitting, key=lambda kept: kept.run.frame, default=None)

    def place(self, frame: int, target: int) -> Keyframes | None:
        """The keyframes to which that of this frame is added, on the way to a target; None where it needs none."""
        if frame % KEYFRAME_EVERY == 0:
            return self.keyframes
        return self.near if frame % NEAR_EVERY == 0 and target - frame < KEYFRAME_EVERY else None

    def interval(self, run: Run, target: int) -> int:
        """Frames from one keyframe to the next while batches of frames are played on the way to a target.

        Few particles are replayed quickly: their keyframes are sparser the more frames are left.
        """
        particles = len(run.state.get("x", ()))
        most = FAR if particles <= FEW_PARTICLES else MANY_PARTICLES // particles
        return KEYFRAME_EVERY << max(0, min((target - run.frame) // KEYFRAME_EVERY, most).bit_length() - 1)

    def room(self, run: Run, history_bytes: int) -> int:
        """Bytes for keyframes: the budget less the stroke history and the working memory of many particles."""
        drawn = len(run.state["x"]) * image_count(run.state) if run.scene.motion is None else 0
        taken = (BYTES_PER_PARTICLE * drawn if drawn > MANY_PARTICLES else 0) + history_bytes
        return max(self.budget // 4, self.budget - taken)

    def store(self, where: Keyframes, keyframe: Keyframe, room: int) -> None:
        """Add a keyframe to one of the two lists, and thin that list to its part of the room."""
        where.store(keyframe, self._part(where, room))

    def thin(self, room: int) -> None:
        """Drop the least useful keyframes until all fit into the room."""
        for where in (self.keyframes, self.near):
            where.thin_to(self._part(where, room))

    def _part(self, where: Keyframes, room: int) -> int:
        """Bytes of the room for one of the lists: three quarters for the usual keyframes, a quarter for near ones."""
        return room // 4 if where is self.near else room * 3 // 4
