"""Undo across drawings: a new formula or a saved file replaces the drawing, and undo returns to the earlier one."""

from __future__ import annotations

from orbitdraw.app.session.playing import Playing
from orbitdraw.app.session.session import Session
from orbitdraw.app.shell.messages import Notice

MOST_BEFORE = 1_000
"""Earlier drawings that undo can return to."""

WITH_PAPER = 4
"""Latest earlier drawings that keep their canvas and are shown at once; older ones are redrawn."""

MOST_PAPER = 64 << 20
"""Bytes of their canvases together; one is kept however large."""

MOST_BYTES = 64 << 20
"""Bytes of the states of the older ones: with many particles fewer are kept."""


def succeed(session: Session, playing: Playing) -> None:
    """Show this in place of the present drawing, to which Ctrl+Z returns."""
    if session.film is not None:
        leave(session, session.playing)
    session.adopt(playing)


def leave(session: Session, playing: Playing) -> None:
    """Keep a drawing that is being replaced, without its key frames, of which there are many."""
    if playing.film is not None:
        playing.film.forget()
    session.before = [*session.before[1 - MOST_BEFORE :], playing]
    session.after = []
    room = MOST_BYTES
    for place in range(len(session.before) - 1 - _with_paper(session.before), -1, -1):
        film = session.before[place].film
        if film is not None:
            if film.size != (1, 1):
                film.release()
            room -= sum(array.nbytes for array in film.run.state.values())
        if room < 0:
            del session.before[: place + 1]
            break


def _with_paper(before: list[Playing]) -> int:
    """Number of the last drawings that keep their canvas."""
    paper = 0
    for count, playing in enumerate(reversed(before)):
        paper += 0 if playing.film is None else playing.film.canvas.nbytes
        if count == WITH_PAPER or (count and paper > MOST_PAPER):
            return count
    return len(before)


def turn_back(session: Session, again: bool = False) -> bool:
    """Return to the drawing before the last replacement, or forward to the later one; False where there is none."""
    ahead, behind = (session.after, session.before) if again else (session.before, session.after)
    if not ahead:
        return False
    goal = ahead.pop()
    behind.append(session.playing)
    session.adopt(goal)
    session.report(
        Notice(
            "Back to the later drawing" if again else "Back to the previous drawing; Ctrl+Y returns to the later one"
        )
    )
    return True
