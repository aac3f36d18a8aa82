"""Drawings as data: the save file and its events, the autosave journal, and drawings embedded in exported files.

Imports runtime and the flat tables.
"""

from orbitdraw.runtime import lazy

TYPE_CHECKING = False

if TYPE_CHECKING:
    from orbitdraw.record.drawing import Drawing as Drawing
    from orbitdraw.record.drawing import Event as Event
    from orbitdraw.record.journal import Journal as Journal
    from orbitdraw.record.journal import has_user_changes as has_user_changes
else:
    __getattr__, __dir__ = lazy.attach(
        __name__,
        {
            "Drawing": "drawing",
            "Event": "drawing",
            "Journal": "journal",
            "has_user_changes": "journal",
        },
    )
