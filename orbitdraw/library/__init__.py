"""Scenes by name, file and formula; drafts.

Imports simulation and what that may import.
"""

from orbitdraw.runtime import lazy

TYPE_CHECKING = False

if TYPE_CHECKING:
    from orbitdraw.library import catalogue as catalogue
    from orbitdraw.library import drafts as drafts
    from orbitdraw.library.loading import create_run as create_run
    from orbitdraw.library.loading import formula_scene as formula_scene
    from orbitdraw.library.loading import load_file as load_file
    from orbitdraw.library.loading import read_drawing as read_drawing
    from orbitdraw.library.loading import remarks as remarks
    from orbitdraw.library.loading import replay as replay
    from orbitdraw.library.loading import resolve_scene as resolve_scene
    from orbitdraw.library.recognition import is_formula as is_formula
    from orbitdraw.library.template import write_scene as write_scene
else:
    __getattr__, __dir__ = lazy.attach(
        __name__,
        {
            "catalogue": "catalogue",
            "create_run": "loading",
            "drafts": "drafts",
            "formula_scene": "loading",
            "is_formula": "recognition",
            "load_file": "loading",
            "read_drawing": "loading",
            "remarks": "loading",
            "replay": "loading",
            "resolve_scene": "loading",
            "write_scene": "template",
        },
    )
