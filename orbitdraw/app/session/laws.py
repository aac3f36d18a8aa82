"""Change the law of motion or the ink of the scene that is shown."""

from __future__ import annotations

from orbitdraw import dynamics
from orbitdraw.app.session.lifecycle import show_run
from orbitdraw.app.session.open_drawing import start_run
from orbitdraw.app.session.session import Session
from orbitdraw.app.shell.messages import Notice


def next_law(session: Session) -> None:
    """Restart with the next law of `dynamics.LAWS`."""
    if session.film is None or session.base_scene is None:
        return
    if session.base_scene.motion is not None:
        session.report(Notice("You can't change the law of motion here: this scene runs its own program"))
        return
    names, law = list(dynamics.LAWS), session.film.run.scene.law.name
    set_law(session, names[(names.index(law) + 1) % len(names) if law in names else 0])


def set_law(session: Session, name: str) -> None:
    """Restart the same landscape, initial state and seed under another law of `dynamics.LAWS`, from frame 0."""
    if session.film is None or session.base_scene is None or session.base_scene.motion is not None:
        return
    run = session.film.run
    scene = session.base_scene if name == session.base_scene.law.name else session.base_scene.under(name)
    sliders = scene.declared.sliders
    # Parameters of the law itself are not kept; those of the potential and the look are.
    law_parameters = scene.law.numbers()
    kept_values = {key: value for key, value in run.values.items() if key in sliders and key not in law_parameters}
    film, new_run = session.film, start_run(scene, run.seed, kept_values)

    def show_new_run() -> None:
        if session.film is film:  # else another drawing was opened meanwhile
            show_run(session, new_run)

    if not session.deferred_edits.defer_until_compiled(new_run, new_run.values, show_new_run):
        show_new_run()


def set_ink(session: Session, light: bool) -> None:
    """Set ink on light paper, or the scene's own style on a dark ground; recorded like any other change."""
    film, scene = session.film, session.base_scene
    if film is None or scene is None or film.run.history.next is not None:
        return  # a replay shows the recorded drawing, and keeps its continuation
    style = "paper" if light else scene.look.style if scene.look.style != "paper" else "light"
    if style != film.run.values["style"]:
        session.value_requests.add({"style": style})
        session.apply_values()
