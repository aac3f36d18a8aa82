"""The last turn: how long ago everything was where it is now."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from orbitdraw.simulation.run import FRAMES_PER_SECOND, Run

LOOKS_BACK = 60 * FRAMES_PER_SECOND
"""Frames of the past in which a return is looked for: a minute."""

AWAY = 0.5
"""Distance at which the state has left its neighbourhood: half of how far it usually is from where it is on average."""

BACK = 0.08
"""Distance within which it has returned. A seam of a twelfth of the usual distance is not seen in trails that move."""

EXACT = 0.02
"""Distance within which a turn is repeated so well that a later one is as good."""

MOST_LATER = 8
HALVES = 7.0
"""Half-lives after which a trail has settled: less than a hundredth of the ink is older."""

MOST = 2000
"""Particles that are followed: more of them say nothing new."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Turn:
    """A stretch that ends now, `frames` long (not whole: time has no frames), and how far its ends lie `apart`.

    `settles` is the frame at which trails are as they will be for ever; 0 where ink stays, or more was done later.
    """

    frames: float
    apart: float
    settles: float = 0.0

    def start(self, frame: int) -> float:
        """Where a film of the turn that ends at `frame` begins, so that its last picture leads to its first.

        A young drawing has less ink at the beginning of its first turns than at their end. Then it is a later turn,
        over the same path, with settled trails.

        >>> Turn(60.0, 0.0, settles=100.0).start(90), Turn(60.0, 0.0, settles=100.0).start(900)
        (150.0, 840.0)
        """
        begins = max(0.0, frame - self.frames)
        if self.apart > EXACT:
            return begins
        turns = math.ceil(max(0.0, self.settles - begins) / self.frames)
        return begins + min(turns, MOST_LATER) * self.frames


def last_turn(run: Run, frame: int, check: Callable[[int, int], None] = lambda done, total: None) -> Turn | None:
    """After how long a run was back where it is at `frame`; None when it was not, in the last minute.

    States are compared in phase space: d(k)^2 = mean of |x - x_k|^2 / sigma_x^2 + |v - v_k|^2 / sigma_v^2 over the
    bodies (the dust where there are none), sigma being the root mean square distance from the mean over that time. The
    return is the first minimum below `BACK` after d rose above `AWAY`, refined between frames. `check(done, total)` is
    called on the way and may raise. The run itself is left alone.

    >>> from orbitdraw import Dust, Run, Scene
    >>> swing = Run(Scene("swing", potential="x^2/2 + y^2/2", dust=Dust([[1, 0]], [[0, 0.5]]), dt=0.01, steps=10))
    >>> round(last_turn(swing, 100).frames, 2)  # 2 pi time units, ten frames each
    62.83
    """
    player = run.again()
    if not {"x", "y", "vx", "vy"} <= set(player.state):
        return None
    while (far := frame - LOOKS_BACK - player.frame) > 0:
        if player.leap(far) is None:
            player.advance()
        check(player.frame, frame)
    past: list[tuple[tuple[int, int], Floats, Floats]] = []
    while True:
        past.append(_state(player))
        if player.frame >= frame:
            break
        player.advance()
        check(player.frame, frame)
    since = next((i for i in range(len(past) - 1, -1, -1) if past[i][0] != past[-1][0]), -1)
    turn = found(np.array([one[1] for one in past[since + 1 :]]), np.array([one[2] for one in past[since + 1 :]]))
    half_life, ahead = player.values.get("half_life"), player.done < len(player.history)
    if turn is None or half_life is None or ahead:
        return turn
    settles = HALVES * float(half_life) / (player.scene.steps * float(player.values["dt"]))
    # What was done on the way, a body thrown, is followed by trails of its own.
    last = max((event.frame for event in player.history), default=0)
    return replace(turn, settles=last + settles)


def _state(run: Run) -> tuple[tuple[int, int], Floats, Floats]:
    """How many bodies and particles; places and velocities (n, 2) of the bodies, or of the dust if there are none."""
    bodies, every = len(run.state.get("mass", ())), len(run.state["x"])
    pick = slice(0, min(bodies or every, MOST))
    return (bodies, every), run.pos[pick].copy(), run.vel[pick].copy()


def found(pos: Floats, vel: Floats) -> Turn | None:
    """The turn that ends with the last of places and velocities (frames, n, 2)."""
    with np.errstate(invalid="ignore"):
        kept = np.isfinite(pos).all(axis=(0, 2)) & np.isfinite(vel).all(axis=(0, 2))
    pos, vel = pos[:, kept], vel[:, kept]
    if len(pos) < 3 or not pos.size:
        return None
    state = np.concatenate([_scaled(pos), _scaled(vel)], axis=2).reshape(len(pos), -1)[::-1]
    apart = np.sqrt(np.mean((state - state[0]) ** 2, axis=1) * 4.0)
    away = int(np.argmax(apart > AWAY))
    if apart[away] <= AWAY:
        return None
    middle = apart[1:-1]
    lowest = np.flatnonzero((middle <= apart[:-2]) & (middle <= apart[2:])) + 1
    # Between two frames the state is nearer than at either: what counts is the nearest place of the path there.
    for k in lowest[lowest > away]:
        turn = min((_between(state, int(k) + step) for step in (-1, 0)), key=lambda one: one.apart)
        if turn.apart < BACK:
            return turn
    return None


def _scaled(values: Floats) -> Floats:
    spread = float(np.sqrt(np.mean((values - values.mean(axis=0)) ** 2) * 2.0))
    return values / spread if spread > 0 else values


def _between(state: Floats, k: int) -> Turn:
    """The nearest place to now on the chord between k and k + 1 frames ago."""
    chord = state[k + 1] - state[k]
    length = float(chord @ chord)
    part = float(np.clip((state[0] - state[k]) @ chord / length, 0.0, 1.0)) if length > 0 else 0.0
    gap = state[0] - state[k] - part * chord
    return Turn(k + part, float(np.sqrt(np.mean(gap**2) * 4.0)))
