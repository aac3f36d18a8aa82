"""Undo across drawings: a new formula or a saved file replaces the drawing, and undo returns to the earlier one."""

from __future__ import annotations

from orbitdraw.app.session.open_drawing import OpenDrawing
from orbitdraw.app.session.session import Session
from orbitdraw.app.shell.messages import Notice

MAX_EARLIER = 1_000
"""Earlier drawings that undo can return to."""

MAX_CANVASES = 4
"""Latest earlier drawings that keep their canvas and are shown at once; older ones are redrawn."""

MAX_CANVAS_BYTES = 64 << 20
"""Bytes of their canvases together; one is kept however large."""

MAX_STATE_BYTES = 64 << 20
"""Bytes of the states of the older ones: with many particles fewer are kept."""


def replace_drawing(session: Session, drawing: OpenDrawing) -> None:
    """Show this in place of the present drawing, to which Ctrl+Z returns."""
    if session.film is not None:
        push_drawing(session, session.current_drawing)
    session.show_drawing(drawing)


def push_drawing(session: Session, drawing: OpenDrawing) -> None:
    """Keep a drawing that is being replaced, without its key frames, of which there are many."""
    if drawing.film is not None:
        drawing.film.forget()
    session.undo_drawings = [*session.undo_drawings[1 - MAX_EARLIER :], drawing]
    session.redo_drawings = []
    free_bytes = MAX_STATE_BYTES
    for index in range(len(session.undo_drawings) - 1 - _kept_canvases(session.undo_drawings), -1, -1):
        film = session.undo_drawings[index].film
        if film is not None:
            if film.size != (1, 1):
                film.release()
            free_bytes -= sum(array.nbytes for array in film.run.state.values())
        if free_bytes < 0:
            del session.undo_drawings[: index + 1]
            break


def _kept_canvases(earlier: list[OpenDrawing]) -> int:
    """Number of the last drawings that keep their canvas."""
    canvas_bytes = 0
    for count, drawing in enumerate(reversed(earlier)):
        canvas_bytes += 0 if drawing.film is None else drawing.film.canvas.nbytes
        if count == MAX_CANVASES or (count and canvas_bytes > MAX_CANVAS_BYTES):
            return count
    return len(earlier)


def undo_replacement(session: Session, redo: bool = False) -> bool:
    """Return to the drawing before the last replacement, or forward to the later one; False where there is none."""
    source, destination = (
        (session.redo_drawings, session.undo_drawings) if redo else (session.undo_drawings, session.redo_drawings)
    )
    if not source:
        return False
    drawing = source.pop()
    destination.append(session.current_drawing)
    session.show_drawing(drawing)
    session.report(
        Notice("Back to the later drawing" if redo else "Back to the previous drawing; Ctrl+Y returns to the later one")
    )
    return True
