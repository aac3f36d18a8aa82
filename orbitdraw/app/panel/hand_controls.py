"""The controls of the panel's hand section, each with its action."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from orbitdraw.app.kit import Button, Choice, Control, Field, Label, Option, Reach, Slider, Toggle
from orbitdraw.app.panel.bindings import Turning
from orbitdraw.app.tools.dust import FORMS, MOST_AT_ONCE
from orbitdraw.app.tools.fields import KINDS, MAGNET
from orbitdraw.ink.look import BRUSHES

NONE = "none"
"""Value of the entry "None" in a list of bodies or fields."""

HELD = [
    Option("body", "Body"),
    *(Option(form, f"Dust {form}") for form in FORMS),
    *(Option(kind, kind.capitalize()) for kind in (*KINDS, MAGNET)),
]


OF_THE_LOOK = "-1"
"""Value of the brush of a body without a brush of its own."""


def brushes() -> list[Option]:
    """Brushes of a body, by their numbers in the edit `pen`."""
    return [Option(OF_THE_LOOK, "Same as Look"), *(Option(str(k), name.capitalize()) for k, name in enumerate(BRUSHES))]


def controls_of(turning: Turning, do: Callable[[str], Any]) -> dict[str, Control]:
    """All controls of the section, by name."""

    def slider(
        label: str,
        reach: Reach,
        changed: Callable[[float], None],
        tip: str,
        default: float | None = None,
        unit: str = "",
    ) -> Slider:
        value = reach.low if default is None else default
        return Slider(label, reach, value, default, lambda to: None if to is None else changed(to), unit=unit, tip=tip)

    def listed(hold: Callable[[int | None], None], tip: str) -> Choice:
        return Choice("Selected", [], NONE, NONE, lambda name: hold(None if name == NONE else int(name)), tip)

    quarters, orders = (0.0, 90.0, 180.0, 270.0, 360.0), tuple(float(n) for n in range(1, 13))
    even = Reach(-4.0, 4.0, (0.0,), soft=True)
    return {
        "hand": Choice("Tool", HELD, "body", "body", turning.take_up, "What the left button does (D: dust, F: fields)"),
        "body": listed(turning.hold_body, "The body whose numbers are shown; a click selects it, too"),
        "field": listed(turning.hold_field, "The field whose numbers are shown; a click selects it, too"),
        "mass": slider(
            "Mass", Reach(1e-3, 10.0, log=True, soft=True, floor=0.0), turning.mass, "M: heavier, Shift+M: lighter"
        ),
        "speed": slider("Speed", Reach(0.0, 4.0, soft=True, floor=0.0), turning.speed, "Length of the velocity arrow"),
        "direction": slider(
            "Direction",
            Reach(0.0, 360.0, quarters, soft=True),
            turning.direction,
            "Direction of the velocity, counterclockwise; 0 is to the right",
            unit="°",
        ),
        "x": slider("x", Reach(-2.0, 2.0, soft=True), partial(turning.go, 0), "Position, to the right"),
        "y": slider("y", Reach(-2.0, 2.0, soft=True), partial(turning.go, 1), "Position, upwards"),
        "pinned": Toggle("Pinned", False, turning.pin, "Fixed in place, but it still attracts (I)"),
        "brush": Choice(
            "Brush",
            [],
            OF_THE_LOOK,
            OF_THE_LOOK,
            lambda name: turning.pen("brush", 2, float(name)),
            "Brush of this body only",
        ),
        "pen width": slider(
            "Pen width",
            Reach(0.1, 10.0, log=True, soft=True, floor=0.01),
            partial(turning.pen, "pen width", 1),
            "Pen width of this body only, in units of the width under Look",
            1.0,
        ),
        "colour": slider(
            "Colour",
            Reach(0.0, 1.0),
            partial(turning.pen, "colour", 0),
            "Place of this body on the palette, where Colour by is Particle",
        ),
        "duplicate": Button("Duplicate", lambda: do("duplicate"), "Add a copy next to this body", "Ctrl+D"),
        "take away": Button("Delete", lambda: do("take away"), hint="Delete"),
        "eccentricity": slider(
            "Eccentricity",
            Reach(0.0, 0.99, (0.0, 0.5), soft=True, floor=0.0),
            turning.eccentricity,
            "Orbit shape for Shift-throws: 0 circle, below 1 ellipse, 1 or more escapes",
            0.0,
        ),
        "place": Button("Place a body", turning.place),
        "grains": slider(
            "Grains",
            Reach(1.0, MOST_AT_ONCE, log=True, whole=True),
            turning.grains,
            "Number of grains: per frame for the brush, in all for other shapes",
            100.0,
        ),
        "spread": slider(
            "Spread",
            Reach(0.002, 1.0, log=True),
            turning.spread,
            "Size of the brush, or thickness of a ring or line, in radii of the picture",
            0.05,
        ),
        "strength": slider("Strength", even, turning.strength, "Strength of the force; below 0 it is reversed"),
        "size": slider(
            "Size", Reach(1e-2, 1.0, log=True, soft=True, floor=1e-9), turning.size, "Size of the field (Shift+wheel)"
        ),
        "flip": Button("Flip the sign", lambda: do("flip"), "A well becomes a hill", "Shift+F"),
        "uproot": Button("Delete", lambda: do("take away"), hint="Delete"),
        "magnet": slider(
            "Strength", even, turning.magnet, "Bends the paths of moving particles, without changing their speed", 0.0
        ),
        "no magnet": Label("This law has no magnetic field; choose Newton"),
        "symmetry": slider(
            "Symmetry",
            Reach(1.0, 12.0, orders, whole=True),
            lambda order: turning.mirror(order=order),
            "Rotated copies about the centre that attract each other (X)",
            1.0,
        ),
        "mirrored": Toggle("Mirrored", False, lambda on: turning.mirror(mirrored=on), "Mirrored copies, too (Shift+X)"),
        "height": slider("Landscape", even, turning.height, "Height of the bright parts of the picture"),
        "picture": Button("Picture as a landscape…", turning.ask_path, "Or drop a picture on the window"),
        "path": Field("Path of the picture, then Enter", "", turning.lay),
        "level": Button("Remove the landscape", turning.level),
    }
