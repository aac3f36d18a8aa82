"""Reference frames in the window: choose the next one, and show the transition while the scene is paused."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from orbitdraw import edits, reference_frames
from orbitdraw.app.session.previews import TRANSITION_RATE
from orbitdraw.app.session.refresh import Refresh
from orbitdraw.app.session.session import Session
from orbitdraw.app.shell.gestures import next_gesture_number
from orbitdraw.app.shell.messages import ContourImage, Notice, Shot
from orbitdraw.errors import InputError
from orbitdraw.runtime import lazy

if TYPE_CHECKING:
    import numpy as np

    from orbitdraw.reference_frames.reference import FrameBlend, Reference
    from orbitdraw.simulation.run import Run
else:
    np = lazy.module("numpy")

TRANSITION_SECONDS = 1.0
"""Seconds that a transition takes while the scene is paused: as long as one that is played."""

DESCRIPTIONS = (
    "Reference frame: at rest",
    "Reference frame: body {}",
    "Reference frame: centre of mass",
    "Reference frame: rotating with bodies {} and {}",
)

LABELS = ("", "body {}", "centre of mass", "bodies {}, {}, rotating")


def available_frames(run: Run, selected: int | None) -> list[Reference]:
    """The reference frames in the order of V: at rest, selected body, centre of mass, rotating with a pair: the
    selected body and the one that attracts it most strongly, or the two heaviest."""
    names = run.bodies().tolist()
    frames: list[Reference] = [reference_frames.REST]
    if selected is not None and selected in names:
        frames.append((reference_frames.BODY, selected))
    if names:
        frames.append((reference_frames.CENTRE,))
    if len(names) > 1:
        by_mass = np.argsort(-run.state["mass"], kind="stable").tolist()
        first, second = by_mass[0], by_mass[1]
        if selected is not None and selected in names:
            second = names.index(selected)
            dominant = int(
                edits.orbital_speed.dominant_body(
                    run.state, run.state["x"][second], run.state["y"][second], without=second
                )[0]
            )
            first = dominant if dominant >= 0 else next(index for index in by_mass if index != second)
        frames.append((reference_frames.PAIR, names[first], names[second]))
    return frames


def describe_frame(reference: Reference) -> str:
    """A reference frame in words.

    >>> describe_frame((3, 0, 2))
    'Reference frame: rotating with bodies 0 and 2'
    """
    kind, *bodies = reference
    return DESCRIPTIONS[kind].format(*bodies)


def frame_label(reference: Reference) -> str:
    """A reference frame in a word or two, for a column of numbers; empty for the world at rest.

    >>> frame_label((3, 0, 2)), frame_label((0,))
    ('bodies 0, 2, rotating', '')
    """
    kind, *bodies = reference
    return LABELS[kind].format(*bodies)


def next_reference_frame(session: Session, selected: int | None, playing: bool) -> None:
    """Change to the next reference frame. While the scene is paused the transition is shown at once, and recorded as
    one that ends at this frame: in an exported film it takes the second before."""
    film = session.film
    if film is None or session.broken:
        return
    available = available_frames(film.run, selected)
    if available == [reference_frames.REST]:
        session.report(Notice("This scene has no bodies for a reference frame"))
        return
    present = reference_frames.reference_of(film.run.values["watch"])
    # The kind of frame decides the next one: another body may be selected by now.
    later = [reference for reference in available if reference[0] > present[0]]
    set_reference_frame(session, later[0] if later else reference_frames.REST, playing)


def set_reference_frame(session: Session, chosen: Reference, playing: bool) -> None:
    """Change to this reference frame, with a view that contains the drawing."""
    film = session.film
    assert film is not None
    previous = reference_frames.reference_of(film.run.values["watch"])
    before, frame = film.frame_blend(), film.run.frame
    try:
        film.run.apply("watch", (*chosen,) if playing or frame == 0 else (*chosen, 1))
        view = session.view_fitter.new_view(film, chosen, previous)
        if view is not None:
            # Undone together: it is one edit for the user.
            gesture = next_gesture_number()
            film.gestures.mark(film.run, gesture)
            film.run.apply("view", view)
            film.gestures.mark(film.run, gesture)
    except InputError as error:
        session.report(Notice.of(error))
        return
    session.report(
        Notice(
            describe_frame(chosen)
            if view is None
            else f"{describe_frame(chosen)}. Home returns to the scene's own view"
        )
    )
    if not playing and frame > 0:
        # After a transition of previews all ink is drawn, so that other requests can interrupt it.
        session.repaint = _show_transition(session, before) or session.repaint
    session.refresh(Refresh.SOON)


def _show_transition(session: Session, before: FrameBlend) -> bool:
    """Show the transition; any other request ends it. True when only a preview of the ink was at hand, so that all of
    it must still be drawn."""
    film = session.film
    assert film is not None
    if session.contours.on:  # they would not move with the picture; the next picture restores them
        session.contours.invalidate()
        session.report(ContourImage(None, (0.0, 0.0, 1.0)))
    began, progress, chosen = 0.0, 0.0, film.frame_blend().chain[-1][0]
    recent = film.recent_strokes(before, film.frame_blend())
    while progress < 1.0 and not session.closed and not session.worker.should_stop():
        now = time.perf_counter()
        if recent is None:
            picture = film.transition_picture(before, progress, session.pixel_buffer(), session.worker.should_stop)
        else:
            blend = reference_frames.transition_blend(before.shares(recent.angle), chosen, progress, recent.angle_now)
            picture = film.picture_of(recent, blend, session.pixel_buffer(), session.worker.should_stop)
        if picture is None:
            break
        session.report(session.snapshots.take(film))
        session.report(Shot(picture.pixels, film.run.view.triple, film.run.frame, film.run.t, None))
        # The first picture collects the strokes; the transition begins when it is ready.
        began = began or time.perf_counter()
        time.sleep(max(0.0, 1 / TRANSITION_RATE - (time.perf_counter() - now)))
        progress = reference_frames.smootherstep((time.perf_counter() - began) / TRANSITION_SECONDS)
    return recent is not None
