"""The window. NumPy, Numba and SymPy are imported only after the first picture is on the screen."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orbitdraw import library, runtime
from orbitdraw.errors import NoDisplayError

if TYPE_CHECKING:
    from orbitdraw.app.export_dialog.queue import Exporter


def open_window(
    what: Any = None,
    *,
    seed: int | None = None,
    values: dict[str, Any] | None = None,
    params: dict[str, Any] | None = None,
    size: tuple[int, int] | None = None,
    fullscreen: bool = False,
    ui_scale: float | None = None,
    export: Exporter | None = None,
    folder: Path | None = None,
) -> None:
    """Open the window on a scene, or on the wall of scenes, and return when it is closed.

    `what` is anything `library.create_run` plays; `params` are the sliders of a formula, `values` are set before the
    first frame. `export(what, path, *, size=, ..., progress=)` exports files, `folder` is where they are written.
    Raises NoDisplayError without a display, InputError for a name, formula or drawing that cannot be opened.
    """
    os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
    # With pygame, which `--help` does without, and which the line above is for.
    from orbitdraw.app.wall.cards import cards  # noqa: PLC0415

    card = next((card for card in cards() if card.name == what), None) if isinstance(what, str) else None
    is_file = isinstance(what, (str, Path)) and Path(what).suffix.lower() == ".py" and Path(what).is_file()
    if what is not None and card is None and not is_file:
        # A misspelt name or formula is an error on the command line, before a window opens.
        what = library.create_run(what, seed, params=params, **(values or {}))
        seed, values, params = None, None, None
    runtime.warmup.start()
    # After the start of the second process, whose imports run at the same time; the display before the pages, which the
    # user then does not wait for in front of an empty desktop.
    from orbitdraw.app.shell.display import open_display  # noqa: PLC0415

    try:
        surface = open_display(size, card.name if card else "figure_eight")
    except NoDisplayError:
        runtime.warmup.stop()
        raise
    from orbitdraw.app.wall.draft_cards import drafts_to_offer  # noqa: PLC0415
    from orbitdraw.app.window import Window  # noqa: PLC0415

    window = Window(surface=surface, fullscreen=fullscreen, ui_scale=ui_scale, exporter=export, folder=folder)
    if what is None:
        window.show_wall()
    else:
        window.show_scene(card.path if card else what, card=card, seed=seed, values=values, params=params)
        window.question_card.offer_drafts(drafts_to_offer(what, window))
    window.run()
