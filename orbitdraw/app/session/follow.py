"""Reference frames in the window: choose the next one, and show the transition while the scene is paused."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from orbitdraw import edits, reference_frames
from orbitdraw.app.session.previews import RATE
from orbitdraw.app.session.refresh import Refresh
from orbitdraw.app.session.session import Session
from orbitdraw.app.shell.gestures import next_number
from orbitdraw.app.shell.messages import Ground, Notice, Shot
from orbitdraw.errors import InputError
from orbitdraw.runtime import lazy

if TYPE_CHECKING:
    import numpy as np

    from orbitdraw.reference_frames.reference import FrameBlend, Reference
    from orbitdraw.simulation.run import Run
else:
    np = lazy.module("numpy")

TURN_SECONDS = 1.0
"""Seconds that a transition takes while the scene is paused: as long as one that is played."""

WORDS = (
    "Reference frame: at rest",
    "Reference frame: body {}",
    "Reference frame: centre of mass",
    "Reference frame: rotating with bodies {} and {}",
)

SHORT = ("", "body {}", "centre of mass", "bodies {}, {}, rotating")


def choices(run: Run, held: int | None) -> list[Reference]:
    """The reference frames in the order of V: at rest, selected body, centre of mass, rotating with a pair: the
    selected body and the one that attracts it most strongly, or the two heaviest."""
    names = run.bodies().tolist()
    out: list[Reference] = [reference_frames.REST]
    if held is not None and held in names:
        out.append((reference_frames.BODY, held))
    if names:
        out.append((reference_frames.CENTRE,))
    if len(names) > 1:
        heavy = np.argsort(-run.state["mass"], kind="stable").tolist()
        first, second = heavy[0], heavy[1]
        if held is not None and held in names:
            second = names.index(held)
            found = int(
                edits.orbital_speed.dominant_body(
                    run.state, run.state["x"][second], run.state["y"][second], without=second
                )[0]
            )
            first = found if found >= 0 else next(place for place in heavy if place != second)
        out.append((reference_frames.PAIR, names[first], names[second]))
    return out


def named(reference: Reference) -> str:
    """A reference frame in words.

    >>> named((3, 0, 2))
    'Reference frame: rotating with bodies 0 and 2'
    """
    kind, *bodies = reference
    return WORDS[kind].format(*bodies)


def seen_from(reference: Reference) -> str:
    """A reference frame in a word or two, for a column of numbers; empty for the world at rest.

    >>> seen_from((3, 0, 2)), seen_from((0,))
    ('bodies 0, 2, rotating', '')
    """
    kind, *bodies = reference
    return SHORT[kind].format(*bodies)


def follow_next(session: Session, held: int | None, playing: bool) -> None:
    """Change to the next reference frame. While the scene is paused the transition is shown at once, and recorded as
    one that ends at this frame: in an exported film it takes the second before."""
    film = session.film
    if film is None or session.broken:
        return
    known = choices(film.run, held)
    if known == [reference_frames.REST]:
        session.report(Notice("This scene has no bodies for a reference frame"))
        return
    now = reference_frames.reference_of(film.run.values["watch"])
    # The kind of frame decides the next one: another body may be selected by now.
    later = [reference for reference in known if reference[0] > now[0]]
    follow(session, later[0] if later else reference_frames.REST, playing)


def follow(session: Session, chosen: Reference, playing: bool) -> None:
    """Change to this reference frame, with a view that contains the drawing."""
    film = session.film
    assert film is not None
    now = reference_frames.reference_of(film.run.values["watch"])
    before, here = film.frame_blend(), film.run.frame
    try:
        film.run.apply("watch", (*chosen,) if playing or here == 0 else (*chosen, 1))
        view = session.framing.wanted(film, chosen, now)
        if view is not None:
            # Undone together: it is one edit for the user.
            number = next_number()
            film.gestures.mark(film.run, number)
            film.run.apply("view", view)
            film.gestures.mark(film.run, number)
    except InputError as error:
        session.report(Notice.of(error))
        return
    session.report(Notice(named(chosen) if view is None else f"{named(chosen)}. Home returns to the scene's own view"))
    if not playing and here > 0:
        # After a transition of previews all ink is drawn, so that other requests can interrupt it.
        session.repaint = _turn(session, before) or session.repaint
    session.refresh(Refresh.SOON)


def _turn(session: Session, before: FrameBlend) -> bool:
    """Show the transition; any other request ends it. True when only a preview of the ink was at hand, so that all of
    it must still be drawn."""
    film = session.film
    assert film is not None
    if session.levels.on:  # they would not move with the picture; the next picture restores them
        session.levels.forget()
        session.report(Ground(None, (0.0, 0.0, 1.0)))
    began, share, chosen = 0.0, 0.0, film.frame_blend().chain[-1][0]
    recent = film.recent_strokes(before, film.frame_blend())
    while share < 1.0 and not session.closed and not session.worker.interrupted():
        now = time.perf_counter()
        if recent is None:
            picture = film.transition_picture(before, share, session.sheet(), session.worker.interrupted)
        else:
            parts = reference_frames.transition_blend(before.shares(recent.angle), chosen, share, recent.angle_now)
            picture = film.picture_of(recent, parts, session.sheet(), session.worker.interrupted)
        if picture is None:
            break
        session.report(session.witness.see(film))
        session.report(Shot(picture.pixels, film.run.view.triple, film.run.frame, film.run.t, None))
        # The first picture collects the strokes; the transition begins when it is ready.
        began = began or time.perf_counter()
        time.sleep(max(0.0, 1 / RATE - (time.perf_counter() - now)))
        share = reference_frames.smootherstep((time.perf_counter() - began) / TURN_SECONDS)
    return recent is not None
