"""Change the law of motion or the ink of the scene that is shown."""

from __future__ import annotations

from orbitdraw import dynamics
from orbitdraw.app.session.lifecycle import start
from orbitdraw.app.session.playing import begun
from orbitdraw.app.session.session import Session
from orbitdraw.app.shell.messages import Notice


def next_law(session: Session) -> None:
    """Restart with the next law of `law.LAWS`."""
    if session.film is None or session.home is None:
        return
    if session.home.motion is not None:
        session.report(Notice("You can't change the law of motion here: this scene runs its own program"))
        return
    names, law = list(dynamics.LAWS), session.film.run.scene.law.name
    set_law(session, names[(names.index(law) + 1) % len(names) if law in names else 0])


def set_law(session: Session, name: str) -> None:
    """Restart the same landscape, initial state and seed under another law of `law.LAWS`, from frame 0."""
    if session.film is None or session.home is None or session.home.motion is not None:
        return
    run = session.film.run
    scene = session.home if name == session.home.law.name else session.home.under(name)
    known = scene.declared.sliders
    # Parameters of the law itself are not kept; those of the potential and the look are.
    own = scene.law.numbers()
    kept = {key: value for key, value in run.values.items() if key in known and key not in own}
    film, other = session.film, begun(scene, run.seed, kept)

    def take_over() -> None:
        if session.film is film:  # else another drawing was opened meanwhile
            start(session, other)

    if not session.awaited.fetch(other, other.values, take_over):
        take_over()


def set_ink(session: Session, light: bool) -> None:
    """Set ink on light paper, or the scene's own style on a dark ground; recorded like any other change."""
    film, home = session.film, session.home
    if film is None or home is None or film.run.history.next is not None:
        return  # a replay shows the recorded drawing, and keeps its continuation
    style = "paper" if light else home.look.style if home.look.style != "paper" else "light"
    if style != film.run.values["style"]:
        session.wishes.make({"style": style})
        session.grant()
