"""Period of the present motion, by recurrence in phase space."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from orbitdraw.simulation.run import FRAMES_PER_SECOND, Run

SEARCH_FRAMES = 60 * FRAMES_PER_SECOND
"""Frames of the past that are searched for a return: a minute."""

LEFT_DISTANCE = 0.5
"""Distance d (see `last_period`) beyond which the state has left its neighbourhood: half the usual deviation."""

RETURN_DISTANCE = 0.08
"""Distance within which the state has returned. A jump of a twelfth of the usual distance is invisible in trails."""

PERIODIC_DISTANCE = 0.02
"""Distance below which the motion is periodic enough for a later period to replace the last one."""

MAX_PERIODS_LATER = 8
SETTLING_HALF_LIVES = 7.0
"""Half-lives after which a trail is stationary: less than a hundredth of the ink is older."""

MAX_PARTICLES = 2000
"""Most particles that are compared; more add no information."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Period:
    """A period that ends now: its length in `frames` (not a whole number), and the `distance` of its ends.

    `settle_frame` is the frame from which trails are stationary; 0 where ink stays, or where later edits follow.
    """

    frames: float
    distance: float
    settle_frame: float = 0.0

    def start(self, frame: int) -> float:
        """The frame at which a looping film of the period that ends at `frame` begins.

        Trails of a young drawing are shorter at the beginning of a period than at its end. Then the film begins whole
        periods later, when they are stationary.

        >>> Period(60.0, 0.0, settle_frame=100.0).start(90), Period(60.0, 0.0, settle_frame=100.0).start(900)
        (150.0, 840.0)
        """
        begin = max(0.0, frame - self.frames)
        if self.distance > PERIODIC_DISTANCE:
            return begin
        extra = math.ceil(max(0.0, self.settle_frame - begin) / self.frames)
        return begin + min(extra, MAX_PERIODS_LATER) * self.frames


def last_period(run: Run, frame: int, check: Callable[[int, int], None] = lambda done, total: None) -> Period | None:
    """The time since a run was last in its state of frame `frame`, as a period; None if not within the last minute.

    States are compared in phase space: d(k)^2 = mean of |x - x_k|^2 / sigma_x^2 + |v - v_k|^2 / sigma_v^2 over the
    bodies (the dust where there are none), sigma being the root mean square distance from the mean over that time. The
    return is the first minimum below `RETURN_DISTANCE` after d rose above `LEFT_DISTANCE`, refined between frames.
    `check(done, total)` is called on the way and may raise to stop. The run itself is not changed.

    >>> from orbitdraw import Dust, Run, Scene
    >>> swing = Run(Scene("swing", potential="x^2/2 + y^2/2", dust=Dust([[1, 0]], [[0, 0.5]]), dt=0.01, steps=10))
    >>> round(last_period(swing, 100).frames, 2)  # 2 pi time units, ten frames each
    62.83
    """
    player = run.again()
    if not {"x", "y", "vx", "vy"} <= set(player.state):
        return None
    while (skipped := frame - SEARCH_FRAMES - player.frame) > 0:
        if player.leap(skipped) is None:
            player.advance()
        check(player.frame, frame)
    states: list[tuple[tuple[int, int], Floats, Floats]] = []
    while True:
        states.append(_state(player))
        if player.frame >= frame:
            break
        player.advance()
        check(player.frame, frame)
    since = next((i for i in range(len(states) - 1, -1, -1) if states[i][0] != states[-1][0]), -1)
    period = find_period(
        np.array([one[1] for one in states[since + 1 :]]), np.array([one[2] for one in states[since + 1 :]])
    )
    half_life, ahead = player.values.get("half_life"), player.history.next is not None
    if period is None or half_life is None or ahead:
        return period
    settle_frame = SETTLING_HALF_LIVES * float(half_life) / (player.scene.steps * float(player.values["dt"]))
    # Trails settle after the last event, such as a throw.
    last = max((event.frame for event in player.history.events), default=0)
    return replace(period, settle_frame=last + settle_frame)


def _state(run: Run) -> tuple[tuple[int, int], Floats, Floats]:
    """Numbers of bodies and particles; positions and velocities (n, 2) of the bodies, or of dust without bodies."""
    bodies, particles = len(run.state.get("mass", ())), len(run.state["x"])
    selection = slice(0, min(bodies or particles, MAX_PARTICLES))
    return (bodies, particles), run.pos[selection].copy(), run.vel[selection].copy()


def find_period(pos: Floats, vel: Floats) -> Period | None:
    """The period that ends with the last of positions and velocities (frames, n, 2), or None."""
    with np.errstate(invalid="ignore"):
        finite = np.isfinite(pos).all(axis=(0, 2)) & np.isfinite(vel).all(axis=(0, 2))
    pos, vel = pos[:, finite], vel[:, finite]
    if len(pos) < 3 or not pos.size:
        return None
    state = np.concatenate([_normalize(pos), _normalize(vel)], axis=2).reshape(len(pos), -1)[::-1]
    distance = np.sqrt(np.mean((state - state[0]) ** 2, axis=1) * 4.0)
    departure = int(np.argmax(distance > LEFT_DISTANCE))
    if distance[departure] <= LEFT_DISTANCE:
        return None
    middle = distance[1:-1]
    lowest = np.flatnonzero((middle <= distance[:-2]) & (middle <= distance[2:])) + 1
    # The nearest approach lies between frames: interpolate the path on both sides of the minimum.
    for k in lowest[lowest > departure]:
        period = min((_period_between(state, int(k) + step) for step in (-1, 0)), key=lambda one: one.distance)
        if period.distance < RETURN_DISTANCE:
            return period
    return None


def _normalize(values: Floats) -> Floats:
    spread = float(np.sqrt(np.mean((values - values.mean(axis=0)) ** 2) * 2.0))
    return values / spread if spread > 0 else values


def _period_between(state: Floats, k: int) -> Period:
    """The period to the point nearest to the present state on the chord between k and k + 1 frames ago."""
    chord = state[k + 1] - state[k]
    length = float(chord @ chord)
    fraction = float(np.clip((state[0] - state[k]) @ chord / length, 0.0, 1.0)) if length > 0 else 0.0
    gap = state[0] - state[k] - fraction * chord
    return Period(k + fraction, float(np.sqrt(np.mean(gap**2) * 4.0)))
