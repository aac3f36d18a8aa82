"""Hand section of the panel: the active tool and the selected body or field, by slider and by typed number."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from orbitdraw.app.kit import Button, Choice, Control, Field, Option, Reach, Slider, Toggle
from orbitdraw.app.panel.bindings import Turning
from orbitdraw.app.panel.hand_controls import NONE, brushes, controls_of
from orbitdraw.app.session.hand_edits import Carried, Laid, Placed
from orbitdraw.app.tools.dust import POURED, SPRAYED
from orbitdraw.app.tools.fields import KINDS, MAGNET
from orbitdraw.app.tools.tools import Tools

if TYPE_CHECKING:
    from orbitdraw.app.session.world import World

EVERY = 0.1
"""Seconds between two updates of values that change: faster ones cannot be read."""

LISTED = 99
"""Most bodies in the list; any other is selected by a click."""

PREFIX = "hand "
"""Prefix of the names of the section's controls: a scene may have a slider called mass."""

PEN = ("brush", "pen width", "colour")

PLACE = {
    "body": ("Place a body", "Adds a body without the mouse, on a circular orbit if something attracts it"),
    "dust": ("Add dust at the centre", "Adds dust without the mouse, on circular orbits if something attracts it"),
    "field": ("Add a field at the centre", "Adds a field without the mouse"),
}
"""Label and tooltip of the button that adds something, by tool."""


class HandPanel:
    """Chooses the controls for the active tool and selection, and shows the present values in them.

    A control that is being dragged or typed in, or whose edit is not done yet, is left alone; the others follow the
    world.
    """

    def __init__(self, tools: Tools) -> None:
        self.tools = tools
        self.turning = Turning(tools)
        self.controls = controls_of(self.turning, tools.stage.do)
        self._names: list[str] = []
        self._meant: Any = None
        self._world: World | None = None
        self._seen: tuple[Any, ...] = ()
        self._reaches: dict[str, Reach] = {}
        self._read = -1.0
        self._claim = ""
        path = self.controls["path"]
        assert isinstance(path, Field)
        path.changed = self._typing

    # -- content ---------------------------------------------------------------------------------------------------

    @property
    def world(self) -> World | None:
        """The world, where the mouse can edit it."""
        world = self.tools.world
        return world if world is not None and world.open else None

    def names(self) -> list[str]:
        """The names of the controls for the active tool, in order; none in a scene that cannot be edited by mouse."""
        tools, world = self.tools, self.world
        if world is None:
            return []
        out = ["hand"]
        if tools.held is tools.bodies:
            out += ["body"] if len(world.name) else []
            held = ["mass", "speed", "direction", "x", "y", "pinned", *PEN, "duplicate", "take away"]
            out += held if tools.bodies.body() is not None else ["mass", "eccentricity", "place"]
        elif tools.held is tools.dust:
            out += ["grains", "spread", "place"]
        else:
            out += ["field"] if len(world.fields) else []
            if self._row() is not None:
                out += ["strength", "size", "x", "y", "flip", "uproot"]
            elif tools.fields.kind == MAGNET:
                out += ["magnet"] if tools.stage.control("field") is not None else ["no magnet"]
            else:
                out += ["strength", "place"]
        ground = world.landscape is not None
        out += ["symmetry", "mirrored", *(["height"] if ground else []), "picture"]
        return [*out, *(["path"] if self.turning.laying else []), *(["level"] if ground else [])]

    def _row(self) -> list[float] | None:
        return self.tools.fields.row(self.tools.fields.chosen)

    def section(self) -> dict[str, Control]:
        """The controls by name."""
        return {PREFIX + name: self.controls[name] for name in self._names}

    def claim(self) -> str:
        """The name of a control that wants the focus now, or empty; asking clears it.

        A claim waits for its control: the height of a landscape comes with the picture after the edit.
        """
        if self._claim.removeprefix(PREFIX) not in self._names:
            return ""
        claim, self._claim = self._claim, ""
        return claim

    def hear(self, news: Any) -> None:
        """Select a body or field that was added, and update the controls after an edit."""
        if isinstance(news, Carried):
            self.turning.hear(news)
        elif isinstance(news, Placed):
            if news.kind == "body" and self.tools.held is self.tools.bodies:
                self.turning.hold_body(news.name)
            elif news.kind == "field" and self.tools.held is self.tools.fields:
                self.turning.hold_field(news.name)
        elif isinstance(news, Laid):
            path = self.controls["path"]
            assert isinstance(path, Field)
            path.bad = not news.done
            path.mark()
            if news.done and self.turning.laying:
                self.turning.laying, self._claim = False, PREFIX + "height" if path.focused else ""

    def _typing(self, text: str) -> None:
        path = self.controls["path"]
        assert isinstance(path, Field)
        path.bad = False

    # -- every turn of the loop ------------------------------------------------------------------------------------

    def tick(self, now: float, visible: bool) -> bool:
        """Show the present values, while the section is visible. True when its set of controls has changed."""
        held = next((name for name in self._names if getattr(self.controls[name], "held", False)), "")
        self.turning.movements.tick(now, held)
        names = self.names()
        changed = names != self._names
        if changed:
            if "path" in names and "path" not in self._names:
                self._claim = PREFIX + "path"
            for name in self._names:
                if name not in names:
                    _let_go(self.controls[name])
            self._names = names
        if visible and names:
            self._follow(now, changed)
        return changed

    def _follow(self, now: float, at_once: bool) -> None:
        tools, world = self.tools, self.world
        assert world is not None
        dust, body = tools.dust, tools.bodies.body()
        meant = (tools.held, tools.chosen, body is None, tools.fields.chosen, tools.fields.kind, dust.form)
        if meant != self._meant:
            self._reach(world)
        elif not at_once and now - self._read < EVERY:
            return
        magnet = tools.stage.control("field")
        other = (tools.wished, tools.bodies.pen, dust.grains, dust.spread, tools.stage.pace.playing)
        seen = (meant, other, tuple(self.turning.waiting), getattr(magnet, "value", None))
        if world is self._world and seen == self._seen and not at_once:
            return
        self._meant, self._world, self._seen, self._read = meant, world, seen, now
        self._list(world)
        for name, value in self._values(world):
            control = self.controls[name]
            if name in self.turning.waiting:
                continue
            if isinstance(control, Slider):
                if control.entry is None:
                    control.show(value, self._reaches.get(name))
            elif isinstance(control, (Choice, Toggle)):
                control.show(value)

    def _list(self, world: World) -> None:
        """Update the lists of bodies, fields and brushes, and the labels."""
        bodies = world.name[:LISTED].tolist()
        if self.tools.chosen is not None and self.tools.chosen not in bodies:
            bodies.append(self.tools.chosen)
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
                choice.mark()
        tools = self.tools
        what = "body" if tools.held is tools.bodies else "dust" if tools.held is tools.dust else "field"
        words = {
            "place": PLACE[what][0],
            "mass": "Mass of the next body" if tools.bodies.body() is None else "Mass",
            "strength": "Strength of the next field" if self._row() is None else "Strength",
        }
        for name, label in words.items():
            if self.controls[name].label != label:
                self.controls[name].label = label
                self.controls[name].mark()
        self.controls["place"].tip = PLACE[what][1]

    def _reach(self, world: World) -> None:
        """Set ranges about the values of another selection, and these values as defaults for a double click."""
        tools = self.tools
        x, y, radius = tools.stage.opened.home if tools.stage.opened is not None else (0.0, 0.0, 1.0)
        heaviest = float(world.mass.max()) if len(world.mass) else 0.0
        most = 10.0 ** (math.ceil(math.log10(heaviest)) + 1) if heaviest > 0 else 100.0
        fields, row, body = tools.fields, self._row(), tools.bodies.body()
        usual = fields.strength(fields.kind) if row is None else max(abs(row[6]), fields.strength(KINDS[int(row[1])]))
        speed = 4 * 0.4 * radius / world.span
        ground = fields.strength("landscape")
        self._reaches = {
            "mass": Reach(most * 1e-6, most, log=True, soft=True, floor=0.0),
            "speed": Reach(
                0.0, _neat(speed if body is None else max(speed, 1.5 * math.hypot(*body[1]))), soft=True, floor=0.0
            ),
            "x": Reach(x - _neat(2 * radius), x + _neat(2 * radius), soft=True),
            "y": Reach(y - _neat(2 * radius), y + _neat(2 * radius), soft=True),
            "strength": Reach(-_neat(4 * abs(usual)), _neat(4 * abs(usual)), (0.0,), soft=True),
            "size": Reach(_neat(1e-3 * radius), _neat(2 * radius), log=True, soft=True, floor=1e-9),
            "height": Reach(-_neat(8 * ground), _neat(8 * ground), (0.0,), soft=True),
        }
        direction = self.controls["direction"]
        assert isinstance(direction, Slider)
        self._reaches["direction"] = replace(direction.reach, low=0.0, high=360.0)
        self.turning.way = 0.0
        defaults = {**dict(self._values(world)), "height": ground}
        for name in ("mass", "speed", "direction", "x", "y", "strength", "size", "height"):
            control, default = self.controls[name], defaults.get(name)
            assert isinstance(control, Slider)
            control.default = default
        grains = self.controls["grains"]
        assert isinstance(grains, Slider)
        grains.default = float(SPRAYED if tools.dust.form == "brush" else POURED)

    def _values(self, world: World) -> Iterator[tuple[str, Any]]:
        """The present values, by control."""
        tools, body, row = self.tools, self.tools.bodies.body(), self._row()
        held = {tools.bodies: "body", tools.dust: tools.dust.form, tools.fields: tools.fields.kind}
        yield "hand", held[tools.held]
        yield "body", NONE if body is None else str(tools.chosen)
        yield "field", NONE if row is None else str(tools.fields.chosen)
        yield "mass", tools.bodies.mass if body is None else body[2]
        yield "eccentricity", tools.bodies.eccentricity
        yield "grains", float(tools.dust.grains)
        yield "spread", tools.dust.spread
        magnet = tools.stage.control("field")
        if isinstance(magnet, Slider):
            self._reaches["magnet"] = magnet.reach
            yield "magnet", magnet.value
        if body is not None and tools.held is tools.bodies:
            (x, y), (vx, vy), _ = body
            speed = math.hypot(vx, vy)
            way = math.atan2(vy, vx) if speed > 0 else self.turning.way
            yield "speed", self._digits("speed", speed)
            yield "direction", self._digits("direction", math.degrees(way) % 360.0)
            yield "x", self._digits("x", x)
            yield "y", self._digits("y", y)
            yield "pinned", tools.chosen in world.pinned
            yield from zip(PEN, world.pen(tools.chosen), strict=True)
        if row is not None:
            yield "strength", row[6]
            yield "size", row[7]
            yield "x", self._digits("x", row[2])
            yield "y", self._digits("y", row[3])
        elif tools.held is tools.fields and tools.fields.kind != MAGNET:
            yield "strength", tools.fields.strength(tools.fields.kind)
        order, mirrored = (tools.wished or world.symmetry or (1.0, 0.0))[:2]
        yield "symmetry", order
        yield "mirrored", bool(mirrored)
        if world.landscape is not None:
            yield "height", world.landscape

    def _digits(self, name: str, value: float) -> float | None:
        """Round a changing number to as many digits as can be read: more of them while the scene is paused."""
        if not math.isfinite(value):
            return None
        reach = self._reaches[name]
        digits = 3 - math.floor(math.log10(reach.high - reach.low))
        return round(value, digits if self.tools.stage.pace.playing else digits + 3) + 0.0


def _neat(number: float) -> float:
    """Round to one digit, so that a track ends at a number that is easily read.

    >>> _neat(0.1234), _neat(37.0)
    (0.1, 40.0)
    """
    return float(f"{number:.1g}") if number > 0 and math.isfinite(number) else 1.0


def _let_go(control: Control) -> None:
    """Reset a control that has left the section: text being typed into it is dropped."""
    control.focused = control.hot = False
    if isinstance(control, Slider):
        control.entry, control.held = None, False
    elif isinstance(control, Field):
        control.entry = None
    elif isinstance(control, Choice):
        control.menu = None
    elif isinstance(control, (Button, Toggle)):
        control.down = False
