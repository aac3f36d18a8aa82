"""What takes the place of the drawing that is shown: another formula, or the same file saved anew; and the way back."""

from __future__ import annotations

from orbitdraw.app.session.playing import Playing
from orbitdraw.app.session.session import Session
from orbitdraw.app.shell.messages import Notice

MOST_BEFORE = 1_000
"""Drawings that undo can come back to after others were begun."""

WITH_PAPER = 4
"""The last of them, which are shown at once; older ones are drawn again."""

MOST_PAPER = 64 << 20
"""Bytes of their paper together: of large ones there are fewer, but one."""

MOST_BYTES = 64 << 20
"""What the states of the older ones may take: of crowds there are fewer."""


def succeed(session: Session, playing: Playing) -> None:
    """Show this in place of what is shown, which stays within reach of Ctrl+Z."""
    if session.film is not None:
        leave(session, session.playing)
    session.adopt(playing)


def leave(session: Session, playing: Playing) -> None:
    """Keep a drawing that another takes the place of. Its way back is kept, not the states along it: they are many."""
    if playing.film is not None:
        playing.film.forget()
    session.before = [*session.before[1 - MOST_BEFORE :], playing]
    session.after = []
    room = MOST_BYTES
    for place in range(len(session.before) - 1 - _with_paper(session.before), -1, -1):
        film = session.before[place].film
        if film is not None:
            if film.size != (1, 1):
                film.fold()
            room -= sum(array.nbytes for array in film.run.state.values())
        if room < 0:
            del session.before[: place + 1]
            break


def _with_paper(before: list[Playing]) -> int:
    """How many of the last keep their paper."""
    paper = 0
    for count, playing in enumerate(reversed(before)):
        paper += 0 if playing.film is None else playing.film.canvas.nbytes
        if count == WITH_PAPER or (count and paper > MOST_PAPER):
            return count
    return len(before)


def turn_back(session: Session, again: bool = False) -> bool:
    """Back to the drawing before another took its place, as it stood, or forward to the later one."""
    ahead, behind = (session.after, session.before) if again else (session.before, session.after)
    if not ahead:
        return False
    goal = ahead.pop()
    behind.append(session.playing)
    session.adopt(goal)
    session.report(
        Notice("The later drawing is back" if again else "The drawing before is back; Ctrl+Y: the later one")
    )
    return True
