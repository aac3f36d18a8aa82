"""Links: lines between two bodies, drawn at regular intervals; those of Venus and Earth form a rose in eight years."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from orbitdraw.authoring.motion import State
from orbitdraw.edits.body_ids import ids_of, index_of
from orbitdraw.errors import InputError
from orbitdraw.ink.strokes import Strokes

Floats = NDArray[np.float64]

MAX_LINKS = 200
RELATIVE_WIDTH = 0.5
"""Width of a link as a fraction of the pen width."""

SEGMENTS = 8
"""Segments of a link. Each has one colour; together they blend from the colour of one body to that of the other."""


def check(every: float, a: float, b: float) -> None:
    """Raise InputError for numbers that are invalid for a link."""
    if a == b:
        raise InputError(f"a link needs two bodies, not body {a:g} twice")
    if every < 0 or every != int(every):
        raise InputError(f"the interval of a link must be a whole number of frames, not {every:g}")


def link(state: State, every: float, a: float, b: float) -> None:
    """Draw a line between bodies `a` and `b` every `every` frames from now on; every = 0 ends it."""
    index_of(state, a), index_of(state, b)
    rows = _rows(state)
    rows = rows[~(_involves(rows, a) & _involves(rows, b))]
    if every > 0:
        if len(rows) >= MAX_LINKS:
            raise InputError(f"a drawing can have {MAX_LINKS} links at most; delete one first")
        rows = np.concatenate([rows, [[every, a, b]]])
    state["links"] = rows


def remove_body(state: State, body: float) -> None:
    """Remove the links of a deleted body."""
    if "links" in state:
        state["links"] = state["links"][~_involves(state["links"], body)]


def _rows(state: State) -> Floats:
    return state["links"] if "links" in state else np.zeros((0, 3))


def _involves(rows: Floats, body: float) -> NDArray[np.bool_]:
    return np.asarray((rows[:, 1] == body) | (rows[:, 2] == body))


def max_nodes(state: State) -> int:
    """Upper bound on the path nodes of links in one frame."""
    return len(_rows(state)) * (SEGMENTS + 1)


@np.errstate(over="ignore", invalid="ignore")  # an escaping body may overflow to inf or nan in this frame
def with_links(bodies: Strokes, state: State, frame: int) -> Strokes:
    """Strokes of the bodies from `frame` on, and below them the links that are due at the end of each frame."""
    frames, rows = np.repeat(frame + np.arange(bodies.frames), len(_rows(state))), _rows(state)
    due = (frames + 1) % np.tile(rows[:, 0], bodies.frames) == 0 if len(rows) else np.zeros(0, dtype=np.bool_)
    if not due.any():
        return bodies
    if bodies.frames == 1:
        rows, due = rows[due], due[due]
    index_by_id = {int(name): index for index, name in enumerate(ids_of(state))}
    ends = np.array([[index_by_id[int(a)], index_by_id[int(b)]] for _, a, b in rows])
    n = bodies.path.shape[1] // bodies.frames
    ends = (n * np.arange(bodies.frames)[:, None, None] + ends).reshape(-1, 2)
    fraction = np.linspace(0.0, 1.0, SEGMENTS + 1)[:, None]
    a, b = (bodies.path[-1, ends[:, k]] for k in (0, 1))
    path = a + fraction[..., None] * (b - a)
    path[-1] = b
    shade = bodies.shade if bodies.shade.ndim == 1 else bodies.shade[-1]
    duration = bodies.duration or 1.0
    return bodies.over(
        Strokes(
            path=path,
            velocity=np.broadcast_to((b - a) / duration, path.shape),
            shade=(1 - fraction) * shade[ends[:, 0]] + fraction * shade[ends[:, 1]],
            weight=due.astype(np.float64),
            duration=duration,
            width=RELATIVE_WIDTH * bodies.width,
            half_life=bodies.half_life,
            moment=True,
            frames=bodies.frames,
        )
    )
