"""Replay of a run from frame 0, for frames of reference that follow its bodies from there."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from orbitdraw.film.stroke_history import Progress, StrokeBlock, StrokeHistory
from orbitdraw.ink.canvas import Canvas
from orbitdraw.ink.strokes import Strokes
from orbitdraw.reference_frames.reference import REST, TRANSITION_FRAMES, Reference, Share
from orbitdraw.reference_frames.tracker import Point, Tracker
from orbitdraw.reference_frames.transform import FrameTransform
from orbitdraw.simulation.run import Run


def frame_origin(run: Run) -> Point:
    """The position at which the origin of a frame of reference is shown: the centre of the scene's own view."""
    x, y = run.scene.view.center
    return (float(x), float(y))


def create_trackers(player: Run, references: Iterable[Reference], until: int) -> dict[Reference, Tracker]:
    """Trackers of these frames of reference, starting at frame 0 of a run.

    A body that does not exist yet is searched for up to the frame `until`: a transition may begin before its throw.
    """
    wanted = sorted({reference for reference in references if reference != REST})
    if not wanted:
        return {}
    home, state, names = frame_origin(player), player.state, player.bodies()
    n_bodies = len(names)
    arrays = (
        [np.stack([state[a][:n_bodies], state[b][:n_bodies]], axis=1)[None] for a, b in (("x", "y"), ("vx", "vy"))]
        if n_bodies
        else [np.zeros((1, 0, 2))] * 2
    )
    mass = state["mass"].copy() if n_bodies else np.zeros(0)
    start = Strokes(arrays[0], arrays[1], np.zeros(n_bodies), np.ones(n_bodies), mass=mass, names=names)
    appearances = _first_appearances(
        player, {body for reference in wanted for body in reference[1:]} - set(names.tolist()), until
    )
    return {reference: Tracker(reference, start, appearances, home) for reference in wanted}


def _first_appearances(run: Run, missing: set[int], until: int) -> dict[int, tuple[float, float, float]]:
    """x, y and mass, by id, of the missing bodies at their first appearance."""
    out: dict[int, tuple[float, float, float]] = {}
    player = run.again() if missing else run
    while missing and player.frame < until:
        player.advance()
        names = player.bodies()
        for index in np.flatnonzero(np.isin(names, list(missing))).tolist():
            state = player.state
            out[int(names[index])] = (float(state["x"][index]), float(state["y"][index]), float(state["mass"][index]))
        missing = missing - set(out)
    return out


FRAME_COST, NODE_COST, INK_COST = 225.0, 0.2, 1.0
"""Measured costs of replaying a frame, of a node of its paths, and of drawing a node, in units of the last."""


def collecting_fraction(run: Run) -> float:
    """Fraction of the time of a redraw that passes before the first stroke is drawn: that of collecting all strokes."""
    count = len(run.state.get("x", ()))
    pieces = getattr(run.motion, "pieces", lambda steps, dusty: 0)
    nodes = count * (pieces(int(run.scene.steps), count - len(run.state.get("mass", ()))) + 1)
    collecting = FRAME_COST + NODE_COST * nodes
    return collecting / (collecting + INK_COST * nodes)


def collect(
    run: Run, references: Iterable[Reference], frame: int, progress: Progress
) -> tuple[StrokeHistory, Run] | None:
    """Collect the strokes of a run up to a frame; return them and the run played to there, None when cancelled."""
    player = run.again()
    stroke_history = StrokeHistory(create_trackers(player, references, frame + TRANSITION_FRAMES), frame_origin(run))
    while player.frame < frame:
        if progress(player.frame / frame):
            return None
        for strokes in _play_on(player, frame):
            stroke_history.add(strokes)
    return stroke_history, player


def _play_on(player: Run, frame: int) -> Iterable[Strokes]:
    """Play one frame towards a later one, or a batch of many; only the last frame, played singly, has marks."""
    strokes = player.leap(frame - 1 - player.frame)
    return (player.advance(),) if strokes is None else strokes.each()


def draw_history(
    stroke_history: StrokeHistory, run: Run, canvas: Canvas, shares: tuple[Share, ...], progress: Progress
) -> FrameTransform | None:
    """Draw the stroke history on a blank canvas in a blend of frames of reference; return the transform that continues
    it, None when cancelled. A history too large for memory is replayed."""
    if stroke_history.is_complete:
        if not stroke_history.draw(canvas, shares, progress):
            return None
    else:
        player = run.again()

        def draw(block: StrokeBlock) -> None:
            block.draw(canvas, shares, stroke_history.home, stroke_history.age)

        replayed = StrokeHistory(
            create_trackers(player, stroke_history.trackers, stroke_history.frames + TRANSITION_FRAMES),
            stroke_history.home,
            draw,
        )
        while player.frame < stroke_history.frames:
            if progress(player.frame / stroke_history.frames):
                return None
            for strokes in _play_on(player, stroke_history.frames):
                replayed.add(strokes)
        replayed.draw(canvas, shares)
    transform = stroke_history.transform(shares)
    stroke_history.finish(canvas, transform)
    return transform


def transform_for(run: Run, reference: Reference) -> FrameTransform:
    """The transform of a run's strokes, from frame 0 on, to a frame of reference whose bodies exist at frame 0."""
    player = run.again() if reference != REST else run
    return FrameTransform([(reference, 1.0, 0)], create_trackers(player, [reference], 0), frame_origin(run))
