"""Edits of the state: bodies, dust, fields, landscapes, links, pins, pens, symmetry and twins.

Imports authoring and what that may import.
"""

from orbitdraw.runtime import lazy

TYPE_CHECKING = False

if TYPE_CHECKING:
    from orbitdraw.edits import body_ids as body_ids
    from orbitdraw.edits import fields as fields
    from orbitdraw.edits import heightmap as heightmap
    from orbitdraw.edits import orbital_speed as orbital_speed
    from orbitdraw.edits import pins as pins
    from orbitdraw.edits import symmetry as symmetry
    from orbitdraw.edits import table as table
else:
    __getattr__, __dir__ = lazy.attach(
        __name__,
        {
            "body_ids": "body_ids",
            "fields": "fields",
            "heightmap": "heightmap",
            "orbital_speed": "orbital_speed",
            "pins": "pins",
            "symmetry": "symmetry",
            "table": "table",
        },
    )
