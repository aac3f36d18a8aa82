"""Hand section of the panel: the active tool and the selected body or field, by slider and by typed number."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from orbitdraw.app.kit import Button, Choice, Control, Option, Slider, SliderRange, TextField, Toggle
from orbitdraw.app.panel.bindings import ToolBindings
from orbitdraw.app.panel.tool_controls import NONE, brushes, make_controls
from orbitdraw.app.session.hand_edits import AddedObject, ControlEditDone, LandscapeLoaded
from orbitdraw.app.tools.dust import BRUSH_GRAINS, SHAPE_GRAINS
from orbitdraw.app.tools.fields import KINDS, MAGNETIC_FIELD
from orbitdraw.app.tools.tools import Tools

if TYPE_CHECKING:
    from orbitdraw.app.session.world import World

UPDATE_INTERVAL = 0.1
"""Seconds between two updates of values that change: faster ones cannot be read."""

MAX_LISTED = 99
"""Most bodies in the list; any other is selected by a click."""

PREFIX = "hand "
"""Prefix of the names of the section's controls: a scene may have a slider called mass."""

PEN_CONTROLS = ("brush", "pen width", "colour")

PLACE_BUTTON = {
    "body": ("Place a body", "Adds a body without the mouse, on a circular orbit if something attracts it"),
    "dust": ("Add dust at the centre", "Adds dust without the mouse, on circular orbits if something attracts it"),
    "field": ("Add a field at the centre", "Adds a field without the mouse"),
}
"""Label and tooltip of the button that adds something, by tool."""


class ToolSection:
    """Chooses the controls for the active tool and selection, and shows the present values in them.

    A control that is being dragged or typed in, or whose edit is not done yet, is left alone; the others follow the
    world.
    """

    def __init__(self, tools: Tools) -> None:
        self.tools = tools
        self.bindings = ToolBindings(tools)
        self.controls = make_controls(self.bindings, tools.stage.do)
        self._names: list[str] = []
        self._selection_key: Any = None
        self._world: World | None = None
        self._shown_state: tuple[Any, ...] = ()
        self._ranges: dict[str, SliderRange] = {}
        self._update_time = -1.0
        self._focus_request = ""
        path = self.controls["path"]
        assert isinstance(path, TextField)
        path.on_change = self._clear_error

    # -- content ---------------------------------------------------------------------------------------------------

    @property
    def world(self) -> World | None:
        """The world, where the mouse can edit it."""
        world = self.tools.world
        return world if world is not None and world.is_editable else None

    def names(self) -> list[str]:
        """The names of the controls for the active tool, in order; none in a scene that cannot be edited by mouse."""
        tools, world = self.tools, self.world
        if world is None:
            return []
        out = ["hand"]
        if tools.active_tool is tools.bodies:
            out += ["body"] if len(world.name) else []
            held = ["mass", "speed", "direction", "x", "y", "pinned", *PEN_CONTROLS, "duplicate", "take away"]
            out += held if tools.bodies.body() is not None else ["mass", "eccentricity", "place"]
        elif tools.active_tool is tools.dust:
            out += ["grains", "spread", "place"]
        else:
            out += ["field"] if len(world.fields) else []
            if self._field_row() is not None:
                out += ["strength", "size", "x", "y", "flip", "uproot"]
            elif tools.fields.kind == MAGNETIC_FIELD:
                out += ["magnet"] if tools.stage.control("field") is not None else ["no magnet"]
            else:
                out += ["strength", "place"]
        ground = world.landscape is not None
        out += ["symmetry", "mirrored", *(["height"] if ground else []), "picture"]
        return [*out, *(["path"] if self.bindings.path_field_open else []), *(["level"] if ground else [])]

    def _field_row(self) -> list[float] | None:
        return self.tools.fields.row(self.tools.fields.selected)

    def section(self) -> dict[str, Control]:
        """The controls by name."""
        return {PREFIX + name: self.controls[name] for name in self._names}

    def take_focus_request(self) -> str:
        """The name of a control that wants the focus now, or empty; asking clears it.

        A claim waits for its control: the height of a landscape comes with the picture after the edit.
        """
        if self._focus_request.removeprefix(PREFIX) not in self._names:
            return ""
        take_focus_request, self._focus_request = self._focus_request, ""
        return take_focus_request

    def receive(self, message: Any) -> None:
        """Select a body or field that was added, and update the controls after an edit."""
        if isinstance(message, ControlEditDone):
            self.bindings.receive(message)
        elif isinstance(message, AddedObject):
            if message.kind == "body" and self.tools.active_tool is self.tools.bodies:
                self.bindings.select_body(message.name)
            elif message.kind == "field" and self.tools.active_tool is self.tools.fields:
                self.bindings.select_field(message.name)
        elif isinstance(message, LandscapeLoaded):
            path = self.controls["path"]
            assert isinstance(path, TextField)
            path.invalid = not message.done
            path.invalidate()
            if message.done and self.bindings.path_field_open:
                self.bindings.path_field_open, self._focus_request = False, PREFIX + "height" if path.focused else ""

    def _clear_error(self, text: str) -> None:
        path = self.controls["path"]
        assert isinstance(path, TextField)
        path.invalid = False

    # -- every turn of the loop ------------------------------------------------------------------------------------

    def tick(self, now: float, visible: bool) -> bool:
        """Show the present values, while the section is visible. True when its set of controls has changed."""
        held = next((name for name in self._names if getattr(self.controls[name], "dragging", False)), "")
        self.bindings.gestures.tick(now, held)
        names = self.names()
        changed = names != self._names
        if changed:
            if "path" in names and "path" not in self._names:
                self._focus_request = PREFIX + "path"
            for name in self._names:
                if name not in names:
                    _reset_control(self.controls[name])
            self._names = names
        if visible and names:
            self._update_values(now, changed)
        return changed

    def _update_values(self, now: float, force: bool) -> None:
        tools, world = self.tools, self.world
        assert world is not None
        dust, body = tools.dust, tools.bodies.body()
        selection = (
            tools.active_tool,
            tools.selected,
            body is None,
            tools.fields.selected,
            tools.fields.kind,
            dust.shape,
        )
        if selection != self._selection_key:
            self._update_ranges(world)
        elif not force and now - self._update_time < UPDATE_INTERVAL:
            return
        magnet = tools.stage.control("field")
        settings = (
            tools.requested_symmetry,
            tools.bodies.mass_set,
            dust.grains,
            dust.spread,
            tools.stage.playback.playing,
        )
        state = (selection, settings, tuple(self.bindings.waiting), getattr(magnet, "value", None))
        if world is self._world and state == self._shown_state and not force:
            return
        self._selection_key, self._world, self._shown_state, self._update_time = selection, world, state, now
        self._update_lists(world)
        for name, value in self._values(world):
            control = self.controls[name]
            if name in self.bindings.waiting:
                continue
            if isinstance(control, Slider):
                if control.entry is None:
                    control.show(value, self._ranges.get(name))
            elif isinstance(control, (Choice, Toggle)):
                control.show(value)

    def _update_lists(self, world: World) -> None:
        """Update the lists of bodies, fields and brushes, and the labels."""
        bodies = world.name[:MAX_LISTED].tolist()
        if self.tools.selected is not None and self.tools.selected not in bodies:
            bodies.append(self.tools.selected)
        fields = [(int(row[0]), KINDS[int(row[1])]) for row in world.fields.tolist()]
        lists = {
            "brush": brushes(),
            "body": [Option(NONE, "None"), *(Option(str(name), f"Body {name}") for name in bodies)],
            "field": [
                Option(NONE, "None"),
                *(Option(str(name), f"{kind.capitalize()} {name}") for name, kind in fields),
            ],
        }
        for name, options in lists.items():
            choice = self.controls[name]
            assert isinstance(choice, Choice)
            if options != choice.options:
                choice.options = options
                choice.invalidate()
        tools = self.tools
        what = "body" if tools.active_tool is tools.bodies else "dust" if tools.active_tool is tools.dust else "field"
        words = {
            "place": PLACE_BUTTON[what][0],
            "mass": "Mass of the next body" if tools.bodies.body() is None else "Mass",
            "strength": "Strength of the next field" if self._field_row() is None else "Strength",
        }
        for name, label in words.items():
            if self.controls[name].label != label:
                self.controls[name].label = label
                self.controls[name].invalidate()
        self.controls["place"].tip = PLACE_BUTTON[what][1]

    def _update_ranges(self, world: World) -> None:
        """Set ranges about the values of another selection, and these values as defaults for a double click."""
        tools = self.tools
        x, y, radius = tools.stage.opened.home if tools.stage.opened is not None else (0.0, 0.0, 1.0)
        heaviest = float(world.mass.max()) if len(world.mass) else 0.0
        most = 10.0 ** (math.ceil(math.log10(heaviest)) + 1) if heaviest > 0 else 100.0
        fields, row, body = tools.fields, self._field_row(), tools.bodies.body()
        usual_strength = (
            fields.strength(fields.kind) if row is None else max(abs(row[6]), fields.strength(KINDS[int(row[1])]))
        )
        speed = 4 * 0.4 * radius / world.arrow_time
        ground = fields.strength("landscape")
        self._ranges = {
            "mass": SliderRange(most * 1e-6, most, log=True, soft=True, floor=0.0),
            "speed": SliderRange(
                0.0,
                _round_to_digit(speed if body is None else max(speed, 1.5 * math.hypot(*body[1]))),
                soft=True,
                floor=0.0,
            ),
            "x": SliderRange(x - _round_to_digit(2 * radius), x + _round_to_digit(2 * radius), soft=True),
            "y": SliderRange(y - _round_to_digit(2 * radius), y + _round_to_digit(2 * radius), soft=True),
            "strength": SliderRange(
                -_round_to_digit(4 * abs(usual_strength)), _round_to_digit(4 * abs(usual_strength)), (0.0,), soft=True
            ),
            "size": SliderRange(
                _round_to_digit(1e-3 * radius), _round_to_digit(2 * radius), log=True, soft=True, floor=1e-9
            ),
            "height": SliderRange(-_round_to_digit(8 * ground), _round_to_digit(8 * ground), (0.0,), soft=True),
        }
        direction = self.controls["direction"]
        assert isinstance(direction, Slider)
        self._ranges["direction"] = replace(direction.value_range, low=0.0, high=360.0)
        self.bindings.rest_direction = 0.0
        defaults = {**dict(self._values(world)), "height": ground}
        for name in ("mass", "speed", "direction", "x", "y", "strength", "size", "height"):
            control, default = self.controls[name], defaults.get(name)
            assert isinstance(control, Slider)
            control.default = default
        grains = self.controls["grains"]
        assert isinstance(grains, Slider)
        grains.default = float(BRUSH_GRAINS if tools.dust.shape == "brush" else SHAPE_GRAINS)

    def _values(self, world: World) -> Iterator[tuple[str, Any]]:
        """The present values, by control."""
        tools, body, row = self.tools, self.tools.bodies.body(), self._field_row()
        tool_names = {tools.bodies: "body", tools.dust: tools.dust.shape, tools.fields: tools.fields.kind}
        yield "hand", tool_names[tools.active_tool]
        yield "body", NONE if body is None else str(tools.selected)
        yield "field", NONE if row is None else str(tools.fields.selected)
        yield "mass", tools.bodies.mass if body is None else body[2]
        yield "eccentricity", tools.bodies.eccentricity
        yield "grains", float(tools.dust.grains)
        yield "spread", tools.dust.spread
        magnet = tools.stage.control("field")
        if isinstance(magnet, Slider):
            self._ranges["magnet"] = magnet.value_range
            yield "magnet", magnet.value
        if body is not None and tools.active_tool is tools.bodies:
            (x, y), (vx, vy), _ = body
            speed = math.hypot(vx, vy)
            rest_direction = math.atan2(vy, vx) if speed > 0 else self.bindings.rest_direction
            yield "speed", self._round_for_display("speed", speed)
            yield "direction", self._round_for_display("direction", math.degrees(rest_direction) % 360.0)
            yield "x", self._round_for_display("x", x)
            yield "y", self._round_for_display("y", y)
            yield "pinned", tools.selected in world.pinned
            yield from zip(PEN_CONTROLS, world.pen(tools.selected), strict=True)
        if row is not None:
            yield "strength", row[6]
            yield "size", row[7]
            yield "x", self._round_for_display("x", row[2])
            yield "y", self._round_for_display("y", row[3])
        elif tools.active_tool is tools.fields and tools.fields.kind != MAGNETIC_FIELD:
            yield "strength", tools.fields.strength(tools.fields.kind)
        order, mirrored = (tools.requested_symmetry or world.symmetry or (1.0, 0.0))[:2]
        yield "symmetry", order
        yield "mirrored", bool(mirrored)
        if world.landscape is not None:
            yield "height", world.landscape

    def _round_for_display(self, name: str, value: float) -> float | None:
        """Round a changing number to as many digits as can be read: more of them while the scene is paused."""
        if not math.isfinite(value):
            return None
        value_range = self._ranges[name]
        digits = 3 - math.floor(math.log10(value_range.high - value_range.low))
        return round(value, digits if self.tools.stage.playback.playing else digits + 3) + 0.0


def _round_to_digit(number: float) -> float:
    """Round to one digit, so that a track ends at a number that is easily read.

    >>> _round_to_digit(0.1234), _round_to_digit(37.0)
    (0.1, 40.0)
    """
    return float(f"{number:.1g}") if number > 0 and math.isfinite(number) else 1.0


def _reset_control(control: Control) -> None:
    """Reset a control that has left the section: text being typed into it is dropped."""
    control.focused = control.hovered = False
    if isinstance(control, Slider):
        control.entry, control.dragging = None, False
    elif isinstance(control, TextField):
        control.entry = None
    elif isinstance(control, Choice):
        control.menu = None
    elif isinstance(control, (Button, Toggle)):
        control.down = False
