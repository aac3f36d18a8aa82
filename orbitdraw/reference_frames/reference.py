"""Frames of reference: their kinds, the transition from one to the next, and the coordinate transform."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from orbitdraw.errors import InputError

if TYPE_CHECKING:
    from orbitdraw.record.drawing import Event

Floats = NDArray[np.float64]

TRANSITION_FRAMES = 60
"""Length in frames of a transition between frames of reference: one second, about the shortest an eye can follow."""

Reference = tuple[int, ...]
"""A frame of reference: its kind, and the ids of the bodies that define it."""

REST: Reference = (0,)
BODY, CENTRE, PAIR = 1, 2, 3
BODIES_OF_KIND = {REST[0]: 0, BODY: 1, CENTRE: 0, PAIR: 2}
"""Number of bodies that define each kind."""

Share = tuple[Reference, float, int]
"""A frame of reference, its weight in the blend, and the winding number: full rotations added to its angle."""


def check_watch(value: Any) -> tuple[float, ...]:
    """Check a value of `watch` and return it as a run stores it: (0,) is the inertial frame at rest, (1, a) the frame
    of the body with id a, (2,) that of the centre of mass, (3, a, b) rotates with a pair. A further number 1 makes the
    transition end at the frame of the event instead of beginning there, as for a change while paused. Raises
    InputError for anything else.

    >>> check_watch((3, 0, 1)), check_watch(()), check_watch(2)
    ((3.0, 0.0, 1.0), (0.0,), (2.0,))
    """
    parts = value if isinstance(value, (tuple, list)) else (value,)
    try:
        numbers = tuple(math.nan if isinstance(part, str) else float(part) for part in parts)
    except (TypeError, ValueError, OverflowError):
        numbers = (math.nan,)
    if not numbers:
        return (0.0,)
    whole = all(number >= 0 and number == math.floor(number) for number in numbers if math.isfinite(number))
    extra = len(numbers) - 1 - BODIES_OF_KIND.get(int(numbers[0]) if math.isfinite(numbers[0]) else -1, 99)
    if not all(map(math.isfinite, numbers)) or not whole or extra not in (0, 1) or (extra and numbers[-1] > 1):
        raise InputError(
            "watch needs 0 (the world at rest), 1 and a body, 2 (the centre of mass) or 3 and two bodies, "
            f"not {value!r}"
        )
    reference = reference_of(numbers)
    if reference[0] == PAIR and reference[1] == reference[2]:
        raise InputError(f"a frame that rotates with a pair needs two different bodies, not body {reference[1]} twice")
    return numbers


def reference_of(value: Sequence[float]) -> Reference:
    """The frame of reference of a checked value."""
    kind = int(value[0]) if value else REST[0]
    return (kind, *(int(name) for name in value[1 : 1 + BODIES_OF_KIND[kind]]))


def _ends_at_event(value: Sequence[float]) -> bool:
    return bool(value) and len(value) == 2 + BODIES_OF_KIND[int(value[0])] and value[-1] == 1


def require_bodies(reference: Reference, names: Iterable[int]) -> None:
    """Raise InputError unless all bodies that define a frame of reference are among the ids `names`."""
    existing = sorted(int(name) for name in names)
    if reference[0] != REST[0] and not existing:
        raise InputError("there are no bodies here for this reference frame; set watch = 0, the world at rest")
    for body in reference[1:]:
        if body not in existing:
            known = ", ".join(map(str, existing[:12])) + (", ..." if len(existing) > 12 else "")
            raise InputError(f"there is no body {body} for this reference frame; there are {known}")


# -- transitions -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Transition:
    """A transition to the frame of reference `reference`, from frame `begin` to frame `end`."""

    reference: Reference
    begin: int
    end: int

    def progress(self, frame: int) -> float:
        """Progress of the transition at a frame, from 0 to 1, eased at both ends.

        >>> [Transition(REST, 0, 60).progress(frame) for frame in (0, 30, 60)]
        [0.0, 0.5, 1.0]
        """
        return 1.0 if frame >= self.end else smootherstep((frame - self.begin) / (self.end - self.begin))


def smootherstep(u: float) -> float:
    """Smootherstep from 0 to 1, with zero speed and acceleration at both ends: 6 u^5 - 15 u^4 + 10 u^3."""
    u = min(1.0, max(0.0, u))
    return u * u * u * (10.0 - u * (15.0 - 6.0 * u))


def transitions(start: Sequence[float], events: Iterable[tuple[int, Sequence[float]]]) -> tuple[Transition, ...]:
    """All transitions of a drawing, from its start value and its (frame, value) events in order."""
    out = [Transition(reference_of(start), 0, 0)]
    for frame, value in events:
        begin, end = (
            (max(0, frame - TRANSITION_FRAMES), frame)
            if _ends_at_event(value)
            else (frame, frame + TRANSITION_FRAMES if frame else 0)
        )
        out.append(Transition(reference_of(value), begin, end))
    return tuple(out)


def has_begun(event: Event, frame: int) -> bool:
    """True when the transition of an event later than `frame` has begun by then.

    >>> from orbitdraw.record.drawing import Event
    >>> [has_begun(Event(100, "watch", value), 70) for value in ([2.0, 1.0], [2.0])]
    [True, False]
    """
    return (
        event.name == "watch"
        and isinstance(event.value, list)
        and _ends_at_event(event.value)
        and event.frame - TRANSITION_FRAMES < frame
    )


@dataclass(frozen=True)
class FrameBlend:
    """A blend of frames of reference: the `weights` of those in `chain`; the last transition was over at `settled_at`.

    `chain` holds the frames of reference of overlapping transitions: (reference, frame at which its transition began).
    """

    chain: tuple[tuple[Reference, int], ...]
    weights: tuple[float, ...]
    settled_at: int = 0

    @property
    def pure(self) -> Reference | None:
        """The frame of reference outside of transitions, else None."""
        return self.chain[-1][0] if self.weights[-1] == 1.0 else None

    @property
    def references(self) -> frozenset[Reference]:
        """All frames of reference in the blend."""
        return frozenset(reference for reference, _ in self.chain)

    def shares(self, angle: Callable[[Reference, int], float]) -> tuple[Share, ...]:
        """The blend with winding numbers; `angle(reference, frame)` is the unwrapped angle at the beginning of a frame.

        Winding numbers are chosen so that the picture rotates by the smaller angle, at the frame where each transition
        begins.
        """
        out: list[Share] = []
        for index, ((reference, begin), share) in enumerate(zip(self.chain, self.weights, strict=True)):
            if index == 0:
                before, at = 0.0, self.chain[1][1] if len(self.chain) > 1 else begin
            else:
                last, _, winding = out[-1]
                before, at = angle(last, begin) + 2 * math.pi * winding, begin
            out.append((reference, share, round((before - angle(reference, at)) / (2 * math.pi))))
        return tuple(part for part in out if part[1] > 0)


def transition_blend(
    before: Sequence[Share], now: Reference, share: float, angle: Callable[[Reference], float]
) -> tuple[Share, ...]:
    """The blend `share` of the way from the blend `before` to the frame of reference `now`.

    `angle(reference)` is the unwrapped angle at the frame shown; the picture rotates by the smaller angle.
    """
    angle_before = sum(part * (angle(reference) + 2 * math.pi * winding) for reference, part, winding in before)
    winding = round((angle_before - angle(now)) / (2 * math.pi))
    faded_shares = [(reference, part * (1 - share), winding) for reference, part, winding in before]
    return tuple(part for part in (*faded_shares, (now, share, winding)) if part[1] > 0)


def blend_at(all_transitions: Sequence[Transition], frame: int) -> FrameBlend:
    """The blend of frames of reference at a frame.

    >>> now = blend_at(transitions((), [(100, (1.0, 0.0))]), 130)
    >>> now.chain, now.weights, now.pure
    ((((0,), 0), ((1, 0), 100)), (0.5, 0.5), None)
    """
    shares = [0.0] * len(all_transitions)
    remaining, first = 1.0, len(all_transitions) - 1
    for index in range(len(all_transitions) - 1, -1, -1):
        progress = all_transitions[index].progress(frame)
        shares[index], remaining = remaining * progress, remaining * (1.0 - progress)
        first = index
        if progress == 1.0:
            break
    settled_at = all_transitions[first].end
    last = max(index for index, share in enumerate(shares) if share > 0)
    # A transition that ended during a later one still determines the winding numbers after it.
    while 0 < first < last and all_transitions[first - 1].end > all_transitions[first].begin:
        first -= 1
    if last == first:
        return FrameBlend(((all_transitions[last].reference, all_transitions[last].begin),), (1.0,), settled_at)
    chain = tuple((transition.reference, transition.begin) for transition in all_transitions[first : last + 1])
    return FrameBlend(chain, tuple(shares[first : last + 1]), settled_at)


# -- coordinates at one moment -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class FramePose:
    """A frame of reference at one moment: origin, its velocity, direction of the x axis, angular velocity.

        p' = home + R(-angle) (p - origin)

    `home`, the centre of the scene's own view, is where the origin is shown.
    """

    origin: tuple[float, float] = (0.0, 0.0)
    velocity: tuple[float, float] = (0.0, 0.0)
    axis: tuple[float, float] = (1.0, 0.0)
    spin: float = 0.0
    home: tuple[float, float] = (0.0, 0.0)

    def with_time_reversed(self) -> FramePose:
        """The same frame with reversed time: velocity and angular velocity change sign."""
        (u, v), spin = self.velocity, self.spin
        return replace(self, velocity=(-u, -v), spin=-spin)

    @property
    def is_rotated(self) -> bool:
        """True when the axes are rotated or rotating relative to the world's."""
        return self.axis != (1.0, 0.0) or self.spin != 0.0

    def to_frame(self, positions: ArrayLike) -> Floats:
        """Transform world positions (n, 2) to this frame.

        >>> FramePose((1.0, 0.0), axis=(0.0, 1.0)).to_frame([[1.0, 2.0]]).tolist()
        [[2.0, 0.0]]
        """
        return self._rotate(np.asarray(positions, np.float64) - self.origin, -1) + self.home

    def to_world(self, positions: ArrayLike) -> Floats:
        """Transform positions in this frame to the world: the inverse of `to_frame`."""
        return self._rotate(np.asarray(positions, np.float64) - self.home, 1) + self.origin

    def velocity_to_frame(self, positions: ArrayLike, velocities: ArrayLike) -> Floats:
        """Transform velocities (n, 2) at world positions to this frame: R(-angle) (v - u) - spin x (p' - home)."""
        rotation_velocity = (self.to_frame(positions) - self.home)[..., ::-1] * (self.spin, -self.spin)
        return self._rotate(np.asarray(velocities, np.float64) - self.velocity, -1) + rotation_velocity

    def velocity_to_world(self, positions: ArrayLike, velocities: ArrayLike) -> Floats:
        """Transform velocities in this frame, at world positions, to the world: the inverse of `velocity_to_frame`."""
        rotation_velocity = (self.to_frame(positions) - self.home)[..., ::-1] * (self.spin, -self.spin)
        return self._rotate(np.asarray(velocities, np.float64) - rotation_velocity, 1) + self.velocity

    def _rotate(self, vectors: Floats, sign: int) -> Floats:
        (cosine, sine), x, y = self.axis, vectors[..., 0], vectors[..., 1]
        return np.stack([cosine * x - sign * sine * y, sign * sine * x + cosine * y], axis=-1)
