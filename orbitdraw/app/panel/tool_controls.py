"""The controls of the panel's hand section, each with its action."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from orbitdraw.app.kit import Button, Choice, Control, Label, Option, Slider, SliderRange, TextField, Toggle
from orbitdraw.app.panel.bindings import ToolBindings
from orbitdraw.app.tools.dust import MAX_GRAINS_AT_ONCE, SHAPES
from orbitdraw.app.tools.fields import KINDS, MAGNETIC_FIELD
from orbitdraw.ink.look import BRUSHES

NONE = "none"
"""Value of the entry "None" in a list of bodies or fields."""

TOOL_OPTIONS = [
    Option("body", "Body"),
    *(Option(form, f"Dust {form}") for form in SHAPES),
    *(Option(kind, kind.capitalize()) for kind in (*KINDS, MAGNETIC_FIELD)),
]


LOOK_BRUSH = "-1"
"""Value of the brush of a body without a brush of its own."""


def brushes() -> list[Option]:
    """Brushes of a body, by their numbers in the edit `set_pen`."""
    return [Option(LOOK_BRUSH, "Same as Look"), *(Option(str(k), name.capitalize()) for k, name in enumerate(BRUSHES))]


def make_controls(bindings: ToolBindings, do: Callable[[str], Any]) -> dict[str, Control]:
    """All controls of the section, by name."""

    def slider(
        label: str,
        value_range: SliderRange,
        on_change: Callable[[float], None],
        tip: str,
        default: float | None = None,
        unit: str = "",
    ) -> Slider:
        value = value_range.low if default is None else default
        return Slider(
            label, value_range, value, default, lambda to: None if to is None else on_change(to), unit=unit, tip=tip
        )

    def selection_list(select: Callable[[int | None], None], tip: str) -> Choice:
        return Choice("Selected", [], NONE, NONE, lambda name: select(None if name == NONE else int(name)), tip)

    quarters, orders = (0.0, 90.0, 180.0, 270.0, 360.0), tuple(float(n) for n in range(1, 13))
    symmetric_range = SliderRange(-4.0, 4.0, (0.0,), soft=True)
    return {
        "hand": Choice(
            "Tool", TOOL_OPTIONS, "body", "body", bindings.select_tool, "What the left button does (D: dust, F: fields)"
        ),
        "body": selection_list(bindings.select_body, "The body whose numbers are shown; a click selects it, too"),
        "field": selection_list(bindings.select_field, "The field whose numbers are shown; a click selects it, too"),
        "mass": slider(
            "Mass",
            SliderRange(1e-3, 10.0, log=True, soft=True, floor=0.0),
            bindings.set_mass,
            "M: heavier, Shift+M: lighter",
        ),
        "speed": slider(
            "Speed", SliderRange(0.0, 4.0, soft=True, floor=0.0), bindings.set_speed, "Length of the velocity arrow"
        ),
        "direction": slider(
            "Direction",
            SliderRange(0.0, 360.0, quarters, soft=True),
            bindings.set_direction,
            "Direction of the velocity, counterclockwise; 0 is to the right",
            unit="°",
        ),
        "x": slider(
            "x", SliderRange(-2.0, 2.0, soft=True), partial(bindings.set_coordinate, 0), "Position, to the right"
        ),
        "y": slider("y", SliderRange(-2.0, 2.0, soft=True), partial(bindings.set_coordinate, 1), "Position, upwards"),
        "pinned": Toggle("Pinned", False, bindings.set_pinned, "Fixed in place, but it still attracts (I)"),
        "brush": Choice(
            "Brush",
            [],
            LOOK_BRUSH,
            LOOK_BRUSH,
            lambda name: bindings.set_pen("brush", 2, float(name)),
            "Brush of this body only",
        ),
        "pen width": slider(
            "Pen width",
            SliderRange(0.1, 10.0, log=True, soft=True, floor=0.01),
            partial(bindings.set_pen, "pen width", 1),
            "Pen width of this body only, in units of the width under Look",
            1.0,
        ),
        "colour": slider(
            "Colour",
            SliderRange(0.0, 1.0),
            partial(bindings.set_pen, "colour", 0),
            "Place of this body on the palette, where Colour by is Particle",
        ),
        "duplicate": Button("Duplicate", lambda: do("duplicate"), "Add a copy next to this body", "Ctrl+D"),
        "take away": Button("Delete", lambda: do("take away"), hint="Delete"),
        "eccentricity": slider(
            "Eccentricity",
            SliderRange(0.0, 0.99, (0.0, 0.5), soft=True, floor=0.0),
            bindings.set_eccentricity,
            "Orbit shape for Shift-throws: 0 circle, below 1 ellipse, 1 or more escapes",
            0.0,
        ),
        "place": Button("Place a body", bindings.place),
        "grains": slider(
            "Grains",
            SliderRange(1.0, MAX_GRAINS_AT_ONCE, log=True, integer=True),
            bindings.set_grains,
            "Number of grains: per frame for the brush, in all for other shapes",
            100.0,
        ),
        "spread": slider(
            "Spread",
            SliderRange(0.002, 1.0, log=True),
            bindings.set_spread,
            "Size of the brush, or thickness of a ring or line, in radii of the picture",
            0.05,
        ),
        "strength": slider(
            "Strength", symmetric_range, bindings.set_strength, "Strength of the force; below 0 it is reversed"
        ),
        "size": slider(
            "Size",
            SliderRange(1e-2, 1.0, log=True, soft=True, floor=1e-9),
            bindings.set_size,
            "Size of the field (Shift+wheel)",
        ),
        "flip": Button("Flip the sign", lambda: do("flip"), "A well becomes a hill", "Shift+F"),
        "uproot": Button("Delete", lambda: do("take away"), hint="Delete"),
        "magnet": slider(
            "Strength",
            symmetric_range,
            bindings.set_magnetic_field,
            "Bends the paths of moving particles, without changing their speed",
            0.0,
        ),
        "no magnet": Label("This law has no magnetic field; choose Newton"),
        "symmetry": slider(
            "Symmetry",
            SliderRange(1.0, 12.0, orders, integer=True),
            lambda order: bindings.set_symmetry(order=order),
            "Rotated copies about the centre that attract each other (X)",
            1.0,
        ),
        "mirrored": Toggle(
            "Mirrored", False, lambda on: bindings.set_symmetry(mirrored=on), "Mirrored copies, too (Shift+X)"
        ),
        "height": slider(
            "Landscape", symmetric_range, bindings.set_height, "Height of the bright parts of the picture"
        ),
        "picture": Button("Picture as a landscape…", bindings.toggle_path_field, "Or drop a picture on the window"),
        "path": TextField("Path of the picture, then Enter", "", bindings.add_landscape),
        "level": Button("Remove the landscape", bindings.remove_landscape),
    }
